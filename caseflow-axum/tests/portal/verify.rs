//! `/verify`: anybody may have a signed copy checked.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use caseflow_core::ports::sealer::{SealRequest, Sealer as _};
use caseflow_core::testing::sealer::paper;
use caseflow_core::testing::{KeptSeals, fixtures};

use crate::notary::sign;
use crate::world::{Browser, Page, Who, World};

/// What the page says of this file.
async fn check(browser: &mut Browser, name: &str, file: &[u8]) -> Page {
    let mut request = browser.request(Method::POST, "/verify", None);
    let headers = request.headers_mut();
    headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
    let kind = "multipart/form-data; boundary=----edge";
    headers.insert(CONTENT_TYPE, kind.parse().unwrap());
    let head = format!(
        "------edge\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"a.pdf\"\r\n\
         content-type: application/pdf\r\n\r\n"
    );
    let form = [head.as_bytes(), file, b"\r\n------edge--\r\n"].concat();
    *request.body_mut() = Body::from(form);
    browser.send(request).await
}

fn finding(page: &Page) -> &str {
    let (_, rest) = page.body.split_once("role=\"status\">").unwrap_or(("", ""));
    let (_, rest) = rest.split_once("<h2>").unwrap_or(("", "no finding<"));
    rest.split('<').next().unwrap()
}

#[tokio::test]
async fn d23_each_of_the_five_answers_is_given_in_plain_words() {
    let world = World::new().await;
    let id = world.contract(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/contracts/{id}")).await;
    sign(&mut browser, &page, id, "Ana Keller").await;
    let copy = browser.get(&format!("/contracts/{id}/signed")).await.bytes;
    let rows = world.audit_rows().await;
    let mut altered = copy.clone();
    altered[9] ^= 1;
    let somebody = KeptSeals::of("somebody else");
    let theirs = somebody.seal(SealRequest {
        pdf: paper(1, "Deed"),
        document: fixtures::line("deed"),
        reason: fixtures::line("Their own reasons"),
        signed_at: fixtures::NOW,
    });
    let mut nobody = world.browser(Who::Contact);
    for (file, found, words) in [
        (&copy, "Genuine and unchanged", id.to_string()),
        (
            &altered,
            "Not as it was signed",
            "A seal of this portal is in it".into(),
        ),
        (
            &theirs.await.unwrap().bytes,
            "Signed by somebody else",
            "Their own reasons".into(),
        ),
        (
            &paper(1, "Deed"),
            "Not signed",
            "without a signature".into(),
        ),
        (
            &b"GIF89a".to_vec(),
            "Not a PDF file",
            "downloaded from the portal".into(),
        ),
    ] {
        let page = check(&mut nobody, "file", file).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(finding(&page), found);
        assert!(page.body.contains(&words), "{found}: {}", page.body);
        assert_eq!(page.header("cache-control"), "no-store");
    }
    assert_eq!(world.audit_rows().await, rows, "nothing is kept");
}

#[tokio::test]
async fn a_form_without_a_file_or_with_too_much_says_so() {
    let world = World::new().await;
    let mut nobody = world.browser(Who::Contact);
    let form = nobody.get("/verify").await;
    assert_eq!(form.heading(), "Check a signed copy");
    assert_eq!(form.value("file"), None);
    for (name, file, problem) in [
        ("file", vec![], "Choose a file"),
        ("other", b"%PDF-1.7".to_vec(), "Choose a file"),
        ("file", vec![0; 20 * 1024 * 1024 + 1], "too large"),
        ("file", vec![0; 21 * 1024 * 1024], "too large"),
    ] {
        let page = check(&mut nobody, name, &file).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        let told = page.problem("file").unwrap_or_default();
        assert!(told.contains(problem), "{told}");
    }
    let plain = nobody.post("/verify", &[("file", "x")]).await;
    assert_eq!(plain.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn e18_another_sites_form_is_refused() {
    let world = World::new().await;
    let nobody = world.browser(Who::Contact);
    let mut request = nobody.request(Method::POST, "/verify", Some(String::new()));
    let headers = request.headers_mut();
    headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
    let page = nobody.clone().send(request).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}
