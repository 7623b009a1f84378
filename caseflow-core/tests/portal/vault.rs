//! Clients' vaults: who gets in, what is in the log, and what happens without keys (R-VLT).

use std::time::Duration;

use caseflow_core::domain::access::{Section, Visitor};
use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::changes::Reply;
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::id::{ClientId, Subject, VaultId, VaultItemId};
use caseflow_core::domain::page::PageQuery;
use caseflow_core::domain::password::Password;
use caseflow_core::domain::readers::Readers;
use caseflow_core::domain::text::FileName;
use caseflow_core::domain::vault::{Content, SecretText, SignIn};
use caseflow_core::error::{Error, FileRefusal, Refusal};
use caseflow_core::firm::audit::list as audit_log;
use caseflow_core::firm::vault::{self, FileInput, SecretInput, ShortSecret};
use caseflow_core::firm::{Call, contacts};
use caseflow_core::portal::vault::Who;
use caseflow_core::portal::{self, Visiting};
use caseflow_core::ports::blobs::BlobError;
use caseflow_core::ports::keys::KeyError;
use caseflow_core::ports::store::AuditQuery;
use caseflow_core::testing::fixtures::{self, origin};
use caseflow_core::testing::{KeyFault, block_on};
use caseflow_core::{Overview, OverviewKind, Upload, upkeep};
use futures_util::StreamExt as _;

