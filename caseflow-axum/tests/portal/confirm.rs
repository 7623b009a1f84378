//! `/confirm-email/{token}`.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use caseflow_core::testing::fixtures::PASSWORD;

use crate::world::{Browser, Who, World};

const NEW: &str = "ana@new.example.com";

async fn asked_for(world: &World, email: &str) -> (Browser, String) {
    let mut browser = world.signed_in(Who::Contact).await;
    let fields = [
        ("first_name", "Ana"),
        ("last_name", "Keller"),
        ("phone", ""),
        ("email", email),
    ];
    let page = browser.post("/profile", &fields).await;
    let page = browser.follow(&page).await;
    assert!(
        page.body
            .contains("once you open the link that we have sent")
    );
    let link = world.mailed_path().await;
    assert!(link.starts_with("/confirm-email/"));
    (browser, link)
}

#[tokio::test]
async fn r_self_2_a_new_address_counts_after_its_link_and_the_old_one_is_told() {
    let world = World::new().await;
    let old = world.contact(Who::Contact).email.clone();
    let (_, link) = asked_for(&world, NEW).await;
    let mut mailbox = world.browser(Who::Contact);
    for verb in [Method::HEAD, Method::GET, Method::GET] {
        assert_eq!(mailbox.ask(verb, &link, None).await.status, StatusCode::OK);
    }
    assert_eq!(world.stored(Who::Contact).await.value.email, old);
    assert!(mailbox.get(&link).await.body.contains(NEW));

    let page = mailbox.post(&link, &[]).await;
    let page = mailbox.follow(&page).await;
    assert!(page.body.contains("Your new e-mail address is confirmed"));
    assert_eq!(
        mailbox.sign_in(NEW, PASSWORD).await.status,
        StatusCode::SEE_OTHER
    );
    caseflow_core::upkeep::tick(&world.ports).await.unwrap();
    let letters = world.doubles.mailer.take();
    assert_eq!(letters.last().unwrap().to, old);

    let again = mailbox.post(&link, &[]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert_eq!(again.heading(), "This link no longer works");
}

#[tokio::test]
async fn who_is_signed_in_lands_on_the_profile() {
    let world = World::new().await;
    let (mut browser, link) = asked_for(&world, NEW).await;
    let page = browser.post(&link, &[]).await;
    let page = browser.follow(&page).await;
    assert!(
        page.body
            .contains("Your new e-mail address counts from now on.")
    );
    assert_eq!(page.value("email").as_deref(), Some(NEW));
}

#[tokio::test]
async fn the_link_dies_after_an_hour() {
    let world = World::new().await;
    let (mut browser, link) = asked_for(&world, NEW).await;
    world.doubles.clock.advance(Duration::from_secs(3600));
    assert_eq!(browser.get(&link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post(&link, &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn that_another_contact_has_the_address_is_told_to_nobody() {
    let world = World::new().await;
    let taken = world.contact(Who::Stranger).email.to_string();
    let (mut browser, link) = asked_for(&world, &taken).await;
    let page = browser.post(&link, &[]).await;
    assert_eq!(page.heading(), "This link no longer works");
    let own = world.contact(Who::Contact).email.clone();
    assert_eq!(world.stored(Who::Contact).await.value.email, own);
}
