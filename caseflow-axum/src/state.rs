//! What handlers share, and what is known of a request before its handler runs.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{OriginalUri, Request, State};
use axum::http::Uri;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use caseflow_core::Ports;
use caseflow_core::domain::access::{Origin, Visitor};
use caseflow_core::domain::id::FirmId;
use caseflow_core::portal::Visiting;

use crate::config::Portal;
use crate::error::Failure;
use crate::html::remember::Memory;
use crate::session;
use crate::urls::Urls;
use crate::webhooks::Worker;

/// The portal's configuration, shared by all handlers.
#[derive(Debug, Clone)]
pub(crate) struct App(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    portal: Portal,
    worker: Worker,
    memory: Memory,
}

impl App {
    pub(crate) fn new(portal: Portal) -> Self {
        Self(Arc::new(Shared {
            worker: Worker::default(),
            memory: Memory::new(portal.settings.page_memory),
            portal,
        }))
    }

    /// The pages that are at hand.
    pub(crate) fn memory(&self) -> &Memory {
        &self.0.memory
    }

    /// Who works off what payment gateways post.
    pub(crate) fn worker(&self) -> &Worker {
        &self.0.worker
    }
}

impl Deref for App {
    type Target = Portal;

    fn deref(&self) -> &Portal {
        &self.0.portal
    }
}

/// Where a request has come to: whose portal, under which prefix, from whom.
#[derive(Debug, Clone)]
pub(crate) struct Here {
    pub(crate) firm: FirmId,
    pub(crate) urls: Urls,
    pub(crate) origin: Origin,
    /// Who the visitor says they are; the core decides whether it is true.
    pub(crate) visitor: Option<Visitor>,
}

/// Finds out where the request has come to. It stands in the extensions of request and response.
pub(crate) async fn enter(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match Here::find(&app, &mut parts).await {
        Ok(here) => {
            parts.extensions.insert(here.clone());
            let mut response = next.run(Request::from_parts(parts, body)).await;
            response.extensions_mut().insert(here);
            response
        }
        Err(failure) => failure.into_response(),
    }
}

impl Here {
    /// The visit, if the visitor says who they are.
    pub(crate) fn visiting(&self) -> Option<Visiting> {
        self.visitor.map(|visitor| Visiting {
            firm: self.firm,
            visitor,
            origin: self.origin.clone(),
        })
    }

    async fn find(app: &App, request: &mut Parts) -> Result<Self, Failure> {
        let urls = Urls::of(request, app.settings.proxies.prefix(request));
        let urls = urls.ok_or(Failure::NOT_FOUND)?;
        let firm = app.firms.firm(request).await?;
        Ok(Self {
            firm,
            urls,
            origin: app.settings.proxies.origin(request),
            visitor: session::visitor(&app.settings, firm, request),
        })
    }
}

/// The address as the browser asked for it, before any prefix was taken off.
pub(crate) fn asked_for(request: &Request) -> &Uri {
    let original = request.extensions().get::<OriginalUri>();
    original.map_or(request.uri(), |original| &original.0)
}

/// Names one request in answers and in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestId(String);

impl RequestId {
    pub(crate) fn new(ports: &Ports) -> Self {
        let mut random = [0; 8];
        ports.entropy.fill(&mut random);
        Self(format!("req_{:016x}", u64::from_be_bytes(random)))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
