//! `/proposals`, `/estimates` and what lies below them.

use axum::http::{Method, StatusCode};
use caseflow_core::domain::id::OfferId;
use caseflow_core::domain::offer::{OfferKind, OfferStatus, OfferTerms};
use caseflow_core::domain::rich_text::RichText;
use caseflow_core::firm;
use caseflow_core::testing::fixtures::{day, line, prose};

use crate::world::{Browser, Page, Who, World, offer_terms};

use OfferKind::{Estimate, Proposal};

/// Where the document leads who wishes to answer like this.
fn way_to(page: &Page, answer: &str) -> String {
    let end = format!("/{answer}?shown=");
    let mut links = page.body.split("href=\"/portal").skip(1);
    let link = links.find_map(|rest| {
        let link = rest.split('"').next().unwrap();
        link.contains(&end).then(|| link.to_owned())
    });
    link.unwrap_or_else(|| panic!("nothing leads to {answer}: {}", page.body))
}

/// Reads the document, wishes to answer, and is asked once more.
async fn asked(browser: &mut Browser, document: &str, answer: &str) -> (Page, String) {
    let page = browser.get(document).await;
    let way = way_to(&page, answer);
    let form = browser.get(&way).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.body);
    let shown = form.value("shown").unwrap();
    (form, shown)
}

async fn status(world: &World, id: OfferId) -> OfferStatus {
    let offer = world.stored_offer(Who::Contact, id).await.value;
    offer.status(world.office.firm.today(world.ports.now()))
}

fn pill(page: &Page) -> &str {
    let (_, rest) = page.body.split_once("class=\"pill ").unwrap();
    let (_, rest) = rest.split_once('>').unwrap();
    rest.split('<').next().unwrap()
}

