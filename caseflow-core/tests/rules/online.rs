//! Attempts at paying online and the small print around them: stages, pauses, part-payment, names.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use caseflow_core::domain::activity::ActivityKind;
use caseflow_core::domain::alert::{Alert, AlertKind};
use caseflow_core::domain::attempt::{
    Attempt, AttemptStage, AttemptState, Checkout, End, NextStep, Order, pause,
};
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::firm::PartPayment;
use caseflow_core::domain::gateway::{EventRef, GatewayRef, Merchant, Mode, TxnRef};
use caseflow_core::domain::gateway_event::GatewayEvent;
use caseflow_core::domain::id::TypedId;
use caseflow_core::domain::mail::MailKind;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::reversal::ReversalKind;
use caseflow_core::domain::text::{Email, LanguageTag, Line};
use caseflow_core::domain::time::Timestamp;
use proptest::prelude::*;

use crate::samples::{any_currency, usd};

const NOW: Timestamp = Timestamp::from_micros(1_764_000_000_000_000);

fn id<T: TypedId>(n: u8) -> T {
    T::from_parts(NOW, [n; 10])
}

/// Every state, with the stage it is at, and whether it has a checkout and a charge.
fn states() -> Vec<(AttemptState, AttemptStage, bool, bool)> {
    let reference = || GatewayRef::parse("cs_1").unwrap();
    let txn = TxnRef::parse("ch_1").unwrap();
    let open = |next| {
        let reference = reference();
        AttemptState::Open(Checkout { reference, next })
    };
    let ended = |end, reference| AttemptState::Ended {
        end,
        reference,
        at: NOW,
    };
    let redirect = NextStep::Redirect(Line::parse("https://pay.example.com").unwrap());
    let form = NextStep::Embedded {
        script: Line::parse("https://pay.example.com/form.js").unwrap(),
        settings: BTreeMap::new(),
    };
    let succeeded = AttemptState::Succeeded {
        reference: reference(),
        txn: txn.clone(),
        at: NOW,
    };
    let held = AttemptState::Held {
        reference: reference(),
        txn,
        collected: usd("1.00"),
        at: NOW,
    };
    vec![
        (AttemptState::Creating, AttemptStage::Creating, false, false),
        (open(redirect), AttemptStage::Open, true, false),
        (open(form), AttemptStage::Open, true, false),
        (
            AttemptState::Processing(reference()),
            AttemptStage::Processing,
            true,
            false,
        ),
        (succeeded, AttemptStage::Succeeded, true, true),
        (held, AttemptStage::Held, true, true),
        (ended(End::Failed, None), AttemptStage::Failed, false, false),
        (
            ended(End::Expired, Some(reference())),
            AttemptStage::Expired,
            true,
            false,
        ),
        (
            ended(End::Cancelled, Some(reference())),
            AttemptStage::Cancelled,
            true,
            false,
        ),
    ]
}

fn attempt(state: AttemptState) -> Attempt {
    Attempt {
        id: id(1),
        invoice: id(2),
        client: id(3),
        contact: id(4),
        merchant: "example:acct_1:test".parse().unwrap(),
        amount: usd("10.00"),
        balance: usd("10.00"),
        order: Order {
            description: Line::parse("Invoice").unwrap(),
            email: Email::parse("payer@example.com").unwrap(),
            language: LanguageTag::parse("en").unwrap(),
            return_url: Line::parse("https://portal.example.com/a").unwrap(),
            cancel_url: Line::parse("https://portal.example.com/b").unwrap(),
            expires_at: NOW,
        },
        state,
        next_check: None,
        checks: 0,
        trouble: None,
        started_at: NOW,
    }
}

#[test]
fn each_state_is_at_one_stage_and_knows_its_checkout_and_its_charge() {
    let mut seen = BTreeSet::new();
    for (state, stage, has_checkout, has_charge) in states() {
        let attempt = attempt(state);
        assert_eq!(attempt.stage(), stage);
        assert_eq!(attempt.reference().is_some(), has_checkout, "{stage:?}");
        assert_eq!(attempt.txn().is_some(), has_charge, "{stage:?}");
        seen.insert(stage);
    }
    assert!(
        seen.iter().eq(&AttemptStage::ALL),
        "every stage has a state"
    );
}

/// R-PAY-4: a stage is live as long as money may come in and none has.
#[test]
fn an_attempt_is_live_until_it_has_come_to_an_end() {
    let live = AttemptStage::ALL.map(AttemptStage::is_live);
    let creating_open_processing = [true, true, true, false, false, false, false, false];
    assert_eq!(live, creating_open_processing);
}

