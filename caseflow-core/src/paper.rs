//! From records to a file on paper: for contacts, for staff, and for the mails that carry it.

use crate::Ports;
use crate::collect;
use crate::domain::client::{Client, Contact};
use crate::domain::firm::{Firm, Logo};
use crate::domain::id::{PaymentId, ReversalId};
use crate::domain::offer::Offer;
use crate::domain::period::Period;
use crate::domain::print::{InvoiceRecords, Letterhead, Print, PrintError};
use crate::error::{Error, Refusal};
use crate::ports::pdf::{PdfError, PdfFile};
use crate::ports::store::{ClientFile, InvoiceFile, StatementFile};

/// A finished document and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// A name for the file that is safe everywhere, such as `invoice-INV-0042.pdf`.
    pub name: String,
    /// What it is called, in the reader's language: `Invoice INV-0042`.
    pub title: String,
    /// The file.
    pub file: PdfFile,
}

/// Whose paper, for whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paper<'a> {
    pub(crate) firm: &'a Firm,
    pub(crate) client: &'a Client,
    /// Who reads it, for language and direction; the firm's language without one.
    pub(crate) reader: Option<&'a Contact>,
}

impl<'a> Paper<'a> {
    /// As the client would get it: in the language of its primary contact.
    pub(crate) fn for_client(firm: &'a Firm, file: &'a ClientFile) -> Self {
        let mut contacts = file.contacts.iter().map(|contact| &contact.value);
        Self {
            firm,
            client: &file.client.value,
            reader: contacts.find(|contact| contact.is_primary()),
        }
    }

    /// With the address at which it can be paid online, when it can.
    pub(crate) async fn invoice(
        self,
        ports: &Ports,
        file: &InvoiceFile,
    ) -> Result<Document, Error> {
        let (records, invoice) = (records(file), &file.invoice.value);
        let taker = collect::taker(ports, self.firm.id, invoice.amount_due());
        let online = taker.map(|_| ports.addresses.invoice(self.firm, invoice.id));
        self.document(ports, |head| head.invoice(&records, online.as_deref()))
            .await
    }

    pub(crate) async fn receipt(
        self,
        ports: &Ports,
        file: &InvoiceFile,
        payment: PaymentId,
    ) -> Result<Document, Error> {
        let records = records(file);
        self.document(ports, |head| head.receipt(&records, payment))
            .await
    }

    pub(crate) async fn reversal_note(
        self,
        ports: &Ports,
        file: &InvoiceFile,
        reversal: ReversalId,
    ) -> Result<Document, Error> {
        let records = records(file);
        self.document(ports, |head| head.reversal(&records, reversal))
            .await
    }

    pub(crate) async fn offer(self, ports: &Ports, offer: &Offer) -> Result<Document, Error> {
        self.document(ports, |head| head.offer(offer)).await
    }

    pub(crate) async fn statement(
        self,
        ports: &Ports,
        period: Period,
        file: &StatementFile,
    ) -> Result<Document, Error> {
        if file.invoices.len() > StatementFile::MOST_INVOICES {
            return Err(Refusal::StatementTooLong.into());
        }
        let records: Vec<_> = file.invoices.iter().map(records).collect();
        let sums = file.brought_forward.as_slice();
        let made = self.document(ports, |head| head.statement_from(period, sums, &records));
        made.await.map_err(|error| match error {
            Error::Refused(Refusal::DocumentTooLong { .. }) => Refusal::StatementTooLong.into(),
            other => other,
        })
    }

    /// Lays out what `print` says, without the logo when that cannot be shown.
    async fn document(
        self,
        ports: &Ports,
        print: impl Fn(&Letterhead<'_>) -> Result<Print, PrintError> + Send,
    ) -> Result<Document, Error> {
        let logo = self.logo(ports).await?;
        let head = Letterhead {
            firm: self.firm,
            logo: logo.as_ref(),
            stationery: &self.firm.stationery,
            client: self.client,
            contact: self.reader,
            now: ports.now(),
        };
        let first = print(&head)?;
        let (name, title) = (first.file_name(), first.title.clone());
        let file = match ports.pdf.render(first).await {
            Err(PdfError::Logo(_)) => {
                let bare = print(&Letterhead { logo: None, ..head })?;
                ports.pdf.render(bare).await?
            }
            made => made?,
        };
        Ok(Document { name, title, file })
    }

    /// A read of its own, which cannot disagree with the others: bytes under a hash never change.
    async fn logo(self, ports: &Ports) -> Result<Option<Logo>, Error> {
        match self.firm.logo {
            Some(logo) => Ok(ports.store.logo(self.firm.id, logo.sha256).await?),
            None => Ok(None),
        }
    }
}

fn records(file: &InvoiceFile) -> InvoiceRecords<'_> {
    InvoiceRecords {
        invoice: &file.invoice.value,
        payments: file.payments.iter().map(|it| &it.value).collect(),
        credits: file.credits.iter().collect(),
        reversals: file.reversals.iter().collect(),
    }
}
