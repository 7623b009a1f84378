//! An invoice as it is printed.

use super::{Amount, Day, InvoiceRecords, Label, Letterhead, PrintError, RecordView, text};
use crate::domain::currency::Currency;
use crate::domain::invoice::{Invoice, InvoiceState, InvoiceStatus};
use crate::domain::money::{Money, MoneyError};
use crate::domain::pricing::{
    Discount, LineItem, LineTotals, PriceMode, Pricing, TaxTotal, Totals,
};

/// An invoice with its lines, its totals, and what has become of it (R-INV-7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceView {
    /// Its number.
    pub number: String,
    /// What has become of it.
    pub status: InvoiceStatus,
    /// The same in words.
    pub status_text: String,
    /// The date on it.
    pub dated: Day,
    /// The last day on which it is not overdue.
    pub due: Day,
    /// The day on which it was called off, in the firm's zone.
    pub cancelled_on: Option<Day>,
    /// The matter it belongs to.
    pub matter: Option<String>,
    /// Whether prices hold the taxes already.
    pub mode: PriceMode,
    /// Its lines, in their order.
    pub lines: Vec<LineView>,
    /// Its sums.
    pub totals: TotalsView,
    /// Payments, credits and reversals that count, oldest first. Their amounts sum to `totals.paid`
    /// and `totals.credited` together.
    pub records: Vec<RecordView>,
    /// The firm's note to the client; line breaks are kept.
    pub note: Option<String>,
    /// How to pay what is due; absent when nothing is.
    pub how_to_pay: Option<HowToPay>,
}

/// One line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineView {
    /// What it is for; line breaks are kept.
    pub description: String,
    /// How many.
    pub quantity: String,
    /// The price of one, without its currency.
    pub price: String,
    /// Its own discount: `10 %` or `USD 10.00`.
    pub discount: Option<String>,
    /// Its taxes: `VAT 19 %`.
    pub taxes: Vec<String>,
    /// What it comes to.
    pub net: Amount,
}

/// The sums of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotalsView {
    /// All lines together.
    pub subtotal: Amount,
    /// The discount of the whole invoice, negative.
    pub discount: Option<Change>,
    /// One for each tax.
    pub taxes: Vec<TaxView>,
    /// What was to be paid.
    pub total: Amount,
    /// What was received and not returned.
    pub paid: Amount,
    /// What was credited.
    pub credited: Amount,
    /// What is still to be paid: nothing on a cancelled invoice, never below zero.
    pub due: Amount,
}

/// A named addition to or reduction of a sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// `Discount 10 %`.
    pub label: String,
    /// By how much.
    pub amount: Amount,
}

/// One tax over all lines that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxView {
    /// `VAT 19 %`.
    pub label: String,
    /// What it was computed on.
    pub base: Amount,
    /// The tax.
    pub tax: Amount,
}

/// How to pay what is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HowToPay {
    /// The firm's own words; line breaks are kept.
    pub words: Option<String>,
    /// The address at which it can be paid.
    pub online: Option<String>,
}

impl InvoiceView {
    pub(super) fn of(
        head: &Letterhead<'_>,
        records: &InvoiceRecords<'_>,
        online: Option<&str>,
    ) -> Result<Self, PrintError> {
        let number = records.checked(head)?.to_string();
        let (invoice, format) = (records.invoice, head.format());
        let status = invoice.status(head.today());
        let cancelled_on = match &invoice.state {
            InvoiceState::Cancelled { at, .. } => Some(format.day(head.firm.zone.day(*at))),
            InvoiceState::Draft | InvoiceState::Issued(_) => None,
        };
        Ok(Self {
            number,
            status,
            status_text: head.language().status(status).to_owned(),
            dated: format.day(invoice.terms.dated),
            due: format.day(invoice.terms.due),
            cancelled_on,
            matter: text(invoice.terms.matter.as_ref()),
            mode: invoice.terms.pricing.mode,
            lines: lines(head, &invoice.terms.pricing, &invoice.totals),
            totals: TotalsView {
                paid: format.amount(invoice.account.received),
                credited: format.amount(invoice.account.credited),
                due: format.amount(invoice.amount_due()),
                ..totals(head, &invoice.terms.pricing, &invoice.totals)?
            },
            records: records.views(head)?,
            note: invoice.terms.client_note.as_ref().map(ToString::to_string),
            how_to_pay: how_to_pay(head, invoice, online),
        })
    }
}

/// The lines of whatever has prices.
pub(super) fn lines(head: &Letterhead<'_>, pricing: &Pricing, totals: &Totals) -> Vec<LineView> {
    let items = pricing.lines.iter();
    items
        .zip(&totals.lines)
        .map(|(item, totals)| line(head, pricing.currency, item, totals))
        .collect()
}

fn line(
    head: &Letterhead<'_>,
    currency: Currency,
    item: &LineItem,
    totals: &LineTotals,
) -> LineView {
    let format = head.format();
    let taxes = item.taxes.iter();
    LineView {
        description: item.description.to_string(),
        quantity: format.number(item.quantity.value()),
        price: format.price(item.unit_price, currency),
        discount: item.discount.as_ref().map(|it| format.discount(it)),
        taxes: taxes
            .map(|tax| format!("{} {}", tax.name, format.percent(tax.percent)))
            .collect(),
        net: format.amount(totals.net),
    }
}

/// The sums of whatever has prices, when nothing has been paid.
pub(super) fn totals(
    head: &Letterhead<'_>,
    pricing: &Pricing,
    totals: &Totals,
) -> Result<TotalsView, MoneyError> {
    let format = head.format();
    let discount = pricing.discount.as_ref();
    let discount = discount.map(|it| reduction(head, it, totals)).transpose()?;
    let nothing = format.amount(Money::zero(pricing.currency));
    Ok(TotalsView {
        subtotal: format.amount(totals.subtotal),
        discount,
        taxes: totals.taxes.iter().map(|it| tax(head, it)).collect(),
        total: format.amount(totals.total),
        paid: nothing.clone(),
        credited: nothing,
        due: format.amount(totals.total),
    })
}

fn reduction(
    head: &Letterhead<'_>,
    discount: &Discount,
    totals: &Totals,
) -> Result<Change, MoneyError> {
    let word = head.word(Label::Discount);
    let label = match discount {
        Discount::Percent(percent) => format!("{word} {}", head.format().percent(*percent)),
        Discount::Fixed(_) => word.to_owned(),
    };
    let amount = totals.discount.checked_neg()?;
    Ok(Change {
        label,
        amount: head.format().amount(amount),
    })
}

fn tax(head: &Letterhead<'_>, total: &TaxTotal) -> TaxView {
    let format = head.format();
    TaxView {
        label: format!("{} {}", total.name, format.percent(total.percent)),
        base: format.amount(total.base),
        tax: format.amount(total.tax),
    }
}

fn how_to_pay(head: &Letterhead<'_>, invoice: &Invoice, online: Option<&str>) -> Option<HowToPay> {
    let words = head.stationery.how_to_pay.as_ref();
    let known = words.is_some() || online.is_some();
    (known && invoice.amount_due().is_positive()).then(|| HowToPay {
        words: words.map(ToString::to_string),
        online: online.map(str::to_owned),
    })
}
