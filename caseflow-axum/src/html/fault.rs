//! Words the failures of the portal's pages.

use std::time::Duration;

use askama::Template as _;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use caseflow_core::Error;
use caseflow_core::domain::access::Visitor;
use caseflow_core::error::Refusal;

use super::format;
use super::page;
use super::views::fault::{Fault, FaultPage};
use crate::config::SignIn;
use crate::error::Failure;
use crate::state::{App, Here, RequestId, asked_for};
use crate::urls::{Urls, with_query};

/// The HTML face: a page for every failure, and the way to the sign-in for who is signed out.
pub(crate) async fn face(
    State(app): State<App>,
    id: RequestId,
    request: Request,
    next: Next,
) -> Response {
    let asked = Asked::of(&request);
    let mut response = next.run(request).await;
    let Some(failure) = response.extensions_mut().remove::<Failure>() else {
        return response;
    };
    failure.report(&id);
    let here = response.extensions_mut().remove::<Here>();
    match (failure.status(), &here) {
        (StatusCode::UNAUTHORIZED, Some(here)) if may_help(here) => challenge(&app, here, &asked),
        (_, Some(here)) if is_locked(&failure) => unlock(&app, here, &asked),
        _ => explain(&app, here.as_ref(), &id, &failure, response).await,
    }
}

/// What a failed request had asked for: all that is kept of a request while it is answered.
struct Asked {
    method: Method,
    uri: Uri,
}

impl Asked {
    fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            uri: asked_for(request).clone(),
        }
    }
}

/// Whether signing in could help. Whom the host vouches for in vain would only come straight back.
fn may_help(here: &Here) -> bool {
    !matches!(here.visitor, Some(Visitor::Vouched { .. }))
}

/// Sends somebody to the sign-in, and back to where they wanted to go if that was only to look.
fn challenge(app: &App, here: &Here, asked: &Asked) -> Response {
    let login = match &app.settings.sign_in {
        SignIn::Passwords => here.urls.login(),
        SignIn::Host { login, .. } => login.clone(),
    };
    lead(&login, here, asked)
}

/// Sends somebody to where the vault is opened, and back. A host that signs contacts in itself asks
/// for their password itself.
fn unlock(app: &App, here: &Here, asked: &Asked) -> Response {
    let door = match &app.settings.sign_in {
        SignIn::Passwords => here.urls.vault_unlock(),
        SignIn::Host { login, .. } => login.clone(),
    };
    lead(&door, here, asked)
}

fn is_locked(failure: &Failure) -> bool {
    matches!(failure, Failure::Core(error) if matches!(**error, Error::Locked))
}

fn lead(door: &str, here: &Here, asked: &Asked) -> Response {
    let path = asked.uri.path_and_query();
    let next = path.map_or_else(|| asked.uri.path().to_owned(), ToString::to_string);
    if asked.method.is_safe() && here.urls.holds(&next) {
        return Redirect::to(&with_query(door, "next", &next)).into_response();
    }
    Redirect::to(door).into_response()
}

async fn explain(
    app: &App,
    here: Option<&Here>,
    id: &RequestId,
    failure: &Failure,
    mut response: Response,
) -> Response {
    let frame = match here {
        Some(here) => page::beside(app, here).await.ok(),
        None => None,
    };
    let urls = here.map_or_else(Urls::default, |here| here.urls.clone());
    let view = FaultPage {
        frame: frame.unwrap_or_else(|| page::nameless(urls)),
        fault: fault(failure),
        reference: id.to_string(),
    };
    *response.body_mut() = view.render().unwrap_or_default().into();
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HTML);
    if failure.status() == StatusCode::UNAUTHORIZED {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

fn fault(failure: &Failure) -> Fault {
    if let Failure::Core(error) = failure
        && let Some(fault) = named(error)
    {
        return fault;
    }
    match failure.status() {
        StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED => Fault::NotFound,
        StatusCode::FORBIDDEN => Fault::ForeignForm,
        StatusCode::TOO_MANY_REQUESTS => {
            let wait = failure.wait().unwrap_or(Duration::from_secs(1));
            Fault::TooManyRequests(format::wait(wait))
        }
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::BAD_GATEWAY => Fault::Unavailable,
        status if status.is_client_error() => Fault::Misunderstood,
        _ => Fault::Internal,
    }
}

/// Errors that have words of their own.
fn named(error: &Error) -> Option<Fault> {
    match error {
        Error::Refused(Refusal::DocumentTooLong { .. }) => Some(Fault::TooLong),
        Error::Preview => Some(Fault::Preview),
        Error::VaultUnavailable(_) => Some(Fault::VaultUnavailable),
        Error::Unreadable(_) => Some(Fault::VaultUnreadable),
        _ => None,
    }
}
