//! What is read of refunds and disputes, what they lead to, and how a checkout is closed.

use caseflow_core::domain::gateway::OpKey;
use caseflow_core::domain::id::RefundId;
use caseflow_core::ports::payments::{
    DisputedFunds, GatewayError, GatewayState, PaymentGateway, RefundState, Refunds, Snapshot,
};
use serde_json::{Value, json};

use crate::replies::{fetched_with, session};
use crate::server::{Answer, Server};
use crate::support::{about, id, list, money, paid_session, stripe_at, tag};

#[tokio::test]
async fn refunds_come_one_by_one_with_our_request() {
    let ours: RefundId = id(3);
    let refund = |name: &str, status: Value, metadata: Value| json!({"id": name, "amount": 1_000, "currency": "usd", "status": status, "metadata": metadata});
    let refunds = vec![
        refund(
            "re_1",
            json!("succeeded"),
            json!({"caseflow_refund": ours.to_string()}),
        ),
        refund("re_2", json!("pending"), json!({})),
        refund("re_3", json!("requires_action"), Value::Null),
        refund(
            "re_4",
            json!("failed"),
            json!({"caseflow_refund": "mangled"}),
        ),
        refund("pyr_5", json!("canceled"), Value::Null),
        refund("re_6", json!("of_the_future"), Value::Null),
        refund("re_7", Value::Null, Value::Null),
    ];
    let snapshot = fetched_with(paid_session(), refunds, vec![]).await.unwrap();
    let Refunds::Each(lines) = snapshot.refunds else {
        panic!()
    };
    let states: Vec<_> = lines.iter().map(|line| line.state).collect();
    use RefundState::{Failed, Pending, Succeeded};
    assert_eq!(
        states,
        [
            Succeeded, Pending, Pending, Failed, Failed, Pending, Pending
        ]
    );
    assert_eq!(lines[0].request, Some(ours));
    assert!(lines[1..].iter().all(|line| line.request.is_none()));
    assert!(lines.iter().all(|line| line.amount == money(1_000, "USD")));
}

#[tokio::test]
async fn refunds_of_several_pages_are_all_there_and_an_endless_list_is_not_believed() {
    let page = |name: String, more: bool| json!({"data": [{"id": name, "amount": 1, "currency": "usd", "status": "succeeded"}], "has_more": more});
    let server = Server::start(move |seen, _| {
        Answer::ok(
            match (seen.path.as_str(), seen.field("starting_after").as_deref()) {
                ("/v1/refunds", None) => page("re_1".to_owned(), true),
                ("/v1/refunds", Some("re_1")) => page("re_2".to_owned(), false),
                ("/v1/disputes", _) => list(&[]),
                _ => paid_session(),
            },
        )
    })
    .await;
    let snapshot = stripe_at(&server.base)
        .0
        .fetch(&about("cs_test_1"))
        .await
        .unwrap();
    let Refunds::Each(lines) = snapshot.refunds else {
        panic!()
    };
    assert_eq!(
        lines
            .iter()
            .map(|line| line.txn.as_str())
            .collect::<Vec<_>>(),
        ["re_1", "re_2"]
    );

    let endless = Server::start(move |seen, before| {
        Answer::ok(match seen.path.as_str() {
            "/v1/refunds" => page(format!("re_{before}"), true),
            "/v1/disputes" => list(&[]),
            _ => paid_session(),
        })
    })
    .await;
    let result = stripe_at(&endless.base).0.fetch(&about("cs_test_1")).await;
    assert!(matches!(result, Err(GatewayError::Unknown(_))));
}

#[tokio::test]
async fn a_dispute_says_where_its_money_is() {
    let dispute = |name: &str, moved: &[i64]| {
        let moved: Vec<_> = moved
            .iter()
            .map(|amount| json!({"id": "txn_1", "amount": amount}))
            .collect();
        json!({"id": name, "amount": 10_000, "currency": "usd", "status": "under_review", "balance_transactions": moved})
    };
    let disputes = vec![
        dispute("dp_1", &[]),
        dispute("dp_2", &[-10_000]),
        dispute("du_3", &[-10_000, 10_000]),
    ];
    let snapshot = fetched_with(paid_session(), vec![], disputes)
        .await
        .unwrap();
    let funds: Vec<_> = snapshot.disputes.iter().map(|line| line.funds).collect();
    assert_eq!(
        funds,
        [
            DisputedFunds::Kept,
            DisputedFunds::Withdrawn,
            DisputedFunds::Reinstated
        ]
    );
    assert_eq!(snapshot.disputes[0].amount, money(10_000, "USD"));
}

#[tokio::test]
async fn a_refund_without_its_payment_is_found_by_its_charge() {
    let server = Server::start(|seen, _| {
        Answer::ok(match seen.path.as_str() {
            "/v1/refunds/pyr_1" => json!({"id": "pyr_1", "payment_intent": null, "charge": "py_1"}),
            "/v1/charges/py_1" => json!({"id": "py_1", "payment_intent": {"id": "pi_1"}}),
            "/v1/checkout/sessions" => list(&[paid_session()]),
            "/v1/refunds/re_9" => json!({"id": "re_9"}),
            _ => list(&[]),
        })
    })
    .await;
    let (stripe, _) = stripe_at(&server.base);
    assert_eq!(
        stripe
            .fetch(&about("pyr_1"))
            .await
            .unwrap()
            .reference
            .as_str(),
        "cs_test_1"
    );
    assert!(matches!(
        stripe.fetch(&about("re_9")).await,
        Err(GatewayError::NotFound)
    ));
}

#[tokio::test]
async fn a_payment_that_belongs_to_no_checkout_is_not_found() {
    let server = Server::start(|_, _| Answer::ok(list(&[]))).await;
    let (stripe, _) = stripe_at(&server.base);
    assert!(matches!(
        stripe.fetch(&about("pi_1")).await,
        Err(GatewayError::NotFound)
    ));
}

/// What `cancel` says when Stripe answers so to closing, and the session stands so after.
async fn cancelled(answer: Answer, after: Value) -> Result<Snapshot, GatewayError> {
    let server = Server::start(move |seen, _| match seen.path.as_str() {
        "/v1/checkout/sessions/cs_test_1/expire" => answer.clone(),
        "/v1/checkout/sessions/cs_test_1" => Answer::ok(&after),
        _ => Answer::ok(list(&[])),
    })
    .await;
    let (stripe, _) = stripe_at(&server.base);
    stripe
        .cancel(&about("cs_test_1"), &OpKey::cancel(tag().attempt))
        .await
}

#[tokio::test]
async fn closing_what_is_closed_or_paid_says_how_it_stands() {
    let no = || {
        Answer::status(
            400,
            json!({"error": {"type": "invalid_request_error",
        "message": "Only Checkout Sessions with a status in [\"open\"] can be expired."}}),
        )
    };
    let expired = session("expired", "unpaid", Value::Null);
    let open = session("open", "unpaid", Value::Null);
    let closed = cancelled(Answer::ok(&expired), expired.clone())
        .await
        .unwrap();
    assert_eq!(closed.state, GatewayState::Expired);
    assert_eq!(
        cancelled(no(), expired).await.unwrap().state,
        GatewayState::Expired
    );
    let paid = cancelled(no(), paid_session()).await.unwrap();
    assert!(matches!(paid.state, GatewayState::Paid { .. }));
    assert!(matches!(
        cancelled(no(), open.clone()).await,
        Err(GatewayError::Refused(_))
    ));
    assert!(matches!(
        cancelled(Answer::status(500, ""), open).await,
        Err(GatewayError::Unknown(_))
    ));
}
