//! What the handlers of the firm's API take out of a request.

mod body;
mod upload;

use axum::RequestExt as _;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::header::{AUTHORIZATION, HeaderName, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use caseflow_core::Error;
use caseflow_core::domain::access::{Origin, Staff};
use caseflow_core::domain::changes::{Idempotency, IdempotencyKey, Version};
use caseflow_core::domain::text::Line;
use caseflow_core::firm::Call;
use serde::Serialize;
use serde_json::Map;

pub(crate) use body::{Json, Patch, PdfFile, Picture};
pub(crate) use upload::Handed;

use super::wire::{Flaws, Object, Wire, read_whole};
use crate::error::Failure;
use crate::state::App;
use crate::urls::Urls;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

const NO_KEY: Failure = Failure::Http {
    status: StatusCode::BAD_REQUEST,
    detail: "send an Idempotency-Key header of 1 to 255 characters, another one for each request",
};
const NO_VERSION: Failure = Failure::Http {
    status: StatusCode::PRECONDITION_REQUIRED,
    detail: "send the ETag that you have read in an If-Match header",
};

/// Who calls the firm's API, from where, and where links lead.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) staff: Staff,
    pub(crate) origin: Origin,
    pub(crate) urls: Urls,
}

impl Desk {
    /// A write without a key under which it may be repeated.
    pub(crate) fn call(&self, idempotency: Option<Idempotency>) -> Call {
        Call {
            staff: self.staff.clone(),
            origin: self.origin.clone(),
            idempotency,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Desk {
    type Rejection = Response;

    async fn from_request_parts(request: &mut Parts, _: &S) -> Result<Self, Response> {
        let desk = request.extensions.get::<Self>().cloned();
        desk.ok_or_else(|| Failure::NOT_FOUND.into_response())
    }
}

/// A POST: a write that the caller may repeat under its `Idempotency-Key`.
#[derive(Debug)]
pub(crate) struct Keyed<T> {
    pub(crate) call: Call,
    pub(crate) body: T,
    /// The version that the caller has seen, if it says so.
    pub(crate) expected: Option<Version>,
    /// Whether the same request was answered before.
    pub(crate) replayed: bool,
}

impl<T: Wire + Send> FromRequest<App> for Keyed<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let read = Self::read(request, app).await;
        read.map_err(Failure::into_response)
    }
}

impl<T: Wire + Send> Keyed<T> {
    async fn read(request: Request, app: &App) -> Result<Self, Failure> {
        let (parts, body) = request.with_limited_body().into_parts();
        let desk = parts.extensions.get::<Desk>().ok_or(Failure::NOT_FOUND)?;
        let key = key_of(&parts.headers, desk)?;
        let expected = seen(&parts.headers)?;
        let given = body::json_if_any(&parts.headers, body).await?;
        let fingerprint = body::fingerprint(&parts, &given);
        let body = read_whole(&given)?;
        let earlier = app.ports.store.replay(desk.staff.firm, &key).await;
        let earlier = earlier.map_err(Error::from)?;
        Ok(Self {
            replayed: earlier.is_some_and(|earlier| earlier.fingerprint == fingerprint),
            call: desk.call(Some(Idempotency { key, fingerprint })),
            body,
            expected: expected.flatten(),
        })
    }
}

/// A PATCH (RFC 7396): what it leaves out stays, what it sets to null goes.
#[derive(Debug)]
pub(crate) struct Edit {
    pub(crate) write: Checked,
    patch: Patch,
}

impl FromRequest<App> for Edit {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let write = Checked::from_request_parts(&mut parts, app).await?;
        let patch = Patch::from_request(Request::from_parts(parts, body), app).await?;
        Ok(Self { write, patch })
    }
}

impl Edit {
    /// What the record says once the patch is applied to how it is shown now.
    pub(crate) fn over<T: Object>(&self, shown: &impl Serialize) -> Result<T, Failure> {
        let mut shown = serde_json::to_value(shown).unwrap_or_default();
        if let Some(shown) = shown.as_object_mut() {
            shown.retain(|name, _| T::MEMBERS.contains(&name.as_str()));
        }
        self.patch.over(shown)
    }
}

/// A write that counts only if the record is still as the caller has seen it: `If-Match`.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) call: Call,
    pub(crate) expected: Option<Version>,
}

impl<S: Sync> FromRequestParts<S> for Checked {
    type Rejection = Response;

