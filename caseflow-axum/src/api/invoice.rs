//! What both APIs show of an invoice and of the money on it. Every number is the core's: list and
//! detail take them from the same account and the same totals.

use caseflow_core::domain::invoice::Invoice;
use caseflow_core::domain::payment::{Credit, Payment, PaymentState};
use caseflow_core::domain::reversal::Reversal;
use caseflow_core::ports::store::InvoiceRow;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::money::{DiscountView, LineView, MoneyView, TotalsView};
use super::words::price_mode;

/// An invoice as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceSummary)]
pub(crate) struct SummaryView {
    /// Its id.
    #[schema(example = "inv_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Its version.
    #[schema(minimum = 1)]
    version: u64,
    /// Whom it is for.
    client: String,
    /// Its number, once issued.
    #[schema(example = "INV-0001")]
    number: Option<String>,
    /// Computed at this moment: draft, cancelled, paid, overdue, partially_paid, unpaid.
    #[schema(example = "overdue")]
    status: &'static str,
    /// The date printed on it.
    #[schema(format = Date)]
    dated: String,
    /// The last day on which it is not overdue, in the firm's zone.
    #[schema(format = Date)]
    due: String,
    /// The matter it belongs to.
    matter: Option<String>,
    /// What is to be paid in all.
    total: MoneyView,
    /// What was received and stands, less what went back.
    received: MoneyView,
    /// What was credited.
    credited: MoneyView,
    /// What is still to be paid.
    amount_due: MoneyView,
}

impl SummaryView {
    /// `today` is a day in the firm's zone.
    pub(crate) fn of(row: &InvoiceRow, today: NaiveDate) -> Self {
        Self {
            id: row.id.to_string(),
            version: row.version.0,
            client: row.client.to_string(),
            number: row.number.as_ref().map(ToString::to_string),
            status: row.status(today).code(),
            dated: row.dated.to_string(),
            due: row.due.to_string(),
            matter: row.matter.as_ref().map(ToString::to_string),
            total: row.total.into(),
            received: row.received.into(),
            credited: row.credited.into(),
            amount_due: row.amount_due().into(),
        }
    }
}

/// What an invoice says and what has become of it: what client and firm both see.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceFacts)]
pub(crate) struct FactsView {
    /// Its id.
    #[schema(example = "inv_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Whom it is for.
    client: String,
    /// Its number, once issued.
    #[schema(example = "INV-0001")]
    number: Option<String>,
    /// Computed at this moment: draft, cancelled, paid, overdue, partially_paid, unpaid.
    #[schema(example = "overdue")]
    pub(crate) status: &'static str,
    /// When it was issued.
    #[schema(format = DateTime)]
    issued_at: Option<String>,
    /// The date printed on it.
    #[schema(format = Date)]
    dated: String,
    /// The last day on which it is not overdue, in the firm's zone.
    #[schema(format = Date)]
    due: String,
    /// What all its amounts are in: ISO 4217.
    #[schema(example = "USD")]
    currency: &'static str,
    /// Whether unit prices hold the taxes already: tax_exclusive or tax_inclusive.
    #[schema(example = "tax_exclusive")]
    prices: &'static str,
    /// The lines, in the order printed.
    lines: Vec<LineView>,
    /// Taken off the sum of the lines, before tax.
    discount: Option<DiscountView>,
    /// The matter it belongs to.
    matter: Option<String>,
    /// A note that is printed on it.
    client_note: Option<String>,
    /// Every number it shows.
    totals: TotalsView,
    /// What is to be paid in all.
    total: MoneyView,
    /// What was received and stands, less what went back.
    received: MoneyView,
    /// What was credited.
    credited: MoneyView,
    /// What is still to be paid.
    amount_due: MoneyView,
}

