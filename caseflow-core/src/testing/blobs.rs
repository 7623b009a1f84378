//! Files' bytes, in tests.

mod kept;

pub use kept::KeptBlobs;
