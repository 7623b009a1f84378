//! Files' bytes: the kit, and where they lie.
#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

mod broken;
mod memory;
