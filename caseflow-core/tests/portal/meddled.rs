//! A store in which something happens just before, or just after, a commit, or before an item of a
//! vault is read.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use caseflow_core::domain::access::Guest;
use caseflow_core::domain::alert::Alert;
use caseflow_core::domain::announcement::Announcement;
use caseflow_core::domain::api_key::ApiKey;
use caseflow_core::domain::article::{Article, Slug};
use caseflow_core::domain::attempt::Attempt;
use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::changes::{Changes, Counter, IdempotencyKey, Replay, Versioned};
use caseflow_core::domain::document::Document;
use caseflow_core::domain::file::StoredFile;
use caseflow_core::domain::firm::{Firm, Logo};
use caseflow_core::domain::gateway::{EventRef, Merchant};
use caseflow_core::domain::gateway_event::Sweep;
use caseflow_core::domain::id::{
    AlertId, AnnouncementId, ApiKeyId, ArticleId, BlobId, ClientId, ContactId, ContractId,
    DocumentId, FirmId, MailId, OfferId, VaultItemId,
};
use caseflow_core::domain::mail::Mail;
use caseflow_core::domain::offer::{Offer, OfferKind};
use caseflow_core::domain::page::{Page, PageQuery, WaitingFirst};
use caseflow_core::domain::period::Period;
use caseflow_core::domain::secret::TokenHash;
use caseflow_core::domain::session::Session;
use caseflow_core::domain::text::Email;
use caseflow_core::domain::throttle::{Throttle, ThrottleKey};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::domain::vault::{KeyName, VaultItem};
use caseflow_core::ports::store::{
    AccessReads, AlertQuery, ArticleQuery, ArticleRow, AttemptQuery, AuditQuery, ClientFile,
    ClientRow, Committed, ContractCard, ContractFile, ContractQuery, ContractRow, DashboardPage,
    DocumentFile, DocumentQuery, DocumentReads, EditionCard, FirmDocumentQuery, FirmReads,
    HistoryRow, InvoiceCard, InvoiceFile, InvoiceKey, InvoiceQuery, InvoiceRow, Lease, LibraryPage,
    LibraryQuery, LinkCard, MailCard, MailQuery, MailRow, MoneyWork, OfferCard, OfferLinkCard,
    OfferQuery, OfferRow, PaymentQuery, PaymentRow, PortalReads, Queue, Settlement, SignInCard,
    StatementCard, StatementFile, Store, StoreError, VaultLog, VaultReads, Visit, Writes,
};
use caseflow_core::testing::block_on;
use chrono::NaiveDate;

/// What happens to a commit.
pub(crate) enum Meddling {
    /// Somebody else does this first.
    Before(Other),
    /// It is done, and nobody is told.
    AnswerLost,
    /// It is not done, and nobody is told.
    RequestLost,
}

/// What somebody else does first.
type Other = Box<dyn FnOnce() + Send>;

/// A store in which the next commits meet with these meddlings, one each.
pub(crate) struct Meddled {
    inner: Arc<dyn Store>,
    meddlings: Mutex<VecDeque<Meddling>>,
    before_item: Mutex<Option<Other>>,
}

impl Meddled {
    pub(crate) fn new(
        inner: Arc<dyn Store>,
        meddlings: impl IntoIterator<Item = Meddling>,
    ) -> Arc<Self> {
        Arc::new(Self {
            inner,
            meddlings: Mutex::new(meddlings.into_iter().collect()),
            before_item: Mutex::new(None),
        })
    }

    /// A store in which `verb` runs to its end before staff's next read of an item of a vault.
    pub(crate) fn before_item<F: Future>(
        inner: Arc<dyn Store>,
        verb: impl FnOnce() -> F + Send + 'static,
    ) -> Arc<Self> {
        let meddled = Self::new(inner, []);
        *meddled.before_item.lock().unwrap() = Some(to_its_end(verb));
        meddled
    }
}

/// Before the next commit, `verb` runs to its end.
pub(crate) fn before<F: Future>(verb: impl FnOnce() -> F + Send + 'static) -> Meddling {
    Meddling::Before(to_its_end(verb))
}

