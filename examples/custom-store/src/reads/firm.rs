//! Reads of staff, and of verbs that load before they decide.

use async_trait::async_trait;
use caseflow_core::domain::alert::Alert;
use caseflow_core::domain::announcement::Announcement;
use caseflow_core::domain::api_key::ApiKey;
use caseflow_core::domain::article::Article;
use caseflow_core::domain::attempt::Attempt;
use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::changes::{Counter, Versioned};
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::file::StoredFile;
use caseflow_core::domain::firm::{Firm, Logo};
use caseflow_core::domain::gateway::{EventRef, Merchant};
use caseflow_core::domain::gateway_event::Sweep;
use caseflow_core::domain::id::{
    AlertId, AnnouncementId, ApiKeyId, ArticleId, ClientId, ContactId, ContractId, FirmId, MailId,
    OfferId,
};
use caseflow_core::domain::page::{Page, PageQuery};
use caseflow_core::domain::period::Period;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::{
    AlertQuery, ArticleQuery, ArticleRow, AttemptQuery, AuditQuery, ClientFile, ClientRow,
    ContractCard, ContractQuery, ContractRow, FirmReads, InvoiceCard, InvoiceFile, InvoiceKey,
    InvoiceQuery, InvoiceRow, MailQuery, MailRow, OfferCard, OfferQuery, OfferRow, PaymentQuery,
    PaymentRow, StatementCard, StoreError,
};
use chrono::NaiveDate;

use super::{lists, try_map};
use crate::KeyValueStore;
use crate::records::{Counted, Kept, Posted};
use crate::tables::Order;

/// How many API keys are listed at most.
const API_KEYS: usize = 1_000;

#[async_trait]
impl FirmReads for KeyValueStore {
    async fn firms(&self, query: &PageQuery<()>) -> Result<Page<Firm, ()>, StoreError> {
        let query = query.clone();
        self.read(move |rows| lists::firms(rows, &query)).await
    }

    async fn firm(&self, firm: FirmId) -> Result<Option<Versioned<Firm>>, StoreError> {
        self.record(firm, ()).await
    }

    async fn logo(&self, firm: FirmId, sha256: [u8; 32]) -> Result<Option<Logo>, StoreError> {
        self.record(firm, sha256).await
    }

    async fn api_keys(&self, firm: FirmId) -> Result<Vec<Versioned<ApiKey>>, StoreError> {
        self.read(move |rows| {
            let newest_first = rows.walk(firm, None, Order::LargestFirst)?;
            newest_first.take(API_KEYS).collect()
        })
        .await
    }

    async fn api_key(
        &self,
        firm: FirmId,
        id: ApiKeyId,
    ) -> Result<Option<Versioned<ApiKey>>, StoreError> {
        self.record(firm, id).await
    }

    async fn clients(
        &self,
        firm: FirmId,
        query: &PageQuery<()>,
    ) -> Result<Page<ClientRow, ()>, StoreError> {
        let query = query.clone();
        self.list_in_firm(firm, move |records| records.client_rows(&query))
            .await
    }

    async fn client(&self, firm: FirmId, id: ClientId) -> Result<Option<ClientFile>, StoreError> {
        self.in_firm(firm, move |records| records.client_file(id))
            .await
    }

    async fn client_of(
        &self,
        firm: FirmId,
        contact: ContactId,
    ) -> Result<Option<ClientFile>, StoreError> {
        self.in_firm(firm, move |records| {
            match records.get::<Versioned<Contact>>(&contact)? {
                Some(contact) => records.client_file(contact.value.client),
                None => Ok(None),
            }
        })
        .await
    }

    async fn invoices(
        &self,
        firm: FirmId,
        now: Timestamp,
        query: &InvoiceQuery,
    ) -> Result<Page<InvoiceRow, NaiveDate>, StoreError> {
        let query = query.clone();
        self.list_in_firm(firm, move |records| records.invoice_rows(now, &query))
            .await
    }

    async fn invoice(
        &self,
        firm: FirmId,
        key: InvoiceKey,
    ) -> Result<Option<InvoiceFile>, StoreError> {
        self.in_firm(firm, move |records| records.invoice_by(key))
            .await
    }

    async fn invoice_card(
        &self,
        firm: FirmId,
        key: InvoiceKey,
    ) -> Result<Option<InvoiceCard>, StoreError> {
        self.in_firm(firm, move |records| records.invoice_card(key))
            .await
    }

    async fn attempts(
        &self,
        firm: FirmId,
        query: &AttemptQuery,
    ) -> Result<Page<Versioned<Attempt>, ()>, StoreError> {
        let query = query.clone();
        self.list_in_firm(firm, move |records| records.attempts(&query))
            .await
    }

    async fn alerts(
        &self,
        firm: FirmId,
        query: &AlertQuery,
    ) -> Result<Page<Versioned<Alert>, ()>, StoreError> {
        let AlertQuery { settled, page } = query.clone();
        self.list_in_firm(firm, move |records| {
            let wanted = |it: &Versioned<Alert>| {
                settled.is_none_or(|settled| settled == it.value.is_settled())
            };
            records.page(Order::LargestFirst, &page, wanted)
        })
        .await
    }

    async fn alert(
        &self,
        firm: FirmId,
        id: AlertId,
    ) -> Result<Option<Versioned<Alert>>, StoreError> {
        self.record(firm, id).await
    }

