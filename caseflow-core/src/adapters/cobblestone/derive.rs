//! The keys of one object.

use std::hint::black_box;

use ctutils::CtEq as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha512;
use zeroize::{Zeroize as _, Zeroizing};

use super::NONCE;
use crate::domain::vault::{DataKey, SALT};
use crate::ports::cipher::CipherError;

/// Names the construction and its cipher; a zero, the salt and the context follow.
const INFO: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";
const KEY: usize = 32;
const COMMITMENT: usize = 32;
const HASH: usize = 64;
/// The block of SHA-512, to which HMAC fills a key up with zeros.
const HASH_BLOCK: usize = 128;
/// 32 KiB: more than any of the calls here uses.
const STACK: usize = 4 * 1024;

/// What is derived of a key, a salt and a context.
pub(super) struct Derived(Box<Zeroizing<Parts>>);

/// The object's key, the first nonce, the commitment.
type Parts = ([u8; KEY], [u8; NONCE], [u8; COMMITMENT]);

impl Derived {
    pub(super) fn of(
        key: &DataKey,
        salt: &[u8; SALT],
        context: &[u8],
    ) -> Result<Self, CipherError> {
        let derived = Self::filled(key, &[INFO, salt, context]);
        scrub();
        derived
    }

    // Not inlined, so that what it leaves on the stack lies where `scrub` overwrites it.
    #[inline(never)]
    fn filled(key: &DataKey, info: &[&[u8]]) -> Result<Self, CipherError> {
        let mut okm = Zeroizing::new([0; KEY + NONCE + COMMITMENT]);
        expand(key.expose(), info, &mut *okm)?;
        let mut derived = Self(Box::default());
        let (key, nonce, commitment) = &mut **derived.0;
        let parts = key.iter_mut().chain(nonce).chain(commitment);
        for (byte, of) in parts.zip(okm.iter()) {
            *byte = *of;
        }
        Ok(derived)
    }

    pub(super) fn key(&self) -> &[u8; KEY] {
        &self.0.0
    }

    pub(super) fn nonce(&self) -> &[u8; NONCE] {
        &self.0.1
    }

    pub(super) fn commitment(&self) -> &[u8; COMMITMENT] {
        &self.0.2
    }

    /// Compares in a time that does not tell where the difference is.
    pub(super) fn commits_to(&self, commitment: &[u8]) -> bool {
        self.commitment()[..].ct_eq(commitment).into()
    }
}

/// HKDF-Expand (RFC 5869) with SHA-512, of a key that may be shorter than a hash: the construction
/// asks for that, and crates for HKDF refuse it.
pub(in crate::adapters) fn expand(
    prk: &[u8],
    info: &[&[u8]],
    okm: &mut [u8],
) -> Result<(), CipherError> {
    let mac = hmac(prk)?;
    let mut previous = Zeroizing::new(Vec::with_capacity(HASH));
    let mut counts = 1..=u8::MAX;
    for out in okm.chunks_mut(HASH) {
        let count = counts.next().ok_or(CipherError::Length)?;
        let mut mac = mac.clone();
        mac.update(&previous);
        info.iter().for_each(|part| mac.update(part));
        mac.update(&[count]);
        let mut block = mac.finalize().into_bytes();
        previous.clear();
        previous.extend_from_slice(&block);
        for (byte, of) in out.iter_mut().zip(&block) {
            *byte = *of;
        }
        block.as_mut_slice().zeroize();
    }
    Ok(())
}

fn hmac(key: &[u8]) -> Result<Hmac<Sha512>, CipherError> {
    let mut block = Zeroizing::new([0; HASH_BLOCK]);
    let start = block.get_mut(..key.len()).ok_or(CipherError::Length)?;
    start.copy_from_slice(key);
    Ok(Hmac::new((&*block).into()))
}

/// Overwrites the stack that the calls before this one used: values leave copies there when they
/// are moved.
#[inline(never)]
pub(super) fn scrub() {
    let mut used = [0_u64; STACK];
    used.zeroize();
    black_box(&used);
}
