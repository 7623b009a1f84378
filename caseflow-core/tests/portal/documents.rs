//! Shared documents (R-DOC).

use std::sync::Arc;
use std::time::Duration;

use caseflow_core::domain::access::{Section, Sections};
use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::changes::{Change, Changes, Reply, Version, Write};
use caseflow_core::domain::client::{Access, Contact};
use caseflow_core::domain::document::{Document, DocumentError, MediaType};
use caseflow_core::domain::id::{BlobId, ClientId, DocumentId, Subject, TypedId as _};
use caseflow_core::domain::readers::Readers;
use caseflow_core::domain::search::Terms;
use caseflow_core::domain::text::FileName;
use caseflow_core::error::{Error, FileRefusal, Refusal};
use caseflow_core::firm::documents::{self, DocumentInput, DocumentTerms, Telling};
use caseflow_core::firm::{Call, audit, settings};
use caseflow_core::portal::{self, Visiting};
use caseflow_core::ports::blobs::{BlobError, BlobName, Content};
use caseflow_core::ports::store::{AuditQuery, DocumentQuery, FirmDocumentQuery, StoreError};
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::{self, NOW, Office, chosen, id, line};
use caseflow_core::upkeep::{self, blobs::Sweeper};
use caseflow_core::{DocumentContent, Upload};
use futures_util::TryStreamExt as _;

use super::meddled::{Meddled, Meddling, before};
use super::setup::Story;

/// Content that comes in these pieces.
fn pieces(pieces: Vec<Result<&'static [u8], BlobError>>) -> Content<'static> {
    let pieces = pieces.into_iter().map(|piece| piece.map(Into::into));
    Box::pin(futures_util::stream::iter(pieces))
}

fn upload(name: &str, bytes: &'static [u8]) -> Upload<'static> {
    Upload {
        name: FileName::of(name),
        content: pieces(bytes.chunks(5).map(Ok).collect()),
        most: 1_000,
    }
}

const PDF: &[u8] = b"%PDF-1.7 the accounts of last year";

fn input(client: ClientId, readers: Readers, share: Option<Telling>) -> DocumentInput {
    DocumentInput {
        client,
        terms: DocumentTerms {
            matter: None,
            readers,
        },
        share,
    }
}

fn document_id(reply: Reply) -> DocumentId {
    match reply.id {
        Subject::Document(id) => id,
        other => panic!("{other} is no document"),
    }
}

const SHARED: Option<Telling> = Some(Telling::Quietly);

/// A document of the client.
async fn added(story: &Story, readers: Readers, share: Option<Telling>) -> DocumentId {
    let input = input(story.office.client.id, readers, share);
    let file = upload("accounts.pdf", PDF);
    let added = documents::add(&story.ports, &story.call(), input, file).await;
    document_id(added.unwrap())
}

async fn bytes(content: &DocumentContent) -> Vec<u8> {
    let whole = content.read(0..content.version.size).await.unwrap();
    let pieces: Vec<_> = whole.try_collect().await.unwrap();
    pieces.concat()
}

/// Whether the contact finds the document in every place where it could be, or in none.
async fn finds(story: &Story, visiting: &Visiting, id: DocumentId) -> bool {
    let ports = &story.ports;
    let listed = match portal::documents::list(ports, visiting, &DocumentQuery::default()).await {
        Ok(list) => list.page.rows.iter().any(|row| row.value.id == id),
        Err(Error::NotFound) => false,
        Err(other) => panic!("{other}"),
    };
    let read = portal::documents::read(ports, visiting, id).await;
    let content = portal::documents::content(ports, visiting, id).await;
    for outcome in [read.map(drop), content.map(drop)] {
        match outcome {
            Ok(()) => assert!(listed),
            Err(Error::NotFound) => assert!(!listed),
            Err(other) => panic!("{other}"),
        }
    }
    let page = portal::dashboard::dashboard(ports, visiting).await;
    let activity = page.unwrap().page.activity;
    let told = activity.iter().any(|line| line.activity.about == id.into());
    assert!(listed || !told, "the feed tells of what is not there");
    listed
}

fn colleague(story: &Story) -> Visiting {
    story.visiting(story.office.visit(&story.office.colleague).visitor)
}

#[test]
fn e19_a_document_is_there_from_sharing_to_taking_back() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call) = (&story.ports, story.call());
        let id = added(&story, Readers::All, None).await;
        assert!(!finds(&story, &story.contact(), id).await);
        let telling = Telling::Quietly;
        let shared = documents::share(ports, &call, id, None, telling).await;
        assert_eq!(shared.unwrap().version, Version(2));
        assert!(finds(&story, &story.contact(), id).await);
        let content = portal::documents::content(ports, &story.contact(), id).await;
        let content = content.unwrap();
        assert_eq!(bytes(&content).await, PDF);
        let version = &content.version;
        assert_eq!(
            (version.media, version.size, version.name.as_str()),
            (MediaType::Pdf, PDF.len() as u64, "accounts.pdf")
        );
        let taken = documents::unshare(ports, &call, id, Some(Version(2))).await;
        taken.unwrap();
        assert!(!finds(&story, &story.contact(), id).await);
        assert_eq!(
            ports
                .store
                .document(call.staff.firm, id)
                .await
                .unwrap()
                .unwrap()
                .versions
                .len(),
            1
        );
    });
}

