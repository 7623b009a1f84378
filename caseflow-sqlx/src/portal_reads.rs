//! Reads of a contact: one statement a page, which also says who the visitor is.

use std::cmp::Reverse;

use async_trait::async_trait;
use caseflow_core::domain::access::{Guest, Section, Sections, Visitor};
use caseflow_core::domain::announcement::Announcement;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::client::{Client, Contact};
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::{InvoiceId, PaymentId};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::page::{Cursor, Page, PageQuery};
use caseflow_core::domain::period::Period;
use caseflow_core::ports::store::{
    ActivityRow, DashboardPage, InvoiceFile, InvoiceQuery, InvoiceRow, OpenBalance, PaymentRow,
    PortalReads, StatementFile, StoreError, Visit,
};
use chrono::{Datelike as _, NaiveDate};

use crate::SqlxStore;
use crate::client_statements::{days, statement_file, statement_parts};
use crate::firm_reads::{file_parts, files, payment_page};
use crate::read::{Answer, Cells, Stored, Unreadable, before, limit};
use crate::records::announcement::{ACTIVITIES, announcement_shape};
use crate::records::client::{CLIENTS, CONTACTS};
use crate::records::firm::FIRMS;
use crate::records::invoice::row_shape;
use crate::records::session::SESSIONS;
use crate::statements::{ByStatus, Part, Select, Texts, depends_on_today};
use crate::table::Shape;
use crate::value::{Value, hex, text};

/// The statements.
#[derive(Debug)]
pub(crate) struct PortalSql {
    guest: Visited,
    dashboard: Visited,
    invoices: ByStatus<Visited>,
    invoice: Visited,
    payments: Visited,
    invoice_of: Visited,
    statement: Visited,
}

/// A statement for each way in which a visitor is known.
#[derive(Debug)]
struct Visited {
    session: Select,
    vouched: Select,
}

/// The first part of a page, after firm, client, contact and session.
const PAGE: usize = 4;

impl Visited {
    /// `page` are parts that may name the firm `$1`, `$3` and beyond, and ask the visitor `w` for its
    /// `client_id`, `contact_id`, `permissions` and `sections`. They ask by sub-selects: to a join,
    /// an engine would bring all of a client's rows, and sort them.
    fn new(texts: &mut Texts, page: &[Part]) -> Self {
        let mut known = |who: &str, session: &str| {
            let visitor = format!(
                "WITH w AS MATERIALIZED (SELECT k.client_id, k.id AS contact_id, k.permissions, \
                 f.sections FROM {who} JOIN caseflow_firms f ON f.firm_id = k.firm_id) "
            );
            let people = [
                Part::new(
                    FIRMS.shape("f"),
                    "FROM caseflow_firms f WHERE f.firm_id = $1",
                ),
                Part::new(
                    CLIENTS.shape("c"),
                    format!("FROM caseflow_clients c WHERE c.firm_id = $1 AND c.id = {ITS_CLIENT}"),
                ),
                Part::new(
                    CONTACTS.shape("k"),
                    "FROM caseflow_contacts k WHERE k.firm_id = $1 \
                     AND k.id = (SELECT w.contact_id FROM w)",
                ),
                Part::new(SESSIONS.shape("s"), session),
            ];
            texts.all(&visitor, &[people.as_slice(), page].concat())
        };
        Self {
            session: known(
                "caseflow_sessions s JOIN caseflow_contacts k \
                 ON s.firm_id = $1 AND s.token = $2 AND k.firm_id = $1 AND k.id = s.contact_id",
                "FROM caseflow_sessions s WHERE s.firm_id = $1 AND s.token = $2",
            ),
            vouched: known(
                "(SELECT * FROM caseflow_contacts WHERE firm_id = $1 AND id = $2) k",
                "FROM caseflow_sessions s WHERE 1 = 0",
            ),
        }
    }
}

/// Whose records the visitor may see.
const ITS_CLIENT: &str = "(SELECT w.client_id FROM w)";

impl PortalSql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        Self {
            guest: Visited::new(texts, &[]),
            dashboard: Visited::new(texts, &dashboard()),
            invoices: ByStatus::new("$6", |status| Visited::new(texts, &[invoices(status)])),
            invoice: Visited::new(texts, &invoice()),
            payments: Visited::new(texts, &[payments()]),
            invoice_of: Visited::new(texts, &invoice_of()),
            statement: Visited::new(texts, &statement_parts(ITS_CLIENT)),
        }
    }
}

/// `$3` rows before the place (`$4`, `$5`).
fn invoices(status: &str) -> Part {
    rows_of(
        row_shape("i"),
        "i",
        &format!(
            "SELECT * FROM caseflow_invoices x WHERE x.firm_id = $1 \
             AND x.client_id = {ITS_CLIENT} AND x.phase <> 'draft' {status} \
             AND (x.dated, x.id) < ($4, $5) ORDER BY x.dated DESC, x.id DESC \
             LIMIT CAST($3 AS {{int}})"
        ),
    )
}

