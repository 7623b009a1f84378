//! CaseFlow's portal pages as mountable axum routers.
//!
//! Pages are plain HTML rendered on the server: every page works without scripts, under any path
//! prefix, in light and dark, left-to-right and right-to-left, on screen and on paper.
//!
//! ```
//! use std::sync::Arc;
//!
//! use axum::{Router, routing::get};
//! use caseflow_axum::{FixedFirm, Portal, PortalAddresses, Settings, mount, router};
//! use caseflow_core::Ports;
//! use caseflow_core::adapters::aes_gcm::AesGcm;
//! use caseflow_core::adapters::argon2::Argon2Passwords;
//! use caseflow_core::adapters::memory::{MemoryBlobs, MemoryStore};
//! use caseflow_core::adapters::no_keys::NoKeys;
//! use caseflow_core::adapters::pdf_writer::PdfWriter;
//! use caseflow_core::adapters::system::{SystemClock, SystemEntropy};
//! use caseflow_core::ports::payments::NoGateways;
//!
//! # use axum::{body::Body, http::Request};
//! # use caseflow_core::testing::{Doubles, fixtures::Office};
//! # use tower::ServiceExt as _;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (mailer, sealer) = (Doubles::new().mailer, Doubles::new().seals);
//! let ports = Ports {
//!     store: Arc::new(MemoryStore::new()),
//!     passwords: Arc::new(Argon2Passwords::new(2, Arc::new(SystemEntropy))?),
//!     mailer, // yours: one method
//!     gateways: Arc::new(NoGateways),
//!     pdf: Arc::new(PdfWriter::new(2)?),
//!     sealer, // `adapters::pades`, with a key of yours
//!     blobs: Arc::new(MemoryBlobs::new()),
//!     keys: Arc::new(NoKeys),
//!     cipher: Arc::new(AesGcm),
//!     addresses: Arc::new(PortalAddresses),
//!     clock: Arc::new(SystemClock),
//!     entropy: Arc::new(SystemEntropy),
//! };
//! # let firm = Office::open(&*ports.store, 1).await.firm.id;
//! let firms = Arc::new(FixedFirm(firm)); // what `firm::settings::create` answered
//! let portal = Portal { ports, firms, settings: Settings::default() };
//! let app: Router = Router::new()
//!     .route("/", get(async || "the host's own page"))
//!     .merge(mount("/portal", router(portal)));
//! # let page = app.oneshot(Request::get("/portal/login").body(Body::empty())?).await?;
//! # assert_eq!(page.status(), 200);
//! # Ok(())
//! # }
//! ```
//!
//! This keeps its records in memory. `caseflow-sqlx` keeps them in SQLite or PostgreSQL, and
//! `caseflow-stripe` takes money: each is another line of the same literal.
//!
//! * [`router`] is the portal of contacts; nest it wherever the host likes, or use [`mount`].
//! * [`firm_router`] is the JSON API of the firm; the client's own JSON API is part of [`router`],
//!   below `/api/v1`. Both are described by OpenAPI 3.1 documents, in this crate's `openapi`
//!   directory and, when [`Settings::openapi`] says so, at `/api/openapi.json`.
//! * [`Portal`] says what it needs: the core's [`Ports`], which firm a
//!   request is for ([`FirmResolver`]), and [`Settings`].
//! * [`PortalAddresses`] is the core's port for links in mails, so that mails and pages agree.
//! * [`Archive`] makes a ZIP file of what a contact, or staff, take out.
//! * [`ROUTES`] lists every address with who may open it.
//! * Payment gateways post their notices to `/webhooks/{gateway}` inside the mount.
//! * Mail, seals and whatever came too late are done by [`upkeep`](caseflow_core::upkeep), which the
//!   host calls every second or so.
//!
//! A host that signs people in itself puts a [`HostIdentity`] into the request's extensions and
//! sets [`SignIn::Host`]; the portal's own password pages are then gone.
//!
//! # Features
//!
//! There are none. axum comes with what the pages need and without a server: the host serves, with
//! the features of axum that it chooses.
//!
//! # Further
//!
//! [`Settings`] and [`SignIn`] say what a host may choose; [`Ports`] what it hands in, each with what it
//! has to keep.

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

pub use archive::{Archive, ArchiveError};
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
