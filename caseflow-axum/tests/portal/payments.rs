//! `/payments`.

use caseflow_core::domain::id::Subject;
use caseflow_core::domain::payment::PaymentMode;
use caseflow_core::firm::payments::{self, PaymentInput};
use caseflow_core::testing::fixtures::{line, usd};

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
