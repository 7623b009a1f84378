//! Payment intents.

use serde_json::{Value, json};

use super::super::model::{Decline, Intent};
use super::super::state::State;
use super::joined;

/// A payment intent.
pub(in super::super) fn intent(state: &State, intent: &Intent) -> Value {
    let facts = json!({
        "id": intent.id,
        "object": "payment_intent",
        "amount": intent.amount,
        "amount_received": intent.received,
        "canceled_at": intent.cancelled,
        "cancellation_reason": intent.cancelled.map(|_| "expired"),
        "client_secret": intent.secret,
        "created": intent.created,
        "currency": intent.currency,
        "description": intent.description,
        "last_payment_error": intent.error.map(|why| decline(&why, intent.charge.as_deref())),
        "latest_charge": intent.charge,
        "livemode": state.account.live,
        "metadata": intent.metadata,
        "next_action": (intent.status == "requires_action").then(next_action),
        "payment_method": intent.method,
        "payment_method_types": intent.methods,
        "receipt_email": intent.receipt_email,
        "status": intent.status,
    });
    joined(facts, unused())
}

fn next_action() -> Value {
    json!({ "type": "use_stripe_sdk", "use_stripe_sdk": { "type": "stripe_3ds2_fingerprint" } })
}

/// Why a payment did not go through.
fn decline(why: &Decline, charge: Option<&str>) -> Value {
    json!({
        "charge": charge,
        "code": why.code,
        "decline_code": why.decline_code,
        "doc_url": format!("https://stripe.com/docs/error-codes/{}", why.code.replace('_', "-")),
        "message": why.message,
        "type": "card_error",
    })
}

/// What Stripe's intents also have, and the double's never use.
fn unused() -> Value {
    json!({
        "amount_capturable": 0,
        "amount_details": { "tip": {} },
        "application": null,
        "application_fee_amount": null,
        "automatic_payment_methods": null,
        "capture_method": "automatic_async",
        "confirmation_method": "automatic",
        "customer": null,
        "customer_account": null,
        "excluded_payment_method_types": null,
        "managed_payments": null,
        "on_behalf_of": null,
        "payment_method_configuration_details": null,
        "payment_method_options": {},
        "processing": null,
        "review": null,
        "setup_future_usage": null,
        "shipping": null,
        "source": null,
        "statement_descriptor": null,
        "statement_descriptor_suffix": null,
        "transfer_data": null,
        "transfer_group": null,
    })
}
