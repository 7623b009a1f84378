//! Seals, checked by us and by poppler's `pdfsig`, which has to be installed.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

mod conformance;
#[cfg(feature = "pdf-writer")]
mod contracts;
mod desk;
mod foreign;
mod forgery;
#[cfg(feature = "pdf-writer")]
mod joined;
mod poppler;
mod uploads;
