//! Work about money: notices, attempts and refunds that the gateway is to be asked about.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::{applied, billed, breaks, paid_online, read_invoice, tried, update, wrote};
use crate::domain::attempt::{Attempt, AttemptState};
use crate::domain::changes::{Change, Changes, Version, Write};
use crate::domain::gateway_event::{EventOutcome, GatewayEvent};
use crate::domain::id::{AttemptId, InvoiceId, RefundId};
use crate::domain::payment::Payment;
use crate::domain::refund::{Refund, RefundState};
use crate::domain::time::Timestamp;
use crate::ports::store::{Constraint, MoneyTask, MoneyWork, Store, StoreError};
use crate::testing::fixtures::{self, NOW, Office, id, txn, usd};
use crate::testing::join_all;

/// Catches a store that hands out work of one kind only, in another order, more of it than was asked
/// for, or of one firm only.
pub async fn case_work_comes_in_the_order_in_which_it_is_due(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open(&*store, 2).await;
    // Written in another order than that of their times and names.
    for (office, n, due) in [(&one, 4, 2), (&two, 1, 3), (&one, 2, 3), (&two, 3, 1)] {
        event(&*store, office, n, minutes(due)).await;
        attempt(&*store, office, n, Some(minutes(due))).await;
        refund(&*store, office, 100 + n, Some(minutes(due))).await;
    }
    let firms = |n| [two.firm.id, one.firm.id][usize::from(n % 2 == 0)];
    let first = store.lease_money(minutes(3), minutes(9), 3).await.unwrap();
    assert_eq!(names(&first), numbered([3, 4, 1]));
    let owners: Vec<_> = first.iter().map(|work| work.firm).collect();
    assert_eq!(owners, [3, 4, 1, 3, 4, 1, 3, 4, 1].map(firms));
    let rest = store.lease_money(minutes(3), minutes(9), 3).await.unwrap();
    assert_eq!(names(&rest), numbered([2]));
    assert_eq!(
        store.lease_money(minutes(3), minutes(9), 3).await.unwrap(),
        []
    );
    let again = store
        .lease_money(minutes(9), minutes(10), 100)
        .await
        .unwrap();
    assert_eq!(
        names(&again),
        numbered([1, 2, 3, 4]),
        "due at once, by their names"
    );
    for n in [9, 10] {
        event(&*store, &one, n, minutes(8)).await;
    }
    for name in ["evt_10", "evt_9"] {
        let next = store.lease_money(minutes(8), minutes(20), 1).await.unwrap();
        assert_eq!(names(&next), [name], "names are compared by their bytes");
    }
}

/// What the names are of the events, attempts and refunds with these numbers.
fn numbered<const N: usize>(numbers: [u64; N]) -> Vec<String> {
    let events = numbers.map(|n| format!("evt_{n}"));
    let attempts = numbers.map(|n| id::<AttemptId>(n).to_string());
    let refunds = numbers.map(|n| id::<RefundId>(100 + n).to_string());
    events.into_iter().chain(attempts).chain(refunds).collect()
}

fn names(work: &[MoneyWork]) -> Vec<String> {
    let names = work.iter().map(|work| match &work.task {
        MoneyTask::Event { event, .. } => event.event.to_string(),
        MoneyTask::Attempt(id, _) => id.to_string(),
        MoneyTask::Refund(id, _) => id.to_string(),
    });
    names.collect()
}

/// Catches a store that looks for work and takes it in two steps, so that a gateway is asked twice.
pub async fn case_work_is_never_leased_twice_at_once(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    for n in 1..=30 {
        event(&*store, &office, n, NOW).await;
        attempt(&*store, &office, n, Some(NOW)).await;
        refund(&*store, &office, 100 + n, Some(NOW)).await;
    }
    let workers = (0..16).map(|_| store.lease_money(NOW, minutes(2), 4));
    let mut taken = BTreeSet::new();
    for work in join_all(workers).await {
        let work = work.unwrap();
        assert!(work.len() <= 12, "four of each kind at most");
        for name in names(&work) {
            assert!(taken.insert(name.clone()), "{name} was leased twice");
        }
    }
    // Workers that met may have left some for later, but each is somebody's in the end.
    let rest = store.lease_money(NOW, minutes(2), 100).await.unwrap();
    let rest = names(&rest);
    assert_eq!(taken.len() + rest.len(), 90);
    assert!(rest.iter().all(|name| !taken.contains(name)));
    assert_eq!(
        store
            .lease_money(minutes(1), minutes(3), 100)
            .await
            .unwrap(),
        []
    );
}

