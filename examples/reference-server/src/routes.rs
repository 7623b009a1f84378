//! Every address of the server: its own, the firm's API, and each firm's portal.

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::middleware::from_fn;
use axum::routing::get;
use caseflow_axum::Portal;
use caseflow_core::Ports;

use crate::connections;
use crate::demo::{Guide, STYLE_PATH, Till};
use crate::firms::{self, Firms};
use crate::status::{self, Metrics};

/// What the routes are made of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) portal: Portal,
    pub(crate) firms: Firms,
    pub(crate) metrics: Metrics,
    /// The first page of a demonstration.
    pub(crate) guide: Option<Guide>,
    /// Where a demonstration's invoices are paid.
    pub(crate) till: Option<Till>,
}

/// The whole server.
pub(crate) fn router(parts: Parts) -> Router {
    let Parts {
        portal,
        firms,
        metrics,
        guide,
        till,
    } = parts;
    let (ports, counts) = (portal.ports.clone(), metrics.counts.clone());
    let api = caseflow_axum::firm_router(ports.clone(), portal.settings.clone());
    let api = api.layer(from_fn(status::name_route));
    let pages = caseflow_axum::router(portal).layer(from_fn(status::name_route));
    let to_portal = move |request: Request| firms::to_portal(firms.clone(), pages.clone(), request);
    let app = own(ports, metrics).nest("/firm", api).fallback(to_portal);
    let app = match guide {
        Some(guide) => app
            .route("/", get(async move || guide.page()))
            .route(STYLE_PATH, get(async || Guide::style())),
        None => app,
    };
    let app = match till {
        Some(till) => app.merge(till.routes()),
        None => app,
    };
    app.layer(from_fn(connections::in_time))
        .layer(from_fn(move |request, next| {
            status::watch(counts.clone(), request, next)
        }))
}

fn own(ports: Ports, metrics: Metrics) -> Router {
    let ready = move || status::ready(ports.clone());
    let metrics = async move |headers: HeaderMap| metrics.answer(&headers).await;
    Router::new()
        .route("/healthz", get(status::alive))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
}
