//! Pages that are kept between requests: what drops them, and whose they are. Everything that is
//! shown from memory is compared with what is made anew, here and in all other tests.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use caseflow_axum::{PageMemory, Settings};
use caseflow_core::domain::access::{Section, Sections};
use caseflow_core::domain::announcement::Announcement;
use caseflow_core::domain::changes::{Change, Sessions, Write};
use caseflow_core::firm::contacts::{self, Switch};
use caseflow_core::testing::fixtures;
use caseflow_core::testing::gateway::TestGateway;

use crate::world::{Browser, Page, Who, World};

/// The page, looked at until it comes from memory.
async fn kept(browser: &mut Browser, path: &str) -> Page {
    let first = browser.get(path).await;
    assert_eq!(first.status, StatusCode::OK, "{path}");
    let again = browser.get(path).await;
    assert!(again.from_memory, "{path} is made anew");
    assert_eq!(again.body, first.body);
    again
}

/// The page, which has to be another one than before.
async fn made_anew(browser: &mut Browser, before: &Page, path: &str) -> Page {
    let page = browser.get(path).await;
    assert!(!page.from_memory, "{path} is as it was");
    assert_ne!(page.body, before.body, "{path}");
    page
}

#[tokio::test]
async fn a_payment_that_staff_record_is_on_every_page_at_once() {
    let world = World::new().await;
    let invoice = world.invoice(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let mut stranger = world.signed_in(Who::Stranger).await;
    let page = format!("/invoices/{invoice}");
    let paths = ["/dashboard", "/invoices", page.as_str(), "/payments"];
    let mut before = vec![];
    for path in paths {
        before.push(kept(&mut browser, path).await);
    }
    kept(&mut stranger, "/dashboard").await;
    world.pay(Who::Contact, invoice, "40.00").await;
    for (path, before) in paths.iter().zip(&before) {
        made_anew(&mut browser, before, path).await;
        kept(&mut browser, path).await;
    }
    assert!(stranger.get("/dashboard").await.from_memory);
}

#[tokio::test]
async fn an_announcement_begins_and_ends_by_the_clock_alone() {
    let world = World::new().await;
    let minute = |n: u64| fixtures::NOW.plus(Duration::from_secs(60 * n));
    let announcement = Announcement {
        from: minute(5),
        until: Some(minute(9)),
        ..fixtures::announcement(1)
    };
    let announced = Change::Announcement(Write::Insert(announcement));
    world.write(Who::Contact, announced).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let clock = &world.doubles.clock;
    let before = kept(&mut browser, "/dashboard").await;
    clock.set("2026-11-24T09:04:59.999999Z");
    assert!(browser.get("/dashboard").await.from_memory);
    clock.set("2026-11-24T09:05:00Z");
    let during = made_anew(&mut browser, &before, "/dashboard").await;
    assert!(during.body.contains("News 1"));
    kept(&mut browser, "/dashboard").await;
    clock.set("2026-11-24T09:09:00Z");
    let after = made_anew(&mut browser, &during, "/dashboard").await;
    assert_eq!(after.body, before.body);
    kept(&mut browser, "/dashboard").await;
}

#[tokio::test]
async fn an_invoice_is_overdue_from_midnight_at_the_firm_on() {
    let world = World::new().await;
    let invoice = world.invoice(Who::Contact).await;
    let clock = &world.doubles.clock;
    clock.set("2026-12-24T22:50:00Z");
    let mut browser = world.signed_in(Who::Contact).await;
    let page = format!("/invoices/{invoice}");
    let paths = ["/dashboard", "/invoices", page.as_str()];
    let mut before = vec![];
    for path in paths {
        before.push(kept(&mut browser, path).await);
    }
    clock.set("2026-12-24T22:59:59.999999Z");
    assert!(browser.get("/invoices").await.from_memory);
    clock.set("2026-12-24T23:00:00Z");
    for (path, before) in paths.iter().zip(&before) {
        let after = made_anew(&mut browser, before, path).await;
        assert!(after.body.contains("verdue"), "{path}");
        kept(&mut browser, path).await;
    }
    // A clock that is set back shows no page from the future.
    clock.set("2026-12-24T22:59:00Z");
    assert_eq!(browser.get("/invoices").await.body, before[1].body);
}

#[tokio::test]
async fn r_acc_4_what_is_closed_is_closed_to_who_has_just_seen_it() {
    let world = World::new().await;
    let invoice = world.invoice(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let without = Sections::ALL.without(Section::Invoices);
    let page = format!("/invoices/{invoice}");
    let paths = ["/invoices", page.as_str(), "/payments"];
    for path in paths {
        kept(&mut browser, path).await;
    }
    world.permit(Who::Contact, without).await;
    for path in paths {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND);
    }
    world.permit(Who::Contact, Sections::ALL).await;
    for path in paths {
        kept(&mut browser, path).await;
    }
    world.open_sections(Who::Contact, without).await;
    for path in paths {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND);
    }
    let dashboard = kept(&mut browser, "/dashboard").await;
    assert!(!dashboard.body.contains("/portal/invoices"));
}

