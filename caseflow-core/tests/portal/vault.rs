//! Clients' vaults: what staff put in and contacts get, and what happens without keys (R-VLT).

mod access;
mod log;

use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::changes::Reply;
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::id::{ClientId, Subject, VaultId, VaultItemId};
use caseflow_core::domain::page::PageQuery;
use caseflow_core::domain::readers::Readers;
use caseflow_core::domain::text::FileName;
use caseflow_core::domain::vault::{Content, SecretText, SignIn};
use caseflow_core::error::{Error, FileRefusal, Refusal};
use caseflow_core::firm::Call;
use caseflow_core::firm::audit::list as audit_log;
use caseflow_core::firm::vault::{self, FileInput, SecretInput, ShortSecret};
use caseflow_core::portal::{self, Visiting};
use caseflow_core::ports::blobs::BlobError;
use caseflow_core::ports::keys::KeyError;
use caseflow_core::ports::store::AuditQuery;
use caseflow_core::testing::fixtures::{self, origin};
use caseflow_core::testing::{KeyFault, block_on};
use caseflow_core::{Overview, OverviewKind, Upload, upkeep};
use futures_util::StreamExt as _;

use super::meddled::{Meddled, Meddling};
use super::setup::Story;

const BYTES: &[u8] = b"%PDF-1.7 what the bank sent";

impl Story {
    async fn paper(&self) -> VaultItemId {
        self.file_for(self.office.client.id, Readers::All).await
    }

    async fn file_for(&self, client: ClientId, readers: Readers) -> VaultItemId {
        let call = self.call();
        let added = vault::add_file(&self.ports, &call, client, readers, file(BYTES)).await;
        vault_item(added.unwrap())
    }

    pub(crate) async fn secret(&self) -> VaultItemId {
        let (call, client) = (self.call(), self.office.client.id);
        let added = vault::add_secret(&self.ports, &call, client, Readers::All, secret()).await;
        vault_item(added.unwrap())
    }

    /// From where a test knows it again.
    fn somewhere(&self, contact: &Contact) -> Visiting {
        Visiting {
            origin: origin(),
            ..self.visiting(self.office.visit(contact).visitor)
        }
    }

    async fn vault_rows(&self, client: ClientId) -> Vec<AuditRow> {
        let query = AuditQuery {
            about: Some(VaultId::from(client).into()),
            ..AuditQuery::default()
        };
        let staff = self.office.staff();
        audit_log(&self.ports, &staff, &query).await.unwrap().rows
    }

    /// What was written into a client's vault's log while `verb` ran.
    async fn logged(&self, client: ClientId, verb: impl Future<Output = ()>) -> Vec<AuditRow> {
        let before = self.vault_rows(client).await.len();
        verb.await;
        self.vault_rows(client).await.split_off(before)
    }
}