    async fn known_events(
        &self,
        firm: FirmId,
        merchant: &Merchant,
        events: &[EventRef],
    ) -> Result<Vec<EventRef>, StoreError> {
        let keys: Vec<_> = events
            .iter()
            .map(|event| (event.clone(), merchant.clone()))
            .collect();
        self.read(move |rows| {
            let mut known = Vec::new();
            for key in keys {
                if rows.has::<Kept>(firm, &key)? {
                    known.push(key.0);
                }
            }
            Ok(known)
        })
        .await
    }

    async fn sweep(
        &self,
        firm: FirmId,
        merchant: &Merchant,
    ) -> Result<Option<Versioned<Sweep>>, StoreError> {
        self.record(firm, merchant.clone()).await
    }

    async fn offers(
        &self,
        firm: FirmId,
        now: Timestamp,
        query: &OfferQuery,
    ) -> Result<Page<OfferRow, ()>, StoreError> {
        let query = query.clone();
        self.list_in_firm(firm, move |records| records.offers(now, &query))
            .await
    }

    async fn offer_card(&self, firm: FirmId, id: OfferId) -> Result<Option<OfferCard>, StoreError> {
        self.in_firm(firm, move |records| records.offer_card(id))
            .await
    }

    async fn contracts(
        &self,
        firm: FirmId,
        now: Timestamp,
        query: &ContractQuery,
    ) -> Result<Page<ContractRow, ()>, StoreError> {
        let query = query.clone();
        self.list_in_firm(firm, move |records| records.contracts(now, &query))
            .await
    }

    async fn contract_card(
        &self,
        firm: FirmId,
        id: ContractId,
    ) -> Result<Option<ContractCard>, StoreError> {
        self.in_firm(firm, move |records| records.contract_card(id))
            .await
    }

    async fn file(&self, firm: FirmId, sha256: [u8; 32]) -> Result<Option<StoredFile>, StoreError> {
        self.record(firm, sha256).await
    }

    async fn statement_card(
        &self,
        firm: FirmId,
        client: ClientId,
        period: Period,
    ) -> Result<Option<StatementCard>, StoreError> {
        self.in_firm(firm, move |records| {
            let Some(file) = records.client_file(client)? else {
                return Ok(None);
            };
            Ok(Some(StatementCard {
                firm: records.firm.value.clone(),
                client: file,
                statement: records.statement(client, period)?,
            }))
        })
        .await
    }

    async fn ledgers(
        &self,
        firm: FirmId,
        query: &PageQuery<()>,
    ) -> Result<Page<InvoiceFile, ()>, StoreError> {
        let query = query.clone();
        self.list_in_firm(firm, move |records| {
            let invoices = records.page(Order::SmallestFirst, &query, |_| true)?;
            try_map(invoices, |invoice| records.with_records(invoice))
        })
        .await
    }

    async fn payments(
        &self,
        firm: FirmId,
        query: &PaymentQuery,
    ) -> Result<Page<PaymentRow, NaiveDate>, StoreError> {
        let query = query.clone();
        self.list_in_firm(firm, move |records| records.payments(&query))
            .await
    }

    async fn announcements(
        &self,
        firm: FirmId,
        query: &PageQuery<()>,
    ) -> Result<Page<Versioned<Announcement>, ()>, StoreError> {
        let query = query.clone();
        self.list_in_firm(firm, move |records| {
            records.page(Order::LargestFirst, &query, |_| true)
        })
        .await
    }

    async fn announcement(
        &self,
        firm: FirmId,
        id: AnnouncementId,
    ) -> Result<Option<Versioned<Announcement>>, StoreError> {
        self.record(firm, id).await
    }

    async fn articles(
        &self,
        firm: FirmId,
        query: &ArticleQuery,
    ) -> Result<Page<ArticleRow, ()>, StoreError> {
        let query = query.clone();
        self.list_in_firm(firm, move |records| records.articles(&query))
            .await
    }

    async fn article(
        &self,
        firm: FirmId,
        id: ArticleId,
    ) -> Result<Option<Versioned<Article>>, StoreError> {
        self.record(firm, id).await
    }

    async fn mails(
        &self,
        firm: FirmId,
        query: &MailQuery,
    ) -> Result<Page<Versioned<MailRow>, ()>, StoreError> {
        let query = query.clone();
        self.list_in_firm(firm, move |records| records.mails(&query))
            .await
    }

    async fn mail(
        &self,
        firm: FirmId,
        id: MailId,
    ) -> Result<Option<Versioned<MailRow>>, StoreError> {
        self.in_firm(firm, move |records| {
            let posted = records.get::<Posted>(&id)?;
            posted.map(|posted| records.mail_row(posted)).transpose()
        })
        .await
    }

    async fn audit(
        &self,
        firm: FirmId,
        query: &AuditQuery,
    ) -> Result<Page<AuditRow, u64>, StoreError> {
        let AuditQuery { about, page } = query.clone();
        self.list_in_firm(firm, move |records| {
            records.audit_page(about, Order::SmallestFirst, &page)
        })
        .await
    }

    async fn counter(
        &self,
        firm: FirmId,
        client: ClientId,
        counter: Counter,
    ) -> Result<i64, StoreError> {
        let counted = self.record::<Counted>(firm, (client, counter)).await?;
        Ok(counted.map_or(0, |counted| counted.value))
    }
}
