//! Lists of what a firm sends to be answered: filters by status, and pages that show first what waits
//! for an answer.

use std::fmt::Display;

use caseflow_core::domain::contract::ContractStatus;
use caseflow_core::domain::id::FirmId;
use caseflow_core::domain::offer::OfferStatus;
use caseflow_core::domain::page::{Cursor, Page, PageQuery, WaitingFirst};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::StoreError;

use crate::SqlxStore;
use crate::read::LAST;
use crate::statements::{Part, rows_of};
use crate::table::Shape;
use crate::value::{Value, maybe, text};

/// Which records a list shows, as far as their status goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum StatusFilter {
    Any,
    /// Those whose stored stage has this name, which is the status.
    At(&'static str),
    /// Those that are sent and whose last day is not over.
    Waiting,
    /// Those that are sent and whose last day is over.
    Expired,
}

impl From<Option<OfferStatus>> for StatusFilter {
    fn from(status: Option<OfferStatus>) -> Self {
        match status {
            None => Self::Any,
            Some(OfferStatus::Sent) => Self::Waiting,
            Some(OfferStatus::Expired) => Self::Expired,
            Some(
                stored @ (OfferStatus::Draft
                | OfferStatus::Accepted
                | OfferStatus::Declined
                | OfferStatus::Withdrawn),
            ) => Self::At(stored.code()),
        }
    }
}

impl From<Option<ContractStatus>> for StatusFilter {
    fn from(status: Option<ContractStatus>) -> Self {
        match status {
            None => Self::Any,
            Some(ContractStatus::Sent) => Self::Waiting,
            Some(ContractStatus::Expired) => Self::Expired,
            Some(
                stored @ (ContractStatus::Draft
                | ContractStatus::Signed
                | ContractStatus::Declined
                | ContractStatus::Withdrawn),
            ) => Self::At(stored.code()),
        }
    }
}

/// A statement for each way in which a filter by status is told to the database.
#[derive(Debug)]
pub(crate) struct ByFilter<T> {
    any: T,
    at: T,
    waiting: T,
    expired: T,
}

impl<T> ByFilter<T> {
    /// Makes them of SQL that says which rows of a table `x` have the status. `last_day` is the day
    /// after which they expire, and `$place` the filter's own value, if it has one.
    pub(crate) fn new(last_day: &str, place: usize, mut make: impl FnMut(&str) -> T) -> Self {
        let sent = format!("AND x.stage = 'sent' AND {last_day}");
        Self {
            any: make(""),
            at: make(&format!("AND x.stage = ${place}")),
            waiting: make(&format!("{sent} >= ${place}")),
            expired: make(&format!("{sent} < ${place}")),
        }
    }

    pub(crate) fn of(&self, filter: StatusFilter) -> &T {
        match filter {
            StatusFilter::Any => &self.any,
            StatusFilter::At(_) => &self.at,
            StatusFilter::Waiting => &self.waiting,
            StatusFilter::Expired => &self.expired,
        }
    }
}

impl SqlxStore {
    /// The filter's own value, if it has one. In a firm that does not exist there is no day, and
    /// nothing compares to that.
    pub(crate) async fn filter_value(
        &self,
        firm: FirmId,
        now: Timestamp,
        filter: StatusFilter,
    ) -> Result<Option<Value>, StoreError> {
        Ok(match filter {
            StatusFilter::Any => None,
            StatusFilter::At(stage) => Some(text(stage)),
            StatusFilter::Waiting | StatusFilter::Expired => {
                Some(maybe(self.today(firm, now).await?.as_ref()))
            }
        })
    }
}

/// What of the client `$2` waits on the day `$4`, then the others: up to `$3` of each, newest first.
/// The former are before the place (`$5`, `$6`), the latter before (`$7`, `$8`). Two parts.
pub(crate) fn waiting_first(shape: &Shape, table: &str, last_day: &str, filter: &str) -> [Part; 2] {
    let waits = format!("x.stage = 'sent' AND {last_day} >= $4");
    let part = |which: &str, before: &str| {
        let rows = format!(
            "SELECT x.* FROM {table} x WHERE x.firm_id = $1 AND x.client_id = $2 {filter} \
             AND {which} AND (x.sent_at, x.id) < ({before}) \
             ORDER BY x.sent_at DESC, x.id DESC LIMIT CAST($3 AS {{int}})"
        );
        rows_of(shape.clone(), "y", &rows)
    };
    [
        part(&waits, "$5, $6"),
        part(&format!("x.stage <> 'draft' AND NOT ({waits})"), "$7, $8"),
    ]
}

/// The places before which the two parts go on: after a row that does not wait, nothing waits any more.
pub(crate) fn places(page: &PageQuery<WaitingFirst>) -> [Value; 4] {
    let all = || [i64::MAX.into(), text(LAST)];
    let none = || [i64::MIN.into(), text("")];
    let (waiting, others) = match &page.after {
        None => (all(), all()),
        Some(Cursor { key, id }) => {
            let place = [key.sent_at.into(), text(id)];
            match key.waits {
                true => (place, all()),
                false => (none(), place),
            }
        }
    };
    let ([waiting_at, waiting_id], [other_at, other_id]) = (waiting, others);
    [waiting_at, waiting_id, other_at, other_id]
}

/// The page of the rows of both parts.
pub(crate) fn cut_waiting<T, I: Ord + Display>(
    rows: Vec<T>,
    page: &PageQuery<WaitingFirst>,
    place: impl Fn(&T) -> Option<(WaitingFirst, I)>,
) -> Page<T, WaitingFirst> {
    let rows = rows.into_iter();
    let mut placed: Vec<_> = rows.filter_map(|row| Some((place(&row)?, row))).collect();
    placed.sort_unstable_by(|(a, _), (b, _)| b.cmp(a));
    let page = Page::cut(placed, page.size, |((key, id), _)| Cursor {
        key: *key,
        id: id.to_string(),
    });
    Page {
        rows: page.rows.into_iter().map(|(_, row)| row).collect(),
        next: page.next,
    }
}
