//! For whom documents and items of the vault are there.

use std::sync::Arc;

use super::shelf::{
    changed, document_file, documents_of, feed, filed, items_of, line, shown_document,
    shown_documents, shown_item, shown_vault, stowed, vault,
};
use super::{applied, is_missing, tried, update, wrote};
use crate::domain::activity::ActivityKind;
use crate::domain::changes::{Change, Changes, Version, Write};
use crate::domain::client::{Contact, Standing};
use crate::domain::document::Document;
use crate::domain::id::{ContactId, DocumentId, Subject, VaultItemId};
use crate::domain::readers::Readers;
use crate::domain::vault::VaultItem;
use crate::ports::store::Store;
use crate::testing::fixtures::{self, NOW, Office, chosen, id};

/// The lists of readers of the records 1 to 5.
fn lists(office: &Office) -> [Readers; 5] {
    let (contact, colleague) = (office.contact.id, office.colleague.id);
    [
        Readers::All,
        chosen([contact]),
        chosen([contact, colleague]),
        Readers::All,
        chosen([colleague]),
    ]
}

/// R-DOC-1, E01 and E19. Catches a store that shows a document to a contact who is not one of its
/// readers, to another client's, or before it is shared: in the list, by its id, in a search or in the
/// feed. The fourth document is not shared.
pub async fn case_20_e01_e19_a_document_is_there_for_its_readers_alone(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    for (n, readers) in (1..).zip(lists(&office)) {
        let document = Document {
            readers,
            shared_at: (n != 4).then_some(NOW),
            ..fixtures::document(n, office.client.id)
        };
        let about = document.id.into();
        let told = line(office.client.id, n, ActivityKind::DocumentShared, about);
        applied(&*store, firm, filed(&document).with(told)).await;
    }
    let theirs = fixtures::document(6, office.neighbour.id);
    applied(&*store, firm, filed(&theirs)).await;
    for (contact, expected) in [
        (&office.contact, &[3, 2, 1][..]),
        (&office.colleague, &[5, 3, 1]),
        (&office.stranger, &[6]),
    ] {
        sees_documents(&*store, &office, contact, expected).await;
    }
    let told = |n| Subject::Document(id(n));
    assert_eq!(
        feed(&*store, &office, &office.contact).await,
        [3, 2, 1].map(told)
    );
    assert_eq!(
        feed(&*store, &office, &office.colleague).await,
        [5, 3, 1].map(told)
    );
    assert_eq!(feed(&*store, &office, &office.stranger).await, []);
}

/// The contact sees these documents of six, and no others.
async fn sees_documents(store: &dyn Store, office: &Office, contact: &Contact, numbers: &[u64]) {
    let visit = office.visit(contact);
    let expected: Vec<DocumentId> = numbers.iter().map(|n| id(*n)).collect();
    for (rows, typed) in [(1, ""), (100, ""), (1, "accounts"), (100, "annual")] {
        let found = shown_documents(store, visit, rows, typed).await;
        assert_eq!(documents_of(&found), expected, "{typed}");
    }
    for n in 1..=6 {
        let one = shown_document(store, visit, id(n)).await;
        assert_eq!(one.is_some(), numbers.contains(&n), "{n}");
        let found = shown_documents(store, visit, 10, &format!("accounts {n}")).await;
        assert_eq!(found.len(), usize::from(numbers.contains(&n)), "{n}");
    }
}

/// R-VLT-3 and E01. Catches a store that shows an item of the vault to a contact who is not one of its
/// readers, or to another client's: in the list, by its id or in the feed.
pub async fn case_20_e01_an_item_is_there_for_its_readers_alone(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    for (n, readers) in (1..).zip(lists(&office)) {
        let item = VaultItem {
            readers,
            ..fixtures::vault_item(n, office.client.id)
        };
        let told = line(
            office.client.id,
            n,
            ActivityKind::VaultItemAdded,
            item.id.into(),
        );
        let changes = Changes::default().with(stowed(&item)).with(told);
        applied(&*store, firm, changes).await;
    }
    wrote(
        &*store,
        firm,
        stowed(&fixtures::vault_item(6, office.neighbour.id)),
    )
    .await;
    for (contact, expected) in [
        (&office.contact, &[4, 3, 2, 1][..]),
        (&office.colleague, &[5, 4, 3, 1]),
        (&office.stranger, &[6]),
    ] {
        let visit = office.visit(contact);
        let ids: Vec<VaultItemId> = expected.iter().map(|n| id(*n)).collect();
        for rows in [1, 3, 100] {
            assert_eq!(items_of(&shown_vault(&*store, visit, rows).await), ids);
        }
        for n in 1..=6 {
            let one = shown_item(&*store, visit, id(n)).await;
            assert_eq!(one.is_some(), expected.contains(&n), "{n}");
        }
        let about = expected.iter().filter(|n| **n != 6);
        let about: Vec<_> = about.map(|n| Subject::VaultItem(id(*n))).collect();
        assert_eq!(feed(&*store, &office, contact).await, about);
    }
    let all = vault(&*store, firm, office.client.id, 2).await;
    assert_eq!(items_of(&all), [5, 4, 3, 2, 1].map(id));
    let theirs = vault(&*store, firm, office.neighbour.id, 2).await;
    assert_eq!(items_of(&theirs), [id(6)]);
}

