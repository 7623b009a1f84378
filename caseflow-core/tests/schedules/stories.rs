//! Acceptance cases that are about what happens at the same instant.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use caseflow_core::domain::alert::AlertKind;
use caseflow_core::domain::attempt::{AttemptStage, AttemptState, End};
use caseflow_core::domain::changes::{Change, Changes, Write};
use caseflow_core::domain::gateway::{AttemptTag, GatewayRef, OpKey};
use caseflow_core::domain::id::{AttemptId, InvoiceId};
use caseflow_core::domain::mail::MailTopic;
use caseflow_core::error::{Error, Refusal};
use caseflow_core::firm::payments;
use caseflow_core::portal::pay::Start;
use caseflow_core::ports::payments::{GatewayState, PaymentGateway as _, StartPayment};
use caseflow_core::ports::store::Writes as _;
use caseflow_core::testing::fixtures::{id, usd};
use caseflow_core::testing::gateway::Fault;
use caseflow_core::testing::{block_on, join_all};
use caseflow_core::upkeep::{self, notices::Receipt};

use super::actors;
use super::books;
use super::pace::{Weather, pauses};
use super::steps::{Steps, start, work};
use super::wire::Post;
use super::world::{Setup, World};

const MINUTE: Duration = Duration::from_secs(60);

fn world(seed: u64) -> (World, InvoiceId) {
    let world = World::new(Setup::sound(seed));
    let invoice = world.invoices[0];
    (world, invoice)
}

/// The contact has a checkout open.
fn opened(world: &World, invoice: InvoiceId) -> (AttemptId, GatewayRef) {
    match start(world, invoice) {
        Ok(Start::Go { attempt, next }) => (attempt, actors::checkout(&next)),
        other => panic!("nobody can pay: {other:?}"),
    }
}

/// The contact has paid; the gateway's notice of it.
fn noticed(world: &World, invoice: InvoiceId) -> Post {
    let (_, checkout) = opened(world, invoice);
    assert!(world.wire.bank.pay(&checkout));
    world.wire.underway().pop_back().unwrap()
}

/// One payment with its receipts, a mail to each contact and a notice to the firm.
fn is_paid_once(world: &World, invoice: InvoiceId, when: &str) {
    work(world);
    let file = world.file(invoice);
    assert_eq!(file.payments.len(), 1, "{when}");
    assert!(file.invoice.value.amount_due().is_zero(), "{when}");
    assert_eq!(books::wrongs(world), [""; 0], "{when}");
    let mails = world.store.witness.mails();
    let is_notice = |topic: &MailTopic| matches!(topic, MailTopic::PaymentNotice(..));
    let notices = mails.iter().filter(|it| is_notice(&it.topic)).count();
    assert_eq!((mails.len(), notices), (3, 1), "{when}");
}

type Busy<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

