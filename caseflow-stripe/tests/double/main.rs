//! The double of Stripe.
