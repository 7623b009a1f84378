//! Money that goes back, and comes back.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use caseflow_core::testing::fixtures;
use caseflow_core::testing::gateway::Fault;
use caseflow_core::upkeep;
use serde_json::{Value, json};

use super::{Paid, Shop, usd};
use crate::paging::all_pages;
use crate::poppler::rows;
use crate::world::World;

fn refunds(paid: &Paid) -> String {
    format!("/payments/{}/refunds", paid.payment)
}

#[tokio::test]
async fn a_part_goes_back_and_then_the_rest() {
    let shop = Shop::open().await;
    let staff = shop.staff();
    let paid = shop.paid(10_000).await;
    let path = refunds(&paid);
    let body = json!({"amount": usd(2_500), "reason": "paid twice"});
    let part = staff.post(&path, body).await;
    part.expect(StatusCode::CREATED);
    assert_eq!(part.header("location"), format!("/firm/api/v1{path}"));
    for (member, value) in [
        ("payment", json!(paid.payment)),
        ("invoice", json!(paid.invoice)),
        ("amount", usd(2_500)),
        ("reason", json!("paid twice")),
        ("state", json!("done")),
        ("trouble", Value::Null),
        ("asked_at", json!("2026-11-24T09:00:00.000Z")),
    ] {
        assert_eq!(part.body[member], value, "{member}");
    }
    shop.world.doubles.clock.advance(Duration::from_millis(1));
    let rest = staff.post(&path, json!({"amount": "balance"})).await;
    assert_eq!(rest.expect(StatusCode::CREATED).body["amount"], usd(7_500));
    let listed = staff.get(&path).await;
    assert_eq!(listed.body["data"], json!([part.body, rest.body]));
    let payment = staff.get(&format!("/payments/{}", paid.payment)).await;
    assert_eq!(payment.body["refunds"], listed.body["data"]);
    let reversals = &payment.body["reversals"];
    assert_eq!(
        (&reversals[0]["kind"], &reversals[0]["amount"]),
        (&json!("refund"), &usd(2_500))
    );
    assert_eq!(
        (&reversals[0]["note"], &reversals[0]["reason"]),
        (&json!("RF-0001"), &json!("paid twice"))
    );
    assert_eq!(reversals[0]["txn"], part.body["txn"]);
    let invoice = staff.get(&format!("/invoices/{}", paid.invoice)).await;
    assert_eq!(&invoice.body["reversals"], reversals);
    assert_eq!(
        (invoice.cents("received"), invoice.cents("amount_due")),
        (0, 10_000)
    );
    let left = staff.post(&path, json!({"amount": "balance"})).await;
    left.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        left.text("/detail"),
        "nothing of this payment is left to refund"
    );
}

#[tokio::test]
async fn an_amount_that_cannot_go_back_is_refused_at_its_place() {
    let shop = Shop::open().await;
    let paid = shop.paid(10_000).await;
    let rows = shop.world.rows().await;
    for (amount, flaw) in [
        (usd(10_001), "/amount"),
        (usd(0), "/amount"),
        (usd(-1), "/amount"),
        (json!({"amount_minor": 100, "currency": "EUR"}), "/amount"),
        (json!("all"), "/amount"),
        (Value::Null, "/amount"),
        (
            json!({"amount_minor": "1", "currency": "USD"}),
            "/amount/amount_minor",
        ),
    ] {
        let body = json!({"amount": amount});
        let refused = shop.staff().post(&refunds(&paid), body).await;
        refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.flaws(), [flaw], "{amount}");
    }
    let wordy = json!({"amount": "balance", "reason": "x".repeat(201)});
    let refused = shop.staff().post(&refunds(&paid), wordy).await;
    assert_eq!(refused.flaws(), ["/reason"]);
    assert_eq!(shop.world.rows().await, rows);
}

