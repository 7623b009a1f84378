//! Where CaseFlow's payments through Stripe will live.
//!
//! The crate is empty so far: online payment is not built yet, and no page offers it. It stands here
//! so that the house has its final shape. The adapter will keep the core's payments port, be the only
//! crate that depends on a Stripe client, and hold the only code that knows Stripe's names.
