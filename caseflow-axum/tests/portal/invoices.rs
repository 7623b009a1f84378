//! `/invoices` and `/invoices/{id}`.

use axum::http::StatusCode;
use caseflow_core::domain::id::InvoiceId;
use caseflow_core::domain::payment::PaymentMode;
use caseflow_core::firm;
use caseflow_core::firm::payments::PaymentInput;
use caseflow_core::testing::fixtures::{line, prose, terms, usd};

use crate::world::{Page, Who, World};

async fn pay(world: &World, id: InvoiceId, amount: &str) {
    let input = PaymentInput {
        amount: Some(usd(amount)),
        received_on: None,
        mode: PaymentMode::BankTransfer,
        reference: Some(line("NOTICE 7")),
        note: Some(prose("the client called twice")),
    };
    let call = world.call(Who::Contact);
    firm::payments::record(&world.ports, &call, id, None, input)
        .await
        .unwrap();
}

/// The words on the status of the list's row for this invoice.
fn status_in_list(page: &Page, id: InvoiceId) -> Option<String> {
    let (_, row) = page.body.split_once(&format!("/invoices/{id}"))?;
    status(row)
}

fn status(html: &str) -> Option<String> {
    let (_, pill) = html.split_once("<span class=\"pill ")?;
    let (_, words) = pill.split_once('>')?;
    words.split('<').next().map(str::to_owned)
}

#[tokio::test]
async fn a26_badge_and_filter_agree_at_any_page_of_the_list() {
    let world = World::new().await;
    let call = world.call(Who::Contact);
    for n in 0..40 {
        let due = if n % 3 == 0 {
            "2026-11-23"
        } else {
            "2026-12-24"
        };
        let id = world
            .draft_of(Who::Contact, terms(usd("300.00"), "2026-11-01", due))
            .await;
        world.issue(Who::Contact, id).await;
        match n % 4 {
            0 => pay(&world, id, "100.00").await,
            1 => pay(&world, id, "300.00").await,
            2 => {
                let cancelled = firm::invoices::cancel(&world.ports, &call, id, None).await;
                cancelled.unwrap();
            }
            _ => {}
        }
    }
    let mut browser = world.signed_in(Who::Contact).await;
    let mut counted = 0;
    for (word, badge) in [
        ("unpaid", "Unpaid"),
        ("partially_paid", "Partially paid"),
        ("overdue", "Overdue"),
        ("paid", "Paid"),
        ("cancelled", "Cancelled"),
    ] {
        let page = browser.get(&format!("/invoices?status={word}")).await;
        let badges = badges(&page);
        assert!(!badges.is_empty(), "{word}");
        assert!(badges.iter().all(|it| it == badge), "{word}: {badges:?}");
        counted += badges.len();
    }
    assert_eq!(counted, 40);
    assert_eq!(
        browser.get("/invoices?status=draft").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        browser.get("/invoices?status=x").await.status,
        StatusCode::NOT_FOUND
    );
}

fn badges(page: &Page) -> Vec<String> {
    let rows = page.body.split("<tr>").skip(2);
    rows.filter_map(status).collect()
}

