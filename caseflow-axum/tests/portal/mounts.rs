//! The portal under every prefix: links and redirects follow it.

use std::sync::Arc;

use axum::Router;
use axum::http::{Method, StatusCode};
use axum::routing::get;
use caseflow_axum::{FirmInPath, Portal, Settings, TrustedProxies, mount, router};
use caseflow_core::testing::fixtures::PASSWORD;

use crate::world::{Page, Who, World};

/// Every address that a page leads to.
fn addresses(page: &Page) -> Vec<&str> {
    [" href=\"", " src=\"", " action=\""]
        .iter()
        .flat_map(|attribute| page.body.split(attribute).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .filter(|address| !address.starts_with('#') && !address.starts_with("mailto:"))
        .collect()
}

async fn walk(world: World, base: &str) {
    let invoice = world.invoice(Who::Contact).await;
    let mut browser = world.browser(Who::Contact);
    browser.base = base.to_owned();
    let challenge = browser.get("/invoices?status=unpaid").await;
    assert_eq!(challenge.status, StatusCode::SEE_OTHER, "{base}");
    let form = browser.follow(&challenge).await;
    let next = form.value("next").expect("a place to go back to");
    assert_eq!(next, format!("{base}/invoices?status=unpaid"));
    let email = world.contact(Who::Contact).email.to_string();
    let fields = [("email", &*email), ("password", PASSWORD), ("next", &next)];
    let signed_in = browser.post("/login", &fields).await;
    assert_eq!(signed_in.location(), next);
    for path in [
        "/dashboard",
        "/invoices",
        &format!("/invoices/{invoice}"),
        "/payments",
        "/profile",
        "/profile/password",
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{base}{path}");
        let addresses = addresses(&page);
        assert!(addresses.len() > 5, "{base}{path}");
        for address in addresses {
            assert!(
                address.starts_with(&format!("{base}/")),
                "{base}{path} leads to {address}"
            );
        }
    }
    let style = browser.get("/login").await;
    assert_eq!(style.location(), format!("{base}/dashboard"));
}

fn under(world: World, place: impl FnOnce(Router) -> Router) -> World {
    let portal = router(world.portal(Settings::default()));
    let host = Router::new().route("/", get(async || "the host's own page"));
    world.behind(host.merge(place(portal)))
}

#[tokio::test]
async fn links_follow_a_nest() {
    let world = under(World::new().await, |it| Router::new().nest("/clients", it));
    walk(world, "/clients").await;
}

#[tokio::test]
async fn links_follow_a_nest_in_a_nest() {
    let world = under(World::new().await, |it| {
        Router::new().nest("/a", Router::new().nest("/b", it))
    });
    walk(world, "/a/b").await;
}

#[tokio::test]
async fn links_follow_a_nested_service() {
    let world = under(World::new().await, |it| {
        Router::new().nest_service("/svc", it)
    });
    walk(world, "/svc").await;
}

#[tokio::test]
async fn links_follow_the_root() {
    let world = World::new().await;
    let portal = router(world.portal(Settings::default()));
    walk(world.behind(portal), "").await;
}

#[tokio::test]
async fn links_follow_a_prefix_with_parameters_and_the_firm_in_it() {
    let world = World::new().await;
    let portal = Portal {
        firms: Arc::new(FirmInPath("firm".into())),
        ..world.portal(Settings::default())
    };
    let base = format!("/f/{}/clients", world.office.firm.id);
    let app = Router::new().nest("/f/{firm}/clients", router(portal));
    walk(world.behind(app), &base).await;
}

#[tokio::test]
async fn a_firm_in_the_path_is_looked_at_again_with_each_request() {
    let world = World::new().await;
    let portal = Portal {
        firms: Arc::new(FirmInPath("firm".into())),
        ..world.portal(Settings::default())
    };
    let (own, other) = (world.office.firm.id, world.rival.firm.id);
    let app = Router::new().nest("/f/{firm}", router(portal));
    let world = world.behind(app);
    let mut browser = world.browser(Who::Contact);
    browser.base = format!("/f/{own}");
    let email = world.contact(Who::Contact).email.to_string();
    browser.sign_in(&email, PASSWORD).await;
    assert_eq!(browser.get("/dashboard").await.status, StatusCode::OK);
    browser.base = format!("/f/{other}");
    assert!(browser.get("/dashboard").await.asks_to_sign_in());
    browser.base = "/f/acme".into();
    assert_eq!(
        browser.get("/dashboard").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_empty_path_leads_to_the_dashboard_with_and_without_its_slash() {
    let world = World::new().await;
    let portal = || router(world.portal(Settings::default()));
    for app in [
        mount("/portal", portal()),
        Router::new().nest_service("/portal", portal()),
    ] {
        let mut browser = world.browser(Who::Contact);
        let mut other = World::new().await.behind(app).browser(Who::Contact);
        other.host = browser.host.clone();
        for path in ["", "/"] {
            let page = other.get(path).await;
            assert_eq!(page.location(), "/portal/dashboard", "{path}");
        }
        assert_eq!(browser.get("").await.location(), "/portal/dashboard");
    }
}

#[tokio::test]
async fn a_hostile_prefix_leads_nowhere() {
    let world = World::new().await;
    let portal = Portal {
        firms: Arc::new(caseflow_axum::FixedFirm(world.office.firm.id)),
        ..world.portal(Settings::default())
    };
    let app = mount("/{a}/{b}/clients", router(portal));
    let world = world.behind(app);
    let mut browser = world.browser(Who::Contact);
    for (base, status) in [
        ("//evil.example/clients", StatusCode::NOT_FOUND),
        ("/evil.example//clients", StatusCode::OK),
        ("/x/%22%3E%3Cscript%3E/clients", StatusCode::OK),
        ("/x/%5C%5Cevil.example/clients", StatusCode::OK),
    ] {
        browser.base = base.into();
        let page = browser.get("/login").await;
        assert_eq!(page.status, status, "{base}");
        assert!(!page.body.contains("\"><script>"), "{base}");
        for address in addresses(&page) {
            assert!(!address.starts_with("//"), "{base} leads to {address}");
        }
    }
}

#[tokio::test]
async fn a_prefix_that_a_proxy_took_off_is_believed_of_a_trusted_one_alone() {
    for (network, expected) in [
        ("198.51.100.0/24", "/out/dashboard"),
        ("10.0.0.0/8", "/dashboard"),
    ] {
        let settings = Settings {
            proxies: TrustedProxies(vec![network.parse().unwrap()]),
            ..Settings::default()
        };
        let world = World::new().await;
        let app = router(world.portal(settings));
        let mut browser = world.behind(app).browser(Who::Contact);
        browser.base = String::new();
        let mut request = browser.request(Method::GET, "/", None);
        let headers = request.headers_mut();
        headers.insert("x-forwarded-prefix", "/out/".parse().unwrap());
        assert_eq!(browser.send(request).await.location(), expected);
        let mut request = browser.request(Method::GET, "/", None);
        let headers = request.headers_mut();
        headers.insert("x-forwarded-prefix", "//evil.example".parse().unwrap());
        let page = browser.send(request).await;
        assert!(!page.headers.contains_key("location") || page.location() == "/dashboard");
    }
}
