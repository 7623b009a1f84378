//! Invoices: drafting, issuing, changing, calling off, crediting.

use axum::extract::State;
use caseflow_core::domain::changes::Version;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::id::{ClientId, InvoiceId};
use caseflow_core::domain::invoice::{InvoiceStatus, InvoiceTerms};
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::domain::pricing::{Discount, PriceMode};
use caseflow_core::domain::text::{Line, Prose};
use caseflow_core::firm::invoices::{self, CreditInput};
use caseflow_core::firm::settings;
use caseflow_core::ports::store::{InvoiceFile, InvoiceQuery};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::attempts::AttemptSummaryView;
use super::payments::PaymentView;
use super::refunds::ReversalView;
use crate::api::answer::{
    Answer, Listing, Turn, Written, created, digest_of, etag_with, listed, shown, written,
};
use crate::api::invoice::{CreditView, FactsView, SummaryView};
use crate::api::money::{LineBody, Sum, pricing};
use crate::api::request::{Asked, Desk, Edit, Keyed, Known};
use crate::api::wire::{Flaws, body};
use crate::download;
use crate::extract::InPath;
use crate::state::App;

/// An invoice with its records.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invoice)]
pub(super) struct InvoiceView {
    /// Its version.
    #[schema(minimum = 1)]
    version: u64,
    #[serde(flatten)]
    facts: FactsView,
    /// A note that no contact ever sees.
    internal_note: Option<String>,
    /// Its payments, voided ones too.
    payments: Vec<PaymentView>,
    /// What went back of them, or came back to the firm.
    reversals: Vec<ReversalView>,
    /// Its credits.
    credits: Vec<CreditView>,
    /// The attempts of the client's contacts at paying it online.
    attempts: Vec<AttemptSummaryView>,
    /// When the draft was made.
    #[schema(format = DateTime)]
    created_at: String,
}

impl InvoiceView {
    fn of(file: &InvoiceFile, today: NaiveDate) -> Self {
        let invoice = &file.invoice.value;
        let number = invoice.number();
        let payments = file.payments.iter();
        let note = invoice.terms.internal_note.as_ref();
        Self {
            version: file.invoice.version.0,
            facts: FactsView::of(invoice, today),
            internal_note: note.map(ToString::to_string),
            payments: payments
                .map(|payment| PaymentView::of(payment, number))
                .collect(),
            reversals: file.reversals.iter().map(Into::into).collect(),
            credits: file.credits.iter().map(Into::into).collect(),
            attempts: file.attempts.iter().map(Into::into).collect(),
            created_at: invoice.created_at.to_string(),
        }
    }

    /// The status changes overnight, and attempts change without the invoice.
    fn etag(&self, version: Version) -> String {
        let status = self.facts.status;
        match self.attempts.is_empty() {
            true => etag_with(version, status),
            false => etag_with(version, &format!("{status}-{}", digest_of(&self.attempts))),
        }
    }
}

body! {
    /// What an invoice says.
    InvoiceBody {
        /// Whom it is for; it cannot change later.
        client: ClientId,
        /// The date printed on it.
        dated: NaiveDate,
        /// The last day on which it is not overdue.
        due: NaiveDate,
        /// What all its amounts are in.
        currency: Currency,
        /// Whether unit prices hold the taxes already.
        prices: PriceMode,
        /// 1 to 5,000 lines, in the order printed.
        lines: Vec<LineBody>,
        /// Taken off the sum of the lines, before tax.
        discount: Option<Discount>,
        /// The matter it belongs to.
        matter: Option<Line<120>>,
        /// A note that is printed on it.
        client_note: Option<Prose<4000>>,
        /// A note that no contact ever sees.
        internal_note: Option<Prose<4000>>,
    }
}

impl InvoiceBody {
    fn terms(self) -> (ClientId, InvoiceTerms) {
        let terms = InvoiceTerms {
            dated: self.dated,
            due: self.due,
            pricing: pricing(self.currency, self.prices, self.lines, self.discount),
            matter: self.matter,
            client_note: self.client_note,
            internal_note: self.internal_note,
        };
        (self.client, terms)
    }
}

body! {
    /// A credit.
    CreditBody {
        /// How much: more than zero and at most what is due, or the word `balance` for all of it.
        amount: Sum,
        /// The day; today in the firm's zone when absent.
        given_on: Option<NaiveDate>,
        /// Why; shown to the client.
        reason: Option<Line<200>>,
    }
}

body! {
    /// A body without members.
    EmptyBody {}
}

body! {
    /// Which invoices.
    InvoicesQuery {
        /// Only those with this status, as it is at this moment.
        status: Option<InvoiceStatus>,
        /// Only those of this client.
        client: Option<ClientId>,
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<NaiveDate>>,
    }
}

impl From<InvoicesQuery> for InvoiceQuery {
    fn from(query: InvoicesQuery) -> Self {
        Self {
            status: query.status,
            client: query.client,
            page: PageQuery {
                after: query.after,
                size: query.limit,
            },
        }
    }
}

/// The firm's invoices, newest date first.
#[utoipa::path(get, path = "/api/v1/invoices", tag = "Invoices", operation_id = "list_invoices",
    params(InvoicesQuery),
    responses((status = 200, description = "A page of invoices.", body = Listing<SummaryView>)))]
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    Asked(query): Asked<InvoicesQuery>,
) -> Answer {
    let firm = settings::read(&app.ports, &desk.staff).await?.value;
    let page = invoices::list(&app.ports, &desk.staff, &query.into()).await?;
    let today = firm.today(app.ports.now());
    Ok(listed(&page, |row| SummaryView::of(row, today)))
}

