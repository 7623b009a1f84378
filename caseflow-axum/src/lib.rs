//! CaseFlow's portal pages as mountable axum routers.
//!
//! Pages are plain HTML rendered on the server: every page works without scripts, under any path
//! prefix, in light and dark, left-to-right and right-to-left, on screen and on paper.
//!
//! * [`router`] is the portal of contacts; nest it wherever the host likes, or use [`mount`].
//! * [`firm_router`] is the JSON API of the firm; the client's own JSON API is part of [`router`],
//!   below `/api/v1`. Both are described by OpenAPI 3.1 documents, in this crate's `openapi`
//!   directory and, when [`Settings::openapi`] says so, at `/api/openapi.json`.
//! * [`Portal`] says what it needs: the core's [`Ports`], which firm a
//!   request is for ([`FirmResolver`]), and [`Settings`].
//! * [`PortalAddresses`] is the core's port for links in mails, so that mails and pages agree.
//! * [`ROUTES`] lists every address with who may open it.
//! * Payment gateways post their notices to `/webhooks/{gateway}` inside the mount.
//!
//! ```
//! use std::sync::Arc;
//! use axum::{Router, routing::get};
//! use caseflow_axum::{FixedFirm, Portal, PortalAddresses, Settings, mount, router};
//! use caseflow_core::{Ports, adapters::memory::MemoryStore, domain::id::FirmId};
//! # use caseflow_core::testing::{Doubles, fixtures};
//!
//! # let (doubles, firm) = (Doubles::new(), fixtures::id::<FirmId>(1));
//! # let (passwords, mailer, pdf) = (doubles.passwords, doubles.mailer, doubles.prints);
//! # let (gateways, sealer) = (doubles.gateways, doubles.seals);
//! # let (blobs, keys) = (doubles.blobs, doubles.keys);
//! # let cipher = Arc::new(caseflow_core::testing::QuickCipher);
//! # let (clock, entropy) = (doubles.clock, doubles.entropy);
//! let store = Arc::new(MemoryStore::new());
//! let addresses = Arc::new(PortalAddresses);
//! let portal = Portal {
//!     ports: Ports {
//!         store, passwords, mailer, gateways, pdf, sealer, blobs, keys, cipher, addresses, clock, entropy,
//!     },
//!     firms: Arc::new(FixedFirm(firm)),
//!     settings: Settings::default(),
//! };
//! let app: Router = Router::new()
//!     .route("/", get(async || "the host's own page"))
//!     .merge(mount("/portal", router(portal)));
//! # let _ = app;
//! ```
//!
//! A host that signs people in itself puts a [`HostIdentity`] into the request's extensions and
//! sets [`SignIn::Host`]; the portal's own password pages are then gone.

mod api;
mod archive;
mod assets;
mod config;
mod csrf;
mod download;
mod error;
mod extract;
mod headers;
mod html;
mod origin;
mod range;
mod session;
mod state;
mod theme;
mod urls;
mod webhooks;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use caseflow_core::Ports;

pub use config::{
    FirmInPath, FirmResolver, FirmsByHost, FixedFirm, LargestUpload, OpenApi, PageMemory, Portal,
    Settings, SignIn,
};
pub use html::ROUTES;
pub use html::remember::FromMemory;
pub use origin::{Network, NetworkError, TrustedProxies};
pub use session::{CookieNameError, Cookies, HostIdentity, NotLoopback};
pub use urls::{Access, PortalAddresses, Route};

use error::Failure;
use state::App;

/// Keeps the guide's examples compiling.
#[cfg(doctest)]
#[doc = include_str!("../docs/mounting.md")]
mod guide {}

/// The most bytes that a form may have.
const FORM_BYTES: usize = 64 * 1024;

/// The portal of contacts. Nest it under any prefix; links follow the prefix of each request.
pub fn router(portal: Portal) -> Router {
    let app = App::new(portal);
    let pages = html::routes(&app)
        .fallback(async || Failure::NOT_FOUND)
        .layer(from_fn(csrf::guard))
        .layer(from_fn_with_state(app.clone(), state::enter))
        .layer(from_fn_with_state(app.clone(), html::fault::face));
    pages
        .merge(api::portal::router(&app))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .merge(webhooks::router())
        .layer(from_fn_with_state(app.clone(), headers::dress))
        .with_state(app)
}

/// The firm's JSON API, apart from the portal so that a host may mount one without the other. Whose
/// firm a request is for, its bearer key says.
///
/// Of `settings`, cookies and page memory mean nothing here; sign-in says whether a contact whose access is
/// switched on is mailed a link to set a password. The OpenAPI document is for callers with a key, when it is
/// served.
pub fn firm_router(ports: Ports, settings: Settings) -> Router {
    api::firm::router(App::new(Portal {
        ports,
        firms: Arc::new(config::NoFirm),
        settings: Settings {
            page_memory: PageMemory::OFF,
            ..settings
        },
    }))
}

/// The portal under `prefix`, such as `/portal`, with and without a slash at its end: axum's own
/// `nest` leaves `/portal/` unanswered. `prefix` starts with a slash and does not end with one.
pub fn mount(prefix: &str, portal: Router) -> Router {
    Router::new().nest_service(prefix, portal)
}
