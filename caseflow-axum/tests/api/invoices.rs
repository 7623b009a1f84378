//! Money over the API: what is owed, received, credited, and shown.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::world::{Answer, World};

async fn pay(world: &World, invoice: &str, cents: i64) -> Answer {
    let amount = json!({"amount_minor": cents, "currency": "USD"});
    let body = json!({"amount": amount, "mode": "bank_transfer", "reference": "r1", "note": "n1"});
    world
        .staff()
        .post(&format!("/invoices/{invoice}/payments"), body)
        .await
}

#[tokio::test]
async fn an_invoice_lives_from_draft_to_paid() {
    let world = World::new().await;
    let api = world.staff();
    let draft = api.post("/invoices", world.terms(24_995)).await;
    draft.expect(StatusCode::CREATED);
    let path = format!("/invoices/{}", draft.text("/id"));
    let read = api.get(&path).await;
    assert_eq!(
        (&read.body["status"], &read.body["number"]),
        (&json!("draft"), &Value::Null)
    );
    assert_eq!(read.etag(), "\"1-draft\"");
    assert_eq!(read.cents("amount_due"), 0, "a draft owes nothing");
    api.post(&format!("{path}/issue"), json!({}))
        .await
        .expect(StatusCode::OK);
    let issued = api.get(&path).await;
    assert_eq!(
        (&issued.body["status"], &issued.body["number"]),
        (&json!("unpaid"), &json!("INV-0001"))
    );
    let id = issued.text("/id");
    pay(&world, &id, 1_000).await.expect(StatusCode::CREATED);
    let part = api.get(&path).await;
    assert_eq!(part.body["status"], "partially_paid");
    assert_eq!(
        (part.cents("received"), part.cents("amount_due")),
        (1_000, 23_995)
    );
    let rest = json!({"amount": "balance", "mode": "cash"});
    let rest = api.post(&format!("{path}/payments"), rest).await;
    let payment = api.get(&format!("/payments/{}", rest.text("/id"))).await;
    assert_eq!(payment.cents("amount"), 23_995);
    assert_eq!(payment.body["invoice_number"], "INV-0001");
    assert_eq!(payment.body["received_on"], "2026-11-24");
    let paid = api.get(&path).await;
    assert_eq!(paid.body["status"], "paid");
    assert_eq!(paid.cents("amount_due"), 0);
    for (member, value) in paid.body["payments"][1].as_object().unwrap() {
        assert_eq!(&payment.body[member], value, "{member}");
    }
}

