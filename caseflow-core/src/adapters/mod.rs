//! Bundled adapters, the only place in this crate that names a vendor: one file and one feature
//! each.
