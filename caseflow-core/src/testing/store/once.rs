//! A request that is made twice is done once.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use super::counters::{count, counted};
use super::snapshot::entry;
use super::{applied, audit_rows, is_conflict, update};
use crate::domain::changes::{Change, Changes, IdempotencyEntry, Replay, Reply, Version, Write};
use crate::domain::id::Subject;
use crate::ports::store::{Committed, Store, StoreError};
use crate::testing::fixtures::{self, NOW, Office};
use crate::testing::join_all;

/// Case 11. Catches a store that looks for the key and writes it in two steps.
pub async fn case_11_of_64_simultaneous_requests_one_is_applied(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let one = || store.commit(office.firm.id, keyed(&office, "key", 1));
    let outcomes = join_all((0..64).map(|_| one())).await;
    let mut applied = 0;
    for outcome in outcomes {
        match outcome.unwrap() {
            Committed::Applied => applied += 1,
            Committed::Replayed(reply) => assert_eq!(reply, reply_of(&office)),
        }
    }
    assert_eq!((applied, counted(&*store, &office).await), (1, 1));
    assert_eq!(audit_rows(&*store, office.firm.id).await.len(), 1);
}

/// Case 12. Catches a store that compares keys alone.
pub async fn case_12_a_key_for_another_request_is_refused(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    applied(&*store, office.firm.id, keyed(&office, "key", 1)).await;
    let outcome = store.commit(office.firm.id, keyed(&office, "key", 2)).await;
    assert!(matches!(outcome, Err(StoreError::KeyReused)), "{outcome:?}");
    assert_eq!(counted(&*store, &office).await, 1);
    assert_eq!(known(&*store, &office, &office).await.fingerprint, [1; 32]);
}

/// Case 13. Catches a store whose keys are known beyond their firm or beyond who chose them.
pub async fn case_13_a_key_belongs_to_its_firm_and_its_principal(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open_twin(&*store, 2, 1).await;
    applied(&*store, one.firm.id, keyed(&one, "key", 1)).await;
    let mut theirs = keyed(&two, "key", 2);
    theirs.idempotency = Some(request(&one, "key", 2));
    applied(&*store, two.firm.id, theirs).await;
    let mut colleague = keyed(&one, "key", 3);
    colleague.idempotency = Some(IdempotencyEntry {
        request: fixtures::request(one.contact.id, "key", 3),
        ..request(&one, "key", 3)
    });
    applied(&*store, one.firm.id, colleague).await;
    applied(&*store, one.firm.id, keyed(&one, "KEY", 4)).await;
    assert_eq!(known(&*store, &two, &one).await.fingerprint, [2; 32]);
    assert_eq!(counted(&*store, &one).await, 3);
    assert_eq!(counted(&*store, &two).await, 1);
}

/// Case 14. Catches a store that looks at versions before it looks at the key: the repetition of a
/// request always comes with an old version.
pub async fn case_14_a_repetition_gets_the_first_answer(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let first = keyed(&office, "key", 1).with(rename(&office, Version::FIRST));
    applied(&*store, firm, first.clone()).await;
    let meanwhile = Changes::default().with(rename(&office, Version(2)));
    applied(&*store, firm, meanwhile).await;
    let mut again = first;
    again.idempotency = Some(IdempotencyEntry {
        reply: Reply {
            version: Version(99),
            ..reply_of(&office)
        },
        ..request(&office, "key", 1)
    });
    let outcome = store.commit(firm, again).await.unwrap();
    assert_eq!(outcome, Committed::Replayed(reply_of(&office)));
    assert_eq!(counted(&*store, &office).await, 1);
    let kept = known(&*store, &office, &office).await;
    assert_eq!(kept.reply, reply_of(&office));
}

/// Case 15. Catches a store that keeps the key of a write that it refused.
pub async fn case_15_a_refusal_does_not_consume_the_key(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let stale = keyed(&office, "key", 1).with(rename(&office, Version(5)));
    is_conflict(&store.commit(firm, stale).await);
    let key = request(&office, "key", 1).request.key;
    assert_eq!(store.replay(firm, &key).await.unwrap(), None);
    applied(&*store, firm, keyed(&office, "key", 2)).await;
    assert_eq!(counted(&*store, &office).await, 1);
}

/// Case 16. Catches a store that forgets keys before their time, never, or by its own clock.
pub async fn case_16_keys_go_when_they_have_expired(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    applied(&*store, firm, keyed(&office, "key", 1)).await;
    let end = NOW.plus(Duration::from_secs(3_600));
    store
        .purge(end.minus(Duration::from_micros(1)))
        .await
        .unwrap();
    let outcome = store.commit(firm, keyed(&office, "key", 1)).await.unwrap();
    assert_eq!(outcome, Committed::Replayed(reply_of(&office)));
    assert_eq!(store.purge(end).await.unwrap(), 1);
    applied(&*store, firm, keyed(&office, "key", 2)).await;
    assert_eq!(counted(&*store, &office).await, 2);
}

/// Case 17. Catches a store that loses or doubles a write whose caller went away before the answer
/// came: the request is made again with the same key, and is done once.
pub async fn case_17_a_request_whose_answer_was_lost_is_done_once(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    for looks in 0..8 {
        let key = format!("key {looks}");
        look_at(looks, store.commit(office.firm.id, keyed(&office, &key, 1))).await;
        let again = store.commit(office.firm.id, keyed(&office, &key, 1)).await;
        assert!(again.is_ok(), "{again:?}");
        assert_eq!(counted(&*store, &office).await, i64::from(looks) + 1);
    }
    assert_eq!(audit_rows(&*store, office.firm.id).await.len(), 8);
}

/// Polls a future so many times at most, then drops it.
async fn look_at<T>(looks: u32, future: impl Future<Output = T>) {
    let mut future = pin!(future);
    let mut left = looks;
    poll_fn(|context| {
        if left == 0 || future.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        left -= 1;
        Poll::Pending
    })
    .await;
}

/// A counted and audited write under a key.
fn keyed(office: &Office, key: &str, asked: u8) -> Changes {
    Changes {
        idempotency: Some(request(office, key, asked)),
        ..Changes::default()
            .with(count(office, 1))
            .audited(fixtures::audit(office.client.id))
    }
}

fn request(office: &Office, key: &str, asked: u8) -> IdempotencyEntry {
    IdempotencyEntry {
        request: fixtures::request(office.firm.id, key, asked),
        ..entry(office, asked)
    }
}

/// What `at` knows of the request "key" of `who`.
async fn known(store: &dyn Store, at: &Office, who: &Office) -> Replay {
    let key = request(who, "key", 1).request.key;
    store.replay(at.firm.id, &key).await.unwrap().unwrap()
}

fn reply_of(office: &Office) -> Reply {
    Reply {
        id: Subject::Client(office.client.id),
        version: Version::FIRST,
    }
}

fn rename(office: &Office, read: Version) -> Change {
    let write: Write<_> = update(read, office.client.clone());
    Change::Client(write)
}
