//! Shared documents in both APIs (R-DOC).

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, IF_NONE_MATCH, IF_RANGE, RANGE};
use axum::http::{HeaderName, Method, Request, StatusCode};
use caseflow_axum::{LargestUpload, Settings};
use serde_json::{Value, json};

use crate::world::{Answer, Caller, World};

const PDF: &[u8] = b"%PDF-1.7 the accounts of last year";

/// A part of a form: what its header says, and its content.
type Part<'a> = (&'a str, &'a [u8]);

const FILE: &str = "name=\"file\"; filename=\"Accounts 2025.pdf\"";

/// A POST of these parts.
fn form(caller: &Caller, key: &str, path: &str, parts: &[Part<'_>]) -> Request<Body> {
    let mut body = vec![];
    for (said, content) in parts {
        let head = format!("--edge\r\nContent-Disposition: form-data; {said}\r\n\r\n");
        body.extend_from_slice(&[head.as_bytes(), content, b"\r\n"].concat());
    }
    body.extend_from_slice(b"--edge--\r\n");
    let mut request = caller.request(Method::POST, path, None);
    let headers = request.headers_mut();
    headers.insert("idempotency-key", key.parse().unwrap());
    let kind = "multipart/form-data; boundary=edge".parse().unwrap();
    headers.insert(CONTENT_TYPE, kind);
    *request.body_mut() = Body::from(body);
    request
}

pub(crate) async fn hand_in(
    caller: &Caller,
    key: &str,
    path: &str,
    details: &Value,
    file: Part<'_>,
) -> Answer {
    let details = details.to_string();
    let parts = [("name=\"details\"", details.as_bytes()), file];
    caller.send(form(caller, key, path, &parts)).await
}

fn details(world: &World) -> Value {
    json!({"client": world.office.client.id.to_string(), "matter": "Annual accounts", "share": true})
}

/// A document of the first firm's client.
pub(crate) async fn of_client(world: &World) -> String {
    shared(world, (FILE, PDF)).await
}

/// A document that is shared with the client, under a name.
async fn shared(world: &World, file: Part<'_>) -> String {
    let key = format!("key {}", file.0.len());
    let answer = hand_in(&world.staff(), &key, "/documents", &details(world), file).await;
    answer.expect(StatusCode::CREATED);
    answer.text("/id")
}

async fn asked(caller: &Caller, path: &str, headers: &[(HeaderName, &str)]) -> Answer {
    let mut request = caller.request(Method::GET, path, None);
    for (name, value) in headers {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    caller.send(request).await
}

#[tokio::test]
async fn e19_staff_hand_in_share_replace_and_take_back() {
    let world = World::new().await;
    let (staff, contact) = (world.staff(), world.contact().await);
    let mut kept = details(&world);
    kept["share"] = false.into();
    let made = hand_in(&staff, "one", "/documents", &kept, (FILE, PDF)).await;
    made.expect(StatusCode::CREATED);
    let path = format!("/documents/{}", made.text("/id"));
    assert_eq!(made.header("location"), format!("/firm/api/v1{path}"));
    let content = format!("{path}/content");
    contact.get(&path).await.expect(StatusCode::NOT_FOUND);
    contact.get(&content).await.expect(StatusCode::NOT_FOUND);
    let share = staff.post(&format!("{path}/share"), json!({})).await;
    share.expect(StatusCode::OK);
    let read = contact.get(&path).await;
    read.expect(StatusCode::OK);
    assert_eq!(read.text("/name"), "Accounts 2025.pdf");
    assert_eq!(read.text("/media_type"), "application/pdf");
    assert_eq!(read.body["size"], PDF.len());
    assert_eq!(contact.get(&content).await.file, PDF);
    let versions = format!("{path}/versions");
    let file = ("name=\"file\"; filename=\"final.txt\"", b"done".as_slice());
    let added = hand_in(&staff, "two", &versions, &json!({}), file).await;
    added.expect(StatusCode::OK);
    assert_eq!(added.etag(), "\"3\"");
    assert_eq!(contact.get(&content).await.file, b"done");
    let first = staff.get(&format!("{versions}/1/content")).await;
    assert_eq!(first.file, PDF);
    let none = staff.get(&format!("{versions}/3/content")).await;
    none.expect(StatusCode::NOT_FOUND);
    let whole = staff.get(&path).await;
    assert_eq!(whole.text("/versions/0/name"), "final.txt");
    assert_eq!(whole.text("/newest/name"), "final.txt");
    assert_eq!(whole.text("/contacts"), "everyone");
    let query = "/documents?shared=true&q=accounts";
    assert_eq!(
        staff.get(query).await.body["data"][0]["id"],
        made.body["id"]
    );
    assert_eq!(
        staff.get("/documents?shared=false").await.body["data"],
        json!([])
    );
    assert_eq!(
        contact.get("/documents?q=final").await.body["data"][0]["id"],
        made.body["id"]
    );
    staff
        .post(&format!("{path}/unshare"), json!({}))
        .await
        .expect(StatusCode::OK);
    contact.get(&content).await.expect(StatusCode::NOT_FOUND);
    let removed = staff.write(Method::DELETE, &path, "\"4\"", None).await;
    removed.expect(StatusCode::OK);
    staff.get(&path).await.expect(StatusCode::NOT_FOUND);
    assert!(world.doubles.blobs.names().is_empty());
}

#[tokio::test]
async fn e01_readers_are_chosen_and_changed() {
    let world = World::new().await;
    let (staff, contact) = (world.staff(), world.contact().await);
    let colleague = world.signed_in(&world.office.colleague).await;
    let mut chosen = details(&world);
    chosen["contacts"] = json!([world.office.colleague.id.to_string()]);
    let made = hand_in(&staff, "one", "/documents", &chosen, (FILE, PDF)).await;
    let path = format!("/documents/{}", made.text("/id"));
    contact.get(&path).await.expect(StatusCode::NOT_FOUND);
    colleague.get(&path).await.expect(StatusCode::OK);
    let patch = json!({"contacts": "everyone", "matter": null});
    staff
        .patch(&path, "\"1\"", patch)
        .await
        .expect(StatusCode::OK);
    contact.get(&path).await.expect(StatusCode::OK);
    assert_eq!(staff.get(&path).await.body["matter"], Value::Null);
    let stranger = json!({"contacts": [world.office.stranger.id.to_string()]});
    let refused = staff.patch(&path, "\"2\"", stranger).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.flaws(), ["/contacts"]);
    let nobody = staff.patch(&path, "\"2\"", json!({"contacts": []})).await;
    assert_eq!(nobody.flaws(), ["/contacts"]);
}

#[tokio::test]
async fn e16_no_contact_hands_anything_in() {
    let world = World::new().await;
    let contact = world.contact().await;
    let id = shared(&world, (FILE, PDF)).await;
    let (list, one) = ("/documents".to_owned(), format!("/documents/{id}"));
    let versions = format!("{one}/versions");
    for path in [&list, &one, &versions, &format!("{one}/content")] {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let mut request = form(
                &contact,
                "key",
                path,
                &[("name=\"details\"", b"{}"), (FILE, PDF)],
            );
            *request.method_mut() = method;
            let status = contact.send(request).await.status;
            let none = [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED];
            assert!(none.contains(&status), "{path}: {status}");
        }
    }
    assert_eq!(world.doubles.blobs.names().len(), 1);
}

