//! Contacts, and how they and programs come in.

use caseflow_core::domain::api_key::ApiKey;
use caseflow_core::domain::changes::{Sessions, Versioned, Write};
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::id::{ContactId, LinkId, SessionId};
use caseflow_core::domain::link::{Link, LinkPurpose};
use caseflow_core::domain::session::Session;
use caseflow_core::domain::throttle::{Throttle, ThrottleKey};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::{Constraint, StoreError};

use super::{Done, TWICE, Work};
use crate::records::email_word;
use crate::tables::Index;

impl Work<'_, '_> {
    pub(super) fn contact(&mut self, write: Write<Contact>) -> Done {
        let contact = write.value();
        self.client_exists(contact.client)?;
        if contact.is_active() {
            self.email_is_free(contact)?;
            self.is_only_primary(contact)?;
        }
        self.put(write)
    }

    fn email_is_free(&self, contact: &Contact) -> Done {
        let others: Vec<Versioned<Contact>> = self.rows.of(self.firm, &email_word(contact))?;
        match others.iter().all(|other| other.value.id == contact.id) {
            true => Ok(()),
            false => Err(StoreError::AlreadyExists(Constraint::ContactEmail)),
        }
    }

    fn is_only_primary(&self, contact: &Contact) -> Done {
        let index = Index::Client(contact.client);
        let others: Vec<Versioned<Contact>> = self.rows.of(self.firm, &index)?;
        let rival = |other: &Contact| other.is_primary() && other.id != contact.id;
        match contact.is_primary() && others.iter().any(|other| rival(&other.value)) {
            true => Err(StoreError::AlreadyExists(Constraint::PrimaryContact)),
            false => Ok(()),
        }
    }

    pub(super) fn session(&mut self, session: &Session) -> Done {
        self.contact_exists(session.contact)?;
        let same: Vec<Session> = self.rows.of(self.firm, &Index::Token(session.token))?;
        match same.is_empty() {
            true => self.add(session),
            false => Err(TWICE),
        }
    }

    pub(super) fn seen(&mut self, id: SessionId, at: Timestamp) -> Done {
        match self.get::<Session>(&id)? {
            Some(session) if session.seen_at < at => {
                let seen_at = at;
                self.rows.put(self.firm, &Session { seen_at, ..session })
            }
            Some(_) | None => Ok(()),
        }
    }

    pub(super) fn proved(&mut self, id: SessionId, at: Timestamp) -> Done {
        let Some(session) = self.get::<Session>(&id)? else {
            return Ok(());
        };
        let proved = Session {
            proved_at: session.proved_at.max(Some(at)),
            seen_at: session.seen_at.max(at),
            ..session
        };
        self.rows.put(self.firm, &proved)
    }

    pub(super) fn end_sessions(&mut self, which: Sessions) -> Done {
        let (contact, kept) = match which {
            Sessions::One(id) => {
                self.rows.remove::<Session>(self.firm, &id)?;
                return Ok(());
            }
            Sessions::AllOf(contact) => (contact, None),
            Sessions::AllBut(contact, kept) => (contact, Some(kept)),
        };
        let sessions: Vec<Session> = self.rows.of(self.firm, &Index::Contact(contact))?;
        for session in sessions.iter().filter(|it| Some(it.id) != kept) {
            self.rows.remove::<Session>(self.firm, &session.id)?;
        }
        Ok(())
    }

    pub(super) fn link(&mut self, link: &Link) -> Done {
        self.contact_exists(link.contact)?;
        let same: Vec<Link> = self.rows.of(self.firm, &Index::Token(link.token))?;
        if !same.is_empty() || self.has::<Link>(&link.id)? {
            return Err(TWICE);
        }
        self.end_links(link.contact, Some(&link.purpose))?;
        self.add(link)
    }

    pub(super) fn use_link(&mut self, id: LinkId) -> Done {
        let gone = self.rows.remove::<Link>(self.firm, &id)?;
        gone.map(drop).ok_or(StoreError::Conflict)
    }

    pub(super) fn end_links(&mut self, contact: ContactId, purpose: Option<&LinkPurpose>) -> Done {
        let ends = |link: &Link| purpose.is_none_or(|it| it.code() == link.purpose.code());
        let links: Vec<Link> = self.rows.of(self.firm, &Index::Contact(contact))?;
        for link in links.iter().filter(|link| ends(link)) {
            self.rows.remove::<Link>(self.firm, &link.id)?;
        }
        Ok(())
    }

    pub(super) fn throttle(&mut self, read: u32, now: &Throttle) -> Done {
        let stored = self.get::<Throttle>(&now.key)?;
        match stored.is_none_or(|stored| stored.tries == read) {
            true => self.rows.put(self.firm, now),
            false => Err(StoreError::Conflict),
        }
    }

    pub(super) fn forget_throttle(&mut self, key: ThrottleKey) -> Done {
        self.rows.remove::<Throttle>(self.firm, &key).map(drop)
    }

    /// A key's secret is its only scope: none is used twice in the whole store.
    pub(super) fn api_key(&mut self, write: Write<ApiKey>) -> Done {
        let key = write.value();
        let known = self.rows.by_token::<Versioned<ApiKey>>(key.token)?;
        match known.is_none_or(|(firm, it)| (firm, it.value.id) == (self.firm, key.id)) {
            true => self.put(write),
            false => Err(TWICE),
        }
    }
}
