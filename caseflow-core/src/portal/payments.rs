//! A client's payment history (R-SELF-3).

use chrono::NaiveDate;

use super::{Visited, Visiting, admit_to, visit};
use crate::Ports;
use crate::domain::access::Section;
use crate::domain::page::{Page, PageQuery};
use crate::error::Error;
use crate::ports::store::PaymentRow;

/// The client's payments over all invoices, newest first, voided ones too.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when invoices are closed to the contact.
pub async fn list(
    ports: &Ports,
    visiting: &Visiting,
    page: &PageQuery<NaiveDate>,
) -> Result<Visited<Page<PaymentRow, NaiveDate>>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.client_payments(visit, page).await?;
    admit_to(ports, visit, Section::Invoices, found).await
}
