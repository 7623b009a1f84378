//! The work queue. What is due lies in the order in which it is due, across the firms; leasing it is
//! a transaction that writes, and of those one runs at a time.

use async_trait::async_trait;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::contract::{Contract, ContractState, SignedCopy};
use caseflow_core::domain::id::{ContractId, FirmId};
use caseflow_core::domain::link::Link;
use caseflow_core::domain::session::Session;
use caseflow_core::domain::throttle::Throttle;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::{Lease, MoneyWork, Outcome, Queue, Settlement, StoreError};

use crate::KeyValueStore;
use crate::records::{Kept, Posted, Remembered};
use crate::tables::{Record, Writing};

mod money;

#[async_trait]
impl Queue for KeyValueStore {
    async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        max: u32,
    ) -> Result<Vec<Lease>, StoreError> {
        self.write(move |rows| lease(rows, now, until, most(max)))
            .await
    }

    async fn settle(&self, now: Timestamp, settlements: &[Settlement]) -> Result<u64, StoreError> {
        let settlements = settlements.to_vec();
        self.write(move |rows| {
            let mut counted = 0;
            for settlement in &settlements {
                counted += u64::from(settle(rows, now, settlement)?);
            }
            Ok(counted)
        })
        .await
    }

    async fn lease_money(
        &self,
        now: Timestamp,
        until: Timestamp,
        max: u32,
    ) -> Result<Vec<MoneyWork>, StoreError> {
        self.write(move |rows| money::lease(rows, now, until, most(max)))
            .await
    }

    async fn lease_seals(
        &self,
        now: Timestamp,
        until: Timestamp,
        max: u32,
    ) -> Result<Vec<(FirmId, ContractId)>, StoreError> {
        self.write(move |rows| lease_seals(rows, now, until, most(max)))
            .await
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.write(move |rows| {
            let gone = [
                forget::<Session>(rows, now)?,
                forget::<Link>(rows, now)?,
                forget::<Remembered>(rows, now)?,
                forget::<Throttle>(rows, now)?,
                forget::<Kept>(rows, now)?,
            ];
            Ok(gone.into_iter().sum())
        })
        .await
    }
}

fn most(max: u32) -> usize {
    usize::try_from(max).unwrap_or(usize::MAX)
}

fn lease(
    rows: &mut Writing<'_>,
    now: Timestamp,
    until: Timestamp,
    max: usize,
) -> Result<Vec<Lease>, StoreError> {
    let is_free = |posted: &Posted| posted.leased_until.is_none_or(|until| until <= now);
    let due = rows.due::<Posted>(now)?;
    let free = due.filter(|it| it.as_ref().map_or(true, |(_, posted)| is_free(posted)));
    let free: Vec<_> = free.take(max).collect::<Result<_, _>>()?;
    let leases = free.into_iter().map(|(firm, posted)| {
        let posted = Posted {
            tries: posted.tries + 1,
            leased_until: Some(until),
            ..posted
        };
        rows.put(firm, &posted)?;
        Ok(Lease {
            firm,
            mail: posted.mail,
            tries: posted.tries,
            forgiven: posted.forgiven,
            until,
        })
    });
    leases.collect()
}

/// Whether the lease still counted.
fn settle(
    rows: &mut Writing<'_>,
    now: Timestamp,
    settlement: &Settlement,
) -> Result<bool, StoreError> {
    let (firm, id) = (settlement.firm, settlement.mail);
    let held = rows.get::<Posted>(firm, &id)?.filter(|posted| {
        posted.tries == settlement.tries && posted.leased_until.is_some_and(|until| now < until)
    });
    let Some(posted) = held else {
        return Ok(false);
    };
    let (due, setback) = match settlement.outcome {
        Outcome::Done => return Ok(rows.remove::<Posted>(firm, &id)?.is_some()),
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
    rows.put(firm, &posted)?;
    Ok(true)
}

fn lease_seals(
    rows: &mut Writing<'_>,
    now: Timestamp,
    until: Timestamp,
    max: usize,
) -> Result<Vec<(FirmId, ContractId)>, StoreError> {
    let due = rows.due::<Versioned<Contract>>(now)?;
    let due: Vec<_> = due.take(max).collect::<Result<_, _>>()?;
    let leased = due.into_iter().map(|(firm, mut contract)| {
        postpone(&mut contract.value, until);
        rows.put(firm, &contract)?;
        Ok((firm, contract.value.id))
    });
    leased.collect()
}

/// The copy of a signed contract is to be sealed at `until`.
fn postpone(contract: &mut Contract, until: Timestamp) {
    if let ContractState::Signed {
        copy: SignedCopy::Pending { next_try },
        ..
    } = &mut contract.state
    {
        *next_try = until;
    }
}

/// Removes what has no more use, and answers how many rows went.
fn forget<R: Record>(rows: &mut Writing<'_>, now: Timestamp) -> Result<u64, StoreError> {
    let ended: Vec<(FirmId, R)> = rows.ended(now)?.collect::<Result<_, _>>()?;
    let mut gone = 0;
    for (firm, record) in ended {
        gone += u64::from(rows.remove::<R>(firm, &record.key())?.is_some());
    }
    Ok(gone)
}
