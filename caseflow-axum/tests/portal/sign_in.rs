//! `/login` and `/logout`.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use caseflow_axum::{Cookies, Settings, TrustedProxies};
use caseflow_core::domain::firm::PortalUrl;
use caseflow_core::testing::fixtures::PASSWORD;

use crate::world::{Browser, Who, World};

fn email(world: &World) -> String {
    world.contact(Who::Contact).email.to_string()
}

#[tokio::test]
async fn r_acc_1_a_contact_signs_in_with_e_mail_and_password() {
    let world = World::new().await;
    let mut browser = world.browser(Who::Contact);
    assert_eq!(browser.get("/login").await.heading(), "Sign in");
    let typed = format!("  {} ", email(&world).to_uppercase());
    let page = browser.sign_in(&typed, PASSWORD).await;
    assert_eq!(page.location(), "/portal/dashboard");
    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with(&format!("__Host-caseflow-{}=", world.office.firm.id)));
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    let page = browser.follow(&page).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Ana Keller 103"));
    assert_eq!(world.audit().await, ["session.signed_in"]);
}

#[tokio::test]
async fn signing_in_again_ends_the_session_that_the_browser_had() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let mut old = browser.clone();
    browser.sign_in(&email(&world), PASSWORD).await;
    assert_ne!(browser.cookies, old.cookies);
    assert_eq!(browser.get("/dashboard").await.status, StatusCode::OK);
    assert!(old.get("/dashboard").await.asks_to_sign_in());
    // A session that somebody planted in the browser does not become the contact's.
    let mut planted = world.signed_in(Who::Stranger).await;
    let strangers = planted.cookies.clone();
    planted.sign_in(&email(&world), PASSWORD).await;
    assert_ne!(planted.cookies, strangers);
}

#[tokio::test]
async fn who_is_signed_in_already_goes_on() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    assert_eq!(browser.get("/login").await.location(), "/portal/dashboard");
    let page = browser.get("/login?next=%2Fportal%2Fprofile").await;
    assert_eq!(page.location(), "/portal/profile");
}

#[tokio::test]
async fn signing_out_is_a_post_and_ends_the_session_everywhere() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let mut copy = browser.clone();
    assert_eq!(browser.get("/logout").await.location(), "/portal/dashboard");
    assert_eq!(browser.get("/dashboard").await.status, StatusCode::OK);

    let page = browser.post("/logout", &[]).await;
    assert!(page.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(browser.follow(&page).await.heading(), "You are signed out");
    assert!(copy.get("/dashboard").await.asks_to_sign_in());
    let again = copy.post("/logout", &[]).await;
    assert_eq!(
        again.status,
        StatusCode::SEE_OTHER,
        "signing out twice is no error"
    );
    assert_eq!(
        world.audit().await,
        ["session.signed_in", "session.signed_out"]
    );
}

#[tokio::test]
async fn nobody_is_sent_to_another_site_after_signing_in() {
    let world = World::new().await;
    for next in [
        "https://evil.example/",
        "//evil.example/portal",
        "/\\evil.example",
        "/portal\\@evil.example",
        "javascript:alert(1)",
        "/elsewhere",
        "/portalx",
        "/portal/../admin",
        "/portal/\r\nset-cookie: a=b",
        "",
    ] {
        let mut browser = world.browser(Who::Contact);
        let fields = [
            ("email", &*email(&world)),
            ("password", PASSWORD),
            ("next", next),
        ];
        let page = browser.post("/login", &fields).await;
        assert_eq!(page.location(), "/portal/dashboard", "{next:?}");
        let mut browser = world.browser(Who::Contact);
        let query = crate::world::encoded(&[("next", next)]);
        let page = browser.get(&format!("/login?{query}")).await;
        assert_eq!(page.value("next"), None, "{next:?}");
    }
}

