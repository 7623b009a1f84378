//! Every field of every form with what it must not hold.

use axum::http::{Method, StatusCode};
use caseflow_axum::{Access, ROUTES};
use caseflow_core::testing::fixtures::PASSWORD;

use crate::world::{Browser, Who, World, encoded};

/// A form: where it is posted, with what it is accepted, and what each field refuses.
struct Case {
    path: &'static str,
    good: Vec<(&'static str, String)>,
    bad: Vec<(&'static str, Vec<String>)>,
}

const NEW: &str = "quite another password";

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn emails() -> Vec<String> {
    let mut emails = texts(&[
        "",
        "   ",
        "ana",
        "ana@",
        "@example.com",
        "a b@example.com",
        "ana@example",
        "ana@example.com\r\nBcc: all@example.com",
        "ana@exa\u{202e}mple.com",
    ]);
    emails.push(format!("{}@example.com", "a".repeat(250)));
    emails
}

fn names() -> Vec<String> {
    let mut names = texts(&[
        "",
        "   ",
        "\u{200b}",
        "A\u{202e}na",
        "A\0na",
        "two\nlines",
        "\u{fffd}",
    ]);
    names.push("a".repeat(101));
    names
}

fn passwords(world: &World) -> Vec<String> {
    let local = world.contact(Who::Contact).email.to_string();
    let local = local.split('@').next().unwrap();
    let mut passwords = texts(&[
        "",
        "short",
        "aaaaaaaaaaaaaaaa",
        "password1234",
        "Muster & Partner 1!",
    ]);
    passwords.push(format!("{local}-secret"));
    passwords.push("x1y2".repeat(33));
    passwords
}

fn cases(world: &World) -> Vec<Case> {
    let email = world.contact(Who::Contact).email.to_string();
    let new = || NEW.to_owned();
    vec![
        Case {
            path: "/login",
            good: vec![("email", email.clone()), ("password", PASSWORD.to_owned())],
            bad: vec![("email", emails()), ("password", texts(&[""]))],
        },
        Case {
            path: "/forgot-password",
            good: vec![("email", email.clone())],
            bad: vec![("email", emails())],
        },
        Case {
            path: "/set-password/{token}",
            good: vec![("password", new()), ("password_again", new())],
            bad: vec![
                ("password", passwords(world)),
                ("password_again", texts(&["", "quite another passwore"])),
            ],
        },
        Case {
            path: "/profile",
            good: vec![
                ("first_name", "Ana".into()),
                ("last_name", "Keller".into()),
                ("phone", "+41 44 123 45 67".into()),
                ("email", email),
            ],
            bad: vec![
                ("first_name", names()),
                ("last_name", names()),
                (
                    "phone",
                    texts(&[
                        "12",
                        "call me",
                        "+41\u{202e}44",
                        "044 123 45 67 044 123 45 67 044 12",
                    ]),
                ),
                ("email", emails()),
            ],
        },
        Case {
            path: "/profile/password",
            good: vec![
                ("current_password", PASSWORD.to_owned()),
                ("password", new()),
                ("password_again", new()),
            ],
            bad: vec![
                ("current_password", texts(&[""])),
                ("password", passwords(world)),
                ("password_again", texts(&["", "quite another passwore"])),
            ],
        },
    ]
}

/// Routes whose form has no field to type into. That to pay has one for some firms, of which `paying`
/// tells; of those that answer a proposal or an estimate, `offers` and `offer_links` do; of those that
/// sign and decline a contract, and of the one for a file, `contracts` and `verify`; of what is chosen
/// in the profile `sessions`; of the passwords that open the vault and the archive, `vault` and `take_out`.
const NOT_HERE: [&str; 20] = [
    "/vault/unlock",
    "/vault/{id}/show",
    "/logout",
    "/confirm-email/{token}",
    "/preview/{token}",
    "/announcements/{id}/dismiss",
    "/profile/preferences",
    "/profile/take-out",
    "/profile/sessions/{id}/end",
    "/profile/sessions/end-others",
    "/invoices/{id}/pay",
    "/proposals/{id}/accept",
    "/proposals/{id}/decline",
    "/estimates/{id}/accept",
    "/estimates/{id}/reject",
    "/l/{token}/accept",
    "/l/{token}/decline",
    "/contracts/{id}/sign",
    "/contracts/{id}/decline",
    "/verify",
];

#[tokio::test]
async fn every_form_is_in_the_list() {
    let world = World::new().await;
    let mut listed: Vec<&str> = cases(&world).iter().map(|case| case.path).collect();
    listed.extend(NOT_HERE);
    let posts = ROUTES.iter().filter(|route| route.method == Method::POST);
    let forms = posts.filter(|route| route.access != Access::Gateways);
    let mut posts: Vec<&str> = forms.map(|route| route.path).collect();
    listed.sort_unstable();
    posts.sort_unstable();
    assert_eq!(listed, posts);
}

#[tokio::test]
async fn every_field_says_what_is_wrong_keeps_what_was_typed_and_writes_nothing() {
    let world = World::new().await;
    for case in cases(&world) {
        let (mut browser, path) = opened(&world, case.path).await;
        for (field, values) in &case.bad {
            for value in values {
                refused(&world, &mut browser, &path, &case, field, value).await;
            }
        }
    }
}

/// A browser in which the form can be sent, and the form's address.
async fn opened(world: &World, path: &str) -> (Browser, String) {
    if path.starts_with("/profile") {
        return (world.signed_in(Who::Contact).await, path.to_owned());
    }
    let mut browser = world.browser(Who::Contact);
    if path != "/set-password/{token}" {
        return (browser, path.to_owned());
    }
    let email = world.contact(Who::Contact).email.to_string();
    browser.post("/forgot-password", &[("email", &email)]).await;
    (browser, world.mailed_path().await)
}

async fn refused(
    world: &World,
    browser: &mut Browser,
    path: &str,
    case: &Case,
    field: &str,
    value: &str,
) {
    let same_again =
        field == "password" && case.good.iter().any(|(name, _)| *name == "password_again");
    let fields: Vec<(&str, &str)> = case
        .good
        .iter()
        .map(|(name, good)| match *name {
            name if name == field => (name, value),
            "password_again" if same_again => ("password_again", value),
            name => (name, &**good),
        })
        .collect();
    let before = (world.audit_rows().await, world.stored(Who::Contact).await);
    let page = browser
        .ask(Method::POST, path, Some(encoded(&fields)))
        .await;
    let told = format!("{path} {field} {value:?}");
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
    assert!(page.body.contains("There is a problem"), "{told}");
    assert!(page.body.contains(&format!("href=\"#{field}\"")), "{told}");
    assert!(page.problem(field).is_some(), "{told}");
    for (name, typed) in &fields {
        let shown = page.value(name).map(|shown| unescaped(&shown));
        let expected = (!name.contains("password")).then(|| (*typed).to_owned());
        assert_eq!(shown, expected, "{told}: {name}");
    }
    let after = (world.audit_rows().await, world.stored(Who::Contact).await);
    assert_eq!(after, before, "{told}: something was written");
}

fn unescaped(html: &str) -> String {
    html.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
}

#[tokio::test]
async fn a_form_with_all_good_is_accepted() {
    for index in 0..5 {
        let world = World::new().await;
        let case = cases(&world).into_iter().nth(index).unwrap();
        let (mut browser, path) = opened(&world, case.path).await;
        let fields: Vec<(&str, &str)> = case
            .good
            .iter()
            .map(|(name, good)| (*name, &**good))
            .collect();
        let page = browser.post(&path, &fields).await;
        assert!(
            page.status == StatusCode::SEE_OTHER || page.heading() == "Check your e-mail",
            "{path}: {}",
            page.status
        );
    }
}

#[tokio::test]
async fn an_empty_form_tells_everything_at_once() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.post("/profile", &[]).await;
    for field in ["first_name", "last_name", "email"] {
        assert!(page.problem(field).is_some(), "{field}");
    }
    assert_eq!(page.problem("phone"), None);
}
