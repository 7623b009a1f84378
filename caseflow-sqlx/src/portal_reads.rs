//! Reads of a contact: a statement says who the visitor is, and another all that the page shows.

use std::cmp::Reverse;

use async_trait::async_trait;
use caseflow_core::domain::access::{Guest, Visitor};
use caseflow_core::domain::article::{Article, Slug};
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::client::{Client, Contact};
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::{ContractId, OfferId};
use caseflow_core::domain::offer::{Offer, OfferKind};
use caseflow_core::domain::page::{Cursor, Page, PageQuery, WaitingFirst};
use caseflow_core::domain::period::Period;
use caseflow_core::domain::session::Session;
use caseflow_core::ports::store::{
    ContractFile, ContractRow, DashboardPage, EditionCard, HistoryRow, InvoiceFile, InvoiceKey,
    InvoiceQuery, InvoiceRow, LibraryPage, LibraryQuery, OfferRow, PortalReads, StatementFile,
    StoreError, Visit,
};
use chrono::NaiveDate;

use crate::SqlxStore;
use crate::client_statements::{days, statement_file, statement_parts};
use crate::dashboard::dashboard_parts;
use crate::editions::EditionSql;
use crate::invoice_files::{ByKey, file_parts, files};
use crate::payment_history::{cut_history, history_parts};
use crate::read::{Answer, Cells, Stored, Unreadable, before, limit};
use crate::records::client::{CLIENTS, CONTACTS};
use crate::records::firm::FIRMS;
use crate::records::invoice::row_shape;
use crate::records::session::SESSIONS;
use crate::statements::{ByStatus, Part, Select, Texts, depends_on_today, rows_of};
use crate::value::{Value, hex, text};

/// The statements.
#[derive(Debug)]
pub(crate) struct PortalSql {
    by_session: Select,
    vouched: Select,
    pub(crate) edition: EditionSql,
    pub(crate) dashboard: Select,
    invoices: ByStatus<Select>,
    invoice: ByKey<Select>,
    payments: Select,
    sessions: Select,
    statement: Select,
}

impl PortalSql {
    /// The visitor first, then what the page shows. Of a page's statement `$1` is the firm and `$2`
    /// the visitor's client.
    pub(crate) fn new(texts: &mut Texts) -> Self {
        const PEOPLE: &str = "JOIN caseflow_clients c ON c.firm_id = k.firm_id \
                              AND c.id = k.client_id \
                              JOIN caseflow_firms f ON f.firm_id = k.firm_id";
        let people = FIRMS
            .shape("f")
            .and(CLIENTS.shape("c"))
            .and(CONTACTS.shape("k"));
        Self {
            by_session: texts.one(
                people.clone().and(SESSIONS.shape("s")),
                &format!(
                    "FROM caseflow_sessions s JOIN caseflow_contacts k \
                     ON k.firm_id = s.firm_id AND k.id = s.contact_id {PEOPLE} \
                     WHERE s.firm_id = $1 AND s.token = $2"
                ),
            ),
            vouched: texts.one(
                people,
                &format!("FROM caseflow_contacts k {PEOPLE} WHERE k.firm_id = $1 AND k.id = $2"),
            ),
            edition: EditionSql::new(texts),
            dashboard: texts.all(&dashboard_parts()),
            invoices: ByStatus::new("$6", |status| texts.all(&[invoices(status)])),
            invoice: ByKey::new(3, |_, found| texts.all(&invoice(found))),
            payments: texts.all(&history_parts("AND x.client_id = $2", 3)),
            sessions: texts.one(SESSIONS.shape("s"), OWN_SESSIONS),
            statement: texts.all(&statement_parts()),
        }
    }
}

/// The sessions of the contact `$2` that are alive at `$3`: few, and sorted as they are found.
const OWN_SESSIONS: &str = "FROM caseflow_sessions s WHERE s.firm_id = $1 AND s.contact_id = $2 \
     AND s.expires_at > $3 AND s.idle > $3 - s.seen_at \
     ORDER BY s.seen_at DESC, s.id DESC LIMIT 100";

