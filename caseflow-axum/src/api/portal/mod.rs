//! The client's API: what the portal's pages show, as JSON, for one contact who is signed in. What
//! is not the contact's own does not exist.

mod announcements;
mod contracts;
mod dashboard;
mod documents;
mod invoices;
mod library;
mod me;
mod offers;
mod pay;
mod payments;
mod session;
mod sessions;
mod take_out;
mod vault;
mod verify;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use caseflow_core::Error;
use caseflow_core::domain::access::Visitor;
use caseflow_core::domain::secret::Secret;
use caseflow_core::portal::verify::MOST;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::document::{self, Side};
use super::request::bearer;
use crate::config::{OpenApi, SignIn};
use crate::csrf;
use crate::error::{self, Failure};
use crate::state::{self, App, Here};

/// Every address of the API, with what the document says of it.
fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(session::sign_in, session::sign_out))
        .routes(routes!(session::forgot_password))
        .routes(routes!(me::read))
        .routes(routes!(me::change))
        .routes(routes!(me::change_password))
        .routes(routes!(me::prefer))
        .routes(routes!(take_out::take))
        .routes(routes!(sessions::list, sessions::end_others))
        .routes(routes!(sessions::end))
        .routes(routes!(dashboard::read))
        .routes(routes!(invoices::list))
        .routes(routes!(invoices::read))
        .routes(routes!(invoices::pdf))
        .routes(routes!(pay::start))
        .routes(routes!(payments::list))
        .routes(routes!(pay::read))
        .routes(routes!(payments::receipt))
        .routes(routes!(payments::note))
        .routes(routes!(payments::statement))
        .routes(routes!(offers::proposals))
        .routes(routes!(offers::proposal))
        .routes(routes!(offers::proposal_pdf))
        .routes(routes!(offers::decide_proposal))
        .routes(routes!(offers::estimates))
        .routes(routes!(offers::estimate))
        .routes(routes!(offers::estimate_pdf))
        .routes(routes!(offers::decide_estimate))
        .routes(routes!(contracts::list))
        .routes(routes!(contracts::read))
        .routes(routes!(contracts::original))
        .routes(routes!(contracts::signed))
        .routes(routes!(contracts::sign))
        .routes(routes!(contracts::decline))
        .merge(uploads())
        .routes(routes!(documents::list))
        .routes(routes!(documents::read))
        .routes(routes!(documents::content))
        .routes(routes!(vault::list))
        .routes(routes!(vault::unlock))
        .routes(routes!(vault::log))
        .routes(routes!(vault::read))
        .routes(routes!(vault::show))
        .routes(routes!(vault::content))
        .routes(routes!(library::list))
        .routes(routes!(library::read))
        .routes(routes!(announcements::dismiss))
}

/// Those whose body is a file.
fn uploads() -> OpenApiRouter<App> {
    let uploads = OpenApiRouter::default().routes(routes!(verify::check));
    uploads.layer(DefaultBodyLimit::max(MOST))
}

/// The document that describes the API.
pub(crate) fn openapi() -> serde_json::Value {
    document::finished(operations().into_openapi(), Side::Portal)
}

/// The API's addresses, below `/api`; to be merged with the pages.
pub(crate) fn router(app: &App) -> Router<App> {
    let (operations, _) = operations().split_for_parts();
    let operations = match app.settings.openapi {
        OpenApi::Hidden => operations,
        OpenApi::Served => operations.route(document::PATH, get(describe)),
    };
    operations
        .route("/api/{*rest}", any(async || Failure::NOT_FOUND))
        .method_not_allowed_fallback(async || Failure::WRONG_VERB)
        .layer(from_fn_with_state(app.clone(), identify))
        .layer(from_fn_with_state(app.clone(), state::enter))
        .layer(from_fn(document::challenge))
        .layer(from_fn(error::problem_face))
}

/// Takes a bearer token for the session's when there is one. No browser sends it by itself, so that
/// a request with one needs no proof that it comes from the portal's own pages.
async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(token) = bearer(request.headers()) else {
        return csrf::guard(request, next).await;
    };
    let secret = Secret::parse(token);
    if let Some(here) = request.extensions_mut().get_mut::<Here>()
        && app.settings.sign_in == SignIn::Passwords
    {
        let Some(secret) = secret else {
            return Failure::from(Error::SignedOut).into_response();
        };
        here.visitor = Some(Visitor::Session(secret.hash()));
    }
    next.run(request).await
}

/// Addresses that exist only when the portal signs contacts in itself.
fn own_sign_in(app: &App) -> Result<(), Failure> {
    match app.settings.sign_in {
        SignIn::Passwords => Ok(()),
        SignIn::Host { .. } => Err(Failure::NOT_FOUND),
    }
}

async fn describe(here: Here) -> Response {
    document::served(openapi(), &here.urls)
}
