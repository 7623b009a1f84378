//! What is wrong with a body is said, all of it, and nothing is written.

use axum::http::{Method, StatusCode};
use caseflow_core::domain::id::{AlertId, MailId};
use caseflow_core::domain::signature::SIGNING_TERMS;
use caseflow_core::testing::fixtures::{self, PASSWORD};
use caseflow_core::upkeep;
use serde_json::{Value, json};

use crate::contracts;
use crate::documents;
use crate::world::{Answer, Caller, World};

/// A request that would be accepted, and the schema of its body.
struct Request {
    caller: Caller,
    method: Method,
    path: String,
    body: Value,
    schema: Value,
}

impl Request {
    async fn send(&self, body: Value) -> Answer {
        match self.method {
            Method::POST => self.caller.post(&self.path, body).await,
            _ => {
                let method = self.method.clone();
                self.caller.write(method, &self.path, "*", Some(body)).await
            }
        }
    }

    fn members(&self) -> Vec<String> {
        let members = self.schema["properties"].as_object();
        members
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect()
    }

    fn required(&self) -> Vec<String> {
        let required = self.schema["required"].as_array();
        let required = required.into_iter().flatten();
        required
            .filter_map(Value::as_str)
            .map(ToOwned::to_owned)
            .collect()
    }
}

/// What is there before the requests, to be named in their paths.
struct Records {
    client: String,
    colleague: String,
    invoice: String,
    payment: String,
    announcement: String,
    article: String,
    proposal: String,
    link: String,
    estimate: String,
    contract: String,
    document: String,
}

impl Records {
    async fn made(world: &World) -> Self {
        let staff = world.staff();
        let invoice = world.invoice(10_000).await;
        let payments = format!("/invoices/{invoice}/payments");
        let proposal = world.offer("proposal", 10_000).await;
        upkeep::tick(&world.ports).await.unwrap();
        let links = staff.get(&format!("/offers/{proposal}/links")).await;
        Self {
            proposal,
            link: links.text("/data/0/id"),
            estimate: world.offer("estimate", 10_000).await,
            contract: contracts::sent(world).await,
            document: documents::of_client(world).await,
            client: world.office.client.id.to_string(),
            colleague: world.office.colleague.id.to_string(),
            payment: staff.made(&payments, payment()).await,
            announcement: staff.made("/announcements", news()).await,
            article: staff.made("/articles", article("old")).await,
            invoice,
        }
    }
}

fn payment() -> Value {
    json!({"amount": {"amount_minor": 100, "currency": "USD"}, "mode": "cash"})
}

fn news() -> Value {
    json!({"title": "News", "body": "x", "audience": "everyone"})
}

/// Requests to the firm's API.
fn of_staff(world: &World, records: &Records) -> Vec<(Method, String, Value)> {
    let Records {
        client,
        colleague,
        invoice,
        payment: paid,
        announcement,
        ..
    } = records;
    let person = json!({"first_name": "Bo", "last_name": "Li", "email": "bo@example.com"});
    let (invoices, clients) = (format!("/invoices/{invoice}"), format!("/clients/{client}"));
    let (contacts, news_at) = (format!("/contacts/{colleague}"), "/announcements");
    let on = json!({"portal_access": "on"});
    let credit = json!({"amount": "balance"});
    let key = json!({"name": "K", "scope": "read"});
    vec![
        (Method::PATCH, "/firm".into(), json!({"name": "New"})),
        (Method::POST, "/clients".into(), json!({"name": "A"})),
        (Method::PATCH, clients.clone(), json!({"name": "B"})),
        (Method::POST, format!("{clients}/contacts"), person),
        (Method::PATCH, contacts.clone(), json!({"first_name": "C"})),
        (Method::POST, format!("{contacts}/access"), on),
        (Method::POST, "/invoices".into(), world.terms(100)),
        (Method::PATCH, invoices.clone(), json!({"matter": "M"})),
        (Method::POST, format!("{invoices}/issue"), json!({})),
        (Method::POST, format!("{invoices}/cancel"), json!({})),
        (Method::POST, format!("{invoices}/payments"), payment()),
        (Method::POST, format!("{invoices}/credits"), credit),
        (
            Method::POST,
            format!("/payments/{paid}/void"),
            json!({"reason": "x"}),
        ),
        (
            Method::POST,
            format!("/payments/{paid}/refunds"),
            json!({"amount": "balance", "reason": "x"}),
        ),
        (
            Method::POST,
            format!("/alerts/{}/settle", fixtures::id::<AlertId>(1)),
            json!({}),
        ),
        (
            Method::POST,
            format!("/mails/{}/retry", fixtures::id::<MailId>(1)),
            json!({}),
        ),
        (Method::POST, news_at.into(), news()),
        (
            Method::PATCH,
            format!("{news_at}/{announcement}"),
            json!({"title": "N"}),
        ),
        (Method::POST, "/api-keys".into(), key),
    ]
}

