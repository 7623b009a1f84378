//! The port that seals and opens the vault's objects.

use std::{fmt, mem};

use zeroize::Zeroizing;

use crate::domain::vault::{CHUNK, DataKey, HEADER, Layout, Place, Plain, SALT, SEALED_CHUNK, TAG};

/// Seals and opens objects, a chunk at a time. It computes: it reads nothing, writes nothing and
/// waits for nothing, so a caller that has megabytes to seal does that where computing belongs.
///
/// # Contract
/// * An object is what [`Layout`] says: the salt, a commitment to the key of 32 bytes, chunks. The
///   engines that are bundled make Cobblestone-256 of C2SP's `chunked-encryption`, byte for byte
///   the same for the same key, salt, context and content.
/// * Key, salt and context (whatever its length) together make the keys that an object is sealed
///   with: an object, its header and each of its chunks open under the same three only.
/// * The commitment holds the key: nobody can make an object that opens under two of them.
/// * [`SealBody`] counts its chunks itself, so that no two are sealed alike. Whoever seals draws a
///   new salt for each object from an [`Entropy`](super::entropy::Entropy), and never seals two
///   objects with one.
/// * [`OpenBody`] opens any chunk, in any order, any number of times; a chunk in another place, of
///   another object, with a bit changed or of another length is refused. Nothing of it is released:
///   after an error the buffer is empty.
/// * What is compared with a secret takes as long whatever the answer.
/// * Keys that are made on the way are wiped when the value that holds them is dropped, as far as
///   that can be done.
/// * Nothing panics, whatever it is handed.
///
/// `caseflow_core::cipher_conformance!` (feature `testing`) proves an adapter.
///
/// # The smallest one
/// ```
/// use caseflow_core::domain::vault::{CHUNK, DataKey, HEADER, Place, SALT, TAG};
/// use caseflow_core::ports::cipher::{self, BodyCipher, CipherError, OpenBody, SealBody};
/// use sha2::{Digest, Sha256};
///
/// /// Adds a stream of hashes and puts a hash behind each chunk: it shows the shape, and protects
/// /// nothing that matters.
/// #[derive(Debug)]
/// struct Toy;
///
/// struct Toys { key: [u8; 32], header: [u8; HEADER], next: u64 }
///
/// fn hash(parts: &[&[u8]]) -> [u8; 32] {
///     let hash = parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part));
///     hash.finalize().into()
/// }
///
/// impl Toys {
///     fn new(key: &DataKey, salt: [u8; SALT], context: &[u8]) -> Self {
///         let key = hash(&[key.expose(), &salt, context]);
///         let mut header = [0; HEADER];
///         header[..SALT].copy_from_slice(&salt);
///         header[SALT..].copy_from_slice(&hash(&[b"commitment", &key]));
///         Self { key, header, next: 0 }
///     }
///     fn stream(&self, index: u64, chunk: &mut [u8]) {
///         for (n, block) in (0_u64..).zip(chunk.chunks_mut(32)) {
///             let stream = hash(&[&self.key, &index.to_be_bytes(), &n.to_be_bytes()]);
///             block.iter_mut().zip(stream).for_each(|(byte, other)| *byte ^= other);
///         }
///     }
///     fn tag(&self, index: u64, sealed: &[u8]) -> [u8; 32] {
///         hash(&[b"tag", &self.key, &index.to_be_bytes(), sealed])
///     }
///     fn next(&mut self, chunk: &mut Vec<u8>) {
///         self.stream(self.next, chunk);
///         let tag = self.tag(self.next, chunk);
///         chunk.extend(&tag[..TAG]);
///         self.next += 1;
///     }
/// }
///
/// impl SealBody for Toys {
///     fn header(&self) -> [u8; HEADER] { self.header }
///     fn inner(&mut self, chunk: &mut Vec<u8>) -> Result<(), CipherError> {
///         if chunk.len() != CHUNK { return Err(CipherError::Length) }
///         Ok(self.next(chunk))
///     }
///     fn last(mut self: Box<Self>, chunk: &mut Vec<u8>) -> Result<(), CipherError> {
///         if chunk.len() >= CHUNK { return Err(CipherError::Length) }
///         Ok(self.next(chunk))
///     }
/// }
///
/// impl OpenBody for Toys {
///     fn open(&self, place: Place, chunk: &mut Vec<u8>) -> Result<(), CipherError> {
///         let tag = chunk.len().checked_sub(TAG).map(|at| chunk.split_off(at));
///         let known = self.tag(place.index(), chunk);
///         if !tag.is_some_and(|tag| place.fits(chunk.len() + TAG) && tag == known[..TAG]) {
///             chunk.clear();
///             return Err(CipherError::Changed);
///         }
///         Ok(self.stream(place.index(), chunk))
///     }
/// }
///
/// impl BodyCipher for Toy {
///     fn seal(
///         &self,
///         key: &DataKey,
///         salt: [u8; SALT],
///         context: &[u8],
///     ) -> Result<Box<dyn SealBody>, CipherError> {
///         Ok(Box::new(Toys::new(key, salt, context)))
///     }
///     fn open(
///         &self,
///         key: &DataKey,
///         header: &[u8; HEADER],
///         context: &[u8],
///     ) -> Result<Box<dyn OpenBody>, CipherError> {
///         let salt: [u8; SALT] = header[..SALT].try_into().unwrap();
///         let toys = Toys::new(key, salt, context);
///         if toys.header == *header { Ok(Box::new(toys)) } else { Err(CipherError::Commitment) }
///     }
/// }
///
/// let key = DataKey::made(|bytes| bytes.fill(7));
/// let object = cipher::seal(&Toy, &key, [9; SALT], b"a letter", &[5; 20_000])?;
/// assert_eq!(&cipher::open(&Toy, &key, b"a letter", &object)?[..], [5; 20_000]);
/// assert!(cipher::open(&Toy, &key, b"another letter", &object).is_err());
/// # Ok::<(), CipherError>(())
/// ```
pub trait BodyCipher: fmt::Debug + Send + Sync {
    /// Begins an object.
    ///
    /// # Errors
    /// When the engine fails, which has nothing to do with what is sealed.
    fn seal(
        &self,
        key: &DataKey,
        salt: [u8; SALT],
        context: &[u8],
    ) -> Result<Box<dyn SealBody>, CipherError>;

