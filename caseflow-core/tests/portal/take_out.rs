//! Everything a contact may see, in one archive (R-SELF).

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use caseflow_core::domain::access::{Section, Sections};
use caseflow_core::domain::audit::AuditAction;
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::contract::SignedCopy;
use caseflow_core::domain::offer::OfferKind;
use caseflow_core::domain::page::{PageQuery, PageSize};
use caseflow_core::domain::password::Password;
use caseflow_core::domain::print::Print;
use caseflow_core::domain::readers::Readers;
use caseflow_core::error::{Error, Refusal};
use caseflow_core::firm::contacts::{self, ContactInput, Switch};
use caseflow_core::firm::documents;
use caseflow_core::portal::{offers, take_out};
use caseflow_core::ports::blobs::BlobName;
use caseflow_core::ports::pdf::{Pdf, PdfError, PdfFile};
use caseflow_core::ports::store::AuditQuery;
use caseflow_core::testing::sealer::SealFault;
use caseflow_core::testing::{KeyFault, block_on, fixtures};
use caseflow_core::{ContractCopies, Piece, Ports, firm};
use serde_json::Value;

use super::archive::{
    ACCOUNTS, Archive, document, document_input, full, upload, vault_file, vault_rows, vault_secret,
};
use super::notary::Notary;
use super::setup::{Story, input_of};

async fn permit(story: &Story, contact: &Contact, permissions: Sections) {
    let input = ContactInput {
        permissions,
        ..input_of(contact)
    };
    let updated = contacts::update(&story.ports, &story.call(), contact.id, None, input).await;
    updated.unwrap();
}

#[test]
fn r_self_the_archive_has_what_the_contact_may_see_and_nothing_else() {
    block_on(async {
        let (notary, signed) = full().await;
        let story = &notary.story;
        let archive = Archive::taken(&story.ports, &story.contact()).await;
        assert_eq!(
            archive.paths(),
            [
                "contracts/Engagement letter (2).pdf",
                "contracts/Engagement letter-signed.pdf",
                "contracts/Engagement letter.pdf",
                "documents/General/accounts.pdf",
                "documents/Tax/accounts.pdf",
                "estimates/E-0001 Annual accounts.pdf",
                "invoices/INV-0001.pdf",
                "library/published.md",
                "payments.csv",
                "profile.json",
                "proposals/P-0001 Annual accounts.pdf",
                "receipts/R-0001.pdf",
                "vault/The bank.json",
                "vault/bank.pdf",
            ]
        );
        assert_eq!(archive.left_out(), []);
        let kept = notary.kept(signed, ContractCopies::Signed).await;
        assert_eq!(
            archive.files["contracts/Engagement letter-signed.pdf"],
            kept.file.bytes()
        );
        let profile: Value = serde_json::from_str(archive.text("profile.json")).unwrap();
        let contact = &story.office.contact;
        assert_eq!(profile["email"], contact.email.as_str());
        assert_eq!(profile["client"]["name"], story.office.client.name.as_str());
        assert_eq!(archive.manifest["version"], 1);
        assert_eq!(archive.manifest["contact"]["id"], contact.id.to_string());
        assert_eq!(
            archive.manifest["firm"]["name"],
            story.office.firm.name.as_str()
        );
        let table = archive.text("payments.csv");
        let rows: Vec<&str> = table.split_terminator("\r\n").collect();
        assert_eq!(rows.len(), 2);
        assert!(
            rows[1].ends_with(
                "payment,30.00,USD,\"INV-0001\",\"R-0001\",bank_transfer,\"\",recorded,\"\""
            ),
            "{}",
            rows[1]
        );
        assert_eq!(archive.files["documents/Tax/accounts.pdf"], ACCOUNTS);
        let secret: Value = serde_json::from_str(archive.text("vault/The bank.json")).unwrap();
        assert_eq!(secret["password"], "correct horse");
        assert_eq!(vault_rows(story, AuditAction::VaultItemOpened).await, 1);
        assert_eq!(vault_rows(story, AuditAction::VaultItemDownloaded).await, 1);
        let article = archive.text("library/published.md");
        assert!(article.starts_with("# "), "{article}");
    });
}

#[test]
fn e01_two_contacts_of_a_client_get_what_each_may_see() {
    block_on(async {
        let (notary, _) = full().await;
        let story = &notary.story;
        let colleague = &story.office.colleague;
        let some = Sections::NONE.with(Section::Estimates);
        permit(story, colleague, some.with(Section::Vault)).await;
        let visiting = story.visiting(story.office.visit(colleague).visitor);
        let archive = Archive::taken(&story.ports, &visiting).await;
        let expected = [
            "estimates/E-0001 Annual accounts.pdf",
            "library/published.md",
            "profile.json",
            "vault/The bank.json",
        ];
        assert_eq!(archive.paths(), expected);
        assert_eq!(archive.left_out(), []);
        let stranger = story.visiting(story.office.visit(&story.office.stranger).visitor);
        let archive = Archive::taken(&story.ports, &stranger).await;
        assert!(!archive.paths().contains(&"invoices/INV-0001.pdf"));
        assert!(
            !archive
                .paths()
                .iter()
                .any(|path| path.starts_with("contracts/"))
        );
    });
}

