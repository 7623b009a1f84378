//! Signed contracts whose copy is to be sealed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::paper::{contract, files};
use super::{Outcome as Written, tried, update, winners, wrote};
use crate::domain::changes::{Change, Version, Write};
use crate::domain::contract::{Contract, SignedCopy};
use crate::domain::id::{ContractId, FirmId};
use crate::domain::time::Timestamp;
use crate::ports::store::{Store, StoreError};
use crate::testing::fixtures::{self, NOW, Office, id};
use crate::testing::join_all;

/// Catches a store that hands out what is not due, not signed or sealed already, in another order, more
/// of it than was asked for, or of one firm only.
pub async fn case_seals_come_in_the_order_in_which_they_are_due(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open(&*store, 2).await;
    for office in [&one, &two] {
        files(&*store, office.firm.id).await;
    }
    // Written in another order than that of their times and ids.
    for (office, n, due) in [
        (&one, 4, 2),
        (&two, 1, 3),
        (&one, 2, 3),
        (&two, 3, 1),
        (&one, 5, 4),
    ] {
        wrote(&*store, office.firm.id, pending(office, n, minutes(due))).await;
    }
    for change in nothing_to_seal(&one) {
        wrote(&*store, one.firm.id, change).await;
    }
    assert_eq!(leased(&*store, NOW, 9, 9).await, []);
    let early = minutes(1).minus(Duration::from_micros(1));
    assert_eq!(leased(&*store, early, 9, 9).await, []);
    let (a, b) = (one.firm.id, two.firm.id);
    assert_eq!(leased(&*store, minutes(3), 9, 0).await, []);
    let first = leased(&*store, minutes(3), 9, 3).await;
    assert_eq!(first, [(b, id(3)), (a, id(4)), (b, id(1))]);
    assert_eq!(leased(&*store, minutes(3), 9, 3).await, [(a, id(2))]);
    assert_eq!(leased(&*store, minutes(3), 9, 3).await, []);
    let again = leased(&*store, minutes(9), 10, 100).await;
    assert_eq!(
        again,
        [(a, id(5)), (b, id(1)), (a, id(2)), (b, id(3)), (a, id(4))]
    );
}

/// A contract in each state in which there is nothing to be sealed.
fn nothing_to_seal(office: &Office) -> Vec<Change> {
    let client = office.client.id;
    let sent = fixtures::sent_contract(25, client);
    let all = [
        fixtures::contract(21, client),
        fixtures::sent_contract(22, client),
        fixtures::declined_contract(23, &office.contact),
        fixtures::withdrawn_contract(24, client),
        fixtures::with_copy(&sent, SignedCopy::OnPaper),
        fixtures::sealed_contract(26, client),
    ];
    let inserts = all
        .into_iter()
        .map(|it| Change::Contract(Write::Insert(it)));
    inserts.collect()
}

/// Catches a store that looks for seals and takes them in two steps.
pub async fn case_a_seal_is_never_leased_twice_at_once(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    files(&*store, office.firm.id).await;
    for n in 1..=20 {
        wrote(&*store, office.firm.id, pending(&office, n, NOW)).await;
    }
    let workers = (0..10).map(|_| leased(&*store, NOW, 1, 3));
    let work: Vec<_> = join_all(workers).await.into_iter().flatten().collect();
    let distinct: BTreeSet<_> = work.iter().map(|(_, contract)| *contract).collect();
    assert_eq!(
        distinct.len(),
        work.len(),
        "somebody took the same: {work:?}"
    );
    let rest = leased(&*store, NOW, 1, 100).await;
    assert_eq!(work.len() + rest.len(), 20);
}

/// C23 and R-SIG-5. Catches a lease that moves a contract's version or changes anything else of it, a
/// seal that is forgotten when its lease runs out, and one that comes back after it is there.
pub async fn c23_a_seal_comes_back_until_it_is_there(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    files(&*store, firm).await;
    wrote(&*store, firm, pending(&office, 1, NOW)).await;
    let signature = fixtures::signature(
        &fixtures::signed_contract(1, office.client.id),
        &office.contact,
    );
    wrote(&*store, firm, Change::Signature(signature)).await;
    let read = contract(&*store, firm, id(1)).await;
    for now in 0..4 {
        assert_eq!(
            leased(&*store, minutes(now), now + 1, 9).await,
            [(firm, id(1))]
        );
        let early = minutes(now + 1).minus(Duration::from_micros(1));
        assert_eq!(leased(&*store, early, now + 1, 9).await, []);
        let mut expected = read.clone();
        expected.contract.value = due(&office, 1, minutes(now + 1));
        assert_eq!(contract(&*store, firm, id(1)).await, expected);
    }
    let sealed = fixtures::sealed_contract(1, office.client.id);
    wrote(
        &*store,
        firm,
        Change::Contract(read.contract.update(sealed.clone())),
    )
    .await;
    let now = contract(&*store, firm, id(1)).await;
    assert_eq!(
        (now.contract.version, now.contract.value),
        (Version(2), sealed)
    );
    assert_eq!(now.signature, read.signature);
    assert_eq!(leased(&*store, minutes(999), 1_000, 9).await, []);
}

/// Catches a store in which a lease that comes in between makes the write of a seal fail, and one that
/// takes two seals of one contract.
pub async fn case_of_seals_and_leases_at_once_one_seal_counts(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    files(&*store, firm).await;
    for n in 1..=5 {
        wrote(&*store, firm, pending(&office, n, NOW)).await;
        let writes = async |by: u64| -> Option<Written> {
            if by.is_multiple_of(2) {
                leased(&*store, minutes(by), by + 1, 9).await;
                return None;
            }
            let sealed = fixtures::sealed_contract(n, office.client.id);
            let change = Change::Contract(update(Version::FIRST, sealed));
            Some(tried(&*store, firm, change).await)
        };
        let outcomes = join_all((1..=12).map(writes)).await;
        let outcomes: Vec<Written> = outcomes.into_iter().flatten().collect();
        let lost = |error: &StoreError| matches!(error, StoreError::Conflict);
        assert_eq!(winners(&outcomes, lost), 1, "{outcomes:?}");
        let now = contract(&*store, firm, id(n)).await.contract;
        let sealed = fixtures::sealed_contract(n, office.client.id);
        assert_eq!((now.version, now.value), (Version(2), sealed));
    }
    assert_eq!(leased(&*store, minutes(999), 1_000, 9).await, []);
}

fn minutes(n: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(60 * n))
}

/// The contract number `n`, signed, whose copy is due at this time.
fn due(office: &Office, n: u64, next_try: Timestamp) -> Contract {
    let sent = fixtures::sent_contract(n, office.client.id);
    fixtures::with_copy(&sent, SignedCopy::Pending { next_try })
}

fn pending(office: &Office, n: u64, next_try: Timestamp) -> Change {
    Change::Contract(Write::Insert(due(office, n, next_try)))
}

/// Leases until so many minutes after [`NOW`].
async fn leased(
    store: &dyn Store,
    now: Timestamp,
    until: u64,
    max: u32,
) -> Vec<(FirmId, ContractId)> {
    store.lease_seals(now, minutes(until), max).await.unwrap()
}
