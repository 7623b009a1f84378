//! The double's own books, to compare a host's with.

use std::collections::BTreeMap;

use super::Double;
use super::model::{Charge, Dispute, Refund, Session};
use super::state::State;

/// All money that moved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// Charges whose money came, oldest first.
    pub charges: Vec<ChargeLine>,
    /// Refunds, oldest first.
    pub refunds: Vec<RefundLine>,
    /// Disputes, oldest first.
    pub disputes: Vec<DisputeLine>,
}

/// A charge whose money came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeLine {
    /// Its id.
    pub id: String,
    /// Its payment intent.
    pub intent: String,
    /// Its checkout; none when it was paid elsewhere.
    pub session: Option<String>,
    /// How much, in Stripe's units.
    pub amount: i64,
    /// Of what, in lower case.
    pub currency: String,
    /// The intent's metadata.
    pub metadata: BTreeMap<String, String>,
}

/// A refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundLine {
    /// Its id.
    pub id: String,
    /// The payment intent of its charge.
    pub intent: String,
    /// How much, in Stripe's units.
    pub amount: i64,
    /// How it stands, in Stripe's words: `pending`, `succeeded` or `failed`.
    pub status: &'static str,
    /// Its metadata.
    pub metadata: BTreeMap<String, String>,
}

/// A dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeLine {
    /// Its id.
    pub id: String,
    /// The payment intent of its charge.
    pub intent: String,
    /// How much is in dispute, in Stripe's units.
    pub amount: i64,
    /// How it stands, in Stripe's words.
    pub status: &'static str,
    /// What it has moved so far: what was taken is negative.
    pub moved: i64,
}

/// An event, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventLine {
    /// Its id.
    pub id: String,
    /// Its type.
    pub kind: String,
}

/// Books.
impl Double {
    /// All money that moved.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        let state = self.lock();
        let came = |charge: &&Charge| charge.status == "succeeded";
        let charges = state.charges.iter().filter(came);
        Ledger {
            charges: charges.map(|charge| charge_line(&state, charge)).collect(),
            refunds: state.refunds.iter().map(refund_line).collect(),
            disputes: state
                .disputes
                .iter()
                .map(|dispute| dispute_line(&state, dispute))
                .collect(),
        }
    }

    /// All events, oldest first.
    #[must_use]
    pub fn events(&self) -> Vec<EventLine> {
        let state = self.lock();
        let lines = state.events.iter().map(|event| EventLine {
            id: event.id.clone(),
            kind: event.kind.clone(),
        });
        lines.collect()
    }
}

fn charge_line(state: &State, charge: &Charge) -> ChargeLine {
    let its = |session: &&Session| session.intent.as_deref() == Some(&charge.intent);
    let session = state.sessions.iter().find(its);
    ChargeLine {
        id: charge.id.clone(),
        intent: charge.intent.clone(),
        session: session.map(|session| session.id.clone()),
        amount: charge.amount,
        currency: charge.currency.clone(),
        metadata: charge.metadata.clone(),
    }
}

fn refund_line(refund: &Refund) -> RefundLine {
    RefundLine {
        id: refund.id.clone(),
        intent: refund.intent.clone(),
        amount: refund.amount,
        status: refund.status,
        metadata: refund.metadata.clone(),
    }
}

fn dispute_line(state: &State, dispute: &Dispute) -> DisputeLine {
    let moved = dispute.transactions.iter();
    let moved = moved.filter_map(|id| state.transactions.find(id));
    DisputeLine {
        id: dispute.id.clone(),
        intent: dispute.intent.clone(),
        amount: dispute.amount,
        status: dispute.status,
        moved: moved.map(|moved| moved.amount).sum(),
    }
}
