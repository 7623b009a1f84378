//! Calls that go wrong.

use std::time::Duration;

use caseflow_stripe::double::{Failing, Fault, Moment};

use crate::desk::{Answer, CHECKOUT, Desk};

const PATH: &str = "/v1/checkout/sessions";

fn plan(desk: &Desk, fault: Fault, moment: Moment) {
    desk.double.fail(Failing {
        matching: "POST".to_owned(),
        calls: 1,
        fault,
        moment,
    });
}

async fn create(desk: &Desk) -> Answer {
    desk.send("POST", PATH, "k1", CHECKOUT).await
}

async fn made(desk: &Desk) -> usize {
    desk.get(PATH).await.json()["data"]
        .as_array()
        .unwrap()
        .len()
}

#[tokio::test]
async fn a_bad_gateway_may_stand_before_or_after_the_deed() {
    let desk = Desk::new();
    plan(&desk, Fault::BadGateway, Moment::BeforeEffect);
    let answer = create(&desk).await;
    assert_eq!(answer.status, 502);
    assert!(answer.text.starts_with("<html>"));
    assert_eq!(made(&desk).await, 0);
    plan(&desk, Fault::BadGateway, Moment::AfterEffect);
    assert_eq!(create(&desk).await.status, 502);
    assert_eq!(made(&desk).await, 1);
    let again = create(&desk).await;
    assert_eq!(
        (again.status, again.header("idempotent-replayed")),
        (200, "true")
    );
    assert_eq!(made(&desk).await, 1);
}

#[tokio::test]
async fn a_call_may_never_be_answered() {
    let desk = Desk::new();
    for (moment, sessions) in [(Moment::BeforeEffect, 0), (Moment::AfterEffect, 1)] {
        plan(&desk, Fault::Hang, moment);
        let patience = Duration::from_millis(20);
        assert!(tokio::time::timeout(patience, create(&desk)).await.is_err());
        assert_eq!(made(&desk).await, sessions);
    }
    assert_eq!(create(&desk).await.header("idempotent-replayed"), "true");
}

#[tokio::test]
async fn a_call_may_be_garbled_or_too_many() {
    let desk = Desk::new();
    plan(&desk, Fault::RateLimited, Moment::BeforeEffect);
    assert_eq!(create(&desk).await.refusal().1, "rate_limit");
    plan(&desk, Fault::Garbled, Moment::AfterEffect);
    let answer = create(&desk).await;
    assert_eq!(answer.status, 200);
    assert!(serde_json::from_str::<serde_json::Value>(&answer.text).is_err());
    assert_eq!(made(&desk).await, 1);
}

#[tokio::test]
async fn faults_are_counted_and_chosen_by_path() {
    let desk = Desk::new();
    desk.double.fail(Failing {
        matching: "GET /v1/refunds".to_owned(),
        calls: 2,
        fault: Fault::ServerError,
        moment: Moment::BeforeEffect,
    });
    assert_eq!(desk.get("/v1/events").await.status, 200);
    assert_eq!(desk.get("/v1/refunds").await.status, 500);
    assert_eq!(desk.get("/v1/refunds").await.status, 500);
    assert_eq!(desk.get("/v1/refunds").await.status, 200);
    plan(&desk, Fault::ServerError, Moment::BeforeEffect);
    desk.double.clear_faults();
    assert_eq!(create(&desk).await.status, 200);
}

#[tokio::test]
async fn the_replay_of_a_reply_can_be_lost_as_well() {
    let desk = Desk::new();
    create(&desk).await;
    plan(&desk, Fault::BadGateway, Moment::AfterEffect);
    assert_eq!(create(&desk).await.status, 502);
    assert_eq!(create(&desk).await.header("idempotent-replayed"), "true");
    assert_eq!(made(&desk).await, 1);
}
