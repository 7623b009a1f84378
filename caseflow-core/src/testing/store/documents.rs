//! Documents: what is kept of them.

use std::sync::Arc;
use std::time::Duration;

use super::records::{one_line, texts};
use super::shelf::{
    document_file, filed, firm_documents, replaced, shown_document, shown_documents,
};
use super::{applied, wrote};
use crate::domain::changes::{Change, Changes, Version, Versioned, Write};
use crate::domain::document::{Document, DocumentVersion, MediaType};
use crate::domain::id::ContactId;
use crate::domain::readers::{Chosen, Readers};
use crate::domain::text::FileName;
use crate::domain::time::Timestamp;
use crate::ports::store::{DocumentFile, FirmDocumentQuery, Store};
use crate::testing::fixtures::{self, NOW, Office, chosen, id};

/// Every kind of file.
const MEDIA: [MediaType; 14] = [
    MediaType::Pdf,
    MediaType::Png,
    MediaType::Jpeg,
    MediaType::Webp,
    MediaType::Gif,
    MediaType::Text,
    MediaType::Csv,
    MediaType::Zip,
    MediaType::Docx,
    MediaType::Xlsx,
    MediaType::Pptx,
    MediaType::Odt,
    MediaType::Ods,
    MediaType::Other,
];

/// Catches a store that loses one of a document's fields, when it is new or when it is written over, and
/// one that does not know a kind of file.
pub async fn case_documents_come_out_as_they_went_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let crowd = crowd(&*store, &office).await;
    let all = every_document(&office, &crowd);
    for value in &all {
        applied(&*store, firm, filed(value)).await;
        let document = Versioned {
            version: Version::FIRST,
            value: value.clone(),
        };
        let versions = vec![value.newest.clone()];
        is_kept(&*store, &office, DocumentFile { document, versions }).await;
    }
    let mut versions = vec![all[0].newest.clone()];
    for (read, other) in (1..).zip(all.iter().rev()) {
        let mut value = Document {
            id: id(1),
            ..other.clone()
        };
        value.newest.number = u32::try_from(read).unwrap() + 1;
        versions.insert(0, value.newest.clone());
        applied(&*store, firm, replaced(Version(read), &value)).await;
        let document = Versioned {
            version: Version(read + 1),
            value,
        };
        let versions = versions.clone();
        is_kept(&*store, &office, DocumentFile { document, versions }).await;
    }
}

/// Every read has the document as it is.
async fn is_kept(store: &dyn Store, office: &Office, wanted: DocumentFile) {
    let (firm, of) = (office.firm.id, wanted.document.value.id);
    let found = document_file(store, firm, of).await;
    assert_eq!(found.as_ref(), Some(&wanted));
    assert_eq!(wanted.version(), wanted.document.version);
    let wanted = wanted.document;
    let all = firm_documents(store, firm, 100, &FirmDocumentQuery::default()).await;
    let row = all.into_iter().find(|it| it.value.id == of);
    assert_eq!(row.as_ref(), Some(&wanted));
    for contact in [&office.contact, &office.colleague] {
        let visit = office.visit(contact);
        let expected = wanted.value.is_for(contact.id).then(|| wanted.clone());
        assert_eq!(shown_document(store, visit, of).await, expected);
        let mine = shown_documents(store, visit, 100, "").await;
        assert_eq!(mine.into_iter().find(|it| it.value.id == of), expected);
    }
}

/// As many contacts of the client as may be chosen, its first one among them.
async fn crowd(store: &dyn Store, office: &Office) -> Vec<ContactId> {
    let last = 1_000 + u64::try_from(Chosen::MOST).unwrap() - 1;
    let others: Vec<_> = (1_000..last)
        .map(|n| fixtures::contact(n, office.client.id))
        .collect();
    let ids = others.iter().map(|contact| contact.id);
    let ids = ids.chain([office.contact.id]).collect();
    let inserts = others.iter().cloned().map(Write::Insert);
    let changes = inserts
        .map(Change::Contact)
        .fold(Changes::default(), Changes::with);
    applied(store, office.firm.id, changes).await;
    ids
}

/// A document of each kind of file, for all and for chosen contacts, shared and not, with a matter and
/// with none.
fn every_document(office: &Office, crowd: &[ContactId]) -> Vec<Document> {
    let readers = [
        Readers::All,
        chosen([office.contact.id]),
        chosen([office.colleague.id, office.contact.id]),
        chosen(crowd.iter().copied()),
        chosen([office.colleague.id]),
    ];
    let whole = |n: u64, media: MediaType, readers: &Readers| Document {
        matter: n.is_multiple_of(2).then(|| fixtures::line("Audit 2026")),
        readers: readers.clone(),
        shared_at: (!n.is_multiple_of(3)).then(|| moment(n)),
        newest: DocumentVersion {
            media,
            // Not a whole 64-bit float.
            size: n * 1_000_000_000_000_001,
            sha256: [u8::try_from(n * 17).unwrap(); 32],
            blob: id(700 + n),
            added_at: moment(100 + n),
            added_by: fixtures::line(&format!("Petra {n}")),
            ..fixtures::document_version(n)
        },
        ..fixtures::document(n, office.client.id)
    };
    let rows = (1..).zip(MEDIA).zip(readers.iter().cycle());
    let mut all: Vec<Document> = rows.map(|((n, media), it)| whole(n, media, it)).collect();
    all[6].newest.size = 0;
    all
}

/// A time to the last microsecond.
fn moment(n: u64) -> Timestamp {
    NOW.plus(Duration::from_micros(1_000_001 * n))
}

/// Catches a store that shortens, folds, escapes or loses a file's name, or another text of a document.
pub async fn case_documents_keep_all_scripts(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let more = [
        "a\\b/say \"hi\"; filename*=UTF-8''x.pdf",
        "حساب ٢٠٢٦.pdf",
        "%00%2e%2e.txt",
    ];
    let names = texts().into_iter().chain(more.map(str::to_owned));
    for (n, text) in (1..).zip(names) {
        let mut wanted = Document {
            matter: Some(one_line(&text)),
            ..fixtures::document(n, office.client.id)
        };
        wanted.newest.name = FileName::of(&text);
        wanted.newest.added_by = one_line(&text);
        applied(&*store, firm, filed(&wanted)).await;
        let file = document_file(&*store, firm, id(n)).await.unwrap();
        assert_eq!(file.versions, [wanted.newest.clone()]);
        assert_eq!(file.document.value, wanted);
        let visit = office.visit(&office.contact);
        let shown = shown_document(&*store, visit, id(n)).await;
        assert_eq!(shown, Some(file.document));
    }
}

/// R-DOC-1. Catches a store that keeps who may read a document beside what it was before: of each list
/// of readers nothing stays when another one comes.
pub async fn case_readers_are_those_that_were_chosen_last(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let (contact, colleague) = (office.contact.id, office.colleague.id);
    let document = fixtures::document(1, office.client.id);
    applied(&*store, firm, filed(&document)).await;
    let lists = [
        chosen([contact]),
        chosen([colleague]),
        Readers::All,
        chosen([colleague, contact]),
        chosen([contact]),
        Readers::All,
        chosen([colleague]),
    ];
    for (read, readers) in (1..).zip(lists) {
        let value = Document {
            readers,
            ..document.clone()
        };
        let change = super::shelf::changed(Version(read), &value);
        wrote(&*store, firm, change).await;
        let document = Versioned {
            version: Version(read + 1),
            value,
        };
        let versions = vec![document.value.newest.clone()];
        is_kept(&*store, &office, DocumentFile { document, versions }).await;
    }
}
