//! The profile's list of sessions, language and mail switches.

use axum::http::StatusCode;
use axum::http::header::USER_AGENT;
use caseflow_core::domain::access::{Section, Sections};
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::text::{Direction, LanguageTag};

use crate::world::{Browser, Page, Who, World};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";

/// The addresses at which a session is ended.
fn ends(page: &Page) -> Vec<String> {
    let forms = page.body.split("action=\"/portal").skip(1);
    let addresses = forms.filter_map(|rest| rest.split('"').next());
    let ends = addresses.filter(|address| address.ends_with("/end"));
    ends.map(str::to_owned).collect()
}

async fn is_in(browser: &mut Browser) -> bool {
    browser.get("/dashboard").await.status == StatusCode::OK
}

#[tokio::test]
async fn r_self_2_a_contact_sees_where_it_is_signed_in() {
    let world = World::new().await;
    let mut browser = world.browser(Who::Contact);
    let email = world.contact(Who::Contact).email.to_string();
    let fields = [
        ("email", &*email),
        ("password", caseflow_core::testing::fixtures::PASSWORD),
    ];
    let form = Some(crate::world::encoded(&fields));
    let mut request = browser.request(axum::http::Method::POST, "/login", form);
    let headers = request.headers_mut();
    headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
    headers.insert(USER_AGENT, FIREFOX.parse().unwrap());
    browser.send(request).await;
    world.signed_in(Who::Colleague).await;
    let alone = browser.get("/profile").await;
    assert!(alone.body.contains("Firefox on Linux"));
    assert!(
        alone
            .body
            .contains("from <bdi class=\"break\">198.51.100.7</bdi>")
    );
    assert!(alone.body.contains("24 November 2026, 10:00"));
    assert!(alone.body.contains("This device"));
    assert!(!alone.body.contains("Sign out everywhere else"));
    assert_eq!(ends(&alone), [""; 0]);
    world.signed_in(Who::Contact).await;
    let both = browser.get("/profile").await;
    assert_eq!(ends(&both).len(), 1);
    assert!(both.body.contains("Sign out everywhere else"));
    assert_eq!(both.body.matches("This device").count(), 1);
}

#[tokio::test]
async fn r_self_2_a_contact_signs_out_in_one_place_and_everywhere_else() {
    let world = World::new().await;
    let mut first = world.signed_in(Who::Contact).await;
    let mut second = world.signed_in(Who::Contact).await;
    let mut here = world.signed_in(Who::Contact).await;
    let mut colleague = world.signed_in(Who::Colleague).await;
    let own = ends(&second.get("/profile").await);
    let here_ends = ends(&here.get("/profile").await);
    // What only the others list is the session by which the page was asked for.
    let of_second = here_ends.iter().find(|it| !own.contains(it)).unwrap();
    let page = here.post(of_second, &[]).await;
    assert_eq!(page.location(), "/portal/profile?saved=session");
    let page = here.follow(&page).await;
    assert!(page.body.contains("You are signed out there."));
    assert!(!is_in(&mut second).await && is_in(&mut first).await);
    let again = here.post(of_second, &[]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let page = here.post("/profile/sessions/end-others", &[]).await;
    assert_eq!(page.location(), "/portal/profile?saved=others");
    let page = here.follow(&page).await;
    assert!(page.body.contains("You are signed out everywhere else."));
    assert!(!is_in(&mut first).await);
    assert!(is_in(&mut here).await && is_in(&mut colleague).await);
    let ended = world.audit().await;
    let ended = ended.iter().filter(|it| *it == "session.signed_out");
    assert_eq!(ended.count(), 2);
}

#[tokio::test]
async fn r_acc_6_nobody_ends_another_contacts_session() {
    let world = World::new().await;
    let mut theirs = [
        world.signed_in(Who::Colleague).await,
        world.signed_in(Who::Colleague).await,
    ];
    let [one, other] = &mut theirs;
    let address = ends(&one.get("/profile").await).remove(0);
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.post(&address, &[]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(is_in(one).await && is_in(other).await);
    let looked = one.get(&address).await;
    assert_eq!(looked.status, StatusCode::NOT_FOUND, "looking ends nothing");
    assert!(is_in(other).await);
}

#[tokio::test]
async fn r_self_2_a_contact_chooses_language_direction_and_mail() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let before = world.stored(Who::Contact).await.value;
    let form = browser.get("/profile").await;
    assert_eq!(form.body.matches("type=\"checkbox\"").count(), 4);
    assert_eq!(form.body.matches(" checked").count(), 4);
    let fields = [
        ("language", "ar"),
        ("direction", "auto"),
        ("mail_invoices", "on"),
        ("mail_vault", "on"),
        ("first_name", "Mallory"),
        ("permissions", "127"),
    ];
    let page = browser.post("/profile/preferences", &fields).await;
    assert_eq!(page.location(), "/portal/profile?saved=preferences");
    let page = browser.follow(&page).await;
    assert!(page.body.contains("<html lang=\"en\" dir=\"rtl\">"));
    assert!(page.body.contains("<option value=\"ar\" selected>"));
    assert_eq!(page.body.matches(" checked").count(), 1);
    let mut mail = before.mail;
    for section in [Section::Proposals, Section::Contracts, Section::Estimates] {
        mail = mail.without(section);
    }
    let expected = Contact {
        language: Some(LanguageTag::parse("ar").unwrap()),
        direction: Direction::Auto,
        mail,
        ..before
    };
    assert_eq!(world.stored(Who::Contact).await.value, expected);
}

#[tokio::test]
async fn r_acc_5_only_open_sections_have_a_mail_switch() {
    let world = World::new().await;
    world
        .permit(Who::Contact, Sections::NONE.with(Section::Contracts))
        .await;
    let mut browser = world.signed_in(Who::Contact).await;
    let form = browser.get("/profile").await;
    assert_eq!(form.body.matches("type=\"checkbox\"").count(), 1);
    assert!(form.body.contains("name=\"mail_contracts\""));
    let fields = [("language", ""), ("direction", "auto")];
    browser.post("/profile/preferences", &fields).await;
    let mail = world.stored(Who::Contact).await.value.mail;
    assert_eq!(mail, Sections::ALL.without(Section::Contracts));
}

#[tokio::test]
async fn a_choice_that_is_none_is_refused_and_writes_nothing() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let before = world.stored(Who::Contact).await;
    for (field, language, direction) in [
        ("language", "<b>", "auto"),
        ("language", "a language of their own", "auto"),
        ("direction", "en", "up"),
        ("direction", "en", ""),
    ] {
        let fields = [("language", language), ("direction", direction)];
        let page = browser.post("/profile/preferences", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        assert!(page.problem(field).is_some(), "{fields:?}");
        assert_eq!(page.value("last_name").as_deref(), Some("Keller 103"));
    }
    assert_eq!(world.stored(Who::Contact).await, before);
}

#[tokio::test]
async fn a_language_that_staff_have_set_stays_a_choice() {
    let world = World::new().await;
    let old = world.stored(Who::Contact).await;
    let contact = Contact {
        language: Some(LanguageTag::parse("pt-BR").unwrap()),
        ..old.value.clone()
    };
    let change = caseflow_core::domain::changes::Change::Contact(old.update(contact));
    world.write(Who::Contact, change).await;
    let page = world.signed_in(Who::Contact).await.get("/profile").await;
    assert!(
        page.body
            .contains("<option value=\"pt-BR\" selected>pt-BR</option>")
    );
    assert!(
        page.body
            .contains("<option value=\"\">The firm&#39;s language (English)</option>")
    );
}
