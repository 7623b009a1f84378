//! Payment online: into which accounts, and who tried.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse as _;
use caseflow_core::domain::attempt::{Attempt, AttemptStage, AttemptState, Trouble};
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::gateway::Merchant;
use caseflow_core::domain::id::{AttemptId, InvoiceId};
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::firm::attempts;
use caseflow_core::ports::store::AttemptQuery;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::{All, Answer, Listing, etag, listed, shown};
use crate::api::money::MoneyView;
use crate::api::request::{Asked, Desk, Known};
use crate::api::wire::body;
use crate::extract::InPath;
use crate::state::App;

/// An account into which money is taken online.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Merchant)]
pub(super) struct MerchantView {
    /// The payment provider.
    #[schema(example = "stripe")]
    gateway: String,
    /// The firm's account there.
    #[schema(example = "acct_1MZh2aKx")]
    account: String,
    /// Whether its money is real: test or live.
    #[schema(example = "live")]
    mode: &'static str,
}

impl From<&Merchant> for MerchantView {
    fn from(merchant: &Merchant) -> Self {
        Self {
            gateway: merchant.gateway.to_string(),
            account: merchant.account.to_string(),
            mode: merchant.mode.code(),
        }
    }
}

/// What went wrong, in the payment provider's words.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Trouble)]
pub(super) struct TroubleView {
    /// Its code.
    #[schema(example = "card_declined")]
    code: String,
    /// What it says to staff.
    detail: String,
}

impl From<&Trouble> for TroubleView {
    fn from(trouble: &Trouble) -> Self {
        Self {
            code: trouble.code.to_string(),
            detail: trouble.detail.to_string(),
        }
    }
}

/// An attempt at paying online, in short.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AttemptSummary)]
pub(super) struct AttemptSummaryView {
    /// Its id.
    #[schema(example = "att_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Its version.
    #[schema(minimum = 1)]
    version: u64,
    /// How far it has come. Money may still come in while it is creating, open or processing; it
    /// has come in when succeeded, or held when in another currency than was asked for; none will
    /// when it is failed, expired or cancelled.
    #[schema(example = "succeeded")]
    stage: &'static str,
    /// How much was asked for.
    amount: MoneyView,
    /// The account that takes the money.
    merchant: MerchantView,
    /// When it was started.
    #[schema(format = DateTime)]
    started_at: String,
}

impl From<&Versioned<Attempt>> for AttemptSummaryView {
    fn from(read: &Versioned<Attempt>) -> Self {
        let attempt = &read.value;
        Self {
            id: attempt.id.to_string(),
            version: read.version.0,
            stage: attempt.stage().code(),
            amount: attempt.amount.into(),
            merchant: (&attempt.merchant).into(),
            started_at: attempt.started_at.to_string(),
        }
    }
}

/// A contact's attempt at paying an invoice online.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attempt)]
pub(super) struct AttemptView {
    #[serde(flatten)]
    summary: AttemptSummaryView,
    /// The invoice.
    invoice: String,
    /// Its client.
    client: String,
    /// The contact who pays.
    contact: String,
    /// What was due on the invoice when it was started.
    balance: MoneyView,
    /// What the payment provider calls the checkout, once that is known.
    reference: Option<String>,
    /// What the payment provider calls the charge, once there was one.
    txn: Option<String>,
    /// What was collected in another currency than was asked for: it is on no invoice.
    held: Option<MoneyView>,
    /// What went wrong last.
    trouble: Option<TroubleView>,
    /// When its checkout closes.
    #[schema(format = DateTime)]
    expires_at: String,
    /// When it was found out that it had succeeded, is held, or had ended.
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// When the payment provider is asked about it next; null when there is nothing left to ask.
    #[schema(format = DateTime)]
    next_check_at: Option<String>,
}

impl AttemptView {
    fn of(read: &Versioned<Attempt>) -> Self {
        let attempt = &read.value;
        let (held, ended_at) = match &attempt.state {
            AttemptState::Held { collected, at, .. } => (Some(*collected), Some(at)),
            AttemptState::Succeeded { at, .. } | AttemptState::Ended { at, .. } => (None, Some(at)),
            AttemptState::Creating | AttemptState::Open(_) | AttemptState::Processing(_) => {
                (None, None)
            }
        };
        Self {
            summary: read.into(),
            invoice: attempt.invoice.to_string(),
            client: attempt.client.to_string(),
            contact: attempt.contact.to_string(),
            balance: attempt.balance.into(),
            reference: attempt.reference().map(ToString::to_string),
            txn: attempt.txn().map(ToString::to_string),
            held: held.map(Into::into),
            trouble: attempt.trouble.as_ref().map(Into::into),
            expires_at: attempt.order.expires_at.to_string(),
            ended_at: ended_at.map(ToString::to_string),
            next_check_at: attempt.next_check.map(|at| at.to_string()),
        }
    }
}

body! {
    /// Which attempts.
    AttemptsQuery {
        /// Only those that have come so far.
        stage: Option<AttemptStage>,
        /// Only those at this invoice.
        invoice: Option<InvoiceId>,
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<()>>,
    }
}

impl From<AttemptsQuery> for AttemptQuery {
    fn from(query: AttemptsQuery) -> Self {
        Self {
            stage: query.stage,
            invoice: query.invoice,
            page: PageQuery {
                after: query.after,
                size: query.limit,
            },
        }
    }
}

/// The accounts into which the firm takes money online, the one for new payments first; none when
/// it takes none. Whether their money is real, their `mode` says.
#[utoipa::path(get, path = "/api/v1/gateways", tag = "Online payments",
    operation_id = "list_gateways",
    responses((status = 200, description = "The accounts.", body = All<MerchantView>)))]
pub(super) async fn merchants(State(app): State<App>, desk: Desk) -> Answer {
    let merchants = attempts::merchants(&app.ports, &desk.staff);
    let data = merchants.iter().map(MerchantView::from).collect();
    Ok(Json(All { data }).into_response())
}

/// Contacts' attempts at paying online, newest first.
#[utoipa::path(get, path = "/api/v1/attempts", tag = "Online payments",
    operation_id = "list_attempts", params(AttemptsQuery),
    responses((status = 200, description = "A page of attempts.", body = Listing<AttemptView>)))]
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    Asked(query): Asked<AttemptsQuery>,
) -> Answer {
    let page = attempts::list(&app.ports, &desk.staff, &query.into()).await?;
    Ok(listed(&page, AttemptView::of))
}

/// One attempt, as it is on record: the payment provider is not asked.
#[utoipa::path(get, path = "/api/v1/attempts/{id}", tag = "Online payments",
    operation_id = "read_attempt",
    responses((status = 200, description = "The attempt.", body = AttemptView)))]
pub(super) async fn read(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<AttemptId>,
    known: Known,
) -> Answer {
    let read = attempts::read(&app.ports, &desk.staff, id).await?;
    Ok(shown(&known, &etag(read.version), &AttemptView::of(&read)))
}
