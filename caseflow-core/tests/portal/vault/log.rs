//! The log of a vault: what is in it, and that nothing happens without it.

use caseflow_core::domain::id::{Subject, VaultId};
use caseflow_core::domain::page::PageQuery;
use caseflow_core::error::Error;
use caseflow_core::firm::vault;
use caseflow_core::portal;
use caseflow_core::portal::vault::Who;
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::{self, origin};

use super::content;
use crate::meddled::{Meddled, Meddling};
use crate::setup::Story;

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
        // That something is there for another contact is no secret; what it is, is.
        let only = fixtures::chosen([story.office.colleague.id]);
        story.file_for(story.office.client.id, only).await;
        let log = portal::vault::log(&story.ports, &story.contact(), &PageQuery::default()).await;
        let newest = &log.unwrap().page.rows[0];
        assert_eq!(newest.action, "vault.item_added");
        assert!(newest.item.is_none() && newest.name.is_none());
        let empty = story.vault_rows(story.office.neighbour.id).await;
        assert!(empty.is_empty());
    });
}
