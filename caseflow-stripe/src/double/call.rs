//! Requests, after they were HTTP.

use bytes::Bytes;
use http::{HeaderMap, Method, Request};

use super::form::Form;

/// A request.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) form: Form,
    /// What stands in the header `authorization`.
    pub(super) authorization: Option<String>,
    pub(super) key: Option<String>,
    pub(super) version: Option<String>,
    pub(super) account: Option<String>,
}

impl Call {
    /// Reads a request. Parameters of the address and of the body are one form.
    pub(super) fn read(request: &Request<Bytes>) -> Self {
        let (uri, headers) = (request.uri(), request.headers());
        let body = String::from_utf8_lossy(request.body());
        let form = Form::parse(uri.query().unwrap_or_default());
        Self {
            method: request.method().clone(),
            path: uri.path().to_owned(),
            form: form.with(Form::parse(&body)),
            authorization: header(headers, "authorization"),
            key: header(headers, "idempotency-key"),
            version: header(headers, "stripe-version"),
            account: header(headers, "stripe-account"),
        }
    }

    /// The key, where keys count.
    pub(super) fn counted_key(&self) -> Option<&str> {
        self.key.as_deref().filter(|_| self.method == Method::POST)
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}
