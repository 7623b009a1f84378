//! All of a commit or nothing.

use std::sync::Arc;

use super::snapshot::{FIRST, RECEIVED, Seen, full, full_invoice, full_payment, renamed, seen};
use super::{applied, breaks, is_conflict, is_missing, read_invoice, stored, update, wrote};
use crate::domain::changes::{Change, Changes, CounterDelta, Version, Write};
use crate::domain::invoice::Account;
use crate::domain::payment::Payment;
use crate::domain::time::Timestamp;
use crate::ports::store::{Constraint, Store};
use crate::testing::fixtures::{self, NOW, Office, id, usd};
use crate::testing::join_all;

/// Case 1. Catches a store that forgets a part of a commit.
pub async fn case_01_all_parts_of_a_commit_are_visible(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    applied(&*store, office.firm.id, full(&office)).await;
    let seen = seen(&*store, &office).await;
    all_of_a_payment_online(&seen);
    all_paperwork(&seen);
    all_files(&seen);
    let firm = seen.firm.unwrap();
    assert_eq!(
        (firm.version, &firm.value),
        (Version(2), &renamed(&office.firm))
    );
    assert!(seen.logo.is_some() && seen.guest.is_some() && seen.link.is_some());
    assert!(seen.key.is_some() && seen.replay.is_some());
    assert_eq!(seen.clients.len(), 3);
    assert_eq!(
        seen.clients
            .iter()
            .map(|file| file.contacts.len())
            .sum::<usize>(),
        4
    );
    let [file] = seen.ledgers.as_slice() else {
        panic!("one invoice, not {:?}", seen.ledgers)
    };
    assert_eq!(file.invoice.value.account, full_invoice(&office).account);
    assert_eq!(file.invoice.value.number().unwrap().as_str(), "INV-0001");
    assert_eq!((file.payments.len(), file.credits.len()), (1, 1));
    assert_eq!(seen.payments.len(), 1);
    let receipt = seen.payments[0].payment.value.receipt.taken();
    assert_eq!(receipt.unwrap().as_str(), "R-0001");
    assert_eq!(
        (seen.announcements.len(), seen.dashboard.announcements.len()),
        (2, 1)
    );
    assert_eq!((seen.dashboard.activity.len(), seen.api_keys.len()), (1, 1));
    assert_eq!((seen.audit.len(), seen.received), (2, 2_500));
    assert_eq!(seen.throttles[0].tries, 1);
    assert_eq!(outbox_size(&*store).await, 2);
    assert_eq!(work_size(&*store).await, 3);
}

/// What case 1 sees of it.
fn all_of_a_payment_online(seen: &Seen) {
    let [file] = seen.ledgers.as_slice() else {
        panic!("one invoice, not {:?}", seen.ledgers)
    };
    let [reversal] = file.reversals.as_slice() else {
        panic!("one reversal, not {:?}", file.reversals)
    };
    assert_eq!(reversal.number.taken().unwrap().as_str(), "RF-0001");
    assert_eq!((file.attempts.len(), file.refunds.len()), (1, 1));
    assert_eq!((seen.attempts.len(), seen.alerts.len()), (1, 1));
    assert_eq!((seen.history.len(), seen.events.len()), (2, 2));
    assert!(seen.sweep.is_some());
}

/// What case 1 sees of offers and contracts.
fn all_paperwork(seen: &Seen) {
    let [offer] = seen.offers.as_slice() else {
        panic!("one offer, not {:?}", seen.offers)
    };
    let number = offer.offer.offer.value.number();
    assert_eq!(number.unwrap().as_str(), "P-0001");
    assert_eq!(offer.offer.links.len(), 1);
    let shown = seen.offer_link.as_ref().map(|card| &card.offer);
    assert_eq!(shown, Some(&offer.offer.offer));
    assert_eq!(seen.contracts.len(), 1);
    assert!(seen.contracts[0].contract.signature.is_some());
    assert_eq!(seen.file, Some(fixtures::shown_file()));
}

/// What case 1 sees of documents and vaults.
fn all_files(seen: &Seen) {
    let file = seen.document.as_ref().unwrap();
    assert_eq!(seen.documents, std::slice::from_ref(&file.document));
    let newest = &file.document.value.newest;
    assert_eq!(file.versions, std::slice::from_ref(newest));
    assert_eq!(seen.vault.len(), 1);
}

/// Case 1, under way. Catches a store whose read is several queries at several moments: an invoice's
/// account and its payments then differ.
pub async fn case_01_a_read_sees_a_commit_whole(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let invoice = fixtures::issued(1, office.client.id, usd("100.00"));
    wrote(
        &*store,
        office.firm.id,
        Change::Invoice(Write::Insert(invoice)),
    )
    .await;
    let write = async {
        for n in 1..=25 {
            pay_one_dollar(&*store, &office, n).await;
        }
    };
    let read = async {
        for _ in 0..60 {
            let file = read_invoice(&*store, &office, id(1)).await;
            let invoice = file.invoice.value.clone();
            let reckoned = Account::reckon(
                invoice.totals.total,
                &file.payments_only(),
                &file.reversals,
                &file.credits,
            );
            assert_eq!(invoice.account, reckoned.unwrap(), "a torn read");
        }
    };
    let both: [std::pin::Pin<Box<dyn Future<Output = ()> + Send>>; 2] =
        [Box::pin(write), Box::pin(read)];
    join_all(both).await;
}

