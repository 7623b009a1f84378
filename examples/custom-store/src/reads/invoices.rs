//! Invoices with their records, and the lists of both.

use caseflow_core::domain::attempt::Attempt;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::client::{Client, Contact};
use caseflow_core::domain::id::{ClientId, InvoiceId};
use caseflow_core::domain::invoice::{Invoice, Phase};
use caseflow_core::domain::number::DocumentNumber;
use caseflow_core::domain::page::{Page, PageQuery};
use caseflow_core::domain::payment::Payment;
use caseflow_core::domain::reversal::Reversal;
use caseflow_core::ports::store::{
    ClientFile, HistoryRow, InvoiceCard, InvoiceFile, InvoiceKey, InvoiceRow, PaymentQuery,
    PaymentRow, ReversalRow, StoreError,
};
use chrono::NaiveDate;

use super::page::{at, page};
use super::{Records, try_map};
use crate::codec::damaged;
use crate::tables::{Index, Order, corrupt};

impl Records<'_> {
    pub(super) fn client_file(&self, id: ClientId) -> Result<Option<ClientFile>, StoreError> {
        let Some(client) = self.get::<Versioned<Client>>(&id)? else {
            return Ok(None);
        };
        let contacts = self.of::<Versioned<Contact>>(&Index::Client(id))?;
        Ok(Some(ClientFile { client, contacts }))
    }

    /// The client to which a record refers: it is there, since commits see to it.
    pub(super) fn whole_client(&self, id: ClientId) -> Result<ClientFile, StoreError> {
        let found = self.client_file(id)?;
        found.ok_or_else(|| corrupt(damaged::<ClientFile>()))
    }

    /// The invoice that is found by this key.
    pub(super) fn invoice_of(&self, key: InvoiceKey) -> Result<Option<InvoiceId>, StoreError> {
        Ok(match key {
            InvoiceKey::Invoice(id) => Some(id),
            InvoiceKey::Payment(id) => self
                .get::<Versioned<Payment>>(&id)?
                .map(|it| it.value.invoice),
            InvoiceKey::Reversal(id) => self.get::<Reversal>(&id)?.map(|it| it.invoice),
            InvoiceKey::Attempt(id) => self
                .get::<Versioned<Attempt>>(&id)?
                .map(|it| it.value.invoice),
        })
    }

    pub(super) fn invoice_by(&self, key: InvoiceKey) -> Result<Option<InvoiceFile>, StoreError> {
        match self.invoice_of(key)? {
            Some(id) => self.invoice_file(id),
            None => Ok(None),
        }
    }

    pub(super) fn invoice_file(&self, id: InvoiceId) -> Result<Option<InvoiceFile>, StoreError> {
        let invoice = self.get::<Versioned<Invoice>>(&id)?;
        invoice
            .map(|invoice| self.with_records(invoice))
            .transpose()
    }

    pub(super) fn with_records(
        &self,
        invoice: Versioned<Invoice>,
    ) -> Result<InvoiceFile, StoreError> {
        let index = Index::Invoice(invoice.value.id);
        Ok(InvoiceFile {
            invoice,
            payments: self.of(&index)?,
            reversals: self.of(&index)?,
            credits: self.of(&index)?,
            attempts: self.of(&index)?,
            refunds: self.of(&index)?,
        })
    }

    pub(super) fn invoice_card(&self, key: InvoiceKey) -> Result<Option<InvoiceCard>, StoreError> {
        let Some(invoice) = self.invoice_by(key)? else {
            return Ok(None);
        };
        Ok(Some(InvoiceCard {
            firm: self.firm.value.clone(),
            client: self.whole_client(invoice.invoice.value.client)?,
            invoice,
        }))
    }

    /// The invoices of a client that its contacts may know of.
    pub(super) fn shown(&self, client: ClientId) -> Result<Vec<Versioned<Invoice>>, StoreError> {
        let mut invoices = self.of::<Versioned<Invoice>>(&Index::Client(client))?;
        invoices.retain(|invoice| invoice.value.phase() != Phase::Draft);
        Ok(invoices)
    }

    /// One of those, with its records.
    pub(super) fn shown_invoice(
        &self,
        client: ClientId,
        key: InvoiceKey,
    ) -> Result<Option<InvoiceFile>, StoreError> {
        let file = self.invoice_by(key)?;
        Ok(file.filter(|file| {
            let invoice = &file.invoice.value;
            invoice.client == client && invoice.phase() != Phase::Draft
        }))
    }

    /// Those invoices with their records.
    pub(super) fn ledgers_of(&self, client: ClientId) -> Result<Vec<InvoiceFile>, StoreError> {
        let invoices = self.shown(client)?.into_iter();
        invoices.map(|invoice| self.with_records(invoice)).collect()
    }

    /// The payments and reversals of a client.
    pub(super) fn history(
        &self,
        client: ClientId,
        query: &PageQuery<NaiveDate>,
    ) -> Result<Page<HistoryRow, NaiveDate>, StoreError> {
        let index = Index::Client(client);
        let payments = self.of::<Versioned<Payment>>(&index)?.into_iter();
        let payments = payments.map(|payment| HistoryRow::Payment(unnumbered(payment)));
        let reversals = self.of::<Reversal>(&index)?.into_iter();
        let reversals = reversals.map(|reversal| {
            HistoryRow::Reversal(ReversalRow {
                reversal,
                invoice_number: None,
            })
        });
        let rows = payments.chain(reversals);
        let page = page(rows, Order::LargestFirst, query, |row| {
            let (day, id) = row.place();
            at(day, id)
        });
        try_map(page, |row| self.numbered(row))
    }

    /// The wanted payments, of one client or of all.
    pub(super) fn payments(
        &self,
        query: &PaymentQuery,
    ) -> Result<Page<PaymentRow, NaiveDate>, StoreError> {
        let payments = self.of_or_all::<Versioned<Payment>>(query.client)?;
        let rows = payments.into_iter().map(unnumbered);
        let page = page(rows, Order::LargestFirst, &query.page, |row| {
            let payment = &row.payment.value;
            at(payment.received_on, payment.id)
        });
        try_map(page, |row| {
            let invoice_number = self.number_of(row.payment.value.invoice)?;
            Ok(PaymentRow {
                invoice_number,
                ..row
            })
        })
    }

    /// The row with the number of its invoice.
    fn numbered(&self, mut row: HistoryRow) -> Result<HistoryRow, StoreError> {
        match &mut row {
            HistoryRow::Payment(row) => {
                row.invoice_number = self.number_of(row.payment.value.invoice)?;
            }
            HistoryRow::Reversal(row) => {
                row.invoice_number = self.number_of(row.reversal.invoice)?;
            }
        }
        Ok(row)
    }

    fn number_of(&self, invoice: InvoiceId) -> Result<Option<DocumentNumber>, StoreError> {
        let invoice = self.get::<Versioned<Invoice>>(&invoice)?;
        Ok(invoice.and_then(|invoice| invoice.value.number().cloned()))
    }
}

/// A row whose invoice's number is looked up once it is known to be on the page.
fn unnumbered(payment: Versioned<Payment>) -> PaymentRow {
    PaymentRow {
        payment,
        invoice_number: None,
    }
}

/// Newest date first, then newest id.
pub(super) fn invoice_page(
    rows: impl Iterator<Item = InvoiceRow>,
    query: &PageQuery<NaiveDate>,
) -> Page<InvoiceRow, NaiveDate> {
    page(rows, Order::LargestFirst, query, |row| {
        at(row.dated, row.id)
    })
}
