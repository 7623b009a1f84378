//! Charges, and movements of the balance.

use serde_json::{Value, json};

use super::super::model::{Charge, Means, Transaction};
use super::super::state::State;
use super::{joined, no_address};

/// A charge.
pub(in super::super) fn charge(state: &State, charge: &Charge) -> Value {
    let came = charge.status == "succeeded";
    let facts = json!({
        "id": charge.id,
        "object": "charge",
        "amount": charge.amount,
        "amount_captured": if came { charge.amount } else { 0 },
        "amount_refunded": charge.refunded,
        "balance_transaction": charge.transaction,
        "billing_details": {
            "address": no_address(),
            "email": charge.email,
            "name": null,
            "phone": null,
            "tax_id": null,
        },
        "captured": came,
        "created": charge.created,
        "currency": charge.currency,
        "description": charge.description,
        "disputed": charge.disputed,
        "failure_code": charge.failure.map(|why| why.code),
        "failure_message": charge.failure.map(|why| why.message),
        "livemode": state.account.live,
        "metadata": charge.metadata,
        "outcome": outcome(charge),
        "paid": came,
        "payment_intent": charge.intent,
        "payment_method": charge.method,
        "payment_method_details": means(&charge.means),
        "refunded": came && charge.refunded == charge.amount,
        "status": charge.status,
    });
    joined(facts, unused())
}

fn outcome(charge: &Charge) -> Value {
    let declined = charge.failure.is_some();
    json!({
        "advice_code": null,
        "network_advice_code": null,
        "network_decline_code": null,
        "network_status": if declined { "declined_by_network" } else { "approved_by_network" },
        "reason": charge.failure.map(|why| why.decline_code),
        "risk_level": "normal",
        "seller_message": if declined { "The bank declined." } else { "Payment complete." },
        "type": if declined { "issuer_declined" } else { "authorized" },
    })
}

fn means(means: &Means) -> Value {
    match means {
        Means::Card(last4) => json!({ "card": card(last4), "type": "card" }),
        Means::Debit(scheme) => json!({
            "type": scheme,
            (scheme.as_str()): { "bank_name": "STRIPE TEST BANK", "last4": "6789" },
        }),
    }
}

fn card(last4: &str) -> Value {
    json!({
        "amount_authorized": null,
        "authorization_code": null,
        "brand": "visa",
        "checks": {
            "address_line1_check": null,
            "address_postal_code_check": null,
            "cvc_check": "pass",
        },
        "country": "US",
        "exp_month": 12,
        "exp_year": 2034,
        "extended_authorization": { "status": "disabled" },
        "fingerprint": "DemonstrationCrd",
        "funding": "credit",
        "incremental_authorization": { "status": "unavailable" },
        "installments": null,
        "last4": last4,
        "mandate": null,
        "multicapture": { "status": "unavailable" },
        "network": "visa",
        "network_token": { "used": false },
        "network_transaction_id": null,
        "overcapture": { "maximum_amount_capturable": 0, "status": "unavailable" },
        "regulated_status": "unregulated",
        "three_d_secure": null,
        "transaction_link_id": null,
        "wallet": null,
    })
}

/// What Stripe's charges also have, and the double's never use.
fn unused() -> Value {
    json!({
        "application": null,
        "application_fee": null,
        "application_fee_amount": null,
        "calculated_statement_descriptor": "A DEMONSTRATION",
        "customer": null,
        "failure_balance_transaction": null,
        "fraud_details": {},
        "on_behalf_of": null,
        "receipt_email": null,
        "receipt_number": null,
        "receipt_url": null,
        "review": null,
        "shipping": null,
        "source": null,
        "source_transfer": null,
        "statement_descriptor": null,
        "statement_descriptor_suffix": null,
        "transfer_data": null,
        "transfer_group": null,
    })
}

/// A movement of the balance.
pub(in super::super) fn transaction(moved: &Transaction) -> Value {
    json!({
        "id": moved.id,
        "object": "balance_transaction",
        "amount": moved.amount,
        "available_on": moved.created,
        "balance_type": "payments",
        "created": moved.created,
        "currency": moved.currency,
        "description": null,
        "exchange_rate": null,
        "fee": moved.fee,
        "fee_details": fees(moved),
        "net": moved.amount - moved.fee,
        "reporting_category": moved.category,
        "source": moved.source,
        "status": "available",
        "type": moved.kind,
    })
}

fn fees(moved: &Transaction) -> Vec<Value> {
    let fee = json!({
        "amount": moved.fee,
        "application": null,
        "currency": moved.currency,
        "description": "Processing fees",
        "type": "stripe_fee",
    });
    if moved.fee == 0 { vec![] } else { vec![fee] }
}
