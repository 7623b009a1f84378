//! Online payments under every schedule: payers, staff, the bank, the post and several servers act
//! at once, calls interleave wherever they wait, servers die over them, the gateway does not answer,
//! time passes. In the end the books are right, or the schedule is printed.
//!
//! A schedule is a seed. `CASEFLOW_SCHEDULES=20000` plays that many instead of [`USUAL`];
//! `CASEFLOW_SCHEDULE_SEED=17` plays that one alone and prints what happened in it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper that cannot go on fails its test"
)]

mod actors;
mod books;
mod dice;
mod flaws;
mod found;
mod mutants;
mod pace;
mod run;
mod steps;
mod store;
mod stories;
mod wire;
mod witness;
mod world;

use run::{Failure, Variant, play};

/// How many schedules are played when nobody says how many.
const USUAL: u64 = 3_000;

/// R-PAY-4 to R-PAY-10, R-INV-4, R-AUD: whatever happens, in whatever order.
#[test]
fn every_schedule_leaves_the_books_right() {
    if let Some(seed) = number("CASEFLOW_SCHEDULE_SEED") {
        return replay(seed);
    }
    for seed in 0..number("CASEFLOW_SCHEDULES").unwrap_or(USUAL) {
        if play(seed, Variant::SOUND, false).is_err() {
            replay(seed);
            panic!("schedule {seed} goes well when it is watched");
        }
    }
}

fn replay(seed: u64) {
    match play(seed, Variant::SOUND, true) {
        Ok(()) => println!("schedule {seed} goes well"),
        Err(Failure { wrongs, trace }) => panic!(
            "schedule {seed} ends badly:\n  {}\n\n  {}\n\nCASEFLOW_SCHEDULE_SEED={seed} plays it again",
            trace.join("\n  "),
            wrongs.join("\n  "),
        ),
    }
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is a number")),
    )
}
