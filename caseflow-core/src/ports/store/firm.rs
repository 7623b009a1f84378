use std::fmt;

use async_trait::async_trait;
use chrono::NaiveDate;

use super::StoreError;
use super::library::{ArticleQuery, ArticleRow};
use super::mails::{MailQuery, MailRow};
use super::paperwork::{ContractCard, ContractQuery, ContractRow, OfferCard, OfferQuery, OfferRow};
use super::portal::InvoiceRow;
use super::statement::StatementFile;
use crate::domain::alert::Alert;
use crate::domain::announcement::Announcement;
use crate::domain::api_key::ApiKey;
use crate::domain::article::Article;
use crate::domain::attempt::{Attempt, AttemptStage};
use crate::domain::audit::AuditRow;
use crate::domain::changes::{Counter, Versioned};
use crate::domain::client::{Client, Contact};
use crate::domain::file::StoredFile;
use crate::domain::firm::{Firm, Logo};
use crate::domain::gateway::{EventRef, Merchant};
use crate::domain::gateway_event::Sweep;
use crate::domain::id::{
    AlertId, AnnouncementId, ApiKeyId, ArticleId, AttemptId, ClientId, ContactId, ContractId,
    FirmId, InvoiceId, MailId, OfferId, PaymentId, ReversalId, Subject,
};
use crate::domain::invoice::{Invoice, InvoiceStatus};
use crate::domain::number::DocumentNumber;
use crate::domain::page::{Page, PageQuery};
use crate::domain::payment::{Credit, Payment};
use crate::domain::period::Period;
use crate::domain::refund::Refund;
use crate::domain::reversal::Reversal;
use crate::domain::time::Timestamp;

/// Reads of staff, of the host's own code, and of verbs that load before they decide.
///
/// # Contract
/// * Only records of `firm` are ever read. [`firms`](Self::firms) is the one exception: it is for
///   the program that runs the installation, not for anybody's request.
/// * Lists whose query has no sort key of its own are in the order of ids, newest first.
#[async_trait]
pub trait FirmReads: fmt::Debug + Send + Sync {
    /// The firms of the installation, oldest first.
    async fn firms(&self, page: &PageQuery<()>) -> Result<Page<Firm, ()>, StoreError>;

    /// The firm's settings.
    async fn firm(&self, firm: FirmId) -> Result<Option<Versioned<Firm>>, StoreError>;

    /// The logo that was stored under this hash.
    async fn logo(&self, firm: FirmId, sha256: [u8; 32]) -> Result<Option<Logo>, StoreError>;

    /// The firm's API keys, newest first, revoked ones too; at most 1,000.
    async fn api_keys(&self, firm: FirmId) -> Result<Vec<Versioned<ApiKey>>, StoreError>;

    /// One API key.
    async fn api_key(
        &self,
        firm: FirmId,
        id: ApiKeyId,
    ) -> Result<Option<Versioned<ApiKey>>, StoreError>;

    /// The firm's clients.
    async fn clients(
        &self,
        firm: FirmId,
        page: &PageQuery<()>,
    ) -> Result<Page<ClientRow, ()>, StoreError>;

    /// One client with its contacts.
    async fn client(&self, firm: FirmId, id: ClientId) -> Result<Option<ClientFile>, StoreError>;

    /// The client of this contact, with all its contacts.
    async fn client_of(
        &self,
        firm: FirmId,
        contact: ContactId,
    ) -> Result<Option<ClientFile>, StoreError>;

    /// The firm's invoices, newest date first, then newest id. Statuses are those of `now`.
    async fn invoices(
        &self,
        firm: FirmId,
        now: Timestamp,
        query: &InvoiceQuery,
    ) -> Result<Page<InvoiceRow, NaiveDate>, StoreError>;

    /// One invoice with its records.
    async fn invoice(
        &self,
        firm: FirmId,
        key: InvoiceKey,
    ) -> Result<Option<InvoiceFile>, StoreError>;

    /// One invoice with its records, and whom it is from and for.
    async fn invoice_card(
        &self,
        firm: FirmId,
        key: InvoiceKey,
    ) -> Result<Option<InvoiceCard>, StoreError>;

