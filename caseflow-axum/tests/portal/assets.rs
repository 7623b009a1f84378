//! `/assets/{name}`.

use axum::http::StatusCode;
use caseflow_core::domain::firm::Logo;
use caseflow_core::domain::text::Colour;
use caseflow_core::firm::settings;

use crate::world::{Page, Who, World};

/// The names of the files that a page asks for.
fn names(page: &Page) -> Vec<String> {
    let names = page.body.split("/portal/assets/").skip(1);
    let names = names.filter_map(|rest| rest.split('"').next());
    names.map(str::to_owned).collect()
}

#[tokio::test]
async fn every_file_of_a_page_is_there_and_may_be_kept_for_ever() {
    let world = World::new().await;
    let mut browser = world.browser(Who::Contact);
    let page = browser.get("/login").await;
    let names = names(&page);
    assert_eq!(names.len(), 4, "{names:?}");
    for (name, media_type) in names.iter().zip([
        "image/svg+xml",
        "text/css; charset=utf-8",
        "text/css; charset=utf-8",
        "text/javascript; charset=utf-8",
    ]) {
        let file = browser.get(&format!("/assets/{name}")).await;
        assert_eq!(file.status, StatusCode::OK, "{name}");
        assert_eq!(file.header("content-type"), media_type);
        assert_eq!(
            file.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert!(!file.body.is_empty());
    }
    for name in [
        "app.css",
        "theme-AAAAAAAA.css",
        "..%2FCargo.toml",
        "logo-x.png",
        "%00",
    ] {
        let file = browser.get(&format!("/assets/{name}")).await;
        assert_eq!(file.status, StatusCode::NOT_FOUND, "{name}");
        assert_eq!(file.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn a_firm_has_its_own_colour() {
    let world = World::new().await;
    let firm = world.office.firm.id;
    let old = world.ports.store.firm(firm).await.unwrap().unwrap();
    let firm = caseflow_core::domain::firm::Firm {
        accent: Colour::parse("#00b386").unwrap(),
        ..old.value.clone()
    };
    let change = caseflow_core::domain::changes::Change::Firm(old.update(firm));
    world.write(Who::Contact, change).await;
    let mut own = world.browser(Who::Contact);
    let page = own.get("/login").await;
    let theme = names(&page)
        .into_iter()
        .find(|name| name.starts_with("theme-"));
    let path = format!("/assets/{}", theme.unwrap());
    assert!(own.get(&path).await.body.contains("--accent:#008665"));
    let other = world.browser(Who::Rival).get("/login").await;
    assert!(!names(&other).iter().any(|name| path.ends_with(name)));
}

#[tokio::test]
async fn a_firm_has_its_own_logo() {
    let world = World::new().await;
    let png = [
        &[0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a][..],
        b"rest",
    ]
    .concat();
    let logo = Logo::parse(png).unwrap();
    let call = world.call(Who::Contact);
    settings::set_logo(&world.ports, &call, None, Some(logo))
        .await
        .unwrap();
    let mut own = world.browser(Who::Contact);
    let page = own.get("/login").await;
    let name = names(&page)
        .into_iter()
        .find(|name| name.starts_with("logo-"));
    let path = format!("/assets/{}", name.unwrap());
    let file = own.get(&path).await;
    assert_eq!(file.header("content-type"), "image/png");
    assert!(file.header("cache-control").contains("immutable"));
    assert_eq!(
        world.browser(Who::Rival).get(&path).await.status,
        StatusCode::NOT_FOUND
    );
}
