//! How money goes back: refunds and disputes.

use serde_json::json;

use super::failure::Failure;
use super::form::Metadata;
use super::model::{Charge, Dispute, Means, Refund};
use super::money;
use super::state::State;

/// What a dispute costs.
const DISPUTE_FEE: i64 = 1500;

/// A refund that is asked for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// How much; everything that is left when none.
    pub(super) amount: Option<i64>,
    pub(super) reason: Option<String>,
    pub(super) metadata: Metadata,
    /// Whether its money leaves only later.
    pub(super) slow: bool,
}

impl State {
    /// Gives money of a charge back; answers with the refund's id.
    pub(super) fn refund(&mut self, charge: &Charge, wanted: Wanted) -> Result<String, Failure> {
        self.check_refundable(charge)?;
        let amount = refundable(charge, wanted.amount)?;
        let slow = wanted.slow || matches!(charge.means, Means::Debit(_));
        let id = self.id("re_3", 23);
        let moved = self.moved(("refund", "refund"), (-amount, 0), &charge.currency, &id);
        self.refunds.push(Refund {
            id: id.clone(),
            created: self.now(),
            charge: charge.id.clone(),
            intent: charge.intent.clone(),
            amount,
            currency: charge.currency.clone(),
            status: if slow { "pending" } else { "succeeded" },
            reason: wanted.reason,
            metadata: wanted.metadata,
            transaction: Some(moved),
            failure_transaction: None,
            means: charge.means.clone(),
        });
        self.charges
            .change(&charge.id, |charge| charge.refunded += amount);
        self.refund_event("refund.created", &id, None);
        self.charge_event("charge.refunded", &charge.id);
        Ok(id)
    }

    /// The money of a refund arrived. False when it was not on its way.
    pub(super) fn refund_arrived(&mut self, id: &str) -> bool {
        if self
            .refunds
            .find(id)
            .is_none_or(|refund| refund.status != "pending")
        {
            return false;
        }
        self.refunds
            .change(id, |refund| refund.status = "succeeded");
        self.refund_event("refund.updated", id, Some(json!({ "status": "pending" })));
        true
    }

    /// The money of a refund came back, even if it seemed to have arrived. False when there is no
    /// such refund, or when it failed already.
    pub(super) fn refund_failed(&mut self, id: &str) -> bool {
        let failed = |refund: &&Refund| refund.status != "failed";
        let Some(refund) = self.refunds.find(id).filter(failed).cloned() else {
            return false;
        };
        let kind = ("refund_failure", "refund_failure");
        let moved = self.moved(kind, (refund.amount, 0), &refund.currency, id);
        self.refunds.change(id, |refund| {
            refund.status = "failed";
            refund.failure_transaction = Some(moved);
        });
        self.charges
            .change(&refund.charge, |charge| charge.refunded -= refund.amount);
        let before = Some(json!({ "status": refund.status }));
        self.refund_event("refund.updated", id, before.clone());
        self.refund_event("refund.failed", id, before);
        true
    }

    /// A payer disputes a charge; answers with the dispute's id. A mere inquiry takes no money.
    pub(super) fn disputed(&mut self, charge: &Charge, amount: i64, inquiry: bool) -> String {
        let id = self.id("du_1", 23);
        self.disputes.push(Dispute {
            id: id.clone(),
            created: self.now(),
            charge: charge.id.clone(),
            intent: charge.intent.clone(),
            amount,
            currency: charge.currency.clone(),
            status: if inquiry {
                "warning_needs_response"
            } else {
                "needs_response"
            },
            transactions: vec![],
        });
        self.charges
            .change(&charge.id, |charge| charge.disputed = true);
        if !inquiry {
            self.dispute_moved(&id, "dispute", -1);
        }
        self.dispute_event("charge.dispute.created", &id);
        if !inquiry {
            self.dispute_event("charge.dispute.funds_withdrawn", &id);
        }
        id
    }

    /// An inquiry becomes a dispute: its money is taken.
    pub(super) fn escalated(&mut self, id: &str) -> bool {
        if !self.restated(id, "warning_needs_response", "needs_response") {
            return false;
        }
        self.dispute_moved(id, "dispute", -1);
        self.dispute_event("charge.dispute.updated", id);
        self.dispute_event("charge.dispute.funds_withdrawn", id);
        true
    }

    /// The account wins a dispute and has its money back, or an inquiry ends.
    pub(super) fn won(&mut self, id: &str) -> bool {
        if self.restated(id, "warning_needs_response", "warning_closed") {
            self.dispute_event("charge.dispute.closed", id);
            return true;
        }
        if !self.restated(id, "needs_response", "won") {
            return false;
        }
        self.dispute_moved(id, "dispute_reversal", 1);
        self.dispute_event("charge.dispute.closed", id);
        self.dispute_event("charge.dispute.funds_reinstated", id);
        true
    }

    /// The account loses a dispute.
    pub(super) fn lost(&mut self, id: &str) -> bool {
        let over = self.restated(id, "needs_response", "lost");
        if over {
            self.dispute_event("charge.dispute.closed", id);
        }
        over
    }

    fn restated(&mut self, id: &str, from: &str, to: &'static str) -> bool {
        if self
            .disputes
            .find(id)
            .is_none_or(|dispute| dispute.status != from)
        {
            return false;
        }
        self.disputes.change(id, |dispute| dispute.status = to);
        true
    }

    fn dispute_moved(&mut self, id: &str, category: &'static str, sign: i64) {
        let Some(dispute) = self.disputes.find(id).cloned() else {
            return;
        };
        let fee = if sign < 0 { DISPUTE_FEE } else { 0 };
        let sums = (sign * dispute.amount, fee);
        let moved = self.moved(("adjustment", category), sums, &dispute.currency, id);
        self.disputes
            .change(id, |dispute| dispute.transactions.push(moved));
    }

    /// Whether there is money of a charge at all.
    fn check_refundable(&self, charge: &Charge) -> Result<(), Failure> {
        if charge.status != "succeeded" {
            return Err(uncharged(&charge.intent));
        }
        let mut disputes = self
            .disputes
            .iter()
            .filter(|dispute| dispute.charge == charge.id);
        if disputes.any(|dispute| matches!(dispute.status, "needs_response" | "lost")) {
            let message = format!(
                "Charge {} has been charged back; cannot issue a refund.",
                charge.id
            );
            return Err(Failure::state(Some("charge_disputed"), message));
        }
        Ok(())
    }
}

/// A payment that brought no money.
pub(super) fn uncharged(intent: &str) -> Failure {
    let message =
        format!("This PaymentIntent ({intent}) does not have a successful charge to refund.");
    Failure::state(Some("payment_intent_unexpected_state"), message)
}

fn refundable(charge: &Charge, wanted: Option<i64>) -> Result<i64, Failure> {
    let left = charge.amount - charge.refunded;
    if left <= 0 {
        let message = format!("Charge {} has already been refunded.", charge.id);
        return Err(Failure::state(Some("charge_already_refunded"), message));
    }
    match wanted {
        Some(amount) if amount > left => {
            let message = format!(
                "Refund amount ({}) is greater than unrefunded amount on charge ({})",
                money::shown(amount, &charge.currency),
                money::shown(left, &charge.currency),
            );
            Err(Failure::state(None, message).about("amount"))
        }
        Some(amount) => Ok(amount),
        None => Ok(left),
    }
}
