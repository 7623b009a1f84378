//! The JSON APIs: the client's own, beside the portal's pages, and the firm's, a router of its own.
//!
//! Both speak the same dialect: amounts as whole minor units, decimals as text, RFC 3339 times in
//! UTC, ids with a prefix, lists by cursor, problems as RFC 9457 says. What a request carries is
//! declared once with [`wire::body!`]; what is answered, in structs of this module, never in the
//! core's own types.

mod answer;
mod contract;
mod invoice;
mod money;
mod offer;
mod readers;
mod request;
mod values;
mod vault;
mod wire;
mod words;

pub(crate) mod document;
pub(crate) mod firm;
pub(crate) mod portal;

pub(crate) use money::place_in_body;
