//! The audit log, and the checks over it and over the accounts.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse as _;
use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::id::Subject;
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::firm::audit;
use caseflow_core::ports::store::AuditQuery;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::answer::{Answer, Listing, listed};
use crate::api::request::{Asked, Desk};
use crate::api::wire::body;
use crate::state::App;

/// A row of the log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditRow)]
pub(super) struct AuditRowView {
    /// Its place in the firm's chain, from 1.
    #[schema(minimum = 1)]
    seq: u64,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who.
    #[schema(example = "staff Back office (key_01jd4q9m3v8x2t5w7y9z1b3d5f)")]
    actor: String,
    /// The peer's address.
    ip: Option<String>,
    /// The browser.
    user_agent: Option<String>,
    /// What was done.
    #[schema(example = "invoice.issued")]
    action: String,
    /// The records it was done to.
    about: Vec<String>,
    /// Further facts, name and value.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    facts: Value,
    /// The chain's SHA-256 up to and with this row, in hexadecimal digits.
    hash: String,
}

impl AuditRowView {
    pub(super) fn of(row: &AuditRow) -> Self {
        Self {
            seq: row.seq,
            at: row.at.to_string(),
            actor: row.actor.clone(),
            ip: row.ip.clone(),
            user_agent: row.user_agent.clone(),
            action: row.action.clone(),
            about: row.about.iter().map(ToString::to_string).collect(),
            facts: serde_json::from_str(&row.facts).unwrap_or_default(),
            hash: hex(&row.hash.0),
        }
    }
}

/// What the checks found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Check)]
pub(super) struct CheckView {
    /// The audit log's chain.
    chain: ChainView,
    /// The accounts of the invoices.
    accounts: AccountsView,
}

/// Whether the chain of hashes holds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChainCheck)]
pub(super) struct ChainView {
    /// Whether every row is where it should be and says what it said.
    sound: bool,
    /// So many rows hold, from the first one on; null when the chain is broken.
    rows: Option<u64>,
    /// The hash of the last row, to be noted with each backup; null when the chain is broken.
    head: Option<String>,
    /// The place of the first bad row.
    broken_at: Option<u64>,
}

/// Whether every account is the sum of its records.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountsCheck)]
pub(super) struct AccountsView {
    /// Whether no account differs.
    sound: bool,
    /// The invoices whose account differs from their records.
    differing: Vec<String>,
}

body! {
    /// Which rows of the log.
    AuditQueryBody {
        /// Only rows about this record.
        about: Option<Subject>,
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<u64>>,
    }
}

/// The audit log, from the first row on.
#[utoipa::path(get, path = "/api/v1/audit", tag = "Audit", operation_id = "list_audit",
    params(AuditQueryBody),
    responses((status = 200, description = "A page of rows.", body = Listing<AuditRowView>)))]
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    Asked(query): Asked<AuditQueryBody>,
) -> Answer {
    let query = AuditQuery {
        about: query.about,
        page: PageQuery {
            after: query.after,
            size: query.limit,
        },
    };
    let page = audit::list(&app.ports, &desk.staff, &query).await?;
    Ok(listed(&page, AuditRowView::of))
}

/// Walks the whole chain, and adds every invoice's records up.
#[utoipa::path(get, path = "/api/v1/audit/check", tag = "Audit", operation_id = "check_audit",
    responses((status = 200, description = "What was found.", body = CheckView)))]
pub(super) async fn check(State(app): State<App>, desk: Desk) -> Answer {
    let chain = match audit::check_chain(&app.ports, &desk.staff).await? {
        Ok(check) => ChainView {
            sound: true,
            rows: Some(check.seq()),
            head: Some(hex(&check.head().0)),
            broken_at: None,
        },
        Err(broken) => ChainView {
            sound: false,
            rows: None,
            head: None,
            broken_at: Some(broken.seq),
        },
    };
    let differing = audit::check_accounts(&app.ports, &desk.staff).await?;
    let accounts = AccountsView {
        sound: differing.is_empty(),
        differing: differing.iter().map(ToString::to_string).collect(),
    };
    Ok(Json(CheckView { chain, accounts }).into_response())
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}
