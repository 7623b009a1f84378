//! Announcements that a contact puts away.

use super::{Visiting, audit, in_person, visitor};
use crate::Ports;
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes};
use crate::domain::id::AnnouncementId;
use crate::error::Error;
use crate::write::{Attempts, Next};

/// Takes an announcement off the contact's dashboard, for good. Once more is no error.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when it is not meant for the client or does not show
/// now.
pub async fn dismiss(ports: &Ports, visiting: &Visiting, id: AnnouncementId) -> Result<(), Error> {
    let who = visitor(ports, visiting).await?;
    in_person(&who)?;
    let mut attempts = Attempts::new(ports, visiting.firm);
    loop {
        let now = ports.now();
        let found = ports
            .store
            .announcement(visiting.firm, id)
            .await?
            .ok_or(Error::NotFound)?
            .value;
        if !found.is_for(who.client().id) || !found.is_current(now) {
            return Err(Error::NotFound);
        }
        let dismissal = Change::Dismissal {
            contact: who.contact().id,
            announcement: id,
            at: now,
        };
        let changes = Changes::default().with(dismissal).audited(audit(
            ports,
            visiting,
            &who,
            AuditAction::AnnouncementDismissed,
            [id.into(), who.contact().id.into()],
        )?);
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(());
        }
    }
}
