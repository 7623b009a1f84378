//! Checking what a firm's records refer to: that files are there, whole and unchanged, that signed
//! copies bear their seals, that vaults open (R-DOC, R-SIG-5, R-VLT); and that figures which are kept
//! ready are what the records add up to (R-INV-4).
//!
//! Nothing is changed, shown or written down. Records may change meanwhile: what was removed or
//! replaced after its record was read is no fault.

use std::error::Error as _;

use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};

use crate::Ports;
use crate::domain::file::FileRef;
use crate::domain::id::Subject;
use crate::domain::page::{Cursor, PageQuery, PageSize};
use crate::domain::vault;
use crate::ports::blobs::{BlobError, BlobName};
use crate::ports::keys::KeyError;
use crate::ports::sealer::{SealError, Verdict};

mod contracts;
mod counters;
mod documents;
mod vaults;

pub use crate::vault::Depth;
pub use contracts::contracts;
pub use counters::{Counted, Differing, counters};
pub use documents::documents;
pub use vaults::vaults;

/// What was found of all records of one kind.
#[derive(Debug, Default)]
pub struct Findings {
    /// How many files or items are as their records say.
    pub sound: u64,
    /// The others.
    pub faults: Vec<Fault>,
}

/// Something that is not as its record says.
#[derive(Debug, thiserror::Error)]
#[error("{about} version {version}: {damage}")]
pub struct Fault {
    /// The record.
    pub about: Subject,
    /// Which of its versions.
    pub version: u64,
    /// What is wrong.
    pub damage: Damage,
}

/// What is wrong with it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Damage {
    /// There are no bytes where they should lie.
    #[error("its bytes are missing")]
    Missing,
    /// There are more bytes, or fewer.
    #[error("its bytes are not as many as were handed in")]
    Length,
    /// They are others.
    #[error("its bytes are not those that were handed in")]
    Content,
    /// The file storage does not say.
    #[error("its bytes cannot be read")]
    NotRead(#[source] BlobError),
    /// A signed copy bears no seal of ours that holds.
    #[error("its signed copy {}", words(.0))]
    Seal(Box<Verdict>),
    /// Whether the seal holds cannot be said.
    #[error("its seal cannot be checked: {}", cause(.0))]
    NotChecked(SealError),
    /// An item of a vault cannot be opened.
    #[error("{0}")]
    Vault(vault::Fault),
    /// The key of an item cannot be unwrapped.
    #[error("{0}")]
    Key(KeyError),
}

impl Findings {
    fn note(&mut self, about: impl Into<Subject>, version: u64, found: Result<(), Damage>) {
        match found {
            Ok(()) => self.sound += 1,
            Err(damage) => self.faults.push(Fault {
                about: about.into(),
                version,
                damage,
            }),
        }
    }
}

fn cause(error: &SealError) -> String {
    let source = error.source();
    source.map_or_else(|| error.to_string(), ToString::to_string)
}

fn words(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Ours(_) => "is another contract's",
        Verdict::Altered { .. } => "was altered",
        Verdict::AnotherIssuers(_) => {
            "is sealed with another key: put the seal's key back, or name its certificate as retired"
        }
        Verdict::NoSignature => "bears no seal",
        Verdict::NotAPdf => "is no PDF file",
    }
}

/// Reads all of a file, and compares it with what is on record.
async fn read_whole(ports: &Ports, name: BlobName, expected: FileRef) -> Result<(), Damage> {
    let there = ports.blobs.read(name, 0..0).await;
    drop(there.map_err(unread)?);
    check_end(ports, name, expected.size).await?;
    let content = ports.blobs.read(name, 0..expected.size).await;
    let mut content = content.map_err(cut_off)?;
    let (mut hash, mut size) = (Sha256::new(), 0);
    while let Some(piece) = content.next().await {
        let piece = piece.map_err(cut_off)?;
        size += piece.len() as u64;
        hash.update(&piece);
    }
    let found = FileRef {
        sha256: hash.finalize().into(),
        size,
    };
    compare(found, expected)
}

/// There is nothing behind the end.
async fn check_end(ports: &Ports, name: BlobName, size: u64) -> Result<(), Damage> {
    match ports.blobs.read(name, size..size + 1).await {
        Ok(_) => Err(Damage::Length),
        Err(BlobError::NotFound) => Ok(()),
        Err(error) => Err(Damage::NotRead(error)),
    }
}

fn compare(found: FileRef, expected: FileRef) -> Result<(), Damage> {
    match found {
        found if found == expected => Ok(()),
        found if found.size != expected.size => Err(Damage::Length),
        _ => Err(Damage::Content),
    }
}

fn unread(error: BlobError) -> Damage {
    match error {
        BlobError::NotFound => Damage::Missing,
        error => Damage::NotRead(error),
    }
}

/// What is there at all and has not this range is shorter.
fn cut_off(error: BlobError) -> Damage {
    match error {
        BlobError::NotFound => Damage::Length,
        error => Damage::NotRead(error),
    }
}

/// The page behind this place, as long as it can be.
fn page<K>(after: Option<Cursor<K>>) -> PageQuery<K> {
    PageQuery {
        after,
        size: PageSize::MAX,
    }
}
