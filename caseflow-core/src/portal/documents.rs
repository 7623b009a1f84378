//! Documents that the firm shares with a contact (R-DOC). Of each the newest version is there, and
//! nothing says that there were others.

use super::{Visited, Visiting, admit_to, visit};
use crate::Ports;
use crate::domain::access::Section;
use crate::domain::changes::Versioned;
use crate::domain::document::Document;
use crate::domain::id::DocumentId;
use crate::domain::page::Page;
use crate::domain::time::Timestamp;
use crate::error::Error;
use crate::filing::DocumentContent;
use crate::ports::store::DocumentQuery;

/// The contact's documents, the one that came or was shared last first.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when documents are closed to the contact.
pub async fn list(
    ports: &Ports,
    visiting: &Visiting,
    query: &DocumentQuery,
) -> Result<Visited<Page<Versioned<Document>, Timestamp>>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.client_documents(visit, query).await?;
    admit_to(ports, visit, Section::Documents, found).await
}

/// One document.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when there is no such document for the contact, or
/// documents are closed to it.
pub async fn read(
    ports: &Ports,
    visiting: &Visiting,
    id: DocumentId,
) -> Result<Visited<Versioned<Document>>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.client_document(visit, id).await?;
    let Visited { who, page } = admit_to(ports, visit, Section::Documents, found).await?;
    page.map(|page| Visited { who, page })
        .ok_or(Error::NotFound)
}

/// The file of a document.
///
/// # Errors
/// As [`read`].
pub async fn content(
    ports: &Ports,
    visiting: &Visiting,
    id: DocumentId,
) -> Result<DocumentContent, Error> {
    let version = read(ports, visiting, id).await?.page.value.newest;
    Ok(DocumentContent::new(ports, visiting.firm, version))
}
