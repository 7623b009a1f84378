//! A store in which something happens just before, or just after, a commit.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use caseflow_core::domain::access::Guest;
use caseflow_core::domain::alert::Alert;
use caseflow_core::domain::announcement::Announcement;
use caseflow_core::domain::api_key::ApiKey;
use caseflow_core::domain::attempt::Attempt;
use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::changes::{Changes, Counter, IdempotencyKey, Replay, Versioned};
use caseflow_core::domain::firm::{Firm, Logo};
use caseflow_core::domain::gateway::{EventRef, Merchant};
use caseflow_core::domain::gateway_event::Sweep;
use caseflow_core::domain::id::{AlertId, AnnouncementId, ApiKeyId, ClientId, ContactId, FirmId};
use caseflow_core::domain::mail::Mail;
use caseflow_core::domain::page::{Page, PageQuery};
use caseflow_core::domain::period::Period;
use caseflow_core::domain::secret::TokenHash;
use caseflow_core::domain::text::Email;
use caseflow_core::domain::throttle::{Throttle, ThrottleKey};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::{
    AccessReads, AlertQuery, AttemptQuery, AuditQuery, ClientFile, ClientRow, Committed,
    DashboardPage, EditionCard, FirmReads, HistoryRow, InvoiceCard, InvoiceFile, InvoiceKey,
    InvoiceQuery, InvoiceRow, Lease, LinkCard, MailCard, MoneyWork, PaymentQuery, PaymentRow,
    PortalReads, Queue, Settlement, SignInCard, StatementCard, StatementFile, Store, StoreError,
    Visit, Writes,
};
use caseflow_core::testing::block_on;
use chrono::NaiveDate;

/// What happens to a commit.
pub(crate) enum Meddling {
    /// Somebody else does this first.
    Before(Box<dyn FnOnce() + Send>),
    /// It is done, and nobody is told.
    AnswerLost,
    /// It is not done, and nobody is told.
    RequestLost,
}

/// A store in which the next commits meet with these meddlings, one each.
pub(crate) struct Meddled {
    inner: Arc<dyn Store>,
    meddlings: Mutex<VecDeque<Meddling>>,
}

impl Meddled {
    pub(crate) fn new(
        inner: Arc<dyn Store>,
        meddlings: impl IntoIterator<Item = Meddling>,
    ) -> Arc<Self> {
        Arc::new(Self {
            inner,
            meddlings: Mutex::new(meddlings.into_iter().collect()),
        })
    }
}

/// Before the next commit, `verb` runs to its end.
pub(crate) fn before<F: Future>(verb: impl FnOnce() -> F + Send + 'static) -> Meddling {
    Meddling::Before(Box::new(move || drop(block_on(verb()))))
}

impl std::fmt::Debug for Meddled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meddled")
    }
}

#[async_trait]
impl Writes for Meddled {
    async fn commit(&self, firm: FirmId, changes: Changes) -> Result<Committed, StoreError> {
        let meddling = self.meddlings.lock().unwrap().pop_front();
        match meddling {
            None => self.inner.commit(firm, changes).await,
            Some(Meddling::Before(other)) => {
                other();
                self.inner.commit(firm, changes).await
            }
            Some(Meddling::AnswerLost) => {
                self.inner.commit(firm, changes).await?;
                Err(StoreError::OutcomeUnknown("the line went dead".into()))
            }
            Some(Meddling::RequestLost) => {
                Err(StoreError::OutcomeUnknown("the line was dead".into()))
            }
        }
    }
}

#[async_trait]
impl PortalReads for Meddled {
    async fn guest(&self, visit: Visit) -> Result<Option<Guest>, StoreError> {
        self.inner.guest(visit).await
    }

    async fn edition(&self, visit: Visit) -> Result<Option<EditionCard>, StoreError> {
        self.inner.edition(visit).await
    }

