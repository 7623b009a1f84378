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
///   simultaneous commits with one key, one is applied. The key is looked at before anything else,
///   is known in its firm alone, and stays known until it is [purged](super::Queue::purge), its
///   `expires_at` over or not.
/// * An update whose version is not the stored one, or whose record is absent, is
///   [`StoreError::Conflict`]; so is [`UseLink`](crate::domain::changes::Change::UseLink) of a link
///   that is gone, and a [`Throttle`](crate::domain::changes::Change::Throttle) that others moved.
/// * `firm` is said once, here: every record that is written belongs to it, and a reference to
///   another firm's record is [`StoreError::MissingReference`]. References are the client of a
///   contact, invoice, payment, reversal, credit, attempt, refund, offer, link to an offer, contract,
///   signature, activity, counter, audience and mail, the offer of a link to it, the contract and the
///   contact of a signature, the contact of a decision on an offer or contract, the files of a
///   contract, the invoice of a payment, reversal, credit, attempt, refund and alert, the payment of a reversal and
///   refund, the attempt of a charge, refund and alert, the contact of a session, link, dismissal,
///   attempt and mail, the announcement of a dismissal.
///   Nothing is written to a firm that does not exist; its first change makes it.
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