#[test]
fn e01_only_the_chosen_contacts_find_it() {
    block_on(async {
        let story = Story::begin().await;
        let office = &story.office;
        let only = chosen([office.colleague.id]);
        let id = added(&story, only, SHARED).await;
        assert!(finds(&story, &colleague(&story), id).await);
        assert!(!finds(&story, &story.contact(), id).await);
        let stranger = story.visiting(office.visit(&office.stranger).visitor);
        assert!(!finds(&story, &stranger, id).await);
        let terms = DocumentTerms {
            matter: Some(line("Audit")),
            readers: Readers::All,
        };
        documents::change(&story.ports, &story.call(), id, None, terms)
            .await
            .unwrap();
        assert!(finds(&story, &story.contact(), id).await);
        assert!(!finds(&story, &stranger, id).await);
    });
}

#[test]
fn e02_no_verb_reaches_another_firms_document() {
    block_on(async {
        let story = Story::begin().await;
        let ports = &story.ports;
        let id = added(&story, Readers::All, SHARED).await;
        let rival = Office::open(&*ports.store, 2).await;
        let call = Call {
            staff: rival.staff(),
            ..story.call()
        };
        let staff = &call.staff;
        let terms = || DocumentTerms {
            matter: None,
            readers: Readers::All,
        };
        for outcome in [
            documents::read(ports, staff, id).await.map(drop),
            documents::content(ports, staff, id, 1).await.map(drop),
            documents::change(ports, &call, id, None, terms())
                .await
                .map(drop),
            documents::share(ports, &call, id, None, Telling::ByMail)
                .await
                .map(drop),
            documents::unshare(ports, &call, id, None).await.map(drop),
            documents::remove(ports, &call, id, None).await.map(drop),
            documents::add_version(ports, &call, id, None, upload("a.pdf", PDF))
                .await
                .map(drop),
        ] {
            assert!(matches!(outcome, Err(Error::NotFound)));
        }
        let query = FirmDocumentQuery::default();
        let list = documents::list(ports, staff, &query).await.unwrap();
        assert!(list.rows.is_empty());
        let foreign = input(story.office.client.id, Readers::All, None);
        let add = documents::add(ports, &call, foreign, upload("a.pdf", PDF)).await;
        let refusal = Refusal::NoSuchReference("client");
        assert!(matches!(add, Err(Error::Refused(it)) if it == refusal));
        assert!(finds(&story, &story.contact(), id).await);
    });
}

#[test]
fn r_acc_4_a_closed_section_has_no_documents() {
    block_on(async {
        let story = Story::begin().await;
        let id = added(&story, Readers::All, SHARED).await;
        let contact = &story.office.contact;
        let without = Sections::ALL.without(Section::Documents);
        let write = |contact: Contact, read| {
            let change = Change::Contact(Write::Update { read, now: contact });
            story
                .ports
                .store
                .commit(story.office.firm.id, Changes::default().with(change))
        };
        let barred = Contact {
            permissions: without,
            ..contact.clone()
        };
        write(barred, Version::FIRST).await.unwrap();
        assert!(!finds(&story, &story.contact(), id).await);
        write(contact.clone(), Version(2)).await.unwrap();
        assert!(finds(&story, &story.contact(), id).await);
        let mut firm = story.firm_input();
        firm.sections = without;
        settings::update(&story.ports, &story.call(), None, firm)
            .await
            .unwrap();
        assert!(!finds(&story, &story.contact(), id).await);
    });
}