    async fn dashboard(&self, visit: Visit) -> Result<Option<(Guest, DashboardPage)>, StoreError> {
        self.inner.dashboard(visit).await
    }

    async fn client_invoices(
        &self,
        visit: Visit,
        query: &InvoiceQuery,
    ) -> Result<Option<(Guest, Page<InvoiceRow, NaiveDate>)>, StoreError> {
        self.inner.client_invoices(visit, query).await
    }

    async fn client_invoice(
        &self,
        visit: Visit,
        key: InvoiceKey,
    ) -> Result<Option<(Guest, Option<InvoiceFile>)>, StoreError> {
        self.inner.client_invoice(visit, key).await
    }

    async fn client_payments(
        &self,
        visit: Visit,
        page: &PageQuery<NaiveDate>,
    ) -> Result<Option<(Guest, Page<HistoryRow, NaiveDate>)>, StoreError> {
        self.inner.client_payments(visit, page).await
    }

    async fn client_statement(
        &self,
        visit: Visit,
        period: Period,
    ) -> Result<Option<(Guest, StatementFile)>, StoreError> {
        self.inner.client_statement(visit, period).await
    }
}

#[async_trait]
impl FirmReads for Meddled {
    async fn firms(&self, page: &PageQuery<()>) -> Result<Page<Firm, ()>, StoreError> {
        self.inner.firms(page).await
    }

    async fn firm(&self, firm: FirmId) -> Result<Option<Versioned<Firm>>, StoreError> {
        self.inner.firm(firm).await
    }

    async fn logo(&self, firm: FirmId, sha256: [u8; 32]) -> Result<Option<Logo>, StoreError> {
        self.inner.logo(firm, sha256).await
    }

    async fn api_keys(&self, firm: FirmId) -> Result<Vec<Versioned<ApiKey>>, StoreError> {
        self.inner.api_keys(firm).await
    }

    async fn api_key(
        &self,
        firm: FirmId,
        id: ApiKeyId,
    ) -> Result<Option<Versioned<ApiKey>>, StoreError> {
        self.inner.api_key(firm, id).await
    }

    async fn clients(
        &self,
        firm: FirmId,
        page: &PageQuery<()>,
    ) -> Result<Page<ClientRow, ()>, StoreError> {
        self.inner.clients(firm, page).await
    }

    async fn client(&self, firm: FirmId, id: ClientId) -> Result<Option<ClientFile>, StoreError> {
        self.inner.client(firm, id).await
    }

    async fn client_of(
        &self,
        firm: FirmId,
        contact: ContactId,
    ) -> Result<Option<ClientFile>, StoreError> {
        self.inner.client_of(firm, contact).await
    }

    async fn invoices(
        &self,
        firm: FirmId,
        now: Timestamp,
        query: &InvoiceQuery,
    ) -> Result<Page<InvoiceRow, NaiveDate>, StoreError> {
        self.inner.invoices(firm, now, query).await
    }

    async fn invoice(
        &self,
        firm: FirmId,
        key: InvoiceKey,
    ) -> Result<Option<InvoiceFile>, StoreError> {
        self.inner.invoice(firm, key).await
    }

    async fn invoice_card(
        &self,
        firm: FirmId,
        key: InvoiceKey,
    ) -> Result<Option<InvoiceCard>, StoreError> {
        self.inner.invoice_card(firm, key).await
    }

    async fn attempts(
        &self,
        firm: FirmId,
        query: &AttemptQuery,
    ) -> Result<Page<Versioned<Attempt>, ()>, StoreError> {
        self.inner.attempts(firm, query).await
    }

    async fn alerts(
        &self,
        firm: FirmId,
        query: &AlertQuery,
    ) -> Result<Page<Versioned<Alert>, ()>, StoreError> {
        self.inner.alerts(firm, query).await
    }

    async fn alert(
        &self,
        firm: FirmId,
        id: AlertId,
    ) -> Result<Option<Versioned<Alert>>, StoreError> {
        self.inner.alert(firm, id).await
    }

