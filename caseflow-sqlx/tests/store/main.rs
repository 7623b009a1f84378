//! The store's kit on both engines, and what is special to a SQL database.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a helper that cannot go on fails its test"
)]

mod conformance;
mod document_plans;
mod embedding;
mod erasing;
mod gathered;
mod library_plans;
mod migrations;
mod operation;
mod plans;
mod pooler;
mod reopening;
mod resting;
mod tampering;
