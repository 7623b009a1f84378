//! Events.

use serde_json::{Value, json};

use super::super::model::Event;
use super::super::state::VERSION;
use super::put;

/// An event of which so many deliveries are still to succeed.
pub(in super::super) fn event(event: &Event, pending: usize) -> Value {
    let mut data = json!({ "object": event.object });
    if let Some(previous) = &event.previous {
        put(&mut data, "previous_attributes", previous.clone());
    }
    let mut object = json!({
        "id": event.id,
        "object": "event",
        "api_version": VERSION,
        "created": event.created,
        "data": data,
        "livemode": event.livemode,
        "pending_webhooks": pending,
        "request": { "id": event.request, "idempotency_key": event.key },
        "type": event.kind,
    });
    if let Some(account) = &event.account {
        put(&mut object, "account", json!(account));
    }
    object
}
