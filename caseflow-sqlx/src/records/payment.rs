use caseflow_core::domain::changes::{Version, Versioned};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::number::{DocumentNumber, Number};
use caseflow_core::domain::payment::{Credit, Payment, PaymentMode, PaymentState};
use caseflow_core::domain::time::{Timestamp, parse_day};
use caseflow_core::ports::store::PaymentRow;
use serde::Deserialize;

use crate::read::{Stored, Unknown, Unreadable, maybe};
use crate::table::Table;
use crate::value::{self, Value, text};

pub(crate) const PAYMENTS: Table = Table {
    name: "caseflow_payments",
    key: &["id"],
    columns: &[
        "invoice_id",
        "client_id",
        "currency",
        "amount",
        "received_on",
        "mode",
        "reference",
        "note",
        "receipt",
        "voided_at",
        "void_reason",
        "recorded_at",
    ],
    versioned: true,
};

pub(crate) const CREDITS: Table = Table {
    name: "caseflow_credits",
    key: &["id"],
    columns: &[
        "invoice_id",
        "client_id",
        "currency",
        "amount",
        "given_on",
        "reason",
        "recorded_at",
    ],
    versioned: false,
};

/// `receipt` is what was taken from the series.
pub(crate) fn payment_values(payment: &Payment, receipt: &str) -> Vec<Value> {
    let (voided_at, void_reason) = match &payment.state {
        PaymentState::Recorded => (None, None),
        PaymentState::Voided { at, reason } => (Some(*at), reason.as_ref()),
    };
    vec![
        text(payment.id),
        text(payment.invoice),
        text(payment.client),
        text(payment.amount.currency()),
        payment.amount.minor().into(),
        payment.received_on.into(),
        text(payment.mode.code()),
        value::maybe(payment.reference.as_ref()),
        value::maybe(payment.note.as_ref()),
        text(receipt),
        voided_at.into(),
        value::maybe(void_reason),
        payment.recorded_at.into(),
    ]
}

pub(crate) fn credit_values(credit: &Credit) -> Vec<Value> {
    vec![
        text(credit.id),
        text(credit.invoice),
        text(credit.client),
        text(credit.amount.currency()),
        credit.amount.minor().into(),
        credit.given_on.into(),
        value::maybe(credit.reason.as_ref()),
        credit.recorded_at.into(),
    ]
}

#[derive(Debug, Deserialize)]
pub(crate) struct StoredPayment {
    id: String,
    version: u64,
    invoice_id: String,
    client_id: String,
    currency: String,
    amount: i64,
    received_on: String,
    mode: String,
    reference: Option<String>,
    note: Option<String>,
    receipt: String,
    voided_at: Option<i64>,
    void_reason: Option<String>,
    recorded_at: i64,
}

impl Stored for StoredPayment {
    type Record = Versioned<Payment>;

    fn read(self) -> Result<Versioned<Payment>, Unreadable> {
        let mode = PaymentMode::from_code(&self.mode);
        let value = Payment {
            id: self.id.parse()?,
            invoice: self.invoice_id.parse()?,
            client: self.client_id.parse()?,
            amount: Money::from_minor(self.amount, self.currency.parse()?),
            received_on: parse_day(&self.received_on)?,
            mode: mode.ok_or(Unknown("the mode of payment"))?,
            reference: maybe(self.reference)?,
            note: maybe(self.note)?,
            receipt: Number::Taken(DocumentNumber::from_storage(self.receipt)),
            state: match self.voided_at {
                None => PaymentState::Recorded,
                Some(at) => PaymentState::Voided {
                    at: Timestamp::from_micros(at),
                    reason: maybe(self.void_reason)?,
                },
            },
            recorded_at: Timestamp::from_micros(self.recorded_at),
        };
        let version = Version(self.version);
        Ok(Versioned { version, value })
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct StoredCredit {
    id: String,
    invoice_id: String,
    client_id: String,
    currency: String,
    amount: i64,
    given_on: String,
    reason: Option<String>,
    recorded_at: i64,
}

impl Stored for StoredCredit {
    type Record = Credit;

    fn read(self) -> Result<Credit, Unreadable> {
        Ok(Credit {
            id: self.id.parse()?,
            invoice: self.invoice_id.parse()?,
            client: self.client_id.parse()?,
            amount: Money::from_minor(self.amount, self.currency.parse()?),
            given_on: parse_day(&self.given_on)?,
            reason: maybe(self.reason)?,
            recorded_at: Timestamp::from_micros(self.recorded_at),
        })
    }
}

/// A payment in a list.
#[derive(Debug, Deserialize)]
pub(crate) struct StoredPaymentRow {
    payment: StoredPayment,
    number: Option<String>,
}

impl Stored for StoredPaymentRow {
    type Record = PaymentRow;

    fn read(self) -> Result<PaymentRow, Unreadable> {
        Ok(PaymentRow {
            payment: self.payment.read()?,
            invoice_number: self.number.map(DocumentNumber::from_storage),
        })
    }
}
