//! Paying an invoice online (R-PAY).

use std::sync::Arc;

use super::{Visited, Visiting, admit_to, audit, in_person, visit};
use crate::Ports;
use crate::collect::{self, Opened, Settled};
use crate::domain::access::{ContactSession, Section};
use crate::domain::attempt::{Attempt, AttemptState, NextStep, Order};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Write};
use crate::domain::firm::Firm;
use crate::domain::id::{AttemptId, FirmId, InvoiceId};
use crate::domain::invoice::{Invoice, InvoiceError, Phase};
use crate::domain::money::Money;
use crate::error::{Error, Refusal};
use crate::ledger;
use crate::ports::payments::{GatewayProfile, PaymentGateway};
use crate::ports::store::{InvoiceFile, InvoiceKey};
use crate::write::{Attempts, Next};

/// How often a start is tried anew when the invoice or an older attempt is in its way.
const ROUNDS: u32 = 4;

/// What became of the wish to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// The payer goes there now.
    Go {
        /// The attempt.
        attempt: AttemptId,
        /// Where.
        next: NextStep,
    },
    /// Nothing is to be paid by this attempt any more: money came in, or is on its way.
    Told(AttemptId),
}

/// What a page needs that offers online payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The gateway.
    pub gateway: GatewayProfile,
    /// What is due.
    pub due: Money,
    /// The least that may be paid, when it need not be all.
    pub least: Option<Money>,
}

/// Whether and how what is due on an issued invoice can be paid online by somebody who may open it
/// (R-PAY-1): the firm has a gateway, and that takes such an amount.
#[must_use]
pub fn offer(ports: &Ports, firm: &Firm, due: Money) -> Option<Offer> {
    let gateway = collect::taker(ports, firm.id, due)?;
    Some(Offer {
        gateway: gateway.profile().clone(),
        due,
        least: firm.part_payment.least(due),
    })
}

/// Starts to pay an invoice, or goes on with what was started: the balance, or the part of it that
/// the payer chose where the firm allows that (R-PAY-3).
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when the client has no such invoice or invoices are
/// closed to the contact; a [`Refusal`] when there is nothing to pay, the amount cannot be paid, the
/// firm takes no money online, or its gateway refuses; [`Error::Gateway`] when the gateway does not
/// answer: nothing was charged, and trying again goes on with the same attempt.
pub async fn start(
    ports: &Ports,
    visiting: &Visiting,
    invoice: InvoiceId,
    wanted: Option<Money>,
) -> Result<Start, Error> {
    for _ in 0..ROUNDS {
        let Visited { who, page: file } = read(ports, visiting, invoice.into()).await?;
        in_person(&who)?;
        let round = Round {
            ports,
            visiting,
            who: &who,
            gateway: current(ports, who.firm())?,
            invoice: &file.invoice.value,
        };
        let step = match file.live_attempt() {
            Some(attempt) => round.go_on(&attempt.value, wanted).await?,
            None => round.begin(wanted).await?,
        };
        if let Some(start) = step {
            return Ok(start);
        }
    }
    Err(Error::Busy)
}

/// What became of an attempt, for the payer who comes back from the gateway: it is asked itself, the
/// address is not believed (R-PAY-7). When it does not answer, what is on record is told.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when the client has no such attempt or invoices are
/// closed to the contact.
pub async fn returned(
    ports: &Ports,
    visiting: &Visiting,
    id: AttemptId,
) -> Result<Visited<Returned>, Error> {
    let found = read(ports, visiting, id.into()).await?;
    let firm = found.who.firm().id;
    let known = attempt_of(&found.page, id).ok_or(Error::NotFound)?;
    let asks = found.who.preview().is_none() && known.stage().is_live();
    if !asks || ask(ports, firm, &known).await.is_none() {
        return Ok(told(found, known));
    }
    let found = read(ports, visiting, id.into()).await?;
    let attempt = attempt_of(&found.page, id).ok_or(Error::NotFound)?;
    Ok(told(found, attempt))
}

