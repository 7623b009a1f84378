//! What the handlers of the firm's API take out of a request.

use axum::RequestExt as _;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use caseflow_core::Error;
use caseflow_core::domain::access::{Origin, Staff};
use caseflow_core::domain::changes::{Idempotency, IdempotencyKey, Version};
use caseflow_core::domain::text::Line;
use caseflow_core::firm::Call;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::wire::{Flaws, Object, Wire, read_whole};
use crate::error::Failure;
use crate::state::App;
use crate::urls::Urls;

pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

const UNSUPPORTED: Failure = Failure::Http {
    status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
    detail: "send the body as application/json",
};
const NOT_JSON: Failure = Failure::Http {
    status: StatusCode::BAD_REQUEST,
    detail: "the body is not JSON",
};
const TOO_LARGE: Failure = Failure::Http {
    status: StatusCode::PAYLOAD_TOO_LARGE,
    detail: "the body is too large",
};
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
        let given = json_if_any(&parts.headers, body).await?;
        let fingerprint = fingerprint(&parts, &given);
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
    patch: Map<String, Value>,
}

impl FromRequest<App> for Edit {
    type Rejection = Response;

    async fn from_request(request: Request, _: &App) -> Result<Self, Response> {
        let read = async {
            let (parts, body) = request.with_limited_body().into_parts();
            let write = Checked::read(&parts)?;
            match json(&parts.headers, body).await? {
                Value::Object(patch) => Ok(Self { write, patch }),
                _ => Err(Flaws::one("", "must be an object")),
            }
        };
        read.await.map_err(Failure::into_response)
    }
}

impl Edit {
    /// What the record says once the patch is applied to how it is shown now.
    pub(crate) fn over<T: Object>(&self, shown: &impl Serialize) -> Result<T, Failure> {
        let shown = serde_json::to_value(shown).unwrap_or_default();
        let Value::Object(mut shown) = shown else {
            return Err(NOT_JSON);
        };
        shown.retain(|name, _| T::MEMBERS.contains(&name.as_str()));
        let mut whole = Value::Object(shown);
        merge(&mut whole, &Value::Object(self.patch.clone()));
        read_whole(&whole)
    }
}

/// RFC 7396, section 2.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Value::Null), value);
        }
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

/// A JSON body without anything around it.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Sync, T: Wire> FromRequest<S> for Json<T> {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let (parts, body) = request.with_limited_body().into_parts();
        let given = json_if_any(&parts.headers, body).await;
        let read = given.and_then(|given| read_whole(&given));
        read.map(Self).map_err(Failure::into_response)
    }
}

/// A JSON body as it came.
#[derive(Debug)]
pub(crate) struct Patch(pub(crate) Value);

impl<S: Sync> FromRequest<S> for Patch {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let (parts, body) = request.with_limited_body().into_parts();
        let given = json(&parts.headers, body).await;
        given.map(Self).map_err(Failure::into_response)
    }
}

impl Patch {
    /// What the record says once the patch is applied to how it is shown now.
    pub(crate) fn over<T: Object>(&self, shown: Value) -> Result<T, Failure> {
        let mut whole = shown;
        if !self.0.is_object() {
            return Err(Flaws::one("", "must be an object"));
        }
        merge(&mut whole, &self.0);
        read_whole(&whole)
    }
}

/// The bytes of a picture.
#[derive(Debug)]
pub(crate) struct Picture(pub(crate) Bytes);

impl<S: Sync> FromRequest<S> for Picture {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let (parts, body) = request.with_limited_body().into_parts();
        let named = parts.headers.get(CONTENT_TYPE).map(|kind| kind.as_bytes());
        if !matches!(named, Some(b"image/png" | b"image/jpeg")) {
            let failure = Failure::Http {
                status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
                detail: "send the picture as image/png or image/jpeg",
            };
            return Err(failure.into_response());
        }
        let bytes = whole(body).await.map_err(Failure::into_response)?;
        Ok(Self(bytes))
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
        let read = read_whole(&Value::Object(given));
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

/// Reads a JSON body; none at all counts as an empty object, so that what is missing is named.
async fn json_if_any(headers: &HeaderMap, body: Body) -> Result<Value, Failure> {
    let bytes = whole(body).await?;
    if bytes.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    parsed(headers, &bytes)
}

async fn json(headers: &HeaderMap, body: Body) -> Result<Value, Failure> {
    parsed(headers, &whole(body).await?)
}

fn parsed(headers: &HeaderMap, bytes: &[u8]) -> Result<Value, Failure> {
    if !is_json(headers) {
        return Err(UNSUPPORTED);
    }
    serde_json::from_slice(bytes).map_err(|_| NOT_JSON)
}

async fn whole(body: Body) -> Result<Bytes, Failure> {
    let bytes = Bytes::from_request(Request::new(body), &()).await;
    bytes.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => TOO_LARGE,
        _ => NOT_JSON,
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default();
    let kind = kind.trim().to_ascii_lowercase();
    matches!(
        kind.as_str(),
        "application/json" | "application/merge-patch+json"
    )
}

/// SHA-256 over method, path and body; the body with its members in the order of their names, so
/// that the same request written otherwise is the same request.
fn fingerprint(request: &Parts, given: &Value) -> [u8; 32] {
    let mut text = format!("{}\n{}\n", request.method, request.uri.path());
    write_canonical(given, &mut text);
    Sha256::digest(text).into()
}

fn write_canonical(given: &Value, text: &mut String) {
    match given {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (name, value) in members {
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write_canonical(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write_canonical(item, text);
                text.push(',');
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use serde_json::json;

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

    #[test]
    fn a_patch_follows_rfc_7396() {
        // The examples of its appendix A that start from an object.
        for (old, patch, new) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (
                json!({"a": "b"}),
                json!({"b": "c"}),
                json!({"a": "b", "b": "c"}),
            ),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (
                json!({"a": "b", "b": "c"}),
                json!({"a": null}),
                json!({"b": "c"}),
            ),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (
                json!({"a": [{"b": "c"}]}),
                json!({"a": [1]}),
                json!({"a": [1]}),
            ),
            (
                json!({"e": null}),
                json!({"a": 1}),
                json!({"e": null, "a": 1}),
            ),
            (
                json!({}),
                json!({"a": {"bb": {"ccc": null}}}),
                json!({"a": {"bb": {}}}),
            ),
        ] {
            let mut whole = old;
            merge(&mut whole, &patch);
            assert_eq!(whole, new, "{patch}");
        }
    }

    #[test]
    fn the_order_of_members_does_not_make_another_request() {
        let canonical = |text: &str| {
            let mut out = String::new();
            write_canonical(&serde_json::from_str(text).unwrap(), &mut out);
            out
        };
        let one = canonical(r#"{"b":[1,{"d":"x","c":null}],"a":"\u00e9"}"#);
        assert_eq!(
            one,
            canonical(r#"{ "a":"é", "b":[1, {"c":null, "d":"x"}] }"#)
        );
        assert_ne!(one, canonical(r#"{"a":"é","b":[{"c":null,"d":"x"},1]}"#));
    }
}
