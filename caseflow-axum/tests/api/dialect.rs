//! Problems, media types, limits, documents.

use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{Answer, World};

#[track_caller]
fn assert_problem(answer: &Answer, status: StatusCode) {
    answer.expect(status);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.body["status"], status.as_u16());
    assert!(answer.text("/type").starts_with("urn:caseflow:problem:"));
    assert_eq!(answer.text("/instance"), answer.header("x-request-id"));
    assert!(!answer.text("/title").is_empty() && !answer.text("/detail").is_empty());
}

#[tokio::test]
async fn whatever_goes_wrong_is_a_problem() {
    let world = World::new().await;
    let (staff, contact) = (world.staff(), world.contact().await);
    for api in [&staff, &contact] {
        for path in [
            "",
            "/",
            "/no/such",
            "/invoices/",
            "/invoices/x",
            "/invoices/x/y/z",
        ] {
            assert_problem(&api.get(path).await, StatusCode::NOT_FOUND);
        }
        let put = api
            .send(api.request(Method::PUT, "/invoices", Some(json!({}))))
            .await;
        assert_problem(&put, StatusCode::METHOD_NOT_ALLOWED);
        assert!(
            put.header("allow").contains("GET"),
            "{}",
            put.header("allow")
        );
        let trace = api
            .send(api.request(Method::TRACE, "/invoices", None))
            .await;
        assert_problem(&trace, StatusCode::METHOD_NOT_ALLOWED);
        let accept = {
            let mut request = api.request(Method::GET, "/no/such", None);
            request
                .headers_mut()
                .insert(ACCEPT, "text/html".parse().unwrap());
            api.send(request).await
        };
        assert_problem(&accept, StatusCode::NOT_FOUND);
    }
    let other_noun = format!("/clients/{}", world.office.contact.id);
    assert_problem(&staff.get(&other_noun).await, StatusCode::NOT_FOUND);
    let nobody = world.anybody_at_the_portal();
    assert_problem(&nobody.get("/me").await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_body_is_json_of_bounded_size() {
    let world = World::new().await;
    let (staff, contact) = (world.staff(), world.contact().await);
    for (api, method, path) in [
        (&staff, Method::POST, "/clients"),
        (&contact, Method::PATCH, "/profile"),
        (&contact, Method::POST, "/session"),
    ] {
        let send = async |kind: Option<&str>, body: Body| {
            let mut request = api.request(method.clone(), path, None);
            request
                .headers_mut()
                .insert("idempotency-key", "k".parse().unwrap());
            if let Some(kind) = kind {
                request
                    .headers_mut()
                    .insert(CONTENT_TYPE, kind.parse().unwrap());
            }
            *request.body_mut() = body;
            api.send(request).await
        };
        for text in [
            "{",
            "{}{}",
            "nope",
            "\u{feff}{}",
            "{\"a\": 1e309}",
            &"[".repeat(1000),
        ] {
            let answer = send(Some("application/json"), text.to_owned().into()).await;
            assert_problem(&answer, StatusCode::BAD_REQUEST);
        }
        let invalid = send(Some("application/json"), vec![b'"', 0xff, b'"'].into()).await;
        assert_problem(&invalid, StatusCode::BAD_REQUEST);
        for kind in [
            None,
            Some("text/plain"),
            Some("application/x-www-form-urlencoded"),
        ] {
            let answer = send(kind, "{\"name\": \"A\"}".into()).await;
            assert_problem(&answer, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let huge = send(Some("application/json"), vec![b' '; 3 << 20].into()).await;
        assert_problem(&huge, StatusCode::PAYLOAD_TOO_LARGE);
        let charset = send(Some("Application/JSON; charset=utf-8"), "{}".into()).await;
        assert_ne!(charset.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
}

#[tokio::test]
async fn a_patch_of_nothing_is_no_patch() {
    let world = World::new().await;
    let contact = world.contact().await;
    let mut empty = contact.request(Method::PATCH, "/profile", Some(json!({})));
    *empty.body_mut() = Body::empty();
    assert_problem(&contact.send(empty).await, StatusCode::BAD_REQUEST);
    let mut empty = world
        .staff()
        .request(Method::PATCH, "/firm", Some(json!({})));
    empty.headers_mut().insert("if-match", "*".parse().unwrap());
    *empty.body_mut() = Body::empty();
    assert_problem(&world.staff().send(empty).await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_invoice_of_five_thousand_lines_fits() {
    let world = World::new().await;
    let mut terms = world.terms(100);
    let line = terms["lines"][0].clone();
    terms["lines"] = vec![line; 5_000].into();
    let id = world.staff().made("/invoices", terms).await;
    let read = world.staff().get(&format!("/invoices/{id}")).await;
    assert_eq!(read.cents("total"), 500_000);
    assert_eq!(
        read.body["totals"]["lines"].as_array().unwrap().len(),
        5_000
    );
}

#[tokio::test]
async fn the_documents_are_served_when_that_is_switched_on() {
    let hidden = World::new().await;
    for api in [hidden.staff(), hidden.anybody_at_the_portal()] {
        assert_problem(
            &api.at_root("/api/openapi.json").await,
            StatusCode::NOT_FOUND,
        );
    }
    let world = World::described().await;
    let firm = world.document().await;
    assert_eq!(firm["servers"][0]["url"], "/firm/");
    assert_eq!(firm["openapi"], "3.1.0");
    assert_eq!(world.portal_document().await["servers"][0]["url"], "/");
    let nobody = world.anybody_at_the_firm_api();
    nobody
        .at_root("/api/openapi.json")
        .await
        .expect(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn every_documented_answer_says_what_it_means() {
    let world = World::described().await;
    for document in [world.document().await, world.portal_document().await] {
        for (path, operations) in document["paths"].as_object().unwrap() {
            for (verb, operation) in operations.as_object().unwrap() {
                assert!(operation["summary"].is_string(), "{verb} {path}");
                assert!(operation["operationId"].is_string(), "{verb} {path}");
                for (status, response) in operation["responses"].as_object().unwrap() {
                    let response = match response["$ref"].as_str() {
                        Some(place) => document.pointer(place.trim_start_matches('#')).unwrap(),
                        None => response,
                    };
                    let about = response["description"].as_str();
                    assert!(
                        about.is_some_and(|text| !text.is_empty()),
                        "{verb} {path} {status}"
                    );
                }
            }
        }
        assert_ne!(document["components"]["securitySchemes"], Value::Null);
    }
}

#[tokio::test]
async fn answers_are_private_and_never_sniffed() {
    let world = World::new().await;
    for answer in [
        world.staff().get("/firm").await,
        world.contact().await.get("/me").await,
    ] {
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
}
