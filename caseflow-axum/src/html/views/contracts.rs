//! Contracts: the list, one contract with its signature, declining it, the terms of signing.

use askama::Template;
use caseflow_core::domain::access::Section;
use caseflow_core::domain::contract::ContractStatus;

use super::Pager;
use super::forms::Problems;
use super::frame::{Bar, Frame, Place};
use super::words::StatusWords as _;
use crate::html::format::Day;
use crate::html::rich_text::RichHtml;

/// The list of contracts: what waits for a signature, then the others.
#[derive(Debug, Template)]
#[template(path = "contracts.html")]
pub(crate) struct ContractList {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) waiting: Vec<ContractRow>,
    pub(crate) history: Vec<ContractRow>,
    pub(crate) pager: Pager,
}

/// One contract of the list.
#[derive(Debug, Clone)]
pub(crate) struct ContractRow {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) matter: Option<String>,
    pub(crate) status: ContractStatus,
    pub(crate) sent: Option<Day>,
    pub(crate) sign_by: Option<Day>,
    pub(crate) signed: Option<Day>,
}

/// One contract as it stands.
#[derive(Debug, Template)]
#[template(path = "contract.html")]
pub(crate) struct ContractPage {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    /// Why it was not signed.
    pub(crate) problems: Problems,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) status: ContractStatus,
    pub(crate) matter: Option<String>,
    pub(crate) sent: Option<Day>,
    pub(crate) sign_by: Option<Day>,
    pub(crate) version: u32,
    /// What it says, when it is a text and nobody has revised it since it was sent.
    pub(crate) body: Option<RichHtml>,
    pub(crate) stand: Stand,
}

/// How it stands with the signature.
#[derive(Debug, Clone)]
pub(crate) enum Stand {
    /// It can be signed.
    Open(SigningForm),
    /// It is signed, and the copy is not ready. Whether the page looks again by itself.
    Sealing(Signed, bool),
    /// It is signed, and this is the SHA-256 of the copy.
    Sealed(Signed, String),
    /// It was signed on paper.
    OnPaper { name: String, on: Day },
    /// The client will not sign.
    Declined {
        by: String,
        at: String,
        /// Line breaks are kept.
        reason: Option<String>,
    },
    /// Its last day is over.
    Expired,
    /// The firm took it back.
    Withdrawn,
}

/// The form that signs. It works without scripts.
#[derive(Debug, Clone)]
pub(crate) struct SigningForm {
    /// The SHA-256 of the file that is shown.
    pub(crate) shown: String,
    /// As typed so far.
    pub(crate) typed: String,
    /// Whether the terms were accepted so far.
    pub(crate) accepted: bool,
    /// The version of the terms.
    pub(crate) terms: &'static str,
    /// The contact's name on the books of the firm.
    pub(crate) expected: String,
}

/// What is told of a signature.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    /// The name as it was typed.
    pub(crate) name: String,
    pub(crate) email: String,
    /// The moment by the firm's clock, with its zone.
    pub(crate) at: String,
    /// The moment in UTC.
    pub(crate) utc: String,
    /// The SHA-256 of what was shown.
    pub(crate) shown: String,
    /// The version of the terms that was accepted.
    pub(crate) terms: String,
}

impl ContractPage {
    /// Whether it can be signed: then the contract comes before the form, else what became of it.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.stand, Stand::Open(_))
    }

    /// Whether a name in a script face stands on the page.
    pub(crate) fn has_autograph(&self) -> bool {
        matches!(
            self.stand,
            Stand::Open(_) | Stand::Sealing(..) | Stand::Sealed(..)
        )
    }
}

/// The page that asks once more before a contract is declined.
#[derive(Debug, Template)]
#[template(path = "contract-decline.html")]
pub(crate) struct DeclinePage {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) problems: Problems,
    pub(crate) id: String,
    pub(crate) title: String,
    /// The SHA-256 of the file that was shown.
    pub(crate) shown: String,
    /// As typed so far.
    pub(crate) reason: String,
}

/// The terms of electronic signature, for anybody.
#[derive(Debug, Template)]
#[template(path = "signing-terms.html")]
pub(crate) struct SigningTerms {
    pub(crate) frame: Frame,
    pub(crate) version: &'static str,
}