/// Makes a draft.
#[utoipa::path(post, path = "/api/v1/invoices", tag = "Invoices", operation_id = "draft_invoice",
    request_body = InvoiceBody,
    responses((status = 201, description = "Drafted.", body = Written)))]
pub(super) async fn draft(State(app): State<App>, desk: Desk, write: Keyed<InvoiceBody>) -> Answer {
    let (client, terms) = write.body.terms();
    let reply = invoices::draft(&app.ports, &write.call, client, terms).await?;
    let path = format!("/api/v1/invoices/{}", reply.id);
    Ok(created(&desk, &path, reply, write.replayed.into()))
}

/// One invoice with its records.
#[utoipa::path(get, path = "/api/v1/invoices/{id}", tag = "Invoices",
    operation_id = "read_invoice",
    responses((status = 200, description = "The invoice.", body = InvoiceView)))]
pub(super) async fn read(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<InvoiceId>,
    known: Known,
) -> Answer {
    let (file, view) = load(&app, &desk, id).await?;
    let etag = view.etag(file.invoice.version);
    Ok(shown(&known, &etag, &view))
}

/// One invoice as a PDF file, as it stands now, in the language of the client's primary contact. A
/// draft is refused: it has no number, and may still change.
#[utoipa::path(get, path = "/api/v1/invoices/{id}/pdf", tag = "Invoices",
    operation_id = "print_invoice",
    responses((status = 200, description = "The file.", content_type = "application/pdf",
        body = Vec<u8>)))]
pub(super) async fn pdf(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<InvoiceId>,
) -> Answer {
    let document = invoices::pdf(&app.ports, &desk.staff, id).await?;
    Ok(download::pdf(document))
}

/// Changes what an invoice says: a draft freely, an issued one as far as it fits what has happened.
#[utoipa::path(patch, path = "/api/v1/invoices/{id}", tag = "Invoices",
    operation_id = "change_invoice", request_body = InvoiceBody,
    responses((status = 200, description = "Changed.", body = Written)))]
pub(super) async fn change(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<InvoiceId>,
    edit: Edit,
) -> Answer {
    let (old, view) = load(&app, &desk, id).await?;
    let body: InvoiceBody = edit.over(&view)?;
    let (client, terms) = body.terms();
    if client != old.invoice.value.client {
        return Err(Flaws::one(
            "/client",
            "the client of an invoice cannot change",
        ));
    }
    let expected: Option<Version> = edit.write.expected.or(Some(old.invoice.version));
    let reply = invoices::reprice(&app.ports, &edit.write.call, id, expected, terms).await?;
    Ok(written(reply, Turn::First))
}

/// Sends a draft to the client, under the series' next number.
#[utoipa::path(post, path = "/api/v1/invoices/{id}/issue", tag = "Invoices",
    operation_id = "issue_invoice", request_body = Option<EmptyBody>,
    responses((status = 200, description = "Issued.", body = Written)))]
pub(super) async fn issue(
    State(app): State<App>,
    InPath(id): InPath<InvoiceId>,
    write: Keyed<EmptyBody>,
) -> Answer {
    let reply = invoices::issue(&app.ports, &write.call, id, write.expected).await?;
    Ok(written(reply, write.replayed.into()))
}

/// Calls an issued invoice off, as long as no money stands against it.
#[utoipa::path(post, path = "/api/v1/invoices/{id}/cancel", tag = "Invoices",
    operation_id = "cancel_invoice", request_body = Option<EmptyBody>,
    responses((status = 200, description = "Cancelled.", body = Written)))]
pub(super) async fn cancel(
    State(app): State<App>,
    InPath(id): InPath<InvoiceId>,
    write: Keyed<EmptyBody>,
) -> Answer {
    let reply = invoices::cancel(&app.ports, &write.call, id, write.expected).await?;
    Ok(written(reply, write.replayed.into()))
}

/// Gives a credit on an issued invoice. `If-Match` means the invoice.
#[utoipa::path(post, path = "/api/v1/invoices/{id}/credits", tag = "Invoices",
    operation_id = "give_credit", request_body = CreditBody,
    responses((status = 201, description = "Given. The reply names the credit.", body = Written)))]
pub(super) async fn credit(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<InvoiceId>,
    write: Keyed<CreditBody>,
) -> Answer {
    let input = CreditInput {
        amount: write.body.amount.chosen(),
        given_on: write.body.given_on,
        reason: write.body.reason,
    };
    let reply = invoices::credit(&app.ports, &write.call, id, write.expected, input).await?;
    let path = format!("/api/v1/invoices/{id}");
    Ok(created(&desk, &path, reply, write.replayed.into()))
}

async fn load(
    app: &App,
    desk: &Desk,
    id: InvoiceId,
) -> Result<(InvoiceFile, InvoiceView), caseflow_core::Error> {
    let file = invoices::read(&app.ports, &desk.staff, id).await?;
    let firm = settings::read(&app.ports, &desk.staff).await?.value;
    let view = InvoiceView::of(&file, firm.today(app.ports.now()));
    Ok((file, view))
}
