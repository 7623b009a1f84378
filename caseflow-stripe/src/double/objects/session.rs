//! Checkout sessions and their lines.

use serde_json::{Value, json};

use super::super::model::{Line, Session, Stage, Ui};
use super::super::state::State;
use super::{joined, no_address};

/// A checkout session.
pub(in super::super) fn session(state: &State, session: &Session) -> Value {
    let facts = joined(asked(session), standing(state, session));
    joined(facts, unused())
}

fn asked(session: &Session) -> Value {
    let asked = &session.asked;
    json!({
        "id": session.id,
        "object": "checkout.session",
        "adaptive_pricing": { "enabled": asked.adaptive_pricing },
        "cancel_url": asked.cancel_url,
        "client_reference_id": asked.reference,
        "client_secret": if session.stage == Stage::Open { session.secret.clone() } else { None },
        "created": session.created,
        "customer_email": asked.email,
        "expires_at": asked.expires_at,
        "locale": asked.locale,
        "metadata": asked.metadata,
        "mode": "payment",
        "redirect_on_completion": (asked.ui == Ui::Embedded).then_some(asked.redirect.as_str()),
        "return_url": asked.return_url,
        "submit_type": asked.submit_type,
        "success_url": asked.success_url,
        "ui_mode": match asked.ui {
            Ui::Hosted => "hosted_page",
            Ui::Embedded => "embedded_page",
        },
    })
}

fn standing(state: &State, session: &Session) -> Value {
    let configured = json!({ "id": "pmc_1DoubleDashboardDefault0", "parent": null });
    let methods = &session.asked.methods;
    json!({
        "allowed_payment_method_types": methods.allowed,
        "amount_subtotal": session.total,
        "amount_total": session.total,
        "currency": session.currency,
        "customer_details": customer(session),
        "livemode": state.account.live,
        "payment_intent": session.intent,
        "payment_method_configuration_details": methods.by_dashboard.then_some(configured),
        "payment_method_types": methods.offered,
        "payment_status": if session.paid { "paid" } else { "unpaid" },
        "status": match session.stage {
            Stage::Open => "open",
            Stage::Complete => "complete",
            Stage::Expired => "expired",
        },
        "total_details": { "amount_discount": 0, "amount_shipping": 0, "amount_tax": 0 },
        "url": page(state, session),
    })
}

/// Where the payer is sent; nowhere any more when the checkout is over.
fn page(state: &State, session: &Session) -> Option<String> {
    let shown = session.stage == Stage::Open && session.asked.ui == Ui::Hosted;
    shown.then(|| format!("{}/c/pay/{}", state.account.base, session.id))
}

fn customer(session: &Session) -> Value {
    let known = session.asked.email.is_some() || session.stage == Stage::Complete;
    if !known {
        return Value::Null;
    }
    json!({
        "address": (session.stage == Stage::Complete).then(no_address),
        "business_name": null,
        "email": session.asked.email,
        "individual_name": null,
        "name": null,
        "phone": null,
        "tax_exempt": "none",
        "tax_ids": null,
    })
}

/// What Stripe's sessions also have, and the double's never use.
fn unused() -> Value {
    let more = json!({
        "managed_payments": { "enabled": false },
        "origin_context": null,
        "payment_link": null,
        "payment_method_collection": "if_required",
        "payment_method_options": { "card": { "request_three_d_secure": "automatic" } },
        "permissions": null,
        "phone_number_collection": { "enabled": false },
        "recovered_from": null,
        "saved_payment_method_options": null,
        "setup_intent": null,
        "shipping_address_collection": null,
        "shipping_cost": null,
        "shipping_options": [],
        "subscription": null,
        "wallet_options": null,
    });
    joined(more, also_unused())
}

fn also_unused() -> Value {
    json!({
        "after_expiration": null,
        "allow_promotion_codes": null,
        "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
        "billing_address_collection": null,
        "collected_information": null,
        "consent": null,
        "consent_collection": null,
        "currency_conversion": null,
        "custom_fields": [],
        "custom_text": {
            "after_submit": null,
            "shipping_address": null,
            "submit": null,
            "terms_of_service_acceptance": null,
        },
        "customer": null,
        "customer_account": null,
        "customer_creation": "if_required",
        "discounts": [],
        "integration_identifier": null,
        "invoice": null,
        "invoice_creation": {
            "enabled": false,
            "invoice_data": {
                "account_tax_ids": null,
                "custom_fields": null,
                "description": null,
                "footer": null,
                "issuer": null,
                "metadata": {},
                "rendering_options": null,
            },
        },
    })
}

/// The lines of a session.
pub(in super::super) fn line_items(state: &State, session: &Session) -> Vec<Value> {
    let lines = session.asked.lines.iter();
    lines.map(|line| line_item(state, session, line)).collect()
}

fn line_item(state: &State, session: &Session, line: &Line) -> Value {
    let total = line.unit * line.quantity;
    json!({
        "id": line.id,
        "object": "item",
        "adjustable_quantity": null,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": session.asked.currency,
        "description": line.name,
        "metadata": {},
        "price": {
            "id": line.price,
            "object": "price",
            "active": false,
            "billing_scheme": "per_unit",
            "created": session.created,
            "currency": session.asked.currency,
            "custom_unit_amount": null,
            "livemode": state.account.live,
            "lookup_key": null,
            "metadata": {},
            "nickname": null,
            "product": line.product,
            "recurring": null,
            "tax_behavior": "unspecified",
            "tiers_mode": null,
            "transform_quantity": null,
            "type": "one_time",
            "unit_amount": line.unit,
            "unit_amount_decimal": line.unit.to_string(),
        },
        "quantity": line.quantity,
    })
}
