//! Files' bytes in a folder (feature `object-store`) or in a bucket (feature `s3`), by the crate
//! `object_store`.
//!
//! A file lies at `<firm>/<blob>`, two ids and nothing else. What is not longer than a part goes in
//! one request, the rest in parts of 5 MiB, of which a writer holds three at most. All of it needs a
//! tokio runtime.
//!
//! **Written once.** In a folder a file gets its name by a hard link, which fails where there is one.
//! In a bucket the request that ends a writing says `If-None-Match: *`. Amazon and most others keep
//! to that; before a file of many parts is ended it is asked too whether there is one, for those
//! that pass over the header there. Names are drawn from 128 bits and never used again, so that this
//! is a second line of defence and not the first.
//!
//! **What is broken off.** A writer that is dropped takes away what it had sent. A process that is
//! killed cannot: in a folder, whatever is a day old by then goes when the folder is next opened; a
//! bucket needs a lifecycle rule that ends incomplete multipart uploads after some days
//! (`AbortIncompleteMultipartUpload`).
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//!
//! use caseflow_core::adapters::object_store::ObjectBlobs;
//! use caseflow_core::ports::blobs::Blobs;
//!
//! # let folder = std::env::temp_dir().join(format!("caseflow-doc-{}", std::process::id()));
//! let blobs: Arc<dyn Blobs> = Arc::new(ObjectBlobs::in_folder(&folder)?);
//! # std::fs::remove_dir_all(folder)?;
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "s3")]
mod bucket;
mod folder;
#[cfg(feature = "s3")]
mod http;
mod reading;
mod writing;

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::fmt;
use std::ops::Range;
use std::path::Path as FilePath;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::TryStreamExt as _;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt as _};

#[cfg(feature = "s3")]
pub use self::bucket::{AccessKey, Addressing, Bucket, Endpoint};
use self::writing::Writing;
use crate::domain::id::{BlobId, FirmId};
use crate::ports::blobs::{BlobError, BlobName, BlobWriter, Blobs, Content};

/// Keeps the guide's examples compiling.
#[cfg(all(doctest, feature = "s3"))]
#[doc = include_str!("../../../docs/files.md")]
mod guide {}

/// Keeps files' bytes in a folder or in a bucket.
#[derive(Clone)]
pub struct ObjectBlobs {
    store: Arc<dyn ObjectStore>,
    lies: Lies,
}

/// Where the bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lies {
    InFolder,
    #[cfg(feature = "s3")]
    InBucket,
}

/// Why a storage cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The folder is not there and cannot be made, or nothing can be written to it.
    #[error("the folder for files cannot be made, read or written to")]
    Folder(#[source] Box<dyn StdError + Send + Sync>),
    /// Others than the server's user may look into the folder.
    #[error("others may look into the folder for files: take that right away (chmod 700)")]
    Exposed,
    /// Not an address to call.
    #[error("not an address of a storage: https, a host and perhaps a port, and no path")]
    Endpoint,
    /// There is no key.
    #[error("not a key of a storage: its id and its secret have visible characters only")]
    AccessKey,
    /// Something else is not as it should be.
    #[error("the settings of the bucket are refused")]
    Bucket(#[source] Box<dyn StdError + Send + Sync>),
    /// The machine has no certificates to know the storage by.
    #[error("no certificates that TLS could trust: install the system's")]
    Tls,
}

impl ObjectBlobs {
    /// Keeps them in a folder of this machine, which is made if it is missing.
    ///
    /// The folder is for this alone, and nobody but the server's user may look into it (mode 0700).
    /// Every file is on the disk (`fsync`) before it counts as kept. Several servers may share a folder
    /// on a disk that knows hard links. What others left unfinished a day ago is deleted.
    ///
    /// # Errors
    /// When the folder cannot be made or written to, or others may look into it.
    pub fn in_folder(folder: &FilePath) -> Result<Self, OpenError> {
        Ok(Self {
            store: Arc::new(folder::open(folder)?),
            lies: Lies::InFolder,
        })
    }

    /// Keeps them in a bucket of Amazon S3 or of what speaks as it does. Nothing is asked of it yet.
    ///
    /// # Errors
    /// When the settings are refused, or the machine has no certificates to know the storage by.
    #[cfg(feature = "s3")]
    pub fn in_bucket(bucket: &Bucket) -> Result<Self, OpenError> {
        Ok(Self {
            store: Arc::new(bucket.open()?),
            lies: Lies::InBucket,
        })
    }
}

/// Says neither where nor with which key.
impl fmt::Debug for ObjectBlobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ObjectBlobs").field(&self.lies).finish()
    }
}

#[async_trait]
impl Blobs for ObjectBlobs {
    async fn create(&self, name: BlobName) -> Result<Box<dyn BlobWriter>, BlobError> {
        Ok(Box::new(Writing::new(self.clone(), name)))
    }

    async fn read(&self, name: BlobName, range: Range<u64>) -> Result<Content<'static>, BlobError> {
        reading::read(&*self.store, &path(name), range).await
    }

    async fn delete(&self, name: BlobName) -> Result<(), BlobError> {
        match self.store.delete(&path(name)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(backend(error)),
        }
    }

    async fn list(
        &self,
        firm: FirmId,
        after: Option<BlobId>,
        max: usize,
    ) -> Result<Vec<BlobId>, BlobError> {
        let folder = Path::from(firm.to_string());
        let mut found = match after {
            None => self.store.list(Some(&folder)),
            Some(id) => {
                let after = path(BlobName { firm, id });
                self.store.list_with_offset(Some(&folder), &after)
            }
        };
        let mut first = BTreeSet::new();
        while !self.has_all(&first, max) {
            let Some(file) = found.try_next().await.map_err(backend)? else {
                break;
            };
            first.extend(id_in(&file.location));
            if first.len() > max {
                first.pop_last();
            }
        }
        Ok(first.into_iter().collect())
    }
}

impl ObjectBlobs {
    /// Whether nothing that is still to come can be among the first. A folder has no order.
    fn has_all(&self, first: &BTreeSet<BlobId>, max: usize) -> bool {
        max == 0 || (self.lies != Lies::InFolder && first.len() == max)
    }
}

fn path(name: BlobName) -> Path {
    Path::from(format!("{}/{}", name.firm, name.id))
}

/// What does not have the name of a file is not one of ours.
fn id_in(location: &Path) -> Option<BlobId> {
    location.filename().and_then(|name| name.parse().ok())
}

fn backend(error: impl Into<Box<dyn StdError + Send + Sync>>) -> BlobError {
    BlobError::Backend(error.into())
}
