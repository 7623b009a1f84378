//! The versions of documents, and the end of a document.

use std::sync::Arc;
use std::time::Duration;

use super::shelf::{
    changed, document_file, documents_of, filed, firm_documents, newest, removed, replaced,
    shown_document, shown_documents,
};
use super::{applied, breaks, is_conflict, is_missing, tried, winners, wrote};
use crate::domain::changes::{Change, Changes, Version};
use crate::domain::document::{Document, DocumentVersion};
use crate::domain::text::FileName;
use crate::ports::store::{Constraint, FirmDocumentQuery, Store, StoreError};
use crate::testing::fixtures::{self, NOW, Office, id};
use crate::testing::join_all;

/// That document as its version of this number shows it, which lies at another place.
fn at(document: &Document, number: u32) -> Document {
    let newest = DocumentVersion {
        number,
        name: FileName::of(&format!("version-{number}.pdf")),
        blob: id(1_000 + u64::from(number)),
        added_at: NOW.plus(Duration::from_secs(number.into())),
        ..document.newest.clone()
    };
    document.clone().with(newest)
}

fn conflict(error: &StoreError) -> bool {
    matches!(error, StoreError::Conflict)
}

/// Catches a store that writes a version over another one, that keeps a version of no document, or in
/// which a commit that was refused leaves its version.
pub async fn case_a_version_is_written_once_and_stays(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let document = fixtures::document(1, office.client.id);
    is_missing(&tried(&*store, firm, newest(&document)).await);
    applied(&*store, firm, filed(&document)).await;
    let before = document_file(&*store, firm, id(1)).await;
    let other = DocumentVersion {
        size: 2_000,
        ..document.newest.clone()
    };
    for again in [document.newest.clone(), other] {
        let again = Change::DocumentVersion {
            document: document.id,
            version: again,
        };
        breaks(&tried(&*store, firm, again).await, Constraint::Identity);
    }
    let once_more = replaced(Version::FIRST, &document);
    breaks(&store.commit(firm, once_more).await, Constraint::Identity);
    let stale = Changes::default()
        .with(newest(&at(&document, 2)))
        .with(changed(Version(2), &document));
    is_conflict(&store.commit(firm, stale).await);
    assert_eq!(document_file(&*store, firm, id(1)).await, before);
    applied(&*store, firm, replaced(Version::FIRST, &at(&document, 2))).await;
    let file = document_file(&*store, firm, id(1)).await.unwrap();
    assert_eq!(file.versions, [at(&document, 2).newest, document.newest]);
}

/// Catches versions that are in the order of their texts, those of another document among them, and an
/// older one that is shown for the newest.
pub async fn case_versions_come_newest_first(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let documents = [1, 2].map(|n| fixtures::document(n, office.client.id));
    for document in &documents {
        applied(&*store, firm, filed(&at(document, 1))).await;
    }
    for number in 2..=12 {
        for document in &documents {
            let read = Version(u64::from(number) - 1);
            applied(&*store, firm, replaced(read, &at(document, number))).await;
        }
    }
    let visit = office.visit(&office.contact);
    for document in &documents {
        let file = document_file(&*store, firm, document.id).await.unwrap();
        let expected: Vec<_> = (1..=12).rev().map(|n| at(document, n).newest).collect();
        assert_eq!(file.versions, expected);
        assert_eq!(file.document.value, at(document, 12));
        let shown = shown_document(&*store, visit, document.id).await;
        assert_eq!(shown.as_ref(), Some(&file.document));
        let listed = shown_documents(&*store, visit, 1, "").await;
        assert!(listed.contains(&file.document) && listed.len() == 2);
    }
}

/// Catches a store that reads a document and its versions at two moments: the newest is then not among
/// them, or one is there that the document does not know.
pub async fn case_a_document_and_its_versions_are_of_one_moment(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let document = fixtures::document(1, office.client.id);
    applied(&*store, firm, filed(&at(&document, 1))).await;
    let write = async {
        for number in 2..=25 {
            let read = Version(u64::from(number) - 1);
            applied(&*store, firm, replaced(read, &at(&document, number))).await;
        }
    };
    let read = async {
        for _ in 0..60 {
            let file = document_file(&*store, firm, id(1)).await.unwrap();
            let newest = &file.document.value.newest;
            assert_eq!(file.versions.first(), Some(newest));
            assert_eq!(file.versions.len(), usize::try_from(newest.number).unwrap());
            assert_eq!(file.version(), Version(newest.number.into()));
        }
    };
    let both: [std::pin::Pin<Box<dyn Future<Output = ()> + Send>>; 2] =
        [Box::pin(write), Box::pin(read)];
    join_all(both).await;
}