#[test]
fn every_code_reads_back_and_no_two_are_the_same() {
    fn check<T: Copy + PartialEq + std::fmt::Debug>(
        all: &[T],
        code: fn(T) -> &'static str,
        from: fn(&str) -> Option<T>,
    ) {
        let codes: BTreeSet<_> = all.iter().map(|it| code(*it)).collect();
        assert_eq!(codes.len(), all.len(), "{all:?}");
        for it in all {
            assert_eq!(from(code(*it)), Some(*it));
            assert_eq!(from(&code(*it).to_uppercase()), None);
        }
        for wrong in ["", " ", "other", "unknown"] {
            assert_eq!(from(wrong), None);
        }
    }
    check(
        &AttemptStage::ALL,
        AttemptStage::code,
        AttemptStage::from_code,
    );
    check(
        &ReversalKind::ALL,
        ReversalKind::code,
        ReversalKind::from_code,
    );
    check(&AlertKind::ALL, AlertKind::code, AlertKind::from_code);
    check(&[Mode::Test, Mode::Live], Mode::code, Mode::from_code);
    check(
        &ActivityKind::ALL,
        ActivityKind::code,
        ActivityKind::from_code,
    );
    check(&MailKind::ALL, MailKind::code, MailKind::from_code);
}

/// One minute, five, fifteen, an hour, six hours, then every day: a notice is given up after about
/// three days, which is as long as gateways repeat themselves.
#[test]
fn whoever_is_asked_in_vain_is_asked_less_and_less() {
    let minutes = |checks| pause(checks).as_secs() / 60;
    let first: Vec<u64> = (0..8).map(minutes).collect();
    assert_eq!(first, [1, 5, 15, 60, 360, 1_440, 1_440, 1_440]);
    let days = Duration::from_secs(24 * 3_600);
    let all: Duration = (0..GatewayEvent::TRIES).map(pause).sum();
    assert!(all >= days * 3 && all < days * 4, "{all:?}");
    assert!(pause(0) >= Duration::from_secs(60));
}

#[test]
fn an_attempt_is_outdated_as_soon_as_anything_else_is_due() {
    let attempt = attempt(AttemptState::Creating);
    assert!(!attempt.is_outdated(usd("10.00")));
    for due in [usd("9.99"), usd("10.01"), usd("0.00")] {
        assert!(attempt.is_outdated(due));
    }
    let euros = Money::from_minor(1_000, Currency::EUR);
    assert!(attempt.is_outdated(euros));
}

#[test]
fn an_alert_is_settled_by_who_was_first() {
    let alert = Alert {
        id: id(1),
        kind: AlertKind::Overpaid,
        invoice: None,
        attempt: None,
        detail: Line::parse("1.00 too much").unwrap(),
        raised_at: NOW,
        settled: None,
    };
    assert!(!alert.is_settled());
    let later = NOW.plus(Duration::from_secs(60));
    let first = alert.settle(Line::parse("Petra").unwrap(), NOW);
    let second = first.clone().settle(Line::parse("Urs").unwrap(), later);
    assert!(first.is_settled());
    assert_eq!(first, second);
}

proptest! {
    #[test]
    fn a_pause_never_gets_shorter_and_is_a_day_at_most(checks in any::<u32>()) {
        prop_assert!(pause(checks) <= pause(checks.saturating_add(1)));
        prop_assert!(pause(checks) <= Duration::from_secs(24 * 3_600));
    }

    /// R-PAY-3: less than the balance only from the least amount on, in the balance's currency; the
    /// whole balance always.
    #[test]
    fn a_part_is_between_the_least_and_the_balance(
        least in 1..10_000_i64,
        balance in -10_000..10_000_i64,
        (one, other) in (any_currency(), any_currency()),
    ) {
        let balance = Money::from_minor(balance, one);
        prop_assert_eq!(PartPayment::Off.least(balance), None);
        let least = Money::from_minor(least, other);
        match PartPayment::From(least).least(balance) {
            Some(found) => {
                prop_assert_eq!(found, least);
                prop_assert_eq!(one, other);
                prop_assert!(found.is_positive());
                prop_assert!(found.minor() < balance.minor());
            }
            None => prop_assert!(one != other || least.minor() >= balance.minor()),
        }
    }

    #[test]
    fn a_merchants_text_reads_back(
        gateway in "[a-z0-9-]{1,32}",
        account in "[A-Za-z0-9_.-]{1,64}",
        live in any::<bool>(),
    ) {
        let merchant = Merchant {
            gateway: gateway.parse().unwrap(),
            account: account.parse().unwrap(),
            mode: if live { Mode::Live } else { Mode::Test },
        };
        prop_assert_eq!(merchant.to_string().parse(), Ok(merchant));
    }

    #[test]
    fn a_reference_is_kept_to_the_letter_or_refused(text in ".{0,300}|[!-~]{1,300}") {
        let right = (1..=255).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_graphic());
        let texts = [
            GatewayRef::parse(&text).map(|it| it.to_string()),
            TxnRef::parse(&text).map(|it| it.to_string()),
            EventRef::parse(&text).map(|it| it.to_string()),
        ];
        for found in texts {
            prop_assert_eq!(found.ok(), right.then(|| text.clone()));
        }
    }
}
