//! What is made of what Stripe says: full, partial, newer and odd.

use caseflow_core::domain::gateway::Mode;
use caseflow_core::ports::payments::{
    GatewayError, GatewayState, PaymentGateway, Refunds, Snapshot,
};
use serde_json::{Value, json};

use crate::server::{Answer, Server};
use crate::support::{NOON, about, labels, list, money, paid_session, seconds, stripe_at, tag};

/// What `fetch` says when Stripe has this session, these refunds and these disputes.
pub(crate) async fn fetched_with(
    session: Value,
    refunds: Vec<Value>,
    disputes: Vec<Value>,
) -> Result<Snapshot, GatewayError> {
    let server = Server::start(move |seen, _| {
        Answer::ok(match seen.path.as_str() {
            "/v1/refunds" => list(&refunds),
            "/v1/disputes" => list(&disputes),
            _ => session.clone(),
        })
    })
    .await;
    stripe_at(&server.base).0.fetch(&about("cs_test_1")).await
}

async fn state_of(session: Value) -> GatewayState {
    fetched_with(session, vec![], vec![]).await.unwrap().state
}

pub(crate) fn session(status: &str, payment_status: &str, intent: Value) -> Value {
    let mut session = json!({
        "id": "cs_test_1", "status": status, "payment_status": payment_status, "amount_total": 10_000,
        "currency": "usd", "livemode": false, "metadata": labels(),
    });
    session["payment_intent"] = intent;
    session
}

fn intent(status: &str) -> Value {
    json!({"id": "pi_1", "status": status, "currency": "usd", "amount_received": 0})
}

#[tokio::test]
async fn a_paid_checkout_says_what_came_in_and_when() {
    let snapshot = fetched_with(paid_session(), vec![], vec![]).await.unwrap();
    assert_eq!(snapshot.reference.as_str(), "cs_test_1");
    assert_eq!(snapshot.tag, Some(tag()));
    assert_eq!(snapshot.mode, Mode::Test);
    let GatewayState::Paid { txn, amount, at } = snapshot.state else {
        panic!("{snapshot:?}")
    };
    assert_eq!(
        (txn.as_str(), amount, at),
        ("pi_1", money(10_000, "USD"), Some(seconds(NOON)))
    );
    assert_eq!(snapshot.refunds, Refunds::Each(vec![]));
}

#[tokio::test]
async fn b13_b14_what_was_collected_counts_and_not_what_was_asked_for() {
    let mut less = paid_session();
    less["payment_intent"]["amount_received"] = json!(9_900);
    let GatewayState::Paid { amount, .. } = state_of(less).await else {
        panic!()
    };
    assert_eq!(amount, money(9_900, "USD"));
    let mut other = paid_session();
    other["payment_intent"]["currency"] = json!("eur");
    let GatewayState::Paid { amount, .. } = state_of(other).await else {
        panic!()
    };
    assert_eq!(amount, money(10_000, "EUR"));
}

#[tokio::test]
async fn each_standing_is_told_apart() {
    for (session, expected) in [
        (session("open", "unpaid", Value::Null), GatewayState::Open),
        (
            session("open", "unpaid", intent("requires_payment_method")),
            GatewayState::Open,
        ),
        (
            session("open", "unpaid", intent("processing")),
            GatewayState::Processing,
        ),
        (
            session("expired", "unpaid", Value::Null),
            GatewayState::Expired,
        ),
        (
            session("expired", "unpaid", intent("canceled")),
            GatewayState::Expired,
        ),
        (
            session("complete", "unpaid", intent("processing")),
            GatewayState::Processing,
        ),
        (
            session("complete", "unpaid", intent("status_of_the_future")),
            GatewayState::Processing,
        ),
        (
            session("complete", "unpaid", json!("pi_1")),
            GatewayState::Processing,
        ),
        (
            session("complete", "unpaid", intent("canceled")),
            GatewayState::Cancelled,
        ),
    ] {
        assert_eq!(state_of(session.clone()).await, expected, "{session}");
    }
}

#[tokio::test]
async fn b12_a_debit_that_failed_days_later_has_failed() {
    let mut failed = intent("requires_payment_method");
    failed["last_payment_error"] =
        json!({"code": "payment_intent_payment_attempt_failed", "message": "The bank said no"});
    let GatewayState::Failed(trouble) = state_of(session("complete", "unpaid", failed)).await
    else {
        panic!()
    };
    assert_eq!(
        trouble.code.as_str(),
        "payment_intent_payment_attempt_failed"
    );
    assert_eq!(trouble.detail.as_str(), "The bank said no");
    let odd =
        json!({"id": "pi_1", "status": "requires_payment_method", "last_payment_error": ["?"]});
    assert!(matches!(
        state_of(session("complete", "unpaid", odd)).await,
        GatewayState::Failed(_)
    ));
}

