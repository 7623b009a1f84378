//! What the access matrix does not say of the pages: where a visitor comes back to, what a closed
//! section, a dead session and an address of nothing answer.
//!
//! The cases are made from [`ROUTES`]; a new route fails [`World::address`] until somebody says
//! what an address of it looks like.

use axum::http::{Method, StatusCode};
use caseflow_axum::{Access, ROUTES, Route};
use caseflow_core::domain::access::{Section, Sections};
use caseflow_core::domain::announcement::Audience;
use caseflow_core::domain::article::{Article, Slug};
use caseflow_core::domain::changes::{Change, Write};
use caseflow_core::domain::id::{ArticleId, SessionId};
use caseflow_core::domain::offer::OfferKind;
use caseflow_core::domain::readers::Readers;
use caseflow_core::domain::session::Session;
use caseflow_core::portal;
use caseflow_core::testing::fixtures;

use crate::world::files::PDF;
use crate::world::{Browser, Who, World};

/// The verbs that are tried, whether a route takes them or not.
const VERBS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];

impl World {
    /// An address of this route that leads to a record of this contact's client.
    #[expect(clippy::too_many_lines, reason = "a line for each kind of address")]
    pub(crate) async fn address(&self, route: &Route, whose: Who) -> String {
        match route.path {
            path if !path.contains('{') => path.to_owned(),
            "/assets/{name}" => "/assets/app.css".to_owned(),
            "/set-password/{token}" | "/confirm-email/{token}" | "/preview/{token}" => {
                route.path.replace("{token}", &"A".repeat(43))
            }
            "/invoices/{id}" | "/invoices/{id}/pdf" | "/invoices/{id}/pay" => {
                let invoice = self.invoice(whose).await;
                route.path.replace("{id}", &invoice.to_string())
            }
            "/payments/{id}/receipt" => {
                let invoice = self.invoice(whose).await;
                let payment = self.pay(whose, invoice, "1.00").await;
                format!("/payments/{payment}/receipt")
            }
            "/payments/attempts/{id}" | "/payments/attempts/{id}/form" => {
                self.takes_money(whose);
                let invoice = self.invoice(whose).await;
                let attempt = self.attempt(whose, invoice).await;
                route.path.replace("{id}", &attempt.to_string())
            }
            "/payments/reversals/{id}/note" => {
                let gateway = self.takes_money(whose);
                let reversal = self.refunded(whose, &gateway).await;
                format!("/payments/reversals/{reversal}/note")
            }
            path if path.starts_with("/l/") => {
                let id = self.offer(whose, OfferKind::Proposal).await;
                let link = self.linked_path(whose, id).await;
                path.replace("/l/{token}", &link)
            }
            path if path.starts_with("/proposals/") => {
                self.read_offer(whose, OfferKind::Proposal, path).await
            }
            path if path.starts_with("/estimates/") => {
                self.read_offer(whose, OfferKind::Estimate, path).await
            }
            path if path.starts_with("/contracts/") => self.read_contract(whose, path).await,
            path if path.starts_with("/documents/") => {
                let document = self.document(whose, "accounts.pdf", PDF).await;
                path.replace("{id}", &document.to_string())
            }
            "/vault/{id}/download" => {
                let file = self.vault_file_for(whose, Readers::All).await;
                format!("/vault/{file}/download")
            }
            path if path.starts_with("/vault/") => {
                let secret = self.vault_secret_for(whose, Readers::All).await;
                path.replace("{id}", &secret.to_string())
            }
            "/library/{slug}" => format!("/library/{}", self.article(whose).await),
            "/profile/sessions/{id}/end" => {
                let session = self.session(whose).await;
                format!("/profile/sessions/{session}/end")
            }
            "/webhooks/{gateway}" => "/webhooks/example".to_owned(),
            "/announcements/{id}/dismiss" => {
                let audience = Audience::Clients(vec![self.contact(whose).client]);
                let id = self.announcement_to(whose, audience).await;
                format!("/announcements/{id}/dismiss")
            }
            path => panic!("say in this list what an address of {path} looks like"),
        }
    }

    /// Such an address of a contract that this contact has read before.
    async fn read_contract(&self, whose: Who, path: &str) -> String {
        let id = match path.ends_with("/signed") {
            true => self.signed_contract(whose).await,
            false => self.contract(whose).await,
        };
        let visiting = self.visiting(whose);
        let read = portal::contracts::read(&self.ports, &visiting, id).await;
        read.unwrap();
        path.replace("{id}", &id.to_string())
    }

