//! What is wrong with an item that cannot be opened.

use super::super::id::VaultItemId;

/// What was found wrong. It is for the firm's log: whoever asked learns only that the item cannot be
/// read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The envelope is another item's, another version's, or was changed.
    #[error("the key's envelope is another item's or version's, or was changed")]
    Envelope,
    /// The header of an object does not go with the key and the item.
    #[error("an object was sealed for another item or version, or its header was changed")]
    Commitment,
    /// A chunk is not what was sealed in its place.
    #[error("a chunk is not what was sealed in its place")]
    Changed,
    /// An object has another length than what was sealed.
    #[error("an object has another length than what was sealed")]
    Length,
    /// The object of the body is not there, or it is cut off.
    #[error("the object of the body is not in the file storage, or is cut off")]
    Missing,
    /// What was opened are no details that this version knows.
    #[error("the details are of a kind that this version does not know")]
    Details,
}

impl Fault {
    /// The name that the log has for it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Envelope => "envelope",
            Self::Commitment => "commitment",
            Self::Changed => "changed",
            Self::Length => "length",
            Self::Missing => "missing",
            Self::Details => "details",
        }
    }
}

/// Which item cannot be opened, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{item} cannot be opened: {fault}")]
pub struct Unopened {
    /// The item.
    pub item: VaultItemId,
    /// What is wrong with it.
    pub fault: Fault,
}
