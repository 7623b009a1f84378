//! Documents that a firm shares with a client (R-DOC).

mod media;

use std::collections::BTreeSet;

use super::access::{Section, open_sections};
use super::client::Contact;
use super::firm::Firm;
use super::id::{BlobId, ClientId, ContactId, DocumentId};
use super::readers::Readers;
use super::search;
use super::text::{FileName, Line};
use super::time::Timestamp;

pub use media::MediaType;

/// A file of a client. Contacts see its newest version, as long as it is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// Whose it is.
    pub client: ClientId,
    /// The label of the matter it belongs to.
    pub matter: Option<Line<120>>,
    /// For which contacts it is there once it is shared.
    pub readers: Readers,
    /// Since when it is shared; none when only staff see it.
    pub shared_at: Option<Timestamp>,
    /// The newest version.
    pub newest: DocumentVersion,
}

/// One version of a document, which never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentVersion {
    /// Its place among the versions, from 1.
    pub number: u32,
    /// What the file is called.
    pub name: FileName,
    /// What kind of file it is.
    pub media: MediaType,
    /// How many bytes it has.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// Where its bytes lie.
    pub blob: BlobId,
    /// When it was handed in.
    pub added_at: Timestamp,
    /// Who handed it in: a member of staff, by name.
    pub added_by: Line<120>,
}

/// Why a document takes no further version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// It has as many as a document may have.
    #[error(
        "the document has {} versions already: hand the file in as a new document",
        Document::MOST_VERSIONS
    )]
    TooManyVersions,
}

impl Document {
    /// The most versions of a document.
    pub const MOST_VERSIONS: u32 = 1_000;

    /// The date by which lists are sorted: when its newest version came, or when it was shared if that
    /// was later.
    #[must_use]
    pub fn dated(&self) -> Timestamp {
        let added = self.newest.added_at;
        self.shared_at.map_or(added, |shared| shared.max(added))
    }

    /// The words by which it is found: those of its name and of its matter's label.
    #[must_use]
    pub fn words(&self) -> BTreeSet<String> {
        let matter = self.matter.as_ref().map(Line::as_str);
        search::words(&format!(
            "{} {}",
            self.newest.name,
            matter.unwrap_or_default()
        ))
    }

    /// The number of a further version.
    ///
    /// # Errors
    /// When there are as many as may be.
    pub fn next_number(&self) -> Result<u32, DocumentError> {
        let next = self.newest.number + 1;
        let fits = next <= Self::MOST_VERSIONS;
        fits.then_some(next).ok_or(DocumentError::TooManyVersions)
    }

    /// The document with a further version, which is the newest from then on.
    #[must_use]
    pub fn with(self, newest: DocumentVersion) -> Self {
        Self { newest, ..self }
    }

    /// The document as it is shared from `now` on; one that is shared already stays so since the same
    /// moment.
    #[must_use]
    pub fn shared(self, now: Timestamp) -> Self {
        Self {
            shared_at: self.shared_at.or(Some(now)),
            ..self
        }
    }

    /// The document as staff alone see it.
    #[must_use]
    pub fn unshared(self) -> Self {
        Self {
            shared_at: None,
            ..self
        }
    }

    /// Whether this contact of its client could open it now: with portal access and the permission.
    #[must_use]
    pub fn opens_for(&self, firm: &Firm, contact: &Contact) -> bool {
        let open = open_sections(firm, contact).contains(Section::Documents);
        contact.may_sign_in() && open && self.is_for(contact.id)
    }

    /// Whether it is there for this contact of its client.
    #[must_use]
    pub fn is_for(&self, contact: ContactId) -> bool {
        self.shared_at.is_some() && self.readers.include(contact)
    }
}
