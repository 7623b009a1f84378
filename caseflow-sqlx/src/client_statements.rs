//! What a client's statement of account is made of.

use caseflow_core::domain::money::Money;
use caseflow_core::domain::period::Period;
use caseflow_core::ports::store::{StatementFile, StoreError};

use crate::invoice_files::{file_parts, files};
use crate::read::{Answer, Cells, Stored, Unreadable};
use crate::records::reversal::{self, REVERSALS};
use crate::statements::Part;
use crate::table::Shape;
use crate::value::Value;

/// The values from `$3` on.
pub(crate) fn days(period: Period) -> [Value; 4] {
    let (from, until) = period.around();
    [
        period.first().into(),
        period.last().into(),
        from.into(),
        until.into(),
    ]
}

/// What is brought forward, and the invoices with their records: seven parts. `$2` is the client.
pub(crate) fn statement_parts() -> Vec<Part> {
    let most = StatementFile::MOST_INVOICES + 1;
    let invoices = format!(
        "FROM (SELECT i.* FROM {} AND {} ORDER BY i.dated, i.id LIMIT {most}) i",
        ISSUED,
        touched()
    );
    [vec![brought_forward()], file_parts(&invoices)].concat()
}

/// The seven parts of an answer from the one numbered `first` on.
pub(crate) fn statement_file(answer: &Answer, first: usize) -> Result<StatementFile, StoreError> {
    let sums = answer.many::<Sum>(first)?.into_iter();
    let mut brought_forward: Vec<Money> = sums.map(|sum| sum.0).collect();
    brought_forward.sort_unstable_by_key(|sum| sum.currency().code());
    let mut invoices = files(answer, first + 1)?;
    invoices.sort_by_key(|file| file.invoice.value.terms.dated);
    Ok(StatementFile {
        brought_forward,
        invoices,
    })
}

const ISSUED: &str =
    "caseflow_invoices i WHERE i.firm_id = $1 AND i.client_id = $2 AND i.phase <> 'draft'";

/// Whether something happened to invoice `i` in the period.
fn touched() -> String {
    let records = |table: &str, day: &str| {
        format!(
            "SELECT r.invoice_id FROM {table} r \
             WHERE r.firm_id = $1 AND r.client_id = $2 AND r.{day} BETWEEN $3 AND $4"
        )
    };
    format!(
        "(i.dated BETWEEN $3 AND $4 \
         OR (i.cancelled_at IS NOT NULL AND i.cancelled_at >= $5 AND i.cancelled_at < $6) \
         OR i.id IN ({}) OR i.id IN ({}) OR i.id IN ({}))",
        records("caseflow_payments", "received_on"),
        records(REVERSALS.name, "reversed_on"),
        records("caseflow_credits", "given_on")
    )
}

/// What all the others come to before the first day.
fn brought_forward() -> Part {
    let others = format!("(SELECT i.* FROM {} AND NOT {}) i", ISSUED, touched());
    let records = |table: &str, effect: &str, when: &str| {
        format!(
            "SELECT r.currency, {effect} FROM {others} CROSS JOIN {table} r \
             WHERE r.firm_id = i.firm_id AND r.invoice_id = i.id AND {when}"
        )
    };
    let effects = [
        format!("SELECT i.currency, i.total AS effect FROM {others} WHERE i.dated < $3"),
        records(
            "caseflow_payments",
            "-r.amount",
            "r.voided_at IS NULL AND r.received_on < $3",
        ),
        records(REVERSALS.name, &reversal::taken("r"), "r.reversed_on < $3"),
        records("caseflow_credits", "-r.amount", "r.given_on < $3"),
        format!(
            "SELECT i.currency, -i.balance FROM {others} \
             WHERE i.cancelled_at IS NOT NULL AND i.cancelled_at < $5"
        ),
    ];
    let shape = Shape::default()
        .text("b.currency")
        .number("CAST(SUM(b.effect) AS {int})");
    let rows = effects.join(" UNION ALL ");
    Part::new(
        shape,
        format!("FROM ({rows}) b GROUP BY b.currency HAVING SUM(b.effect) <> 0"),
    )
}

/// A sum in one currency.
struct Sum(Money);

impl Stored for Sum {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let currency = cells.parse()?;
        Ok(Self(Money::from_minor(cells.number()?, currency)))
    }
}
