//! Reads of staff, and of verbs that load before they decide.

use async_trait::async_trait;
use chrono::NaiveDate;

use super::portal::{invoice_page, payment_page, too_much};
use super::state::Records;
use super::statement::statement;
use super::{MemoryStore, Order, by_id, page};
use crate::domain::alert::Alert;
use crate::domain::announcement::Announcement;
use crate::domain::api_key::ApiKey;
use crate::domain::article::Article;
use crate::domain::attempt::Attempt;
use crate::domain::audit::AuditRow;
use crate::domain::changes::{Counter, Versioned};
use crate::domain::file::StoredFile;
use crate::domain::firm::{Firm, Logo};
use crate::domain::gateway::{EventRef, Merchant};
use crate::domain::gateway_event::Sweep;
use crate::domain::id::{
    AlertId, AnnouncementId, ApiKeyId, ArticleId, ClientId, ContactId, ContractId, FirmId,
    InvoiceId, MailId, OfferId,
};
use crate::domain::page::{Cursor, Page, PageQuery};
use crate::domain::period::Period;
use crate::domain::time::Timestamp;
use crate::ports::store::{
    AlertQuery, ArticleQuery, ArticleRow, AttemptQuery, AuditQuery, ClientFile, ClientRow,
    ContractCard, ContractQuery, ContractRow, FirmReads, InvoiceCard, InvoiceFile, InvoiceKey,
    InvoiceQuery, InvoiceRow, MailQuery, MailRow, OfferCard, OfferQuery, OfferRow, PaymentQuery,
    PaymentRow, StatementCard, StoreError,
};

/// How many API keys are listed at most.
const API_KEYS: usize = 1_000;

impl MemoryStore {
    /// What `read` finds in the firm's records, or nothing when there is no such firm.
    fn in_firm<T: Default>(
        &self,
        firm: FirmId,
        read: impl FnOnce(&Records, &Firm) -> T,
    ) -> Result<T, StoreError> {
        let state = self.lock()?;
        let records = state.firms.get(&firm);
        let found = records.and_then(|records| Some((records, &records.firm()?.value)));
        Ok(found.map_or_else(T::default, |(records, firm)| read(records, firm)))
    }

    fn list_in_firm<T, K>(
        &self,
        firm: FirmId,
        read: impl FnOnce(&Records, &Firm) -> Page<T, K>,
    ) -> Result<Page<T, K>, StoreError> {
        let page = self.in_firm(firm, |records, firm| Some(read(records, firm)))?;
        Ok(page.unwrap_or(Page {
            rows: vec![],
            next: None,
        }))
    }
}

#[async_trait]
impl FirmReads for MemoryStore {
    async fn firms(&self, query: &PageQuery<()>) -> Result<Page<Firm, ()>, StoreError> {
        let state = self.lock()?;
        let firms = state.firms.values().filter_map(Records::firm);
        let firms = firms.map(|firm| firm.value.clone());
        Ok(page(firms, Order::SmallestFirst, query, |it| by_id(it.id)))
    }

    async fn firm(&self, firm: FirmId) -> Result<Option<Versioned<Firm>>, StoreError> {
        self.in_firm(firm, |records, _| records.firm().cloned())
    }

    async fn logo(&self, firm: FirmId, sha256: [u8; 32]) -> Result<Option<Logo>, StoreError> {
        self.in_firm(firm, |records, _| records.logos.get(&sha256).cloned())
    }

    async fn api_keys(&self, firm: FirmId) -> Result<Vec<Versioned<ApiKey>>, StoreError> {
        self.in_firm(firm, |records, _| {
            let newest_first = records.api_keys.values().rev();
            newest_first.take(API_KEYS).cloned().collect()
        })
    }

    async fn api_key(
        &self,
        firm: FirmId,
        id: ApiKeyId,
    ) -> Result<Option<Versioned<ApiKey>>, StoreError> {
        self.in_firm(firm, |records, _| records.api_keys.get(&id).cloned())
    }

    async fn clients(
        &self,
        firm: FirmId,
        query: &PageQuery<()>,
    ) -> Result<Page<ClientRow, ()>, StoreError> {
        self.list_in_firm(firm, |records, _| {
            let place = |row: &ClientRow| by_id(row.client.value.id);
            page(client_rows(records), Order::LargestFirst, query, place)
        })
    }

    async fn client(&self, firm: FirmId, id: ClientId) -> Result<Option<ClientFile>, StoreError> {
        self.in_firm(firm, |records, _| records.client_file(id))
    }

    async fn client_of(
        &self,
        firm: FirmId,
        contact: ContactId,
    ) -> Result<Option<ClientFile>, StoreError> {
        self.in_firm(firm, |records, _| {
            let contact = records.contacts.get(&contact)?;
            records.client_file(contact.value.client)
        })
    }

    async fn invoices(
        &self,
        firm: FirmId,
        now: Timestamp,
        query: &InvoiceQuery,
    ) -> Result<Page<InvoiceRow, NaiveDate>, StoreError> {
        self.list_in_firm(firm, |records, firm| {
            let today = firm.today(now);
            let rows = records.invoices.values().map(InvoiceRow::of);
            let rows = rows
                .filter(|row| query.client.is_none_or(|it| it == row.client))
                .filter(|row| query.status.is_none_or(|it| it == row.status(today)));
            invoice_page(rows, &query.page)
        })
    }

