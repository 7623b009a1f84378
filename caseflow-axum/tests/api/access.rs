//! Who may do what: keys, scopes, firms.

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

#[tokio::test]
async fn e02_another_firms_records_do_not_exist() {
    let world = World::described().await;
    let document = world.document().await;
    let staff = world.staff();
    let invoice = world.invoice(10_000).await;
    let body = json!({"amount": {"amount_minor": 100, "currency": "USD"}, "mode": "cash"});
    let payment = staff
        .made(&format!("/invoices/{invoice}/payments"), body)
        .await;
    let news = json!({"title": "News", "body": "x", "audience": "everyone"});
    let announcement = staff.made("/announcements", news).await;
    let key = staff
        .made("/api-keys", json!({"name": "K", "scope": "read"}))
        .await;
    let rows = world.rows().await;
    let own = |kind: &str| match kind {
        "clients" => world.office.client.id.to_string(),
        "contacts" => world.office.contact.id.to_string(),
        "invoices" => invoice.clone(),
        "payments" => payment.clone(),
        "announcements" => announcement.clone(),
        _ => key.clone(),
    };
    let mut tried = 0;
    for (method, path) in operations(&document, own) {
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
    let rival = world.rival_staff();
    let payments = format!("/invoices/{invoice}/payments");
    let body = json!({"amount": "balance", "mode": "cash"});
    rival
        .post(&payments, body)
        .await
        .expect(StatusCode::NOT_FOUND);
    let credits = format!("/invoices/{invoice}/credits");
    rival
        .post(&credits, json!({"amount": "balance"}))
        .await
        .expect(StatusCode::NOT_FOUND);
    let contacts = format!("/clients/{}/contacts", world.office.client.id);
    let person = json!({"first_name": "E", "last_name": "V", "email": "e@example.com"});
    rival
        .post(&contacts, person)
        .await
        .expect(StatusCode::NOT_FOUND);
    let access = format!("/contacts/{}/access", world.office.contact.id);
    rival
        .post(&access, json!({"portal_access": "off"}))
        .await
        .expect(StatusCode::NOT_FOUND);
    let drafted = rival.post("/invoices", world.terms(100)).await;
    drafted.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(drafted.flaws(), ["/client"]);
    assert_eq!(world.rows().await, rows, "nothing was written");
    for list in [
        "/clients",
        "/invoices",
        "/payments",
        "/announcements",
        "/api-keys",
        "/audit",
    ] {
        let text = rival.get(list).await.body.to_string();
        for id in [
            &invoice,
            &payment,
            &announcement,
            &key,
            &world.office.client.id.to_string(),
        ] {
            assert!(!text.contains(id), "{list}");
        }
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
