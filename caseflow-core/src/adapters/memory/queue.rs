//! The work queue.

use std::time::Duration;

use async_trait::async_trait;

use super::MemoryStore;
use super::state::{Kept, Posted, Records};
use super::table::Undo as _;
use crate::domain::gateway_event::GatewayEvent;
use crate::domain::id::{ContractId, FirmId, MailId};
use crate::domain::time::Timestamp;
use crate::ports::store::{Lease, MoneyTask, MoneyWork, Outcome, Queue, Settlement, StoreError};

/// After how long a count of tries is forgotten.
const THROTTLE_LIFE: Duration = Duration::from_secs(24 * 3600);

#[async_trait]
impl Queue for MemoryStore {
    async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        max: u32,
    ) -> Result<Vec<Lease>, StoreError> {
        let mut state = self.lock()?;
        let firms = state.firms.iter();
        let mut free: Vec<(Timestamp, MailId, FirmId)> = firms
            .flat_map(|(firm, records)| free(records, now).map(|(due, id)| (due, id, *firm)))
            .collect();
        free.sort();
        free.truncate(usize::try_from(max).unwrap_or(usize::MAX));
        let leases = free.into_iter().filter_map(|(_, id, firm)| {
            let records = state.firms.get_mut(&firm)?;
            take(records, firm, id, until)
        });
        Ok(leases.collect())
    }

    async fn settle(&self, now: Timestamp, settlements: &[Settlement]) -> Result<u64, StoreError> {
        let mut state = self.lock()?;
        let mut counted = 0;
        for settlement in settlements {
            let records = state.firms.get_mut(&settlement.firm);
            if records.is_some_and(|records| settle(records, now, settlement)) {
                counted += 1;
            }
        }
        Ok(counted)
    }

    async fn lease_money(
        &self,
        now: Timestamp,
        until: Timestamp,
        max: u32,
    ) -> Result<Vec<MoneyWork>, StoreError> {
        let mut state = self.lock()?;
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        let mut work = vec![];
        for kind in [due_events, due_attempts, due_refunds] {
            let firms = state.firms.iter();
            let mut due: Vec<_> = firms
                .flat_map(|(firm, records)| kind(records, now).into_iter().map(|it| (*firm, it)))
                .collect();
            due.sort_by(|(_, a), (_, b)| (a.due, &a.name).cmp(&(b.due, &b.name)));
            due.truncate(max);
            for (firm, due) in due {
                if let Some(records) = state.firms.get_mut(&firm) {
                    let task = postpone(records, due.task, until);
                    work.push(MoneyWork { firm, task });
                }
            }
        }
        Ok(work)
    }

    async fn lease_seals(
        &self,
        now: Timestamp,
        until: Timestamp,
        max: u32,
    ) -> Result<Vec<(FirmId, ContractId)>, StoreError> {
        let mut state = self.lock()?;
        let firms = state.firms.iter();
        let mut due: Vec<(Timestamp, ContractId, FirmId)> = firms
            .flat_map(|(firm, records)| records.due_seals(now).map(|(due, id)| (due, id, *firm)))
            .collect();
        due.sort();
        due.truncate(usize::try_from(max).unwrap_or(usize::MAX));
        for (_, id, firm) in &due {
            if let Some(records) = state.firms.get_mut(firm) {
                records.postpone_seal(*id, until);
                records.contracts.keep();
            }
        }
        Ok(due.into_iter().map(|(_, id, firm)| (firm, id)).collect())
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut state = self.lock()?;
        Ok(state
            .firms
            .values_mut()
            .map(|records| purge(records, now))
            .sum())
    }
}

/// The mails that nobody has and that are due at `now`.
fn free(records: &Records, now: Timestamp) -> impl Iterator<Item = (Timestamp, MailId)> {
    let posted = records.outbox.values();
    posted
        .filter(move |posted| posted.leased_until.is_none_or(|until| until <= now))
        .filter_map(|posted| Some((posted.due?, posted.mail.id)))
        .filter(move |(due, _)| *due <= now)
}

