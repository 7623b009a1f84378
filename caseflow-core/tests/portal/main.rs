//! Stories of a firm and its clients, told to the verbs on a store in memory, with a clock that
//! stands still.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper that cannot go on fails its test"
)]

mod access;
mod archive;
mod check;
mod checkouts;
mod conflicts;
mod contracts;
mod dead_letters;
mod devices;
mod documents;
mod edition;
mod export;
mod files;
mod forgetful;
mod hints;
mod invoices;
mod ledger;
mod letters;
mod library;
mod mail;
mod meddled;
mod notary;
mod offers;
mod offers_by_link;
mod offers_story;
mod online;
mod paper;
mod preview;
mod profile;
mod refunds;
mod sealing;
mod sessions;
mod setup;
mod signing;
mod staff;
mod take_out;
mod throttles;
mod till;
mod vault;
