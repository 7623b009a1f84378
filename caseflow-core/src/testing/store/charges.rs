//! Payments made online and refunds that were asked for: a charge is a payment, once.

use std::sync::Arc;
use std::time::Duration;

use super::{
    all_pages, applied, billed, breaks, paid_online, read_invoice, tried, update, winners, wrote,
};
use crate::domain::attempt::{Attempt, Trouble};
use crate::domain::changes::{Change, Changes, Version, Versioned, Write};
use crate::domain::gateway::Merchant;
use crate::domain::invoice::Invoice;
use crate::domain::payment::{Charge, Payment, PaymentMode};
use crate::domain::refund::{Refund, RefundState};
use crate::ports::store::{Constraint, HistoryRow, PaymentQuery, Store, StoreError};
use crate::testing::fixtures::{self, NOW, Office, id, line, txn, usd};
use crate::testing::join_all;

/// B04 (R-PAY-6). Catches a store in which one charge is recorded twice: on the same invoice, on
/// another, for another client, by another attempt, at another time, or by an update.
pub async fn case_b04_a_second_payment_of_one_charge_is_refused(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let (invoice, paid) = paid_online(&*store, &office, 1).await;
    let (other, _) = paid_online(&*store, &office, 2).await;
    let theirs = fixtures::issued(3, office.neighbour.id, usd("100.00"));
    wrote(
        &*store,
        firm,
        Change::Invoice(Write::Insert(theirs.clone())),
    )
    .await;
    let again = |n, invoice: &Invoice| Payment {
        id: id(n),
        invoice: invoice.id,
        client: invoice.client,
        ..paid.clone()
    };
    let later = Payment {
        recorded_at: NOW.plus(Duration::from_secs(90_000)),
        received_on: fixtures::day("2026-12-24"),
        amount: usd("0.01"),
        charge: paid.charge.clone().map(|charge| Charge {
            attempt: id(2),
            ..charge
        }),
        ..again(13, &other)
    };
    for second in [again(11, &invoice), again(12, &theirs), later] {
        let outcome = tried(&*store, firm, Change::Payment(Write::Insert(second))).await;
        breaks(&outcome, Constraint::Charge);
    }
    let moved = Payment {
        id: id(2),
        ..again(2, &other)
    };
    let outcome = tried(
        &*store,
        firm,
        Change::Payment(update(Version::FIRST, moved)),
    )
    .await;
    breaks(&outcome, Constraint::Charge);
    let query = PaymentQuery::default();
    let payments = store.payments(firm, &query).await.unwrap().rows;
    assert_eq!(payments.len(), 2, "nothing of it was written");
    // A payment is not in its own way.
    let noted = Payment {
        note: Some(fixtures::prose("looked at")),
        ..paid.clone()
    };
    wrote(
        &*store,
        firm,
        Change::Payment(update(Version::FIRST, noted)),
    )
    .await;
}

/// B04 under way, as B02. Catches a store that looks for the charge and writes the payment in two
/// steps: webhook, return page and sweep come at the same moment.
pub async fn case_b04_of_payments_of_one_charge_at_once_one_is_recorded(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    for round in 1..=3 {
        let invoice = billed(&*store, &office, round).await;
        let attempt = fixtures::open_attempt(round, &invoice, office.contact.id);
        wrote(
            &*store,
            firm,
            Change::Attempt(Write::Insert(attempt.clone())),
        )
        .await;
        let roads = (1..=20).map(|n| {
            let payment = Payment {
                id: id(round * 100 + n),
                ..fixtures::online_payment(round, &attempt, &invoice, usd("100.00"))
            };
            let changes = Changes::default()
                .with(Change::Payment(Write::Insert(payment)))
                .mailed(fixtures::mail(round * 100 + n, office.contact.id));
            store.commit(firm, changes)
        });
        let outcomes = join_all(roads).await;
        let known =
            |error: &StoreError| matches!(error, StoreError::AlreadyExists(Constraint::Charge));
        assert_eq!(winners(&outcomes, known), 1, "{outcomes:?}");
        let file = read_invoice(&*store, &office, invoice.id).await;
        assert_eq!(file.payments.len(), 1);
        let number = file.payments[0].value.receipt.taken().unwrap();
        assert_eq!(
            number.as_str(),
            format!("R-{round:04}"),
            "no number is lost"
        );
    }
    let until = NOW.plus(Duration::from_secs(60));
    let receipts = store.lease(NOW, until, 100).await.unwrap();
    assert_eq!(receipts.len(), 3, "one mail a payment");
}

