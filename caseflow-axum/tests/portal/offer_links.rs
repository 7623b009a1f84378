//! `/l/{token}`: a proposal for who has its mailed link.

use axum::http::{Method, StatusCode};
use caseflow_core::domain::access::{Section, Sections};
use caseflow_core::domain::id::OfferId;
use caseflow_core::domain::offer::{Decider, OfferKind, OfferStatus};
use caseflow_core::firm;

use crate::world::{Browser, Page, Who, World, offer_terms};

/// A proposal, and a browser without cookies that has its link.
async fn linked(world: &World) -> (OfferId, String, Browser) {
    let id = world.offer(Who::Contact, OfferKind::Proposal).await;
    let link = world.linked_path(Who::Contact, id).await;
    (id, link, world.browser(Who::Contact))
}

/// What the document's links say was read.
fn shown(page: &Page) -> String {
    let (_, rest) = page.body.split_once("?shown=").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

async fn status(world: &World, id: OfferId) -> OfferStatus {
    let offer = world.stored_offer(Who::Contact, id).await.value;
    offer.status(world.office.firm.today(world.ports.now()))
}

#[tokio::test]
async fn c09_a_program_that_follows_links_does_nothing_by_it() {
    let world = World::new().await;
    let (id, link, mut bot) = linked(&world).await;
    let page = bot.get(&link).await;
    let shown = shown(&page);
    let (before, rows) = (
        world.stored_offer(Who::Contact, id).await,
        world.audit_rows().await,
    );
    for path in [
        link.clone(),
        format!("{link}/pdf"),
        format!("{link}/accept"),
        format!("{link}/decline"),
        format!("{link}/accept?shown={shown}"),
        format!("{link}/decline?shown={shown}"),
    ] {
        for verb in [
            Method::GET,
            Method::HEAD,
            Method::GET,
            Method::HEAD,
            Method::GET,
            Method::HEAD,
        ] {
            let page = bot.ask(verb.clone(), &path, None).await;
            assert!(
                page.status.is_success() || page.status == StatusCode::SEE_OTHER,
                "{path}"
            );
        }
    }
    assert!(bot.cookies.is_empty(), "no cookie is set");
    assert_eq!(world.stored_offer(Who::Contact, id).await, before);
    assert_eq!(world.audit_rows().await, rows);
}

#[tokio::test]
async fn the_page_from_the_link_decides_with_a_name() {
    let world = World::new().await;
    for (answer, badge) in [("accept", "Accepted"), ("decline", "Declined")] {
        let (id, link, mut browser) = linked(&world).await;
        let page = browser.get(&link).await;
        assert!(page.body.contains("Annual accounts") && page.body.contains("USD 100.00"));
        assert!(!page.body.contains("Sign out") && !page.body.contains("aria-label=\"Sections\""));
        let shown = shown(&page);
        let form = browser.get(&format!("{link}/{answer}?shown={shown}")).await;
        assert!(form.body.contains("You are not signed in"));
        for name in ["", "   ", "\u{200b}", "Ida\u{202e}"] {
            let fields = [("shown", shown.as_str()), ("name", name), ("reason", "")];
            let page = browser.post(&format!("{link}/{answer}"), &fields).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name:?}");
            assert!(page.problem("name").is_some(), "{name:?}");
            assert_eq!(status(&world, id).await, OfferStatus::Sent);
        }
        let fields = [("shown", shown.as_str()), ("name", "  Ida Board ")];
        let done = browser.post(&format!("{link}/{answer}"), &fields).await;
        let page = browser.follow(&done).await;
        assert!(page.body.contains(&format!(">{badge}<")), "{}", page.body);
        assert!(page.body.contains("Ida Board") && page.body.contains("board@example.com"));
        let offer = world.stored_offer(Who::Contact, id).await.value;
        let Decider::LinkHolder { email, name } = &offer.decision().unwrap().by else {
            panic!("by {:?}", offer.decision());
        };
        assert_eq!(
            (email.as_str(), name.as_str()),
            ("board@example.com", "Ida Board")
        );
        assert!(browser.cookies.is_empty(), "nobody is signed in by it");
        assert!(browser.get("/dashboard").await.asks_to_sign_in());
    }
}

