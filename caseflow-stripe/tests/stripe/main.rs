//! The adapter against a server on this machine, against what Stripe publishes, and alone.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper that cannot go on fails its test"
)]

mod aftermath;
mod failures;
mod fixtures;
mod lists;
mod profile;
mod replies;
mod requests;
mod schema;
mod server;
mod support;
mod webhook;
