use std::fmt;

use async_trait::async_trait;

use super::StoreError;
use super::portal::Visit;
use crate::domain::access::Guest;
use crate::domain::changes::{Version, Versioned};
use crate::domain::document::{Document, DocumentVersion};
use crate::domain::id::{ClientId, DocumentId, FirmId};
use crate::domain::page::{Page, PageQuery};
use crate::domain::search::Terms;
use crate::domain::time::Timestamp;

/// Reads of shared documents, by contacts and by staff.
///
/// # Contract
/// * What a contact reads is of its own client, shared, and [there](Document::is_for) for it; what
///   staff read is of their firm.
/// * Lists are in the order of [`Document::dated`], newest first, then by id, largest first.
#[async_trait]
pub trait DocumentReads: fmt::Debug + Send + Sync {
    /// A contact's documents.
    async fn client_documents(
        &self,
        visit: Visit,
        query: &DocumentQuery,
    ) -> Result<Option<(Guest, Page<Versioned<Document>, Timestamp>)>, StoreError>;

    /// One document of a contact.
    async fn client_document(
        &self,
        visit: Visit,
        id: DocumentId,
    ) -> Result<Option<(Guest, Option<Versioned<Document>>)>, StoreError>;

    /// The firm's documents.
    async fn documents(
        &self,
        firm: FirmId,
        query: &FirmDocumentQuery,
    ) -> Result<Page<Versioned<Document>, Timestamp>, StoreError>;

    /// One document with its versions.
    async fn document(
        &self,
        firm: FirmId,
        id: DocumentId,
    ) -> Result<Option<DocumentFile>, StoreError>;
}

/// A document with all its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFile {
    /// The document.
    pub document: Versioned<Document>,
    /// Its versions, newest first.
    pub versions: Vec<DocumentVersion>,
}

/// Which documents a contact's list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentQuery {
    /// Only those in which each term begins a [word](Document::words).
    pub terms: Option<Terms>,
    /// Which page, by [`Document::dated`].
    pub page: PageQuery<Timestamp>,
}

/// Which of a firm's documents a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FirmDocumentQuery {
    /// Only those of this client.
    pub client: Option<ClientId>,
    /// Only those that are shared, or only those that are not.
    pub shared: Option<bool>,
    /// As [`DocumentQuery::terms`].
    pub terms: Option<Terms>,
    /// Which page, by [`Document::dated`].
    pub page: PageQuery<Timestamp>,
}

impl DocumentFile {
    /// The document's version as a record.
    #[must_use]
    pub fn version(&self) -> Version {
        self.document.version
    }
}