impl FactsView {
    /// `today` is a day in the firm's zone.
    pub(crate) fn of(invoice: &Invoice, today: NaiveDate) -> Self {
        let (terms, account) = (&invoice.terms, &invoice.account);
        let issued = invoice.issue_facts();
        Self {
            id: invoice.id.to_string(),
            client: invoice.client.to_string(),
            number: invoice.number().map(ToString::to_string),
            status: invoice.status(today).code(),
            issued_at: issued.map(|issue| issue.at.to_string()),
            dated: terms.dated.to_string(),
            due: terms.due.to_string(),
            currency: terms.pricing.currency.code(),
            prices: price_mode(terms.pricing.mode),
            lines: terms.pricing.lines.iter().map(Into::into).collect(),
            discount: terms.pricing.discount.map(Into::into),
            matter: terms.matter.as_ref().map(ToString::to_string),
            client_note: terms.client_note.as_ref().map(ToString::to_string),
            totals: (&invoice.totals).into(),
            total: account.total.into(),
            received: account.received.into(),
            credited: account.credited.into(),
            amount_due: invoice.amount_due().into(),
        }
    }
}

/// A payment: what client and firm both see.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentFacts)]
pub(crate) struct PaymentFactsView {
    /// Its id.
    #[schema(example = "pay_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// The invoice it pays.
    invoice: String,
    /// How much.
    amount: MoneyView,
    /// The day on which it was received.
    #[schema(format = Date)]
    received_on: String,
    /// How it was paid: cash, cheque, bank_transfer, card, other, or online through the portal.
    #[schema(example = "bank_transfer")]
    mode: &'static str,
    /// A cheque number, a bank reference and the like.
    reference: Option<String>,
    /// The number of its receipt.
    #[schema(example = "R-0001")]
    receipt: Option<String>,
    /// Whether it counts: recorded or voided.
    #[schema(example = "recorded")]
    state: &'static str,
    /// When it was voided.
    #[schema(format = DateTime)]
    voided_at: Option<String>,
    /// Why it was voided.
    void_reason: Option<String>,
}

impl From<&Payment> for PaymentFactsView {
    fn from(payment: &Payment) -> Self {
        let (state, voided_at, reason) = match &payment.state {
            PaymentState::Recorded => ("recorded", None, None),
            PaymentState::Voided { at, reason } => ("voided", Some(at), reason.as_ref()),
        };
        Self {
            id: payment.id.to_string(),
            invoice: payment.invoice.to_string(),
            amount: payment.amount.into(),
            received_on: payment.received_on.to_string(),
            mode: payment.mode.code(),
            reference: payment.reference.as_ref().map(ToString::to_string),
            receipt: payment.receipt.taken().map(ToString::to_string),
            state,
            voided_at: voided_at.map(ToString::to_string),
            void_reason: reason.map(ToString::to_string),
        }
    }
}

/// Money of an online payment that went back, or came back to the firm: what client and firm both
/// see.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReversalFacts)]
pub(crate) struct ReversalFactsView {
    /// Its id.
    #[schema(example = "rev_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// What moved the money. It left the firm by a refund or a dispute; it came back by
    /// refund_returned or dispute_won.
    #[schema(example = "refund")]
    kind: &'static str,
    /// The payment it is part of.
    payment: String,
    /// The invoice that was paid.
    invoice: String,
    /// How much, more than zero whichever way it went.
    amount: MoneyView,
    /// The day on which it was found out.
    #[schema(format = Date)]
    on: String,
    /// The number of its note.
    #[schema(example = "RF-0001")]
    note: Option<String>,
    /// Why, if staff said so.
    reason: Option<String>,
}

impl From<&Reversal> for ReversalFactsView {
    fn from(reversal: &Reversal) -> Self {
        Self {
            id: reversal.id.to_string(),
            kind: reversal.kind.code(),
            payment: reversal.payment.to_string(),
            invoice: reversal.invoice.to_string(),
            amount: reversal.amount.into(),
            on: reversal.on.to_string(),
            note: reversal.number.taken().map(ToString::to_string),
            reason: reversal.reason.as_ref().map(ToString::to_string),
        }
    }
}

/// A credit given on an invoice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Credit)]
pub(crate) struct CreditView {
    /// Its id.
    #[schema(example = "crd_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// How much.
    amount: MoneyView,
    /// The day on which it was given.
    #[schema(format = Date)]
    given_on: String,
    /// Why.
    reason: Option<String>,
}

impl From<&Credit> for CreditView {
    fn from(credit: &Credit) -> Self {
        Self {
            id: credit.id.to_string(),
            amount: credit.amount.into(),
            given_on: credit.given_on.to_string(),
            reason: credit.reason.as_ref().map(ToString::to_string),
        }
    }
}
