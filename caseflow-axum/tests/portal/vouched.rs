//! A host that signs contacts in itself.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use caseflow_axum::{
    Access, FixedFirm, HostIdentity, Portal, ROUTES, Settings, SignIn, mount, router,
};
use caseflow_core::domain::id::ContactId;
use caseflow_core::testing::fixtures::{NOW, PASSWORD};

use crate::world::{Browser, Who, World};

/// The host's own sign-on: whoever the header of its gateway names.
async fn identify(mut request: Request, next: Next) -> axum::response::Response {
    let named = request.headers().get("x-gateway-contact").cloned();
    let contact: Option<ContactId> = named.and_then(|id| id.to_str().ok()?.parse().ok());
    if let Some(contact) = contact {
        request.extensions_mut().insert(HostIdentity {
            contact,
            authenticated_at: NOW,
        });
    }
    next.run(request).await
}

async fn world() -> World {
    let world = World::new().await;
    let settings = Settings {
        sign_in: SignIn::Host {
            login: "/sso/login?app=portal".into(),
            logout: "/sso/logout".into(),
        },
        ..Settings::default()
    };
    let portal = Portal {
        firms: Arc::new(FixedFirm(world.office.firm.id)),
        ..world.portal(settings)
    };
    let app: Router = mount("/portal", router(portal)).layer(from_fn(identify));
    world.behind(app)
}

async fn get_as(browser: &mut Browser, contact: ContactId, path: &str) -> crate::world::Page {
    let mut request = browser.request(axum::http::Method::GET, path, None);
    let name = contact.to_string().parse().unwrap();
    request.headers_mut().insert("x-gateway-contact", name);
    browser.send(request).await
}

#[tokio::test]
async fn whom_the_host_vouches_for_is_signed_in() {
    let world = world().await;
    let mut browser = world.browser(Who::Contact);
    let page = get_as(&mut browser, world.office.contact.id, "/dashboard").await;
    assert_eq!(page.status, StatusCode::OK);
    let page = get_as(&mut browser, world.office.contact.id, "/profile").await;
    assert!(!page.body.contains("/profile/password"));
}

#[tokio::test]
async fn whom_the_host_vouches_for_in_vain_is_not_sent_in_circles() {
    let world = world().await;
    let mut browser = world.browser(Who::Contact);
    let call = world.call(Who::Contact);
    let removed = world.office.colleague.id;
    caseflow_core::firm::contacts::remove(&world.ports, &call, removed, None)
        .await
        .unwrap();
    for nobody in [world.rival.contact.id, removed] {
        for path in ["/dashboard", "/invoices", "/profile"] {
            let page = get_as(&mut browser, nobody, path).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(page.heading(), "Page not found");
        }
    }
}

#[tokio::test]
async fn the_portals_own_sign_in_is_gone() {
    let world = world().await;
    let mut browser = world.browser(Who::Contact);
    assert_eq!(
        browser.get("/invoices?status=paid").await.location(),
        "/sso/login?app=portal&next=%2Fportal%2Finvoices%3Fstatus%3Dpaid"
    );
    assert_eq!(browser.post("/logout", &[]).await.location(), "/sso/logout");
    let own = |access| matches!(access, Access::Passwords | Access::OwnPassword);
    let mut gone = 0;
    for route in ROUTES.iter().filter(|route| own(route.access)) {
        let address = world.address(route, Who::Contact).await;
        let page = browser.ask(route.method.clone(), &address, None).await;
        // The address of signing out is still there, for its other verb.
        let expected = match (route.path, route.method.as_str()) {
            ("/logout", "GET") => StatusCode::METHOD_NOT_ALLOWED,
            _ => StatusCode::NOT_FOUND,
        };
        assert_eq!(page.status, expected, "{} {address}", route.method);
        gone += 1;
    }
    assert_eq!(gone, 11);
}

#[tokio::test]
async fn staff_look_by_the_portals_own_link_and_the_hosts_contacts_do_not_notice() {
    let world = world().await;
    let mut browser = world.browser(Who::Contact);
    let begun = browser.post(&world.preview_path().await, &[]).await;
    let page = browser.follow(&begun).await;
    assert!(page.body.contains("Preview, read only."));
    let ended = browser.post("/logout", &[]).await;
    assert_eq!(ended.location(), "/portal/preview");
    let page = get_as(&mut browser, world.office.contact.id, "/dashboard").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("Preview, read only."));
}

#[tokio::test]
async fn a_session_of_the_portals_own_counts_no_more() {
    let own = World::new().await;
    let session = own.signed_in(Who::Contact).await;
    let world = world().await;
    let mut browser = world.browser(Who::Contact);
    browser.cookies = session.cookies;
    assert!(
        browser
            .get("/dashboard")
            .await
            .location()
            .starts_with("/sso/login")
    );
    let email = world.contact(Who::Contact).email.to_string();
    let page = browser.sign_in(&email, PASSWORD).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn under_the_portals_own_sign_in_a_hosts_word_is_not_asked_for() {
    let world = World::new().await;
    let app = mount("/portal", router(world.portal(Settings::default()))).layer(from_fn(identify));
    let contact = world.office.contact.id;
    let mut browser = world.behind(app).browser(Who::Contact);
    assert!(
        get_as(&mut browser, contact, "/dashboard")
            .await
            .asks_to_sign_in()
    );
}
