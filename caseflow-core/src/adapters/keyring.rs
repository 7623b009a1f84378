//! Wrapping keys that the host holds: numbered roots, read from a text (feature `aes-gcm` or
//! `aws-lc-rs`).
//!
//! Of a root a key is derived for each client, so that nothing of one client is ever under the key
//! of another and nothing has to be stored for it. By that key a key of the vault is sealed like
//! any content. `docs/vault.md` says how to do all this without this program, and
//! `docs/guides/keys-and-rotation.md` how to hold and rotate the roots.

mod roots;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

pub use roots::{Roots, RootsError};

use super::cobblestone::expand;
use crate::domain::id::TypedId as _;
use crate::domain::vault::{
    DataKey, Envelope, ItemVersion, KeyId, KeyName, Part, SALT, SUITE, WrapKind,
};
use crate::ports::cipher::{self, BodyCipher, CipherError};
use crate::ports::entropy::Entropy;
use crate::ports::keys::{KeyError, KeyProvider};
use roots::Root;

/// Keeps the guide's examples compiling.
#[cfg(all(doctest, feature = "aes-gcm", feature = "system"))]
#[doc = include_str!("../../docs/keys-and-rotation.md")]
mod guide {}

/// Names the keys that are derived of a root.
const CLIENT_KEY: &[u8] = b"caseflow-vault-client-key-v1\0";
/// Names what is sealed by such a key.
const WRAP: &[u8] = b"caseflow-vault-wrap-v1\0";

/// Wraps keys by the [`Roots`] that it is given.
///
/// It answers at once and never [`KeyError::Unavailable`], unless the cipher's engine fails.
pub struct Keyring {
    roots: Roots,
    cipher: Arc<dyn BodyCipher>,
    entropy: Arc<dyn Entropy>,
}

impl Keyring {
    /// A keyring of these roots, which seals keys with this cipher.
    #[must_use]
    pub fn new(roots: Roots, cipher: Arc<dyn BodyCipher>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            roots,
            cipher,
            entropy,
        }
    }

    /// The key that new envelopes name. A rotation is done when no envelope names another.
    #[must_use]
    pub fn current(&self) -> KeyName {
        name(self.roots.current().version)
    }

    fn wrap(&self, item: &ItemVersion, key: &DataKey) -> Result<Envelope, KeyError> {
        let mut salt = [0; SALT];
        self.entropy.fill(&mut salt);
        let (root, name) = (self.roots.current(), self.current());
        let by = client_key(root, item)?;
        let context = context(item, &name);
        let wrapped = cipher::seal(self.cipher.as_ref(), &by, salt, &context, key.expose());
        let wrapped = wrapped.map_err(|_| KeyError::Unavailable)?;
        Envelope::new(WrapKind::Local, name, wrapped).map_err(|_| KeyError::Unavailable)
    }

    fn open(&self, item: &ItemVersion, envelope: &Envelope) -> Result<DataKey, KeyError> {
        let name = envelope.key();
        let ours = envelope.kind() == WrapKind::Local && name.id == KeyId::local();
        let root = self.roots.version(name.version).filter(|_| ours);
        let by = client_key(root.ok_or(KeyError::UnknownKey)?, item)?;
        let context = context(item, name);
        let key = cipher::open(self.cipher.as_ref(), &by, &context, envelope.wrapped());
        let key = key.map_err(|error| match error {
            CipherError::Engine => KeyError::Unavailable,
            _ => KeyError::Rejected,
        })?;
        DataKey::copied(&key).ok_or(KeyError::Rejected)
    }
}

#[async_trait]
impl KeyProvider for Keyring {
    async fn generate(&self, item: &ItemVersion) -> Result<(DataKey, Envelope), KeyError> {
        let key = DataKey::made(|bytes| self.entropy.fill(bytes));
        let envelope = self.wrap(item, &key)?;
        Ok((key, envelope))
    }

    async fn unwrap(&self, item: &ItemVersion, envelope: &Envelope) -> Result<DataKey, KeyError> {
        self.open(item, envelope)
    }

    async fn rewrap(
        &self,
        item: &ItemVersion,
        envelope: &Envelope,
    ) -> Result<Option<Envelope>, KeyError> {
        let key = self.open(item, envelope)?;
        if *envelope.key() == self.current() {
            return Ok(None);
        }
        self.wrap(item, &key).map(Some)
    }
}

/// Says which versions of roots it holds.
impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("roots", &self.roots)
            .field("cipher", &self.cipher)
            .finish_non_exhaustive()
    }
}

fn name(version: u32) -> KeyName {
    KeyName {
        id: KeyId::local(),
        version,
    }
}

/// The key of a client: HKDF-Expand-SHA-512 of the root over a label, firm and client (16 bytes
/// each), 32 bytes of it.
fn client_key(root: &Root, item: &ItemVersion) -> Result<DataKey, KeyError> {
    let [firm, client] = [item.firm().as_u128(), item.client().as_u128()].map(u128::to_be_bytes);
    let mut made = Ok(());
    let key =
        DataKey::made(|bytes| made = expand(&root.key[..], &[CLIENT_KEY, &firm, &client], bytes));
    made.map(|()| key).map_err(|_| KeyError::Unavailable)
}

/// What a wrapped key is bound to: a label, suite (1 byte), the key's version (4), the length of its
/// id (1), the id, the context of the item's version with the part *key*.
fn context(item: &ItemVersion, name: &KeyName) -> Vec<u8> {
    let id = name.id.as_str().as_bytes();
    let length = u8::try_from(id.len()).unwrap_or(u8::MAX);
    [
        WRAP,
        &[SUITE],
        &name.version.to_be_bytes(),
        &[length],
        id,
        &item.context(Part::Key),
    ]
    .concat()
}
