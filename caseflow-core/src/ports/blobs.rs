//! The port behind which the bytes of files lie: shared documents, and the vault's sealed objects.

use std::error::Error as StdError;
use std::fmt;
use std::ops::Range;
use std::pin::Pin;

use async_trait::async_trait;
use bytes::Bytes;
use futures_core::Stream;

use crate::domain::id::{BlobId, FirmId};

/// Keeps files' bytes under names that are drawn at random and never used again.
///
/// # Contract
/// * Bytes that were [finished](BlobWriter::finish) are durable, and the same at every read. Before
///   that nobody sees anything of them; a writer that is dropped leaves nothing that a read finds.
/// * A name is written once: a second [`create`](Blobs::create) of it, or its `finish`, is
///   [`BlobError::Exists`], and the bytes of the first stay.
/// * A read answers exactly the range that was asked for; a range that does not lie within the bytes
///   is [`BlobError::NotFound`], as a name is that holds nothing.
/// * Memory does not grow with the length: both ways go by pieces of at most some megabytes.
/// * Deleting what is not there is no error.
/// * Names of firms and clients, of files and matters are none of its business: all it learns is two
///   ids.
///
/// `caseflow_core::blobs_conformance!` (feature `testing`) proves an adapter;
/// [`MemoryBlobs`](crate::adapters::memory::MemoryBlobs) is the reference.
#[async_trait]
pub trait Blobs: fmt::Debug + Send + Sync {
    /// Begins to write.
    async fn create(&self, name: BlobName) -> Result<Box<dyn BlobWriter>, BlobError>;

    /// Reads these bytes.
    async fn read(&self, name: BlobName, range: Range<u64>) -> Result<Content<'static>, BlobError>;

    /// Deletes.
    async fn delete(&self, name: BlobName) -> Result<(), BlobError>;

    /// Up to `max` of a firm's names after this one, in the order of their ids: for the sweep that
    /// deletes what no record refers to.
    async fn list(
        &self,
        firm: FirmId,
        after: Option<BlobId>,
        max: usize,
    ) -> Result<Vec<BlobId>, BlobError>;
}

/// Bytes that are being written.
#[async_trait]
pub trait BlobWriter: Send {
    /// Adds a piece.
    async fn write(&mut self, piece: Bytes) -> Result<(), BlobError>;

    /// Makes what was written durable, and there for readers. Answers how many bytes it is.
    async fn finish(self: Box<Self>) -> Result<u64, BlobError>;

    /// Gives up: what was written goes.
    async fn abort(self: Box<Self>) -> Result<(), BlobError>;
}

/// What a file's bytes are kept under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobName {
    /// Whose.
    pub firm: FirmId,
    /// Which.
    pub id: BlobId,
}

/// The bytes of a file as they come, piece by piece. After an error nothing more comes.
pub type Content<'a> = Pin<Box<dyn Stream<Item = Result<Bytes, BlobError>> + Send + 'a>>;

/// Why bytes were not kept or not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlobError {
    /// There is nothing under this name, or it is shorter than the range.
    #[error("there are no such bytes in the file storage")]
    NotFound,
    /// There is something under this name.
    #[error("there are bytes under this name already")]
    Exists,
    /// Whoever sends the content stopped before its end.
    #[error("the content broke off before its end")]
    Interrupted(#[source] Box<dyn StdError + Send + Sync>),
    /// Anything else that the storage says.
    #[error("the file storage does not answer")]
    Backend(#[source] Box<dyn StdError + Send + Sync>),
}