#[test]
fn r_vlt_3_it_needs_the_password_of_the_last_minutes_and_is_written_down_first() {
    block_on(async {
        let story = Story::begin().await;
        let rows = story.audit_rows().await;
        let taking = take_out::begin(&story.ports, &story.contact()).await;
        assert_eq!(story.audit_rows().await, rows + 1, "before the first byte");
        drop(taking.unwrap());
        story.doubles.clock.advance(Duration::from_secs(5 * 60));
        let late = take_out::begin(&story.ports, &story.contact()).await;
        assert!(matches!(late, Err(Error::Locked)), "{late:?}");
        assert_eq!(story.audit_rows().await, rows + 1);
    });
}

#[test]
fn e19_whose_access_ends_meanwhile_gets_no_more() {
    block_on(async {
        let story = Story::begin().await;
        story.issued("100.00", "2026-12-24").await;
        let mut taking = take_out::begin(&story.ports, &story.contact())
            .await
            .unwrap();
        assert!(taking.next().await.unwrap().is_some());
        let id = story.office.contact.id;
        let off = contacts::switch_access(&story.ports, &story.call(), id, None, Switch::Off).await;
        off.unwrap();
        let refused = loop {
            match taking.next().await {
                Ok(piece) => assert!(piece.is_some(), "it went on to the end"),
                Err(error) => break error,
            }
        };
        assert!(matches!(refused, Error::SignedOut), "{refused:?}");
    });
}

#[test]
fn e19_access_that_ends_while_a_file_is_read_ends_the_file() {
    block_on(async {
        let story = Story::begin().await;
        let (call, client) = (story.call(), story.office.client.id);
        let input = document_input(client, None, true);
        let long = upload("long.bin", &[7; 50_000]);
        documents::add(&story.ports, &call, input, long)
            .await
            .unwrap();
        let mut taking = take_out::begin(&story.ports, &story.contact())
            .await
            .unwrap();
        loop {
            match taking.next().await.unwrap().unwrap() {
                Piece::File(head) if head.path.as_str().ends_with("long.bin") => break,
                Piece::File(_) | Piece::Bytes(_) => {}
            }
        }
        assert!(matches!(taking.next().await, Ok(Some(Piece::Bytes(_)))));
        let id = story.office.contact.id;
        let off = contacts::switch_access(&story.ports, &call, id, None, Switch::Off).await;
        off.unwrap();
        story.doubles.clock.advance(Duration::from_secs(60));
        let refused = taking.next().await;
        assert!(matches!(refused, Err(Error::SignedOut)), "{refused:?}");
    });
}

/// A renderer that is busy for a while.
#[derive(Debug)]
struct Busy {
    quiet: Arc<dyn Pdf>,
    refusals: AtomicU32,
}

#[async_trait]
impl Pdf for Busy {
    async fn render(&self, print: Print) -> Result<PdfFile, PdfError> {
        let left = self.refusals.load(Ordering::SeqCst);
        if left == 0 {
            return self.quiet.render(print).await;
        }
        self.refusals.store(left - 1, Ordering::SeqCst);
        Err(PdfError::Busy)
    }

    async fn append(&self, file: Vec<u8>, more: Print) -> Result<PdfFile, PdfError> {
        self.quiet.append(file, more).await
    }
}

#[test]
fn a_document_that_cannot_be_made_is_left_out_with_its_reason_and_waited_for_before() {
    block_on(async {
        let story = Story::begin().await;
        story.issued("100.00", "2026-12-24").await;
        for (refusals, path, left_out) in [
            (4, Some("invoices/INV-0001.pdf"), vec![]),
            (5, None, vec![("invoices/INV-0001.pdf", "busy")]),
        ] {
            let pdf = Arc::new(Busy {
                quiet: story.ports.pdf.clone(),
                refusals: AtomicU32::new(refusals),
            });
            let ports = Ports {
                pdf,
                ..story.ports.clone()
            };
            let archive = Archive::taken(&ports, &story.contact()).await;
            let found = archive
                .paths()
                .into_iter()
                .find(|it| it.starts_with("invoices/"));
            assert_eq!(found, path);
            assert_eq!(archive.left_out(), left_out);
            assert!(archive.paths().contains(&"payments.csv"));
        }
    });
}

#[test]
fn a_copy_that_is_being_sealed_is_left_out_and_says_so() {
    block_on(async {
        let notary = Notary::begin().await;
        let id = notary.sent().await;
        notary.story.doubles.seals.fail(Some(SealFault::Busy));
        notary.sign(id).await.unwrap();
        let copy = notary.file(id).await.contract.value.copy().cloned();
        assert!(!matches!(copy, Some(SignedCopy::Sealed { .. })));
        let story = &notary.story;
        let archive = Archive::taken(&story.ports, &story.contact()).await;
        let expected = [("contracts/Engagement letter-signed.pdf", "being_sealed")];
        assert_eq!(archive.left_out(), expected);
        assert!(archive.paths().contains(&"contracts/Engagement letter.pdf"));
    });
}

