//! Money of online payments that went back or came back.

use std::sync::Arc;
use std::time::Duration;

use chrono::{Days, NaiveDate};

use super::{all_pages, applied, breaks, paid_online, read_invoice, tried, winners, wrote};
use crate::domain::changes::{Change, Changes, Write};
use crate::domain::client::Client;
use crate::domain::invoice::Invoice;
use crate::domain::number::{Number, NumberFormat};
use crate::domain::payment::{Charge, Payment, PaymentMode};
use crate::domain::reversal::{Reversal, ReversalKind};
use crate::ports::store::{Constraint, HistoryRow, PaymentRow, ReversalRow, Store, StoreError};
use crate::testing::fixtures::{self, NOW, Office, day, id, line, txn, usd};
use crate::testing::join_all;

/// Catches a store that loses a field of a reversal, takes a kind for another, or turns an amount
/// around.
pub async fn case_reversals_come_out_as_they_went_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let (invoice, payment) = paid_online(&*store, &office, 1).await;
    let mut expected = vec![];
    for (n, kind) in (1..).zip(ReversalKind::ALL) {
        let reversal = Reversal {
            txn: txn(&format!("{n}{}", "~".repeat(254))),
            on: day("2026-11-24") + Days::new(n),
            reason: (n % 2 == 0).then(|| line("“why” & so 🦊")),
            recorded_at: NOW.plus(Duration::from_micros(n)),
            number: Number::Next(NumberFormat::parse(&format!("Rück {n}/"), 3).unwrap()),
            // Written from the last id to the first.
            ..fixtures::reversal(50 - n, &payment, kind, usd("0.01"))
        };
        wrote(&*store, firm, Change::Reversal(reversal.clone())).await;
        let number = NumberFormat::parse(&format!("Rück {n}/"), 3)
            .unwrap()
            .render(n);
        let number = Number::Taken(number);
        expected.insert(0, Reversal { number, ..reversal });
    }
    // One on another invoice, with a smaller id than these.
    let (_, other) = paid_online(&*store, &office, 2).await;
    let elsewhere = fixtures::reversal(3, &other, ReversalKind::Refund, usd("1.00"));
    wrote(&*store, firm, Change::Reversal(elsewhere)).await;
    let file = read_invoice(&*store, &office, invoice.id).await;
    assert_eq!(file.reversals, expected);
    let key = expected[1].id.into();
    assert_eq!(
        store.invoice(firm, key).await.unwrap().as_ref(),
        Some(&file)
    );
    let card = store.invoice_card(firm, key).await.unwrap().unwrap();
    assert_eq!(card.invoice, file);
    let visit = office.visit(&office.contact);
    let (_, shown) = store.client_invoice(visit, key).await.unwrap().unwrap();
    assert_eq!(shown, Some(file));
    let ledgers = all_pages(1, async |page| store.ledgers(firm, &page).await).await;
    let counts: Vec<_> = ledgers.iter().map(|file| file.reversals.len()).collect();
    assert_eq!(counts, [4, 1]);
}

/// R-PAY-9. Catches a store that takes money off twice for one refund or dispute, or takes two for
/// one: of other kinds, at other merchants, of other firms.
pub async fn case_a_movement_of_money_counts_once_a_kind(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let twin = Office::open_twin(&*store, 2, 1).await;
    let (_, payment) = paid_online(&*store, &office, 1).await;
    let (_, other) = paid_online(&*store, &office, 2).await;
    let same = |n, payment: &Payment, kind| Reversal {
        txn: txn("re_same"),
        ..fixtures::reversal(n, payment, kind, usd("1.00"))
    };
    for (round, kind) in (1..).zip(ReversalKind::ALL) {
        let roads = (1..=16).map(|n| {
            let payment = [&payment, &other][usize::from(n % 4 == 0)];
            let reversal = same(round * 100 + n, payment, kind);
            tried(&*store, office.firm.id, Change::Reversal(reversal))
        });
        let outcomes = join_all(roads).await;
        let known =
            |error: &StoreError| matches!(error, StoreError::AlreadyExists(Constraint::Reversal));
        assert_eq!(winners(&outcomes, known), 1, "{outcomes:?}");
    }
    for (n, merchant) in (1..).zip([
        "example:acct_2:test",
        "example:acct_1:live",
        "a:acct_1:test",
    ]) {
        let reversal = Reversal {
            merchant: merchant.parse().unwrap(),
            ..same(n, &payment, ReversalKind::Refund)
        };
        wrote(&*store, office.firm.id, Change::Reversal(reversal)).await;
    }
    let (_, theirs) = paid_online(&*store, &twin, 1).await;
    let reversal = same(1, &theirs, ReversalKind::Refund);
    wrote(&*store, twin.firm.id, Change::Reversal(reversal)).await;
    // One id with another movement is another mistake.
    let again = fixtures::reversal(1, &payment, ReversalKind::Dispute, usd("1.00"));
    let outcome = tried(&*store, office.firm.id, Change::Reversal(again)).await;
    breaks(&outcome, Constraint::Identity);
    let files = [id(1), id(2)].map(|invoice| read_invoice(&*store, &office, invoice));
    let counts: usize = join_all(files)
        .await
        .iter()
        .map(|file| file.reversals.len())
        .sum();
    assert_eq!(counts, 4 + 3);
}

