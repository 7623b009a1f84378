use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::invoice::{Account, Invoice, InvoiceState, InvoiceTerms, Issue, Phase};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::number::{DocumentNumber, Number};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::InvoiceRow;

use super::pricing::{StoredPricing, StoredTotals};
use crate::read::{Cells, Stored, Unknown, Unreadable};
use crate::table::{Shape, Table};
use crate::value::{self, Value, text};

pub(crate) const INVOICES: Table = Table {
    name: "caseflow_invoices",
    key: &["id"],
    texts: &[
        "client_id",
        "phase",
        "number",
        "dated",
        "due",
        "currency",
        "matter",
        "client_note",
        "internal_note",
        "pricing",
        "totals",
    ],
    numbers: &[
        "issued_at",
        "cancelled_at",
        "total",
        "received",
        "credited",
        "balance",
        "created_at",
    ],
    versioned: true,
};

/// What a list shows.
pub(crate) fn row_shape(alias: &str) -> Shape {
    Shape::of(
        alias,
        &[
            "id",
            "client_id",
            "phase",
            "number",
            "dated",
            "due",
            "currency",
            "matter",
        ],
        &["version", "total", "received", "credited"],
    )
}

/// `number` is what was taken from the series, if anything was.
pub(crate) fn values(invoice: &Invoice, number: Option<&str>) -> Result<Vec<Value>, Unreadable> {
    let (issued_at, cancelled_at) = match &invoice.state {
        InvoiceState::Draft => (None, None),
        InvoiceState::Issued(issue) => (Some(issue.at), None),
        InvoiceState::Cancelled { issue, at } => (Some(issue.at), Some(*at)),
    };
    let Account {
        total,
        received,
        credited,
    } = invoice.account;
    let settled = received.minor().saturating_add(credited.minor());
    let terms = &invoice.terms;
    Ok(vec![
        text(invoice.id),
        text(invoice.client),
        text(invoice.phase().code()),
        value::maybe(number.as_ref()),
        terms.dated.into(),
        terms.due.into(),
        text(invoice.currency()),
        value::maybe(terms.matter.as_ref()),
        value::maybe(terms.client_note.as_ref()),
        value::maybe(terms.internal_note.as_ref()),
        text(serde_json::to_string(&StoredPricing::write(
            &terms.pricing,
        ))?),
        text(serde_json::to_string(&StoredTotals::write(
            &invoice.totals,
        ))?),
        issued_at.into(),
        cancelled_at.into(),
        total.minor().into(),
        received.minor().into(),
        credited.minor().into(),
        total.minor().saturating_sub(settled).into(),
        invoice.created_at.into(),
    ])
}

impl Stored for Invoice {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let (id, client) = (cells.parse()?, cells.parse()?);
        let (phase, number) = (cells.text()?, cells.maybe_text()?);
        let (dated, due) = (cells.day()?, cells.day()?);
        let currency = cells.parse()?;
        let matter = cells.maybe()?;
        let client_note = cells.maybe()?;
        let internal_note = cells.maybe()?;
        let pricing: StoredPricing = serde_json::from_str(cells.text()?)?;
        let totals: StoredTotals = serde_json::from_str(cells.text()?)?;
        let (issued_at, cancelled_at) = (cells.maybe_time()?, cells.maybe_time()?);
        let account = account(cells, currency)?;
        let _balance = cells.number()?;
        Ok(Self {
            id,
            client,
            state: state(phase, number, issued_at, cancelled_at)?,
            terms: InvoiceTerms {
                dated,
                due,
                pricing: pricing.read(currency)?,
                matter,
                client_note,
                internal_note,
            },
            totals: totals.read(currency)?,
            account,
            created_at: cells.time()?,
        })
    }
}

fn account(cells: &mut Cells<'_>, currency: Currency) -> Result<Account, Unreadable> {
    Ok(Account {
        total: Money::from_minor(cells.number()?, currency),
        received: Money::from_minor(cells.number()?, currency),
        credited: Money::from_minor(cells.number()?, currency),
    })
}

fn state(
    phase: &str,
    number: Option<&str>,
    issued_at: Option<Timestamp>,
    cancelled_at: Option<Timestamp>,
) -> Result<InvoiceState, Unreadable> {
    let issue = number.zip(issued_at).map(|(number, at)| Issue {
        number: Number::Taken(DocumentNumber::from_storage(number.to_owned())),
        at,
    });
    match (Phase::from_code(phase), issue, cancelled_at) {
        (Some(Phase::Draft), None, None) => Ok(InvoiceState::Draft),
        (Some(Phase::Issued), Some(issue), None) => Ok(InvoiceState::Issued(issue)),
        (Some(Phase::Cancelled), Some(issue), Some(at)) => {
            Ok(InvoiceState::Cancelled { issue, at })
        }
        _ => Err(Unknown("the invoice's state").into()),
    }
}

impl Stored for InvoiceRow {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let (id, client) = (cells.parse()?, cells.parse()?);
        let phase = Phase::from_code(cells.text()?).ok_or(Unknown("the phase"))?;
        let number = cells.maybe_text()?;
        let (dated, due) = (cells.day()?, cells.day()?);
        let currency = cells.parse()?;
        let matter = cells.maybe()?;
        let version = cells.version()?;
        let Account {
            total,
            received,
            credited,
        } = account(cells, currency)?;
        Ok(Self {
            id,
            version,
            client,
            number: number.map(|number| DocumentNumber::from_storage(number.to_owned())),
            phase,
            dated,
            due,
            total,
            received,
            credited,
            matter,
        })
    }
}
