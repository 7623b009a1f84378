//! A payment gateway of one's own: [`GirolinkGateway`] takes money through *Girolink*, an invented
//! provider that mails nobody and takes no cards. A payer opens a link and transfers from a bank
//! account; the money arrives at once, or some days later.
//!
//! [`provider`] plays the provider: what in your program is an HTTP client. [`gateway`] is the
//! adapter, and `tests/kit.rs` proves it. The README says what to do in which order.
//!
//! ```
//! use std::sync::Arc;
//! use caseflow_core::domain::id::FirmId;
//! use caseflow_core::ports::clock::Clock;
//! use caseflow_core::ports::payments::{FixedGateways, Gateways, PaymentGateway};
//! use custom_payments::{Girolink, GirolinkGateway};
//!
//! fn gateways(firm: FirmId, clock: Arc<dyn Clock>) -> Option<Arc<dyn Gateways>> {
//!     let secret = "what the provider signs its notices with";
//!     let girolink = Arc::new(Girolink::new(secret, clock));
//!     let gateway: Arc<dyn PaymentGateway> = Arc::new(GirolinkGateway::new(girolink, secret)?);
//!     Some(Arc::new(FixedGateways([(firm, vec![gateway])].into())))
//! }
//! ```

pub mod gateway;
pub mod provider;

pub use gateway::GirolinkGateway;
pub use provider::Girolink;

/// Keeps the guide's examples compiling.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/payments.md")]
mod guide {}