#[test]
fn r_doc_2_a_contact_reads_the_newest_version_and_is_told_of_it() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call) = (&story.ports, story.call());
        let id = added(&story, Readers::All, SHARED).await;
        story.doubles.clock.advance(Duration::from_secs(60));
        let newer = upload("accounts final.txt", b"done");
        let reply = documents::add_version(ports, &call, id, Some(Version::FIRST), newer).await;
        assert_eq!(reply.unwrap().version, Version(2));
        let content = portal::documents::content(ports, &story.contact(), id)
            .await
            .unwrap();
        assert_eq!(bytes(&content).await, b"done");
        assert_eq!(content.version.media, MediaType::Text);
        let old = documents::content(ports, &call.staff, id, 1).await.unwrap();
        assert_eq!(bytes(&old).await, PDF);
        let none = documents::content(ports, &call.staff, id, 3).await;
        assert!(matches!(none, Err(Error::NotFound)));
        let page = portal::dashboard::dashboard(ports, &story.contact()).await;
        let kinds: Vec<_> = page
            .unwrap()
            .page
            .activity
            .iter()
            .map(|it| it.activity.kind.code())
            .collect();
        assert_eq!(kinds, ["document.replaced", "document.shared"]);
        let found = async |typed| {
            let query = DocumentQuery {
                terms: Terms::parse(typed).unwrap(),
                ..DocumentQuery::default()
            };
            let list = portal::documents::list(ports, &story.contact(), &query).await;
            list.unwrap().page.rows.len()
        };
        assert_eq!((found("final").await, found("nothing").await), (1, 0));
        let stale =
            documents::add_version(ports, &call, id, Some(Version(1)), upload("a", b"")).await;
        assert!(matches!(stale, Err(Error::Stale)));
    });
}

/// To whom the letters went that were waiting, by address.
async fn told(story: &Story) -> Vec<String> {
    upkeep::tick(&story.ports).await.unwrap();
    let letters = story.doubles.mailer.take();
    let mut to: Vec<String> = letters.iter().map(|letter| letter.to.to_string()).collect();
    to.sort_unstable();
    to
}

#[test]
fn r_doc_1_mail_goes_when_staff_tick_it_to_those_who_could_open_it() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call) = (&story.ports, story.call());
        let both = ["contact103@example.com", "contact104@example.com"];
        let id = added(&story, Readers::All, SHARED).await;
        assert_eq!(told(&story).await, [""; 0]);
        let by_mail = Telling::ByMail;
        documents::share(ports, &call, id, None, by_mail)
            .await
            .unwrap();
        assert_eq!(told(&story).await, both);
        let only = chosen([story.office.colleague.id]);
        added(&story, only, Some(by_mail)).await;
        assert_eq!(told(&story).await, ["contact104@example.com"]);
        let off = Contact {
            access: Access::Off,
            ..story.office.contact.clone()
        };
        let off = Change::Contact(Write::Update {
            read: Version::FIRST,
            now: off,
        });
        let changes = Changes::default().with(off);
        ports.store.commit(call.staff.firm, changes).await.unwrap();
        added(&story, Readers::All, Some(by_mail)).await;
        assert_eq!(told(&story).await, ["contact104@example.com"]);
        let page = portal::dashboard::dashboard(ports, &colleague(&story)).await;
        let lines = page.unwrap().page.activity;
        assert_eq!(
            lines.len(),
            3,
            "one line a document, however often it was shared"
        );
    });
}

#[test]
fn what_is_taken_back_while_the_mail_waits_is_told_to_nobody() {
    block_on(async {
        let story = Story::begin().await;
        let id = added(&story, Readers::All, Some(Telling::ByMail)).await;
        documents::unshare(&story.ports, &story.call(), id, None)
            .await
            .unwrap();
        assert_eq!(told(&story).await, [""; 0]);
    });
}

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

#[test]
fn r_aud_1_each_change_of_a_document_is_in_the_log() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call) = (&story.ports, story.call());
        let id = added(&story, Readers::All, None).await;
        let file = upload("b.pdf", b"%PDF-2");
        documents::add_version(ports, &call, id, None, file)
            .await
            .unwrap();
        documents::share(ports, &call, id, None, Telling::Quietly)
            .await
            .unwrap();
        documents::unshare(ports, &call, id, None).await.unwrap();
        let terms = DocumentTerms {
            matter: Some(line("Audit")),
            readers: Readers::All,
        };
        documents::change(ports, &call, id, None, terms)
            .await
            .unwrap();
        documents::remove(ports, &call, id, None).await.unwrap();
        let query = AuditQuery {
            about: Some(id.into()),
            ..AuditQuery::default()
        };
        let rows = audit::list(ports, &call.staff, &query).await.unwrap().rows;
        let actions: Vec<&str> = rows
            .iter()
            .map(|row: &AuditRow| row.action.as_str())
            .collect();
        assert_eq!(
            actions,
            [
                "document.added",
                "document.changed",
                "document.shared",
                "document.unshared",
                "document.changed",
                "document.removed",
            ]
        );
        let first = &rows.first().unwrap().facts;
        assert!(
            first.contains("\"version\":\"1\"") && !first.contains("accounts"),
            "{first}"
        );
    });
}
