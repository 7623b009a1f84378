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
///
/// # The smallest one
/// ```
/// use std::collections::BTreeMap;
/// use std::ops::Range;
/// use std::sync::{Arc, Mutex};
///
/// use async_trait::async_trait;
/// use bytes::Bytes;
/// use caseflow_core::domain::id::{BlobId, FirmId};
/// use caseflow_core::ports::blobs::{BlobError, BlobName, BlobWriter, Blobs, Content};
/// use futures_util::{TryStreamExt as _, stream};
///
/// /// Keeps files until the program ends, and has no thread that panics.
/// #[derive(Debug, Clone, Default)]
/// struct Shelf(Arc<Mutex<BTreeMap<BlobName, Bytes>>>);
///
/// struct Writing { shelf: Shelf, name: BlobName, bytes: Vec<u8> }
///
/// #[async_trait]
/// impl Blobs for Shelf {
///     async fn create(&self, name: BlobName) -> Result<Box<dyn BlobWriter>, BlobError> {
///         if self.0.lock().unwrap().contains_key(&name) { return Err(BlobError::Exists) }
///         Ok(Box::new(Writing { shelf: self.clone(), name, bytes: vec![] }))
///     }
///     async fn read(&self, name: BlobName, range: Range<u64>) -> Result<Content<'static>, BlobError> {
///         let bytes = self.0.lock().unwrap().get(&name).cloned().ok_or(BlobError::NotFound)?;
///         let range = range.start as usize..range.end as usize;
///         let piece = bytes.get(range).ok_or(BlobError::NotFound)?;
///         let piece = Bytes::copy_from_slice(piece);
///         Ok(Box::pin(stream::iter((!piece.is_empty()).then_some(Ok(piece)))))
///     }
///     async fn delete(&self, name: BlobName) -> Result<(), BlobError> {
///         self.0.lock().unwrap().remove(&name);
///         Ok(())
///     }
///     async fn list(&self, firm: FirmId, after: Option<BlobId>, max: usize) -> Result<Vec<BlobId>, BlobError> {
///         let kept = self.0.lock().unwrap();
///         let ids = kept.keys().filter(|name| name.firm == firm).map(|name| name.id);
///         Ok(ids.filter(|id| after < Some(*id)).take(max).collect())
///     }
/// }
///
/// #[async_trait]
/// impl BlobWriter for Writing {
///     async fn write(&mut self, piece: Bytes) -> Result<(), BlobError> {
///         self.bytes.extend(piece);
///         Ok(())
///     }
///     async fn finish(self: Box<Self>) -> Result<u64, BlobError> {
///         let (length, mut kept) = (self.bytes.len() as u64, self.shelf.0.lock().unwrap());
///         if kept.contains_key(&self.name) { return Err(BlobError::Exists) }
///         kept.insert(self.name, self.bytes.into());
///         Ok(length)
///     }
///     async fn abort(self: Box<Self>) -> Result<(), BlobError> { Ok(()) }
/// }
/// # use caseflow_core::domain::id::TypedId;
/// # use caseflow_core::domain::time::Timestamp;
/// # let at = Timestamp::from_micros(0);
/// # let name = BlobName { firm: FirmId::from_parts(at, [1; 10]), id: BlobId::from_parts(at, [2; 10]) };
/// # futures_executor::block_on(async {
///
/// let shelf = Shelf::default();
/// let mut writing = shelf.create(name).await?;
/// writing.write("a letter".into()).await?;
/// assert_eq!(writing.finish().await?, 8);
/// let pieces: Vec<Bytes> = shelf.read(name, 2..8).await?.try_collect().await?;
/// assert_eq!(pieces.concat(), b"letter");
/// assert!(matches!(shelf.create(name).await, Err(BlobError::Exists)));
/// # Ok::<(), BlobError>(())
/// # }).unwrap();
/// ```
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
