//! A POST with a key is done once.

use axum::http::{Method, StatusCode};
use caseflow_core::testing::join_all;
use serde_json::{Value, json};

use crate::world::World;

fn payment() -> Value {
    json!({"amount": {"amount_minor": 100, "currency": "USD"}, "mode": "cash"})
}

#[tokio::test]
async fn the_same_request_is_answered_again_and_done_once() {
    let world = World::new().await;
    let api = world.staff();
    let invoice = world.invoice(10_000).await;
    let path = format!("/invoices/{invoice}/payments");
    let first = api.post_as("k1", &path, payment()).await;
    first.expect(StatusCode::CREATED);
    assert_eq!(first.header("idempotent-replayed"), "");
    // The same body, its members the other way round.
    let body = json!({"mode": "cash", "amount": {"currency": "USD", "amount_minor": 100}});
    let again = api.post_as("k1", &path, body).await;
    again.expect(StatusCode::CREATED);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.body, first.body);
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(again.etag(), first.etag());
    let other = api.post_as("k2", &path, payment()).await;
    assert_ne!(other.body, first.body);
    let read = api.get(&format!("/invoices/{invoice}")).await;
    assert_eq!(read.cents("received"), 200);
}

#[tokio::test]
async fn a_key_is_not_for_another_request() {
    let world = World::new().await;
    let api = world.staff();
    let invoice = world.invoice(10_000).await;
    let path = format!("/invoices/{invoice}/payments");
    api.post_as("k", &path, payment())
        .await
        .expect(StatusCode::CREATED);
    let rows = world.rows().await;
    let mut other = payment();
    other["amount"]["amount_minor"] = 101.into();
    for (path, body) in [(path.as_str(), other), ("/clients", json!({"name": "A"}))] {
        let refused = api.post_as("k", path, body).await;
        refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.text("/title"), "key reused");
    }
    assert_eq!(world.rows().await, rows);
    let rival = world.rival_staff();
    let same_key = rival.post_as("k", "/clients", json!({"name": "A"})).await;
    same_key.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn of_twenty_at_once_one_is_done() {
    let world = World::new().await;
    let api = world.staff();
    let invoice = world.invoice(10_000).await;
    let path = format!("/invoices/{invoice}/payments");
    let answers = join_all((0..20).map(|_| api.post_as("k", &path, payment()))).await;
    for answer in &answers {
        answer.expect(StatusCode::CREATED);
        assert_eq!(answer.body, answers[0].body);
    }
    let read = api.get(&format!("/invoices/{invoice}")).await;
    assert_eq!(read.cents("received"), 100);
}

#[tokio::test]
async fn what_was_refused_may_be_tried_again_with_its_key() {
    let world = World::new().await;
    let api = world.staff();
    let id = api.made("/invoices", world.terms(100)).await;
    let path = format!("/invoices/{id}/cancel");
    let early = api.post_as("k", &path, json!({})).await;
    early.expect(StatusCode::UNPROCESSABLE_ENTITY);
    api.post(&format!("/invoices/{id}/issue"), json!({}))
        .await
        .expect(StatusCode::OK);
    api.post_as("k", &path, json!({}))
        .await
        .expect(StatusCode::OK);
    let again = api.post_as("k", &path, json!({})).await;
    again.expect(StatusCode::OK);
    assert_eq!(again.header("idempotent-replayed"), "true");
}

#[tokio::test]
async fn every_post_that_writes_wants_a_key() {
    let world = World::described().await;
    let api = world.staff();
    let rows = world.rows().await;
    let document = world.document().await;
    let mut seen = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let keyed = operations["post"]["parameters"]
            .as_array()
            .is_some_and(|all| {
                all.iter()
                    .any(|parameter| parameter["name"] == "Idempotency-Key")
            });
        if !keyed {
            continue;
        }
        seen += 1;
        let path = path.strip_prefix("/api/v1").unwrap();
        let path = path.replace("{id}", &world.office.client.id.to_string());
        let keyless = api.request(Method::POST, &path, Some(json!({})));
        let answer = api.send(keyless).await;
        // A path of another noun's id is nowhere; everything else asks for the key.
        let nowhere = path.contains("cli_") && !path.starts_with("/clients");
        let wanted = if nowhere {
            StatusCode::NOT_FOUND
        } else {
            StatusCode::BAD_REQUEST
        };
        answer.expect(wanted);
    }
    assert_eq!(seen, 32);
    for key in ["", " ", &"k".repeat(256)] {
        let answer = api.post_as(key, "/clients", json!({"name": "A"})).await;
        answer.expect(StatusCode::BAD_REQUEST);
    }
    assert_eq!(world.rows().await, rows);
}
