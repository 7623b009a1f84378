//! Nouns and rules: pure code without waiting, ports, clocks or features.

pub mod access;
pub mod activity;
pub mod announcement;
pub mod api_key;
pub mod audit;
pub mod changes;
pub mod client;
mod common_passwords;
pub mod currency;
pub mod device;
pub mod firm;
pub mod id;
pub mod invoice;
pub mod link;
pub mod mail;
pub mod money;
pub mod number;
pub mod page;
pub mod password;
pub mod payment;
pub mod pricing;
pub mod print;
pub mod secret;
pub mod session;
pub mod text;
pub mod throttle;
pub mod time;