    async fn from_request_parts(request: &mut Parts, _: &S) -> Result<Self, Response> {
        Self::read(request).map_err(Failure::into_response)
    }
}

impl Checked {
    fn read(request: &Parts) -> Result<Self, Failure> {
        let desk = request.extensions.get::<Desk>().ok_or(Failure::NOT_FOUND)?;
        Ok(Self {
            call: desk.call(None),
            expected: seen(&request.headers)?.ok_or(NO_VERSION)?,
        })
    }
}

/// What stands in the query. A parameter that `T` does not have, or that comes twice, is refused.
#[derive(Debug)]
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: Wire> FromRequestParts<S> for Asked<T> {
    type Rejection = Response;

    async fn from_request_parts(request: &mut Parts, state: &S) -> Result<Self, Response> {
        let pairs = Query::<Vec<(String, String)>>::from_request_parts(request, state).await;
        let pairs =
            pairs.map_err(|_| Flaws::one("", "the query cannot be read").into_response())?;
        let mut given = Map::new();
        for (name, value) in pairs.0 {
            if given.insert(name.clone(), value.into()).is_some() {
                let flaw = Flaws::one(&format!("/{name}"), "is there twice: remove one");
                return Err(flaw.into_response());
            }
        }
        let read = read_whole(&given.into());
        read.map(Self).map_err(Failure::into_response)
    }
}

/// The representation that the caller has already: `If-None-Match`.
#[derive(Debug)]
pub(crate) struct Known(Vec<String>);

impl<S: Sync> FromRequestParts<S> for Known {
    type Rejection = Response;

    async fn from_request_parts(request: &mut Parts, _: &S) -> Result<Self, Response> {
        let lines = request.headers.get_all(IF_NONE_MATCH).iter();
        let tags = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .map(|tag| tag.trim().trim_start_matches("W/").to_owned());
        Ok(Self(tags.collect()))
    }
}

impl Known {
    /// Whether the caller has the representation with this tag (the weak comparison of RFC 9110).
    pub(crate) fn has(&self, etag: &str) -> bool {
        self.0.iter().any(|tag| tag == etag || tag == "*")
    }
}

/// The token of `Authorization: Bearer …`; `None` without such a header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let line = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = line.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn key_of(headers: &HeaderMap, desk: &Desk) -> Result<IdempotencyKey, Failure> {
    let given = headers.get(IDEMPOTENCY_KEY).ok_or(NO_KEY)?;
    let key = given.to_str().map_err(|_| NO_KEY)?;
    let principal = desk.staff.key.ok_or(Error::SignedOut)?;
    Ok(IdempotencyKey {
        principal: principal.into(),
        key: Line::parse(key).map_err(|_| NO_KEY)?,
    })
}

/// The version in `If-Match`: none without the header, `Some(None)` for `*`. What is no tag of ours
/// matches nothing.
fn seen(headers: &HeaderMap) -> Result<Option<Option<Version>>, Failure> {
    let Some(line) = headers.get(IF_MATCH) else {
        return Ok(None);
    };
    let tag = line.to_str().unwrap_or_default().trim();
    if tag == "*" {
        return Ok(Some(None));
    }
    let inner = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
    let digits = inner.map(|inner| inner.split('-').next().unwrap_or_default());
    let version = digits.and_then(|digits| digits.parse().ok());
    match version {
        Some(version) => Ok(Some(Some(Version(version)))),
        None => Err(Error::Stale.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn matched(tag: &'static str) -> Option<Option<Option<Version>>> {
        let headers = HeaderMap::from_iter([(IF_MATCH, HeaderValue::from_static(tag))]);
        seen(&headers).ok()
    }

    #[test]
    fn a_tag_names_a_version_whatever_else_it_says() {
        assert_eq!(matched("\"7\""), Some(Some(Some(Version(7)))));
        assert_eq!(matched("\"7-overdue\""), Some(Some(Some(Version(7)))));
        assert_eq!(matched("*"), Some(Some(None)));
        for foreign in [
            "7",
            "W/\"7\"",
            "\"seven\"",
            "\"7\", \"8\"",
            "\"\"",
            "\"-1\"",
        ] {
            assert_eq!(matched(foreign), None, "{foreign}");
        }
        assert_eq!(seen(&HeaderMap::new()).ok(), Some(None));
    }
}
