//! Who may do what: keys, scopes, firms.

use std::collections::HashMap;

use axum::http::header::AUTHORIZATION;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{Caller, World};

/// Every operation of a document, with this id wherever a path wants one of its kind.
fn operations(document: &Value, id_of: impl Fn(&str) -> String) -> Vec<(Method, String)> {
    let mut all = vec![];
    for (path, operations) in document["paths"].as_object().unwrap() {
        let inner = path.strip_prefix("/api/v1").unwrap();
        let kind = inner.split('/').nth(1).unwrap();
        let inner = inner.replace("{id}", &id_of(kind));
        for verb in operations.as_object().unwrap().keys() {
            all.push((verb.to_uppercase().parse().unwrap(), inner.clone()));
        }
    }
    all
}

async fn try_it(caller: &Caller, method: &Method, path: &str) -> StatusCode {
    let body = (method != Method::GET).then(|| json!({}));
    let mut request = caller.request(method.clone(), path, body);
    let headers = request.headers_mut();
    headers.insert("idempotency-key", "k".parse().unwrap());
    headers.insert("if-match", "*".parse().unwrap());
    caller.send(request).await.status
}

#[tokio::test]
async fn without_a_good_key_nothing_is_answered() {
    let world = World::described().await;
    let document = world.document().await;
    let nobody = world.anybody_at_the_firm_api();
    let wrong = ["", "cf_live_x", &format!("cf_live_{}", "A".repeat(43)), "A"];
    let mut operations = operations(&document, |_| "x".to_owned());
    operations.push((Method::GET, "/no/such/address".to_owned()));
    for (method, path) in operations {
        assert_eq!(
            try_it(&nobody, &method, &path).await,
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
        for token in wrong {
            let caller = nobody.clone().with_token(token.to_owned());
            assert_eq!(
                try_it(&caller, &method, &path).await,
                StatusCode::UNAUTHORIZED
            );
        }
    }
    let mut basic = nobody.request(Method::GET, "/firm", None);
    basic
        .headers_mut()
        .insert(AUTHORIZATION, "Basic eDp5".parse().unwrap());
    let answer = nobody.send(basic).await;
    answer.expect(StatusCode::UNAUTHORIZED);
    assert_eq!(
        answer.header("www-authenticate"),
        "Bearer realm=\"caseflow\""
    );
}

#[tokio::test]
async fn a_key_that_may_only_read_only_reads() {
    let world = World::described().await;
    let document = world.document().await;
    let rows = world.rows().await;
    let id = world.office.client.id.to_string();
    for (method, path) in operations(&document, |_| id.clone()) {
        let status = try_it(&world.reader(), &method, &path).await;
        if method == Method::GET {
            assert_ne!(status, StatusCode::FORBIDDEN, "{path}");
        } else {
            assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path}");
        }
    }
    assert_eq!(world.rows().await, rows);
}

/// One record of each kind of the first firm, by the collection it stands in.
async fn one_of_each(world: &World) -> HashMap<&'static str, String> {
    let staff = world.staff();
    let invoice = world.invoice(10_000).await;
    let body = json!({"amount": {"amount_minor": 100, "currency": "USD"}, "mode": "cash"});
    let payment = staff
        .made(&format!("/invoices/{invoice}/payments"), body)
        .await;
    let news = json!({"title": "News", "body": "x", "audience": "everyone"});
    let announcement = staff.made("/announcements", news).await;
    let key = json!({"name": "K", "scope": "read"});
    HashMap::from([
        ("clients", world.office.client.id.to_string()),
        ("contacts", world.office.contact.id.to_string()),
        ("api-keys", staff.made("/api-keys", key).await),
        ("invoices", invoice),
        ("payments", payment),
        ("announcements", announcement),
    ])
}

#[tokio::test]
async fn e02_another_firms_records_do_not_exist() {
    let world = World::described().await;
    let document = world.document().await;
    let own = one_of_each(&world).await;
    let rows = world.rows().await;
    let mut tried = 0;
    let id_of = |kind: &str| own.get(kind).cloned().unwrap_or_default();
    for (method, path) in operations(&document, id_of) {
        if !path.contains('_') {
            continue;
        }
        tried += 1;
        let rival = try_it(&world.rival_staff(), &method, &path).await;
        // Bodies are read first: what is missing in one says nothing about the record.
        let needs_body = ["/payments", "/credits", "/contacts", "/access"];
        if method == Method::POST && needs_body.iter().any(|end| path.ends_with(end)) {
            assert_eq!(rival, StatusCode::UNPROCESSABLE_ENTITY, "{method} {path}");
        } else {
            assert_eq!(rival, StatusCode::NOT_FOUND, "{method} {path}");
        }
    }
    assert!(tried > 15, "{tried}");
    assert_eq!(world.rows().await, rows, "nothing was written");
}

#[tokio::test]
async fn e02_another_firm_cannot_write_with_a_good_body_either() {
    let world = World::new().await;
    let own = one_of_each(&world).await;
    let rows = world.rows().await;
    let rival = world.rival_staff();
    let (invoice, contact) = (&own["invoices"], &own["contacts"]);
    let person = json!({"first_name": "E", "last_name": "V", "email": "e@example.com"});
    for (path, body) in [
        (
            format!("/invoices/{invoice}/payments"),
            json!({"amount": "balance", "mode": "cash"}),
        ),
        (
            format!("/invoices/{invoice}/credits"),
            json!({"amount": "balance"}),
        ),
        (format!("/clients/{}/contacts", own["clients"]), person),
        (
            format!("/contacts/{contact}/access"),
            json!({"portal_access": "off"}),
        ),
    ] {
        rival.post(&path, body).await.expect(StatusCode::NOT_FOUND);
    }
    let drafted = rival.post("/invoices", world.terms(100)).await;
    drafted.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(drafted.flaws(), ["/client"]);
    assert_eq!(world.rows().await, rows, "nothing was written");
}

#[tokio::test]
async fn e02_another_firms_records_are_in_no_list() {
    let world = World::new().await;
    let own = one_of_each(&world).await;
    let rival = world.rival_staff();
    for list in [
        "/clients",
        "/invoices",
        "/payments",
        "/announcements",
        "/api-keys",
        "/audit",
    ] {
        let text = rival.get(list).await.body.to_string();
        for id in own.values() {
            assert!(!text.contains(id), "{list}");
        }
    }
    for kind in ["clients", "invoices"] {
        let about = rival.get(&format!("/audit?about={}", own[kind])).await;
        assert_eq!(about.body["data"], json!([]));
    }
}

#[tokio::test]
async fn e09_a_removed_contacts_token_is_dead() {
    let world = World::new().await;
    let contact = world.contact().await;
    contact.get("/me").await.expect(StatusCode::OK);
    let path = format!("/contacts/{}", world.office.contact.id);
    let removed = world.staff().write(Method::DELETE, &path, "*", None).await;
    removed.expect(StatusCode::OK);
    contact.get("/me").await.expect(StatusCode::UNAUTHORIZED);
}