fn to_its_end<F: Future>(verb: impl FnOnce() -> F + Send + 'static) -> Other {
    Box::new(move || drop(block_on(verb())))
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

/// Implements a port: each call is passed on, but for those of its own.
macro_rules! passed_on {
    ($port:ident: $(fn $call:ident($($arg:ident: $type:ty),*) -> $answer:ty;)* $({ $($own:tt)* })?) => {
        #[async_trait]
        impl $port for Meddled {
            $(async fn $call(&self, $($arg: $type),*) -> Result<$answer, StoreError> {
                self.inner.$call($($arg),*).await
            })*
            $($($own)*)?
        }
    };
}

passed_on! { PortalReads:
    fn guest(visit: Visit) -> Option<Guest>;
    fn edition(visit: Visit) -> Option<EditionCard>;
    fn dashboard(visit: Visit) -> Option<(Guest, DashboardPage)>;
    fn client_invoices(visit: Visit, query: &InvoiceQuery) -> Option<(Guest, Page<InvoiceRow, NaiveDate>)>;
    fn client_invoice(visit: Visit, key: InvoiceKey) -> Option<(Guest, Option<InvoiceFile>)>;
    fn client_payments(visit: Visit, page: &PageQuery<NaiveDate>) -> Option<(Guest, Page<HistoryRow, NaiveDate>)>;
    fn client_offers(visit: Visit, kind: OfferKind, page: &PageQuery<WaitingFirst>) -> Option<(Guest, Page<OfferRow, WaitingFirst>)>;
    fn client_offer(visit: Visit, id: OfferId) -> Option<(Guest, Option<Versioned<Offer>>)>;
    fn client_contracts(visit: Visit, page: &PageQuery<WaitingFirst>) -> Option<(Guest, Page<ContractRow, WaitingFirst>)>;
    fn client_contract(visit: Visit, id: ContractId) -> Option<(Guest, Option<ContractFile>)>;
    fn library(visit: Visit, query: &LibraryQuery) -> Option<(Guest, LibraryPage)>;
    fn library_article(visit: Visit, slug: &Slug) -> Option<(Guest, Option<Article>)>;
    fn own_sessions(visit: Visit) -> Option<(Guest, Vec<Session>)>;
    fn client_statement(visit: Visit, period: Period) -> Option<(Guest, StatementFile)>;
}

passed_on! { FirmReads:
    fn firms(page: &PageQuery<()>) -> Page<Firm, ()>;
    fn firm(firm: FirmId) -> Option<Versioned<Firm>>;
    fn logo(firm: FirmId, sha256: [u8; 32]) -> Option<Logo>;
    fn api_keys(firm: FirmId) -> Vec<Versioned<ApiKey>>;
    fn api_key(firm: FirmId, id: ApiKeyId) -> Option<Versioned<ApiKey>>;
    fn clients(firm: FirmId, page: &PageQuery<()>) -> Page<ClientRow, ()>;
    fn client(firm: FirmId, id: ClientId) -> Option<ClientFile>;
    fn client_of(firm: FirmId, contact: ContactId) -> Option<ClientFile>;
    fn invoices(firm: FirmId, now: Timestamp, query: &InvoiceQuery) -> Page<InvoiceRow, NaiveDate>;
    fn invoice(firm: FirmId, key: InvoiceKey) -> Option<InvoiceFile>;
    fn invoice_card(firm: FirmId, key: InvoiceKey) -> Option<InvoiceCard>;
    fn attempts(firm: FirmId, query: &AttemptQuery) -> Page<Versioned<Attempt>, ()>;
    fn mails(firm: FirmId, query: &MailQuery) -> Page<Versioned<MailRow>, ()>;
    fn mail(firm: FirmId, id: MailId) -> Option<Versioned<MailRow>>;
    fn alerts(firm: FirmId, query: &AlertQuery) -> Page<Versioned<Alert>, ()>;
    fn alert(firm: FirmId, id: AlertId) -> Option<Versioned<Alert>>;
    fn known_events(firm: FirmId, merchant: &Merchant, events: &[EventRef]) -> Vec<EventRef>;
    fn sweep(firm: FirmId, merchant: &Merchant) -> Option<Versioned<Sweep>>;
    fn offers(firm: FirmId, now: Timestamp, query: &OfferQuery) -> Page<OfferRow, ()>;
    fn offer_card(firm: FirmId, id: OfferId) -> Option<OfferCard>;
    fn contracts(firm: FirmId, now: Timestamp, query: &ContractQuery) -> Page<ContractRow, ()>;
    fn contract_card(firm: FirmId, id: ContractId) -> Option<ContractCard>;
    fn file(firm: FirmId, sha256: [u8; 32]) -> Option<StoredFile>;
    fn statement_card(firm: FirmId, client: ClientId, period: Period) -> Option<StatementCard>;
    fn ledgers(firm: FirmId, page: &PageQuery<()>) -> Page<InvoiceFile, ()>;
    fn payments(firm: FirmId, query: &PaymentQuery) -> Page<PaymentRow, NaiveDate>;
    fn announcements(firm: FirmId, page: &PageQuery<()>) -> Page<Versioned<Announcement>, ()>;
    fn announcement(firm: FirmId, id: AnnouncementId) -> Option<Versioned<Announcement>>;
    fn articles(firm: FirmId, query: &ArticleQuery) -> Page<ArticleRow, ()>;
    fn article(firm: FirmId, id: ArticleId) -> Option<Versioned<Article>>;
    fn audit(firm: FirmId, query: &AuditQuery) -> Page<AuditRow, u64>;
    fn counter(firm: FirmId, client: ClientId, counter: Counter) -> i64;
}

passed_on! { AccessReads:
    fn sign_in(firm: FirmId, email: &Email, keys: &[ThrottleKey]) -> Option<SignInCard>;
    fn throttles(firm: FirmId, keys: &[ThrottleKey]) -> Vec<Throttle>;
    fn link(firm: FirmId, token: TokenHash) -> Option<LinkCard>;
    fn offer_link(firm: FirmId, token: TokenHash) -> Option<OfferLinkCard>;
    fn key_by_token(token: TokenHash) -> Option<(FirmId, ApiKey)>;
    fn replay(firm: FirmId, key: &IdempotencyKey) -> Option<Replay>;
    fn mail_card(firm: FirmId, mail: &Mail) -> Option<MailCard>;
}

passed_on! { DocumentReads:
    fn client_documents(visit: Visit, query: &DocumentQuery) -> Option<(Guest, Page<Versioned<Document>, Timestamp>)>;
    fn client_document(visit: Visit, id: DocumentId) -> Option<(Guest, Option<Versioned<Document>>)>;
    fn documents(firm: FirmId, query: &FirmDocumentQuery) -> Page<Versioned<Document>, Timestamp>;
    fn document(firm: FirmId, id: DocumentId) -> Option<DocumentFile>;
}

passed_on! { VaultReads:
    fn client_vault(visit: Visit, page: &PageQuery<()>) -> Option<(Guest, Page<Versioned<VaultItem>, ()>)>;
    fn client_vault_item(visit: Visit, id: VaultItemId) -> Option<(Guest, Option<Versioned<VaultItem>>)>;
    fn client_vault_log(visit: Visit, page: &PageQuery<u64>) -> Option<(Guest, VaultLog)>;
    fn vault_items(firm: FirmId, client: ClientId, page: &PageQuery<()>) -> Page<Versioned<VaultItem>, ()>;
    fn keys_in_use() -> Vec<(KeyName, u64)>;
    fn items_under(key: &KeyName, after: Option<(FirmId, VaultItemId)>, max: u32) -> Vec<(FirmId, Versioned<VaultItem>)>;
    fn unknown_blobs(firm: FirmId, blobs: &[BlobId]) -> Vec<BlobId>;
    {
        async fn vault_item(&self, firm: FirmId, id: VaultItemId) -> Result<Option<Versioned<VaultItem>>, StoreError> {
            let other = self.before_item.lock().unwrap().take();
            if let Some(other) = other {
                other();
            }
            self.inner.vault_item(firm, id).await
        }
    }
}

passed_on! { Queue:
    fn lease(now: Timestamp, until: Timestamp, max: u32) -> Vec<Lease>;
    fn settle(now: Timestamp, settlements: &[Settlement]) -> u64;
    fn lease_money(now: Timestamp, until: Timestamp, max: u32) -> Vec<MoneyWork>;
    fn lease_seals(now: Timestamp, until: Timestamp, max: u32) -> Vec<(FirmId, ContractId)>;
    fn purge(now: Timestamp) -> u64;
}