fn take(records: &mut Records, firm: FirmId, id: MailId, until: Timestamp) -> Option<Lease> {
    let posted = records.outbox.get(&id)?.clone();
    let posted = Posted {
        tries: posted.tries + 1,
        leased_until: Some(until),
        ..posted
    };
    let lease = Lease {
        firm,
        mail: posted.mail.clone(),
        tries: posted.tries,
        forgiven: posted.forgiven,
        until,
    };
    records.outbox.put(id, posted);
    records.outbox.keep();
    Some(lease)
}

/// Whether the lease still counted.
fn settle(records: &mut Records, now: Timestamp, settlement: &Settlement) -> bool {
    let posted = records.outbox.get(&settlement.mail).cloned();
    let held = posted.filter(|posted| {
        posted.tries == settlement.tries && posted.leased_until.is_some_and(|until| now < until)
    });
    let Some(posted) = held else {
        return false;
    };
    let (due, setback) = match settlement.outcome {
        Outcome::Done => {
            records.outbox.remove(&settlement.mail);
            records.outbox.keep();
            return true;
        }
        Outcome::Retry(at, setback) => (Some(at), setback),
        Outcome::Dead(setback) => (None, setback),
    };
    let posted = Posted {
        due,
        leased_until: None,
        setback: Some(setback),
        version: posted.version.next(),
        ..posted
    };
    records.outbox.put(settlement.mail, posted);
    records.outbox.keep();
    true
}

/// Work that is due.
struct Due {
    due: Timestamp,
    name: String,
    task: MoneyTask,
}

fn due_events(records: &Records, now: Timestamp) -> Vec<Due> {
    let kept = records.events.values();
    kept.filter_map(|kept| {
        let due = kept.due.filter(|due| *due <= now)?;
        Some(Due {
            due,
            name: kept.event.event.to_string(),
            task: MoneyTask::Event {
                event: kept.event.clone(),
                tries: kept.tries + 1,
            },
        })
    })
    .collect()
}

fn due_attempts(records: &Records, now: Timestamp) -> Vec<Due> {
    let attempts = records.attempts.values().map(|attempt| &attempt.value);
    attempts
        .filter_map(|attempt| {
            let due = attempt.next_check.filter(|due| *due <= now)?;
            Some(Due {
                due,
                name: attempt.id.to_string(),
                task: MoneyTask::Attempt(attempt.id, attempt.invoice),
            })
        })
        .collect()
}

fn due_refunds(records: &Records, now: Timestamp) -> Vec<Due> {
    let refunds = records.refunds.values().map(|refund| &refund.value);
    refunds
        .filter_map(|refund| {
            let due = refund.next_check.filter(|due| *due <= now)?;
            Some(Due {
                due,
                name: refund.id.to_string(),
                task: MoneyTask::Refund(refund.id, refund.invoice),
            })
        })
        .collect()
}

/// Leased work is due again at `until`.
fn postpone(records: &mut Records, task: MoneyTask, until: Timestamp) -> MoneyTask {
    match &task {
        MoneyTask::Event { event, tries } => {
            let kept = Kept {
                event: event.clone(),
                due: Some(until),
                tries: *tries,
            };
            let key = (event.merchant.clone(), event.event.clone());
            records.events.put(key, kept);
            records.events.keep();
        }
        MoneyTask::Attempt(id, _) => {
            if let Some(mut attempt) = records.attempts.get(id).cloned() {
                attempt.value.next_check = Some(until);
                records.attempts.put(*id, attempt);
                records.attempts.keep();
            }
        }
        MoneyTask::Refund(id, _) => {
            if let Some(mut refund) = records.refunds.get(id).cloned() {
                refund.value.next_check = Some(until);
                records.refunds.put(*id, refund);
                records.refunds.keep();
            }
        }
    }
    task
}

fn purge(records: &mut Records, now: Timestamp) -> u64 {
    let gone = [
        records
            .sessions
            .remove_where(|_, session| !session.is_live(now)),
        records.links.remove_where(|_, link| !link.is_live(now)),
        records
            .replays
            .remove_where(|_, known| known.expires_at <= now),
        records.throttles.remove_where(|_, throttle| {
            throttle.last_at.plus(THROTTLE_LIFE) <= now && throttle.wait(now).is_none()
        }),
        records.events.remove_where(|_, kept| {
            kept.due.is_none() && kept.event.received_at.plus(GatewayEvent::KEPT) <= now
        }),
    ];
    for table in records.tables() {
        table.keep();
    }
    gone.into_iter().sum()
}