    /// Checks an object's header against the key and the context.
    ///
    /// # Errors
    /// [`CipherError::Commitment`] when it was sealed by another key or for another context, or has
    /// been changed.
    fn open(
        &self,
        key: &DataKey,
        header: &[u8; HEADER],
        context: &[u8],
    ) -> Result<Box<dyn OpenBody>, CipherError>;
}

/// An object that is being sealed: its header, its chunks in their order, the last one.
///
/// A chunk is sealed where it lies. A vector with room for [`SEALED_CHUNK`] bytes is not moved, so
/// nothing in the clear is left behind.
pub trait SealBody: Send {
    /// The header, with which the object begins.
    fn header(&self) -> [u8; HEADER];

    /// Seals the next chunk, which has to hold [`CHUNK`] bytes and not to be the last.
    ///
    /// # Errors
    /// When it has another length, or the object already has as many as one can have.
    fn inner(&mut self, chunk: &mut Vec<u8>) -> Result<(), CipherError>;

    /// Seals the last chunk, which has to hold fewer than [`CHUNK`] bytes and may hold none.
    ///
    /// # Errors
    /// When it is longer.
    fn last(self: Box<Self>, chunk: &mut Vec<u8>) -> Result<(), CipherError>;
}

/// An object whose header was found to be right.
pub trait OpenBody: Send + Sync {
    /// Opens the chunk of this place where it lies.
    ///
    /// # Errors
    /// When it is not what was sealed there. The buffer is empty then.
    fn open(&self, place: Place, chunk: &mut Vec<u8>) -> Result<(), CipherError>;
}

/// Why something was not sealed or not opened. It is for the log: whoever asked for the content is
/// told that it cannot be read, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CipherError {
    /// The header is that of another key or context, or was changed.
    #[error("the object was sealed by another key or for another item, or its header was changed")]
    Commitment,
    /// A chunk is not what was sealed in its place.
    #[error("a chunk is not what was sealed in its place")]
    Changed,
    /// A chunk or an object has a length that it cannot have.
    #[error("the length is none that an object or a chunk can have")]
    Length,
    /// The engine did not compute.
    #[error("the engine that seals and opens failed")]
    Engine,
}

/// Seals content that is in memory already, such as details or a key.
///
/// # Errors
/// As the cipher's.
pub fn seal(
    cipher: &dyn BodyCipher,
    key: &DataKey,
    salt: [u8; SALT],
    context: &[u8],
    content: &[u8],
) -> Result<Vec<u8>, CipherError> {
    let mut sealing = cipher.seal(key, salt, context)?;
    let mut object = sealing.header().to_vec();
    object.reserve_exact(content.len() + (content.len() / CHUNK + 1) * TAG);
    let mut chunk = Zeroizing::new(Vec::with_capacity(SEALED_CHUNK));
    let (inner, last) = content.as_chunks::<CHUNK>();
    for content in inner {
        chunk.clear();
        chunk.extend_from_slice(content);
        sealing.inner(&mut chunk)?;
        object.extend_from_slice(&chunk);
    }
    chunk.clear();
    chunk.extend_from_slice(last);
    sealing.last(&mut chunk)?;
    object.extend_from_slice(&chunk);
    Ok(object)
}

/// Opens an object that is in memory.
///
/// # Errors
/// As the cipher's, and [`CipherError::Length`] when it is cut off.
pub fn open(
    cipher: &dyn BodyCipher,
    key: &DataKey,
    context: &[u8],
    object: &[u8],
) -> Result<Plain, CipherError> {
    let layout = Layout::of_object(object.len() as u64).map_err(|_| CipherError::Length)?;
    let (header, body) = object
        .split_first_chunk::<HEADER>()
        .ok_or(CipherError::Length)?;
    let opening = cipher.open(key, header, context)?;
    let mut content = Zeroizing::new(Vec::with_capacity(body.len()));
    let mut chunk = Zeroizing::new(Vec::with_capacity(SEALED_CHUNK));
    for (index, sealed) in (0..).zip(body.chunks(SEALED_CHUNK)) {
        let place = layout.place(index).ok_or(CipherError::Length)?;
        chunk.clear();
        chunk.extend_from_slice(sealed);
        opening.open(place, &mut chunk)?;
        content.extend_from_slice(&chunk);
    }
    Ok(mem::take(&mut *content).into())
}
