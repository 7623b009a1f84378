//! The portal as staff look at it in place of a contact (R-ACC-9).
//!
//! A preview is a session of its own, begun by a link that [staff asked for](crate::firm::preview) and known
//! by a token of its own ([`Visitor::Preview`](crate::domain::access::Visitor::Preview)). It shows what the
//! contact may see, but nothing counts as seen by the contact; whatever would be done in the contact's name
//! is refused ([`Error::Preview`]), and so is the vault.

use super::links::{self, LinkPage, live};
use crate::Ports;
use crate::domain::access::{Actor, Origin, Staff};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes};
use crate::domain::id::FirmId;
use crate::domain::link::LinkPurpose;
use crate::domain::secret::Secret;
use crate::domain::session::{PREVIEW, Session};
use crate::domain::time::Timestamp;
use crate::error::{Error, Refusal};
use crate::write::{self, Attempts, Next};

/// A preview that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// What the browser shows from now on.
    pub token: Secret,
    /// When the preview ends by itself.
    pub expires_at: Timestamp,
}

/// Looks at a link without using it.
///
/// # Errors
/// [`Refusal::DeadLink`]; [`Error::Throttled`] after too many of those from one address.
pub async fn look(
    ports: &Ports,
    firm: FirmId,
    secret: &Secret,
    origin: &Origin,
) -> Result<LinkPage, Error> {
    links::look(ports, firm, secret, is_preview, origin).await
}

/// Uses the link: the preview begins.
///
/// # Errors
/// As [`look`].
pub async fn begin(
    ports: &Ports,
    firm: FirmId,
    secret: &Secret,
    origin: &Origin,
) -> Result<Begun, Error> {
    let token = ports.new_secret();
    let mut attempts = Attempts::new(ports, firm);
    loop {
        let card = live(ports, firm, secret, is_preview, origin).await?;
        let LinkPurpose::Preview(name) = card.link.purpose else {
            return Err(Refusal::DeadLink.into());
        };
        let now = ports.now();
        let session = Session {
            id: ports.new_id(),
            contact: card.link.contact,
            token: token.hash(),
            authenticated_at: now,
            proved_at: None,
            seen_at: now,
            idle: PREVIEW.idle,
            expires_at: now.plus(PREVIEW.absolute),
            origin: origin.clone(),
            preview: Some(name.clone()),
        };
        let staff = Actor::Staff(Staff::who_looks(firm, name));
        let about = [
            session.contact.into(),
            session.id.into(),
            card.link.id.into(),
        ];
        let entry = write::audit(now, staff, origin, AuditAction::PreviewBegun, about);
        let expires_at = session.expires_at;
        let changes = Changes::default()
            .with(Change::UseLink(card.link.id))
            .with(Change::Session(session))
            .audited(entry);
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(Begun { token, expires_at });
        }
    }
}

fn is_preview(purpose: &LinkPurpose) -> bool {
    matches!(purpose, LinkPurpose::Preview(_))
}
