//! Verbs of a contact.
//!
//! A page is one read, which also says who the visitor is: [`Visited`] carries both. Nothing is
//! shown before the session was found alive and the section open.

use crate::Ports;
use crate::domain::access::{ContactSession, Guest, Origin, Section, Visitor};
use crate::domain::audit::{AuditAction, AuditEntry};
use crate::domain::changes::{Change, Changes};
use crate::domain::firm::Firm;
use crate::domain::id::{FirmId, SessionId, Subject};
use crate::domain::session::Lifetime;
use crate::error::Error;
use crate::paper::Paper;
use crate::ports::store::Visit;
use crate::write;

pub mod announcements;
mod brakes;
pub mod contracts;
pub mod dashboard;
pub mod documents;
pub mod edition;
pub mod invoices;
pub mod library;
pub mod links;
pub mod offer_links;
pub mod offers;
pub mod pay;
pub mod payments;
pub mod preview;
pub mod profile;
mod proof;
pub mod sessions;
pub mod sign_in;
pub mod take_out;
pub mod vault;
pub mod verify;

/// A visit to a firm's portal: which firm, who, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visiting {
    /// The firm whose portal it is.
    pub firm: FirmId,
    /// How the visitor is known.
    pub visitor: Visitor,
    /// Where the request came from.
    pub origin: Origin,
}

/// A page, and the contact it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visited<T> {
    /// The contact.
    pub who: ContactSession,
    /// What the page shows.
    pub page: T,
}

/// Who the visitor is, for pages that show nothing else.
///
/// # Errors
/// [`Error::SignedOut`] when nobody is signed in.
pub async fn visitor(ports: &Ports, visiting: &Visiting) -> Result<ContactSession, Error> {
    let visit = visit(ports, visiting);
    let guest = ports.store.guest(visit).await?;
    admit(ports, visit, guest).await
}

/// The firm, for pages that anybody may see.
///
/// # Errors
/// [`Error::NotFound`] when there is no such firm.
pub async fn house(ports: &Ports, firm: FirmId) -> Result<Firm, Error> {
    let found = ports.store.firm(firm).await?;
    found.map(|firm| firm.value).ok_or(Error::NotFound)
}

fn visit(ports: &Ports, visiting: &Visiting) -> Visit {
    Visit {
        firm: visiting.firm,
        visitor: visiting.visitor,
        now: ports.now(),
    }
}

/// Lets the guest in, and notes now and then that the session is in use.
async fn admit(ports: &Ports, visit: Visit, guest: Option<Guest>) -> Result<ContactSession, Error> {
    let who = guest.and_then(|guest| guest.admit(visit.visitor, visit.now));
    let who = who.ok_or(Error::SignedOut)?;
    if let Some(session) = who.session() {
        touch(ports, visit, session.id, session.lifetime()).await;
    }
    Ok(who)
}

/// Notes that the session is in use, if that was not noted just now.
async fn touch(ports: &Ports, visit: Visit, session: SessionId, lifetime: Lifetime) {
    if !lifetime.is_worth_touching(visit.now) {
        return;
    }
    let seen = Change::SessionSeen {
        session,
        at: visit.now,
    };
    let seen = Changes::default().with(seen);
    // A visit that cannot be noted is still a visit: it only ends a little earlier.
    drop(ports.store.commit(visit.firm, seen).await);
}

/// As [`admit`], for a page of `section`: a closed section's pages do not exist (R-ACC-4).
async fn admit_to<T>(
    ports: &Ports,
    visit: Visit,
    section: Section,
    found: Option<(Guest, T)>,
) -> Result<Visited<T>, Error> {
    let (guest, page) = found.ok_or(Error::SignedOut)?;
    let who = admit(ports, visit, Some(guest)).await?;
    if who.may_open(section) {
        Ok(Visited { who, page })
    } else {
        Err(Error::NotFound)
    }
}

/// The firm's paper for this contact.
fn paper(who: &ContactSession) -> Paper<'_> {
    Paper {
        firm: who.firm(),
        client: who.client(),
        reader: Some(who.contact()),
    }
}

/// That the contact itself is here, and not staff who look (R-ACC-9).
fn in_person(who: &ContactSession) -> Result<(), Error> {
    match who.preview() {
        None => Ok(()),
        Some(_) => Err(Error::Preview),
    }
}

/// The row of what the contact does. Staff who look do nothing, so that a verb that leaves a row cannot
/// be done in a preview.
fn audit(
    ports: &Ports,
    visiting: &Visiting,
    who: &ContactSession,
    action: AuditAction,
    about: impl Into<Vec<Subject>>,
) -> Result<AuditEntry, Error> {
    in_person(who)?;
    let (now, origin) = (ports.now(), &visiting.origin);
    Ok(write::audit(now, who.actor(), origin, action, about))
}
