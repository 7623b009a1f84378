//! Notices of gateways, and how far their own records have been read.

use std::sync::Arc;
use std::time::Duration;

use super::{is_conflict, tried, update, winners, wrote};
use crate::domain::changes::{Change, Changes, Version, Versioned, Write};
use crate::domain::gateway::{EventRef, Merchant};
use crate::domain::gateway_event::{EventOutcome, GatewayEvent, Sweep};
use crate::domain::id::FirmId;
use crate::domain::time::Timestamp;
use crate::ports::store::{Committed, Constraint, MoneyTask, Store, StoreError};
use crate::testing::fixtures::{self, NOW, Office, checkout, line};
use crate::testing::join_all;

/// R-PAY-8. Catches a store that loses a field of a notice, or that fails on a notice that comes
/// again, keeps it twice, or takes what it says the second time.
pub async fn case_a_notice_is_kept_as_it_came_first(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let first = GatewayEvent {
        event: EventRef::parse(&format!("evt_{}", "~".repeat(251))).unwrap(),
        kind: line("checkout.“completed” ü"),
        about: checkout(&"!".repeat(255)),
        received_at: NOW.plus(Duration::from_micros(1)),
        ..fixtures::gateway_event(1)
    };
    wrote(&*store, firm, Change::GatewayEvent(first.clone())).await;
    let again = GatewayEvent {
        kind: line("other"),
        about: checkout("other"),
        received_at: NOW.minus(Duration::from_secs(9)),
        ..first.clone()
    };
    wrote(&*store, firm, Change::GatewayEvent(again.clone())).await;
    assert_eq!(taken(&*store, minutes(1)).await, [(first.clone(), 1)]);
    wrote(&*store, firm, Change::GatewayEvent(again.clone())).await;
    assert_eq!(taken(&*store, minutes(5)).await, [(first.clone(), 2)]);
    wrote(&*store, firm, seen(&first, EventOutcome::Done)).await;
    wrote(&*store, firm, Change::GatewayEvent(again)).await;
    assert_eq!(taken(&*store, minutes(999)).await, [], "it is worked off");
}

/// B02. Catches a store that looks for a notice and writes it in two steps: one that is delivered
/// twenty times at the same instant is answered twenty times.
pub async fn case_of_notices_delivered_at_once_one_is_kept(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    for n in 1..=3 {
        let deliveries = (0..20).map(|_| {
            let change = Change::GatewayEvent(fixtures::gateway_event(n));
            store.commit(office.firm.id, Changes::default().with(change))
        });
        for outcome in join_all(deliveries).await {
            assert!(matches!(outcome, Ok(Committed::Applied)), "{outcome:?}");
        }
    }
    assert_eq!(taken(&*store, minutes(1)).await.len(), 3);
}

/// Catches a sweep that is told that a notice is new when it was worked off or given up, that it is
/// known when another account or firm has it, or that cannot ask for many at once.
pub async fn case_notices_are_known_in_their_merchant(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let other = Office::open(&*store, 2).await;
    let firm = office.firm.id;
    for n in 1..=300 {
        let event = Change::GatewayEvent(fixtures::gateway_event(n));
        wrote(&*store, firm, event).await;
    }
    let elsewhere = GatewayEvent {
        merchant: merchant("example:acct_2:test"),
        ..fixtures::gateway_event(301)
    };
    wrote(&*store, firm, Change::GatewayEvent(elsewhere)).await;
    for (n, outcome) in [(1, EventOutcome::Done), (2, EventOutcome::Dead)] {
        wrote(&*store, firm, seen(&fixtures::gateway_event(n), outcome)).await;
    }
    let asked = |numbers: Vec<u64>| numbers.into_iter().map(event).collect::<Vec<_>>();
    let known = async |firm, merchant: &Merchant, numbers| {
        let found = store.known_events(firm, merchant, &asked(numbers)).await;
        let mut found = found.unwrap();
        found.sort();
        found
    };
    let sorted = |numbers: Vec<u64>| {
        let mut all = asked(numbers);
        all.sort();
        all
    };
    let ours = fixtures::merchant();
    for (numbers, expected) in [
        (vec![1, 2, 3, 301, 302], vec![1, 2, 3]),
        (vec![302], vec![]),
        (vec![], vec![]),
        ((1..=600).rev().collect(), (1..=300).collect()),
    ] {
        assert_eq!(known(firm, &ours, numbers).await, sorted(expected));
    }
    let second = merchant("example:acct_2:test");
    assert_eq!(known(firm, &second, vec![1, 301]).await, [event(301)]);
    for stranger in ["example:acct_1:live", "sample:acct_1:test"] {
        assert_eq!(known(firm, &merchant(stranger), vec![1, 301]).await, []);
    }
    assert_eq!(known(other.firm.id, &ours, vec![1, 2, 3]).await, []);
}

