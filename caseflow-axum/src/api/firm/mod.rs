//! The firm's API: what staff do, for the firm's own software. One key speaks for one firm, so a
//! request cannot name another one's records.

mod alerts;
mod announcements;
mod api_keys;
mod articles;
mod attempts;
mod audit;
mod clients;
mod contacts;
mod contracts;
mod documents;
mod invoices;
mod mails;
mod offers;
mod payments;
mod refunds;
mod settings;
mod vault;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use caseflow_core::Error;
use caseflow_core::domain::api_key::{self, Scope};
use caseflow_core::firm::api_keys::identify;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::document::{self, Side};
use super::request::{Desk, bearer};
use crate::config::OpenApi;
use crate::error::{self, Failure};
use crate::headers;
use crate::state::App;
use crate::urls::Urls;

/// The most bytes that a body may have: an invoice of 5,000 lines fits.
const BODY_BYTES: usize = 2 * 1024 * 1024;

/// Every address of the API, with what the document says of it.
#[expect(clippy::too_many_lines, reason = "a line for each address")]
fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(settings::read, settings::change))
        .routes(routes!(settings::set_logo, settings::remove_logo))
        .routes(routes!(clients::list, clients::create))
        .routes(routes!(clients::read, clients::change))
        .routes(routes!(clients::statement))
        .routes(routes!(contacts::list, contacts::create))
        .routes(routes!(contacts::read, contacts::change, contacts::remove))
        .routes(routes!(contacts::switch_access))
        .routes(routes!(contacts::preview))
        .routes(routes!(invoices::list, invoices::draft))
        .routes(routes!(invoices::read, invoices::change))
        .routes(routes!(invoices::pdf))
        .routes(routes!(invoices::issue))
        .routes(routes!(invoices::cancel))
        .routes(routes!(invoices::credit))
        .routes(routes!(payments::record))
        .routes(routes!(payments::list))
        .routes(routes!(payments::read))
        .routes(routes!(payments::receipt))
        .routes(routes!(payments::void))
        .routes(routes!(refunds::list, refunds::ask))
        .routes(routes!(refunds::note))
        .routes(routes!(offers::list, offers::draft))
        .routes(routes!(offers::read, offers::change))
        .routes(routes!(offers::pdf))
        .routes(routes!(offers::send))
        .routes(routes!(offers::withdraw))
        .routes(routes!(offers::links))
        .routes(routes!(offers::revoke_link))
        .merge(uploads())
        .routes(routes!(contracts::send))
        .routes(routes!(contracts::withdraw))
        .routes(routes!(contracts::sign_on_paper))
        .routes(routes!(contracts::original))
        .routes(routes!(contracts::signed))
        .routes(routes!(documents::list, documents::add))
        .routes(routes!(
            documents::read,
            documents::change,
            documents::remove
        ))
        .routes(routes!(documents::add_version))
        .routes(routes!(documents::share))
        .routes(routes!(documents::unshare))
        .routes(routes!(documents::content))
        .merge(vaults())
        .routes(routes!(attempts::merchants))
        .routes(routes!(attempts::list))
        .routes(routes!(attempts::read))
        .routes(routes!(alerts::list))
        .routes(routes!(alerts::read))
        .routes(routes!(alerts::settle))
        .routes(routes!(mails::list))
        .routes(routes!(mails::read))
        .routes(routes!(mails::retry))
        .routes(routes!(articles::list, articles::write))
        .routes(routes!(articles::read, articles::change))
        .routes(routes!(articles::set_stage))
        .routes(routes!(announcements::list, announcements::create))
        .routes(routes!(announcements::read, announcements::change))
        .routes(routes!(api_keys::list, api_keys::create))
        .routes(routes!(api_keys::revoke))
        .routes(routes!(audit::list))
        .routes(routes!(audit::check))
}

/// Those of clients' vaults.
fn vaults() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(vault::list))
        .routes(routes!(vault::log))
        .routes(routes!(vault::add_file))
        .routes(routes!(vault::add_secret))
        .routes(routes!(vault::read, vault::remove))
        .routes(routes!(vault::content))
        .routes(routes!(vault::replace_file))
        .routes(routes!(vault::replace_secret))
        .routes(routes!(vault::set_contacts))
}

/// Those whose body may hold a file.
fn uploads() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(contracts::list, contracts::draft))
        .routes(routes!(contracts::read, contracts::change))
        .layer(DefaultBodyLimit::max(contracts::UPLOAD_BYTES))
}

/// The document that describes the API.
pub(crate) fn openapi() -> serde_json::Value {
    document::finished(operations().into_openapi(), Side::Firm)
}

pub(crate) fn router(app: App) -> Router {
    let (operations, _) = operations().split_for_parts();
    let operations = match app.settings.openapi {
        OpenApi::Hidden => operations,
        OpenApi::Served => operations.route(document::PATH, get(describe)),
    };
    operations
        .fallback(async || Failure::NOT_FOUND)
        .method_not_allowed_fallback(async || Failure::WRONG_VERB)
        .layer(from_fn_with_state(app.clone(), enter))
        .layer(from_fn(document::challenge))
        .layer(from_fn(error::problem_face))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(from_fn_with_state(app.clone(), headers::dress))
        .with_state(app)
}

/// Finds out whose key it is before anything else is looked at.
async fn enter(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let wanted = match parts.method.is_safe() {
        true => Scope::Read,
        false => Scope::Write,
    };
    let prefix = app.settings.proxies.prefix(&parts);
    let Some(urls) = Urls::of(&parts, prefix) else {
        return Failure::NOT_FOUND.into_response();
    };
    let secret = bearer(&parts.headers).and_then(api_key::parse);
    let found = match secret {
        Some(secret) => identify(&app.ports, &secret, wanted).await,
        None => Err(Error::SignedOut),
    };
    match found {
        Ok(staff) => {
            let origin = app.settings.proxies.origin(&parts);
            parts.extensions.insert(Desk {
                staff,
                origin,
                urls,
            });
            next.run(Request::from_parts(parts, body)).await
        }
        Err(error) => Failure::from(error).into_response(),
    }
}

async fn describe(desk: Desk) -> Response {
    document::served(openapi(), &desk.urls)
}
