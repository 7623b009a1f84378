//! Every resource of the firm's API, as it should be used.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::World;

#[tokio::test]
async fn a_firm_is_read_and_changed() {
    let (world, api) = (World::new().await, World::staff);
    let read = api(&world).get("/firm").await;
    read.expect(StatusCode::OK);
    assert_eq!(read.body["id"], world.office.firm.id.to_string());
    assert_eq!(read.body["zone"], "Europe/Zurich");
    let changes = json!({
        "name": "Muster AG", "tax_id": null, "sections": ["invoices"], "muted": ["invoice_issued"],
        "invoice_numbers": {"width": 6}, "sessions": {"idle_seconds": 600},
    });
    let changed = api(&world).patch("/firm", read.etag(), changes).await;
    changed.expect(StatusCode::OK);
    let now = api(&world).get("/firm").await;
    assert_eq!(now.etag(), changed.etag());
    assert_eq!(now.body["name"], "Muster AG");
    assert_eq!(now.body["tax_id"], Value::Null);
    assert_eq!(now.body["sections"], json!(["invoices"]));
    assert_eq!(
        now.body["invoice_numbers"],
        json!({"prefix": "INV-", "width": 6})
    );
    assert_eq!(now.body["sessions"]["idle_seconds"], 600);
    assert_eq!(
        now.body["address"], read.body["address"],
        "what is left out stays"
    );
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand so on";

#[tokio::test]
async fn a_logo_is_set_and_taken_away() {
    let world = World::new().await;
    let api = world.staff();
    let put = async |kind: &str, bytes: Vec<u8>| {
        let etag = api.get("/firm").await.etag().to_owned();
        let mut request = api.request(Method::PUT, "/firm/logo", None);
        request
            .headers_mut()
            .insert("if-match", etag.parse().unwrap());
        request
            .headers_mut()
            .insert(CONTENT_TYPE, kind.parse().unwrap());
        *request.body_mut() = Body::from(bytes);
        api.send(request).await
    };
    put("image/png", PNG.to_vec()).await.expect(StatusCode::OK);
    let firm = api.get("/firm").await;
    assert_eq!(firm.body["logo"]["media_type"], "image/png");
    let digest = firm.text("/logo/sha256");
    assert_eq!(digest.len(), 64);
    for (kind, bytes, status) in [
        (
            "text/html",
            PNG.to_vec(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        (
            "image/png",
            b"<svg/>".to_vec(),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "image/png",
            [PNG, &[0; 256 * 1024]].concat(),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (
            "image/png",
            vec![0; 3 * 1024 * 1024],
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
    ] {
        put(kind, bytes).await.expect(status);
    }
    let kept = api.get("/firm").await;
    assert_eq!(kept.text("/logo/sha256"), digest);
    let gone = api
        .write(Method::DELETE, "/firm/logo", kept.etag(), None)
        .await;
    gone.expect(StatusCode::OK);
    assert_eq!(api.get("/firm").await.body["logo"], Value::Null);
}

#[tokio::test]
async fn a_client_is_made_read_changed_and_listed() {
    let world = World::new().await;
    world.doubles.clock.advance(Duration::from_secs(1));
    let api = world.staff();
    let body = json!({"name": " Acme ", "address": "Main St 1\r\nTown", "reference": "file 9"});
    let made = api.post("/clients", body).await;
    made.expect(StatusCode::CREATED);
    let path = format!("/clients/{}", made.text("/id"));
    assert_eq!(made.header("location"), format!("/firm/api/v1{path}"));
    assert_eq!((&made.body["version"], made.etag()), (&json!(1), "\"1\""));
    let read = api.get(&path).await;
    assert_eq!(read.body["name"], "Acme");
    assert_eq!(read.body["address"], "Main St 1\nTown");
    assert_eq!(read.etag(), "\"1\"");
    let changed = api
        .patch(&path, "\"1\"", json!({"reference": null, "tax_id": "X1"}))
        .await;
    changed.expect(StatusCode::OK);
    let now = api.get(&path).await;
    assert_eq!(now.body["reference"], Value::Null);
    assert_eq!(
        (&now.body["tax_id"], &now.body["name"]),
        (&json!("X1"), &json!("Acme"))
    );
    let list = api.get("/clients").await;
    assert_eq!(
        list.body["data"][0], now.body,
        "list and detail agree, newest first"
    );
    assert_eq!(list.body["data"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_contact_is_made_marked_switched_and_removed() {
    let world = World::new().await;
    let api = world.staff();
    let contacts = format!("/clients/{}/contacts", world.office.client.id);
    let body = json!({
        "first_name": "Bo", "last_name": "Li", "email": "bo@example.com", "primary": true,
        "permissions": ["invoices", "vault"], "mail": ["invoices"], "direction": "rtl",
    });
    let id = api.made(&contacts, body).await;
    let path = format!("/contacts/{id}");
    let read = api.get(&path).await;
    assert_eq!(read.body["portal_access"], "off");
    assert_eq!(read.body["permissions"], json!(["invoices", "vault"]));
    let list = api.get(&contacts).await;
    let primary = list.body["data"].as_array().unwrap().iter();
    let primary: Vec<&Value> = primary.filter(|one| one["primary"] == true).collect();
    assert_eq!(primary, [&read.body], "at most one primary contact");
    let access = format!("{path}/access");
    let on = api.post(&access, json!({"portal_access": "on"})).await;
    on.expect(StatusCode::OK);
    assert_eq!(api.get(&path).await.body["portal_access"], "invited");
    let off = api.post(&access, json!({"portal_access": "off"})).await;
    off.expect(StatusCode::OK);
    let renamed = api
        .patch(&path, off.etag(), json!({"first_name": "Bob"}))
        .await;
    renamed.expect(StatusCode::OK);
    let removed = api.write(Method::DELETE, &path, renamed.etag(), None).await;
    removed.expect(StatusCode::OK);
    assert_eq!(api.get(&path).await.body["removed"], true);
    let taken = json!({
        "first_name": "Eve", "last_name": "X", "email": world.office.contact.email.as_str(),
    });
    let taken = api.post(&contacts, taken).await;
    taken.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(taken.flaws(), ["/email"]);
}

#[tokio::test]
async fn r_acc_9_staff_get_an_address_at_which_they_look_as_a_contact() {
    let world = World::new().await;
    let api = world.staff();
    let path = format!("/contacts/{}/preview", world.office.contact.id);
    let made = api.post(&path, json!({})).await;
    made.expect(StatusCode::CREATED);
    let url = made.body["url"].as_str().unwrap();
    let portal = world.office.firm.portal_url.as_str();
    assert!(url.starts_with(&format!("{portal}/preview/")), "{url}");
    assert_eq!(made.body["expires_at"], "2026-11-24T09:05:00.000Z");
    let again = api.post(&path, json!({})).await;
    assert_ne!(again.body["url"], made.body["url"]);
    let rival = format!("/contacts/{}/preview", world.rival.contact.id);
    let unknown = api.post(&rival, json!({})).await;
    unknown.expect(StatusCode::NOT_FOUND);
    let access = format!("/contacts/{}/access", world.office.contact.id);
    api.post(&access, json!({"portal_access": "off"})).await;
    let closed = api.post(&path, json!({})).await;
    closed.expect(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn an_announcement_is_made_changed_and_listed() {
    let world = World::new().await;
    let api = world.staff();
    let body = json!({"title": "Closed", "body": "On Friday.", "audience": "everyone"});
    let id = api.made("/announcements", body).await;
    let path = format!("/announcements/{id}");
    let audience = json!([world.office.client.id.to_string()]);
    let changes = json!({"until": "2027-01-01T00:00:00+01:00", "audience": audience});
    let changed = api.patch(&path, "\"1\"", changes).await;
    changed.expect(StatusCode::OK);
    let now = api.get(&path).await;
    assert_eq!(now.body["until"], "2026-12-31T23:00:00.000Z");
    assert_eq!(now.body["audience"], audience);
    assert_eq!(
        api.get("/announcements").await.body["data"],
        json!([now.body])
    );
    let stranger = json!({"audience": [world.rival.client.id.to_string()]});
    let refused = api.patch(&path, now.etag(), stranger).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.flaws(), ["/audience"]);
    let backwards = json!({"from": "2027-06-01T00:00:00Z"});
    let refused = api.patch(&path, now.etag(), backwards).await;
    assert_eq!(refused.flaws(), ["/until"]);
}

#[tokio::test]
async fn a_key_shows_its_secret_once_and_dies_when_revoked() {
    let world = World::new().await;
    world.doubles.clock.advance(Duration::from_secs(1));
    let api = world.staff();
    let made = api
        .post("/api-keys", json!({"name": "ERP", "scope": "read"}))
        .await;
    made.expect(StatusCode::CREATED);
    let (id, secret) = (made.text("/id"), made.text("/secret"));
    assert!(secret.starts_with("cf_live_"));
    let erp = world.anybody_at_the_firm_api().with_token(secret.clone());
    erp.get("/firm").await.expect(StatusCode::OK);
    erp.post("/clients", json!({"name": "A"}))
        .await
        .expect(StatusCode::FORBIDDEN);
    let list = api.get("/api-keys").await;
    assert_eq!(list.body["data"][0]["id"], id);
    assert!(!list.body.to_string().contains(&secret));
    let revoke = format!("/api-keys/{id}/revoke");
    api.post(&revoke, json!({})).await.expect(StatusCode::OK);
    erp.get("/firm").await.expect(StatusCode::UNAUTHORIZED);
    api.post(&revoke, json!({})).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_key_may_end_by_itself() {
    let world = World::new().await;
    let api = world.staff();
    let ends = |at: &str| json!({"name": "Night job", "scope": "write", "expires_at": at});
    let late = api.post("/api-keys", ends("2026-11-24T09:00:00Z")).await;
    late.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(late.flaws(), ["/expires_at"]);
    let made = api.post("/api-keys", ends("2026-11-24T10:00:00Z")).await;
    let job = world
        .anybody_at_the_firm_api()
        .with_token(made.text("/secret"));
    job.get("/firm").await.expect(StatusCode::OK);
    world.doubles.clock.set("2026-11-24T10:00:00Z");
    job.get("/firm").await.expect(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_log_names_who_did_what_to_which_record() {
    let world = World::new().await;
    let invoice = world.invoice(10_000).await;
    let api = world.staff();
    let about = api.get(&format!("/audit?about={invoice}")).await;
    about.expect(StatusCode::OK);
    let rows = about.body["data"].as_array().unwrap();
    let actions: Vec<&str> = rows
        .iter()
        .filter_map(|row| row["action"].as_str())
        .collect();
    assert_eq!(actions, ["invoice.drafted", "invoice.issued"]);
    assert!(
        rows[0]["actor"]
            .as_str()
            .unwrap()
            .starts_with("staff key 1 (key_")
    );
    let check = api.get("/audit/check").await;
    assert_eq!(check.body["chain"]["sound"], true);
    let all = api.get("/audit?limit=100").await;
    let last = all.body["data"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(check.body["chain"]["head"], last["hash"]);
    assert_eq!(check.body["chain"]["rows"], last["seq"]);
    assert_eq!(
        check.body["accounts"],
        json!({"sound": true, "differing": []})
    );
}
