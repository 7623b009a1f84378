//! What payment gateways post (R-PAY-8): kept at once, and worked off after the answer.

use std::sync::atomic::{AtomicU8, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest as _, FromRequestParts as _, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use caseflow_core::Error;
use caseflow_core::domain::gateway::GatewayName;
use caseflow_core::ports::payments::WebhookRequest;
use caseflow_core::upkeep::notices::{self, Receipt};
use caseflow_core::upkeep::payments;
use tokio::runtime::Handle;

use crate::error::Failure;
use crate::extract::InPath;
use crate::html;
use crate::state::{App, RequestId};

/// The most bytes that a notice may have.
const NOTICE_BYTES: usize = 1024 * 1024;

/// The addresses that gateways post to. No session counts here, and no check of forms: what is
/// posted is believed for its signature alone, and without one it is a hint to ask.
pub(crate) fn router() -> Router<App> {
    html::webhooks().layer(DefaultBodyLimit::max(NOTICE_BYTES))
}

/// Keeps what was posted, and wakes who works it off.
pub(crate) async fn receive(State(app): State<App>, id: RequestId, request: Request) -> Response {
    match keep(&app, request).await {
        Ok(Receipt::Kept(reply)) => {
            Worker::wake(&app);
            reply.into_response()
        }
        Ok(Receipt::Refused(refusal)) => {
            tracing::warn!(request = id.as_str(), %refusal, "a notice was refused");
            StatusCode::BAD_REQUEST.into_response()
        }
        Err(failure) => {
            failure.report(&id);
            failure.into_response()
        }
    }
}

async fn keep(app: &App, request: Request) -> Result<Receipt, Failure> {
    let (mut parts, body) = request.into_parts();
    let firm = app.firms.firm(&mut parts).await?;
    let named = InPath::<GatewayName>::from_request_parts(&mut parts, app).await;
    let InPath(gateway) = named.map_err(|_| Failure::NOT_FOUND)?;
    let headers = parts.headers.clone();
    let body = Bytes::from_request(Request::from_parts(parts, body), app).await;
    let body = body.map_err(|rejection| Failure::Http {
        status: rejection.status(),
        detail: "the notice cannot be read",
    })?;
    let headers: Vec<(&str, &[u8])> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let notice = WebhookRequest {
        headers: &headers,
        body: &body,
    };
    Ok(notices::keep(&app.ports, firm, &gateway, &notice).await?)
}

/// Works off notices: one task at a time, and once more when others came meanwhile. What it leaves
/// undone, the host's own upkeep does.
#[derive(Debug, Default)]
pub(crate) struct Worker(AtomicU8);

const RESTING: u8 = 0;
const WORKING: u8 = 1;
const WANTED: u8 = 2;

impl Worker {
    /// Sees to it that everything kept until now is worked off soon.
    pub(crate) fn wake(app: &App) {
        let was_resting = app.worker().0.swap(WANTED, Ordering::AcqRel) == RESTING;
        if was_resting {
            match Handle::try_current() {
                Ok(runtime) => drop(runtime.spawn(Self::work(app.clone()))),
                Err(_) => app.worker().0.store(RESTING, Ordering::Release),
            }
        }
    }

    async fn work(app: App) {
        loop {
            app.worker().0.store(WORKING, Ordering::Release);
            // In a task of its own: a panic in it must not leave this one looking busy for ever.
            let ports = app.ports.clone();
            let done = tokio::spawn(async move { payments::tasks(&ports).await });
            match done.await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => report(&error),
                Err(_) => tracing::error!("working off notices panicked"),
            }
            if app.worker().rests() {
                return;
            }
        }
    }

    fn rests(&self) -> bool {
        let order = (Ordering::AcqRel, Ordering::Acquire);
        let rests = self.0.compare_exchange(WORKING, RESTING, order.0, order.1);
        rests.is_ok()
    }
}

fn report(error: &Error) {
    let error: &dyn std::error::Error = error;
    tracing::error!(error, "notices could not be worked off");
}
