//! Refunds and disputes.

use caseflow_stripe::double::{Complaint, Pace, Settlement, Verdict};
use serde_json::json;

use crate::desk::Desk;

#[tokio::test]
async fn no_more_is_refunded_than_was_paid() {
    let desk = Desk::new();
    let intent = desk.paid().await;
    let part = format!("payment_intent={intent}&amount=2500&metadata[caseflow_refund]=r1");
    let refund = desk.post("/v1/refunds", &part).await.json();
    assert_eq!(
        (&refund["status"], &refund["amount"]),
        (&json!("succeeded"), &json!(2500))
    );
    assert_eq!(refund["metadata"]["caseflow_refund"], "r1");
    let more = format!("payment_intent={intent}&amount=10001");
    let refused = desk.post("/v1/refunds", &more).await;
    assert_eq!(refused.refusal(), (400, String::new(), "amount".to_owned()));
    assert!(refused.text.contains("100.01 USD"), "{}", refused.text);
    let rest = desk
        .post(
            "/v1/refunds",
            &format!("charge={}", charge(&desk, &intent).await),
        )
        .await;
    assert_eq!(rest.json()["amount"], 10_000);
    let refused = desk
        .post("/v1/refunds", &format!("payment_intent={intent}"))
        .await;
    assert_eq!(refused.refusal().1, "charge_already_refunded");
    let refunds = desk.double.ledger().refunds;
    assert_eq!(
        refunds.iter().map(|refund| refund.amount).sum::<i64>(),
        12_500
    );
}

