//! The payment history over all invoices.

use axum::extract::State;
use caseflow_core::domain::access::Section;
use caseflow_core::domain::id::{PaymentId, ReversalId};
use caseflow_core::domain::payment::Payment;
use caseflow_core::domain::reversal::Reversal;
use caseflow_core::portal::{Visited, payments};
use caseflow_core::ports::store::{self, HistoryRow, ReversalRow};
use serde::Deserialize;

use super::format::{Amount, money, text};
use super::page::{self, Answer, Turning};
use super::remember::Lasts;
use super::views::frame::Place;
use super::views::pay::Paper;
use super::views::payments::{PaymentHistory, PaymentRow, RecordKind};
use crate::download;
use crate::error::Failure;
use crate::extract::{InPath, Query, SignedIn};
use crate::state::{App, Here};
use crate::urls::Urls;

/// Which page of the history.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    after: Option<String>,
}

/// Every payment and what went back of it, newest first.
pub(super) async fn list(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    let turning = Turning::parse(asked.after.as_deref()).ok_or(Failure::NOT_FOUND)?;
    let Visited { who, page } = payments::list(&app.ports, &visiting, &turning.query()).await?;
    let (frame, bar) = page::inside(&here, &who);
    let page = page::ok(&PaymentHistory {
        pager: turning.pager(&here.urls.payments(), page.next.as_ref()),
        frame,
        bar: bar.at(Place::Section(Section::Invoices)),
        rows: page
            .rows
            .iter()
            .map(|row| in_list(&here.urls, row))
            .collect(),
    })?;
    Ok(Lasts::of(who.firm(), None).on(page))
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

/// The note of a refund, of one that came back, or of a dispute, as a PDF file.
pub(super) async fn note(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<ReversalId>,
) -> Answer {
    let document = payments::note(&app.ports, &visiting, id).await?;
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

/// The receipt of a payment, which a voided one has too.
pub(super) fn receipt_of(urls: &Urls, payment: &Payment) -> Option<Paper> {
    let number = payment.receipt.taken()?;
    Some(Paper {
        number: number.to_string(),
        link: urls.receipt(&payment.id.to_string()),
    })
}

pub(super) fn note_of(urls: &Urls, reversal: &Reversal) -> Option<Paper> {
    let number = reversal.number.taken()?;
    Some(Paper {
        number: number.to_string(),
        link: urls.reversal_note(&reversal.id.to_string()),
    })
}

/// What a reversal adds to what was received: less than nothing when the money went back.
pub(super) fn moved(reversal: &Reversal) -> Amount {
    let taken = reversal.taken();
    money(taken.checked_neg().unwrap_or(taken))
}

fn in_list(urls: &Urls, row: &HistoryRow) -> PaymentRow {
    match row {
        HistoryRow::Payment(row) => received(urls, row),
        HistoryRow::Reversal(row) => went_back(urls, row),
    }
}

fn received(urls: &Urls, row: &store::PaymentRow) -> PaymentRow {
    let payment = &row.payment.value;
    PaymentRow {
        kind: kind_of(payment),
        paper: receipt_of(urls, payment),
        day: payment.received_on.into(),
        invoice_id: payment.invoice.to_string(),
        invoice_number: text(row.invoice_number.as_ref()),
        mode: Some(payment.mode),
        reference: payment.reference.as_ref().map(ToString::to_string),
        amount: money(payment.amount),
    }
}

fn went_back(urls: &Urls, row: &ReversalRow) -> PaymentRow {
    let reversal = &row.reversal;
    PaymentRow {
        kind: RecordKind::Reversal(reversal.kind),
        paper: note_of(urls, reversal),
        day: reversal.on.into(),
        invoice_id: reversal.invoice.to_string(),
        invoice_number: text(row.invoice_number.as_ref()),
        mode: None,
        reference: None,
        amount: moved(reversal),
    }
}
