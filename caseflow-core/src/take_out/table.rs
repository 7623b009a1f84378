//! The payment history as a table of comma-separated values (RFC 4180).

use std::fmt::Write as _;

use bytes::Bytes;
use chrono::NaiveDate;
use futures_util::stream::try_unfold;

use super::shelves::first;
use crate::domain::money::Money;
use crate::domain::page::{Page, PageQuery};
use crate::domain::payment::PaymentState;
use crate::error::Error;
use crate::ports::blobs::{BlobError, Content};
use crate::ports::store::{HistoryRow, PaymentRow, ReversalRow};

pub(super) const MEDIA_TYPE: &str = "text/csv; charset=utf-8";

const COLUMNS: &str = "date,kind,amount,currency,invoice,number,mode,reference,state,reason\r\n";

/// What was read of the history: the place of the next page; none before the first.
enum Reading {
    Heading,
    Page(PageQuery<NaiveDate>),
    Done,
}

/// The table, a page of the history at a time, as `read` answers them.
pub(crate) fn payments<R>(
    read: impl Fn(PageQuery<NaiveDate>) -> R + Send + 'static,
) -> Content<'static>
where
    R: Future<Output = Result<Page<HistoryRow, NaiveDate>, Error>> + Send + 'static,
{
    Box::pin(try_unfold(Reading::Heading, move |reading| {
        let asked = match &reading {
            Reading::Page(query) => Some(read(query.clone())),
            Reading::Heading | Reading::Done => None,
        };
        async move {
            match (reading, asked) {
                (Reading::Page(query), Some(asked)) => {
                    let page = asked.await.map_err(unread)?;
                    let rows: String = page.rows.iter().map(row).collect();
                    let next = page.next.map_or(Reading::Done, |after| {
                        Reading::Page(PageQuery {
                            after: Some(after),
                            ..query
                        })
                    });
                    Ok(Some((Bytes::from(rows), next)))
                }
                (Reading::Heading, _) => {
                    let columns = Bytes::from_static(COLUMNS.as_bytes());
                    Ok(Some((columns, Reading::Page(first()))))
                }
                (Reading::Page(_) | Reading::Done, _) => Ok(None),
            }
        }
    }))
}

fn unread(error: Error) -> BlobError {
    BlobError::Backend(Box::new(error))
}

fn row(row: &HistoryRow) -> String {
    match row {
        HistoryRow::Payment(row) => payment(row),
        HistoryRow::Reversal(row) => reversal(row),
    }
}

fn payment(row: &PaymentRow) -> String {
    let payment = &row.payment.value;
    let (state, reason) = match &payment.state {
        PaymentState::Recorded => ("recorded", None),
        PaymentState::Voided { reason, .. } => ("voided", reason.as_ref()),
    };
    line([
        Cell::Plain(&payment.received_on.to_string()),
        Cell::Plain("payment"),
        Cell::Plain(&payment.amount.amount()),
        Cell::Plain(payment.amount.currency().code()),
        Cell::Typed(row.invoice_number.as_ref().map_or("", |it| it.as_str())),
        Cell::Typed(payment.receipt.taken().map_or("", |it| it.as_str())),
        Cell::Plain(payment.mode.code()),
        Cell::Typed(payment.reference.as_ref().map_or("", |it| it.as_str())),
        Cell::Plain(state),
        Cell::Typed(reason.map_or("", |it| it.as_str())),
    ])
}

/// What went back is less than zero.
fn reversal(row: &ReversalRow) -> String {
    let reversal = &row.reversal;
    let taken = reversal.taken();
    let amount = Money::from_minor(taken.minor().saturating_neg(), taken.currency());
    line([
        Cell::Plain(&reversal.on.to_string()),
        Cell::Plain(reversal.kind.code()),
        Cell::Plain(&amount.amount()),
        Cell::Plain(amount.currency().code()),
        Cell::Typed(row.invoice_number.as_ref().map_or("", |it| it.as_str())),
        Cell::Typed(reversal.number.taken().map_or("", |it| it.as_str())),
        Cell::Plain(""),
        Cell::Plain(""),
        Cell::Plain("recorded"),
        Cell::Typed(reversal.reason.as_ref().map_or("", |it| it.as_str())),
    ])
}

/// A field of the table.
enum Cell<'a> {
    /// One of the portal's own words or numbers.
    Plain(&'a str),
    /// What somebody typed.
    Typed(&'a str),
}

fn line<const N: usize>(cells: [Cell<'_>; N]) -> String {
    let mut line = String::new();
    for (n, cell) in cells.into_iter().enumerate() {
        if n > 0 {
            line.push(',');
        }
        match cell {
            Cell::Plain(text) => line.push_str(text),
            Cell::Typed(text) => quote(text, &mut line),
        }
    }
    line.push_str("\r\n");
    line
}

/// The text in quotes. What a spreadsheet would take for a formula gets an apostrophe before it.
fn quote(text: &str, line: &mut String) {
    let formula = text.starts_with(['=', '+', '-', '@', '\t']);
    let mark = if formula { "'" } else { "" };
    // Writing to a string cannot fail.
    let _ = write!(line, "\"{mark}{}\"", text.replace('"', "\"\""));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_one_field_and_no_formula() {
        let typed = ["a, \"b\"", "=1+1", "@x", "plain"].map(Cell::Typed);
        let expected = "\"a, \"\"b\"\"\",\"'=1+1\",\"'@x\",\"plain\"\r\n";
        assert_eq!(line(typed), expected);
    }
}
