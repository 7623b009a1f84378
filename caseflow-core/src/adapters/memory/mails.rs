//! The outbox: what is put in, what is seen of it, and what is tried again.

use super::state::{Posted, Records};
use super::writes::{Done, Work, add};
use crate::domain::changes::{Version, Versioned};
use crate::domain::id::MailId;
use crate::domain::mail::{Mail, Recipient};
use crate::domain::time::Timestamp;
use crate::ports::store::{MailRow, StoreError};

impl Work<'_> {
    pub(super) fn post(&mut self, mail: Mail) -> Done {
        match mail.to {
            Recipient::Contact(contact) => self.contact_exists(contact)?,
            Recipient::Client(client) => self.client_exists(client)?,
        }
        let posted = Posted {
            due: Some(mail.not_before),
            tries: 0,
            forgiven: 0,
            leased_until: None,
            setback: None,
            version: Version::FIRST,
            mail,
        };
        add(&mut self.records.outbox, posted.mail.id, posted)
    }

    pub(super) fn retry_mail(&mut self, id: MailId, read: Version, at: Timestamp) -> Done {
        let outbox = &mut self.records.outbox;
        let posted = outbox.get(&id).cloned();
        let dead = posted.filter(|posted| posted.due.is_none() && posted.version == read);
        let posted = dead.ok_or(StoreError::Conflict)?;
        let posted = Posted {
            due: Some(at),
            forgiven: posted.tries,
            version: read.next(),
            ..posted
        };
        outbox.put(id, posted);
        Ok(())
    }
}

impl Records {
    pub(super) fn mail_row(&self, posted: &Posted) -> Versioned<MailRow> {
        let firm = self.firm().and_then(|firm| firm.value.email.as_ref());
        let contact = match posted.mail.to {
            Recipient::Contact(id) => self.contacts.get(&id),
            Recipient::Client(_) => None,
        };
        let contact = contact.map(|contact| &contact.value.email);
        Versioned {
            version: posted.version,
            value: MailRow {
                address: posted.mail.topic.address(firm, contact),
                mail: posted.mail.clone(),
                next_try: posted.due,
                tries: posted.tries,
                setback: posted.setback,
            },
        }
    }
}
