//! Disputes.

use serde_json::{Map, Value, json};

use super::super::model::Dispute;
use super::super::state::State;
use super::charge::transaction;

const EVIDENCE: &str = "access_activity_log billing_address cancellation_policy \
     cancellation_policy_disclosure cancellation_rebuttal customer_communication \
     customer_email_address customer_name customer_purchase_ip customer_signature \
     duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id \
     product_description receipt refund_policy refund_policy_disclosure refund_refusal_explanation \
     service_date service_documentation shipping_address shipping_carrier shipping_date \
     shipping_documentation shipping_tracking_number uncategorized_file uncategorized_text";
/// Evidence is due after about a week.
const DUE: i64 = 7 * 86_400;

/// A dispute.
pub(in super::super) fn dispute(state: &State, dispute: &Dispute) -> Value {
    let moved = dispute.transactions.iter();
    let moved = moved.filter_map(|id| state.transactions.find(id));
    let inquiry = dispute.status.starts_with("warning");
    json!({
        "id": dispute.id,
        "object": "dispute",
        "amount": dispute.amount,
        "balance_transactions": moved.map(transaction).collect::<Vec<_>>(),
        "charge": dispute.charge,
        "created": dispute.created,
        "currency": dispute.currency,
        "enhanced_eligibility_types": [],
        "evidence": evidence(),
        "evidence_details": {
            "due_by": dispute.created + DUE,
            "enhanced_eligibility": {},
            "has_evidence": false,
            "past_due": false,
            "submission_count": 0,
        },
        "is_charge_refundable": inquiry,
        "livemode": state.account.live,
        "metadata": {},
        "payment_intent": dispute.intent,
        "payment_method_details": {
            "card": {
                "brand": "visa",
                "case_type": if inquiry { "inquiry" } else { "chargeback" },
                "network": "visa",
                "network_reason_code": "10.4",
            },
            "type": "card",
        },
        "reason": "fraudulent",
        "status": dispute.status,
    })
}

fn evidence() -> Value {
    let names = EVIDENCE.split_whitespace();
    let mut evidence: Map<_, _> = names.map(|name| (name.to_owned(), Value::Null)).collect();
    evidence.insert("enhanced_evidence".to_owned(), json!({}));
    Value::Object(evidence)
}