#[tokio::test]
async fn r_acc_2_nothing_is_shown_from_memory_once_access_is_off() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    kept(&mut browser, "/dashboard").await;
    let (call, id) = (world.call(Who::Contact), world.office.contact.id);
    let switched = contacts::switch_access(&world.ports, &call, id, None, Switch::Off);
    switched.await.unwrap();
    assert!(browser.get("/dashboard").await.asks_to_sign_in());
}

#[tokio::test]
async fn e09_nothing_is_shown_from_memory_to_a_removed_contact() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    kept(&mut browser, "/dashboard").await;
    let (call, id) = (world.call(Who::Contact), world.office.contact.id);
    contacts::remove(&world.ports, &call, id, None)
        .await
        .unwrap();
    assert!(browser.get("/dashboard").await.asks_to_sign_in());
}

#[tokio::test]
async fn a_session_that_has_ended_sees_nothing_and_another_one_still_does() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let mut elsewhere = world.signed_in(Who::Contact).await;
    kept(&mut browser, "/dashboard").await;
    let cookies = browser.cookies.clone();
    browser.post("/logout", &[]).await;
    browser.cookies = cookies;
    assert!(browser.get("/dashboard").await.asks_to_sign_in());
    assert!(elsewhere.get("/dashboard").await.from_memory);
    let ended = Change::EndSessions(Sessions::AllOf(world.office.contact.id));
    world.write(Who::Contact, ended).await;
    assert!(elsewhere.get("/dashboard").await.asks_to_sign_in());
    browser.cookies.clear();
    assert!(browser.get("/dashboard").await.asks_to_sign_in());
}

#[tokio::test]
async fn a_session_lasts_as_long_as_it_is_used_and_no_longer() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    kept(&mut browser, "/dashboard").await;
    for _ in 0..4 {
        world.doubles.clock.advance(Duration::from_secs(20 * 60));
        assert!(browser.get("/dashboard").await.from_memory);
    }
    world.doubles.clock.advance(Duration::from_secs(30 * 60));
    assert!(browser.get("/dashboard").await.asks_to_sign_in());
    let mut browser = world.signed_in(Who::Contact).await;
    for _ in 0..24 {
        assert!(browser.get("/dashboard").await.from_memory);
        world.doubles.clock.advance(Duration::from_secs(20 * 60));
    }
    let page = browser.get("/dashboard").await;
    assert!(page.asks_to_sign_in(), "eight hours are over");
}

