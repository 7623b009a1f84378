//! The store's kit on both engines, and what is special to a SQL database.

mod conformance;
mod embedding;
mod migrations;
mod plans;
mod pooler;
mod reopening;
mod writer;
