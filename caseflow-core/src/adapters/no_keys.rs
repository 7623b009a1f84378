//! A vault without keys.

use async_trait::async_trait;

use crate::domain::vault::{DataKey, Envelope, ItemVersion};
use crate::ports::keys::{KeyError, KeyProvider};

/// Holds no key: the vault says that it is not available, and everything else works (R-VLT-4). It is
/// what a host puts where it has no keys yet, and it never makes any up.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoKeys;

#[async_trait]
impl KeyProvider for NoKeys {
    async fn generate(&self, _: &ItemVersion) -> Result<(DataKey, Envelope), KeyError> {
        Err(KeyError::Unavailable)
    }

    async fn unwrap(&self, _: &ItemVersion, _: &Envelope) -> Result<DataKey, KeyError> {
        Err(KeyError::Unavailable)
    }

    async fn rewrap(&self, _: &ItemVersion, _: &Envelope) -> Result<Option<Envelope>, KeyError> {
        Err(KeyError::Unavailable)
    }
}
