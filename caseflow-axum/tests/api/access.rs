//! What the access matrix does not say of the firm's API: keys that are none, other firms in lists
//! and in bodies.

use std::collections::HashMap;

use axum::http::header::AUTHORIZATION;
use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn without_a_good_key_nothing_is_answered() {
    let world = World::new().await;
    let nobody = world.anybody_at_the_firm_api();
    let wrong = ["", "cf_live_x", &format!("cf_live_{}", "A".repeat(43)), "A"];
    for path in ["/firm", "/no/such/address"] {
        nobody.get(path).await.expect(StatusCode::UNAUTHORIZED);
        for token in wrong {
            let caller = nobody.clone().with_token(token.to_owned());
            caller.get(path).await.expect(StatusCode::UNAUTHORIZED);
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
    let article = json!({"slug": "vat", "group": "Taxes", "title": "VAT", "body": "x"});
    HashMap::from([
        ("articles", staff.made("/articles", article).await),
        ("offers", world.offer("proposal", 100).await),
        ("clients", world.office.client.id.to_string()),
        ("contacts", world.office.contact.id.to_string()),
        ("api-keys", staff.made("/api-keys", key).await),
        ("invoices", invoice),
        ("payments", payment),
        ("announcements", announcement),
    ])
}

#[tokio::test]
async fn e02_a_body_cannot_name_another_firms_client() {
    let world = World::new().await;
    let rows = world.rows().await;
    let drafted = world
        .rival_staff()
        .post("/invoices", world.terms(100))
        .await;
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
        "/articles",
        "/offers",
        "/api-keys",
        "/audit",
    ] {
        let text = rival.get(list).await.body.to_string();
        for id in own.values() {
            assert!(!text.contains(id), "{list}");
        }
    }
    for kind in ["clients", "invoices", "offers"] {
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
