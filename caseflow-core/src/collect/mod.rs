//! From what a gateway says to what is on record: the one place where online money is applied, by
//! whichever road it is found out about (R-PAY-7). The truth is always fetched, so that notices may
//! be late, lost, doubled or out of order.

use std::sync::Arc;

use crate::Ports;
use crate::domain::access::{Actor, Origin};
use crate::domain::alert::{Alert, AlertKind};
use crate::domain::attempt::{Attempt, AttemptState, Checkout, End, Trouble};
use crate::domain::audit::{AuditAction, AuditEntry};
use crate::domain::changes::{Change, Changes, Versioned, Write};
use crate::domain::gateway::{AttemptTag, GatewayRef, Merchant, OpKey};
use crate::domain::id::{AttemptId, FirmId, InvoiceId, Subject};
use crate::domain::mail::MailTopic;
use crate::domain::money::Money;
use crate::domain::refund::RefundState;
use crate::domain::reversal::ReversalKind;
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::error::Error;
use crate::ledger;
use crate::ports::payments::{GatewayError, PaymentGateway, Snapshot, StartPayment};
use crate::ports::store::InvoiceCard;
use crate::tell;
use crate::write::{self, Attempts, Next};

mod decide;
pub(crate) mod refunds;

/// What was found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settled {
    /// It is on record now, whether or not it was before.
    OnRecord,
    /// It is none of this firm's.
    NotOurs,
    /// The gateway knows nothing of it.
    Unheard,
    /// It should be this firm's, but no such attempt is on record.
    UnknownAttempt(AttemptId),
}

/// The gateway of a merchant, if the firm still has it.
pub(crate) fn gateway_of(
    ports: &Ports,
    firm: FirmId,
    merchant: &Merchant,
) -> Option<Arc<dyn PaymentGateway>> {
    let mut gateways = ports.gateways.of(firm).into_iter();
    gateways.find(|gateway| gateway.profile().merchant == *merchant)
}

/// The gateway through which new payments to the firm go.
pub(crate) fn current(ports: &Ports, firm: FirmId) -> Option<Arc<dyn PaymentGateway>> {
    ports.gateways.of(firm).into_iter().next()
}

/// The same, when so much is due and can be paid there.
pub(crate) fn taker(ports: &Ports, firm: FirmId, due: Money) -> Option<Arc<dyn PaymentGateway>> {
    current(ports, firm).filter(|gateway| due.is_positive() && gateway.check(due).is_ok())
}

/// Asks the gateway what it knows and puts that on record.
pub(crate) async fn settle(
    ports: &Ports,
    firm: FirmId,
    gateway: &dyn PaymentGateway,
    about: &GatewayRef,
) -> Result<Settled, Error> {
    match gateway.fetch(about).await {
        Ok(snapshot) => apply(ports, firm, gateway, &snapshot).await,
        Err(GatewayError::NotFound) => Ok(Settled::Unheard),
        Err(error) => Err(error.into()),
    }
}

/// Puts on record what the gateway knows. Done once more it changes nothing.
pub(crate) async fn apply(
    ports: &Ports,
    firm: FirmId,
    gateway: &dyn PaymentGateway,
    snapshot: &Snapshot,
) -> Result<Settled, Error> {
    let merchant = &gateway.profile().merchant;
    let Some(tag) = snapshot.tag.filter(|tag| tag.firm == firm) else {
        return Ok(Settled::NotOurs);
    };
    if snapshot.mode != merchant.mode {
        return Ok(Settled::NotOurs);
    }
    let mut snapshot = snapshot.clone();
    let mut attempts = Attempts::new(ports, firm);
    loop {
        let Some((card, attempt)) = load(ports, firm, tag.attempt).await? else {
            return Ok(Settled::UnknownAttempt(tag.attempt));
        };
        if attempt.value.merchant != *merchant {
            return Ok(Settled::NotOurs);
        }
        let changes = decide::changes(ports, &card, &attempt, &snapshot)?;
        if changes == Changes::default() {
            return Ok(Settled::OnRecord);
        }
        let (money_moved, refunded) = (moves_money(&changes), refunds_money(&changes));
        if let Next::Done(_) = attempts.commit(changes).await? {
            if money_moved {
                // What cannot be called off now is found by the sweep.
                let called_off =
                    Box::pin(call_off_outdated(ports, firm, attempt.value.invoice)).await;
                drop(called_off);
            }
            if !refunded {
                return Ok(Settled::OnRecord);
            }
            // A refund alone may be taken back: when somebody noted that while this answer was on
            // its way, they found nothing to note.
            snapshot = gateway.fetch(&snapshot.reference).await?;
            attempts = Attempts::new(ports, firm);
        }
    }
}

/// The attempt, and the invoice that it is at.
pub(crate) async fn load(
    ports: &Ports,
    firm: FirmId,
    id: AttemptId,
) -> Result<Option<(InvoiceCard, Versioned<Attempt>)>, Error> {
    let card = ports.store.invoice_card(firm, id.into()).await?;
    Ok(card.and_then(|card| {
        let mut attempts = card.invoice.attempts.iter();
        let attempt = attempts.find(|attempt| attempt.value.id == id).cloned()?;
        Some((card, attempt))
    }))
}

