//! Keys of a file, read again when the file changes: a key that is added counts at once, without a
//! restart.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use caseflow_core::adapters::keyring::Keyring;
use caseflow_core::domain::vault::{DataKey, Envelope, ItemVersion};
use caseflow_core::ports::keys::{KeyError, KeyProvider};

use super::{file, keyring};

/// The keys of a file. As long as there is none, or none could be read, there are no keys.
#[derive(Debug)]
pub(super) struct HeldKeys {
    path: PathBuf,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    keyring: Option<Arc<Keyring>>,
    /// The state of the file that was read, or that could not be.
    seen: Option<Seen>,
}

/// What tells one state of a file from another: a new file takes its place whenever keys change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    inode: u64,
    length: u64,
    changed: (i64, i64),
    mode: u32,
}

impl HeldKeys {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            held: Mutex::default(),
        }
    }

    /// The keys as the file has them now. One that cannot be read leaves those that were read before
    /// in use, and says so once.
    fn keyring(&self) -> Result<Arc<Keyring>, KeyError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = self.look();
        if held.seen != seen {
            held.seen = seen;
            match file::read(&self.path) {
                Ok(roots) => {
                    let read = Arc::new(keyring(roots));
                    tracing::info!(key = read.current().version, "the vault's keys were read");
                    held.keyring = Some(read);
                }
                Err(error) => {
                    tracing::error!(error = &*error, "the vault's keys cannot be read");
                }
            }
        }
        held.keyring.clone().ok_or(KeyError::Unavailable)
    }

    fn look(&self) -> Option<Seen> {
        let about = fs::metadata(&self.path).ok()?;
        Some(Seen {
            inode: about.ino(),
            length: about.len(),
            changed: (about.ctime(), about.ctime_nsec()),
            mode: about.mode(),
        })
    }
}

#[async_trait]
impl KeyProvider for HeldKeys {
    async fn generate(&self, item: &ItemVersion) -> Result<(DataKey, Envelope), KeyError> {
        self.keyring()?.generate(item).await
    }

    async fn unwrap(&self, item: &ItemVersion, envelope: &Envelope) -> Result<DataKey, KeyError> {
        self.keyring()?.unwrap(item, envelope).await
    }

    async fn rewrap(
        &self,
        item: &ItemVersion,
        envelope: &Envelope,
    ) -> Result<Option<Envelope>, KeyError> {
        self.keyring()?.rewrap(item, envelope).await
    }
}
