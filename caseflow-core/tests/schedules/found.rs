//! What the schedules have found, told as stories.

use std::time::Duration;

use caseflow_core::domain::alert::AlertKind;
use caseflow_core::domain::attempt::{AttemptStage, AttemptState};
use caseflow_core::domain::gateway::{AttemptTag, OpKey};
use caseflow_core::domain::refund::RefundState;
use caseflow_core::domain::reversal::ReversalKind;
use caseflow_core::firm::{invoices, payments, refunds};
use caseflow_core::portal::pay::{self, Start};
use caseflow_core::ports::payments::{GatewayState, PaymentGateway as _, StartPayment};
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::usd;
use caseflow_core::testing::gateway::Fault;
use caseflow_core::upkeep;

use super::actors;
use super::books;
use super::pace::Weather;
use super::steps::{Steps, paid, start, work};
use super::world::{Setup, World};

const MINUTE: Duration = Duration::from_secs(60);

fn is_told(world: &World, kind: AlertKind) -> bool {
    books::alerts(world).iter().any(|it| it.kind == kind)
}

/// R-PAY-4: an attempt that has become outdated before its own tab has asked for a checkout is called
/// off at the gateway too, for another tab may have asked meanwhile.
#[test]
fn a_checkout_that_another_tab_has_opened_is_closed_with_the_attempt() {
    let world = World::new(Setup::sound(1));
    let (ports, invoice) = (&world.ports, world.invoices[0]);
    let visiting = world.visiting(&world.office.contact);
    world.pace.turn(Weather::STEPS);
    let mut tab = Steps::of(pay::start(ports, &visiting, invoice, None));
    tab.until(|| !world.file(invoice).attempts.is_empty());
    let attempt = world.file(invoice).attempts[0].value.clone();
    let other_tab = StartPayment {
        tag: AttemptTag::of(world.office.firm.id, &attempt),
        key: OpKey::start(attempt.id),
        amount: attempt.amount,
        order: attempt.order,
    };
    block_on(world.wire.bank.start(&other_tab)).unwrap();
    world.wire.bank.fail_next([Fault::Before]);
    let input = invoices::CreditInput {
        amount: None,
        given_on: None,
        reason: None,
    };
    let call = world.call("credit");
    block_on(invoices::credit(ports, &call, invoice, None, input)).unwrap();
    assert!(tab.finish().is_err(), "nothing is due any more");
    let checkouts = world.wire.bank.checkouts();
    let open = checkouts.iter().filter(|it| it.state == GatewayState::Open);
    assert_eq!(open.count(), 0);
}

/// Gateways forget keys after a day: asked again then, they would open a second checkout.
#[test]
fn an_attempt_whose_key_is_forgotten_is_not_asked_for_again() {
    let world = World::new(Setup::sound(1));
    let invoice = world.invoices[0];
    world.wire.bank.fail_next([Fault::After]);
    assert!(start(&world, invoice).is_err());
    world.advance(25 * 60 * MINUTE);
    assert!(matches!(start(&world, invoice), Ok(Start::Go { .. })));
    let tags = world.wire.bank.checkouts().into_iter();
    let tags: Vec<_> = tags.filter_map(|it| it.tag).collect();
    assert_eq!(tags.len(), 2);
    assert_ne!(tags[0], tags[1]);
    let first = &world.file(invoice).attempts[0].value;
    assert_eq!(first.stage(), AttemptStage::Failed);
}

/// R-PAY-5: more than the balance is shown to the firm as overpaid, also when it comes back to it.
#[test]
fn money_that_comes_back_on_a_paid_invoice_is_overpaid() {
    for way in ["refund", "dispute"] {
        let world = World::new(Setup::sound(1));
        let (invoice, bank) = (world.invoices[0], &world.wire.bank);
        let checkout = paid(&world, invoice);
        match way {
            "refund" => assert!(bank.refund_there(&checkout, usd("100.00"))),
            _ => assert!(bank.dispute(&checkout, usd("100.00"))),
        }
        work(&world);
        let call = world.call("cash");
        let input = actors::by_hand(&call, None);
        block_on(payments::record(&world.ports, &call, invoice, None, input)).unwrap();
        assert!(!is_told(&world, AlertKind::Overpaid));
        match way {
            "refund" => assert!(bank.return_refund(&checkout)),
            _ => assert!(bank.win(&checkout)),
        }
        work(&world);
        assert!(is_told(&world, AlertKind::Overpaid), "{way}");
    }
}

/// The same on an invoice that was called off meanwhile.
#[test]
fn money_that_comes_back_on_a_cancelled_invoice_is_told_of() {
    let world = World::new(Setup::sound(1));
    let invoice = world.invoices[0];
    let checkout = paid(&world, invoice);
    assert!(world.wire.bank.refund_there(&checkout, usd("100.00")));
    work(&world);
    let call = world.call("cancel");
    block_on(invoices::cancel(&world.ports, &call, invoice, None)).unwrap();
    assert!(!is_told(&world, AlertKind::PaidAfterCancel));
    assert!(world.wire.bank.return_refund(&checkout));
    work(&world);
    assert!(is_told(&world, AlertKind::PaidAfterCancel));
}