async fn charge(desk: &Desk, intent: &str) -> String {
    let intent = desk
        .get(&format!("/v1/payment_intents/{intent}"))
        .await
        .json();
    intent["latest_charge"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_refund_needs_one_charge_that_was_paid() {
    let desk = Desk::new();
    assert_eq!(
        desk.post("/v1/refunds", "amount=5").await.refusal().1,
        "parameter_missing"
    );
    assert_eq!(desk.post("/v1/refunds", "charge=ch_no").await.status, 404);
    assert_eq!(
        desk.post("/v1/refunds", "charge=a&payment_intent=b")
            .await
            .status,
        400
    );
    assert_eq!(
        desk.post("/v1/refunds", "charge=a&note=b")
            .await
            .refusal()
            .2,
        "note"
    );
    assert_eq!(
        desk.post("/v1/refunds", "charge=a&amount=0")
            .await
            .refusal()
            .2,
        "amount"
    );
    let id = desk.checkout("").await;
    desk.double.pay(&id, "4000000000000002").unwrap();
    let intent = desk.session(&id).await["payment_intent"]
        .as_str()
        .unwrap()
        .to_owned();
    let refused = desk
        .post("/v1/refunds", &format!("payment_intent={intent}"))
        .await;
    assert_eq!(refused.refusal().1, "payment_intent_unexpected_state");
}

#[tokio::test]
async fn a_refund_may_take_its_time_and_fail() {
    let desk = Desk::new();
    let intent = desk.paid().await;
    desk.double.slow_refunds(1);
    let form = format!("payment_intent={intent}&amount=500");
    let refund = desk.post("/v1/refunds", &form).await.json();
    assert_eq!(refund["status"], "pending");
    let id = refund["id"].as_str().unwrap();
    desk.double.settle_refund(id, Settlement::Arrived).unwrap();
    assert!(desk.double.settle_refund(id, Settlement::Arrived).is_err());
    desk.double.settle_refund(id, Settlement::Failed).unwrap();
    assert!(desk.double.settle_refund(id, Settlement::Failed).is_err());
    let failed = desk.get(&format!("/v1/refunds/{id}")).await.json();
    assert_eq!(failed["status"], "failed");
    assert!(failed["failure_balance_transaction"].is_string());
    let ch = desk
        .get(&format!("/v1/charges/{}", charge(&desk, &intent).await))
        .await
        .json();
    assert_eq!(ch["amount_refunded"], 0);
    let kinds = desk.kinds();
    let told = [
        "refund.created",
        "charge.refunded",
        "refund.updated",
        "refund.updated",
        "refund.failed",
    ];
    assert!(kinds.ends_with(&told.map(str::to_owned)), "{kinds:?}");
}

#[tokio::test]
async fn the_dashboard_refunds_too() {
    let desk = Desk::new();
    let intent = desk.paid().await;
    let id = desk.double.refund(&intent, Some(100), Pace::Later).unwrap();
    assert_eq!(
        desk.get(&format!("/v1/refunds/{id}")).await.json()["status"],
        "pending"
    );
    desk.double.refund(&intent, None, Pace::AtOnce).unwrap();
    assert!(desk.double.refund(&intent, None, Pace::AtOnce).is_err());
    assert!(desk.double.refund("ch_no", None, Pace::AtOnce).is_err());
    let charge = desk
        .get(&format!("/v1/charges/{}", charge(&desk, &intent).await))
        .await
        .json();
    assert_eq!(
        (&charge["refunded"], &charge["amount_refunded"]),
        (&json!(true), &json!(12_500))
    );
    let found = desk
        .get(&format!("/v1/refunds?payment_intent={intent}&limit=1"))
        .await
        .json();
    assert_eq!(found["has_more"], true);
    assert_eq!(found["data"][0]["amount"], 12_400);
}

#[tokio::test]
async fn a_dispute_takes_money_and_may_give_it_back() {
    let desk = Desk::new();
    let intent = desk.paid().await;
    let id = desk
        .double
        .open_dispute(&intent, None, Complaint::Chargeback)
        .unwrap();
    let path = format!("/v1/disputes/{id}");
    let open = desk.get(&path).await.json();
    assert_eq!(
        (&open["status"], &open["amount"]),
        (&json!("needs_response"), &json!(12_500))
    );
    assert_eq!(open["balance_transactions"][0]["amount"], -12_500);
    assert_eq!(
        open["balance_transactions"][0]["reporting_category"],
        "dispute"
    );
    let refused = desk
        .post("/v1/refunds", &format!("payment_intent={intent}"))
        .await;
    assert_eq!(refused.refusal().1, "charge_disputed");
    assert!(desk.double.refund(&intent, None, Pace::AtOnce).is_err());
    desk.double.close_dispute(&id, Verdict::Won).unwrap();
    assert!(desk.double.close_dispute(&id, Verdict::Lost).is_err());
    let won = desk.get(&path).await.json();
    assert_eq!(won["status"], "won");
    assert_eq!(
        won["balance_transactions"][1]["reporting_category"],
        "dispute_reversal"
    );
    let told = [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
    ];
    assert!(desk.kinds().ends_with(&told.map(str::to_owned)));
    assert_eq!(desk.double.ledger().disputes[0].moved, 0);
}

#[tokio::test]
async fn an_inquiry_takes_nothing_until_it_becomes_a_chargeback() {
    let desk = Desk::new();
    let intent = desk.paid().await;
    let id = desk
        .double
        .open_dispute(&intent, Some(4000), Complaint::Inquiry)
        .unwrap();
    let open = desk.get(&format!("/v1/disputes/{id}")).await.json();
    assert_eq!(open["status"], "warning_needs_response");
    assert_eq!(open["balance_transactions"], json!([]));
    desk.double.escalate_dispute(&id).unwrap();
    desk.double.close_dispute(&id, Verdict::Lost).unwrap();
    assert_eq!(desk.double.ledger().disputes[0].moved, -4000);
    let other = desk
        .double
        .open_dispute(&intent, Some(1), Complaint::Inquiry)
        .unwrap();
    assert!(desk.double.close_dispute(&other, Verdict::Lost).is_err());
    desk.double.close_dispute(&other, Verdict::Won).unwrap();
    let found = desk
        .get(&format!("/v1/disputes?payment_intent={intent}"))
        .await
        .json();
    assert_eq!(found["data"][0]["status"], "warning_closed");
    assert_eq!(found["data"][1]["status"], "lost");
}
