//! What staff see of payment online.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::money::Money;
use caseflow_core::testing::gateway::{Fault, TestGateway};
use caseflow_core::upkeep;
use serde_json::{Value, json};

use super::{Shop, usd};
use crate::paging::all_pages;
use crate::world::World;

#[tokio::test]
async fn accounts_say_whether_their_money_is_real() {
    let world = World::new().await;
    let none = world.staff().get("/gateways").await;
    assert_eq!(none.expect(StatusCode::OK).body, json!({"data": []}));
    let clock = &world.doubles.clock;
    let live = TestGateway::of("example:acct_9:live", clock.clone());
    let test = TestGateway::new(clock.clone());
    let firm = world.office.firm.id;
    world.doubles.gateways.set(firm, vec![live, test]);
    assert_eq!(
        world.reader().get("/gateways").await.body["data"],
        json!([
            {"gateway": "example", "account": "acct_9", "mode": "live"},
            {"gateway": "example", "account": "acct_1", "mode": "test"},
        ])
    );
    let rival = world.rival_staff().get("/gateways").await;
    assert_eq!(rival.body["data"], json!([]));
}

#[tokio::test]
async fn an_online_payment_shows_its_charge_everywhere() {
    let shop = Shop::open().await;
    let staff = shop.staff();
    let paid = shop.paid(10_000).await;
    let payment = staff.get(&format!("/payments/{}", paid.payment)).await;
    payment.expect(StatusCode::OK);
    let charge = &shop.gateway.charges()[0];
    assert_eq!(payment.body["mode"], "online");
    assert_eq!(
        payment.body["charge"],
        json!({
            "gateway": "example", "account": "acct_1", "mode": "test",
            "txn": charge.txn.as_str(), "attempt": paid.attempt,
        })
    );
    let attempt = staff.get(&format!("/attempts/{}", paid.attempt)).await;
    attempt.expect(StatusCode::OK);
    for (member, value) in [
        ("stage", json!("succeeded")),
        ("txn", json!(charge.txn.as_str())),
        ("reference", json!(charge.checkout.as_str())),
        ("held", Value::Null),
        ("trouble", Value::Null),
        ("amount", usd(10_000)),
        ("balance", usd(10_000)),
        ("invoice", json!(paid.invoice)),
        ("client", json!(shop.world.office.client.id.to_string())),
        ("contact", json!(shop.world.office.contact.id.to_string())),
        ("started_at", json!("2026-11-24T09:00:00.000Z")),
        ("expires_at", json!("2026-11-24T10:00:00.000Z")),
        ("ended_at", json!("2026-11-24T09:00:00.000Z")),
        ("next_check_at", Value::Null),
    ] {
        assert_eq!(attempt.body[member], value, "{member}");
    }
    assert_eq!(attempt.body["merchant"]["mode"], "test");
    let invoice = staff.get(&format!("/invoices/{}", paid.invoice)).await;
    let short = &invoice.body["attempts"][0];
    for (member, value) in short.as_object().unwrap() {
        assert_eq!(&attempt.body[member], value, "{member}");
    }
    assert_eq!(
        invoice.body["payments"][0]["charge"],
        payment.body["charge"]
    );
    let listed = staff.get("/payments").await;
    assert_eq!(listed.body["data"][0], invoice.body["payments"][0]);
    let by_hand = shop.world.invoice(100).await;
    let cash = json!({"amount": "balance", "mode": "cash"});
    let cash = staff
        .made(&format!("/invoices/{by_hand}/payments"), cash)
        .await;
    let cash = staff.get(&format!("/payments/{cash}")).await;
    assert_eq!(cash.body["charge"], Value::Null);
    assert_eq!(
        (&cash.body["reversals"], &cash.body["refunds"]),
        (&json!([]), &json!([]))
    );
}

#[tokio::test]
async fn attempts_are_found_by_stage_and_invoice() {
    let shop = Shop::open().await;
    let (staff, mut invoices) = (shop.staff(), vec![]);
    for n in 0..7 {
        let invoice = shop.world.invoice(10_000).await;
        shop.start(&invoice).await;
        if n % 2 == 0 {
            shop.gateway.pay(&shop.gateway.latest());
        }
        shop.world.doubles.clock.advance(Duration::from_secs(1));
        invoices.push(invoice);
    }
    upkeep::tick(&shop.world.ports).await.unwrap();
    let whole = all_pages(&staff, "/attempts", 100).await;
    assert_eq!(whole.len(), 7);
    let newest = whole.iter().map(|row| &row["invoice"]).next().unwrap();
    assert_eq!(*newest, invoices[6], "newest first");
    for limit in [1, 3] {
        assert_eq!(all_pages(&staff, "/attempts", limit).await, whole);
    }
    let one = format!("/attempts?invoice={}", invoices[3]);
    let one = staff.get(&one).await.body["data"].clone();
    assert_eq!(one, json!([whole[3]]));
    shop.world.doubles.clock.advance(Duration::from_secs(120));
    upkeep::tick(&shop.world.ports).await.unwrap();
    let paid = all_pages(&staff, "/attempts?stage=succeeded", 3).await;
    assert_eq!(paid.len(), 4);
    assert_eq!(all_pages(&staff, "/attempts?stage=open", 2).await.len(), 3);
    let both = format!("/attempts?stage=open&invoice={}", invoices[0]);
    assert_eq!(staff.get(&both).await.body["data"], json!([]));
    for (query, flaw) in [
        ("stage=paid", "/stage"),
        ("stage=", "/stage"),
        ("invoice=42", "/invoice"),
        ("client=x", "/client"),
        ("limit=0", "/limit"),
        ("after=x", "/after"),
    ] {
        let refused = staff.get(&format!("/attempts?{query}")).await;
        refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.flaws(), [flaw], "{query}");
    }
}

