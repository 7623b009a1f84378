//! Reads of vaults.

use std::collections::BTreeSet;

use async_trait::async_trait;
use caseflow_core::domain::access::Guest;
use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::id::{BlobId, ClientId, FirmId, Subject, VaultId, VaultItemId};
use caseflow_core::domain::page::{Cursor, Page, PageQuery};
use caseflow_core::domain::vault::{KeyName, VaultItem};
use caseflow_core::ports::store::{StoreError, VaultLog, VaultReads, Visit};

use crate::SqlxStore;
use crate::firm_reads::{by_key, newest};
use crate::read::{Answer, Cells, Stored, Unreadable, before_id, by_id, limit};
use crate::records::audit::audit_shape;
use crate::records::client::CONTACTS;
use crate::records::readers::VAULT_READERS;
use crate::records::vault_item::{KeyInUse, VAULT_ITEMS, item_shape, key_shape};
use crate::statements::{Part, Select, Texts};
use crate::table::Shape;
use crate::value::{list, text};

/// The statements.
#[derive(Debug)]
pub(crate) struct VaultSql {
    shown_list: Select,
    shown: Select,
    log: Select,
    list: Select,
    item: Select,
    keys: Select,
    under: Select,
    unknown_blobs: Select,
}

impl VaultSql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        let item = item_shape("x");
        Self {
            shown_list: texts.one(
                item.clone(),
                &format!(
                    "FROM caseflow_vault_items x WHERE x.firm_id = $1 AND x.client_id = $2 \
                     AND x.id < $4 AND {} ORDER BY x.id DESC LIMIT CAST($3 AS {{int}})",
                    is_there("x", 5)
                ),
            ),
            shown: texts.one(
                item.clone(),
                &format!(
                    "FROM caseflow_vault_items x WHERE x.firm_id = $1 AND x.client_id = $2 \
                     AND x.id = $3 AND {}",
                    is_there("x", 4)
                ),
            ),
            log: texts.all(&log()),
            list: texts.one(
                item.clone(),
                &newest(VAULT_ITEMS.name, "AND x.client_id = $4"),
            ),
            item: texts.one(item.clone(), &by_key(VAULT_ITEMS.name)),
            keys: texts.one(
                key_shape("x"),
                "FROM caseflow_vault_items x GROUP BY x.key_id, x.key_version \
                 ORDER BY x.key_id, x.key_version",
            ),
            under: texts.one(
                Shape::default().text("x.firm_id").and(item),
                "FROM caseflow_vault_items x WHERE x.key_id = $1 AND x.key_version = $2 \
                 AND (x.firm_id, x.id) > ($3, $4) ORDER BY x.firm_id, x.id \
                 LIMIT CAST($5 AS {int})",
            ),
            unknown_blobs: texts.one(Shape::default().text("j.value"), UNKNOWN_BLOBS),
        }
    }
}

/// Those of the list `$2` that are neither of a document nor of an item. Each is looked up: however
/// long the list, no engine goes through all blobs instead.
const UNKNOWN_BLOBS: &str = "FROM {each}$2{end} WHERE \
     COALESCE((SELECT y.blob_id FROM caseflow_document_versions y \
     WHERE y.firm_id = $1 AND y.blob_id = j.value LIMIT 1), \
     (SELECT x.body_blob FROM caseflow_vault_items x \
     WHERE x.firm_id = $1 AND x.body_blob = j.value LIMIT 1)) IS NULL";

/// That an item of the contact's client is there for the contact `$place`.
pub(crate) fn is_there(alias: &str, place: usize) -> String {
    VAULT_READERS.include(alias, place)
}

/// `$3` rows about the vault `$5` before the place `$4`; the items that they are about and that are
/// there for the contact `$6`; the contacts of the client `$2`.
fn log() -> [Part; 3] {
    let page = |columns: &str| {
        format!(
            "(SELECT {columns} FROM caseflow_audit_about b JOIN caseflow_audit a \
             ON a.firm_id = b.firm_id AND a.seq = b.seq \
             WHERE b.firm_id = $1 AND b.subject = $5 AND b.seq < $4 \
             ORDER BY b.seq DESC LIMIT CAST($3 AS {{int}})) p"
        )
    };
    let items = format!(
        "FROM (SELECT DISTINCT j.value AS id FROM {} CROSS JOIN {{each}}p.about{{end}}) f \
         CROSS JOIN caseflow_vault_items x \
         WHERE x.firm_id = $1 AND x.id = f.id AND x.client_id = $2 AND {}",
        page("a.about"),
        is_there("x", 6)
    );
    let contacts = "FROM caseflow_contacts k WHERE k.firm_id = $1 AND k.client_id = $2";
    [
        Part::new(audit_shape("p"), format!("FROM {}", page("a.*"))),
        Part::new(item_shape("x"), items),
        Part::new(CONTACTS.shape("k"), contacts),
    ]
}

#[async_trait]
impl VaultReads for SqlxStore {
    async fn client_vault(
        &self,
        visit: Visit,
        page: &PageQuery<()>,
    ) -> Result<Option<(Guest, Page<Versioned<VaultItem>, ()>)>, StoreError> {
        let read = self.page(&self.sql().vault.shown_list, visit, |guest| {
            vec![limit(page), before_id(page), text(guest.contact.id)]
        });
        let Some((guest, answer)) = read.await? else {
            return Ok(None);
        };
        Ok(Some((guest, cut(answer.many(0)?, page))))
    }