#[tokio::test]
async fn by_hand_is_voided_and_online_is_refunded() {
    let shop = Shop::open().await;
    let staff = shop.staff();
    let paid = shop.paid(10_000).await;
    let void = format!("/payments/{}/void", paid.payment);
    let refused = staff.post(&void, json!({})).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        refused.text("/detail"),
        "the payment was made online: refund it instead"
    );
    let invoice = shop.world.invoice(100).await;
    let cash = json!({"amount": "balance", "mode": "cash"});
    let cash = staff
        .made(&format!("/invoices/{invoice}/payments"), cash)
        .await;
    let body = json!({"amount": "balance"});
    let refused = staff.post(&format!("/payments/{cash}/refunds"), body).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        refused.text("/detail"),
        "only payments made online can be refunded here: void this one instead"
    );
    let none = staff.get(&format!("/payments/{cash}/refunds")).await;
    assert_eq!(none.expect(StatusCode::OK).body, json!({"data": []}));
    shop.world
        .doubles
        .gateways
        .set(shop.world.office.firm.id, vec![]);
    let refused = staff
        .post(&refunds(&paid), json!({"amount": "balance"}))
        .await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        refused.text("/detail"),
        "the payment provider that took this payment is no longer set up"
    );
}

#[tokio::test]
async fn a_repeated_request_gives_back_once() {
    let shop = Shop::open().await;
    let staff = shop.staff();
    let paid = shop.paid(10_000).await;
    let path = refunds(&paid);
    let body = json!({"amount": usd(2_500)});
    let first = staff.post_as("k", &path, body.clone()).await;
    first.expect(StatusCode::CREATED);
    let again = staff.post_as("k", &path, body.clone()).await;
    again.expect(StatusCode::CREATED);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.body, first.body);
    let other = staff
        .post_as("k", &path, json!({"amount": usd(2_501)}))
        .await;
    other.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other.text("/title"), "key reused");
    let listed = staff.get(&path).await;
    assert_eq!(listed.body["data"], json!([first.body]));
    let keyless = staff.request(Method::POST, &path, Some(body.clone()));
    staff.send(keyless).await.expect(StatusCode::BAD_REQUEST);
    let reader = shop.world.reader();
    let refused = reader.post(&path, body).await;
    refused.expect(StatusCode::FORBIDDEN);
    assert_eq!(reader.get(&path).await.body, listed.body);
}

