//! Online payments under every schedule: payers, staff, the bank, the post and several servers act
//! at once, calls interleave wherever they wait, servers die over them, the gateway does not answer,
//! time passes. In the end the books are right, or the schedule is printed.
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
