//! A client's account between two days as it is printed.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Amount, Day, InvoiceRecords, Label, Letterhead, PrintError, text};
use crate::domain::currency::Currency;
use crate::domain::invoice::{InvoiceState, Phase};
use crate::domain::money::{Money, MoneyError};
use crate::domain::payment::{Credit, Payment};
use crate::domain::reversal::{Reversal, ReversalKind};

/// What was invoiced and paid from one day to another, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementView {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// One for each currency in which something was or is owed, in the order of the codes.
    pub accounts: Vec<StatementAccount>,
}

/// The part of a statement that is in one currency. `opening + charged − paid = closing`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementAccount {
    /// The currency.
    pub currency: Currency,
    /// What was owed before the first day.
    pub opening: Amount,
    /// What happened, oldest first.
    pub entries: Vec<EntryView>,
    /// All charges of the period together.
    pub charged: Amount,
    /// All that lowered the balance in the period together.
    pub paid: Amount,
    /// What is owed at the end of the last day.
    pub closing: Amount,
}

/// What an entry of a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EntryKind {
    /// An invoice, at its present total.
    Invoice,
    /// A payment that stands.
    Payment,
    /// A credit.
    Credit,
    /// A refund, or another reversal of a payment.
    Reversal(ReversalKind),
    /// An invoice was called off: what was open on it is owed no longer.
    Cancellation,
}

/// One row of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryView {
    /// When.
    pub day: Day,
    /// What.
    pub kind: EntryKind,
    /// What, in words, with its number: `Invoice INV-0042`.
    pub what: String,
    /// A matter, a reference or a reason.
    pub detail: Option<String>,
    /// What it added to the balance.
    pub charge: Option<Amount>,
    /// What it took off the balance.
    pub payment: Option<Amount>,
    /// The balance after it.
    pub balance: Amount,
}

impl StatementView {
    pub(super) fn of(
        head: &Letterhead<'_>,
        from: NaiveDate,
        to: NaiveDate,
        brought_forward: &[Money],
        invoices: &[InvoiceRecords<'_>],
    ) -> Result<Self, PrintError> {
        if to < from {
            return Err(PrintError::Period);
        }
        let mut entries = Vec::new();
        for records in invoices {
            if records.invoice.phase() != Phase::Draft {
                entries_of(head, records, &mut entries)?;
            }
        }
        entries.retain(|entry| entry.day <= to);
        entries.sort();
        let accounts = by_currency(brought_forward, entries)?.into_values();
        let accounts = accounts
            .map(|(brought_forward, entries)| account(head, from, brought_forward, entries))
            .collect::<Result<Vec<_>, _>>()?;
        let shown = |it: &StatementAccount| !it.opening.value.is_zero() || !it.entries.is_empty();
        Ok(Self {
            from: head.format().day(from),
            to: head.format().day(to),
            accounts: accounts.into_iter().filter(shown).collect(),
        })
    }
}

/// An entry before its balance is known. The order of the fields is the order of the rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    day: NaiveDate,
    kind: EntryKind,
    what: String,
    detail: Option<String>,
    /// Minor units: above zero when more is owed.
    effect: i64,
    currency: Currency,
}

/// What was brought forward in each currency, and what happened in it.
fn by_currency(
    brought_forward: &[Money],
    entries: Vec<Entry>,
) -> Result<BTreeMap<Currency, (Money, Vec<Entry>)>, MoneyError> {
    let mut accounts: BTreeMap<Currency, (Money, Vec<Entry>)> = BTreeMap::new();
    let new = |currency| (Money::zero(currency), vec![]);
    for sum in brought_forward {
        let currency = sum.currency();
        let (known, _) = accounts.entry(currency).or_insert_with(|| new(currency));
        *known = known.checked_add(*sum)?;
    }
    for entry in entries {
        let currency = entry.currency;
        let (_, known) = accounts.entry(currency).or_insert_with(|| new(currency));
        known.push(entry);
    }
    Ok(accounts)
}

