//! Each of these breaks one promise on which the core relies, and the same schedules notice: the
//! model can fail.

use super::actors::Sweeping;
use super::flaws::{CheckThenInsert, LateOutbox, NoLock, NoUniqueKey};
use super::run::{Variant, play};
use super::wire::Quirk;

/// How many schedules a mutant may survive.
const PATIENCE: u64 = 1_000;

/// The first schedules in which anything is wrong, and in which `harm` is done.
fn is_caught(name: &str, harm: &str, variant: Variant) {
    let mut first = None;
    for seed in 0..PATIENCE {
        let Err(failure) = play(seed, variant, false) else {
            continue;
        };
        first.get_or_insert(seed);
        if let Some(wrong) = failure.wrongs.iter().find(|it| it.contains(harm)) {
            let first = first.unwrap_or(seed) + 1;
            return println!(
                "{name}: wrong at schedule {first}, {} says {wrong}",
                seed + 1
            );
        }
    }
    panic!("{name} survives {PATIENCE} schedules; anything at all is wrong first at {first:?}");
}

#[test]
fn mutant_without_a_unique_key_is_caught() {
    let flaw = || Box::new(NoUniqueKey) as _;
    is_caught(
        "no unique key",
        "duplicate: 1",
        Variant {
            flaw,
            ..Variant::SOUND
        },
    );
}

#[test]
fn mutant_with_a_new_key_per_retry_is_caught() {
    let quirk = Quirk::NewKeys;
    is_caught(
        "new keys",
        "has 2 checkouts",
        Variant {
            quirk,
            ..Variant::SOUND
        },
    );
}

#[test]
fn mutant_that_checks_and_inserts_in_two_transactions_is_caught() {
    let flaw = || Box::new(CheckThenInsert) as _;
    is_caught(
        "check, then insert",
        "duplicate: 1",
        Variant {
            flaw,
            ..Variant::SOUND
        },
    );
}

#[test]
fn mutant_with_the_outbox_in_a_second_transaction_is_caught() {
    let flaw = || Box::new(LateOutbox) as _;
    is_caught(
        "late outbox",
        "no mail",
        Variant {
            flaw,
            ..Variant::SOUND
        },
    );
}

#[test]
fn mutant_that_trusts_the_payload_is_caught() {
    let quirk = Quirk::TrustsPayload;
    is_caught(
        "trusted payload",
        "reversals [",
        Variant {
            quirk,
            ..Variant::SOUND
        },
    );
}

#[test]
fn mutant_without_the_sweep_is_caught() {
    let sweeping = Sweeping::Off;
    is_caught(
        "no sweep",
        "reversals [",
        Variant {
            sweeping,
            ..Variant::SOUND
        },
    );
}

#[test]
fn mutant_without_lock_and_live_attempt_index_is_caught() {
    let flaw = || Box::new(NoLock::default()) as _;
    is_caught(
        "no lock",
        "has 2 live attempts",
        Variant {
            flaw,
            ..Variant::SOUND
        },
    );
}
