//! Vaults in both APIs (R-VLT).

use std::time::Duration;

use axum::http::header::RANGE;
use axum::http::{Method, StatusCode};
use caseflow_core::domain::access::Origin;
use caseflow_core::domain::api_key::{self, Scope};
use caseflow_core::firm::api_keys;
use caseflow_core::testing::KeyFault;
use caseflow_core::testing::fixtures::{self, line};
use serde_json::{Value, json};

use crate::documents::hand_in;
use crate::world::{Caller, World};

const PDF: &[u8] = b"%PDF-1.7 what the bank sent";
const FILE: (&str, &[u8]) = ("name=\"file\"; filename=\"Bank.pdf\"", PDF);

impl World {
    /// The first firm's software, with a key that opens vaults.
    async fn vault_staff(&self) -> Caller {
        let (staff, origin) = (self.office.staff(), Origin::default());
        let made = api_keys::create(
            &self.ports,
            &staff,
            origin,
            line("Vault"),
            Scope::Vault,
            None,
        )
        .await;
        let (_, secret) = made.unwrap();
        let token = api_key::reveal(&secret);
        self.anybody_at_the_firm_api().with_token(token)
    }

    fn client(&self) -> String {
        self.office.client.id.to_string()
    }
}

fn sign_in(world: &World, password: &str) -> Value {
    json!({
        "client": world.client(), "name": "Tax office", "description": "Since 2020",
        "sign_in": {"place": "https://tax.example", "account": "muster", "password": password},
    })
}

#[tokio::test]
async fn r_vlt_staff_put_in_and_the_contact_lists_shows_and_downloads() {
    let world = World::new().await;
    let (staff, contact) = (world.vault_staff().await, world.contact().await);
    let details = json!({"client": world.client(), "description": "2025"});
    let made = hand_in(&staff, "one", "/vault/files", &details, FILE).await;
    made.expect(StatusCode::CREATED);
    let file = made.text("/id");
    world.doubles.clock.advance(Duration::from_secs(1));
    assert_eq!(
        made.header("location"),
        format!("/firm/api/v1/vault/{file}")
    );
    let secret = staff.made("/vault/secrets", sign_in(&world, "horse")).await;

    let list = contact.get("/vault").await;
    list.expect(StatusCode::OK);
    assert_eq!(list.body["data"][0]["id"], secret.as_str());
    assert_eq!(list.body["data"][0]["item"]["place"], "https://tax.example");
    assert!(!list.body.to_string().contains("horse"));
    let item = &list.body["data"][1]["item"];
    assert_eq!(
        *item,
        json!({
            "name": "Bank.pdf", "description": "2025", "kind": "file",
            "media_type": "application/pdf", "size": PDF.len(), "place": null,
        })
    );
    let shown = contact
        .post(&format!("/vault/{secret}/show"), json!({}))
        .await;
    shown.expect(StatusCode::OK);
    let wanted = json!({"account": "muster", "secret": "horse", "note": null});
    assert_eq!(shown.body, wanted);
    assert_eq!(shown.header("cache-control"), "no-store");
    let path = format!("/vault/{file}/content");
    let whole = contact.get(&path).await;
    whole.expect(StatusCode::OK);
    assert_eq!(whole.file, PDF);
    let mut request = contact.request(Method::GET, &path, None);
    let headers = request.headers_mut();
    headers.insert(RANGE, "bytes=5-7".parse().unwrap());
    let part = contact.send(request).await;
    part.expect(StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.file, PDF[5..8]);

    let log = contact.get("/vault/log").await;
    let actions = log.body["data"].as_array().unwrap().iter();
    let actions: Vec<_> = actions.map(|row| row["action"].as_str().unwrap()).collect();
    let wanted = [
        "vault.item_downloaded",
        "vault.item_downloaded",
        "vault.item_opened",
        "vault.listed",
        "vault.item_added",
        "vault.item_added",
    ];
    assert_eq!(actions, wanted);
    let whole_log = format!("/clients/{}/vault/log", world.client());
    let staffs = staff.get(&whole_log).await;
    assert_eq!(staffs.body["data"].as_array().unwrap().len(), wanted.len());
}

