//! One struct a page: facts already decided, put into its template by [`askama::Template`].
//!
//! A view decides nothing: whether something is overdue, payable or visible arrives as a value.
//! Amounts and days arrive as [`format`](super::format) made them; stored text arrives as it is
//! and is escaped by the template.

pub(crate) mod access;
pub(crate) mod contracts;
pub(crate) mod dashboard;
pub(crate) mod documents;
pub(crate) mod fault;
pub(crate) mod forms;
pub(crate) mod frame;
pub(crate) mod invoices;
pub(crate) mod library;
pub(crate) mod offers;
pub(crate) mod pay;
pub(crate) mod payments;
pub(crate) mod pricing;
pub(crate) mod profile;
pub(crate) mod take_out;
pub(crate) mod vault;
pub(crate) mod verify;
mod words;

#[cfg(test)]
mod pages;
#[cfg(test)]
mod samples;

/// Links to other pages of a list, as whole addresses with their filter.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pager {
    /// The first page, from a later one.
    pub(crate) newest: Option<String>,
    pub(crate) newer: Option<String>,
    pub(crate) older: Option<String>,
}

impl Pager {
    pub(crate) fn any(&self) -> bool {
        self.newest.is_some() || self.newer.is_some() || self.older.is_some()
    }
}
