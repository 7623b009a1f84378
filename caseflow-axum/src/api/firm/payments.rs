//! Payments: recorded by hand and voided, or made online.

use axum::extract::State;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::id::{ClientId, InvoiceId, PaymentId};
use caseflow_core::domain::number::DocumentNumber;
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::domain::payment::{Charge, Payment, PaymentMode};
use caseflow_core::domain::text::{Line, Prose};
use caseflow_core::firm::invoices;
use caseflow_core::firm::payments::{self, PaymentInput};
use caseflow_core::ports::store::{InvoiceFile, PaymentQuery, PaymentRow};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::attempts::MerchantView;
use super::refunds::{RefundView, ReversalView};
use crate::api::answer::{
    Answer, Listing, Written, created, digest_of, etag, etag_with, listed, shown, written,
};
use crate::api::invoice::PaymentFactsView;
use crate::api::money::Sum;
use crate::api::request::{Asked, Desk, Keyed, Known};
use crate::api::wire::body;
use crate::download;
use crate::extract::InPath;
use crate::state::App;

/// A payment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payment)]
pub(super) struct PaymentView {
    /// Its version.
    #[schema(minimum = 1)]
    version: u64,
    #[serde(flatten)]
    facts: PaymentFactsView,
    /// The client who paid.
    client: String,
    /// The number of the invoice it pays.
    invoice_number: Option<String>,
    /// A note for staff; never shown to contacts.
    note: Option<String>,
    /// The payment as the payment provider knows it; null when it was written down by hand.
    charge: Option<ChargeView>,
    /// When it was written down.
    #[schema(format = DateTime)]
    recorded_at: String,
}

impl PaymentView {
    pub(super) fn of(read: &Versioned<Payment>, invoice: Option<&DocumentNumber>) -> Self {
        let payment = &read.value;
        Self {
            version: read.version.0,
            facts: payment.into(),
            client: payment.client.to_string(),
            invoice_number: invoice.map(ToString::to_string),
            note: payment.note.as_ref().map(ToString::to_string),
            charge: payment.charge.as_ref().map(Into::into),
            recorded_at: payment.recorded_at.to_string(),
        }
    }

    fn of_row(row: &PaymentRow) -> Self {
        Self::of(&row.payment, row.invoice_number.as_ref())
    }
}

/// A payment as the payment provider knows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Charge)]
pub(super) struct ChargeView {
    #[serde(flatten)]
    merchant: MerchantView,
    /// What the payment provider calls it.
    txn: String,
    /// The attempt by which it was made.
    #[schema(example = "att_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    attempt: String,
}

impl From<&Charge> for ChargeView {
    fn from(charge: &Charge) -> Self {
        Self {
            merchant: (&charge.merchant).into(),
            txn: charge.txn.to_string(),
            attempt: charge.attempt.to_string(),
        }
    }
}

/// A payment with what became of its money.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentWithRecords)]
pub(super) struct PaymentFileView {
    #[serde(flatten)]
    payment: PaymentView,
    #[serde(flatten)]
    records: PaymentRecordsView,
}

/// What became of a payment's money.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentRecords)]
pub(super) struct PaymentRecordsView {
    /// What went back of it, or came back to the firm.
    reversals: Vec<ReversalView>,
    /// The refunds that staff asked for.
    refunds: Vec<RefundView>,
}

impl PaymentRecordsView {
    fn of(file: &InvoiceFile, id: PaymentId) -> Self {
        let reversals = file.reversals.iter();
        let refunds = file.refunds.iter();
        Self {
            reversals: reversals
                .filter(|reversal| reversal.payment == id)
                .map(Into::into)
                .collect(),
            refunds: refunds
                .filter(|refund| refund.value.payment == id)
                .map(Into::into)
                .collect(),
        }
    }

    /// They change without the payment.
    fn etag(&self, read: &Versioned<Payment>) -> String {
        match self.reversals.is_empty() && self.refunds.is_empty() {
            true => etag(read.version),
            false => etag_with(read.version, &digest_of(self)),
        }
    }
}

body! {
    /// A payment that came in some other way than through the portal.
    PaymentBody {
        /// How much: more than zero and at most what is due, or the word `balance` for all of it.
        amount: Sum,
        /// The day of receipt; today in the firm's zone when absent.
        received_on: Option<NaiveDate>,
        /// How it was paid. What is paid online is recorded by itself, never by hand.
        mode: PaymentMode,
        /// A cheque number, a bank reference and the like; shown to the client.
        reference: Option<Line<100>>,
        /// A note for staff; never shown to contacts.
        note: Option<Prose<1000>>,
    }
}

