//! Nothing of documents and vaults crosses firms.

use std::sync::Arc;

use super::shelf::{
    changed, cleared, document_file, filed, firm_documents, line, newest, removed, replaced,
    shown_document, shown_documents, shown_item, shown_vault, stowed, vault,
};
use super::{applied, is_conflict, is_missing, tried, update, wrote};
use crate::domain::activity::ActivityKind;
use crate::domain::audit::AuditEntry;
use crate::domain::changes::{Change, Changes, Version, Versioned};
use crate::domain::document::Document;
use crate::domain::id::{FirmId, VaultId};
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::page::PageQuery;
use crate::domain::readers::Readers;
use crate::domain::search::Terms;
use crate::domain::text::FileName;
use crate::domain::vault::VaultItem;
use crate::ports::store::{
    ActivityRow, DocumentFile, DocumentQuery, FirmDocumentQuery, Store, VaultLog, Visit,
};
use crate::testing::fixtures::{self, Office, chosen, id};

/// Writes of the office's client two documents and two items, from the number 1 on, with lines of the
/// feed and a row of the vault's log. The second of each is for the first contact alone.
async fn files(store: &dyn Store, office: &Office) {
    let client = office.client.id;
    let mut changes = Changes::default();
    for (n, readers) in (1..).zip([Readers::All, chosen([office.contact.id])]) {
        let document = Document {
            readers: readers.clone(),
            ..fixtures::document(n, client)
        };
        let item = VaultItem {
            readers,
            ..fixtures::vault_item(n, client)
        };
        let told = |n, kind, about| line(client, n, kind, about);
        changes.changes.extend(filed(&document).changes);
        changes = changes
            .with(stowed(&item))
            .with(told(n, ActivityKind::DocumentShared, document.id.into()))
            .with(told(10 + n, ActivityKind::VaultItemAdded, item.id.into()));
    }
    let logged = AuditEntry {
        about: vec![
            VaultId::from(client).into(),
            fixtures::vault_item(1, client).id.into(),
        ],
        ..fixtures::audit(client)
    };
    applied(store, office.firm.id, changes.audited(logged)).await;
}

/// All of [`files`] as the firm and the first contact see it.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    documents: Vec<DocumentFile>,
    shown_documents: Vec<Versioned<Document>>,
    vault: Vec<Versioned<VaultItem>>,
    shown_vault: Vec<Versioned<VaultItem>>,
    log: VaultLog,
    feed: Vec<ActivityRow>,
}

async fn seen(store: &dyn Store, office: &Office) -> Seen {
    let (firm, visit) = (office.firm.id, office.visit(&office.contact));
    let mut documents = vec![];
    for row in firm_documents(store, firm, 100, &FirmDocumentQuery::default()).await {
        documents.extend(document_file(store, firm, row.value.id).await);
    }
    let dashboard = store.dashboard(visit).await.unwrap().unwrap().1;
    let log = store.client_vault_log(visit, &PageQuery::default()).await;
    Seen {
        documents,
        shown_documents: shown_documents(store, visit, 100, "accounts").await,
        vault: vault(store, firm, office.client.id, 100).await,
        shown_vault: shown_vault(store, visit, 100).await,
        log: log.unwrap().unwrap().1,
        feed: dashboard.activity,
    }
}

/// Cases 18 and E02, files, reads. Catches each read that forgets the firm: everything of one firm is
/// asked for in the name of another, and in the name of one that does not exist.
pub async fn case_18_e02_no_read_of_files_crosses_firms(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open(&*store, 2).await;
    files(&*store, &one).await;
    let own = seen(&*store, &one).await;
    assert_eq!((own.documents.len(), own.vault.len()), (2, 2));
    assert_eq!((own.shown_documents.len(), own.shown_vault.len()), (2, 2));
    assert_eq!((own.log.rows.rows.len(), own.log.items.len()), (1, 1));
    assert_eq!(own.feed.len(), 4);
    for stranger in [two.firm.id, id(4_711)] {
        staff_see_nothing(&*store, &one, stranger).await;
        portal_sees_nothing(&*store, &one, stranger).await;
    }
    let theirs = seen(&*store, &two).await;
    assert_eq!((theirs.documents, theirs.vault), (vec![], vec![]));
    assert_eq!(
        (theirs.shown_documents, theirs.shown_vault),
        (vec![], vec![])
    );
    assert_eq!((theirs.log.rows.rows, theirs.log.items), (vec![], vec![]));
    assert_eq!(theirs.feed, []);
    let contacts = theirs.log.contacts.iter().map(|contact| contact.client);
    assert!(contacts.eq([two.client.id; 2]));
    let visit = two.visit(&two.contact);
    for n in 1..=2 {
        assert_eq!(shown_document(&*store, visit, id(n)).await, None);
        assert_eq!(shown_item(&*store, visit, id(n)).await, None);
    }
    let mail = Mail {
        topic: MailTopic::DocumentShared(id(1)),
        ..fixtures::mail(1, two.contact.id)
    };
    let card = store.mail_card(two.firm.id, &mail).await.unwrap();
    assert_eq!(card.unwrap().document, None);
}

