//! Both JSON APIs over HTTP: the firm's with its keys, the client's with sessions.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper that cannot go on fails its test"
)]

#[path = "../common/poppler.rs"]
mod poppler;

mod access;
mod client;
mod contracts;
mod dialect;
mod documents;
mod idempotency;
mod input;
mod invoices;
mod library;
mod offers;
mod online;
mod paging;
mod papers;
mod records;
mod vault;
mod versions;
mod world;
