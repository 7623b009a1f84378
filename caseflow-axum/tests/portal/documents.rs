//! `/documents`, `/documents/{id}`, its preview and its download.

use axum::http::header::{IF_NONE_MATCH, RANGE};
use axum::http::{Method, StatusCode};
use caseflow_core::domain::access::{Section, Sections};
use caseflow_core::firm::documents;
use caseflow_core::testing::fixtures::chosen;

use crate::world::files::PDF;
use crate::world::{Page, Who, World};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand so on";

/// The names on the list, as they stand there.
fn names(page: &Page) -> Vec<&str> {
    let links = page.body.split("class=\"row-link titled\"").skip(1);
    let names = links.filter_map(|rest| rest.split_once("<bdi>"));
    names
        .filter_map(|(_, rest)| rest.split("</bdi>").next())
        .collect()
}

#[tokio::test]
async fn r_doc_2_documents_are_listed_with_type_size_and_date() {
    let world = World::new().await;
    let id = world
        .document(Who::Contact, "Accounts <2025>.pdf", PDF)
        .await;
    world.document(Who::Contact, "Journal.csv", b"a,b\n").await;
    let mut browser = world.signed_in(Who::Contact).await;
    let dashboard = browser.get("/dashboard").await;
    assert!(dashboard.body.contains("href=\"/portal/documents\""));
    let list = browser.get("/documents").await;
    assert_eq!(list.status, StatusCode::OK);
    assert_eq!(list.body.matches("class=\"row-link titled\"").count(), 2);
    for part in [
        "Accounts &#60;2025&#62;.pdf",
        "<td data-label=\"Type\">PDF</td>",
        "<td data-label=\"Type\">CSV table</td>",
        "34 bytes",
        "24 November 2026",
        &format!("href=\"/portal/documents/{id}/download\""),
    ] {
        assert!(list.body.contains(part), "{part}");
    }
    assert_eq!(
        list.body.matches(">Preview<").count(),
        1,
        "of the PDF alone"
    );
    let found = browser.get("/documents?q=jour").await;
    assert_eq!(names(&found), ["Journal.csv"]);
    let none = browser.get("/documents?q=lease").await;
    assert!(none.body.contains("Nothing found"));
    let long = browser.get("/documents?q=a+b+c+d+e+f+g+h+i+j+k+l+m").await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(long.problem("q").is_some());
    let nowhere = browser.get("/documents?after=nonsense").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_list_without_documents_says_so() {
    let world = World::new().await;
    let list = world.signed_in(Who::Contact).await.get("/documents").await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(list.body.contains("No documents yet"));
    assert!(!list.body.contains("role=\"search\""));
}

#[tokio::test]
async fn a_long_list_has_pages_without_gaps() {
    let world = World::new().await;
    for n in 0..23 {
        world
            .document(Who::Contact, &format!("File {n}.pdf"), PDF)
            .await;
    }
    let mut browser = world.signed_in(Who::Contact).await;
    let first = browser.get("/documents?q=file").await;
    let (_, rest) = first
        .body
        .split_once("rel=\"next\" href=\"/portal")
        .unwrap();
    let next = rest.split('"').next().unwrap().replace("&#38;", "&");
    let second = browser.get(&next).await;
    let mut all = [names(&first), names(&second)].concat();
    assert_eq!((all.len(), names(&second).len()), (23, 3));
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 23);
}

#[tokio::test]
async fn r_doc_3_a_preview_runs_nothing_and_only_the_portal_frames_it() {
    let world = World::new().await;
    let id = world.document(Who::Contact, "Accounts.pdf", PDF).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/documents/{id}")).await;
    assert_eq!(page.heading(), "<bdi>Accounts.pdf</bdi>");
    let frame = format!("<iframe class=\"viewer\" src=\"/portal/documents/{id}/preview\"");
    assert!(page.body.contains(&frame));
    let policy = page.header("content-security-policy");
    assert!(policy.ends_with("; frame-src 'self'") && policy.contains("default-src 'none'"));
    assert_eq!(page.header("x-frame-options"), "DENY");
    let preview = browser.get(&format!("/documents/{id}/preview")).await;
    assert_eq!(preview.bytes, PDF);
    assert_eq!(preview.header("content-type"), "application/pdf");
    assert!(
        preview
            .header("content-disposition")
            .starts_with("inline; ")
    );
    assert_eq!(
        preview.header("content-security-policy"),
        "sandbox; default-src 'none'; frame-ancestors 'self'"
    );
    assert_eq!(preview.header("x-frame-options"), "SAMEORIGIN");
    assert_eq!(preview.header("x-content-type-options"), "nosniff");
    assert_eq!(
        preview.header("cross-origin-resource-policy"),
        "same-origin"
    );
    assert_eq!(preview.header("cache-control"), "no-store");
    let image = world.document(Who::Contact, "Plan.png", PNG).await;
    let page = browser.get(&format!("/documents/{image}")).await;
    let shown = format!("<img class=\"viewer\" src=\"/portal/documents/{image}/preview\"");
    assert!(page.body.contains(&shown));
    assert!(!page.header("content-security-policy").contains("frame-src"));
}

