//! Handing files in.

use super::sharing::{Addressees, Telling, feed};
use super::{DocumentTerms, audit, client_file, facts, load, reply};
use crate::Ports;
use crate::domain::activity::ActivityKind;
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Reply, Version, Versioned, Write};
use crate::domain::document::{Document, DocumentVersion};
use crate::domain::id::{ClientId, DocumentId};
use crate::error::Error;
use crate::filing::{self, Filed};
use crate::firm::{Call, Writing, begin, check_readers};
use crate::intake::Upload;
use crate::tell;

/// A new document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentInput {
    /// Whose it will be.
    pub client: ClientId,
    /// What is said of it.
    pub terms: DocumentTerms,
    /// Whether it is shared at once, and how its readers are told; none when staff alone see it.
    pub share: Option<Telling>,
}

/// Hands in a file as a document of a client.
///
/// # Errors
/// A [`Refusal`](crate::error::Refusal) when the client does not exist, a reader is none of its contacts, or the file is too
/// large or does not come whole; when the file storage fails. Nothing is kept of the file then.
pub async fn add(
    ports: &Ports,
    call: &Call,
    input: DocumentInput,
    file: Upload<'_>,
) -> Result<Reply, Error> {
    let writing = begin!(ports, call);
    let client = client_file(ports, call, input.client).await?;
    check_readers(&client, &input.terms.readers)?;
    let telling = input.share.unwrap_or(Telling::Quietly);
    let addressees = Addressees::load(ports, call, input.client, telling).await?;
    let filed = Filed::take(ports, call.staff.firm, file).await?;
    let outcome = commit_new(writing, &input, &addressees, &filed).await;
    filing::settle(ports, call.staff.firm, filed.blob, &outcome).await;
    outcome
}

async fn commit_new(
    mut writing: Writing<'_>,
    input: &DocumentInput,
    addressees: &Addressees,
    filed: &Filed,
) -> Result<Reply, Error> {
    let (ports, call) = (writing.ports, writing.call);
    let newest = version(ports, call, filed, 1);
    let document = Document {
        id: ports.new_id(),
        client: input.client,
        matter: input.terms.matter.clone(),
        readers: input.terms.readers.clone(),
        shared_at: input.share.map(|_| newest.added_at),
        newest,
    };
    let reply = Reply {
        id: document.id.into(),
        version: Version::FIRST,
    };
    loop {
        let mut entry = audit(ports, call, AuditAction::DocumentAdded, &document);
        entry.facts = facts(&document.newest);
        let mut changes = Changes::default()
            .with(Change::Document(Write::Insert(document.clone())))
            .with(version_of(&document))
            .audited(entry);
        if document.shared_at.is_some() {
            let entry = audit(ports, call, AuditAction::DocumentShared, &document);
            changes = changes.with(feed(ports, &document)).audited(entry);
            changes.mail = addressees.mails(ports, &document);
        }
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

/// Hands in a further version of a document. Contacts who see it are told in their feed.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a refusal when the document has as many versions as
/// may be; of the file as [`add`].
pub async fn add_version(
    ports: &Ports,
    call: &Call,
    id: DocumentId,
    expected: Option<Version>,
    file: Upload<'_>,
) -> Result<Reply, Error> {
    let writing = begin!(ports, call);
    load(ports, call, id, expected).await?.value.next_number()?;
    let filed = Filed::take(ports, call.staff.firm, file).await?;
    let outcome = commit_version(writing, id, expected, &filed).await;
    filing::settle(ports, call.staff.firm, filed.blob, &outcome).await;
    outcome
}

async fn commit_version(
    mut writing: Writing<'_>,
    id: DocumentId,
    expected: Option<Version>,
    filed: &Filed,
) -> Result<Reply, Error> {
    let (ports, call) = (writing.ports, writing.call);
    loop {
        let old = load(ports, call, id, expected).await?;
        let changes = replaced(ports, call, &old, filed)?;
        if let Some(reply) = writing.commit(changes, reply(&old)).await? {
            return Ok(reply);
        }
    }
}

fn replaced(
    ports: &Ports,
    call: &Call,
    old: &Versioned<Document>,
    filed: &Filed,
) -> Result<Changes, Error> {
    let newest = version(ports, call, filed, old.value.next_number()?);
    let document = old.value.clone().with(newest);
    let mut entry = audit(ports, call, AuditAction::DocumentChanged, &document);
    entry.facts = facts(&document.newest);
    let changes = Changes::default()
        .with(Change::Document(old.update(document.clone())))
        .with(version_of(&document))
        .audited(entry);
    Ok(match document.shared_at {
        Some(_) => {
            let kind = ActivityKind::DocumentReplaced;
            changes.with(tell::feed(ports, document.client, kind, document.id, None))
        }
        None => changes,
    })
}

fn version(ports: &Ports, call: &Call, filed: &Filed, number: u32) -> DocumentVersion {
    let arrived = filed.arrived.clone();
    DocumentVersion {
        number,
        name: arrived.name,
        media: arrived.media,
        size: arrived.size,
        sha256: filed.sha256,
        blob: filed.blob,
        added_at: ports.now(),
        added_by: call.staff.name.clone(),
    }
}

fn version_of(document: &Document) -> Change {
    Change::DocumentVersion {
        document: document.id,
        version: document.newest.clone(),
    }
}
