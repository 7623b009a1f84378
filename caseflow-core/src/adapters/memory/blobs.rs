//! Files' bytes in memory.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};

use crate::domain::id::{BlobId, FirmId};
use crate::ports::blobs::{BlobError, BlobName, BlobWriter, Blobs, Content};

/// How long the pieces are in which bytes are read.
const PIECE: usize = 1 << 20;

/// Keeps files' bytes in memory: the reference implementation of the
/// [port](crate::ports::blobs::Blobs), for tests, examples and trying things out. It forgets everything when
/// it is dropped.
#[derive(Clone, Default)]
pub struct MemoryBlobs(Arc<Mutex<BTreeMap<BlobName, Bytes>>>);

impl MemoryBlobs {
    /// Nothing is kept yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> Result<MutexGuard<'_, BTreeMap<BlobName, Bytes>>, BlobError> {
        let kept = self.0.lock();
        kept.map_err(|_| BlobError::Backend("a thread panicked while it held the files".into()))
    }
}

impl fmt::Debug for MemoryBlobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryBlobs").finish_non_exhaustive()
    }
}

#[async_trait]
impl Blobs for MemoryBlobs {
    async fn create(&self, name: BlobName) -> Result<Box<dyn BlobWriter>, BlobError> {
        if self.lock()?.contains_key(&name) {
            return Err(BlobError::Exists);
        }
        Ok(Box::new(Writing {
            kept: self.clone(),
            name,
            bytes: BytesMut::new(),
        }))
    }

    async fn read(&self, name: BlobName, range: Range<u64>) -> Result<Content<'static>, BlobError> {
        let bytes = self.lock()?.get(&name).cloned();
        let bytes = bytes.ok_or(BlobError::NotFound)?;
        let place = |at: u64| usize::try_from(at).ok().filter(|at| *at <= bytes.len());
        let (Some(start), Some(end)) = (place(range.start), place(range.end)) else {
            return Err(BlobError::NotFound);
        };
        if start > end {
            return Err(BlobError::NotFound);
        }
        let pieces = (start..end).step_by(PIECE);
        let pieces = pieces.map(move |from| Ok(bytes.slice(from..end.min(from + PIECE))));
        Ok(Box::pin(futures_util::stream::iter(pieces)))
    }

    async fn delete(&self, name: BlobName) -> Result<(), BlobError> {
        self.lock()?.remove(&name);
        Ok(())
    }

    async fn list(
        &self,
        firm: FirmId,
        after: Option<BlobId>,
        max: usize,
    ) -> Result<Vec<BlobId>, BlobError> {
        let kept = self.lock()?;
        let names = kept.keys().filter(|name| name.firm == firm);
        let ids = names.map(|name| name.id);
        Ok(ids.filter(|id| after < Some(*id)).take(max).collect())
    }
}

/// What is being written.
struct Writing {
    kept: MemoryBlobs,
    name: BlobName,
    bytes: BytesMut,
}

#[async_trait]
impl BlobWriter for Writing {
    async fn write(&mut self, piece: Bytes) -> Result<(), BlobError> {
        self.bytes.extend_from_slice(&piece);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<u64, BlobError> {
        let bytes = self.bytes.freeze();
        let length = bytes.len() as u64;
        match self.kept.lock()?.entry(self.name) {
            Entry::Occupied(_) => Err(BlobError::Exists),
            Entry::Vacant(free) => {
                free.insert(bytes);
                Ok(length)
            }
        }
    }

    async fn abort(self: Box<Self>) -> Result<(), BlobError> {
        Ok(())
    }
}
