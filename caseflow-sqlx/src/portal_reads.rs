//! Reads of a contact: one statement a page, which also says who the visitor is.

use async_trait::async_trait;
use caseflow_core::domain::access::{Guest, Section, Sections, Visitor};
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::id::InvoiceId;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::page::{Cursor, Page, PageQuery};
use caseflow_core::ports::store::{
    DashboardPage, InvoiceFile, InvoiceQuery, InvoiceRow, OpenBalance, PaymentRow, PortalReads,
    StoreError, Visit,
};
use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;

use crate::SqlxStore;
use crate::conn::{Row, Sql};
use crate::firm_reads::{announcement_object, file_object, payment_page};
use crate::read::{Stored, Unreadable, before, limit, many, one, required};
use crate::records::announcement::{ACTIVITIES, StoredActivityRow, StoredAnnouncement};
use crate::records::client::{CLIENTS, CONTACTS, StoredClient, StoredContact};
use crate::records::firm::{FIRMS, FirmRow};
use crate::records::invoice::{ROW, StoredInvoiceFile, StoredInvoiceRow};
use crate::records::payment::StoredPaymentRow;
use crate::records::session::{SESSIONS, StoredSession};
use crate::statements::{ByStatus, Texts, array_of, depends_on_today, select_json};
use crate::table::object;
use crate::value::{Value, hex, text};

/// The statements.
#[derive(Debug)]
pub(crate) struct PortalSql {
    guest: Visited,
    dashboard: Visited,
    invoices: ByStatus<Visited>,
    invoice: Visited,
    payments: Visited,
}

/// A statement for each way in which a visitor is known.
#[derive(Debug)]
struct Visited {
    session: Sql,
    vouched: Sql,
}

/// The first column of a page, after firm, client, contact and session.
const PAGE: usize = 4;

impl Visited {
    /// `page` are sub-selects that may name the firm `f`, the contact `k` and `$3` and beyond.
    fn new(texts: &mut Texts, page: &[String]) -> Self {
        let columns = |session: String| {
            let who = [
                FIRMS.object("f"),
                CLIENTS.object("c"),
                CONTACTS.object("k"),
                session,
            ];
            [who.as_slice(), page].concat()
        };
        let people = "JOIN caseflow_clients c ON c.firm_id = k.firm_id AND c.id = k.client_id \
                      JOIN caseflow_firms f ON f.firm_id = k.firm_id";
        let by_session = format!(
            "FROM caseflow_sessions s \
             JOIN caseflow_contacts k ON k.firm_id = s.firm_id AND k.id = s.contact_id {people} \
             WHERE s.firm_id = $1 AND s.token = $2"
        );
        let by_contact =
            format!("FROM caseflow_contacts k {people} WHERE k.firm_id = $1 AND k.id = $2");
        Self {
            session: texts.sql(select_json(&columns(SESSIONS.object("s")), &by_session)),
            vouched: texts.sql(select_json(&columns("NULL".into()), &by_contact)),
        }
    }
}

impl PortalSql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        Self {
            guest: Visited::new(texts, &[]),
            dashboard: Visited::new(texts, &dashboard()),
            invoices: ByStatus::new("$6", |status| Visited::new(texts, &[invoices(status)])),
            invoice: Visited::new(texts, &[invoice()]),
            payments: Visited::new(texts, &[payments()]),
        }
    }
}

/// `$3` rows before the place (`$4`, `$5`).
fn invoices(status: &str) -> String {
    let rows = format!(
        "SELECT * FROM caseflow_invoices x \
         WHERE x.firm_id = k.firm_id AND x.client_id = k.client_id AND x.phase <> 'draft' {status} \
         AND (x.dated, x.id) < ($4, $5) ORDER BY x.dated DESC, x.id DESC LIMIT CAST($3 AS {{int}})"
    );
    array_of(&object("i", ROW), "i", "i.dated DESC, i.id DESC", &rows)
}

fn invoice() -> String {
    format!(
        "(SELECT {} FROM caseflow_invoices i WHERE i.firm_id = k.firm_id AND i.id = $3 \
         AND i.client_id = k.client_id AND i.phase <> 'draft')",
        file_object("i")
    )
}

fn payments() -> String {
    payment_page("x.firm_id = k.firm_id AND x.client_id = k.client_id", 3)
}

