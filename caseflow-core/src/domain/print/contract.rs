//! A contract as it is printed.

use chrono::NaiveDate;

use super::{CertificateView, Certified, Day, Letterhead, Party, RichView};
use crate::domain::rich_text::RichText;

/// What a contract's paper is made of, besides the letterhead. Filled by literal.
///
/// Nothing of it changes between the day it is sent and the day it is signed, so that the pages of
/// the signed copy are those that were read.
#[derive(Debug, Clone, Copy)]
pub struct ContractCopy<'a> {
    /// Its id or number: what tells it from every other.
    pub reference: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Which version of its text this is.
    pub version: u32,
    /// What it says.
    pub body: &'a RichText,
    /// The last day on which it can be signed.
    pub sign_by: Option<NaiveDate>,
}

impl<'a> ContractCopy<'a> {
    pub(super) fn certified(&self) -> Certified<'a> {
        Certified {
            reference: self.reference,
            title: self.title,
            version: self.version,
        }
    }
}

/// A contract, with the certificate of its signature when it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractView {
    /// Its id or number.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Which version of its text this is.
    pub version: String,
    /// The firm and the client.
    pub parties: Vec<Party>,
    /// The last day on which it can be signed.
    pub sign_by: Option<Day>,
    /// What it says.
    pub body: RichView,
    /// The pages after those of the contract, numbered for themselves: without it the contract's
    /// pages are the same.
    pub certificate: Option<CertificateView>,
}

impl ContractView {
    pub(super) fn of(head: &Letterhead<'_>, copy: &ContractCopy<'_>) -> Self {
        Self {
            reference: copy.reference.to_owned(),
            title: copy.title.to_owned(),
            version: copy.version.to_string(),
            parties: head.parties(),
            sign_by: copy.sign_by.map(|day| head.format().day(day)),
            body: RichView::of(copy.body),
            certificate: None,
        }
    }
}
