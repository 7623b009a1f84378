//! The double's objects in the shape of Stripe's.

mod charge;
mod dispute;
mod event;
mod intent;
mod refund;
mod session;

use serde_json::{Value, json};

pub(super) use charge::{charge, transaction};
pub(super) use dispute::dispute;
pub(super) use event::event;
pub(super) use intent::intent;
pub(super) use refund::refund;
pub(super) use session::{line_items, session};

use super::state::Account;

/// A list in the shape of Stripe's.
pub(super) fn list(url: &str, data: &[Value], has_more: bool) -> Value {
    json!({ "object": "list", "data": data, "has_more": has_more, "url": url })
}

/// Gives an object one more member.
pub(super) fn put(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(members) = object {
        members.insert(name.to_owned(), value);
    }
}

/// The members of both objects.
fn joined(mut first: Value, second: Value) -> Value {
    if let (Value::Object(all), Value::Object(more)) = (&mut first, second) {
        all.extend(more);
    }
    first
}

/// An address of which nothing is known.
fn no_address() -> Value {
    json!({
        "city": null,
        "country": null,
        "line1": null,
        "line2": null,
        "postal_code": null,
        "state": null,
    })
}

/// The account itself.
pub(super) fn account(account: &Account, created: i64) -> Value {
    json!({
        "id": account.id,
        "object": "account",
        "business_profile": { "name": "A demonstration", "url": null, "mcc": null },
        "business_type": null,
        "capabilities": { "card_payments": "active", "transfers": "active" },
        "charges_enabled": true,
        "country": "US",
        "created": created,
        "default_currency": "usd",
        "details_submitted": true,
        "email": null,
        "metadata": {},
        "payouts_enabled": false,
        "settings": { "dashboard": { "display_name": "A demonstration", "timezone": "Etc/UTC" } },
        "type": "standard",
    })
}
