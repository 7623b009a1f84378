//! The client's invoices. Drafts are never among them.

use axum::extract::State;
use caseflow_core::Ports;
use caseflow_core::domain::changes::Version;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::invoice::InvoiceStatus;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::portal::{invoices, pay};
use caseflow_core::ports::store::{InvoiceFile, InvoiceQuery, InvoiceRow};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::{Answer, Listing, digest_of, etag_with, listed, shown};
use crate::api::invoice::{
    CreditView, FactsView, PaymentFactsView, ReversalFactsView, SummaryView,
};
use crate::api::money::MoneyView;
use crate::api::request::{Asked, Known};
use crate::api::wire::body;
use crate::download;
use crate::extract::{InPath, SignedIn};
use crate::state::App;

/// That an invoice can be paid online.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PayOnline)]
pub(super) struct PayOnlineView {
    /// What is due: what is paid when nothing else is said.
    due: MoneyView,
    /// The least that may be paid instead; null when it has to be all that is due.
    minimum: Option<MoneyView>,
}

impl PayOnlineView {
    fn of(ports: &Ports, firm: &Firm, due: Money) -> Option<Self> {
        let offer = pay::offer(ports, firm, due)?;
        Some(Self {
            due: offer.due.into(),
            minimum: offer.least.map(Into::into),
        })
    }
}

/// An invoice as a list shows it to its client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MyInvoiceSummary)]
pub(super) struct RowView {
    #[serde(flatten)]
    summary: SummaryView,
    /// How it can be paid online; null when it cannot.
    pay_online: Option<PayOnlineView>,
}

impl RowView {
    pub(super) fn of(ports: &Ports, firm: &Firm, row: &InvoiceRow) -> Self {
        Self {
            summary: SummaryView::of(row, firm.today(ports.now())),
            pay_online: PayOnlineView::of(ports, firm, row.amount_due()),
        }
    }
}

/// An invoice as its client sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invoice)]
pub(super) struct InvoiceView {
    #[serde(flatten)]
    facts: FactsView,
    /// Its payments, voided ones too.
    payments: Vec<PaymentFactsView>,
    /// What went back of them, or came back to the firm.
    reversals: Vec<ReversalFactsView>,
    /// Its credits.
    credits: Vec<CreditView>,
    /// How it can be paid online; null when it cannot.
    pay_online: Option<PayOnlineView>,
}

impl InvoiceView {
    fn of(ports: &Ports, firm: &Firm, file: &InvoiceFile) -> Self {
        let invoice = &file.invoice.value;
        let payments = file.payments.iter();
        Self {
            facts: FactsView::of(invoice, firm.today(ports.now())),
            payments: payments.map(|payment| (&payment.value).into()).collect(),
            reversals: file.reversals.iter().map(Into::into).collect(),
            credits: file.credits.iter().map(Into::into).collect(),
            pay_online: PayOnlineView::of(ports, firm, invoice.amount_due()),
        }
    }

    /// The status changes overnight, and the firm decides how it can be paid.
    fn etag(&self, version: Version) -> String {
        let status = self.facts.status;
        match &self.pay_online {
            None => etag_with(version, status),
            Some(offer) => etag_with(version, &format!("{status}-{}", digest_of(offer))),
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
    responses((status = 200, description = "A page of invoices.", body = Listing<RowView>)))]
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
    let firm = visited.who.firm();
    Ok(listed(&visited.page, |row| {
        RowView::of(&app.ports, firm, row)
    }))
}

/// One invoice with its payments and credits, and how it can be paid online.
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
    let view = InvoiceView::of(&app.ports, visited.who.firm(), &visited.page);
    let etag = view.etag(visited.page.invoice.version);
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
