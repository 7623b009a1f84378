//! `/payments/attempts/{id}` and the page around an embedded form.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::id::{AttemptId, InvoiceId};
use caseflow_core::domain::money::Money;
use caseflow_core::testing::fixtures::usd;
use caseflow_core::testing::gateway::TestGateway;

use crate::world::{Browser, Page, Who, World};

/// A contact who has gone to the gateway.
struct Payer {
    world: World,
    gateway: Arc<TestGateway>,
    invoice: InvoiceId,
    attempt: AttemptId,
    browser: Browser,
}

impl Payer {
    async fn gone() -> Self {
        let world = World::new().await;
        let gateway = world.takes_money(Who::Contact);
        Self::gone_to(world, gateway).await
    }

    async fn gone_to(world: World, gateway: Arc<TestGateway>) -> Self {
        world.set_gateway(Who::Contact, &gateway);
        let invoice = world.invoice(Who::Contact).await;
        let attempt = world.attempt(Who::Contact, invoice).await;
        let browser = world.signed_in(Who::Contact).await;
        Self {
            world,
            gateway,
            invoice,
            attempt,
            browser,
        }
    }

    async fn back(&mut self) -> Page {
        self.look("").await
    }

    async fn look(&mut self, query: &str) -> Page {
        let path = format!("/payments/attempts/{}{query}", self.attempt);
        let page = self.browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        page
    }

    fn retry(&self) -> String {
        format!("action=\"/portal/invoices/{}/pay\"", self.invoice)
    }
}

#[tokio::test]
async fn r_pay_7_coming_back_records_the_payment_and_shows_its_receipt() {
    let mut payer = Payer::gone().await;
    assert!(payer.gateway.pay(&payer.gateway.latest()));
    let page = payer.back().await;
    assert_eq!(page.heading(), "Payment received");
    assert!(page.body.contains("USD 100.00"));
    assert!(page.body.contains("Nothing is left to pay."));
    assert_eq!(page.header("refresh"), "");
    let file = payer.world.file(Who::Contact, payer.invoice).await;
    let receipt = format!("/payments/{}/receipt", file.payments[0].value.id);
    assert!(page.body.contains(&receipt));
    let file = payer.browser.get(&receipt).await;
    assert_eq!(file.header("content-type"), "application/pdf");
    payer.back().await;
    let file = payer.world.file(Who::Contact, payer.invoice).await;
    assert_eq!(file.payments.len(), 1);
    let invoice = payer
        .browser
        .get(&format!("/invoices/{}", payer.invoice))
        .await;
    assert!(invoice.body.contains("Paid in full"));
    assert!(invoice.body.contains("Online"));
}

#[tokio::test]
async fn b13_what_was_collected_is_told_and_what_is_left() {
    let mut payer = Payer::gone().await;
    let checkout = payer.gateway.latest();
    assert!(payer.gateway.collect(&checkout, usd("99.00")));
    let page = payer.back().await;
    assert_eq!(page.heading(), "Payment received");
    assert!(page.body.contains("USD 99.00"));
    assert!(page.body.contains("USD 1.00</bdi> is still to be paid."));
}

#[tokio::test]
async fn b14_another_currency_is_held_and_nobody_is_asked_to_pay_again() {
    let mut payer = Payer::gone().await;
    let checkout = payer.gateway.latest();
    let euros = Money::from_minor(10_000, Currency::EUR);
    assert!(payer.gateway.collect(&checkout, euros));
    let page = payer.back().await;
    assert_eq!(page.heading(), "Your payment is being looked at");
    assert!(page.body.contains("€100.00"));
    assert!(page.body.contains("The firm has been told"));
    assert!(!page.body.contains(&payer.retry()));
}

#[tokio::test]
async fn a_payer_who_is_back_early_waits_without_scripts_and_not_for_ever() {
    let mut payer = Payer::gone().await;
    let page = payer.back().await;
    assert_eq!(page.heading(), "Your payment is being confirmed");
    let address = format!("/portal/payments/attempts/{}", payer.attempt);
    assert_eq!(page.header("refresh"), format!("5; url={address}?look=1"));
    let mut looked = 0;
    let mut page = page;
    while let Some((_, next)) = page.header("refresh").split_once("url=") {
        let next = next.strip_prefix("/portal").unwrap().to_owned();
        page = payer.browser.get(&next).await;
        looked += 1;
        assert!(looked < 100, "it never stops");
    }
    assert_eq!(looked * 5, 180, "seconds");
    assert!(page.body.contains("takes longer than usual"));
    assert!(
        page.body
            .contains(&format!("href=\"{address}\">Look again"))
    );
    for odd in ["?look=x", "?look=-1", "?look=99999999999"] {
        let page = payer.look(odd).await;
        assert!(page.header("refresh").ends_with("?look=1"), "{odd}");
    }
    assert!(payer.gateway.pay(&payer.gateway.latest()));
    assert_eq!(payer.back().await.heading(), "Payment received");
}

#[tokio::test]
async fn b12_money_on_its_way_is_told_and_then_what_became_of_it() {
    let mut payer = Payer::gone().await;
    let checkout = payer.gateway.latest();
    assert!(payer.gateway.pay_later(&checkout));
    let page = payer.back().await;
    assert_eq!(page.heading(), "Your payment is on its way");
    assert_eq!(page.header("refresh"), "");
    assert!(!page.body.contains(&payer.retry()));
    assert!(payer.gateway.arrive(&checkout));
    assert_eq!(payer.back().await.heading(), "Payment received");
}

