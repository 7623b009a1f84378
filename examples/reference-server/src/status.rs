//! Whether the server lives and works, and a line in the log for each answer.

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use caseflow_core::Ports;
use caseflow_core::domain::page::{PageQuery, PageSize};
use caseflow_sqlx::SqlxStore;

use crate::metrics::Counts;
use crate::settings::MetricsToken;

/// What an answer's line in the log has the request's id from.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers 200 as long as the program runs.
pub(crate) async fn alive() -> &'static str {
    "alive\n"
}

/// Answers 200 when the database answers, else 503.
pub(crate) async fn ready(ports: Ports) -> Response {
    let one = PageQuery {
        after: None,
        size: PageSize::default(),
    };
    match ports.store.firms(&one).await {
        Ok(_) => "ready\n".into_response(),
        Err(error) => {
            no_database(&error);
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n",
            )
                .into_response()
        }
    }
}

fn no_database(error: &(dyn Error + 'static)) {
    tracing::error!(error, "the database does not answer");
}

/// What the metrics are made of.
#[derive(Debug, Clone)]
pub(crate) struct Metrics {
    pub(crate) counts: Counts,
    pub(crate) store: Arc<SqlxStore>,
    pub(crate) ports: Ports,
    /// Without a token there is no such address.
    pub(crate) token: Option<MetricsToken>,
}

impl Metrics {
    /// Answers the metrics to whoever has the token.
    pub(crate) async fn answer(&self, headers: &HeaderMap) -> Response {
        let Some(token) = &self.token else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let given = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let given = given.and_then(|value| value.strip_prefix("Bearer "));
        if !given.is_some_and(|given| token.is(given)) {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        let now = self.ports.now();
        let backlog = self.store.backlog(now).await;
        let backlog = backlog.inspect_err(|error| no_database(error)).ok();
        let text = self.counts.text(now, backlog);
        ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
    }
}

/// Counts and logs every answer, by the pattern of its address: what the server could not do at
/// `info`, the rest at `debug`.
pub(crate) async fn watch(counts: Counts, request: Request, next: Next) -> Response {
    let (method, began) = (request.method().clone(), Instant::now());
    let response = next.run(request).await;
    let took = began.elapsed();
    counts.answer(response.status(), took);
    let route = response.extensions().get::<MatchedPath>();
    let id = response.headers().get(REQUEST_ID);
    let id = id.and_then(|id| id.to_str().ok());
    macro_rules! answered {
        ($level:ident) => {
            tracing::$level!(
                request = id,
                %method,
                route = route.map_or("", MatchedPath::as_str),
                status = response.status().as_u16(),
                micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
                "answered"
            )
        };
    }
    match response.status().is_server_error() {
        true => answered!(info),
        false => answered!(debug),
    }
    response
}

/// Writes the pattern that matched where [`watch`] finds it.
pub(crate) async fn name_route(request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(matched) = matched {
        response.extensions_mut().insert(matched);
    }
    response
}