/// `$3` rows before the place (`$4`, `$5`).
fn invoices(status: &str) -> Part {
    rows_of(
        row_shape("i"),
        "i",
        &format!(
            "SELECT * FROM caseflow_invoices x WHERE x.firm_id = $1 \
             AND x.client_id = $2 AND x.phase <> 'draft' {status} \
             AND (x.dated, x.id) < ($4, $5) ORDER BY x.dated DESC, x.id DESC \
             LIMIT CAST($3 AS {{int}})"
        ),
    )
}

/// The invoice that was found, if it is shown to the client.
fn invoice(found: &str) -> Vec<Part> {
    file_parts(&format!(
        "{found} AND i.client_id = $2 AND i.phase <> 'draft'"
    ))
}

impl SqlxStore {
    /// What the page shows to the client, if the visitor is known.
    pub(crate) async fn page(
        &self,
        select: &Select,
        visit: Visit,
        page: impl FnOnce(&Guest) -> Vec<Value>,
    ) -> Result<Option<(Guest, Answer)>, StoreError> {
        let Some(guest) = self.guest(visit).await? else {
            return Ok(None);
        };
        let mut values = vec![text(visit.firm), text(guest.client.id)];
        values.extend(page(&guest));
        let answer = self.read(select, values).await?;
        Ok(Some((guest, answer)))
    }
}

#[async_trait]
impl PortalReads for SqlxStore {
    async fn guest(&self, visit: Visit) -> Result<Option<Guest>, StoreError> {
        let sql = &self.sql().portal;
        let of = |visitor| vec![text(visit.firm), visitor];
        match visit.visitor {
            Visitor::Session(token) | Visitor::Preview(token) => {
                let values = of(hex(token.as_bytes()));
                let found: Option<SignedIn> = self.find(&sql.by_session, values).await?;
                Ok(found.map(|SignedIn { people, session }| people.with(Some(session))))
            }
            Visitor::Vouched { contact, .. } => {
                let found: Option<People> = self.find(&sql.vouched, of(text(contact))).await?;
                Ok(found.map(|people| people.with(None)))
            }
        }
    }

    async fn edition(&self, visit: Visit) -> Result<Option<EditionCard>, StoreError> {
        self.edition_of(visit).await
    }

    async fn dashboard(&self, visit: Visit) -> Result<Option<(Guest, DashboardPage)>, StoreError> {
        self.dashboard_of(visit).await
    }

    async fn client_invoices(
        &self,
        visit: Visit,
        query: &InvoiceQuery,
    ) -> Result<Option<(Guest, Page<InvoiceRow, NaiveDate>)>, StoreError> {
        let sql = self.sql().portal.invoices.of(query.status);
        let page = self.page(sql, visit, |guest| {
            let today = guest.firm.zone.day(visit.now);
            let mut values = vec![limit(&query.page)];
            values.extend(before(query.page.after.as_ref()));
            values.extend(depends_on_today(query.status).then(|| today.into()));
            values
        });
        let Some((guest, answer)) = page.await? else {
            return Ok(None);
        };
        Ok(Some((guest, cut_invoices(answer.many(0)?, &query.page))))
    }

    async fn client_invoice(
        &self,
        visit: Visit,
        key: InvoiceKey,
    ) -> Result<Option<(Guest, Option<InvoiceFile>)>, StoreError> {
        let (sql, key) = self.sql().portal.invoice.of(key);
        let page = self.page(sql, visit, |_| vec![key]).await?;
        let Some((guest, answer)) = page else {
            return Ok(None);
        };
        Ok(Some((guest, files(&answer, 0)?.pop())))
    }

