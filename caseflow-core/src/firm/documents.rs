//! Documents that are shared with clients (R-DOC): handing in, changing, sharing, removing.
//!
//! A file's bytes are kept before the record that refers to them, and go after it: whatever fails in
//! between leaves no record without its bytes, and what it leaves of bytes is swept.

mod handing_in;
mod sharing;

use super::{Call, begin, check_readers, check_version};
use crate::Ports;
use crate::domain::access::Staff;
use crate::domain::audit::{AuditAction, AuditEntry};
use crate::domain::changes::{Change, Changes, Reply, Version, Versioned};
use crate::domain::document::{Document, DocumentVersion};
use crate::domain::id::{ClientId, DocumentId};
use crate::domain::page::Page;
use crate::domain::readers::Readers;
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::error::{Error, Refusal};
use crate::filing::{self, DocumentContent};
use crate::ports::store::{ClientFile, DocumentFile, FirmDocumentQuery};

pub use handing_in::{DocumentInput, add, add_version};
pub use sharing::{Telling, share, unshare};

/// The firm's documents, the one that came or was shared last first.
///
/// # Errors
/// When the store fails.
pub async fn list(
    ports: &Ports,
    staff: &Staff,
    query: &FirmDocumentQuery,
) -> Result<Page<Versioned<Document>, Timestamp>, Error> {
    Ok(ports.store.documents(staff.firm, query).await?)
}

/// One document with its versions, newest first.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such document.
pub async fn read(ports: &Ports, staff: &Staff, id: DocumentId) -> Result<DocumentFile, Error> {
    let found = ports.store.document(staff.firm, id).await?;
    found.ok_or(Error::NotFound)
}

/// The file of one version.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such document, or it has no such version.
pub async fn content(
    ports: &Ports,
    staff: &Staff,
    id: DocumentId,
    number: u32,
) -> Result<DocumentContent, Error> {
    let versions = read(ports, staff, id).await?.versions.into_iter();
    let mut named = versions.filter(|version| version.number == number);
    let version = named.next().ok_or(Error::NotFound)?;
    Ok(DocumentContent::new(ports, staff.firm, version))
}

/// What staff say of a document, besides what its file says itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentTerms {
    /// The matter it belongs to.
    pub matter: Option<Line<120>>,
    /// For which contacts it is there once it is shared.
    pub readers: Readers,
}

/// Changes the matter and the readers.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`] when a reader is no contact of the client.
pub async fn change(
    ports: &Ports,
    call: &Call,
    id: DocumentId,
    expected: Option<Version>,
    terms: DocumentTerms,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    let client = read(ports, &call.staff, id).await?.document.value.client;
    check_readers(&client_file(ports, call, client).await?, &terms.readers)?;
    loop {
        let old = load(ports, call, id, expected).await?;
        let document = Document {
            matter: terms.matter.clone(),
            readers: terms.readers.clone(),
            ..old.value.clone()
        };
        let entry = audit(ports, call, AuditAction::DocumentChanged, &document);
        let changes = Changes::default()
            .with(Change::Document(old.update(document)))
            .audited(entry);
        if let Some(reply) = writing.commit(changes, reply(&old)).await? {
            return Ok(reply);
        }
    }
}

/// Removes a document with all its versions, and then their bytes.
///
/// # Errors
/// [`Error::NotFound`] or [`Error::Stale`].
pub async fn remove(
    ports: &Ports,
    call: &Call,
    id: DocumentId,
    expected: Option<Version>,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let DocumentFile { document, versions } = read(ports, &call.staff, id).await?;
        check_version(&document, expected)?;
        let removed = Change::RemoveDocument {
            id,
            client: document.value.client,
            read: document.version,
        };
        let action = AuditAction::DocumentRemoved;
        let entry = audit(ports, call, action, &document.value);
        let changes = Changes::default().with(removed).audited(entry);
        if let Some(reply) = writing.commit(changes, reply(&document)).await? {
            for version in versions {
                filing::release(ports, call.staff.firm, version.blob).await;
            }
            return Ok(reply);
        }
    }
}

/// The document as it is now, if that is what the asker has seen.
async fn load(
    ports: &Ports,
    call: &Call,
    id: DocumentId,
    expected: Option<Version>,
) -> Result<Versioned<Document>, Error> {
    let document = read(ports, &call.staff, id).await?.document;
    check_version(&document, expected)?;
    Ok(document)
}

async fn client_file(ports: &Ports, call: &Call, client: ClientId) -> Result<ClientFile, Error> {
    let found = ports.store.client(call.staff.firm, client).await?;
    found.ok_or(Refusal::NoSuchReference("client").into())
}

fn reply(old: &Versioned<Document>) -> Reply {
    Reply {
        id: old.value.id.into(),
        version: old.version.next(),
    }
}

fn audit(ports: &Ports, call: &Call, action: AuditAction, document: &Document) -> AuditEntry {
    call.audit(ports, action, [document.id.into(), document.client.into()])
}

/// What an audit row says of a file: enough to tell it from any other, and not its name.
fn facts(version: &DocumentVersion) -> Vec<(&'static str, String)> {
    let hex = version.sha256.iter().map(|byte| format!("{byte:02x}"));
    vec![
        ("version", version.number.to_string()),
        ("sha256", hex.collect()),
    ]
}