/// What became of asking a gateway to open a checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Opened {
    /// The attempt as it is now: usually open, or settled meanwhile by somebody else.
    Attempt(Box<Attempt>),
    /// The gateway said no; nothing was charged.
    Refused,
}

/// Asks for the checkout of an attempt that the gateway may not have heard of, under the same key
/// each time, and puts the answer on record.
pub(crate) async fn open(
    ports: &Ports,
    firm: FirmId,
    gateway: &dyn PaymentGateway,
    attempt: &Attempt,
) -> Result<Opened, Error> {
    let order = StartPayment {
        tag: AttemptTag::of(firm, attempt),
        key: OpKey::start(attempt.id),
        amount: attempt.amount,
        order: attempt.order.clone(),
    };
    match gateway.start(&order).await {
        Ok(checkout) => {
            let to = |_| (AttemptState::Open(checkout.clone()), None);
            let now = moved(ports, firm, attempt.id, to, None).await?;
            Ok(Opened::Attempt(Box::new(now)))
        }
        Err(GatewayError::Refused(trouble)) => {
            fail(ports, firm, attempt, trouble, None).await?;
            Ok(Opened::Refused)
        }
        Err(GatewayError::Misconfigured(trouble)) => {
            fail(
                ports,
                firm,
                attempt,
                trouble,
                Some(AlertKind::Misconfigured),
            )
            .await?;
            Ok(Opened::Refused)
        }
        Err(error) => Err(error.into()),
    }
}

/// Notes that an attempt came to nothing.
pub(crate) async fn fail(
    ports: &Ports,
    firm: FirmId,
    attempt: &Attempt,
    trouble: Trouble,
    alert: Option<AlertKind>,
) -> Result<Attempt, Error> {
    let to = |now| {
        let ended = AttemptState::Ended {
            end: End::Failed,
            reference: attempt.reference().cloned(),
            at: now,
        };
        (ended, Some(trouble.clone()))
    };
    moved(ports, firm, attempt.id, to, alert).await
}

/// Notes that an attempt never started: its key counts no more, and nobody was ever sent to a checkout
/// that the gateway may have opened for it.
pub(crate) async fn give_up(ports: &Ports, firm: FirmId, attempt: &Attempt) -> Result<(), Error> {
    let trouble = Trouble {
        code: shortened_to("not_started"),
        detail: shortened("the payment provider could not be reached"),
    };
    fail(ports, firm, attempt, trouble, None).await.map(drop)
}

/// Notes that money which was on its way has not arrived, and that nobody is asked about it any more.
/// Should it arrive after all, it is put on record.
pub(crate) async fn lose(ports: &Ports, firm: FirmId, attempt: &Attempt) -> Result<(), Error> {
    let trouble = Trouble {
        code: shortened_to("not_arrived"),
        detail: shortened(&format!("{} has not arrived", attempt.amount)),
    };
    let alert = Some(AlertKind::UnknownState);
    fail(ports, firm, attempt, trouble, alert).await.map(drop)
}

/// Notes that an attempt is over of which no gateway will ever tell.
async fn forget(ports: &Ports, firm: FirmId, attempt: &Attempt) -> Result<(), Error> {
    let to = |now| {
        let ended = AttemptState::Ended {
            end: End::Cancelled,
            reference: attempt.reference().cloned(),
            at: now,
        };
        (ended, None)
    };
    moved(ports, firm, attempt.id, to, None).await.map(drop)
}

/// Moves an attempt, unless it has moved on by itself; answers what it is now.
async fn moved(
    ports: &Ports,
    firm: FirmId,
    id: AttemptId,
    to: impl Fn(Timestamp) -> (AttemptState, Option<Trouble>) + Send,
    alert: Option<AlertKind>,
) -> Result<Attempt, Error> {
    let mut attempts = Attempts::new(ports, firm);
    loop {
        let (card, old) = load(ports, firm, id).await?.ok_or(Error::NotFound)?;
        let now = ports.now();
        let (state, trouble) = to(now);
        let Some(attempt) = old.value.clone().moved(state) else {
            return Ok(old.value);
        };
        let attempt = Attempt { trouble, ..attempt }.due_again(0, now);
        let mut changes = Changes::default().with(Change::Attempt(old.update(attempt.clone())));
        if !attempt.stage().is_live() {
            changes.audit.push(ended(ports, &attempt));
        }
        if let Some(kind) = alert {
            let detail = attempt.trouble.as_ref().map(|it| it.detail.to_string());
            raise(
                ports,
                &mut changes,
                &card,
                &attempt,
                kind,
                &detail.unwrap_or_default(),
            );
        }
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(attempt);
        }
    }
}