    /// The slug of an article that the firm of this contact has just published.
    async fn article(&self, whose: Who) -> Slug {
        let id: ArticleId = self.ports.new_id();
        let article = Article {
            id,
            slug: Slug::parse(&id.to_string().replace('_', "-")).unwrap(),
            ..fixtures::article(1)
        };
        let slug = article.slug.clone();
        let change = Change::Article(Write::Insert(article));
        self.write(whose, change).await;
        slug
    }

    /// Another session of this contact.
    async fn session(&self, whose: Who) -> SessionId {
        let session = Session {
            id: self.ports.new_id(),
            token: self.ports.new_secret().hash(),
            ..fixtures::session(1, self.contact(whose).id)
        };
        let id = session.id;
        self.write(whose, Change::Session(session)).await;
        id
    }

    /// Such an address of an offer that this contact has read before: the first look is written.
    async fn read_offer(&self, whose: Who, kind: OfferKind, path: &str) -> String {
        let id = self.offer(whose, kind).await;
        let visiting = self.visiting(whose);
        let read = portal::offers::read(&self.ports, &visiting, kind, id).await;
        read.unwrap();
        path.replace("{id}", &id.to_string())
    }
}

async fn every_verb(browser: &mut Browser, address: &str, expected: StatusCode, case: &str) {
    for verb in VERBS {
        let page = browser.ask(verb.clone(), address, None).await;
        assert_eq!(page.status, expected, "{case}: {verb} {address}");
        let verbs = page.header("allow");
        assert_eq!(
            verbs, "",
            "{case}: {verb} {address} tells which verbs there are"
        );
    }
}

#[tokio::test]
async fn a_visitor_who_only_looks_comes_back_after_signing_in() {
    let world = World::new().await;
    for route in ROUTES.iter().filter(|route| route.access.is_private()) {
        let address = world.address(route, Who::Contact).await;
        let mut browser = world.browser(Who::Contact);
        let page = browser.ask(route.method.clone(), &address, None).await;
        let expected = match route.method {
            Method::GET => format!(
                "/portal/login?next=%2Fportal{}",
                address.replace('/', "%2F")
            ),
            _ => "/portal/login".to_owned(),
        };
        assert_eq!(page.location(), expected, "{}", route.path);
    }
}

#[tokio::test]
async fn r_acc_10_a_section_that_the_firm_closed_does_not_exist_for_any_verb() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    for (route, section) in in_sections() {
        let address = world.address(route, Who::Contact).await;
        let closed = Sections::ALL.without(section);
        world.open_sections(Who::Contact, closed).await;
        every_verb(&mut browser, &address, StatusCode::NOT_FOUND, "closed").await;
        world.open_sections(Who::Contact, Sections::ALL).await;
    }
}

fn in_sections() -> Vec<(&'static Route, Section)> {
    let routes = ROUTES.iter().filter_map(|route| match route.access {
        Access::Section(section) => Some((route, section)),
        Access::Open
        | Access::Gateways
        | Access::Passwords
        | Access::OwnPassword
        | Access::Contact => None,
    });
    let routes: Vec<_> = routes.collect();
    assert!(!routes.is_empty());
    routes
}

#[tokio::test]
async fn an_id_of_another_kind_or_of_nothing_is_not_found() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let client = world.office.client.id;
    let never = caseflow_core::testing::fixtures::id::<caseflow_core::domain::id::InvoiceId>(9_999);
    for id in [
        client.to_string(),
        never.to_string(),
        "1".into(),
        "%00".into(),
        "..%2f".into(),
    ] {
        every_verb(
            &mut browser,
            &format!("/invoices/{id}"),
            StatusCode::NOT_FOUND,
            "nothing",
        )
        .await;
        for noun in ["proposals", "estimates", "documents"] {
            let address = format!("/{noun}/{id}");
            every_verb(&mut browser, &address, StatusCode::NOT_FOUND, "nothing").await;
        }
    }
}

#[tokio::test]
async fn r_acc_2_access_switched_off_ends_the_session_at_once() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let call = world.call(Who::Contact);
    let id = world.office.contact.id;
    let off = caseflow_core::firm::contacts::Switch::Off;
    caseflow_core::firm::contacts::switch_access(&world.ports, &call, id, None, off)
        .await
        .unwrap();
    assert!(browser.get("/dashboard").await.asks_to_sign_in());
}