/// Requests to the firm's API about contracts.
fn about_contracts(world: &World, records: &Records) -> Vec<(Method, String, Value)> {
    let contract = format!("/contracts/{}", records.contract);
    let on_paper = json!({"name": "Ana", "signed_on": "2026-11-24"});
    vec![
        (Method::POST, "/contracts".into(), contracts::draft(world)),
        (Method::PATCH, contract.clone(), json!({"matter": "M"})),
        (Method::POST, format!("{contract}/send"), json!({})),
        (Method::POST, format!("{contract}/withdraw"), json!({})),
        (
            Method::POST,
            format!("{contract}/paper-signature"),
            on_paper,
        ),
    ]
}

/// Requests to the firm's API about shared documents, without those that hand a file in.
fn about_documents(records: &Records) -> Vec<(Method, String, Value)> {
    let document = format!("/documents/{}", records.document);
    vec![
        (Method::PATCH, document.clone(), json!({"matter": "M"})),
        (Method::POST, format!("{document}/share"), json!({})),
        (Method::POST, format!("{document}/unshare"), json!({})),
    ]
}

/// Requests to the firm's API about vaults, likewise.
fn about_vaults(records: &Records) -> Vec<(Method, String, Value)> {
    // The body is read before anybody looks for the item.
    let item = "/vault/vit_01jd4q9m3v8x2t5w7y9z1b3d5f";
    let secret = json!({"name": "Alarm", "note": "4711"});
    let mut new = secret.clone();
    new["client"] = records.client.clone().into();
    vec![
        (Method::POST, "/vault/secrets".into(), new),
        (Method::POST, format!("{item}/secret"), secret),
        (Method::POST, format!("{item}/contacts"), json!({})),
    ]
}

fn article(slug: &str) -> Value {
    json!({"slug": slug, "group": "G", "title": "T", "body": "x"})
}

/// Requests to the firm's API about the Firm Library.
fn about_articles(records: &Records) -> Vec<(Method, String, Value)> {
    let at = format!("/articles/{}", records.article);
    let stage = json!({"stage": "published"});
    vec![
        (Method::POST, "/articles".into(), article("new")),
        (Method::PATCH, at.clone(), json!({"title": "N"})),
        (Method::POST, format!("{at}/stage"), stage),
    ]
}

/// Requests to the firm's API about proposals and estimates.
fn about_offers(world: &World, records: &Records) -> Vec<(Method, String, Value)> {
    let offers = format!("/offers/{}", records.proposal);
    let revoke = format!("{offers}/links/{}/revoke", records.link);
    let terms = world.offered("proposal", 100);
    vec![
        (Method::POST, "/offers".into(), terms),
        (Method::PATCH, offers.clone(), json!({"matter": "M"})),
        (Method::POST, format!("{offers}/send"), json!({})),
        (Method::POST, format!("{offers}/withdraw"), json!({})),
        (Method::POST, revoke, json!({})),
    ]
}

/// Requests to the client's API.
fn of_contact(world: &World, records: &Records) -> Vec<(Method, String, Value)> {
    let email = world.office.contact.email.as_str();
    let password = json!({"current_password": PASSWORD, "password": "a quite different one"});
    let credentials = json!({"email": email, "password": PASSWORD});
    let decision = json!({"shown": "0".repeat(64), "answer": "accepted"});
    vec![
        (
            Method::POST,
            format!("/proposals/{}/decision", records.proposal),
            decision.clone(),
        ),
        (
            Method::POST,
            format!("/contracts/{}/sign", records.contract),
            json!({"shown": "0".repeat(64), "typed": "Ana", "terms": SIGNING_TERMS}),
        ),
        (
            Method::POST,
            format!("/contracts/{}/decline", records.contract),
            json!({"shown": "0".repeat(64)}),
        ),
        (
            Method::POST,
            format!("/estimates/{}/decision", records.estimate),
            decision,
        ),
        (Method::POST, "/session".into(), credentials),
        (
            Method::POST,
            format!("/invoices/{}/pay", records.invoice),
            json!({}),
        ),
        (
            Method::POST,
            "/forgot-password".into(),
            json!({"email": email}),
        ),
        (Method::PATCH, "/profile".into(), json!({"first_name": "D"})),
        (Method::PUT, "/profile/password".into(), password),
        (
            Method::POST,
            "/vault/unlock".into(),
            json!({"current_password": "a wrong password"}),
        ),
        (
            Method::POST,
            "/take-out".into(),
            json!({"current_password": "a wrong password"}),
        ),
        (
            Method::PATCH,
            "/profile/preferences".into(),
            json!({"direction": "ltr"}),
        ),
    ]
}

