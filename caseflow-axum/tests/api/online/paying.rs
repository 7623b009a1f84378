//! A contact pays.

use axum::http::{Method, StatusCode};
use caseflow_core::testing::gateway::{Fault, TestGateway};
use serde_json::{Value, json};

use super::{Shop, usd};
use crate::world::{Answer, World};

#[tokio::test]
async fn an_invoice_is_paid_at_the_payment_provider() {
    let shop = Shop::open().await;
    let invoice = shop.world.invoice(10_000).await;
    let path = format!("/invoices/{invoice}");
    let before = shop.contact.get(&path).await;
    let offer = json!({"due": usd(10_000), "minimum": null});
    assert_eq!(before.body["pay_online"], offer);
    for list in ["/invoices", "/dashboard"] {
        let body = shop.contact.get(list).await.body;
        let rows = [&body["data"], &body["to_pay"]];
        let row = rows.iter().find_map(|rows| rows.get(0)).unwrap();
        assert_eq!(row["pay_online"], offer, "{list}");
    }
    let bare = shop
        .contact
        .request(Method::POST, &format!("{path}/pay"), None);
    let started = shop.contact.send(bare).await;
    started.expect(StatusCode::OK);
    let url = format!("https://pay.example/checkout/{}", shop.gateway.latest());
    assert_eq!(
        started.body["next"],
        json!({"kind": "redirect", "url": url})
    );
    let attempt = started.text("/attempt");
    let open = shop.come_back(&attempt).await;
    assert_eq!(
        (&open["stage"], &open["payment"], &open["amount_due"]),
        (&json!("open"), &Value::Null, &usd(10_000))
    );
    shop.gateway.pay(&shop.gateway.latest());
    let done = shop.come_back(&attempt).await;
    assert_eq!(done["stage"], "succeeded");
    assert_eq!(
        (&done["amount"], &done["amount_due"]),
        (&usd(10_000), &usd(0))
    );
    assert_eq!(done["invoice"], invoice);
    let paid = shop.contact.get(&path).await;
    assert_eq!(
        (&paid.body["status"], &paid.body["pay_online"]),
        (&json!("paid"), &Value::Null)
    );
    assert_eq!(paid.body["payments"][0]["mode"], "online");
    assert_eq!(paid.body["payments"][0]["id"], done["payment"]);
    let again = shop.contact.post(&format!("{path}/pay"), json!({})).await;
    again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let detail = again.text("/detail");
    assert!(detail.starts_with("nothing is due"), "{detail}");
    assert_eq!(shop.gateway.charges().len(), 1);
}

#[tokio::test]
async fn whoever_asks_twice_goes_to_the_same_checkout() {
    let shop = Shop::open().await;
    let invoice = shop.world.invoice(10_000).await;
    let path = format!("/invoices/{invoice}/pay");
    let first = shop.contact.post(&path, json!({})).await;
    let again = shop
        .contact
        .post(&path, json!({"amount": usd(10_000)}))
        .await;
    assert_eq!(first.expect(StatusCode::OK).body, again.body);
    assert_eq!(shop.gateway.checkouts().len(), 1);
}

