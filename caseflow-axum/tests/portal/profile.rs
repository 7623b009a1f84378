//! `/profile` and `/profile/password`.

use std::time::Duration;

use axum::http::StatusCode;
use caseflow_core::testing::fixtures::PASSWORD;

use crate::world::{Browser, Page, Who, World};

const NEW: &str = "quite another password";

async fn change(browser: &mut Browser, current: &str, new: &str) -> Page {
    let fields = [
        ("current_password", current),
        ("password", new),
        ("password_again", new),
    ];
    browser.post("/profile/password", &fields).await
}

#[tokio::test]
async fn r_self_2_a_contact_changes_its_own_details() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let form = browser.get("/profile").await;
    assert_eq!(form.value("last_name").as_deref(), Some("Keller 103"));
    let email = form.value("email").unwrap();
    let fields = [
        ("first_name", " Åsa "),
        ("last_name", "O’Neil"),
        ("phone", "+41 44 123 45 67"),
        ("email", &email),
    ];
    let page = browser.post("/profile", &fields).await;
    assert_eq!(page.location(), "/portal/profile?saved=details");
    let page = browser.follow(&page).await;
    assert!(page.body.contains("Your details are saved."));
    assert_eq!(page.value("first_name").as_deref(), Some("Åsa"));
    let stored = world.stored(Who::Contact).await.value;
    assert_eq!(stored.full_name(), "Åsa O’Neil");
    assert_eq!(stored.phone.unwrap().as_str(), "+41 44 123 45 67");
    assert_eq!(world.letters().await, 0);
}

#[tokio::test]
async fn r_self_2_links_to_new_addresses_are_few() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let mut ask = async |n: usize| {
        let email = format!("new{n}@example.com");
        let fields = [
            ("first_name", "Ana"),
            ("last_name", "Keller"),
            ("email", &email),
        ];
        browser.post("/profile", &fields).await
    };
    for n in 0..4 {
        assert_eq!(ask(n).await.location(), "/portal/profile?saved=pending");
    }
    let page = ask(4).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(page.header("retry-after"), "300");
    assert!(page.body.contains("Too many attempts. Wait 5 minutes"));
    assert_eq!(page.value("email").as_deref(), Some("new4@example.com"));
    assert_eq!(world.letters().await, 4);
}

#[tokio::test]
async fn e10_whatever_else_is_posted_changes_nothing() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let before = world.stored(Who::Contact).await.value;
    let neighbour = world.office.neighbour.id.to_string();
    let fields = [
        ("first_name", "Anna"),
        ("last_name", "Keller"),
        ("phone", "044 123 45 67"),
        ("email", before.email.as_str()),
        ("role", "admin"),
        ("client", &neighbour),
        ("client_id", &neighbour),
        ("id", &neighbour),
        ("verified", "true"),
        ("email_verified", "true"),
        ("permissions", "127"),
        ("access", "on"),
        ("standing", "primary"),
        ("title", "Director"),
        ("language", "de"),
        ("password", NEW),
    ];
    let page = browser.post("/profile", &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let after = world.stored(Who::Contact).await.value;
    let expected = caseflow_core::domain::client::Contact {
        first_name: after.first_name.clone(),
        last_name: after.last_name.clone(),
        phone: after.phone.clone(),
        ..before
    };
    assert_eq!(after, expected);
    assert_eq!(after.first_name.as_str(), "Anna");
}

#[tokio::test]
async fn e08_a_changed_password_ends_the_other_sessions_and_keeps_this_one() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let mut others = [
        world.signed_in(Who::Contact).await,
        world.signed_in(Who::Contact).await,
    ];
    let page = change(&mut browser, PASSWORD, PASSWORD).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.problem("password")
            .unwrap()
            .contains("that you have now")
    );

    let page = change(&mut browser, PASSWORD, NEW).await;
    let page = browser.follow(&page).await;
    assert!(page.body.contains("signed out on all other devices"));
    for other in &mut others {
        assert!(other.get("/dashboard").await.asks_to_sign_in());
    }
    let email = world.contact(Who::Contact).email.to_string();
    let mut again = world.browser(Who::Contact);
    let old = again.sign_in(&email, PASSWORD).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        again.sign_in(&email, NEW).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(world.letters().await, 1);
}

#[tokio::test]
async fn a_session_left_open_is_no_place_to_guess_the_password() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = change(&mut browser, "not the right password", NEW).await;
    assert_eq!(
        page.problem("current_password"),
        Some("This is not your current password")
    );
    let mut throttled = 0;
    for _ in 0..20 {
        let page = change(&mut browser, "not the right password", NEW).await;
        throttled += usize::from(page.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(throttled >= 14, "{throttled}");
    let page = change(&mut browser, PASSWORD, NEW).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.body.contains("Too many attempts"));
    world.doubles.clock.advance(Duration::from_secs(901));
    assert_eq!(
        change(&mut browser, PASSWORD, NEW).await.status,
        StatusCode::SEE_OTHER
    );
}
