//! Invoices with all their records, which most reads about money answer.

use std::collections::BTreeMap;

use caseflow_core::domain::attempt::Attempt;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::id::InvoiceId;
use caseflow_core::domain::invoice::Invoice;
use caseflow_core::domain::payment::{Credit, Payment};
use caseflow_core::domain::refund::Refund;
use caseflow_core::domain::reversal::Reversal;
use caseflow_core::ports::store::{InvoiceFile, InvoiceKey, StoreError};

use crate::read::{Answer, Stored};
use crate::records::attempt::ATTEMPTS;
use crate::records::invoice::INVOICES;
use crate::records::payment::{CREDITS, PAYMENTS};
use crate::records::refund::REFUNDS;
use crate::records::reversal::REVERSALS;
use crate::statements::Part;
use crate::value::{Value, text};

/// Invoices `i` with their records: six parts.
pub(crate) fn file_parts(from: &str) -> Vec<Part> {
    // A plain join may be begun at either end, and SQLite without statistics begins at the firm's
    // whole table.
    let records = |table: &str| {
        format!(
            "FROM (SELECT i.firm_id, i.id {from}) i CROSS JOIN {table} y \
             WHERE y.firm_id = i.firm_id AND y.invoice_id = i.id"
        )
    };
    let mut parts = vec![Part::new(INVOICES.shape("i"), from)];
    let tables = [PAYMENTS, REVERSALS, CREDITS, ATTEMPTS, REFUNDS];
    parts.extend(tables.map(|table| Part::new(table.shape("y"), records(table.name))));
    parts
}

/// The invoices of the six parts from the one numbered `first` on, in the order of ids.
pub(crate) fn files(answer: &Answer, first: usize) -> Result<Vec<InvoiceFile>, StoreError> {
    let mut payments = grouped(answer, first + 1, |it: &Versioned<Payment>| {
        (it.value.invoice, it.value.id)
    })?;
    let mut reversals = grouped(answer, first + 2, |it: &Reversal| (it.invoice, it.id))?;
    let mut credits = grouped(answer, first + 3, |it: &Credit| (it.invoice, it.id))?;
    let mut attempts = grouped(answer, first + 4, |it: &Versioned<Attempt>| {
        (it.value.invoice, it.value.id)
    })?;
    let mut refunds = grouped(answer, first + 5, |it: &Versioned<Refund>| {
        (it.value.invoice, it.value.id)
    })?;
    let mut invoices: Vec<Versioned<Invoice>> = answer.many(first)?;
    invoices.sort_unstable_by_key(|invoice| invoice.value.id);
    let file = |invoice: Versioned<Invoice>| {
        let id = invoice.value.id;
        InvoiceFile {
            invoice,
            payments: payments.remove(&id).unwrap_or_default(),
            reversals: reversals.remove(&id).unwrap_or_default(),
            credits: credits.remove(&id).unwrap_or_default(),
            attempts: attempts.remove(&id).unwrap_or_default(),
            refunds: refunds.remove(&id).unwrap_or_default(),
        }
    };
    Ok(invoices.into_iter().map(file).collect())
}

/// The records of a part by their invoices, each invoice's in the order of ids.
fn grouped<T: Stored, I: Ord>(
    answer: &Answer,
    part: usize,
    place: impl Fn(&T) -> (InvoiceId, I),
) -> Result<BTreeMap<InvoiceId, Vec<T>>, StoreError> {
    let mut records: Vec<T> = answer.many(part)?;
    records.sort_unstable_by_key(&place);
    let mut groups: BTreeMap<InvoiceId, Vec<T>> = BTreeMap::new();
    for record in records {
        let (invoice, _) = place(&record);
        groups.entry(invoice).or_default().push(record);
    }
    Ok(groups)
}

/// A statement for each way in which an invoice is found.
#[derive(Debug)]
pub(crate) struct ByKey<T> {
    invoice: T,
    payment: T,
    reversal: T,
    attempt: T,
}

impl<T> ByKey<T> {
    /// Makes them of the table in which the key, value `$place`, is looked up, and of SQL from which
    /// on that invoice is `i`. More may be asked of `i`.
    pub(crate) fn new(place: usize, mut make: impl FnMut(&str, &str) -> T) -> Self {
        let mut through = |table: &str| {
            let from = format!(
                "FROM {table} r JOIN caseflow_invoices i \
                 ON i.firm_id = r.firm_id AND i.id = r.invoice_id \
                 WHERE r.firm_id = $1 AND r.id = ${place}"
            );
            make(table, &from)
        };
        let payment = through(PAYMENTS.name);
        let reversal = through(REVERSALS.name);
        let attempt = through(ATTEMPTS.name);
        let own = format!("FROM caseflow_invoices i WHERE i.firm_id = $1 AND i.id = ${place}");
        Self {
            invoice: make(INVOICES.name, &own),
            payment,
            reversal,
            attempt,
        }
    }

    /// The statement for this key, and its value.
    pub(crate) fn of(&self, key: InvoiceKey) -> (&T, Value) {
        match key {
            InvoiceKey::Invoice(id) => (&self.invoice, text(id)),
            InvoiceKey::Payment(id) => (&self.payment, text(id)),
            InvoiceKey::Reversal(id) => (&self.reversal, text(id)),
            InvoiceKey::Attempt(id) => (&self.attempt, text(id)),
        }
    }
}
