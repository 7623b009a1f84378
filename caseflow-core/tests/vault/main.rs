//! The vault: formats, keys and ciphers.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

mod body;
mod broken;
mod conformance;
mod damage;
mod desk;
mod details;
mod envelope;
mod golden;
mod items;
mod mutants;
mod ranges;
mod rotation;
mod service;
mod support;
mod vectors;
