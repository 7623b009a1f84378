use std::fmt;

use async_trait::async_trait;

use super::StoreError;
use super::firm::InvoiceFile;
use super::paperwork::{ContractFile, OfferLinkCard};
use crate::domain::alert::Alert;
use crate::domain::api_key::ApiKey;
use crate::domain::changes::{IdempotencyKey, Replay, Versioned};
use crate::domain::client::{Client, Contact};
use crate::domain::document::Document;
use crate::domain::firm::Firm;
use crate::domain::id::FirmId;
use crate::domain::link::Link;
use crate::domain::mail::Mail;
use crate::domain::offer::Offer;
use crate::domain::secret::TokenHash;
use crate::domain::text::Email;
use crate::domain::throttle::{Throttle, ThrottleKey};

/// Reads that find out who somebody is.
///
/// # Contract
/// * Secrets are looked up by their hash only.
/// * What has expired or was revoked is still found: whether it counts is decided by the caller.
#[async_trait]
pub trait AccessReads: fmt::Debug + Send + Sync {
    /// The contact who signs in with this e-mail (compared by [`Email::key`], removed contacts left
    /// out), and the counts of tries under `keys`, in their order, zero when there were none.
    /// `None` when the firm does not exist.
    async fn sign_in(
        &self,
        firm: FirmId,
        email: &Email,
        keys: &[ThrottleKey],
    ) -> Result<Option<SignInCard>, StoreError>;

    /// The counts of tries under `keys`, in their order, zero when there were none.
    async fn throttles(
        &self,
        firm: FirmId,
        keys: &[ThrottleKey],
    ) -> Result<Vec<Throttle>, StoreError>;

    /// The mailed link with this secret.
    async fn link(&self, firm: FirmId, token: TokenHash) -> Result<Option<LinkCard>, StoreError>;

    /// The mailed link to an offer with this secret, and what it shows.
    async fn offer_link(
        &self,
        firm: FirmId,
        token: TokenHash,
    ) -> Result<Option<OfferLinkCard>, StoreError>;

    /// The API key with this secret, and the firm it belongs to: the key itself is the scope.
    async fn key_by_token(&self, token: TokenHash) -> Result<Option<(FirmId, ApiKey)>, StoreError>;

    /// What was answered to an earlier request with this key.
    async fn replay(
        &self,
        firm: FirmId,
        key: &IdempotencyKey,
    ) -> Result<Option<Replay>, StoreError>;

    /// What is needed to word a mail. `None` when its recipient does not exist.
    async fn mail_card(&self, firm: FirmId, mail: &Mail) -> Result<Option<MailCard>, StoreError>;
}

/// What signing in needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInCard {
    /// The firm.
    pub firm: Firm,
    /// The contact and its client, if there is one.
    pub person: Option<(Versioned<Contact>, Client)>,
    /// The counts of tries, in the order of the keys.
    pub throttles: Vec<Throttle>,
}

/// A mailed link with whom it was mailed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkCard {
    /// The firm.
    pub firm: Firm,
    /// The link.
    pub link: Link,
    /// The contact it was mailed to.
    pub contact: Versioned<Contact>,
}

/// What is needed to word a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailCard {
    /// The firm that writes.
    pub firm: Firm,
    /// The recipient's client.
    pub client: Client,
    /// The recipient, when it is a contact.
    pub contact: Option<Contact>,
    /// The invoice that the mail is about.
    pub invoice: Option<InvoiceFile>,
    /// The alert that the mail is about.
    pub alert: Option<Alert>,
    /// The proposal or estimate that the mail is about.
    pub offer: Option<Offer>,
    /// The contract that the mail is about.
    pub contract: Option<ContractFile>,
    /// The document that the mail is about.
    pub document: Option<Document>,
}
