//! What a firm says of payment online.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::usd;
use crate::world::World;

#[tokio::test]
async fn a_firm_chooses_numbers_of_notes_and_least_parts() {
    let world = World::new().await;
    let staff = world.staff();
    let before = staff.get("/firm").await;
    assert_eq!(before.body["part_payment"], Value::Null);
    assert_eq!(
        before.body["refund_numbers"],
        json!({"prefix": "RF-", "width": 4})
    );
    let change = json!({
        "refund_numbers": {"prefix": "N/"}, "part_payment": {"minimum": usd(5_000)},
    });
    let changed = staff.patch("/firm", before.etag(), change).await;
    changed.expect(StatusCode::OK);
    let now = staff.get("/firm").await;
    assert_eq!(
        now.body["refund_numbers"],
        json!({"prefix": "N/", "width": 4})
    );
    assert_eq!(now.body["part_payment"], json!({"minimum": usd(5_000)}));
    let more = json!({"part_payment": {"minimum": {"amount_minor": 7_500}}});
    staff
        .patch("/firm", now.etag(), more)
        .await
        .expect(StatusCode::OK);
    let now = staff.get("/firm").await;
    assert_eq!(now.body["part_payment"], json!({"minimum": usd(7_500)}));
    let off = json!({"part_payment": null});
    staff
        .patch("/firm", now.etag(), off)
        .await
        .expect(StatusCode::OK);
    assert_eq!(staff.get("/firm").await.body["part_payment"], Value::Null);
}

#[tokio::test]
async fn a_least_part_is_an_amount_above_zero() {
    let world = World::new().await;
    let staff = world.staff();
    for (part, flaw) in [
        (json!({}), "/part_payment/minimum"),
        (json!("on"), "/part_payment"),
        (json!({"minimum": 5}), "/part_payment/minimum"),
        (
            json!({"minimum": usd(0)}),
            "/part_payment/minimum/amount_minor",
        ),
        (
            json!({"minimum": usd(-1)}),
            "/part_payment/minimum/amount_minor",
        ),
        (
            json!({"minimum": {"amount_minor": 1.5, "currency": "USD"}}),
            "/part_payment/minimum/amount_minor",
        ),
        (
            json!({"minimum": {"amount_minor": 1, "currency": "usd"}}),
            "/part_payment/minimum/currency",
        ),
        (
            json!({"minimum": usd(1), "maximum": usd(2)}),
            "/part_payment/maximum",
        ),
    ] {
        let refused = staff
            .patch("/firm", "*", json!({"part_payment": part}))
            .await;
        refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.flaws(), [flaw], "{part}");
    }
    for (numbers, flaw) in [
        (json!({"width": 0}), "/refund_numbers/width"),
        (json!({"width": 13}), "/refund_numbers/width"),
        (json!({"prefix": 5}), "/refund_numbers/prefix"),
        (json!("RF-"), "/refund_numbers"),
    ] {
        let refused = staff
            .patch("/firm", "*", json!({"refund_numbers": numbers}))
            .await;
        refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.flaws(), [flaw], "{numbers}");
    }
}

#[tokio::test]
async fn mails_of_online_payments_can_be_switched_off() {
    let world = World::new().await;
    let staff = world.staff();
    let muted = json!(["payment_reversed", "payment_notice"]);
    staff
        .patch("/firm", "*", json!({"muted": muted}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(staff.get("/firm").await.body["muted"], muted);
    let guard = json!({"muted": ["alert_notice"]});
    let refused = staff.patch("/firm", "*", guard).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.flaws(), ["/muted/0"]);
}
