//! What both APIs show of a proposal or an estimate.

use caseflow_core::domain::offer::{Decider, Decision, Offer, OfferState};
use caseflow_core::ports::store::OfferRow;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::money::{DiscountView, LineView, MoneyView, TotalsView};
use super::words::{answer_code, price_mode};

/// A proposal or an estimate as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfferSummary)]
pub(crate) struct SummaryView {
    /// Its id.
    #[schema(example = "off_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Its version.
    #[schema(minimum = 1)]
    version: u64,
    /// Which of the two it is: proposal or estimate.
    #[schema(example = "proposal")]
    kind: &'static str,
    /// Whom it is for.
    client: String,
    /// Its number, once it was sent.
    #[schema(example = "P-0001")]
    number: Option<String>,
    /// Its title.
    title: String,
    /// Computed at this moment: draft, sent (it waits for an answer), accepted, declined (an
    /// estimate is then called rejected), withdrawn, expired.
    #[schema(example = "sent")]
    status: &'static str,
    /// The date printed on it.
    #[schema(format = Date)]
    dated: String,
    /// The last day on which it can be accepted, in the firm's zone.
    #[schema(format = Date)]
    open_till: String,
    /// The matter it belongs to.
    matter: Option<String>,
    /// What it comes to.
    total: MoneyView,
    /// When it was last sent.
    #[schema(format = DateTime)]
    sent_at: Option<String>,
    /// When it was answered.
    #[schema(format = DateTime)]
    decided_at: Option<String>,
}

impl SummaryView {
    /// `today` is a day in the firm's zone.
    pub(crate) fn of(row: &OfferRow, today: NaiveDate) -> Self {
        Self {
            id: row.id.to_string(),
            version: row.version.0,
            kind: row.kind.code(),
            client: row.client.to_string(),
            number: row.number.as_ref().map(ToString::to_string),
            title: row.title.to_string(),
            status: row.status(today).code(),
            dated: row.dated.to_string(),
            open_till: row.open_till.to_string(),
            matter: row.matter.as_ref().map(ToString::to_string),
            total: row.total.into(),
            sent_at: row.sent_at.map(|at| at.to_string()),
            decided_at: row.decided_at.map(|at| at.to_string()),
        }
    }
}

/// What a proposal or an estimate says and what has become of it: what client and firm both see.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfferFacts)]
pub(crate) struct FactsView {
    /// Its id.
    #[schema(example = "off_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Which of the two it is: proposal or estimate.
    #[schema(example = "proposal")]
    kind: &'static str,
    /// Whom it is for.
    client: String,
    /// Its number, once it was sent.
    #[schema(example = "P-0001")]
    number: Option<String>,
    /// Computed at this moment: draft, sent (it waits for an answer), accepted, declined (an
    /// estimate is then called rejected), withdrawn, expired.
    #[schema(example = "sent")]
    pub(crate) status: &'static str,
    /// What its exact terms are known by: SHA-256 in hexadecimal. A decision says it, so that it is
    /// taken on what was read.
    digest: String,
    /// 1 when it was first sent, one more each time it was sent with other terms.
    #[schema(minimum = 1)]
    edition: Option<u32>,
    /// When it was last sent.
    #[schema(format = DateTime)]
    sent_at: Option<String>,
    /// Its title.
    title: String,
    /// What is offered, in Markdown.
    body: Option<String>,
    /// The date printed on it.
    #[schema(format = Date)]
    dated: String,
    /// The last day on which it can be accepted, in the firm's zone.
    #[schema(format = Date)]
    open_till: String,
    /// What all its amounts are in: ISO 4217.
    #[schema(example = "USD")]
    currency: &'static str,
    /// Whether unit prices hold the taxes already: tax_exclusive or tax_inclusive.
    #[schema(example = "tax_exclusive")]
    prices: &'static str,
    /// The lines, in the order printed.
    lines: Vec<LineView>,
    /// Taken off the sum of the lines, before tax.
    discount: Option<DiscountView>,
    /// The matter it belongs to.
    matter: Option<String>,
    /// Every number it shows.
    totals: TotalsView,
    /// What it comes to.
    total: MoneyView,
    /// The client's answer.
    decision: Option<DecisionView>,
    /// When the firm took it back.
    #[schema(format = DateTime)]
    withdrawn_at: Option<String>,
}

impl FactsView {
    /// `today` is a day in the firm's zone.
    pub(crate) fn of(offer: &Offer, today: NaiveDate) -> Self {
        let (terms, sending) = (&offer.terms, offer.sending());
        let withdrawn_at = match &offer.state {
            OfferState::Withdrawn { at, .. } => Some(at.to_string()),
            OfferState::Draft | OfferState::Sent(_) | OfferState::Decided { .. } => None,
        };
        Self {
            id: offer.id.to_string(),
            kind: offer.kind.code(),
            client: offer.client.to_string(),
            number: offer.number().map(ToString::to_string),
            status: offer.status(today).code(),
            digest: offer.digest().to_string(),
            edition: sending.map(|sending| sending.edition),
            sent_at: sending.map(|sending| sending.at.to_string()),
            title: terms.title.to_string(),
            body: terms.body.as_ref().map(|body| body.as_str().to_owned()),
            dated: terms.dated.to_string(),
            open_till: terms.open_till.to_string(),
            currency: terms.pricing.currency.code(),
            prices: price_mode(terms.pricing.mode),
            lines: terms.pricing.lines.iter().map(Into::into).collect(),
            discount: terms.pricing.discount.map(Into::into),
            matter: terms.matter.as_ref().map(ToString::to_string),
            totals: (&offer.totals).into(),
            total: offer.totals.total.into(),
            decision: offer.decision().map(Into::into),
            withdrawn_at,
        }
    }
}

/// What a client answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Decision)]
pub(crate) struct DecisionView {
    /// The answer: accepted or declined.
    #[schema(example = "accepted")]
    answer: &'static str,
    /// Why not, if somebody said so.
    reason: Option<String>,
    /// The name of who answered.
    by: String,
    /// By which road: portal, or link for who had the mailed link.
    #[schema(example = "portal")]
    road: &'static str,
    /// The contact, in the portal.
    contact: Option<String>,
    /// The address that the link was mailed to.
    email: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    at: String,
}

impl From<&Decision> for DecisionView {
    fn from(decision: &Decision) -> Self {
        let (by, road, contact, email) = match &decision.by {
            Decider::Contact { id, name } => {
                (name.to_string(), "portal", Some(id.to_string()), None)
            }
            Decider::LinkHolder { email, name } => {
                (name.to_string(), "link", None, Some(email.to_string()))
            }
        };
        Self {
            answer: answer_code(decision.answer),
            reason: decision.reason.as_ref().map(ToString::to_string),
            by,
            road,
            contact,
            email,
            at: decision.at.to_string(),
        }
    }
}