/// R-PAY-7. Catches a store that loses how far a record was read, keeps one for all merchants, or
/// lets a worker that was too slow move it back.
pub async fn case_a_sweep_is_its_merchants_own(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let first = fixtures::sweep();
    let names = [
        "example:acct_2:test",
        "example:acct_1:live",
        "a:acct_1:test",
    ];
    for (n, name) in (1..).zip(names) {
        let sweep = Sweep {
            merchant: merchant(name),
            read_until: minutes(n),
            ..first.clone()
        };
        wrote(&*store, firm, Change::Sweep(Write::Insert(sweep))).await;
    }
    assert_eq!(store.sweep(firm, &first.merchant).await.unwrap(), None);
    let starts = (0..12).map(|_| tried(&*store, firm, Change::Sweep(Write::Insert(first.clone()))));
    let outcomes = join_all(starts).await;
    let known =
        |error: &StoreError| matches!(error, StoreError::AlreadyExists(Constraint::Identity));
    assert_eq!(winners(&outcomes, known), 1, "{outcomes:?}");
    let read = Sweep {
        read_until: NOW.plus(Duration::from_micros(1)),
        due: NOW.plus(Duration::from_micros(2)),
        compared_at: NOW.minus(Duration::from_micros(3)),
        ..first.clone()
    };
    let writers = (0..12).map(|_| {
        tried(
            &*store,
            firm,
            Change::Sweep(update(Version(1), read.clone())),
        )
    });
    let outcomes = join_all(writers).await;
    let conflict = |error: &StoreError| matches!(error, StoreError::Conflict);
    assert_eq!(winners(&outcomes, conflict), 1, "{outcomes:?}");
    let late = tried(
        &*store,
        firm,
        Change::Sweep(update(Version(1), first.clone())),
    )
    .await;
    is_conflict(&late);
    let expected = Versioned {
        version: Version(2),
        value: read,
    };
    assert_eq!(
        store.sweep(firm, &first.merchant).await.unwrap(),
        Some(expected)
    );
    others_stay(&*store, firm, names).await;
}

/// What was read of other merchants' records is as it was.
async fn others_stay(store: &dyn Store, firm: FirmId, names: [&str; 3]) {
    for (n, name) in (1..).zip(names) {
        let sweep = store.sweep(firm, &merchant(name)).await.unwrap().unwrap();
        assert_eq!(
            (sweep.version, sweep.value.read_until),
            (Version(1), minutes(n))
        );
    }
}

/// Catches a store that forgets a notice before no gateway repeats it any more, forgets one that was
/// not worked off, or keeps them for ever.
pub async fn case_old_notices_go_when_they_are_worked_off(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let moment = Duration::from_micros(1);
    for n in 1..=5 {
        let event = GatewayEvent {
            received_at: if n == 5 { NOW.plus(moment) } else { NOW },
            ..fixtures::gateway_event(n)
        };
        wrote(&*store, firm, Change::GatewayEvent(event)).await;
    }
    let old = NOW.plus(GatewayEvent::KEPT);
    for (n, outcome) in [
        (1, EventOutcome::Done),
        (2, EventOutcome::Dead),
        (3, EventOutcome::Again(old.plus(moment))),
        (5, EventOutcome::Done),
    ] {
        wrote(&*store, firm, seen(&fixtures::gateway_event(n), outcome)).await;
    }
    let left = async || {
        let wanted: Vec<EventRef> = (1..=5).map(event).collect();
        let known = store
            .known_events(firm, &fixtures::merchant(), &wanted)
            .await;
        let mut known = known.unwrap();
        known.sort();
        known
    };
    assert_eq!(store.purge(old.minus(moment)).await.unwrap(), 0);
    assert_eq!(left().await.len(), 5);
    assert_eq!(store.purge(old).await.unwrap(), 2);
    assert_eq!(left().await, [3, 4, 5].map(event));
    assert_eq!(store.purge(old.plus(moment)).await.unwrap(), 1);
    assert_eq!(store.purge(old.plus(GatewayEvent::KEPT)).await.unwrap(), 0);
    assert_eq!(left().await, [3, 4].map(event));
    assert_eq!(taken(&*store, old.plus(moment)).await.len(), 2);
}

fn merchant(text: &str) -> Merchant {
    text.parse().unwrap()
}

fn event(n: u64) -> EventRef {
    fixtures::gateway_event(n).event
}

fn seen(event: &GatewayEvent, outcome: EventOutcome) -> Change {
    Change::GatewayEventSeen {
        merchant: event.merchant.clone(),
        event: event.event.clone(),
        outcome,
        at: NOW,
    }
}

fn minutes(n: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(60 * n))
}

/// The notices that are due, leased for a minute, and how often each has been.
async fn taken(store: &dyn Store, now: Timestamp) -> Vec<(GatewayEvent, u32)> {
    let until = now.plus(Duration::from_secs(60));
    let work = store.lease_money(now, until, 1_000).await.unwrap();
    work.into_iter()
        .map(|work| match work.task {
            MoneyTask::Event { event, tries } => (event, tries),
            other => panic!("no notice: {other:?}"),
        })
        .collect()
}