#[tokio::test]
async fn a_payment_that_fails_is_explained_and_can_be_tried_again() {
    for (code, words) in [
        ("card_declined", "declined it"),
        ("insufficient_funds", "There was not enough money"),
        ("expired_card", "The card has expired"),
        ("authentication_required", "asked for a confirmation"),
        ("weather", "could not complete it"),
    ] {
        let mut payer = Payer::gone().await;
        let checkout = payer.gateway.latest();
        assert!(payer.gateway.pay_later(&checkout));
        assert!(payer.gateway.bounce(&checkout, code));
        let page = payer.back().await;
        assert_eq!(page.heading(), "The payment did not go through", "{code}");
        assert!(page.body.contains(words), "{code}");
        assert!(page.body.contains("Nothing was charged."), "{code}");
        assert!(page.body.contains(&payer.retry()), "{code}");
        let policy = page.header("content-security-policy");
        assert!(policy.contains("form-action 'self' https://pay.example;"));
        let invoice = payer
            .browser
            .get(&format!("/invoices/{}", payer.invoice))
            .await;
        assert_eq!(invoice.body.matches("Your last try to pay").count(), 1);
        assert!(invoice.body.contains(words), "{code}");
        let pay = format!("/invoices/{}/pay", payer.invoice);
        let again = payer.browser.post(&pay, &[]).await;
        assert!(
            again.location().starts_with("https://pay.example/"),
            "{code}"
        );
        let invoice = payer
            .browser
            .get(&format!("/invoices/{}", payer.invoice))
            .await;
        assert!(!invoice.body.contains("Your last try to pay"), "{code}");
    }
}

#[tokio::test]
async fn a_checkout_that_nobody_paid_in_time_has_run_out() {
    let mut payer = Payer::gone().await;
    payer
        .world
        .doubles
        .clock
        .advance(Duration::from_secs(3_601));
    payer.browser = payer.world.signed_in(Who::Contact).await;
    let page = payer.back().await;
    assert_eq!(page.heading(), "The time to pay ran out");
    assert!(page.body.contains(&payer.retry()));
    let invoice = payer
        .browser
        .get(&format!("/invoices/{}", payer.invoice))
        .await;
    assert!(invoice.body.contains("It was not finished in time."));
}

#[tokio::test]
async fn a_checkout_of_an_invoice_that_changed_was_called_off() {
    let mut payer = Payer::gone().await;
    payer.world.pay(Who::Contact, payer.invoice, "40.00").await;
    let page = payer.back().await;
    assert_eq!(page.heading(), "This payment was called off");
    assert!(page.body.contains("The invoice shows what is due now."));
    assert!(!page.body.contains(&payer.retry()));
}

#[tokio::test]
async fn a_gateway_that_is_gone_is_no_error() {
    let mut payer = Payer::gone().await;
    let firm = payer.world.office.firm.id;
    payer.world.doubles.gateways.set(firm, vec![]);
    let page = payer.back().await;
    assert_eq!(page.heading(), "Your payment is being confirmed");
    let form = format!("/payments/attempts/{}/form", payer.attempt);
    let page = payer.browser.get(&form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn r_pay_2_an_embedded_form_has_a_page_of_its_own_with_a_policy_of_its_own() {
    let world = World::new().await;
    let gateway = TestGateway::embedded(world.doubles.clock.clone());
    let mut payer = Payer::gone_to(world, gateway).await;
    let pay = format!("/invoices/{}/pay", payer.invoice);
    let sent = payer.browser.post(&pay, &[]).await;
    let form = format!("/payments/attempts/{}/form", payer.attempt);
    assert_eq!(sent.location(), format!("/portal{form}"));
    let page = payer.browser.get(&form).await;
    assert_eq!(page.heading(), "Pay invoice <bdi>INV-0001</bdi>");
    let data = "data-script=\"https://pay.example/embed.js\"";
    assert!(page.body.contains(data));
    let settings = format!("&#34;checkout&#34;:&#34;{}&#34;", payer.gateway.latest());
    assert!(page.body.contains(&settings));
    assert!(page.body.contains("<noscript>"));
    let policy = page.header("content-security-policy");
    for part in [
        "default-src 'none';",
        "script-src 'self' https://pay.example;",
        "frame-src https://pay.example",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(
        page.header("cross-origin-opener-policy"),
        "same-origin-allow-popups"
    );
    let allowed = page.header("permissions-policy");
    assert!(allowed.contains("payment=(self \"https://pay.example\")"));

    assert!(payer.gateway.pay(&payer.gateway.latest()));
    let page = payer.browser.get(&form).await;
    let back = format!("/portal/payments/attempts/{}", payer.attempt);
    assert_eq!(page.location(), back, "there is nothing left to pay");
    for path in ["/invoices", back.strip_prefix("/portal").unwrap()] {
        let page = payer.browser.get(path).await;
        let policy = page.header("content-security-policy");
        assert!(policy.contains("script-src 'self';"), "{path}: {policy}");
        assert!(!policy.contains("frame-src"), "{path}: {policy}");
    }
}
