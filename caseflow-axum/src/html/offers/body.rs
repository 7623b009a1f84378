//! What the pages of who is signed in and those behind a mailed link have in common.

use caseflow_core::domain::client::Client;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::offer::{
    Answer, Decider, Decision, Digest, Offer, OfferError, OfferState, OfferStatus,
};
use caseflow_core::domain::secret::Secret;
use caseflow_core::domain::text::{Prose, TextError};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::portal::offers::Deciding;
use chrono::NaiveDate;
use serde::Deserialize;

use crate::html::format::{money, text};
use crate::html::invoices::billed_to;
use crate::html::pricing;
use crate::html::rich_text::{RichHtml, Under};
use crate::html::views::forms::{OfferProblem, Problem};
use crate::html::views::offers::{Asked, OfferBody, Standing, State};
use crate::urls::{Urls, with_query};

/// By which addresses an offer is read and answered.
#[derive(Debug, Clone, Copy)]
pub(in crate::html) enum Road<'a> {
    /// Those of who is signed in.
    Portal(&'a Urls, &'a Offer),
    /// Those below a mailed link.
    Link(&'a Urls, &'a Secret),
}

impl Road<'_> {
    pub(in crate::html) fn document(self) -> String {
        match self {
            Self::Portal(urls, offer) => urls.offer(offer.kind, &offer.id.to_string()),
            Self::Link(urls, secret) => urls.offer_link(&secret.reveal()),
        }
    }

    fn pdf(self) -> String {
        match self {
            Self::Portal(urls, offer) => urls.offer_pdf(offer.kind, &offer.id.to_string()),
            Self::Link(urls, secret) => urls.offer_link_pdf(&secret.reveal()),
        }
    }

    fn answer(self, answer: Answer) -> String {
        match self {
            Self::Portal(urls, offer) => {
                urls.offer_answer(offer.kind, answer, &offer.id.to_string())
            }
            Self::Link(urls, secret) => urls.offer_link_answer(answer, &secret.reveal()),
        }
    }
}

/// What was read before the wish to answer, as the document's links say it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::html) struct Shown {
    shown: Option<String>,
}

/// What comes next for somebody who wishes to answer.
#[derive(Debug)]
pub(in crate::html) enum Turn {
    /// They are asked once more.
    Ask,
    /// They have not read it, or there is nothing to answer.
    Read,
    /// They have read something else.
    ReadAgain(Problem),
}

impl Shown {
    pub(in crate::html) fn turn(&self, offer: &Offer, today: NaiveDate) -> Turn {
        let shown = self
            .shown
            .as_ref()
            .and_then(|shown| shown.parse::<Digest>().ok());
        match (offer.status(today), shown) {
            (OfferStatus::Sent, Some(shown)) if shown == offer.digest() => Turn::Ask,
            (OfferStatus::Sent, Some(_)) => Turn::ReadAgain(problem_of(&OfferError::Changed)),
            _ => Turn::Read,
        }
    }
}

/// What the page that asks once more posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::html) struct Filled {
    shown: String,
    /// The name, where nobody is signed in.
    pub(in crate::html) name: String,
    reason: String,
}

impl Filled {
    /// The form of somebody who has just read this.
    pub(in crate::html) fn of(offer: &Offer) -> Self {
        Self {
            shown: offer.digest().to_string(),
            ..Self::default()
        }
    }

    /// What is decided. A digest that is none stands for what nobody was ever shown.
    pub(in crate::html) fn deciding(&self, answer: Answer) -> Result<Deciding, Problem> {
        Ok(Deciding {
            shown: self.shown.parse().unwrap_or(Digest::from_bytes([0; 32])),
            answer,
            reason: self.reason()?,
        })
    }

    fn reason(&self) -> Result<Option<Prose<1000>>, Problem> {
        match Prose::parse(&self.reason) {
            Ok(reason) => Ok(Some(reason)),
            Err(TextError::TooLong { max: most }) => {
                Err(OfferProblem::ReasonTooLong { most }.into())
            }
            Err(TextError::Forbidden { character, .. }) => {
                Err(OfferProblem::ReasonForbidden { character }.into())
            }
            Err(_) => Ok(None),
        }
    }
}

/// How a page says why a decision was refused.
pub(in crate::html) fn problem_of(why: &OfferError) -> Problem {
    Problem::Offer(match why {
        OfferError::Changed => OfferProblem::Changed,
        OfferError::Expired(_) => OfferProblem::Expired,
        OfferError::Decided(_) => OfferProblem::Decided,
        _ => OfferProblem::Closed,
    })
}

/// The document and the card beside it.
pub(in crate::html) fn body(
    road: Road<'_>,
    firm: &Firm,
    client: &Client,
    offer: &Offer,
    now: Timestamp,
) -> OfferBody {
    let (terms, totals) = (&offer.terms, &offer.totals);
    let status = offer.status(firm.today(now));
    let text_of = |text| RichHtml::new(text, Under::H2);
    OfferBody {
        kind: offer.kind,
        number: text(offer.number()),
        title: terms.title.to_string(),
        status: Standing {
            kind: offer.kind,
            status,
        },
        state: state(road, firm, offer, status),
        dated: terms.dated.into(),
        open_till: terms.open_till.into(),
        matter: terms.matter.as_ref().map(ToString::to_string),
        made_for: billed_to(client),
        text: terms.body.as_ref().map(text_of),
        lines: pricing::lines(&terms.pricing, totals),
        sums: pricing::sums(&terms.pricing, totals),
        pdf: road.pdf(),
    }
}

/// The page that asks once more, as filled in.
pub(in crate::html) fn asked(
    road: Road<'_>,
    offer: &Offer,
    answer: Answer,
    filled: &Filled,
) -> Asked {
    let name = match road {
        Road::Portal(..) => None,
        Road::Link(..) => Some(filled.name.clone()),
    };
    Asked {
        kind: offer.kind,
        answer,
        number: text(offer.number()),
        title: offer.terms.title.to_string(),
        total: money(offer.totals.total),
        shown: filled.shown.clone(),
        action: road.answer(answer),
        back: road.document(),
        name,
        reason: filled.reason.clone(),
    }
}

fn state(road: Road<'_>, firm: &Firm, offer: &Offer, status: OfferStatus) -> State {
    match &offer.state {
        OfferState::Decided { decision, .. } => answered(firm, decision),
        OfferState::Withdrawn { at, .. } => State::Withdrawn {
            on: firm.zone.day(*at).into(),
        },
        OfferState::Sent(_) | OfferState::Draft if status == OfferStatus::Sent => {
            let shown = offer.digest().to_string();
            let ask = |answer| with_query(&road.answer(answer), "shown", &shown);
            State::Open {
                accept: ask(Answer::Accepted),
                decline: ask(Answer::Declined),
            }
        }
        OfferState::Sent(_) | OfferState::Draft => State::Expired,
    }
}

fn answered(firm: &Firm, decision: &Decision) -> State {
    let (by, to) = match &decision.by {
        Decider::Contact { name, .. } => (name.to_string(), None),
        Decider::LinkHolder { email, name } => (name.to_string(), Some(email.to_string())),
    };
    State::Answered {
        by,
        to,
        on: firm.zone.day(decision.at).into(),
        reason: decision.reason.as_ref().map(ToString::to_string),
    }
}
