//! `/contracts`: the list, the page that signs, the files, declining.

use std::time::Duration;

use axum::http::StatusCode;
use caseflow_core::domain::signature::SIGNING_TERMS;
use caseflow_core::domain::text::PersonName;
use caseflow_core::firm::contracts::{self, BodyInput, PaperInput};
use caseflow_core::testing::sealer::paper;
use caseflow_core::testing::{SealFault, fixtures};
use caseflow_core::upkeep;
use sha2::{Digest as _, Sha256};

use crate::notary::{TEXT, sign};
use crate::world::{Who, World};

fn hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn r_dec_6_the_list_has_what_waits_first_and_then_the_history() {
    let world = World::new().await;
    let signed = world.contract(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/contracts/{signed}")).await;
    sign(&mut browser, &page, signed, "Ana Keller").await;
    world.doubles.clock.advance(Duration::from_secs(60));
    let waiting = world.contract(Who::Contact).await;
    let draft = world.contract_draft(Who::Contact).await;
    let theirs = world.contract(Who::Stranger).await;
    let page = browser.get("/contracts").await;
    assert_eq!(page.heading(), "Contracts");
    let (first, history) = page.body.split_once("History").unwrap();
    assert!(first.contains(&waiting.to_string()) && !first.contains(&signed.to_string()));
    assert!(history.contains(&signed.to_string()) && history.contains("Signed"));
    for hidden in [draft, theirs] {
        assert!(!page.body.contains(&hidden.to_string()));
    }
    let board = browser.get("/dashboard").await;
    assert!(board.body.contains("Read and sign"), "{}", board.body);
}

#[tokio::test]
async fn r_sig_2_a_contract_is_read_and_signed_without_scripts() {
    let world = World::new().await;
    let id = world.contract(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/contracts/{id}")).await;
    assert_eq!(page.heading(), "<bdi>Engagement letter</bdi>");
    assert!(
        page.body.contains("<h2 dir=\"auto\">Fees</h2>"),
        "{}",
        page.body
    );
    assert!(page.body.contains("&lt;b&gt;100&lt;/b&gt;"));
    assert!(!page.body.contains("SECRET"));
    assert!(
        page.body
            .contains("<button type=\"submit\" class=\"button primary wide\">")
    );
    let pdf = browser.get(&format!("/contracts/{id}/pdf")).await;
    assert_eq!(page.value("shown").unwrap(), hex(&pdf.bytes));
    let none = browser.get(&format!("/contracts/{id}/signed")).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let answer = sign(&mut browser, &page, id, "  Ana Keller ").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let signed = browser.follow(&answer).await;
    assert!(signed.body.contains("Download signed copy"));
    assert!(
        signed
            .body
            .contains("24 November 2026, 10:00:00 (Europe/Zurich)")
    );
    assert!(signed.body.contains(&hex(&pdf.bytes)));
    let copy = browser.get(&format!("/contracts/{id}/signed")).await;
    assert!(signed.body.contains(&hex(&copy.bytes)));
    assert_eq!(signed.header("refresh"), "");
}

#[tokio::test]
async fn d21_a_signed_copy_is_private_and_the_same_each_time() {
    let world = World::new().await;
    let id = world.contract(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/contracts/{id}")).await;
    sign(&mut browser, &page, id, "Ana Keller").await;
    let copy = format!("/contracts/{id}/signed");
    let first = browser.get(&copy).await;
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(first.header("cache-control"), "no-store");
    assert_eq!(first.header("content-type"), "application/pdf");
    let disposition = first.header("content-disposition");
    let name = format!("attachment; filename=\"contract-{id}-signed.pdf\"");
    assert!(disposition.starts_with(&name), "{disposition}");
    for _ in 0..10 {
        assert_eq!(browser.get(&copy).await.bytes, first.bytes);
    }
    let mut colleague = world.signed_in(Who::Colleague).await;
    assert_eq!(colleague.get(&copy).await.bytes, first.bytes);
}

#[tokio::test]
async fn c21_d24_what_is_wrong_is_told_and_what_was_typed_is_kept() {
    let world = World::new().await;
    let id = world.contract(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/contracts/{id}")).await;
    let shown = page.value("shown").unwrap();
    let path = format!("/contracts/{id}/sign");
    let long = "x".repeat(101);
    for (typed, terms, field, problem) in [
        ("   ", SIGNING_TERMS, "typed", "Type your name"),
        ("\u{200b}", SIGNING_TERMS, "typed", "(U+200B)"),
        ("Ana \u{202e}relleK", SIGNING_TERMS, "typed", "(U+202E)"),
        ("Ana\0", SIGNING_TERMS, "typed", "(U+0000)"),
        (
            long.as_str(),
            SIGNING_TERMS,
            "typed",
            "at most 100 characters",
        ),
        ("Ana Keller", "2025-01", "terms", "Agree to the terms"),
    ] {
        let fields = [
            ("shown", shown.as_str()),
            ("typed", typed),
            ("terms", terms),
        ];
        let page = browser.post(&path, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed:?}");
        let told = page.problem(field).unwrap_or_default();
        assert!(told.contains(problem), "{typed:?}: {told}");
        assert!(page.body.contains("There is a problem"));
        assert_eq!(page.value("shown").unwrap(), shown);
    }
    let fields = [("shown", shown.as_str()), ("typed", "Ana Keller")];
    let page = browser.post(&path, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.value("typed").unwrap(), "Ana Keller");
    assert!(page.problem("terms").is_some());
    assert!(!world.audit().await.contains(&"contract.signed".to_owned()));
}

#[tokio::test]
async fn c13_who_has_read_another_version_reads_again() {
    let world = World::printing().await;
    let id = world.contract(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let old = browser.get(&format!("/contracts/{id}")).await;
    world
        .revise_contract(Who::Contact, id, "Twice the fee.")
        .await;
    let gone = sign(&mut browser, &old, id, "Ana Keller").await;
    assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(gone.body.contains("can no longer be signed"));
    assert!(!gone.body.contains("Twice the fee"), "a draft was shown");
    world.send_contract(Who::Contact, id).await;
    let again = sign(&mut browser, &old, id, "Ana Keller").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("has changed since you read it"));
    assert!(again.body.contains("Twice the fee"));
    assert_eq!(again.value("typed").unwrap(), "Ana Keller");
    assert_ne!(again.value("shown"), old.value("shown"));
    let signed = sign(&mut browser, &again, id, "Ana Keller").await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn r_sig_5_a_copy_that_is_being_sealed_is_said_to_be() {
    let world = World::new().await;
    let id = world.contract(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/contracts/{id}")).await;
    world.doubles.seals.fail(Some(SealFault::Timestamp));
    let answer = sign(&mut browser, &page, id, "Ana Keller").await;
    let sealing = browser.follow(&answer).await;
    assert!(sealing.body.contains("being sealed"), "{}", sealing.body);
    assert_eq!(sealing.header("refresh"), "5");
    let none = browser.get(&format!("/contracts/{id}/signed")).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    world.doubles.clock.advance(Duration::from_secs(600));
    let later = browser.get(&format!("/contracts/{id}")).await;
    assert_eq!(later.header("refresh"), "");
    world.doubles.seals.fail(None);
    upkeep::tick(&world.ports).await.unwrap();
    let sealed = browser.get(&format!("/contracts/{id}")).await;
    assert!(sealed.body.contains("Download signed copy"));
}

#[tokio::test]
async fn c16_signing_twice_leads_to_the_same_page() {
    let world = World::new().await;
    let id = world.contract(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/contracts/{id}")).await;
    for name in ["Ana Keller", "Somebody Else"] {
        let answer = sign(&mut browser, &page, id, name).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let signed = browser.follow(&answer).await;
        assert!(signed.body.contains("Ana Keller") && !signed.body.contains("Somebody Else"));
    }
}

#[tokio::test]
async fn c14_declining_is_asked_once_more_and_may_say_why() {
    let world = World::new().await;
    let id = world.contract(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let path = format!("/contracts/{id}/decline");
    let rows = world.audit_rows().await;
    let ask = browser.get(&path).await;
    assert_eq!(ask.heading(), "Decline to sign");
    assert_eq!(
        world.audit_rows().await,
        rows + 1,
        "only the look is recorded"
    );
    let shown = ask.value("shown").unwrap();
    let long = "x".repeat(1001);
    let fields = [("shown", shown.as_str()), ("reason", long.as_str())];
    let wrong = browser.post(&path, &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.problem("reason").is_some() && wrong.body.contains(&long));
    let fields = [("shown", shown.as_str()), ("reason", "Too dear.\nSorry.")];
    let answer = browser.post(&path, &fields).await;
    let page = browser.follow(&answer).await;
    assert!(page.body.contains("Too dear.\nSorry."), "{}", page.body);
    assert!(!page.body.contains("Sign this contract"));
    let late = browser.get(&path).await;
    assert_eq!(late.status, StatusCode::SEE_OTHER);
    assert_eq!(world.letters().await, 1, "the firm is told");
}

#[tokio::test]
async fn c19_expired_and_withdrawn_and_paper_are_said_and_nothing_can_be_signed() {
    let world = World::new().await;
    let [expired, withdrawn, on_paper] = [
        world.contract(Who::Contact).await,
        world.contract(Who::Contact).await,
        world.contract(Who::Contact).await,
    ];
    let call = world.call(Who::Contact);
    contracts::withdraw(&world.ports, &call, withdrawn, None)
        .await
        .unwrap();
    let input = PaperInput {
        name: PersonName::parse("Ana Keller").unwrap(),
        signed_on: fixtures::day("2026-11-24"),
        note: None,
    };
    let taken = contracts::sign_on_paper(&world.ports, &call, on_paper, None, input).await;
    taken.unwrap();
    let mut browser = world.signed_in(Who::Contact).await;
    let form = browser.get(&format!("/contracts/{expired}")).await;
    world.doubles.clock.advance(Duration::from_secs(7 * 86_400));
    let mut browser = world.signed_in(Who::Contact).await;
    for (id, words) in [
        (expired, "It was not signed in time"),
        (withdrawn, "has taken this contract back"),
        (on_paper, "Signed on paper"),
    ] {
        let page = browser.get(&format!("/contracts/{id}")).await;
        assert!(page.body.contains(words), "{}", page.body);
        assert!(page.value("shown").is_none());
    }
    let late = sign(&mut browser, &form, expired, "Ana Keller").await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.body.contains("It was not signed in time"));
}

#[tokio::test]
async fn c28_an_uploaded_file_is_downloaded_read_and_signed() {
    let world = World::new().await;
    let upload = paper(2, "Lease");
    let id = world
        .contract_of(Who::Contact, BodyInput::Upload(upload.clone()))
        .await;
    world.send_contract(Who::Contact, id).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/contracts/{id}")).await;
    assert!(page.body.contains("This contract is a PDF file"));
    let pdf = browser.get(&format!("/contracts/{id}/pdf")).await;
    assert_eq!(pdf.bytes, upload);
    let answer = sign(&mut browser, &page, id, "Ana Keller").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let copy = browser.get(&format!("/contracts/{id}/signed")).await;
    assert!(copy.bytes.starts_with(&upload));
}

#[tokio::test]
async fn the_script_face_comes_with_pages_that_bear_a_signature_alone() {
    let world = World::new().await;
    let id = world.contract(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    assert!(
        !browser
            .get("/contracts")
            .await
            .body
            .contains("/assets/sign-")
    );
    let page = browser.get(&format!("/contracts/{id}")).await;
    let sheets = page.body.split("/portal/assets/").skip(1);
    let names = sheets.filter_map(|rest| rest.split('"').next());
    let mut own: Vec<&str> = names.filter(|name| name.starts_with("sign-")).collect();
    own.sort_by_key(|name| name.len());
    let [script, sheet] = own.as_slice() else {
        panic!("{own:?}");
    };
    assert!(script.ends_with(".js"));
    let sheet = browser.get(&format!("/assets/{sheet}")).await;
    let font = sheet.body.split("url(\"").nth(1).unwrap();
    let font = font.split('"').next().unwrap();
    let font = browser.get(&format!("/assets/{font}")).await;
    assert_eq!(font.header("content-type"), "font/woff2");
    assert!(
        page.header("content-security-policy")
            .contains("font-src 'self'")
    );
    assert!(TEXT.len() < page.body.len());
}

#[tokio::test]
async fn anybody_reads_the_terms_of_signing() {
    let world = World::new().await;
    let page = world.browser(Who::Contact).get("/signing-terms").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains(SIGNING_TERMS) && page.body.contains("simple electronic signature"));
}
