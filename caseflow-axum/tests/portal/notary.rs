//! Contracts in the world of the tests.

use caseflow_core::domain::id::{ContractId, Subject};
use caseflow_core::domain::rich_text::RichText;
use caseflow_core::domain::signature::SIGNING_TERMS;
use caseflow_core::domain::text::PersonName;
use caseflow_core::firm::contracts::{self, BodyInput, ContractInput};
use caseflow_core::portal;
use caseflow_core::portal::contracts::Signing;
use caseflow_core::testing::fixtures::{day, line, prose};

use crate::world::{Browser, Page, Who, World};

pub(crate) const TEXT: &str = "## Fees\n\nA *fixed* fee of <b>100</b>.";

impl World {
    /// A contract of this text for this contact's client, to be signed by 2026-11-30; a draft.
    pub(crate) async fn contract_draft(&self, who: Who) -> ContractId {
        let text = RichText::parse(TEXT).unwrap();
        self.contract_of(who, BodyInput::Text(text)).await
    }

    pub(crate) async fn contract_of(&self, who: Who, body: BodyInput) -> ContractId {
        let input = ContractInput {
            title: line("Engagement letter"),
            sign_by: Some(day("2026-11-30")),
            matter: Some(line("Lease")),
            internal_note: Some(prose("SECRET")),
        };
        let (call, client) = (self.call(who), self.contact(who).client);
        let drafted = contracts::draft(&self.ports, &call, client, input, body).await;
        match drafted.unwrap().id {
            Subject::Contract(id) => id,
            other => panic!("not a contract: {other}"),
        }
    }

    /// The same, sent.
    pub(crate) async fn contract(&self, who: Who) -> ContractId {
        let id = self.contract_draft(who).await;
        self.send_contract(who, id).await;
        id
    }

    pub(crate) async fn send_contract(&self, who: Who, id: ContractId) {
        let sent = contracts::send(&self.ports, &self.call(who), id, None).await;
        sent.unwrap();
    }

    /// The same, signed by this contact, and sealed.
    pub(crate) async fn signed_contract(&self, who: Who) -> ContractId {
        let id = self.contract(who).await;
        let visiting = self.visiting(who);
        let read = portal::contracts::read(&self.ports, &visiting, id).await;
        let shown = *read.unwrap().page.contract.value.version().unwrap();
        let signing = Signing {
            shown: shown.shown.sha256,
            typed: PersonName::parse("Ana Keller").unwrap(),
            accepts: Some(line(SIGNING_TERMS)),
            time_zone: None,
        };
        let signed = portal::contracts::sign(&self.ports, &visiting, id, &signing).await;
        assert!(signed.unwrap().page.signature.is_some());
        id
    }

    /// Sends the contract with another text.
    pub(crate) async fn revise_contract(&self, who: Who, id: ContractId, text: &str) {
        let input = ContractInput {
            title: line("Engagement letter"),
            sign_by: Some(day("2026-11-30")),
            matter: None,
            internal_note: None,
        };
        let (call, body) = (
            self.call(who),
            BodyInput::Text(RichText::parse(text).unwrap()),
        );
        let revised = contracts::revise(&self.ports, &call, id, None, input, Some(body)).await;
        revised.unwrap();
    }
}

/// Fills in the form of a page that can be signed and sends it.
pub(crate) async fn sign(browser: &mut Browser, page: &Page, id: ContractId, name: &str) -> Page {
    let shown = page.value("shown").unwrap();
    let fields = [
        ("shown", shown.as_str()),
        ("typed", name),
        ("terms", SIGNING_TERMS),
        ("time_zone", "Europe/Zurich"),
    ];
    browser
        .post(&format!("/contracts/{id}/sign"), &fields)
        .await
}
