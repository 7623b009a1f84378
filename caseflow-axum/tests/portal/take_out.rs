//! `/profile/take-out`: everything a contact may see, in one ZIP file.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::ops::Range;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::{Body, Bytes};
use axum::http::{Method, StatusCode};
use caseflow_axum::{Settings, mount, router};
use caseflow_core::Upload;
use caseflow_core::domain::id::{BlobId, FirmId};
use caseflow_core::domain::readers::Readers;
use caseflow_core::domain::text::FileName;
use caseflow_core::firm::documents::{self, DocumentInput, DocumentTerms, Telling};
use caseflow_core::ports::blobs::{BlobError, BlobName, BlobWriter, Blobs, Content};
use caseflow_core::testing::fixtures::PASSWORD;
use futures_util::StreamExt as _;
use serde_json::Value;

use crate::world::{BASE, Browser, Page, Who, World};

const PATH: &str = "/profile/take-out";
const LATE: Duration = Duration::from_secs(5 * 60);

/// What Python's reader of ZIP files found.
struct Read {
    /// Digest and length of each file but the manifest.
    files: BTreeMap<String, (String, u64)>,
    manifest: Value,
}

fn python(archive: &[u8]) -> Output {
    const SCRIPT: &str = "
import hashlib, io, json, sys, zipfile
archive = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))
assert archive.testzip() is None
files = {}
for entry in archive.infolist():
    data = archive.read(entry)
    files[entry.filename] = [hashlib.sha256(data).hexdigest(), entry.file_size]
print(json.dumps({'files': files, 'manifest': archive.read('manifest.json').decode()}))
";
    let mut child = Command::new("python3")
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("python3 has to be installed: {error}"));
    let mut input = child.stdin.take().unwrap();
    let bytes = archive.to_vec();
    let writer = std::thread::spawn(move || drop(input.write_all(&bytes)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

impl Read {
    /// Opens an archive by another program, and holds it to its manifest.
    fn of(archive: &[u8]) -> Self {
        let output = python(archive);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        let manifest = found["manifest"].as_str().unwrap();
        let manifest: Value = serde_json::from_str(manifest).unwrap();
        let mut files: BTreeMap<String, (String, u64)> =
            serde_json::from_value(found["files"].clone()).unwrap();
        files.remove("manifest.json").unwrap();
        let listed = manifest["files"].as_array().unwrap().iter();
        let listed: BTreeMap<String, (String, u64)> = listed
            .map(|file| {
                let text = |name: &str| file[name].as_str().unwrap().to_owned();
                (
                    text("path"),
                    (text("sha256"), file["bytes"].as_u64().unwrap()),
                )
            })
            .collect();
        assert_eq!(files, listed);
        Self { files, manifest }
    }

    fn paths(&self) -> Vec<&str> {
        self.files.keys().map(String::as_str).collect()
    }
}

async fn take(browser: &mut Browser, password: &str) -> Page {
    browser.post(PATH, &[("current_password", password)]).await
}

#[tokio::test]
async fn r_self_the_archive_opens_elsewhere_and_is_what_its_manifest_says() {
    let world = World::printing().await;
    let invoice = world.invoice(Who::Contact).await;
    world.pay(Who::Contact, invoice, "30.00").await;
    world.invoice(Who::Stranger).await;
    share(
        &world,
        "../../e\u{202e}vil\\name.txt",
        b"some text".as_slice().into(),
    )
    .await;
    let mut browser = world.signed_in(Who::Contact).await;
    let profile = browser.get("/profile").await;
    assert!(profile.body.contains("href=\"/portal/profile/take-out\""));
    let page = browser.get(PATH).await;
    assert!(page.body.contains("Documents shared with you, by matter"));
    assert!(page.value("current_password").is_none(), "just signed in");
    let archive = take(&mut browser, "").await;
    assert_eq!(archive.status, StatusCode::OK);
    assert_eq!(archive.header("content-type"), "application/zip");
    let expected = "attachment; filename=\"take-out-2026-11-24.zip\"; \
                    filename*=UTF-8''Muster%20%26%20Partner%201-2026-11-24.zip";
    assert_eq!(archive.header("content-disposition"), expected);
    let policy = archive.header("content-security-policy");
    assert_eq!(policy, "sandbox; default-src 'none'");
    assert_eq!(archive.header("x-content-type-options"), "nosniff");
    assert_eq!(archive.header("cache-control"), "no-store");
    let read = Read::of(&archive.bytes);
    let expected = [
        "documents/General/name.txt",
        "invoices/INV-0001.pdf",
        "payments.csv",
        "profile.json",
        "receipts/R-0001.pdf",
    ];
    assert_eq!(read.paths(), expected);
    assert_eq!(read.manifest["left_out"], serde_json::json!([]));
    assert!(
        world
            .audit()
            .await
            .contains(&"profile.taken_out".to_owned())
    );
}

#[tokio::test]
async fn r_vlt_3_a_password_of_long_ago_is_asked_for_right_there() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    world.doubles.clock.advance(LATE);
    let page = browser.get(PATH).await;
    assert!(
        page.body.contains("id=\"current_password\""),
        "{}",
        page.body
    );
    let none = take(&mut browser, "").await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = none.problem("current_password");
    assert_eq!(said, Some("Enter your current password"));
    let wrong = take(&mut browser, "a guess of mine").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = wrong.problem("current_password");
    assert_eq!(said, Some("This is not your current password"));
    assert!(
        !world
            .audit()
            .await
            .contains(&"profile.taken_out".to_owned())
    );
    let archive = take(&mut browser, PASSWORD).await;
    assert_eq!(
        Read::of(&archive.bytes).paths(),
        ["payments.csv", "profile.json"]
    );
}

#[tokio::test]
async fn the_api_takes_the_password_likewise() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    world.doubles.clock.advance(LATE);
    let mut ask = async |body: &'static str| {
        let mut request = browser.request(Method::POST, "/api/v1/take-out", None);
        let headers = request.headers_mut();
        headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        headers.insert("content-type", "application/json".parse().unwrap());
        *request.body_mut() = Body::from(body);
        browser.send(request).await
    };
    let locked = ask("{}").await;
    assert_eq!(locked.status, StatusCode::FORBIDDEN);
    assert!(
        locked.body.contains("urn:caseflow:problem:vault-locked"),
        "{}",
        locked.body
    );
    let wrong = ask(r#"{"current_password": "a guess of mine"}"#).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("/current_password"), "{}", wrong.body);
    let body: &'static str = format!(r#"{{"current_password": "{PASSWORD}"}}"#).leak();
    let archive = ask(body).await;
    assert_eq!(
        Read::of(&archive.bytes).paths(),
        ["payments.csv", "profile.json"]
    );
}

