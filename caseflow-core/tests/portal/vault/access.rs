//! Who gets into a vault, and who does not.

use std::time::Duration;

use caseflow_core::domain::access::{Section, Visitor};
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::id::VaultItemId;
use caseflow_core::domain::page::PageQuery;
use caseflow_core::domain::password::Password;
use caseflow_core::domain::readers::Readers;
use caseflow_core::error::{Error, Refusal};
use caseflow_core::firm::{contacts, vault};
use caseflow_core::portal;
use caseflow_core::testing::{block_on, fixtures};

use super::{BYTES, file, secret};
use crate::setup::{Story, input_of};

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
