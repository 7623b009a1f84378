//! Reads of staff, and of verbs that load before they decide.

use async_trait::async_trait;
use caseflow_core::domain::announcement::Announcement;
use caseflow_core::domain::api_key::ApiKey;
use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::changes::{Counter, Versioned};
use caseflow_core::domain::firm::{Firm, Logo};
use caseflow_core::domain::id::{
    AnnouncementId, ApiKeyId, ClientId, ContactId, FirmId, InvoiceId, PaymentId,
};
use caseflow_core::domain::page::{Cursor, Page, PageQuery};
use caseflow_core::domain::time::{Timestamp, Zone};
use caseflow_core::ports::store::{
    AuditQuery, ClientFile, ClientRow, FirmReads, InvoiceFile, InvoiceQuery, InvoiceRow,
    PaymentQuery, PaymentRow, StoreError,
};
use chrono::NaiveDate;

use crate::SqlxStore;
use crate::conn::Sql;
use crate::portal_reads::{cut_invoices, cut_payments};
use crate::read::{Stored, after_id, before, before_id, by_id, cell, corrupt, limit, many, one};
use crate::records::announcement::StoredAnnouncement;
use crate::records::api_key::StoredApiKey;
use crate::records::audit::StoredAuditRow;
use crate::records::client::{StoredClientFile, StoredClientRow};
use crate::records::firm::FirmRow;
use crate::records::invoice::{StoredInvoiceFile, StoredInvoiceRow};
use crate::records::payment::StoredPaymentRow;
use crate::statements::depends_on_today;
use crate::value::{Value, hex, text};

mod sql;

pub(crate) use sql::{FirmSql, announcement_object, file_object, payment_page};

impl SqlxStore {
    pub(crate) async fn find<S: Stored>(
        &self,
        sql: &Sql,
        values: Vec<Value>,
    ) -> Result<Option<S::Record>, StoreError> {
        match self.read_one(sql, values).await? {
            Some(row) => one::<S>(&*row, 0),
            None => Ok(None),
        }
    }

    pub(crate) async fn list<S: Stored>(
        &self,
        sql: &Sql,
        values: Vec<Value>,
    ) -> Result<Vec<S::Record>, StoreError> {
        match self.read_one(sql, values).await? {
            Some(row) => many::<S>(&*row, 0),
            None => Ok(vec![]),
        }
    }
}

#[async_trait]
impl FirmReads for SqlxStore {
    async fn firms(&self, page: &PageQuery<()>) -> Result<Page<Firm, ()>, StoreError> {
        let values = vec![after_id(page), limit(page)];
        let firms = self.list::<FirmRow>(&self.sql().firm.firms, values).await?;
        let firms = firms.into_iter().map(|firm| firm.value).collect();
        Ok(Page::cut(firms, page.size, |firm: &Firm| by_id(firm.id)))
    }

    async fn firm(&self, firm: FirmId) -> Result<Option<Versioned<Firm>>, StoreError> {
        self.find::<FirmRow>(&self.sql().firm.firm, vec![text(firm)])
            .await
    }

    async fn logo(&self, firm: FirmId, sha256: [u8; 32]) -> Result<Option<Logo>, StoreError> {
        let values = vec![text(firm), hex(&sha256)];
        let Some(row) = self.read_one(&self.sql().firm.logo, values).await? else {
            return Ok(None);
        };
        let bytes = row.bytes(0).map_err(corrupt)?;
        Logo::parse(bytes.to_vec()).map(Some).map_err(corrupt)
    }

    async fn api_keys(&self, firm: FirmId) -> Result<Vec<Versioned<ApiKey>>, StoreError> {
        self.list::<StoredApiKey>(&self.sql().firm.api_keys, vec![text(firm)])
            .await
    }

    async fn api_key(
        &self,
        firm: FirmId,
        id: ApiKeyId,
    ) -> Result<Option<Versioned<ApiKey>>, StoreError> {
        self.find::<StoredApiKey>(&self.sql().firm.api_key, vec![text(firm), text(id)])
            .await
    }

    async fn clients(
        &self,
        firm: FirmId,
        page: &PageQuery<()>,
    ) -> Result<Page<ClientRow, ()>, StoreError> {
        let values = vec![text(firm), before_id(page), limit(page)];
        let rows = self.list::<StoredClientRow>(&self.sql().firm.clients, values);
        Ok(Page::cut(rows.await?, page.size, |row| {
            by_id(row.client.value.id)
        }))
    }

    async fn client(&self, firm: FirmId, id: ClientId) -> Result<Option<ClientFile>, StoreError> {
        self.find::<StoredClientFile>(&self.sql().firm.client, vec![text(firm), text(id)])
            .await
    }

