use std::fmt;

use async_trait::async_trait;
use chrono::NaiveDate;

use super::StoreError;
use super::firm::{InvoiceFile, InvoiceKey, InvoiceQuery, PaymentRow};
use super::library::{LibraryPage, LibraryQuery};
use super::paperwork::{ContractFile, ContractRow, OfferRow};
use super::statement::StatementFile;
use crate::domain::access::{Guest, Visitor};
use crate::domain::activity::Activity;
use crate::domain::announcement::Announcement;
use crate::domain::article::{Article, Slug};
use crate::domain::changes::{Version, Versioned};
use crate::domain::currency::Currency;
use crate::domain::edition::Edition;
use crate::domain::id::{ClientId, ContactId, ContractId, FirmId, InvoiceId, OfferId, SessionId};
use crate::domain::invoice::{self, Invoice, InvoiceStatus, Phase};
use crate::domain::money::Money;
use crate::domain::number::DocumentNumber;
use crate::domain::offer::{Offer, OfferKind};
use crate::domain::page::{Page, PageQuery, WaitingFirst};
use crate::domain::period::Period;
use crate::domain::reversal::Reversal;
use crate::domain::session::{Lifetime, Session};
use crate::domain::text::Line;
use crate::domain::time::Timestamp;

/// Reads of a contact. Each is one call a page, and answers who the visitor is together with what
/// the page shows.
///
/// # Contract
/// * `None` when the visitor is nobody: no such session or contact in this firm.
/// * The page holds only records of the visitor's own client. Drafts are never among them.
/// * Whether the visit is allowed is decided by the caller, from the [`Guest`].
/// * When two [editions](Self::edition) of one contact are equal, every page of that contact that is
///   read after the first and before the second shows the same records. Left aside is what depends on
///   the time of the visit, and when an attempt or a refund is next asked about, which leases move.
/// * A commit moves the marks of all whom it
///   [concerns](crate::domain::changes::Changes::concerned), at the moment at which it is done, and
///   no others; of commits at once none is lost. A record other than a contact stays with its client.
#[async_trait]
pub trait PortalReads: fmt::Debug + Send + Sync {
    /// Who the visitor is, and nothing else.
    async fn guest(&self, visit: Visit) -> Result<Option<Guest>, StoreError>;

    /// How the records stand that the visitor's pages are made of, and by which session they come:
    /// the one read of a page that is at hand, to be answered by a few look-ups.
    async fn edition(&self, visit: Visit) -> Result<Option<EditionCard>, StoreError>;

    /// The dashboard.
    async fn dashboard(&self, visit: Visit) -> Result<Option<(Guest, DashboardPage)>, StoreError>;

    /// The client's invoices, newest date first. A client named in the query is ignored.
    async fn client_invoices(
        &self,
        visit: Visit,
        query: &InvoiceQuery,
    ) -> Result<Option<(Guest, Page<InvoiceRow, NaiveDate>)>, StoreError>;

    /// One invoice of the client with its records.
    async fn client_invoice(
        &self,
        visit: Visit,
        key: InvoiceKey,
    ) -> Result<Option<(Guest, Option<InvoiceFile>)>, StoreError>;

    /// The client's payments and reversals over all invoices, newest day first, then by id, largest
    /// first; voided ones too.
    async fn client_payments(
        &self,
        visit: Visit,
        page: &PageQuery<NaiveDate>,
    ) -> Result<Option<(Guest, Page<HistoryRow, NaiveDate>)>, StoreError>;

    /// The client's offers of this kind: those that wait for an answer at the visit, then the others,
    /// each by the time at which they were sent, newest first, then by id, largest first.
    async fn client_offers(
        &self,
        visit: Visit,
        kind: OfferKind,
        page: &PageQuery<WaitingFirst>,
    ) -> Result<Option<(Guest, Page<OfferRow, WaitingFirst>)>, StoreError>;

    /// One offer of the client, of whichever kind.
    async fn client_offer(
        &self,
        visit: Visit,
        id: OfferId,
    ) -> Result<Option<(Guest, Option<Versioned<Offer>>)>, StoreError>;

    /// The client's contracts, in the order of its offers.
    async fn client_contracts(
        &self,
        visit: Visit,
        page: &PageQuery<WaitingFirst>,
    ) -> Result<Option<(Guest, Page<ContractRow, WaitingFirst>)>, StoreError>;

    /// One contract of the client with its signature.
    async fn client_contract(
        &self,
        visit: Visit,
        id: ContractId,
    ) -> Result<Option<(Guest, Option<ContractFile>)>, StoreError>;

    /// The library: published articles alone.
    async fn library(
        &self,
        visit: Visit,
        query: &LibraryQuery,
    ) -> Result<Option<(Guest, LibraryPage)>, StoreError>;

    /// The published article with this slug.
    async fn library_article(
        &self,
        visit: Visit,
        slug: &Slug,
    ) -> Result<Option<(Guest, Option<Article>)>, StoreError>;

    /// The contact's sessions that are alive at the visit, the last used first, then by id, largest
    /// first; at most 100.
    async fn own_sessions(&self, visit: Visit)
    -> Result<Option<(Guest, Vec<Session>)>, StoreError>;

