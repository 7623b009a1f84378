//! The payment history over all invoices.

use askama::Template;
use caseflow_core::domain::payment::PaymentMode;
use caseflow_core::domain::reversal::ReversalKind;

use super::Pager;
use super::forms::Problems;
use super::frame::{Bar, Frame};
use super::pay::Paper;
use super::words::ModeWords;
use crate::html::format::{Amount, Day};

/// Every payment and what went back of it, newest first.
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
    /// The receipt, or the note of what went back.
    pub(crate) paper: Option<Paper>,
    pub(crate) day: Day,
    pub(crate) invoice_id: String,
    pub(crate) invoice_number: String,
    pub(crate) mode: Option<PaymentMode>,
    pub(crate) reference: Option<String>,
    /// What went back is negative.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordKind {
    Payment,
    /// A payment that no longer counts; history keeps it.
    VoidedPayment,
    Credit,
    Reversal(ReversalKind),
}
