//! Nouns and rules. Pure: no waiting, no clock, no ports.

pub mod currency;
pub mod money;
pub mod pricing;
pub mod text;