    async fn invoice(
        &self,
        firm: FirmId,
        key: InvoiceKey,
    ) -> Result<Option<InvoiceFile>, StoreError> {
        self.in_firm(firm, |records, _| {
            records.invoice_file(records.invoice_of(key)?)
        })
    }

    async fn invoice_card(
        &self,
        firm: FirmId,
        key: InvoiceKey,
    ) -> Result<Option<InvoiceCard>, StoreError> {
        self.in_firm(firm, |records, firm| {
            invoice_card(records, firm, records.invoice_of(key)?)
        })
    }

    async fn attempts(
        &self,
        firm: FirmId,
        query: &AttemptQuery,
    ) -> Result<Page<Versioned<Attempt>, ()>, StoreError> {
        self.list_in_firm(firm, |records, _| {
            let rows = records.attempts.values();
            let rows = rows
                .filter(|it| query.stage.is_none_or(|stage| stage == it.value.stage()))
                .filter(|it| query.invoice.is_none_or(|id| id == it.value.invoice))
                .cloned();
            let place = |row: &Versioned<Attempt>| by_id(row.value.id);
            page(rows, Order::LargestFirst, &query.page, place)
        })
    }

    async fn alerts(
        &self,
        firm: FirmId,
        query: &AlertQuery,
    ) -> Result<Page<Versioned<Alert>, ()>, StoreError> {
        self.list_in_firm(firm, |records, _| {
            let wanted = |it: &&Versioned<Alert>| {
                let settled = query.settled;
                settled.is_none_or(|settled| settled == it.value.is_settled())
            };
            let rows = records.alerts.values().filter(wanted).cloned();
            let place = |row: &Versioned<Alert>| by_id(row.value.id);
            page(rows, Order::LargestFirst, &query.page, place)
        })
    }

    async fn alert(
        &self,
        firm: FirmId,
        id: AlertId,
    ) -> Result<Option<Versioned<Alert>>, StoreError> {
        self.in_firm(firm, |records, _| records.alerts.get(&id).cloned())
    }

    async fn known_events(
        &self,
        firm: FirmId,
        merchant: &Merchant,
        events: &[EventRef],
    ) -> Result<Vec<EventRef>, StoreError> {
        self.in_firm(firm, |records, _| {
            let is_known = |event: &&EventRef| {
                let key = (merchant.clone(), (*event).clone());
                records.events.contains(&key)
            };
            events.iter().filter(is_known).cloned().collect()
        })
    }

    async fn sweep(
        &self,
        firm: FirmId,
        merchant: &Merchant,
    ) -> Result<Option<Versioned<Sweep>>, StoreError> {
        self.in_firm(firm, |records, _| records.sweeps.get(merchant).cloned())
    }

    async fn offers(
        &self,
        firm: FirmId,
        now: Timestamp,
        query: &OfferQuery,
    ) -> Result<Page<OfferRow, ()>, StoreError> {
        self.list_in_firm(firm, |records, settings| {
            let today = settings.today(now);
            let rows = records.offers.values().map(OfferRow::of).filter(|row| {
                query.kind.is_none_or(|kind| kind == row.kind)
                    && query.status.is_none_or(|it| it == row.status(today))
                    && query.client.is_none_or(|client| client == row.client)
            });
            page(rows, Order::LargestFirst, &query.page, |row| by_id(row.id))
        })
    }

    async fn offer_card(&self, firm: FirmId, id: OfferId) -> Result<Option<OfferCard>, StoreError> {
        self.in_firm(firm, |records, _| records.offer_card(id))
    }

    async fn contracts(
        &self,
        firm: FirmId,
        now: Timestamp,
        query: &ContractQuery,
    ) -> Result<Page<ContractRow, ()>, StoreError> {
        self.list_in_firm(firm, |records, settings| {
            let today = settings.today(now);
            let rows = records.contracts.values().map(ContractRow::of);
            let rows = rows.filter(|row| {
                query.status.is_none_or(|it| it == row.status(today))
                    && query.client.is_none_or(|client| client == row.client)
            });
            page(rows, Order::LargestFirst, &query.page, |row| by_id(row.id))
        })
    }

    async fn contract_card(
        &self,
        firm: FirmId,
        id: ContractId,
    ) -> Result<Option<ContractCard>, StoreError> {
        self.in_firm(firm, |records, _| records.contract_card(id))
    }

    async fn file(&self, firm: FirmId, sha256: [u8; 32]) -> Result<Option<StoredFile>, StoreError> {
        self.in_firm(firm, |records, _| records.files.get(&sha256).cloned())
    }

