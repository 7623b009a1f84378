//! Answers, before they become HTTP.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use serde_json::Value;

use super::failure::Failure;

const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=utf-8";

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

impl Reply {
    /// An answer of this type.
    pub(super) fn new(status: u16, kind: &str, body: String) -> Self {
        Self {
            status,
            headers: vec![("content-type", kind.to_owned())],
            body,
        }
    }

    /// An object.
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, JSON, format!("{body:#}\n"))
    }

    /// A refusal.
    pub(super) fn failure(failure: &Failure, request: &str) -> Self {
        Self::json(failure.status, &failure.body(request))
    }

    /// A page.
    pub(super) fn html(status: u16, body: String) -> Self {
        Self::new(status, HTML, body).with("cache-control", "no-store".to_owned())
    }

    /// Sends the browser on with a GET.
    pub(super) fn see_other(place: &str) -> Self {
        Self::html(303, String::new()).with("location", place.to_owned())
    }

    /// The same answer with a header more.
    pub(super) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The answer as HTTP. A header that HTTP does not allow is left out.
    pub(super) fn into_http(self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}
