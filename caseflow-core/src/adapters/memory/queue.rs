//! The work queue.

use std::time::Duration;

use async_trait::async_trait;

use super::MemoryStore;
use super::state::{Posted, Records};
use super::table::Undo as _;
use crate::domain::id::{FirmId, MailId};
use crate::domain::time::Timestamp;
use crate::ports::store::{Lease, Outcome, Queue, Settlement, StoreError};

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
    let due = match settlement.outcome {
        Outcome::Done => {
            records.outbox.remove(&settlement.mail);
            records.outbox.keep();
            return true;
        }
        Outcome::Retry(at) => Some(at),
        Outcome::Dead => None,
    };
    let posted = Posted {
        due,
        leased_until: None,
        ..posted
    };
    records.outbox.put(settlement.mail, posted);
    records.outbox.keep();
    true
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
    ];
    for table in records.tables() {
        table.keep();
    }
    gone.into_iter().sum()
}
