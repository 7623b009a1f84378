//! Reads of staff, and of verbs that load before they decide.

use async_trait::async_trait;
use caseflow_core::domain::alert::Alert;
use caseflow_core::domain::announcement::Announcement;
use caseflow_core::domain::api_key::ApiKey;
use caseflow_core::domain::article::Article;
use caseflow_core::domain::attempt::{Attempt, AttemptStage};
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
use caseflow_core::domain::page::{Cursor, Page, PageQuery};
use caseflow_core::domain::period::Period;
use caseflow_core::domain::time::{Timestamp, Zone};
use caseflow_core::ports::store::{
    AlertQuery, ArticleQuery, ArticleRow, AttemptQuery, AuditQuery, ClientFile, ClientRow,
    ContractCard, ContractQuery, ContractRow, FirmReads, InvoiceCard, InvoiceFile, InvoiceKey,
    InvoiceQuery, InvoiceRow, MailQuery, MailRow, MailStage, OfferCard, OfferQuery, OfferRow,
    PaymentQuery, PaymentRow, StatementCard, StoreError,
};
use chrono::NaiveDate;

use crate::SqlxStore;
use crate::client_statements::{days, statement_file};
use crate::invoice_files::files;
use crate::payment_history::cut_payments;
use crate::portal_reads::cut_invoices;
use crate::read::{
    Answer, Cells, Stored, Unreadable, after_id, before, before_id, by_id, corrupt, limit,
};
use crate::records::gateway_event::Known;
use crate::statements::depends_on_today;
use crate::value::{self, hex, list, text};

mod sql;

pub(crate) use sql::{FirmSql, by_key, client_named_by, firm_part, newest, people};

/// Of the two parts of a client.
pub(crate) fn client_file(answer: &Answer) -> Result<Option<ClientFile>, StoreError> {
    let Some(client) = answer.one(0)? else {
        return Ok(None);
    };
    let mut contacts: Vec<Versioned<Contact>> = answer.many(1)?;
    contacts.sort_unstable_by_key(|contact| contact.value.id);
    Ok(Some(ClientFile { client, contacts }))
}

/// Client, contacts, firm, and the parts of the invoice.
fn invoice_card(answer: &Answer) -> Result<Option<InvoiceCard>, StoreError> {
    let Some((client, invoice)) = client_file(answer)?.zip(files(answer, 3)?.pop()) else {
        return Ok(None);
    };
    Ok(Some(InvoiceCard {
        firm: answer.required::<Versioned<Firm>>(2)?.value,
        client,
        invoice,
    }))
}

impl SqlxStore {
    /// The firm's day, if there is such a firm.
    pub(crate) async fn today(
        &self,
        firm: FirmId,
        now: Timestamp,
    ) -> Result<Option<NaiveDate>, StoreError> {
        let zone = self.find::<InZone>(&self.sql().firm.zone, vec![text(firm)]);
        Ok(zone.await?.map(|InZone(zone)| zone.day(now)))
    }
}

#[async_trait]
impl FirmReads for SqlxStore {
    async fn firms(&self, page: &PageQuery<()>) -> Result<Page<Firm, ()>, StoreError> {
        let values = vec![after_id(page), limit(page)];
        let firms = self.list::<Versioned<Firm>>(&self.sql().firm.firms, values);
        let firms = firms.await?.into_iter().map(|firm| firm.value).collect();
        Ok(Page::cut(firms, page.size, |firm: &Firm| by_id(firm.id)))
    }

    async fn firm(&self, firm: FirmId) -> Result<Option<Versioned<Firm>>, StoreError> {
        self.find(&self.sql().firm.firm, vec![text(firm)]).await
    }

    async fn logo(&self, firm: FirmId, sha256: [u8; 32]) -> Result<Option<Logo>, StoreError> {
        let values = vec![text(firm), hex(&sha256)];
        let logo = self.find::<Bytes>(&self.sql().firm.logo, values).await?;
        let Some(Bytes(bytes)) = logo else {
            return Ok(None);
        };
        Logo::parse(bytes).map(Some).map_err(corrupt)
    }

    async fn api_keys(&self, firm: FirmId) -> Result<Vec<Versioned<ApiKey>>, StoreError> {
        self.list(&self.sql().firm.api_keys, vec![text(firm)]).await
    }

    async fn api_key(
        &self,
        firm: FirmId,
        id: ApiKeyId,
    ) -> Result<Option<Versioned<ApiKey>>, StoreError> {
        let values = vec![text(firm), text(id)];
        self.find(&self.sql().firm.api_key, values).await
    }

