//! A firm that has contracts signed.

use std::sync::Arc;

use async_trait::async_trait;
use caseflow_core::domain::contract::{ContractStatus, SignedCopy};
use caseflow_core::domain::id::{ContractId, Subject};
use caseflow_core::domain::page::{PageQuery, PageSize};
use caseflow_core::domain::print::{CertificateView, Label, Print, PrintDocument};
use caseflow_core::domain::rich_text::RichText;
use caseflow_core::domain::signature::SIGNING_TERMS;
use caseflow_core::domain::text::PersonName;
use caseflow_core::error::Error;
use caseflow_core::firm::audit;
use caseflow_core::firm::contracts::{self, BodyInput, ContractInput};
use caseflow_core::portal::contracts::{Declining, Signing, decline, sign};
use caseflow_core::portal::{self, Visited, Visiting};
use caseflow_core::ports::pdf::{Pdf, PdfError, PdfFile};
use caseflow_core::ports::store::{AuditQuery, ContractFile};
use caseflow_core::testing::{KeptPrints, fixtures};
use caseflow_core::{ContractCopies, KeptFile, upkeep};
use sha2::{Digest as _, Sha256};

use super::setup::Story;

pub(crate) const TEXT: &str = "# Engagement\n\nWe advise you, and you pay us.";

/// A renderer whose files differ when what is printed does.
#[derive(Debug)]
struct Telling(Arc<KeptPrints>);

#[async_trait]
impl Pdf for Telling {
    async fn render(&self, print: Print) -> Result<PdfFile, PdfError> {
        let said = format!("{} {:?}", print.made_at, print.document);
        let mut file = self.0.render(print).await?;
        let line = format!("%{:x?}\n", Sha256::digest(said));
        file.bytes.extend(line.as_bytes());
        Ok(file)
    }

    async fn append(&self, file: Vec<u8>, more: Print) -> Result<PdfFile, PdfError> {
        self.0.append(file, more).await
    }
}

pub(crate) struct Notary {
    pub(crate) story: Story,
}

impl Notary {
    pub(crate) async fn begin() -> Self {
        let mut story = Story::begin().await;
        story.ports.pdf = Arc::new(Telling(story.doubles.prints.clone()));
        Self { story }
    }

    pub(crate) async fn draft(&self, input: ContractInput, body: BodyInput) -> ContractId {
        let Story { ports, office, .. } = &self.story;
        let call = self.story.call();
        let drafted = contracts::draft(ports, &call, office.client.id, input, body).await;
        contract_id(drafted.unwrap().id)
    }

    /// A contract that waits for a signature, open till the end of November.
    pub(crate) async fn sent(&self) -> ContractId {
        let id = self.draft(input(), text(TEXT)).await;
        self.send(id).await;
        id
    }

    pub(crate) async fn send(&self, id: ContractId) {
        let sent = contracts::send(&self.story.ports, &self.story.call(), id, None).await;
        sent.unwrap();
    }

    /// The contract as the firm sees it.
    pub(crate) async fn file(&self, id: ContractId) -> ContractFile {
        let staff = self.story.office.staff();
        contracts::read(&self.story.ports, &staff, id)
            .await
            .unwrap()
    }

    pub(crate) async fn status(&self, id: ContractId) -> ContractStatus {
        let today = self.story.office.firm.today(self.story.ports.now());
        self.file(id).await.contract.value.status(today)
    }

    /// The hash of what is shown now.
    pub(crate) async fn shown(&self, id: ContractId) -> [u8; 32] {
        let file = self.file(id).await;
        file.contract.value.version().unwrap().shown.sha256
    }

    pub(crate) async fn signing(&self, id: ContractId) -> Signing {
        signing(self.shown(id).await)
    }

    /// The primary contact signs what is shown now.
    pub(crate) async fn sign(&self, id: ContractId) -> Result<Visited<ContractFile>, Error> {
        let signing = self.signing(id).await;
        sign(&self.story.ports, &self.story.contact(), id, &signing).await
    }

