//! Announcements.

use super::{Call, begin, check_version};
use crate::Ports;
use crate::domain::access::Staff;
use crate::domain::announcement::{Announcement, AnnouncementError, Audience};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Reply, Version, Versioned, Write};
use crate::domain::id::AnnouncementId;
use crate::domain::page::{Page, PageQuery};
use crate::domain::text::{Line, Prose};
use crate::domain::time::Timestamp;
use crate::error::{Error, Refusal};

/// What staff say of an announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncementInput {
    /// The headline.
    pub title: Line<120>,
    /// The text.
    pub body: Prose<2000>,
    /// When it begins to show; at once when absent.
    pub from: Option<Timestamp>,
    /// When it stops to show; never when absent.
    pub until: Option<Timestamp>,
    /// Who sees it.
    pub audience: Audience,
}

/// The firm's announcements, newest first, past and future ones too.
///
/// # Errors
/// When the store fails.
pub async fn list(
    ports: &Ports,
    staff: &Staff,
    page: &PageQuery<()>,
) -> Result<Page<Versioned<Announcement>, ()>, Error> {
    Ok(ports.store.announcements(staff.firm, page).await?)
}

/// One announcement.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such announcement.
pub async fn read(
    ports: &Ports,
    staff: &Staff,
    id: AnnouncementId,
) -> Result<Versioned<Announcement>, Error> {
    ports
        .store
        .announcement(staff.firm, id)
        .await?
        .ok_or(Error::NotFound)
}

/// Makes an announcement.
///
/// # Errors
/// A [`Refusal`] when window or audience make no sense.
pub async fn create(ports: &Ports, call: &Call, input: AnnouncementInput) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    let id: AnnouncementId = ports.new_id();
    let made = filled(id, ports.now(), input, ports.now()).map_err(Refusal::from)?;
    let reply = Reply {
        id: id.into(),
        version: Version::FIRST,
    };
    loop {
        let changes = Changes::default()
            .with(Change::Announcement(Write::Insert(made.clone())))
            .audited(call.audit(ports, AuditAction::AnnouncementMade, [id.into()]));
        match writing
            .commit(changes, reply)
            .await
            .map_err(missing_client)?
        {
            Some(reply) => return Ok(reply),
            None => continue,
        }
    }
}

/// Changes an announcement; an `until` in the past withdraws it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`] when window or audience make no sense.
pub async fn update(
    ports: &Ports,
    call: &Call,
    id: AnnouncementId,
    expected: Option<Version>,
    input: AnnouncementInput,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let old = read(ports, &call.staff, id).await?;
        check_version(&old, expected)?;
        let made = filled(id, old.value.from, input.clone(), old.value.created_at)
            .map_err(Refusal::from)?;
        let changes = Changes::default()
            .with(Change::Announcement(old.update(made)))
            .audited(call.audit(ports, AuditAction::AnnouncementChanged, [id.into()]));
        let reply = Reply {
            id: id.into(),
            version: old.version.next(),
        };
        if let Some(reply) = writing
            .commit(changes, reply)
            .await
            .map_err(missing_client)?
        {
            return Ok(reply);
        }
    }
}

fn filled(
    id: AnnouncementId,
    from: Timestamp,
    input: AnnouncementInput,
    created_at: Timestamp,
) -> Result<Announcement, AnnouncementError> {
    let AnnouncementInput {
        title,
        body,
        from: chosen,
        until,
        audience,
    } = input;
    let from = chosen.unwrap_or(from);
    Announcement {
        id,
        title,
        body,
        from,
        until,
        audience,
        created_at,
    }
    .check()
}

/// The only reference an announcement has is to its audience.
fn missing_client(error: Error) -> Error {
    match error {
        Error::Store(crate::ports::store::StoreError::MissingReference) => {
            Refusal::NoSuchReference("audience").into()
        }
        other => other,
    }
}