#[tokio::test]
async fn a_form_can_be_embedded_and_its_settings_are_the_payers_alone() {
    let world = World::new().await;
    let gateway = TestGateway::embedded(world.doubles.clock.clone());
    let shop = Shop::with(world, gateway).await;
    let invoice = shop.world.invoice(10_000).await;
    let path = format!("/invoices/{invoice}/pay");
    let started = shop.contact.post(&path, json!({})).await;
    let checkout = shop.gateway.latest().to_string();
    assert_eq!(
        started.expect(StatusCode::OK).body["next"],
        json!({
            "kind": "embedded", "script": "https://pay.example/embed.js",
            "settings": {"checkout": checkout},
        })
    );
    let attempt = started.text("/attempt");
    for path in [
        "/attempts",
        &format!("/attempts/{attempt}"),
        &format!("/invoices/{invoice}"),
    ] {
        let seen = shop.staff().get(path).await;
        let text = seen.expect(StatusCode::OK).body.to_string();
        assert!(
            !text.contains("embed.js") && !text.contains("settings"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn money_on_its_way_is_told_and_not_asked_for_again() {
    let shop = Shop::open().await;
    let invoice = shop.world.invoice(10_000).await;
    let attempt = shop.start(&invoice).await;
    shop.gateway.pay_later(&shop.gateway.latest());
    assert_eq!(shop.come_back(&attempt).await["stage"], "processing");
    let path = format!("/invoices/{invoice}/pay");
    let told = shop.contact.post(&path, json!({})).await;
    told.expect(StatusCode::OK);
    assert_eq!(
        told.body,
        json!({"attempt": attempt, "next": {"kind": "told"}})
    );
    let cancel = format!("/invoices/{invoice}/cancel");
    let refused = shop.staff().post(&cancel, json!({})).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        refused.text("/detail"),
        "a payment is on its way: wait until it has arrived"
    );
    shop.gateway.arrive(&shop.gateway.latest());
    assert_eq!(shop.come_back(&attempt).await["stage"], "succeeded");
}

#[tokio::test]
async fn a_part_is_paid_only_where_the_firm_allows_it() {
    let shop = Shop::open().await;
    let invoice = shop.world.invoice(10_000).await;
    let path = format!("/invoices/{invoice}/pay");
    let pay = async |amount: Value| shop.contact.post(&path, json!({"amount": amount})).await;
    assert_refused(&pay(usd(5_000)).await, "/amount");
    let part = json!({"part_payment": {"minimum": usd(2_500)}});
    shop.staff().patch("/firm", "*", part).await;
    for wrong in [
        usd(2_499),
        usd(10_001),
        usd(0),
        usd(-2_500),
        json!({"amount_minor": 5_000, "currency": "EUR"}),
    ] {
        assert_refused(&pay(wrong).await, "/amount");
    }
    assert_refused(&pay(json!(25)).await, "/amount");
    assert_refused(
        &pay(json!({"currency": "USD"})).await,
        "/amount/amount_minor",
    );
    let offered = shop.contact.get(&format!("/invoices/{invoice}")).await;
    assert_eq!(
        offered.body["pay_online"],
        json!({"due": usd(10_000), "minimum": usd(2_500)})
    );
    let attempt = pay(usd(2_500)).await.text("/attempt");
    shop.gateway.pay(&shop.gateway.latest());
    let done = shop.come_back(&attempt).await;
    assert_eq!(
        (&done["amount"], &done["amount_due"]),
        (&usd(2_500), &usd(7_500))
    );
}

#[track_caller]
fn assert_refused(answer: &Answer, flaw: &str) {
    answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.flaws(), [flaw]);
}

#[tokio::test]
async fn a_firm_without_a_payment_provider_takes_nothing_online() {
    let world = World::new().await;
    let invoice = world.invoice(10_000).await;
    let contact = world.contact().await;
    let seen = contact.get(&format!("/invoices/{invoice}")).await;
    assert_eq!(seen.body["pay_online"], Value::Null);
    let refused = contact
        .post(&format!("/invoices/{invoice}/pay"), json!({}))
        .await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        refused.text("/detail"),
        "this firm takes no payments online"
    );
}

#[tokio::test]
async fn an_amount_that_the_payment_provider_cannot_take_is_not_offered() {
    let shop = Shop::open().await;
    let invoice = shop.world.invoice(100_000_000).await;
    let seen = shop.contact.get(&format!("/invoices/{invoice}")).await;
    assert_eq!(seen.body["pay_online"], Value::Null);
    let path = format!("/invoices/{invoice}/pay");
    assert_refused(&shop.contact.post(&path, json!({})).await, "/amount");
}

#[tokio::test]
async fn when_the_payment_provider_does_not_answer_nothing_was_charged() {
    let shop = Shop::open().await;
    let invoice = shop.world.invoice(10_000).await;
    let path = format!("/invoices/{invoice}/pay");
    for fault in [Fault::Before, Fault::After] {
        shop.gateway.fail_next([fault]);
        let failed = shop.contact.post(&path, json!({})).await;
        failed.expect(StatusCode::BAD_GATEWAY);
        assert_eq!(
            failed.text("/type"),
            "urn:caseflow:problem:payment-provider-failed"
        );
        assert_eq!(failed.flaws(), [""; 0]);
    }
    let listed = shop.staff().get("/attempts").await;
    assert_eq!(listed.body["data"][0]["stage"], "creating");
    let again = shop.contact.post(&path, json!({})).await;
    again.expect(StatusCode::OK);
    assert_eq!(again.body["attempt"], listed.body["data"][0]["id"]);
    assert_eq!(shop.gateway.checkouts().len(), 1);
}

#[tokio::test]
async fn when_the_payment_provider_refuses_staff_learn_why() {
    let shop = Shop::open().await;
    let invoice = shop.world.invoice(10_000).await;
    shop.gateway.fail_next([Fault::Refused("account_closed")]);
    let path = format!("/invoices/{invoice}/pay");
    let refused = shop.contact.post(&path, json!({})).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        refused.text("/detail"),
        "the payment provider refused: nothing was charged"
    );
    let failed = shop.staff().get("/attempts?stage=failed").await;
    let failed = &failed.body["data"][0];
    assert_eq!(failed["invoice"], invoice);
    assert_eq!(
        failed["trouble"],
        json!({"code": "account_closed", "detail": "the bank says account_closed"})
    );
    let own = shop.come_back(failed["id"].as_str().unwrap()).await;
    assert_eq!(own["stage"], "failed");
    assert!(!own.to_string().contains("account_closed"));
}

