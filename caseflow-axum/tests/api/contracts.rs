//! Contracts: both APIs, from the draft to the sealed copy.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use caseflow_core::testing::sealer::paper;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::world::{Answer, Caller, World};

/// A draft's terms.
pub(crate) fn draft(world: &World) -> Value {
    json!({
        "client": world.office.client.id.to_string(),
        "title": "Engagement letter",
        "text": "# Fees\n\nA fixed fee.",
        "sign_by": "2026-11-30",
        "internal_note": "SECRET",
    })
}

/// A contract that waits for a signature.
pub(crate) async fn sent(world: &World) -> String {
    let staff = world.staff();
    let id = staff.made("/contracts", draft(world)).await;
    let sent = staff
        .post(&format!("/contracts/{id}/send"), json!({}))
        .await;
    sent.expect(StatusCode::OK);
    id
}

async fn sign(contact: &Caller, id: &str) -> Answer {
    let contract = contact.get(&format!("/contracts/{id}")).await;
    contract.expect(StatusCode::OK);
    let body = json!({
        "shown": contract.text("/sent/file/sha256"),
        "typed": "Ana Keller",
        "terms": contract.text("/terms"),
        "time_zone": "Europe/Zurich",
    });
    contact.post(&format!("/contracts/{id}/sign"), body).await
}

fn hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a file is, by anybody's word.
async fn check(world: &World, file: Vec<u8>) -> Answer {
    let nobody = world.anybody_at_the_portal();
    let mut request = nobody.request(Method::POST, "/verify", None);
    let kind = "application/pdf".parse().unwrap();
    request.headers_mut().insert(CONTENT_TYPE, kind);
    *request.body_mut() = Body::from(file);
    nobody.send(request).await
}

#[tokio::test]
async fn d01_d02_a_contract_is_drafted_sent_read_signed_and_checked() {
    let world = World::new().await;
    let (staff, contact) = (world.staff(), world.contact().await);
    let id = sent(&world).await;
    let path = format!("/contracts/{id}");
    let board = contact.get("/dashboard").await;
    assert_eq!(board.body["to_sign"][0]["id"], id);
    let read = contact.get(&path).await;
    assert_eq!(read.text("/text"), "# Fees\n\nA fixed fee.");
    assert!(!read.body.to_string().contains("SECRET"));
    let original = contact.get(&format!("{path}/pdf")).await;
    let shown = read.text("/sent/file/sha256");
    assert_eq!(hex(&original.file), shown);
    sign(&contact, &id).await.expect(StatusCode::OK);
    let evidence = staff.get(&path).await.body["signature"].clone();
    for (member, expected) in [
        ("kind", "electronic"),
        ("shown_sha256", shown.as_str()),
        ("typed", "Ana Keller"),
        ("contact", &world.office.contact.id.to_string()),
        ("email", world.office.contact.email.as_str()),
        ("authenticated_by", "password"),
        ("time_zone", "Europe/Zurich"),
        ("terms", "2026-11"),
        ("signed_at", "2026-11-24T09:00:00.000Z"),
        ("viewed_at", "2026-11-24T09:00:00.000Z"),
        ("sent_at", "2026-11-24T09:00:00.000Z"),
    ] {
        assert_eq!(evidence[member], expected, "{member}");
    }
    assert!(evidence["session"].as_str().unwrap().starts_with("ses_"));
    let signed = contact.get(&path).await;
    assert_eq!(signed.text("/status"), "signed");
    assert_eq!(signed.text("/copy/state"), "sealed");
    let copy = staff.get(&format!("{path}/signed")).await;
    assert_eq!(copy.file, contact.get(&format!("{path}/signed")).await.file);
    assert_eq!(signed.text("/copy/file/sha256"), hex(&copy.file));
    let checked = check(&world, copy.file).await;
    checked.expect(StatusCode::OK);
    assert_eq!(checked.text("/verdict"), "ours");
    assert_eq!(checked.text("/seal/document"), id);
}

#[tokio::test]
async fn c16_c17_signing_again_is_answered_alike_and_declining_is_refused() {
    let world = World::new().await;
    let contact = world.contact().await;
    let id = sent(&world).await;
    let first = sign(&contact, &id).await;
    let again = sign(&contact, &id).await;
    again.expect(StatusCode::OK);
    assert_eq!(first.body, again.body);
    let body = json!({"shown": first.text("/sent/file/sha256"), "reason": "Too dear."});
    let declined = contact
        .post(&format!("/contracts/{id}/decline"), body)
        .await;
    declined.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        declined.text("/detail"),
        "it is signed: it cannot be declined"
    );
}

#[tokio::test]
async fn c21_d24_flaws_are_named_by_their_place() {
    let world = World::new().await;
    let contact = world.contact().await;
    let id = sent(&world).await;
    let shown = contact.get(&format!("/contracts/{id}")).await;
    let shown = shown.text("/sent/file/sha256");
    let path = format!("/contracts/{id}/sign");
    let body = |typed: &str, terms: &str, shown: &str| json!({"shown": shown, "typed": typed, "terms": terms});
    for (body, flaws) in [
        (body("\u{200b}", "2026-11", &shown), vec!["/typed"]),
        (body("Ana", "2025-01", &shown), vec!["/terms"]),
        (body("Ana", "2026-11", "abc"), vec!["/shown"]),
        (body("Ana", "2026-11", &"0".repeat(64)), vec![]),
        (json!({}), vec!["/shown", "/typed", "/terms"]),
    ] {
        let answer = contact.post(&path, body).await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.flaws(), flaws);
    }
    let still = contact.get(&format!("/contracts/{id}")).await;
    assert_eq!(still.text("/status"), "sent");
}

