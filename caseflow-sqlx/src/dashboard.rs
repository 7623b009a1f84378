//! A contact's first page: one statement for all that it shows.

use std::cmp::Reverse;

use caseflow_core::domain::access::{Guest, open_sections};
use caseflow_core::domain::announcement::Announcement;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::id::{DocumentId, TypedId as _, VaultItemId};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::{
    ActivityRow, ContractRow, DashboardPage, InvoiceRow, OfferRow, OpenBalance, StoreError, Visit,
};
use chrono::Datelike as _;

use crate::SqlxStore;
use crate::contract_reads::to_sign;
use crate::document_reads;
use crate::offer_reads::to_decide;
use crate::read::{Answer, Cells, Stored, Unreadable};
use crate::records::announcement::{activity_shape, announcement_shape};
use crate::records::document::DOCUMENTS;
use crate::records::invoice::row_shape;
use crate::records::vault_item::VAULT_ITEMS;
use crate::statements::{Part, rows_of};
use crate::table::Shape;
use crate::value::text;
use crate::vault_reads;

/// `$3`: the firm's day; `$4`, `$5`: between which the codes of this year's counters lie; `$6`: the
/// time; `$7`: the contact; `$8`: the bits of the sections that are open to it.
pub(crate) fn dashboard_parts() -> Vec<Part> {
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
            activity_shape("v"),
            "v",
            &format!(
                "SELECT x.* {activities} AND (x.section & $8) <> 0 AND {} \
                 ORDER BY x.id DESC LIMIT 10",
                is_there()
            ),
        ),
        Part::new(
            Shape::default().number(
                "MIN(CASE WHEN x.shown_from > $6 THEN x.shown_from ELSE x.shown_until END)",
            ),
            format!("{TOLD} AND (x.shown_from > $6 OR x.shown_until > $6)"),
        ),
        to_decide(),
        to_sign(),
    ]
}

/// Whether the document or the item of the vault that an activity `x` is about is there for the
/// visitor; what is about anything else is told.
fn is_there() -> String {
    let found = |table: &str, is_there: &str| {
        format!(
            "EXISTS (SELECT 1 FROM {table} e WHERE e.firm_id = $1 AND e.id = x.about \
             AND {is_there})"
        )
    };
    format!(
        "CASE substr(x.about, 1, 4) WHEN '{}_' THEN {} WHEN '{}_' THEN {} ELSE TRUE END",
        DocumentId::PREFIX,
        found(DOCUMENTS.name, &document_reads::is_there("e", 7)),
        VaultItemId::PREFIX,
        found(VAULT_ITEMS.name, &vault_reads::is_there("e", 7))
    )
}

/// Meant for the visitor, and not dismissed.
const TOLD: &str = "FROM caseflow_announcements x WHERE x.firm_id = $1 \
     AND (x.audience = 'everyone' OR EXISTS (SELECT 1 FROM caseflow_announcement_clients m \
     WHERE m.firm_id = $1 AND m.announcement_id = x.id AND m.client_id = $2)) \
     AND NOT EXISTS (SELECT 1 FROM caseflow_dismissals d WHERE d.firm_id = $1 \
     AND d.contact_id = $7 AND d.announcement_id = x.id)";

impl SqlxStore {
    pub(crate) async fn dashboard_of(
        &self,
        visit: Visit,
    ) -> Result<Option<(Guest, DashboardPage)>, StoreError> {
        let page = self.page(&self.sql().portal.dashboard, visit, |guest| {
            let today = guest.firm.today(visit.now);
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
}

/// The eight parts, put in order.
fn dashboard_page(answer: &Answer) -> Result<DashboardPage, StoreError> {
    let mut open: Vec<OpenBalance> = answer.many(0)?;
    open.sort_unstable_by_key(|balance| balance.due.currency().code());
    let mut to_pay: Vec<InvoiceRow> = answer.many(1)?;
    to_pay.sort_unstable_by_key(|row| (row.due, row.id));
    let mut to_decide: Vec<OfferRow> = answer.many(6)?;
    to_decide.sort_unstable_by_key(|row| (row.open_till, row.id));
    let mut to_sign: Vec<ContractRow> = answer.many(7)?;
    to_sign.sort_unstable_by_key(|row| (row.sign_by.is_none(), row.sign_by, row.id));
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
        to_decide,
        to_sign,
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