#[tokio::test]
async fn e09_a_removed_contacts_session_and_links_are_dead() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let email = world.office.contact.email.to_string();
    let mut elsewhere = world.browser(Who::Contact);
    elsewhere
        .post("/forgot-password", &[("email", &email)])
        .await;
    let link = world.mailed_path().await;
    assert_eq!(elsewhere.get(&link).await.status, StatusCode::OK);

    let call = world.call(Who::Contact);
    let id = world.office.contact.id;
    caseflow_core::firm::contacts::remove(&world.ports, &call, id, None)
        .await
        .unwrap();
    assert!(browser.get("/dashboard").await.asks_to_sign_in());
    assert_eq!(elsewhere.get(&link).await.status, StatusCode::NOT_FOUND);
    let new = "quite another password";
    let fields = [("password", new), ("password_again", new)];
    assert_eq!(
        elsewhere.post(&link, &fields).await.status,
        StatusCode::NOT_FOUND
    );
    let page = elsewhere.sign_in(&email, new).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!world.stored(Who::Contact).await.value.is_active());
}

#[tokio::test]
async fn e16_there_is_no_way_to_make_a_matter_upload_a_file_or_write_to_the_firm() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    for noun in ["matters", "messages", "uploads", "files"] {
        for path in [format!("/{noun}"), format!("/{noun}/new")] {
            every_verb(&mut browser, &path, StatusCode::NOT_FOUND, "no such route").await;
        }
    }
    every_verb(
        &mut browser,
        "/documents/new",
        StatusCode::NOT_FOUND,
        "no such route",
    )
    .await;
    let writes = ROUTES.iter().filter(|route| route.method != Method::GET);
    let writes: Vec<&str> = writes.map(|route| route.path).collect();
    assert_eq!(
        writes,
        [
            "/logout",
            "/confirm-email/{token}",
            "/preview/{token}",
            "/l/{token}/accept",
            "/l/{token}/decline",
            "/verify",
            "/login",
            "/forgot-password",
            "/set-password/{token}",
            "/profile/password",
            "/profile/sessions/{id}/end",
            "/profile/sessions/end-others",
            "/announcements/{id}/dismiss",
            "/profile",
            "/profile/preferences",
            "/profile/take-out",
            "/invoices/{id}/pay",
            "/proposals/{id}/accept",
            "/proposals/{id}/decline",
            "/estimates/{id}/accept",
            "/estimates/{id}/reject",
            "/contracts/{id}/sign",
            "/contracts/{id}/decline",
            "/vault/unlock",
            "/vault/{id}/show",
            "/webhooks/{gateway}",
        ]
    );
}

#[tokio::test]
async fn looking_never_changes_anything_but_when_the_session_was_seen() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    // Who looks into the vault is written down there.
    let plain = ROUTES.iter().filter(|it| !it.path.starts_with("/vault"));
    for route in plain.filter(|route| route.method == Method::GET) {
        let address = world.address(route, Who::Contact).await;
        let before = world.audit_rows().await;
        for verb in [Method::GET, Method::HEAD] {
            browser.ask(verb, &address, None).await;
        }
        assert_eq!(world.audit_rows().await, before, "{address}");
    }
    assert_eq!(browser.get("/dashboard").await.status, StatusCode::OK);
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    for route in ROUTES.iter().filter(|route| route.method == Method::GET) {
        let address = world.address(route, Who::Contact).await;
        let get = browser.get(&address).await;
        let head = browser.ask(Method::HEAD, &address, None).await;
        assert_eq!(head.status, get.status, "{address}");
        assert_eq!(head.body, "", "{address}");
        assert_eq!(
            head.header("content-type"),
            get.header("content-type"),
            "{address}"
        );
    }
}

#[tokio::test]
async fn a_verb_that_a_public_page_does_not_take_is_named_with_those_it_takes() {
    let world = World::new().await;
    let mut browser = world.browser(Who::Contact);
    let page = browser.ask(Method::DELETE, "/login", None).await;
    assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(page.header("allow"), "GET,HEAD,POST");
    assert_eq!(page.heading(), "This request could not be understood");
}

#[test]
fn the_guide_names_every_address() {
    let guide = include_str!("../../../docs/mounting.md");
    for route in ROUTES {
        let named = format!("`{}`", route.path);
        assert!(guide.contains(&named), "{named} is not in docs/mounting.md");
    }
}