#[tokio::test]
async fn money_of_another_currency_is_held() {
    let shop = Shop::open().await;
    let invoice = shop.world.invoice(10_000).await;
    let attempt = shop.start(&invoice).await;
    let euros = Money::from_minor(10_000, Currency::parse("EUR").unwrap());
    assert!(shop.gateway.collect(&shop.gateway.latest(), euros));
    assert_eq!(shop.come_back(&attempt).await["stage"], "held");
    let held = shop.staff().get(&format!("/attempts/{attempt}")).await;
    assert_eq!(
        held.body["held"],
        json!({"amount_minor": 10_000, "currency": "EUR"})
    );
    let invoice = shop.staff().get(&format!("/invoices/{invoice}")).await;
    assert_eq!(invoice.cents("amount_due"), 10_000);
}

#[tokio::test]
async fn an_invoices_tag_tells_of_its_attempts() {
    let shop = Shop::open().await;
    let staff = shop.staff();
    let invoice = shop.world.invoice(10_000).await;
    let path = format!("/invoices/{invoice}");
    let before = staff.get(&path).await.etag().to_owned();
    shop.start(&invoice).await;
    let mut request = staff.request(Method::GET, &path, None);
    let headers = request.headers_mut();
    headers.insert("if-none-match", before.parse().unwrap());
    let now = staff.send(request).await;
    now.expect(StatusCode::OK);
    assert_eq!(now.body["attempts"][0]["stage"], "open");
    let changed = staff.patch(&path, now.etag(), json!({"matter": "M"})).await;
    changed.expect(StatusCode::OK);
}

#[tokio::test]
async fn what_is_paid_online_is_not_written_by_hand() {
    let shop = Shop::open().await;
    let invoice = shop.world.invoice(10_000).await;
    let body = json!({"amount": "balance", "mode": "online"});
    let path = format!("/invoices/{invoice}/payments");
    let refused = shop.staff().post(&path, body).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.flaws(), ["/mode"]);
    let detail = refused.text("/errors/0/detail");
    assert!(detail.starts_with("the payment provider alone"), "{detail}");
}

#[tokio::test]
async fn a_checkout_is_closed_before_the_invoice_is_called_off() {
    let shop = Shop::open().await;
    let staff = shop.staff();
    let invoice = shop.world.invoice(10_000).await;
    let attempt = shop.start(&invoice).await;
    shop.gateway.fail_next([Fault::Before, Fault::Before]);
    let cancel = format!("/invoices/{invoice}/cancel");
    let failed = staff.post_as("k", &cancel, json!({})).await;
    failed.expect(StatusCode::BAD_GATEWAY);
    let mut dearer = shop.world.terms(20_000);
    dearer.as_object_mut().unwrap().remove("client");
    let path = format!("/invoices/{invoice}");
    let failed = staff.patch(&path, "*", dearer).await;
    failed.expect(StatusCode::BAD_GATEWAY);
    let same = staff.get(&path).await;
    assert_eq!(
        (same.cents("total"), &same.body["status"]),
        (10_000, &json!("unpaid"))
    );
    let done = staff.post_as("k", &cancel, json!({})).await;
    done.expect(StatusCode::OK);
    let ended = staff.get(&format!("/attempts/{attempt}")).await;
    assert_eq!(ended.body["stage"], "cancelled");
    assert!(!shop.gateway.pay(&shop.gateway.latest()));
}

#[tokio::test]
async fn e02_another_firm_sees_none_of_it() {
    let shop = Shop::open().await;
    let paid = shop.paid(10_000).await;
    let rival = shop.world.rival_staff();
    for list in ["/attempts", "/alerts", "/payments"] {
        assert_eq!(rival.get(list).await.body["data"], json!([]), "{list}");
    }
    let invoice = format!("/attempts?invoice={}", paid.invoice);
    assert_eq!(rival.get(&invoice).await.body["data"], json!([]));
    for path in [
        format!("/attempts/{}", paid.attempt),
        format!("/attempts/{}", paid.payment),
        format!("/payments/{}", paid.payment),
        format!("/payments/{}/refunds", paid.payment),
    ] {
        rival.get(&path).await.expect(StatusCode::NOT_FOUND);
    }
    let refunds = format!("/payments/{}/refunds", paid.payment);
    let body = json!({"amount": "balance"});
    let refused = rival.post(&refunds, body).await;
    refused.expect(StatusCode::NOT_FOUND);
}
