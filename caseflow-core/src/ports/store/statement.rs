use std::collections::BTreeMap;

use super::firm::InvoiceFile;
use crate::domain::changes::Versioned;
use crate::domain::invoice::InvoiceState;
use crate::domain::money::{Money, MoneyError};
use crate::domain::payment::Payment;
use crate::domain::period::Period;

/// What a client's statement is made of.
///
/// # Contract
/// * Drafts count for nothing.
/// * `invoices` holds each invoice that is dated in the period, has a payment (a voided one too), a
///   reversal or a credit of a day in it, or was cancelled
///   [around](crate::domain::period::Period::around) it; all of its records come with it.
/// * `brought_forward` is made of all the others: their totals when they are dated before the first
///   day, less the payments that stand, plus what reversals took, less the credits, all of earlier
///   days, less what was open on those that had been cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatementFile {
    /// A currency each, in the order of their codes; zero ones left out.
    pub brought_forward: Vec<Money>,
    /// By their dates, then their ids, oldest first: at most
    /// [`MOST_INVOICES`](Self::MOST_INVOICES), and one more to say that there are too many.
    pub invoices: Vec<InvoiceFile>,
}

impl StatementFile {
    /// On how many invoices a statement tells what happened.
    pub const MOST_INVOICES: usize = 1_000;

    /// What the statement is made of, from all invoices of the client that are no drafts, in any order:
    /// for a store that has them at hand.
    ///
    /// # Errors
    /// When a sum is beyond what an amount can hold.
    pub fn of(
        files: impl IntoIterator<Item = InvoiceFile>,
        period: Period,
    ) -> Result<Self, MoneyError> {
        let files = files.into_iter();
        let (mut invoices, others): (Vec<_>, Vec<_>) =
            files.partition(|file| is_touched(file, period));
        invoices.sort_by_key(|file| (file.invoice.value.terms.dated, file.invoice.value.id));
        invoices.truncate(Self::MOST_INVOICES + 1);
        let mut sums: BTreeMap<&str, Money> = BTreeMap::new();
        for file in &others {
            let currency = file.invoice.value.currency();
            let sum = sums.entry(currency.code()).or_insert(Money::zero(currency));
            *sum = sum.checked_add(before(file, period)?)?;
        }
        Ok(Self {
            brought_forward: sums.into_values().filter(|sum| !sum.is_zero()).collect(),
            invoices,
        })
    }
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
