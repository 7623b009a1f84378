//! What statements are made of.

use std::collections::BTreeMap;

use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::id::ClientId;
use caseflow_core::domain::invoice::InvoiceState;
use caseflow_core::domain::money::{Money, MoneyError};
use caseflow_core::domain::payment::Payment;
use caseflow_core::domain::period::Period;
use caseflow_core::ports::store::{InvoiceFile, StatementFile, StoreError};

use super::{Records, too_much};

impl Records<'_> {
    /// What the client's statement of these days is made of.
    pub(super) fn statement(
        &self,
        client: ClientId,
        period: Period,
    ) -> Result<StatementFile, StoreError> {
        let files = self.ledgers_of(client)?;
        let (mut invoices, others): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|file| is_touched(file, period));
        invoices.sort_by_key(|file| (file.invoice.value.terms.dated, file.invoice.value.id));
        invoices.truncate(StatementFile::MOST_INVOICES + 1);
        Ok(StatementFile {
            brought_forward: brought_forward(&others, period).map_err(too_much)?,
            invoices,
        })
    }
}

/// A currency each, zero ones left out.
fn brought_forward(others: &[InvoiceFile], period: Period) -> Result<Vec<Money>, MoneyError> {
    let mut sums: BTreeMap<&str, Money> = BTreeMap::new();
    for file in others {
        let currency = file.invoice.value.currency();
        let sum = sums.entry(currency.code()).or_insert(Money::zero(currency));
        *sum = sum.checked_add(before(file, period)?)?;
    }
    Ok(sums.into_values().filter(|sum| !sum.is_zero()).collect())
}

/// Whether anything happened to the invoice in the period.
fn is_touched(file: &InvoiceFile, period: Period) -> bool {
    let invoice = &file.invoice.value;
    let (from, until) = period.around();
    let cancelled = matches!(&invoice.state,
        InvoiceState::Cancelled { at, .. } if (from..until).contains(at));
    let payments = file.payments.iter().map(|it| it.value.received_on);
    let credits = file.credits.iter().map(|it| it.given_on);
    let reversals = file.reversals.iter().map(|it| it.on);
    cancelled
        || period.contains(invoice.terms.dated)
        || payments
            .chain(reversals)
            .chain(credits)
            .any(|day| period.contains(day))
}

/// What an invoice that is not touched comes to before the first day.
fn before(file: &InvoiceFile, period: Period) -> Result<Money, MoneyError> {
    let invoice = &file.invoice.value;
    let first = period.first();
    let counts =
        |payment: &&Versioned<Payment>| payment.value.stands() && payment.value.received_on < first;
    let mut sum = Money::zero(invoice.currency());
    if invoice.terms.dated < first {
        sum = sum.checked_add(invoice.totals.total)?;
    }
    for payment in file.payments.iter().filter(counts) {
        sum = sum.checked_sub(payment.value.amount)?;
    }
    for reversal in file.reversals.iter().filter(|it| it.on < first) {
        sum = sum.checked_add(reversal.taken())?;
    }
    for credit in file.credits.iter().filter(|credit| credit.given_on < first) {
        sum = sum.checked_sub(credit.amount)?;
    }
    match &invoice.state {
        InvoiceState::Cancelled { at, .. } if *at < period.around().0 => {
            sum.checked_sub(invoice.account.balance()?)
        }
        _ => Ok(sum),
    }
}