fn invoice() -> Vec<Part> {
    file_parts(&format!(
        "FROM caseflow_invoices i WHERE i.firm_id = $1 AND i.id = $3 \
         AND i.client_id = {ITS_CLIENT} AND i.phase <> 'draft'"
    ))
}

fn invoice_of() -> Vec<Part> {
    file_parts(&format!(
        "FROM caseflow_payments p JOIN caseflow_invoices i \
         ON i.firm_id = p.firm_id AND i.id = p.invoice_id \
         WHERE p.firm_id = $1 AND p.id = $3 AND i.client_id = {ITS_CLIENT} AND i.phase <> 'draft'"
    ))
}

fn payments() -> Part {
    let of_client =
        format!("caseflow_payments x WHERE x.firm_id = $1 AND x.client_id = {ITS_CLIENT} AND");
    payment_page(&of_client, 3)
}

/// `$3`: the firm's day; `$4`, `$5`: between which the codes of this year's counters lie; `$6`: the
/// time.
fn dashboard() -> Vec<Part> {
    let of_client =
        |table: &str| format!("FROM {table} x WHERE x.firm_id = $1 AND x.client_id = {ITS_CLIENT}");
    let invoices = of_client("caseflow_invoices");
    let invoices = format!("{invoices} AND x.phase = 'issued' AND x.balance > 0");
    let counters = of_client("caseflow_counters");
    let counters = format!("{counters} AND x.code >= $4 AND x.code < $5 AND x.value <> 0");
    let activities = of_client("caseflow_activities");
    let library = Sections::NONE.with(Section::Library).bits();
    let sum = |of: &str| format!("CAST(SUM({of}) AS {{int}})");
    let open = Shape::default()
        .text("x.currency")
        .number("COUNT(*)")
        .number(sum("x.balance"))
        .number(sum("CASE WHEN x.due < $3 THEN 1 ELSE 0 END"))
        .number(sum("CASE WHEN x.due < $3 THEN x.balance ELSE 0 END"));
    vec![
        Part::new(open, format!("{invoices} GROUP BY x.currency")),
        rows_of(
            row_shape("i"),
            "i",
            &format!("SELECT x.* {invoices} ORDER BY x.due, x.id LIMIT 10"),
        ),
        Part::new(Shape::of("x", &["code"], &["value"]), counters),
        rows_of(announcement_shape("a"), "a", &announcements()),
        rows_of(
            ACTIVITIES.shape("v").text("v.number"),
            "v",
            &format!(
                "SELECT y.*, i.number FROM (SELECT x.* {activities} \
                 AND (x.section & (SELECT w.sections & (w.permissions | {library}) FROM w)) <> 0 \
                 ORDER BY x.id DESC LIMIT 10) y LEFT JOIN caseflow_invoices i \
                 ON i.firm_id = y.firm_id AND i.id = y.about"
            ),
        ),
    ]
}

/// Shown at `$6` to the visitor.
fn announcements() -> String {
    format!(
        "SELECT * FROM caseflow_announcements x WHERE x.firm_id = $1 AND x.shown_from <= $6 \
         AND (x.shown_until IS NULL OR x.shown_until > $6) \
         AND (x.audience = 'everyone' OR EXISTS (SELECT 1 FROM caseflow_announcement_clients m \
         WHERE m.firm_id = $1 AND m.announcement_id = x.id AND m.client_id = {ITS_CLIENT})) \
         AND NOT EXISTS (SELECT 1 FROM caseflow_dismissals d WHERE d.firm_id = $1 \
         AND d.contact_id = (SELECT w.contact_id FROM w) AND d.announcement_id = x.id) \
         AND EXISTS (SELECT 1 FROM w) ORDER BY x.id DESC LIMIT 10"
    )
}

fn rows_of(shape: Shape, alias: &str, rows: &str) -> Part {
    Part::new(shape, format!("FROM ({rows}) {alias}"))
}

impl SqlxStore {
    async fn visited(
        &self,
        sql: &Visited,
        visit: Visit,
        page: impl IntoIterator<Item = Value>,
    ) -> Result<Option<(Guest, Answer)>, StoreError> {
        let (select, visitor) = match visit.visitor {
            Visitor::Session(token) => (&sql.session, hex(token.as_bytes())),
            Visitor::Vouched { contact, .. } => (&sql.vouched, text(contact)),
        };
        let mut values = vec![text(visit.firm), visitor];
        values.extend(page);
        let answer = self.read(select, values).await?;
        let Some(contact) = answer.one::<Versioned<Contact>>(2)? else {
            return Ok(None);
        };
        let guest = Guest {
            firm: answer.required::<Versioned<Firm>>(0)?.value,
            client: answer.required::<Versioned<Client>>(1)?.value,
            contact: contact.value,
            session: answer.one(3)?,
        };
        Ok(Some((guest, answer)))
    }