/// Catches a store in which a contact who was removed takes documents and items along, or keeps those
/// that name it from being changed.
pub async fn case_a_reader_who_was_removed_is_in_nobodys_way(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let (gone, stays) = (&office.colleague, &office.contact);
    let readers = chosen([gone.id, stays.id]);
    let document = Document {
        readers: readers.clone(),
        ..fixtures::document(1, office.client.id)
    };
    let item = VaultItem {
        readers,
        ..fixtures::vault_item(1, office.client.id)
    };
    applied(&*store, firm, filed(&document).with(stowed(&item))).await;
    let removed = Contact {
        standing: Standing::Removed,
        ..gone.clone()
    };
    let change = Change::Contact(update(Version::FIRST, removed));
    wrote(&*store, firm, change).await;
    for read in [1, 2].map(Version) {
        let visit = office.visit(stays);
        let shown = shown_document(&*store, visit, id(1)).await.unwrap();
        assert_eq!((shown.version, &shown.value), (read, &document));
        let shown = shown_item(&*store, visit, id(1)).await.unwrap();
        assert_eq!((shown.version, &shown.value), (read, &item));
        wrote(&*store, firm, changed(read, &document)).await;
        let change = Change::VaultItem(update(read, item.clone()));
        wrote(&*store, firm, change).await;
    }
}

/// Lists of readers of which one is no contact of the client.
fn wrong_readers(office: &Office, rival: &Office) -> [Readers; 5] {
    let (contact, nobody): (_, ContactId) = (office.contact.id, id(4_711));
    [
        chosen([office.stranger.id]),
        chosen([contact, office.stranger.id]),
        chosen([nobody]),
        chosen([contact, office.colleague.id, nobody]),
        chosen([contact, rival.contact.id]),
    ]
}

/// R-DOC-1. Catches a store that does not look up who was chosen, looks at one of them and takes it for
/// all, or leaves a part of what it refuses; of a new document and of one that is written over.
pub async fn case_readers_of_a_document_are_contacts_of_its_client(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let rival = Office::open(&*store, 2).await;
    let firm = office.firm.id;
    let there = fixtures::document(1, office.client.id);
    applied(&*store, firm, filed(&there)).await;
    let before = document_file(&*store, firm, id(1)).await;
    let of = |n, readers| Document {
        readers,
        ..fixtures::document(n, office.client.id)
    };
    for readers in wrong_readers(&office, &rival) {
        is_missing(&store.commit(firm, filed(&of(2, readers.clone()))).await);
        let change = changed(Version::FIRST, &of(1, readers));
        is_missing(&tried(&*store, firm, change).await);
    }
    for client in [id(4_711), rival.client.id] {
        let of_nobody = fixtures::document(2, client);
        is_missing(&store.commit(firm, filed(&of_nobody)).await);
    }
    let late = filed(&of(2, chosen([office.contact.id]))).with(changed(
        Version::FIRST,
        &of(1, chosen([office.stranger.id])),
    ));
    is_missing(&store.commit(firm, late).await);
    assert_eq!(document_file(&*store, firm, id(2)).await, None);
    assert_eq!(document_file(&*store, firm, id(1)).await, before);
    let visit = office.visit(&office.stranger);
    assert_eq!(shown_documents(&*store, visit, 10, "").await, []);
    let own = chosen([office.contact.id, office.colleague.id]);
    applied(&*store, firm, filed(&of(2, own))).await;
}

/// The same of items of the vault.
pub async fn case_readers_of_an_item_are_contacts_of_its_client(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let rival = Office::open(&*store, 2).await;
    let firm = office.firm.id;
    wrote(
        &*store,
        firm,
        stowed(&fixtures::vault_item(1, office.client.id)),
    )
    .await;
    let before = vault(&*store, firm, office.client.id, 10).await;
    let of = |n, readers| VaultItem {
        readers,
        ..fixtures::vault_item(n, office.client.id)
    };
    for readers in wrong_readers(&office, &rival) {
        is_missing(&tried(&*store, firm, stowed(&of(2, readers.clone()))).await);
        let change = Change::VaultItem(update(Version::FIRST, of(1, readers)));
        is_missing(&tried(&*store, firm, change).await);
    }
    for client in [id(4_711), rival.client.id] {
        let of_nobody = fixtures::vault_item(2, client);
        is_missing(&tried(&*store, firm, stowed(&of_nobody)).await);
    }
    assert_eq!(vault(&*store, firm, office.client.id, 10).await, before);
    let own = of(2, chosen([office.contact.id, office.colleague.id]));
    wrote(&*store, firm, Change::VaultItem(Write::Insert(own))).await;
}
