//! The PDF adapter, read back by poppler (`pdftotext`, `pdfinfo`), which has to be installed.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

mod acceptance;
mod conformance;
mod edges;
mod golden;
mod joined;
mod papers;
mod poppler;
mod uploads;
