//! An archive of files that is made while it is taken: for a contact, all that it may see (R-SELF); for
//! staff, all that the firm holds for a client.
//!
//! Lists are read page by page, and a document is made when its turn comes, so that memory holds one
//! document and the lines of the manifest, however much there is.

mod files;
mod secrets;
mod shelves;
mod table;

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};

use crate::Ports;
use crate::domain::file::FileRef;
use crate::domain::firm::Firm;
use crate::domain::take_out::{LeftOut, Manifest, TakenFile, WhyLeftOut};
use crate::domain::text::{ArchivePath, ArchivePaths};
use crate::domain::time::Timestamp;
use crate::error::Error;
use crate::ports::blobs::{BlobError, Content};

pub(crate) use files::{Called, Ready, client_members, contact_members};
pub(crate) use shelves::{
    Found, Item, Shelf, Shelves, article, copies, document, each, folders, invoice, offer, paper,
    sealed,
};

/// How often a document is asked for while others are being made.
const TRIES: u32 = 5;
/// How long to wait in between.
const PAUSE: Duration = Duration::from_secs(1);
/// How often it is found out anew, while one file is read, that whoever asks may go on: a contact's
/// session is in use as long as it is.
const LOOK: Duration = Duration::from_secs(60);
const JSON: &str = "application/json";

/// Whose archive it is: what there is for them, and how they get it.
#[async_trait]
pub(crate) trait Source: fmt::Debug + Send + Sync {
    /// What a next page of the lists holds; none after the last.
    async fn next_page(&mut self, ports: &Ports) -> Option<Listed>;

    /// Makes an item's file, or opens it.
    ///
    /// # Errors
    /// Why it cannot be had; some end the archive.
    async fn make(&self, ports: &Ports, item: &Item) -> Result<Ready, Error>;

    /// Finds out whether whoever asks may go on.
    ///
    /// # Errors
    /// When they may not.
    async fn look_again(&self, ports: &Ports) -> Result<(), Error>;
}

/// A page of a list.
pub(crate) struct Listed {
    /// The folder in which its items stand.
    pub(crate) folder: &'static str,
    /// What stands there, or why that cannot be read.
    pub(crate) items: Result<Vec<Item>, Error>,
}

/// An archive that is being taken.
pub struct TakeOut {
    ports: Ports,
    source: Box<dyn Source>,
    firm: Firm,
    began: Timestamp,
    /// When it was last found out that whoever asks may go on.
    seen: Timestamp,
    items: VecDeque<Item>,
    open: Option<Open>,
    paths: ArchivePaths,
    manifest: Manifest,
    /// Whether the manifest itself was begun: nothing is noted in it then.
    is_listed: bool,
}

/// What comes next of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A file begins; the one before is complete.
    File(FileHead),
    /// Bytes of the file that began last.
    Bytes(Bytes),
}

/// A file of an archive, before its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileHead {
    /// Where it stands.
    pub path: ArchivePath,
    /// Its media type, such as `application/pdf`.
    pub media_type: String,
    /// When what it says was last changed; of a document that was made for the archive, when it was
    /// made.
    pub modified_at: Timestamp,
    /// How many bytes follow, where that is known before.
    pub size: Option<u64>,
}

/// A file of which some was answered.
struct Open {
    head: FileHead,
    /// Its first bytes, which were looked at before it was begun.
    first: Option<Bytes>,
    rest: Content<'static>,
    hash: Sha256,
    size: u64,
    expected: Option<FileRef>,
}

impl TakeOut {
    pub(crate) fn new(
        ports: &Ports,
        source: Box<dyn Source>,
        firm: Firm,
        manifest: Manifest,
    ) -> Self {
        let began = ports.now();
        Self {
            ports: ports.clone(),
            source,
            firm,
            began,
            seen: began,
            items: VecDeque::new(),
            open: None,
            paths: ArchivePaths::default(),
            manifest,
            is_listed: false,
        }
    }

    /// The firm that it is from.
    #[must_use]
    pub fn firm(&self) -> &Firm {
        &self.firm
    }

    /// When it was begun.
    #[must_use]
    pub fn began(&self) -> Timestamp {
        self.began
    }

    /// What is not in it so far, and why.
    #[must_use]
    pub fn left_out(&self) -> &[LeftOut] {
        self.manifest.left_out()
    }

    /// The next piece; none when the archive is complete. The last file is the manifest, which has a
    /// digest of every other and says what was left out and why: a document that cannot be made ends
    /// no archive.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when the contact whose archive it is may no longer be here; an error of the
    /// store or of the file storage in the middle of a file. No archive comes of what was answered before.
    pub async fn next(&mut self) -> Result<Option<Piece>, Error> {
        loop {
            if let Some(open) = &mut self.open {
                if self.ports.now() >= self.seen.plus(LOOK) {
                    self.source.look_again(&self.ports).await?;
                    self.seen = self.ports.now();
                }
                if let Some(bytes) = open.next().await? {
                    return Ok(Some(Piece::Bytes(bytes)));
                }
                self.close()?;
            } else if let Some(item) = self.items.pop_front() {
                if let Some(head) = self.begin_file(&item).await? {
                    return Ok(Some(Piece::File(head)));
                }
            } else if let Some(listed) = self.source.next_page(&self.ports).await {
                self.note(listed)?;
            } else {
                return Ok(self.begin_manifest().map(Piece::File));
            }
        }
    }

