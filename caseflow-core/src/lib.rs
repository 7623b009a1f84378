//! The core of CaseFlow, a client portal for law and accounting firms: nouns and rules, ports,
//! and the verbs of contacts, of staff and of nobody. It does no I/O: adapters do, behind ports.
//!
//! * [`domain`] holds what may be true and who may do it;
//! * [`ports`] holds the promises that adapters keep, and [`Ports`], which a verb is handed;
//! * [`portal`] holds what a contact does, [`firm`] what staff do, [`upkeep`] what happens by
//!   itself;
//! * [`adapters`] holds the bundled adapters, a feature each;
//! * `testing` (feature `testing`) holds the kit that proves an adapter, doubles and fixtures.
//!
//! A page is one read. A verb that writes loads what it needs, decides in pure code, and ends in one
//! [`commit`](ports::store::Writes::commit).

pub mod adapters;
mod collect;
pub mod domain;
pub mod error;
mod filing;
pub mod firm;
mod intake;
mod ledger;
mod offers;
mod paper;
pub mod portal;
pub mod ports;
mod sealing;
mod tell;
#[cfg(feature = "testing")]
#[expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a kit for tests fails by panicking"
)]
pub mod testing;
pub mod upkeep;
mod vault;
mod write;

pub use error::{Error, ErrorKind};
pub use filing::DocumentContent;
pub use intake::Upload;
pub use paper::{ContractCopies, Document, KeptFile};
pub use ports::Ports;
pub use vault::{OpenedItem, Overview, OverviewKind, VaultEntry, VaultFile};
