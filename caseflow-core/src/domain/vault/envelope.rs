//! The envelope: a wrapped key, and by which key it was wrapped.
//!
//! It is stored in the row of its version, never in the object, so that keys rotate without a byte
//! of an object being written.

use std::fmt;

use super::body::{HEADER, TAG};

/// The only suite: HKDF-Expand-SHA-512 and AES-256-GCM, as Cobblestone-256 puts them together.
pub const SUITE: u8 = 1;

const MAGIC: [u8; 4] = *b"CFV1";
const FIXED: usize = 16;
/// A key sealed like any content, in one chunk.
const LOCAL: usize = HEADER + 32 + TAG;

/// Why bytes are not an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// They do not begin as one.
    #[error("these bytes are not an envelope of the vault")]
    NotAnEnvelope,
    /// A suite, a way of wrapping or a flag that this version does not know.
    #[error("the envelope is of a kind that this version does not know: use a newer one")]
    Unknown,
    /// Its length is not that of its parts, or a part is longer or shorter than it may be.
    #[error("the envelope's length is wrong: it was cut off, or something was added")]
    Length,
    /// The key's id is not text, or holds control characters.
    #[error("the key's id is not a plain text of 1 to 255 bytes")]
    KeyId,
}

/// The id of a wrapping key: 1 to 255 bytes of text, such as `local` or what a key service calls
/// it. It is stored in the clear.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(Box<str>);

impl KeyId {
    /// Checks a key's id.
    ///
    /// # Errors
    /// When it is empty, too long or holds control characters.
    pub fn parse(text: &str) -> Result<Self, EnvelopeError> {
        let fits = (1..=255).contains(&text.len()) && !text.chars().any(char::is_control);
        fits.then(|| Self(text.into())).ok_or(EnvelopeError::KeyId)
    }

    /// The id of keys that the host itself holds: `local`.
    #[must_use]
    pub fn local() -> Self {
        Self("local".into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which wrapping key: its id and its version. Both are columns of their own, so that asking which
/// rows a rotation has not reached is cheap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName {
    /// Its id.
    pub id: KeyId,
    /// Its version, counted up by each rotation.
    pub version: u32,
}

/// How a key is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WrapKind {
    /// Sealed like any content, by a key of the host: 104 bytes.
    Local,
    /// As the key service does it: 1 to 1,024 bytes that only it can read.
    Service,
}

/// A wrapped key.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Envelope {
    kind: WrapKind,
    key: KeyName,
    wrapped: Box<[u8]>,
}

impl Envelope {
    /// Puts a wrapped key into an envelope.
    ///
    /// # Errors
    /// When it has not the length that such keys have.
    pub fn new(kind: WrapKind, key: KeyName, wrapped: Vec<u8>) -> Result<Self, EnvelopeError> {
        let fits = match kind {
            WrapKind::Local => wrapped.len() == LOCAL,
            WrapKind::Service => (1..=1_024).contains(&wrapped.len()),
        };
        let wrapped = wrapped.into_boxed_slice();
        let envelope = Self { kind, key, wrapped };
        fits.then_some(envelope).ok_or(EnvelopeError::Length)
    }

    /// How the key is wrapped.
    #[must_use]
    pub const fn kind(&self) -> WrapKind {
        self.kind
    }

    /// By which key.
    #[must_use]
    pub const fn key(&self) -> &KeyName {
        &self.key
    }

    /// The wrapped key.
    #[must_use]
    pub const fn wrapped(&self) -> &[u8] {
        &self.wrapped
    }

    /// The bytes to store: `CFV1`, suite (1 byte), kind (1 byte; local 1, service 2), two zeros,
    /// the key's version (4 bytes), the lengths of its id and of the wrapped key (2 bytes each),
    /// the id, the wrapped key; integers big-endian.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let id = self.key.id.as_str().as_bytes();
        let kind = match self.kind {
            WrapKind::Local => 1,
            WrapKind::Service => 2,
        };
        [
            &MAGIC[..],
            &[SUITE, kind, 0, 0],
            &self.key.version.to_be_bytes(),
            &two_bytes(id.len()),
            &two_bytes(self.wrapped.len()),
            id,
            &self.wrapped,
        ]
        .concat()
    }

    /// Reads what [`encode`](Self::encode) wrote, and nothing else.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        if !bytes.starts_with(&MAGIC) {
            return Err(EnvelopeError::NotAnEnvelope);
        }
        let (fixed, parts) = bytes
            .split_first_chunk::<FIXED>()
            .ok_or(EnvelopeError::Length)?;
        let [
            _,
            _,
            _,
            _,
            suite,
            kind,
            flag,
            flag2,
            v0,
            v1,
            v2,
            v3,
            i0,
            i1,
            w0,
            w1,
        ] = *fixed;
        let kind = match (suite, kind, flag, flag2) {
            (SUITE, 1, 0, 0) => WrapKind::Local,
            (SUITE, 2, 0, 0) => WrapKind::Service,
            _ => return Err(EnvelopeError::Unknown),
        };
        let (id, wrapped) = (u16::from_be_bytes([i0, i1]), u16::from_be_bytes([w0, w1]));
        let (id, wrapped) = (usize::from(id), usize::from(wrapped));
        if parts.len() != id + wrapped {
            return Err(EnvelopeError::Length);
        }
        let (id, wrapped) = parts.split_at(id);
        let id = str::from_utf8(id).map_err(|_| EnvelopeError::KeyId)?;
        let key = KeyName {
            id: KeyId::parse(id)?,
            version: u32::from_be_bytes([v0, v1, v2, v3]),
        };
        Self::new(kind, key, wrapped.to_vec())
    }
}

/// Says which key, and not what is wrapped.
impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("kind", &self.kind)
            .field("key", &self.key)
            .field("wrapped", &self.wrapped.len())
            .finish()
    }
}

/// A length that was checked to be at most 1,024.
fn two_bytes(length: usize) -> [u8; 2] {
    u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes()
}