    /// Notes the items of a page, or why it cannot be read.
    fn note(&mut self, listed: Listed) -> Result<(), Error> {
        match listed.items {
            Ok(items) => self.items = items.into(),
            Err(error) => {
                let why = why_left_out(&error).ok_or(error)?;
                self.leave_out(format!("{}/", listed.folder), why);
            }
        }
        Ok(())
    }

    /// Opens an item and looks at its first bytes; none when it is left out.
    async fn begin_file(&mut self, item: &Item) -> Result<Option<FileHead>, Error> {
        let mut ready = match make_patiently(&self.ports, &*self.source, item).await {
            Ok(ready) => ready,
            Err(error) => {
                let why = item.why_left_out(&error).ok_or(error)?;
                let path = self.path(&item.called());
                self.leave_out(path.to_string(), why);
                return Ok(None);
            }
        };
        let path = self.path(&ready.called);
        match ready.content.next().await.transpose() {
            Ok(first) => Ok(Some(self.begin_open(path, ready, first))),
            Err(_) => {
                self.leave_out(path.to_string(), WhyLeftOut::NotRead);
                Ok(None)
            }
        }
    }

    fn begin_open(&mut self, path: ArchivePath, ready: Ready, first: Option<Bytes>) -> FileHead {
        let head = FileHead {
            path,
            media_type: ready.media_type,
            modified_at: ready.modified_at,
            size: ready.size,
        };
        self.open = Some(Open {
            head: head.clone(),
            first,
            rest: ready.content,
            hash: Sha256::new(),
            size: 0,
            expected: ready.expected,
        });
        head
    }

    /// The manifest as the last file; none when it was that already.
    fn begin_manifest(&mut self) -> Option<FileHead> {
        if self.is_listed {
            return None;
        }
        self.is_listed = true;
        let bytes = self.manifest.to_json();
        let path = self.paths.take(&[], Manifest::PATH);
        let ready = Ready::new(Called::default(), JSON, self.began, bytes);
        Some(self.begin_open(path, ready, None))
    }

    /// Notes that the open file is complete.
    fn close(&mut self) -> Result<(), Error> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        let file = open.taken()?;
        if !self.is_listed {
            self.manifest.add(file);
        }
        Ok(())
    }

    pub(crate) fn leave_out(&mut self, place: impl Into<String>, why: WhyLeftOut) {
        self.manifest.leave_out(place, why);
    }

    fn path(&mut self, called: &Called) -> ArchivePath {
        let folders: Vec<&str> = called.folders.iter().map(String::as_str).collect();
        self.paths.take(&folders, &called.name)
    }
}

impl fmt::Debug for TakeOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TakeOut")
            .field("source", &self.source)
            .field("began", &self.began)
            .finish_non_exhaustive()
    }
}

impl Open {
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let next = match self.first.take() {
            Some(first) => Some(first),
            None => self.rest.next().await.transpose()?,
        };
        if let Some(bytes) = &next {
            self.size = self.size.saturating_add(bytes.len() as u64);
            self.hash.update(bytes);
        }
        Ok(next)
    }

    /// The file as it was answered, when that is what it should be.
    fn taken(self) -> Result<TakenFile, Error> {
        let content = FileRef {
            sha256: self.hash.finalize().into(),
            size: self.size,
        };
        if self.expected.is_some_and(|expected| expected != content) {
            return Err(Error::Blobs(BlobError::Backend(Box::new(NotTheFile))));
        }
        Ok(TakenFile {
            path: self.head.path,
            media_type: self.head.media_type,
            modified_at: self.head.modified_at,
            content,
        })
    }
}

/// Makes an item; one whose maker is busy is asked for some times.
async fn make_patiently(ports: &Ports, source: &dyn Source, item: &Item) -> Result<Ready, Error> {
    for _ in 1..TRIES {
        match source.make(ports, item).await {
            Err(Error::Busy) => ports.clock.sleep(PAUSE).await,
            made => return made,
        }
    }
    source.make(ports, item).await
}

/// The bytes that came are not those that were stored.
#[derive(Debug, thiserror::Error)]
#[error("the file is not the one that was stored")]
struct NotTheFile;

/// Why something is left out that could not be had; none when the archive cannot go on.
fn why_left_out(error: &Error) -> Option<WhyLeftOut> {
    match error {
        Error::NotFound => Some(WhyLeftOut::Gone),
        Error::Locked => Some(WhyLeftOut::Locked),
        Error::VaultUnavailable(_) => Some(WhyLeftOut::VaultUnavailable),
        Error::Unreadable(_) => Some(WhyLeftOut::Unreadable),
        Error::Busy => Some(WhyLeftOut::Busy),
        Error::Refused(_) | Error::Print(_) | Error::Pdf(_) | Error::Address => {
            Some(WhyLeftOut::NotMade)
        }
        Error::Blobs(_) | Error::Cipher(_) => Some(WhyLeftOut::NotRead),
        _ => None,
    }
}
