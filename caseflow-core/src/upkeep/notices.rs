//! What a payment gateway posts to us (R-PAY-8): it is checked and kept here, and worked off
//! afterwards.

use crate::Ports;
use crate::domain::changes::{Change, Changes};
use crate::domain::gateway::{GatewayName, Merchant};
use crate::domain::gateway_event::GatewayEvent;
use crate::domain::id::FirmId;
use crate::domain::time::Timestamp;
use crate::error::Error;
use crate::ports::payments::{WebhookNotice, WebhookRefusal, WebhookRequest};

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
    let mut refused = None;
    for gateway in named {
        match gateway.read_webhook(request, now) {
            Ok(notice) => {
                let merchant = &gateway.profile().merchant;
                let reply = notice.reply;
                let events = events(notice, merchant, now);
                if events != Changes::default() {
                    super::payments::commit(ports, firm, events).await?;
                }
                return Ok(Receipt::Kept(reply));
            }
            Err(refusal) => refused = Some(refusal),
        }
    }
    refused.map(Receipt::Refused).ok_or(Error::NotFound)
}

fn events(notice: WebhookNotice, merchant: &Merchant, now: Timestamp) -> Changes {
    let mut changes = Changes::default();
    for notice in notice.notices {
        changes.changes.push(Change::GatewayEvent(GatewayEvent {
            merchant: merchant.clone(),
            event: notice.event,
            kind: notice.kind,
            about: notice.about,
            received_at: now,
        }));
    }
    changes
}
