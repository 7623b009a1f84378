//! Documents as PDF files in both APIs.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::poppler::{after, rows};
use crate::world::{Answer, World};

/// Lines, discount, prices, and the total to the last digit.
fn samples() -> Vec<(&'static str, Value, i64)> {
    let line = |quantity: &str, price: &str, rates: &[&str]| {
        let taxes = rates.iter().enumerate();
        let taxes: Vec<Value> = taxes
            .map(|(n, rate)| json!({"name": format!("T{n}"), "percent": rate}))
            .collect();
        json!({"description": "Advice", "quantity": quantity, "unit_price": price, "taxes": taxes})
    };
    let discounted = |mut line: Value, cents: i64| {
        line["discount"] = json!({"amount": {"amount_minor": cents, "currency": "USD"}});
        line
    };
    let fixed = |cents: i64| json!({"amount": {"amount_minor": cents, "currency": "USD"}});
    let a01 = ["0.333", "0.333", "1.333", "0.267", "0.05"].map(|price| line("25", price, &[]));
    let a06 = [
        line("1", "8500.00", &["19"]),
        line("1", "-7500.00", &["19"]),
    ];
    let a09 = [line("1", "8000", &["5"]), line("1", "9500", &["5"])];
    let a10 = [discounted(line("3", "45.00", &["21"]), 6_000)];
    vec![
        ("A01", json!({"lines": a01}), 5_792),
        (
            "A02",
            json!({"lines": [line("1", "8180.00", &["9.975"])]}),
            899_596,
        ),
        (
            "A04",
            json!({"lines": [line("1", "140.00", &["5", "9.975"])]}),
            16_097,
        ),
        ("A06", json!({"lines": a06}), 119_000),
        (
            "A09",
            json!({"lines": a09, "discount": fixed(1_419_100)}),
            347_445,
        ),
        ("A10", json!({"lines": a10}), 9_075),
        (
            "A12",
            json!({
                "lines": [line("1", "100.00", &["10"])],
                "prices": "tax_inclusive",
                "discount": fixed(1_000),
            }),
            9_000,
        ),
        (
            "A15",
            json!({"lines": [line("1", "82.6446", &["21"])]}),
            10_000,
        ),
    ]
}

#[tokio::test]
async fn a37_list_detail_pdf_and_receipts_show_one_total() {
    let world = World::printing().await;
    let (staff, contact) = (world.staff(), world.contact().await);
    for (case, pricing, total) in samples() {
        let mut terms = world.terms(0);
        for (name, value) in pricing.as_object().unwrap() {
            terms[name] = value.clone();
        }
        let id = staff.made("/invoices", terms).await;
        let issued = staff
            .post(&format!("/invoices/{id}/issue"), json!({}))
            .await;
        issued.expect(StatusCode::OK);
        for caller in [&staff, &contact] {
            let list = caller.get("/invoices?limit=100").await.body;
            let mut rows = list["data"].as_array().unwrap().iter();
            let row = rows.find(|row| row["id"] == id.as_str()).unwrap();
            assert_eq!(row["total"]["amount_minor"], total, "{case}: list");
            let detail = caller.get(&format!("/invoices/{id}")).await;
            assert_eq!(detail.cents("total"), total, "{case}: detail");
            let file = caller.get(&format!("/invoices/{id}/pdf")).await;
            let rows = printed(&file);
            assert_eq!(minor(&after(&rows, "Total")), total, "{case}: PDF");
            assert_eq!(minor(&after(&rows, "Amount due")), total, "{case}: PDF");
        }
        let mut received = 0;
        for amount in [
            json!({"amount_minor": 1_234, "currency": "USD"}),
            json!("balance"),
        ] {
            let body = json!({"amount": amount, "mode": "cash"});
            let payment = staff.made(&format!("/invoices/{id}/payments"), body).await;
            for (caller, counts) in [(&staff, false), (&contact, true)] {
                let file = caller.get(&format!("/payments/{payment}/receipt")).await;
                let amount = minor(&after(&printed(&file), "Amount received"));
                received += if counts { amount } else { 0 };
            }
        }
        assert_eq!(received, total, "{case}: receipts");
        let file = contact.get(&format!("/invoices/{id}/pdf")).await;
        assert_eq!(after(&printed(&file), "Amount due"), "0.00", "{case}");
    }
}

#[tokio::test]
async fn a_statement_is_the_same_for_client_and_firm() {
    let world = World::printing().await;
    let id = world.invoice(10_000).await;
    let (staff, contact) = (world.staff(), world.contact().await);
    let body = json!({"amount": {"amount_minor": 3_000, "currency": "USD"}, "mode": "cash"});
    staff.made(&format!("/invoices/{id}/payments"), body).await;
    let client = world.office.client.id;
    let firms = format!("/clients/{client}/statement");
    for query in [
        "",
        "?from=2026-11-01",
        "?to=2026-11-24",
        "?from=2026-11-01&to=2026-11-24",
    ] {
        let mine = contact.get(&format!("/payments/statement{query}")).await;
        let theirs = staff.get(&format!("{firms}{query}")).await;
        for file in [&mine, &theirs] {
            let rows = printed(file);
            assert_eq!(after(&rows, "Closing balance"), "70.00", "{query}");
        }
    }
    for (query, flaw) in [
        ("?from=2026-11-02&to=2026-11-01", "/from"),
        ("?to=2026-11-25", "/to"),
        ("?from=2026-02-30", "/from"),
        ("?form=2026-02-28", "/form"),
    ] {
        for answer in [
            contact.get(&format!("/payments/statement{query}")).await,
            staff.get(&format!("{firms}{query}")).await,
        ] {
            answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(answer.flaws(), [flaw], "{query}");
        }
    }
}

#[tokio::test]
async fn a_draft_is_printed_for_nobody() {
    let world = World::new().await;
    let id = world.staff().made("/invoices", world.terms(100)).await;
    let path = format!("/invoices/{id}/pdf");
    let refused = world.staff().get(&path).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let detail = "a draft is not printed: issue or send it first";
    assert_eq!(refused.text("/detail"), detail);
    world
        .contact()
        .await
        .get(&path)
        .await
        .expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_firm_chooses_its_paper_and_whether_mails_carry_documents() {
    let world = World::new().await;
    let staff = world.staff();
    let change = json!({
        "attachments": "off", "paper": "letter",
        "document_footer": "Registered in Zug", "how_to_pay": "IBAN CH93",
    });
    staff
        .patch("/firm", "*", change.clone())
        .await
        .expect(StatusCode::OK);
    let firm = staff.get("/firm").await.body;
    for (name, value) in change.as_object().unwrap() {
        assert_eq!(&firm[name], value, "{name}");
    }
    for (name, value) in [("attachments", "sometimes"), ("paper", "a3")] {
        let refused = staff.patch("/firm", "*", json!({name: value})).await;
        refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.flaws(), [format!("/{name}")]);
    }
}

#[track_caller]
fn printed(answer: &Answer) -> Vec<String> {
    answer.expect(StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/pdf");
    rows(&answer.file)
}

fn minor(amount: &str) -> i64 {
    amount.replace('.', "").parse().unwrap()
}
