//! What statements are made of.

use std::collections::BTreeMap;

use super::portal::shown;
use super::state::Records;
use crate::domain::changes::Versioned;
use crate::domain::id::ClientId;
use crate::domain::invoice::InvoiceState;
use crate::domain::money::{Money, MoneyError};
use crate::domain::payment::Payment;
use crate::domain::period::Period;
use crate::ports::store::{InvoiceFile, StatementFile};

pub(super) fn statement(
    records: &Records,
    client: ClientId,
    period: Period,
) -> Result<StatementFile, MoneyError> {
    let files = shown(records, client).filter_map(|it| records.invoice_file(it.value.id));
    let (mut invoices, others): (Vec<_>, Vec<_>) = files.partition(|file| is_touched(file, period));
    invoices.sort_by_key(|file| (file.invoice.value.terms.dated, file.invoice.value.id));
    invoices.truncate(StatementFile::MOST_INVOICES + 1);
    let mut sums: BTreeMap<&str, Money> = BTreeMap::new();
    for file in &others {
        let currency = file.invoice.value.currency();
        let sum = sums.entry(currency.code()).or_insert(Money::zero(currency));
        *sum = sum.checked_add(before(file, period)?)?;
    }
    let sums = sums.into_values().filter(|sum| !sum.is_zero());
    Ok(StatementFile {
        brought_forward: sums.collect(),
        invoices,
    })
}

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