async fn staff_see_nothing(store: &dyn Store, one: &Office, firm: FirmId) {
    for n in 1..=2 {
        assert_eq!(document_file(store, firm, id(n)).await, None);
        assert_eq!(store.vault_item(firm, id(n)).await.unwrap(), None);
    }
    for client in [None, Some(one.client.id)] {
        for typed in ["", "accounts"] {
            let query = FirmDocumentQuery {
                client,
                terms: Terms::parse(typed).unwrap(),
                ..FirmDocumentQuery::default()
            };
            assert_eq!(firm_documents(store, firm, 10, &query).await, []);
        }
    }
    assert_eq!(vault(store, firm, one.client.id, 10).await, []);
}

async fn portal_sees_nothing(store: &dyn Store, one: &Office, firm: FirmId) {
    let visit = Visit {
        firm,
        ..one.visit(&one.contact)
    };
    let query = DocumentQuery::default();
    assert_eq!(store.client_documents(visit, &query).await.unwrap(), None);
    assert_eq!(store.client_document(visit, id(1)).await.unwrap(), None);
    let page = PageQuery::default();
    assert_eq!(store.client_vault(visit, &page).await.unwrap(), None);
    assert_eq!(store.client_vault_item(visit, id(1)).await.unwrap(), None);
    let log = store.client_vault_log(visit, &PageQuery::default()).await;
    assert_eq!(log.unwrap(), None);
}

/// Case 18, files, writes. Catches each change that finds another firm's document or item.
pub async fn case_18_no_write_of_files_crosses_firms(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open(&*store, 2).await;
    files(&*store, &one).await;
    let before = seen(&*store, &one).await;
    let firm = two.firm.id;
    let document = fixtures::document(1, two.client.id);
    let item = fixtures::vault_item(1, two.client.id);
    let mut further = document.newest.clone();
    further.number = 2;
    let further = Change::DocumentVersion {
        document: document.id,
        version: further,
    };
    for change in [further, newest(&document)] {
        is_missing(&tried(&*store, firm, change).await);
    }
    for change in [
        changed(Version::FIRST, &document),
        removed(&document, Version::FIRST),
        Change::VaultItem(update(Version::FIRST, item.clone())),
        cleared(&item, Version::FIRST),
    ] {
        is_conflict(&tried(&*store, firm, change).await);
    }
    for changes in [filed(&document), Changes::default().with(stowed(&item))] {
        is_missing(&store.commit(id(4_711), changes).await);
    }
    assert_eq!(seen(&*store, &one).await, before);
    assert_eq!(seen(&*store, &two).await.documents, []);
}

/// Case 19, files. Catches a store whose keys lack the firm: two firms hold documents, versions, readers,
/// items and log rows of the same ids.
pub async fn case_19_two_firms_have_files_of_the_same_names(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open_twin(&*store, 2, 1).await;
    for office in [&one, &two] {
        files(&*store, office).await;
    }
    let before = seen(&*store, &one).await;
    let mine = &before.log.rows.rows[0];
    let twin = seen(&*store, &two).await;
    assert_eq!(twin.log.rows.rows[0].about, mine.about);
    assert_eq!(twin, before);
    let (firm, client) = (two.firm.id, two.client.id);
    let mut other = Document {
        readers: chosen([two.colleague.id]),
        ..fixtures::document(1, client)
    };
    other.newest.number = 2;
    other.newest.name = FileName::of("theirs.pdf");
    applied(&*store, firm, replaced(Version::FIRST, &other)).await;
    let item = VaultItem {
        readers: chosen([two.colleague.id]),
        ..fixtures::vault_item(1, client)
    };
    wrote(
        &*store,
        firm,
        Change::VaultItem(update(Version::FIRST, item)),
    )
    .await;
    let second = fixtures::document(2, client);
    wrote(&*store, firm, removed(&second, Version::FIRST)).await;
    let second = fixtures::vault_item(2, client);
    wrote(&*store, firm, cleared(&second, Version::FIRST)).await;
    assert_eq!(seen(&*store, &one).await, before);
    for (office, rows) in [(&one, 0), (&two, 1)] {
        let visit = office.visit(&office.colleague);
        let found = shown_documents(&*store, visit, 5, "theirs").await;
        assert_eq!(found.len(), rows);
    }
    let theirs = seen(&*store, &two).await;
    assert_eq!((theirs.documents.len(), theirs.vault.len()), (1, 1));
    assert_eq!((theirs.shown_vault, theirs.feed), (vec![], vec![]));
}