fn file(bytes: &'static [u8]) -> FileInput<'static> {
    let pieces = [Ok(bytes.into())];
    FileInput {
        description: None,
        upload: Upload {
            name: FileName::of("bank.pdf"),
            content: Box::pin(futures_util::stream::iter(pieces)),
            most: 1_000,
        },
    }
}

fn secret() -> SecretInput {
    SecretInput {
        name: fixtures::line("The bank"),
        description: Some(fixtures::prose("For the tax return")),
        secret: ShortSecret::SignIn(SignIn {
            place: Some(fixtures::line("https://bank.example")),
            account: SecretText::typed("muster"),
            password: SecretText::typed("correct horse").unwrap(),
            note: None,
        }),
    }
}

pub(crate) fn vault_item(reply: Reply) -> VaultItemId {
    match reply.id {
        Subject::VaultItem(id) => id,
        other => panic!("{other} is no item of a vault"),
    }
}

/// The whole file.
async fn content(story: &Story, visiting: &Visiting, id: VaultItemId) -> Result<Vec<u8>, Error> {
    let file = portal::vault::file(&story.ports, visiting, id).await?;
    let length = file.length;
    let mut pieces = file.content(0..length).await?;
    let mut bytes = vec![];
    while let Some(piece) = pieces.next().await {
        bytes.extend(piece.map_err(Error::Blobs)?);
    }
    Ok(bytes)
}

#[test]
fn r_vlt_a_contact_lists_shows_and_downloads_what_staff_put_in() {
    block_on(async {
        let story = Story::begin().await;
        let (file, secret) = (story.paper().await, story.secret().await);
        let (ports, contact) = (&story.ports, story.contact());
        let list = portal::vault::list(ports, &contact, &PageQuery::default()).await;
        let rows = list.unwrap().page.rows;
        let shown: Vec<_> = rows
            .iter()
            .map(|row| (row.item.value.id, &row.shown))
            .collect();
        let [(first, Some(bank)), (second, Some(paper))] = &shown[..] else {
            panic!("{shown:?}");
        };
        assert_eq!([*first, *second], [secret, file]);
        assert_eq!(bank.name.as_str(), "The bank");
        let place = Some(fixtures::line("https://bank.example"));
        assert_eq!(bank.kind, OverviewKind::SignIn(place));
        assert_eq!(paper.name.as_str(), "bank.pdf");
        let OverviewKind::File(facts) = &paper.kind else {
            panic!("{paper:?}");
        };
        assert_eq!(facts.length, BYTES.len() as u64);
        assert_eq!(facts.media_type.as_str(), "application/pdf");

        let shown = portal::vault::show(ports, &contact, secret)
            .await
            .unwrap()
            .page;
        assert_eq!(Overview::of(&shown.details), *bank);
        let Content::SignIn(sign_in) = &shown.details.content else {
            panic!("{shown:?}");
        };
        assert_eq!(sign_in.password.reveal(), "correct horse");
        assert_eq!(content(&story, &contact, file).await.unwrap(), BYTES);
        // Each in its own way alone.
        let shown = portal::vault::show(ports, &contact, file).await;
        assert!(matches!(shown, Err(Error::NotFound)));
        let read = content(&story, &contact, secret).await;
        assert!(matches!(read, Err(Error::NotFound)));
    });
}

#[test]
fn f09_without_keys_the_vault_is_unavailable_nothing_is_stored_and_nothing_is_lost() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call, contact) = (&story.ports, story.call(), story.contact());
        let client = story.office.client.id;
        let (id, kept) = (story.paper().await, story.doubles.blobs.names());
        let invoice = story.issued("100.00", "2026-12-31").await;
        story.doubles.keys.fail(Some(KeyFault::Outage));
        let away = |outcome: Result<(), Error>| {
            assert!(matches!(
                outcome,
                Err(Error::VaultUnavailable(KeyError::Unavailable))
            ));
        };
        away(content(&story, &contact, id).await.map(drop));
        away(
            portal::vault::list(ports, &contact, &PageQuery::default())
                .await
                .map(drop),
        );
        let added = vault::add_file(ports, &call, client, Readers::All, file(BYTES));
        away(added.await.map(drop));
        let added = vault::add_secret(ports, &call, client, Readers::All, secret());
        away(added.await.map(drop));
        away(
            vault::replace_file(ports, &call, id, None, file(b"other"))
                .await
                .map(drop),
        );
        assert_eq!(story.doubles.blobs.names(), kept);
        // All else works, and so does the log.
        upkeep::tick(ports).await.unwrap();
        assert!(
            portal::invoices::read(ports, &contact, invoice)
                .await
                .is_ok()
        );
        let log = portal::vault::log(ports, &contact, &PageQuery::default()).await;
        assert!(
            log.unwrap()
                .page
                .rows
                .iter()
                .all(|line| line.name.is_none())
        );
        story.doubles.keys.fail(None);
        assert_eq!(content(&story, &contact, id).await.unwrap(), BYTES);
    });
}

