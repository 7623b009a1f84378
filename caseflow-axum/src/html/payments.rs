//! The payment history over all invoices.

use axum::extract::State;
use caseflow_core::domain::access::Section;
use caseflow_core::domain::id::PaymentId;
use caseflow_core::domain::payment::Payment;
use caseflow_core::portal::{Visited, payments};
use caseflow_core::ports::store;
use serde::Deserialize;

use super::format::{money, text};
use super::page::{self, Answer, Turning};
use super::views::frame::Place;
use super::views::payments::{PaymentHistory, PaymentRow, RecordKind};
use crate::download;
use crate::error::Failure;
use crate::extract::{InPath, Query, SignedIn};
use crate::state::{App, Here};

/// Which page of the history.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    after: Option<String>,
}

/// Every payment, newest first.
pub(super) async fn list(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    let turning = Turning::parse(asked.after.as_deref()).ok_or(Failure::NOT_FOUND)?;
    let Visited { who, page } = payments::list(&app.ports, &visiting, &turning.query()).await?;
    let (frame, bar) = page::inside(&here, &who);
    page::ok(&PaymentHistory {
        pager: turning.pager(&here.urls.payments(), page.next.as_ref()),
        frame,
        bar: bar.at(Place::Section(Section::Invoices)),
        rows: page.rows.iter().map(in_list).collect(),
    })
}

/// The receipt of one payment, as a PDF file.
pub(super) async fn receipt(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<PaymentId>,
) -> Answer {
    let document = payments::receipt(&app.ports, &visiting, id).await?;
    Ok(download::pdf(document))
}

/// A voided payment stays in the history and is marked.
pub(super) fn kind_of(payment: &Payment) -> RecordKind {
    if payment.stands() {
        RecordKind::Payment
    } else {
        RecordKind::VoidedPayment
    }
}

fn in_list(row: &store::PaymentRow) -> PaymentRow {
    let payment = &row.payment.value;
    PaymentRow {
        kind: kind_of(payment),
        id: payment.id.to_string(),
        receipt: payment.receipt.taken().map(ToString::to_string),
        day: payment.received_on.into(),
        invoice_id: payment.invoice.to_string(),
        invoice_number: text(row.invoice_number.as_ref()),
        mode: Some(payment.mode),
        reference: payment.reference.as_ref().map(ToString::to_string),
        amount: money(payment.amount),
    }
}
