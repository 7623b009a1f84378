//! Documents that the firm shares with the contact: of each the newest version.

use axum::extract::State;
use axum::http::HeaderMap;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::document::Document;
use caseflow_core::domain::id::DocumentId;
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::portal::documents;
use caseflow_core::ports::store::DocumentQuery;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::{Answer, Listing, etag, listed, shown};
use crate::api::request::{Asked, Known};
use crate::api::values::Search;
use crate::api::wire::body;
use crate::download::{self, Way};
use crate::extract::{InPath, SignedIn};
use crate::state::App;

/// A document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Document)]
pub(super) struct DocumentView {
    /// Its id.
    #[schema(example = "doc_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// What the file is called.
    #[schema(example = "Accounts 2025.pdf")]
    name: String,
    /// What kind of file it is, as far as its name and its first bytes agree.
    #[schema(example = "application/pdf")]
    media_type: &'static str,
    /// How many bytes it has.
    size: u64,
    /// The matter it belongs to.
    matter: Option<String>,
    /// When the file came, or was shared if that was later.
    #[schema(format = DateTime)]
    dated_at: String,
}

impl DocumentView {
    fn of(read: &Versioned<Document>) -> Self {
        let document = &read.value;
        let file = &document.newest;
        Self {
            id: document.id.to_string(),
            name: file.name.to_string(),
            media_type: file.media.code(),
            size: file.size,
            matter: document.matter.as_ref().map(ToString::to_string),
            dated_at: document.dated().to_string(),
        }
    }
}

body! {
    /// Which documents.
    MyDocumentsQuery {
        /// Only those in which each of these words begins one of the name's or the matter's.
        q: Search,
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<Timestamp>>,
    }
}

/// The documents that are there for the contact, the newest first.
#[utoipa::path(get, path = "/api/v1/documents", tag = "Documents",
    operation_id = "list_documents", params(MyDocumentsQuery),
    responses((status = 200, description = "A page of documents.",
        body = Listing<DocumentView>)))]
pub(super) async fn list(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    Asked(query): Asked<MyDocumentsQuery>,
) -> Answer {
    let query = DocumentQuery {
        terms: query.q.0,
        page: PageQuery {
            after: query.after,
            size: query.limit,
        },
    };
    let visited = documents::list(&app.ports, &visiting, &query).await?;
    Ok(listed(&visited.page, DocumentView::of))
}

/// One document.
#[utoipa::path(get, path = "/api/v1/documents/{id}", tag = "Documents",
    operation_id = "read_document",
    responses((status = 200, description = "The document.", body = DocumentView)))]
pub(super) async fn read(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<DocumentId>,
    known: Known,
) -> Answer {
    let document = documents::read(&app.ports, &visiting, id).await?.page;
    let view = DocumentView::of(&document);
    Ok(shown(&known, &etag(document.version), &view))
}

/// The document's file, or a part of it.
#[utoipa::path(get, path = "/api/v1/documents/{id}/content", tag = "Documents",
    operation_id = "download_document",
    responses((status = 200, description = "The file.", content_type = "application/octet-stream",
        body = Vec<u8>)))]
pub(super) async fn content(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<DocumentId>,
    headers: HeaderMap,
) -> Answer {
    let content = documents::content(&app.ports, &visiting, id).await?;
    download::document(id, &content, Way::Attached, &headers).await
}
