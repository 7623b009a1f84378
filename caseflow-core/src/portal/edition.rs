//! Whether a page that is at hand may be shown again: whose it is, and how the records stand.

use super::{Visiting, touch, visit};
use crate::Ports;
use crate::domain::access::Visitor;
use crate::domain::edition::Edition;
use crate::domain::id::ContactId;
use crate::domain::time::Timestamp;
use crate::error::Error;

/// How what a visitor's pages are made of stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Current {
    /// The visitor.
    pub contact: ContactId,
    /// How the records stand.
    pub edition: Edition,
    /// When it was asked for. What is read of the records from then on may be kept under this
    /// edition, as long as its day lasts.
    pub at: Timestamp,
}

/// How what the visitor's pages are made of stands now: one narrow read, which finds out whether the
/// session counts too.
///
/// A page that was made for the contact under an equal edition is what would be made now: whether
/// they may use the portal at all, and open the page, stands in the same records (R-ACC-2, R-ACC-4).
///
/// # Errors
/// [`Error::SignedOut`] when nobody is signed in.
pub async fn edition(ports: &Ports, visiting: &Visiting) -> Result<Current, Error> {
    let visit = visit(ports, visiting);
    let card = ports.store.edition(visit).await?.ok_or(Error::SignedOut)?;
    match (visit.visitor, card.session) {
        (Visitor::Vouched { .. }, _) => {}
        (Visitor::Session(_), Some((session, lifetime))) if lifetime.is_live(visit.now) => {
            touch(ports, visit, session, lifetime).await;
        }
        // What staff see in a preview is marked: it is not the contact's page.
        (Visitor::Session(_) | Visitor::Preview(_), _) => return Err(Error::SignedOut),
    }
    Ok(Current {
        contact: card.contact,
        edition: card.edition,
        at: visit.now,
    })
}
