//! What staff should look at.

use super::{Call, begin, check_version};
use crate::Ports;
use crate::domain::access::Staff;
use crate::domain::alert::Alert;
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Reply, Version, Versioned};
use crate::domain::id::{AlertId, Subject};
use crate::domain::page::Page;
use crate::error::Error;
use crate::ports::store::AlertQuery;

/// The firm's alerts, newest first.
///
/// # Errors
/// When the store fails.
pub async fn list(
    ports: &Ports,
    staff: &Staff,
    query: &AlertQuery,
) -> Result<Page<Versioned<Alert>, ()>, Error> {
    Ok(ports.store.alerts(staff.firm, query).await?)
}

/// One alert.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such alert.
pub async fn read(ports: &Ports, staff: &Staff, id: AlertId) -> Result<Versioned<Alert>, Error> {
    let found = ports.store.alert(staff.firm, id).await?;
    found.ok_or(Error::NotFound)
}

/// Notes that staff have settled what an alert is about. Once more changes nothing.
///
/// # Errors
/// [`Error::NotFound`] or [`Error::Stale`].
pub async fn settle(
    ports: &Ports,
    call: &Call,
    id: AlertId,
    expected: Option<Version>,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let old = read(ports, &call.staff, id).await?;
        if old.value.is_settled() {
            return Ok(Reply {
                id: id.into(),
                version: old.version,
            });
        }
        check_version(&old, expected)?;
        let mut about = vec![id.into()];
        about.extend(old.value.invoice.map(Subject::from));
        let alert = old
            .value
            .clone()
            .settle(call.staff.name.clone(), ports.now());
        let changes = Changes::default()
            .with(Change::Alert(old.update(alert)))
            .audited(call.audit(ports, AuditAction::AlertSettled, about));
        let reply = Reply {
            id: id.into(),
            version: old.version.next(),
        };
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}