/// Catches a document that is written over by somebody who has read another version, and one that is
/// changed before it is there or written anew when it is.
pub async fn case_documents_have_versions(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let document = fixtures::document(1, office.client.id);
    is_conflict(&tried(&*store, firm, changed(Version::FIRST, &document)).await);
    applied(&*store, firm, filed(&document)).await;
    breaks(
        &store.commit(firm, filed(&document)).await,
        Constraint::Identity,
    );
    let before = document_file(&*store, firm, id(1)).await;
    let hidden = document.clone().unshared();
    for stale in [2, 3] {
        is_conflict(&tried(&*store, firm, changed(Version(stale), &hidden)).await);
        is_conflict(&tried(&*store, firm, removed(&document, Version(stale))).await);
    }
    assert_eq!(document_file(&*store, firm, id(1)).await, before);
    wrote(&*store, firm, changed(Version::FIRST, &hidden)).await;
    is_conflict(&tried(&*store, firm, changed(Version::FIRST, &document)).await);
    is_conflict(&tried(&*store, firm, removed(&document, Version::FIRST)).await);
    let file = document_file(&*store, firm, id(1)).await.unwrap();
    assert_eq!((file.version(), file.document.value), (Version(2), hidden));
}

/// Catches a store that looks for a document's version and writes in two steps: of versions handed in at
/// once one is the next, and of the others nothing is left.
pub async fn case_of_versions_at_once_one_is_the_next(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let document = fixtures::document(1, office.client.id);
    applied(&*store, firm, filed(&document)).await;
    for round in 1..=3_u32 {
        let tries = (0..12).map(|n| {
            let mut mine = at(&document, round + 1);
            mine.newest.blob = id(u64::from(round) * 100 + n);
            store.commit(firm, replaced(Version(round.into()), &mine))
        });
        let outcomes = join_all(tries).await;
        assert_eq!(winners(&outcomes, conflict), 1, "{outcomes:?}");
        let file = document_file(&*store, firm, id(1)).await.unwrap();
        assert_eq!(file.version(), Version(u64::from(round) + 1));
        assert_eq!(file.versions.len(), usize::try_from(round).unwrap() + 1);
        assert_eq!(file.versions[0], file.document.value.newest);
    }
}

/// R-DOC-1. Catches a store that loses one of two who remove, share and replace a document at once, or
/// in which a removed document comes back.
pub async fn case_of_removing_and_changing_at_once_one_is_done(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    for n in 1..=6 {
        let document = fixtures::document(n, office.client.id);
        applied(&*store, firm, filed(&document)).await;
        let read = Version::FIRST;
        let ways = [
            replaced(read, &at(&document, 2)),
            Changes::default().with(removed(&document, read)),
            Changes::default().with(changed(read, &document.clone().unshared())),
            Changes::default().with(removed(&document, read)),
        ];
        let first = usize::try_from(n).unwrap() % ways.len();
        let ways = ways.iter().cycle().skip(first).take(ways.len());
        let outcomes = join_all(ways.map(|way| store.commit(firm, way.clone()))).await;
        assert_eq!(winners(&outcomes, conflict), 1, "{outcomes:?}");
        let done = outcomes.iter().position(Result::is_ok).unwrap();
        let gone = (first + done) % 2 == 1;
        let file = document_file(&*store, firm, id(n)).await;
        assert_eq!(file.is_none(), gone);
        assert!(file.is_none_or(|file| file.version() == Version(2)));
    }
}

/// Catches a store that hides a removed document and keeps it, keeps one of its versions, or takes
/// another's along.
pub async fn case_a_removed_document_takes_all_versions_along(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let [document, other] = [1, 2].map(|n| fixtures::document(n, office.client.id));
    for document in [&document, &other] {
        applied(&*store, firm, filed(document)).await;
        applied(&*store, firm, replaced(Version::FIRST, &at(document, 2))).await;
    }
    wrote(&*store, firm, removed(&document, Version(2))).await;
    let visit = office.visit(&office.contact);
    let all = FirmDocumentQuery::default();
    assert_eq!(document_file(&*store, firm, id(1)).await, None);
    assert_eq!(shown_document(&*store, visit, id(1)).await, None);
    let listed = firm_documents(&*store, firm, 10, &all).await;
    assert_eq!(documents_of(&listed), [id(2)]);
    let shown = shown_documents(&*store, visit, 10, "version").await;
    assert_eq!(documents_of(&shown), [id(2)]);
    for late in [
        removed(&document, Version(2)),
        removed(&document, Version(3)),
        changed(Version(2), &document),
    ] {
        is_conflict(&tried(&*store, firm, late).await);
    }
    is_missing(&tried(&*store, firm, newest(&at(&document, 3))).await);
    let kept = document_file(&*store, firm, id(2)).await.unwrap();
    assert_eq!(kept.versions, [at(&other, 2).newest, other.newest]);
    // Nothing is in the way of the same numbers.
    applied(&*store, firm, filed(&document)).await;
    let anew = document_file(&*store, firm, id(1)).await.unwrap();
    assert_eq!(anew.version(), Version::FIRST);
    assert_eq!(anew.versions, [document.newest]);
}