/// `$3`: the firm's day; `$4`, `$5`: between which the codes of this year's counters lie; `$6`: the
/// time.
fn dashboard() -> Vec<String> {
    const OPEN: &str = "FROM caseflow_invoices x WHERE x.firm_id = k.firm_id \
                        AND x.client_id = k.client_id AND x.phase = 'issued' AND x.balance > 0";
    let library = Sections::NONE.with(Section::Library).bits();
    let open = array_of(
        &object(
            "o",
            &["currency", "count", "due", "overdue_count", "overdue"],
        ),
        "o",
        "o.currency",
        &format!(
            "SELECT x.currency, COUNT(*) AS count, SUM(x.balance) AS due, \
             SUM(CASE WHEN x.due < $3 THEN 1 ELSE 0 END) AS overdue_count, \
             SUM(CASE WHEN x.due < $3 THEN x.balance ELSE 0 END) AS overdue \
             {OPEN} GROUP BY x.currency"
        ),
    );
    let to_pay = format!("SELECT * {OPEN} ORDER BY x.due, x.id LIMIT 10");
    let to_pay = array_of(&object("i", ROW), "i", "i.due, i.id", &to_pay);
    let received = array_of(
        &object("n", &["code", "value"]),
        "n",
        "n.code",
        "SELECT * FROM caseflow_counters x WHERE x.firm_id = k.firm_id \
         AND x.client_id = k.client_id AND x.code >= $4 AND x.code < $5 AND x.value <> 0",
    );
    let announcements = array_of(
        &announcement_object("a"),
        "a",
        "a.id DESC",
        "SELECT * FROM caseflow_announcements x WHERE x.firm_id = k.firm_id \
         AND x.shown_from <= $6 AND (x.shown_until IS NULL OR x.shown_until > $6) \
         AND (x.audience = 'everyone' OR EXISTS (SELECT 1 FROM caseflow_announcement_clients m \
         WHERE m.firm_id = x.firm_id AND m.announcement_id = x.id AND m.client_id = k.client_id)) \
         AND NOT EXISTS (SELECT 1 FROM caseflow_dismissals d WHERE d.firm_id = x.firm_id \
         AND d.announcement_id = x.id AND d.contact_id = k.id) ORDER BY x.id DESC LIMIT 10",
    );
    let activity = array_of(
        &ACTIVITIES.object_with("v", ", 'number', v.number"),
        "v",
        "v.id DESC",
        &format!(
            "SELECT x.*, i.number FROM caseflow_activities x LEFT JOIN caseflow_invoices i \
             ON i.firm_id = x.firm_id AND i.id = x.about \
             WHERE x.firm_id = k.firm_id AND x.client_id = k.client_id \
             AND (x.section & f.sections & (k.permissions | {library})) <> 0 \
             ORDER BY x.id DESC LIMIT 10"
        ),
    );
    vec![open, to_pay, received, announcements, activity]
}

impl SqlxStore {
    async fn visited(
        &self,
        sql: &Visited,
        visit: Visit,
        page: impl IntoIterator<Item = Value>,
    ) -> Result<Option<(Guest, Box<dyn Row>)>, StoreError> {
        let (sql, visitor) = match visit.visitor {
            Visitor::Session(token) => (&sql.session, hex(token.as_bytes())),
            Visitor::Vouched { contact, .. } => (&sql.vouched, text(contact)),
        };
        let mut values = vec![text(visit.firm), visitor];
        values.extend(page);
        let Some(row) = self.read_one(sql, values).await? else {
            return Ok(None);
        };
        let guest = Guest {
            firm: required::<FirmRow>(&*row, 0)?.value,
            client: required::<StoredClient>(&*row, 1)?.value,
            contact: required::<StoredContact>(&*row, 2)?.value,
            session: one::<StoredSession>(&*row, 3)?,
        };
        Ok(Some((guest, row)))
    }

    /// As [`visited`](Self::visited), for pages that depend on the firm's day: read again when the
    /// firm's zone, which comes with the page, says that it is another day.
    async fn visited_today(
        &self,
        sql: &Visited,
        visit: Visit,
        page: impl Fn(NaiveDate) -> Vec<Value>,
    ) -> Result<Option<(Guest, Box<dyn Row>)>, StoreError> {
        let mut today = self.likely_today(visit.firm, visit.now);
        loop {
            let read = self.visited(sql, visit, page(today)).await?;
            let Some((guest, row)) = read else {
                return Ok(None);
            };
            let right = self.learn(visit.firm, guest.firm.zone, visit.now);
            if right == today {
                return Ok(Some((guest, row)));
            }
            today = right;
        }
    }
}

#[async_trait]
impl PortalReads for SqlxStore {
    async fn guest(&self, visit: Visit) -> Result<Option<Guest>, StoreError> {
        let read = self.visited(&self.sql().portal.guest, visit, []).await?;
        Ok(read.map(|(guest, _)| guest))
    }

