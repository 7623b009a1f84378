//! Figures that are kept ready.

use std::sync::Arc;

use super::snapshot::{RECEIVED, entry};
use super::{applied, wrote};
use crate::domain::changes::{Change, Changes, Counter, CounterDelta};
use crate::domain::currency::Currency;
use crate::domain::id::{ClientId, FirmId};
use crate::ports::store::{Committed, Store};
use crate::testing::fixtures::{Office, id};
use crate::testing::join_all;

/// Case 29. Catches a store that reads a counter and writes it back.
pub async fn case_29_simultaneous_moves_add_up(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let moves = (1..=40).map(|n| {
        let changes = Changes::default()
            .with(count(&office, n))
            .with(count(&office, -1));
        applied(&*store, office.firm.id, changes)
    });
    join_all(moves).await;
    assert_eq!(counted(&*store, &office).await, (1..=40).sum::<i64>() - 40);
}

/// Case 30. Catches a store that fails on a counter that never moved, or mixes counters up.
pub async fn case_30_each_counter_is_its_own_and_begins_at_zero(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let euros = Counter::Received {
        year: 2026,
        currency: Currency::EUR,
    };
    let last_year = Counter::Received {
        year: 2025,
        currency: Currency::USD,
    };
    wrote(&*store, firm, count(&office, 5)).await;
    for (client, counter) in [
        (office.client.id, euros),
        (office.client.id, last_year),
        (office.neighbour.id, RECEIVED),
        (id(4_711), RECEIVED),
    ] {
        assert_eq!(read(&*store, firm, client, counter).await, 0);
    }
    assert_eq!(
        read(&*store, id(4_711), office.client.id, RECEIVED).await,
        0
    );
    assert_eq!(counted(&*store, &office).await, 5);
}

/// Case 31. Catches a store that cannot go below zero, or keeps fewer than 64 bits.
pub async fn case_31_counters_move_both_ways_to_the_last_bit(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    wrote(&*store, firm, count(&office, -7)).await;
    assert_eq!(counted(&*store, &office).await, -7);
    wrote(&*store, firm, count(&office, i64::MAX)).await;
    assert_eq!(counted(&*store, &office).await, i64::MAX - 7);
}

/// Case 32. Catches a store that moves counters before it knows that a request is a repetition.
pub async fn case_32_a_repetition_does_not_count_again(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let mut changes = Changes::default().with(count(&office, 3));
    changes.idempotency = Some(entry(&office, 1));
    applied(&*store, office.firm.id, changes.clone()).await;
    let again = store.commit(office.firm.id, changes).await.unwrap();
    assert!(matches!(again, Committed::Replayed(_)));
    assert_eq!(counted(&*store, &office).await, 3);
}

pub(super) fn count(office: &Office, delta: i64) -> Change {
    Change::Count(CounterDelta {
        client: office.client.id,
        counter: RECEIVED,
        delta,
    })
}

pub(super) async fn counted(store: &dyn Store, office: &Office) -> i64 {
    read(store, office.firm.id, office.client.id, RECEIVED).await
}

async fn read(store: &dyn Store, firm: FirmId, client: ClientId, counter: Counter) -> i64 {
    store.counter(firm, client, counter).await.unwrap()
}