#[tokio::test]
async fn a_page_offers_the_gateway_that_the_firm_has_now() {
    let world = World::new().await;
    let invoice = world.invoice(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = format!("/invoices/{invoice}");
    for path in ["/dashboard", "/invoices", page.as_str()] {
        let without = kept(&mut browser, path).await;
        let gateway = world.takes_money(Who::Contact);
        let with = made_anew(&mut browser, &without, path).await;
        let again = kept(&mut browser, path).await;
        let policy = |page: &Page| page.header("content-security-policy").to_owned();
        assert_eq!(policy(&again), policy(&with), "{path}");
        assert_ne!(policy(&again), policy(&without), "{path}");
        // Set up anew it may take other amounts.
        let other = TestGateway::of("example:acct_9:test", world.doubles.clock.clone());
        world.set_gateway(Who::Contact, &other);
        assert!(!browser.get(path).await.from_memory);
        world.set_gateway(Who::Contact, &gateway);
        assert!(!browser.get(path).await.from_memory);
        kept(&mut browser, path).await;
        let firm = world.office.firm.id;
        world.doubles.gateways.set(firm, vec![]);
        let gone = made_anew(&mut browser, &again, path).await;
        assert_eq!(gone.body, without.body);
    }
}

#[tokio::test]
async fn everybody_sees_their_own_pages() {
    let world = World::of_twins().await;
    assert_eq!(world.office.contact.id, world.rival.contact.id);
    let whole = [Who::Contact, Who::Colleague, Who::Stranger, Who::Rival];
    let mut bodies = vec![];
    for who in whole {
        world.invoice(who).await;
        let mut browser = world.signed_in(who).await;
        let first = browser.get("/dashboard").await;
        assert!(!first.from_memory, "{who:?} sees somebody else's page");
        let page = kept(&mut browser, "/dashboard").await;
        let name = world.contact(who).full_name();
        let firm = world.office_of(who).firm.name.to_string();
        let firm = firm.replace('&', "&#38;");
        assert!(page.body.contains(&name), "{who:?}");
        assert!(page.body.contains(&firm), "{who:?}: {firm}");
        bodies.push(page.body);
    }
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), whole.len());
}

#[tokio::test]
async fn what_is_put_away_is_away_and_what_is_renamed_is_renamed() {
    let world = World::new().await;
    let id = world.announcement(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let before = kept(&mut browser, "/dashboard").await;
    browser
        .post(&format!("/announcements/{id}/dismiss"), &[])
        .await;
    let after = made_anew(&mut browser, &before, "/dashboard").await;
    assert!(!after.body.contains("We have moved"));
    let name = [
        ("first_name", "Anastasia"),
        ("last_name", "Keller"),
        ("email", world.office.contact.email.as_str()),
    ];
    browser.post("/profile", &name).await;
    let renamed = made_anew(&mut browser, &after, "/dashboard").await;
    assert!(renamed.body.contains("Anastasia"));
}

#[tokio::test]
async fn each_address_has_a_page_of_its_own() {
    let world = World::new().await;
    let invoice = world.invoice(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let all = kept(&mut browser, "/invoices").await;
    assert!(all.body.contains(&invoice.to_string()));
    let paid = kept(&mut browser, "/invoices?status=paid").await;
    assert!(!paid.body.contains(&invoice.to_string()));
    let unknown = browser.get("/invoices?status=lost").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let unknown = browser.get("/invoices?status=lost").await;
    assert!(!unknown.from_memory);
    let head = browser.ask(Method::HEAD, "/invoices", None).await;
    assert!(!head.from_memory && head.body.is_empty());
    assert!(!browser.get("/profile").await.from_memory);
    assert!(!browser.get("/profile").await.from_memory);
}

#[tokio::test]
async fn a_portal_without_memory_makes_every_page() {
    for (bytes, is_kept) in [(0, false), (4 * 1024, false), (1 << 20, true)] {
        let world = World::with(Settings {
            page_memory: PageMemory(bytes),
            ..Settings::default()
        });
        let world = world.await;
        let mut browser = world.signed_in(Who::Contact).await;
        for path in ["/dashboard", "/invoices", "/payments"] {
            browser.get(path).await;
            let page = browser.get(path).await;
            assert_eq!(page.status, StatusCode::OK);
            assert_eq!(page.from_memory, is_kept, "{path} with {bytes} bytes");
        }
    }
}
