//! The core of CaseFlow, a client portal for law and accounting firms: nouns and rules, ports,
//! and the verbs of contacts, of staff and of nobody. It does no I/O: adapters do, behind ports.
//!
//! The rules can be had alone. They wait for nothing and need no feature:
//!
//! ```
//! use caseflow_core::domain::currency::Currency;
//! use caseflow_core::domain::pricing::{LineItem, PriceMode, Pricing, Quantity, UnitPrice};
//! use caseflow_core::domain::text::Prose;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let advice = LineItem {
//!     description: Prose::parse("Advice on the lease")?,
//!     quantity: Quantity::parse("2.5")?,
//!     unit_price: UnitPrice::parse("180.00")?,
//!     discount: None,
//!     taxes: vec![],
//! };
//! let pricing = Pricing {
//!     currency: Currency::USD,
//!     mode: PriceMode::TaxExclusive,
//!     lines: vec![advice],
//!     discount: None,
//! };
//! assert_eq!(pricing.totals()?.total.to_string(), "450.00 USD");
//! # Ok(())
//! # }
//! ```
//!
//! A verb is handed [`Ports`], which a host fills with adapters and a test with doubles (feature
//! `testing`). Here staff issue an invoice, and the contact's dashboard shows it:
//!
//! ```
//! # #[cfg(not(feature = "testing"))]
//! # fn main() {}
//! # #[cfg(feature = "testing")]
//! # fn main() -> Result<(), caseflow_core::Error> {
//! use std::sync::Arc;
//!
//! use caseflow_core::adapters::memory::MemoryStore;
//! use caseflow_core::domain::{access::Origin, id::Subject};
//! use caseflow_core::firm::{self, Call};
//! use caseflow_core::portal::{Visiting, dashboard::dashboard};
//! use caseflow_core::testing::{Doubles, block_on, fixtures};
//!
//! # block_on(async {
//! let ports = Doubles::new().ports(Arc::new(MemoryStore::new()));
//! let office = fixtures::Office::open(&*ports.store, 1).await;
//!
//! let call = Call { staff: office.staff(), origin: Origin::default(), idempotency: None };
//! let terms = fixtures::terms(fixtures::usd("450.00"), "2026-11-24", "2026-12-24");
//! let draft = firm::invoices::draft(&ports, &call, office.client.id, terms).await?;
//! if let Subject::Invoice(invoice) = draft.id {
//!     firm::invoices::issue(&ports, &call, invoice, Some(draft.version)).await?;
//! }
//!
//! let visitor = office.visit(&office.contact).visitor;
//! let visiting = Visiting { firm: office.firm.id, visitor, origin: Origin::default() };
//! let page = dashboard(&ports, &visiting).await?.page;
//! assert_eq!(page.to_pay[0].amount_due().to_string(), "450.00 USD");
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! # Where what is
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
//!
//! # Features
//!
//! None is on by default. Each adds a module and changes nothing else; nothing is picked for a host,
//! which hands in what it chose by name.
//!
//! | Feature | What it adds | What comes along |
//! | --- | --- | --- |
//! | `aes-gcm` | [`adapters`]`::aes_gcm`: the vault's cipher, in Rust alone; `keyring`: keys that the host holds | `aes-gcm` |
//! | `argon2` | `adapters::argon2`: passwords, on threads of their own | `argon2` |
//! | `aws-lc-rs` | `adapters::aws_lc_rs`: the vault's cipher, faster; `keyring` | AWS-LC: C and assembly, and a C compiler |
//! | `object-store` | `adapters::object_store`: files' bytes in a folder | `object_store`, `tokio` |
//! | `pades` | `adapters::pades`: seals on signed copies, made and checked | `ring`, `p256`, `der` |
//! | `pdf-writer` | `adapters::pdf_writer`: documents as PDF/A and PDF/UA | `pdf-writer`, `harfrust`, `subsetter`, `png`; 0.6 MB of fonts |
//! | `s3` | files' bytes in a bucket too | what `object-store` does, `hyper`, `rustls` with `ring` |
//! | `system` | `adapters::system`: the machine's clock and randomness | `getrandom`, tokio's timer |
//! | `testing` | `testing`: kits, doubles, fixtures | nothing |
//!
//! # Further
//!
//! To mount the portal in a program, read the front page of `caseflow-axum`; to write an adapter, the
//! *Contract* and the smallest implementation in each of the [`ports`], then the kit in `testing`.

#![cfg_attr(docsrs, feature(doc_cfg))]

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
mod take_out;
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
pub use take_out::{FileHead, Piece, TakeOut};
pub use vault::{OpenedItem, Overview, OverviewKind, VaultEntry, VaultFile};
