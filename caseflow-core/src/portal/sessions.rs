//! Where a contact is signed in, and how it ends that (R-SELF-2).

use super::{Visited, Visiting, admit, audit, in_person, visit};
use crate::Ports;
use crate::domain::access::ContactSession;
use crate::domain::audit::{AuditAction, AuditEntry};
use crate::domain::changes::{Change, Changes, Sessions};
use crate::domain::id::{SessionId, Subject};
use crate::domain::session::Session;
use crate::error::Error;
use crate::write::{Attempts, Next};

/// A contact's sessions that are alive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSessions {
    /// The one by which the contact is here; none when the host vouched for the contact.
    pub current: Option<Session>,
    /// The others, the last used first; at most 100.
    pub others: Vec<Session>,
}

/// The sessions of the visitor.
///
/// # Errors
/// [`Error::SignedOut`] when nobody is signed in.
pub async fn list(ports: &Ports, visiting: &Visiting) -> Result<Visited<OwnSessions>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.own_sessions(visit).await?;
    let (guest, mut others) = found.ok_or(Error::SignedOut)?;
    let who = admit(ports, visit, Some(guest)).await?;
    let current = who.session().cloned();
    others.retain(|session| {
        session.preview.is_none() && Some(session.id) != current.as_ref().map(|it| it.id)
    });
    let page = OwnSessions { current, others };
    Ok(Visited { who, page })
}

/// Ends one of the visitor's sessions; the one by which they are here signs them out.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when the visitor has no such session, or no longer.
pub async fn end(ports: &Ports, visiting: &Visiting, id: SessionId) -> Result<(), Error> {
    let mut attempts = Attempts::new(ports, visiting.firm);
    loop {
        let Visited { who, page } = list(ports, visiting).await?;
        let mut own = page.current.iter().chain(&page.others);
        if !own.any(|session| session.id == id) {
            return Err(Error::NotFound);
        }
        let changes = Changes::default()
            .with(Change::EndSessions(Sessions::One(id)))
            .audited(signed_out(ports, visiting, &who, [id])?);
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(());
        }
    }
}

/// Ends all of the visitor's sessions but the one by which they are here. None there is no error.
///
/// # Errors
/// [`Error::SignedOut`] when nobody is signed in.
pub async fn end_others(ports: &Ports, visiting: &Visiting) -> Result<(), Error> {
    let mut attempts = Attempts::new(ports, visiting.firm);
    loop {
        let Visited { who, page } = list(ports, visiting).await?;
        in_person(&who)?;
        if page.others.is_empty() {
            return Ok(());
        }
        let contact = who.contact().id;
        let ended = match page.current {
            Some(current) => Sessions::AllBut(contact, current.id),
            None => Sessions::AllOf(contact),
        };
        let others = page.others.iter().map(|session| session.id);
        let changes = Changes::default()
            .with(Change::EndSessions(ended))
            .audited(signed_out(ports, visiting, &who, others)?);
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(());
        }
    }
}

/// The audit row that names the contact and the sessions that ended.
fn signed_out(
    ports: &Ports,
    visiting: &Visiting,
    who: &ContactSession,
    ended: impl IntoIterator<Item = SessionId>,
) -> Result<AuditEntry, Error> {
    let contact = Subject::from(who.contact().id);
    let ended = ended.into_iter().map(Subject::from);
    let about: Vec<Subject> = std::iter::once(contact).chain(ended).collect();
    audit(ports, visiting, who, AuditAction::SignedOut, about)
}
