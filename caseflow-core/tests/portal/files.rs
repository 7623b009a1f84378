//! Files on their way into storage and out of it: what fails in between keeps nothing, what is left is
//! swept.

use std::sync::Arc;
use std::time::Duration;

use caseflow_core::Upload;
use caseflow_core::domain::changes::{Change, Changes, Version, Write};
use caseflow_core::domain::document::{Document, DocumentError};
use caseflow_core::domain::id::{BlobId, TypedId as _};
use caseflow_core::domain::readers::Readers;
use caseflow_core::error::{Error, FileRefusal, Refusal};
use caseflow_core::firm::documents::{self, DocumentTerms};
use caseflow_core::portal;
use caseflow_core::ports::blobs::{BlobError, BlobName};
use caseflow_core::ports::store::{FirmDocumentQuery, StoreError};
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::{self, NOW, Office, chosen, id};
use caseflow_core::upkeep::{self, blobs::Sweeper};

use super::documents::{PDF, SHARED, added, bytes, document_id, finds, input, pieces, upload};
use super::meddled::{Meddled, Meddling, before};
use super::setup::Story;

fn breaking_off() -> Upload<'static> {
    let lost = BlobError::Interrupted("the line went dead".into());
    Upload {
        content: pieces(vec![Ok(b"%PDF-"), Err(lost)]),
        ..upload("accounts.pdf", PDF)
    }
}

fn too_large() -> Upload<'static> {
    Upload {
        most: PDF.len() as u64 - 1,
        ..upload("accounts.pdf", PDF)
    }
}

#[test]
fn a_file_that_does_not_come_whole_leaves_nothing() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call) = (&story.ports, story.call());
        let id = added(&story, Readers::All, None).await;
        let kept = story.doubles.blobs.names();
        let rows = story.audit_rows().await;
        let files: [fn() -> (Upload<'static>, FileRefusal); 2] = [
            || (breaking_off(), FileRefusal::Interrupted),
            || {
                let most = PDF.len() as u64 - 1;
                (too_large(), FileRefusal::TooLarge { most })
            },
        ];
        for file in files {
            let input = input(story.office.client.id, Readers::All, SHARED);
            let add = documents::add(ports, &call, input, file().0).await;
            let version = documents::add_version(ports, &call, id, None, file().0).await;
            for outcome in [add, version] {
                let expected = Refusal::File(file().1);
                assert!(matches!(outcome, Err(Error::Refused(it)) if it == expected));
            }
        }
        assert_eq!(story.doubles.blobs.names(), kept);
        assert_eq!(story.audit_rows().await, rows);
    });
}

#[test]
fn storage_out_of_reach_refuses_and_the_next_try_is_taken() {
    block_on(async {
        let story = Story::begin().await;
        let ports = &story.ports;
        story.doubles.blobs.set_out_of_reach(true);
        let wanted = || input(story.office.client.id, Readers::All, SHARED);
        let call = story.keyed("one");
        let failed = documents::add(ports, &call, wanted(), upload("a.pdf", PDF)).await;
        assert!(matches!(failed, Err(Error::Blobs(BlobError::Backend(_)))));
        story.doubles.blobs.set_out_of_reach(false);
        let done = documents::add(ports, &call, wanted(), upload("a.pdf", PDF)).await;
        assert!(finds(&story, &story.contact(), document_id(done.unwrap())).await);
        assert_eq!(story.doubles.blobs.names().len(), 1);
    });
}

/// A file between whose pieces something happens.
fn interrupted_by(happens: impl FnMut() + Send + 'static) -> Upload<'static> {
    let mut happens = happens;
    let pieces = PDF.chunks(5).map(move |piece| {
        happens();
        Ok(piece.into())
    });
    Upload {
        content: Box::pin(futures_util::stream::iter(pieces)),
        ..upload("accounts.pdf", PDF)
    }
}

#[test]
fn storage_that_fails_while_a_file_passes_keeps_nothing_of_it() {
    block_on(async {
        let story = Story::begin().await;
        let blobs = story.doubles.blobs.clone();
        let file = interrupted_by(move || blobs.set_out_of_reach(true));
        let wanted = input(story.office.client.id, Readers::All, None);
        let failed = documents::add(&story.ports, &story.call(), wanted, file).await;
        assert!(matches!(failed, Err(Error::Blobs(BlobError::Backend(_)))));
        assert!(story.doubles.blobs.names().is_empty());
        let query = FirmDocumentQuery::default();
        let list = documents::list(&story.ports, &story.office.staff(), &query).await;
        assert!(list.unwrap().rows.is_empty());
    });
}

#[test]
fn a_file_that_takes_half_a_day_is_refused_before_it_could_be_swept() {
    block_on(async {
        let story = Story::begin().await;
        let clock = story.doubles.clock.clone();
        let hours = 12 / PDF.chunks(5).count() as u64 + 1;
        let file = interrupted_by(move || clock.advance(Duration::from_secs(hours * 3600)));
        let wanted = input(story.office.client.id, Readers::All, None);
        let late = documents::add(&story.ports, &story.call(), wanted, file).await;
        let expected = Refusal::File(FileRefusal::Interrupted);
        assert!(matches!(late, Err(Error::Refused(it)) if it == expected));
        assert!(story.doubles.blobs.names().is_empty());
    });
}

#[test]
fn a_reader_who_is_no_contact_of_the_client_is_refused_before_the_file_is_read() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call) = (&story.ports, story.call());
        let readers = || chosen([story.office.stranger.id]);
        let file = Upload {
            content: Box::pin(futures_util::stream::pending()),
            ..upload("a.pdf", PDF)
        };
        let wanted = input(story.office.client.id, readers(), None);
        let add = documents::add(ports, &call, wanted, file).await;
        let id = added(&story, Readers::All, None).await;
        let terms = DocumentTerms {
            matter: None,
            readers: readers(),
        };
        let change = documents::change(ports, &call, id, None, terms).await;
        for outcome in [add, change] {
            let expected = Refusal::NoSuchReference("contacts");
            assert!(matches!(outcome, Err(Error::Refused(it)) if it == expected));
        }
    });
}

