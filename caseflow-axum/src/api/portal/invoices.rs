//! The client's invoices. Drafts are never among them.

use axum::extract::State;
use caseflow_core::domain::invoice::InvoiceStatus;
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::portal::invoices;
use caseflow_core::ports::store::{InvoiceFile, InvoiceQuery};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::{Answer, Listing, etag_with, listed, shown};
use crate::api::invoice::{CreditView, FactsView, PaymentFactsView, SummaryView};
use crate::api::request::{Asked, Known};
use crate::api::wire::body;
use crate::download;
use crate::extract::{InPath, SignedIn};
use crate::state::App;

/// An invoice as its client sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invoice)]
pub(super) struct InvoiceView {
    #[serde(flatten)]
    facts: FactsView,
    /// Its payments, voided ones too.
    payments: Vec<PaymentFactsView>,
    /// Its credits.
    credits: Vec<CreditView>,
}

impl InvoiceView {
    fn of(file: &InvoiceFile, today: NaiveDate) -> Self {
        let payments = file.payments.iter();
        Self {
            facts: FactsView::of(&file.invoice.value, today),
            payments: payments.map(|payment| (&payment.value).into()).collect(),
            credits: file.credits.iter().map(Into::into).collect(),
        }
    }
}

body! {
    /// Which invoices.
    MyInvoicesQuery {
        /// Only those with this status, as it is at this moment.
        status: Option<InvoiceStatus>,
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<NaiveDate>>,
    }
}

/// The client's invoices, newest date first.
#[utoipa::path(get, path = "/api/v1/invoices", tag = "Invoices", operation_id = "list_invoices",
    params(MyInvoicesQuery),
    responses((status = 200, description = "A page of invoices.", body = Listing<SummaryView>)))]
pub(super) async fn list(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    Asked(query): Asked<MyInvoicesQuery>,
) -> Answer {
    let query = InvoiceQuery {
        status: query.status,
        client: None,
        page: PageQuery {
            after: query.after,
            size: query.limit,
        },
    };
    let visited = invoices::list(&app.ports, &visiting, &query).await?;
    let today = visited.who.firm().today(app.ports.now());
    Ok(listed(&visited.page, |row| SummaryView::of(row, today)))
}

/// One invoice with its payments and credits.
#[utoipa::path(get, path = "/api/v1/invoices/{id}", tag = "Invoices",
    operation_id = "read_invoice",
    responses((status = 200, description = "The invoice.", body = InvoiceView)))]
pub(super) async fn read(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<caseflow_core::domain::id::InvoiceId>,
    known: Known,
) -> Answer {
    let visited = invoices::read(&app.ports, &visiting, id).await?;
    let today = visited.who.firm().today(app.ports.now());
    let view = InvoiceView::of(&visited.page, today);
    let etag = etag_with(visited.page.invoice.version, view.facts.status);
    Ok(shown(&known, &etag, &view))
}

/// One invoice as a PDF file, as it stands now.
#[utoipa::path(get, path = "/api/v1/invoices/{id}/pdf", tag = "Invoices",
    operation_id = "print_invoice",
    responses((status = 200, description = "The file.", content_type = "application/pdf",
        body = Vec<u8>)))]
pub(super) async fn pdf(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<caseflow_core::domain::id::InvoiceId>,
) -> Answer {
    let document = invoices::pdf(&app.ports, &visiting, id).await?;
    Ok(download::pdf(document))
}
