//! What the handlers of the JSON APIs answer.

use axum::Json;
use axum::http::header::{ETAG, HeaderName, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use caseflow_core::domain::changes::{Reply, Version};
use caseflow_core::domain::page::{Page, SortKey};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::request::{Desk, Known};
use crate::error::Failure;

/// What a handler answers.
pub(crate) type Answer = Result<Response, Failure>;

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// What is told of a write, and told again when the request is repeated.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Written {
    /// The record that was written.
    #[schema(example = "inv_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Its version; the ETag says the same.
    #[schema(minimum = 1)]
    version: u64,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Listing<T: ToSchema> {
    /// The rows, in order.
    data: Vec<T>,
    /// What to send as `after` for the next page; null on the last one.
    next: Option<String>,
}

/// Everything there is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct All<T: ToSchema> {
    /// The rows, in order.
    pub(crate) data: Vec<T>,
}

/// Whether a request was answered before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    First,
    Again,
}

impl From<bool> for Turn {
    fn from(replayed: bool) -> Self {
        if replayed { Self::Again } else { Self::First }
    }
}

/// One record, or 304 when the caller has it already.
pub(crate) fn shown(known: &Known, etag: &str, view: &impl Serialize) -> Response {
    let mut response = if known.has(etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Json(view).into_response()
    };
    set(&mut response, ETAG, etag);
    response
}

/// A page of rows.
pub(crate) fn listed<T, K: SortKey, V: Serialize + ToSchema>(
    page: &Page<T, K>,
    view: impl FnMut(&T) -> V,
) -> Response {
    let data = page.rows.iter().map(view).collect();
    let next = page.next.as_ref().map(ToString::to_string);
    Json(Listing { data, next }).into_response()
}

/// A write that was done.
pub(crate) fn written(reply: Reply, turn: Turn) -> Response {
    written_as(reply.version, turn, &Written::from(reply))
}

/// A record that was made, to be found at `path` inside the mount.
pub(crate) fn created(desk: &Desk, path: &str, reply: Reply, turn: Turn) -> Response {
    created_as(desk, path, reply.version, turn, &Written::from(reply))
}

/// The same for a record that is shown at once.
pub(crate) fn created_as(
    desk: &Desk,
    path: &str,
    version: Version,
    turn: Turn,
    view: &impl Serialize,
) -> Response {
    let mut response = written_as(version, turn, view);
    *response.status_mut() = StatusCode::CREATED;
    set(&mut response, LOCATION, &desk.urls.under(path));
    response
}

fn written_as(version: Version, turn: Turn, view: &impl Serialize) -> Response {
    let mut response = Json(view).into_response();
    set(&mut response, ETAG, &etag(version));
    if turn == Turn::Again {
        set(&mut response, REPLAYED, "true");
    }
    response
}

/// The strong tag of a version.
pub(crate) fn etag(version: Version) -> String {
    format!("\"{}\"", version.0)
}

/// The tag of a representation that also depends on the day: `facet` is what the day decides.
pub(crate) fn etag_with(version: Version, facet: &str) -> String {
    format!("\"{}-{facet}\"", version.0)
}

/// Tells what a representation shows beside the record whose version its tag names: each of the
/// others changes without that record.
pub(crate) fn digest_of(others: &impl Serialize) -> String {
    let text = serde_json::to_vec(others).unwrap_or_default();
    let digest = Sha256::digest(text);
    let first = digest.iter().take(8);
    first.map(|byte| format!("{byte:02x}")).collect()
}

impl From<Reply> for Written {
    fn from(reply: Reply) -> Self {
        Self {
            id: reply.id.to_string(),
            version: reply.version.0,
        }
    }
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