/// Case 2. Catches a store that writes some parts before it finds that a version is stale.
pub async fn case_02_a_stale_write_leaves_nothing(store: Arc<dyn Store>) {
    let stale = |office: &Office| Change::Client(update(Version(7), office.neighbour.clone()));
    let outcome = leaves_nothing(&*store, stale).await;
    is_conflict(&outcome);
}

/// Case 3. Catches a store that writes some parts before it finds that a record exists.
pub async fn case_03_a_duplicate_leaves_nothing(store: Arc<dyn Store>) {
    let again = |office: &Office| Change::Client(Write::Insert(office.neighbour.clone()));
    let outcome = leaves_nothing(&*store, again).await;
    breaks(&outcome, Constraint::Identity);
}

/// Case 3, for money: a charge that is on record already.
pub async fn case_03_a_second_charge_leaves_nothing(store: Arc<dyn Store>) {
    let again = |office: &Office| {
        Change::Payment(Write::Insert(Payment {
            id: id(1),
            ..full_payment(office)
        }))
    };
    let outcome = leaves_nothing(&*store, again).await;
    breaks(&outcome, Constraint::Charge);
}

/// Case 3, for contracts: a signature of what is signed already.
pub async fn case_03_a_second_signature_leaves_nothing(store: Arc<dyn Store>) {
    let again = |office: &Office| {
        let signed = fixtures::signed_contract(FIRST, office.client.id);
        Change::Signature(fixtures::paper_signature(&signed))
    };
    let outcome = leaves_nothing(&*store, again).await;
    breaks(&outcome, Constraint::Signature);
}

/// Case 3, for references.
pub async fn case_03_a_missing_reference_leaves_nothing(store: Arc<dyn Store>) {
    let nobody = |_: &Office| Change::Contact(Write::Insert(fixtures::contact(1, id(4_711))));
    let outcome = leaves_nothing(&*store, nobody).await;
    is_missing(&outcome);
}

/// Case 4. Catches a store that commits what went well when a part fails in the engine itself: here
/// a counter that leaves 64 bits.
pub async fn case_04_a_failure_midway_leaves_nothing(store: Arc<dyn Store>) {
    let too_much = |office: &Office| {
        Change::Count(CounterDelta {
            client: office.client.id,
            counter: RECEIVED,
            delta: i64::MAX,
        })
    };
    let outcome = leaves_nothing(&*store, too_much).await;
    assert!(outcome.is_err(), "{outcome:?}");
}

/// Case 5, by hand: `reopen` closes the store as hard as it can and opens it anew on what was kept.
/// Catches a store that answers before what it wrote is safe.
pub async fn case_05_a_commit_survives_reopening(
    store: Arc<dyn Store>,
    reopen: impl AsyncFnOnce(Arc<dyn Store>) -> Arc<dyn Store>,
) {
    let office = Office::open(&*store, 1).await;
    applied(&*store, office.firm.id, full(&office)).await;
    let before = seen(&*store, &office).await;
    let store = reopen(store).await;
    assert_eq!(seen(&*store, &office).await, before);
    assert_eq!(outbox_size(&*store).await, 2);
}

/// Commits everything with `last` after it, and finds that nothing of it was written.
async fn leaves_nothing(store: &dyn Store, last: impl FnOnce(&Office) -> Change) -> super::Outcome {
    let office = Office::open(store, 1).await;
    let before = seen(store, &office).await;
    let outcome = store
        .commit(office.firm.id, full(&office).with(last(&office)))
        .await;
    assert_eq!(seen(store, &office).await, before);
    assert_eq!(outbox_size(store).await, 0);
    assert_eq!(work_size(store).await, 0);
    // Nothing stands in the way of the same commit without its last part: no number was lost, no id
    // and no secret is taken.
    let mut right = full(&office);
    for change in &mut right.changes {
        if let Change::ApiKey(Write::Insert(key)) = change {
            key.id = id(1);
        }
    }
    applied(store, office.firm.id, right).await;
    let invoice = stored(store, &office, id(FIRST)).await.value;
    assert_eq!(invoice.number().unwrap().as_str(), "INV-0001");
    outcome
}

async fn pay_one_dollar(store: &dyn Store, office: &Office, n: u64) {
    let file = read_invoice(store, office, id(1)).await;
    let payment = fixtures::payment(n, &file.invoice.value, usd("1.00"));
    let mut payments = file.payments_only();
    payments.push(payment.clone());
    let paid = file.invoice.value.clone().with_records(&payments, &[], &[]);
    let changes = Changes::default()
        .with(Change::Invoice(file.invoice.update(paid.unwrap())))
        .with(Change::Payment(Write::Insert(payment)));
    applied(store, office.firm.id, changes).await;
}

/// How much work waits about money and seals, due by the end of time.
async fn work_size(store: &dyn Store) -> usize {
    let late = Timestamp::from_micros(NOW.micros() * 2);
    let until = late.plus(std::time::Duration::from_secs(1));
    let seals = store.lease_seals(late, until, 1_000).await.unwrap();
    store.lease_money(late, until, 1_000).await.unwrap().len() + seals.len()
}

/// How many mails wait, due by the end of time.
async fn outbox_size(store: &dyn Store) -> usize {
    let late = Timestamp::from_micros(NOW.micros() * 2);
    let until = late.plus(std::time::Duration::from_secs(1));
    let leases = store.lease(late, until, 1_000).await.unwrap();
    assert!(leases.iter().all(|lease| lease.mail.id >= id(FIRST)));
    leases.len()
}
