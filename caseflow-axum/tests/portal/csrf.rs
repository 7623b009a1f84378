//! Another site cannot make a browser act.

use axum::http::{Method, Request, StatusCode};
use caseflow_axum::{Access, ROUTES, Route};

use crate::world::{Browser, Who, World};

/// Headers by name and value.
type Headers = &'static [(&'static str, &'static str)];

/// Headers that a browser sends, and whether the request may act: with a session, and without.
const CASES: [(Headers, bool, bool); 12] = [
    (&[("sec-fetch-site", "same-origin")], true, true),
    (&[("sec-fetch-site", "none")], true, true),
    (&[("sec-fetch-site", "cross-site")], false, false),
    (&[("sec-fetch-site", "same-site")], false, false),
    (&[("sec-fetch-site", "")], false, false),
    (&[("origin", "https://portal1.example.com")], true, true),
    (&[("origin", "https://evil.example")], false, false),
    (
        &[("origin", "https://portal1.example.com.evil.example")],
        false,
        false,
    ),
    (&[("origin", "https://portal2.example.com")], false, false),
    (&[("origin", "null")], false, false),
    (
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://portal1.example.com"),
        ],
        false,
        false,
    ),
    (&[], false, true),
];

fn request(
    browser: &Browser,
    route: &Route,
    address: &str,
    headers: Headers,
) -> Request<axum::body::Body> {
    let form = Some(String::new());
    let mut request = browser.request(route.method.clone(), address, form);
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    request
}

#[tokio::test]
async fn e18_every_unsafe_route_refuses_what_does_not_come_from_the_portal() {
    let world = World::new().await;
    let mut tried = 0;
    let unsafe_ones = ROUTES.iter().filter(|route| !route.method.is_safe());
    // A gateway is no browser; its notices are signed.
    for route in unsafe_ones.filter(|route| route.access != Access::Gateways) {
        let mut address = world.address(route, Who::Contact).await;
        for (headers, with_session, without) in CASES {
            for signed_in in [true, false] {
                let mut browser = match signed_in {
                    true => world.signed_in(Who::Contact).await,
                    false => world.browser(Who::Contact),
                };
                let before = world.audit_rows().await;
                let page = browser
                    .send(request(&browser, route, &address, headers))
                    .await;
                let passes = if signed_in { with_session } else { without };
                let case = format!("{} {headers:?} {signed_in}", route.path);
                assert_eq!(page.status != StatusCode::FORBIDDEN, passes, "{case}");
                if passes {
                    // It may have acted.
                    address = world.address(route, Who::Contact).await;
                } else {
                    let now = world.audit_rows().await;
                    assert_eq!(now, before, "{case}: something was written");
                    assert_eq!(page.heading(), "This form could not be accepted");
                }
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 25 * CASES.len() * 2);
}

#[tokio::test]
async fn e18_a_link_from_another_site_still_opens_a_page() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let mut request = browser.request(Method::GET, "/dashboard", None);
    request
        .headers_mut()
        .insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(browser.send(request).await.status, StatusCode::OK);
}