    async fn clients(
        &self,
        firm: FirmId,
        page: &PageQuery<()>,
    ) -> Result<Page<ClientRow, ()>, StoreError> {
        let values = vec![text(firm), before_id(page), limit(page)];
        let rows = self.list::<ClientRow>(&self.sql().firm.clients, values);
        Ok(Page::cut(rows.await?, page.size, |row| {
            by_id(row.client.value.id)
        }))
    }

    async fn client(&self, firm: FirmId, id: ClientId) -> Result<Option<ClientFile>, StoreError> {
        let values = vec![text(firm), text(id)];
        client_file(&self.read(&self.sql().firm.client, values).await?)
    }

    async fn client_of(
        &self,
        firm: FirmId,
        contact: ContactId,
    ) -> Result<Option<ClientFile>, StoreError> {
        let values = vec![text(firm), text(contact)];
        client_file(&self.read(&self.sql().firm.client_of, values).await?)
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
        let mut values = vec![text(firm), limit(&query.page)];
        values.extend(before(query.page.after.as_ref()));
        values.extend(query.client.map(text));
        if depends_on_today(query.status) {
            let Some(today) = self.today(firm, now).await? else {
                return Ok(cut_invoices(vec![], &query.page));
            };
            values.push(today.into());
        }
        let rows = self.list(sql.of(query.status), values).await?;
        Ok(cut_invoices(rows, &query.page))
    }

    async fn invoice(
        &self,
        firm: FirmId,
        key: InvoiceKey,
    ) -> Result<Option<InvoiceFile>, StoreError> {
        let (sql, key) = self.sql().firm.invoice.of(key);
        Ok(files(&self.read(sql, vec![text(firm), key]).await?, 0)?.pop())
    }

    async fn invoice_card(
        &self,
        firm: FirmId,
        key: InvoiceKey,
    ) -> Result<Option<InvoiceCard>, StoreError> {
        let (sql, key) = self.sql().firm.invoice_card.of(key);
        invoice_card(&self.read(sql, vec![text(firm), key]).await?)
    }

    async fn attempts(
        &self,
        firm: FirmId,
        query: &AttemptQuery,
    ) -> Result<Page<Versioned<Attempt>, ()>, StoreError> {
        let page = &query.page;
        let stage = query.stage.map(AttemptStage::code);
        let mut values = vec![text(firm), before_id(page), limit(page)];
        let sql = &self.sql().firm;
        let sql = match (query.invoice, stage) {
            (None, None) => &sql.attempts,
            (None, Some(stage)) => {
                values.push(text(stage));
                &sql.attempts_at_stage
            }
            (Some(invoice), stage) => {
                values.extend([text(invoice), value::maybe(stage.as_ref())]);
                &sql.attempts_of_invoice
            }
        };
        let rows = self.list::<Versioned<Attempt>>(sql, values).await?;
        Ok(Page::cut(rows, page.size, |row| by_id(row.value.id)))
    }

    async fn alerts(
        &self,
        firm: FirmId,
        query: &AlertQuery,
    ) -> Result<Page<Versioned<Alert>, ()>, StoreError> {
        let page = &query.page;
        let sql = match query.settled {
            None => &self.sql().firm.alerts,
            Some(false) => &self.sql().firm.alerts_open,
            Some(true) => &self.sql().firm.alerts_settled,
        };
        let values = vec![text(firm), before_id(page), limit(page)];
        let rows = self.list::<Versioned<Alert>>(sql, values).await?;
        Ok(Page::cut(rows, page.size, |row| by_id(row.value.id)))
    }

    async fn alert(
        &self,
        firm: FirmId,
        id: AlertId,
    ) -> Result<Option<Versioned<Alert>>, StoreError> {
        let values = vec![text(firm), text(id)];
        self.find(&self.sql().firm.alert, values).await
    }

    async fn known_events(
        &self,
        firm: FirmId,
        merchant: &Merchant,
        events: &[EventRef],
    ) -> Result<Vec<EventRef>, StoreError> {
        let values = vec![text(firm), text(merchant), list(events)];
        let known = self.list::<Known>(&self.sql().firm.known_events, values);
        Ok(known.await?.into_iter().map(|known| known.0).collect())
    }

    async fn sweep(
        &self,
        firm: FirmId,
        merchant: &Merchant,
    ) -> Result<Option<Versioned<Sweep>>, StoreError> {
        let values = vec![text(firm), text(merchant)];
        self.find(&self.sql().firm.sweep, values).await
    }

    async fn offers(
        &self,
        firm: FirmId,
        now: Timestamp,
        query: &OfferQuery,
    ) -> Result<Page<OfferRow, ()>, StoreError> {
        self.offers_of_firm(firm, now, query).await
    }

