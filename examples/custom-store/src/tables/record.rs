//! What a record has to say so that it can be stored and found.

use caseflow_core::domain::id::{BlobId, ClientId, ContactId, InvoiceId, Subject};
use caseflow_core::domain::secret::TokenHash;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::domain::vault::KeyName;

use crate::codec::Codec;

/// A kind of record. Its number is part of the file: none is ever used again for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    Firm = 1,
    Logo = 2,
    Client = 3,
    Contact = 4,
    Invoice = 5,
    Payment = 6,
    Reversal = 7,
    Credit = 8,
    Attempt = 9,
    Refund = 10,
    Alert = 11,
    Event = 12,
    Sweep = 13,
    Offer = 14,
    OfferLink = 15,
    File = 16,
    Contract = 17,
    Signature = 18,
    Document = 19,
    DocumentVersion = 20,
    VaultItem = 21,
    Activity = 22,
    Article = 23,
    Announcement = 24,
    Dismissal = 25,
    Session = 26,
    Link = 27,
    Throttle = 28,
    ApiKey = 29,
    Counter = 30,
    Series = 31,
    Audit = 32,
    Mail = 33,
    Replay = 34,
    Mark = 35,
}

/// What is stored in one row.
pub(crate) trait Record: Codec {
    /// By what it is found. The order of its bytes is the order of the rows.
    type Key: Codec;
    /// Where it lies.
    const NAME: Name;

    /// Its key.
    fn key(&self) -> Self::Key;

    /// By what else it is found within its firm.
    fn indexes(&self) -> Vec<Index> {
        Vec::new()
    }

    /// By what it is found in the whole store.
    fn across(&self) -> Option<Across> {
        None
    }
}

/// What records of a firm are found by, besides their keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Index {
    /// Whose it is.
    Client(ClientId),
    /// Which contact it belongs to.
    Contact(ContactId),
    /// Which invoice it belongs to.
    Invoice(InvoiceId),
    /// The record it is about.
    Subject(Subject),
    /// A word that only one has: an e-mail's key, a slug, a charge.
    Word(String),
    /// The hash of its secret.
    Token(TokenHash),
    /// Where its bytes lie.
    Blob(BlobId),
    /// The key that wraps it.
    Key(KeyName),
}

impl Index {
    /// What the index by wrapping keys starts with.
    pub(super) const KEY: u8 = 8;

    pub(super) fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Client(id) => (1_u8, *id).put(out),
            Self::Contact(id) => (2_u8, *id).put(out),
            Self::Invoice(id) => (3_u8, *id).put(out),
            Self::Subject(id) => (4_u8, *id).put(out),
            Self::Word(word) => (5_u8, word.clone()).put(out),
            Self::Token(hash) => (6_u8, *hash).put(out),
            Self::Blob(id) => (7_u8, *id).put(out),
            Self::Key(name) => (Self::KEY, name.clone()).put(out),
        }
    }
}

/// What records of all firms are found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Across {
    /// When it is work to be done.
    Due(Timestamp),
    /// When it has no more use.
    Ends(Timestamp),
    /// The hash of its secret.
    Token(TokenHash),
}

impl Across {
    pub(super) fn put(self, out: &mut Vec<u8>) {
        match self {
            Self::Due(at) => (1_u8, at).put(out),
            Self::Ends(at) => (2_u8, at).put(out),
            Self::Token(hash) => (3_u8, hash).put(out),
        }
    }
}