#[test]
fn what_is_taken_counts_as_seen_by_nobody() {
    block_on(async {
        let (notary, _) = full().await;
        let story = &notary.story;
        let seen = async || {
            let (page, contact) = (PageQuery::default(), story.contact());
            let list = offers::list(&story.ports, &contact, OfferKind::Proposal, &page).await;
            list.unwrap().page.rows[0].viewed_at
        };
        assert_eq!(seen().await, None);
        Archive::taken(&story.ports, &story.contact()).await;
        assert_eq!(seen().await, None);
    });
}

#[test]
fn what_of_the_vault_cannot_be_opened_is_left_out_and_ends_nothing() {
    block_on(async {
        let story = Story::begin().await;
        let id = vault_file(&story, Readers::All).await;
        vault_secret(&story).await;
        let item = story.ports.store.vault_item(story.office.firm.id, id).await;
        let body = item.unwrap().unwrap().value.sealed.body.unwrap();
        let name = BlobName {
            firm: story.office.firm.id,
            id: body.blob,
        };
        let mut bytes = story.doubles.blobs.bytes(name).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        story.doubles.blobs.put(name, bytes);
        let archive = Archive::taken(&story.ports, &story.contact()).await;
        assert_eq!(archive.left_out(), [("vault/bank.pdf", "unreadable")]);
        assert!(archive.paths().contains(&"vault/The bank.json"));

        story.doubles.keys.fail(Some(KeyFault::Outage));
        let archive = Archive::taken(&story.ports, &story.contact()).await;
        assert_eq!(archive.left_out(), [("vault/", "vault_unavailable")]);
        assert!(archive.paths().contains(&"profile.json"));
    });
}

#[test]
fn a_document_that_is_not_what_was_stored_breaks_the_archive_off() {
    block_on(async {
        let story = Story::begin().await;
        document(&story, None, true).await;
        let name = story.doubles.blobs.names()[0];
        let mut bytes = story.doubles.blobs.bytes(name).unwrap();
        bytes[20] ^= 1;
        story.doubles.blobs.put(name, bytes);
        let taking = take_out::begin(&story.ports, &story.contact())
            .await
            .unwrap();
        let outcome = Archive::finished(taking).await;
        assert!(matches!(outcome, Err(Error::Blobs(_))));

        story.doubles.blobs.set_out_of_reach(true);
        let archive = Archive::taken(&story.ports, &story.contact()).await;
        assert_eq!(
            archive.left_out(),
            [("documents/General/accounts.pdf", "not_read")]
        );
    });
}

#[test]
fn r_vlt_3_the_password_lets_the_archive_be_taken_with_and_without_a_vault() {
    block_on(async {
        let story = Story::begin().await;
        let (with, without) = (&story.office.contact, &story.office.colleague);
        permit(&story, without, Sections::ALL.without(Section::Vault)).await;
        for (contact, right, wrong) in [
            (with, "vault.unlocked", "vault.unlock_failed"),
            (
                without,
                "profile.take_out_proved",
                "profile.take_out_proof_failed",
            ),
        ] {
            let session = story.sign_in(contact).await.unwrap();
            let visiting = story.with_token(&session.token);
            story.doubles.clock.advance(Duration::from_secs(5 * 60));
            let locked = take_out::begin(&story.ports, &visiting).await;
            assert!(matches!(locked, Err(Error::Locked)));
            let guess = Password::typed("a guess of mine");
            let refused = take_out::prove(&story.ports, &visiting, &guess).await;
            let expected = Error::Refused(Refusal::WrongPassword);
            assert_eq!(refused.unwrap_err().to_string(), expected.to_string());
            let password = Password::typed(fixtures::PASSWORD);
            take_out::prove(&story.ports, &visiting, &password)
                .await
                .unwrap();
            Archive::taken(&story.ports, &visiting).await;
            let actions = story.actions().await;
            for action in [right, wrong] {
                assert!(actions.iter().any(|it| it == action), "{action}");
            }
        }
        let vouched = story.contact();
        let password = Password::typed(fixtures::PASSWORD);
        let host = take_out::prove(&story.ports, &vouched, &password).await;
        assert!(matches!(host, Err(Error::Locked)), "the host has to ask");
    });
}

impl Story {
    /// What was done, oldest first.
    async fn actions(&self) -> Vec<String> {
        let (staff, mut query) = (self.office.staff(), AuditQuery::default());
        query.page.size = PageSize::MAX;
        let rows = firm::audit::list(&self.ports, &staff, &query).await;
        rows.unwrap()
            .rows
            .into_iter()
            .map(|row| row.action)
            .collect()
    }
}
