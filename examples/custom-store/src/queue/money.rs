//! Work about money.

use caseflow_core::domain::attempt::Attempt;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::id::FirmId;
use caseflow_core::domain::refund::Refund;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::{MoneyTask, MoneyWork, StoreError};

use crate::records::Kept;
use crate::tables::{Record, Writing};

/// What is due about money, which is due again at `until`.
pub(super) fn lease(
    rows: &mut Writing<'_>,
    now: Timestamp,
    until: Timestamp,
    max: usize,
) -> Result<Vec<MoneyWork>, StoreError> {
    let events = events(rows, now, max)?;
    let attempts = due::<Versioned<Attempt>>(rows, now, max)?;
    let refunds = due::<Versioned<Refund>>(rows, now, max)?;
    let mut work = postpone(rows, events, |kept| {
        kept.due = Some(until);
        kept.tries += 1;
        let (event, tries) = (kept.event.clone(), kept.tries);
        MoneyTask::Event { event, tries }
    })?;
    work.extend(postpone(rows, attempts, |attempt| {
        attempt.value.next_check = Some(until);
        MoneyTask::Attempt(attempt.value.id, attempt.value.invoice)
    })?);
    work.extend(postpone(rows, refunds, |refund| {
        refund.value.next_check = Some(until);
        MoneyTask::Refund(refund.value.id, refund.value.invoice)
    })?);
    Ok(work)
}

type Due<R> = Result<Vec<(FirmId, R)>, StoreError>;

fn due<R: Record>(rows: &Writing<'_>, now: Timestamp, max: usize) -> Due<R> {
    rows.due(now)?.take(max).collect()
}

/// Notices have names of many lengths, whose bytes do not lie in the order of the names.
fn events(rows: &Writing<'_>, now: Timestamp, max: usize) -> Due<Kept> {
    let mut due: Vec<(FirmId, Kept)> = rows.due(now)?.collect::<Result<_, _>>()?;
    due.sort_by(|(_, a), (_, b)| (a.due, &a.event.event).cmp(&(b.due, &b.event.event)));
    due.truncate(max);
    Ok(due)
}

/// Writes the records as `lease` leaves them.
fn postpone<R: Record>(
    rows: &mut Writing<'_>,
    due: Vec<(FirmId, R)>,
    lease: impl Fn(&mut R) -> MoneyTask,
) -> Result<Vec<MoneyWork>, StoreError> {
    let work = due.into_iter().map(|(firm, mut record)| {
        let task = lease(&mut record);
        rows.put(firm, &record)?;
        Ok(MoneyWork { firm, task })
    });
    work.collect()
}
