//! Mails that have not left.

use super::{Call, begin, check_version};
use crate::Ports;
use crate::domain::access::Staff;
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Reply, Version, Versioned};
use crate::domain::id::{MailId, Subject};
use crate::domain::page::Page;
use crate::error::Error;
use crate::ports::store::{MailQuery, MailRow, MailStage};

/// The firm's mails that wait or are dead letters, newest first. Those that were sent are not kept.
///
/// # Errors
/// When the store fails.
pub async fn list(
    ports: &Ports,
    staff: &Staff,
    query: &MailQuery,
) -> Result<Page<Versioned<MailRow>, ()>, Error> {
    Ok(ports.store.mails(staff.firm, query).await?)
}

/// One mail.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such mail, or it was sent.
pub async fn read(ports: &Ports, staff: &Staff, id: MailId) -> Result<Versioned<MailRow>, Error> {
    let found = ports.store.mail(staff.firm, id).await?;
    found.ok_or(Error::NotFound)
}

/// Has a dead letter tried again from now on, with pauses as if it were new. One that waits is left
/// alone.
///
/// # Errors
/// [`Error::NotFound`] or [`Error::Stale`].
pub async fn retry(
    ports: &Ports,
    call: &Call,
    id: MailId,
    expected: Option<Version>,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let old = read(ports, &call.staff, id).await?;
        if old.value.stage() == MailStage::Waiting {
            return Ok(Reply {
                id: id.into(),
                version: old.version,
            });
        }
        check_version(&old, expected)?;
        let changes = Changes::default()
            .with(Change::RetryMail {
                mail: id,
                read: old.version,
                at: ports.now(),
            })
            .audited(call.audit(ports, AuditAction::MailRetried, about(&old.value)));
        let reply = Reply {
            id: id.into(),
            version: old.version.next(),
        };
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

fn about(row: &MailRow) -> Vec<Subject> {
    let mut about = vec![row.mail.id.into()];
    about.extend(row.mail.topic.about());
    about
}