#[tokio::test]
async fn a_long_list_is_turned_page_by_page_under_its_filter() {
    let world = World::new().await;
    for _ in 0..60 {
        world.invoice(Who::Contact).await;
    }
    let mut browser = world.signed_in(Who::Contact).await;
    let mut seen = Vec::new();
    let mut path = "/invoices?status=unpaid".to_owned();
    for turn in 0..3 {
        let page = browser.get(&path).await;
        let rows = page.body.split("/portal/invoices/inv_").skip(1);
        seen.extend(rows.map(|rest| rest[..26].to_owned()));
        assert_eq!(page.body.contains(">Newest</a>"), turn > 0);
        match page.body.split_once("rel=\"next\" href=\"/portal") {
            Some((_, rest)) => path = rest.split('"').next().unwrap().replace("&#38;", "&"),
            None => assert_eq!(turn, 2),
        }
        assert!(path.starts_with("/invoices?status=unpaid&after="), "{path}");
    }
    let count = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!((count, seen.len()), (60, 60));
    for broken in ["x", "", "%00", "aW52"] {
        let page = browser.get(&format!("/invoices?after={broken}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{broken}");
    }
}

#[tokio::test]
async fn a23_the_due_day_counts_in_full_in_the_firms_zone() {
    let world = World::new().await;
    let due_today = terms(usd("100.00"), "2026-11-01", "2026-11-24");
    let id = world.draft_of(Who::Contact, due_today).await;
    world.issue(Who::Contact, id).await;
    // Midnight in Zurich is 23:00 of the day before in UTC.
    for (time, badge) in [
        ("2026-11-23T23:00:01Z", "Unpaid"),
        ("2026-11-24T22:59:59Z", "Unpaid"),
        ("2026-11-24T23:00:00Z", "Overdue"),
    ] {
        world.doubles.clock.set(time);
        let mut browser = world.signed_in(Who::Contact).await;
        let list = browser.get("/invoices").await;
        assert_eq!(status_in_list(&list, id).as_deref(), Some(badge), "{time}");
        let page = browser.get(&format!("/invoices/{id}")).await;
        assert_eq!(status(&page.body).as_deref(), Some(badge), "{time}");
    }
}

#[tokio::test]
async fn r_inv_2_a_part_paid_overdue_invoice_shows_what_was_paid() {
    let world = World::new().await;
    let late = terms(usd("300.00"), "2026-10-01", "2026-11-23");
    let id = world.draft_of(Who::Contact, late).await;
    world.issue(Who::Contact, id).await;
    pay(&world, id, "100.00").await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/invoices/{id}")).await;
    assert_eq!(status(&page.body).as_deref(), Some("Overdue"));
    for text in [
        "USD 200.00",
        "USD 100.00",
        "USD 300.00",
        "Paid so far",
        "NOTICE 7",
    ] {
        assert!(page.body.contains(text), "{text}");
    }
    let list = browser.get("/invoices").await;
    assert!(list.body.contains("USD 100.00</bdi> paid"));
}

#[tokio::test]
async fn r_acc_7_what_is_for_staff_alone_is_on_no_page() {
    let world = World::new().await;
    let mut said = terms(usd("100.00"), "2026-11-24", "2026-12-24");
    said.internal_note = Some(prose("SECRET: charge less"));
    said.client_note = Some(prose("Thank you for your trust."));
    let id = world.draft_of(Who::Contact, said).await;
    world.issue(Who::Contact, id).await;
    pay(&world, id, "10.00").await;
    let mut browser = world.signed_in(Who::Contact).await;
    for path in [
        "/dashboard",
        "/invoices",
        "/payments",
        &format!("/invoices/{id}"),
    ] {
        let page = browser.get(path).await;
        for secret in ["SECRET", "the client called twice", "file 101", "Petra"] {
            assert!(!page.body.contains(secret), "{path} shows {secret}");
        }
    }
    let page = browser.get(&format!("/invoices/{id}")).await;
    assert!(page.body.contains("Thank you for your trust."));
}

#[tokio::test]
async fn e21_a_cancelled_invoice_can_be_read_and_owes_nothing() {
    let world = World::new().await;
    let id = world.invoice(Who::Contact).await;
    let call = world.call(Who::Contact);
    let cancelled = firm::invoices::cancel(&world.ports, &call, id, None).await;
    cancelled.unwrap();
    world.doubles.clock.set("2027-02-01T09:00:00Z");
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/invoices/{id}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(status(&page.body).as_deref(), Some("Cancelled"));
    assert!(page.body.contains("was cancelled on") && page.body.contains("24 November 2026"));
    assert!(!page.body.contains("Amount due") && !page.body.contains("Pay now"));
}

#[tokio::test]
async fn a40_an_invoice_of_nothing_is_paid_at_once() {
    let world = World::new().await;
    let nothing = terms(usd("0.00"), "2026-10-01", "2026-10-02");
    let id = world.draft_of(Who::Contact, nothing).await;
    world.issue(Who::Contact, id).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/invoices/{id}")).await;
    assert_eq!(status(&page.body).as_deref(), Some("Paid"));
}
