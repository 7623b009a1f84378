//! The objects' shapes: they parse with the types that are generated from Stripe's specification,
//! and have every field that Stripe's own examples have (`fields.json`, the names in the examples
//! that Stripe publishes with its specification, API version 2026-07-29).

use std::collections::BTreeMap;

use caseflow_stripe::double::{Complaint, Pace, Settlement};
use miniserde::json::from_str;
use serde_json::Value;
use stripe_shared::{
    BalanceTransaction, Charge, CheckoutSession, CheckoutSessionItem, Dispute, Event,
    PaymentIntent, Refund,
};
use stripe_types::{Expandable, List};

use crate::desk::{CHECKOUT, Desk};

/// Everything that can be asked for, on a desk where everything has happened.
async fn busy_desk() -> Desk {
    let desk = Desk::new();
    desk.checkout("").await;
    let declined = desk.checkout("&customer_email=a@b.example&locale=de").await;
    desk.double.pay(&declined, "4000000000000002").unwrap();
    let asked = desk.checkout("").await;
    desk.double.pay(&asked, "4000002500003155").unwrap();
    let expired = desk.checkout("").await;
    desk.post(&format!("/v1/checkout/sessions/{expired}/expire"), "")
        .await;
    let any = CHECKOUT.replace("&allowed_payment_method_types[0]=card", "");
    for settled in [Settlement::Arrived, Settlement::Failed] {
        let answer = desk.post("/v1/checkout/sessions", &any).await.json();
        let id = answer["id"].as_str().unwrap();
        desk.double.pay_by_debit(id).unwrap();
        desk.double.settle_debit(id, settled).unwrap();
    }
    let (start, _) = CHECKOUT.split_once("&success_url").unwrap();
    let form = format!("{start}&ui_mode=embedded_page&return_url=https://firm.example/back");
    desk.post("/v1/checkout/sessions", &form).await;
    money_back(&desk).await;
    desk
}

async fn money_back(desk: &Desk) {
    let intent = desk.paid().await;
    desk.double
        .refund(&intent, Some(100), Pace::AtOnce)
        .unwrap();
    let failed = desk.double.refund(&intent, Some(100), Pace::Later).unwrap();
    desk.double
        .settle_refund(&failed, Settlement::Failed)
        .unwrap();
    desk.double.refund(&intent, Some(100), Pace::Later).unwrap();
    desk.double
        .open_dispute(&intent, Some(50), Complaint::Inquiry)
        .unwrap();
    let dispute = desk
        .double
        .open_dispute(&intent, None, Complaint::Chargeback)
        .unwrap();
    desk.double
        .close_dispute(&dispute, caseflow_stripe::double::Verdict::Won)
        .unwrap();
}

async fn parsed<T: miniserde::Deserialize>(desk: &Desk, path: &str, least: usize) -> Vec<T>
where
    List<T>: miniserde::Deserialize,
{
    let text = desk.get(path).await.text;
    let list: List<T> = from_str(&text).unwrap_or_else(|_| panic!("{path}: {text}"));
    assert!(list.data.len() >= least, "{path}: {text}");
    list.data
}

#[tokio::test]
async fn all_objects_parse_with_the_generated_types() {
    let desk = busy_desk().await;
    let all = "limit=100&expand[]=data.payment_intent.latest_charge.balance_transaction";
    let sessions: Vec<CheckoutSession> =
        parsed(&desk, &format!("/v1/checkout/sessions?{all}"), 8).await;
    let intents = sessions
        .iter()
        .filter_map(|session| session.payment_intent.as_ref());
    assert!(intents.clone().count() >= 5);
    for intent in intents {
        assert!(matches!(intent, Expandable::Object(_)));
    }
    let id = sessions[0].id.as_str();
    let lines = format!("/v1/checkout/sessions/{id}/line_items");
    parsed::<CheckoutSessionItem>(&desk, &lines, 1).await;
    parsed::<PaymentIntent>(&desk, "/v1/payment_intents?limit=100", 5).await;
    let refunds = "/v1/charges?limit=100&expand[]=data.refunds";
    parsed::<Charge>(&desk, refunds, 4).await;
    parsed::<Refund>(&desk, "/v1/refunds?expand[]=data.charge", 3).await;
    parsed::<Dispute>(&desk, "/v1/disputes?expand[]=data.charge", 2).await;
    let moved = desk.get("/v1/disputes").await.json()["data"][0]["balance_transactions"][0].clone();
    let path = format!("/v1/balance_transactions/{}", moved["id"].as_str().unwrap());
    let text = desk.get(&path).await.text;
    assert!(from_str::<BalanceTransaction>(&text).is_ok(), "{text}");
}

#[tokio::test]
async fn all_events_parse_with_the_generated_types() {
    let desk = busy_desk().await;
    let events: Vec<Event> = parsed(&desk, "/v1/events?limit=100", 30).await;
    let unknown: Vec<&str> = events.iter().map(|event| event.type_.as_str()).collect();
    assert_eq!(unknown.len(), events.len());
    for event in &events {
        let known = !matches!(event.type_, stripe_shared::EventType::Unknown(_));
        assert!(known, "{}", event.type_.as_str());
    }
    let kinds: Vec<&str> = events.iter().map(|event| event.type_.as_str()).collect();
    for kind in [
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        "payment_intent.succeeded",
        "charge.succeeded",
        "refund.created",
        "refund.updated",
        "refund.failed",
        "charge.refunded",
        "charge.dispute.created",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
    ] {
        assert!(kinds.contains(&kind), "{kind}");
    }
}

#[tokio::test]
async fn fields_are_those_of_stripes_examples() {
    let desk = busy_desk().await;
    let fields: BTreeMap<String, Vec<String>> =
        serde_json::from_str(include_str!("fields.json")).unwrap();
    for (kind, path) in [
        ("checkout.session", "/v1/checkout/sessions?limit=100"),
        ("payment_intent", "/v1/payment_intents?limit=100"),
        ("charge", "/v1/charges?limit=100&expand[]=data.refunds"),
        ("refund", "/v1/refunds"),
        ("dispute", "/v1/disputes"),
        ("event", "/v1/events?limit=100"),
    ] {
        for object in desk.get(path).await.json()["data"].as_array().unwrap() {
            has_all(object, &fields[kind]);
        }
    }
    let disputes = desk.get("/v1/disputes").await.json();
    has_all(
        &disputes["data"][0]["balance_transactions"][0],
        &fields["balance_transaction"],
    );
}

/// What the double's objects have beyond the examples, all of it in Stripe's specification: members
/// of embedded forms, of refunds on their way, of lists that were asked for, and of changes.
const MORE: &[&str] = &[
    "allowed_payment_method_types",
    "failure_balance_transaction",
    "failure_reason",
    "pending_reason",
    "redirect_on_completion",
    "return_url",
];

fn has_all(object: &Value, fields: &[String]) {
    for field in fields {
        assert!(
            object.get(field).is_some(),
            "{field} is missing: {object:#}"
        );
    }
    for field in object.as_object().unwrap().keys() {
        let known = fields.contains(field) || MORE.contains(&field.as_str());
        assert!(known, "{field} is invented: {object:#}");
    }
}