#[tokio::test]
async fn a_refund_may_say_which_payment_it_means() {
    let shop = Shop::open().await;
    let staff = shop.staff();
    let paid = shop.paid(10_000).await;
    let act = async |etag: &str, key: &str| {
        let body = json!({"amount": usd(100)});
        let mut request = staff.request(Method::POST, &refunds(&paid), Some(body));
        let headers = request.headers_mut();
        headers.insert("if-match", etag.parse().unwrap());
        headers.insert("idempotency-key", key.parse().unwrap());
        staff.send(request).await
    };
    for stale in ["\"2\"", "\"0\"", "\"x\""] {
        act(stale, "a")
            .await
            .expect(StatusCode::PRECONDITION_FAILED);
    }
    let payment = format!("/payments/{}", paid.payment);
    let before = staff.get(&payment).await.etag().to_owned();
    act(&before, "b").await.expect(StatusCode::CREATED);
    let after = staff.get(&payment).await.etag().to_owned();
    assert_ne!(before, after, "what went back is shown with the payment");
    act(&after, "c").await.expect(StatusCode::CREATED);
    act("*", "d").await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn a_payment_provider_that_does_not_answer_is_asked_again() {
    let shop = Shop::open().await;
    let staff = shop.staff();
    let paid = shop.paid(10_000).await;
    let path = refunds(&paid);
    shop.gateway.fail_next([Fault::Before]);
    let body = json!({"amount": usd(2_500)});
    let asked = staff.post_as("k", &path, body.clone()).await;
    asked.expect(StatusCode::CREATED);
    assert_eq!(asked.body["state"], "asked");
    let clock = &shop.world.doubles.clock;
    clock.advance(Duration::from_secs(61));
    upkeep::tick(&shop.world.ports).await.unwrap();
    let now = staff.post_as("k", &path, body).await;
    now.expect(StatusCode::CREATED);
    assert_eq!(now.body["state"], "done", "as it is now");
    assert_eq!(now.body["id"], asked.body["id"]);
}

#[tokio::test]
async fn a_refused_refund_says_why() {
    let shop = Shop::open().await;
    let staff = shop.staff();
    let paid = shop.paid(10_000).await;
    shop.gateway
        .fail_next([Fault::Refused("insufficient_funds")]);
    let body = json!({"amount": "balance"});
    let refused = staff.post(&refunds(&paid), body).await;
    refused.expect(StatusCode::CREATED);
    assert_eq!(refused.body["state"], "refused");
    assert_eq!(refused.text("/trouble/code"), "insufficient_funds");
    let alerts = staff.get("/alerts").await;
    assert_eq!(alerts.body["data"][0]["kind"], "refund_refused");
    assert_eq!(alerts.body["data"][0]["attempt"], paid.attempt);
    let payment = staff.get(&format!("/payments/{}", paid.payment)).await;
    assert_eq!(payment.body["reversals"], json!([]));
}

#[tokio::test]
async fn the_history_tells_every_way_that_money_went() {
    let shop = Shop::of(World::printing().await).await;
    let paid = shop.paid(10_000).await;
    let checkout = shop.gateway.latest();
    let body = json!({"amount": usd(2_000), "reason": "paid twice"});
    shop.staff().made(&refunds(&paid), body).await;
    shop.gateway.return_refund(&checkout);
    shop.sweep().await;
    shop.gateway.dispute(&checkout, fixtures::usd("30.00"));
    shop.sweep().await;
    shop.gateway.win(&checkout);
    shop.sweep().await;
    let contact = shop.world.contact().await;
    let lines = all_pages(&contact, "/payments", 100).await;
    let kinds: Vec<&str> = lines
        .iter()
        .map(|line| line["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds[..3], ["dispute_won", "dispute", "refund_returned"]);
    assert!(
        kinds.contains(&"refund") && kinds.contains(&"payment"),
        "{kinds:?}"
    );
    assert_eq!(lines.len(), 5);
    for limit in [1, 3] {
        assert_eq!(all_pages(&contact, "/payments", limit).await, lines);
    }
    let own = contact.get(&format!("/invoices/{}", paid.invoice)).await;
    assert_eq!(own.body["reversals"].as_array().unwrap().len(), 4);
    for line in &lines {
        assert_eq!(line["invoice_number"], "INV-0001");
        let url = line.get("receipt_url").or(line.get("note_url"));
        let url = url.and_then(Value::as_str).unwrap();
        let mine = contact.at_root(url).await;
        let path = url.strip_prefix("/api/v1").unwrap();
        let firms = path.replace("/payments/reversals/", "/reversals/");
        let firms = shop.staff().get(&firms).await;
        for file in [&mine, &firms] {
            file.expect(StatusCode::OK);
            assert_eq!(file.header("content-type"), "application/pdf");
            let number = line.get("note").or(line.get("receipt"));
            let number = number.and_then(Value::as_str).unwrap();
            let text = rows(&file.file).join("\n");
            assert!(text.contains(number), "{number}: {text}");
        }
        if line["kind"] == "refund" {
            assert_eq!(line["reason"], "paid twice");
            assert_eq!(line["amount"], usd(2_000));
        }
    }
    let text = Value::from(lines).to_string();
    assert!(
        !text.contains("acct_1") && !text.contains("\"txn\""),
        "{text}"
    );
}

#[tokio::test]
async fn e01_e02_a_note_is_for_whom_it_is_written() {
    let shop = Shop::open().await;
    let paid = shop.paid(10_000).await;
    let body = json!({"amount": "balance"});
    shop.staff().made(&refunds(&paid), body).await;
    let payment = shop
        .staff()
        .get(&format!("/payments/{}", paid.payment))
        .await;
    let id = payment.text("/reversals/0/id");
    let (own, firms) = (
        format!("/payments/reversals/{id}/note"),
        format!("/reversals/{id}/note"),
    );
    shop.contact.get(&own).await.expect(StatusCode::OK);
    shop.staff().get(&firms).await.expect(StatusCode::OK);
    let stranger = shop.world.signed_in(&shop.world.office.stranger).await;
    stranger.get(&own).await.expect(StatusCode::NOT_FOUND);
    let rival = shop.world.rival_staff();
    rival.get(&firms).await.expect(StatusCode::NOT_FOUND);
    for wrong in ["rev_1", &paid.payment] {
        let wrong = format!("/reversals/{wrong}/note");
        let answer = shop.staff().get(&wrong).await;
        answer.expect(StatusCode::NOT_FOUND);
    }
}
