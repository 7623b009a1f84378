//! Everything that the firm holds for a client, in one archive that staff take.

use caseflow_core::domain::access::{Section, Sections, Staff};
use caseflow_core::domain::audit::{AuditAction, AuditRow};
use caseflow_core::domain::id::{ClientId, TypedId as _};
use caseflow_core::domain::offer::OfferKind;
use caseflow_core::domain::page::{Cursor, PageQuery};
use caseflow_core::error::Error;
use caseflow_core::firm::{Call, audit, documents, settings, take_out};
use caseflow_core::portal::{contracts, offers};
use caseflow_core::ports::store::{AuditQuery, FirmDocumentQuery};
use caseflow_core::testing::{KeyFault, block_on};
use serde_json::Value;

use super::archive::{ACCOUNTS, Archive, document, full, upload, vault_rows, vault_secret};
use super::refunds::{ask, settled};
use super::setup::Story;
use super::till::Till;

/// The rows of the firm's log that came after the first so many.
async fn rows_after(story: &Story, rows: u64) -> Vec<AuditRow> {
    let mut query = AuditQuery::default();
    query.page.after = Some(Cursor {
        key: rows,
        id: rows.to_string(),
    });
    let staff = story.office.staff();
    let after = audit::list(&story.ports, &staff, &query).await;
    after.unwrap().rows
}

/// The digests of all files but this one.
fn digests(archive: &Archive, but: &str) -> Vec<String> {
    let files = archive.manifest["files"].as_array().unwrap().iter();
    let files = files.filter(|it| it["path"] != but);
    let mut digests: Vec<String> = files.map(|it| it["sha256"].to_string()).collect();
    digests.sort_unstable();
    digests
}

#[test]
fn staff_take_what_a_contact_with_every_permission_could() {
    block_on(async {
        let (notary, _) = full().await;
        let story = &notary.story;
        let own = Archive::taken(&story.ports, &story.contact()).await;
        let exported = Archive::exported(story, true).await;
        assert_eq!(exported.paths(), own.paths());
        let profile = "profile.json";
        assert_eq!(digests(&exported, profile), digests(&own, profile));
        assert_eq!(exported.left_out(), []);
        assert_eq!(exported.manifest["contact"], Value::Null);
        let client = story.office.client.id.to_string();
        assert_eq!(exported.manifest["client"]["id"], client);
        let profile: Value = serde_json::from_str(exported.text(profile)).unwrap();
        assert_eq!(profile["client"]["name"], story.office.client.name.as_str());
        let contacts = profile["contacts"].as_array().unwrap();
        let emails: Vec<&str> = contacts
            .iter()
            .flat_map(|it| it["email"].as_str())
            .collect();
        let office = &story.office;
        let mut expected = [&office.contact, &office.colleague].map(|it| it.email.as_str());
        expected.sort_unstable();
        assert_eq!(emails, expected);
    });
}

#[test]
fn the_log_names_staff_and_no_contact_has_looked() {
    block_on(async {
        let (notary, _) = full().await;
        let story = &notary.story;
        let before = story.audit_rows().await;
        Archive::exported(story, true).await;
        let rows = rows_after(story, before).await;
        assert!(rows.iter().all(|row| row.actor.starts_with("staff ")));
        let mut actions: Vec<&str> = rows.iter().map(|row| row.action.as_str()).collect();
        actions.sort_unstable();
        let expected = [
            "profile.taken_out",
            "vault.item_downloaded",
            "vault.item_opened",
            "vault.listed",
        ];
        assert_eq!(actions, expected);
        let taken = rows.iter().find(|row| row.action == "profile.taken_out");
        assert_eq!(taken.unwrap().about, [story.office.client.id.into()]);
        assert!(taken.unwrap().facts.contains("invoices"));
        assert_eq!(taken.unwrap().seq, before + 1, "before anything is read");
        let (page, contact) = (PageQuery::default(), story.contact());
        let sent = offers::list(&story.ports, &contact, OfferKind::Proposal, &page).await;
        assert_eq!(sent.unwrap().page.rows[0].viewed_at, None);
        let page = PageQuery::default();
        let sent = contracts::list(&story.ports, &contact, &page).await;
        let waiting = sent.unwrap().page.rows.into_iter();
        let looked_at = waiting.filter(|row| row.signed_at.is_none() && row.viewed_at.is_some());
        assert_eq!(looked_at.count(), 0);
    });
}

