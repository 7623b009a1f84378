//! A payment gateway of one's own: [`GirolinkGateway`] takes money through *Girolink*, an invented
//! provider that takes no cards and signs nothing. A payer opens a link and transfers from a bank
//! account; the money arrives at once, or some days later, and what is posted about it carries an
//! id and nothing else.
//!
//! [`provider`] plays the provider: what in your program is an HTTP client. [`gateway`] is the
//! adapter, and `tests/kit.rs` proves it. The README says how long it is, the guide "write a payment
//! adapter" what to do in which order.
//!
//! ```
//! use std::sync::Arc;
//! use caseflow_core::domain::id::FirmId;
//! use caseflow_core::ports::clock::Clock;
//! use caseflow_core::ports::payments::{FixedGateways, Gateways, PaymentGateway};
//! use custom_payments::{Girolink, GirolinkGateway};
//!
//! fn gateways(firm: FirmId, clock: Arc<dyn Clock>) -> Option<Arc<dyn Gateways>> {
//!     let girolink = Girolink::new("4711", "https://pay.girolink.example", clock);
//!     let gateway: Arc<dyn PaymentGateway> = Arc::new(GirolinkGateway::new(Arc::new(girolink))?);
//!     Some(Arc::new(FixedGateways([(firm, vec![gateway])].into())))
//! }
//! ```

pub mod gateway;
pub mod provider;

pub use gateway::GirolinkGateway;
pub use provider::Girolink;

/// Keeps the guides' examples compiling.
#[cfg(doctest)]
mod guides {
    #[doc = include_str!("../../../docs/payments.md")]
    mod payments {}
    #[doc = include_str!("../../../docs/guides/write-a-payment-adapter.md")]
    mod adapter {}
}