use super::meddled::{Meddled, Meddling};
use super::setup::{Story, input_of};

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

    async fn secret(&self) -> VaultItemId {
        let (call, client) = (self.call(), self.office.client.id);
        let added = vault::add_secret(&self.ports, &call, client, Readers::All, secret()).await;
        vault_item(added.unwrap())
    }

    /// From where a test knows it again.
    fn from_somewhere(&self, contact: &Contact) -> Visiting {
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

fn vault_item(reply: Reply) -> VaultItemId {
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
fn f11_each_opening_and_download_is_one_row_with_who_when_where_what_and_the_result() {
    block_on(async {
        let story = Story::begin().await;
        let client = story.office.client.id;
        let (file, secret) = (story.paper().await, story.secret().await);
        let visiting = story.from_somewhere(&story.office.contact);
        let ports = &story.ports;
        let opened = story.logged(client, async {
            portal::vault::show(ports, &visiting, secret).await.unwrap();
        });
        let opened = opened.await;
        let downloaded = story.logged(client, async {
            content(&story, &visiting, file).await.unwrap();
        });
        let downloaded = downloaded.await;
        let listed = story.logged(client, async {
            let any = PageQuery::default();
            portal::vault::list(ports, &visiting, &any).await.unwrap();
        });
        let listed = listed.await;
        let vault = Subject::from(VaultId::from(client));
        for (rows, action, about, facts) in [
            (
                opened,
                "vault.item_opened",
                vec![vault, secret.into()],
                r#"{"version":"1"}"#,
            ),
            (
                downloaded,
                "vault.item_downloaded",
                vec![vault, file.into()],
                r#"{"bytes":"0..27","version":"1"}"#,
            ),
            (listed, "vault.listed", vec![vault], "{}"),
        ] {
            let [row] = &rows[..] else {
                panic!("{rows:?}");
            };
            assert_eq!(row.action, action);
            assert_eq!(row.about, about);
            assert_eq!(row.actor, format!("contact {}", story.office.contact.id));
            assert_eq!(row.at, ports.now());
            assert_eq!(row.ip, origin().ip.map(|ip| ip.to_string()));
            assert_eq!(row.facts, facts);
        }
    });
}

#[test]
fn f11_nothing_is_let_out_when_the_log_cannot_be_written() {
    block_on(async {
        let story = Story::begin().await;
        let (file, secret) = (story.paper().await, story.secret().await);
        let lost = || Meddled::new(story.ports.store.clone(), [Meddling::RequestLost]);
        let contact = story.contact();
        let shown = portal::vault::show(&story.through(lost()), &contact, secret).await;
        assert!(matches!(shown, Err(Error::Store(_))));
        let opened = portal::vault::file(&story.through(lost()), &contact, file).await;
        let content = opened.unwrap().content(0..1).await.map(drop);
        assert!(matches!(content, Err(Error::Store(_))));
        let (ports, any) = (story.through(lost()), PageQuery::default());
        let list = portal::vault::list(&ports, &contact, &any).await;
        assert!(matches!(list, Err(Error::Store(_))));
        let read = vault::read(&story.through(lost()), &story.call(), secret).await;
        assert!(matches!(read, Err(Error::Store(_))));
    });
}

#[test]
fn r_vlt_3_the_vault_opens_for_five_minutes_after_the_password() {
    block_on(async {
        let story = Story::begin().await;
        let secret = story.secret().await;
        let token = story.sign_in(&story.office.contact).await.unwrap().token;
        let visiting = story.with_token(&token);
        let ports = &story.ports;
        let opens = async || match portal::vault::show(ports, &visiting, secret).await {
            Ok(_) => true,
            Err(Error::Locked) => false,
            Err(other) => panic!("{other}"),
        };
        assert!(opens().await);
        story.doubles.clock.advance(Duration::from_secs(299));
        assert!(opens().await);
        story.doubles.clock.advance(Duration::from_secs(1));
        assert!(!opens().await);
        let list = portal::vault::list(ports, &visiting, &PageQuery::default()).await;
        assert!(matches!(list, Err(Error::Locked)));
        let log = portal::vault::log(ports, &visiting, &PageQuery::default()).await;
        assert!(matches!(log, Err(Error::Locked)));
        let right = Password::typed(fixtures::PASSWORD);
        portal::vault::unlock(ports, &visiting, &right)
            .await
            .unwrap();
        assert!(opens().await);
        story.doubles.clock.advance(Duration::from_secs(300));
        assert!(!opens().await);
        // Another session of the same contact is not opened with it.
        let other = story.sign_in(&story.office.contact).await.unwrap().token;
        story.doubles.clock.advance(Duration::from_secs(300));
        portal::vault::unlock(ports, &visiting, &right)
            .await
            .unwrap();
        let other = portal::vault::show(ports, &story.with_token(&other), secret).await;
        assert!(matches!(other, Err(Error::Locked)));
    });
}

#[test]
fn f11_guessing_the_password_is_logged_and_slowed_down() {
    block_on(async {
        let story = Story::begin().await;
        let client = story.office.client.id;
        let token = story.sign_in(&story.office.contact).await.unwrap().token;
        let visiting = story.with_token(&token);
        let unlock = async |typed: &str| {
            let typed = Password::typed(typed);
            portal::vault::unlock(&story.ports, &visiting, &typed).await
        };
        for _ in 0..6 {
            let wrong = story.logged(client, async {
                let wrong = unlock("a wrong password").await;
                assert!(matches!(wrong, Err(Error::Refused(Refusal::WrongPassword))));
            });
            let rows = wrong.await;
            assert_eq!(rows.len(), 1);
            assert_eq!(rows[0].action, "vault.unlock_failed");
        }
        let slowed = unlock(fixtures::PASSWORD).await;
        assert!(matches!(slowed, Err(Error::Throttled(_))));
        story.doubles.clock.advance(Duration::from_secs(2));
        unlock(fixtures::PASSWORD).await.unwrap();
        let rows = story.vault_rows(client).await;
        assert_eq!(rows.last().unwrap().action, "vault.unlocked");
        // The right one forgets the wrong ones.
        assert!(matches!(unlock("wrong").await, Err(Error::Refused(_))));
        unlock(fixtures::PASSWORD).await.unwrap();
    });
}

#[test]
fn whom_the_host_vouches_for_unlocks_at_the_hosts() {
    block_on(async {
        let story = Story::begin().await;
        let secret = story.secret().await;
        let vouched = |ago: u64| Visitor::Vouched {
            contact: story.office.contact.id,
            authenticated_at: story.ports.now().minus(Duration::from_secs(ago)),
        };
        let [fresh, stale] = [299, 300].map(|ago| story.visiting(vouched(ago)));
        let ports = &story.ports;
        assert!(portal::vault::show(ports, &fresh, secret).await.is_ok());
        let shown = portal::vault::show(ports, &stale, secret).await;
        assert!(matches!(shown, Err(Error::Locked)));
        let right = Password::typed(fixtures::PASSWORD);
        let unlocked = portal::vault::unlock(ports, &stale, &right).await;
        assert!(matches!(unlocked, Err(Error::Locked)));
    });
}

#[test]
fn f14_others_find_nothing_and_each_try_is_one_row_in_the_vault_it_was_about() {
    block_on(async {
        let story = Story::begin().await;
        let office = &story.office;
        let only = fixtures::chosen([office.contact.id]);
        let id = story.file_for(office.client.id, only).await;
        for (who, why) in [
            (&office.stranger, "another client's"),
            (&office.colleague, "not for this contact"),
        ] {
            refused(&story, who, id, why).await;
        }
        let without = contacts::ContactInput {
            permissions: office.contact.permissions.without(Section::Vault),
            ..input_of(&office.contact)
        };
        let (call, contact) = (story.call(), office.contact.id);
        let updated = contacts::update(&story.ports, &call, contact, None, without).await;
        updated.unwrap();
        refused(&story, &office.contact, id, "no permission").await;
        let any = PageQuery::default();
        let list = portal::vault::list(&story.ports, &story.contact(), &any).await;
        assert!(matches!(list, Err(Error::NotFound)));
        // Nothing is written about what is nowhere.
        let rows = story.audit_rows().await;
        let nowhere = fixtures::id(999);
        let read = portal::vault::read(&story.ports, &story.contact(), nowhere).await;
        assert!(matches!(read, Err(Error::NotFound)));
        assert_eq!(story.audit_rows().await, rows);
    });
}

async fn refused(story: &Story, who: &Contact, id: VaultItemId, why: &str) {
    let visiting = story.from_somewhere(who);
    let (ports, client) = (&story.ports, story.office.client.id);
    let mut outcomes = vec![];
    let rows = story.logged(client, async {
        outcomes.extend([
            portal::vault::read(ports, &visiting, id).await.map(drop),
            portal::vault::show(ports, &visiting, id).await.map(drop),
            portal::vault::file(ports, &visiting, id).await.map(drop),
        ]);
    });
    let rows = rows.await;
    assert!(
        outcomes.iter().all(|it| matches!(it, Err(Error::NotFound))),
        "{outcomes:?}"
    );
    assert_eq!(rows.len(), 3);
    for row in rows {
        assert_eq!(row.action, "vault.item_refused");
        assert_eq!(row.actor, format!("contact {}", who.id));
        assert_eq!(row.facts, format!(r#"{{"refused":"{why}"}}"#));
        assert!(row.about.contains(&id.into()) && row.ip.is_some());
    }
}

#[test]
fn f14_staff_without_the_grant_get_nowhere_and_each_try_is_in_the_log() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, client) = (&story.ports, story.office.client.id);
        let id = story.paper().await;
        let mut call = story.call();
        call.staff.vault = false;
        let mut outcomes: Vec<Result<(), Error>> = vec![];
        let rows = story.logged(client, async {
            let (all, any) = (Readers::All, PageQuery::default());
            outcomes.extend([
                vault::list(ports, &call, client, &any).await.map(drop),
                vault::read(ports, &call, id).await.map(drop),
                vault::file(ports, &call, id).await.map(drop),
                vault::log(ports, &call, client, &PageQuery::default())
                    .await
                    .map(drop),
                vault::add_file(ports, &call, client, all, file(BYTES))
                    .await
                    .map(drop),
                vault::replace_secret(ports, &call, id, None, secret())
                    .await
                    .map(drop),
                vault::set_readers(ports, &call, id, None, Readers::All)
                    .await
                    .map(drop),
                vault::remove(ports, &call, id, None).await.map(drop),
            ]);
        });
        let rows = rows.await;
        assert!(
            outcomes
                .iter()
                .all(|it| matches!(it, Err(Error::NoVaultGrant)))
        );
        assert_eq!(rows.len(), outcomes.len());
        assert!(rows.iter().all(|row| row.action == "vault.item_refused"));
        assert_eq!(story.doubles.blobs.names().len(), 1);
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
fn the_log_names_staff_and_contacts_of_the_client_and_nobody_else() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.paper().await;
        let (own, stranger) = (&story.office.contact, &story.office.stranger);
        content(&story, &story.from_somewhere(own), id)
            .await
            .unwrap();
        let visiting = story.from_somewhere(stranger);
        let read = portal::vault::read(&story.ports, &visiting, id).await;
        assert!(read.is_err());
        let log = portal::vault::log(&story.ports, &story.contact(), &PageQuery::default()).await;
        let lines = log.unwrap().page.rows;
        let who: Vec<_> = lines.iter().map(|line| line.who.clone()).collect();
        let staff = Who::Staff("Petra Muster".to_owned());
        assert_eq!(who, [Who::Somebody, Who::Contact(own.full_name()), staff]);
        let ips: Vec<_> = lines.iter().map(|line| line.ip.is_some()).collect();
        assert_eq!(ips, [false, true, false]);
        let named = |line: &portal::vault::LogLine| {
            line.name
                .as_ref()
                .is_some_and(|name| name.as_str() == "bank.pdf")
        };
        assert!(lines.iter().all(named));
        assert!(
            lines
                .iter()
                .all(|line| line.item == Some(id) && line.at == story.ports.now())
        );
        let empty = story.vault_rows(story.office.neighbour.id).await;
        assert!(empty.is_empty());
    });
}
