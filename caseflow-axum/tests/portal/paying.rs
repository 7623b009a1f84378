//! `/invoices/{id}/pay`, and where the button to it stands.

use axum::http::StatusCode;
use caseflow_core::domain::changes::Change;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::firm::{Firm, PartPayment};
use caseflow_core::domain::id::InvoiceId;
use caseflow_core::domain::money::Money;
use caseflow_core::testing::fixtures::{terms, usd};
use caseflow_core::testing::gateway::{Fault, TestGateway};

use crate::world::{Page, Who, World};

const FORM_ACTION: &str = "form-action 'self' https://pay.example;";

fn pay(id: InvoiceId) -> String {
    format!("/invoices/{id}/pay")
}

fn shows_button(page: &Page, id: InvoiceId) -> bool {
    let form = format!("<form method=\"post\" action=\"/portal{}\">", pay(id));
    page.body.contains(&form)
}

async fn takes_parts(world: &World, least: &str) {
    let old = world.ports.store.firm(world.office.firm.id).await;
    let old = old.unwrap().unwrap();
    let firm = Firm {
        part_payment: PartPayment::From(usd(least)),
        ..old.value.clone()
    };
    world
        .write(Who::Contact, Change::Firm(old.update(firm)))
        .await;
}

#[tokio::test]
async fn r_pay_1_the_button_stands_on_list_dashboard_and_invoice_and_says_what_for() {
    let world = World::new().await;
    world.takes_money(Who::Contact);
    let id = world.invoice(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    for (path, words) in [
        ("/invoices".to_owned(), "invoice INV-0001 "),
        ("/dashboard".to_owned(), "invoice INV-0001 "),
        (format!("/invoices/{id}"), "USD 100.00"),
    ] {
        let page = browser.get(&path).await;
        assert!(shows_button(&page, id), "{path}");
        assert!(page.body.contains(words), "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.contains(FORM_ACTION), "{path}: {policy}");
        assert!(policy.contains("script-src 'self';"), "{path}: {policy}");
    }
    for path in ["/payments", "/profile"] {
        let page = browser.get(path).await;
        let policy = page.header("content-security-policy");
        assert!(policy.contains("form-action 'self';"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn r_pay_1_only_what_is_due_is_offered_to_be_paid() {
    let world = World::new().await;
    world.takes_money(Who::Contact);
    let paid = world.invoice(Who::Contact).await;
    world.pay(Who::Contact, paid, "100.00").await;
    let cancelled = world.invoice(Who::Contact).await;
    let call = world.call(Who::Contact);
    caseflow_core::firm::invoices::cancel(&world.ports, &call, cancelled, None)
        .await
        .unwrap();
    let too_much = terms(usd("1000000.00"), "2026-11-24", "2026-12-24");
    let too_much = world.draft_of(Who::Contact, too_much).await;
    world.issue(Who::Contact, too_much).await;
    let yen = terms(
        Money::from_minor(500, Currency::JPY),
        "2026-11-24",
        "2026-12-24",
    );
    let yen = world.draft_of(Who::Contact, yen).await;
    world.issue(Who::Contact, yen).await;

    let mut browser = world.signed_in(Who::Contact).await;
    let list = browser.get("/invoices").await;
    for (id, offered) in [
        (paid, false),
        (cancelled, false),
        (too_much, false),
        (yen, true),
    ] {
        let page = browser.get(&format!("/invoices/{id}")).await;
        assert_eq!(shows_button(&page, id), offered, "{id}");
        assert_eq!(shows_button(&list, id), offered, "{id} in the list");
        let answer = browser.post(&pay(id), &[]).await;
        let expected = match offered {
            true => StatusCode::SEE_OTHER,
            false => StatusCode::UNPROCESSABLE_ENTITY,
        };
        assert_eq!(answer.status, expected, "{id}");
    }
}

#[tokio::test]
async fn b42_without_a_gateway_there_is_no_button_and_the_address_refuses() {
    let world = World::new().await;
    let id = world.invoice(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    for path in [
        "/invoices".to_owned(),
        "/dashboard".to_owned(),
        format!("/invoices/{id}"),
    ] {
        let page = browser.get(&path).await;
        assert!(!page.body.contains("/pay\""), "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.contains("form-action 'self';"), "{path}: {policy}");
    }
    let page = browser.post(&pay(id), &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.heading(), "Invoice INV-0001");
    assert!(page.body.contains("<title>Error: "));
    assert!(page.body.contains("The firm takes no payments online"));
    assert!(world.file(Who::Contact, id).await.attempts.is_empty());
}

#[tokio::test]
async fn r_pay_2_the_payer_is_sent_to_the_gateways_own_page_and_twice_to_the_same() {
    let world = World::new().await;
    let gateway = world.takes_money(Who::Contact);
    let id = world.invoice(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let first = browser.post(&pay(id), &[]).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    let address = format!("https://pay.example/checkout/{}", gateway.latest());
    assert_eq!(first.location(), address);
    let second = browser.post(&pay(id), &[]).await;
    assert_eq!(second.location(), address);
    assert_eq!(gateway.checkouts().len(), 1);
    assert_eq!(gateway.asked(&gateway.latest()), Some(usd("100.00")));
    let file = world.file(Who::Contact, id).await;
    let attempt = &file.attempts[0].value;
    let portal = "https://portal1.example.com/portal";
    let back = format!("{portal}/payments/attempts/{}", attempt.id);
    assert_eq!(attempt.order.return_url.as_str(), back);
    let cancel = format!("{portal}/invoices/{id}");
    assert_eq!(attempt.order.cancel_url.as_str(), cancel);
}

#[tokio::test]
async fn r_pay_3_the_amount_is_the_servers_unless_the_firm_takes_parts() {
    let world = World::new().await;
    let gateway = world.takes_money(Who::Contact);
    let id = world.invoice(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/invoices/{id}")).await;
    assert_eq!(page.value("amount"), None);
    for amount in ["1.00", "99.99", "100.01", "-100.00", "0", "x", ""] {
        let page = browser.post(&pay(id), &[("amount", amount)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{amount:?}");
        let words = "This invoice is paid whole: USD 100.00 is due";
        assert!(page.body.contains(words), "{amount:?}");
    }
    assert!(gateway.checkouts().is_empty());

    takes_parts(&world, "10.00").await;
    let page = browser.get(&format!("/invoices/{id}")).await;
    assert_eq!(page.value("amount").as_deref(), Some("100.00"));
    assert!(page.body.contains("USD 10.00"), "the least");
    let page = browser.post(&pay(id), &[("amount", " 25.50 ")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(gateway.asked(&gateway.latest()), Some(usd("25.50")));
}

#[tokio::test]
async fn a_wrong_part_is_told_beside_the_field_and_what_was_typed_is_kept() {
    let world = World::new().await;
    world.takes_money(Who::Contact);
    takes_parts(&world, "10.00").await;
    let id = world.invoice(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let range = "Enter an amount from USD 10.00 to USD 100.00";
    let digits = "Enter an amount in digits, such as 100.00";
    for (typed, words) in [
        ("9.99", range),
        ("100.01", range),
        ("0", range),
        ("-5", range),
        ("1,000.00", digits),
        ("12.345", digits),
        ("ten", digits),
        ("", digits),
    ] {
        let page = browser.post(&pay(id), &[("amount", typed)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed:?}");
        assert_eq!(page.problem("amount"), Some(words), "{typed:?}");
        assert_eq!(page.value("amount").as_deref(), Some(typed), "{typed:?}");
        let policy = page.header("content-security-policy");
        assert!(policy.contains(FORM_ACTION), "{typed:?}: {policy}");
    }
    let page = browser.post(&pay(id), &[("amount", "\"><script>")]).await;
    assert!(!page.body.contains("\"><script>"));
}

async fn failing(fault: Fault) -> (World, std::sync::Arc<TestGateway>, InvoiceId, Page) {
    let world = World::new().await;
    let gateway = world.takes_money(Who::Contact);
    let id = world.invoice(Who::Contact).await;
    gateway.fail_next([fault]);
    let page = world
        .signed_in(Who::Contact)
        .await
        .post(&pay(id), &[])
        .await;
    (world, gateway, id, page)
}

#[tokio::test]
async fn a_gateway_that_does_not_answer_is_told_and_trying_again_goes_on() {
    for fault in [Fault::Before, Fault::After] {
        let (world, gateway, id, page) = failing(fault.clone()).await;
        assert_eq!(page.status, StatusCode::BAD_GATEWAY, "{fault:?}");
        let words = "The payment provider did not answer. Nothing was charged. Try again";
        assert!(page.body.contains(words), "{fault:?}");
        assert!(shows_button(&page, id), "{fault:?}");
        let mut browser = world.signed_in(Who::Contact).await;
        let page = browser.post(&pay(id), &[]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{fault:?}");
        assert_eq!(gateway.checkouts().len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_gateway_that_refuses_is_told_in_words_of_ours() {
    let (world, _, id, page) = failing(Fault::Refused("account_closed")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let words = "The payment provider did not take the payment. Nothing was charged";
    assert!(page.body.contains(words));
    assert!(!page.body.contains("account_closed"));
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/invoices/{id}")).await;
    assert!(page.body.contains("Your last try to pay"));
    assert!(page.body.contains("could not complete it"));
    world.pay(Who::Contact, id, "10.00").await;
    let page = browser.get(&format!("/invoices/{id}")).await;
    assert!(!page.body.contains("Your last try to pay"), "it is history");
}

#[tokio::test]
async fn b12_money_on_its_way_takes_the_buttons_place() {
    let world = World::new().await;
    let gateway = world.takes_money(Who::Contact);
    let id = world.invoice(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    browser.post(&pay(id), &[]).await;
    assert!(gateway.pay_later(&gateway.latest()));
    let attempt = world.attempt(Who::Contact, id).await;
    let page = browser.get(&format!("/invoices/{id}")).await;
    assert!(page.body.contains("A payment of"), "{}", page.body);
    assert!(!shows_button(&page, id));
    assert!(page.body.contains("USD 100.00"), "all of it is still due");
    let again = browser.post(&pay(id), &[]).await;
    let told = format!("/portal/payments/attempts/{attempt}");
    assert_eq!(again.location(), told);
    assert_eq!(gateway.checkouts().len(), 1);
}

#[tokio::test]
async fn what_is_not_the_contacts_is_not_there_to_be_paid() {
    let world = World::new().await;
    world.takes_money(Who::Contact);
    let draft = world.draft(Who::Contact).await;
    let neighbours = world.invoice(Who::Stranger).await;
    let mut browser = world.signed_in(Who::Contact).await;
    for id in [draft, neighbours] {
        let page = browser.post(&pay(id), &[]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        let page = browser
            .post(&pay(id), &[("amount", "1"), ("amount", "2")])
            .await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "a broken form");
    }
}

#[tokio::test]
async fn e14_another_site_cannot_make_somebody_pay() {
    let world = World::new().await;
    let gateway = world.takes_money(Who::Contact);
    let id = world.invoice(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let mut request = browser.request(axum::http::Method::POST, &pay(id), Some(String::new()));
    let headers = request.headers_mut();
    headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
    let page = browser.send(request).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(gateway.checkouts().is_empty());
}
