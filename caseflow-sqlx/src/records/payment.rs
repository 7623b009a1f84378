use caseflow_core::domain::money::Money;
use caseflow_core::domain::number::{DocumentNumber, Number};
use caseflow_core::domain::payment::{Charge, Credit, Payment, PaymentMode, PaymentState};
use caseflow_core::ports::store::PaymentRow;

use crate::read::{Cells, Stored, Unknown, Unreadable};
use crate::table::Table;
use crate::value::{self, Value, text};

pub(crate) const PAYMENTS: Table = Table {
    name: "caseflow_payments",
    key: &["id"],
    texts: &[
        "invoice_id",
        "client_id",
        "currency",
        "received_on",
        "mode",
        "reference",
        "note",
        "receipt",
        "void_reason",
        "attempt_id",
        "merchant",
        "txn",
    ],
    numbers: &["amount", "voided_at", "recorded_at"],
    versioned: true,
};

pub(crate) const CREDITS: Table = Table {
    name: "caseflow_credits",
    key: &["id"],
    texts: &["invoice_id", "client_id", "currency", "given_on", "reason"],
    numbers: &["amount", "recorded_at"],
    versioned: false,
};

/// `receipt` is what was taken from the series.
pub(crate) fn payment_values(payment: &Payment, receipt: &str) -> Vec<Value> {
    let (voided_at, void_reason) = match &payment.state {
        PaymentState::Recorded => (None, None),
        PaymentState::Voided { at, reason } => (Some(*at), reason.as_ref()),
    };
    let charge = payment.charge.as_ref();
    vec![
        text(payment.id),
        text(payment.invoice),
        text(payment.client),
        text(payment.amount.currency()),
        payment.received_on.into(),
        text(payment.mode.code()),
        value::maybe(payment.reference.as_ref()),
        value::maybe(payment.note.as_ref()),
        text(receipt),
        value::maybe(void_reason),
        value::maybe(charge.map(|charge| &charge.attempt)),
        value::maybe(charge.map(|charge| &charge.merchant)),
        value::maybe(charge.map(|charge| &charge.txn)),
        payment.amount.minor().into(),
        voided_at.into(),
        payment.recorded_at.into(),
    ]
}

pub(crate) fn credit_values(credit: &Credit) -> Vec<Value> {
    vec![
        text(credit.id),
        text(credit.invoice),
        text(credit.client),
        text(credit.amount.currency()),
        credit.given_on.into(),
        value::maybe(credit.reason.as_ref()),
        credit.amount.minor().into(),
        credit.recorded_at.into(),
    ]
}

impl Stored for Payment {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let (id, invoice, client) = (cells.parse()?, cells.parse()?, cells.parse()?);
        let currency = cells.parse()?;
        let received_on = cells.day()?;
        let mode = PaymentMode::from_code(cells.text()?).ok_or(Unknown("the mode of payment"))?;
        let (reference, note) = (cells.maybe()?, cells.maybe()?);
        let receipt = cells.text()?.to_owned();
        let reason = cells.maybe()?;
        Ok(Self {
            id,
            invoice,
            client,
            amount: Money::from_minor(cells.number()?, currency),
            received_on,
            mode,
            charge: charge(cells)?,
            reference,
            note,
            receipt: Number::Taken(DocumentNumber::from_storage(receipt)),
            state: match cells.maybe_time()? {
                None => PaymentState::Recorded,
                Some(at) => PaymentState::Voided { at, reason },
            },
            recorded_at: cells.time()?,
        })
    }
}

fn charge(cells: &mut Cells<'_>) -> Result<Option<Charge>, Unreadable> {
    let (attempt, merchant, txn) = (cells.maybe()?, cells.maybe()?, cells.maybe()?);
    let charge = attempt.zip(merchant).zip(txn);
    Ok(charge.map(|((attempt, merchant), txn)| Charge {
        attempt,
        merchant,
        txn,
    }))
}

impl Stored for Credit {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let (id, invoice, client) = (cells.parse()?, cells.parse()?, cells.parse()?);
        let currency = cells.parse()?;
        Ok(Self {
            id,
            invoice,
            client,
            given_on: cells.day()?,
            reason: cells.maybe()?,
            amount: Money::from_minor(cells.number()?, currency),
            recorded_at: cells.time()?,
        })
    }
}

/// A payment in a list, and after it the number of its invoice.
impl Stored for PaymentRow {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let payment = Stored::read(cells)?;
        let number = cells.maybe_text()?.map(str::to_owned);
        Ok(Self {
            payment,
            invoice_number: number.map(DocumentNumber::from_storage),
        })
    }
}
