//! The app's pages and the portal's, over HTTP.

use axum::http::StatusCode;
use mount_in_your_app::demo::{CONTACT, STAFF};

use crate::world::World;

const NAME: &str = "Birch &#38; Vale Accounting";

#[tokio::test(flavor = "multi_thread")]
async fn the_apps_own_pages_answer_as_before() {
    for world in World::on_both().await {
        let mut visitor = world.visitor();
        assert_eq!(visitor.get("/").await.status, StatusCode::OK);
        let nowhere = visitor.get("/nowhere").await;
        assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
        let mut staff = world.signed_in(STAFF).await;
        assert!(staff.get("/jobs").await.body.contains("Annual accounts"));
        let mut client = world.signed_in(CONTACT).await;
        assert_eq!(client.get("/jobs").await.status, StatusCode::NOT_FOUND);
        let wrong = visitor
            .post("/sign-in", "email=ines%40marlow.example&password=no")
            .await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_is_a_contact_sees_the_portal_under_the_apps_name() {
    for world in World::on_both().await {
        let mut client = world.signed_in(CONTACT).await;
        let page = client.get("/portal/dashboard").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains(NAME), "{}", page.body);
        assert!(page.body.contains("BV-0001"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_is_no_contact_sees_page_not_found_and_is_not_sent_in_circles() {
    let world = World::on_file().await;
    let mut staff = world.signed_in(STAFF).await;
    let page = staff.get("/portal/invoices").await;
    assert_eq!(page.location, "/sign-in?next=%2Fportal%2Finvoices");
    let page = staff.get(&page.location).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.body.contains("<h1>Page not found</h1>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_signed_in_comes_back_to_where_they_wanted_to_go() {
    let world = World::on_file().await;
    let mut visitor = world.visitor();
    let asked = visitor.get("/portal/invoices?status=paid").await.location;
    let (_, next) = asked.split_once("next=").unwrap();
    let typed = format!("email={CONTACT}&password=correct+horse+battery&next={next}");
    let page = visitor.post("/sign-in", &typed).await;
    assert_eq!(page.location, "/portal/invoices?status=paid");
    assert_eq!(visitor.get(&page.location).await.status, StatusCode::OK);
    let elsewhere = typed.replace(next, "//evil.example");
    assert_eq!(visitor.post("/sign-in", &elsewhere).await.location, "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_of_the_app_ends_the_portal() {
    let world = World::on_file().await;
    let mut client = world.signed_in(CONTACT).await;
    // The portal's own button leads to the app's.
    let page = client.post("/portal/logout", "").await;
    assert_eq!(page.location, "/sign-out");
    let page = client.get(&page.location).await;
    assert_eq!(page.location, "/");
    let page = client.get("/portal/dashboard").await;
    assert_eq!(page.location, "/sign-in?next=%2Fportal%2Fdashboard");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_redirects_and_assets_follow_the_prefix() {
    let world = World::on_file().await;
    let mut client = world.signed_in(CONTACT).await;
    assert_eq!(client.get("/portal").await.location, "/portal/dashboard");
    assert_eq!(client.get("/portal/").await.location, "/portal/dashboard");
    let page = client.get("/portal/dashboard").await;
    let addresses = |name: &str| {
        let marked = page.body.split(name).skip(1);
        let found = marked.filter_map(|rest| rest.split('"').next());
        found.map(str::to_owned).collect::<Vec<_>>()
    };
    let found = [
        addresses("href=\""),
        addresses("src=\""),
        addresses("action=\""),
    ]
    .concat();
    let own = found.iter().filter(|it| it.starts_with('/'));
    assert!(
        own.clone().all(|it| it.starts_with("/portal/")),
        "{found:?}"
    );
    let assets: Vec<_> = own.filter(|it| it.contains("/assets/")).collect();
    assert!(!assets.is_empty());
    for asset in assets {
        assert_eq!(client.get(asset).await.status, StatusCode::OK, "{asset}");
    }
}
