use caseflow_core::domain::id::ContactId;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::number::{DocumentNumber, Number};
use caseflow_core::domain::offer::{
    Answer, Decider, Decision, Offer, OfferKind, OfferStage, OfferState, OfferTerms, Sending,
};
use caseflow_core::domain::text::Email;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::OfferRow;

use super::origin;
use super::pricing::{StoredPricing, StoredTotals};
use crate::read::{Cells, Stored, Unknown, Unreadable};
use crate::table::{Shape, Table};
use crate::value::{self, Value, text};

pub(crate) const OFFERS: Table = Table {
    name: "caseflow_offers",
    key: &["id"],
    texts: &[
        "kind",
        "client_id",
        "stage",
        "number",
        "digest",
        "reason",
        "decider_id",
        "decider_name",
        "decider_email",
        "ip",
        "user_agent",
        "title",
        "body",
        "dated",
        "open_till",
        "currency",
        "pricing",
        "totals",
        "matter",
        "internal_note",
        "email",
    ],
    numbers: &[
        "edition",
        "sent_at",
        "decided_at",
        "withdrawn_at",
        "viewed_at",
        "total",
        "created_at",
    ],
    versioned: true,
};

/// What a list shows.
pub(crate) fn row_shape(alias: &str) -> Shape {
    Shape::of(
        alias,
        &[
            "id",
            "kind",
            "client_id",
            "number",
            "title",
            "stage",
            "dated",
            "open_till",
            "currency",
            "matter",
        ],
        &["version", "total", "sent_at", "viewed_at", "decided_at"],
    )
}

/// `number` is what was taken from the series, if anything was.
pub(crate) fn values(offer: &Offer, number: Option<&str>) -> Result<Vec<Value>, Unreadable> {
    let (sending, terms) = (offer.sending(), &offer.terms);
    let mut values = vec![
        text(offer.id),
        text(offer.kind.code()),
        text(offer.client),
        text(offer.stage().code()),
        value::maybe(number.as_ref()),
        value::maybe(sending.map(|it| it.digest).as_ref()),
    ];
    values.extend(decision_texts(offer.decision()));
    values.extend([
        text(&terms.title),
        value::maybe(terms.body.as_ref().map(|body| body.as_str()).as_ref()),
        terms.dated.into(),
        terms.open_till.into(),
        text(terms.pricing.currency),
        text(serde_json::to_string(&StoredPricing::write(
            &terms.pricing,
        ))?),
        text(serde_json::to_string(&StoredTotals::write(&offer.totals))?),
        value::maybe(terms.matter.as_ref()),
        value::maybe(terms.internal_note.as_ref()),
        value::maybe(terms.email.as_ref()),
        Value::Int(sending.map(|it| it.edition.into())),
        sending.map(|it| it.at).into(),
        offer.decision().map(|it| it.at).into(),
        withdrawn_at(&offer.state).into(),
        offer.viewed_at.into(),
        offer.totals.total.minor().into(),
        offer.created_at.into(),
    ]);
    Ok(values)
}

fn withdrawn_at(state: &OfferState) -> Option<Timestamp> {
    match state {
        OfferState::Draft | OfferState::Sent(_) | OfferState::Decided { .. } => None,
        OfferState::Withdrawn { at, .. } => Some(*at),
    }
}

fn decision_texts(decision: Option<&Decision>) -> Vec<Value> {
    let (id, name, email) = match decision.map(|it| &it.by) {
        None => (None, None, None),
        Some(Decider::Contact { id, name }) => (Some(id), Some(name.as_str()), None),
        Some(Decider::LinkHolder { email, name }) => (None, Some(name.as_str()), Some(email)),
    };
    let mut texts = vec![
        value::maybe(decision.and_then(|it| it.reason.as_ref())),
        value::maybe(id),
        value::maybe(name.as_ref()),
        value::maybe(email),
    ];
    texts.extend(origin::values(decision.map(|it| &it.origin)));
    texts
}