#[test]
fn a_document_takes_only_so_many_versions() {
    block_on(async {
        let story = Story::begin().await;
        let firm = story.office.firm.id;
        let mut full = fixtures::document(1, story.office.client.id);
        full.newest.number = Document::MOST_VERSIONS;
        let id = full.id;
        let changes = Changes::default()
            .with(Change::Document(Write::Insert(full.clone())))
            .with(Change::DocumentVersion {
                document: id,
                version: full.newest,
            });
        story.ports.store.commit(firm, changes).await.unwrap();
        let file = upload("a.pdf", PDF);
        let more = documents::add_version(&story.ports, &story.call(), id, None, file).await;
        let expected = Refusal::Document(DocumentError::TooManyVersions);
        assert!(matches!(more, Err(Error::Refused(it)) if it == expected));
        assert!(story.doubles.blobs.names().is_empty());
    });
}

#[test]
fn a_request_is_answered_once_and_keeps_one_file() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call) = (&story.ports, story.keyed("first"));
        let wanted = || input(story.office.client.id, Readers::All, SHARED);
        let first = documents::add(ports, &call, wanted(), upload("a.pdf", PDF)).await;
        let unread = Upload {
            content: Box::pin(futures_util::stream::pending()),
            ..upload("a.pdf", PDF)
        };
        let again = documents::add(ports, &call, wanted(), unread).await;
        assert_eq!(first.as_ref().unwrap(), again.as_ref().unwrap());
        let id = document_id(first.unwrap());
        for key in ["lost answer", "lost request"] {
            let lost = match key {
                "lost answer" => Meddling::AnswerLost,
                _ => Meddling::RequestLost,
            };
            let meddled = story.through(Meddled::new(ports.store.clone(), [lost]));
            let call = story.keyed(key);
            let file = upload("b.pdf", PDF);
            documents::add_version(&meddled, &call, id, None, file)
                .await
                .unwrap();
        }
        let file = documents::read(ports, &call.staff, id).await.unwrap();
        let mut referred: Vec<BlobId> = file.versions.iter().map(|it| it.blob).collect();
        referred.sort_unstable();
        let kept: Vec<BlobId> = story.doubles.blobs.names().iter().map(|it| it.id).collect();
        assert_eq!((referred.len(), referred), (3, kept));
    });
}

#[test]
fn two_of_the_same_request_at_once_keep_one_file() {
    block_on(async {
        let story = Arc::new(Story::begin().await);
        let id = added(&story, Readers::All, None).await;
        let ports = story.ports.clone();
        let twin = {
            let (ports, call) = (ports.clone(), story.keyed("both"));
            before(move || async move {
                documents::add_version(&ports, &call, id, None, upload("b.pdf", PDF)).await
            })
        };
        let meddled = story.through(Meddled::new(ports.store.clone(), [twin]));
        let call = story.keyed("both");
        let file = upload("b.pdf", PDF);
        let reply = documents::add_version(&meddled, &call, id, None, file).await;
        assert_eq!(reply.unwrap().version, Version(2));
        let versions = documents::read(&ports, &call.staff, id)
            .await
            .unwrap()
            .versions;
        assert_eq!(versions.len(), 2);
        assert_eq!(story.doubles.blobs.names().len(), 2);
    });
}

#[test]
fn a_version_of_what_is_removed_meanwhile_leaves_nothing() {
    block_on(async {
        let story = Story::begin().await;
        let id = added(&story, Readers::All, None).await;
        let (ports, call) = (story.ports.clone(), story.call());
        let removal = {
            let (ports, call) = (ports.clone(), call.clone());
            before(move || async move { documents::remove(&ports, &call, id, None).await })
        };
        let meddled = story.through(Meddled::new(ports.store.clone(), [removal]));
        let file = upload("b.pdf", PDF);
        let late = documents::add_version(&meddled, &call, id, None, file).await;
        assert!(matches!(late, Err(Error::NotFound)));
        assert!(story.doubles.blobs.names().is_empty());
    });
}

