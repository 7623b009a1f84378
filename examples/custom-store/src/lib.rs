//! A store of one's own for `CaseFlow`: everything in one file of [redb](https://docs.rs/redb), an
//! embedded key-value engine. What it has to keep is said by
//! [`caseflow_core::ports::store`]; that it does is proved by the kit, in `tests/kit.rs`.
//!
//! ```
//! use std::sync::Arc;
//!
//! use caseflow_core::ports::store::Store;
//! use custom_store::KeyValueStore;
//!
//! # let folder = std::env::temp_dir().join(format!("custom-store-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! let store: Arc<dyn Store> = Arc::new(KeyValueStore::open(folder.join("portal.redb"))?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::path::Path;
use std::sync::Arc;

use caseflow_core::ports::store::StoreError;
use redb::backends::InMemoryBackend;
use redb::{Database, Durability, ReadableDatabase as _};

mod codec;
mod commit;
mod queue;
mod reads;
mod records;
mod tables;

use tables::{Rows, Snapshot, Writing, backend};

/// Keeps the guide's examples compiling.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/write-a-store.md")]
mod guide {}

/// A whole [`Store`](caseflow_core::ports::store::Store) in one file, or in memory.
#[derive(Debug, Clone)]
pub struct KeyValueStore(Arc<Database>);

impl KeyValueStore {
    /// Opens the file, or makes it. One process may have it open at a time.
    ///
    /// # Errors
    /// [`StoreError::Backend`] when the file cannot be opened or is open elsewhere.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::ready(Database::create(path).map_err(backend)?)
    }

    /// A store that is forgotten when it is dropped.
    ///
    /// # Errors
    /// [`StoreError::Backend`] when the engine refuses.
    pub fn in_memory() -> Result<Self, StoreError> {
        let made = Database::builder().create_with_backend(InMemoryBackend::new());
        Self::ready(made.map_err(backend)?)
    }

    /// The tables are made at the start, so that none is missing from then on.
    fn ready(database: Database) -> Result<Self, StoreError> {
        let writing = database.begin_write().map_err(backend)?;
        drop(Rows::write(&writing)?);
        writing.commit().map_err(backend)?;
        Ok(Self(Arc::new(database)))
    }

    /// Runs `work` on the store as it is at one moment.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Snapshot) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let database = Arc::clone(&self.0);
        aside(move || {
            let reading = database.begin_read().map_err(backend)?;
            work(&Rows::read(&reading)?)
        })
        .await
    }

    /// Runs `work` alone, and keeps all that it wrote or, when it fails, nothing. What was kept
    /// survives the loss of power; a look that found nothing to do leaves the disk alone.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Writing<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let database = Arc::clone(&self.0);
        aside(move || {
            let mut writing = database.begin_write().map_err(backend)?;
            let durable = writing.set_durability(Durability::Immediate);
            durable.map_err(backend)?;
            let mut rows = Rows::write(&writing)?;
            let done = work(&mut rows)?;
            let has_written = rows.has_written();
            drop(rows);
            if has_written {
                let kept = writing.commit();
                kept.map_err(|error| StoreError::OutcomeUnknown(error.into()))?;
            }
            Ok(done)
        })
        .await
    }
}

/// Runs what waits for the disk where it holds up nobody.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| StoreError::Backend(error.into()))?
}
