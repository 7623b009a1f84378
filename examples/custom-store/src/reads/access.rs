//! Reads that find out who somebody is.

use async_trait::async_trait;
use caseflow_core::domain::api_key::ApiKey;
use caseflow_core::domain::changes::{IdempotencyKey, Replay, Versioned};
use caseflow_core::domain::client::{Client, Contact};
use caseflow_core::domain::id::FirmId;
use caseflow_core::domain::link::Link;
use caseflow_core::domain::mail::Mail;
use caseflow_core::domain::offer::{Offer, OfferLink};
use caseflow_core::domain::secret::TokenHash;
use caseflow_core::domain::text::Email;
use caseflow_core::domain::throttle::{Throttle, ThrottleKey};
use caseflow_core::ports::store::{
    AccessReads, LinkCard, MailCard, OfferLinkCard, SignInCard, StoreError,
};

use super::Records;
use crate::KeyValueStore;
use crate::records::Remembered;
use crate::tables::{Index, Snapshot};

#[async_trait]
impl AccessReads for KeyValueStore {
    async fn sign_in(
        &self,
        firm: FirmId,
        email: &Email,
        keys: &[ThrottleKey],
    ) -> Result<Option<SignInCard>, StoreError> {
        let (email, keys) = (email.clone(), keys.to_vec());
        self.in_firm(firm, move |records| {
            Ok(Some(SignInCard {
                firm: records.firm.value.clone(),
                person: records.person(&email)?,
                throttles: throttles(records.rows, firm, &keys)?,
            }))
        })
        .await
    }

    async fn throttles(
        &self,
        firm: FirmId,
        keys: &[ThrottleKey],
    ) -> Result<Vec<Throttle>, StoreError> {
        let keys = keys.to_vec();
        self.read(move |rows| throttles(rows, firm, &keys)).await
    }

    async fn link(&self, firm: FirmId, token: TokenHash) -> Result<Option<LinkCard>, StoreError> {
        self.in_firm(firm, move |records| records.link_card(token))
            .await
    }

    async fn offer_link(
        &self,
        firm: FirmId,
        token: TokenHash,
    ) -> Result<Option<OfferLinkCard>, StoreError> {
        self.in_firm(firm, move |records| records.offer_link_card(token))
            .await
    }

    async fn key_by_token(&self, token: TokenHash) -> Result<Option<(FirmId, ApiKey)>, StoreError> {
        let found = self.read(move |rows| rows.by_token::<Versioned<ApiKey>>(token));
        Ok(found.await?.map(|(firm, key)| (firm, key.value)))
    }

    async fn replay(
        &self,
        firm: FirmId,
        key: &IdempotencyKey,
    ) -> Result<Option<Replay>, StoreError> {
        let key = key.clone();
        let known = self.read(move |rows| rows.get::<Remembered>(firm, &key));
        Ok(known.await?.map(|known| known.replay))
    }

    async fn mail_card(&self, firm: FirmId, mail: &Mail) -> Result<Option<MailCard>, StoreError> {
        let mail = mail.clone();
        self.in_firm(firm, move |records| records.mail_card(&mail))
            .await
    }
}

impl Records<'_> {
    /// The contact who signs in with this e-mail, and its client. Removed ones are not found by it.
    fn person(&self, email: &Email) -> Result<Option<(Versioned<Contact>, Client)>, StoreError> {
        let index = Index::Word(email.key());
        let Some(contact) = self.one::<Versioned<Contact>>(&index)? else {
            return Ok(None);
        };
        let client = self.get::<Versioned<Client>>(&contact.value.client)?;
        Ok(client.map(|client| (contact, client.value)))
    }

    fn link_card(&self, token: TokenHash) -> Result<Option<LinkCard>, StoreError> {
        let Some(link) = self.one::<Link>(&Index::Token(token))? else {
            return Ok(None);
        };
        let contact = self.get::<Versioned<Contact>>(&link.contact)?;
        Ok(contact.map(|contact| LinkCard {
            firm: self.firm.value.clone(),
            link,
            contact,
        }))
    }

    fn offer_link_card(&self, token: TokenHash) -> Result<Option<OfferLinkCard>, StoreError> {
        let Some(link) = self.one::<Versioned<OfferLink>>(&Index::Token(token))? else {
            return Ok(None);
        };
        let Some(offer) = self.get::<Versioned<Offer>>(&link.value.offer)? else {
            return Ok(None);
        };
        let client = self.get::<Versioned<Client>>(&offer.value.client)?;
        Ok(client.map(|client| OfferLinkCard {
            firm: self.firm.value.clone(),
            client: client.value,
            link,
            offer,
        }))
    }
}

/// The counts under the keys, in their order.
fn throttles(
    rows: &Snapshot,
    firm: FirmId,
    keys: &[ThrottleKey],
) -> Result<Vec<Throttle>, StoreError> {
    let counts = keys.iter().map(|key| {
        let known = rows.get::<Throttle>(firm, key)?;
        Ok(known.unwrap_or(Throttle::new(*key)))
    });
    counts.collect()
}
