//! What is wrong with a body is said, all of it, and nothing is written.

use axum::http::{Method, StatusCode};
use caseflow_core::testing::fixtures::PASSWORD;
use serde_json::{Value, json};

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

/// One request for each operation of both APIs that has a JSON body.
async fn requests(world: &World) -> Vec<Request> {
    let staff = world.staff();
    let contact = world.contact().await;
    let (client, colleague) = (world.office.client.id, world.office.colleague.id);
    let invoice = world.invoice(10_000).await;
    let payment = json!({"amount": {"amount_minor": 100, "currency": "USD"}, "mode": "cash"});
    let paid = staff
        .made(&format!("/invoices/{invoice}/payments"), payment.clone())
        .await;
    let news = json!({"title": "News", "body": "x", "audience": "everyone"});
    let announcement = staff.made("/announcements", news.clone()).await;
    let person = json!({"first_name": "Bo", "last_name": "Li", "email": "bo@example.com"});
    let email = world.office.contact.email.as_str();
    let password = json!({"current_password": PASSWORD, "password": "a quite different one"});
    let firm = |method, path: String, body| (&staff, method, path, body);
    let own = |method, path: &str, body| (&contact, method, path.to_owned(), body);
    let all = [
        firm(Method::PATCH, "/firm".into(), json!({"name": "New"})),
        firm(Method::POST, "/clients".into(), json!({"name": "A"})),
        firm(
            Method::PATCH,
            format!("/clients/{client}"),
            json!({"name": "B"}),
        ),
        firm(Method::POST, format!("/clients/{client}/contacts"), person),
        firm(
            Method::PATCH,
            format!("/contacts/{colleague}"),
            json!({"first_name": "C"}),
        ),
        firm(
            Method::POST,
            format!("/contacts/{colleague}/access"),
            json!({"portal_access": "on"}),
        ),
        firm(Method::POST, "/invoices".into(), world.terms(100)),
        firm(
            Method::PATCH,
            format!("/invoices/{invoice}"),
            json!({"matter": "M"}),
        ),
        firm(
            Method::POST,
            format!("/invoices/{invoice}/issue"),
            json!({}),
        ),
        firm(
            Method::POST,
            format!("/invoices/{invoice}/cancel"),
            json!({}),
        ),
        firm(
            Method::POST,
            format!("/invoices/{invoice}/payments"),
            payment.clone(),
        ),
        firm(
            Method::POST,
            format!("/invoices/{invoice}/credits"),
            json!({"amount": "balance"}),
        ),
        firm(
            Method::POST,
            format!("/payments/{paid}/void"),
            json!({"reason": "x"}),
        ),
        firm(Method::POST, "/announcements".into(), news),
        firm(
            Method::PATCH,
            format!("/announcements/{announcement}"),
            json!({"title": "N"}),
        ),
        firm(
            Method::POST,
            "/api-keys".into(),
            json!({"name": "K", "scope": "read"}),
        ),
        own(
            Method::POST,
            "/session",
            json!({"email": email, "password": PASSWORD}),
        ),
        own(Method::POST, "/forgot-password", json!({"email": email})),
        own(Method::PATCH, "/profile", json!({"first_name": "D"})),
        own(Method::PUT, "/profile/password", password),
    ];
    let (firm, portal) = (world.document().await, world.portal_document().await);
    let all = all.into_iter().map(|(caller, method, path, body)| {
        let document = if std::ptr::eq(caller, &staff) {
            &firm
        } else {
            &portal
        };
        Request {
            schema: schema(document, &method, &path),
            caller: caller.clone(),
            method,
            path,
            body,
        }
    });
    all.collect()
}

/// The schema of the body of an operation, found by its address.
fn schema(document: &Value, method: &Method, path: &str) -> Value {
    let parts = path
        .split('/')
        .map(|part| if part.contains('_') { "{id}" } else { part });
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