#[tokio::test]
async fn a_decline_says_who_and_why() {
    let world = World::new().await;
    let contact = world.contact().await;
    let id = sent(&world).await;
    let read = contact.get(&format!("/contracts/{id}")).await;
    let body = json!({"shown": read.text("/sent/file/sha256"), "reason": "Too dear."});
    let declined = contact
        .post(&format!("/contracts/{id}/decline"), body)
        .await;
    declined.expect(StatusCode::OK);
    assert_eq!(declined.text("/status"), "declined");
    assert_eq!(declined.text("/declined/reason"), "Too dear.");
    assert_eq!(
        declined.body["text"],
        Value::Null,
        "it may be revised by now"
    );
}

#[tokio::test]
async fn a_pdf_file_is_uploaded_kept_to_the_byte_and_replaced() {
    let world = World::new().await;
    let staff = world.staff();
    let page = paper(2, "Lease");
    let mut body = draft(&world);
    body["file"] = STANDARD.encode(&page).into();
    let both = staff.post("/contracts", body.clone()).await;
    both.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(both.flaws(), ["/file"]);
    body["text"] = Value::Null;
    let id = staff.made("/contracts", body.clone()).await;
    let path = format!("/contracts/{id}");
    let read = staff.get(&path).await;
    assert_eq!(read.text("/upload/sha256"), hex(&page));
    assert_eq!(staff.get(&format!("{path}/pdf")).await.file, page);
    let renamed = json!({"title": "Lease of Pier 4"});
    staff
        .patch(&path, read.etag(), renamed)
        .await
        .expect(StatusCode::OK);
    assert_eq!(staff.get(&path).await.text("/upload/sha256"), hex(&page));
    let text = json!({"text": "A text instead."});
    staff.patch(&path, "*", text).await.expect(StatusCode::OK);
    assert_eq!(staff.get(&path).await.body["upload"], Value::Null);
    let nothing = staff.patch(&path, "*", json!({"text": null})).await;
    assert_eq!(nothing.flaws(), ["/text"]);
    let file = json!({"file": STANDARD.encode(paper(1, "New"))});
    staff.patch(&path, "*", file).await.expect(StatusCode::OK);
    assert_eq!(
        staff.get(&path).await.text("/upload/sha256"),
        hex(&paper(1, "New"))
    );
    for (file, status) in [
        (STANDARD.encode(b"GIF89a"), StatusCode::UNPROCESSABLE_ENTITY),
        ("not base64!".to_owned(), StatusCode::UNPROCESSABLE_ENTITY),
        (
            STANDARD.encode(vec![b' '; 10 * 1024 * 1024 + 1]),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        ("A".repeat(20 * 1024 * 1024), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        body["file"] = file.into();
        let refused = staff.post("/contracts", body.clone()).await;
        refused.expect(status);
        if status == StatusCode::UNPROCESSABLE_ENTITY {
            assert_eq!(refused.flaws(), ["/file"]);
        }
    }
}

#[tokio::test]
async fn d18_nothing_of_the_firms_api_signs_for_a_client() {
    let world = World::described().await;
    let document = world.document().await;
    let paths = document["paths"].as_object().unwrap().keys();
    let signing: Vec<_> = paths.filter(|path| path.contains("sign")).collect();
    let expected = [
        "/api/v1/contracts/{id}/paper-signature",
        "/api/v1/contracts/{id}/signed",
    ];
    assert_eq!(signing, expected);
    let id = sent(&world).await;
    let body = json!({"name": "Ana Keller", "signed_on": "2026-11-24", "note": "binder 7"});
    let path = format!("/contracts/{id}");
    let taken = world
        .staff()
        .post(&format!("{path}/paper-signature"), body)
        .await;
    taken.expect(StatusCode::OK);
    let read = world.staff().get(&path).await;
    assert_eq!(read.text("/signature/kind"), "paper");
    assert_eq!(read.text("/copy/state"), "on_paper");
    let none = world.staff().get(&format!("{path}/signed")).await;
    none.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn lists_filter_by_the_status_of_this_moment() {
    let world = World::new().await;
    let staff = world.staff();
    let drafted = staff.made("/contracts", draft(&world)).await;
    let waiting = sent(&world).await;
    let signed = sent(&world).await;
    sign(&world.contact().await, &signed).await;
    let withdrawn = sent(&world).await;
    let path = format!("/contracts/{withdrawn}/withdraw");
    staff.post(&path, json!({})).await.expect(StatusCode::OK);
    for (status, id) in [
        ("draft", &drafted),
        ("sent", &waiting),
        ("signed", &signed),
        ("withdrawn", &withdrawn),
    ] {
        let list = staff.get(&format!("/contracts?status={status}")).await;
        let rows = list.body["data"].as_array().unwrap();
        let ids: Vec<_> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!(ids, [id.as_str()], "{status}");
    }
    let mine = world.contact().await.get("/contracts").await;
    assert_eq!(mine.body["data"][0]["id"], waiting);
    assert!(!mine.body.to_string().contains(&drafted));
}

#[tokio::test]
async fn d23_the_five_verdicts_have_names() {
    let world = World::new().await;
    for (file, verdict) in [
        (paper(1, "Deed"), "no_signature"),
        (b"GIF89a".to_vec(), "not_a_pdf"),
        (vec![0; 20 * 1024 * 1024], "not_a_pdf"),
    ] {
        let answer = check(&world, file).await;
        answer.expect(StatusCode::OK);
        assert_eq!(answer.text("/verdict"), verdict);
    }
    let nobody = world.anybody_at_the_portal();
    let json = nobody.post("/verify", json!({})).await;
    json.expect(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let huge = check(&world, vec![0; 20 * 1024 * 1024 + 1]).await;
    huge.expect(StatusCode::PAYLOAD_TOO_LARGE);
}
