//! Staff look at the portal as a contact: `/preview/{token}`.

use axum::http::{Method, StatusCode};
use caseflow_axum::ROUTES;
use caseflow_core::domain::access::Origin;
use caseflow_core::firm::preview::offer;

use crate::world::{Browser, Who, World};

impl World {
    /// The address of a link that staff asked for just now.
    pub(crate) async fn preview_path(&self) -> String {
        let (staff, id) = (self.office.staff(), self.office.contact.id);
        let offered = offer(&self.ports, &staff, &Origin::default(), id).await;
        let url = offered.unwrap().url;
        url[url.find("/preview/").unwrap()..].to_owned()
    }

    /// A browser in which a preview has begun.
    async fn previewing(&self) -> Browser {
        let mut browser = self.browser(Who::Contact);
        begin(self, &mut browser).await;
        browser
    }

    /// How many rows the log has, but those of tries to open the vault.
    async fn done(&self) -> usize {
        let rows = self.audit().await;
        rows.iter().filter(|row| !row.starts_with("vault.")).count()
    }
}

async fn begin(world: &World, browser: &mut Browser) {
    let path = world.preview_path().await;
    let asked = browser.get(&path).await;
    assert_eq!(asked.heading(), "Look at the portal as a contact");
    assert!(asked.body.contains(world.office.contact.email.as_str()));
    let begun = browser.post(&path, &[]).await;
    let page = browser.follow(&begun).await;
    assert_eq!(page.status, StatusCode::OK);
}

const MARK: &str = "class=\"preview\"";

#[tokio::test]
async fn r_acc_9_every_page_of_a_preview_is_marked_and_counts_as_no_look() {
    let world = World::new().await;
    let mut browser = world.previewing().await;
    let name = world.office.staff().name;
    let mut marked = 0;
    for route in ROUTES.iter().filter(|route| route.access.is_private()) {
        if route.method != Method::GET {
            continue;
        }
        let address = world.address(route, Who::Contact).await;
        let before = world.done().await;
        let page = browser.get(&address).await;
        let html = page.header("content-type").starts_with("text/html");
        match page.status {
            StatusCode::OK if html => {
                assert!(page.body.contains(MARK), "{address}");
                assert!(page.body.contains(name.as_str()), "{address}");
                assert!(!page.from_memory, "{address}");
                marked += 1;
            }
            StatusCode::FORBIDDEN => {
                assert!(route.path.starts_with("/vault"), "{address}");
                assert_eq!(page.heading(), "Only the contact can do this");
                assert!(page.body.contains(MARK), "{address}");
            }
            status => assert!(!html || status.is_redirection(), "{status} {address}"),
        }
        assert_eq!(world.done().await, before, "{address}");
    }
    assert!(marked > 20, "{marked}");
    for beside in ["/nothing", "/signing-terms"] {
        assert!(browser.get(beside).await.body.contains(MARK), "{beside}");
    }
    // What the contact is shown has no mark.
    let own = world.signed_in(Who::Contact).await.get("/dashboard").await;
    assert!(!own.body.contains(MARK));
}

#[tokio::test]
async fn r_acc_9_no_form_does_anything_in_a_preview() {
    let world = World::new().await;
    let mut browser = world.previewing().await;
    for route in ROUTES.iter().filter(|route| route.access.is_private()) {
        if route.method == Method::GET {
            continue;
        }
        let address = world.address(route, Who::Contact).await;
        let before = world.done().await;
        let page = browser.post(&address, &[]).await;
        // Some forms say first what is missing in them.
        let refused = [StatusCode::FORBIDDEN, StatusCode::UNPROCESSABLE_ENTITY];
        assert!(refused.contains(&page.status), "{} {address}", page.status);
        assert_eq!(world.done().await, before, "{address}");
    }
    let pay = format!("/invoices/{}/pay", world.invoice(Who::Contact).await);
    let page = browser.post(&pay, &[]).await;
    assert_eq!(page.heading(), "Only the contact can do this");
}

#[tokio::test]
async fn a_preview_stands_beside_the_contacts_own_session() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    begin(&world, &mut browser).await;
    assert!(browser.get("/dashboard").await.body.contains(MARK));
    let ended = browser.post("/logout", &[]).await;
    let page = browser.follow(&ended).await;
    assert_eq!(page.heading(), "The preview has ended");
    let own = browser.get("/dashboard").await;
    assert_eq!(own.status, StatusCode::OK);
    assert!(!own.body.contains(MARK));
    // To sign in is to be the contact.
    begin(&world, &mut browser).await;
    let email = world.office.contact.email.to_string();
    let password = caseflow_core::testing::fixtures::PASSWORD;
    browser.sign_in(&email, password).await;
    assert!(!browser.get("/dashboard").await.body.contains(MARK));
}

#[tokio::test]
async fn a_preview_that_is_over_shows_nothing_and_its_link_is_dead() {
    let world = World::new().await;
    let path = world.preview_path().await;
    let mut browser = world.browser(Who::Contact);
    browser.post(&path, &[]).await;
    for verb in [Method::GET, Method::POST] {
        let page = browser.ask(verb, &path, None).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert_eq!(page.heading(), "This link no longer works");
    }
    let session = browser.cookies.clone();
    browser.post("/logout", &[]).await;
    browser.cookies = session;
    assert!(browser.get("/dashboard").await.asks_to_sign_in());
}

#[tokio::test]
async fn the_clients_api_reads_in_a_preview_and_writes_nothing() {
    let world = World::new().await;
    let mut browser = world.previewing().await;
    let read = browser.get("/api/v1/invoices").await;
    assert_eq!(read.status, StatusCode::OK);
    let before = world.done().await;
    let pay = format!("/api/v1/invoices/{}/pay", world.invoice(Who::Contact).await);
    let before = before.max(world.done().await);
    let refused = browser.post(&pay, &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    assert!(refused.body.contains("urn:caseflow:problem:preview"));
    assert_eq!(world.done().await, before);
}
