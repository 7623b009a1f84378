//! Reads and writes of documents and vaults, and of what the feed tells of them, that several cases
//! need.

use super::{all_pages, update};
use crate::domain::activity::{Activity, ActivityKind};
use crate::domain::changes::{Change, Changes, Version, Versioned, Write};
use crate::domain::client::Contact;
use crate::domain::document::Document;
use crate::domain::id::{ClientId, DocumentId, FirmId, Subject, VaultItemId};
use crate::domain::page::PageQuery;
use crate::domain::search::Terms;
use crate::domain::time::Timestamp;
use crate::domain::vault::VaultItem;
use crate::ports::store::{
    DocumentFile, DocumentQuery, FirmDocumentQuery, Store, StoreError, Visit,
};
use crate::testing::fixtures::{self, Office, usd};

/// A new document with its newest version.
pub(super) fn filed(document: &Document) -> Changes {
    let write = Change::Document(Write::Insert(document.clone()));
    Changes::default().with(write).with(newest(document))
}

/// A document that is written over, without a further version.
pub(super) fn changed(read: Version, now: &Document) -> Change {
    Change::Document(update(read, now.clone()))
}

/// A document that is written over, with a further version.
pub(super) fn replaced(read: Version, now: &Document) -> Changes {
    Changes::default()
        .with(changed(read, now))
        .with(newest(now))
}

/// The newest version of the document, as a fact of its own.
pub(super) fn newest(document: &Document) -> Change {
    Change::DocumentVersion {
        document: document.id,
        version: document.newest.clone(),
    }
}

pub(super) fn removed(document: &Document, read: Version) -> Change {
    Change::RemoveDocument {
        id: document.id,
        client: document.client,
        read,
    }
}

/// A new item.
pub(super) fn stowed(item: &VaultItem) -> Change {
    Change::VaultItem(Write::Insert(item.clone()))
}

pub(super) fn cleared(item: &VaultItem, read: Version) -> Change {
    Change::RemoveVaultItem {
        id: item.id,
        client: item.client,
        read,
    }
}

pub(super) async fn document_file(
    store: &dyn Store,
    firm: FirmId,
    id: DocumentId,
) -> Option<DocumentFile> {
    store.document(firm, id).await.unwrap()
}

/// The document as the visitor is shown it.
pub(super) async fn shown_document(
    store: &dyn Store,
    visit: Visit,
    id: DocumentId,
) -> Option<Versioned<Document>> {
    let (guest, document) = store.client_document(visit, id).await.unwrap().unwrap();
    assert_eq!(guest.firm.id, visit.firm);
    document
}

/// The documents that a search shows to the visitor, or all.
pub(super) async fn shown_documents(
    store: &dyn Store,
    visit: Visit,
    rows: u32,
    typed: &str,
) -> Vec<Versioned<Document>> {
    all_pages(rows, async |page: PageQuery<Timestamp>| {
        let terms = Terms::parse(typed).unwrap();
        let query = DocumentQuery { terms, page };
        let (guest, page) = store.client_documents(visit, &query).await?.unwrap();
        assert_eq!(guest.firm.id, visit.firm);
        Ok::<_, StoreError>(page)
    })
    .await
}

pub(super) async fn firm_documents(
    store: &dyn Store,
    firm: FirmId,
    rows: u32,
    query: &FirmDocumentQuery,
) -> Vec<Versioned<Document>> {
    all_pages(rows, async |page| {
        let query = FirmDocumentQuery {
            page,
            ..query.clone()
        };
        store.documents(firm, &query).await
    })
    .await
}

/// The item as the visitor is shown it.
pub(super) async fn shown_item(
    store: &dyn Store,
    visit: Visit,
    id: VaultItemId,
) -> Option<Versioned<VaultItem>> {
    let (guest, item) = store.client_vault_item(visit, id).await.unwrap().unwrap();
    assert_eq!(guest.firm.id, visit.firm);
    item
}

/// The vault as the visitor is shown it.
pub(super) async fn shown_vault(
    store: &dyn Store,
    visit: Visit,
    rows: u32,
) -> Vec<Versioned<VaultItem>> {
    all_pages(rows, async |page: PageQuery<()>| {
        let (guest, page) = store.client_vault(visit, &page).await?.unwrap();
        assert_eq!(guest.firm.id, visit.firm);
        Ok::<_, StoreError>(page)
    })
    .await
}

/// The vault of a client as staff see it.
pub(super) async fn vault(
    store: &dyn Store,
    firm: FirmId,
    client: ClientId,
    rows: u32,
) -> Vec<Versioned<VaultItem>> {
    all_pages(rows, async |page| {
        store.vault_items(firm, client, &page).await
    })
    .await
}

/// The ids of documents, in their order.
pub(super) fn documents_of(rows: &[Versioned<Document>]) -> Vec<DocumentId> {
    rows.iter().map(|row| row.value.id).collect()
}

/// The ids of items, in their order.
pub(super) fn items_of(rows: &[Versioned<VaultItem>]) -> Vec<VaultItemId> {
    rows.iter().map(|row| row.value.id).collect()
}

/// A line of the client's feed about this, of the number `n`.
pub(super) fn line(client: ClientId, n: u64, kind: ActivityKind, about: Subject) -> Change {
    Change::Activity(Activity {
        kind,
        about,
        amount: None,
        ..fixtures::activity(n, &fixtures::draft(n, client, usd("1.00")))
    })
}

/// What the feed tells the contact about, newest first.
pub(super) async fn feed(store: &dyn Store, office: &Office, contact: &Contact) -> Vec<Subject> {
    let visit = office.visit(contact);
    let (_, page) = store.dashboard(visit).await.unwrap().unwrap();
    let lines = page.activity.iter();
    lines.map(|row| row.activity.about).collect()
}
