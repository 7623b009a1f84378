//! Refunds.

use serde_json::{Value, json};

use super::super::model::{Means, Refund};
use super::joined;

/// A refund.
pub(in super::super) fn refund(refund: &Refund) -> Value {
    let facts = json!({
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": refund.transaction,
        "charge": refund.charge,
        "created": refund.created,
        "currency": refund.currency,
        "customer": null,
        "customer_account": null,
        "destination_details": destination(&refund.means),
        "metadata": refund.metadata,
        "payment_intent": refund.intent,
        "payment_method": null,
        "reason": refund.reason,
        "receipt_number": null,
        "source_transfer_reversal": null,
        "status": refund.status,
        "transfer_reversal": null,
    });
    match refund.status {
        "failed" => joined(facts, failure(refund)),
        "pending" => joined(facts, json!({ "pending_reason": "processing" })),
        _ => facts,
    }
}

fn failure(refund: &Refund) -> Value {
    json!({
        "failure_balance_transaction": refund.failure_transaction,
        "failure_reason": "lost_or_stolen_card",
    })
}

fn destination(means: &Means) -> Value {
    match means {
        Means::Card(_) => json!({
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        }),
        Means::Debit(scheme) => json!({ "type": scheme, (scheme.as_str()): {} }),
    }
}