    async fn client_of(
        &self,
        firm: FirmId,
        contact: ContactId,
    ) -> Result<Option<ClientFile>, StoreError> {
        let values = vec![text(firm), text(contact)];
        self.find::<StoredClientFile>(&self.sql().firm.client_of, values)
            .await
    }

    async fn invoices(
        &self,
        firm: FirmId,
        now: Timestamp,
        query: &InvoiceQuery,
    ) -> Result<Page<InvoiceRow, NaiveDate>, StoreError> {
        let sql = match query.client {
            None => &self.sql().firm.invoices,
            Some(_) => &self.sql().firm.invoices_of_client,
        };
        let mut today = self.likely_today(firm, now);
        loop {
            let mut values = vec![text(firm), limit(&query.page)];
            values.extend(before(query.page.after.as_ref()));
            values.extend(query.client.map(text));
            values.extend(depends_on_today(query.status).then(|| today.into()));
            let Some(row) = self.read_one(sql.of(query.status), values).await? else {
                return Ok(cut_invoices(vec![], &query.page));
            };
            let zone = cell(&*row, 0)?.unwrap_or_default();
            let right = self.learn(firm, Zone::parse(zone).map_err(corrupt)?, now);
            if right == today {
                let rows = many::<StoredInvoiceRow>(&*row, 1)?;
                return Ok(cut_invoices(rows, &query.page));
            }
            today = right;
        }
    }

    async fn invoice(
        &self,
        firm: FirmId,
        id: InvoiceId,
    ) -> Result<Option<InvoiceFile>, StoreError> {
        self.find::<StoredInvoiceFile>(&self.sql().firm.invoice, vec![text(firm), text(id)])
            .await
    }

    async fn invoice_of(
        &self,
        firm: FirmId,
        payment: PaymentId,
    ) -> Result<Option<InvoiceFile>, StoreError> {
        let values = vec![text(firm), text(payment)];
        self.find::<StoredInvoiceFile>(&self.sql().firm.invoice_of, values)
            .await
    }

    async fn ledgers(
        &self,
        firm: FirmId,
        page: &PageQuery<()>,
    ) -> Result<Page<InvoiceFile, ()>, StoreError> {
        let values = vec![text(firm), after_id(page), limit(page)];
        let files = self.list::<StoredInvoiceFile>(&self.sql().firm.ledgers, values);
        Ok(Page::cut(files.await?, page.size, |file| {
            by_id(file.invoice.value.id)
        }))
    }

    async fn payments(
        &self,
        firm: FirmId,
        query: &PaymentQuery,
    ) -> Result<Page<PaymentRow, NaiveDate>, StoreError> {
        let sql = match query.client {
            None => &self.sql().firm.payments,
            Some(_) => &self.sql().firm.payments_of_client,
        };
        let mut values = vec![text(firm), limit(&query.page)];
        values.extend(before(query.page.after.as_ref()));
        values.extend(query.client.map(text));
        let rows = self.list::<StoredPaymentRow>(sql, values).await?;
        Ok(cut_payments(rows, &query.page))
    }

    async fn announcements(
        &self,
        firm: FirmId,
        page: &PageQuery<()>,
    ) -> Result<Page<Versioned<Announcement>, ()>, StoreError> {
        let values = vec![text(firm), before_id(page), limit(page)];
        let rows = self.list::<StoredAnnouncement>(&self.sql().firm.announcements, values);
        Ok(Page::cut(rows.await?, page.size, |row| by_id(row.value.id)))
    }

    async fn announcement(
        &self,
        firm: FirmId,
        id: AnnouncementId,
    ) -> Result<Option<Versioned<Announcement>>, StoreError> {
        let values = vec![text(firm), text(id)];
        self.find::<StoredAnnouncement>(&self.sql().firm.announcement, values)
            .await
    }

    async fn audit(
        &self,
        firm: FirmId,
        query: &AuditQuery,
    ) -> Result<Page<AuditRow, u64>, StoreError> {
        let after = query.page.after.as_ref().map_or(0, |after| after.key);
        let mut values = vec![text(firm), after.into(), limit(&query.page)];
        let sql = match query.about {
            None => &self.sql().firm.audit,
            Some(about) => {
                values.push(text(about));
                &self.sql().firm.audit_about
            }
        };
        let rows = self.list::<StoredAuditRow>(sql, values).await?;
        Ok(Page::cut(rows, query.page.size, |row| Cursor {
            key: row.seq,
            id: row.seq.to_string(),
        }))
    }

    async fn counter(
        &self,
        firm: FirmId,
        client: ClientId,
        counter: Counter,
    ) -> Result<i64, StoreError> {
        let values = vec![text(firm), text(client), text(counter.code())];
        match self.read_one(&self.sql().firm.counter, values).await? {
            Some(row) => row.int(0).map_err(corrupt),
            None => Ok(0),
        }
    }
}
