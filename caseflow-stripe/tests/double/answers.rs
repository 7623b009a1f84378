//! Who may ask, and how answers look.

use bytes::Bytes;
use http::Request;

use crate::desk::{Desk, KEY};

async fn with(desk: &Desk, name: &str, value: &str) -> u16 {
    let request = Request::get("/v1/refunds").header(name, value);
    desk.ask(request.body(Bytes::new()).unwrap()).await.status
}

#[tokio::test]
async fn the_key_is_asked_for() {
    let desk = Desk::new();
    assert_eq!(
        with(&desk, "authorization", &format!("Bearer {KEY}")).await,
        200
    );
    // sk_test_desk: without a password
    assert_eq!(
        with(&desk, "authorization", "Basic c2tfdGVzdF9kZXNrOg==").await,
        200
    );
    assert_eq!(
        with(&desk, "authorization", "Bearer sk_test_other").await,
        401
    );
    assert_eq!(with(&desk, "authorization", "Basic !!").await, 401);
    assert_eq!(with(&desk, "x-nothing", "1").await, 401);
    let refused = desk
        .ask(Request::get("/v1/refunds").body(Bytes::new()).unwrap())
        .await;
    assert_eq!(refused.json()["error"]["type"], "invalid_request_error");
    assert!(!refused.header("request-id").is_empty());
}

#[tokio::test]
async fn other_accounts_are_refused() {
    let desk = Desk::new();
    let request = |account: &str| {
        Request::get("/v1/refunds")
            .header("authorization", format!("Bearer {KEY}"))
            .header("stripe-account", account)
            .body(Bytes::new())
            .unwrap()
    };
    assert_eq!(desk.ask(request("acct_desk")).await.status, 200);
    let refused = desk.ask(request("acct_other")).await;
    assert_eq!(
        refused.refusal(),
        (403, "account_invalid".to_owned(), String::new())
    );
}

#[tokio::test]
async fn answers_name_request_and_version() {
    let desk = Desk::new();
    let answer = desk.get("/v1/refunds").await;
    assert!(answer.header("request-id").starts_with("req_"));
    assert_eq!(answer.header("stripe-version"), "2026-09-30.endive");
    let asked = Request::get("/v1/refunds")
        .header("authorization", format!("Bearer {KEY}"))
        .header("stripe-version", "2025-01-27.acacia");
    let answer = desk.ask(asked.body(Bytes::new()).unwrap()).await;
    assert_eq!(answer.header("stripe-version"), "2025-01-27.acacia");
}

#[tokio::test]
async fn unknown_addresses_and_objects_are_404() {
    let desk = Desk::new();
    assert_eq!(desk.get("/v1/customers").await.status, 404);
    assert_eq!(desk.send("DELETE", "/v1/refunds", "", "").await.status, 404);
    assert_eq!(desk.get("/elsewhere").await.status, 404);
    let (status, code, param) = desk.get("/v1/checkout/sessions/cs_no").await.refusal();
    assert_eq!(
        (status, code.as_str(), param.as_str()),
        (404, "resource_missing", "session")
    );
    assert_eq!(desk.get("/v1/account").await.json()["id"], "acct_desk");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_ids() {
    let (one, other) = (Desk::new(), Desk::new());
    assert_eq!(one.checkout("").await, other.checkout("").await);
    assert_ne!(one.checkout("").await, one.checkout("").await);
}
