//! Letting staff look at the portal as a contact (R-ACC-9).

use super::contacts;
use crate::Ports;
use crate::domain::access::{Actor, Origin, Staff};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes};
use crate::domain::id::ContactId;
use crate::domain::link::{Link, LinkPurpose};
use crate::domain::time::Timestamp;
use crate::error::{Error, Refusal};
use crate::write::{self, Attempts, Next};

/// Where a member of staff goes to look at the portal as a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The address. It works once, for whoever opens it: it is for the browser of the one who asked.
    pub url: String,
    /// When it no longer works.
    pub expires_at: Timestamp,
}

/// Makes an address at which the portal shows itself as the contact sees it, marked on every page, with
/// nothing in it that could be changed: see [`portal::preview`](crate::portal::preview). A newer one for
/// the same contact replaces it: what is shown this once cannot be replayed.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such contact; [`Refusal::NoPortalAccess`] when there is nothing
/// that the contact sees.
pub async fn offer(
    ports: &Ports,
    staff: &Staff,
    origin: &Origin,
    id: ContactId,
) -> Result<Preview, Error> {
    let firm = ports.store.firm(staff.firm).await?.ok_or(Error::NotFound)?;
    let purpose = LinkPurpose::Preview(staff.name.clone());
    let secret = ports.new_secret();
    let url = ports.addresses.link(&firm.value, &purpose, &secret);
    let mut attempts = Attempts::new(ports, staff.firm);
    loop {
        let contact = contacts::read(ports, staff, id).await?;
        if !contact.value.may_sign_in() {
            return Err(Refusal::NoPortalAccess.into());
        }
        let (link, now) = (ports.new_id(), ports.now());
        let link = Link::new(link, id, purpose.clone(), secret.hash(), now);
        let (about, expires_at) = ([id.into(), link.id.into()], link.expires_at);
        let (actor, action) = (Actor::Staff(staff.clone()), AuditAction::PreviewOffered);
        let changes = Changes::default()
            .with(Change::Link(link))
            .audited(write::audit(now, actor, origin, action, about));
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(Preview { url, expires_at });
        }
    }
}