/// R-INV-5. Catches a series of notes that repeats a number or loses one, or shares its count with
/// receipts: 32 reversals come in at once, and as many that fail at their end.
pub async fn case_notes_are_numbered_without_gaps(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let other = Office::open(&*store, 2).await;
    let (invoice, payment) = paid_online(&*store, &office, 1).await;
    let writers = (1..=64).map(|n| {
        let reversal = fixtures::reversal(n, &payment, ReversalKind::Refund, usd("1.00"));
        let changes = Changes::default().with(Change::Reversal(reversal));
        let taken = Change::Client(Write::Insert(Client {
            ..office.client.clone()
        }));
        let changes = if n > 32 { changes.with(taken) } else { changes };
        store.commit(office.firm.id, changes)
    });
    let outcomes = join_all(writers).await;
    let twice =
        |error: &StoreError| matches!(error, StoreError::AlreadyExists(Constraint::Identity));
    assert_eq!(winners(&outcomes, twice), 32, "{outcomes:?}");
    let file = read_invoice(&*store, &office, invoice.id).await;
    let numbers = file.reversals.iter().map(|it| it.number.taken().unwrap());
    let mut numbers: Vec<String> = numbers.map(ToString::to_string).collect();
    numbers.sort();
    let expected: Vec<String> = (1..=32).map(|n| format!("RF-{n:04}")).collect();
    assert_eq!(numbers, expected);
    for office in [&office, &other] {
        let (invoice, payment) = paid_online(&*store, office, 900).await;
        let reversal = fixtures::reversal(901, &payment, ReversalKind::Refund, usd("1.00"));
        wrote(&*store, office.firm.id, Change::Reversal(reversal)).await;
        let file = read_invoice(&*store, office, invoice.id).await;
        let number = file.reversals[0].number.taken().unwrap().as_str();
        let receipt = file.payments[0].value.receipt.taken().unwrap().as_str();
        let expected = match office.firm.id == other.firm.id {
            true => ("RF-0001", "R-0001"),
            false => ("RF-0033", "R-0002"),
        };
        assert_eq!((number, receipt), expected);
    }
}

/// R-SELF-3. Catches a history that lists payments and reversals one after the other, cuts each of
/// them to a page of its own, or orders a day's rows by when they came in.
pub async fn case_the_history_holds_payments_and_reversals_in_one_order(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let (invoice, first) = paid_online(&*store, &office, 1).await;
    let mut rows = vec![payment_row(&*store, &office, &invoice, &first).await];
    // Both kinds on each of five days, written in an order that is neither up nor down.
    for n in (2..=30).map(|n| n * 11 % 31 + 1) {
        let on = day("2026-11-20") + Days::new(n % 5);
        rows.push(match n % 3 {
            0 => {
                let payment = nth_payment(n, on, &first);
                let insert = Change::Payment(Write::Insert(payment.clone()));
                wrote(&*store, firm, insert).await;
                payment_row(&*store, &office, &invoice, &payment).await
            }
            _ => {
                let kind = ReversalKind::ALL[usize::try_from(n % 4).unwrap()];
                let reversal = Reversal {
                    on,
                    ..fixtures::reversal(n, &first, kind, usd("0.10"))
                };
                wrote(&*store, firm, Change::Reversal(reversal.clone())).await;
                reversal_row(&*store, &office, &invoice, &reversal).await
            }
        });
    }
    theirs(&*store, &office).await;
    rows.sort_by_key(|row| std::cmp::Reverse(row.place()));
    for size in (1..=9).chain([29, 30, 31, 100]) {
        assert_eq!(history(&*store, &office, size).await, rows, "{size} a page");
    }
    comes_in_meanwhile(&*store, &office, &first, &rows).await;
}

