//! Reading a gateway's own record of what has happened: it finds the notices that never came, and
//! what was done at the gateway itself.

use std::time::Duration;

use super::{commit, gateways, merchant, raise};
use crate::Ports;
use crate::domain::alert::AlertKind;
use crate::domain::changes::{Change, Changes, Versioned, Write};
use crate::domain::gateway_event::{GatewayEvent, Sweep};
use crate::domain::id::FirmId;
use crate::domain::page::{PageQuery, PageSize};
use crate::domain::time::Timestamp;
use crate::error::Error;
use crate::ports::payments::{GatewayError, Notice, PaymentGateway};
use crate::ports::store::{AlertQuery, StoreError};

/// How many pages are read at a time; where there are more, the next round starts from the same
/// place again.
const PAGES: u32 = 100;
/// How old a notice is that should have come by itself.
const LATE: Duration = Duration::from_secs(10 * 60);

/// Reads what is due to be read. Whether anything new was found.
pub(super) async fn read_all(ports: &Ports) -> Result<bool, Error> {
    let mut found = false;
    for (firm, gateway) in gateways(ports) {
        match read(ports, firm, &*gateway).await {
            Ok(new) => found |= new,
            Err(error @ Error::Store(_)) => return Err(error),
            Err(Error::Gateway(GatewayError::Misconfigured(trouble))) => {
                let detail = format!("{}: {}", merchant(&*gateway), trouble.detail);
                tell(ports, firm, AlertKind::Misconfigured, &detail).await?;
            }
            // The gateway does not answer: the next round reads from the same place.
            Err(_) => {}
        }
    }
    Ok(found)
}

async fn read(ports: &Ports, firm: FirmId, gateway: &dyn PaymentGateway) -> Result<bool, Error> {
    let Some(sweep) = claim(ports, firm, gateway).await? else {
        return Ok(false);
    };
    let started = ports.now();
    let since = sweep.value.read_until.minus(Sweep::OVERLAP);
    let found = notices(ports, firm, gateway, since).await?;
    let compared_at = match sweep.value.compared_at.plus(Sweep::COMPARE_PAUSE) <= started {
        true => {
            let since = started.minus(Sweep::COMPARE_SPAN);
            super::compare::mend(ports, firm, gateway, since).await?;
            started
        }
        false => sweep.value.compared_at,
    };
    if let Some(found) = found {
        let now = Sweep {
            read_until: started,
            compared_at,
            ..sweep.value.clone()
        };
        let change = Change::Sweep(sweep.update(now));
        done_by_one(ports, firm, Changes::default().with(change)).await?;
        return Ok(found);
    }
    Ok(true)
}

/// Says that this server reads the record now; none when it is not due, or another one was first.
async fn claim(
    ports: &Ports,
    firm: FirmId,
    gateway: &dyn PaymentGateway,
) -> Result<Option<Versioned<Sweep>>, Error> {
    let now = ports.now();
    let merchant = merchant(gateway);
    let (write, value) = match ports.store.sweep(firm, merchant).await? {
        Some(sweep) if now < sweep.value.due => return Ok(None),
        Some(sweep) => {
            let claimed = Sweep {
                due: now.plus(Sweep::PAUSE),
                ..sweep.value.clone()
            };
            (sweep.update(claimed.clone()), claimed)
        }
        None => {
            let first = Sweep {
                merchant: merchant.clone(),
                read_until: now,
                due: now.plus(Sweep::PAUSE),
                // What happened before this was first asked is found by comparing.
                compared_at: now.minus(Sweep::COMPARE_PAUSE),
            };
            (Write::Insert(first.clone()), first)
        }
    };
    let version = write.version_after();
    let changes = Changes::default().with(Change::Sweep(write));
    let first = done_by_one(ports, firm, changes).await?;
    Ok(first.then_some(Versioned { version, value }))
}

/// Writes what only one server writes; whether it was this one.
async fn done_by_one(ports: &Ports, firm: FirmId, changes: Changes) -> Result<bool, Error> {
    match ports.store.commit(firm, changes).await {
        Ok(_) => Ok(true),
        Err(StoreError::Conflict | StoreError::AlreadyExists(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Keeps every notice of the record that is not known yet. Whether there were any; none when the
/// record is longer than one round reads.
async fn notices(
    ports: &Ports,
    firm: FirmId,
    gateway: &dyn PaymentGateway,
    since: Timestamp,
) -> Result<Option<bool>, Error> {
    let (mut after, mut found) = (None, false);
    for _ in 0..PAGES {
        let page = gateway.changes(since, after.as_ref()).await?;
        found |= keep(ports, firm, gateway, page.notices).await?;
        after = page.next;
        if after.is_none() {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

async fn keep(
    ports: &Ports,
    firm: FirmId,
    gateway: &dyn PaymentGateway,
    notices: Vec<Notice>,
) -> Result<bool, Error> {
    let merchant = merchant(gateway);
    let names: Vec<_> = notices.iter().map(|notice| notice.event.clone()).collect();
    let known = ports.store.known_events(firm, merchant, &names).await?;
    let new = notices.into_iter().filter(|it| !known.contains(&it.event));
    let new: Vec<Notice> = new.collect();
    if new.is_empty() {
        return Ok(false);
    }
    let now = ports.now();
    let is_late = |notice: &Notice| notice.at.is_some_and(|at| at.plus(LATE) <= now);
    let late = new.iter().any(is_late);
    let mut changes = Changes::default();
    for notice in new {
        changes.changes.push(Change::GatewayEvent(GatewayEvent {
            merchant: merchant.clone(),
            event: notice.event,
            kind: notice.kind,
            about: notice.about,
            received_at: now,
        }));
    }
    commit(ports, firm, changes).await?;
    if late {
        let detail = format!("{merchant} has notices that were never delivered");
        tell(ports, firm, AlertKind::NoticesMissing, &detail).await?;
    }
    Ok(true)
}

/// Tells staff what is wrong with a gateway, unless they have been told and have not settled it yet.
async fn tell(ports: &Ports, firm: FirmId, kind: AlertKind, detail: &str) -> Result<(), Error> {
    if is_told(ports, firm, kind).await? {
        return Ok(());
    }
    let mut changes = Changes::default();
    raise(ports, &mut changes, kind, detail);
    commit(ports, firm, changes).await
}

async fn is_told(ports: &Ports, firm: FirmId, kind: AlertKind) -> Result<bool, Error> {
    let query = AlertQuery {
        settled: Some(false),
        page: PageQuery {
            after: None,
            size: PageSize::new(100).unwrap_or_default(),
        },
    };
    let open = ports.store.alerts(firm, &query).await?;
    let mut open = open.rows.iter();
    Ok(open.any(|alert| alert.value.kind == kind))
}
