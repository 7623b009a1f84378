//! ETag, If-Match, If-None-Match.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::World;

/// Every address that needs `If-Match`, with a body that would change something.
fn guarded(
    world: &World,
    [invoice, announcement, offer]: [&str; 3],
) -> Vec<(Method, String, Option<Value>)> {
    let client = world.office.client.id;
    let contact = world.office.colleague.id;
    vec![
        (Method::PATCH, "/firm".into(), Some(json!({"name": "New"}))),
        (Method::DELETE, "/firm/logo".into(), None),
        (
            Method::PATCH,
            format!("/clients/{client}"),
            Some(json!({"name": "New"})),
        ),
        (
            Method::PATCH,
            format!("/contacts/{contact}"),
            Some(json!({"first_name": "New"})),
        ),
        (
            Method::PATCH,
            format!("/invoices/{invoice}"),
            Some(json!({"matter": "New"})),
        ),
        (
            Method::PATCH,
            format!("/offers/{offer}"),
            Some(json!({"title": "New"})),
        ),
        (
            Method::PATCH,
            format!("/announcements/{announcement}"),
            Some(json!({"title": "New"})),
        ),
        (Method::DELETE, format!("/contacts/{contact}"), None),
    ]
}

#[tokio::test]
async fn a_change_needs_the_version_that_was_seen() {
    let world = World::new().await;
    let api = world.staff();
    let invoice = world.invoice(10_000).await;
    let news = json!({"title": "Closed", "body": "On Friday.", "audience": "everyone"});
    let news = api.made("/announcements", news).await;
    let offer = world.offer("estimate", 10_000).await;
    for (method, path, body) in guarded(&world, [&invoice, &news, &offer]) {
        let rows = world.rows().await;
        let blind = api.request(method.clone(), &path, body.clone());
        api.send(blind)
            .await
            .expect(StatusCode::PRECONDITION_REQUIRED);
        for stale in ["\"999\"", "\"0\"", "W/\"1\"", "\"x\"", "1", "\"1\", \"2\""] {
            let answer = api.write(method.clone(), &path, stale, body.clone()).await;
            answer.expect(StatusCode::PRECONDITION_FAILED);
        }
        assert_eq!(world.rows().await, rows, "{method} {path}");
        let readable = path.trim_end_matches("/logo");
        let etag = api.get(readable).await.etag().to_owned();
        let done = api.write(method.clone(), &path, &etag, body.clone()).await;
        done.expect(StatusCode::OK);
        assert_eq!(world.rows().await, rows + 1, "{method} {path}");
        let late = api.write(method.clone(), &path, &etag, body.clone()).await;
        late.expect(StatusCode::PRECONDITION_FAILED);
        if path != format!("/contacts/{}", world.office.colleague.id) {
            let any = api.write(method, &path, "*", body).await;
            any.expect(StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn an_act_may_say_which_version_it_means() {
    let world = World::new().await;
    let api = world.staff();
    let id = api.made("/invoices", world.terms(10_000)).await;
    let act = async |path: &str, etag: &str, key: &str, body: Value| {
        let mut request = api.request(Method::POST, path, Some(body));
        request
            .headers_mut()
            .insert("if-match", etag.parse().unwrap());
        request
            .headers_mut()
            .insert("idempotency-key", key.parse().unwrap());
        api.send(request).await
    };
    let issue = format!("/invoices/{id}/issue");
    act(&issue, "\"2\"", "a", json!({}))
        .await
        .expect(StatusCode::PRECONDITION_FAILED);
    act(&issue, "\"1\"", "b", json!({}))
        .await
        .expect(StatusCode::OK);
    let pay = format!("/invoices/{id}/payments");
    let body = json!({"amount": "balance", "mode": "cash"});
    let stale = act(&pay, "\"1\"", "c", body.clone()).await;
    stale.expect(StatusCode::PRECONDITION_FAILED);
    act(&pay, "\"2-unpaid\"", "d", body)
        .await
        .expect(StatusCode::CREATED);
}

#[tokio::test]
async fn what_the_caller_has_is_not_sent_again() {
    let world = World::new().await;
    let api = world.staff();
    let path = format!("/clients/{}", world.office.client.id);
    let ask = async |path: &str, tags: &str| {
        let mut request = api.request(Method::GET, path, None);
        request
            .headers_mut()
            .insert("if-none-match", tags.parse().unwrap());
        api.send(request).await
    };
    for same in ["\"1\"", "W/\"1\"", "\"7\", \"1\"", "*"] {
        let answer = ask(&path, same).await;
        answer.expect(StatusCode::NOT_MODIFIED);
        assert_eq!((answer.etag(), &answer.body), ("\"1\"", &Value::Null));
    }
    ask(&path, "\"2\"").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_tag_changes_with_the_status_though_nothing_was_written() {
    let world = World::new().await;
    let api = world.staff();
    let path = format!("/invoices/{}", world.invoice(10_000).await);
    let before = api.get(&path).await.etag().to_owned();
    world.doubles.clock.set("2027-01-01T00:00:00Z");
    let mut request = api.request(Method::GET, &path, None);
    request
        .headers_mut()
        .insert("if-none-match", before.parse().unwrap());
    let now = api.send(request).await;
    now.expect(StatusCode::OK);
    assert_eq!(now.body["status"], "overdue");
    let changed = api.patch(&path, &before, json!({"matter": "M"})).await;
    changed.expect(StatusCode::OK);
}