/// File storage whose reads are counted, and break off when they are told to.
#[derive(Debug)]
struct Watched {
    kept: Arc<dyn Blobs>,
    read: Arc<AtomicU64>,
    breaks_at: u64,
}

#[async_trait]
impl Blobs for Watched {
    async fn create(&self, name: BlobName) -> Result<Box<dyn BlobWriter>, BlobError> {
        self.kept.create(name).await
    }

    async fn read(&self, name: BlobName, range: Range<u64>) -> Result<Content<'static>, BlobError> {
        let (read, breaks_at) = (self.read.clone(), self.breaks_at);
        let content = self.kept.read(name, range).await?;
        Ok(Box::pin(content.map(move |piece| {
            let piece = piece?;
            let before = read.fetch_add(piece.len() as u64, Ordering::SeqCst);
            match before < breaks_at {
                true => Ok(piece),
                false => Err(BlobError::Backend("the disk is gone".into())),
            }
        })))
    }

    async fn delete(&self, name: BlobName) -> Result<(), BlobError> {
        self.kept.delete(name).await
    }

    async fn list(
        &self,
        firm: FirmId,
        after: Option<BlobId>,
        max: usize,
    ) -> Result<Vec<BlobId>, BlobError> {
        self.kept.list(firm, after, max).await
    }
}

/// A document of 30 MiB that cannot be packed any smaller.
const LONG: usize = 30 << 20;

fn long() -> Bytes {
    let mut state = 1_u64;
    let words = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    let bytes: Vec<u8> = words.take(LONG / 8).flatten().collect();
    bytes.into()
}

async fn share(world: &World, name: &str, bytes: Bytes) {
    let input = DocumentInput {
        client: world.contact(Who::Contact).client,
        terms: DocumentTerms {
            matter: None,
            readers: Readers::All,
        },
        share: Some(Telling::Quietly),
    };
    let upload = Upload {
        name: FileName::of(name),
        most: bytes.len() as u64,
        content: Box::pin(futures_util::stream::iter([Ok(bytes)])),
    };
    let call = world.call(Who::Contact);
    let added = documents::add(&world.ports, &call, input, upload).await;
    added.unwrap();
}

/// A world with a long document, how much of it was read, and the body of an answer that has it.
async fn sending(breaks_at: u64) -> (World, Arc<AtomicU64>, Body) {
    let mut world = World::new().await;
    let read = Arc::new(AtomicU64::new(0));
    world.ports.blobs = Arc::new(Watched {
        kept: world.ports.blobs.clone(),
        read: read.clone(),
        breaks_at,
    });
    let app = mount(BASE, router(world.portal(Settings::default())));
    let world = world.behind(app);
    share(&world, "long.bin", long()).await;
    let browser = world.signed_in(Who::Contact).await;
    let mut request = browser.request(Method::POST, PATH, Some(String::new()));
    let headers = request.headers_mut();
    headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
    let body = browser.streamed(request).await;
    (world, read, body)
}

#[tokio::test]
async fn a_long_document_is_read_as_fast_as_it_is_taken_and_no_faster() {
    const AHEAD: u64 = 512 * 1024;
    let (_world, read, body) = sending(u64::MAX).await;
    assert_eq!(read.load(Ordering::SeqCst), 0, "nobody has asked yet");
    let mut frames = body.into_data_stream();
    let mut archive = vec![];
    while let Some(frame) = frames.next().await {
        let frame = frame.unwrap();
        assert!(frame.len() as u64 <= AHEAD, "{}", frame.len());
        archive.extend(frame);
        let ahead = read
            .load(Ordering::SeqCst)
            .saturating_sub(archive.len() as u64);
        assert!(ahead <= AHEAD, "{ahead} bytes were read ahead");
    }
    assert!(archive.len() > LONG);
    let found = Read::of(&archive);
    assert_eq!(found.files["documents/General/long.bin"].1, LONG as u64);
}

#[tokio::test]
async fn what_breaks_in_the_middle_breaks_the_answer_off() {
    let (_world, _, body) = sending(5 << 20).await;
    let mut frames = body.into_data_stream();
    let mut archive = vec![];
    let broken = loop {
        match frames.next().await {
            Some(Ok(frame)) => archive.extend(frame),
            Some(Err(error)) => break error,
            None => panic!("it ended as if it were whole"),
        }
    };
    assert!(broken.to_string().contains("cannot be had"), "{broken}");
    assert!(frames.next().await.is_none());
    assert!(archive.len() > 4 << 20);
    assert!(
        !python(&archive).status.success(),
        "it passes for an archive"
    );
}