/// An attempt and the invoice that it is at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// The attempt.
    pub attempt: Attempt,
    /// The invoice as it stands now.
    pub invoice: InvoiceFile,
}

fn told(found: Visited<InvoiceFile>, attempt: Attempt) -> Visited<Returned> {
    Visited {
        who: found.who,
        page: Returned {
            attempt,
            invoice: found.page,
        },
    }
}

/// Asks the gateway about an attempt; none when it did not answer.
async fn ask(ports: &Ports, firm: FirmId, attempt: &Attempt) -> Option<Settled> {
    let gateway = collect::gateway_of(ports, firm, &attempt.merchant)?;
    let about = attempt.reference()?;
    collect::settle(ports, firm, &*gateway, about).await.ok()
}

async fn read(
    ports: &Ports,
    visiting: &Visiting,
    key: InvoiceKey,
) -> Result<Visited<InvoiceFile>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.client_invoice(visit, key).await?;
    let Visited { who, page } = admit_to(ports, visit, Section::Invoices, found).await?;
    page.map(|page| Visited { who, page })
        .ok_or(Error::NotFound)
}

fn attempt_of(file: &InvoiceFile, id: AttemptId) -> Option<Attempt> {
    let mut attempts = file.attempts.iter().map(|attempt| &attempt.value);
    attempts.find(|attempt| attempt.id == id).cloned()
}

/// The gateway through which new payments go.
fn current(ports: &Ports, firm: &Firm) -> Result<Arc<dyn PaymentGateway>, Error> {
    collect::current(ports, firm.id).ok_or_else(|| Refusal::NoGateway.into())
}

/// One try at starting.
struct Round<'a> {
    ports: &'a Ports,
    visiting: &'a Visiting,
    who: &'a ContactSession,
    gateway: Arc<dyn PaymentGateway>,
    invoice: &'a Invoice,
}