    async fn dashboard(&self, visit: Visit) -> Result<Option<(Guest, DashboardPage)>, StoreError> {
        let sql = &self.sql().portal.dashboard;
        let read = self.visited_today(sql, visit, |today| {
            let year = today.year();
            vec![
                today.into(),
                text(format!("received:{year}:")),
                text(format!("received:{year};")),
                visit.now.into(),
            ]
        });
        let Some((guest, row)) = read.await? else {
            return Ok(None);
        };
        let announcements = many::<StoredAnnouncement>(&*row, PAGE + 3)?;
        let page = DashboardPage {
            open: many::<StoredBalance>(&*row, PAGE)?,
            to_pay: many::<StoredInvoiceRow>(&*row, PAGE + 1)?,
            received_this_year: many::<StoredCounter>(&*row, PAGE + 2)?,
            announcements: announcements.into_iter().map(|it| it.value).collect(),
            activity: many::<StoredActivityRow>(&*row, PAGE + 4)?,
        };
        Ok(Some((guest, page)))
    }

    async fn client_invoices(
        &self,
        visit: Visit,
        query: &InvoiceQuery,
    ) -> Result<Option<(Guest, Page<InvoiceRow, NaiveDate>)>, StoreError> {
        let sql = self.sql().portal.invoices.of(query.status);
        let read = self.visited_today(sql, visit, |today| {
            let mut values = vec![limit(&query.page)];
            values.extend(before(query.page.after.as_ref()));
            values.extend(depends_on_today(query.status).then(|| today.into()));
            values
        });
        let Some((guest, row)) = read.await? else {
            return Ok(None);
        };
        let rows = many::<StoredInvoiceRow>(&*row, PAGE)?;
        Ok(Some((guest, cut_invoices(rows, &query.page))))
    }

    async fn client_invoice(
        &self,
        visit: Visit,
        id: InvoiceId,
    ) -> Result<Option<(Guest, Option<InvoiceFile>)>, StoreError> {
        let sql = &self.sql().portal.invoice;
        let Some((guest, row)) = self.visited(sql, visit, [text(id)]).await? else {
            return Ok(None);
        };
        Ok(Some((guest, one::<StoredInvoiceFile>(&*row, PAGE)?)))
    }

    async fn client_payments(
        &self,
        visit: Visit,
        page: &PageQuery<NaiveDate>,
    ) -> Result<Option<(Guest, Page<PaymentRow, NaiveDate>)>, StoreError> {
        let sql = &self.sql().portal.payments;
        let [day, id] = before(page.after.as_ref());
        let read = self.visited(sql, visit, [limit(page), day, id]).await?;
        let Some((guest, row)) = read else {
            return Ok(None);
        };
        let rows = many::<StoredPaymentRow>(&*row, PAGE)?;
        Ok(Some((guest, cut_payments(rows, page))))
    }
}

pub(crate) fn cut_invoices(
    rows: Vec<InvoiceRow>,
    page: &PageQuery<NaiveDate>,
) -> Page<InvoiceRow, NaiveDate> {
    Page::cut(rows, page.size, |row| Cursor {
        key: row.dated,
        id: row.id.to_string(),
    })
}

pub(crate) fn cut_payments(
    rows: Vec<PaymentRow>,
    page: &PageQuery<NaiveDate>,
) -> Page<PaymentRow, NaiveDate> {
    Page::cut(rows, page.size, |row| Cursor {
        key: row.payment.value.received_on,
        id: row.payment.value.id.to_string(),
    })
}

/// What is open in one currency.
#[derive(Debug, Deserialize)]
struct StoredBalance {
    currency: String,
    count: u32,
    due: i64,
    overdue_count: u32,
    overdue: i64,
}

impl Stored for StoredBalance {
    type Record = OpenBalance;

    fn read(self) -> Result<OpenBalance, Unreadable> {
        let currency = self.currency.parse()?;
        Ok(OpenBalance {
            count: self.count,
            due: Money::from_minor(self.due, currency),
            overdue_count: self.overdue_count,
            overdue: Money::from_minor(self.overdue, currency),
        })
    }
}

/// A counter of what was received, whose code ends in its currency.
#[derive(Debug, Deserialize)]
struct StoredCounter {
    code: String,
    value: i64,
}

impl Stored for StoredCounter {
    type Record = Money;

    fn read(self) -> Result<Money, Unreadable> {
        let currency: Currency = self.code.rsplit(':').next().unwrap_or_default().parse()?;
        Ok(Money::from_minor(self.value, currency))
    }
}