impl From<PaymentBody> for PaymentInput {
    fn from(body: PaymentBody) -> Self {
        Self {
            amount: body.amount.chosen(),
            received_on: body.received_on,
            mode: body.mode,
            reference: body.reference,
            note: body.note,
        }
    }
}

body! {
    /// Why a payment is voided.
    VoidBody {
        /// Shown to the client.
        reason: Option<Line<200>>,
    }
}

body! {
    /// Which payments.
    PaymentsQuery {
        /// Only those of this client.
        client: Option<ClientId>,
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<NaiveDate>>,
    }
}

impl From<PaymentsQuery> for PaymentQuery {
    fn from(query: PaymentsQuery) -> Self {
        Self {
            client: query.client,
            page: PageQuery {
                after: query.after,
                size: query.limit,
            },
        }
    }
}

/// Records a payment. The reply names the payment; `If-Match` means the invoice.
#[utoipa::path(post, path = "/api/v1/invoices/{id}/payments", tag = "Payments",
    operation_id = "record_payment", request_body = PaymentBody,
    responses((status = 201, description = "Recorded.", body = Written)))]
pub(super) async fn record(
    State(app): State<App>,
    desk: Desk,
    InPath(invoice): InPath<InvoiceId>,
    write: Keyed<PaymentBody>,
) -> Answer {
    let input = write.body.into();
    let reply = payments::record(&app.ports, &write.call, invoice, write.expected, input).await?;
    let path = format!("/api/v1/payments/{}", reply.id);
    Ok(created(&desk, &path, reply, write.replayed.into()))
}

/// The firm's payments, newest day first, voided ones too.
#[utoipa::path(get, path = "/api/v1/payments", tag = "Payments", operation_id = "list_payments",
    params(PaymentsQuery),
    responses((status = 200, description = "A page of payments.", body = Listing<PaymentView>)))]
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    Asked(query): Asked<PaymentsQuery>,
) -> Answer {
    let page = payments::list(&app.ports, &desk.staff, &query.into()).await?;
    Ok(listed(&page, PaymentView::of_row))
}

/// One payment with what became of its money.
#[utoipa::path(get, path = "/api/v1/payments/{id}", tag = "Payments",
    operation_id = "read_payment",
    responses((status = 200, description = "The payment.", body = PaymentFileView)))]
pub(super) async fn read(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<PaymentId>,
    known: Known,
) -> Answer {
    let row = payments::read(&app.ports, &desk.staff, id).await?;
    let invoice = row.payment.value.invoice;
    let file = invoices::read(&app.ports, &desk.staff, invoice).await?;
    let records = PaymentRecordsView::of(&file, id);
    let etag = records.etag(&row.payment);
    let payment = PaymentView::of_row(&row);
    Ok(shown(&known, &etag, &PaymentFileView { payment, records }))
}

/// The receipt of one payment as a PDF file, in the language of the client's primary contact; of a
/// voided one too, which says so.
#[utoipa::path(get, path = "/api/v1/payments/{id}/receipt", tag = "Payments",
    operation_id = "print_receipt",
    responses((status = 200, description = "The file.", content_type = "application/pdf",
        body = Vec<u8>)))]
pub(super) async fn receipt(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<PaymentId>,
) -> Answer {
    let document = payments::receipt(&app.ports, &desk.staff, id).await?;
    Ok(download::pdf(document))
}

/// Voids a payment: its amount is due again, its receipt and its place in the history stay. One that
/// was made online cannot be voided: it is refunded.
#[utoipa::path(post, path = "/api/v1/payments/{id}/void", tag = "Payments",
    operation_id = "void_payment", request_body = Option<VoidBody>,
    responses((status = 200, description = "Voided.", body = Written)))]
pub(super) async fn void(
    State(app): State<App>,
    InPath(id): InPath<PaymentId>,
    write: Keyed<VoidBody>,
) -> Answer {
    let reason = write.body.reason;
    let reply = payments::void(&app.ports, &write.call, id, write.expected, reason).await?;
    Ok(written(reply, write.replayed.into()))
}
