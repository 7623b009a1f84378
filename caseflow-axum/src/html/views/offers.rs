//! Proposals and estimates: the lists, one of them, and the page that asks before it is decided.

use askama::Template;
use caseflow_core::domain::offer::{Answer, OfferKind, OfferStatus};

use super::Pager;
use super::forms::Problems;
use super::frame::{Bar, Frame, Place};
use super::pricing::{PricedLine, Prices, Sums};
use super::words::StatusWords;
use crate::html::format::{Amount, Day};
use crate::html::rich_text::RichHtml;

/// The list of one kind: what waits for an answer, then the history.
#[derive(Debug, Template)]
#[template(path = "offers.html")]
pub(crate) struct OfferList {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) kind: OfferKind,
    pub(crate) waiting: Vec<OfferRow>,
    pub(crate) past: Vec<OfferRow>,
    pub(crate) pager: Pager,
}

impl OfferList {
    /// The parts of the list that have rows: id, heading, rows.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&'static str, &'static str, &[OfferRow])> {
        let waiting = ("waiting", "Waiting for your answer", &self.waiting[..]);
        let past = ("history", "History", &self.past[..]);
        let parts = [waiting, past].into_iter();
        parts.filter(|(_, _, rows)| !rows.is_empty())
    }
}

/// One row of the list.
#[derive(Debug, Clone)]
pub(crate) struct OfferRow {
    pub(crate) link: String,
    pub(crate) number: String,
    pub(crate) title: String,
    pub(crate) matter: Option<String>,
    pub(crate) status: Standing,
    pub(crate) dated: Day,
    pub(crate) open_till: Day,
    pub(crate) total: Amount,
}

/// A status of one of the two kinds, which call a no differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) kind: OfferKind,
    pub(crate) status: OfferStatus,
}

/// A proposal or an estimate, for who is signed in.
#[derive(Debug, Template)]
#[template(path = "offer.html")]
pub(crate) struct OfferPage {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    /// Why a decision was refused.
    pub(crate) problems: Problems,
    pub(crate) offer: OfferBody,
}

impl OfferPage {
    /// The list that it stands in.
    pub(crate) fn list(&self) -> String {
        self.frame.urls.offers(self.offer.kind)
    }
}

/// A proposal behind its mailed link.
#[derive(Debug, Template)]
#[template(path = "offer-link.html")]
pub(crate) struct LinkedOffer {
    pub(crate) frame: Frame,
    pub(crate) problems: Problems,
    pub(crate) offer: OfferBody,
}

/// What is read and decided on.
#[derive(Debug)]
pub(crate) struct OfferBody {
    pub(crate) kind: OfferKind,
    pub(crate) number: String,
    pub(crate) title: String,
    pub(crate) status: Standing,
    pub(crate) state: State,
    pub(crate) dated: Day,
    pub(crate) open_till: Day,
    pub(crate) matter: Option<String>,
    /// Name and address of the client, one line each.
    pub(crate) made_for: Vec<String>,
    pub(crate) text: Option<RichHtml>,
    pub(crate) lines: Vec<PricedLine>,
    pub(crate) sums: Sums,
    /// Address of the PDF file.
    pub(crate) pdf: String,
}

impl OfferBody {
    pub(crate) fn is_accepted(&self) -> bool {
        self.status.status == OfferStatus::Accepted
    }
}

/// What the card beside the document says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// It waits for an answer: the addresses that ask for one.
    Open {
        accept: String,
        decline: String,
    },
    Answered {
        /// Who answered, and for a link to which address it was mailed.
        by: String,
        to: Option<String>,
        on: Day,
        /// Why not; line breaks are kept.
        reason: Option<String>,
    },
    Expired,
    Withdrawn {
        on: Day,
    },
}

/// Asks once more, for who is signed in.
#[derive(Debug, Template)]
#[template(path = "offer-answer.html")]
pub(crate) struct OfferAnswer {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) problems: Problems,
    pub(crate) asked: Asked,
}

/// Asks once more, behind a mailed link.
#[derive(Debug, Template)]
#[template(path = "offer-link-answer.html")]
pub(crate) struct LinkedAnswer {
    pub(crate) frame: Frame,
    pub(crate) problems: Problems,
    pub(crate) asked: Asked,
}

/// What is about to be answered.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) kind: OfferKind,
    pub(crate) answer: Answer,
    pub(crate) number: String,
    pub(crate) title: String,
    pub(crate) total: Amount,
    /// The digest of what was read.
    pub(crate) shown: String,
    /// Where the answer is posted.
    pub(crate) action: String,
    /// The document.
    pub(crate) back: String,
    /// The name of who answers, where nobody is signed in.
    pub(crate) name: Option<String>,
    /// The reason as typed.
    pub(crate) reason: String,
}

/// The mailed link shows nothing, for whatever reason.
#[derive(Debug, Template)]
#[template(path = "offer-link-dead.html")]
pub(crate) struct OfferLinkDead {
    pub(crate) frame: Frame,
}
