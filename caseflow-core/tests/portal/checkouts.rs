//! Checkouts: how much is asked for, when they close, and what a gateway that fails leaves behind
//! (R-PAY-3, R-PAY-4).

use std::sync::Arc;
use std::time::Duration;

use caseflow_core::domain::alert::AlertKind;
use caseflow_core::domain::attempt::{AttemptStage, NextStep};
use caseflow_core::domain::firm::{Firm, PartPayment};
use caseflow_core::domain::invoice::InvoiceError;
use caseflow_core::domain::invoice::InvoiceStatus::{Overdue, Paid, PartiallyPaid};
use caseflow_core::error::{Error, Refusal};
use caseflow_core::firm::{invoices, settings};
use caseflow_core::portal;
use caseflow_core::portal::pay::{self, Start};
use caseflow_core::ports::payments::GatewayState;
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::{self, usd};
use caseflow_core::testing::gateway::{Fault, TestGateway};

use super::till::Till;

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn r_pay_3_the_server_decides_the_amount() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        for wrong in ["0.01", "99.99", "100.01", "-1.00", "0.00"] {
            let refused = till.try_start(invoice, Some(usd(wrong))).await.unwrap_err();
            let is_refused = matches!(&refused, Error::Refused(it) if it.field() == Some("amount"));
            assert!(is_refused, "{wrong}: {refused:?}");
        }
        till.allow_parts("25.00").await;
        for wrong in ["24.99", "100.01"] {
            assert!(till.try_start(invoice, Some(usd(wrong))).await.is_err());
        }
        let part = till.try_start(invoice, Some(usd("40.00"))).await.unwrap();
        assert!(matches!(part, Start::Go { .. }));
        let checkout = till.gateway.latest();
        assert_eq!(till.gateway.asked(&checkout), Some(usd("40.00")));
        // Another amount closes the first checkout.
        till.try_start(invoice, Some(usd("60.00"))).await.unwrap();
        assert_eq!(till.gateway.asked(&checkout), None);
        till.gateway.pay(&till.gateway.latest());
        till.post_all().await;
        assert_eq!(
            till.story.shown(invoice).await,
            (PartiallyPaid, usd("40.00"))
        );
    });
}

#[test]
fn r_pay_4_a_new_price_closes_the_checkout() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let (_, checkout) = till.start(invoice).await;
        let terms = fixtures::terms(usd("80.00"), "2026-11-01", "2026-12-24");
        let (ports, call) = (&till.story.ports, till.story.call());
        invoices::reprice(ports, &call, invoice, None, terms)
            .await
            .unwrap();
        assert_eq!(till.gateway.asked(&checkout), None);
        let (_, checkout) = till.start(invoice).await;
        assert_eq!(till.gateway.asked(&checkout), Some(usd("80.00")));
        // Who paid before staff cancelled has paid: the change is refused, the payment recorded.
        till.gateway.pay(&checkout);
        let refused = invoices::cancel(ports, &call, invoice, None).await;
        let expected = InvoiceError::MoneyReceived {
            received: usd("80.00"),
        };
        assert!(
            matches!(&refused, Err(Error::Refused(Refusal::Invoice(it))) if *it == expected),
            "{refused:?}"
        );
        assert_eq!(till.story.shown(invoice).await, (Paid, usd("0.00")));
    });
}

#[test]
fn an_invoice_is_not_cancelled_while_money_is_on_its_way() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let (_, checkout) = till.start(invoice).await;
        till.gateway.pay_later(&checkout);
        till.post_all().await;
        let (ports, call) = (&till.story.ports, till.story.call());
        let refused = invoices::cancel(ports, &call, invoice, None).await;
        assert!(matches!(
            refused,
            Err(Error::Refused(Refusal::PaymentUnderWay))
        ));
    });
}

#[test]
fn a_checkout_that_closed_makes_room_for_another() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-11-20").await;
        assert_eq!(till.story.shown(invoice).await.0, Overdue);
        let (first, _) = till.start(invoice).await;
        till.wait(2 * HOUR).await;
        assert_eq!(till.attempt(first).await.stage(), AttemptStage::Expired);
        let (second, checkout) = till.start(invoice).await;
        assert_ne!(first, second);
        till.gateway.pay(&checkout);
        assert_eq!(till.come_back(second).await, AttemptStage::Succeeded);
    });
}

#[test]
fn a_gateway_that_says_no_is_told_to_staff_and_payer() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        till.gateway.fail_next([Fault::Refused("amount_too_small")]);
        let refused = till.try_start(invoice, None).await.unwrap_err();
        assert!(matches!(refused, Error::Refused(Refusal::CheckoutRefused)));
        let failed = &till.story.file(invoice).await.attempts[0].value;
        let code = failed.trouble.as_ref().unwrap().code.as_str();
        assert_eq!(
            (failed.stage(), code),
            (AttemptStage::Failed, "amount_too_small")
        );
        till.start(invoice).await;
    });
}

#[test]
fn an_attempt_nobody_heard_of_is_given_up_after_its_key() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        till.gateway.fail_next(vec![Fault::Before; 40]);
        assert!(till.try_start(invoice, None).await.is_err());
        for _ in 0..50 {
            till.wait(HOUR).await;
        }
        let failed = &till.story.file(invoice).await.attempts[0].value;
        assert_eq!(failed.stage(), AttemptStage::Failed);
        assert_eq!(failed.next_check, None);
        assert_eq!(till.gateway.checkouts().len(), 0);
    });
}

