//! The double of Stripe: what it promises, by asking it directly.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper that cannot go on fails its test"
)]

mod answers;
mod asked;
mod back;
mod checkouts;
mod desk;
mod faults;
mod keys;
mod kit;
mod lists;
mod notices;
mod pages;
mod served;
mod shapes;
