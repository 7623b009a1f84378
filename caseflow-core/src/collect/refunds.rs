//! Asking a gateway for refunds.

use crate::Ports;
use crate::domain::alert::AlertKind;
use crate::domain::attempt::Trouble;
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Versioned};
use crate::domain::gateway::{AttemptTag, GatewayRef, OpKey};
use crate::domain::id::{FirmId, InvoiceId, RefundId};
use crate::domain::refund::{Refund, RefundState};
use crate::error::Error;
use crate::ledger;
use crate::ports::payments::{GatewayError, PaymentGateway, RefundPayment};
use crate::ports::store::InvoiceCard;
use crate::write::{Attempts, Next};

/// Asks for a refund that the gateway may not have heard of, under the same key each time, and puts
/// on record what has come of it.
pub(crate) async fn ask(ports: &Ports, firm: FirmId, refund: &Refund) -> Result<(), Error> {
    let Some(gateway) = super::gateway_of(ports, firm, &refund.merchant) else {
        return Ok(());
    };
    let wanted = RefundPayment {
        tag: AttemptTag {
            firm,
            attempt: refund.attempt,
        },
        refund: refund.id,
        key: OpKey::refund(refund.id),
        txn: refund.charge.clone(),
        amount: refund.amount,
    };
    match gateway.refund(&wanted).await {
        Ok(()) => {
            moved(ports, firm, refund, RefundState::Accepted).await?;
            look(ports, firm, &*gateway, refund).await
        }
        Err(GatewayError::Refused(trouble) | GatewayError::Misconfigured(trouble)) => {
            moved(ports, firm, refund, RefundState::Refused(trouble)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Looks whether the gateway has done it.
pub(crate) async fn look(
    ports: &Ports,
    firm: FirmId,
    gateway: &dyn PaymentGateway,
    refund: &Refund,
) -> Result<(), Error> {
    let about = GatewayRef::parse(refund.charge.as_str());
    if let Ok(about) = about {
        super::settle(ports, firm, gateway, &about).await?;
    }
    Ok(())
}

/// Notes that a refund was given up: its key counts no more, and the gateway knows nothing of it.
pub(crate) async fn give_up(ports: &Ports, firm: FirmId, refund: &Refund) -> Result<(), Error> {
    let trouble = Trouble {
        code: super::shortened_to("not_sent"),
        detail: super::shortened("the payment provider could not be reached for a day"),
    };
    moved(ports, firm, refund, RefundState::Refused(trouble)).await
}

/// Moves a refund, unless it has moved on by itself. A refusal is told to the firm.
async fn moved(ports: &Ports, firm: FirmId, refund: &Refund, to: RefundState) -> Result<(), Error> {
    let mut attempts = Attempts::new(ports, firm);
    loop {
        let Some((card, old)) = load(ports, firm, refund.invoice, refund.id).await? else {
            return Ok(());
        };
        let now = ports.now();
        let Some(refund) = old.value.clone().moved(to.clone(), now) else {
            return Ok(());
        };
        let mut changes = Changes::default().with(Change::Refund(old.update(refund.clone())));
        if let RefundState::Refused(trouble) = &refund.state {
            refused(ports, &mut changes, &card, &refund, trouble);
        }
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(());
        }
    }
}

fn refused(
    ports: &Ports,
    changes: &mut Changes,
    card: &InvoiceCard,
    refund: &Refund,
    trouble: &Trouble,
) {
    let about = ledger::about_with(&card.invoice.invoice.value, &[refund.id.into()]);
    let entry = super::by_system(ports, AuditAction::RefundRefused, about);
    changes.audit.push(entry);
    let mut attempts = card.invoice.attempts.iter().map(|attempt| &attempt.value);
    if let Some(attempt) = attempts.find(|attempt| attempt.id == refund.attempt) {
        let detail = format!("a refund of {}: {}", refund.amount, trouble.detail);
        super::raise(
            ports,
            changes,
            card,
            attempt,
            AlertKind::RefundRefused,
            &detail,
        );
    }
}

/// The refund as it is now.
pub(crate) async fn load(
    ports: &Ports,
    firm: FirmId,
    invoice: InvoiceId,
    id: RefundId,
) -> Result<Option<(InvoiceCard, Versioned<Refund>)>, Error> {
    let card = ports.store.invoice_card(firm, invoice.into()).await?;
    Ok(card.and_then(|card| {
        let mut refunds = card.invoice.refunds.iter();
        let found = refunds.find(|refund| refund.value.id == id).cloned()?;
        Some((card, found))
    }))
}