#[test]
fn a_word_that_is_not_understood_is_told_once() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let (attempt, checkout) = till.start(invoice).await;
        till.gateway.say(&checkout, "in_limbo");
        for _ in 0..3 {
            assert_eq!(till.come_back(attempt).await, AttemptStage::Open);
        }
        assert_eq!(till.alerts().await, [AlertKind::UnknownState]);
    });
}

#[test]
fn a_closed_section_and_other_clients_cannot_pay() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let (attempt, _) = till.start(invoice).await;
        let office = &till.story.office;
        let visiting = till.story.visiting(office.visit(&office.stranger).visitor);
        let ports = &till.story.ports;
        let start = pay::start(ports, &visiting, invoice, None).await;
        assert!(matches!(start, Err(Error::NotFound)));
        let returned = pay::returned(ports, &visiting, attempt).await;
        assert!(matches!(returned, Err(Error::NotFound)));
    });
}

#[test]
fn a_form_of_the_gateways_is_embedded_where_it_is_set_so() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let embedding = TestGateway::embedded(till.story.doubles.clock.clone());
        let firm: &Firm = &till.story.office.firm;
        till.story
            .doubles
            .gateways
            .set(firm.id, vec![embedding.clone() as Arc<_>]);
        let start = till.try_start(invoice, None).await.unwrap();
        let Start::Go {
            next: NextStep::Embedded { settings, .. },
            ..
        } = start
        else {
            panic!("not embedded: {start:?}");
        };
        assert!(settings.contains_key("checkout"));
        assert_eq!(embedding.checkouts()[0].state, GatewayState::Open);
    });
}

#[test]
fn a_gateway_that_is_gone_holds_nothing_up() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let (attempt, _) = till.start(invoice).await;
        let firm = till.story.office.firm.id;
        till.story.doubles.gateways.set(firm, vec![]);
        let (ports, call) = (&till.story.ports, till.story.call());
        invoices::cancel(ports, &call, invoice, None).await.unwrap();
        assert_eq!(till.attempt(attempt).await.stage(), AttemptStage::Cancelled);

        let other = till.story.issued("50.00", "2026-12-24").await;
        till.story
            .doubles
            .gateways
            .set(firm, vec![till.gateway.clone() as Arc<_>]);
        let (attempt, _) = till.start(other).await;
        till.story.doubles.gateways.set(firm, vec![]);
        till.wait(2 * HOUR).await;
        assert_eq!(till.attempt(attempt).await.stage(), AttemptStage::Cancelled);
    });
}

#[test]
fn an_invoice_is_not_changed_under_a_checkout_that_cannot_be_closed() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let (_, checkout) = till.start(invoice).await;
        till.gateway.say(&checkout, "in_limbo");
        let (ports, call) = (&till.story.ports, till.story.call());
        let refused = invoices::cancel(ports, &call, invoice, None).await;
        assert!(matches!(
            refused,
            Err(Error::Refused(Refusal::PaymentUnderWay))
        ));
    });
}

#[test]
fn the_least_part_is_more_than_nothing() {
    block_on(async {
        let till = Till::open().await;
        for wrong in ["0.00", "-1.00"] {
            let mut input = till.story.firm_input();
            input.part_payment = PartPayment::From(usd(wrong));
            let (ports, call) = (&till.story.ports, till.story.call());
            let refused = settings::update(ports, &call, None, input).await;
            assert!(matches!(refused, Err(Error::Refused(Refusal::PartMinimum))));
        }
    });
}

#[test]
fn a_printed_invoice_says_where_it_can_be_paid() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let (ports, contact) = (&till.story.ports, till.story.contact());
        let firm = till.story.office.firm.id;
        for (gateways, printed) in [
            (vec![till.gateway.clone() as Arc<_>], true),
            (vec![], false),
        ] {
            till.story.doubles.gateways.set(firm, gateways);
            portal::invoices::pdf(ports, &contact, invoice)
                .await
                .unwrap();
            let print = till.story.doubles.prints.prints().pop().unwrap();
            let told = format!("{print:?}").contains(&format!("/invoices/{invoice}"));
            assert_eq!(told, printed);
        }
    });
}

#[test]
fn money_that_never_arrives_is_given_up_and_taken_when_it_does() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let (attempt, checkout) = till.start(invoice).await;
        till.gateway.pay_later(&checkout);
        till.post_all().await;
        for _ in 0..13 {
            till.wait(24 * HOUR).await;
            let stage = till.attempt(attempt).await.stage();
            assert_eq!(stage, AttemptStage::Processing);
        }
        till.wait(24 * HOUR).await;
        till.wait(24 * HOUR).await;
        assert_eq!(till.attempt(attempt).await.stage(), AttemptStage::Failed);
        assert_eq!(till.alerts().await, [AlertKind::UnknownState]);
        till.gateway.arrive(&checkout);
        till.post_all().await;
        assert_eq!(till.story.shown(invoice).await.0, Paid);
        assert_eq!(till.attempt(attempt).await.stage(), AttemptStage::Succeeded);
    });
}