    pub(crate) async fn decline(&self, id: ContractId) -> Result<Visited<ContractFile>, Error> {
        let declining = Declining {
            shown: self.shown(id).await,
            reason: Some(fixtures::prose("Too dear.")),
        };
        decline(&self.story.ports, &self.story.contact(), id, &declining).await
    }

    /// One of its files, as the contact gets it and as the firm does: the same.
    pub(crate) async fn kept(&self, id: ContractId, which: ContractCopies) -> KeptFile {
        let ports = &self.story.ports;
        let contact = portal::contracts::file(ports, &self.story.contact(), id, which).await;
        let firm = contracts::file(ports, &self.story.office.staff(), id, which).await;
        let (contact, firm) = (contact.unwrap(), firm.unwrap());
        assert_eq!(contact, firm);
        contact
    }

    pub(crate) async fn copy(&self, id: ContractId) -> SignedCopy {
        *self.file(id).await.contract.value.copy().unwrap()
    }

    pub(crate) async fn is_sealed(&self, id: ContractId) -> bool {
        matches!(self.copy(id).await, SignedCopy::Sealed { .. })
    }

    /// The subjects of the letters that leave now, in any order.
    pub(crate) async fn letters(&self) -> Vec<String> {
        upkeep::tick(&self.story.ports).await.unwrap();
        let letters = self.story.doubles.mailer.take();
        let mut subjects: Vec<_> = letters.into_iter().map(|letter| letter.subject).collect();
        subjects.sort();
        subjects
    }

    pub(crate) fn colleague(&self) -> Visiting {
        let visit = self.story.office.visit(&self.story.office.colleague);
        self.story.visiting(visit.visitor)
    }

    pub(crate) fn stranger(&self) -> Visiting {
        let visit = self.story.office.visit(&self.story.office.stranger);
        self.story.visiting(visit.visitor)
    }

    /// How often the log has this action.
    pub(crate) async fn logged(&self, action: &str) -> usize {
        let query = AuditQuery {
            about: None,
            page: PageQuery {
                after: None,
                size: PageSize::MAX,
            },
        };
        let staff = self.story.office.staff();
        let rows = audit::list(&self.story.ports, &staff, &query).await;
        let rows = rows.unwrap().rows;
        rows.iter().filter(|row| row.action == action).count()
    }
}

pub(crate) fn input() -> ContractInput {
    ContractInput {
        title: fixtures::line("Engagement letter"),
        sign_by: Some(fixtures::day("2026-11-30")),
        matter: None,
        internal_note: Some(fixtures::prose("Do not forget the deposit.")),
    }
}

pub(crate) fn text(markdown: &str) -> BodyInput {
    BodyInput::Text(RichText::parse(markdown).unwrap())
}

pub(crate) fn signing(shown: [u8; 32]) -> Signing {
    Signing {
        shown,
        typed: PersonName::parse("Ana Keller").unwrap(),
        accepts: Some(fixtures::line(SIGNING_TERMS)),
        time_zone: Some(fixtures::line("Europe/Zurich")),
    }
}

pub(crate) fn contract_id(subject: Subject) -> ContractId {
    match subject {
        Subject::Contract(id) => id,
        other => panic!("{other} is no contract"),
    }
}

/// The last certificate that was printed.
pub(crate) fn certificate(notary: &Notary) -> CertificateView {
    let prints = notary.story.doubles.prints.prints();
    let certificates = prints.into_iter().filter_map(|print| match print.document {
        PrintDocument::Contract(view) => view.certificate,
        PrintDocument::Certificate(view) => Some(*view),
        _ => None,
    });
    certificates.last().unwrap()
}

pub(crate) fn value(rows: &[(Label, String)], label: Label) -> String {
    let row = rows.iter().find(|(it, _)| *it == label);
    row.unwrap().1.clone()
}