#[tokio::test]
async fn a_voided_payment_is_due_again_and_keeps_its_receipt() {
    let world = World::new().await;
    let api = world.staff();
    let invoice = world.invoice(10_000).await;
    let payment = pay(&world, &invoice, 10_000).await.text("/id");
    let path = format!("/payments/{payment}");
    let before = api.get(&path).await;
    let voided = api
        .post(&format!("{path}/void"), json!({"reason": "bounced"}))
        .await;
    voided.expect(StatusCode::OK);
    let after = api.get(&path).await;
    assert_eq!(
        (&after.body["state"], &after.body["void_reason"]),
        (&json!("voided"), &json!("bounced"))
    );
    assert_eq!(after.body["receipt"], before.body["receipt"]);
    let listed = api.get("/payments").await;
    for (member, value) in listed.body["data"][0].as_object().unwrap() {
        assert_eq!(&after.body[member], value, "{member}");
    }
    let invoice = api.get(&format!("/invoices/{invoice}")).await;
    assert_eq!(
        (invoice.cents("received"), invoice.cents("amount_due")),
        (0, 10_000)
    );
    let again = api.post(&format!("{path}/void"), json!({})).await;
    again.expect(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_credit_lowers_what_is_due() {
    let world = World::new().await;
    let api = world.staff();
    let invoice = world.invoice(10_000).await;
    let amount = json!({"amount_minor": 2_500, "currency": "USD"});
    let body = json!({"amount": amount, "reason": "goodwill"});
    let given = api
        .post(&format!("/invoices/{invoice}/credits"), body)
        .await;
    given.expect(StatusCode::CREATED);
    assert!(given.text("/id").starts_with("crd_"));
    let read = api.get(&format!("/invoices/{invoice}")).await;
    assert_eq!(
        (read.cents("credited"), read.cents("amount_due")),
        (2_500, 7_500)
    );
    assert_eq!(read.body["credits"][0]["reason"], "goodwill");
}

#[tokio::test]
async fn a26_badge_and_filter_agree() {
    let world = World::new().await;
    let api = world.staff();
    let invoice = world.invoice(30_000).await;
    pay(&world, &invoice, 10_000).await;
    world.doubles.clock.set("2026-12-24T22:59:59Z");
    let filter = async |status: &str| {
        let list = api.get(&format!("/invoices?status={status}")).await;
        list.body["data"].clone()
    };
    assert_eq!(
        filter("overdue").await,
        json!([]),
        "the due day counts in full"
    );
    assert_eq!(
        filter("partially_paid").await[0]["status"],
        "partially_paid"
    );
    world.doubles.clock.set("2026-12-24T23:00:00Z");
    assert_eq!(filter("partially_paid").await, json!([]));
    let listed = filter("overdue").await;
    assert_eq!(listed[0]["status"], "overdue");
    assert_eq!(listed[0]["amount_due"]["amount_minor"], 20_000);
    let read = api.get(&format!("/invoices/{invoice}")).await;
    assert_eq!(read.body["status"], "overdue");
    assert_eq!(
        read.cents("received"),
        10_000,
        "what was paid is still shown"
    );
}

#[tokio::test]
async fn a30_a_new_price_keeps_what_was_paid() {
    let world = World::new().await;
    let api = world.staff();
    let invoice = world.invoice(3_037).await;
    pay(&world, &invoice, 1_037).await;
    let path = format!("/invoices/{invoice}");
    let etag = api.get(&path).await.etag().to_owned();
    let lines = world.terms(1_500)["lines"].clone();
    api.patch(&path, &etag, json!({"lines": lines}))
        .await
        .expect(StatusCode::OK);
    let read = api.get(&path).await;
    assert_eq!(read.body["status"], "partially_paid");
    assert_eq!(
        (read.cents("received"), read.cents("amount_due")),
        (1_037, 463)
    );
}

#[tokio::test]
async fn a33_more_than_the_balance_is_refused_and_writes_nothing() {
    let world = World::new().await;
    let invoice = world.invoice(10_000).await;
    let rows = world.rows().await;
    let refused = pay(&world, &invoice, 10_001).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.flaws(), ["/amount"]);
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn a34_what_is_no_amount_is_refused_and_writes_nothing() {
    let world = World::new().await;
    let invoice = world.invoice(10_000).await;
    let rows = world.rows().await;
    let minor = |given: &str| format!(r#"{{"amount_minor": {given}, "currency": "USD"}}"#);
    let amounts = [
        ("-5", "/amount"),
        ("0", "/amount"),
        ("\"10,33\"", "/amount/amount_minor"),
        ("\"2760.0,139.14\"", "/amount/amount_minor"),
        ("10.33", "/amount/amount_minor"),
        ("100.0", "/amount/amount_minor"),
        ("9223372036854775808", "/amount/amount_minor"),
        ("null", "/amount/amount_minor"),
    ];
    let mut amounts: Vec<(String, &str)> = amounts
        .into_iter()
        .map(|(given, at)| (minor(given), at))
        .collect();
    amounts.push(("{\"currency\": \"USD\"}".to_owned(), "/amount/amount_minor"));
    amounts.push(("{\"amount_minor\": 5}".to_owned(), "/amount/currency"));
    amounts.push(("\"all\"".to_owned(), "/amount"));
    amounts.push(("null".to_owned(), "/amount"));
    amounts.push(("500".to_owned(), "/amount"));
    for at in ["payments", "credits"] {
        let path = format!("/invoices/{invoice}/{at}");
        let mode = if at == "payments" {
            ", \"mode\": \"cash\""
        } else {
            ""
        };
        for (amount, pointer) in &amounts {
            let body = serde_json::from_str(&format!("{{\"amount\": {amount}{mode}}}")).unwrap();
            let answer = world.staff().post(&path, body).await;
            answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(answer.flaws(), [*pointer], "{at} {amount}");
        }
        let body = serde_json::from_str(&format!("{{\"reason\": null{mode}}}")).unwrap();
        let missing = world.staff().post(&path, body).await;
        missing.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(missing.flaws().contains(&"/amount"));
        let other = json!({"amount": {"amount_minor": 5, "currency": "EUR"}, "mode": "cash"});
        world
            .staff()
            .post(&path, other)
            .await
            .expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn a34_a_number_beyond_all_bounds_is_not_even_json() {
    let world = World::new().await;
    let invoice = world.invoice(10_000).await;
    let rows = world.rows().await;
    let api = world.staff();
    let path = format!("/invoices/{invoice}/payments");
    let mut request = api.request(axum::http::Method::POST, &path, Some(json!({})));
    request
        .headers_mut()
        .insert("idempotency-key", "k".parse().unwrap());
    let body = r#"{"amount": {"amount_minor": 1e309, "currency": "USD"}, "mode": "cash"}"#;
    *request.body_mut() = body.into();
    api.send(request).await.expect(StatusCode::BAD_REQUEST);
    assert_eq!(world.rows().await, rows);
}

/// Lines, discount, and the total they make, from the acceptance cases A01 to A15.
fn priced() -> Vec<(Value, Value, i64)> {
    let line = |quantity: &str, price: &str, taxes: Value| json!({"description": "x", "quantity": quantity, "unit_price": price, "taxes": taxes});
    let tax = |name: &str, percent: &str| json!({"name": name, "percent": percent});
    let many = ["0.333", "0.333", "1.333", "0.267", "0.05"];
    let many = many.map(|price| line("25", price, json!([])));
    let two = json!([tax("GST", "5"), tax("PST", "9.975")]);
    let vat = json!([tax("VAT", "21")]);
    let sixty = json!({"amount": {"amount_minor": 6_000, "currency": "USD"}});
    vec![
        (json!(many), json!(null), 5_792),
        (
            json!([line("1", "8180.00", json!([tax("PST", "9.975")]))]),
            json!(null),
            899_596,
        ),
        (json!([line("1", "140.00", two)]), json!(null), 16_097),
        (json!([line("3", "45.00", vat.clone())]), sixty, 9_075),
        (
            json!([line("1", "82.6446", vat)]),
            json!({"percent": "0"}),
            10_000,
        ),
    ]
}

#[tokio::test]
async fn a37_list_and_detail_show_the_same_numbers_to_firm_and_client() {
    let world = World::new().await;
    let contact = world.contact().await;
    for (lines, discount, total) in priced() {
        world.doubles.clock.advance(Duration::from_secs(1));
        let mut terms = world.terms(100);
        terms["lines"] = lines;
        terms["discount"] = discount;
        let path = format!("/invoices/{}", world.staff().made("/invoices", terms).await);
        let issued = world
            .staff()
            .post(&format!("{path}/issue"), json!({}))
            .await;
        issued.expect(StatusCode::OK);
        let (firm, client) = (world.staff().get(&path).await, contact.get(&path).await);
        assert_eq!(firm.cents("total"), total);
        assert_eq!(firm.body["totals"]["total"], firm.body["total"]);
        assert_eq!(client.body["totals"], firm.body["totals"]);
        for api in [&world.staff(), &contact] {
            let row = api.get("/invoices?limit=1").await.body["data"][0].clone();
            for member in [
                "id",
                "status",
                "total",
                "received",
                "credited",
                "amount_due",
                "number",
            ] {
                assert_eq!(row[member], firm.body[member], "{member}");
            }
        }
    }
}

#[tokio::test]
async fn a38_a_cancelled_invoice_owes_nothing() {
    let world = World::new().await;
    let api = world.staff();
    let invoice = world.invoice(10_000).await;
    let payment = pay(&world, &invoice, 100).await.text("/id");
    let cancel = format!("/invoices/{invoice}/cancel");
    let refused = api.post(&cancel, json!({})).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        refused.text("/detail"),
        "1.00 USD was received: void or refund it first"
    );
    api.post(&format!("/payments/{payment}/void"), json!({}))
        .await
        .expect(StatusCode::OK);
    api.post(&cancel, json!({})).await.expect(StatusCode::OK);
    world.doubles.clock.set("2027-06-01T00:00:00Z");
    let read = api.get(&format!("/invoices/{invoice}")).await;
    assert_eq!(read.body["status"], "cancelled");
    assert_eq!(read.cents("amount_due"), 0);
}

#[tokio::test]
async fn a40_an_invoice_of_nothing_is_paid_at_once() {
    let world = World::new().await;
    let invoice = world.invoice(0).await;
    let read = world.staff().get(&format!("/invoices/{invoice}")).await;
    assert_eq!(read.body["status"], "paid");
}

#[tokio::test]
async fn flaws_in_lines_are_told_at_their_place() {
    let world = World::new().await;
    let rows = world.rows().await;
    let good = world.terms(100)["lines"][0].clone();
    let wrong = |member: &str, value: Value| {
        let mut line = good.clone();
        line[member] = value;
        line
    };
    let cases = [
        (wrong("quantity", json!("1,5")), "/lines/1/quantity"),
        (wrong("quantity", json!(1)), "/lines/1/quantity"),
        (wrong("quantity", json!("-1")), "/lines/1/quantity"),
        (wrong("unit_price", json!("1e3")), "/lines/1/unit_price"),
        (
            wrong("unit_price", json!("0.123456789")),
            "/lines/1/unit_price",
        ),
        (wrong("description", json!("")), "/lines/1/description"),
        (
            wrong("discount", json!({"percent": "x"})),
            "/lines/1/discount/percent",
        ),
        (
            wrong("discount", json!({"percent": "101"})),
            "/lines/1/discount",
        ),
        (
            wrong("discount", json!({"amount": 5})),
            "/lines/1/discount/amount",
        ),
        (
            wrong("taxes", json!([{"name": "VAT"}])),
            "/lines/1/taxes/0/percent",
        ),
        (
            wrong(
                "taxes",
                json!([{"name": "V", "percent": "5"}, {"name": "V", "percent": "5"}]),
            ),
            "/lines/1/taxes",
        ),
        (wrong("colour", json!("red")), "/lines/1/colour"),
        (json!("line"), "/lines/1"),
    ];
    for (line, pointer) in cases {
        let mut terms = world.terms(100);
        terms["lines"] = json!([good, line]);
        let answer = world.staff().post("/invoices", terms).await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.flaws(), [pointer], "{:#}", answer.body);
    }
    let mut none = world.terms(100);
    none["lines"] = json!([]);
    assert_eq!(
        world.staff().post("/invoices", none).await.flaws(),
        ["/lines"]
    );
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn the_client_of_an_invoice_cannot_change() {
    let world = World::new().await;
    let api = world.staff();
    let id = api.made("/invoices", world.terms(100)).await;
    let changes = json!({"client": world.office.neighbour.id.to_string()});
    let refused = api.patch(&format!("/invoices/{id}"), "*", changes).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.flaws(), ["/client"]);
}
