//! A proposal or an estimate as it is printed.

use super::invoice::{lines, totals};
use super::{Day, Letterhead, LineView, Moment, PrintError, RichView, TotalsView, text};
use crate::domain::offer::{Decider, Decision, Offer, OfferKind, OfferState, OfferStatus};
use crate::domain::pricing::PriceMode;

/// A proposal or an estimate with its text, its lines and its totals, and what has become of it
/// (R-DEC).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferView {
    /// Which of the two it is.
    pub kind: OfferKind,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// What has become of it.
    pub status: OfferStatus,
    /// The same in words.
    pub status_text: String,
    /// The date on it.
    pub dated: Day,
    /// The last day on which it can be accepted.
    pub open_till: Day,
    /// The day on which it was taken back, in the firm's zone.
    pub withdrawn_on: Option<Day>,
    /// The matter it belongs to.
    pub matter: Option<String>,
    /// What is offered, in words.
    pub body: Option<RichView>,
    /// Whether prices hold the taxes already.
    pub mode: PriceMode,
    /// Its lines, in their order.
    pub lines: Vec<LineView>,
    /// Its sums. Nothing is paid on it, so nothing of it is said to be due.
    pub totals: TotalsView,
    /// The client's answer.
    pub answer: Option<AnswerView>,
}

/// What a client answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerView {
    /// The answer in words.
    pub text: String,
    /// Who answered.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why, if somebody said so; line breaks are kept.
    pub reason: Option<String>,
}

impl OfferView {
    pub(super) fn of(head: &Letterhead<'_>, offer: &Offer) -> Result<Self, PrintError> {
        if offer.client != head.client.id {
            return Err(PrintError::OtherClient);
        }
        if offer.state == OfferState::Draft {
            return Err(PrintError::Draft);
        }
        let number = offer.number().ok_or(PrintError::NoNumber)?.to_string();
        let (terms, format) = (&offer.terms, head.format());
        let (status, decision) = (offer.status(head.today()), offer.decision());
        let words = head.language().offered(offer.kind, status);
        let withdrawn_on = match &offer.state {
            OfferState::Withdrawn { at, .. } => Some(format.day(head.firm.zone.day(*at))),
            OfferState::Draft | OfferState::Sent(_) | OfferState::Decided { .. } => None,
        };
        Ok(Self {
            kind: offer.kind,
            number,
            title: terms.title.to_string(),
            status,
            status_text: words.to_owned(),
            dated: format.day(terms.dated),
            open_till: format.day(terms.open_till),
            withdrawn_on,
            matter: text(terms.matter.as_ref()),
            body: terms.body.as_ref().map(RichView::of),
            mode: terms.pricing.mode,
            lines: lines(head, &terms.pricing, &offer.totals),
            totals: totals(head, &terms.pricing, &offer.totals)?,
            answer: decision.map(|it| AnswerView::of(head, it, words)),
        })
    }
}

impl AnswerView {
    fn of(head: &Letterhead<'_>, decision: &Decision, text: &str) -> Self {
        Self {
            text: text.to_owned(),
            by: match &decision.by {
                Decider::Contact { name, .. } => name.to_string(),
                Decider::LinkHolder { email, name } => format!("{name} ({email})"),
            },
            at: Moment::of(head, decision.at),
            reason: decision.reason.as_ref().map(ToString::to_string),
        }
    }
}
