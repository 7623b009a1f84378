//! Reads of a contact: a statement says who the visitor is, and another all that the page shows.

use std::cmp::Reverse;

use async_trait::async_trait;
use caseflow_core::domain::access::{Guest, Visitor, open_sections};
use caseflow_core::domain::announcement::Announcement;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::client::{Client, Contact};
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::page::{Cursor, Page, PageQuery};
use caseflow_core::domain::period::Period;
use caseflow_core::domain::session::Session;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::{
    ActivityRow, DashboardPage, EditionCard, HistoryRow, InvoiceFile, InvoiceKey, InvoiceQuery,
    InvoiceRow, OpenBalance, PortalReads, StatementFile, StoreError, Visit,
};
use chrono::{Datelike as _, NaiveDate};

use crate::SqlxStore;
use crate::client_statements::{days, statement_file, statement_parts};
use crate::editions::EditionSql;
use crate::invoice_files::{ByKey, file_parts, files};
use crate::payment_history::{cut_history, history_parts};
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
    by_session: Select,
    vouched: Select,
    pub(crate) edition: EditionSql,
    dashboard: Select,
    invoices: ByStatus<Select>,
    invoice: ByKey<Select>,
    payments: Select,
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
            dashboard: texts.all(&dashboard()),
            invoices: ByStatus::new("$6", |status| texts.all(&[invoices(status)])),
            invoice: ByKey::new(3, |_, found| texts.all(&invoice(found))),
            payments: texts.all(&history_parts("AND x.client_id = $2", 3)),
            statement: texts.all(&statement_parts()),
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

/// `$3`: the firm's day; `$4`, `$5`: between which the codes of this year's counters lie; `$6`: the
/// time; `$7`: the contact; `$8`: the bits of the sections that are open to it.
fn dashboard() -> Vec<Part> {
    let of_client =
        |table: &str| format!("FROM {table} x WHERE x.firm_id = $1 AND x.client_id = $2");
    let invoices = of_client("caseflow_invoices");
    let invoices = format!("{invoices} AND x.phase = 'issued' AND x.balance > 0");
    let counters = of_client("caseflow_counters");
    let counters = format!("{counters} AND x.code >= $4 AND x.code < $5 AND x.value <> 0");
    let activities = of_client("caseflow_activities");
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
        rows_of(
            announcement_shape("a"),
            "a",
            &format!(
                "SELECT * {TOLD} AND x.shown_from <= $6 \
                 AND (x.shown_until IS NULL OR x.shown_until > $6) ORDER BY x.id DESC LIMIT 10"
            ),
        ),
        rows_of(
            ACTIVITIES.shape("v").text("v.number"),
            "v",
            &format!(
                "SELECT x.* {activities} AND (x.section & $8) <> 0 ORDER BY x.id DESC LIMIT 10"
            ),
        ),
        Part::new(
            Shape::default().number(
                "MIN(CASE WHEN x.shown_from > $6 THEN x.shown_from ELSE x.shown_until END)",
            ),
            format!("{TOLD} AND (x.shown_from > $6 OR x.shown_until > $6)"),
        ),
    ]
}

/// Meant for the visitor, and not dismissed.
const TOLD: &str = "FROM caseflow_announcements x WHERE x.firm_id = $1 \
     AND (x.audience = 'everyone' OR EXISTS (SELECT 1 FROM caseflow_announcement_clients m \
     WHERE m.firm_id = $1 AND m.announcement_id = x.id AND m.client_id = $2)) \
     AND NOT EXISTS (SELECT 1 FROM caseflow_dismissals d WHERE d.firm_id = $1 \
     AND d.contact_id = $7 AND d.announcement_id = x.id)";

fn rows_of(shape: Shape, alias: &str, rows: &str) -> Part {
    Part::new(shape, format!("FROM ({rows}) {alias}"))
}

impl SqlxStore {
    /// What the page shows to the client, if the visitor is known.
    async fn page(
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
            Visitor::Session(token) => {
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
        let page = self.page(&self.sql().portal.dashboard, visit, |guest| {
            let today = guest.firm.zone.day(visit.now);
            let year = today.year();
            vec![
                today.into(),
                text(format!("received:{year}:")),
                text(format!("received:{year};")),
                visit.now.into(),
                text(guest.contact.id),
                open_sections(&guest.firm, &guest.contact).bits().into(),
            ]
        });
        let Some((guest, answer)) = page.await? else {
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

/// The six parts of a dashboard, put in order.
fn dashboard_page(answer: &Answer) -> Result<DashboardPage, StoreError> {
    let mut open: Vec<OpenBalance> = answer.many(0)?;
    open.sort_unstable_by_key(|balance| balance.due.currency().code());
    let mut to_pay: Vec<InvoiceRow> = answer.many(1)?;
    to_pay.sort_unstable_by_key(|row| (row.due, row.id));
    let received = answer.many::<Received>(2)?.into_iter();
    let mut received_this_year: Vec<Money> = received.map(|received| received.0).collect();
    received_this_year.sort_unstable_by_key(|amount| amount.currency().code());
    let announcements: Vec<Versioned<Announcement>> = answer.many(3)?;
    let mut announcements: Vec<_> = announcements.into_iter().map(|it| it.value).collect();
    announcements.sort_unstable_by_key(|announcement| Reverse(announcement.id));
    let mut activity: Vec<ActivityRow> = answer.many(4)?;
    activity.sort_unstable_by_key(|row| Reverse(row.activity.id));
    Ok(DashboardPage {
        open,
        to_pay,
        received_this_year,
        announcements,
        changes_at: answer.required::<Moment>(5)?.0,
        activity,
    })
}

/// An instant that may be none.
struct Moment(Option<Timestamp>);

impl Stored for Moment {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self(cells.maybe_time()?))
    }
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
