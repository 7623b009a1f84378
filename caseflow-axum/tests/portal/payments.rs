//! `/payments`.

use std::time::Duration;

use caseflow_core::domain::id::Subject;
use caseflow_core::domain::payment::PaymentMode;
use caseflow_core::firm::payments::{self, PaymentInput};
use caseflow_core::testing::fixtures::{line, usd};
use caseflow_core::upkeep;

use crate::world::{Who, World};

#[tokio::test]
async fn r_self_3_the_history_has_every_payment_voided_ones_too() {
    let world = World::new().await;
    let mut recorded = Vec::new();
    for (who, amount, reference) in [
        (Who::Contact, "10.00", "FIRST"),
        (Who::Contact, "20.00", "SECOND"),
        (Who::Stranger, "30.00", "NEIGHBOUR"),
    ] {
        let invoice = world.invoice(who).await;
        let input = PaymentInput {
            amount: Some(usd(amount)),
            received_on: None,
            mode: PaymentMode::Cheque,
            reference: Some(line(reference)),
            note: None,
        };
        let call = world.call(who);
        let reply = payments::record(&world.ports, &call, invoice, None, input).await;
        match reply.unwrap().id {
            Subject::Payment(id) => recorded.push(id),
            other => panic!("not a payment: {other}"),
        }
    }
    let call = world.call(Who::Contact);
    let bounced = Some(line("bounced"));
    payments::void(&world.ports, &call, recorded[0], None, bounced)
        .await
        .unwrap();

    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get("/payments").await;
    for text in [
        "FIRST",
        "SECOND",
        "USD 10.00",
        "USD 20.00",
        "INV-0001",
        "Cheque",
    ] {
        assert!(page.body.contains(text), "{text}");
    }
    assert_eq!(page.body.matches("Voided payment").count(), 1);
    assert!(!page.body.contains("NEIGHBOUR"));
}

#[tokio::test]
async fn r_self_3_the_history_has_what_went_back_and_its_notes() {
    let world = World::new().await;
    let gateway = world.takes_money(Who::Contact);
    let refund = world.refunded(Who::Contact, &gateway).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let note = format!("/payments/reversals/{refund}/note");
    let link = format!("href=\"/portal{note}\"");
    let history = browser.get("/payments").await;
    for text in [
        ">Payment<",
        ">Refund<",
        "Online",
        "\u{2212}USD 40.00",
        "RF-0001",
        &link,
    ] {
        assert!(history.body.contains(text), "{text}");
    }
    let (_, rest) = history
        .body
        .split_once("href=\"/portal/invoices/inv_")
        .unwrap();
    let id = rest.split('"').next().unwrap();
    let invoice = browser.get(&format!("/invoices/inv_{id}")).await;
    for text in ["Refund<", "\u{2212}USD 40.00", "Note RF-0001", &link] {
        assert!(invoice.body.contains(text), "{text}");
    }
    assert!(
        browser
            .get("/dashboard")
            .await
            .body
            .contains("Payment refunded on invoice")
    );
    let file = browser.get(&note).await;
    assert_eq!(file.header("content-type"), "application/pdf");
    assert!(file.header("content-disposition").contains("RF-0001"));
}

/// What the sweep finds in the gateway's record.
async fn minute_later(world: &World) {
    world.doubles.clock.advance(Duration::from_secs(61));
    upkeep::payments::work(&world.ports).await.unwrap();
}

#[tokio::test]
async fn r_pay_9_refunds_that_came_back_and_disputes_are_told_by_their_names() {
    let world = World::new().await;
    let gateway = world.takes_money(Who::Contact);
    let id = world.invoice(Who::Contact).await;
    world.attempt(Who::Contact, id).await;
    let checkout = gateway.latest();
    assert!(gateway.pay(&checkout));
    assert!(gateway.refund_there(&checkout, usd("10.00")));
    minute_later(&world).await;
    assert!(gateway.return_refund(&checkout));
    assert!(gateway.dispute(&checkout, usd("100.00")));
    minute_later(&world).await;
    assert!(gateway.win(&checkout));
    minute_later(&world).await;

    let mut browser = world.signed_in(Who::Contact).await;
    for path in ["/payments".to_owned(), format!("/invoices/{id}")] {
        let page = browser.get(&path).await;
        for words in [
            "Refund",
            "Refund returned",
            "Chargeback",
            "Chargeback reversed",
        ] {
            assert!(page.body.contains(&format!(">{words}<")), "{path}: {words}");
        }
    }
    let feed = browser.get("/dashboard").await;
    for words in [
        "Payment refunded on invoice",
        "A refund came back, on invoice",
        "Payment charged back on invoice",
        "Chargeback reversed on invoice",
    ] {
        assert!(feed.body.contains(words), "{words}");
    }
}