/// Calls off the invoice's live attempt when the invoice has changed since (R-PAY-4). Money that came
/// in meanwhile is put on record instead.
pub(crate) async fn call_off_outdated(
    ports: &Ports,
    firm: FirmId,
    invoice: InvoiceId,
) -> Result<(), Error> {
    let Some(file) = ports.store.invoice(firm, invoice.into()).await? else {
        return Ok(());
    };
    let due = file.invoice.value.amount_due();
    match file.live_attempt() {
        Some(attempt) if attempt.value.is_outdated(due) => {
            call_off(ports, firm, &attempt.value).await
        }
        _ => Ok(()),
    }
}

/// Closes an attempt's checkout, and puts on record how it stands after that. Money that is on its
/// way cannot be called off. Where the gateway is gone nobody will ever tell of the checkout's money,
/// and one of which the gateway knows nothing cannot be paid: the attempt ends. In the second case
/// staff are told, for the account may be another one than before.
pub(crate) async fn call_off(ports: &Ports, firm: FirmId, attempt: &Attempt) -> Result<(), Error> {
    if let AttemptState::Processing(_) = attempt.state {
        return Ok(());
    }
    let Some(gateway) = gateway_of(ports, firm, &attempt.merchant) else {
        return forget(ports, firm, attempt).await;
    };
    let attempt = match &attempt.state {
        AttemptState::Creating if !attempt.key_is_good(ports.now()) => {
            return give_up(ports, firm, attempt).await;
        }
        // Perhaps the gateway has heard of it: asking again under the key says so.
        AttemptState::Creating => match open(ports, firm, &*gateway, attempt).await? {
            Opened::Attempt(attempt) => *attempt,
            Opened::Refused => return Ok(()),
        },
        _ => attempt.clone(),
    };
    if let AttemptState::Open(checkout) = &attempt.state {
        let key = OpKey::cancel(attempt.id);
        match gateway.cancel(&checkout.reference, &key).await {
            Ok(snapshot) => drop(apply(ports, firm, &*gateway, &snapshot).await?),
            Err(GatewayError::NotFound) => unheard(ports, firm, &attempt, checkout).await?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Notes that the gateway knows nothing of a checkout that it once opened.
async fn unheard(
    ports: &Ports,
    firm: FirmId,
    attempt: &Attempt,
    checkout: &Checkout,
) -> Result<(), Error> {
    let reference = &checkout.reference;
    let trouble = Trouble {
        code: shortened_to("not_found"),
        detail: shortened(&format!("the payment provider no longer knows {reference}")),
    };
    let alert = Some(AlertKind::Misconfigured);
    fail(ports, firm, attempt, trouble, alert).await.map(drop)
}

/// Adds something that staff should look at, with its audit row and the mail to the firm.
pub(crate) fn raise(
    ports: &Ports,
    changes: &mut Changes,
    card: &InvoiceCard,
    attempt: &Attempt,
    kind: AlertKind,
    detail: &str,
) {
    let alert = Alert {
        id: ports.new_id(),
        kind,
        invoice: Some(attempt.invoice),
        attempt: Some(attempt.id),
        detail: shortened(detail),
        raised_at: ports.now(),
        settled: None,
    };
    let topic = MailTopic::AlertNotice(alert.id, attempt.invoice);
    let invoice = &card.invoice.invoice.value;
    let about = ledger::about_with(invoice, &[attempt.id.into(), alert.id.into()]);
    changes
        .audit
        .push(by_system(ports, AuditAction::AlertRaised, about));
    changes.mail.push(tell::mail(ports, attempt.contact, topic));
    changes.changes.push(Change::Alert(Write::Insert(alert)));
}

/// What a gateway says in at most 300 plain characters, however long and odd it is.
pub(crate) fn shortened(text: &str) -> Line<300> {
    shortened_to(text)
}

/// The same in at most `MAX` characters.
pub(crate) fn shortened_to<const MAX: usize>(text: &str) -> Line<MAX> {
    let printable = |c: char| if c.is_ascii_graphic() { c } else { ' ' };
    let plain: String = text.trim().chars().map(printable).take(MAX).collect();
    match Line::parse(&plain) {
        Ok(line) => line,
        Err(_) => Line::dash(),
    }
}

pub(crate) fn by_system(
    ports: &Ports,
    action: AuditAction,
    about: impl Into<Vec<Subject>>,
) -> AuditEntry {
    write::audit(
        ports.now(),
        Actor::System,
        &Origin::default(),
        action,
        about,
    )
}

fn ended(ports: &Ports, attempt: &Attempt) -> AuditEntry {
    let about = [attempt.invoice.into(), attempt.id.into()];
    let mut entry = by_system(ports, AuditAction::AttemptEnded, about);
    entry.facts = vec![("as", attempt.stage().code().to_owned())];
    entry
}

fn refunds_money(changes: &Changes) -> bool {
    changes.changes.iter().any(|change| match change {
        Change::Reversal(reversal) => reversal.kind == ReversalKind::Refund,
        Change::Refund(write) => matches!(write.value().state, RefundState::Done(_)),
        _ => false,
    })
}

fn moves_money(changes: &Changes) -> bool {
    let moves = |change: &Change| matches!(change, Change::Payment(_) | Change::Reversal(_));
    changes.changes.iter().any(moves)
}
