//! The kit: what proves an adapter, and what a test needs instead of the world.
//!
//! * [`store_conformance!`](crate::store_conformance) makes a test of every case of [`store`];
//! * [`pdf_conformance!`](crate::pdf_conformance) makes a test of every case of [`pdf`];
//! * [`payments_conformance!`](crate::payments_conformance) makes a test of every case of
//!   [`payments`]; [`gateway`] is a payment gateway in memory;
//! * [`sealer_conformance!`](crate::sealer_conformance) makes a test of every case of [`sealer`];
//!   [`KeptSeals`] is a sealer without a key;
//! * [`cipher_conformance!`](crate::cipher_conformance) makes a test of every case of [`cipher`],
//!   [`keys_conformance!`](crate::keys_conformance) of [`keys`]; [`FakeKeyService`] holds keys in
//!   memory, with delays and outages;
//! * [`blobs_conformance!`](crate::blobs_conformance) makes a test of every case of [`blobs`];
//!   [`KeptBlobs`] keeps files' bytes where a test can look at them and change them;
//! * [`Doubles`] are ports that a test controls: a clock that is set by hand, entropy from a seed,
//!   passwords that cost nothing, mail that stays in a drawer;
//! * [`fixtures`] are records and inputs ready-made, [`prints`] documents to lay out.
//!
//! Everything here panics when something is not as it should be: it is for tests only.

pub mod blobs;
pub mod cipher;
mod doubles;
pub mod fixtures;
pub mod gateway;
pub mod keys;
pub mod payments;
pub mod pdf;
pub mod prints;
mod run;
pub mod sealer;
pub mod store;

pub use blobs::KeptBlobs;
pub use cipher::QuickCipher;
pub use doubles::{
    ChosenGateways, Doubles, KeptMail, KeptPrints, MailFault, PlainAddresses, QuickPasswords,
    SeededEntropy, TestClock,
};
pub use keys::{FakeKeyService, KeyFault};
pub use run::{block_on, join_all};
pub use sealer::{KeptSeals, SealFault};
