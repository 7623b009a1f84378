//! Repairing what webhooks and returning payers left undone (R-PAY-7): notices are worked off,
//! attempts and refunds asked about, gateways' own records read every minute and compared with ours
//! every day.
//!
//! Several servers may do it at once: work is leased, and a record is read by whoever was first to
//! say so.

use std::sync::Arc;
use std::time::Duration;

use crate::Ports;
use crate::collect::{self, Settled};
use crate::domain::alert::{Alert, AlertKind};
use crate::domain::attempt::{self, Attempt, AttemptState};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Write};
use crate::domain::gateway::Merchant;
use crate::domain::gateway_event::{EventOutcome, GatewayEvent};
use crate::domain::id::{AttemptId, FirmId, InvoiceId, RefundId};
use crate::domain::refund::{Refund, RefundState};
use crate::error::Error;
use crate::ports::payments::PaymentGateway;
use crate::ports::store::{InvoiceCard, MoneyTask, MoneyWork};
use crate::write::{Attempts, Next};

mod compare;
mod record;

pub use compare::{Comparison, compare};

/// How long a worker has for what it took.
const LEASE: Duration = Duration::from_secs(60);
/// How much a worker takes at a time.
const BATCH: u32 = 20;
/// How long after its end a checkout that is still open is closed by us.
const CLOSING: Duration = Duration::from_secs(10 * 60);

/// Does what is due about money, until nothing is, and reads the gateways' records. Answers how many
/// tasks were done.
///
/// # Errors
/// When the store fails; what a gateway does not answer is tried again later.
pub async fn work(ports: &Ports) -> Result<u32, Error> {
    let mut done = tasks(ports).await?;
    if record::read_all(ports).await? {
        done += tasks(ports).await?;
    }
    Ok(done)
}

/// Works off the notices, attempts and refunds that are due.
///
/// # Errors
/// When the store fails.
pub async fn tasks(ports: &Ports) -> Result<u32, Error> {
    let mut done = 0;
    loop {
        let now = ports.now();
        let store = &ports.store;
        let work = store.lease_money(now, now.plus(LEASE), BATCH).await?;
        if work.is_empty() {
            return Ok(done);
        }
        for MoneyWork { firm, task } in work {
            let outcome = match task {
                MoneyTask::Event { event, tries } => notice(ports, firm, &event, tries).await,
                MoneyTask::Attempt(id, _) => attempt(ports, firm, id).await,
                MoneyTask::Refund(id, invoice) => refund(ports, firm, id, invoice).await,
            };
            done += 1;
            forgive(outcome)?;
        }
    }
}

/// A gateway that fails is asked again when the lease runs out; a store that fails is reported.
fn forgive(outcome: Result<(), Error>) -> Result<(), Error> {
    match outcome {
        Err(error @ Error::Store(_)) => Err(error),
        _ => Ok(()),
    }
}

async fn notice(
    ports: &Ports,
    firm: FirmId,
    event: &GatewayEvent,
    tries: u32,
) -> Result<(), Error> {
    let settled = match collect::gateway_of(ports, firm, &event.merchant) {
        Some(gateway) => collect::settle(ports, firm, &*gateway, &event.about).await,
        None => Ok(Settled::NotOurs),
    };
    let given_up = tries >= GatewayEvent::TRIES;
    let again = EventOutcome::Again(ports.now().plus(attempt::pause(tries.saturating_sub(1))));
    let (outcome, alert) = match settled {
        Ok(Settled::OnRecord | Settled::NotOurs | Settled::Unheard) => (EventOutcome::Done, None),
        Ok(Settled::UnknownAttempt(_)) if given_up => {
            (EventOutcome::Dead, Some(AlertKind::UnknownAttempt))
        }
        Err(error @ Error::Store(_)) => return Err(error),
        // Anybody could fill the list of alerts with hints.
        Err(_) if given_up && event.event.is_hint() => (EventOutcome::Dead, None),
        Err(_) if given_up => (EventOutcome::Dead, Some(AlertKind::NoticeStuck)),
        Ok(Settled::UnknownAttempt(_)) | Err(_) => (again, None),
    };
    let seen = Change::GatewayEventSeen {
        merchant: event.merchant.clone(),
        event: event.event.clone(),
        outcome,
        at: ports.now(),
    };
    let mut changes = Changes::default().with(seen);
    if let Some(kind) = alert {
        let detail = format!("{} {} about {}", event.kind, event.event, event.about);
        raise(ports, &mut changes, kind, &detail);
    }
    commit(ports, firm, changes).await
}

async fn attempt(ports: &Ports, firm: FirmId, id: AttemptId) -> Result<(), Error> {
    let Some((card, old)) = collect::load(ports, firm, id).await? else {
        return Ok(());
    };
    let outcome = ask_about(ports, firm, &card, &old.value).await;
    let Some((_, now)) = collect::load(ports, firm, id).await? else {
        return Ok(());
    };
    if now.value.state == old.value.state {
        let later = now
            .value
            .clone()
            .due_again(old.value.checks + 1, ports.now());
        let change = Change::Attempt(now.update(later));
        // Whoever was faster has said when it is due.
        let postponed = ports.store.commit(firm, Changes::default().with(change));
        drop(postponed.await);
    }
    outcome
}

