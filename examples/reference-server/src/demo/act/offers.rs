//! Proposals and estimates of the past, and what was decided.

use anyhow::Context as _;
use caseflow_core::Ports;
use caseflow_core::domain::id::{OfferId, Subject};
use caseflow_core::domain::offer::{Answer, Digest, OfferKind};
use caseflow_core::domain::secret::Secret;
use caseflow_core::domain::text::{Email, PersonName, Prose};
use caseflow_core::firm::offers as desk;
use caseflow_core::portal::offers::Deciding;
use caseflow_core::portal::{offer_links, offers};
use caseflow_core::upkeep::outbox;

use super::super::plan::{FirmPlan, OfferPlan, OfferStep};
use super::{Book, Event, client_origin, inputs, unexpected};

impl Book {
    pub(super) async fn offer(
        &mut self,
        event: &Event<'_>,
        plan: &OfferPlan,
    ) -> anyhow::Result<()> {
        let (ports, call) = (&self.past.ports, &self.call);
        let client = self.client(event.client)?;
        let today = self.firm.today(ports.now());
        let terms = inputs::offer(plan, today, self.firm.currency)?;
        let made = desk::draft(ports, call, kind(plan)?, client, terms).await?;
        let Subject::Offer(id) = made.id else {
            return Err(unexpected(made));
        };
        self.offers.insert(event.place, id);
        Ok(())
    }

    pub(super) async fn go_on_with_offer(
        &self,
        event: &Event<'_>,
        plan: &OfferPlan,
        step: &OfferStep,
    ) -> anyhow::Result<()> {
        let (ports, call) = (&self.past.ports, &self.call);
        let id = *self.offers.get(&event.place).context("not begun")?;
        match step {
            OfferStep::Send { .. } => {
                desk::send(ports, call, id, None).await?;
                // The mail has the link by which it may be answered.
                outbox::deliver(ports).await?;
            }
            OfferStep::SendNow => {}
            OfferStep::View { by, .. } => {
                offers::read(ports, &self.visiting(by)?, kind(plan)?, id).await?;
            }
            OfferStep::Revise {
                discount,
                days_open,
                ..
            } => {
                let old = desk::read(ports, &call.staff, id).await?.offer.value.terms;
                let terms = inputs::revised(old, discount, *days_open)?;
                desk::revise(ports, call, id, None, terms).await?;
            }
            OfferStep::Accept { by, .. } => {
                self.decide(id, plan, by, Answer::Accepted, None).await?;
            }
            OfferStep::Decline { by, reason, .. } => {
                let reason = reason.as_deref();
                self.decide(id, plan, by, Answer::Declined, reason).await?;
            }
            OfferStep::AcceptByLink { name, .. } => self.accept_by_link(plan, name).await?,
            OfferStep::Withdraw { .. } => {
                desk::withdraw(ports, call, id, None).await?;
            }
        }
        Ok(())
    }

    /// A contact reads it in the portal and answers.
    async fn decide(
        &self,
        id: OfferId,
        plan: &OfferPlan,
        by: &str,
        answer: Answer,
        reason: Option<&str>,
    ) -> anyhow::Result<()> {
        let (ports, visiting, kind) = (&self.past.ports, self.visiting(by)?, kind(plan)?);
        let seen = offers::read(ports, &visiting, kind, id).await?.page;
        let deciding = Deciding {
            shown: Digest::of(&seen.value),
            answer,
            reason: reason.map(Prose::parse).transpose()?,
        };
        let done = offers::decide(ports, &visiting, kind, id, &deciding).await?;
        done.stands()?;
        Ok(())
    }

    /// Somebody opens the link in the last mail to the proposal's own address, and accepts.
    async fn accept_by_link(&self, plan: &OfferPlan, name: &str) -> anyhow::Result<()> {
        let (ports, firm, origin) = (&self.past.ports, self.firm.id, client_origin()?);
        let email = plan.email.as_deref().context("it has no address")?;
        let secret = self.past.drawer.secret(&Email::parse(email)?);
        let secret = secret.and_then(|secret| Secret::parse(&secret));
        let secret = secret.with_context(|| format!("no link for {email}"))?;
        let card = offer_links::read(ports, firm, &secret, &origin).await?;
        let deciding = Deciding {
            shown: Digest::of(&card.offer.value),
            answer: Answer::Accepted,
            reason: None,
        };
        let name = PersonName::parse(name)?;
        let done = offer_links::decide(ports, firm, &secret, &name, &deciding, &origin).await?;
        done.stands()?;
        Ok(())
    }

    /// Sends what was kept for the first start.
    pub(super) async fn send_offers(&self, live: &Ports, plan: &FirmPlan) -> anyhow::Result<()> {
        for (at, client) in plan.clients.iter().enumerate() {
            for (place, offer) in client.offers.iter().enumerate() {
                let is_kept = offer
                    .then
                    .iter()
                    .any(|step| matches!(step, OfferStep::SendNow));
                if let Some(id) = self.offers.get(&(at, place)).filter(|_| is_kept) {
                    desk::send(live, &self.call, *id, None).await?;
                }
            }
        }
        Ok(())
    }
}

fn kind(plan: &OfferPlan) -> anyhow::Result<OfferKind> {
    OfferKind::from_code(&plan.kind).with_context(|| format!("{} is no kind", plan.kind))
}