    /// The firm's attempts at paying online.
    async fn attempts(
        &self,
        firm: FirmId,
        query: &AttemptQuery,
    ) -> Result<Page<Versioned<Attempt>, ()>, StoreError>;

    /// What staff should look at.
    async fn alerts(
        &self,
        firm: FirmId,
        query: &AlertQuery,
    ) -> Result<Page<Versioned<Alert>, ()>, StoreError>;

    /// One alert.
    async fn alert(
        &self,
        firm: FirmId,
        id: AlertId,
    ) -> Result<Option<Versioned<Alert>>, StoreError>;

    /// Those of `events` that have come in already, in any order.
    async fn known_events(
        &self,
        firm: FirmId,
        merchant: &Merchant,
        events: &[EventRef],
    ) -> Result<Vec<EventRef>, StoreError>;

    /// How far a merchant's record has been read.
    async fn sweep(
        &self,
        firm: FirmId,
        merchant: &Merchant,
    ) -> Result<Option<Versioned<Sweep>>, StoreError>;

    /// The firm's proposals and estimates. Statuses are those of `now`.
    async fn offers(
        &self,
        firm: FirmId,
        now: Timestamp,
        query: &OfferQuery,
    ) -> Result<Page<OfferRow, ()>, StoreError>;

    /// One proposal or estimate with its links, and whom it is from and for.
    async fn offer_card(&self, firm: FirmId, id: OfferId) -> Result<Option<OfferCard>, StoreError>;

    /// The firm's contracts. Statuses are those of `now`.
    async fn contracts(
        &self,
        firm: FirmId,
        now: Timestamp,
        query: &ContractQuery,
    ) -> Result<Page<ContractRow, ()>, StoreError>;

    /// One contract with its signature, and whom it is from and with.
    async fn contract_card(
        &self,
        firm: FirmId,
        id: ContractId,
    ) -> Result<Option<ContractCard>, StoreError>;

    /// The file that was stored under this hash.
    async fn file(&self, firm: FirmId, sha256: [u8; 32]) -> Result<Option<StoredFile>, StoreError>;

    /// What a client's statement of these days is made of, and whom it is from and for.
    async fn statement_card(
        &self,
        firm: FirmId,
        client: ClientId,
        period: Period,
    ) -> Result<Option<StatementCard>, StoreError>;

    /// Invoices with their records, in the order of ids, oldest first: for checks over all of them.
    async fn ledgers(
        &self,
        firm: FirmId,
        page: &PageQuery<()>,
    ) -> Result<Page<InvoiceFile, ()>, StoreError>;

    /// The firm's payments, newest day first, then newest id; voided ones too.
    async fn payments(
        &self,
        firm: FirmId,
        query: &PaymentQuery,
    ) -> Result<Page<PaymentRow, NaiveDate>, StoreError>;

    /// The firm's announcements.
    async fn announcements(
        &self,
        firm: FirmId,
        page: &PageQuery<()>,
    ) -> Result<Page<Versioned<Announcement>, ()>, StoreError>;

    /// One announcement.
    async fn announcement(
        &self,
        firm: FirmId,
        id: AnnouncementId,
    ) -> Result<Option<Versioned<Announcement>>, StoreError>;

    /// The firm's articles, those that no contact sees too.
    async fn articles(
        &self,
        firm: FirmId,
        query: &ArticleQuery,
    ) -> Result<Page<ArticleRow, ()>, StoreError>;

    /// One article.
    async fn article(
        &self,
        firm: FirmId,
        id: ArticleId,
    ) -> Result<Option<Versioned<Article>>, StoreError>;

    /// The firm's mails that have not left.
    async fn mails(
        &self,
        firm: FirmId,
        query: &MailQuery,
    ) -> Result<Page<Versioned<MailRow>, ()>, StoreError>;

    /// One mail that has not left.
    async fn mail(
        &self,
        firm: FirmId,
        id: MailId,
    ) -> Result<Option<Versioned<MailRow>>, StoreError>;

    /// The firm's audit log from the first row on. A row's place is its `seq`, as key and as id.
    async fn audit(
        &self,
        firm: FirmId,
        query: &AuditQuery,
    ) -> Result<Page<AuditRow, u64>, StoreError>;

