//! The life of a checkout.

use std::time::Duration;

use caseflow_stripe::double::{Attempted, BankAnswer, Settlement};
use serde_json::json;

use crate::desk::{CHECKOUT, Desk};

const OPEN: &str = "&expires_at=1795514400";

#[tokio::test]
async fn a_card_pays_a_checkout_once() {
    let desk = Desk::new();
    let id = desk.checkout("").await;
    let open = desk.session(&id).await;
    assert_eq!(
        (&open["status"], &open["payment_status"]),
        (&json!("open"), &json!("unpaid"))
    );
    assert_eq!(open["url"], format!("https://pay.example/c/pay/{id}"));
    assert!(
        open["payment_intent"].is_null(),
        "there is none before the payer confirms"
    );
    assert_eq!(
        desk.double.pay(&id, "4242 4242 4242 4242").unwrap(),
        Attempted::Done
    );
    assert_eq!(
        desk.double.pay(&id, "4242 4242 4242 4242").unwrap(),
        Attempted::Over
    );
    let paid = desk.session(&id).await;
    assert_eq!(
        (&paid["status"], &paid["payment_status"]),
        (&json!("complete"), &json!("paid"))
    );
    assert!(paid["url"].is_null());
    let ledger = desk.double.ledger();
    assert_eq!(ledger.charges.len(), 1);
    assert_eq!(ledger.charges[0].amount, 12_500);
    assert_eq!(ledger.charges[0].session.as_deref(), Some(id.as_str()));
    assert_eq!(ledger.charges[0].metadata["caseflow_attempt"], "tag-1");
    let told = [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ];
    assert_eq!(desk.kinds(), told);
}

#[tokio::test]
async fn a_session_expands_to_its_charge_and_balance() {
    let desk = Desk::new();
    let id = desk.checkout("").await;
    desk.double.pay(&id, "4242424242424242").unwrap();
    let path = format!("/v1/checkout/sessions/{id}");
    let deep = "expand[0]=payment_intent.latest_charge.balance_transaction&expand[1]=line_items";
    let full = desk.get(&format!("{path}?{deep}")).await.json();
    let charge = &full["payment_intent"]["latest_charge"];
    assert_eq!(charge["status"], "succeeded");
    assert_eq!(charge["balance_transaction"]["amount"], 12_500);
    assert_eq!(full["payment_intent"]["amount_received"], 12_500);
    assert_eq!(full["line_items"]["data"][0]["description"], "Invoice 7");
    let once = desk
        .get(&format!("{path}?expand[]=payment_intent"))
        .await
        .json();
    assert!(once["payment_intent"]["latest_charge"].is_string());
    let refused = desk.get(&format!("{path}?expand[]=status")).await;
    assert_eq!(
        (refused.status, refused.refusal().2.as_str()),
        (400, "expand")
    );
}

#[tokio::test]
async fn a_declined_card_leaves_the_checkout_open() {
    let desk = Desk::new();
    let id = desk.checkout("").await;
    let declined = Attempted::Declined("insufficient_funds");
    assert_eq!(desk.double.pay(&id, "4000000000009995").unwrap(), declined);
    let path = format!("/v1/checkout/sessions/{id}?expand[]=payment_intent");
    let tried = desk.get(&path).await.json();
    assert_eq!(tried["status"], "open");
    assert_eq!(tried["payment_intent"]["status"], "requires_payment_method");
    let error = &tried["payment_intent"]["last_payment_error"];
    assert_eq!(error["decline_code"], "insufficient_funds");
    assert_eq!(
        desk.double.pay(&id, "4242424242424242").unwrap(),
        Attempted::Done
    );
    let paid = desk.get(&path).await.json();
    assert_eq!(paid["payment_intent"]["id"], tried["payment_intent"]["id"]);
    assert!(paid["payment_intent"]["last_payment_error"].is_null());
    assert_eq!(desk.double.ledger().charges.len(), 1);
    assert!(desk.double.pay(&id, "5555555555554444").is_err());
}

#[tokio::test]
async fn the_bank_may_ask_first() {
    let desk = Desk::new();
    let id = desk.checkout("").await;
    assert!(desk.double.answer_bank(&id, BankAnswer::Agreed).is_err());
    assert_eq!(
        desk.double.pay(&id, "4000002500003155").unwrap(),
        Attempted::BankAsks
    );
    let denied = desk.double.answer_bank(&id, BankAnswer::Denied).unwrap();
    assert_eq!(denied, Attempted::Declined("authentication_required"));
    assert_eq!(desk.session(&id).await["status"], "open");
    desk.double.pay(&id, "4000002500003155").unwrap();
    let agreed = desk.double.answer_bank(&id, BankAnswer::Agreed).unwrap();
    assert_eq!(agreed, Attempted::Done);
    assert_eq!(desk.session(&id).await["payment_status"], "paid");
}