#[test]
fn b02_the_same_notice_twenty_times_at_the_same_instant_is_one_payment() {
    for seed in 0..40 {
        let (world, invoice) = world(seed);
        let post = noticed(&world, invoice);
        world.pace.turn(Weather {
            pauses: 500,
            ..Weather::default()
        });
        let (world, post) = (&world, &post);
        let deliver = |_| async move {
            pauses(world.pace.dice.below(4)).await;
            let kept = actors::keep(world, post).await;
            assert!(matches!(kept, Ok(Receipt::Kept("[accepted]"))), "{kept:?}");
        };
        let serve = |_| async move {
            pauses(world.pace.dice.below(12)).await;
            upkeep::payments::work(&world.ports).await.unwrap();
        };
        let deliveries = (0..20).map(|n| Box::pin(deliver(n)) as Busy<'_>);
        let servers = (0..4).map(|n| Box::pin(serve(n)) as Busy<'_>);
        block_on(join_all(deliveries.chain(servers)));
        is_paid_once(world, invoice, &format!("seed {seed}"));
    }
}

#[test]
fn b05_a_notice_that_comes_before_its_attempt_is_on_record_is_not_lost() {
    let (world, invoice) = world(1);
    let (attempt, _) = opened(&world, invoice);
    // Another invoice's attempt, of which the gateway hears first.
    let early = caseflow_core::domain::attempt::Attempt {
        id: id(7_777),
        state: AttemptState::Creating,
        ..world.file(invoice).attempts[0].value.clone()
    };
    assert_ne!(early.id, attempt);
    let order = StartPayment {
        tag: AttemptTag::of(world.office.firm.id, &early),
        key: OpKey::start(early.id),
        amount: early.amount,
        order: early.order.clone(),
    };
    let checkout = block_on(world.wire.bank.start(&order)).unwrap();
    assert!(world.wire.bank.pay(&checkout.reference));
    let post = world.wire.underway().pop_back().unwrap();
    block_on(actors::keep(&world, &post)).unwrap();
    work(&world);
    assert_eq!(world.file(invoice).payments.len(), 0);
    let ended = AttemptState::Ended {
        end: End::Cancelled,
        reference: None,
        at: world.now(),
    };
    let written = caseflow_core::domain::attempt::Attempt {
        state: ended,
        ..early
    };
    let changes = Changes::default().with(Change::Attempt(Write::Insert(written)));
    block_on(world.store.commit(world.office.firm.id, changes)).unwrap();
    world.advance(5 * MINUTE);
    is_paid_once(&world, invoice, "found at last");
}

#[test]
fn b08_a_server_killed_after_the_notice_was_stored_leaves_it_to_the_next_wherever_it_dies() {
    for n in 0.. {
        let (world, invoice) = world(1);
        let post = noticed(&world, invoice);
        block_on(actors::keep(&world, &post)).unwrap();
        world.pace.turn(Weather::STEPS);
        let mut server = Steps::of(upkeep::tick(&world.ports));
        let is_over = server.go(n);
        drop(server);
        world.advance(5 * MINUTE);
        is_paid_once(&world, invoice, &format!("killed after step {n}"));
        if is_over {
            assert!(n > 20, "there was hardly anything to kill");
            break;
        }
    }
}

#[test]
fn b23_of_two_tabs_the_second_finds_it_paid() {
    let (world, invoice) = world(1);
    let (first, checkout) = opened(&world, invoice);
    let (second, same) = opened(&world, invoice);
    assert_eq!((first, &checkout), (second, &same));
    assert!(world.wire.bank.pay(&checkout));
    assert!(!world.wire.bank.pay(&same), "the gateway takes it once");
    let again = start(&world, invoice);
    assert!(
        matches!(again, Ok(Start::Told(it)) if it == first),
        "{again:?}"
    );
    let again = start(&world, invoice);
    assert!(
        matches!(again, Err(Error::Refused(Refusal::Invoice(_)))),
        "{again:?}"
    );
    is_paid_once(&world, invoice, "two tabs");
}

#[test]
fn b25_cash_closes_the_open_checkout_or_both_are_on_record_wherever_the_payer_pays() {
    for n in 0.. {
        let (world, invoice) = world(1);
        let (_, checkout) = opened(&world, invoice);
        world.pace.turn(Weather::STEPS);
        let call = world.call("cash");
        let input = actors::by_hand(&call, None);
        let mut cash = Steps::of(payments::record(&world.ports, &call, invoice, None, input));
        let is_over = cash.go(n);
        let was_open = world.wire.bank.pay(&checkout);
        if is_over {
            assert!(!was_open, "staff were told that it is done");
            let checkouts = world.wire.bank.checkouts();
            assert_eq!(checkouts[0].state, GatewayState::Cancelled);
            break;
        }
        // Money was on its way first: then there is nothing left to write down by hand.
        let is_written = cash.finish().is_ok();
        work(&world);
        let (file, alerts) = (world.file(invoice), books::alerts(&world));
        let both = was_open && is_written;
        assert_eq!(file.payments.len(), 1 + usize::from(both), "step {n}");
        let is_told = alerts.iter().any(|it| it.kind == AlertKind::Overpaid);
        assert_eq!(is_told, both, "step {n}");
        assert_eq!(books::wrongs(&world), [""; 0], "step {n}");
    }
}

#[test]
fn b27_two_charges_that_slipped_through_are_both_on_record_and_told_of() {
    for seed in 0..40 {
        let (world, invoice) = world(seed);
        let (first, checkout) = opened(&world, invoice);
        // A bug of old, or another program: the first attempt ended here alone.
        let file = world.file(invoice);
        let old = &file.attempts[0];
        let ended = caseflow_core::domain::attempt::Attempt {
            state: AttemptState::Ended {
                end: End::Cancelled,
                reference: Some(checkout.clone()),
                at: world.now(),
            },
            next_check: None,
            ..old.value.clone()
        };
        let changes = Changes::default().with(Change::Attempt(old.update(ended)));
        block_on(world.store.commit(world.office.firm.id, changes)).unwrap();
        let (second, other) = opened(&world, invoice);
        assert_ne!(first, second);
        assert!(world.wire.bank.pay(&checkout) && world.wire.bank.pay(&other));
        while let Some(post) = { world.wire.underway().pop_front() } {
            block_on(actors::keep(&world, &post)).unwrap();
        }
        world.pace.turn(Weather {
            pauses: 500,
            ..Weather::default()
        });
        let (world, ports) = (&world, &world.ports);
        let servers = (0..3).map(|_| async move {
            pauses(world.pace.dice.below(12)).await;
            upkeep::payments::work(ports).await.unwrap();
        });
        block_on(join_all(servers));
        work(world);
        let file = world.file(invoice);
        assert_eq!(file.payments.len(), 2, "seed {seed}");
        let balance = file.invoice.value.account.balance().unwrap();
        assert_eq!(balance.minor(), -usd("100.00").minor());
        let alerts = books::alerts(world).into_iter();
        let over = alerts.filter(|it| it.kind == AlertKind::Overpaid).count();
        assert_eq!(over, 1, "seed {seed}");
        assert_eq!(books::wrongs(world), [""; 0], "seed {seed}");
    }
}

#[test]
fn b36_a_start_without_an_answer_goes_on_with_the_same_checkout() {
    for faults in [
        vec![Fault::After],
        vec![Fault::After, Fault::Before, Fault::After],
    ] {
        let (world, invoice) = world(1);
        let n = faults.len();
        world.wire.bank.fail_next(faults);
        for _ in 0..n {
            let lost = start(&world, invoice);
            assert!(matches!(lost, Err(Error::Gateway(_))), "{lost:?}");
        }
        let attempts = world.file(invoice).attempts;
        assert_eq!(attempts.len(), 1);
        assert_eq!(attempts[0].value.stage(), AttemptStage::Creating);
        let (attempt, checkout) = opened(&world, invoice);
        assert_eq!(attempt, attempts[0].value.id);
        assert_eq!(world.wire.bank.checkouts().len(), 1);
        assert!(world.wire.bank.pay(&checkout));
        is_paid_once(&world, invoice, "the first start succeeded");
    }
}