#[tokio::test]
async fn c13_a_stale_form_shows_the_new_version() {
    let world = World::new().await;
    let (id, link, mut browser) = linked(&world).await;
    let shown = shown(&browser.get(&link).await);
    let call = world.call(Who::Contact);
    let revised = firm::offers::revise(&world.ports, &call, id, None, offer_terms("120.00"));
    revised.await.unwrap();
    let fields = [("shown", shown.as_str()), ("name", "Ida Board")];
    for page in [
        browser.get(&format!("{link}/accept?shown={shown}")).await,
        browser.post(&format!("{link}/accept"), &fields).await,
    ] {
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("USD 120.00") && page.body.contains("Read it again"));
    }
    assert_eq!(status(&world, id).await, OfferStatus::Sent);
}

#[tokio::test]
async fn a_dead_link_says_the_same_whatever_killed_it() {
    let world = World::new().await;
    let (id, link, mut browser) = linked(&world).await;
    let never = format!("/l/{}", "A".repeat(43));
    let mut bodies = vec![
        dead(&mut browser, &never).await,
        dead(&mut browser, "/l/x").await,
    ];

    let staff = world.office.staff();
    let closed = Sections::ALL.without(Section::Proposals);
    world.open_sections(Who::Contact, closed).await;
    bodies.push(dead(&mut browser, &link).await);
    world.open_sections(Who::Contact, Sections::ALL).await;
    assert_eq!(browser.get(&link).await.status, StatusCode::OK);

    let call = world.call(Who::Contact);
    let withdrawn = firm::offers::withdraw(&world.ports, &call, id, None).await;
    withdrawn.unwrap();
    bodies.push(dead(&mut browser, &link).await);
    world.send_offer(Who::Contact, id).await;
    assert_eq!(browser.get(&link).await.status, StatusCode::OK);

    let file = firm::offers::read(&world.ports, &staff, id).await.unwrap();
    for old in file.links {
        let link = old.value.id;
        let revoked = firm::offers::revoke_link(&world.ports, &call, id, link, None).await;
        revoked.unwrap();
    }
    bodies.push(dead(&mut browser, &link).await);

    let (_, other, _) = linked(&world).await;
    world.doubles.clock.set("2026-12-24T23:00:00Z");
    bodies.push(dead(&mut browser, &other).await);
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "the pages differ");
}

/// The page of a dead link, the same at every address below it.
async fn dead(browser: &mut Browser, link: &str) -> String {
    let fields = [("shown", "x"), ("name", "Ida Board")];
    let pages = [
        browser.get(link).await,
        browser.get(&format!("{link}/pdf")).await,
        browser.get(&format!("{link}/accept?shown=x")).await,
        browser.post(&format!("{link}/decline"), &fields).await,
    ];
    let bodies = pages.map(|page| {
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{link}");
        assert_eq!(page.heading(), "This link no longer works");
        page.body
    });
    let [first, others @ ..] = bodies;
    assert!(others.iter().all(|other| *other == first));
    first
}

#[tokio::test]
async fn the_address_is_told_to_nobody_and_the_form_is_known_as_the_portals_own() {
    let world = World::new().await;
    let (_, link, mut browser) = linked(&world).await;
    let page = browser.get(&link).await;
    for path in [link.clone(), format!("{link}/pdf"), "/l/x".to_owned()] {
        let page = browser.get(&path).await;
        assert_eq!(page.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert!(!page.from_memory, "{path}");
    }
    let form = format!("{link}/accept?shown={}", shown(&page));
    let form = browser.get(&form).await;
    assert_eq!(form.header("referrer-policy"), "same-origin");
    assert_eq!(form.header("cache-control"), "no-store");
}

#[tokio::test]
async fn e04_a_link_opens_its_own_proposal_and_nothing_else() {
    let world = World::new().await;
    let (_, link, mut browser) = linked(&world).await;
    let token = link.strip_prefix("/l/").unwrap();
    for page in ["set-password", "confirm-email"] {
        let page = browser.get(&format!("/{page}/{token}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
    }
    for record in ["invoices", "proposals"] {
        let page = browser.get(&format!("/{record}/{token}")).await;
        assert_ne!(page.status, StatusCode::OK);
    }
    let mut rival = world.browser(Who::Rival);
    assert_eq!(rival.get(&link).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn e17_guessing_links_is_slowed_down() {
    let world = World::new().await;
    let (_, link, mut browser) = linked(&world).await;
    let mut waited = 0;
    for n in 0..100 {
        let guess = format!("/l/{:A>43}", n);
        let page = browser.get(&guess).await;
        match page.status {
            StatusCode::TOO_MANY_REQUESTS => waited += 1,
            status => assert_eq!(status, StatusCode::NOT_FOUND),
        }
    }
    assert!(waited >= 40, "{waited} of 100 had to wait");
    assert_eq!(browser.get(&link).await.status, StatusCode::OK);
}
