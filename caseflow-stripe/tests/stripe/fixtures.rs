//! The objects that Stripe publishes as examples, read as answers.

use caseflow_core::domain::gateway::Mode;
use caseflow_core::ports::payments::{
    DisputedFunds, GatewayState, PaymentGateway, RefundState, Refunds, Snapshot,
};
use serde_json::{Value, json};

use crate::server::{Answer, Server};
use crate::support::{about, data, labels, list, money, stripe_at};

fn example(name: &str) -> Value {
    let object = data("fixtures3.json")["resources"][name].clone();
    assert_eq!(object["object"], name, "the examples have no {name}");
    object
}

async fn fetched(name: &str, session: Value) -> Snapshot {
    let server = Server::start(move |seen, _| {
        Answer::ok(match seen.path.as_str() {
            "/v1/refunds" => list(&[example("refund")]),
            "/v1/disputes" => list(&[example("dispute")]),
            "/v1/checkout/sessions" => list(std::slice::from_ref(&session)),
            path if path.starts_with("/v1/refunds/") => belonging(example("refund")),
            path if path.starts_with("/v1/disputes/") => belonging(example("dispute")),
            path if path.starts_with("/v1/charges/") => belonging(example("charge")),
            _ => session.clone(),
        })
    })
    .await;
    stripe_at(&server.base).0.fetch(&about(name)).await.unwrap()
}

/// The examples belong to nothing.
fn belonging(mut object: Value) -> Value {
    object["payment_intent"] = json!("pi_1PgafyB7WZ01zgkWSjxsAJo3");
    object
}

#[tokio::test]
async fn the_example_of_a_checkout_is_open_and_none_of_ours() {
    let session = example("checkout.session");
    let snapshot = fetched(session["id"].as_str().unwrap(), session.clone()).await;
    assert_eq!(snapshot.state, GatewayState::Open);
    assert_eq!((snapshot.tag, snapshot.mode), (None, Mode::Test));
}

#[tokio::test]
async fn the_examples_put_together_are_a_paid_checkout_with_refund_and_dispute() {
    let mut intent = example("payment_intent");
    intent["status"] = json!("succeeded");
    intent["amount_received"] = intent["amount"].clone();
    let (paid, currency) = (
        intent["amount"].as_i64().unwrap(),
        intent["currency"].as_str().unwrap().to_owned(),
    );
    intent["latest_charge"] = example("charge");
    let mut session = example("checkout.session");
    session["metadata"] = labels();
    session["status"] = json!("complete");
    session["payment_status"] = json!("paid");
    session["payment_intent"] = intent;
    for name in ["cs_test_1", "pi_1", "ch_1", "re_1", "dp_1"] {
        let snapshot = fetched(name, session.clone()).await;
        let GatewayState::Paid { amount, at, .. } = &snapshot.state else {
            panic!("{snapshot:?}")
        };
        assert_eq!(*amount, money(paid, &currency));
        assert!(at.is_some());
        let Refunds::Each(refunds) = &snapshot.refunds else {
            panic!()
        };
        assert_eq!(
            (refunds[0].amount, refunds[0].state),
            (money(100, "USD"), RefundState::Succeeded)
        );
        assert_eq!(snapshot.disputes[0].amount, money(1_000, "USD"));
        assert_eq!(snapshot.disputes[0].funds, DisputedFunds::Kept);
    }
}

#[tokio::test]
async fn the_example_of_an_event_is_read_and_is_none_of_ours() {
    let mut ours = example("event");
    ours["type"] = json!("refund.updated");
    ours["data"]["object"] = example("refund");
    let server =
        Server::start(move |_, _| Answer::ok(list(&[example("event"), ours.clone()]))).await;
    let (stripe, _) = stripe_at(&server.base);
    let page = stripe
        .changes(crate::support::seconds(crate::support::NOON), None)
        .await
        .unwrap();
    assert_eq!(page.notices.len(), 1);
    assert_eq!(
        page.notices[0].about.as_str(),
        example("refund")["id"].as_str().unwrap()
    );
}
