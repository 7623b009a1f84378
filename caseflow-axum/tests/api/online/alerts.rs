//! What staff should look at.

use axum::http::{Method, StatusCode};
use caseflow_core::testing::fixtures;
use serde_json::{Value, json};

use super::Shop;
use crate::paging::all_pages;
use crate::world::{Answer, World};

/// Somebody pays more than was asked for: that raises two alerts.
async fn overpay(shop: &Shop) -> String {
    let invoice = shop.world.invoice(10_000).await;
    let attempt = shop.start(&invoice).await;
    let more = fixtures::usd("110.00");
    assert!(shop.gateway.collect(&shop.gateway.latest(), more));
    shop.come_back(&attempt).await;
    invoice
}

async fn settle(shop: &Shop, id: &str, etag: &str, key: &str) -> Answer {
    let staff = shop.staff();
    let path = format!("/alerts/{id}/settle");
    let mut request = staff.request(Method::POST, &path, Some(json!({})));
    let headers = request.headers_mut();
    headers.insert("if-match", etag.parse().unwrap());
    headers.insert("idempotency-key", key.parse().unwrap());
    staff.send(request).await
}

#[tokio::test]
async fn what_was_not_expected_is_told_and_settled() {
    let shop = Shop::open().await;
    let staff = shop.staff();
    let invoice = overpay(&shop).await;
    let listed = staff.get("/alerts").await;
    let listed = listed.expect(StatusCode::OK).body["data"].clone();
    let mut kinds: Vec<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|alert| alert["kind"].as_str().unwrap())
        .collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["other_amount", "overpaid"]);
    let id = listed[0]["id"].as_str().unwrap();
    let read = staff.get(&format!("/alerts/{id}")).await;
    assert_eq!(read.expect(StatusCode::OK).body, listed[0]);
    assert_eq!(read.body["invoice"], invoice);
    assert_eq!(read.body["settled_at"], Value::Null);
    settle(&shop, id, "\"9\"", "stale")
        .await
        .expect(StatusCode::PRECONDITION_FAILED);
    let first = settle(&shop, id, read.etag(), "k").await;
    first.expect(StatusCode::OK);
    let again = settle(&shop, id, read.etag(), "k").await;
    assert_eq!(again.expect(StatusCode::OK).body, first.body);
    assert_eq!(again.header("idempotent-replayed"), "true");
    let rows = shop.world.rows().await;
    let path = format!("/alerts/{id}/settle");
    let once_more = staff.post(&path, json!({})).await;
    assert_eq!(once_more.expect(StatusCode::OK).body, first.body);
    assert_eq!(shop.world.rows().await, rows, "it changes nothing");
    let now = staff.get(&format!("/alerts/{id}")).await;
    assert_eq!(now.etag(), first.etag());
    assert_eq!(now.body["settled_at"], "2026-11-24T09:00:00.000Z");
    assert_eq!(now.body["settled_by"], "key 1");
    let open = staff.get("/alerts?settled=false").await;
    assert_eq!(open.body["data"], json!([listed[1]]));
    let settled = staff.get("/alerts?settled=true").await;
    assert_eq!(settled.body["data"], json!([now.body]));
}

#[tokio::test]
async fn alerts_come_by_pages() {
    let shop = Shop::open().await;
    for _ in 0..3 {
        overpay(&shop).await;
    }
    let whole = all_pages(&shop.staff(), "/alerts", 100).await;
    assert_eq!(whole.len(), 6);
    for limit in [1, 4] {
        let paged = all_pages(&shop.staff(), "/alerts?settled=false", limit).await;
        assert_eq!(paged, whole);
    }
    for (query, flaw) in [
        ("settled=yes", "/settled"),
        ("settled=", "/settled"),
        ("settled=TRUE", "/settled"),
        ("kind=overpaid", "/kind"),
        ("limit=101", "/limit"),
        ("after=x", "/after"),
    ] {
        let refused = shop.staff().get(&format!("/alerts?{query}")).await;
        refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.flaws(), [flaw], "{query}");
    }
}

#[tokio::test]
async fn e02_another_firms_alert_cannot_be_settled() {
    let shop = Shop::open().await;
    overpay(&shop).await;
    let id = shop.staff().get("/alerts").await.text("/data/0/id");
    let rival = shop.world.rival_staff();
    let path = format!("/alerts/{id}");
    rival.get(&path).await.expect(StatusCode::NOT_FOUND);
    let settle = format!("{path}/settle");
    let refused = rival.post(&settle, json!({})).await;
    refused.expect(StatusCode::NOT_FOUND);
    let refused = shop.world.reader().post(&settle, json!({})).await;
    refused.expect(StatusCode::FORBIDDEN);
    let seen = shop.staff().get(&path).await;
    assert_eq!(seen.body["settled_at"], Value::Null);
}

#[tokio::test]
async fn a_firm_without_a_payment_provider_has_empty_lists() {
    let world = World::new().await;
    for list in ["/alerts", "/attempts"] {
        let none = world.reader().get(list).await;
        none.expect(StatusCode::OK);
        assert_eq!(none.body, json!({"data": [], "next": null}), "{list}");
    }
}