async fn ask_about(
    ports: &Ports,
    firm: FirmId,
    card: &InvoiceCard,
    attempt: &Attempt,
) -> Result<(), Error> {
    let now = ports.now();
    let over = attempt.order.expires_at.plus(CLOSING) <= now;
    let too_late = attempt.started_at.plus(Attempt::PROCESSING_LIFE) <= now;
    let Some(gateway) = collect::gateway_of(ports, firm, &attempt.merchant) else {
        // A gateway may be away for a while, as a host changes its settings.
        return match attempt.state {
            AttemptState::Processing(_) if too_late => collect::lose(ports, firm, attempt).await,
            _ if over => collect::call_off(ports, firm, attempt).await,
            _ => Ok(()),
        };
    };
    match &attempt.state {
        AttemptState::Creating if !attempt.key_is_good(now) => {
            collect::give_up(ports, firm, attempt).await?;
        }
        AttemptState::Creating => {
            collect::open(ports, firm, &*gateway, attempt).await?;
            collect::call_off_outdated(ports, firm, attempt.invoice).await?;
        }
        AttemptState::Open(checkout) => {
            let due = card.invoice.invoice.value.amount_due();
            collect::settle(ports, firm, &*gateway, &checkout.reference).await?;
            if over || attempt.is_outdated(due) {
                let now = collect::load(ports, firm, attempt.id).await?;
                if let Some((_, now)) = now {
                    collect::call_off(ports, firm, &now.value).await?;
                }
            }
        }
        AttemptState::Processing(reference) => {
            let settled = collect::settle(ports, firm, &*gateway, reference).await?;
            if settled == Settled::Unheard || too_late {
                collect::lose(ports, firm, attempt).await?;
            }
        }
        AttemptState::Succeeded { .. } | AttemptState::Held { .. } | AttemptState::Ended { .. } => {
        }
    }
    Ok(())
}

async fn refund(
    ports: &Ports,
    firm: FirmId,
    id: RefundId,
    invoice: InvoiceId,
) -> Result<(), Error> {
    let Some((_, old)) = collect::refunds::load(ports, firm, invoice, id).await? else {
        return Ok(());
    };
    let refund = &old.value;
    let Some(gateway) = collect::gateway_of(ports, firm, &refund.merchant) else {
        return Ok(());
    };
    let key_is_good = ports.now() < refund.asked_at.plus(Attempt::KEY_LIFE);
    let outcome = match refund.state {
        RefundState::Asked if key_is_good => collect::refunds::ask(ports, firm, refund).await,
        RefundState::Asked => give_up(ports, firm, &*gateway, refund).await,
        RefundState::Accepted => collect::refunds::look(ports, firm, &*gateway, refund).await,
        RefundState::Done(_) | RefundState::Refused(_) => Ok(()),
    };
    if let Some((_, now)) = collect::refunds::load(ports, firm, invoice, id).await?
        && now.value.state == refund.state
    {
        let later = now.value.clone().due_again(refund.checks + 1, ports.now());
        let change = Change::Refund(now.update(later));
        let postponed = ports.store.commit(firm, Changes::default().with(change));
        drop(postponed.await);
    }
    outcome
}

/// After a day the key counts no more: the gateway's own list says whether the refund was made.
async fn give_up(
    ports: &Ports,
    firm: FirmId,
    gateway: &dyn PaymentGateway,
    refund: &Refund,
) -> Result<(), Error> {
    collect::refunds::look(ports, firm, gateway, refund).await?;
    let now = collect::refunds::load(ports, firm, refund.invoice, refund.id).await?;
    match now.map(|(_, now)| now.value.state) {
        Some(RefundState::Asked) => collect::refunds::give_up(ports, firm, refund).await,
        _ => Ok(()),
    }
}

/// Adds something that staff should look at and that is about no attempt on record.
fn raise(ports: &Ports, changes: &mut Changes, kind: AlertKind, detail: &str) {
    let alert = Alert {
        id: ports.new_id(),
        kind,
        invoice: None,
        attempt: None,
        detail: collect::shortened(detail),
        raised_at: ports.now(),
        settled: None,
    };
    let about = [alert.id.into()];
    let entry = collect::by_system(ports, AuditAction::AlertRaised, about);
    changes.audit.push(entry);
    changes.changes.push(Change::Alert(Write::Insert(alert)));
}

pub(super) async fn commit(ports: &Ports, firm: FirmId, changes: Changes) -> Result<(), Error> {
    let mut attempts = Attempts::new(ports, firm);
    while let Next::Again = attempts.commit(changes.clone()).await? {}
    Ok(())
}

/// The gateways whose records are read: each firm's, all of them.
fn gateways(ports: &Ports) -> Vec<(FirmId, Arc<dyn PaymentGateway>)> {
    let firms = ports.gateways.firms().into_iter();
    let all = firms.flat_map(|firm| {
        let gateways = ports.gateways.of(firm).into_iter();
        gateways.map(move |gateway| (firm, gateway))
    });
    all.collect()
}

fn merchant(gateway: &dyn PaymentGateway) -> &Merchant {
    &gateway.profile().merchant
}