fn nth_payment(n: u64, on: NaiveDate, first: &Payment) -> Payment {
    let payment = Payment {
        id: id(n),
        received_on: on,
        charge: first.charge.clone().map(|charge| Charge {
            txn: txn(&format!("ch_{n}")),
            ..charge
        }),
        ..first.clone()
    };
    match n % 2 {
        0 => payment,
        // Written down by hand, and voided.
        _ => {
            let (mode, charge) = (PaymentMode::Cheque, None);
            let payment = Payment {
                mode,
                charge,
                ..payment
            };
            payment.void(None, NOW).unwrap()
        }
    }
}

/// What another client paid and got back.
async fn theirs(store: &dyn Store, office: &Office) {
    let invoice = fixtures::issued(90, office.neighbour.id, usd("100.00"));
    let attempt = fixtures::paid_attempt(90, &invoice, office.stranger.id);
    let payment = fixtures::online_payment(90, &attempt, &invoice, usd("100.00"));
    let reversal = fixtures::reversal(90, &payment, ReversalKind::Dispute, usd("1.00"));
    let changes = Changes::default()
        .with(Change::Invoice(Write::Insert(invoice)))
        .with(Change::Attempt(Write::Insert(attempt)))
        .with(Change::Payment(Write::Insert(payment)))
        .with(Change::Reversal(reversal));
    applied(store, office.firm.id, changes).await;
}

/// Rows of every day come in while the list is read: those that were there come once each.
async fn comes_in_meanwhile(
    store: &dyn Store,
    office: &Office,
    first: &Payment,
    rows: &[HistoryRow],
) {
    let mut n = 1_000;
    let visit = office.visit(&office.contact);
    let found = all_pages(4, async |page| {
        for later in 0..5 {
            n += 1;
            let reversal = Reversal {
                on: day("2026-11-20") + Days::new(later),
                ..fixtures::reversal(n, first, ReversalKind::Dispute, usd("0.01"))
            };
            wrote(store, office.firm.id, Change::Reversal(reversal)).await;
        }
        let (_, page) = store.client_payments(visit, &page).await?.unwrap();
        Ok::<_, StoreError>(page)
    })
    .await;
    let old = found.into_iter().filter(|row| match row {
        HistoryRow::Payment(_) => true,
        HistoryRow::Reversal(row) => row.reversal.id < id(1_000),
    });
    assert!(old.eq(rows.iter().cloned()), "rows were lost or repeated");
}

async fn history(store: &dyn Store, office: &Office, size: u32) -> Vec<HistoryRow> {
    let visit = office.visit(&office.contact);
    all_pages(size, async |page| {
        let (_, page) = store.client_payments(visit, &page).await?.unwrap();
        Ok::<_, StoreError>(page)
    })
    .await
}

async fn payment_row(
    store: &dyn Store,
    office: &Office,
    invoice: &Invoice,
    payment: &Payment,
) -> HistoryRow {
    let file = read_invoice(store, office, invoice.id).await;
    let invoice_number = file.invoice.value.number().cloned();
    let mut payments = file.payments.into_iter();
    let payment = payments.find(|it| it.value.id == payment.id).unwrap();
    HistoryRow::Payment(PaymentRow {
        payment,
        invoice_number,
    })
}

async fn reversal_row(
    store: &dyn Store,
    office: &Office,
    invoice: &Invoice,
    reversal: &Reversal,
) -> HistoryRow {
    let file = read_invoice(store, office, invoice.id).await;
    let invoice_number = file.invoice.value.number().cloned();
    let mut reversals = file.reversals.into_iter();
    let reversal = reversals.find(|it| it.id == reversal.id).unwrap();
    HistoryRow::Reversal(ReversalRow {
        reversal,
        invoice_number,
    })
}
