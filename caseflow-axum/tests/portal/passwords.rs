//! `/forgot-password` and `/set-password/{token}`.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use caseflow_core::firm::contacts::{Switch, switch_access};
use caseflow_core::testing::fixtures::PASSWORD;

use crate::world::{Browser, Page, Who, World};

const NEW: &str = "quite another password";

fn email(world: &World) -> String {
    world.contact(Who::Contact).email.to_string()
}

async fn set(browser: &mut Browser, link: &str, password: &str) -> Page {
    let fields = [("password", password), ("password_again", password)];
    browser.post(link, &fields).await
}

async fn forgotten(world: &World) -> (Browser, String) {
    let mut browser = world.browser(Who::Contact);
    let page = browser
        .post("/forgot-password", &[("email", &email(world))])
        .await;
    assert_eq!(page.heading(), "Check your e-mail");
    let link = world.mailed_path().await;
    assert!(link.starts_with("/set-password/"));
    (browser, link)
}

#[tokio::test]
async fn e08_a_reset_ends_all_sessions_and_refuses_the_old_password() {
    let world = World::new().await;
    let mut sessions = [
        world.signed_in(Who::Contact).await,
        world.signed_in(Who::Contact).await,
        world.signed_in(Who::Contact).await,
    ];
    let (mut browser, link) = forgotten(&world).await;
    assert_eq!(browser.get(&link).await.heading(), "Choose a new password");
    let page = set(&mut browser, &link, PASSWORD).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.problem("password")
            .unwrap()
            .contains("that you have now")
    );

    let page = set(&mut browser, &link, NEW).await;
    let login = browser.follow(&page).await;
    assert!(
        login
            .body
            .contains("Your password is set. Sign in with it now.")
    );
    for session in &mut sessions {
        assert!(session.get("/dashboard").await.asks_to_sign_in());
    }
    let old = browser.sign_in(&email(&world), PASSWORD).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    let new = browser.sign_in(&email(&world), NEW).await;
    assert_eq!(new.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn e17_a_reset_link_works_once_for_an_hour_and_a_newer_one_replaces_it() {
    let world = World::new().await;
    let (mut browser, first) = forgotten(&world).await;
    let (_, second) = forgotten(&world).await;
    assert_eq!(
        browser.get(&first).await.heading(),
        "This link no longer works"
    );

    // Mail scanners look; only the form uses the link up.
    for verb in [Method::GET, Method::HEAD, Method::GET] {
        assert_eq!(
            browser.ask(verb, &second, None).await.status,
            StatusCode::OK
        );
    }
    assert_eq!(
        set(&mut browser, &second, NEW).await.status,
        StatusCode::SEE_OTHER
    );
    for page in [
        set(&mut browser, &second, NEW).await,
        browser.get(&second).await,
    ] {
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert_eq!(page.heading(), "This link no longer works");
    }

    let (mut browser, third) = forgotten(&world).await;
    world.doubles.clock.advance(Duration::from_secs(3600));
    assert_eq!(
        set(&mut browser, &third, NEW).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn r_acc_3_an_invitation_works_for_two_days() {
    let world = World::new().await;
    let call = world.call(Who::Contact);
    let id = world.office.contact.id;
    for switch in [Switch::Off, Switch::On] {
        switch_access(&world.ports, &call, id, None, switch)
            .await
            .unwrap();
    }
    let link = world.mailed_path().await;
    let mut browser = world.browser(Who::Contact);
    world
        .doubles
        .clock
        .advance(Duration::from_secs(48 * 3600 - 1));
    let page = browser.get(&link).await;
    assert_eq!(page.heading(), "Choose your password");
    assert!(page.body.contains(&email(&world)));
    world.doubles.clock.advance(Duration::from_secs(1));
    assert_eq!(browser.get(&link).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn e17_asking_for_a_link_answers_alike_for_everybody_and_is_throttled() {
    let world = World::new().await;
    let mut answers = Vec::new();
    for account in [email(&world), "nobody@example.com".to_owned()] {
        let mut browser = world.browser(Who::Contact);
        let page = browser
            .post("/forgot-password", &[("email", &account)])
            .await;
        assert_eq!(page.status, StatusCode::OK);
        answers.push(page.body.replace(&account, "ACCOUNT"));
        let mut throttled = 0;
        for _ in 0..99 {
            let page = browser
                .post("/forgot-password", &[("email", &account)])
                .await;
            throttled += usize::from(page.status == StatusCode::TOO_MANY_REQUESTS);
        }
        assert!(throttled >= 95, "{throttled}");
    }
    assert_eq!(answers[0], answers[1]);
    assert!(world.letters().await <= 4);
}

#[tokio::test]
async fn a_link_of_one_firm_is_none_of_another_and_none_of_another_kind() {
    let world = World::new().await;
    let (mut browser, link) = forgotten(&world).await;
    let mut abroad = world.browser(Who::Rival);
    assert_eq!(abroad.get(&link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        set(&mut abroad, &link, NEW).await.status,
        StatusCode::NOT_FOUND
    );
    let confirm = link.replace("set-password", "confirm-email");
    assert_eq!(browser.get(&confirm).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        browser.post(&confirm, &[]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(browser.get(&link).await.status, StatusCode::OK);
}

#[tokio::test]
async fn e17_trying_links_is_slowed_down_for_an_address() {
    for page in ["set-password", "confirm-email"] {
        let world = World::new().await;
        let (mut browser, link) = forgotten(&world).await;
        let mut throttled = 0;
        for n in 0..100 {
            let path = format!("/{page}/{n}{}", "A".repeat(n % 60));
            let answer = match n % 2 {
                0 => browser.get(&path).await,
                _ => set(&mut browser, &path, NEW).await,
            };
            if answer.status == StatusCode::TOO_MANY_REQUESTS {
                throttled += 1;
                let wait: u64 = answer.header("retry-after").parse().unwrap();
                assert!((1..=900).contains(&wait));
            } else {
                assert_eq!(answer.status, StatusCode::NOT_FOUND);
            }
        }
        assert!(throttled >= 45, "{page}: {throttled} of 100 were refused");
        // Whoever holds a link that works is not kept waiting by a neighbour's tries.
        assert_eq!(browser.get(&link).await.status, StatusCode::OK);
    }
}
