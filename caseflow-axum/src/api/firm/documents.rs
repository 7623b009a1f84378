//! Shared documents: handing in, changing, sharing, removing.

use axum::extract::State;
use axum::http::HeaderMap;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::document::{Document, DocumentVersion};
use caseflow_core::domain::id::{ClientId, DocumentId};
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::domain::readers::Readers;
use caseflow_core::domain::seal::Fingerprint;
use caseflow_core::domain::text::Line;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::firm::documents::{self, DocumentInput, DocumentTerms, Telling};
use caseflow_core::ports::store::{DocumentFile, FirmDocumentQuery};
use serde::Serialize;
use utoipa::ToSchema;

use super::invoices::EmptyBody;
use crate::api::answer::{Answer, Listing, Turn, Written, created, etag, listed, shown, written};
use crate::api::readers::ReadersView;
use crate::api::request::{Asked, Checked, Desk, Edit, Handed, Keyed, Known};
use crate::api::values::Search;
use crate::api::wire::{Flaws, body};
use crate::api::words::Whether;
use crate::download::{self, Way};
use crate::error::Failure;
use crate::extract::{BothInPath, InPath};
use crate::state::App;

/// A document as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DocumentSummary)]
pub(super) struct RowView {
    /// Its id.
    #[schema(example = "doc_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Its version as a record: another number than that of its file.
    #[schema(minimum = 1)]
    version: u64,
    /// Whose it is.
    client: String,
    /// The matter it belongs to.
    matter: Option<String>,
    /// For which contacts it is there once it is shared.
    contacts: ReadersView,
    /// Since when it is shared; null when staff alone see it.
    #[schema(format = DateTime)]
    shared_at: Option<String>,
    /// Its newest version.
    newest: VersionView,
}

/// A version of a document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DocumentVersion)]
pub(super) struct VersionView {
    /// Its place among the versions, from 1.
    #[schema(minimum = 1)]
    number: u32,
    /// What the file is called.
    #[schema(example = "Accounts 2025.pdf")]
    name: String,
    /// What kind of file it is, as far as its name and its first bytes agree.
    #[schema(example = "application/pdf")]
    media_type: &'static str,
    /// How many bytes it has.
    size: u64,
    /// The SHA-256 of its bytes, in hexadecimal.
    sha256: String,
    /// When it was handed in.
    #[schema(format = DateTime)]
    added_at: String,
    /// Who handed it in.
    added_by: String,
}

/// A document with all its versions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Document)]
pub(super) struct DocumentView {
    #[serde(flatten)]
    row: RowView,
    /// Its versions, newest first.
    versions: Vec<VersionView>,
}

impl RowView {
    fn of(read: &Versioned<Document>) -> Self {
        let document = &read.value;
        Self {
            id: document.id.to_string(),
            version: read.version.0,
            client: document.client.to_string(),
            matter: document.matter.as_ref().map(ToString::to_string),
            contacts: (&document.readers).into(),
            shared_at: document.shared_at.map(|at| at.to_string()),
            newest: (&document.newest).into(),
        }
    }
}

impl From<&DocumentVersion> for VersionView {
    fn from(version: &DocumentVersion) -> Self {
        Self {
            number: version.number,
            name: version.name.to_string(),
            media_type: version.media.code(),
            size: version.size,
            sha256: Fingerprint(version.sha256).to_string(),
            added_at: version.added_at.to_string(),
            added_by: version.added_by.to_string(),
        }
    }
}

impl From<&DocumentFile> for DocumentView {
    fn from(file: &DocumentFile) -> Self {
        Self {
            row: RowView::of(&file.document),
            versions: file.versions.iter().map(Into::into).collect(),
        }
    }
}

body! {
    /// What is said of a new document.
    NewDocumentBody {
        /// Whose it is; it cannot change later.
        client: ClientId,
        /// The matter it belongs to.
        matter: Option<Line<120>>,
        /// For which contacts of the client it is there once it is shared; everyone when absent.
        contacts: Readers,
        /// Whether it is shared at once; no when absent.
        share: Option<bool>,
        /// Whether those for whom it is there get mail; no when absent.
        mail: Option<bool>,
    }
}

body! {
    /// What is said of a document.
    DocumentBody {
        /// The matter it belongs to.
        matter: Option<Line<120>>,
        /// For which contacts of the client it is there once it is shared; everyone when absent.
        contacts: Readers,
    }
}

body! {
    /// How a document is shared.
    ShareBody {
        /// Whether those for whom it is there get mail; no when absent.
        mail: Option<bool>,
    }
}

body! {
    /// Which documents.
    DocumentsQuery {
        /// Only those of this client.
        client: Option<ClientId>,
        /// Only those that are shared, or only those that are not.
        shared: Option<Whether>,
        /// Only those in which each of these words begins one of the name's or the matter's.
        q: Search,
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<Timestamp>>,
    }
}

impl NewDocumentBody {
    fn input(self) -> Result<DocumentInput, Failure> {
        let shared = self.share == Some(true);
        if self.mail == Some(true) && !shared {
            let detail = "nothing is shared: set `share` too, or send the mail when you share it";
            return Err(Flaws::one("/mail", detail));
        }
        Ok(DocumentInput {
            client: self.client,
            terms: DocumentTerms {
                matter: self.matter,
                readers: self.contacts,
            },
            share: shared.then(|| telling(self.mail)),
        })
    }
}

fn telling(mail: Option<bool>) -> Telling {
    match mail {
        Some(true) => Telling::ByMail,
        Some(false) | None => Telling::Quietly,
    }
}

