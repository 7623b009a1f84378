//! Paying an invoice online, and what became of it.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::IntoResponse as _;
use caseflow_core::domain::attempt::NextStep;
use caseflow_core::domain::id::{AttemptId, InvoiceId};
use caseflow_core::portal::pay::{self, Returned, Start};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::{Answer, digest_of, shown};
use crate::api::money::{MoneyBody, MoneyView};
use crate::api::request::{Json, Known};
use crate::api::wire::body;
use crate::extract::{InPath, SignedIn};
use crate::state::App;

body! {
    /// How much is to be paid online.
    PayBody {
        /// All that is due when absent. Another amount only where the invoice's `pay_online` has a
        /// `minimum`: from that up to what is due.
        amount: Option<MoneyBody>,
    }
}

/// What became of the wish to pay.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PayStarted)]
pub(super) struct StartView {
    /// The attempt, whose address says what becomes of it.
    #[schema(example = "att_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    attempt: String,
    /// What comes next.
    next: NextView,
}

/// What the payer does next.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = NextStep)]
pub(super) enum NextView {
    /// Goes to a page of the payment provider's.
    Redirect {
        /// Where.
        #[schema(format = "uri", example = "https://pay.example/c/1")]
        url: String,
    },
    /// Fills in the payment provider's form, which its script shows in a page of the caller's.
    Embedded {
        /// Where the script is.
        #[schema(format = "uri", example = "https://pay.example/form.js")]
        script: String,
        /// What the script is told, by name. It is meant for the payer alone.
        settings: BTreeMap<String, String>,
    },
    /// Nothing: money came in already, or is on its way. The attempt says more.
    Told,
}

impl StartView {
    fn of(start: Start) -> Self {
        let (attempt, next) = match start {
            Start::Go { attempt, next } => (attempt, next.into()),
            Start::Told(attempt) => (attempt, NextView::Told),
        };
        Self {
            attempt: attempt.to_string(),
            next,
        }
    }
}

impl From<NextStep> for NextView {
    fn from(next: NextStep) -> Self {
        match next {
            NextStep::Redirect(url) => Self::Redirect {
                url: url.to_string(),
            },
            NextStep::Embedded { script, settings } => Self::Embedded {
                script: script.to_string(),
                settings,
            },
        }
    }
}

/// What became of an attempt at paying online.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attempt)]
pub(super) struct AttemptView {
    /// Its id.
    #[schema(example = "att_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// The invoice.
    invoice: String,
    /// How far it has come: creating, open (it waits for the payer), processing (the money is on its
    /// way, for days with some methods), succeeded, held (money came in that the firm looks at
    /// first), failed, expired, cancelled.
    #[schema(example = "succeeded")]
    stage: &'static str,
    /// How much was asked for.
    amount: MoneyView,
    /// The payment that it brought, once it succeeded.
    #[schema(example = "pay_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    payment: Option<String>,
    /// What is still to be paid on the invoice now.
    amount_due: MoneyView,
    /// When it was started.
    #[schema(format = DateTime)]
    started_at: String,
    /// When its checkout closes.
    #[schema(format = DateTime)]
    expires_at: String,
}

impl AttemptView {
    fn of(returned: &Returned) -> Self {
        let attempt = &returned.attempt;
        let payments = returned.invoice.payments.iter();
        let mut brought = payments.filter(|payment| {
            let charge = payment.value.charge.as_ref();
            charge.is_some_and(|charge| charge.attempt == attempt.id)
        });
        Self {
            id: attempt.id.to_string(),
            invoice: attempt.invoice.to_string(),
            stage: attempt.stage().code(),
            amount: attempt.amount.into(),
            payment: brought.next().map(|payment| payment.value.id.to_string()),
            amount_due: returned.invoice.invoice.value.amount_due().into(),
            started_at: attempt.started_at.to_string(),
            expires_at: attempt.order.expires_at.to_string(),
        }
    }
}

/// Starts to pay an invoice online, or goes on with what was started: the same request once more
/// leads to the same checkout. It is paid at the payment provider; nothing is charged here.
#[utoipa::path(post, path = "/api/v1/invoices/{id}/pay", tag = "Invoices",
    operation_id = "pay_invoice", request_body = Option<PayBody>,
    responses((status = 200, description = "What comes next.", body = StartView)))]
pub(super) async fn start(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<InvoiceId>,
    Json(body): Json<PayBody>,
) -> Answer {
    let wanted = body.amount.map(Into::into);
    let start = pay::start(&app.ports, &visiting, id, wanted).await?;
    Ok(axum::Json(StartView::of(start)).into_response())
}

/// What became of an attempt at paying online. The payment provider is asked first; when it does not
/// answer, what is on record is told.
#[utoipa::path(get, path = "/api/v1/payments/attempts/{id}", tag = "Payments",
    operation_id = "read_attempt",
    responses((status = 200, description = "The attempt.", body = AttemptView)))]
pub(super) async fn read(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<AttemptId>,
    known: Known,
) -> Answer {
    let returned = pay::returned(&app.ports, &visiting, id).await?.page;
    let view = AttemptView::of(&returned);
    let etag = format!("\"{}\"", digest_of(&view));
    Ok(shown(&known, &etag, &view))
}
