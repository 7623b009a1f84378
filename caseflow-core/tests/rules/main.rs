//! The rules of the domain: the acceptance cases by their ids, and properties over all inputs.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper that cannot go on fails its test"
)]

mod contracts;
mod documents;
mod library;
mod money;
mod offer_links;
mod offers;
mod online;
mod pages;
mod pricing;
mod pricing_laws;
mod refunds;
mod rich_text;
mod samples;
mod text;
