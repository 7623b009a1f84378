//! The port that holds the keys which wrap the vault's keys.

use std::fmt;

use async_trait::async_trait;

use crate::domain::vault::{DataKey, Envelope, ItemVersion};

/// Makes a key for each version of an item, and wraps it by a key that never leaves here: one that
/// the host keeps, or one in a key service.
///
/// # Contract
/// * Each key is 32 bytes of a cryptographically secure source, made for one version and never
///   given out for another. The envelope is what is stored; the key in the clear is not.
/// * An envelope is bound to its [`ItemVersion`]: asked with another firm, client, item or version,
///   or with a bit changed, it answers [`KeyError::Rejected`] or [`KeyError::UnknownKey`].
/// * The key that wraps has versions. New keys are wrapped by the newest one; envelopes of older
///   ones are unwrapped as long as these are held, then answered with [`KeyError::UnknownKey`].
///   An envelope names its key and its version ([`Envelope::key`]), so that a store can ask which
///   ones a rotation has not reached.
/// * [`rewrap`](KeyProvider::rewrap) wraps the same key by the newest version. `None` says that
///   this has been done: asking again is harmless. The old envelope goes on to work.
/// * [`KeyError::Unavailable`] means that nobody knows: the same call may succeed later. It is
///   never the answer to an envelope that is wrong.
/// * Ids in an [`ItemVersion`] may appear in a key service's log. Nothing else about an item does.
/// * Calls may be made at once, and do not block their caller's thread while they wait.
///
/// `caseflow_core::keys_conformance!` (feature `testing`) proves an adapter.
///
/// # The smallest one
/// ```
/// use async_trait::async_trait;
/// use caseflow_core::domain::vault::{
///     DataKey, Envelope, ItemVersion, KeyId, KeyName, Part, WrapKind,
/// };
/// use caseflow_core::ports::entropy::Entropy;
/// use caseflow_core::ports::keys::{KeyError, KeyProvider};
/// # #[derive(Debug)]
/// # struct Counted(std::sync::atomic::AtomicU8);
/// # impl Entropy for Counted {
/// #     fn fill(&self, bytes: &mut [u8]) {
/// #         bytes.fill(self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst));
/// #     }
/// # }
/// # use caseflow_core::domain::id::{ClientId, FirmId, InvoiceId, TypedId};
/// # use caseflow_core::domain::time::Timestamp;
/// use sha2::{Digest, Sha256};
///
/// /// Adds a hash of one secret to keys: it shows the shape, and is no way to wrap a key.
/// #[derive(Debug)]
/// struct Toy<E>(E);
///
/// impl<E: Entropy> Toy<E> {
///     fn hash(&self, item: &ItemVersion, nonce: &[u8], what: &[u8]) -> [u8; 32] {
///         let parts = [b"the only secret", &item.context(Part::Key)[..], nonce, what];
///         parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize().into()
///     }
///     fn name(&self) -> KeyName {
///         KeyName { id: KeyId::parse("toy").unwrap(), version: 1 }
///     }
/// }
///
/// #[async_trait]
/// impl<E: Entropy> KeyProvider for Toy<E> {
///     async fn generate(&self, item: &ItemVersion) -> Result<(DataKey, Envelope), KeyError> {
///         let key = DataKey::made(|bytes| self.0.fill(bytes));
///         let mut wrapped = vec![0; 16];
///         self.0.fill(&mut wrapped);
///         let stream = self.hash(item, &wrapped, b"stream");
///         let tag = self.hash(item, &wrapped, key.expose());
///         wrapped.extend(key.expose().iter().zip(stream).map(|(byte, other)| byte ^ other));
///         wrapped.extend(tag);
///         let envelope = Envelope::new(WrapKind::Service, self.name(), wrapped);
///         envelope.map(|it| (key, it)).map_err(|_| KeyError::Rejected)
///     }
///
///     async fn unwrap(&self, item: &ItemVersion, it: &Envelope) -> Result<DataKey, KeyError> {
///         if *it.key() != self.name() {
///             return Err(KeyError::UnknownKey);
///         }
///         let (nonce, rest) = it.wrapped().split_at_checked(16).ok_or(KeyError::Rejected)?;
///         let stream = self.hash(item, nonce, b"stream");
///         let key: Vec<u8> = rest.iter().zip(stream).map(|(byte, other)| byte ^ other).collect();
///         let right = rest.get(32..) == Some(&self.hash(item, nonce, &key)[..]);
///         DataKey::copied(&key).filter(|_| right).ok_or(KeyError::Rejected)
///     }
///
///     async fn rewrap(&self, item: &ItemVersion, it: &Envelope) -> Result<Option<Envelope>, KeyError> {
///         self.unwrap(item, it).await.map(|_| None) // there is one version only
///     }
/// }
/// # let at = Timestamp::from_micros(0);
/// # let (firm, client) = (FirmId::from_parts(at, [1; 10]), ClientId::from_parts(at, [2; 10]));
/// # let version = |n| ItemVersion::new(firm, client, InvoiceId::from_parts(at, [3; 10]), n);
/// # let toy = Toy(Counted(0.into()));
/// # futures_executor::block_on(async {
/// let (key, envelope) = toy.generate(&version(1)).await?;
/// assert!(toy.unwrap(&version(1), &envelope).await?.expose() == key.expose());
/// assert_eq!(toy.unwrap(&version(2), &envelope).await.err(), Some(KeyError::Rejected));
/// # Ok::<(), KeyError>(())
/// # }).unwrap();
/// ```
#[async_trait]
pub trait KeyProvider: fmt::Debug + Send + Sync {
    /// Makes a new key for this version, in the clear and wrapped.
    async fn generate(&self, item: &ItemVersion) -> Result<(DataKey, Envelope), KeyError>;

    /// The key in an envelope of this version.
    async fn unwrap(&self, item: &ItemVersion, envelope: &Envelope) -> Result<DataKey, KeyError>;

    /// The same key wrapped by the newest version of the wrapping key; `None` when it is already.
    async fn rewrap(
        &self,
        item: &ItemVersion,
        envelope: &Envelope,
    ) -> Result<Option<Envelope>, KeyError>;
}

/// Why there is no key. It holds no text and no id, so that none can reach a log by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The keys cannot be reached; try again in a while.
    #[error("the vault's keys cannot be reached")]
    Unavailable,
    /// The key service does not allow it.
    #[error("the key service refused: check what this program may do there")]
    Denied,
    /// The envelope names a key or a version of it that is not held here.
    #[error("the wrapping key is not held here: add the version that the envelope names")]
    UnknownKey,
    /// The envelope is another version's, or was changed.
    #[error("the envelope is not one of this item's version, or was changed")]
    Rejected,
}
