//! A cipher for tests of what uses one.

use sha2::{Digest as _, Sha256};

use crate::domain::vault::{CHUNK, DataKey, HEADER, Place, SALT, TAG};
use crate::ports::cipher::{BodyCipher, CipherError, OpenBody, SealBody};

/// Seals by a stream of hashes: it keeps the port's contract and protects nothing that matters.
#[derive(Debug, Clone, Copy, Default)]
pub struct QuickCipher;

struct Object {
    key: [u8; 32],
    header: [u8; HEADER],
    next: u64,
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let hash = parts.iter().fold(Sha256::new(), |hash, part| {
        let length = (part.len() as u64).to_be_bytes();
        hash.chain_update(length).chain_update(part)
    });
    hash.finalize().into()
}

impl Object {
    fn new(key: &DataKey, salt: [u8; SALT], context: &[u8]) -> Self {
        let key = hash(&[key.expose(), &salt, context]);
        let mut header = [0; HEADER];
        header[..SALT].copy_from_slice(&salt);
        header[SALT..].copy_from_slice(&hash(&[b"commitment", &key]));
        Self {
            key,
            header,
            next: 0,
        }
    }

    fn stream(&self, index: u64, chunk: &mut [u8]) {
        for (block, bytes) in (0_u64..).zip(chunk.chunks_mut(32)) {
            let stream = hash(&[&self.key, &index.to_be_bytes(), &block.to_be_bytes()]);
            bytes
                .iter_mut()
                .zip(stream)
                .for_each(|(it, other)| *it ^= other);
        }
    }

    fn tag(&self, index: u64, sealed: &[u8]) -> [u8; TAG] {
        let hash = hash(&[b"tag", &self.key, &index.to_be_bytes(), sealed]);
        let mut tag = [0; TAG];
        tag.copy_from_slice(&hash[..TAG]);
        tag
    }

    fn seal(&mut self, chunk: &mut Vec<u8>) {
        self.stream(self.next, chunk);
        let tag = self.tag(self.next, chunk);
        chunk.extend(tag);
        self.next += 1;
    }
}

impl SealBody for Object {
    fn header(&self) -> [u8; HEADER] {
        self.header
    }

    fn inner(&mut self, chunk: &mut Vec<u8>) -> Result<(), CipherError> {
        if chunk.len() != CHUNK {
            return Err(CipherError::Length);
        }
        self.seal(chunk);
        Ok(())
    }

    fn last(mut self: Box<Self>, chunk: &mut Vec<u8>) -> Result<(), CipherError> {
        if chunk.len() >= CHUNK {
            return Err(CipherError::Length);
        }
        self.seal(chunk);
        Ok(())
    }
}

impl OpenBody for Object {
    fn open(&self, place: Place, chunk: &mut Vec<u8>) -> Result<(), CipherError> {
        if !place.fits(chunk.len()) {
            chunk.clear();
            return Err(CipherError::Length);
        }
        let tag = chunk.split_off(chunk.len() - TAG);
        if tag != self.tag(place.index(), chunk) {
            chunk.clear();
            return Err(CipherError::Changed);
        }
        self.stream(place.index(), chunk);
        Ok(())
    }
}

impl BodyCipher for QuickCipher {
    fn seal(
        &self,
        key: &DataKey,
        salt: [u8; SALT],
        context: &[u8],
    ) -> Result<Box<dyn SealBody>, CipherError> {
        Ok(Box::new(Object::new(key, salt, context)))
    }

    fn open(
        &self,
        key: &DataKey,
        header: &[u8; HEADER],
        context: &[u8],
    ) -> Result<Box<dyn OpenBody>, CipherError> {
        let mut salt = [0; SALT];
        salt.copy_from_slice(&header[..SALT]);
        let object = Object::new(key, salt, context);
        let right = object.header == *header;
        match right {
            true => Ok(Box::new(object)),
            false => Err(CipherError::Commitment),
        }
    }
}
