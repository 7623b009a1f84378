//! Requests that another site makes a browser send are refused.
//!
//! The check is Fetch Metadata with `Origin` for browsers that do not send it, as in Go 1.25's
//! `CrossOriginProtection`, and stricter: with neither header, a request that comes with a cookie
//! is refused. Nothing has to be hidden in forms, so nothing can be forgotten in one.

use axum::extract::Request;
use axum::http::header::{HeaderName, ORIGIN};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::config::authority;
use crate::error::Failure;
use crate::state::Here;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Lets requests through that change nothing or come from the portal's own pages.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if parts.method.is_safe() || is_own(&parts) {
        next.run(Request::from_parts(parts, body)).await
    } else {
        Failure::FOREIGN_FORM.into_response()
    }
}

fn is_own(request: &Parts) -> bool {
    let header = |name| request.headers.get(name);
    if let Some(site) = header(FETCH_SITE) {
        return site == "same-origin" || site == "none";
    }
    match header(ORIGIN) {
        Some(origin) => {
            let origin = origin.to_str().ok().and_then(|it| it.split_once("://"));
            origin.is_some_and(|(_, host)| Some(host) == authority(request))
        }
        None => !comes_with_identity(request),
    }
}

fn comes_with_identity(request: &Parts) -> bool {
    let here = request.extensions.get::<Here>();
    here.is_none_or(|here| here.visitor.is_some())
}
