//! Files that belong to records: a contract as it is read, its signed copy.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// The bytes of a file. It is kept under their hash, so that what a record refers to can never
/// become another file.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredFile(Vec<u8>);

impl StoredFile {
    /// A file of these bytes.
    #[must_use]
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, without a copy.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// What a record knows the file by.
    #[must_use]
    pub fn reference(&self) -> FileRef {
        FileRef {
            sha256: Sha256::digest(&self.0).into(),
            size: self.0.len() as u64,
        }
    }
}

impl fmt::Debug for StoredFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredFile({:?})", self.reference())
    }
}

/// What a record knows a file by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileRef {
    /// The SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// How many bytes it has.
    pub size: u64,
}

impl FileRef {
    /// The hash as 64 hexadecimal digits in lower case.
    #[must_use]
    pub fn hex(&self) -> String {
        self.sha256
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

impl fmt::Debug for FileRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.hex(), self.size)
    }
}
