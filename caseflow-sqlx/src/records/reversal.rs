use caseflow_core::domain::money::Money;
use caseflow_core::domain::number::{DocumentNumber, Number};
use caseflow_core::domain::reversal::{Reversal, ReversalKind};
use caseflow_core::ports::store::ReversalRow;

use crate::read::{Cells, Stored, Unknown, Unreadable};
use crate::table::Table;
use crate::value::{self, Value, text};

pub(crate) const REVERSALS: Table = Table {
    name: "caseflow_reversals",
    key: &["id"],
    texts: &[
        "payment_id",
        "invoice_id",
        "client_id",
        "kind",
        "currency",
        "merchant",
        "txn",
        "reversed_on",
        "number",
        "reason",
    ],
    numbers: &["amount", "recorded_at"],
    versioned: false,
};

/// What reversal `alias` takes off what was received, in SQL: as [`Reversal::taken`].
pub(crate) fn taken(alias: &str) -> String {
    let leaving = ReversalKind::ALL.into_iter().filter(|it| it.leaves_firm());
    let leaving: Vec<String> = leaving.map(|kind| format!("'{}'", kind.code())).collect();
    format!(
        "CASE WHEN {alias}.kind IN ({}) THEN {alias}.amount ELSE -{alias}.amount END",
        leaving.join(", ")
    )
}

/// `number` is what was taken from the series.
pub(crate) fn values(reversal: &Reversal, number: &str) -> Vec<Value> {
    vec![
        text(reversal.id),
        text(reversal.payment),
        text(reversal.invoice),
        text(reversal.client),
        text(reversal.kind.code()),
        text(reversal.amount.currency()),
        text(&reversal.merchant),
        text(&reversal.txn),
        reversal.on.into(),
        text(number),
        value::maybe(reversal.reason.as_ref()),
        reversal.amount.minor().into(),
        reversal.recorded_at.into(),
    ]
}

impl Stored for Reversal {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let (id, payment) = (cells.parse()?, cells.parse()?);
        let (invoice, client) = (cells.parse()?, cells.parse()?);
        let kind = ReversalKind::from_code(cells.text()?);
        let currency = cells.parse()?;
        let (merchant, txn) = (cells.parse()?, cells.parse()?);
        let on = cells.day()?;
        let number = DocumentNumber::from_storage(cells.text()?.to_owned());
        Ok(Self {
            id,
            payment,
            invoice,
            client,
            kind: kind.ok_or(Unknown("the kind of reversal"))?,
            amount: Money::from_minor(cells.number()?, currency),
            merchant,
            txn,
            on,
            number: Number::Taken(number),
            reason: cells.maybe()?,
            recorded_at: cells.time()?,
        })
    }
}

/// A reversal in a list, and after it the number of its invoice.
impl Stored for ReversalRow {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let reversal = Stored::read(cells)?;
        let number = cells.maybe_text()?.map(str::to_owned);
        Ok(Self {
            reversal,
            invoice_number: number.map(DocumentNumber::from_storage),
        })
    }
}