    async fn offer_card(&self, firm: FirmId, id: OfferId) -> Result<Option<OfferCard>, StoreError> {
        self.offer_card_of(firm, id).await
    }

    async fn contracts(
        &self,
        firm: FirmId,
        now: Timestamp,
        query: &ContractQuery,
    ) -> Result<Page<ContractRow, ()>, StoreError> {
        self.contracts_of_firm(firm, now, query).await
    }

    async fn contract_card(
        &self,
        firm: FirmId,
        id: ContractId,
    ) -> Result<Option<ContractCard>, StoreError> {
        self.contract_card_of(firm, id).await
    }

    async fn file(&self, firm: FirmId, sha256: [u8; 32]) -> Result<Option<StoredFile>, StoreError> {
        self.file_of(firm, sha256).await
    }

    async fn statement_card(
        &self,
        firm: FirmId,
        client: ClientId,
        period: Period,
    ) -> Result<Option<StatementCard>, StoreError> {
        let mut values = vec![text(firm), text(client)];
        values.extend(days(period));
        let answer = self.read(&self.sql().firm.statement_card, values).await?;
        let Some(client) = client_file(&answer)? else {
            return Ok(None);
        };
        Ok(Some(StatementCard {
            firm: answer.required::<Versioned<Firm>>(2)?.value,
            client,
            statement: statement_file(&answer, 3)?,
        }))
    }

    async fn ledgers(
        &self,
        firm: FirmId,
        page: &PageQuery<()>,
    ) -> Result<Page<InvoiceFile, ()>, StoreError> {
        let values = vec![text(firm), after_id(page), limit(page)];
        let files = files(&self.read(&self.sql().firm.ledgers, values).await?, 0)?;
        Ok(Page::cut(files, page.size, |file| {
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
        let rows = self.list(sql, values).await?;
        Ok(cut_payments(rows, &query.page))
    }

    async fn announcements(
        &self,
        firm: FirmId,
        page: &PageQuery<()>,
    ) -> Result<Page<Versioned<Announcement>, ()>, StoreError> {
        let values = vec![text(firm), before_id(page), limit(page)];
        let rows = self.list::<Versioned<Announcement>>(&self.sql().firm.announcements, values);
        Ok(Page::cut(rows.await?, page.size, |row| by_id(row.value.id)))
    }

    async fn announcement(
        &self,
        firm: FirmId,
        id: AnnouncementId,
    ) -> Result<Option<Versioned<Announcement>>, StoreError> {
        let values = vec![text(firm), text(id)];
        self.find(&self.sql().firm.announcement, values).await
    }

    async fn articles(
        &self,
        firm: FirmId,
        query: &ArticleQuery,
    ) -> Result<Page<ArticleRow, ()>, StoreError> {
        self.articles_of_firm(firm, query).await
    }

    async fn article(
        &self,
        firm: FirmId,
        id: ArticleId,
    ) -> Result<Option<Versioned<Article>>, StoreError> {
        self.article_of(firm, id).await
    }

    async fn mails(
        &self,
        firm: FirmId,
        query: &MailQuery,
    ) -> Result<Page<Versioned<MailRow>, ()>, StoreError> {
        let page = &query.page;
        let sql = match query.stage {
            None => &self.sql().firm.mails,
            Some(MailStage::Waiting) => &self.sql().firm.mails_waiting,
            Some(MailStage::Dead) => &self.sql().firm.mails_dead,
        };
        let values = vec![text(firm), before_id(page), limit(page)];
        let rows = self.list::<Versioned<MailRow>>(sql, values).await?;
        Ok(Page::cut(rows, page.size, |row| by_id(row.value.mail.id)))
    }

    async fn mail(
        &self,
        firm: FirmId,
        id: MailId,
    ) -> Result<Option<Versioned<MailRow>>, StoreError> {
        let values = vec![text(firm), text(id)];
        self.find(&self.sql().firm.mail, values).await
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
        let rows = self.list::<AuditRow>(sql, values).await?;
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
        let count = self.find::<Count>(&self.sql().firm.counter, values).await?;
        Ok(count.map_or(0, |count| count.0))
    }
}

/// A logo's file.
struct Bytes(Vec<u8>);

impl Stored for Bytes {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        cells.bytes().map(|bytes| Self(bytes.to_vec()))
    }
}

/// Where a firm's days begin.
struct InZone(Zone);

impl Stored for InZone {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self(Zone::parse(cells.text()?)?))
    }
}

/// A counter's value.
struct Count(i64);

impl Stored for Count {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        cells.number().map(Self)
    }
}
