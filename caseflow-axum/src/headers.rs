//! What every answer carries, errors and static files too.

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::state::{App, RequestId};

/// A public file whose name changes with its content.
pub(crate) const IMMUTABLE: &str = "public, max-age=31536000, immutable";

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A page may say otherwise by setting the header itself.
const DEFAULTS: [(HeaderName, &str); 8] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // `no-referrer` would make browsers send `Origin: null` with our own forms.
    (REFERRER_POLICY, "same-origin"),
    (X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (CACHE_CONTROL, "no-store"),
];

/// Gives the request its id and the answer its headers.
pub(crate) async fn dress(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = RequestId::new(&app.ports);
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in DEFAULTS {
        set_default(headers, name, HeaderValue::from_static(value));
    }
    if let Some(age) = app.settings.hsts {
        let value = format!("max-age={}", age.as_secs());
        set_text(headers, STRICT_TRANSPORT_SECURITY, &value);
    }
    set_text(headers, REQUEST_ID, id.as_str());
    response
}

fn set_default(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

fn set_text(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        set_default(headers, name, value);
    }
}