#[test]
fn r_vlt_4_what_is_removed_or_replaced_is_gone_with_its_key_and_its_bytes() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call, contact) = (&story.ports, story.call(), story.contact());
        let id = story.paper().await;
        let first = story.doubles.blobs.names();
        let replaced = vault::replace_file(ports, &call, id, None, file(b"other")).await;
        assert_eq!(replaced.unwrap().version.0, 2);
        assert_eq!(content(&story, &contact, id).await.unwrap(), b"other");
        let second = story.doubles.blobs.names();
        assert!(second.len() == 1 && second != first);
        vault::replace_secret(ports, &call, id, None, secret())
            .await
            .unwrap();
        assert!(portal::vault::show(ports, &contact, id).await.is_ok());
        assert_eq!(story.doubles.blobs.names(), []);
        vault::remove(ports, &call, id, None).await.unwrap();
        let shown = portal::vault::show(ports, &contact, id).await;
        assert!(matches!(shown, Err(Error::NotFound)));
    });
}

#[test]
fn an_upload_that_breaks_off_or_is_too_large_leaves_nothing() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call, client) = (&story.ports, story.call(), story.office.client.id);
        let broken = Err(BlobError::Interrupted("the line went dead".into()));
        let cases = [
            (vec![Ok(BYTES.into()), broken], FileRefusal::Interrupted),
            (
                vec![Ok(vec![7; 1_001].into())],
                FileRefusal::TooLarge { most: 1_000 },
            ),
        ];
        for (pieces, expected) in cases {
            let mut input = file(BYTES);
            input.upload.content = Box::pin(futures_util::stream::iter(pieces));
            let added = vault::add_file(ports, &call, client, Readers::All, input).await;
            let Err(Error::Refused(Refusal::File(refusal))) = added else {
                panic!("{added:?}");
            };
            assert_eq!(refusal, expected);
        }
        let strange = fixtures::chosen([story.office.stranger.id]);
        let added = vault::add_file(ports, &call, client, strange, file(BYTES)).await;
        let refusal = Refusal::NoSuchReference("contacts");
        assert!(matches!(added, Err(Error::Refused(it)) if it == refusal));
        assert_eq!(story.doubles.blobs.names(), []);
    });
}

#[test]
fn a_request_that_comes_again_adds_once_and_leaves_no_second_body() {
    block_on(async {
        let story = Story::begin().await;
        let (client, call) = (story.office.client.id, story.keyed("once"));
        let add = async |call: &Call| {
            let added = vault::add_file(&story.ports, call, client, Readers::All, file(BYTES));
            added.await.unwrap()
        };
        let first = add(&call).await;
        assert_eq!(add(&call).await, first);
        assert_eq!(story.doubles.blobs.names().len(), 1);
        // The answer to the first was lost on the way.
        let lost = Meddled::new(story.ports.store.clone(), [Meddling::AnswerLost]);
        let call = story.keyed("lost");
        let ports = story.through(lost);
        let added = vault::add_file(&ports, &call, client, Readers::All, file(BYTES)).await;
        let id = vault_item(added.unwrap());
        assert_eq!(content(&story, &story.contact(), id).await.unwrap(), BYTES);
        assert_eq!(story.doubles.blobs.names().len(), 2);
    });
}

#[test]
fn a_replacement_that_comes_twice_at_once_keeps_the_body_that_is_on_record() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call) = (story.ports.clone(), story.keyed("both"));
        let id = story.paper().await;
        let before = story.doubles.blobs.names();
        let twin = {
            let (ports, call) = (ports.clone(), call.clone());
            move || async move {
                let replaced = vault::replace_file(&ports, &call, id, None, file(b"other")).await;
                assert_eq!(replaced.unwrap().version.0, 2);
            }
        };
        // The other one is done after this one was found to be new, and before it looks at the item.
        let meddled = story.through(Meddled::before_item(ports.store.clone(), twin));
        let replaced = vault::replace_file(&meddled, &call, id, None, file(b"other")).await;
        assert_eq!(replaced.unwrap().version.0, 2);
        let kept = story.doubles.blobs.names();
        assert!(kept.len() == 1 && kept != before);
        assert_eq!(
            content(&story, &story.contact(), id).await.unwrap(),
            b"other"
        );
    });
}