/// R-PAY-6 and R-PAY-8. Catches a store that takes two charges for one because they have one name:
/// play money and money, two accounts, two gateways, two firms.
pub async fn case_a_charge_is_known_in_its_merchant_alone(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let twin = Office::open_twin(&*store, 2, 1).await;
    let merchants = [
        "example:acct_1:test",
        "example:acct_1:live",
        "example:acct_2:test",
        "example2:acct_1:test",
    ];
    for office in [&office, &twin] {
        for (n, merchant) in (1..).zip(merchants) {
            let invoice = billed(&*store, office, n).await;
            let attempt = Attempt {
                merchant: merchant.parse::<Merchant>().unwrap(),
                ..fixtures::paid_attempt(n, &invoice, office.contact.id)
            };
            let payment = Payment {
                id: id(n),
                ..fixtures::online_payment(7, &attempt, &invoice, usd("1.00"))
            };
            let changes = Changes::default()
                .with(Change::Attempt(Write::Insert(attempt)))
                .with(Change::Payment(Write::Insert(payment.clone())));
            applied(&*store, office.firm.id, changes).await;
            let file = read_invoice(&*store, office, invoice.id).await;
            assert_eq!(file.payments[0].value.charge, payment.charge);
        }
    }
}

/// Catches a store that loses a charge, gives one to a payment that had none, or takes a mode for
/// another.
pub async fn case_payments_come_out_as_they_went_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let (_, first) = paid_online(&*store, &office, 1).await;
    let longest = Payment {
        id: id(2),
        charge: first.charge.clone().map(|charge| Charge {
            txn: txn(&"~".repeat(255)),
            ..charge
        }),
        reference: None,
        ..first.clone()
    };
    let invoice = super::stored(&*store, &office, id(1)).await.value;
    let by_hand = (3..).zip(PaymentMode::BY_HAND).map(|(n, mode)| Payment {
        mode,
        ..fixtures::payment(n, &invoice, usd("1.00"))
    });
    let mut all = vec![first, longest];
    all.extend(by_hand);
    for payment in &all[1..] {
        let insert = Change::Payment(Write::Insert(payment.clone()));
        wrote(&*store, firm, insert).await;
    }
    let file = read_invoice(&*store, &office, id(1)).await;
    let query = PaymentQuery::default();
    let listed = store.payments(firm, &query).await.unwrap().rows;
    let (visit, page) = (office.visit(&office.contact), super::first_page(100));
    let shown = store.client_payments(visit, &page).await;
    let shown = shown.unwrap().unwrap().1.rows;
    for (n, payment) in (1..).zip(all) {
        let receipt = file.payments[n - 1].value.receipt.clone();
        assert_eq!(receipt.taken().unwrap().as_str(), format!("R-{n:04}"));
        let payment = Payment { receipt, ..payment };
        assert_eq!(file.payments[n - 1].value, payment);
        let row = listed.iter().find(|row| row.payment.value.id == payment.id);
        assert_eq!(row.unwrap().payment.value, payment);
        let row = HistoryRow::Payment(row.unwrap().clone());
        assert!(shown.contains(&row), "{row:?}");
    }
}

/// Catches a store that loses a field of a refund, leaves facts of the state before in a row that is
/// written again, or hands refunds out in another order.
pub async fn case_refunds_come_out_as_they_went_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let (invoice, payment) = paid_online(&*store, &office, 1).await;
    let (_, other) = paid_online(&*store, &office, 2).await;
    let trouble = Trouble {
        code: line("insufficient_funds"),
        detail: line("Not “enough” 🦊"),
    };
    let states = [
        RefundState::Asked,
        RefundState::Accepted,
        RefundState::Done(txn(&"r".repeat(255))),
        RefundState::Refused(trouble),
    ];
    let mut expected = vec![];
    for (n, state) in (1..).zip(states.clone()) {
        let refund = dressed(
            100 - n,
            state,
            &fixtures::refund(100 - n, &payment, usd("1.00")),
        );
        wrote(&*store, firm, Change::Refund(Write::Insert(refund.clone()))).await;
        expected.insert(0, refund);
    }
    let elsewhere = fixtures::refund(7, &other, usd("1.00"));
    wrote(&*store, firm, Change::Refund(Write::Insert(elsewhere))).await;
    let file = read_invoice(&*store, &office, invoice.id).await;
    let refunds: Vec<Refund> = file.refunds.into_iter().map(|it| it.value).collect();
    assert_eq!(refunds, expected);
    let up_and_down = states.clone().into_iter().chain(states.into_iter().rev());
    for (n, state) in (1..).zip(up_and_down) {
        let now = dressed(n, state, &expected[0]);
        let change = Change::Refund(update(Version(n), now.clone()));
        wrote(&*store, firm, change).await;
        let file = read_invoice(&*store, &office, invoice.id).await;
        let refund = Versioned {
            version: Version(n + 1),
            value: now,
        };
        assert_eq!((file.refunds.len(), &file.refunds[0]), (4, &refund));
    }
    let ledgers = all_pages(1, async |page| store.ledgers(firm, &page).await).await;
    let counts: Vec<_> = ledgers.iter().map(|file| file.refunds.len()).collect();
    assert_eq!(counts, [4, 1]);
}

fn dressed(n: u64, state: RefundState, refund: &Refund) -> Refund {
    let odd = !n.is_multiple_of(2);
    Refund {
        state,
        reason: odd.then(|| line("“why” & so")),
        next_check: (!odd).then(|| NOW.plus(Duration::from_micros(n))),
        checks: u32::try_from(n).unwrap(),
        asked_at: NOW.minus(Duration::from_micros(n)),
        ..refund.clone()
    }
}