    /// What the client's statement of these days is made of.
    async fn client_statement(
        &self,
        visit: Visit,
        period: Period,
    ) -> Result<Option<(Guest, StatementFile)>, StoreError>;
}

/// The scope of a contact's read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// The firm whose portal is visited.
    pub firm: FirmId,
    /// How the visitor is known.
    pub visitor: Visitor,
    /// The time of the visit.
    pub now: Timestamp,
}

/// What [`PortalReads::edition`] answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EditionCard {
    /// The visitor.
    pub contact: ContactId,
    /// Their session and how long it counts, when they came with one.
    pub session: Option<(SessionId, Lifetime)>,
    /// How the records stand.
    pub edition: Edition,
}

/// What a contact's first page shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DashboardPage {
    /// What is open, a currency each, in the order of their codes.
    pub open: Vec<OpenBalance>,
    /// The first ten open invoices by due date, then id.
    pub to_pay: Vec<InvoiceRow>,
    /// The first ten offers of either kind that wait for an answer and whose section is open to the
    /// contact, by their last day, then id.
    pub to_decide: Vec<OfferRow>,
    /// The first ten contracts that wait for a signature, when their section is open to the contact,
    /// by their last day (those without one last), then id.
    pub to_sign: Vec<ContractRow>,
    /// What was received in the calendar year (in the firm's zone) of the visit, a currency each, in
    /// the order of their codes; zero ones left out.
    pub received_this_year: Vec<Money>,
    /// Announcements that show now, are meant for the client and were not dismissed by the contact;
    /// newest id first, at most ten.
    pub announcements: Vec<Announcement>,
    /// When the first of the announcements that are meant for the client and were not dismissed by
    /// the contact begins or ends after the visit.
    pub changes_at: Option<Timestamp>,
    /// The latest ten lines of the feed whose section is open to the contact, newest id first. Those
    /// about a document or an item of the vault are there as long as that is there for the contact.
    pub activity: Vec<ActivityRow>,
}

/// A line of the feed, and the number of the document that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityRow {
    /// The line.
    pub activity: Activity,
    /// The number of the invoice or offer concerned.
    pub number: Option<DocumentNumber>,
    /// The title of the offer or contract concerned, or what the document is called.
    pub title: Option<Line<200>>,
}

/// A line of the payment history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryRow {
    /// Money came in.
    Payment(PaymentRow),
    /// Money went back, or came back to the firm.
    Reversal(ReversalRow),
}

impl HistoryRow {
    /// Its place in the history: the day, and the record's id as text.
    #[must_use]
    pub fn place(&self) -> (NaiveDate, String) {
        match self {
            Self::Payment(row) => {
                let payment = &row.payment.value;
                (payment.received_on, payment.id.to_string())
            }
            Self::Reversal(row) => (row.reversal.on, row.reversal.id.to_string()),
        }
    }
}

/// A reversal as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReversalRow {
    /// The reversal.
    pub reversal: Reversal,
    /// The number of the invoice that had been paid.
    pub invoice_number: Option<DocumentNumber>,
}

/// Open invoices of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenBalance {
    /// How many are open.
    pub count: u32,
    /// What is due on them.
    pub due: Money,
    /// How many of them are overdue.
    pub overdue_count: u32,
    /// What is due on those.
    pub overdue: Money,
}

/// An invoice as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceRow {
    /// Its id.
    pub id: InvoiceId,
    /// Its version.
    pub version: Version,
    /// Whom it is for.
    pub client: ClientId,
    /// Its number, once issued.
    pub number: Option<DocumentNumber>,
    /// Its stored state.
    pub phase: Phase,
    /// The date printed on it.
    pub dated: NaiveDate,
    /// Its due day.
    pub due: NaiveDate,
    /// Its total.
    pub total: Money,
    /// What was received on it.
    pub received: Money,
    /// What was credited on it.
    pub credited: Money,
    /// Its matter's label.
    pub matter: Option<Line<120>>,
}

impl InvoiceRow {
    /// The invoice as a list shows it.
    #[must_use]
    pub fn of(invoice: &Versioned<Invoice>) -> Self {
        let Versioned { version, value } = invoice;
        Self {
            id: value.id,
            version: *version,
            client: value.client,
            number: value.number().cloned(),
            phase: value.phase(),
            dated: value.terms.dated,
            due: value.terms.due,
            total: value.account.total,
            received: value.account.received,
            credited: value.account.credited,
            matter: value.terms.matter.clone(),
        }
    }

    /// What people see on `today`, a day in the firm's zone.
    #[must_use]
    pub fn status(&self, today: NaiveDate) -> InvoiceStatus {
        invoice::status(
            self.phase,
            self.balance(),
            self.received.minor(),
            self.due,
            today,
        )
    }

    /// What is still to be paid: nothing on a draft or a cancelled invoice, never below zero.
    #[must_use]
    pub fn amount_due(&self) -> Money {
        match self.phase {
            Phase::Issued => Money::from_minor(self.balance().max(0), self.currency()),
            Phase::Draft | Phase::Cancelled => Money::zero(self.currency()),
        }
    }

    /// The currency of all its amounts.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.total.currency()
    }

    fn balance(&self) -> i64 {
        let settled = self.received.minor().saturating_add(self.credited.minor());
        self.total.minor().saturating_sub(settled)
    }
}
