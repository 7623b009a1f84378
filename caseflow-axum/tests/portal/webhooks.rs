//! `/webhooks/{gateway}`.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request, StatusCode};
use caseflow_core::domain::id::InvoiceId;
use caseflow_core::testing::gateway::{Posted, TestGateway};

use crate::world::{Browser, Page, Who, World};

struct Shop {
    world: World,
    gateway: Arc<TestGateway>,
    invoice: InvoiceId,
}

impl Shop {
    /// An invoice of which the gateway has just collected everything.
    async fn paid() -> Self {
        let world = World::new().await;
        let gateway = world.takes_money(Who::Contact);
        let invoice = world.invoice(Who::Contact).await;
        world.attempt(Who::Contact, invoice).await;
        assert!(gateway.pay(&gateway.latest()));
        Self {
            world,
            gateway,
            invoice,
        }
    }

    async fn post(&self, posted: &Posted) -> Page {
        let mut browser = self.world.browser(Who::Contact);
        let request = request(&browser, "example", posted);
        browser.send(request).await
    }

    /// How many payments there are, once what is going on has been done.
    async fn payments(&self) -> usize {
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
        let file = self.world.file(Who::Contact, self.invoice).await;
        file.payments.len()
    }
}

/// As a gateway posts: no cookies, no origin, whatever comes into its head.
fn request(browser: &Browser, gateway: &str, posted: &Posted) -> Request<Body> {
    let path = format!("/webhooks/{gateway}");
    let mut request = browser.request(Method::POST, &path, None);
    for (name, value) in &posted.headers {
        let name: HeaderName = name.parse().unwrap();
        let value = HeaderValue::from_bytes(value).unwrap();
        request.headers_mut().insert(name, value);
    }
    let headers = request.headers_mut();
    headers.insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    headers.insert("content-type", HeaderValue::from_static("text/plain"));
    *request.body_mut() = Body::from(posted.body.clone());
    request
}

#[tokio::test]
async fn r_pay_7_a_notice_is_kept_answered_and_worked_off_at_once() {
    let shop = Shop::paid().await;
    for posted in shop.gateway.posted() {
        let page = shop.post(&posted).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.body, "[accepted]");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("set-cookie"), "");
    }
    assert_eq!(shop.payments().await, 1);
    let mut browser = shop.world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/invoices/{}", shop.invoice)).await;
    assert!(page.body.contains("Paid in full"));
}

#[tokio::test]
async fn r_pay_6_the_same_notice_any_number_of_times_is_one_payment() {
    let shop = Shop::paid().await;
    let posted = shop.gateway.posted();
    for _ in 0..5 {
        for posted in &posted {
            assert_eq!(shop.post(posted).await.status, StatusCode::OK);
        }
    }
    assert_eq!(shop.payments().await, 1);
}

#[tokio::test]
async fn a_notice_that_comes_while_others_are_worked_off_is_worked_off_too() {
    let world = World::new().await;
    let gateway = world.takes_money(Who::Contact);
    let mut invoices = Vec::new();
    for _ in 0..30 {
        let invoice = world.invoice(Who::Contact).await;
        world.attempt(Who::Contact, invoice).await;
        assert!(gateway.pay(&gateway.latest()));
        invoices.push(invoice);
    }
    for posted in gateway.posted() {
        let mut browser = world.browser(Who::Contact);
        let request = request(&browser, "example", &posted);
        assert_eq!(browser.send(request).await.status, StatusCode::OK);
        tokio::task::yield_now().await;
    }
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    for invoice in invoices {
        let file = world.file(Who::Contact, invoice).await;
        assert_eq!(file.payments.len(), 1);
    }
}

#[tokio::test]
async fn b16_what_is_not_signed_is_refused_and_nothing_is_kept() {
    let shop = Shop::paid().await;
    let good = shop.gateway.posted().remove(0);
    let unsigned = Posted {
        headers: vec![],
        ..good.clone()
    };
    let mut forged = good.clone();
    forged.body.push(b'x');
    let nothing = Posted {
        headers: vec![],
        body: vec![],
    };
    let rows = shop.world.audit_rows().await;
    for posted in [unsigned, forged, nothing] {
        let page = shop.post(&posted).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert_eq!(page.body, "");
    }
    assert_eq!(shop.payments().await, 0);
    assert_eq!(shop.world.audit_rows().await, rows);
}

#[tokio::test]
async fn b17_a_signature_counts_for_five_minutes_either_way() {
    for (seconds, status) in [(299, StatusCode::OK), (301, StatusCode::BAD_REQUEST)] {
        let shop = Shop::paid().await;
        let posted = shop.gateway.posted().remove(0);
        let later = Duration::from_secs(seconds);
        shop.world.doubles.clock.advance(later);
        assert_eq!(shop.post(&posted).await.status, status, "{seconds}");
    }
    let shop = Shop::paid().await;
    let posted = shop.gateway.posted().remove(0);
    shop.world.doubles.clock.set("2026-11-24T08:54:59Z");
    let page = shop.post(&posted).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "from the future");
}

#[tokio::test]
async fn b19_a_notice_for_one_firm_says_nothing_at_another() {
    let shop = Shop::paid().await;
    shop.world.takes_money(Who::Rival);
    let posted = shop.gateway.posted().remove(0);
    let mut browser = shop.world.browser(Who::Rival);
    let request = request(&browser, "example", &posted);
    let page = browser.send(request).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "another secret");
    assert_eq!(shop.payments().await, 0);
}

#[tokio::test]
async fn b21_a_notice_of_what_is_none_of_ours_is_taken_without_effect() {
    let shop = Shop::paid().await;
    drop(shop.gateway.posted());
    shop.gateway
        .pay_elsewhere(caseflow_core::testing::fixtures::usd("7.00"));
    let rows = shop.world.audit_rows().await;
    for posted in shop.gateway.posted() {
        assert_eq!(shop.post(&posted).await.status, StatusCode::OK);
    }
    assert_eq!(shop.payments().await, 0);
    assert_eq!(shop.world.audit_rows().await, rows);
}

#[tokio::test]
async fn a_gateway_that_the_firm_does_not_have_is_not_there() {
    let shop = Shop::paid().await;
    let posted = shop.gateway.posted().remove(0);
    let mut browser = shop.world.browser(Who::Contact);
    for name in ["other", "EXAMPLE", "a%2Fb", "%ff"] {
        let request = request(&browser, name, &posted);
        let page = browser.send(request).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{name}");
    }
    let mut elsewhere = shop.world.browser(Who::Contact);
    elsewhere.host = "elsewhere.example.com".into();
    let nobodys = request(&elsewhere, "example", &posted);
    let page = elsewhere.send(nobodys).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let page = browser.get("/webhooks/example").await;
    assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_notice_may_have_a_mebibyte_and_a_form_does_not_get_more_for_it() {
    let shop = Shop::paid().await;
    for (bytes, status) in [
        (1024 * 1024, StatusCode::BAD_REQUEST),
        (1024 * 1024 + 1, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let big = Posted {
            headers: vec![],
            body: vec![b'x'; bytes],
        };
        assert_eq!(shop.post(&big).await.status, status, "{bytes}");
    }
    let mut browser = shop.world.browser(Who::Contact);
    let wide = format!("email={}", "a".repeat(70_000));
    let page = browser.ask(Method::POST, "/login", Some(wide)).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
}