    /// As [`visited`](Self::visited), for pages that depend on the firm's day: read again when the
    /// firm's zone, which comes with the page, says that it is another day.
    async fn visited_today(
        &self,
        sql: &Visited,
        visit: Visit,
        page: impl Fn(NaiveDate) -> Vec<Value>,
    ) -> Result<Option<(Guest, Answer)>, StoreError> {
        let mut today = self.likely_today(visit.firm, visit.now);
        loop {
            let read = self.visited(sql, visit, page(today)).await?;
            let Some((guest, answer)) = read else {
                return Ok(None);
            };
            let right = self.learn(visit.firm, guest.firm.zone, visit.now);
            if right == today {
                return Ok(Some((guest, answer)));
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
        let Some((guest, answer)) = read.await? else {
            return Ok(None);
        };
        Ok(Some((guest, dashboard_page(&answer)?)))
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
        let Some((guest, answer)) = read.await? else {
            return Ok(None);
        };
        Ok(Some((guest, cut_invoices(answer.many(PAGE)?, &query.page))))
    }

    async fn client_invoice(
        &self,
        visit: Visit,
        id: InvoiceId,
    ) -> Result<Option<(Guest, Option<InvoiceFile>)>, StoreError> {
        let sql = &self.sql().portal.invoice;
        let Some((guest, answer)) = self.visited(sql, visit, [text(id)]).await? else {
            return Ok(None);
        };
        Ok(Some((guest, files(&answer, PAGE)?.pop())))
    }

    async fn client_payments(
        &self,
        visit: Visit,
        page: &PageQuery<NaiveDate>,
    ) -> Result<Option<(Guest, Page<PaymentRow, NaiveDate>)>, StoreError> {
        let sql = &self.sql().portal.payments;
        let [day, id] = before(page.after.as_ref());
        let read = self.visited(sql, visit, [limit(page), day, id]).await?;
        let Some((guest, answer)) = read else {
            return Ok(None);
        };
        Ok(Some((guest, cut_payments(answer.many(PAGE)?, page))))
    }

    async fn client_invoice_of(
        &self,
        visit: Visit,
        payment: PaymentId,
    ) -> Result<Option<(Guest, Option<InvoiceFile>)>, StoreError> {
        let sql = &self.sql().portal.invoice_of;
        let Some((guest, answer)) = self.visited(sql, visit, [text(payment)]).await? else {
            return Ok(None);
        };
        Ok(Some((guest, files(&answer, PAGE)?.pop())))
    }

    async fn client_statement(
        &self,
        visit: Visit,
        period: Period,
    ) -> Result<Option<(Guest, StatementFile)>, StoreError> {
        let sql = &self.sql().portal.statement;
        let read = self.visited(sql, visit, days(period)).await?;
        let Some((guest, answer)) = read else {
            return Ok(None);
        };
        Ok(Some((guest, statement_file(&answer, PAGE)?)))
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

/// Newest day first, then newest id.
pub(crate) fn cut_payments(
    mut rows: Vec<PaymentRow>,
    page: &PageQuery<NaiveDate>,
) -> Page<PaymentRow, NaiveDate> {
    rows.sort_unstable_by_key(|row| {
        let payment = &row.payment.value;
        Reverse((payment.received_on, payment.id))
    });
    Page::cut(rows, page.size, |row| Cursor {
        key: row.payment.value.received_on,
        id: row.payment.value.id.to_string(),
    })
}

/// The five parts of a dashboard, put in order.
fn dashboard_page(answer: &Answer) -> Result<DashboardPage, StoreError> {
    let mut open: Vec<OpenBalance> = answer.many(PAGE)?;
    open.sort_unstable_by_key(|balance| balance.due.currency().code());
    let mut to_pay: Vec<InvoiceRow> = answer.many(PAGE + 1)?;
    to_pay.sort_unstable_by_key(|row| (row.due, row.id));
    let received = answer.many::<Received>(PAGE + 2)?.into_iter();
    let mut received_this_year: Vec<Money> = received.map(|received| received.0).collect();
    received_this_year.sort_unstable_by_key(|amount| amount.currency().code());
    let announcements: Vec<Versioned<Announcement>> = answer.many(PAGE + 3)?;
    let mut announcements: Vec<_> = announcements.into_iter().map(|it| it.value).collect();
    announcements.sort_unstable_by_key(|announcement| Reverse(announcement.id));
    let mut activity: Vec<ActivityRow> = answer.many(PAGE + 4)?;
    activity.sort_unstable_by_key(|row| Reverse(row.activity.id));
    Ok(DashboardPage {
        open,
        to_pay,
        received_this_year,
        announcements,
        activity,
    })
}

/// What is open in one currency.
impl Stored for OpenBalance {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let currency = cells.parse()?;
        Ok(Self {
            count: cells.count()?,
            due: Money::from_minor(cells.number()?, currency),
            overdue_count: cells.count()?,
            overdue: Money::from_minor(cells.number()?, currency),
        })
    }
}

/// A counter of what was received, whose code ends in its currency.
struct Received(Money);

impl Stored for Received {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let code = cells.text()?;
        let currency: Currency = code.rsplit(':').next().unwrap_or_default().parse()?;
        Ok(Self(Money::from_minor(cells.number()?, currency)))
    }
}