#[test]
fn every_version_of_a_document_is_in_it() {
    block_on(async {
        let story = Story::begin().await;
        document(&story, None, true).await;
        let (ports, staff) = (&story.ports, story.office.staff());
        let found = documents::list(ports, &staff, &FirmDocumentQuery::default()).await;
        let id = found.unwrap().rows[0].value.id;
        for (name, bytes) in [("accounts.pdf", b"%PDF-1.7 2" as &[u8]), ("last.txt", b"3")] {
            let file = upload(name, bytes);
            let added = documents::add_version(ports, &story.call(), id, None, file).await;
            added.unwrap();
        }
        let archive = Archive::exported(&story, false).await;
        for (name, bytes) in [
            ("last.txt", b"3" as &[u8]),
            ("accounts (version 2).pdf", b"%PDF-1.7 2"),
            ("accounts (version 1).pdf", ACCOUNTS),
        ] {
            assert_eq!(archive.files[&format!("documents/General/{name}")], bytes);
        }
        let contacts = Archive::taken(ports, &story.contact()).await;
        let paths = contacts.paths().into_iter();
        let documents = paths.filter(|path| path.starts_with("documents/"));
        assert_eq!(
            documents.collect::<Vec<_>>(),
            ["documents/General/last.txt"]
        );
    });
}

#[test]
fn what_went_back_is_in_the_history_and_has_its_note() {
    block_on(async {
        let till = Till::open().await;
        let (_, payment) = settled(&till, "100.00").await;
        ask(&till, payment, Some("30.00")).await.unwrap();
        till.post_all().await;
        let exported = Archive::exported(&till.story, false).await;
        let contacts = Archive::taken(&till.story.ports, &till.story.contact()).await;
        assert_eq!(exported.paths(), contacts.paths());
        let notes = exported.paths().into_iter();
        assert_eq!(
            notes.filter(|it| it.starts_with("refund-notes/")).count(),
            1
        );
        let lines = |archive: &Archive| {
            let table = archive.text("payments.csv").lines();
            let mut lines: Vec<String> = table.map(str::to_owned).collect();
            lines.sort_unstable();
            lines
        };
        assert_eq!(lines(&exported).len(), 3);
        assert_eq!(lines(&exported), lines(&contacts));
    });
}

#[test]
fn what_was_not_asked_for_or_is_closed_is_left_out_and_says_so() {
    block_on(async {
        let (notary, _) = full().await;
        let story = &notary.story;
        let input = settings::FirmInput {
            sections: Sections::ALL.without(Section::Invoices),
            ..story.firm_input()
        };
        let closed = settings::update(&story.ports, &story.call(), None, input).await;
        closed.unwrap();
        let archive = Archive::exported(story, false).await;
        let expected = [
            ("invoices/", "closed"),
            ("receipts/", "closed"),
            ("vault/", "not_asked"),
        ];
        assert_eq!(archive.left_out(), expected);
        let paths = archive.paths();
        let there = |folder: &str| paths.iter().any(|path| path.starts_with(folder));
        assert!(there("contracts/") && !there("invoices/") && !there("vault/"));
        assert_eq!(vault_rows(story, AuditAction::VaultListed).await, 0);
    });
}

#[test]
fn who_may_not_open_vaults_or_has_no_keys_is_told_before_anything_is_taken() {
    block_on(async {
        let story = Story::begin().await;
        vault_secret(&story).await;
        let (ports, client) = (&story.ports, story.office.client.id);
        let without = Call {
            staff: Staff {
                vault: false,
                ..story.office.staff()
            },
            ..story.call()
        };
        let refused = take_out::begin(ports, &without, client, true).await;
        assert!(matches!(refused, Err(Error::NoVaultGrant)), "{refused:?}");
        assert!(
            take_out::begin(ports, &without, client, false)
                .await
                .is_ok()
        );
        let before = story.audit_rows().await;
        story.doubles.keys.fail(Some(KeyFault::Outage));
        let refused = take_out::begin(ports, &story.call(), client, true).await;
        assert!(matches!(refused, Err(Error::VaultUnavailable(_))));
        let nobody = ClientId::from_parts(ports.now(), [9; 10]);
        let unknown = take_out::begin(ports, &story.call(), nobody, false).await;
        assert!(matches!(unknown, Err(Error::NotFound)));
        assert_eq!(story.audit_rows().await, before);
    });
}
