//! Vaults.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;

use super::portal::visited;
use super::state::Records;
use super::writes::{Done, Work, put, take_out};
use super::{MemoryStore, Order, by_id, page};
use crate::domain::access::Guest;
use crate::domain::changes::{Version, Versioned, Write};
use crate::domain::id::{BlobId, ClientId, FirmId, Subject, VaultId, VaultItemId};
use crate::domain::page::{Cursor, Page, PageQuery};
use crate::domain::vault::{KeyName, VaultItem};
use crate::ports::store::{StoreError, VaultLog, VaultReads, Visit};

#[async_trait]
impl VaultReads for MemoryStore {
    async fn client_vault(
        &self,
        visit: Visit,
        query: &PageQuery<()>,
    ) -> Result<Option<(Guest, Page<Versioned<VaultItem>, ()>)>, StoreError> {
        let state = self.lock()?;
        Ok(visited(&state, visit).map(|(records, guest)| {
            let rows = records.vault_items.values();
            let rows = rows.filter(|row| is_there(&row.value, &guest));
            let page = newest_first(rows.cloned(), query);
            (guest, page)
        }))
    }

    async fn client_vault_item(
        &self,
        visit: Visit,
        id: VaultItemId,
    ) -> Result<Option<(Guest, Option<Versioned<VaultItem>>)>, StoreError> {
        let state = self.lock()?;
        Ok(visited(&state, visit).map(|(records, guest)| {
            let item = records.vault_items.get(&id);
            let item = item.filter(|it| is_there(&it.value, &guest)).cloned();
            (guest, item)
        }))
    }

    async fn client_vault_log(
        &self,
        visit: Visit,
        query: &PageQuery<u64>,
    ) -> Result<Option<(Guest, VaultLog)>, StoreError> {
        let state = self.lock()?;
        Ok(visited(&state, visit).map(|(records, guest)| {
            let log = records.vault_log(&guest, query);
            (guest, log)
        }))
    }

    async fn vault_items(
        &self,
        firm: FirmId,
        client: ClientId,
        query: &PageQuery<()>,
    ) -> Result<Page<Versioned<VaultItem>, ()>, StoreError> {
        let state = self.lock()?;
        let records = state.firms.get(&firm).into_iter();
        let rows = records.flat_map(|records| records.vault_items.values());
        let rows = rows.filter(|row| row.value.client == client);
        Ok(newest_first(rows.cloned(), query))
    }

    async fn vault_item(
        &self,
        firm: FirmId,
        id: VaultItemId,
    ) -> Result<Option<Versioned<VaultItem>>, StoreError> {
        let state = self.lock()?;
        let records = state.firms.get(&firm);
        Ok(records.and_then(|records| records.vault_items.get(&id).cloned()))
    }

    async fn keys_in_use(&self) -> Result<Vec<(KeyName, u64)>, StoreError> {
        let state = self.lock()?;
        let mut keys = BTreeMap::new();
        for item in state.firms.values().flat_map(|it| it.vault_items.values()) {
            *keys
                .entry(item.value.sealed.envelope.key().clone())
                .or_default() += 1;
        }
        Ok(keys.into_iter().collect())
    }

    async fn items_under(
        &self,
        key: &KeyName,
        after: Option<(FirmId, VaultItemId)>,
        max: u32,
    ) -> Result<Vec<(FirmId, Versioned<VaultItem>)>, StoreError> {
        let state = self.lock()?;
        let firms = state.firms.iter();
        let items = firms.flat_map(|(firm, records)| {
            let items = records.vault_items.values();
            items.map(|item| (*firm, item))
        });
        let items = items.filter(|(firm, item)| {
            item.value.sealed.envelope.key() == key && after < Some((*firm, item.value.id))
        });
        let items = items.map(|(firm, item)| (firm, item.clone()));
        Ok(items.take(max as usize).collect())
    }

    async fn unknown_blobs(
        &self,
        firm: FirmId,
        blobs: &[BlobId],
    ) -> Result<Vec<BlobId>, StoreError> {
        let state = self.lock()?;
        let records = state.firms.get(&firm).into_iter();
        let known: BTreeSet<BlobId> = records.flat_map(Records::blobs).collect();
        let unknown = blobs.iter().filter(|blob| !known.contains(blob));
        Ok(unknown.copied().collect())
    }
}

impl Records {
    /// The blobs to which a record refers.
    fn blobs(&self) -> impl Iterator<Item = BlobId> {
        let versions = self.document_versions.values().map(|version| version.blob);
        let items = self.vault_items.values();
        let bodies = items.filter_map(|item| item.value.sealed.body.map(|body| body.blob));
        versions.chain(bodies)
    }

    /// Whether a line of the feed about this may be shown to the contact.
    pub(super) fn may_know(&self, about: Subject, guest: &Guest) -> bool {
        match about {
            Subject::Document(id) => {
                let document = self.documents.get(&id);
                document.is_some_and(|it| Self::is_there(&it.value, guest))
            }
            Subject::VaultItem(id) => {
                let item = self.vault_items.get(&id);
                item.is_some_and(|it| is_there(&it.value, guest))
            }
            _ => true,
        }
    }

    fn vault_log(&self, guest: &Guest, query: &PageQuery<u64>) -> VaultLog {
        let vault = Subject::Vault(VaultId::from(guest.client.id));
        let rows = self.audit.values().filter(|row| row.about.contains(&vault));
        let rows = page(rows.cloned(), Order::LargestFirst, query, |row| Cursor {
            key: row.seq,
            id: row.seq.to_string(),
        });
        let about: BTreeSet<Subject> = rows.rows.iter().flat_map(|row| row.about.clone()).collect();
        let items = self.vault_items.values().map(|item| &item.value);
        let items = items.filter(|item| about.contains(&item.id.into()) && is_there(item, guest));
        let contacts = self.contacts.values().map(|contact| &contact.value);
        let contacts = contacts.filter(|contact| contact.client == guest.client.id);
        VaultLog {
            items: items.cloned().collect(),
            contacts: contacts.cloned().collect(),
            rows,
        }
    }
}

impl Work<'_> {
    pub(super) fn vault_item(&mut self, write: Write<VaultItem>) -> Done {
        let item = write.value();
        self.readers_exist(item.client, &item.readers)?;
        put(&mut self.records.vault_items, write.value().id, write)
    }

    pub(super) fn remove_vault_item(&mut self, id: VaultItemId, read: Version) -> Done {
        take_out(&mut self.records.vault_items, &id, read)
    }
}

fn is_there(item: &VaultItem, guest: &Guest) -> bool {
    item.client == guest.client.id && item.readers.include(guest.contact.id)
}

fn newest_first(
    rows: impl Iterator<Item = Versioned<VaultItem>>,
    query: &PageQuery<()>,
) -> Page<Versioned<VaultItem>, ()> {
    page(rows, Order::LargestFirst, query, |row| by_id(row.value.id))
}
