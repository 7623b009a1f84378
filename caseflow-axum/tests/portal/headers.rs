//! What every answer carries.

use axum::http::{Method, StatusCode};
use caseflow_axum::{ROUTES, Settings};

use crate::world::{Page, Who, World};

/// A page without a form behind a mailed link to a proposal says nobody's address to anybody.
fn referrer_policy(verb: &Method, address: &str) -> &'static str {
    let looks = verb == Method::GET || verb == Method::HEAD;
    match address.starts_with("/l/") && looks {
        true => "no-referrer",
        false => "same-origin",
    }
}

fn assert_dressed(page: &Page, referrer: &str, case: &str) {
    let policy = page.header("content-security-policy");
    let is_file = page.header("content-type") == "application/pdf";
    // The portal's own pages frame the preview of a document.
    let is_shown = is_file && case.ends_with("/preview");
    if is_file {
        let sandbox = "sandbox; default-src 'none'";
        let frames = if is_shown {
            "; frame-ancestors 'self'"
        } else {
            ""
        };
        assert_eq!(policy, format!("{sandbox}{frames}"), "{case}");
        let way = if is_shown { "inline; " } else { "attachment; " };
        let disposition = page.header("content-disposition");
        assert!(disposition.starts_with(way), "{case}");
    } else {
        assert_locked(policy, case);
    }
    assert!(!policy.contains("unsafe"), "{case}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", referrer),
        (
            "x-frame-options",
            if is_shown { "SAMEORIGIN" } else { "DENY" },
        ),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(page.header(name), value, "{case}: {name}");
    }
    assert!(
        page.header("permissions-policy").contains("camera=()"),
        "{case}"
    );
    assert!(page.header("x-request-id").starts_with("req_"), "{case}");
    assert_eq!(page.header("strict-transport-security"), "", "{case}");
    for name in ["server", "x-powered-by", "access-control-allow-origin"] {
        assert_eq!(page.header(name), "", "{case}: {name}");
    }
}

/// The policy of what is a page or nothing.
fn assert_locked(policy: &str, case: &str) {
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{case}: {policy}");
    }
}

#[tokio::test]
async fn every_answer_to_every_verb_is_dressed_and_not_stored() {
    let world = World::new().await;
    for signed_in in [true, false] {
        for route in ROUTES {
            let address = world.address(route, Who::Contact).await;
            for verb in [Method::GET, Method::HEAD, Method::POST, Method::DELETE] {
                let mut browser = match signed_in {
                    true => world.signed_in(Who::Contact).await,
                    false => world.browser(Who::Contact),
                };
                let page = browser.ask(verb.clone(), &address, None).await;
                let case = format!("{verb} {address}");
                assert_dressed(&page, referrer_policy(&verb, &address), &case);
                assert_eq!(page.header("cache-control"), "no-store", "{case}");
            }
        }
    }
}

#[tokio::test]
async fn errors_are_pages_with_the_same_headers() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let wide = format!("email={}", "a".repeat(70_000));
    let twice = "email=a&email=b".to_owned();
    let json = {
        let mut request = browser.request(Method::POST, "/login", Some("{}".into()));
        let headers = request.headers_mut();
        headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        headers.insert("content-type", "application/json".parse().unwrap());
        browser.send(request).await
    };
    let foreign = browser.request(Method::POST, "/profile", Some(String::new()));
    for (page, status) in [
        (browser.get("/nowhere").await, StatusCode::NOT_FOUND),
        (browser.get("/invoices/%ff").await, StatusCode::NOT_FOUND),
        (
            browser.get("/login?next=a&next=b").await,
            StatusCode::BAD_REQUEST,
        ),
        (
            browser.ask(Method::PUT, "/login", None).await,
            StatusCode::METHOD_NOT_ALLOWED,
        ),
        (
            browser.ask(Method::POST, "/login", Some(wide)).await,
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (
            browser.ask(Method::POST, "/login", Some(twice)).await,
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (json, StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (browser.send(foreign).await, StatusCode::FORBIDDEN),
    ] {
        assert_eq!(page.status, status);
        assert_dressed(&page, "same-origin", &status.to_string());
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(page.body.contains("Muster &#38; Partner 1"), "{status}");
        assert!(page.body.contains(page.header("x-request-id")), "{status}");
    }
}

#[tokio::test]
async fn a_portal_of_no_firm_has_no_pages_and_says_so_namelessly() {
    let world = World::new().await;
    let mut browser = world.browser(Who::Contact);
    browser.host = "elsewhere.example.com".into();
    for path in ["/login", "/dashboard", "/assets/app.css", "/nowhere"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert_dressed(&page, "same-origin", path);
        assert!(
            page.body.contains("Client portal") && !page.body.contains("Muster"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn https_is_required_of_the_whole_host_only_when_the_host_says_so() {
    let settings = Settings {
        hsts: Some(std::time::Duration::from_secs(63_072_000)),
        ..Settings::default()
    };
    let world = World::with(settings).await;
    let page = world.browser(Who::Contact).get("/login").await;
    assert_eq!(page.header("strict-transport-security"), "max-age=63072000");
}
