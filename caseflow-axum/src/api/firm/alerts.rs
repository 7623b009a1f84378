//! What staff should look at.

use axum::extract::State;
use caseflow_core::domain::alert::Alert;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::id::AlertId;
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::firm::alerts;
use caseflow_core::ports::store::AlertQuery;
use serde::Serialize;
use utoipa::ToSchema;

use super::invoices::EmptyBody;
use crate::api::answer::{Answer, Listing, Written, etag, listed, shown, written};
use crate::api::request::{Asked, Desk, Keyed, Known};
use crate::api::wire::body;
use crate::api::words::Whether;
use crate::extract::InPath;
use crate::state::App;

/// Something about money that staff should look at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alert)]
pub(super) struct AlertView {
    /// Its id.
    #[schema(example = "alr_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Its version.
    #[schema(minimum = 1)]
    version: u64,
    /// What is the matter. With a payment: other_amount (recorded as collected), other_currency
    /// (held, on no invoice), overpaid, paid_after_cancel, dispute, refund_refused. With the payment
    /// provider: unknown_attempt, unknown_state, misconfigured, notices_missing, notice_stuck.
    #[schema(example = "overpaid")]
    kind: &'static str,
    /// The invoice concerned.
    invoice: Option<String>,
    /// The attempt at paying it that is concerned.
    attempt: Option<String>,
    /// The figures and references, in words.
    #[schema(example = "10.00 USD more was paid than was owed")]
    detail: String,
    /// When it was found out.
    #[schema(format = DateTime)]
    raised_at: String,
    /// When staff settled it; null until then.
    #[schema(format = DateTime)]
    settled_at: Option<String>,
    /// Who settled it.
    settled_by: Option<String>,
}

impl AlertView {
    fn of(read: &Versioned<Alert>) -> Self {
        let alert = &read.value;
        let (settled_at, settled_by) = match &alert.settled {
            Some((at, by)) => (Some(at.to_string()), Some(by.to_string())),
            None => (None, None),
        };
        Self {
            id: alert.id.to_string(),
            version: read.version.0,
            kind: alert.kind.code(),
            invoice: alert.invoice.map(|id| id.to_string()),
            attempt: alert.attempt.map(|id| id.to_string()),
            detail: alert.detail.to_string(),
            raised_at: alert.raised_at.to_string(),
            settled_at,
            settled_by,
        }
    }
}

body! {
    /// Which alerts.
    AlertsQuery {
        /// Only those that staff have settled, or only those that they have not.
        settled: Option<Whether>,
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<()>>,
    }
}

impl From<AlertsQuery> for AlertQuery {
    fn from(query: AlertsQuery) -> Self {
        Self {
            settled: query.settled.map(|Whether(settled)| settled),
            page: PageQuery {
                after: query.after,
                size: query.limit,
            },
        }
    }
}

/// What staff should look at, newest first, settled ones too.
#[utoipa::path(get, path = "/api/v1/alerts", tag = "Online payments",
    operation_id = "list_alerts", params(AlertsQuery),
    responses((status = 200, description = "A page of alerts.", body = Listing<AlertView>)))]
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    Asked(query): Asked<AlertsQuery>,
) -> Answer {
    let page = alerts::list(&app.ports, &desk.staff, &query.into()).await?;
    Ok(listed(&page, AlertView::of))
}

/// One alert.
#[utoipa::path(get, path = "/api/v1/alerts/{id}", tag = "Online payments",
    operation_id = "read_alert",
    responses((status = 200, description = "The alert.", body = AlertView)))]
pub(super) async fn read(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<AlertId>,
    known: Known,
) -> Answer {
    let read = alerts::read(&app.ports, &desk.staff, id).await?;
    Ok(shown(&known, &etag(read.version), &AlertView::of(&read)))
}

/// Notes that staff have settled what an alert is about. Once more changes nothing.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/settle", tag = "Online payments",
    operation_id = "settle_alert", request_body = Option<EmptyBody>,
    responses((status = 200, description = "Settled.", body = Written)))]
pub(super) async fn settle(
    State(app): State<App>,
    InPath(id): InPath<AlertId>,
    write: Keyed<EmptyBody>,
) -> Answer {
    let reply = alerts::settle(&app.ports, &write.call, id, write.expected).await?;
    Ok(written(reply, write.replayed.into()))
}
