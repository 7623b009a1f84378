//! What every answer carries, errors and static files too.

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use caseflow_core::domain::text::Line;
use caseflow_core::ports::payments::ContentSources;

use crate::state::{App, RequestId};

/// A public file whose name changes with its content.
pub(crate) const IMMUTABLE: &str = "public, max-age=31536000, immutable";

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");

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
    (OPENER, "same-origin"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        PERMISSIONS,
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

/// Lets the forms of a page lead to a payment provider: browsers hold the redirects of a form to
/// `form-action` too.
pub(crate) fn lead_to(content: &ContentSources, response: &mut Response) {
    let content = ContentSources {
        form: content.form.clone(),
        ..ContentSources::default()
    };
    admit(&content, response);
}

/// Lets a page embed a payment provider's form.
pub(crate) fn embed(content: &ContentSources, response: &mut Response) {
    admit(content, response);
    let payers = origins(&content.frame);
    let payers: String = payers.map(|origin| format!(" \"{origin}\"")).collect();
    let headers = response.headers_mut();
    // A bank's page that asks the payer to confirm may open in a window of its own.
    set_text(headers, OPENER, "same-origin-allow-popups");
    let permissions = format!(
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(self{payers}), usb=()"
    );
    set_text(headers, PERMISSIONS, &permissions);
}

/// Lets a page frame a file of the portal's own.
pub(crate) fn frame_own(response: &mut Response) {
    let [(_, locked), ..] = DEFAULTS;
    let policy = format!("{locked}; frame-src 'self'");
    set_text(response.headers_mut(), CONTENT_SECURITY_POLICY, &policy);
}

/// What a file may do that the portal's own pages frame, and nobody else's: nothing.
const FRAMED: &str = "sandbox; default-src 'none'; frame-ancestors 'self'";

/// Lets the portal's own pages frame a file.
pub(crate) fn framed_by_own(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMED));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
}

fn admit(content: &ContentSources, response: &mut Response) {
    let wider = [
        ("script-src", &content.script),
        ("img-src", &content.image),
        ("connect-src", &content.connect),
        ("form-action", &content.form),
    ];
    let [(_, locked), ..] = DEFAULTS;
    let mut policy = locked.to_owned();
    for (directive, sources) in wider {
        let own = format!("{directive} 'self'");
        policy = policy.replace(&own, &format!("{own}{}", listed(sources)));
    }
    match listed(&content.frame).as_str() {
        "" => {}
        frames => policy.push_str(&format!("; frame-src{frames}")),
    }
    set_text(response.headers_mut(), CONTENT_SECURITY_POLICY, &policy);
}

fn listed(sources: &[Line<200>]) -> String {
    origins(sources)
        .map(|origin| format!(" {origin}"))
        .collect()
}

/// Those that are origins. Whatever else an adapter says would change the policy's meaning.
fn origins(sources: &[Line<200>]) -> impl Iterator<Item = &str> {
    let sources = sources.iter().map(Line::as_str);
    sources.filter(|source| is_origin(source))
}

/// `https://host`, perhaps with `*.` before the host and a port after it; `http` for sandboxes.
fn is_origin(source: &str) -> bool {
    let Some(("https" | "http", authority)) = source.split_once("://") else {
        return false;
    };
    let (host, port) = authority.split_once(':').unwrap_or((authority, "0"));
    let host = host.strip_prefix("*.").unwrap_or(host);
    let is_label = |label: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.bytes().all(allowed)
    };
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    host.split('.').all(is_label) && is_port
}

fn set_default(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

fn set_text(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        set_default(headers, name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_origin_widens_a_policy() {
        for origin in [
            "https://pay.example",
            "https://*.pay.example",
            "https://pay.example:8443",
            "http://127.0.0.1:4242",
            "http://localhost",
        ] {
            assert!(is_origin(origin), "{origin}");
        }
        for other in [
            "",
            "*",
            "https:",
            "https://",
            "https://*",
            "https://pay.example/path",
            "https://pay.example; script-src *",
            "https://pay.example 'unsafe-inline'",
            "https://pay.example,https://evil.example",
            "https://a.*.example",
            "https://pay..example",
            "https://pay.example:",
            "https://pay.example:99999",
            "https://pay.example:+80",
            "https://me@pay.example",
            "javascript://pay.example",
            "data:",
            "'self'",
        ] {
            assert!(!is_origin(other), "{other}");
        }
    }

    #[test]
    fn what_is_no_origin_is_left_out() {
        let mut response = Response::default();
        let sources = ["https://pay.example", "'unsafe-inline'"];
        let content = ContentSources {
            form: sources.map(|source| Line::parse(source).unwrap()).to_vec(),
            ..ContentSources::default()
        };
        lead_to(&content, &mut response);
        let policy = &response.headers()[CONTENT_SECURITY_POLICY];
        let policy = policy.to_str().unwrap();
        assert!(policy.contains("form-action 'self' https://pay.example; base-uri"));
        assert!(!policy.contains("unsafe"));
    }
}