impl Round<'_> {
    /// Begins an attempt; none when the invoice has changed meanwhile.
    async fn begin(&self, wanted: Option<Money>) -> Result<Option<Start>, Error> {
        let amount = self.amount(wanted)?;
        let attempt = self.new_attempt(amount)?;
        if !self.commit(&attempt).await? {
            return Ok(None);
        }
        // Whoever changes the invoice from now on finds the attempt; who did before is found here.
        let firm = self.who.firm().id;
        let Some((card, attempt)) = collect::load(self.ports, firm, attempt.id).await? else {
            return Ok(None);
        };
        if attempt
            .value
            .is_outdated(card.invoice.invoice.value.amount_due())
        {
            collect::call_off(self.ports, firm, &attempt.value).await?;
            return Ok(None);
        }
        self.open(&attempt.value).await
    }

    /// Goes on with an attempt, or calls it off when it is not what is wanted now.
    async fn go_on(
        &self,
        attempt: &Attempt,
        wanted: Option<Money>,
    ) -> Result<Option<Start>, Error> {
        if let AttemptState::Processing(_) = attempt.state {
            return Ok(Some(Start::Told(attempt.id)));
        }
        let firm = self.who.firm().id;
        let settled = ask(self.ports, firm, attempt).await;
        if settled.is_some() {
            let after = collect::load(self.ports, firm, attempt.id).await?;
            let after = after.map(|(_, attempt)| attempt.value);
            if let Some(ended) = after.filter(|after| after.state != attempt.state) {
                return Ok(told_of(&ended));
            }
        }
        let is_wanted = settled != Some(Settled::Unheard)
            && attempt.merchant == self.gateway.profile().merchant
            && !attempt.is_outdated(self.invoice.amount_due())
            && attempt.order.expires_at > self.ports.now()
            && self.amount(wanted)? == attempt.amount;
        match &attempt.state {
            AttemptState::Open(checkout) if is_wanted => Ok(Some(Start::Go {
                attempt: attempt.id,
                next: checkout.next.clone(),
            })),
            AttemptState::Creating if is_wanted => self.open(attempt).await,
            _ => {
                collect::call_off(self.ports, firm, attempt).await?;
                Ok(None)
            }
        }
    }

    async fn open(&self, attempt: &Attempt) -> Result<Option<Start>, Error> {
        let firm = self.who.firm().id;
        match collect::open(self.ports, firm, &*self.gateway, attempt).await? {
            Opened::Refused => Err(Refusal::CheckoutRefused.into()),
            Opened::Attempt(attempt) => match attempt.state {
                AttemptState::Open(checkout) => Ok(Some(Start::Go {
                    attempt: attempt.id,
                    next: checkout.next,
                })),
                _ => Ok(told_of(&attempt)),
            },
        }
    }

    /// What is to be paid: the server decides (R-PAY-3).
    fn amount(&self, wanted: Option<Money>) -> Result<Money, Error> {
        let invoice = self.invoice;
        let due = invoice.amount_due();
        if invoice.phase() != Phase::Issued || !due.is_positive() {
            return Err(InvoiceError::NothingDue.into());
        }
        let amount = wanted.unwrap_or(due);
        if amount != due {
            let least = self.who.firm().part_payment.least(due).unwrap_or(due);
            let is_part = amount.currency() == due.currency()
                && (least.minor()..=due.minor()).contains(&amount.minor());
            if !is_part {
                return Err(Refusal::PartAmount { least, most: due }.into());
            }
        }
        self.gateway.check(amount)?;
        Ok(amount)
    }

    fn new_attempt(&self, amount: Money) -> Result<Attempt, Error> {
        let (ports, firm, contact) = (self.ports, self.who.firm(), self.who.contact());
        let (id, now) = (ports.new_id(), ports.now());
        let number = self.invoice.number().map(ToString::to_string);
        let description = format!("Invoice {}", number.unwrap_or_default());
        let address = |address: String| address.parse().map_err(|_| Error::Address);
        let order = Order {
            description: collect::shortened_to(&description),
            email: contact.email.clone(),
            language: contact
                .language
                .clone()
                .unwrap_or_else(|| firm.language.clone()),
            return_url: address(ports.addresses.attempt(firm, id))?,
            cancel_url: address(ports.addresses.invoice(firm, self.invoice.id))?,
            expires_at: now.plus(Attempt::CHECKOUT_LIFE),
        };
        let attempt = Attempt {
            id,
            invoice: self.invoice.id,
            client: self.invoice.client,
            contact: contact.id,
            merchant: self.gateway.profile().merchant.clone(),
            amount,
            balance: self.invoice.amount_due(),
            order,
            state: AttemptState::Creating,
            next_check: None,
            checks: 0,
            trouble: None,
            started_at: now,
        };
        Ok(attempt.due_again(0, now))
    }

    /// Writes a new attempt, before the gateway hears of it (R-PAY-4). Whether it was written: not
    /// when somebody else's is there.
    async fn commit(&self, attempt: &Attempt) -> Result<bool, Error> {
        let about = ledger::about_with(self.invoice, &[attempt.id.into()]);
        let entry = audit(
            self.ports,
            self.visiting,
            self.who,
            AuditAction::AttemptStarted,
            about,
        )?;
        let changes = Changes::default()
            .with(Change::Attempt(Write::Insert(attempt.clone())))
            .audited(entry);
        let mut attempts = Attempts::new(self.ports, self.who.firm().id);
        Ok(matches!(attempts.commit(changes).await?, Next::Done(_)))
    }
}

/// What is told of an attempt that no longer waits for its payer; nothing when another has to be
/// made.
fn told_of(attempt: &Attempt) -> Option<Start> {
    match attempt.state {
        AttemptState::Processing(_)
        | AttemptState::Succeeded { .. }
        | AttemptState::Held { .. } => Some(Start::Told(attempt.id)),
        AttemptState::Creating | AttemptState::Open(_) | AttemptState::Ended { .. } => None,
    }
}
