//! CaseFlow's payments through Stripe: the core's payments port, kept by Checkout Sessions.
//!
//! A payer fills in Stripe's own form, on a page of Stripe's or embedded in one of ours; no card's
//! number ever comes near this program. What came in, went back or is in dispute is asked of Stripe;
//! a signed notice only says when to ask.
//!
//! This is the only crate that knows Stripe's names.
//!
//! ```
//! use std::collections::BTreeMap;
//! use std::sync::Arc;
//!
//! use caseflow_core::adapters::system::SystemClock;
//! use caseflow_core::domain::gateway::AccountTag;
//! use caseflow_core::ports::payments::{FixedGateways, Gateways, PaymentGateway};
//! use caseflow_stripe::{SecretKey, Stripe, StripeSettings, WebhookSecret};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let firm = caseflow_core::testing::fixtures::id(1);
//! let settings = StripeSettings::new(
//!     SecretKey::parse("sk_test_51AbCdEf")?,
//!     vec![WebhookSecret::parse("whsec_0123456789")?],
//!     AccountTag::parse("acct_1AbCdEf")?,
//! )?;
//! let stripe: Arc<dyn PaymentGateway> = Arc::new(Stripe::new(settings, Arc::new(SystemClock))?);
//! assert_eq!(stripe.profile().merchant.to_string(), "stripe:acct_1AbCdEf:test");
//!
//! let gateways = FixedGateways(BTreeMap::from([(firm, vec![stripe])])); // for `Ports::gateways`
//! assert_eq!(gateways.of(firm).len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # At Stripe
//!
//! * The key needs to write Checkout Sessions and refunds, and to read those, payment intents,
//!   charges, disputes and events: a restricted key of that kind is enough.
//! * The webhook's endpoint is subscribed to [`EVENTS`]. What it misses is found by the sweep.
//! * Calls go straight out, over TLS that trusts what the machine trusts; proxies that the environment
//!   names are not used.
//! * The version of the API is this crate's own ([`API_VERSION`]), sent with each call; the
//!   account's default and the endpoint's do not matter.
//!
//! # Features
//!
//! None is on by default; the adapter itself brings `hyper` and `rustls` with `ring` along.
//!
//! | Feature | What it adds | What comes along |
//! | --- | --- | --- |
//! | `double` | `double`: a double of Stripe, for hosts' own tests and for demonstrations. It takes no money | hyper's server |
//!
//! # Further
//!
//! [`StripeSettings`] says what can be set. What a gateway has to keep is the contract of
//! [`PaymentGateway`](caseflow_core::ports::payments::PaymentGateway).

#![cfg_attr(docsrs, feature(doc_cfg))]

mod amount;
mod client;
#[cfg(feature = "double")]
pub mod double;
mod failure;
mod gateway;
mod lists;
mod look;
mod object;
mod profile;
mod reply;
mod request;
mod settings;
mod standing;
mod transport;
mod webhook;

pub use gateway::Stripe;
pub use settings::{
    ApiBase, Form, Methods, PublishableKey, SecretKey, SettingsError, StripeSettings, Timeouts,
    WebhookSecret,
};

/// The events that a webhook's endpoint is to be subscribed to.
pub const EVENTS: &[&str] = &webhook::KINDS;

/// The version of the API that is spoken.
pub const API_VERSION: &str = "2026-09-30.endive";

#[cfg(test)]
mod tests {
    #[test]
    fn the_version_is_the_one_that_the_requests_were_made_for() {
        assert_eq!(super::API_VERSION, stripe_shared::version::VERSION.as_str());
    }
}
