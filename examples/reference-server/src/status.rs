//! Whether the server lives and works, and how much it did.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use caseflow_core::Ports;
use caseflow_core::domain::page::{PageQuery, PageSize};
use caseflow_core::upkeep::Round;

use crate::settings::MetricsToken;

/// What has been counted since the start.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts(Arc<Counted>);

#[derive(Debug, Default)]
struct Counted {
    /// By the first digit of the status: 1xx is never sent by a handler.
    answers: [AtomicU64; 4],
    micros: AtomicU64,
    sent: AtomicU64,
    postponed: AtomicU64,
    dead: AtomicU64,
    money: AtomicU64,
    sealed: AtomicU64,
    unsealed: AtomicU64,
    swept: AtomicU64,
    rewrapped: AtomicU64,
    failed_rounds: AtomicU64,
}

impl Counts {
    /// Notes a round of upkeep.
    pub(crate) fn round(&self, round: Round) {
        let counted = &self.0;
        for (count, done) in [
            (&counted.sent, round.sent.into()),
            (&counted.postponed, round.postponed.into()),
            (&counted.dead, round.dead.into()),
            (&counted.money, round.money.into()),
            (&counted.sealed, round.sealed.into()),
            (&counted.unsealed, round.unsealed.into()),
            (&counted.swept, round.swept.into()),
            (&counted.rewrapped, round.rewrapped),
        ] {
            count.fetch_add(done, Ordering::Relaxed);
        }
    }

    /// Notes a round of upkeep that failed.
    pub(crate) fn failed_round(&self) {
        self.0.failed_rounds.fetch_add(1, Ordering::Relaxed);
    }

    fn answer(&self, status: StatusCode, took: Duration) {
        let class = usize::from(status.as_u16() / 100).saturating_sub(2);
        if let Some(count) = self.0.answers.get(class) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.0.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// The counts in Prometheus' text format 0.0.4.
    fn text(&self) -> String {
        let Counted {
            answers,
            micros,
            sent,
            postponed,
            dead,
            money,
            sealed,
            unsealed,
            swept,
            rewrapped,
            failed_rounds,
        } = self.0.as_ref();
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let mut text = String::from("# TYPE caseflow_http_answers_total counter\n");
        for (count, class) in answers.iter().zip(2..) {
            let count = of(count);
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "caseflow_http_answers_total{{class=\"{class}xx\"}} {count}"
            );
        }
        text.push_str("# TYPE caseflow_http_microseconds_total counter\n");
        let _ = writeln!(text, "caseflow_http_microseconds_total {}", of(micros));
        text.push_str("# TYPE caseflow_mail_total counter\n");
        for (outcome, count) in [("sent", sent), ("postponed", postponed), ("dead", dead)] {
            let count = of(count);
            let _ = writeln!(text, "caseflow_mail_total{{outcome=\"{outcome}\"}} {count}");
        }
        text.push_str("# TYPE caseflow_money_tasks_total counter\n");
        let _ = writeln!(text, "caseflow_money_tasks_total {}", of(money));
        text.push_str("# TYPE caseflow_repaired_seals_total counter\n");
        for (outcome, count) in [("sealed", sealed), ("postponed", unsealed)] {
            let count = of(count);
            let _ = writeln!(
                text,
                "caseflow_repaired_seals_total{{outcome=\"{outcome}\"}} {count}"
            );
        }
        text.push_str("# TYPE caseflow_swept_files_total counter\n");
        let _ = writeln!(text, "caseflow_swept_files_total {}", of(swept));
        text.push_str("# TYPE caseflow_rewrapped_vault_keys_total counter\n");
        let count = of(rewrapped);
        let _ = writeln!(text, "caseflow_rewrapped_vault_keys_total {count}");
        text.push_str("# TYPE caseflow_upkeep_failures_total counter\n");
        let _ = writeln!(text, "caseflow_upkeep_failures_total {}", of(failed_rounds));
        text
    }
}

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
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the database does not answer"
            );
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n",
            )
                .into_response()
        }
    }
}

/// Answers the counts to whoever has the token; without a token there is no such address.
pub(crate) fn metrics(
    counts: &Counts,
    token: Option<&MetricsToken>,
    headers: &HeaderMap,
) -> Response {
    let Some(token) = token else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer "));
    if !given.is_some_and(|given| token.is(given)) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], counts.text()).into_response()
}

/// Counts and logs every answer, by the pattern of its address.
pub(crate) async fn watch(counts: Counts, request: Request, next: Next) -> Response {
    let (method, began) = (request.method().clone(), Instant::now());
    let response = next.run(request).await;
    let took = began.elapsed();
    counts.answer(response.status(), took);
    let route = response.extensions().get::<MatchedPath>();
    tracing::debug!(
        %method,
        route = route.map_or("", MatchedPath::as_str),
        status = response.status().as_u16(),
        micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_mails_are_counted() {
        let counts = Counts::default();
        counts.answer(StatusCode::OK, Duration::from_micros(40));
        counts.answer(StatusCode::NOT_FOUND, Duration::from_micros(2));
        counts.round(Round {
            sent: 3,
            money: 2,
            sealed: 4,
            ..Round::default()
        });
        let text = counts.text();
        for line in [
            "caseflow_http_answers_total{class=\"2xx\"} 1",
            "caseflow_http_answers_total{class=\"4xx\"} 1",
            "caseflow_http_answers_total{class=\"5xx\"} 0",
            "caseflow_http_microseconds_total 42",
            "caseflow_mail_total{outcome=\"sent\"} 3",
            "caseflow_money_tasks_total 2",
            "caseflow_repaired_seals_total{outcome=\"sealed\"} 4",
            "caseflow_repaired_seals_total{outcome=\"postponed\"} 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
