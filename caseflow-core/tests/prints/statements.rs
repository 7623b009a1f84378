//! Statements add up: opening and everything in between make the closing balance.

use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::print::{
    EntryKind, Print, PrintDocument, PrintError, StatementAccount, StatementView,
};
use caseflow_core::domain::reversal::ReversalKind;
use caseflow_core::testing::fixtures::{day, usd};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use proptest::sample::select;

use crate::setup::{Desk, File};

proptest! {
    #[test]
    fn a_statement_adds_up(files in any_files(), first in 0..40_u64, length in 0..40_u64) {
        let desk = Desk::new();
        let from = day("2026-11-01") + Days::new(first);
        let to = from + Days::new(length);
        let files: Vec<File> = files.into_iter().enumerate().map(|it| file(&desk, it)).collect();
        let view = statement(&desk, from, to, &files);
        for account in &view.accounts {
            prop_assert!(adds_up(account));
            prop_assert!(account.entries.is_sorted_by_key(|entry| entry.day.value));
            let within = |entry: &NaiveDate| (from..=to).contains(entry);
            prop_assert!(account.entries.iter().all(|entry| within(&entry.day.value)));
        }
    }

    /// Whatever the days, the whole account closes on what the invoices' own balances come to.
    #[test]
    fn the_whole_account_closes_on_the_sum_of_the_balances(files in any_files()) {
        let desk = Desk::new();
        let files: Vec<File> = files.into_iter().enumerate().map(|it| file(&desk, it)).collect();
        let view = statement(&desk, day("2026-01-01"), day("2027-12-31"), &files);
        for account in &view.accounts {
            let mine = files.iter().filter(|file| file.invoice.currency() == account.currency);
            let balances = mine.map(|file| file.invoice.account.balance().unwrap());
            let expected = Money::sum(balances, account.currency).unwrap();
            prop_assert_eq!(account.closing.value, expected);
            prop_assert!(account.opening.value.is_zero());
        }
    }
}

#[test]
fn a_cancelled_invoice_leaves_nothing_owed() {
    let desk = Desk::new();
    let mut file = File::over(3, &desk, usd("100.00")).credited(4, usd("20.00"));
    file.invoice = file.invoice.cancel(desk.head().now).unwrap();
    let view = statement(&desk, day("2026-11-01"), day("2026-11-30"), &[file]);
    let [account] = view.accounts.as_slice() else {
        panic!("{view:?}");
    };
    let kinds: Vec<_> = account.entries.iter().map(|entry| entry.kind).collect();
    let expected = [
        EntryKind::Invoice,
        EntryKind::Credit,
        EntryKind::Cancellation,
    ];
    assert_eq!(kinds, expected);
    assert!(account.closing.value.is_zero());
}

#[test]
fn days_the_wrong_way_round_and_nothing_at_all() {
    let desk = Desk::new();
    let backwards = desk
        .head()
        .statement(day("2026-11-02"), day("2026-11-01"), &[]);
    assert_eq!(backwards, Err(PrintError::Period));
    let view = statement(&desk, day("2026-11-01"), day("2026-11-01"), &[]);
    assert!(view.accounts.is_empty());
}

pub(crate) fn adds_up(account: &StatementAccount) -> bool {
    let mut balance = account.opening.value;
    let zero = Money::zero(account.currency);
    let (mut charged, mut paid) = (zero, zero);
    for entry in &account.entries {
        let charge = entry.charge.as_ref().map_or(zero, |it| it.value);
        let payment = entry.payment.as_ref().map_or(zero, |it| it.value);
        charged = charged.checked_add(charge).unwrap();
        paid = paid.checked_add(payment).unwrap();
        balance = balance
            .checked_add(charge)
            .unwrap()
            .checked_sub(payment)
            .unwrap();
        if entry.balance.value != balance {
            return false;
        }
    }
    (charged, paid, balance)
        == (
            account.charged.value,
            account.paid.value,
            account.closing.value,
        )
}

pub(crate) fn statement(
    desk: &Desk,
    from: NaiveDate,
    to: NaiveDate,
    files: &[File],
) -> StatementView {
    let records: Vec<_> = files.iter().map(File::records).collect();
    let print: Print = desk.head().statement(from, to, &records).unwrap();
    match print.document {
        PrintDocument::Statement(view) => view,
        other => panic!("not a statement: {other:?}"),
    }
}

/// Day and share in thousandths of the total.
type Part = (u64, i64);

/// Total, currency and day, then each payment and credit, then each reversal of an online payment of
/// a half.
type Drawn = (
    i64,
    bool,
    u64,
    Vec<Part>,
    Vec<Part>,
    Vec<(ReversalKind, Part)>,
);

fn any_files() -> impl Strategy<Value = Vec<Drawn>> {
    let part = || (0..60_u64, 1..200_i64);
    let parts = || proptest::collection::vec(part(), 0..3);
    let one = (
        1_000..9_000_000_i64,
        any::<bool>(),
        0..60_u64,
        parts(),
        parts(),
        proptest::collection::vec((select(&ReversalKind::ALL[..]), part()), 0..5),
    );
    proptest::collection::vec(one, 0..8)
}

fn file(desk: &Desk, (index, drawn): (usize, Drawn)) -> File {
    let (total, dollars, dated, payments, credits, reversals) = drawn;
    let currency = if dollars {
        Currency::USD
    } else {
        Currency::JPY
    };
    let part = |share: i64| Money::from_minor((total * share / 1000).max(1), currency);
    let on = |days: u64| day("2026-11-01") + Days::new(days);
    let n = u64::try_from(index).unwrap() * 100 + 10;
    let mut file = File::over(n, desk, Money::from_minor(total, currency));
    file.invoice.terms.dated = on(dated);
    for (at, (days, share)) in (n + 1..).zip(payments) {
        file = file.paid(at, part(share));
        file.payments.last_mut().unwrap().received_on = on(days);
    }
    for (at, (days, share)) in (n + 50..).zip(credits) {
        file = file.credited(at, part(share));
        file.credits.last_mut().unwrap().given_on = on(days);
    }
    if !reversals.is_empty() {
        file = file.paid_online(n + 40, part(500));
        file.payments.last_mut().unwrap().received_on = on(dated);
    }
    for (at, (kind, (days, share))) in (n + 60..).zip(reversals) {
        file = file.reversed(at, kind, part(share));
        file.reversals.last_mut().unwrap().on = on(days);
    }
    file
}
