//! The records: each noun's table, how it is written down and how it is read back.

pub(crate) mod alert;
pub(crate) mod announcement;
pub(crate) mod api_key;
pub(crate) mod article;
pub(crate) mod attempt;
pub(crate) mod audit;
pub(crate) mod client;
pub(crate) mod contract;
pub(crate) mod document;
pub(crate) mod file;
pub(crate) mod firm;
pub(crate) mod gateway_event;
pub(crate) mod invoice;
pub(crate) mod mail;
pub(crate) mod offer;
pub(crate) mod offer_link;
mod origin;
pub(crate) mod payment;
pub(crate) mod pricing;
pub(crate) mod readers;
pub(crate) mod refund;
pub(crate) mod reversal;
pub(crate) mod session;
pub(crate) mod signature;
pub(crate) mod vault_item;