#[test]
fn when_it_is_not_known_whether_a_file_is_on_record_its_bytes_stay() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call) = (&story.ports, story.call());
        let lost = Meddled::new(ports.store.clone(), [Meddling::RequestLost]);
        let wanted = input(story.office.client.id, Readers::All, None);
        let file = upload("a.pdf", PDF);
        let unknown = documents::add(&story.through(lost), &call, wanted, file).await;
        let Err(Error::Store(StoreError::OutcomeUnknown(_))) = unknown else {
            panic!("{unknown:?}");
        };
        assert_eq!(story.doubles.blobs.names().len(), 1);
        story.doubles.clock.advance(Duration::from_secs(25 * 3600));
        assert_eq!(swept(&story, &mut Sweeper::default()).await, 1);
        assert!(story.doubles.blobs.names().is_empty());
    });
}

#[test]
fn a_removed_document_is_gone_with_its_bytes() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call) = (&story.ports, story.call());
        let id = added(&story, Readers::All, SHARED).await;
        let file = upload("b.pdf", PDF);
        documents::add_version(ports, &call, id, None, file)
            .await
            .unwrap();
        let stale = documents::remove(ports, &call, id, Some(Version(1))).await;
        assert!(matches!(stale, Err(Error::Stale)));
        documents::remove(ports, &call, id, Some(Version(2)))
            .await
            .unwrap();
        assert!(!finds(&story, &story.contact(), id).await);
        let read = documents::read(ports, &call.staff, id).await;
        assert!(matches!(read, Err(Error::NotFound)));
        assert!(story.doubles.blobs.names().is_empty());
    });
}

/// How many files go in a sweep of all firms.
async fn swept(story: &Story, sweeper: &mut Sweeper) -> u32 {
    let mut swept = 0;
    for _ in 0..10 {
        swept += sweeper.work(&story.ports).await.unwrap();
    }
    swept
}

#[test]
fn bytes_without_a_record_are_swept_when_they_are_a_day_old() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call) = (&story.ports, story.call());
        let kept = added(&story, Readers::All, SHARED).await;
        let removed = added(&story, Readers::All, None).await;
        story.doubles.blobs.set_out_of_reach(true);
        documents::remove(ports, &call, removed, None)
            .await
            .unwrap();
        story.doubles.blobs.set_out_of_reach(false);
        let rival = Office::open(&*ports.store, 2).await;
        let stray = BlobName {
            firm: rival.firm.id,
            id: BlobId::from_parts(NOW, [1; 10]),
        };
        story.doubles.blobs.put(stray, vec![1]);
        let mut sweeper = Sweeper::default();
        story.doubles.clock.set("2026-11-25T08:59:59Z");
        assert_eq!(swept(&story, &mut sweeper).await, 0, "not yet a day old");
        story.doubles.clock.set("2026-11-25T09:00:01Z");
        assert_eq!(swept(&story, &mut sweeper).await, 0, "an hour has to pass");
        story.doubles.clock.set("2026-11-25T10:00:00Z");
        let young = BlobName {
            id: ports.new_id(),
            ..stray
        };
        story.doubles.blobs.put(young, vec![2]);
        assert_eq!(swept(&story, &mut sweeper).await, 2);
        assert_eq!(story.doubles.blobs.names().len(), 2);
        let content = portal::documents::content(ports, &story.contact(), kept).await;
        assert_eq!(bytes(&content.unwrap()).await, PDF);
    });
}

#[test]
fn a_sweep_goes_piece_by_piece_and_tries_again_what_failed() {
    block_on(async {
        let story = Story::begin().await;
        let blobs = &story.doubles.blobs;
        for n in 0..600_u64 {
            let name = BlobName {
                firm: story.office.firm.id,
                id: id(n),
            };
            blobs.put(name, vec![0]);
        }
        story.doubles.clock.advance(Duration::from_secs(25 * 3600));
        let mut sweeper = Sweeper::default();
        blobs.set_out_of_reach(true);
        let failed = sweeper.work(&story.ports).await;
        assert!(matches!(failed, Err(Error::Blobs(_))));
        blobs.set_out_of_reach(false);
        let round = upkeep::round(&story.ports, &mut sweeper).await.unwrap();
        assert_eq!(round.swept, 500);
        let other = &mut Sweeper::default();
        assert_eq!(
            other.work(&story.ports).await.unwrap(),
            100,
            "another server"
        );
        assert_eq!(sweeper.work(&story.ports).await.unwrap(), 0);
        assert!(blobs.names().is_empty());
    });
}
