//! Idempotency keys.

use std::time::Duration;

use caseflow_stripe::double::{Failing, Fault, Moment};

use crate::desk::{CHECKOUT, Desk};

const PATH: &str = "/v1/checkout/sessions";

#[tokio::test]
async fn a_key_replays_the_reply() {
    let desk = Desk::new();
    let first = desk.send("POST", PATH, "k1", CHECKOUT).await;
    assert_eq!(first.header("idempotent-replayed"), "");
    let again = desk.send("POST", PATH, "k1", CHECKOUT).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.header("original-request"), first.header("request-id"));
    assert_ne!(again.header("request-id"), first.header("request-id"));
    assert_eq!(again.text, first.text);
    let other = desk.send("POST", PATH, "k2", CHECKOUT).await;
    assert_ne!(other.json()["id"], first.json()["id"]);
}

#[tokio::test]
async fn a_key_belongs_to_its_parameters() {
    let desk = Desk::new();
    desk.send("POST", PATH, "k1", CHECKOUT).await;
    let other = CHECKOUT.replace("12500", "12600");
    let refused = desk.send("POST", PATH, "k1", &other).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["error"]["type"], "idempotency_error");
    let elsewhere = desk.send("POST", "/v1/refunds", "k1", "charge=ch_x").await;
    assert_eq!(elsewhere.json()["error"]["type"], "idempotency_error");
    let turned: Vec<&str> = CHECKOUT.split('&').rev().collect();
    assert_eq!(
        desk.send("POST", PATH, "k1", &turned.join("&"))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let desk = Desk::new();
    let first = desk.send("POST", PATH, "k1", CHECKOUT).await.json();
    desk.clock.advance(Duration::from_secs(86_399));
    assert_eq!(
        desk.send("POST", PATH, "k1", CHECKOUT).await.json()["id"],
        first["id"]
    );
    desk.clock.advance(Duration::from_secs(1));
    let later = desk.send("POST", PATH, "k1", CHECKOUT).await.json();
    assert_ne!(later["id"], first["id"]);
}

#[tokio::test]
async fn a_key_keeps_no_refusal_of_parameters() {
    let desk = Desk::new();
    let bad = desk.send("POST", PATH, "k1", "mode=payment").await;
    assert_eq!(bad.status, 400);
    assert_eq!(desk.send("POST", PATH, "k1", CHECKOUT).await.status, 200);
}

#[tokio::test]
async fn a_key_keeps_what_was_refused_while_it_ran() {
    let desk = Desk::new();
    let intent = desk.paid().await;
    let form = format!("payment_intent={intent}&amount=99999");
    assert_eq!(
        desk.send("POST", "/v1/refunds", "k1", &form).await.status,
        400
    );
    let again = desk.send("POST", "/v1/refunds", "k1", &form).await;
    assert_eq!(
        (again.status, again.header("idempotent-replayed")),
        (400, "true")
    );
}

#[tokio::test]
async fn a_key_keeps_an_error_of_the_server() {
    let desk = Desk::new();
    for (key, moment, sessions) in [
        ("k1", Moment::BeforeEffect, 0),
        ("k2", Moment::AfterEffect, 1),
    ] {
        desk.double.fail(Failing {
            matching: "POST /v1/checkout".to_owned(),
            calls: 1,
            fault: Fault::ServerError,
            moment,
        });
        assert_eq!(desk.send("POST", PATH, key, CHECKOUT).await.status, 500);
        let again = desk.send("POST", PATH, key, CHECKOUT).await;
        assert_eq!(
            (again.status, again.header("idempotent-replayed")),
            (500, "true")
        );
        let made = desk.get(PATH).await.json();
        assert_eq!(made["data"].as_array().unwrap().len(), sessions);
    }
}

#[tokio::test]
async fn a_key_in_use_is_refused() {
    let desk = Desk::new();
    let gate = desk.double.hold("POST /v1/checkout");
    let first = desk.send("POST", PATH, "k1", CHECKOUT);
    let second = async {
        let busy = desk.send("POST", PATH, "k1", CHECKOUT).await;
        gate.release();
        busy
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!(first.status, 200);
    assert_eq!(
        (second.status, second.refusal().1.as_str()),
        (409, "idempotency_key_in_use")
    );
    let third = desk.send("POST", PATH, "k1", CHECKOUT).await;
    assert_eq!(third.json()["id"], first.json()["id"]);
}

#[tokio::test]
async fn a_key_is_free_when_its_caller_gave_up() {
    let desk = Desk::new();
    let gate = desk.double.hold("POST /v1/checkout");
    let held = desk.send("POST", PATH, "k1", CHECKOUT);
    let patience = Duration::from_millis(20);
    assert!(tokio::time::timeout(patience, held).await.is_err());
    drop(gate);
    let again = desk.send("POST", PATH, "k1", CHECKOUT).await;
    assert_eq!(
        (again.status, again.header("idempotent-replayed")),
        (200, "")
    );
}

#[tokio::test]
async fn reading_needs_no_key() {
    let desk = Desk::new();
    let before = desk.send("GET", PATH, "k1", "").await.json();
    desk.checkout("").await;
    let after = desk.send("GET", PATH, "k1", "").await;
    assert_ne!(before["data"], after.json()["data"]);
    assert_eq!(desk.send("POST", PATH, "k1", CHECKOUT).await.status, 200);
    let long = "k".repeat(256);
    assert_eq!(desk.send("POST", PATH, &long, CHECKOUT).await.status, 400);
}
