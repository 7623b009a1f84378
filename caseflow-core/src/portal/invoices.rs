//! A client's invoices (R-INV-2).

use chrono::NaiveDate;

use super::{Visited, Visiting, admit_to, paper, visit};
use crate::Ports;
use crate::domain::access::Section;
use crate::domain::id::InvoiceId;
use crate::domain::page::Page;
use crate::error::Error;
use crate::paper::Document;
use crate::ports::store::{InvoiceFile, InvoiceQuery, InvoiceRow};

/// The client's invoices, newest date first. Drafts are never among them.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when invoices are closed to the contact.
pub async fn list(
    ports: &Ports,
    visiting: &Visiting,
    query: &InvoiceQuery,
) -> Result<Visited<Page<InvoiceRow, NaiveDate>>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.client_invoices(visit, query).await?;
    admit_to(ports, visit, Section::Invoices, found).await
}

/// One invoice with its payments and credits.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when the client has no such invoice, it is a draft, or
/// invoices are closed to the contact.
pub async fn read(
    ports: &Ports,
    visiting: &Visiting,
    id: InvoiceId,
) -> Result<Visited<InvoiceFile>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.client_invoice(visit, id.into()).await?;
    let Visited { who, page } = admit_to(ports, visit, Section::Invoices, found).await?;
    page.map(|page| Visited { who, page })
        .ok_or(Error::NotFound)
}

/// One invoice as a PDF file, as it stands now (R-INV-7).
///
/// # Errors
/// As [`read`]; [`Error::Busy`] when too many documents are being made.
pub async fn pdf(ports: &Ports, visiting: &Visiting, id: InvoiceId) -> Result<Document, Error> {
    let Visited { who, page } = read(ports, visiting, id).await?;
    paper(&who).invoice(ports, &page).await
}