impl Stored for Offer {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let (id, kind) = (cells.parse()?, kind(cells)?);
        let client = cells.parse()?;
        let state = state(cells)?;
        let (title, body) = (cells.parse()?, cells.maybe()?);
        let (dated, open_till) = (cells.day()?, cells.day()?);
        let currency = cells.parse()?;
        let pricing: StoredPricing = serde_json::from_str(cells.text()?)?;
        let totals: StoredTotals = serde_json::from_str(cells.text()?)?;
        let viewed_at = cells.maybe_time()?;
        let _total = cells.number()?;
        Ok(Self {
            id,
            kind,
            client,
            terms: OfferTerms {
                title,
                body,
                pricing: pricing.read(currency)?,
                dated,
                open_till,
                matter: cells.maybe()?,
                internal_note: cells.maybe()?,
                email: cells.maybe()?,
            },
            totals: totals.read(currency)?,
            state,
            viewed_at,
            created_at: cells.time()?,
        })
    }
}

fn kind(cells: &mut Cells<'_>) -> Result<OfferKind, Unreadable> {
    Ok(OfferKind::from_code(cells.text()?).ok_or(Unknown("the kind of offer"))?)
}

fn stage(cells: &mut Cells<'_>) -> Result<OfferStage, Unreadable> {
    Ok(OfferStage::from_code(cells.text()?).ok_or(Unknown("the offer's stage"))?)
}

fn state(cells: &mut Cells<'_>) -> Result<OfferState, Unreadable> {
    let stage = stage(cells)?;
    let sending = sending(cells)?;
    let decision = decision(cells, stage)?;
    match (stage, sending, decision, cells.maybe_time()?) {
        (OfferStage::Draft, None, None, None) => Ok(OfferState::Draft),
        (OfferStage::Sent, Some(sending), None, None) => Ok(OfferState::Sent(sending)),
        (OfferStage::Accepted | OfferStage::Declined, Some(sending), Some(decision), None) => {
            Ok(OfferState::Decided { sending, decision })
        }
        (OfferStage::Withdrawn, Some(sending), None, Some(at)) => {
            Ok(OfferState::Withdrawn { sending, at })
        }
        _ => Err(Unknown("the offer's state").into()),
    }
}

fn sending(cells: &mut Cells<'_>) -> Result<Option<Sending>, Unreadable> {
    let sent = cells.maybe_text()?.zip(cells.maybe()?);
    let as_of = cells.maybe_number()?.zip(cells.maybe_time()?);
    let Some(((number, digest), (edition, at))) = sent.zip(as_of) else {
        return Ok(None);
    };
    Ok(Some(Sending {
        number: Number::Taken(DocumentNumber::from_storage(number.to_owned())),
        edition: edition.try_into()?,
        digest,
        at,
    }))
}

fn decision(cells: &mut Cells<'_>, stage: OfferStage) -> Result<Option<Decision>, Unreadable> {
    let reason = cells.maybe()?;
    let by = decider(cells)?;
    let origin = Stored::read(cells)?;
    let answer = match stage {
        OfferStage::Accepted => Some(Answer::Accepted),
        OfferStage::Declined => Some(Answer::Declined),
        OfferStage::Draft | OfferStage::Sent | OfferStage::Withdrawn => None,
    };
    let decided = answer.zip(by).zip(cells.maybe_time()?);
    Ok(decided.map(|((answer, by), at)| Decision {
        answer,
        reason,
        by,
        origin,
        at,
    }))
}

fn decider(cells: &mut Cells<'_>) -> Result<Option<Decider>, Unreadable> {
    let id: Option<ContactId> = cells.maybe()?;
    let name = cells.maybe_text()?;
    let email: Option<Email> = cells.maybe()?;
    Ok(match (id, name, email) {
        (None, None, None) => None,
        (Some(id), Some(name), None) => Some(Decider::Contact {
            id,
            name: name.parse()?,
        }),
        (None, Some(name), Some(email)) => Some(Decider::LinkHolder {
            email,
            name: name.parse()?,
        }),
        _ => return Err(Unknown("who answered").into()),
    })
}

impl Stored for OfferRow {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let (id, kind) = (cells.parse()?, kind(cells)?);
        let client = cells.parse()?;
        let number = cells.maybe_text()?;
        let title = cells.parse()?;
        let stage = stage(cells)?;
        let (dated, open_till) = (cells.day()?, cells.day()?);
        let currency = cells.parse()?;
        Ok(Self {
            id,
            version: cells.version()?,
            kind,
            client,
            number: number.map(|number| DocumentNumber::from_storage(number.to_owned())),
            title,
            stage,
            dated,
            open_till,
            total: Money::from_minor(cells.number()?, currency),
            matter: cells.maybe()?,
            sent_at: cells.maybe_time()?,
            viewed_at: cells.maybe_time()?,
            decided_at: cells.maybe_time()?,
        })
    }
}
