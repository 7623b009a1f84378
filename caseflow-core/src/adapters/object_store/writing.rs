//! Writing, in one request or in parts.

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use object_store::path::Path;
use object_store::{Error, MultipartUpload, ObjectStore, ObjectStoreExt as _, PutMode};
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use super::{Lies, ObjectBlobs, backend, folder, path};
use crate::ports::blobs::{BlobError, BlobName, BlobWriter};

/// How long a part is: the shortest that S3 takes. All but the last are of one length, as some
/// storages want it.
const PART: usize = 5 << 20;
/// How many parts may be on their way while the next one fills.
const ON_THE_WAY: usize = 2;

/// A file that is being written: what was sent of it, and what has come of the next part.
pub(super) struct Writing {
    blobs: ObjectBlobs,
    name: BlobName,
    sent: Sent,
    filling: BytesMut,
    length: u64,
}

enum Sent {
    Nothing,
    Parts(Parts),
    /// A part was lost on its way, or is not known to have come.
    Broken,
}

impl Writing {
    pub(super) fn new(blobs: ObjectBlobs, name: BlobName) -> Self {
        Self {
            blobs,
            name,
            sent: Sent::Nothing,
            filling: BytesMut::new(),
            length: 0,
        }
    }

    /// Sends what has come as a part, and goes on with an empty one.
    async fn send(&mut self) -> Result<(), BlobError> {
        let part = std::mem::replace(&mut self.filling, BytesMut::with_capacity(PART));
        let mut parts = match std::mem::replace(&mut self.sent, Sent::Broken) {
            Sent::Nothing => Parts::begin(&self.blobs, self.name).await?,
            Sent::Parts(parts) => parts,
            Sent::Broken => return Err(broken()),
        };
        parts.send(part.freeze()).await?;
        self.sent = Sent::Parts(parts);
        Ok(())
    }
}

#[async_trait]
impl BlobWriter for Writing {
    async fn write(&mut self, mut piece: Bytes) -> Result<(), BlobError> {
        while !piece.is_empty() {
            if self.filling.len() == PART {
                self.send().await?;
            }
            let room = PART - self.filling.len();
            let taken = piece.split_to(room.min(piece.len()));
            self.filling.extend_from_slice(&taken);
            self.length += taken.len() as u64;
        }
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<u64, BlobError> {
        let last = self.filling.freeze();
        match self.sent {
            Sent::Nothing => put(&self.blobs, self.name, last).await?,
            Sent::Parts(parts) => parts.finish(&self.blobs, self.name, last).await?,
            Sent::Broken => return Err(broken()),
        }
        Ok(self.length)
    }

    async fn abort(self: Box<Self>) -> Result<(), BlobError> {
        match self.sent {
            Sent::Parts(parts) => parts.abort().await,
            Sent::Nothing | Sent::Broken => Ok(()),
        }
    }
}

/// Keeps a file that is not longer than a part.
async fn put(blobs: &ObjectBlobs, name: BlobName, content: Bytes) -> Result<(), BlobError> {
    let (path, once) = (path(name), PutMode::Create.into());
    let put = blobs.store.put_opts(&path, content.into(), once).await;
    put.map(drop).map_err(fault)
}

/// An upload in parts. Unless it is finished, what was sent is taken away.
struct Parts {
    /// Where they go. In a folder that is another place, from which the whole is moved.
    path: Path,
    upload: Option<Box<dyn MultipartUpload>>,
    sending: JoinSet<Result<(), Error>>,
}

impl Parts {
    async fn begin(blobs: &ObjectBlobs, name: BlobName) -> Result<Self, BlobError> {
        let path = match blobs.lies {
            Lies::InFolder => folder::unfinished(name),
            #[cfg(feature = "s3")]
            Lies::InBucket => path(name),
        };
        let upload = blobs.store.put_multipart(&path).await.map_err(fault)?;
        Ok(Self {
            path,
            upload: Some(upload),
            sending: JoinSet::new(),
        })
    }

    /// Sends one as soon as few enough are on their way.
    async fn send(&mut self, part: Bytes) -> Result<(), BlobError> {
        self.until_on_the_way(ON_THE_WAY - 1).await?;
        let upload = self.upload.as_mut().ok_or_else(broken)?;
        self.sending.spawn(upload.put_part(part.into()));
        Ok(())
    }

    async fn until_on_the_way(&mut self, most: usize) -> Result<(), BlobError> {
        while self.sending.len() > most {
            let sent = self.sending.join_next().await.transpose();
            sent.map_err(backend)?.transpose().map_err(fault)?;
        }
        Ok(())
    }

    async fn finish(
        mut self,
        blobs: &ObjectBlobs,
        name: BlobName,
        last: Bytes,
    ) -> Result<(), BlobError> {
        self.send(last).await?;
        self.until_on_the_way(0).await?;
        match blobs.lies {
            Lies::InFolder => {
                self.complete().await?;
                move_into_place(&*blobs.store, &self.path, &path(name)).await
            }
            #[cfg(feature = "s3")]
            Lies::InBucket => match blobs.store.head(&self.path).await {
                Ok(_) => Err(BlobError::Exists),
                Err(Error::NotFound { .. }) => self.complete().await,
                Err(error) => Err(backend(error)),
            },
        }
    }

    async fn complete(&mut self) -> Result<(), BlobError> {
        let upload = self.upload.as_mut().ok_or_else(broken)?;
        upload.complete().await.map_err(fault)?;
        self.upload = None;
        Ok(())
    }

    async fn abort(mut self) -> Result<(), BlobError> {
        let sending = std::mem::take(&mut self.sending);
        match self.upload.take() {
            Some(upload) => take_away(upload, sending).await.map_err(backend),
            None => Ok(()),
        }
    }
}

/// A part that is on its way is waited for: it would come after everything was taken away, and stay.
async fn take_away(
    mut upload: Box<dyn MultipartUpload>,
    mut sending: JoinSet<Result<(), Error>>,
) -> Result<(), Error> {
    while sending.join_next().await.is_some() {}
    upload.abort().await
}

impl Drop for Parts {
    fn drop(&mut self) {
        if let (Some(upload), Ok(runtime)) = (self.upload.take(), Handle::try_current()) {
            // Nobody is there to tell; the next opening or the bucket's rule does it then.
            runtime.spawn(take_away(upload, std::mem::take(&mut self.sending)));
        }
    }
}

/// A hard link fails where there is a file; a change of name would write over it.
async fn move_into_place(
    store: &dyn ObjectStore,
    unfinished: &Path,
    path: &Path,
) -> Result<(), BlobError> {
    let moved = store.rename_if_not_exists(unfinished, path).await;
    if moved.is_err() {
        store.delete(unfinished).await.map_err(backend)?;
    }
    moved.map_err(fault)
}

fn fault(error: Error) -> BlobError {
    match error {
        Error::AlreadyExists { .. } | Error::Precondition { .. } => BlobError::Exists,
        error => backend(error),
    }
}

fn broken() -> BlobError {
    backend("a part of the file was lost on its way")
}