#[tokio::test]
async fn r_dec_6_what_waits_comes_first_and_then_the_history() {
    let world = World::new().await;
    let oldest = world.offer(Who::Contact, Proposal).await;
    for _ in 0..21 {
        world
            .doubles
            .clock
            .advance(std::time::Duration::from_secs(60));
        let id = world.offer(Who::Contact, Proposal).await;
        let call = world.call(Who::Contact);
        let withdrawn = firm::offers::withdraw(&world.ports, &call, id, None).await;
        withdrawn.unwrap();
    }
    world.offer(Who::Contact, Estimate).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get("/proposals").await;
    let (waiting, history) = page.body.split_once(">History</h2>").unwrap();
    assert!(waiting.contains(&oldest.to_string()));
    assert!(!history.contains(&oldest.to_string()));
    assert_eq!(history.matches(">Withdrawn<").count(), 19);
    assert!(!page.body.contains("E-0001"), "an estimate is no proposal");
    let (_, rest) = page.body.split_once("rel=\"next\" href=\"/portal").unwrap();
    let next = rest.split('"').next().unwrap();
    let second = browser.get(next).await;
    assert_eq!(second.body.matches(">Withdrawn<").count(), 2);
    assert!(!second.body.contains("Waiting for your answer"));
    for broken in ["x", "", "%00", "aW52"] {
        let page = browser.get(&format!("/proposals?after={broken}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{broken}");
    }
}

#[tokio::test]
async fn the_document_shows_all_of_it_and_nothing_of_the_firms_own() {
    let world = World::new().await;
    let said = OfferTerms {
        body: Some(
            RichText::parse(
                "# Scope\n\n<script>alert(1)</script>\n\n| a | b |\n|---|---|\n| 1 | 2 |",
            )
            .unwrap(),
        ),
        matter: Some(line("Pier 4")),
        internal_note: Some(prose("SECRET: could go lower")),
        ..offer_terms("1234.50")
    };
    let id = world.drafted_offer_of(Who::Contact, Proposal, said).await;
    world.send_offer(Who::Contact, id).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/proposals/{id}")).await;
    for text in [
        "Annual accounts",
        "P-0001",
        "USD 1,234.50",
        "24 December 2026",
        "Pier 4",
        "<h3 dir=\"auto\">Scope</h3>",
        "&lt;script&gt;",
        "class=\"wide\"",
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    for secret in ["SECRET", "file 101", "Petra", "board@example.com"] {
        assert!(!page.body.contains(secret), "{secret}");
    }
    assert_eq!(pill(&page), "Open");
}

#[tokio::test]
async fn c01_c02_accepting_is_asked_once_more_and_makes_no_invoice() {
    let world = World::new().await;
    let id = world.offer(Who::Contact, Estimate).await;
    let document = format!("/estimates/{id}");
    let mut browser = world.signed_in(Who::Contact).await;
    let (form, shown) = asked(&mut browser, &document, "accept").await;
    assert_eq!(form.heading(), "Accept this estimate?");
    assert!(form.body.contains("<b>It creates no invoice</b>"));
    assert!(form.body.contains("USD 100.00"));
    assert_eq!(
        status(&world, id).await,
        OfferStatus::Sent,
        "asking decides nothing"
    );
    world.letters().await;
    for _ in 0..2 {
        let fields = [("shown", shown.as_str())];
        let done = browser.post(&format!("{document}/accept"), &fields).await;
        assert_eq!(done.location(), format!("/portal{document}"));
        let page = browser.follow(&done).await;
        assert_eq!(pill(&page), "Accepted");
        let name = world.office.contact.full_name();
        assert!(page.body.contains(&format!("by <bdi>{name}</bdi>")));
        assert!(!page.body.contains("?shown="), "nothing is left to answer");
    }
    assert_eq!(world.letters().await, 1, "the firm is told once");
    let invoices = browser.get("/invoices").await;
    assert!(invoices.body.contains("No invoices yet"));
    let again = browser
        .get(&format!("{document}/accept?shown={shown}"))
        .await;
    assert_eq!(again.location(), format!("/portal{document}"));
}

#[tokio::test]
async fn c14_a_no_may_carry_a_reason_which_stays_with_it() {
    let world = World::new().await;
    for (kind, noun, no, heading, badge) in [
        (
            Proposal,
            "proposals",
            "decline",
            "Decline this proposal?",
            "Declined",
        ),
        (
            Estimate,
            "estimates",
            "reject",
            "Reject this estimate?",
            "Rejected",
        ),
    ] {
        let id = world.offer(Who::Contact, kind).await;
        let document = format!("/{noun}/{id}");
        let mut browser = world.signed_in(Who::Contact).await;
        let (form, shown) = asked(&mut browser, &document, no).await;
        assert_eq!(form.heading(), heading);
        for (typed, at_fault) in [
            ("x".repeat(1001), "at most 1000 characters"),
            ("hid\u{202e}den".to_owned(), "(U+202E)"),
        ] {
            let fields = [("shown", shown.as_str()), ("reason", typed.as_str())];
            let page = browser.post(&format!("{document}/{no}"), &fields).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.problem("reason").unwrap().contains(at_fault));
            assert!(page.body.contains(&typed), "what was typed is kept");
            assert_eq!(status(&world, id).await, OfferStatus::Sent);
        }
        let fields = [("shown", shown.as_str()), ("reason", "Too <dear>.")];
        let done = browser.post(&format!("{document}/{no}"), &fields).await;
        let page = browser.follow(&done).await;
        assert_eq!(pill(&page), badge);
        assert!(page.body.contains("Too &#60;dear&#62;."), "{}", page.body);
    }
}

#[tokio::test]
async fn c13_who_has_read_something_else_reads_again() {
    let world = World::new().await;
    let id = world.offer(Who::Contact, Proposal).await;
    let document = format!("/proposals/{id}");
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&document).await;
    let way = way_to(&page, "accept");
    let (_, shown) = asked(&mut browser, &document, "accept").await;
    let call = world.call(Who::Contact);
    let revised = firm::offers::revise(&world.ports, &call, id, None, offer_terms("120.00"));
    revised.await.unwrap();
    let fields = [("shown", shown.as_str())];
    for answer in [
        browser.get(&way).await,
        browser.post(&format!("{document}/accept"), &fields).await,
        browser.post(&format!("{document}/accept"), &[]).await,
        browser
            .post(&format!("{document}/accept"), &[("shown", "x")])
            .await,
    ] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("Read it again as it is now"));
        assert!(
            answer.body.contains("USD 120.00"),
            "the new version is shown"
        );
        assert_eq!(status(&world, id).await, OfferStatus::Sent);
    }
    let (_, shown) = asked(&mut browser, &document, "accept").await;
    let fields = [("shown", shown.as_str())];
    browser.post(&format!("{document}/accept"), &fields).await;
    assert_eq!(status(&world, id).await, OfferStatus::Accepted);
}

