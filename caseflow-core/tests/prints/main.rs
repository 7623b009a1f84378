//! Prints: what documents show is what the domain computed.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

mod figures;
mod papers;
mod refusals;
mod reversals;
mod setup;
mod statements;
