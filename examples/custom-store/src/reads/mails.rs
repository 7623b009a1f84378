//! The outbox as it is seen, and what mails are about.

use caseflow_core::domain::alert::Alert;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::client::{Client, Contact};
use caseflow_core::domain::document::Document;
use caseflow_core::domain::mail::{Mail, MailTopic, Recipient};
use caseflow_core::domain::offer::Offer;
use caseflow_core::domain::page::Page;
use caseflow_core::ports::store::{MailCard, MailQuery, MailRow, MailStage, StoreError};

use super::{Records, try_map};
use crate::records::Posted;
use crate::tables::Order;

impl Records<'_> {
    /// What is needed to word the mail.
    pub(super) fn mail_card(&self, mail: &Mail) -> Result<Option<MailCard>, StoreError> {
        let contact = self.addressee(mail)?;
        let client = match (mail.to, &contact) {
            (Recipient::Client(id), _) => id,
            (Recipient::Contact(_), Some(contact)) => contact.client,
            (Recipient::Contact(_), None) => return Ok(None),
        };
        let Some(client) = self.get::<Versioned<Client>>(&client)? else {
            return Ok(None);
        };
        let topic = &mail.topic;
        let alert = match topic {
            MailTopic::AlertNotice(alert, _) => self.get::<Versioned<Alert>>(alert)?,
            _ => None,
        };
        let offer = look_up(topic.offer(), |id| self.get::<Versioned<Offer>>(&id))?;
        let document = look_up(topic.document(), |id| self.get::<Versioned<Document>>(&id))?;
        Ok(Some(MailCard {
            firm: self.firm.value.clone(),
            client: client.value,
            contact,
            invoice: look_up(topic.invoice(), |id| self.invoice_file(id))?,
            alert: alert.map(|alert| alert.value),
            offer: offer.map(|offer| offer.value),
            contract: look_up(topic.contract(), |id| self.contract_file(id))?,
            document: document.map(|document| document.value),
        }))
    }

    /// The wanted mails, newest first.
    pub(super) fn mails(
        &self,
        query: &MailQuery,
    ) -> Result<Page<Versioned<MailRow>, ()>, StoreError> {
        let wanted = |it: &Posted| query.stage.is_none_or(|stage| stage == stage_of(it));
        let posted = self.page(Order::LargestFirst, &query.page, wanted)?;
        try_map(posted, |posted| self.mail_row(posted))
    }

    /// A mail as a list shows it.
    pub(super) fn mail_row(&self, posted: Posted) -> Result<Versioned<MailRow>, StoreError> {
        let contact = self.addressee(&posted.mail)?;
        let email = contact.as_ref().map(|contact| &contact.email);
        let firm = self.firm.value.email.as_ref();
        Ok(Versioned {
            version: posted.version,
            value: MailRow {
                address: posted.mail.topic.address(firm, email),
                mail: posted.mail,
                next_try: posted.due,
                tries: posted.tries,
                setback: posted.setback,
            },
        })
    }

    /// The contact to whom a mail goes, when it is one.
    fn addressee(&self, mail: &Mail) -> Result<Option<Contact>, StoreError> {
        let found = match mail.to {
            Recipient::Contact(id) => self.get::<Versioned<Contact>>(&id)?,
            Recipient::Client(_) => None,
        };
        Ok(found.map(|contact| contact.value))
    }
}

/// Whether the mail is tried again.
fn stage_of(posted: &Posted) -> MailStage {
    match posted.due {
        Some(_) => MailStage::Waiting,
        None => MailStage::Dead,
    }
}

/// What is found by an id, if there is one.
fn look_up<I, T>(
    id: Option<I>,
    find: impl FnOnce(I) -> Result<Option<T>, StoreError>,
) -> Result<Option<T>, StoreError> {
    id.map_or(Ok(None), find)
}
