//! The client's payment history.

use axum::extract::State;
use caseflow_core::domain::id::{PaymentId, ReversalId};
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::portal::payments;
use caseflow_core::ports::store::{HistoryRow, PaymentRow, ReversalRow};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::{Answer, Listing, listed};
use crate::api::invoice::{PaymentFactsView, ReversalFactsView};
use crate::api::request::Asked;
use crate::api::wire::body;
use crate::download;
use crate::extract::{InPath, SignedIn};
use crate::state::{App, Here};
use crate::urls::Urls;

/// A line of the payment history: its `kind` says which.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = HistoryLine)]
pub(super) enum LineView {
    /// Money came in.
    Payment(Box<PaymentView>),
    /// Money went back, or came back to the firm.
    Reversal(Box<ReversalView>),
}

/// A payment as its client sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payment)]
pub(super) struct PaymentView {
    /// The word `payment`.
    #[schema(example = "payment")]
    kind: &'static str,
    #[serde(flatten)]
    facts: PaymentFactsView,
    /// The number of the invoice it pays.
    #[schema(example = "INV-0001")]
    invoice_number: Option<String>,
    /// Where its receipt is, a PDF file.
    #[schema(example = "/api/v1/payments/pay_01jd4q9m3v8x2t5w7y9z1b3d5f/receipt")]
    receipt_url: String,
}

/// A reversal as its client sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reversal)]
pub(super) struct ReversalView {
    #[serde(flatten)]
    facts: ReversalFactsView,
    /// The number of the invoice that had been paid.
    #[schema(example = "INV-0001")]
    invoice_number: Option<String>,
    /// Where its note is, a PDF file.
    #[schema(example = "/api/v1/payments/reversals/rev_01jd4q9m3v8x2t5w7y9z1b3d5f/note")]
    note_url: String,
}

impl LineView {
    fn of(urls: &Urls, row: &HistoryRow) -> Self {
        match row {
            HistoryRow::Payment(row) => Self::Payment(Box::new(PaymentView::of(urls, row))),
            HistoryRow::Reversal(row) => Self::Reversal(Box::new(ReversalView::of(urls, row))),
        }
    }
}

impl PaymentView {
    fn of(urls: &Urls, row: &PaymentRow) -> Self {
        let payment = &row.payment.value;
        Self {
            kind: "payment",
            facts: payment.into(),
            invoice_number: row.invoice_number.as_ref().map(ToString::to_string),
            receipt_url: urls.under(&format!("/api/v1/payments/{}/receipt", payment.id)),
        }
    }
}

impl ReversalView {
    fn of(urls: &Urls, row: &ReversalRow) -> Self {
        let id = row.reversal.id;
        Self {
            facts: (&row.reversal).into(),
            invoice_number: row.invoice_number.as_ref().map(ToString::to_string),
            note_url: urls.under(&format!("/api/v1/payments/reversals/{id}/note")),
        }
    }
}

body! {
    /// Which payments.
    MyPaymentsQuery {
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<NaiveDate>>,
    }
}

/// The client's payments over all invoices and what went back of them, newest day first, voided ones
/// too.
#[utoipa::path(get, path = "/api/v1/payments", tag = "Payments", operation_id = "list_payments",
    params(MyPaymentsQuery),
    responses((status = 200, description = "A page of payments.", body = Listing<LineView>)))]
pub(super) async fn list(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    Asked(query): Asked<MyPaymentsQuery>,
) -> Answer {
    let page = PageQuery {
        after: query.after,
        size: query.limit,
    };
    let visited = payments::list(&app.ports, &visiting, &page).await?;
    Ok(listed(&visited.page, |row| LineView::of(&here.urls, row)))
}

body! {
    /// Which days a statement tells of.
    MyStatementQuery {
        /// The first day; the first of January of the last one's year when absent.
        from: Option<NaiveDate>,
        /// The last day; today in the firm's zone when absent.
        to: Option<NaiveDate>,
    }
}

/// The receipt of one payment as a PDF file; of a voided one too, which says so.
#[utoipa::path(get, path = "/api/v1/payments/{id}/receipt", tag = "Payments",
    operation_id = "print_receipt",
    responses((status = 200, description = "The file.", content_type = "application/pdf",
        body = Vec<u8>)))]
pub(super) async fn receipt(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<PaymentId>,
) -> Answer {
    let document = payments::receipt(&app.ports, &visiting, id).await?;
    Ok(download::pdf(document))
}

/// The note of one reversal as a PDF file: of a refund, of one that came back, of a dispute, of one
/// that the firm won.
#[utoipa::path(get, path = "/api/v1/payments/reversals/{id}/note", tag = "Payments",
    operation_id = "print_note",
    responses((status = 200, description = "The file.", content_type = "application/pdf",
        body = Vec<u8>)))]
pub(super) async fn note(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<ReversalId>,
) -> Answer {
    let document = payments::note(&app.ports, &visiting, id).await?;
    Ok(download::pdf(document))
}

/// What was invoiced, paid and credited from one day to another, with the balance before and after,
/// as a PDF file. It tells of at most 1,000 invoices.
#[utoipa::path(get, path = "/api/v1/payments/statement", tag = "Payments",
    operation_id = "print_statement", params(MyStatementQuery),
    responses((status = 200, description = "The file.", content_type = "application/pdf",
        body = Vec<u8>)))]
pub(super) async fn statement(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    Asked(days): Asked<MyStatementQuery>,
) -> Answer {
    let document = payments::statement(&app.ports, &visiting, days.from, days.to).await?;
    Ok(download::pdf(document))
}
