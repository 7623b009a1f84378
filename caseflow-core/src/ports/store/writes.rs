use std::fmt;

use async_trait::async_trait;

use super::StoreError;
use crate::domain::changes::{Changes, Reply};
use crate::domain::id::FirmId;

/// The one write door.
///
/// # Contract
/// * All of `changes` is written or nothing, and once `commit` has answered it survives the loss of
///   power.
/// * A known idempotency key with the same fingerprint writes nothing and answers
///   [`Committed::Replayed`]; with another fingerprint, [`StoreError::KeyReused`]. Of any number of
///   simultaneous commits with one key, one is applied.
/// * An update whose version is not the stored one, or whose record is absent, is
///   [`StoreError::Conflict`]; so is [`UseLink`](crate::domain::changes::Change::UseLink) of a link
///   that is gone.
/// * `firm` is said once, here: every record that is written belongs to it, and a reference to
///   another firm's record is [`StoreError::MissingReference`].
/// * Numbers that are `Next` are taken in the order of the changes; audit rows get the next places
///   of the firm's chain in their order.
/// * Two commits that write the same records in opposite order do not block each other for ever.
#[async_trait]
pub trait Writes: fmt::Debug + Send + Sync {
    /// Writes.
    async fn commit(&self, firm: FirmId, changes: Changes) -> Result<Committed, StoreError>;
}

/// What became of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// Everything was written.
    Applied,
    /// The request had been answered before; this is what was answered.
    Replayed(Reply),
}
