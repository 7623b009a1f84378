use std::fmt;

use async_trait::async_trait;

use super::StoreError;
use super::portal::Visit;
use crate::domain::access::Guest;
use crate::domain::audit::AuditRow;
use crate::domain::changes::Versioned;
use crate::domain::client::Contact;
use crate::domain::id::{BlobId, ClientId, FirmId, VaultItemId};
use crate::domain::page::{Page, PageQuery};
use crate::domain::vault::{KeyName, VaultItem};

/// Reads of vaults, by contacts, by staff and by upkeep.
///
/// # Contract
/// * What a contact reads are items of its own client that are there for it
///   ([`Readers`](crate::domain::readers::Readers)); what staff read is of their firm.
/// * [`keys_in_use`](Self::keys_in_use), [`items_under`](Self::items_under) and
///   [`unknown_blobs`](Self::unknown_blobs) are for upkeep alone. The first two span all firms; all
///   three are answered by an index.
#[async_trait]
pub trait VaultReads: fmt::Debug + Send + Sync {
    /// A contact's items, newest first.
    async fn client_vault(
        &self,
        visit: Visit,
        page: &PageQuery<()>,
    ) -> Result<Option<(Guest, Page<Versioned<VaultItem>, ()>)>, StoreError>;

    /// One item of a contact.
    async fn client_vault_item(
        &self,
        visit: Visit,
        id: VaultItemId,
    ) -> Result<Option<(Guest, Option<Versioned<VaultItem>>)>, StoreError>;

    /// What happened to the vault of the contact's client, newest first.
    async fn client_vault_log(
        &self,
        visit: Visit,
        page: &PageQuery<u64>,
    ) -> Result<Option<(Guest, VaultLog)>, StoreError>;

    /// The items of a client's vault, newest first.
    async fn vault_items(
        &self,
        firm: FirmId,
        client: ClientId,
        page: &PageQuery<()>,
    ) -> Result<Page<Versioned<VaultItem>, ()>, StoreError>;

    /// One item.
    async fn vault_item(
        &self,
        firm: FirmId,
        id: VaultItemId,
    ) -> Result<Option<Versioned<VaultItem>>, StoreError>;

    /// Which wrapping keys envelopes name, in their order, and how many items each.
    async fn keys_in_use(&self) -> Result<Vec<(KeyName, u64)>, StoreError>;

    /// Up to `max` items whose envelope names this key, in the order of firms and ids, after this one.
    async fn items_under(
        &self,
        key: &KeyName,
        after: Option<(FirmId, VaultItemId)>,
        max: u32,
    ) -> Result<Vec<(FirmId, Versioned<VaultItem>)>, StoreError>;

    /// Those of a firm's blobs to which no record refers.
    async fn unknown_blobs(
        &self,
        firm: FirmId,
        blobs: &[BlobId],
    ) -> Result<Vec<BlobId>, StoreError>;
}

/// A page of a vault's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultLog {
    /// The audit rows about the vault, newest first, by their place in the chain.
    pub rows: Page<AuditRow, u64>,
    /// The items that the rows are about and that are there for the contact still.
    pub items: Vec<VaultItem>,
    /// The client's contacts, removed ones too: the rows name them by their ids.
    pub contacts: Vec<Contact>,
}