/// One request for each operation of both APIs that has a JSON body.
async fn requests(world: &World) -> Vec<Request> {
    let records = Records::made(world).await;
    let (firm, portal) = (world.document().await, world.portal_document().await);
    let mut all = vec![];
    let mut staffs = of_staff(world, &records);
    staffs.extend(about_offers(world, &records));
    staffs.extend(about_contracts(world, &records));
    staffs.extend(about_documents(&records));
    staffs.extend(about_vaults(&records));
    staffs.extend(about_articles(&records));
    for (caller, document, requests) in [
        (world.staff(), firm, staffs),
        (world.contact().await, portal, of_contact(world, &records)),
    ] {
        all.extend(requests.into_iter().map(|(method, path, body)| Request {
            schema: schema(&document, &method, &path),
            caller: caller.clone(),
            method,
            path,
            body,
        }));
    }
    all
}

/// The schema of the body of an operation, found by its address.
fn schema(document: &Value, method: &Method, path: &str) -> Value {
    let parts = path.split('/').map(|part| match part {
        part if part.starts_with("olk_") => "{link}",
        part if part.contains('_') => "{id}",
        part => part,
    });
    let path = format!("/api/v1{}", parts.collect::<Vec<_>>().join("/"));
    let operation = &document["paths"][&path][method.as_str().to_lowercase()];
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    let name = body["$ref"]
        .as_str()
        .unwrap_or_else(|| panic!("no body at {method} {path}"));
    document
        .pointer(name.trim_start_matches('#'))
        .unwrap()
        .clone()
}

#[tokio::test]
async fn every_operation_with_a_body_is_among_the_requests() {
    let world = World::described().await;
    let mut described = 0;
    for document in [world.document().await, world.portal_document().await] {
        for operations in document["paths"].as_object().unwrap().values() {
            let bodies = operations
                .as_object()
                .unwrap()
                .values()
                .filter(|operation| {
                    operation["requestBody"]["content"]["application/json"].is_object()
                });
            described += bodies.count();
        }
    }
    // Revoking a key has a body without members, like issuing and cancelling.
    assert_eq!(requests(&world).await.len() + 1, described);
}

#[tokio::test]
async fn a_bad_value_of_any_member_is_told_at_its_place() {
    let world = World::described().await;
    let requests = requests(&world).await;
    let rows = world.rows().await;
    for request in &requests {
        for member in request.members() {
            let mut body = request.body.clone();
            body[&member] = json!({"no": "such"});
            let answer = request.send(body).await;
            answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
            let flaws = answer.flaws();
            let place = format!("/{member}");
            assert!(
                !flaws.is_empty() && flaws.iter().all(|flaw| flaw.starts_with(&place)),
                "{} {} {member}: {flaws:?}",
                request.method,
                request.path,
            );
        }
    }
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn a_missing_member_is_told_and_so_is_one_too_many() {
    let world = World::described().await;
    let requests = requests(&world).await;
    let rows = world.rows().await;
    for request in &requests {
        for member in request.required() {
            for absent in [None, Some(Value::Null)] {
                let mut body = request.body.clone();
                match absent {
                    None => drop(body.as_object_mut().unwrap().remove(&member)),
                    Some(null) => body[&member] = null,
                }
                let answer = request.send(body).await;
                answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
                assert_eq!(answer.flaws(), [format!("/{member}")], "{}", request.path);
            }
        }
        let mut body = request.body.clone();
        body["verified"] = true.into();
        let answer = request.send(body).await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.flaws(), ["/verified"], "{}", request.path);
        for whole in [json!([]), json!("x"), json!(null), json!(5)] {
            let answer = request.send(whole).await;
            answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(answer.flaws(), [""], "{}", request.path);
        }
    }
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn all_flaws_are_told_at_once() {
    let world = World::new().await;
    let body = json!({"first_name": "", "email": "x", "permissions": ["all"], "admin": true});
    let path = format!("/clients/{}/contacts", world.office.client.id);
    let answer = world.staff().post(&path, body).await;
    answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let wanted = [
        "/first_name",
        "/last_name",
        "/email",
        "/permissions/0",
        "/admin",
    ];
    assert_eq!(answer.flaws(), wanted);
}

#[tokio::test]
async fn a_required_member_cannot_be_taken_away_by_a_patch() {
    let world = World::new().await;
    let path = format!("/clients/{}", world.office.client.id);
    let answer = world.staff().patch(&path, "*", json!({"name": null})).await;
    answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.flaws(), ["/name"]);
    for read_only in ["id", "version", "created_at"] {
        let answer = world
            .staff()
            .patch(&path, "*", json!({read_only: "x"}))
            .await;
        assert_eq!(answer.flaws(), [format!("/{read_only}")]);
    }
}

#[tokio::test]
async fn hidden_characters_are_refused() {
    let world = World::new().await;
    for hidden in ["a\u{202e}b", "a\u{200b}b", "a\u{0}b", "\u{feff}"] {
        let answer = world
            .staff()
            .post("/clients", json!({"name": hidden}))
            .await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.flaws(), ["/name"]);
    }
}
