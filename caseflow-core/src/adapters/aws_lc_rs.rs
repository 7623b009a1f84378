//! Vault objects sealed with AES-256-GCM by AWS-LC (feature `aws-lc-rs`).
//!
//! The objects are the same, byte for byte, as those of the adapter in Rust alone; this one is
//! several times as fast and has C and assembly in it, for which a build needs a C compiler.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use super::cobblestone::{self, Engine, NONCE};
use crate::domain::vault::{DataKey, HEADER, SALT, TAG};
use crate::ports::cipher::{BodyCipher, CipherError, OpenBody, SealBody};

/// Cobblestone-256 by the crate `aws-lc-rs`.
#[derive(Debug, Clone, Copy, Default)]
pub struct AwsLc;

impl BodyCipher for AwsLc {
    fn seal(
        &self,
        key: &DataKey,
        salt: [u8; SALT],
        context: &[u8],
    ) -> Result<Box<dyn SealBody>, CipherError> {
        cobblestone::seal::<LessSafeKey>(key, salt, context)
    }

    fn open(
        &self,
        key: &DataKey,
        header: &[u8; HEADER],
        context: &[u8],
    ) -> Result<Box<dyn OpenBody>, CipherError> {
        cobblestone::open::<LessSafeKey>(key, header, context)
    }
}

/// The library wipes its keys when they are dropped. The type's name warns of nonces used twice:
/// here they count on.
impl Engine for LessSafeKey {
    // Not inlined, so that what is moved leaves its copy where the caller overwrites it.
    #[inline(never)]
    fn keyed(key: &[u8; 32]) -> Result<Box<Self>, CipherError> {
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| CipherError::Engine)?;
        Ok(Box::new(Self::new(key)))
    }

    fn seal(&self, nonce: [u8; NONCE], content: &mut [u8]) -> Result<[u8; TAG], CipherError> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.seal_in_place_separate_tag(nonce, Aad::empty(), content);
        let tag = tag.map_err(|_| CipherError::Engine)?;
        tag.as_ref().try_into().map_err(|_| CipherError::Engine)
    }

    fn open(&self, nonce: [u8; NONCE], sealed: &mut [u8]) -> Result<(), CipherError> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let opened = self.open_in_place(nonce, Aad::empty(), sealed);
        opened.map(drop).map_err(|_| CipherError::Changed)
    }
}