#[tokio::test]
async fn what_the_payer_has_already_is_not_sent_again() {
    let shop = Shop::open().await;
    let invoice = shop.world.invoice(10_000).await;
    let attempt = shop.start(&invoice).await;
    let ask = async |path: &str, tag: &str| {
        let mut request = shop.contact.request(Method::GET, path, None);
        let headers = request.headers_mut();
        headers.insert("if-none-match", tag.parse().unwrap());
        shop.contact.send(request).await
    };
    let own = format!("/payments/attempts/{attempt}");
    let seen = shop.contact.get(&own).await.etag().to_owned();
    ask(&own, &seen).await.expect(StatusCode::NOT_MODIFIED);
    let page = format!("/invoices/{invoice}");
    let offer = shop.contact.get(&page).await.etag().to_owned();
    ask(&page, &offer).await.expect(StatusCode::NOT_MODIFIED);
    let part = json!({"part_payment": {"minimum": usd(2_500)}});
    shop.staff().patch("/firm", "*", part).await;
    let changed = ask(&page, &offer).await;
    changed.expect(StatusCode::OK);
    assert_eq!(changed.body["pay_online"]["minimum"], usd(2_500));
    shop.gateway.pay(&shop.gateway.latest());
    let paid = ask(&own, &seen).await;
    assert_eq!(paid.expect(StatusCode::OK).body["stage"], "succeeded");
}

#[tokio::test]
async fn e01_another_clients_attempt_does_not_exist() {
    let shop = Shop::open().await;
    let paid = shop.paid(10_000).await;
    let stranger = shop.world.signed_in(&shop.world.office.stranger).await;
    for path in [
        format!("/payments/attempts/{}", paid.attempt),
        format!("/payments/attempts/{}", paid.payment),
        "/payments/attempts/att_1".to_owned(),
    ] {
        stranger.get(&path).await.expect(StatusCode::NOT_FOUND);
    }
    let open = shop.world.invoice(10_000).await;
    let pay = format!("/invoices/{open}/pay");
    let refused = stranger.post(&pay, json!({})).await;
    refused.expect(StatusCode::NOT_FOUND);
    let draft = shop.staff().made("/invoices", shop.world.terms(100)).await;
    let draft = format!("/invoices/{draft}/pay");
    let refused = shop.contact.post(&draft, json!({})).await;
    refused.expect(StatusCode::NOT_FOUND);
    assert_eq!(shop.gateway.checkouts().len(), 1);
}
