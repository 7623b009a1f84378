//! A client's payment history (R-SELF-3).

use chrono::NaiveDate;

use super::{Visited, Visiting, admit_to, paper, visit};
use crate::Ports;
use crate::domain::access::Section;
use crate::domain::id::{PaymentId, ReversalId};
use crate::domain::page::{Page, PageQuery};
use crate::domain::period::Period;
use crate::error::Error;
use crate::paper::Document;
use crate::ports::store::HistoryRow;

/// The client's payments over all invoices and what went back of them, newest first, voided ones
/// too.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when invoices are closed to the contact.
pub async fn list(
    ports: &Ports,
    visiting: &Visiting,
    page: &PageQuery<NaiveDate>,
) -> Result<Visited<Page<HistoryRow, NaiveDate>>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.client_payments(visit, page).await?;
    admit_to(ports, visit, Section::Invoices, found).await
}

/// The receipt of one payment as a PDF file; of a voided one too, which says so.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when the client has no such payment or invoices are
/// closed to the contact; [`Error::Busy`] when too many documents are being made.
pub async fn receipt(
    ports: &Ports,
    visiting: &Visiting,
    payment: PaymentId,
) -> Result<Document, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.client_invoice(visit, payment.into()).await?;
    let Visited { who, page } = admit_to(ports, visit, Section::Invoices, found).await?;
    let file = page.ok_or(Error::NotFound)?;
    paper(&who).receipt(ports, &file, payment).await
}

/// The note of one reversal as a PDF file: of a refund, of one that came back, of a dispute.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when the client has no such reversal or invoices are
/// closed to the contact; [`Error::Busy`] when too many documents are being made.
pub async fn note(
    ports: &Ports,
    visiting: &Visiting,
    reversal: ReversalId,
) -> Result<Document, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.client_invoice(visit, reversal.into()).await?;
    let Visited { who, page } = admit_to(ports, visit, Section::Invoices, found).await?;
    let file = page.ok_or(Error::NotFound)?;
    paper(&who).reversal_note(ports, &file, reversal).await
}

/// The days that a statement shows when nothing else is said: this year so far.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when invoices are closed to the contact.
pub async fn usual_period(ports: &Ports, visiting: &Visiting) -> Result<Visited<Period>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.guest(visit).await?.map(|guest| (guest, ()));
    let Visited { who, .. } = admit_to(ports, visit, Section::Invoices, found).await?;
    let page = Period::until_today(None, None, who.firm().today(visit.now))?;
    Ok(Visited { who, page })
}

/// The client's statement of account as a PDF file: what was invoiced, paid and credited from one
/// day to another, both included, with the balance before and after. The last day is today when it
/// is not said, the first one the first of January of the last one's year. Who asks is found out
/// before the days are looked at.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when invoices are closed to the contact; a
/// [`Refusal`](crate::error::Refusal) when the days are the wrong way round or still to come, or
/// when something happened to more than
/// [`MOST_INVOICES`](crate::ports::store::StatementFile::MOST_INVOICES) invoices;
/// [`Error::Busy`] when too many documents are being made.
pub async fn statement(
    ports: &Ports,
    visiting: &Visiting,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<Document, Error> {
    let Visited { who, .. } = usual_period(ports, visiting).await?;
    let visit = visit(ports, visiting);
    let period = Period::until_today(from, to, who.firm().today(visit.now))?;
    let found = ports.store.client_statement(visit, period).await?;
    let Visited { who, page } = admit_to(ports, visit, Section::Invoices, found).await?;
    paper(&who).statement(ports, period, &page).await
}
