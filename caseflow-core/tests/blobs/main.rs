//! Files' bytes: the kit, and where they lie.
#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

mod broken;
#[cfg(feature = "s3")]
mod bucket;
#[cfg(feature = "object-store")]
mod folder;
mod memory;
#[cfg(feature = "s3")]
mod storage;
#[cfg(feature = "object-store")]
mod support;