fn entries_of(
    head: &Letterhead<'_>,
    records: &InvoiceRecords<'_>,
    entries: &mut Vec<Entry>,
) -> Result<(), PrintError> {
    let number = records.checked(head)?.as_str();
    let invoice = records.invoice;
    entries.push(Entry {
        day: invoice.terms.dated,
        kind: EntryKind::Invoice,
        what: format!("{} {number}", head.word(Label::Invoice)),
        detail: text(invoice.terms.matter.as_ref()),
        effect: invoice.totals.total.minor(),
        currency: invoice.currency(),
    });
    for payment in records.standing() {
        entries.push(paid(head, payment)?);
    }
    for credit in &records.credits {
        entries.push(credited(head, number, credit)?);
    }
    for reversal in &records.reversals {
        entries.push(reversed(head, reversal)?);
    }
    if let InvoiceState::Cancelled { at, .. } = &invoice.state {
        entries.push(Entry {
            day: head.firm.zone.day(*at),
            kind: EntryKind::Cancellation,
            what: format!("{} {number}", head.word(Label::Cancellation)),
            detail: None,
            effect: invoice.account.balance()?.checked_neg()?.minor(),
            currency: invoice.currency(),
        });
    }
    Ok(())
}

fn paid(head: &Letterhead<'_>, payment: &Payment) -> Result<Entry, PrintError> {
    let number = payment.receipt.taken().ok_or(PrintError::NoNumber)?;
    let mode = head.language().mode(payment.mode);
    let detail = match &payment.reference {
        Some(reference) => format!("{mode}, {reference}"),
        None => mode.to_owned(),
    };
    Ok(Entry {
        day: payment.received_on,
        kind: EntryKind::Payment,
        what: format!("{} {number}", head.word(Label::Payment)),
        detail: Some(detail),
        effect: payment.amount.checked_neg()?.minor(),
        currency: payment.amount.currency(),
    })
}

fn credited(head: &Letterhead<'_>, invoice: &str, credit: &Credit) -> Result<Entry, MoneyError> {
    Ok(Entry {
        day: credit.given_on,
        kind: EntryKind::Credit,
        what: format!("{} {invoice}", head.word(Label::Credit)),
        detail: text(credit.reason.as_ref()),
        effect: credit.amount.checked_neg()?.minor(),
        currency: credit.amount.currency(),
    })
}

fn reversed(head: &Letterhead<'_>, reversal: &Reversal) -> Result<Entry, PrintError> {
    let number = reversal.number.taken().ok_or(PrintError::NoNumber)?;
    let word = head.language().reversal(reversal.kind);
    Ok(Entry {
        day: reversal.on,
        kind: EntryKind::Reversal(reversal.kind),
        what: format!("{word} {number}"),
        detail: text(reversal.reason.as_ref()),
        effect: reversal.taken().minor(),
        currency: reversal.amount.currency(),
    })
}

fn account(
    head: &Letterhead<'_>,
    from: NaiveDate,
    brought_forward: Money,
    entries: Vec<Entry>,
) -> Result<StatementAccount, MoneyError> {
    let currency = brought_forward.currency();
    let (before, within): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| entry.day < from);
    let money = |minor| Money::from_minor(minor, currency);
    let sum = |entries: &[Entry], sign: fn(i64) -> bool| {
        let effects = entries.iter().map(|entry| entry.effect);
        Money::sum(effects.filter(|it| sign(*it)).map(money), currency)
    };
    let opening = Money::sum(before.iter().map(|entry| money(entry.effect)), currency)?;
    let opening = opening.checked_add(brought_forward)?;
    let charged = sum(&within, i64::is_positive)?;
    let paid = sum(&within, i64::is_negative)?.checked_neg()?;
    let mut balance = opening;
    let mut views = Vec::with_capacity(within.len());
    for entry in within {
        balance = balance.checked_add(money(entry.effect))?;
        views.push(view(head, entry, balance)?);
    }
    let amount = |money| head.format().amount(money);
    Ok(StatementAccount {
        currency,
        opening: amount(opening),
        entries: views,
        charged: amount(charged),
        paid: amount(paid),
        closing: amount(balance),
    })
}

fn view(head: &Letterhead<'_>, entry: Entry, balance: Money) -> Result<EntryView, MoneyError> {
    let format = head.format();
    let effect = Money::from_minor(entry.effect, entry.currency);
    let lowers = match entry.kind {
        EntryKind::Invoice | EntryKind::Reversal(_) => effect.is_negative(),
        EntryKind::Payment | EntryKind::Credit | EntryKind::Cancellation => true,
    };
    let (charge, payment) = if lowers {
        (None, Some(format.amount(effect.checked_neg()?)))
    } else {
        (Some(format.amount(effect)), None)
    };
    Ok(EntryView {
        day: format.day(entry.day),
        kind: entry.kind,
        what: entry.what,
        detail: entry.detail,
        charge,
        payment,
        balance: format.amount(balance),
    })
}