/// Catches a store that does work before its time, at no time at all, or never again when nobody has
/// worked it off.
pub async fn case_work_waits_for_its_time_and_comes_again(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    event(&*store, &office, 1, minutes(5)).await;
    let invoice = attempt(&*store, &office, 1, Some(minutes(5))).await;
    let refunded = refund(&*store, &office, 101, Some(minutes(5))).await;
    attempt(&*store, &office, 2, None).await;
    refund(&*store, &office, 102, None).await;
    let moment = Duration::from_micros(1);
    let lease =
        async |now: Timestamp, until, max| store.lease_money(now, until, max).await.unwrap();
    assert_eq!(lease(minutes(5).minus(moment), minutes(9), 9).await, []);
    assert_eq!(lease(minutes(5), minutes(9), 0).await, []);
    let work = |tries| {
        let event = GatewayEvent {
            received_at: minutes(5),
            ..fixtures::gateway_event(1)
        };
        [
            MoneyTask::Event { event, tries },
            MoneyTask::Attempt(id(1), invoice),
            MoneyTask::Refund(id(101), refunded),
        ]
        .map(|task| MoneyWork {
            firm: office.firm.id,
            task,
        })
    };
    assert_eq!(lease(minutes(5), minutes(9), 9).await, work(1));
    assert_eq!(lease(minutes(9).minus(moment), minutes(20), 9).await, []);
    assert_eq!(lease(minutes(9), minutes(20), 9).await, work(2));
    assert_eq!(lease(minutes(20), minutes(30), 9).await, work(3));
    let file = read_invoice(&*store, &office, invoice).await;
    let due = file.attempts[0].value.next_check;
    assert_eq!(due, Some(minutes(30)), "what is read says when it is due");
}

/// R-PAY-8. Catches a store in which a notice that was worked off or given up comes again, or one
/// that is to be looked at again comes too early or not at all.
pub async fn case_a_notice_that_is_worked_off_never_comes_again(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    for n in 1..=4 {
        event(&*store, &office, n, NOW).await;
    }
    let seen = |n, outcome| Change::GatewayEventSeen {
        merchant: fixtures::merchant(),
        event: fixtures::gateway_event(n).event,
        outcome,
        at: minutes(1),
    };
    assert_eq!(
        store.lease_money(NOW, minutes(2), 9).await.unwrap().len(),
        4
    );
    for (n, outcome) in [
        (1, EventOutcome::Done),
        (2, EventOutcome::Dead),
        (3, EventOutcome::Again(minutes(30))),
        // None that is here.
        (4_711, EventOutcome::Done),
        (4_712, EventOutcome::Again(minutes(3))),
        // Too late: they are worked off.
        (1, EventOutcome::Again(minutes(3))),
        (2, EventOutcome::Again(minutes(3))),
        (1, EventOutcome::Dead),
    ] {
        wrote(&*store, firm, seen(n, outcome)).await;
    }
    let elsewhere = Change::GatewayEventSeen {
        merchant: "example:acct_2:test".parse().unwrap(),
        event: fixtures::gateway_event(4).event,
        outcome: EventOutcome::Done,
        at: NOW,
    };
    wrote(&*store, firm, elsewhere).await;
    let work = async |now, until| {
        let work = store.lease_money(now, until, 9).await.unwrap();
        let tries = work.iter().map(|work| match &work.task {
            MoneyTask::Event { tries, .. } => *tries,
            other => panic!("no notice: {other:?}"),
        });
        (names(&work), tries.collect::<Vec<_>>())
    };
    let (found, tries) = work(minutes(29), minutes(99)).await;
    assert_eq!((found, tries), (vec!["evt_4".to_owned()], vec![2]));
    let (found, tries) = work(minutes(30), minutes(40)).await;
    assert_eq!((found, tries), (vec!["evt_3".to_owned()], vec![2]));
    wrote(&*store, firm, seen(3, EventOutcome::Done)).await;
    let (found, _) = work(minutes(9_999), minutes(10_000)).await;
    assert_eq!(found, ["evt_4"]);
}

/// B08. Catches a store that marks a notice as worked off although the commit that worked it off
/// failed.
pub async fn case_a_commit_that_fails_works_no_notice_off(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let (_, paid) = paid_online(&*store, &office, 1).await;
    event(&*store, &office, 1, NOW).await;
    let again = Payment { id: id(2), ..paid };
    let changes = Changes::default()
        .with(Change::GatewayEventSeen {
            merchant: fixtures::merchant(),
            event: fixtures::gateway_event(1).event,
            outcome: EventOutcome::Done,
            at: NOW,
        })
        .with(Change::GatewayEvent(fixtures::gateway_event(2)))
        .with(Change::Payment(Write::Insert(again)));
    let outcome = store.commit(office.firm.id, changes).await;
    breaks(&outcome, Constraint::Charge);
    let work = store.lease_money(NOW, minutes(1), 9).await.unwrap();
    assert_eq!(names(&work), ["evt_1"]);
}

