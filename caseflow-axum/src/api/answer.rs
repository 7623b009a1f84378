//! What the handlers of the JSON APIs answer.

use axum::Json;
use axum::http::header::{ETAG, HeaderName, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use caseflow_core::domain::changes::{Reply, Version};
use caseflow_core::domain::page::{Page, SortKey};
use serde::Serialize;
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
    let mut response = Json(Written::from(reply)).into_response();
    set(&mut response, ETAG, &etag(reply.version));
    if turn == Turn::Again {
        set(&mut response, REPLAYED, "true");
    }
    response
}

/// A record that was made, to be found at `path` inside the mount.
pub(crate) fn created(desk: &Desk, path: &str, reply: Reply, turn: Turn) -> Response {
    let mut response = written(reply, turn);
    *response.status_mut() = StatusCode::CREATED;
    set(&mut response, LOCATION, &desk.urls.under(path));
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