#[tokio::test]
async fn e17_nothing_tells_whether_an_account_exists() {
    let world = World::new().await;
    let mut answers = Vec::new();
    let removed = world.contact(Who::Colleague).email.to_string();
    let call = world.call(Who::Contact);
    let id = world.office.colleague.id;
    caseflow_core::firm::contacts::remove(&world.ports, &call, id, None)
        .await
        .unwrap();
    for account in [email(&world), "nobody@example.com".into(), removed] {
        let mut browser = world.browser(Who::Contact);
        let page = browser.sign_in(&account, "not the right password").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let id = page.header("x-request-id").to_owned();
        answers.push(page.body.replace(&account, "ACCOUNT").replace(&id, "ID"));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(
        world.doubles.passwords.comparisons(),
        3,
        "each takes a comparison's time"
    );
}

#[tokio::test]
async fn e17_guessing_is_slowed_down_for_an_account() {
    for account in ["contact103@example.com", "nobody@example.com"] {
        let world = World::new().await;
        let mut browser = world.browser(Who::Contact);
        let mut throttled = 0;
        for _ in 0..100 {
            let page = browser.sign_in(account, "not the right password").await;
            if page.status == StatusCode::TOO_MANY_REQUESTS {
                throttled += 1;
                assert!(
                    page.body.contains("Too many attempts. Wait"),
                    "{}",
                    page.body
                );
                assert_eq!(page.value("email").as_deref(), Some(account));
                let wait: u64 = page.header("retry-after").parse().unwrap();
                assert!((1..=900).contains(&wait));
            }
            world.doubles.clock.advance(Duration::from_millis(600));
        }
        assert!(
            throttled >= 85,
            "{account}: {throttled} of 100 were refused"
        );
        // The right password has to wait as well.
        let page = browser.sign_in(account, PASSWORD).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        world.doubles.clock.advance(Duration::from_secs(901));
        let page = browser.sign_in(account, PASSWORD).await;
        let exists = account.starts_with("contact");
        assert_eq!(page.status == StatusCode::SEE_OTHER, exists);
    }
}

#[tokio::test]
async fn e17_a_browser_that_is_known_does_not_wait_for_the_guesses_of_others() {
    let world = World::new().await;
    let mut own = world.signed_in(Who::Contact).await;
    own.post("/logout", &[]).await;
    let left: Vec<&String> = own.cookies.keys().collect();
    let mark = format!("__Host-caseflow-device-{}", world.office.firm.id);
    assert_eq!(
        left,
        [&mark],
        "signing out leaves the mark and nothing else"
    );
    let mut other = world.browser(Who::Contact);
    let guessed = loop {
        let page = other
            .sign_in(&email(&world), "not the right password")
            .await;
        if page.status == StatusCode::TOO_MANY_REQUESTS {
            break other.sign_in(&email(&world), PASSWORD).await;
        }
    };
    assert_eq!(guessed.status, StatusCode::TOO_MANY_REQUESTS);
    let page = own.sign_in(&email(&world), PASSWORD).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(is_in(&mut own).await);
    // Brought under another name, or made up, the mark is worth nothing.
    for forged in [
        "A".repeat(75),
        "x".to_owned(),
        own.cookies[&mark].to_uppercase(),
    ] {
        other.cookies = [(mark.clone(), forged)].into();
        let page = other.sign_in(&email(&world), PASSWORD).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    }
    other.cookies = [(mark.clone(), own.cookies[&mark].clone())].into();
    assert!(!is_in(&mut other).await, "the mark signs nobody in");
}

#[tokio::test]
async fn e17_guessing_is_slowed_down_for_an_address_over_all_accounts() {
    let world = World::new().await;
    let mut browser = world.browser(Who::Contact);
    let mut throttled = 0;
    for n in 0..100 {
        let page = browser
            .sign_in(
                &format!("somebody{n}@example.com"),
                "not the right password",
            )
            .await;
        throttled += usize::from(page.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(throttled >= 45, "{throttled} of 100 were refused");
}

#[tokio::test]
async fn the_address_behind_a_trusted_proxy_is_the_one_that_counts() {
    let settings = Settings {
        proxies: TrustedProxies(vec!["198.51.100.7".parse().unwrap()]),
        ..Settings::default()
    };
    let world = World::with(settings).await;
    let mut browser = world.browser(Who::Contact);
    let form = crate::world::encoded(&[("email", &*email(&world)), ("password", PASSWORD)]);
    let mut request = browser.request(Method::POST, "/login", Some(form));
    let headers = request.headers_mut();
    headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
    headers.insert("user-agent", "Test/1.0".parse().unwrap());
    headers.insert("x-forwarded-for", "6.6.6.6, 203.0.113.9".parse().unwrap());
    browser.send(request).await;
    let query = caseflow_core::ports::store::AuditQuery::default();
    let firm = world.office.firm.id;
    let rows = world.ports.store.audit(firm, &query).await.unwrap().rows;
    assert_eq!(rows[0].ip.as_deref(), Some("203.0.113.9"));
    assert_eq!(rows[0].user_agent.as_deref(), Some("Test/1.0"));
}

async fn is_in(browser: &mut Browser) -> bool {
    browser.get("/dashboard").await.status == StatusCode::OK
}

#[tokio::test]
async fn a_session_ends_after_half_an_hour_of_silence() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    for _ in 0..3 {
        world.doubles.clock.advance(Duration::from_secs(29 * 60));
        assert!(is_in(&mut browser).await);
    }
    world.doubles.clock.advance(Duration::from_secs(30 * 60));
    assert!(!is_in(&mut browser).await);
    let page = browser.get("/login").await;
    assert!(
        page.body
            .contains("You were signed out to keep your account safe")
    );
}

#[tokio::test]
async fn a_session_ends_after_eight_hours_whatever_happens() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    for _ in 0..31 {
        world.doubles.clock.advance(Duration::from_secs(15 * 60));
        assert!(is_in(&mut browser).await);
    }
    world.doubles.clock.advance(Duration::from_secs(15 * 60));
    assert!(!is_in(&mut browser).await);
}

#[tokio::test]
async fn a_cookie_that_nobody_gave_out_is_nobodys() {
    let world = World::new().await;
    let signed_in = world.signed_in(Who::Contact).await;
    let (name, _) = signed_in.session().unwrap();
    for value in ["", "x", &"A".repeat(43), &"A".repeat(4000)] {
        let mut browser = world.browser(Who::Contact);
        browser.cookies = [(name.clone(), value.to_owned())].into();
        assert!(browser.get("/dashboard").await.asks_to_sign_in(), "{value}");
    }
}

#[tokio::test]
async fn the_cookie_for_development_is_plain() {
    let url = PortalUrl::parse("http://localhost:8080/portal").unwrap();
    let settings = Settings {
        cookies: Cookies::plain_on_loopback(&url).unwrap(),
        ..Settings::default()
    };
    let world = World::with(settings).await;
    let mut browser = world.browser(Who::Contact);
    let page = browser.sign_in(&email(&world), PASSWORD).await;
    let cookie = page.header("set-cookie");
    assert!(
        cookie.starts_with("caseflow-firm_") && !cookie.contains("Secure"),
        "{cookie}"
    );
    assert!(is_in(&mut browser).await);
}
