//! The store port: reads shaped by use, and one write door. What keeps it is proved by
//! `caseflow_core::store_conformance!` (feature `testing`);
//! [`MemoryStore`](crate::adapters::memory::MemoryStore) is the reference.
//!
//! This port is too large for a toy: seven traits, some hundred reads. The smallest whole one is
//! the source of [`adapters::memory`](crate::adapters::memory); in the repository, `examples/custom-store`
//! is one on another engine, and `docs/guides/write-a-store.md` says in which order to write yours. What
//! shall only be watched or changed on its way is a wrapper that passes on:
//!
//! ```
//! use std::sync::atomic::{AtomicU32, Ordering};
//!
//! use async_trait::async_trait;
//! use caseflow_core::adapters::memory::MemoryStore;
//! use caseflow_core::domain::{changes::Changes, id::FirmId};
//! use caseflow_core::ports::store::{Committed, StoreError, Writes};
//!
//! #[derive(Debug)]
//! struct Counted(MemoryStore, AtomicU32);
//!
//! #[async_trait]
//! impl Writes for Counted {
//!     async fn commit(&self, firm: FirmId, changes: Changes) -> Result<Committed, StoreError> {
//!         self.1.fetch_add(1, Ordering::Relaxed);
//!         self.0.commit(firm, changes).await
//!     }
//! }
//! # // and so on for `PortalReads`, `FirmReads`, `AccessReads`, `DocumentReads`, `VaultReads`, `Queue`
//! ```
//!
//! # Contract
//!
//! *Scope.* Every read says its scope once, and the adapter applies it in the query itself. A
//! record of another firm, or for the portal of another client, is as if it did not exist.
//!
//! *One moment.* A read sees the store at one moment: all of a commit, or nothing of it.
//!
//! *One write.* [`Writes::commit`] writes all of a
//! [`Changes`](crate::domain::changes::Changes) or nothing. A record is replaced only when its
//! version is still the one that was read.
//!
//! *Constraints.* These hold under any concurrency, and their breach has a name in [`Constraint`]:
//! one contact with an e-mail address a firm (removed ones do not count), one primary contact a
//! client, one record an id and kind in a firm (two firms may hold the same id), one session and one
//! link a secret in a firm, one API key a secret in the whole store, one live attempt an invoice, one
//! attempt a checkout, one payment a charge, one reversal of a kind a movement of money (the last
//! three within a merchant of the firm), one signature a contract, one article a slug in a firm, one link to an offer a secret in a
//! firm. A record is refused by the first change that breaks a
//! constraint, in the order of the changes. Numbers of a series start at 1 and have no gaps and no
//! repeats.
//!
//! *Time.* The store never reads a clock: what depends on the time takes it as an argument. A
//! status filter means the status on the firm's calendar day at that time, in the firm's zone as
//! it is at the moment of the read, and agrees with
//! [`status`](crate::domain::invoice::status) on every row.
//!
//! *Order.* Lists are in a total order, page by key, and have no gaps or repeats while rows come
//! in. Ids compare by their bytes.

use std::error::Error as StdError;

mod access;
mod documents;
mod firm;
mod library;
mod mails;
mod paperwork;
mod portal;
mod queue;
mod statement;
mod vault;
mod writes;

pub use access::{AccessReads, LinkCard, MailCard, SignInCard};
pub use documents::{DocumentFile, DocumentQuery, DocumentReads, FirmDocumentQuery};
pub use firm::{
    AlertQuery, AttemptQuery, AuditQuery, ClientFile, ClientRow, FirmReads, InvoiceCard,
    InvoiceFile, InvoiceKey, InvoiceQuery, PaymentQuery, PaymentRow, StatementCard,
};
pub use library::{ArticleQuery, ArticleRow, LibraryPage, LibraryQuery};
pub use mails::{MailQuery, MailRow, MailStage};
pub use paperwork::{
    ContractCard, ContractFile, ContractQuery, ContractRow, OfferCard, OfferFile, OfferLinkCard,
    OfferQuery, OfferRow,
};
pub use portal::{
    ActivityRow, DashboardPage, EditionCard, HistoryRow, InvoiceRow, OpenBalance, PortalReads,
    ReversalRow, Visit,
};
pub use queue::{Lease, MoneyTask, MoneyWork, Outcome, Queue, Settlement};
pub use statement::StatementFile;
pub use vault::{VaultLog, VaultReads};
pub use writes::{Committed, Writes};

/// A whole store: all of its parts in one adapter.
pub trait Store:
    PortalReads + FirmReads + AccessReads + DocumentReads + VaultReads + Writes + Queue
{
}

impl<T: PortalReads + FirmReads + AccessReads + DocumentReads + VaultReads + Writes + Queue> Store
    for T
{
}

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A record is no longer as it was read. Load again, decide again.
    #[error("a record was changed by somebody else")]
    Conflict,
    /// A constraint forbids the write; nothing was written.
    #[error("the write would break a constraint: {}", .0.code())]
    AlreadyExists(Constraint),
    /// The write refers to a record that is not in this firm; nothing was written.
    #[error("the write refers to a record that does not exist")]
    MissingReference,
    /// The idempotency key was used for another request; nothing was written.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The connection broke while the write was being confirmed: it may have been done or not.
    #[error("it is not known whether the write was done")]
    OutcomeUnknown(#[source] Box<dyn StdError + Send + Sync>),
    /// What is stored cannot be read as what it should be.
    #[error("a stored record cannot be read")]
    Corrupt(#[source] Box<dyn StdError + Send + Sync>),
    /// Anything else the engine says.
    #[error("the store does not answer")]
    Backend(#[source] Box<dyn StdError + Send + Sync>),
}

/// A named constraint that every store keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Constraint {
    /// Two contacts of one firm, neither removed, with the same e-mail address.
    ContactEmail,
    /// Two primary contacts of one client.
    PrimaryContact,
    /// Two live attempts at one invoice.
    LiveAttempt,
    /// Two attempts with one checkout.
    Checkout,
    /// Two payments of one charge.
    Charge,
    /// Two reversals of one kind with one movement of money.
    Reversal,
    /// Two articles of one firm with one slug.
    ArticleSlug,
    /// Two signatures of one contract.
    Signature,
    /// Two records with one id, or two secrets with one hash.
    Identity,
}

impl Constraint {
    /// A word for it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ContactEmail => "contact_email",
            Self::PrimaryContact => "primary_contact",
            Self::LiveAttempt => "live_attempt",
            Self::Checkout => "checkout",
            Self::Charge => "charge",
            Self::Reversal => "reversal",
            Self::ArticleSlug => "article_slug",
            Self::Signature => "signature",
            Self::Identity => "identity",
        }
    }
}