    /// A client's counter; 0 when it never moved.
    async fn counter(
        &self,
        firm: FirmId,
        client: ClientId,
        counter: Counter,
    ) -> Result<i64, StoreError>;
}

/// A client as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRow {
    /// The client.
    pub client: Versioned<Client>,
    /// How many contacts it has that have not been removed.
    pub contacts: u32,
}

/// A client with its contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientFile {
    /// The client.
    pub client: Versioned<Client>,
    /// Its contacts in the order of ids, removed ones too.
    pub contacts: Vec<Versioned<Contact>>,
}

/// An invoice with its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceFile {
    /// The invoice.
    pub invoice: Versioned<Invoice>,
    /// Its payments in the order of ids, voided ones too.
    pub payments: Vec<Versioned<Payment>>,
    /// What went back of its payments or came back, in the order of ids.
    pub reversals: Vec<Reversal>,
    /// Its credits in the order of ids.
    pub credits: Vec<Credit>,
    /// The attempts at paying it online, in the order of ids.
    pub attempts: Vec<Versioned<Attempt>>,
    /// The refunds that staff asked for, in the order of ids.
    pub refunds: Vec<Versioned<Refund>>,
}

/// How an invoice is found: by its id, or by that of one of its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvoiceKey {
    /// This invoice.
    Invoice(InvoiceId),
    /// That on which this payment was made.
    Payment(PaymentId),
    /// That on which the payment was made that this reversal is part of.
    Reversal(ReversalId),
    /// That which this attempt is at.
    Attempt(AttemptId),
}

macro_rules! invoice_keys {
    ($($variant:ident($id:ty)),*) => {
        $(impl From<$id> for InvoiceKey {
            fn from(id: $id) -> Self {
                Self::$variant(id)
            }
        })*
    };
}
invoice_keys!(
    Invoice(InvoiceId),
    Payment(PaymentId),
    Reversal(ReversalId),
    Attempt(AttemptId)
);

impl InvoiceFile {
    /// The payments without their versions, for adding up.
    #[must_use]
    pub fn payments_only(&self) -> Vec<Payment> {
        self.payments
            .iter()
            .map(|payment| payment.value.clone())
            .collect()
    }

    /// The attempt by which money may still come in in the ordinary way.
    #[must_use]
    pub fn live_attempt(&self) -> Option<&Versioned<Attempt>> {
        let mut attempts = self.attempts.iter();
        attempts.find(|attempt| attempt.value.stage().is_live())
    }
}

/// What is needed to print an invoice or a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceCard {
    /// The firm it is from.
    pub firm: Firm,
    /// The client it is for.
    pub client: ClientFile,
    /// The invoice with its records.
    pub invoice: InvoiceFile,
}

/// What is needed to print a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementCard {
    /// The firm it is from.
    pub firm: Firm,
    /// The client it is for.
    pub client: ClientFile,
    /// What it is made of.
    pub statement: StatementFile,
}

/// Which invoices a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InvoiceQuery {
    /// Only those with this status.
    pub status: Option<InvoiceStatus>,
    /// Only those of this client.
    pub client: Option<ClientId>,
    /// Which page.
    pub page: PageQuery<NaiveDate>,
}

/// Which payments a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaymentQuery {
    /// Only those of this client.
    pub client: Option<ClientId>,
    /// Which page, by the day of receipt.
    pub page: PageQuery<NaiveDate>,
}

/// Which attempts a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AttemptQuery {
    /// Only those at this stage.
    pub stage: Option<AttemptStage>,
    /// Only those at this invoice.
    pub invoice: Option<InvoiceId>,
    /// Which page.
    pub page: PageQuery<()>,
}

/// Which alerts a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlertQuery {
    /// Only those that are settled, or only those that are not.
    pub settled: Option<bool>,
    /// Which page.
    pub page: PageQuery<()>,
}

/// A payment as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRow {
    /// The payment.
    pub payment: Versioned<Payment>,
    /// The number of the invoice it pays.
    pub invoice_number: Option<DocumentNumber>,
}

/// Which rows of the audit log to read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditQuery {
    /// Only rows about this record.
    pub about: Option<Subject>,
    /// Which page, by the row's place in the chain.
    pub page: PageQuery<u64>,
}
