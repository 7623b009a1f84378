//! The words of proposals and estimates.

use std::fmt;

use caseflow_core::domain::offer::{Answer, OfferKind, OfferStatus};

use super::StatusWords;
use crate::html::views::forms::OfferProblem;
use crate::html::views::offers::{Asked, OfferBody, OfferList, Standing};

impl StatusWords for Standing {
    fn words(&self) -> &'static str {
        match (self.status, self.kind) {
            (OfferStatus::Draft, _) => "Draft",
            (OfferStatus::Sent, _) => "Open",
            (OfferStatus::Accepted, _) => "Accepted",
            (OfferStatus::Declined, OfferKind::Proposal) => "Declined",
            (OfferStatus::Declined, OfferKind::Estimate) => "Rejected",
            (OfferStatus::Withdrawn, _) => "Withdrawn",
            (OfferStatus::Expired, _) => "Expired",
        }
    }

    fn tone(&self) -> &'static str {
        match self.status {
            OfferStatus::Sent => "info",
            OfferStatus::Accepted => "ok",
            OfferStatus::Expired => "warn",
            OfferStatus::Draft | OfferStatus::Declined | OfferStatus::Withdrawn => "off",
        }
    }
}

impl fmt::Display for OfferProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed => f.write_str(
                "The firm has changed it since you opened it. Read it again as it is now, then \
                 decide",
            ),
            Self::Expired => f.write_str("Its last day is over, so it can no longer be answered"),
            Self::Decided => f.write_str("It was answered already, and that answer stands"),
            Self::Closed => f.write_str("It does not wait for an answer any more"),
            Self::ReasonTooLong { most } => {
                write!(f, "The reason must have at most {most} characters")
            }
            Self::ReasonForbidden { character } => {
                let code = u32::from(*character);
                write!(
                    f,
                    "The reason has a character that cannot be used (U+{code:04X})"
                )
            }
        }
    }
}

/// What it is called at the start of a sentence.
fn name(kind: OfferKind) -> &'static str {
    match kind {
        OfferKind::Proposal => "Proposal",
        OfferKind::Estimate => "Estimate",
    }
}

/// What it is called within a sentence.
fn noun(kind: OfferKind) -> &'static str {
    match kind {
        OfferKind::Proposal => "proposal",
        OfferKind::Estimate => "estimate",
    }
}

/// What somebody does who answers.
fn verb(kind: OfferKind, answer: Answer) -> &'static str {
    match (answer, kind) {
        (Answer::Accepted, _) => "Accept",
        (Answer::Declined, OfferKind::Proposal) => "Decline",
        (Answer::Declined, OfferKind::Estimate) => "Reject",
    }
}

impl OfferList {
    /// Title and heading of the page.
    pub(crate) fn heading(&self) -> &'static str {
        match self.kind {
            OfferKind::Proposal => "Proposals",
            OfferKind::Estimate => "Estimates",
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        name(self.kind)
    }

    /// When something appears in an empty list.
    pub(crate) fn promise(&self) -> &'static str {
        match self.kind {
            OfferKind::Proposal => "When the firm sends you a proposal, it appears here.",
            OfferKind::Estimate => "When the firm sends you an estimate, it appears here.",
        }
    }
}

impl OfferBody {
    pub(crate) fn name(&self) -> &'static str {
        name(self.kind)
    }

    /// The words on the button that says no.
    pub(crate) fn no(&self) -> &'static str {
        verb(self.kind, Answer::Declined)
    }

    /// The words of the link to the list.
    pub(crate) fn all(&self) -> &'static str {
        match self.kind {
            OfferKind::Proposal => "All proposals",
            OfferKind::Estimate => "All estimates",
        }
    }
}

impl Asked {
    pub(crate) fn name(&self) -> &'static str {
        name(self.kind)
    }

    pub(crate) fn noun(&self) -> &'static str {
        noun(self.kind)
    }

    /// What is asked: `Accept this proposal?`
    pub(crate) fn heading(&self) -> String {
        format!("{} this {}?", self.verb(), self.noun())
    }

    pub(crate) fn verb(&self) -> &'static str {
        verb(self.kind, self.answer)
    }

    pub(crate) fn says_no(&self) -> bool {
        self.answer == Answer::Declined
    }
}