#[tokio::test]
async fn r_vlt_4_staff_read_replace_choose_contacts_and_remove() {
    let world = World::new().await;
    let (staff, contact) = (world.vault_staff().await, world.contact().await);
    let id = staff.made("/vault/secrets", sign_in(&world, "horse")).await;
    let path = format!("/vault/{id}");
    let read = staff.get(&path).await;
    read.expect(StatusCode::OK);
    assert_eq!(read.etag(), "\"1\"");
    assert_eq!(read.body["secret"]["secret"], "horse");
    let note = json!({"name": "Alarm", "note": "4711"});
    let replaced = staff.post(&format!("{path}/secret"), note).await;
    replaced.expect(StatusCode::OK);
    let read = staff.get(&path).await;
    assert_eq!(read.body["sealed_version"], 2);
    assert_eq!(read.body["secret"]["secret"], "4711");
    let replaced = hand_in(&staff, "file", &format!("{path}/file"), &json!({}), FILE).await;
    replaced.expect(StatusCode::OK);
    assert_eq!(staff.get(&format!("{path}/content")).await.file, PDF);
    let colleague = json!({"contacts": [world.office.colleague.id.to_string()]});
    let chosen = staff.post(&format!("{path}/contacts"), colleague).await;
    chosen.expect(StatusCode::OK);
    contact.get(&path).await.expect(StatusCode::NOT_FOUND);
    let stale = staff.write(Method::DELETE, &path, "\"1\"", None).await;
    stale.expect(StatusCode::PRECONDITION_FAILED);
    let removed = staff.write(Method::DELETE, &path, "*", None).await;
    removed.expect(StatusCode::OK);
    staff.get(&path).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(world.doubles.blobs.names(), []);
    for body in [
        json!({"client": world.client(), "name": "Both", "note": "x", "sign_in": {"password": "y"}}),
        json!({"client": world.client(), "name": "Neither"}),
    ] {
        let refused = staff.post("/vault/secrets", body).await;
        refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn f14_a_key_that_only_writes_opens_no_vault_and_makes_no_key_that_does() {
    let world = World::new().await;
    let vault = world.vault_staff().await;
    let id = vault.made("/vault/secrets", sign_in(&world, "horse")).await;
    let writer = world.staff();
    for path in [
        format!("/vault/{id}"),
        format!("/clients/{}/vault", world.client()),
    ] {
        let refused = writer.get(&path).await;
        refused.expect(StatusCode::FORBIDDEN);
        assert_eq!(refused.text("/type"), "urn:caseflow:problem:no-vault-grant");
    }
    let log = vault
        .get(&format!("/clients/{}/vault/log", world.client()))
        .await;
    let rows = log.body["data"].as_array().unwrap().iter();
    let refused = rows.filter(|row| row["action"] == "vault.item_refused");
    assert_eq!(refused.count(), 2);
    let key = json!({"name": "K", "scope": "vault"});
    let made = writer.post("/api-keys", key.clone()).await;
    made.expect(StatusCode::FORBIDDEN);
    vault
        .post("/api-keys", key)
        .await
        .expect(StatusCode::CREATED);
}

#[tokio::test]
async fn what_is_sealed_is_not_in_the_fingerprint_that_is_stored() {
    let world = World::new().await;
    let staff = world.vault_staff().await;
    let first = staff
        .post_as("once", "/vault/secrets", sign_in(&world, "horse"))
        .await;
    first.expect(StatusCode::CREATED);
    // A guess at the password has the same fingerprint: it cannot be told from the right one.
    let guess = staff
        .post_as("once", "/vault/secrets", sign_in(&world, "guess"))
        .await;
    guess.expect(StatusCode::CREATED);
    assert_eq!(guess.header("idempotent-replayed"), "true");
    assert_eq!(guess.body, first.body);
    let read = staff.get(&format!("/vault/{}", first.text("/id"))).await;
    assert_eq!(read.body["secret"]["secret"], "horse");
    // Whose vault it is counts.
    let mut others = sign_in(&world, "horse");
    others["client"] = world.office.neighbour.id.to_string().into();
    let other = staff.post_as("once", "/vault/secrets", others).await;
    other.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other.text("/title"), "key reused");
}

#[tokio::test]
async fn r_vlt_3_a_locked_vault_is_said_to_be_that_and_opens_with_the_password() {
    let world = World::new().await;
    let staff = world.vault_staff().await;
    let id = staff.made("/vault/secrets", sign_in(&world, "horse")).await;
    let contact = world.contact().await;
    world.doubles.clock.advance(Duration::from_secs(300));
    let show = format!("/vault/{id}/show");
    for locked in [
        contact.get("/vault").await,
        contact.get("/vault/log").await,
        contact.post(&show, json!({})).await,
    ] {
        locked.expect(StatusCode::FORBIDDEN);
        assert_eq!(locked.text("/type"), "urn:caseflow:problem:vault-locked");
    }
    let wrong = json!({"current_password": "a wrong password"});
    let wrong = contact.post("/vault/unlock", wrong).await;
    wrong.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.flaws(), ["/current_password"]);
    let right = json!({"current_password": fixtures::PASSWORD});
    let unlocked = contact.post("/vault/unlock", right).await;
    unlocked.expect(StatusCode::NO_CONTENT);
    contact.post(&show, json!({})).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn f09_without_keys_both_sides_are_told_to_come_again() {
    let world = World::new().await;
    let (staff, contact) = (world.vault_staff().await, world.contact().await);
    world.doubles.keys.fail(Some(KeyFault::Outage));
    let away = staff.post("/vault/secrets", sign_in(&world, "horse")).await;
    away.expect(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(away.text("/type"), "urn:caseflow:problem:vault-unavailable");
    assert_eq!(away.header("retry-after"), "60");
    contact.get("/vault").await.expect(StatusCode::OK);
    contact.get("/me").await.expect(StatusCode::OK);
}