#[tokio::test]
async fn r_doc_3_what_could_run_is_never_shown() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let files: [(&str, &'static [u8]); 4] = [
        ("page.html", b"<script>alert(1)</script>"),
        (
            "a.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        ),
        ("page.pdf", b"<script>alert(1)</script>"),
        ("notes.txt", b"<script>alert(1)</script>"),
    ];
    for (name, bytes) in files {
        let id = world.document(Who::Contact, name, bytes).await;
        let page = browser.get(&format!("/documents/{id}")).await;
        assert!(page.body.contains("There is no preview"), "{name}");
        for way in ["preview", "download"] {
            let file = browser.get(&format!("/documents/{id}/{way}")).await;
            let said = file.header("content-disposition");
            assert!(said.starts_with("attachment; "), "{name} {way}: {said}");
            let kind = file.header("content-type");
            let plain = ["application/octet-stream", "text/plain; charset=utf-8"];
            assert!(plain.contains(&kind), "{name}: {kind}");
            assert!(
                file.header("content-security-policy")
                    .starts_with("sandbox; default-src 'none'")
            );
            assert_eq!(file.header("x-content-type-options"), "nosniff");
        }
    }
}

#[tokio::test]
async fn e22_a_download_has_a_name_that_is_safe_whatever_it_holds() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    for (name, expected) in [
        (
            "../../etc/passwd",
            "filename=\"passwd\"; filename*=UTF-8''passwd",
        ),
        (
            "a\"; filename=\"evil.exe",
            "filename=\"a---filename--evil.exe\"; filename*=UTF-8''a-%3B%20filename%3D-evil.exe",
        ),
        (
            "a\r\nSet-Cookie: b=c.pdf",
            "filename=\"a-Set-Cookie--b-c.pdf\"; filename*=UTF-8''a%20Set-Cookie-%20b%3Dc.pdf",
        ),
        (
            "re\u{202e}fdp.exe",
            "filename=\"refdp.exe\"; filename*=UTF-8''refdp.exe",
        ),
    ] {
        let id = world.document(Who::Contact, name, PDF).await;
        let file = browser.get(&format!("/documents/{id}/download")).await;
        assert_eq!(file.status, StatusCode::OK);
        let said = file.header("content-disposition");
        assert_eq!(said, format!("attachment; {expected}"));
        assert!(file.headers.get("set-cookie").is_none());
    }
}

#[tokio::test]
async fn a_download_is_answered_in_parts() {
    let world = World::new().await;
    let id = world.document(Who::Contact, "Accounts.pdf", PDF).await;
    let mut browser = world.signed_in(Who::Contact).await;
    for way in ["preview", "download"] {
        let path = format!("/documents/{id}/{way}");
        let ask = |browser: &mut crate::world::Browser, name, value: &str| {
            let mut request = browser.request(Method::GET, &path, None);
            request.headers_mut().insert(name, value.parse().unwrap());
            request
        };
        let request = ask(&mut browser, RANGE, "bytes=5-7");
        let part = browser.send(request).await;
        assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
        assert_eq!(
            (part.bytes.as_slice(), part.header("content-length")),
            (&PDF[5..8], "3")
        );
        let request = ask(&mut browser, RANGE, "bytes=99-");
        let beyond = browser.send(request).await;
        assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
        let etag = part.header("etag").to_owned();
        let request = ask(&mut browser, IF_NONE_MATCH, &etag);
        let known = browser.send(request).await;
        assert_eq!(known.status, StatusCode::NOT_MODIFIED);
    }
}

#[tokio::test]
async fn e19_what_is_taken_back_is_gone_from_every_page_at_once() {
    let world = World::new().await;
    let id = world.document(Who::Contact, "Accounts.pdf", PDF).await;
    let only = chosen([world.office.colleague.id]);
    let other = world.document_for(Who::Contact, only).await;
    let mut browser = world.signed_in(Who::Contact).await;
    assert_eq!(names(&browser.get("/documents").await), ["Accounts.pdf"]);
    let paths = |id| ["", "/preview", "/download"].map(|end| format!("/documents/{id}{end}"));
    for path in paths(id) {
        assert_eq!(browser.get(&path).await.status, StatusCode::OK);
    }
    documents::unshare(&world.ports, &world.call(Who::Contact), id, None)
        .await
        .unwrap();
    for path in [paths(id), paths(other)].concat() {
        assert_eq!(
            browser.get(&path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    assert!(names(&browser.get("/documents").await).is_empty());
    let mut colleague = world.signed_in(Who::Colleague).await;
    assert_eq!(names(&colleague.get("/documents").await), ["notes.pdf"]);
}

#[tokio::test]
async fn r_acc_4_without_the_permission_nothing_leads_there() {
    let world = World::new().await;
    let id = world.document(Who::Contact, "Accounts.pdf", PDF).await;
    let mut browser = world.signed_in(Who::Contact).await;
    world
        .permit(Who::Contact, Sections::ALL.without(Section::Documents))
        .await;
    let dashboard = browser.get("/dashboard").await;
    assert!(!dashboard.body.contains("/portal/documents"));
    for path in ["/documents".to_owned(), format!("/documents/{id}/download")] {
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn e16_no_address_takes_a_file_from_a_contact() {
    let world = World::new().await;
    let id = world.document(Who::Contact, "Accounts.pdf", PDF).await;
    let mut browser = world.signed_in(Who::Contact).await;
    for path in ["/documents".to_owned(), format!("/documents/{id}")] {
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            let form = Some("file=a".to_owned());
            let page = browser.ask(method, &path, form).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND);
        }
    }
    assert_eq!(world.doubles.blobs.names().len(), 1);
}
