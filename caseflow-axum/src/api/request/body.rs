//! The body of a request.

use axum::RequestExt as _;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::api::wire::{Flaws, Object, Wire, read_whole};
use crate::error::Failure;

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

/// The bytes of a PDF file, or of what is sent as one.
#[derive(Debug)]
pub(crate) struct PdfFile(pub(crate) Vec<u8>);

impl<S: Sync> FromRequest<S> for PdfFile {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let (parts, body) = request.with_limited_body().into_parts();
        let named = parts.headers.get(CONTENT_TYPE).map(|kind| kind.as_bytes());
        if named != Some(b"application/pdf") {
            let failure = Failure::Http {
                status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
                detail: "send the file as application/pdf",
            };
            return Err(failure.into_response());
        }
        let bytes = whole(body).await.map_err(Failure::into_response)?;
        Ok(Self(bytes.into()))
    }
}

/// Reads a JSON body; none at all counts as an empty object, so that what is missing is named.
pub(super) async fn json_if_any(headers: &HeaderMap, body: Body) -> Result<Value, Failure> {
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

/// Of a body that is limited already, as its address says.
async fn whole(body: Body) -> Result<Bytes, Failure> {
    let mut request = Request::new(body);
    DefaultBodyLimit::disable().apply(&mut request);
    let bytes = Bytes::from_request(request, &()).await;
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
/// that the same request written otherwise is the same request. Of what goes into a vault only what is
/// not sealed there counts: whoever reads the stored hash could try passwords against it otherwise.
pub(super) fn fingerprint(request: &Parts, given: &Value) -> [u8; 32] {
    let path = request.uri.path();
    let mut text = format!("{}\n{path}\n", request.method);
    match path.contains("/api/v1/vault/") {
        true => write_canonical(&unsealed(given), &mut text),
        false => write_canonical(given, &mut text),
    }
    Sha256::digest(text).into()
}

/// What a vault does not seal of what is put into it.
const UNSEALED: [&str; 2] = ["client", "contacts"];

fn unsealed(given: &Value) -> Value {
    let members = given.as_object().into_iter().flatten();
    let members = members.filter(|(name, _)| UNSEALED.contains(&name.as_str()));
    members
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect::<Map<_, _>>()
        .into()
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
    use serde_json::json;

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
