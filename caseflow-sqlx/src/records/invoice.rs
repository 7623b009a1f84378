use caseflow_core::domain::changes::{Version, Versioned};
use caseflow_core::domain::invoice::{Account, Invoice, InvoiceState, InvoiceTerms, Issue, Phase};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::number::{DocumentNumber, Number};
use caseflow_core::domain::time::{Timestamp, parse_day};
use caseflow_core::ports::store::{InvoiceFile, InvoiceRow};
use serde::Deserialize;

use super::payment::{StoredCredit, StoredPayment};
use super::pricing::{StoredPricing, StoredTotals};
use crate::read::{Stored, Unknown, Unreadable, maybe};
use crate::table::Table;
use crate::value::{self, Value, text};

pub(crate) const INVOICES: Table = Table {
    name: "caseflow_invoices",
    key: &["id"],
    columns: &[
        "client_id",
        "phase",
        "number",
        "issued_at",
        "cancelled_at",
        "dated",
        "due",
        "currency",
        "total",
        "received",
        "credited",
        "balance",
        "matter",
        "client_note",
        "internal_note",
        "pricing",
        "totals",
        "created_at",
    ],
    versioned: true,
};

/// The columns that a list shows.
pub(crate) const ROW: &[&str] = &[
    "id",
    "version",
    "client_id",
    "number",
    "phase",
    "dated",
    "due",
    "currency",
    "total",
    "received",
    "credited",
    "matter",
];

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
        issued_at.into(),
        cancelled_at.into(),
        terms.dated.into(),
        terms.due.into(),
        text(invoice.currency()),
        total.minor().into(),
        received.minor().into(),
        credited.minor().into(),
        total.minor().saturating_sub(settled).into(),
        value::maybe(terms.matter.as_ref()),
        value::maybe(terms.client_note.as_ref()),
        value::maybe(terms.internal_note.as_ref()),
        text(serde_json::to_string(&StoredPricing::write(
            &terms.pricing,
        ))?),
        text(serde_json::to_string(&StoredTotals::write(
            &invoice.totals,
        ))?),
        invoice.created_at.into(),
    ])
}

#[derive(Debug, Deserialize)]
pub(crate) struct StoredInvoice {
    id: String,
    version: u64,
    client_id: String,
    phase: String,
    number: Option<String>,
    issued_at: Option<i64>,
    cancelled_at: Option<i64>,
    dated: String,
    due: String,
    currency: String,
    total: i64,
    received: i64,
    credited: i64,
    matter: Option<String>,
    client_note: Option<String>,
    internal_note: Option<String>,
    pricing: String,
    totals: String,
    created_at: i64,
}

impl Stored for StoredInvoice {
    type Record = Versioned<Invoice>;

    fn read(self) -> Result<Versioned<Invoice>, Unreadable> {
        let currency = self.currency.parse()?;
        let pricing: StoredPricing = serde_json::from_str(&self.pricing)?;
        let totals: StoredTotals = serde_json::from_str(&self.totals)?;
        let value = Invoice {
            id: self.id.parse()?,
            client: self.client_id.parse()?,
            state: state(&self.phase, self.number, self.issued_at, self.cancelled_at)?,
            terms: InvoiceTerms {
                dated: parse_day(&self.dated)?,
                due: parse_day(&self.due)?,
                pricing: pricing.read(currency)?,
                matter: maybe(self.matter)?,
                client_note: maybe(self.client_note)?,
                internal_note: maybe(self.internal_note)?,
            },
            totals: totals.read(currency)?,
            account: Account {
                total: Money::from_minor(self.total, currency),
                received: Money::from_minor(self.received, currency),
                credited: Money::from_minor(self.credited, currency),
            },
            created_at: Timestamp::from_micros(self.created_at),
        };
        let version = Version(self.version);
        Ok(Versioned { version, value })
    }
}

fn state(
    phase: &str,
    number: Option<String>,
    issued_at: Option<i64>,
    cancelled_at: Option<i64>,
) -> Result<InvoiceState, Unreadable> {
    let issue = number.zip(issued_at).map(|(number, at)| Issue {
        number: Number::Taken(DocumentNumber::from_storage(number)),
        at: Timestamp::from_micros(at),
    });
    match (Phase::from_code(phase), issue, cancelled_at) {
        (Some(Phase::Draft), None, None) => Ok(InvoiceState::Draft),
        (Some(Phase::Issued), Some(issue), None) => Ok(InvoiceState::Issued(issue)),
        (Some(Phase::Cancelled), Some(issue), Some(at)) => Ok(InvoiceState::Cancelled {
            issue,
            at: Timestamp::from_micros(at),
        }),
        _ => Err(Unknown("the invoice's state").into()),
    }
}

/// An invoice in a list.
#[derive(Debug, Deserialize)]
pub(crate) struct StoredInvoiceRow {
    id: String,
    version: u64,
    client_id: String,
    number: Option<String>,
    phase: String,
    dated: String,
    due: String,
    currency: String,
    total: i64,
    received: i64,
    credited: i64,
    matter: Option<String>,
}

impl Stored for StoredInvoiceRow {
    type Record = InvoiceRow;

    fn read(self) -> Result<InvoiceRow, Unreadable> {
        let currency = self.currency.parse()?;
        Ok(InvoiceRow {
            id: self.id.parse()?,
            version: Version(self.version),
            client: self.client_id.parse()?,
            number: self.number.map(DocumentNumber::from_storage),
            phase: Phase::from_code(&self.phase).ok_or(Unknown("the phase"))?,
            dated: parse_day(&self.dated)?,
            due: parse_day(&self.due)?,
            total: Money::from_minor(self.total, currency),
            received: Money::from_minor(self.received, currency),
            credited: Money::from_minor(self.credited, currency),
            matter: maybe(self.matter)?,
        })
    }
}

/// An invoice with its records.
#[derive(Debug, Deserialize)]
pub(crate) struct StoredInvoiceFile {
    invoice: StoredInvoice,
    payments: Option<Vec<StoredPayment>>,
    credits: Option<Vec<StoredCredit>>,
}

impl Stored for StoredInvoiceFile {
    type Record = InvoiceFile;

    fn read(self) -> Result<InvoiceFile, Unreadable> {
        let payments = self.payments.unwrap_or_default().into_iter();
        let credits = self.credits.unwrap_or_default().into_iter();
        Ok(InvoiceFile {
            invoice: self.invoice.read()?,
            payments: payments.map(Stored::read).collect::<Result<_, _>>()?,
            credits: credits.map(Stored::read).collect::<Result<_, _>>()?,
        })
    }
}
