//! The portal over HTTP: a browser without scripts, two firms, a clock that stands still.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper that cannot go on fails its test"
)]

#[path = "../common/poppler.rs"]
mod poppler;

mod access;
mod announcements;
mod assets;
mod attempts;
mod confirm;
mod contracts;
mod csrf;
mod dashboard;
mod documents;
mod faults;
mod forms;
mod headers;
mod invoices;
mod library;
mod matrix;
mod mounts;
mod notary;
mod offer_links;
mod offers;
mod papers;
mod passwords;
mod paying;
mod payments;
mod preview;
mod profile;
mod remember;
mod sessions;
mod sign_in;
mod take_out;
mod vault;
mod verify;
mod vouched;
mod webhooks;
mod world;