#[tokio::test]
async fn a_file_is_answered_in_parts() {
    let world = World::new().await;
    let contact = world.contact().await;
    let id = shared(&world, (FILE, PDF)).await;
    let path = format!("/documents/{id}/content");
    let whole = contact.get(&path).await;
    assert_eq!(whole.header("accept-ranges"), "bytes");
    assert_eq!(whole.header("content-length"), PDF.len().to_string());
    let etag = whole.etag().to_owned();
    assert_eq!(etag, format!("\"{id}-1\""));
    let part = asked(&contact, &path, &[(RANGE, "bytes=5-7")]).await;
    part.expect(StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.file, &PDF[5..8]);
    let said = format!("bytes 5-7/{}", PDF.len());
    assert_eq!(part.header("content-range"), said);
    let same = asked(&contact, &path, &[(RANGE, "bytes=-4"), (IF_RANGE, &etag)]).await;
    assert_eq!(same.file, b"year");
    let other = asked(
        &contact,
        &path,
        &[(RANGE, "bytes=-4"), (IF_RANGE, "\"x-1\"")],
    )
    .await;
    other.expect(StatusCode::OK);
    assert_eq!(other.file, PDF);
    let beyond = asked(&contact, &path, &[(RANGE, "bytes=900-")]).await;
    beyond.expect(StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(
        beyond.header("content-range"),
        format!("bytes */{}", PDF.len())
    );
    let known = asked(&contact, &path, &[(IF_NONE_MATCH, &etag)]).await;
    known.expect(StatusCode::NOT_MODIFIED);
    assert!(known.file.is_empty());
}

#[tokio::test]
async fn e22_a_name_is_safe_in_the_header_whatever_it_holds() {
    let world = World::new().await;
    let contact = world.contact().await;
    for (name, plain, encoded) in [
        ("../../etc/passwd", "passwd", "passwd"),
        ("C:\\boot.ini", "boot.ini", "boot.ini"),
        ("a%22; filename=%22evil.exe", "", ""),
        ("re\u{202e}fdp.exe", "refdp.exe", "refdp.exe"),
        ("Rück.pdf", "R-ck.pdf", "R%C3%BCck.pdf"),
    ] {
        let said = format!("name=\"file\"; filename=\"{name}\"");
        let id = shared(&world, (&said, PDF)).await;
        let answer = contact.get(&format!("/documents/{id}/content")).await;
        answer.expect(StatusCode::OK);
        let header = answer.header("content-disposition");
        assert!(header.starts_with("attachment; filename=\""), "{header}");
        assert_eq!(header.matches('"').count(), 2, "{header}");
        assert!(!header.contains(".."), "{header}");
        if !plain.is_empty() {
            let expected = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
            assert_eq!(header, expected);
        }
    }
}

#[tokio::test]
async fn r_doc_3_nothing_that_runs_is_answered_as_what_it_is() {
    let world = World::new().await;
    let contact = world.contact().await;
    for (name, bytes) in [
        ("page.html", b"<script>alert(1)</script>".as_slice()),
        (
            "a.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        ),
        ("page.pdf", b"<script>alert(1)</script>"),
    ] {
        let said = format!("name=\"file\"; filename=\"{name}\"");
        let id = shared(&world, (&said, bytes)).await;
        let answer = contact.get(&format!("/documents/{id}/content")).await;
        assert_eq!(answer.header("content-type"), "application/octet-stream");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(
            answer.header("content-security-policy"),
            "sandbox; default-src 'none'"
        );
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_form_is_said_and_nothing_is_kept() {
    let most = LargestUpload(PDF.len() as u64);
    let world = World::with(Settings {
        largest_upload: most,
        ..Settings::default()
    })
    .await;
    let staff = world.staff();
    let details = details(&world).to_string();
    let said = ("name=\"details\"", details.as_bytes());
    let large = [PDF, b"."].concat();
    let file = (FILE, PDF);
    let cases: [(&[Part<'_>], u16, &str); 8] = [
        (&[file], 400, "details"),
        (&[file, said], 400, "before"),
        (&[said], 400, "`file`"),
        (&[said, (FILE, PDF), (FILE, PDF)], 400, "one file"),
        (&[("name=\"details\"", b"{"), file], 400, "not JSON"),
        (
            &[("name=\"details\"", &[b' '; 70_000]), file],
            413,
            "too large",
        ),
        (
            &[("name=\"details\"", b"{\"client\":5,\"x\":1}"), file],
            422,
            "parts",
        ),
        (&[said, (FILE, &large)], 422, "too large"),
    ];
    for (n, (parts, status, detail)) in cases.into_iter().enumerate() {
        let answer = staff
            .send(form(&staff, &format!("key {n}"), "/documents", parts))
            .await;
        answer.expect(StatusCode::from_u16(status).unwrap());
        let told = answer.text("/detail");
        assert!(told.contains(detail), "{told}");
        match n {
            6 => assert_eq!(answer.flaws(), ["/client", "/x"]),
            7 => assert_eq!(answer.flaws(), ["/file"]),
            _ => assert!(answer.flaws().is_empty()),
        }
    }
    let json = staff.post("/documents", json!({})).await;
    json.expect(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let mut unkeyed = form(&staff, "key", "/documents", &[said, file]);
    unkeyed.headers_mut().remove("idempotency-key");
    staff.send(unkeyed).await.expect(StatusCode::BAD_REQUEST);
    let broken = form(&staff, "broken", "/documents", &[said, file]);
    let (parts, body) = broken.into_parts();
    let whole = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let part = whole.slice(..whole.len() - 20);
    let answer = staff
        .send(Request::from_parts(parts, Body::from(part)))
        .await;
    answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.flaws(), ["/file"]);
    assert!(world.doubles.blobs.names().is_empty());
    assert_eq!(staff.get("/documents").await.body["data"], json!([]));
}

#[tokio::test]
async fn a_repeated_request_is_answered_as_the_first_and_keeps_one_file() {
    let world = World::new().await;
    let staff = world.staff();
    let (first, again) = (details(&world), details(&world));
    let made = hand_in(&staff, "key", "/documents", &first, (FILE, PDF)).await;
    let other = ("name=\"file\"; filename=\"b.pdf\"", b"%PDF-2".as_slice());
    let repeated = hand_in(&staff, "key", "/documents", &again, other).await;
    repeated.expect(StatusCode::CREATED);
    assert_eq!(repeated.header("idempotent-replayed"), "true");
    assert_eq!(made.body, repeated.body);
    assert_eq!(world.doubles.blobs.names().len(), 1);
    let mut changed = details(&world);
    changed["matter"] = "Another".into();
    let reused = hand_in(&staff, "key", "/documents", &changed, (FILE, PDF)).await;
    reused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(reused.text("/title"), "key reused");
}

#[tokio::test]
async fn r_doc_1_mail_goes_only_with_what_is_shared() {
    let world = World::new().await;
    let staff = world.staff();
    let mut unshared = details(&world);
    unshared["share"] = false.into();
    unshared["mail"] = true.into();
    let refused = hand_in(&staff, "one", "/documents", &unshared, (FILE, PDF)).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.flaws(), ["/mail"]);
    unshared["mail"] = Value::Null;
    let made = hand_in(&staff, "two", "/documents", &unshared, (FILE, PDF)).await;
    let share = format!("/documents/{}/share", made.text("/id"));
    let letters = async || {
        caseflow_core::upkeep::tick(&world.ports).await.unwrap();
        world.doubles.mailer.take().len()
    };
    staff.post(&share, json!({})).await.expect(StatusCode::OK);
    assert_eq!(letters().await, 0);
    staff
        .post(&share, json!({"mail": true}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(letters().await, 2);
}
