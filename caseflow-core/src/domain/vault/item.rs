//! An item of a vault, as it is stored.

use std::fmt;

use super::super::id::{BlobId, ClientId, FirmId, VaultItemId};
use super::super::readers::Readers;
use super::super::time::Timestamp;
use super::{Envelope, ItemVersion};

/// An item of a client's vault. What it is called and what it holds is sealed: nothing of it is here
/// in the clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultItem {
    /// Its id.
    pub id: VaultItemId,
    /// Whose vault it lies in.
    pub client: ClientId,
    /// For which contacts it is there.
    pub readers: Readers,
    /// What of it is sealed.
    pub sealed: Sealed,
    /// When it was put into the vault.
    pub added_at: Timestamp,
}

/// What is sealed of an item, by the key of this version alone. A change of what it holds is a new
/// version with a new key; the one before goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The version that it is sealed for, from 1.
    pub version: u64,
    /// The version's key, wrapped.
    pub envelope: Envelope,
    /// The object of its [details](super::Details).
    pub details: Vec<u8>,
    /// The object of its body, when it is a file.
    pub body: Option<SealedBody>,
    /// When this version was put into the vault.
    pub at: Timestamp,
}

/// Where the sealed body of a file lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedBody {
    /// The object.
    pub blob: BlobId,
    /// How many bytes the object has.
    pub length: u64,
}

impl VaultItem {
    /// What its objects and its envelope are bound to.
    #[must_use]
    pub fn binding(&self, firm: FirmId) -> ItemVersion {
        ItemVersion::new(firm, self.client, self.id, self.sealed.version)
    }

    /// The item with its key wrapped anew. Nothing else of it changes.
    #[must_use]
    pub fn rewrapped(self, envelope: Envelope) -> Self {
        let sealed = Sealed {
            envelope,
            ..self.sealed
        };
        Self { sealed, ..self }
    }
}

/// Says what lies where, and nothing of what is sealed.
impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed")
            .field("version", &self.version)
            .field("key", self.envelope.key())
            .field("body", &self.body)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}