/// R-PAY-4, R-PAY-7: a checkout that could not be called off at once is called off within minutes,
/// however seldom it would be asked about by its age.
#[test]
fn an_old_checkout_is_called_off_within_minutes() {
    let world = World::new(Setup::sound(1));
    let invoice = world.invoices[0];
    start(&world, invoice).unwrap();
    for minutes in [1, 5, 15] {
        world.advance(minutes * MINUTE);
        work(&world);
    }
    world.wire.bank.fail_next([Fault::Before]);
    let call = world.call("cash");
    let input = actors::by_hand(&call, None);
    block_on(payments::record(&world.ports, &call, invoice, None, input)).unwrap();
    assert_eq!(books::within_minutes(&world).len(), 1);
    world.advance(MINUTE);
    work(&world);
    assert_eq!(books::within_minutes(&world), [""; 0]);
}

/// R-PAY-4: a voided payment changes the balance as well.
#[test]
fn voiding_a_payment_calls_the_open_checkout_off() {
    let world = World::new(Setup::sound(1));
    let (ports, invoice) = (&world.ports, world.invoices[0]);
    let call = world.call("cash");
    let input = actors::by_hand(&call, Some(usd("40.00")));
    block_on(payments::record(ports, &call, invoice, None, input)).unwrap();
    start(&world, invoice).unwrap();
    let payment = world.file(invoice).payments[0].value.id;
    let call = world.call("void");
    block_on(payments::void(ports, &call, payment, None, None)).unwrap();
    assert_eq!(books::within_minutes(&world), [""; 0]);
    assert!(world.file(invoice).live_attempt().is_none());
}

/// R-PAY-4: a payer who begins while the invoice is being called off finds it gone, or is called off
/// with it; at no moment of either does a checkout stay open.
#[test]
fn a_checkout_that_is_opened_while_the_invoice_is_cancelled_is_closed() {
    for n in 0.. {
        let world = World::new(Setup::sound(1));
        let (ports, invoice) = (&world.ports, world.invoices[0]);
        world.pace.turn(Weather::STEPS);
        let call = world.call("cancel");
        let mut cancel = Steps::of(invoices::cancel(ports, &call, invoice, None));
        let is_over = cancel.go(n);
        drop(start(&world, invoice));
        if is_over {
            break;
        }
        cancel.finish().unwrap();
        assert_eq!(books::within_minutes(&world), [""; 0], "step {n}");
    }
}

/// R-PAY-9: what a gateway said of a refund before it was taken back does not count after that,
/// wherever the answer was held up.
#[test]
fn an_old_answer_does_not_bring_a_returned_refund_back() {
    for n in 0.. {
        let world = World::new(Setup::sound(1));
        let checkout = paid(&world, world.invoices[0]);
        assert!(world.wire.bank.refund_there(&checkout, usd("30.00")));
        if takes_its_time(&world, n, || {
            assert!(world.wire.bank.return_refund(&checkout))
        }) {
            break;
        }
        let reversals = world.file(world.invoices[0]).reversals;
        let kinds: Vec<_> = reversals.iter().map(|it| it.kind).collect();
        let both = [ReversalKind::Refund, ReversalKind::RefundReturned];
        assert!(kinds.is_empty() || kinds == both, "step {n}: {kinds:?}");
    }
}

/// The same for a refund that staff asked for: it stays refused.
#[test]
fn a_returned_refund_stays_refused() {
    for n in 0.. {
        let world = World::new(Setup::sound(1));
        let invoice = world.invoices[0];
        let checkout = paid(&world, invoice);
        let payment = world.file(invoice).payments[0].value.id;
        let input = refunds::RefundInput {
            amount: None,
            reason: None,
        };
        let call = world.call("refund");
        block_on(refunds::ask(&world.ports, &call, payment, None, input)).unwrap();
        if takes_its_time(&world, n, || {
            assert!(world.wire.bank.return_refund(&checkout))
        }) {
            break;
        }
        let state = world.file(invoice).refunds[0].value.state.clone();
        assert!(
            matches!(state, RefundState::Refused(_)),
            "step {n}: {state:?}"
        );
    }
}

/// A server is held up after `n` steps of its work; meanwhile something happens and another server
/// does everything about it. Whether the first one had nothing left to do.
fn takes_its_time(world: &World, n: usize, happens: impl FnOnce()) -> bool {
    world.advance(MINUTE);
    world.pace.turn(Weather::STEPS);
    let mut slow = Steps::of(upkeep::payments::work(&world.ports));
    let is_over = slow.go(n);
    happens();
    world.advance(2 * MINUTE);
    block_on(upkeep::payments::work(&world.ports)).unwrap();
    if !is_over {
        slow.finish().unwrap();
    }
    work(world);
    is_over
}

/// R-PAY-6: a charge stays what it is whatever is said of it later.
#[test]
fn b10_an_attempt_that_has_succeeded_stays_so() {
    for n in 0.. {
        let world = World::new(Setup::sound(1));
        let invoice = world.invoices[0];
        let Ok(Start::Go { next, .. }) = start(&world, invoice) else {
            panic!("nobody can pay");
        };
        let checkout = actors::checkout(&next);
        assert!(world.wire.bank.pay_later(&checkout));
        let arrives = || assert!(world.wire.bank.arrive(&checkout));
        let is_over = takes_its_time(&world, n, arrives);
        let state = world.file(invoice).attempts[0].value.state.clone();
        assert!(matches!(state, AttemptState::Succeeded { .. }), "step {n}");
        assert_eq!(books::wrongs(&world), [""; 0], "step {n}");
        if is_over {
            break;
        }
    }
}
