//! Reads of vaults.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use caseflow_core::domain::access::Guest;
use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::{BlobId, ClientId, FirmId, Subject, VaultId, VaultItemId};
use caseflow_core::domain::page::{Page, PageQuery};
use caseflow_core::domain::vault::{KeyName, VaultItem};
use caseflow_core::ports::store::{StoreError, VaultLog, VaultReads, Visit};

use super::Records;
use crate::KeyValueStore;
use crate::records::Edited;
use crate::tables::{Index, Order, Snapshot};

#[async_trait]
impl VaultReads for KeyValueStore {
    async fn client_vault(
        &self,
        visit: Visit,
        query: &PageQuery<()>,
    ) -> Result<Option<(Guest, Page<Versioned<VaultItem>, ()>)>, StoreError> {
        let query = query.clone();
        self.visit(visit, move |records, guest| {
            records.vault(guest.client.id, &query, |it| is_there(it, guest))
        })
        .await
    }

    async fn client_vault_item(
        &self,
        visit: Visit,
        id: VaultItemId,
    ) -> Result<Option<(Guest, Option<Versioned<VaultItem>>)>, StoreError> {
        self.visit(visit, move |records, guest| {
            let item = records.get::<Versioned<VaultItem>>(&id)?;
            Ok(item.filter(|it| is_there(&it.value, guest)))
        })
        .await
    }

    async fn client_vault_log(
        &self,
        visit: Visit,
        query: &PageQuery<u64>,
    ) -> Result<Option<(Guest, VaultLog)>, StoreError> {
        let query = query.clone();
        self.visit(visit, move |records, guest| {
            records.vault_log(guest, &query)
        })
        .await
    }

    async fn vault_items(
        &self,
        firm: FirmId,
        client: ClientId,
        query: &PageQuery<()>,
    ) -> Result<Page<Versioned<VaultItem>, ()>, StoreError> {
        let query = query.clone();
        self.list_in_firm(firm, move |records| records.vault(client, &query, |_| true))
            .await
    }

    async fn vault_item(
        &self,
        firm: FirmId,
        id: VaultItemId,
    ) -> Result<Option<Versioned<VaultItem>>, StoreError> {
        self.in_firm(firm, move |records| records.get(&id)).await
    }

    async fn keys_in_use(&self) -> Result<Vec<(KeyName, u64)>, StoreError> {
        self.read(keys_in_use).await
    }

    async fn items_under(
        &self,
        key: &KeyName,
        after: Option<(FirmId, VaultItemId)>,
        max: u32,
    ) -> Result<Vec<(FirmId, Versioned<VaultItem>)>, StoreError> {
        let key = key.clone();
        self.read(move |rows| items_under(rows, &key, after, max as usize))
            .await
    }

    async fn unknown_blobs(
        &self,
        firm: FirmId,
        blobs: &[BlobId],
    ) -> Result<Vec<BlobId>, StoreError> {
        let blobs = blobs.to_vec();
        self.read(move |rows| {
            let mut unknown = Vec::new();
            for blob in blobs {
                let index = Index::Blob(blob);
                let version = rows.of::<Edited>(firm, &index)?;
                let item = rows.of::<Versioned<VaultItem>>(firm, &index)?;
                if version.is_empty() && item.is_empty() {
                    unknown.push(blob);
                }
            }
            Ok(unknown)
        })
        .await
    }
}

impl Records<'_> {
    /// The wanted items of a client's vault, newest first.
    fn vault(
        &self,
        client: ClientId,
        query: &PageQuery<()>,
        wanted: impl Fn(&VaultItem) -> bool,
    ) -> Result<Page<Versioned<VaultItem>, ()>, StoreError> {
        let index = Index::Client(client);
        let wanted = |it: &Versioned<VaultItem>| wanted(&it.value);
        self.page_of(&index, Order::LargestFirst, query, wanted)
    }

    fn vault_log(&self, guest: &Guest, query: &PageQuery<u64>) -> Result<VaultLog, StoreError> {
        let vault = Subject::Vault(VaultId::from(guest.client.id));
        let rows = self.audit_page(Some(vault), Order::LargestFirst, query)?;
        let contacts = self.of::<Versioned<Contact>>(&Index::Client(guest.client.id))?;
        Ok(VaultLog {
            items: self.items_of(&rows.rows, guest)?,
            contacts: contacts.into_iter().map(|contact| contact.value).collect(),
            rows,
        })
    }

    /// The items that the rows are about and that are there for the contact still.
    fn items_of(&self, rows: &[AuditRow], guest: &Guest) -> Result<Vec<VaultItem>, StoreError> {
        let about: BTreeSet<Subject> = rows.iter().flat_map(|row| row.about.clone()).collect();
        let mut items = Vec::new();
        for subject in about {
            let Subject::VaultItem(id) = subject else {
                continue;
            };
            let item = self.get::<Versioned<VaultItem>>(&id)?;
            items.extend(item.map(|it| it.value).filter(|it| is_there(it, guest)));
        }
        Ok(items)
    }
}

/// How many items each wrapping key has wrapped, over all firms.
fn keys_in_use(rows: &Snapshot) -> Result<Vec<(KeyName, u64)>, StoreError> {
    let mut keys = BTreeMap::new();
    for firm in rows.everywhere::<Versioned<Firm>>(None)? {
        for (key, count) in rows.keys(firm?.0)? {
            *keys.entry(key).or_default() += count;
        }
    }
    Ok(keys.into_iter().collect())
}

/// The items of one key, firm by firm, from behind the item `after`.
fn items_under(
    rows: &Snapshot,
    key: &KeyName,
    after: Option<(FirmId, VaultItemId)>,
    max: usize,
) -> Result<Vec<(FirmId, Versioned<VaultItem>)>, StoreError> {
    let index = Index::Key(key.clone());
    let begun = after.map(|(firm, id)| Ok((firm, Some(id))));
    let others = rows.everywhere::<Versioned<Firm>>(after.map(|(firm, _)| (firm, &())))?;
    let others = others.map(|firm| firm.map(|(firm, _)| (firm, None)));
    let mut items = Vec::new();
    for firm in begun.into_iter().chain(others) {
        let (firm, last) = firm?;
        let found = rows.walk_of(firm, &index, last.as_ref(), Order::SmallestFirst)?;
        for item in found.take(max.saturating_sub(items.len())) {
            items.push((firm, item?));
        }
        if items.len() == max {
            break;
        }
    }
    Ok(items)
}

/// Whether the item is there for this contact.
pub(super) fn is_there(item: &VaultItem, guest: &Guest) -> bool {
    item.client == guest.client.id && item.readers.include(guest.contact.id)
}
