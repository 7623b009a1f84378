//! Documents to download: `/invoices/{id}/pdf`, `/payments/{id}/receipt`, `/payments/statement`.

use axum::http::StatusCode;
use caseflow_core::domain::changes::Change;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::number::NumberFormat;
use caseflow_core::domain::text::LanguageTag;
use caseflow_core::testing::fixtures::{terms, usd};

use crate::poppler::{after, rows};
use crate::world::{Page, Who, World};

#[tokio::test]
async fn a36_a_pdf_downloaded_again_shows_what_was_paid_meanwhile() {
    let world = World::printing().await;
    let thousand = terms(usd("1000.00"), "2026-11-24", "2026-12-24");
    let invoice = world.draft_of(Who::Contact, thousand).await;
    world.issue(Who::Contact, invoice).await;
    let mut browser = world.signed_in(Who::Contact).await;
    for (paid, due) in [("-100.00", "900.00"), ("-200.00", "800.00")] {
        world.pay(Who::Contact, invoice, "100.00").await;
        let page = browser.get(&format!("/invoices/{invoice}")).await;
        assert!(page.body.contains(&format!("USD {due}")), "{}", page.body);
        let pdf = browser.get(&link(&page, "Download PDF")).await;
        assert_eq!(pdf.status, StatusCode::OK);
        let rows = rows(&pdf.bytes);
        assert_eq!(after(&rows, "Total"), "1000.00");
        assert_eq!(after(&rows, "Paid"), paid);
        assert_eq!(after(&rows, "Amount due"), due);
    }
}

#[tokio::test]
async fn r_self_3_each_payment_of_the_history_has_its_receipt() {
    let world = World::printing().await;
    let invoice = world.invoice(Who::Contact).await;
    world.pay(Who::Contact, invoice, "30.00").await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get("/payments").await;
    let receipt = link(&page, "<span class=\"unseen\">Receipt </span>R-0001");
    let pdf = browser.get(&receipt).await;
    let disposition = pdf.header("content-disposition");
    let expected = "attachment; filename=\"receipt-R-0001.pdf\"; \
                    filename*=UTF-8''Receipt%20R-0001.pdf";
    assert_eq!(disposition, expected);
    let rows = rows(&pdf.bytes);
    assert_eq!(after(&rows, "Amount received"), "30.00");
    assert!(rows.iter().any(|row| row.contains("INV-0001")), "{rows:#?}");
}

#[tokio::test]
async fn e22_a_download_has_a_safe_name_whatever_the_firm_calls_its_invoices() {
    let world = World::printing().await;
    let mut browser = world.signed_in(Who::Contact).await;
    for (prefix, language, expected) in [
        ("../../\"x\"; ", "en", "Invoice%20..-..--x-%3B%200001"),
        ("..\\a%2f:", "en", "Invoice%20..-a-2f-0001"),
        (
            "\u{5e9}/",
            "he",
            "%D7%97%D7%A9%D7%91%D7%95%D7%A0%D7%99%D7%AA%20%D7%A9-0001",
        ),
    ] {
        let old = world
            .ports
            .store
            .firm(world.office.firm.id)
            .await
            .unwrap()
            .unwrap();
        let firm = Firm {
            invoice_numbers: NumberFormat::parse(prefix, 4).unwrap(),
            language: LanguageTag::parse(language).unwrap(),
            ..old.value.clone()
        };
        world
            .write(Who::Contact, Change::Firm(old.update(firm)))
            .await;
        let invoice = world.invoice(Who::Contact).await;
        let pdf = browser.get(&format!("/invoices/{invoice}/pdf")).await;
        let disposition = pdf.header("content-disposition");
        let (plain, readable) = disposition.split_once("; filename*=UTF-8''").unwrap();
        let plain = plain.strip_prefix("attachment; filename=\"").unwrap();
        let plain = plain.strip_suffix(".pdf\"").unwrap();
        let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        assert!(
            plain.starts_with("invoice") && plain.chars().all(safe),
            "{plain}"
        );
        let name = readable.strip_suffix(".pdf").unwrap();
        let (name, number) = name.split_at(name.len() - 4);
        assert!(number.starts_with("000"), "{readable}");
        assert_eq!(format!("{name}0001"), expected);
    }
}

