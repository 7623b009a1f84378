//! Refunds of online payments, and what went back.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse as _;
use caseflow_core::Error;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::id::{PaymentId, ReversalId};
use caseflow_core::domain::refund::{Refund, RefundState};
use caseflow_core::domain::reversal::Reversal;
use caseflow_core::domain::text::Line;
use caseflow_core::firm::refunds::{self, RefundInput};
use serde::Serialize;
use utoipa::ToSchema;

use super::attempts::{MerchantView, TroubleView};
use crate::api::answer::{All, Answer, created_as};
use crate::api::invoice::ReversalFactsView;
use crate::api::money::{MoneyView, Sum};
use crate::api::request::{Desk, Keyed};
use crate::api::wire::body;
use crate::download;
use crate::extract::InPath;
use crate::state::App;

/// A refund that staff asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Refund)]
pub(super) struct RefundView {
    /// Its id.
    #[schema(example = "ref_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Its version.
    #[schema(minimum = 1)]
    version: u64,
    /// The payment it is part of.
    payment: String,
    /// The invoice that was paid.
    invoice: String,
    /// How much.
    amount: MoneyView,
    /// Why; shown to the client.
    reason: Option<String>,
    /// How far it has come: asked (the payment provider may not have heard of it, and is asked
    /// again), accepted (the money is on its way), done (it went back), refused.
    #[schema(example = "accepted")]
    state: &'static str,
    /// What the payment provider calls it, once it is done.
    txn: Option<String>,
    /// Why it was refused.
    trouble: Option<TroubleView>,
    /// When it was asked for.
    #[schema(format = DateTime)]
    asked_at: String,
}

impl From<&Versioned<Refund>> for RefundView {
    fn from(read: &Versioned<Refund>) -> Self {
        let refund = &read.value;
        let (txn, trouble) = match &refund.state {
            RefundState::Asked | RefundState::Accepted => (None, None),
            RefundState::Done(txn) => (Some(txn.to_string()), None),
            RefundState::Refused(trouble) => (None, Some(trouble.into())),
        };
        Self {
            id: refund.id.to_string(),
            version: read.version.0,
            payment: refund.payment.to_string(),
            invoice: refund.invoice.to_string(),
            amount: refund.amount.into(),
            reason: refund.reason.as_ref().map(ToString::to_string),
            state: refund.state.code(),
            txn,
            trouble,
            asked_at: refund.asked_at.to_string(),
        }
    }
}

/// Money of an online payment that went back, or came back to the firm.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reversal)]
pub(super) struct ReversalView {
    #[serde(flatten)]
    facts: ReversalFactsView,
    /// The account it left or came back to.
    merchant: MerchantView,
    /// What the payment provider calls the refund or dispute.
    txn: String,
    /// When it was written down.
    #[schema(format = DateTime)]
    recorded_at: String,
}

impl From<&Reversal> for ReversalView {
    fn from(reversal: &Reversal) -> Self {
        Self {
            facts: reversal.into(),
            merchant: (&reversal.merchant).into(),
            txn: reversal.txn.to_string(),
            recorded_at: reversal.recorded_at.to_string(),
        }
    }
}

body! {
    /// A refund.
    RefundBody {
        /// How much: more than zero and at most what is left of the payment, or the word `balance`
        /// for all of that.
        amount: Sum,
        /// Why; shown to the client.
        reason: Option<Line<200>>,
    }
}

/// Asks for a part of an online payment, or all of it, to go back to the payer. The payment provider
/// is asked at once, and again by itself when it does not answer. `If-Match` means the payment. A
/// repeated request is answered with the refund as it is then.
#[utoipa::path(post, path = "/api/v1/payments/{id}/refunds", tag = "Payments",
    operation_id = "ask_for_refund", request_body = RefundBody,
    responses((status = 201, description = "Asked for. How far it has come, `state` says.",
        body = RefundView)))]
pub(super) async fn ask(
    State(app): State<App>,
    desk: Desk,
    InPath(payment): InPath<PaymentId>,
    write: Keyed<RefundBody>,
) -> Answer {
    let input = RefundInput {
        amount: write.body.amount.chosen(),
        reason: write.body.reason,
    };
    let reply = refunds::ask(&app.ports, &write.call, payment, write.expected, input).await?;
    let all = refunds::list(&app.ports, &desk.staff, payment).await?;
    let mut all = all.iter();
    let asked = all.find(|refund| reply.id == refund.value.id.into());
    let asked = asked.ok_or(Error::NotFound)?;
    let path = format!("/api/v1/payments/{payment}/refunds");
    let turn = write.replayed.into();
    Ok(created_as(
        &desk,
        &path,
        asked.version,
        turn,
        &RefundView::from(asked),
    ))
}

/// The refunds that were asked for of a payment, oldest first. What really went back, the payment's
/// `reversals` say.
#[utoipa::path(get, path = "/api/v1/payments/{id}/refunds", tag = "Payments",
    operation_id = "list_refunds",
    responses((status = 200, description = "The refunds.", body = All<RefundView>)))]
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    InPath(payment): InPath<PaymentId>,
) -> Answer {
    let all = refunds::list(&app.ports, &desk.staff, payment).await?;
    let data = all.iter().map(RefundView::from).collect();
    Ok(Json(All { data }).into_response())
}

/// The note of one reversal as a PDF file, in the language of the client's primary contact: of a
/// refund, of one that came back, of a dispute, of one that the firm won.
#[utoipa::path(get, path = "/api/v1/reversals/{id}/note", tag = "Payments",
    operation_id = "print_note",
    responses((status = 200, description = "The file.", content_type = "application/pdf",
        body = Vec<u8>)))]
pub(super) async fn note(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<ReversalId>,
) -> Answer {
    let document = refunds::note(&app.ports, &desk.staff, id).await?;
    Ok(download::pdf(document))
}
