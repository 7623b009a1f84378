//! The app with the portal in it, on both databases.
#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

mod jobs;
mod pages;
mod wiring;
mod world;