    async fn known_events(
        &self,
        firm: FirmId,
        merchant: &Merchant,
        events: &[EventRef],
    ) -> Result<Vec<EventRef>, StoreError> {
        self.inner.known_events(firm, merchant, events).await
    }

    async fn sweep(
        &self,
        firm: FirmId,
        merchant: &Merchant,
    ) -> Result<Option<Versioned<Sweep>>, StoreError> {
        self.inner.sweep(firm, merchant).await
    }

    async fn statement_card(
        &self,
        firm: FirmId,
        client: ClientId,
        period: Period,
    ) -> Result<Option<StatementCard>, StoreError> {
        self.inner.statement_card(firm, client, period).await
    }

    async fn ledgers(
        &self,
        firm: FirmId,
        page: &PageQuery<()>,
    ) -> Result<Page<InvoiceFile, ()>, StoreError> {
        self.inner.ledgers(firm, page).await
    }

    async fn payments(
        &self,
        firm: FirmId,
        query: &PaymentQuery,
    ) -> Result<Page<PaymentRow, NaiveDate>, StoreError> {
        self.inner.payments(firm, query).await
    }

    async fn announcements(
        &self,
        firm: FirmId,
        page: &PageQuery<()>,
    ) -> Result<Page<Versioned<Announcement>, ()>, StoreError> {
        self.inner.announcements(firm, page).await
    }

    async fn announcement(
        &self,
        firm: FirmId,
        id: AnnouncementId,
    ) -> Result<Option<Versioned<Announcement>>, StoreError> {
        self.inner.announcement(firm, id).await
    }

    async fn audit(
        &self,
        firm: FirmId,
        query: &AuditQuery,
    ) -> Result<Page<AuditRow, u64>, StoreError> {
        self.inner.audit(firm, query).await
    }

    async fn counter(
        &self,
        firm: FirmId,
        client: ClientId,
        counter: Counter,
    ) -> Result<i64, StoreError> {
        self.inner.counter(firm, client, counter).await
    }
}

#[async_trait]
impl AccessReads for Meddled {
    async fn sign_in(
        &self,
        firm: FirmId,
        email: &Email,
        keys: &[ThrottleKey],
    ) -> Result<Option<SignInCard>, StoreError> {
        self.inner.sign_in(firm, email, keys).await
    }

    async fn throttles(
        &self,
        firm: FirmId,
        keys: &[ThrottleKey],
    ) -> Result<Vec<Throttle>, StoreError> {
        self.inner.throttles(firm, keys).await
    }

    async fn link(&self, firm: FirmId, token: TokenHash) -> Result<Option<LinkCard>, StoreError> {
        self.inner.link(firm, token).await
    }

    async fn key_by_token(&self, token: TokenHash) -> Result<Option<(FirmId, ApiKey)>, StoreError> {
        self.inner.key_by_token(token).await
    }

    async fn replay(
        &self,
        firm: FirmId,
        key: &IdempotencyKey,
    ) -> Result<Option<Replay>, StoreError> {
        self.inner.replay(firm, key).await
    }

    async fn mail_card(&self, firm: FirmId, mail: &Mail) -> Result<Option<MailCard>, StoreError> {
        self.inner.mail_card(firm, mail).await
    }
}

#[async_trait]
impl Queue for Meddled {
    async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        max: u32,
    ) -> Result<Vec<Lease>, StoreError> {
        self.inner.lease(now, until, max).await
    }

    async fn settle(&self, now: Timestamp, settlements: &[Settlement]) -> Result<u64, StoreError> {
        self.inner.settle(now, settlements).await
    }

    async fn lease_money(
        &self,
        now: Timestamp,
        until: Timestamp,
        max: u32,
    ) -> Result<Vec<MoneyWork>, StoreError> {
        self.inner.lease_money(now, until, max).await
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.inner.purge(now).await
    }
}