/// The firm's documents, the one that came or was shared last first.
#[utoipa::path(get, path = "/api/v1/documents", tag = "Documents",
    operation_id = "list_documents", params(DocumentsQuery),
    responses((status = 200, description = "A page of documents.", body = Listing<RowView>)))]
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    Asked(query): Asked<DocumentsQuery>,
) -> Answer {
    let query = FirmDocumentQuery {
        client: query.client,
        shared: query.shared.map(|Whether(shared)| shared),
        terms: query.q.0,
        page: PageQuery {
            after: query.after,
            size: query.limit,
        },
    };
    let page = documents::list(&app.ports, &desk.staff, &query).await?;
    Ok(listed(&page, RowView::of))
}

/// Hands in a file as a document of a client. The details come before the file.
#[utoipa::path(post, path = "/api/v1/documents", tag = "Documents",
    operation_id = "add_document",
    request_body(content = NewDocumentBody, content_type = "multipart/form-data"),
    responses((status = 201, description = "Kept.", body = Written)))]
pub(super) async fn add(
    State(app): State<App>,
    desk: Desk,
    write: Handed<NewDocumentBody>,
) -> Answer {
    let (call, input) = (&write.call, write.details.input()?);
    let given = write
        .file
        .give(|file| documents::add(&app.ports, call, input, file));
    let reply = given.await?;
    let path = format!("/api/v1/documents/{}", reply.id);
    Ok(created(&desk, &path, reply, write.replayed.into()))
}

/// One document with all its versions.
#[utoipa::path(get, path = "/api/v1/documents/{id}", tag = "Documents",
    operation_id = "read_document",
    responses((status = 200, description = "The document.", body = DocumentView)))]
pub(super) async fn read(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<DocumentId>,
    known: Known,
) -> Answer {
    let file = documents::read(&app.ports, &desk.staff, id).await?;
    let view = DocumentView::from(&file);
    Ok(shown(&known, &etag(file.version()), &view))
}

/// Changes the matter and the contacts.
#[utoipa::path(patch, path = "/api/v1/documents/{id}", tag = "Documents",
    operation_id = "change_document", request_body = DocumentBody,
    responses((status = 200, description = "Changed.", body = Written)))]
pub(super) async fn change(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<DocumentId>,
    edit: Edit,
) -> Answer {
    let old = documents::read(&app.ports, &desk.staff, id).await?;
    let body: DocumentBody = edit.over(&RowView::of(&old.document))?;
    let terms = DocumentTerms {
        matter: body.matter,
        readers: body.contacts,
    };
    let expected = edit.write.expected.or(Some(old.version()));
    let call = &edit.write.call;
    let reply = documents::change(&app.ports, call, id, expected, terms).await?;
    Ok(written(reply, Turn::First))
}

/// Removes a document with all its versions, for good.
#[utoipa::path(delete, path = "/api/v1/documents/{id}", tag = "Documents",
    operation_id = "remove_document",
    responses((status = 200, description = "Removed.", body = Written)))]
pub(super) async fn remove(
    State(app): State<App>,
    InPath(id): InPath<DocumentId>,
    write: Checked,
) -> Answer {
    let reply = documents::remove(&app.ports, &write.call, id, write.expected).await?;
    Ok(written(reply, Turn::First))
}

/// Hands in a further version. Contacts see the newest alone; those who see the document are told in
/// their feed.
#[utoipa::path(post, path = "/api/v1/documents/{id}/versions", tag = "Documents",
    operation_id = "add_document_version",
    request_body(content = EmptyBody, content_type = "multipart/form-data"),
    responses((status = 200, description = "Kept.", body = Written)))]
pub(super) async fn add_version(
    State(app): State<App>,
    InPath(id): InPath<DocumentId>,
    write: Handed<EmptyBody>,
) -> Answer {
    let (call, expected) = (&write.call, write.expected);
    let given = write
        .file
        .give(|file| documents::add_version(&app.ports, call, id, expected, file));
    let reply = given.await?;
    Ok(written(reply, write.replayed.into()))
}

/// Shares a document with its contacts, or tells them once more.
#[utoipa::path(post, path = "/api/v1/documents/{id}/share", tag = "Documents",
    operation_id = "share_document", request_body = Option<ShareBody>,
    responses((status = 200, description = "Shared.", body = Written)))]
pub(super) async fn share(
    State(app): State<App>,
    InPath(id): InPath<DocumentId>,
    write: Keyed<ShareBody>,
) -> Answer {
    let telling = telling(write.body.mail);
    let reply = documents::share(&app.ports, &write.call, id, write.expected, telling).await?;
    Ok(written(reply, write.replayed.into()))
}

/// Takes a document back: contacts no longer find it, from this moment on.
#[utoipa::path(post, path = "/api/v1/documents/{id}/unshare", tag = "Documents",
    operation_id = "unshare_document", request_body = Option<EmptyBody>,
    responses((status = 200, description = "Taken back.", body = Written)))]
pub(super) async fn unshare(
    State(app): State<App>,
    InPath(id): InPath<DocumentId>,
    write: Keyed<EmptyBody>,
) -> Answer {
    let reply = documents::unshare(&app.ports, &write.call, id, write.expected).await?;
    Ok(written(reply, write.replayed.into()))
}

/// The file of one version, or a part of it.
#[utoipa::path(get, path = "/api/v1/documents/{id}/versions/{number}/content", tag = "Documents",
    operation_id = "download_document_version",
    responses((status = 200, description = "The file.", content_type = "application/octet-stream",
        body = Vec<u8>)))]
pub(super) async fn content(
    State(app): State<App>,
    desk: Desk,
    BothInPath(id, number): BothInPath<DocumentId, u32>,
    headers: HeaderMap,
) -> Answer {
    let content = documents::content(&app.ports, &desk.staff, id, number).await?;
    download::document(id, &content, Way::Attached, &headers).await
}
