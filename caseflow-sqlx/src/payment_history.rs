//! Pages of payments, and of what became of them: newest day first, then newest id.

use std::cmp::Reverse;

use caseflow_core::domain::page::{Cursor, Page, PageQuery};
use caseflow_core::ports::store::{HistoryRow, PaymentRow, ReversalRow, StoreError};
use chrono::NaiveDate;

use crate::read::Answer;
use crate::records::payment::PAYMENTS;
use crate::records::reversal::REVERSALS;
use crate::statements::Part;
use crate::table::Table;

/// Payments of the firm `$1` that fulfil the filter: how many, and the place before which they are,
/// are the values from `$first` on.
pub(crate) fn payment_page(filter: &str, first: usize) -> Part {
    record_page(&PAYMENTS, "received_on", filter, first)
}

/// Payments and reversals likewise, so many of each: the page is among them. Two parts.
pub(crate) fn history_parts(filter: &str, first: usize) -> [Part; 2] {
    [
        payment_page(filter, first),
        record_page(&REVERSALS, "reversed_on", filter, first),
    ]
}

/// Records `x` of a day each, and after their texts the numbers of their invoices.
fn record_page(table: &Table, day: &str, filter: &str, first: usize) -> Part {
    let (before, id) = (first + 1, first + 2);
    let rows = format!(
        "SELECT x.* FROM {} x WHERE x.firm_id = $1 {filter} \
         AND (x.{day}, x.id) < (${before}, ${id}) \
         ORDER BY x.{day} DESC, x.id DESC LIMIT CAST(${first} AS {{int}})",
        table.name
    );
    Part::new(
        table.shape("r").text("i.number"),
        format!(
            "FROM ({rows}) r JOIN caseflow_invoices i \
             ON i.firm_id = r.firm_id AND i.id = r.invoice_id"
        ),
    )
}

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

/// The page of an answer of the two parts.
pub(crate) fn cut_history(
    answer: &Answer,
    page: &PageQuery<NaiveDate>,
) -> Result<Page<HistoryRow, NaiveDate>, StoreError> {
    let payments = answer.many::<PaymentRow>(0)?.into_iter();
    let reversals = answer.many::<ReversalRow>(1)?.into_iter();
    let payments = payments.map(HistoryRow::Payment);
    let mut rows: Vec<_> = payments
        .chain(reversals.map(HistoryRow::Reversal))
        .collect();
    rows.sort_by_cached_key(|row| Reverse(row.place()));
    Ok(Page::cut(rows, page.size, |row| {
        let (key, id) = row.place();
        Cursor { key, id }
    }))
}