#[tokio::test]
async fn money_that_is_there_counts_whatever_the_session_says() {
    for status in ["open", "expired", "complete", "frozen"] {
        let mut late = intent("succeeded");
        late["amount_received"] = json!(10_000);
        assert!(
            matches!(
                state_of(session(status, "unpaid", late)).await,
                GatewayState::Paid { .. }
            ),
            "{status}"
        );
    }
}

#[tokio::test]
async fn what_is_newer_than_the_adapter_changes_nothing_and_is_told() {
    for (session, expected) in [
        (session("paused", "unpaid", Value::Null), "paused, unpaid"),
        (
            session("complete", "partially_paid", intent("processing")),
            "complete, partially_paid",
        ),
        (
            session("complete", "no_payment_required", Value::Null),
            "complete, no_payment_required",
        ),
        (
            json!({"id": "cs_test_1", "metadata": labels()}),
            "no status, no payment status",
        ),
        (
            session("complete", "paid", Value::Null),
            "paid without a payment",
        ),
    ] {
        let GatewayState::Other(what) = state_of(session).await else {
            panic!("{expected}")
        };
        assert_eq!(what.as_str(), expected);
    }
    let mut strange = paid_session();
    strange["payment_intent"]["currency"] = json!("zzz");
    assert!(matches!(state_of(strange).await, GatewayState::Other(_)));
}

#[tokio::test]
async fn a_partial_server_and_a_newer_one_are_understood() {
    let mut partial = session("complete", "paid", json!("pi_1"));
    partial.as_object_mut().unwrap().remove("livemode");
    let snapshot = fetched_with(partial, vec![], vec![]).await.unwrap();
    assert_eq!(snapshot.mode, Mode::Test);
    let GatewayState::Paid { txn, amount, at } = snapshot.state else {
        panic!()
    };
    assert_eq!(
        (txn.as_str(), amount, at),
        ("pi_1", money(10_000, "USD"), None)
    );

    let mut newer = paid_session();
    newer["object"] = json!({"kind": "v2.session"});
    newer["created"] = json!("2031-01-01T00:00:00Z");
    newer["ui_mode"] = json!("hologram");
    newer["payment_intent"]["next_action"] = json!({"type": "scan_your_palm"});
    newer["payment_intent"]["latest_charge"]["created"] = json!("2031-01-01T00:00:00Z");
    let GatewayState::Paid { amount, at, .. } = state_of(newer).await else {
        panic!()
    };
    assert_eq!((amount, at), (money(10_000, "USD"), None));
}

#[tokio::test]
async fn an_amount_of_another_shape_is_an_answer_that_cannot_be_read() {
    for (field, value) in [
        ("amount_received", json!("10000")),
        ("amount_received", json!(100.5)),
        ("status", json!(1)),
        ("metadata", json!([1])),
    ] {
        let mut odd = paid_session();
        odd["payment_intent"][field] = value;
        let result = fetched_with(odd, vec![], vec![]).await;
        // The payment is then no more than its name, or the whole answer is not believed.
        match result {
            Err(GatewayError::Unknown(_)) => {}
            other => panic!("{field}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn what_was_not_made_by_us_has_no_tag_and_nothing_more_is_asked() {
    for metadata in [
        json!({}),
        Value::Null,
        json!({"caseflow_firm": "x", "caseflow_attempt": "y"}),
        json!({"order": "7"}),
    ] {
        let mut foreign = paid_session();
        foreign["metadata"] = metadata.clone();
        foreign["payment_intent"]["metadata"] = metadata;
        let server = Server::start(move |_, _| Answer::ok(&foreign)).await;
        let snapshot = stripe_at(&server.base)
            .0
            .fetch(&about("cs_test_1"))
            .await
            .unwrap();
        assert_eq!(snapshot.tag, None);
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn the_payments_label_does_where_the_sessions_is_missing() {
    let mut session = paid_session();
    session["metadata"] = Value::Null;
    assert_eq!(
        fetched_with(session, vec![], vec![]).await.unwrap().tag,
        Some(tag())
    );
}

#[tokio::test]
async fn live_money_is_told_from_play_money() {
    let mut live = paid_session();
    live["livemode"] = json!(true);
    assert_eq!(
        fetched_with(live, vec![], vec![]).await.unwrap().mode,
        Mode::Live
    );
}
