//! Reads that find out who somebody is.

use async_trait::async_trait;

use super::MemoryStore;
use super::state::Records;
use crate::domain::api_key::ApiKey;
use crate::domain::changes::{IdempotencyKey, Replay, Versioned};
use crate::domain::client::{Client, Contact};
use crate::domain::id::FirmId;
use crate::domain::mail::{Mail, MailTopic, Recipient};
use crate::domain::secret::TokenHash;
use crate::domain::text::Email;
use crate::domain::throttle::{Throttle, ThrottleKey};
use crate::ports::store::{AccessReads, LinkCard, MailCard, OfferLinkCard, SignInCard, StoreError};

#[async_trait]
impl AccessReads for MemoryStore {
    async fn sign_in(
        &self,
        firm: FirmId,
        email: &Email,
        keys: &[ThrottleKey],
    ) -> Result<Option<SignInCard>, StoreError> {
        let state = self.lock()?;
        Ok(state.firms.get(&firm).and_then(|records| {
            Some(SignInCard {
                firm: records.firm()?.value.clone(),
                person: person(records, email),
                throttles: keys.iter().map(|key| throttle(records, *key)).collect(),
            })
        }))
    }

    async fn throttles(
        &self,
        firm: FirmId,
        keys: &[ThrottleKey],
    ) -> Result<Vec<Throttle>, StoreError> {
        let state = self.lock()?;
        let records = state.firms.get(&firm);
        let counts = keys.iter().map(|key| {
            let known = records.map(|records| throttle(records, *key));
            known.unwrap_or(Throttle::new(*key))
        });
        Ok(counts.collect())
    }

    async fn link(&self, firm: FirmId, token: TokenHash) -> Result<Option<LinkCard>, StoreError> {
        let state = self.lock()?;
        Ok(state.firms.get(&firm).and_then(|records| {
            let link = records.links.values().find(|link| link.token == token)?;
            Some(LinkCard {
                firm: records.firm()?.value.clone(),
                contact: records.contacts.get(&link.contact)?.clone(),
                link: link.clone(),
            })
        }))
    }

    async fn offer_link(
        &self,
        firm: FirmId,
        token: TokenHash,
    ) -> Result<Option<OfferLinkCard>, StoreError> {
        let state = self.lock()?;
        Ok(state.firms.get(&firm).and_then(|records| {
            let mut links = records.offer_links.values();
            let link = links.find(|link| link.value.token == token)?;
            let offer = records.offers.get(&link.value.offer)?;
            Some(OfferLinkCard {
                firm: records.firm()?.value.clone(),
                client: records.clients.get(&offer.value.client)?.value.clone(),
                link: link.clone(),
                offer: offer.clone(),
            })
        }))
    }

    async fn key_by_token(&self, token: TokenHash) -> Result<Option<(FirmId, ApiKey)>, StoreError> {
        let state = self.lock()?;
        Ok(state.api_tokens.get(&token).and_then(|(firm, id)| {
            let key = state.firms.get(firm)?.api_keys.get(id)?;
            (key.value.token == token).then(|| (*firm, key.value.clone()))
        }))
    }

    async fn replay(
        &self,
        firm: FirmId,
        key: &IdempotencyKey,
    ) -> Result<Option<Replay>, StoreError> {
        let state = self.lock()?;
        let records = state.firms.get(&firm);
        let known = records.and_then(|records| records.replays.get(key));
        Ok(known.map(|known| known.replay.clone()))
    }

    async fn mail_card(&self, firm: FirmId, mail: &Mail) -> Result<Option<MailCard>, StoreError> {
        let state = self.lock()?;
        Ok(state
            .firms
            .get(&firm)
            .and_then(|records| mail_card(records, mail)))
    }
}

fn person(records: &Records, email: &Email) -> Option<(Versioned<Contact>, Client)> {
    let mut contacts = records.contacts.values();
    let contact = contacts
        .find(|contact| contact.value.is_active() && contact.value.email.key() == email.key())?;
    let client = records.clients.get(&contact.value.client)?;
    Some((contact.clone(), client.value.clone()))
}

fn throttle(records: &Records, key: ThrottleKey) -> Throttle {
    let known = records.throttles.get(&key).copied();
    known.unwrap_or(Throttle::new(key))
}

fn mail_card(records: &Records, mail: &Mail) -> Option<MailCard> {
    let (client, contact) = match mail.to {
        Recipient::Contact(id) => {
            let contact = &records.contacts.get(&id)?.value;
            (contact.client, Some(contact.clone()))
        }
        Recipient::Client(id) => (id, None),
    };
    let invoice = mail.topic.invoice();
    let offer = mail.topic.offer().and_then(|id| records.offers.get(&id));
    let contract = mail.topic.contract();
    let document = mail.topic.document();
    let document = document.and_then(|id| records.documents.get(&id));
    let alert = match &mail.topic {
        MailTopic::AlertNotice(alert, _) => records.alerts.get(alert),
        _ => None,
    };
    Some(MailCard {
        firm: records.firm()?.value.clone(),
        client: records.clients.get(&client)?.value.clone(),
        contact,
        invoice: invoice.and_then(|invoice| records.invoice_file(invoice)),
        alert: alert.map(|alert| alert.value.clone()),
        offer: offer.map(|offer| offer.value.clone()),
        contract: contract.and_then(|id| records.contract_file(id)),
        document: document.map(|document| document.value.clone()),
    })
}
