//! Contracts of the past, and who signed.

use anyhow::Context as _;
use caseflow_core::Ports;
use caseflow_core::domain::access::Visitor;
use caseflow_core::domain::id::{ContractId, Subject};
use caseflow_core::domain::password::Password;
use caseflow_core::domain::signature::SIGNING_TERMS;
use caseflow_core::domain::text::{Email, Line, PersonName, Prose};
use caseflow_core::firm::contracts as desk;
use caseflow_core::firm::contracts::PaperInput;
use caseflow_core::portal::contracts::{Declining, Signing};
use caseflow_core::portal::sign_in::{Credentials, sign_in};
use caseflow_core::portal::{Visiting, contracts};

use super::super::PASSWORD;
use super::super::plan::{ContractPlan, ContractStep, FirmPlan};
use super::{Book, Event, client_origin, inputs, unexpected};

impl Book {
    pub(super) async fn draw_up(
        &mut self,
        event: &Event<'_>,
        plan: &ContractPlan,
    ) -> anyhow::Result<()> {
        let (ports, call) = (&self.past.ports, &self.call);
        let client = self.client(event.client)?;
        let (input, body) = inputs::contract(plan, self.firm.today(ports.now()))?;
        let made = desk::draft(ports, call, client, input, body).await?;
        let Subject::Contract(id) = made.id else {
            return Err(unexpected(made));
        };
        self.contracts.insert(event.place, id);
        Ok(())
    }

    pub(super) async fn go_on_with_contract(
        &self,
        event: &Event<'_>,
        step: &ContractStep,
    ) -> anyhow::Result<()> {
        let (ports, call) = (&self.past.ports, &self.call);
        let id = *self.contracts.get(&event.place).context("not begun")?;
        match step {
            ContractStep::Send { .. } => {
                desk::send(ports, call, id, None).await?;
            }
            ContractStep::SendNow => {}
            ContractStep::View { by, .. } => {
                contracts::read(ports, &self.visiting(by)?, id).await?;
            }
            ContractStep::Sign { by, typed, .. } => self.sign(id, by, typed).await?,
            ContractStep::Decline { by, reason, .. } => {
                let visiting = self.visiting(by)?;
                let declining = Declining {
                    shown: self.shown(&visiting, id).await?,
                    reason: reason.as_deref().map(Prose::parse).transpose()?,
                };
                contracts::decline(ports, &visiting, id, &declining).await?;
            }
            ContractStep::OnPaper { name, note, .. } => {
                let input = PaperInput {
                    name: PersonName::parse(name)?,
                    signed_on: self.firm.today(ports.now()),
                    note: note.as_deref().map(Line::parse).transpose()?,
                };
                desk::sign_on_paper(ports, call, id, None, input).await?;
            }
            ContractStep::Withdraw { .. } => {
                desk::withdraw(ports, call, id, None).await?;
            }
        }
        Ok(())
    }

    /// A contact signs in with the password, reads the contract and signs it.
    async fn sign(&self, id: ContractId, by: &str, typed: &str) -> anyhow::Result<()> {
        let (ports, origin) = (&self.past.ports, client_origin()?);
        let credentials = Credentials {
            email: Email::parse(by)?,
            password: Password::typed(PASSWORD),
            device: None,
        };
        let signed_in = sign_in(ports, self.firm.id, &credentials, &origin).await?;
        let visiting = Visiting {
            firm: self.firm.id,
            visitor: Visitor::Session(signed_in.token.hash()),
            origin,
        };
        let signing = Signing {
            shown: self.shown(&visiting, id).await?,
            typed: PersonName::parse(typed)?,
            accepts: Some(Line::parse(SIGNING_TERMS)?),
            time_zone: Some(Line::parse(self.firm.zone.name())?),
        };
        contracts::sign(ports, &visiting, id, &signing).await?;
        Ok(())
    }

    /// Reads a contract; answers the hash of what was read.
    async fn shown(&self, visiting: &Visiting, id: ContractId) -> anyhow::Result<[u8; 32]> {
        let read = contracts::read(&self.past.ports, visiting, id).await?;
        let version = read.page.contract.value.version().copied();
        Ok(version.context("it was not sent")?.shown.sha256)
    }

    /// Sends what was kept for the first start.
    pub(super) async fn send_contracts(&self, live: &Ports, plan: &FirmPlan) -> anyhow::Result<()> {
        for (at, client) in plan.clients.iter().enumerate() {
            for (place, contract) in client.contracts.iter().enumerate() {
                let steps = &contract.then;
                let is_kept = steps
                    .iter()
                    .any(|step| matches!(step, ContractStep::SendNow));
                if let Some(id) = self.contracts.get(&(at, place)).filter(|_| is_kept) {
                    desk::send(live, &self.call, *id, None).await?;
                }
            }
        }
        Ok(())
    }
}
