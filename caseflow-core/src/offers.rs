//! What goes with every write of a proposal or an estimate: the line in the client's feed, the ids
//! of the audit row.

use crate::Ports;
use crate::domain::activity::ActivityKind;
use crate::domain::changes::Change;
use crate::domain::id::Subject;
use crate::domain::offer::{Offer, OfferKind, OfferStage};
use crate::tell;

/// A line for the client's feed that says what the offer has come to; none for a draft.
pub(crate) fn happened(ports: &Ports, offer: &Offer) -> Option<Change> {
    let kind = activity(offer.kind, offer.stage())?;
    let amount = Some(offer.totals.total);
    Some(tell::feed(ports, offer.client, kind, offer.id, amount))
}

/// What every audit row about an offer is about.
pub(crate) fn about(offer: &Offer) -> [Subject; 2] {
    [offer.id.into(), offer.client.into()]
}

fn activity(kind: OfferKind, stage: OfferStage) -> Option<ActivityKind> {
    match (kind, stage) {
        (_, OfferStage::Draft) => None,
        (OfferKind::Proposal, OfferStage::Sent) => Some(ActivityKind::ProposalSent),
        (OfferKind::Proposal, OfferStage::Accepted) => Some(ActivityKind::ProposalAccepted),
        (OfferKind::Proposal, OfferStage::Declined) => Some(ActivityKind::ProposalDeclined),
        (OfferKind::Proposal, OfferStage::Withdrawn) => Some(ActivityKind::ProposalWithdrawn),
        (OfferKind::Estimate, OfferStage::Sent) => Some(ActivityKind::EstimateSent),
        (OfferKind::Estimate, OfferStage::Accepted) => Some(ActivityKind::EstimateAccepted),
        (OfferKind::Estimate, OfferStage::Declined) => Some(ActivityKind::EstimateRejected),
        (OfferKind::Estimate, OfferStage::Withdrawn) => Some(ActivityKind::EstimateWithdrawn),
    }
}
