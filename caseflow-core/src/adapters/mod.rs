//! Bundled adapters, the only place in this crate that names a vendor: one file or folder each, and
//! one feature each but for [`memory`], which needs nothing.

pub mod memory;