#[tokio::test]
async fn the_opposite_answer_is_refused_and_the_first_one_shown() {
    let world = World::new().await;
    let id = world.offer(Who::Contact, Proposal).await;
    let document = format!("/proposals/{id}");
    let mut browser = world.signed_in(Who::Contact).await;
    let (_, shown) = asked(&mut browser, &document, "accept").await;
    let fields = [("shown", shown.as_str())];
    browser.post(&format!("{document}/accept"), &fields).await;
    let page = browser.post(&format!("{document}/decline"), &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("that answer stands"));
    assert_eq!(pill(&page), "Accepted");
}

#[tokio::test]
async fn c05_c06_the_last_day_ends_at_midnight_at_the_firm_for_kept_pages_too() {
    let world = World::new().await;
    let id = world.offer(Who::Contact, Proposal).await;
    let document = format!("/proposals/{id}");
    world.doubles.clock.set("2026-12-24T22:59:00Z");
    let mut browser = world.signed_in(Who::Contact).await;
    let (_, shown) = asked(&mut browser, &document, "accept").await;
    browser.get(&document).await;
    assert!(browser.get(&document).await.from_memory);
    browser.get("/proposals").await;
    world.doubles.clock.set("2026-12-24T23:00:00Z");
    for path in [document.as_str(), "/proposals"] {
        let page = browser.get(path).await;
        assert!(!page.from_memory);
        assert_eq!(pill(&page), "Expired", "{path}");
    }
    let fields = [("shown", shown.as_str())];
    let late = browser.post(&format!("{document}/accept"), &fields).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.body.contains("can no longer be answered"));
    assert_eq!(status(&world, id).await, OfferStatus::Expired);
}

#[tokio::test]
async fn c07_a_draft_is_on_no_page() {
    let world = World::new().await;
    let id = world.drafted_offer(Who::Contact, Proposal).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let list = browser.get("/proposals").await;
    assert!(list.body.contains("Nothing here yet"));
    for end in ["", "/pdf", "/accept", "/decline"] {
        let page = browser.get(&format!("/proposals/{id}{end}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{end}");
    }
}

#[tokio::test]
async fn c11_the_first_look_is_noted_once_and_by_who_is_signed_in() {
    let world = World::new().await;
    let id = world.offer(Who::Contact, Proposal).await;
    let document = format!("/proposals/{id}");
    let viewed = |audit: Vec<String>| audit.iter().filter(|it| *it == "offer.viewed").count();
    world.browser(Who::Contact).get(&document).await;
    assert_eq!(
        viewed(world.audit().await),
        0,
        "who is sent to sign in has seen nothing"
    );
    let mut browser = world.signed_in(Who::Contact).await;
    browser.get("/proposals").await;
    browser.get("/dashboard").await;
    assert_eq!(viewed(world.audit().await), 0, "a list is no look");
    for _ in 0..3 {
        browser.ask(Method::HEAD, &document, None).await;
        browser.get(&document).await;
    }
    assert_eq!(viewed(world.audit().await), 1);
    let first = world.stored_offer(Who::Contact, id).await.value.viewed_at;
    assert_eq!(first, Some(world.ports.now()));
}

#[tokio::test]
async fn an_estimate_is_no_proposal_at_its_address() {
    let world = World::new().await;
    let proposal = world.offer(Who::Contact, Proposal).await;
    let estimate = world.offer(Who::Contact, Estimate).await;
    let mut browser = world.signed_in(Who::Contact).await;
    for path in [
        format!("/estimates/{proposal}"),
        format!("/proposals/{estimate}"),
        format!("/proposals/{estimate}/pdf"),
        format!("/proposals/{estimate}/accept"),
    ] {
        assert_eq!(
            browser.get(&path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn r_self_1_the_dashboard_names_what_waits_for_an_answer() {
    let world = World::new().await;
    let id = world.offer(Who::Contact, Proposal).await;
    let late = OfferTerms {
        open_till: day("2026-11-24"),
        ..offer_terms("7.00")
    };
    let estimate = world.drafted_offer_of(Who::Contact, Estimate, late).await;
    world.send_offer(Who::Contact, estimate).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get("/dashboard").await;
    assert!(page.body.contains("Proposal to decide") && page.body.contains("Estimate to approve"));
    assert!(page.body.contains(&format!("/portal/proposals/{id}")));
    assert!(page.body.contains("href=\"/portal/proposals\""));
    assert!(page.body.contains("href=\"/portal/estimates\""));
    world.doubles.clock.set("2026-11-24T23:00:00Z");
    let page = browser.get("/dashboard").await;
    assert!(!page.body.contains("Estimate to approve"), "it is over");
}
