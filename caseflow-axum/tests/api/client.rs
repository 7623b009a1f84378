//! The client's API.

use axum::http::header::{COOKIE, HOST};
use axum::http::{Method, StatusCode};
use caseflow_axum::{HostIdentity, Settings, SignIn};
use caseflow_core::testing::fixtures::{NOW, PASSWORD};
use caseflow_core::upkeep;
use serde_json::{Value, json};

use crate::world::World;

#[tokio::test]
async fn a_contact_signs_in_looks_around_and_signs_out() {
    let world = World::new().await;
    let nobody = world.anybody_at_the_portal();
    nobody.get("/me").await.expect(StatusCode::UNAUTHORIZED);
    let contact = world.contact().await;
    let me = contact.get("/me").await;
    me.expect(StatusCode::OK);
    assert_eq!(
        me.body["contact"]["email"],
        world.office.contact.email.as_str()
    );
    assert_eq!(me.body["client"]["name"], world.office.client.name.as_str());
    assert_eq!(me.body["sections"].as_array().unwrap().len(), 7);
    let gone = contact
        .send(contact.request(Method::DELETE, "/session", None))
        .await;
    gone.expect(StatusCode::NO_CONTENT);
    contact.get("/me").await.expect(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_wrong_password_is_refused_then_slowed_down() {
    let world = World::new().await;
    let nobody = world.anybody_at_the_portal();
    let email = world.office.contact.email.as_str();
    for email in [email, "nobody@example.com"] {
        let body = json!({"email": email, "password": "not the password"});
        for _ in 0..6 {
            let answer = nobody.post("/session", body.clone()).await;
            answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(
                answer.text("/detail"),
                "the e-mail or the password is not right"
            );
            assert!(answer.flaws().is_empty());
        }
        let slowed = nobody.post("/session", body).await;
        slowed.expect(StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(slowed.header("retry-after"), "1");
    }
}

#[tokio::test]
async fn e17_a_device_that_is_known_does_not_wait_for_the_guesses_of_others() {
    let world = World::new().await;
    let nobody = world.anybody_at_the_portal();
    let sign_in = async |password: &str, device: Value| {
        let email = world.office.contact.email.as_str();
        let body = json!({"email": email, "password": password, "device": device});
        nobody.post("/session", body).await
    };
    let first = sign_in(PASSWORD, Value::Null).await;
    first.expect(StatusCode::CREATED);
    let device = Value::from(first.text("/device"));
    while sign_in("not the password", Value::Null).await.status != StatusCode::TOO_MANY_REQUESTS {}
    for strange in [Value::Null, "A".repeat(75).into(), "x".into()] {
        let early = sign_in(PASSWORD, strange).await;
        early.expect(StatusCode::TOO_MANY_REQUESTS);
    }
    sign_in(PASSWORD, device).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn r_self_2_links_to_new_addresses_are_few() {
    let world = World::new().await;
    let contact = world.contact().await;
    let ask = async |n: usize| {
        let body = json!({"email": format!("new{n}@example.com")});
        let request = contact.request(Method::PATCH, "/profile", Some(body));
        contact.send(request).await
    };
    for n in 0..4 {
        ask(n).await.expect(StatusCode::OK);
    }
    let early = ask(4).await;
    early.expect(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(early.header("retry-after"), "300");
}

#[tokio::test]
async fn the_dashboard_shows_what_is_open() {
    let world = World::new().await;
    let invoice = world.invoice(10_000).await;
    let news = json!({"title": "News", "body": "x", "audience": "everyone"});
    let news = world.staff().made("/announcements", news).await;
    let contact = world.contact().await;
    let board = contact.get("/dashboard").await;
    board.expect(StatusCode::OK);
    assert_eq!(
        board.body["open"][0]["due"],
        json!({"amount_minor": 10_000, "currency": "USD"})
    );
    assert_eq!(board.body["to_pay"][0]["id"], invoice);
    assert_eq!(board.body["announcements"][0]["id"], news);
    assert_eq!(board.body["activity"][0]["kind"], "invoice.issued");
    let dismiss = format!("/announcements/{news}/dismiss");
    for _ in 0..2 {
        contact
            .post(&dismiss, Value::Null)
            .await
            .expect(StatusCode::NO_CONTENT);
    }
    assert_eq!(
        contact.get("/dashboard").await.body["announcements"],
        json!([])
    );
}

#[tokio::test]
async fn a_contact_never_sees_what_is_for_staff() {
    let world = World::new().await;
    let staff = world.staff();
    let mut terms = world.terms(10_000);
    terms["internal_note"] = "SECRET".into();
    let id = staff.made("/invoices", terms).await;
    let contact = world.contact().await;
    let path = format!("/invoices/{id}");
    contact.get(&path).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(contact.get("/invoices").await.body["data"], json!([]));
    staff
        .post(&format!("{path}/issue"), json!({}))
        .await
        .expect(StatusCode::OK);
    let body = json!({"amount": "balance", "mode": "cash", "note": "SECRET"});
    staff.made(&format!("{path}/payments"), body).await;
    for path in [path.as_str(), "/invoices", "/payments", "/dashboard", "/me"] {
        let answer = contact.get(path).await;
        answer.expect(StatusCode::OK);
        let text = answer.body.to_string();
        assert!(
            !text.contains("SECRET") && !text.contains("file 1"),
            "{path}: {text}"
        );
    }
    let payments = contact.get("/payments").await;
    assert_eq!(payments.body["data"][0]["receipt"], "R-0001");
}

#[tokio::test]
async fn e01_another_clients_invoice_does_not_exist() {
    let world = World::new().await;
    let invoice = world.invoice(10_000).await;
    let stranger = world.signed_in(&world.office.stranger).await;
    let path = format!("/invoices/{invoice}");
    for method in [Method::GET, Method::HEAD] {
        let answer = stranger.send(stranger.request(method, &path, None)).await;
        answer.expect(StatusCode::NOT_FOUND);
    }
    for path in ["/invoices", "/payments", "/dashboard"] {
        let answer = stranger.get(path).await;
        assert!(!answer.body.to_string().contains(&invoice), "{path}");
    }
    let audience = json!([world.office.client.id.to_string()]);
    let news = json!({"title": "News", "body": "x", "audience": audience});
    let news = world.staff().made("/announcements", news).await;
    let dismiss = stranger
        .post(&format!("/announcements/{news}/dismiss"), Value::Null)
        .await;
    dismiss.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn e02_a_token_is_worth_nothing_at_another_firm() {
    let world = World::new().await;
    let contact = world.contact().await;
    let mut request = contact.request(Method::GET, "/me", None);
    request
        .headers_mut()
        .insert(HOST, "portal2.example.com".parse().unwrap());
    contact.send(request).await.expect(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_closed_section_has_no_addresses() {
    let world = World::new().await;
    let invoice = world.invoice(10_000).await;
    let path = format!("/contacts/{}", world.office.contact.id);
    let closed = world
        .staff()
        .patch(&path, "*", json!({"permissions": []}))
        .await;
    closed.expect(StatusCode::OK);
    let contact = world.contact().await;
    for path in ["/invoices", "/payments", &format!("/invoices/{invoice}")] {
        contact.get(path).await.expect(StatusCode::NOT_FOUND);
    }
    let board = contact.get("/dashboard").await;
    assert_eq!(
        (&board.body["open"], &board.body["activity"]),
        (&json!([]), &json!([]))
    );
}

#[tokio::test]
async fn e10_a_profile_is_name_phone_and_email() {
    let world = World::new().await;
    let contact = world.contact().await;
    let patch = async |body: Value| {
        contact
            .send(contact.request(Method::PATCH, "/profile", Some(body)))
            .await
    };
    let saved = patch(json!({"first_name": "Anna", "phone": "+41 44 123 45 67"})).await;
    saved.expect(StatusCode::OK);
    assert_eq!(saved.body, json!({"email_to_confirm": false}));
    let me = contact.get("/me").await;
    assert_eq!(me.body["contact"]["first_name"], "Anna");
    let pending = patch(json!({"email": "anna@example.com"})).await;
    assert_eq!(pending.body, json!({"email_to_confirm": true}));
    assert_eq!(
        contact.get("/me").await.body["contact"]["email"],
        me.body["contact"]["email"]
    );
    for member in ["client", "permissions", "primary", "verified", "title"] {
        let refused = patch(json!({member: "x"})).await;
        refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.flaws(), [format!("/{member}")]);
    }
}

#[tokio::test]
async fn e08_a_changed_password_ends_the_other_sessions() {
    let world = World::new().await;
    let (here, there) = (world.contact().await, world.contact().await);
    let change = async |current: &str, new: &str| {
        let body = json!({"current_password": current, "password": new});
        here.send(here.request(Method::PUT, "/profile/password", Some(body)))
            .await
    };
    let wrong = change("not the password", "a quite different one").await;
    assert_eq!(wrong.flaws(), ["/current_password"]);
    let short = change(PASSWORD, "short").await;
    assert_eq!(short.flaws(), ["/password"]);
    change(PASSWORD, "a quite different one")
        .await
        .expect(StatusCode::NO_CONTENT);
    here.get("/me").await.expect(StatusCode::OK);
    there.get("/me").await.expect(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_forgotten_password_is_answered_alike_for_everybody() {
    let world = World::new().await;
    let nobody = world.anybody_at_the_portal();
    let email = world.office.contact.email.as_str();
    for (email, letters) in [("nobody@example.com", 0), (email, 1)] {
        let answer = nobody
            .post("/forgot-password", json!({"email": email}))
            .await;
        answer.expect(StatusCode::ACCEPTED);
        assert_eq!(answer.body, Value::Null);
        upkeep::tick(&world.ports).await.unwrap();
        assert_eq!(world.doubles.mailer.take().len(), letters);
    }
}

/// A session token as the cookie of the portal's pages.
fn cookie(world: &World, token: &str) -> String {
    format!("__Host-caseflow-{}={token}", world.office.firm.id)
}

#[tokio::test]
async fn e18_a_cookie_needs_proof_of_where_the_request_comes_from() {
    let world = World::new().await;
    let nobody = world.anybody_at_the_portal();
    let body = json!({"email": world.office.contact.email.as_str(), "password": PASSWORD});
    let token = nobody.post("/session", body).await.text("/token");
    let patch = async |headers: &[(&'static str, &str)]| {
        let body = json!({"first_name": "Eve"});
        let mut request = nobody.request(Method::PATCH, "/profile", Some(body));
        request
            .headers_mut()
            .insert(COOKIE, cookie(&world, &token).parse().unwrap());
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        nobody.send(request).await
    };
    for foreign in [
        &[][..],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("authorization", "Basic eDp5")],
    ] {
        patch(foreign).await.expect(StatusCode::FORBIDDEN);
    }
    patch(&[("sec-fetch-site", "same-origin")])
        .await
        .expect(StatusCode::OK);
    patch(&[("origin", "https://portal1.example.com")])
        .await
        .expect(StatusCode::OK);
    // A bearer token is sent by no browser on its own, and the cookie beside it means nothing.
    let other = format!("Bearer {}", "A".repeat(43));
    let wrong = patch(&[("authorization", &other)]).await;
    wrong.expect(StatusCode::UNAUTHORIZED);
    let right = format!("Bearer {token}");
    patch(&[
        ("authorization", &right),
        ("origin", "https://evil.example"),
    ])
    .await
    .expect(StatusCode::OK);
}

#[tokio::test]
async fn a_host_that_signs_in_by_itself_has_no_passwords() {
    let settings = Settings {
        sign_in: SignIn::Host {
            login: "/login".into(),
            logout: "/logout".into(),
        },
        ..Settings::default()
    };
    let world = World::with(settings).await;
    let nobody = world.anybody_at_the_portal();
    nobody.get("/me").await.expect(StatusCode::UNAUTHORIZED);
    let identity = HostIdentity {
        contact: world.office.contact.id,
        authenticated_at: NOW,
    };
    let ask = async |method: Method, path: &str, body: Option<Value>| {
        let mut request = nobody.request(method, path, body);
        request.extensions_mut().insert(identity);
        request
            .headers_mut()
            .insert("sec-fetch-site", "same-origin".parse().unwrap());
        nobody.send(request).await
    };
    ask(Method::GET, "/me", None).await.expect(StatusCode::OK);
    let credentials = json!({"email": "a@example.com", "password": PASSWORD});
    let passwords = json!({"current_password": PASSWORD, "password": "a quite different one"});
    for (method, path, body) in [
        (Method::POST, "/session", Some(credentials)),
        (Method::DELETE, "/session", None),
        (
            Method::POST,
            "/forgot-password",
            Some(json!({"email": "a@example.com"})),
        ),
        (Method::PUT, "/profile/password", Some(passwords)),
    ] {
        ask(method, path, body).await.expect(StatusCode::NOT_FOUND);
    }
}
