//! The outbox: what is put in, and what is tried again.

use caseflow_core::domain::changes::Version;
use caseflow_core::domain::id::MailId;
use caseflow_core::domain::mail::{Mail, Recipient};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::StoreError;

use super::{Done, Work};
use crate::records::Posted;

impl Work<'_, '_> {
    pub(super) fn post(&mut self, mail: Mail) -> Done {
        match mail.to {
            Recipient::Contact(contact) => self.contact_exists(contact)?,
            Recipient::Client(client) => self.client_exists(client)?,
        }
        self.add(&Posted {
            due: Some(mail.not_before),
            tries: 0,
            forgiven: 0,
            leased_until: None,
            setback: None,
            version: Version::FIRST,
            mail,
        })
    }

    pub(super) fn retry_mail(&mut self, id: MailId, read: Version, at: Timestamp) -> Done {
        let posted = self.get::<Posted>(&id)?;
        let dead = posted.filter(|posted| posted.due.is_none() && posted.version == read);
        let posted = dead.ok_or(StoreError::Conflict)?;
        self.rows.put(
            self.firm,
            &Posted {
                due: Some(at),
                forgiven: posted.tries,
                version: read.next(),
                ..posted
            },
        )
    }
}
