//! Writes about money that comes in and goes back online.

use super::state::Kept;
use super::writes::{Done, Work, add, put};
use crate::domain::alert::Alert;
use crate::domain::attempt::Attempt;
use crate::domain::changes::Write;
use crate::domain::gateway::{EventRef, Merchant};
use crate::domain::gateway_event::{EventOutcome, GatewayEvent};
use crate::domain::number::Series;
use crate::domain::payment::{Charge, Payment};
use crate::domain::refund::Refund;
use crate::domain::reversal::Reversal;
use crate::ports::store::{Constraint, StoreError};

impl Work<'_> {
    pub(super) fn payment(&mut self, mut write: Write<Payment>) -> Done {
        self.client_exists(write.value().client)?;
        self.invoice_exists(write.value().invoice)?;
        let (Write::Insert(payment) | Write::Update { now: payment, .. }) = &mut write;
        self.take(Series::Receipt, &mut payment.receipt);
        if let Some(charge) = &write.value().charge {
            self.attempt_exists(charge.attempt)?;
            let same = |it: &Charge| (&it.merchant, &it.txn) == (&charge.merchant, &charge.txn);
            let id = write.value().id;
            let mut others = self.records.payments.values().map(|other| &other.value);
            let known =
                others.any(|other| other.id != id && other.charge.as_ref().is_some_and(same));
            one_only(known, Constraint::Charge)?;
        }
        put(&mut self.records.payments, write.value().id, write)
    }

    pub(super) fn reversal(&mut self, mut reversal: Reversal) -> Done {
        self.client_exists(reversal.client)?;
        self.invoice_exists(reversal.invoice)?;
        self.payment_exists(reversal.payment)?;
        let name = |it: &Reversal| (it.kind, it.merchant.clone(), it.txn.clone());
        let same = |it: &Reversal| it.id != reversal.id && name(it) == name(&reversal);
        let known = self.records.reversals.values().any(same);
        one_only(known, Constraint::Reversal)?;
        self.take(Series::Refund, &mut reversal.number);
        add(&mut self.records.reversals, reversal.id, reversal)
    }

    pub(super) fn attempt(&mut self, write: Write<Attempt>) -> Done {
        let attempt = write.value();
        self.client_exists(attempt.client)?;
        self.invoice_exists(attempt.invoice)?;
        self.contact_exists(attempt.contact)?;
        for other in self.records.attempts.values().map(|other| &other.value) {
            if let Some(broken) = rival(attempt, other) {
                return Err(StoreError::AlreadyExists(broken));
            }
        }
        put(&mut self.records.attempts, write.value().id, write)
    }

    pub(super) fn refund(&mut self, write: Write<Refund>) -> Done {
        let refund = write.value();
        self.client_exists(refund.client)?;
        self.invoice_exists(refund.invoice)?;
        self.payment_exists(refund.payment)?;
        self.attempt_exists(refund.attempt)?;
        put(&mut self.records.refunds, write.value().id, write)
    }

    pub(super) fn alert(&mut self, write: Write<Alert>) -> Done {
        let alert = write.value();
        if let Some(invoice) = alert.invoice {
            self.invoice_exists(invoice)?;
        }
        if let Some(attempt) = alert.attempt {
            self.attempt_exists(attempt)?;
        }
        put(&mut self.records.alerts, write.value().id, write)
    }

    pub(super) fn event(&mut self, event: GatewayEvent) {
        let key = (event.merchant.clone(), event.event.clone());
        if !self.records.events.contains(&key) {
            let kept = Kept {
                due: Some(event.received_at),
                tries: 0,
                event,
            };
            self.records.events.put(key, kept);
        }
    }

    pub(super) fn event_seen(&mut self, key: (Merchant, EventRef), outcome: EventOutcome) {
        let kept = self.records.events.get(&key);
        let Some(kept) = kept.filter(|kept| kept.due.is_some()).cloned() else {
            return;
        };
        let due = match outcome {
            EventOutcome::Done | EventOutcome::Dead => None,
            EventOutcome::Again(at) => Some(at),
        };
        self.records.events.put(key, Kept { due, ..kept });
    }
}

/// Which constraint keeps the two attempts from existing side by side.
fn rival(attempt: &Attempt, other: &Attempt) -> Option<Constraint> {
    if other.id == attempt.id {
        return None;
    }
    let both_live = attempt.stage().is_live() && other.stage().is_live();
    if both_live && other.invoice == attempt.invoice {
        return Some(Constraint::LiveAttempt);
    }
    let checkout = |it: &Attempt| Some((it.merchant.clone(), it.reference()?.clone()));
    let known = checkout(attempt).is_some() && checkout(attempt) == checkout(other);
    known.then_some(Constraint::Checkout)
}

fn one_only(known: bool, constraint: Constraint) -> Done {
    match known {
        true => Err(StoreError::AlreadyExists(constraint)),
        false => Ok(()),
    }
}