    async fn client_payments(
        &self,
        visit: Visit,
        page: &PageQuery<NaiveDate>,
    ) -> Result<Option<(Guest, Page<HistoryRow, NaiveDate>)>, StoreError> {
        let sql = &self.sql().portal.payments;
        let [day, id] = before(page.after.as_ref());
        let read = self
            .page(sql, visit, |_| vec![limit(page), day, id])
            .await?;
        let Some((guest, answer)) = read else {
            return Ok(None);
        };
        Ok(Some((guest, cut_history(&answer, page)?)))
    }

    async fn client_offers(
        &self,
        visit: Visit,
        kind: OfferKind,
        page: &PageQuery<WaitingFirst>,
    ) -> Result<Option<(Guest, Page<OfferRow, WaitingFirst>)>, StoreError> {
        self.offers_shown(visit, kind, page).await
    }

    async fn client_offer(
        &self,
        visit: Visit,
        id: OfferId,
    ) -> Result<Option<(Guest, Option<Versioned<Offer>>)>, StoreError> {
        self.offer_shown(visit, id).await
    }

    async fn client_contracts(
        &self,
        visit: Visit,
        page: &PageQuery<WaitingFirst>,
    ) -> Result<Option<(Guest, Page<ContractRow, WaitingFirst>)>, StoreError> {
        self.contracts_shown(visit, page).await
    }

    async fn client_contract(
        &self,
        visit: Visit,
        id: ContractId,
    ) -> Result<Option<(Guest, Option<ContractFile>)>, StoreError> {
        self.contract_shown(visit, id).await
    }

    async fn library(
        &self,
        visit: Visit,
        query: &LibraryQuery,
    ) -> Result<Option<(Guest, LibraryPage)>, StoreError> {
        self.library_shown(visit, query).await
    }

    async fn library_article(
        &self,
        visit: Visit,
        slug: &Slug,
    ) -> Result<Option<(Guest, Option<Article>)>, StoreError> {
        self.library_article_shown(visit, slug).await
    }

    async fn own_sessions(
        &self,
        visit: Visit,
    ) -> Result<Option<(Guest, Vec<Session>)>, StoreError> {
        let Some(guest) = self.guest(visit).await? else {
            return Ok(None);
        };
        let values = vec![text(visit.firm), text(guest.contact.id), visit.now.into()];
        let sessions = self.list(&self.sql().portal.sessions, values).await?;
        Ok(Some((guest, sessions)))
    }

    async fn client_statement(
        &self,
        visit: Visit,
        period: Period,
    ) -> Result<Option<(Guest, StatementFile)>, StoreError> {
        let sql = &self.sql().portal.statement;
        let page = self.page(sql, visit, |_| days(period).to_vec()).await?;
        let Some((guest, answer)) = page else {
            return Ok(None);
        };
        Ok(Some((guest, statement_file(&answer, 0)?)))
    }
}

/// Who visits.
struct People {
    firm: Firm,
    client: Client,
    contact: Contact,
}

impl People {
    fn with(self, session: Option<Session>) -> Guest {
        Guest {
            firm: self.firm,
            client: self.client,
            contact: self.contact,
            session,
        }
    }
}

impl Stored for People {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            firm: Versioned::read(cells)?.value,
            client: Versioned::read(cells)?.value,
            contact: Versioned::read(cells)?.value,
        })
    }
}

/// Who visits by a session.
struct SignedIn {
    people: People,
    session: Session,
}

impl Stored for SignedIn {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            people: Stored::read(cells)?,
            session: Stored::read(cells)?,
        })
    }
}

/// Newest date first, then newest id.
pub(crate) fn cut_invoices(
    mut rows: Vec<InvoiceRow>,
    page: &PageQuery<NaiveDate>,
) -> Page<InvoiceRow, NaiveDate> {
    rows.sort_unstable_by_key(|row| Reverse((row.dated, row.id)));
    Page::cut(rows, page.size, |row| Cursor {
        key: row.dated,
        id: row.id.to_string(),
    })
}
