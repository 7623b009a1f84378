//! The invoices: the list and one invoice.

use askama::Template;
use caseflow_core::domain::access::Section;
use caseflow_core::domain::invoice::InvoiceStatus;
use caseflow_core::domain::payment::PaymentMode;

use super::Pager;
use super::forms::Problems;
use super::frame::{Bar, Frame, Place};
use super::pay::{Missed, Paper, Paying};
use super::payments::RecordKind;
use super::pricing::{PricedLine, Prices, Sums};
use super::words::{ModeWords, StatusWords};
use crate::html::format::{Amount, Day};
use crate::urls::with_query;

/// The list of invoices, newest first, under one filter.
#[derive(Debug, Template)]
#[template(path = "invoices.html")]
pub(crate) struct InvoiceList {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) filter: InvoiceFilter,
    pub(crate) rows: Vec<InvoiceRow>,
    pub(crate) pager: Pager,
}

impl InvoiceList {
    /// Whether one of the rows can be paid online.
    pub(crate) fn any_payable(&self) -> bool {
        self.rows.iter().any(|row| row.payable)
    }

    pub(crate) fn filter_link(&self, filter: &InvoiceFilter) -> String {
        let list = self.frame.urls.invoices();
        match filter.word() {
            Some(word) => with_query(&list, "status", word),
            None => list,
        }
    }

    pub(crate) fn filters(&self) -> [InvoiceFilter; 6] {
        InvoiceFilter::ALL
    }
}

/// One invoice of the list.
#[derive(Debug, Clone)]
pub(crate) struct InvoiceRow {
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) matter: Option<String>,
    pub(crate) issued: Day,
    pub(crate) due_on: Day,
    pub(crate) status: InvoiceStatus,
    pub(crate) total: Amount,
    pub(crate) balance: Amount,
    /// What was received so far, when that is something and not all.
    pub(crate) paid: Option<Amount>,
    /// Whether the balance can be paid online.
    pub(crate) payable: bool,
}

/// The filter over the list, one link each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InvoiceFilter {
    All,
    Only(InvoiceStatus),
}

impl InvoiceFilter {
    /// The filters in the order of their links.
    pub(crate) const ALL: [Self; 6] = [
        Self::All,
        Self::Only(InvoiceStatus::Unpaid),
        Self::Only(InvoiceStatus::PartiallyPaid),
        Self::Only(InvoiceStatus::Overdue),
        Self::Only(InvoiceStatus::Paid),
        Self::Only(InvoiceStatus::Cancelled),
    ];

    /// The value of `status` in the address; none stands for all.
    pub(crate) fn word(&self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::Only(status) => Some(status.code()),
        }
    }

    /// The filter that a value of `status` names; drafts have none.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|filter| filter.word() == Some(word))
    }
}

/// One invoice as it stands.
#[derive(Debug, Template)]
#[template(path = "invoice.html")]
pub(crate) struct InvoicePage {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    /// Why the wish to pay was refused.
    pub(crate) problems: Problems,
    pub(crate) paying: Paying,
    pub(crate) missed: Option<Missed>,
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) status: InvoiceStatus,
    pub(crate) issued: Day,
    pub(crate) due_on: Day,
    /// The day of the cancellation, for a cancelled one.
    pub(crate) cancelled_on: Option<Day>,
    pub(crate) matter: Option<String>,
    /// Name and address of the client, one line each.
    pub(crate) billed_to: Vec<String>,
    pub(crate) lines: Vec<PricedLine>,
    pub(crate) sums: Sums,
    pub(crate) account: Account,
    /// Payments, credits and what went back of payments, oldest first.
    pub(crate) records: Vec<InvoiceRecord>,
    /// The firm's note to the client; line breaks are kept.
    pub(crate) note: Option<String>,
}

/// What became of the total.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// Payments less refunds and lost disputes, when that is more than nothing.
    pub(crate) paid: Option<Amount>,
    /// Credits applied, when that is more than nothing.
    pub(crate) credited: Option<Amount>,
    /// What is left to pay.
    pub(crate) balance: Amount,
}

/// One thing that changed the balance.
#[derive(Debug, Clone)]
pub(crate) struct InvoiceRecord {
    pub(crate) kind: RecordKind,
    pub(crate) day: Day,
    pub(crate) mode: Option<PaymentMode>,
    pub(crate) reference: Option<String>,
    /// Why a credit was given or a payment refunded.
    pub(crate) reason: Option<String>,
    /// The receipt, or the note of what went back.
    pub(crate) paper: Option<Paper>,
    /// What went back is negative.
    pub(crate) amount: Amount,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_is_found_by_its_word() {
        for filter in InvoiceFilter::ALL {
            match filter.word() {
                Some(word) => assert_eq!(InvoiceFilter::parse(word), Some(filter)),
                None => assert_eq!(filter, InvoiceFilter::All),
            }
        }
        assert_eq!(InvoiceFilter::parse("draft"), None);
    }
}