    async fn statement_card(
        &self,
        firm: FirmId,
        client: ClientId,
        period: Period,
    ) -> Result<Option<StatementCard>, StoreError> {
        let card = self.in_firm(firm, |records, firm| {
            let found = records.client_file(client)?;
            Some(
                statement(records, client, period).map(|statement| StatementCard {
                    firm: firm.clone(),
                    client: found,
                    statement,
                }),
            )
        })?;
        card.transpose().map_err(|sum| too_much(&sum))
    }

    async fn ledgers(
        &self,
        firm: FirmId,
        query: &PageQuery<()>,
    ) -> Result<Page<InvoiceFile, ()>, StoreError> {
        self.list_in_firm(firm, |records, _| {
            let ids = records.invoices.iter().map(|(id, _)| *id);
            let ids = page(ids, Order::SmallestFirst, query, |id| by_id(*id));
            Page {
                next: ids.next,
                rows: ids
                    .rows
                    .into_iter()
                    .filter_map(|id| records.invoice_file(id))
                    .collect(),
            }
        })
    }

    async fn payments(
        &self,
        firm: FirmId,
        query: &PaymentQuery,
    ) -> Result<Page<PaymentRow, NaiveDate>, StoreError> {
        self.list_in_firm(firm, |records, _| {
            let payments = records.payments.values();
            let rows = payments
                .filter(|it| query.client.is_none_or(|client| client == it.value.client))
                .map(|payment| records.payment_row(payment));
            payment_page(rows, &query.page)
        })
    }

    async fn announcements(
        &self,
        firm: FirmId,
        query: &PageQuery<()>,
    ) -> Result<Page<Versioned<Announcement>, ()>, StoreError> {
        self.list_in_firm(firm, |records, _| {
            let place = |row: &Versioned<Announcement>| by_id(row.value.id);
            let rows = records.announcements.values().cloned();
            page(rows, Order::LargestFirst, query, place)
        })
    }

    async fn announcement(
        &self,
        firm: FirmId,
        id: AnnouncementId,
    ) -> Result<Option<Versioned<Announcement>>, StoreError> {
        self.in_firm(firm, |records, _| records.announcements.get(&id).cloned())
    }

    async fn articles(
        &self,
        firm: FirmId,
        query: &ArticleQuery,
    ) -> Result<Page<ArticleRow, ()>, StoreError> {
        self.list_in_firm(firm, |records, _| {
            let articles = records.articles_with(query.terms.as_ref());
            let rows = articles
                .map(ArticleRow::of)
                .filter(|row| query.stage.is_none_or(|stage| stage == row.stage));
            page(rows, Order::LargestFirst, &query.page, |row| by_id(row.id))
        })
    }

    async fn article(
        &self,
        firm: FirmId,
        id: ArticleId,
    ) -> Result<Option<Versioned<Article>>, StoreError> {
        self.in_firm(firm, |records, _| records.articles.get(&id).cloned())
    }

    async fn mails(
        &self,
        firm: FirmId,
        query: &MailQuery,
    ) -> Result<Page<Versioned<MailRow>, ()>, StoreError> {
        self.list_in_firm(firm, |records, _| {
            let rows = records.outbox.values().map(|it| records.mail_row(it));
            let rows = rows.filter(|it| query.stage.is_none_or(|stage| stage == it.value.stage()));
            let place = |row: &Versioned<MailRow>| by_id(row.value.mail.id);
            page(rows, Order::LargestFirst, &query.page, place)
        })
    }

    async fn mail(
        &self,
        firm: FirmId,
        id: MailId,
    ) -> Result<Option<Versioned<MailRow>>, StoreError> {
        self.in_firm(firm, |records, _| {
            let posted = records.outbox.get(&id);
            posted.map(|posted| records.mail_row(posted))
        })
    }

    async fn audit(
        &self,
        firm: FirmId,
        query: &AuditQuery,
    ) -> Result<Page<AuditRow, u64>, StoreError> {
        self.list_in_firm(firm, |records, _| {
            let rows = records.audit.values();
            let rows = rows
                .filter(|row| query.about.is_none_or(|about| row.about.contains(&about)))
                .cloned();
            page(rows, Order::SmallestFirst, &query.page, |row| Cursor {
                key: row.seq,
                id: row.seq.to_string(),
            })
        })
    }

    async fn counter(
        &self,
        firm: FirmId,
        client: ClientId,
        counter: Counter,
    ) -> Result<i64, StoreError> {
        self.in_firm(firm, |records, _| {
            let value = records.counters.get(&(client, counter));
            value.copied().unwrap_or(0)
        })
    }
}

fn invoice_card(records: &Records, firm: &Firm, id: InvoiceId) -> Option<InvoiceCard> {
    let invoice = records.invoice_file(id)?;
    Some(InvoiceCard {
        firm: firm.clone(),
        client: records.client_file(invoice.invoice.value.client)?,
        invoice,
    })
}

fn client_rows(records: &Records) -> impl Iterator<Item = ClientRow> {
    records.clients.values().map(|client| {
        let contacts = records.contacts.values().map(|contact| &contact.value);
        let active = contacts.filter(|it| it.client == client.value.id && it.is_active());
        ClientRow {
            client: client.clone(),
            contacts: u32::try_from(active.count()).unwrap_or(u32::MAX),
        }
    })
}
