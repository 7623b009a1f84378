//! Vault objects sealed with AES-256-GCM, in Rust alone (feature `aes-gcm`).
//!
//! It uses the processor's instructions for AES where there are any, and finds out by itself. With
//! flags for the processor that it is built for it is about twice as fast: see `docs/vault.md`.

use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::{AeadInOut as _, Aes256Gcm, KeyInit as _};

use super::cobblestone::{self, Engine, NONCE};
use crate::domain::vault::{DataKey, HEADER, SALT, TAG};
use crate::ports::cipher::{BodyCipher, CipherError, OpenBody, SealBody};

/// Cobblestone-256 by the crate `aes-gcm`.
#[derive(Debug, Clone, Copy, Default)]
pub struct AesGcm;

impl BodyCipher for AesGcm {
    fn seal(
        &self,
        key: &DataKey,
        salt: [u8; SALT],
        context: &[u8],
    ) -> Result<Box<dyn SealBody>, CipherError> {
        cobblestone::seal::<Aes256Gcm>(key, salt, context)
    }

    fn open(
        &self,
        key: &DataKey,
        header: &[u8; HEADER],
        context: &[u8],
    ) -> Result<Box<dyn OpenBody>, CipherError> {
        cobblestone::open::<Aes256Gcm>(key, header, context)
    }
}

/// The crate wipes the expanded key when it is dropped (its feature `zeroize`).
impl Engine for Aes256Gcm {
    // Not inlined, so that what is moved leaves its copy where the caller overwrites it.
    #[inline(never)]
    fn keyed(key: &[u8; 32]) -> Result<Box<Self>, CipherError> {
        Ok(Box::new(Self::new(key.into())))
    }

    fn seal(&self, nonce: [u8; NONCE], content: &mut [u8]) -> Result<[u8; TAG], CipherError> {
        let tag = self.encrypt_inout_detached(&nonce.into(), &[], content.into());
        tag.map(Into::into).map_err(|_| CipherError::Engine)
    }

    fn open(&self, nonce: [u8; NONCE], sealed: &mut [u8]) -> Result<(), CipherError> {
        let (content, tag) = sealed
            .split_last_chunk_mut::<TAG>()
            .ok_or(CipherError::Length)?;
        let tag = (*tag).into();
        self.decrypt_inout_detached(&nonce.into(), &[], InOutBuf::from(content), &tag)
            .map_err(|_| CipherError::Changed)
    }
}