#[tokio::test]
async fn a_document_is_kept_and_never_opened_in_the_portal() {
    let world = World::new().await;
    let invoice = world.invoice(Who::Contact).await;
    let payment = world.pay(Who::Contact, invoice, "1.00").await;
    let mut browser = world.signed_in(Who::Contact).await;
    for path in [
        format!("/invoices/{invoice}/pdf"),
        format!("/payments/{payment}/receipt"),
        "/payments/statement?from=2026-01-01&to=2026-11-24".to_owned(),
    ] {
        let file = browser.get(&path).await;
        assert_eq!(file.status, StatusCode::OK, "{path}");
        for (name, value) in [
            ("content-type", "application/pdf"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("content-security-policy", "sandbox; default-src 'none'"),
        ] {
            assert_eq!(file.header(name), value, "{path}");
        }
        let disposition = file.header("content-disposition");
        assert!(
            disposition.starts_with("attachment; "),
            "{path}: {disposition}"
        );
    }
}

#[tokio::test]
async fn a_statement_is_asked_for_by_a_form_without_scripts() {
    let world = World::printing().await;
    let invoice = world.invoice(Who::Contact).await;
    world.pay(Who::Contact, invoice, "30.00").await;
    let stranger = world.invoice(Who::Stranger).await;
    world.pay(Who::Stranger, stranger, "77.77").await;
    let mut browser = world.signed_in(Who::Contact).await;
    let history = browser.get("/payments").await;
    let form = browser.get(&link(&history, "Statement")).await;
    assert_eq!(form.heading(), "Statement of account");
    let from = form.value("from").unwrap();
    let to = form.value("to").unwrap();
    assert_eq!((from.as_str(), to.as_str()), ("2026-01-01", "2026-11-24"));
    let asked = format!("/payments/statement?from={from}&to={to}");
    let file = browser.get(&asked).await;
    assert_eq!(file.status, StatusCode::OK);
    let disposition = file.header("content-disposition");
    let plain = "filename=\"statement-2026-01-01-2026-11-24.pdf\"";
    assert!(disposition.contains(plain), "{disposition}");
    let rows = rows(&file.bytes);
    assert_eq!(after(&rows, "Opening balance"), "0.00");
    assert_eq!(after(&rows, "Closing balance"), "70.00");
    assert!(!rows.iter().any(|row| row.contains("77.77")), "{rows:#?}");
}

#[tokio::test]
async fn wrong_days_are_told_beside_their_fields() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    for (query, field, problem) in [
        (
            "from=2026-11-24&to=2026-11-23",
            "from",
            "The first day is after the last. Choose an earlier one",
        ),
        (
            "from=2026-11-24&to=2026-11-25",
            "to",
            "The last day is still to come. Choose today or an earlier day",
        ),
        (
            "from=yesterday&to=2026-11-24",
            "from",
            "Enter the first day in the form 2026-01-31",
        ),
        (
            "from=2026-01-01&to=2026-02-30",
            "to",
            "Enter the last day in the form 2026-01-31",
        ),
    ] {
        let page = browser.get(&format!("/payments/statement?{query}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert_eq!(page.problem(field), Some(problem), "{query}");
        let typed = query
            .split('&')
            .find_map(|it| it.strip_prefix(&format!("{field}=")));
        assert_eq!(page.value(field).as_deref(), typed, "{query}");
    }
    assert_eq!(world.doubles.prints.prints(), []);
    let usual = browser.get("/payments/statement?from=&to=").await;
    assert_eq!(usual.status, StatusCode::OK);
    assert_eq!(world.doubles.prints.prints().len(), 1);
}

/// Where the link with these words leads, below the mount.
fn link(page: &Page, words: &str) -> String {
    let (before, _) = page
        .body
        .split_once(&format!("\">{words}</a>"))
        .unwrap_or_else(|| panic!("no {words} in {}", page.body));
    let (_, address) = before.rsplit_once("href=\"").unwrap();
    address.strip_prefix("/portal").unwrap().to_owned()
}
