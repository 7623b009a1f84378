//! Sealing what goes into a vault, and opening what lies there, for contacts and for staff (R-VLT).
//!
//! Nothing of an item leaves here before its envelope, its details and, of a file, the header, the
//! length and the end of its body were found to be what was sealed.

use crate::Ports;
use crate::domain::id::{FirmId, VaultItemId};
use crate::domain::vault::{
    Content, DataKey, Details, Fault, ItemVersion, Part, Unopened, VaultItem,
};
use crate::error::Error;
use crate::ports::blobs::BlobError;
use crate::ports::cipher::{self, CipherError};
use crate::ports::keys::KeyError;

mod body;
mod entry;
mod file;
mod hand;
mod sealing;

pub use entry::{OpenedItem, Overview, OverviewKind, VaultEntry};
pub(crate) use entry::{entries, entry};
pub use file::VaultFile;
pub(crate) use hand::Hand;
pub(crate) use sealing::Sealing;

/// What an envelope and the details behind it held.
pub(crate) struct Opened {
    pub(crate) key: DataKey,
    pub(crate) details: Details,
}

/// An item's details. What is wrong with them is in the log.
///
/// # Errors
/// As [`open`].
pub(crate) async fn details(
    ports: &Ports,
    hand: &Hand,
    item: &VaultItem,
) -> Result<Details, Error> {
    match open(ports, hand.firm, item).await {
        Ok(opened) => Ok(opened.details),
        Err(error) => {
            hand.note_fault(ports, item, &error).await;
            Err(error)
        }
    }
}

/// Unwraps an item's key and opens its details.
///
/// # Errors
/// [`Error::Unreadable`] when one of them is not what was sealed; [`Error::VaultUnavailable`].
pub(crate) async fn open(ports: &Ports, firm: FirmId, item: &VaultItem) -> Result<Opened, Error> {
    let version = item.binding(firm);
    let sealed = &item.sealed;
    let key = ports.keys.unwrap(&version, &sealed.envelope).await;
    let key = key.map_err(|error| unwrapping(error, item.id))?;
    let details = open_details(ports, &key, &version, &sealed.details);
    let details = details.map_err(|trouble| trouble.of(item.id))?;
    Ok(Opened { key, details })
}

/// How much of a file is read to find out whether it is sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Header, length and last chunk: whether it is there, whole, and goes with its key.
    Ends,
    /// Every chunk.
    Whole,
}

/// Opens an item as whoever reads it would, and lets nothing out.
///
/// # Errors
/// As [`open`]; when the file storage fails.
pub(crate) async fn check(
    ports: &Ports,
    firm: FirmId,
    item: &VaultItem,
    depth: Depth,
) -> Result<(), Error> {
    let Opened { key, details } = open(ports, firm, item).await?;
    let Content::File(facts) = &details.content else {
        return Ok(());
    };
    let found = body::check(ports, firm, item, &key, facts.length, depth).await;
    found.map_err(|trouble| trouble.of(item.id))
}

fn open_details(
    ports: &Ports,
    key: &DataKey,
    version: &ItemVersion,
    object: &[u8],
) -> Result<Details, Trouble> {
    let context = version.context(Part::Details);
    let plain = cipher::open(&*ports.cipher, key, &context, object)?;
    Details::decode(&plain).map_err(|_| Fault::Details.into())
}

/// An envelope that is refused is one that somebody changed. A key that is not held here is a matter of
/// the host's, like one that cannot be reached.
fn unwrapping(error: KeyError, item: VaultItemId) -> Error {
    match error {
        KeyError::Rejected => Trouble::from(Fault::Envelope).of(item),
        other => Error::VaultUnavailable(other),
    }
}

/// Why an object does not open.
enum Trouble {
    Fault(Fault),
    Cipher(CipherError),
    Blobs(BlobError),
}

impl Trouble {
    fn of(self, item: VaultItemId) -> Error {
        match self {
            Self::Fault(fault) => Error::Unreadable(Unopened { item, fault }),
            Self::Cipher(error) => Error::Cipher(error),
            Self::Blobs(error) => Error::Blobs(error),
        }
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<CipherError> for Trouble {
    fn from(error: CipherError) -> Self {
        match error {
            CipherError::Commitment => Fault::Commitment.into(),
            CipherError::Changed => Fault::Changed.into(),
            CipherError::Length => Fault::Length.into(),
            CipherError::Engine => Self::Cipher(error),
        }
    }
}

impl From<BlobError> for Trouble {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::NotFound => Fault::Missing.into(),
            other => Self::Blobs(other),
        }
    }
}
