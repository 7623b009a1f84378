//! The vault's objects: Cobblestone-256 of C2SP's `chunked-encryption`
//! (<https://c2sp.org/chunked-encryption>), whichever engine computes AES-256-GCM.
//!
//! Of a key, a random salt and a context are derived, by HKDF-Expand-SHA-512, the key of the object,
//! the nonce of its first chunk and a commitment to both. Nonces count on from the first. A caller
//! never sees one, so none is used twice with a key.

mod derive;
#[cfg(test)]
mod vectors;

use zeroize::Zeroize as _;

pub(super) use self::derive::expand;
use self::derive::{Derived, scrub};
use crate::domain::vault::{CHUNK, DataKey, HEADER, Layout, Place, SALT, TAG};
use crate::ports::cipher::{CipherError, OpenBody, SealBody};

pub(super) const NONCE: usize = 12;

/// AES-256-GCM under one key, without associated data.
pub(super) trait Engine: Send + Sync + Sized + 'static {
    /// An engine with this key. It is made where it stays, and wipes the key when it is dropped.
    fn keyed(key: &[u8; 32]) -> Result<Box<Self>, CipherError>;

    /// Seals the content where it lies, and answers with the tag.
    fn seal(&self, nonce: [u8; NONCE], content: &mut [u8]) -> Result<[u8; TAG], CipherError>;

    /// Opens a chunk, whose tag is at its end, where it lies.
    fn open(&self, nonce: [u8; NONCE], sealed: &mut [u8]) -> Result<(), CipherError>;
}

/// Begins an object.
pub(super) fn seal<E: Engine>(
    key: &DataKey,
    salt: [u8; SALT],
    context: &[u8],
) -> Result<Box<dyn SealBody>, CipherError> {
    let derived = Derived::of(key, &salt, context)?;
    let mut header = [0; HEADER];
    for (byte, of) in header
        .iter_mut()
        .zip(salt.iter().chain(derived.commitment()))
    {
        *byte = *of;
    }
    let (object, next) = (Object::<E>::new(&derived)?, 0);
    Ok(Box::new(Sealing {
        object,
        header,
        next,
    }))
}

/// Checks an object's header.
pub(super) fn open<E: Engine>(
    key: &DataKey,
    header: &[u8; HEADER],
    context: &[u8],
) -> Result<Box<dyn OpenBody>, CipherError> {
    let (salt, commitment) = header
        .split_first_chunk::<SALT>()
        .ok_or(CipherError::Length)?;
    let derived = Derived::of(key, salt, context)?;
    if !derived.commits_to(commitment) {
        return Err(CipherError::Commitment);
    }
    Ok(Box::new(Object::<E>::new(&derived)?))
}

/// The keys of one object.
struct Object<E> {
    engine: Box<E>,
    first: [u8; NONCE],
}

impl<E: Engine> Object<E> {
    fn new(derived: &Derived) -> Result<Self, CipherError> {
        let engine = E::keyed(derived.key());
        scrub();
        Ok(Self {
            engine: engine?,
            first: *derived.nonce(),
        })
    }

    /// The nonce of the first chunk with the index in its last eight bytes, exclusive or.
    fn nonce(&self, index: u64) -> Result<[u8; NONCE], CipherError> {
        if index >= Layout::CHUNKS {
            return Err(CipherError::Length);
        }
        let mut nonce = self.first;
        for (byte, count) in nonce.iter_mut().skip(4).zip(index.to_be_bytes()) {
            *byte ^= count;
        }
        Ok(nonce)
    }
}

/// An engine leaves round keys on the stack while it works; the box it is in wipes the rest.
impl<E> Drop for Object<E> {
    fn drop(&mut self) {
        scrub();
    }
}

impl<E: Engine> OpenBody for Object<E> {
    fn open(&self, place: Place, chunk: &mut Vec<u8>) -> Result<(), CipherError> {
        let opened = self.nonce(place.index()).and_then(|nonce| {
            let content = chunk.len().checked_sub(TAG).ok_or(CipherError::Length)?;
            if !place.fits(chunk.len()) {
                return Err(CipherError::Length);
            }
            self.engine.open(nonce, chunk)?;
            chunk.truncate(content);
            Ok(())
        });
        if opened.is_err() {
            chunk.zeroize();
        }
        opened
    }
}

/// An object of which so many chunks have been sealed.
struct Sealing<E> {
    object: Object<E>,
    header: [u8; HEADER],
    next: u64,
}

impl<E: Engine> Sealing<E> {
    fn chunk(&mut self, chunk: &mut Vec<u8>) -> Result<(), CipherError> {
        let nonce = self.object.nonce(self.next)?;
        // Counted before the engine is asked: whatever it answers, no nonce comes twice.
        self.next += 1;
        let tag = self.object.engine.seal(nonce, chunk)?;
        chunk.extend_from_slice(&tag);
        Ok(())
    }
}

impl<E: Engine> SealBody for Sealing<E> {
    fn header(&self) -> [u8; HEADER] {
        self.header
    }

    fn inner(&mut self, chunk: &mut Vec<u8>) -> Result<(), CipherError> {
        if chunk.len() != CHUNK || self.next + 1 >= Layout::CHUNKS {
            return Err(CipherError::Length);
        }
        self.chunk(chunk)
    }

    fn last(mut self: Box<Self>, chunk: &mut Vec<u8>) -> Result<(), CipherError> {
        if chunk.len() >= CHUNK {
            return Err(CipherError::Length);
        }
        self.chunk(chunk)
    }
}