#[tokio::test]
async fn a_debit_arrives_or_fails_later() {
    let desk = Desk::new();
    let any = CHECKOUT.replace("&allowed_payment_method_types[0]=card", "");
    for (settled, end, status) in [
        (
            Settlement::Arrived,
            "checkout.session.async_payment_succeeded",
            "paid",
        ),
        (
            Settlement::Failed,
            "checkout.session.async_payment_failed",
            "unpaid",
        ),
    ] {
        let answer = desk.post("/v1/checkout/sessions", &any).await.json();
        let id = answer["id"].as_str().unwrap();
        assert_eq!(desk.double.pay_by_debit(id).unwrap(), Attempted::Done);
        let waiting = desk.session(id).await;
        assert_eq!(waiting["status"], "complete");
        assert_eq!(waiting["payment_status"], "unpaid");
        let intent = waiting["payment_intent"].as_str().unwrap();
        let path = format!("/v1/payment_intents/{intent}");
        assert_eq!(desk.get(&path).await.json()["status"], "processing");
        desk.double.settle_debit(id, settled).unwrap();
        assert!(desk.double.settle_debit(id, settled).is_err());
        assert_eq!(desk.kinds().last().unwrap(), end);
        assert_eq!(desk.session(id).await["payment_status"], status);
    }
    assert_eq!(desk.double.ledger().charges.len(), 1);
    let card_only = desk.checkout("").await;
    assert!(desk.double.pay_by_debit(&card_only).is_err());
}

#[tokio::test]
async fn a_checkout_expires_by_the_clock() {
    let desk = Desk::new();
    let id = desk.checkout(OPEN).await;
    desk.clock.advance(Duration::from_secs(3599));
    assert_eq!(desk.session(&id).await["status"], "open");
    desk.clock.advance(Duration::from_secs(1));
    assert_eq!(desk.session(&id).await["status"], "expired");
    assert_eq!(desk.kinds(), ["checkout.session.expired"]);
    assert_eq!(
        desk.double.pay(&id, "4242424242424242").unwrap(),
        Attempted::Over
    );
}

#[tokio::test]
async fn a_checkout_is_expired_once_and_not_when_complete() {
    let desk = Desk::new();
    let id = desk.checkout("").await;
    let path = format!("/v1/checkout/sessions/{id}/expire");
    let expired = desk.post(&path, "").await.json();
    assert_eq!(
        (&expired["status"], &expired["url"]),
        (&json!("expired"), &json!(null))
    );
    assert_eq!(desk.post(&path, "").await.status, 400);
    let id = desk.checkout("").await;
    desk.double.pay(&id, "4242424242424242").unwrap();
    let refused = desk
        .post(&format!("/v1/checkout/sessions/{id}/expire"), "")
        .await;
    assert_eq!(refused.status, 400);
    assert!(
        refused.text.contains("status of `complete`"),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn a_payment_may_collect_something_else() {
    let desk = Desk::new();
    let id = desk.checkout("").await;
    desk.double.collect_otherwise(9900, "EUR");
    desk.double.pay(&id, "4242424242424242").unwrap();
    let path = format!("/v1/checkout/sessions/{id}?expand[]=payment_intent");
    let paid = desk.get(&path).await.json();
    assert_eq!(
        (&paid["amount_total"], &paid["currency"]),
        (&json!(9900), &json!("eur"))
    );
    let intent = &paid["payment_intent"];
    assert_eq!(
        (&intent["amount_received"], &intent["currency"]),
        (&json!(9900), &json!("eur"))
    );
    assert_eq!(desk.double.ledger().charges[0].currency, "eur");
}

#[tokio::test]
async fn payments_are_made_elsewhere_too() {
    let desk = Desk::new();
    let intent = desk.double.pay_elsewhere(700, "USD");
    let shown = desk
        .get(&format!("/v1/payment_intents/{intent}"))
        .await
        .json();
    assert_eq!(
        (&shown["status"], &shown["metadata"]),
        (&json!("succeeded"), &json!({}))
    );
    assert_eq!(desk.double.ledger().charges[0].session, None);
    let found = desk
        .get(&format!("/v1/checkout/sessions?payment_intent={intent}"))
        .await
        .json();
    assert_eq!(found["data"], json!([]));
}
