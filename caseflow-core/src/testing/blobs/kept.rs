//! Files' bytes in memory, under a test's eyes.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;

use crate::domain::id::{BlobId, FirmId};
use crate::ports::blobs::{BlobError, BlobName, BlobWriter, Blobs, Content};

/// How long the pieces are in which bytes are read.
const PIECE: usize = 10_000;

/// File storage that a test can look into, damage and put out of reach. Clones are the same one.
#[derive(Clone, Default)]
pub struct KeptBlobs(Arc<Mutex<Room>>);

#[derive(Default)]
struct Room {
    files: BTreeMap<BlobName, Vec<u8>>,
    out_of_reach: bool,
}

impl KeptBlobs {
    /// What is kept, by name.
    #[must_use]
    pub fn names(&self) -> Vec<BlobName> {
        self.room().files.keys().copied().collect()
    }

    /// The bytes under a name.
    #[must_use]
    pub fn bytes(&self, name: BlobName) -> Option<Vec<u8>> {
        self.room().files.get(&name).cloned()
    }

    /// Puts other bytes under a name, as whoever holds the disk could.
    pub fn put(&self, name: BlobName, bytes: Vec<u8>) {
        self.room().files.insert(name, bytes);
    }

    /// From now on the storage cannot be reached, or can again.
    pub fn set_out_of_reach(&self, out_of_reach: bool) {
        self.room().out_of_reach = out_of_reach;
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> Result<MutexGuard<'_, Room>, BlobError> {
        let room = self.room();
        match room.out_of_reach {
            true => Err(BlobError::Backend("the storage is out of reach".into())),
            false => Ok(room),
        }
    }
}

impl fmt::Debug for KeptBlobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeptBlobs").field(&self.names()).finish()
    }
}

#[async_trait]
impl Blobs for KeptBlobs {
    async fn create(&self, name: BlobName) -> Result<Box<dyn BlobWriter>, BlobError> {
        if self.open()?.files.contains_key(&name) {
            return Err(BlobError::Exists);
        }
        Ok(Box::new(Writing {
            kept: self.clone(),
            name,
            bytes: vec![],
        }))
    }

    async fn read(&self, name: BlobName, range: Range<u64>) -> Result<Content<'static>, BlobError> {
        let room = self.open()?;
        let file = room.files.get(&name).ok_or(BlobError::NotFound)?;
        let place = |at: u64| usize::try_from(at).map_err(|_| BlobError::NotFound);
        let range = place(range.start)?..place(range.end)?;
        let bytes = file.get(range).ok_or(BlobError::NotFound)?;
        let pieces: Vec<_> = bytes.chunks(PIECE).map(Bytes::copy_from_slice).collect();
        let pieces = pieces.into_iter().map(Ok);
        Ok(Box::pin(futures_util::stream::iter(pieces)))
    }

    async fn delete(&self, name: BlobName) -> Result<(), BlobError> {
        self.open()?.files.remove(&name);
        Ok(())
    }

    async fn list(
        &self,
        firm: FirmId,
        after: Option<BlobId>,
        max: usize,
    ) -> Result<Vec<BlobId>, BlobError> {
        let room = self.open()?;
        let names = room.files.keys().filter(|name| name.firm == firm);
        let ids = names.map(|name| name.id);
        Ok(ids.filter(|id| after < Some(*id)).take(max).collect())
    }
}

struct Writing {
    kept: KeptBlobs,
    name: BlobName,
    bytes: Vec<u8>,
}

#[async_trait]
impl BlobWriter for Writing {
    async fn write(&mut self, piece: Bytes) -> Result<(), BlobError> {
        drop(self.kept.open()?);
        self.bytes.extend_from_slice(&piece);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<u64, BlobError> {
        let mut room = self.kept.open()?;
        if room.files.contains_key(&self.name) {
            return Err(BlobError::Exists);
        }
        let length = self.bytes.len() as u64;
        room.files.insert(self.name, self.bytes);
        Ok(length)
    }

    async fn abort(self: Box<Self>) -> Result<(), BlobError> {
        Ok(())
    }
}