    async fn client_vault_item(
        &self,
        visit: Visit,
        id: VaultItemId,
    ) -> Result<Option<(Guest, Option<Versioned<VaultItem>>)>, StoreError> {
        let sql = &self.sql().vault.shown;
        let read = self.page(sql, visit, |guest| vec![text(id), text(guest.contact.id)]);
        let Some((guest, answer)) = read.await? else {
            return Ok(None);
        };
        Ok(Some((guest, answer.one(0)?)))
    }

    async fn client_vault_log(
        &self,
        visit: Visit,
        page: &PageQuery<u64>,
    ) -> Result<Option<(Guest, VaultLog)>, StoreError> {
        let before = page.after.as_ref().map_or(u64::MAX, |after| after.key);
        let read = self.page(&self.sql().vault.log, visit, |guest| {
            vec![
                limit(page),
                before.into(),
                text(VaultId::from(guest.client.id)),
                text(guest.contact.id),
            ]
        });
        let Some((guest, answer)) = read.await? else {
            return Ok(None);
        };
        Ok(Some((guest, vault_log(&answer, page)?)))
    }

    async fn vault_items(
        &self,
        firm: FirmId,
        client: ClientId,
        page: &PageQuery<()>,
    ) -> Result<Page<Versioned<VaultItem>, ()>, StoreError> {
        let values = vec![text(firm), before_id(page), limit(page), text(client)];
        let rows = self.list(&self.sql().vault.list, values).await?;
        Ok(cut(rows, page))
    }

    async fn vault_item(
        &self,
        firm: FirmId,
        id: VaultItemId,
    ) -> Result<Option<Versioned<VaultItem>>, StoreError> {
        let values = vec![text(firm), text(id)];
        self.find(&self.sql().vault.item, values).await
    }

    async fn keys_in_use(&self) -> Result<Vec<(KeyName, u64)>, StoreError> {
        let keys: Vec<KeyInUse> = self.list(&self.sql().vault.keys, vec![]).await?;
        Ok(keys.into_iter().map(|it| (it.key, it.items)).collect())
    }

    async fn items_under(
        &self,
        key: &KeyName,
        after: Option<(FirmId, VaultItemId)>,
        max: u32,
    ) -> Result<Vec<(FirmId, Versioned<VaultItem>)>, StoreError> {
        let mut values = vec![text(key.id.as_str()), key.version.into()];
        values.extend(match after {
            None => [text(""), text("")],
            Some((firm, id)) => [text(firm), text(id)],
        });
        values.push(max.into());
        let items: Vec<ItemOfFirm> = self.list(&self.sql().vault.under, values).await?;
        Ok(items.into_iter().map(|it| (it.firm, it.item)).collect())
    }

    async fn unknown_blobs(
        &self,
        firm: FirmId,
        blobs: &[BlobId],
    ) -> Result<Vec<BlobId>, StoreError> {
        let values = vec![text(firm), list(blobs)];
        let unknown: Vec<Blob> = self.list(&self.sql().vault.unknown_blobs, values).await?;
        let unknown: BTreeSet<BlobId> = unknown.into_iter().map(|blob| blob.0).collect();
        let blobs = blobs.iter().filter(|blob| unknown.contains(blob));
        Ok(blobs.copied().collect())
    }
}

/// Largest id first, as they were read.
fn cut(rows: Vec<Versioned<VaultItem>>, page: &PageQuery<()>) -> Page<Versioned<VaultItem>, ()> {
    Page::cut(rows, page.size, |row| by_id(row.value.id))
}

/// The three parts, put in order. The row that is read to know whether there is another page may be
/// about an item of its own.
fn vault_log(answer: &Answer, page: &PageQuery<u64>) -> Result<VaultLog, StoreError> {
    let mut rows: Vec<AuditRow> = answer.many(0)?;
    rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.seq));
    let rows = Page::cut(rows, page.size, |row| Cursor {
        key: row.seq,
        id: row.seq.to_string(),
    });
    let about: BTreeSet<&Subject> = rows.rows.iter().flat_map(|row| &row.about).collect();
    let items: Vec<Versioned<VaultItem>> = answer.many(1)?;
    let items = items.into_iter().map(|item| item.value);
    let mut items: Vec<_> = items
        .filter(|item| about.contains(&Subject::from(item.id)))
        .collect();
    items.sort_unstable_by_key(|item| item.id);
    let contacts: Vec<Versioned<Contact>> = answer.many(2)?;
    let mut contacts: Vec<_> = contacts.into_iter().map(|it| it.value).collect();
    contacts.sort_unstable_by_key(|contact| contact.id);
    Ok(VaultLog {
        rows,
        items,
        contacts,
    })
}

/// An item, and before it its firm.
struct ItemOfFirm {
    firm: FirmId,
    item: Versioned<VaultItem>,
}

impl Stored for ItemOfFirm {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            firm: cells.parse()?,
            item: Stored::read(cells)?,
        })
    }
}

struct Blob(BlobId);

impl Stored for Blob {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self(cells.parse()?))
    }
}
