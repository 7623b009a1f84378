//! A file of a vault that somebody may read.

use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use futures_util::stream;

use super::body::{Body, Reading};
use super::{Hand, Opened, Trouble, open};
use crate::Ports;
use crate::domain::audit::AuditAction;
use crate::domain::changes::Versioned;
use crate::domain::document::MediaType;
use crate::domain::text::FileName;
use crate::domain::vault::{self, DataKey, Fault, Unopened, VaultItem};
use crate::error::Error;
use crate::ports::blobs::{BlobError, Content};

/// The longest file of which a range is opened as a whole before any of it is let out.
const WHOLE: u64 = 1024 * 1024;

/// A file of a vault whose details were opened, and whose content may be asked for.
pub struct VaultFile {
    /// What it is called.
    pub name: FileName,
    /// Its kind, as far as name and first bytes agreed.
    pub media: MediaType,
    /// How many bytes it has.
    pub length: u64,
    /// The version of what it holds; another one has other bytes.
    pub version: u64,
    access: Access,
}

/// All that it takes to read it.
struct Access {
    ports: Ports,
    hand: Hand,
    item: VaultItem,
    key: DataKey,
}

impl VaultFile {
    /// Opens the details of an item that is a file.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is none; [`Error::Unreadable`], which is in the log then;
    /// [`Error::VaultUnavailable`].
    pub(crate) async fn open(
        ports: &Ports,
        hand: Hand,
        item: Versioned<VaultItem>,
    ) -> Result<Self, Error> {
        let item = item.value;
        let opened = open(ports, hand.firm, &item).await;
        if let Err(error) = &opened {
            hand.note_fault(ports, &item, error).await;
        }
        let Opened { key, details } = opened?;
        let vault::Content::File(facts) = &details.content else {
            return Err(Error::NotFound);
        };
        Ok(Self {
            name: FileName::of(details.name.as_str()),
            media: MediaType::from_code(facts.media_type.as_str()).unwrap_or(MediaType::Other),
            length: facts.length,
            version: item.sealed.version,
            access: Access {
                ports: ports.clone(),
                hand,
                item,
                key,
            },
        })
    }

    /// These bytes of the file. That they are read is in the vault's log before the first one is let
    /// out; of a file of up to a mebibyte all of them were found right by then, of a longer one header,
    /// length and end. What is found wrong later ends the stream with an error, and is in the log.
    ///
    /// # Errors
    /// [`Error::NotFound`] for bytes that the file does not have; [`Error::Unreadable`];
    /// [`Error::Busy`] when it was replaced just now; [`Error::Store`] when the log cannot be written.
    pub async fn content(self, range: Range<u64>) -> Result<Content<'static>, Error> {
        if range.start > range.end || range.end > self.length {
            return Err(Error::NotFound);
        }
        let (access, length) = (self.access, self.length);
        let sending = access.begin(length, &range).await;
        let sending = match sending {
            Ok(sending) => sending,
            Err(trouble) => return Err(access.failed(trouble).await),
        };
        access.note_download(&range).await?;
        Ok(match sending {
            Sending::Whole(pieces) => Box::pin(stream::iter(pieces.into_iter().map(Ok))),
            Sending::Pieces(reading) => access.stream(reading),
        })
    }
}

impl fmt::Debug for VaultFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultFile")
            .field("item", &self.access.item.id)
            .field("version", &self.version)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

/// What is let out.
enum Sending {
    Whole(Vec<Bytes>),
    Pieces(Reading),
}

impl Access {
    async fn begin(&self, length: u64, range: &Range<u64>) -> Result<Sending, Trouble> {
        let Self {
            ports,
            hand,
            item,
            key,
        } = self;
        let body = Body::open(ports, hand.firm, item, key, length).await?;
        Ok(match body.read(ports, range).await? {
            None => Sending::Whole(vec![]),
            Some(reading) if length <= WHOLE => Sending::Whole(reading.whole().await?),
            Some(reading) => Sending::Pieces(reading),
        })
    }

    /// Why nothing was let out. A body that is not there may be one that was replaced or removed since
    /// its record was read: then nothing is wrong with it.
    async fn failed(&self, trouble: Trouble) -> Error {
        let error = trouble.of(self.item.id);
        if let Error::Unreadable(Unopened {
            fault: Fault::Missing,
            ..
        }) = error
        {
            match self.version_now().await {
                Ok(Some(version)) if version == self.item.sealed.version => {}
                Ok(Some(_)) => return Error::Busy,
                Ok(None) => return Error::NotFound,
                Err(error) => return error,
            }
        }
        self.hand.note_fault(&self.ports, &self.item, &error).await;
        error
    }

    async fn version_now(&self) -> Result<Option<u64>, Error> {
        let store = &self.ports.store;
        let item = store.vault_item(self.hand.firm, self.item.id).await?;
        Ok(item.map(|item| item.value.sealed.version))
    }

    async fn note_download(&self, range: &Range<u64>) -> Result<(), Error> {
        let action = AuditAction::VaultItemDownloaded;
        let mut entry = self.hand.on_opened(&self.ports, action, &self.item);
        let range = format!("{}..{}", range.start, range.end);
        entry.facts.push(("bytes", range));
        self.hand.note(&self.ports, entry).await
    }

    fn stream(self, reading: Reading) -> Content<'static> {
        Box::pin(stream::try_unfold(
            (self, reading),
            async |(access, mut reading)| match reading.next().await {
                Ok(Some(piece)) => Ok(Some((piece, (access, reading)))),
                Ok(None) => Ok(None),
                Err(trouble) => Err(access.broke_off(trouble).await),
            },
        ))
    }

    /// The stream ends with an error, so that nobody takes its beginning for the whole.
    async fn broke_off(&self, trouble: Trouble) -> BlobError {
        match self.failed(trouble).await {
            Error::Blobs(error) => error,
            other => BlobError::Backend(Box::new(other)),
        }
    }
}
