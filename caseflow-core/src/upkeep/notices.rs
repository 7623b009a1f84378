//! What a payment gateway posts to us (R-PAY-8): it is checked and kept here, and worked off
//! afterwards.

use crate::Ports;
use crate::collect;
use crate::domain::changes::{Change, Changes};
use crate::domain::gateway::{EventRef, GatewayName, GatewayRef, Merchant};
use crate::domain::gateway_event::GatewayEvent;
use crate::domain::id::FirmId;
use crate::domain::time::Timestamp;
use crate::error::Error;
use crate::ports::payments::{Notice, WebhookNotice, WebhookRefusal, WebhookRequest};

/// What to answer a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// It was kept, or is none of ours: the body of a good answer.
    Kept(&'static str),
    /// It is not believed.
    Refused(WebhookRefusal),
}

/// Keeps the notices of a request once it is known whose they are. They are worked off by
/// [`payments::tasks`](super::payments::tasks), at once or in the next round.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such gateway; when the store fails: the gateway posts it
/// again then.
pub async fn keep(
    ports: &Ports,
    firm: FirmId,
    gateway: &GatewayName,
    request: &WebhookRequest<'_>,
) -> Result<Receipt, Error> {
    let now = ports.now();
    let gateways = ports.gateways.of(firm);
    let named = gateways
        .iter()
        .filter(|it| it.profile().merchant.gateway == *gateway);
    let (mut changes, mut receipt) = (Changes::default(), None);
    for gateway in named {
        match gateway.read_webhook(request, now) {
            Ok(WebhookNotice {
                reply,
                notices,
                hint,
            }) => {
                let merchant = &gateway.profile().merchant;
                receipt = Some(Receipt::Kept(reply));
                changes.changes.extend(events(notices, merchant, now));
                let Some(about) = hint else { break };
                // In which of several accounts it is, only asking says.
                let event = hinted(ports, firm, merchant, about, now).await?;
                changes.changes.push(Change::GatewayEvent(event));
            }
            Err(refusal) => drop(receipt.get_or_insert(Receipt::Refused(refusal))),
        }
    }
    if changes != Changes::default() {
        super::payments::commit(ports, firm, changes).await?;
    }
    receipt.ok_or(Error::NotFound)
}

fn events(
    notices: Vec<Notice>,
    merchant: &Merchant,
    now: Timestamp,
) -> impl Iterator<Item = Change> {
    notices.into_iter().map(move |notice| {
        Change::GatewayEvent(GatewayEvent {
            merchant: merchant.clone(),
            event: notice.event,
            kind: notice.kind,
            about: notice.about,
            received_at: now,
        })
    })
}

/// A hint is looked at when it comes. Those that come after it within the minute are looked at
/// together when the minute is over: none is overlooked, and nobody makes us ask more often.
async fn hinted(
    ports: &Ports,
    firm: FirmId,
    merchant: &Merchant,
    about: GatewayRef,
    now: Timestamp,
) -> Result<GatewayEvent, Error> {
    let event = EventRef::hint(&about, now);
    let known = ports
        .store
        .known_events(firm, merchant, std::slice::from_ref(&event))
        .await?;
    let at = match known.is_empty() {
        true => now,
        false => EventRef::next_hint(now),
    };
    Ok(GatewayEvent {
        merchant: merchant.clone(),
        event: EventRef::hint(&about, at),
        kind: collect::shortened_to("unsigned"),
        about,
        received_at: at,
    })
}
