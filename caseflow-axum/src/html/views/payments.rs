//! The payment history over all invoices.

use askama::Template;
use caseflow_core::domain::payment::PaymentMode;

use super::Pager;
use super::forms::Problems;
use super::frame::{Bar, Frame};
use super::words::ModeWords;
use crate::html::format::{Amount, Day};

/// Every payment and refund, newest first.
#[derive(Debug, Template)]
#[template(path = "payments.html")]
pub(crate) struct PaymentHistory {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) rows: Vec<PaymentRow>,
    pub(crate) pager: Pager,
}

/// One row of the history.
#[derive(Debug, Clone)]
pub(crate) struct PaymentRow {
    pub(crate) kind: RecordKind,
    pub(crate) id: String,
    /// The number of its receipt.
    pub(crate) receipt: Option<String>,
    pub(crate) day: Day,
    pub(crate) invoice_id: String,
    pub(crate) invoice_number: String,
    pub(crate) mode: Option<PaymentMode>,
    pub(crate) reference: Option<String>,
    /// Refunds and lost disputes are negative.
    pub(crate) amount: Amount,
}

/// The days of a statement of account.
#[derive(Debug, Template)]
#[template(path = "statement.html")]
pub(crate) struct StatementForm {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) problems: Problems,
    /// As typed, or else the first of January.
    pub(crate) from: String,
    /// As typed, or else today.
    pub(crate) to: String,
}

/// What a record is.
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "refunds and disputes come with payment online")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordKind {
    Payment,
    /// A payment that no longer counts; history keeps it.
    VoidedPayment,
    Refund,
    Credit,
    LostDispute,
}
