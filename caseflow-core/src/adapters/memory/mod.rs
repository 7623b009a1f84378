//! A store in memory: the reference implementation of the [store port](crate::ports::store), for
//! tests, examples and trying things out. It forgets everything when it is dropped.
//!
//! ```
//! use caseflow_core::adapters::memory::MemoryStore;
//! use caseflow_core::ports::store::Store;
//!
//! let store: std::sync::Arc<dyn Store> = std::sync::Arc::new(MemoryStore::new());
//! ```

use std::sync::{Mutex, MutexGuard};

use crate::domain::page::{Cursor, Page, PageQuery};
use crate::ports::store::StoreError;

mod access;
mod blobs;
mod documents;
mod firm;
mod library;
mod mails;
mod online;
mod paperwork;
mod portal;
mod queue;
mod state;
mod statement;
mod table;
mod vault;
mod writes;

pub use blobs::MemoryBlobs;
use state::State;

/// A whole [`Store`](crate::ports::store::Store) behind one lock. A commit that fails halfway is
/// taken back row by row before the lock is released.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<State>);

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        self.0
            .lock()
            .map_err(|_| StoreError::Backend("a thread panicked while it held the store".into()))
    }
}

/// In which direction a list runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    SmallestFirst,
    LargestFirst,
}

/// The page of `rows` that `query` asks for.
fn page<T, K: Ord>(
    rows: impl Iterator<Item = T>,
    order: Order,
    query: &PageQuery<K>,
    place: impl Fn(&T) -> Cursor<K>,
) -> Page<T, K> {
    let beyond = |row: &T| match (&query.after, order) {
        (None, _) => true,
        (Some(after), Order::SmallestFirst) => place(row) > *after,
        (Some(after), Order::LargestFirst) => place(row) < *after,
    };
    let mut rows: Vec<T> = rows.filter(beyond).collect();
    rows.sort_by_cached_key(&place);
    if order == Order::LargestFirst {
        rows.reverse();
    }
    rows.truncate(query.size.rows() + 1);
    Page::cut(rows, query.size, place)
}

/// The place of a row in a list that is in the order of ids.
fn by_id(id: impl std::fmt::Display) -> Cursor<()> {
    Cursor {
        key: (),
        id: id.to_string(),
    }
}
