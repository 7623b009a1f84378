//! CaseFlow's portal pages as mountable axum routers.
//!
//! Pages are plain HTML rendered on the server: every page works without scripts, under any path
//! prefix, in light and dark, left-to-right and right-to-left, on screen and on paper.
//!
//! * [`router`] is the portal of contacts; nest it wherever the host likes, or use [`mount`].
//! * [`Portal`] says what it needs: the core's [`Ports`](caseflow_core::Ports), which firm a
//!   request is for ([`FirmResolver`]), and [`Settings`].
//! * [`PortalAddresses`] is the core's port for links in mails, so that mails and pages agree.
//! * [`ROUTES`] lists every address with who may open it.
//!
//! A host that signs people in itself puts a [`HostIdentity`] into the request's extensions and
//! sets [`SignIn::Host`]; the portal's own password pages are then gone.

mod assets;
mod config;
mod csrf;
mod error;
mod extract;
mod headers;
mod html;
mod origin;
mod session;
mod state;
mod theme;
mod urls;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Redirect;
use axum::routing::get;

pub use config::{FirmInPath, FirmResolver, FirmsByHost, FixedFirm, Portal, Settings, SignIn};
pub use html::ROUTES;
pub use origin::{Network, NetworkError, TrustedProxies};
pub use session::{Cookies, HostIdentity, NotLoopback};
pub use urls::{Access, PortalAddresses, Route};

use error::Failure;
use state::App;

/// The most bytes that a form may have.
const FORM_BYTES: usize = 64 * 1024;

/// The portal of contacts. Nest it under any prefix; links follow the prefix of each request.
#[must_use]
pub fn router(portal: Portal) -> Router {
    let app = App::new(portal);
    let pages = html::routes(&app)
        .fallback(async || Failure::NOT_FOUND)
        .layer(from_fn(csrf::guard))
        .layer(from_fn_with_state(app.clone(), state::enter))
        .layer(from_fn_with_state(app.clone(), html::fault::face));
    pages
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(from_fn_with_state(app.clone(), headers::dress))
        .with_state(app)
}

/// Nests the portal under `prefix`, such as `/portal`, and redirects `/portal/` to `/portal`, which
/// axum's own `nest` leaves unanswered. `prefix` starts with a slash and does not end with one.
pub fn mount(prefix: &str, portal: Router) -> Router {
    let home = format!("{prefix}{}", urls::path::DASHBOARD);
    let redirect = get(async move || Redirect::to(&home));
    Router::new()
        .nest(prefix, portal)
        .route(&format!("{prefix}/"), redirect)
}
