//! Lists by cursor.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::world::{Caller, World};

pub(crate) async fn all_pages(api: &Caller, path: &str, limit: usize) -> Vec<Value> {
    let mut rows = vec![];
    let mut after = String::new();
    let joint = if path.contains('?') { '&' } else { '?' };
    loop {
        let page = api.get(&format!("{path}{joint}limit={limit}{after}")).await;
        page.expect(StatusCode::OK);
        let data = page.body["data"].as_array().unwrap();
        assert!(data.len() <= limit);
        rows.extend(data.iter().cloned());
        match &page.body["next"] {
            Value::String(next) => after = format!("&after={next}"),
            _ => return rows,
        }
    }
}

#[tokio::test]
async fn pages_hold_every_row_once_and_in_order() {
    let world = World::new().await;
    let api = world.staff();
    for n in 0..7 {
        let invoice = world.invoice(10_000).await;
        let body = json!({"amount": "balance", "mode": "cash"});
        api.post(&format!("/invoices/{invoice}/payments"), body)
            .await;
        api.made("/clients", json!({"name": format!("Client {n}")}))
            .await;
        let news = json!({"title": format!("News {n}"), "body": "x", "audience": "everyone"});
        api.made("/announcements", news).await;
        world.offer("proposal", 100).await;
    }
    let contact = world.contact().await;
    let client = world.office.client.id;
    for (caller, path, least) in [
        (&api, "/clients".to_owned(), 9),
        (&api, "/invoices".to_owned(), 7),
        (&api, format!("/invoices?status=paid&client={client}"), 7),
        (&api, "/payments".to_owned(), 7),
        (&api, format!("/payments?client={client}"), 7),
        (&api, "/announcements".to_owned(), 7),
        (&api, "/audit".to_owned(), 35),
        (&api, "/offers".to_owned(), 7),
        (
            &api,
            format!("/offers?kind=proposal&status=sent&client={client}"),
            7,
        ),
        (&contact, "/proposals".to_owned(), 7),
        (&contact, "/invoices".to_owned(), 7),
        (&contact, "/payments".to_owned(), 7),
    ] {
        let whole = all_pages(caller, &path, 100).await;
        assert!(whole.len() >= least, "{path}: {}", whole.len());
        for limit in [1, 3] {
            assert_eq!(
                all_pages(caller, &path, limit).await,
                whole,
                "{path} by {limit}"
            );
        }
    }
    let none = format!("/invoices?client={}", world.office.neighbour.id);
    assert_eq!(all_pages(&api, &none, 5).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_query_says_what_is_wrong_with_it() {
    let world = World::new().await;
    let api = world.staff();
    for (query, pointer) in [
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=-1", "/limit"),
        ("limit=%2B5", "/limit"),
        ("limit=1.0", "/limit"),
        ("limit=", "/limit"),
        ("after=x", "/after"),
        ("after=", "/after"),
        ("status=late", "/status"),
        ("client=42", "/client"),
        ("colour=red", "/colour"),
        ("limit=5&limit=5", "/limit"),
    ] {
        let answer = api.get(&format!("/invoices?{query}")).await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.flaws(), [pointer], "{query}");
    }
    let two = api.get("/audit?limit=0&about=me").await;
    assert_eq!(two.flaws(), ["/about", "/limit"]);
}