/// Catches a store in which leasing counts as a write: whoever read an attempt or a refund before it
/// was leased, the worker itself among them, could then not write it any more. What the write says
/// of the next time counts.
pub async fn case_leasing_moves_no_version(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let attempted = attempt(&*store, &office, 1, Some(NOW)).await;
    let refunded = refund(&*store, &office, 101, Some(NOW)).await;
    let read = read_invoice(&*store, &office, attempted).await;
    let asked = read_invoice(&*store, &office, refunded).await;
    let leases = (0..8).map(|_| store.lease_money(NOW, minutes(2), 9));
    let leased: usize = join_all(leases)
        .await
        .into_iter()
        .map(|work| work.unwrap().len())
        .sum();
    assert_eq!(leased, 2);
    let now = read_invoice(&*store, &office, attempted).await;
    assert_eq!(now.attempts[0].version, Version::FIRST);
    let (mut attempt, mut refund) = (read.attempts[0].clone(), asked.refunds[0].clone());
    for due in [Some(minutes(30)), None] {
        let moved = Attempt {
            next_check: due,
            checks: 1,
            ..attempt.value.clone()
        };
        let accepted = Refund {
            next_check: due,
            state: RefundState::Accepted,
            ..refund.value.clone()
        };
        let changes = Changes::default()
            .with(Change::Attempt(attempt.update(moved)))
            .with(Change::Refund(refund.update(accepted)));
        applied(&*store, firm, changes).await;
        let early = store
            .lease_money(minutes(29), minutes(99), 9)
            .await
            .unwrap();
        assert_eq!(early, [], "the write says when it is due, not the lease");
        attempt = read_invoice(&*store, &office, attempted)
            .await
            .attempts
            .remove(0);
        refund = read_invoice(&*store, &office, refunded)
            .await
            .refunds
            .remove(0);
        let late = store
            .lease_money(minutes(30), minutes(40), 9)
            .await
            .unwrap();
        assert_eq!(late.len(), if due.is_some() { 2 } else { 0 });
    }
    let stale = Change::Attempt(update(Version::FIRST, attempt.value));
    super::is_conflict(&tried(&*store, firm, stale).await);
}

/// Catches a store that lets two workers write down what became of one attempt or refund, or one in
/// which a lease that comes in between makes the write fail.
pub async fn case_of_writes_and_leases_at_once_one_write_counts(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let attempted = attempt(&*store, &office, 1, Some(NOW)).await;
    for round in 1..=5 {
        let old = read_invoice(&*store, &office, attempted)
            .await
            .attempts
            .remove(0);
        let writes = async |n: u32| {
            let (store, old) = (&store, &old);
            if n.is_multiple_of(2) {
                store
                    .lease_money(minutes(round), minutes(round), 9)
                    .await
                    .unwrap();
                return 0;
            }
            let now = Attempt {
                checks: n,
                ..old.value.clone()
            };
            let change = Change::Attempt(old.update(now));
            let outcome = tried(&**store, office.firm.id, change).await;
            let lost = |error: &_| matches!(error, StoreError::Conflict);
            super::winners(&[outcome], lost)
        };
        let wins: usize = join_all((1..=12).map(writes)).await.into_iter().sum();
        assert_eq!(wins, 1);
        let now = read_invoice(&*store, &office, attempted)
            .await
            .attempts
            .remove(0);
        assert_eq!(now.version, old.version.next());
    }
}

fn minutes(n: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(60 * n))
}

/// Writes the notice number `n`, due at this time.
async fn event(store: &dyn Store, office: &Office, n: u64, due: Timestamp) {
    let event = GatewayEvent {
        received_at: due,
        ..fixtures::gateway_event(n)
    };
    wrote(store, office.firm.id, Change::GatewayEvent(event)).await;
}

/// Writes the attempt number `n`, and the invoice of that number that it is at.
async fn attempt(store: &dyn Store, office: &Office, n: u64, due: Option<Timestamp>) -> InvoiceId {
    let invoice = billed(store, office, n).await;
    let attempt = Attempt {
        next_check: due,
        state: match due {
            Some(_) => AttemptState::Creating,
            None => fixtures::paid_attempt(n, &invoice, office.contact.id).state,
        },
        ..fixtures::attempt(n, &invoice, office.contact.id)
    };
    wrote(
        store,
        office.firm.id,
        Change::Attempt(Write::Insert(attempt)),
    )
    .await;
    invoice.id
}

/// Writes the refund number `n`, and the paid invoice of that number that it is of.
async fn refund(store: &dyn Store, office: &Office, n: u64, due: Option<Timestamp>) -> InvoiceId {
    let (invoice, payment) = paid_online(store, office, n).await;
    let refund = Refund {
        next_check: due,
        state: match due {
            Some(_) => RefundState::Asked,
            None => RefundState::Done(txn("re")),
        },
        ..fixtures::refund(n, &payment, usd("1.00"))
    };
    wrote(store, office.firm.id, Change::Refund(Write::Insert(refund))).await;
    invoice.id
}
