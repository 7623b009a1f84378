//! Connections that rest between two uses, beside their pool.

use std::sync::Arc;
use std::time::Duration;

use caseflow_core::domain::changes::{Change, Changes, Counter, CounterDelta};
use caseflow_core::domain::currency::Currency;
use caseflow_core::ports::store::{PortalReads as _, Visit, Writes as _};
use caseflow_core::testing::fixtures::Office;
use caseflow_core::testing::join_all;
use caseflow_sqlx::testing::{TestDatabase, postgres};
use caseflow_sqlx::{Options, SqlxStore};

/// A store of two connections.
async fn few() -> (Arc<SqlxStore>, Office, TestDatabase) {
    let (store, database) = postgres().await;
    let office = Office::open(&*store, 1).await;
    let options = Options {
        connections: 2,
        ..Options::default()
    };
    let few = SqlxStore::connect_with(database.url(), options).await;
    (Arc::new(few.unwrap()), office, database)
}

async fn all_see(store: &SqlxStore, visit: Visit) {
    for look in join_all((0..40).map(|_| store.edition(visit))).await {
        assert!(look.unwrap().is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_share_a_few_for_longer_than_they_rest() {
    let (store, office, _database) = few().await;
    let visit = office.visit(&office.contact);
    let count = || {
        Changes::default().with(Change::Count(CounterDelta {
            client: office.client.id,
            counter: Counter::Received {
                year: 2026,
                currency: Currency::USD,
            },
            delta: 1,
        }))
    };
    for _ in 0..4 {
        all_see(&store, visit).await;
        let writes = join_all((0..10).map(|_| store.commit(office.firm.id, count()))).await;
        assert!(writes.iter().all(Result::is_ok), "{writes:?}");
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    let (_, page) = store.dashboard(visit).await.unwrap().unwrap();
    assert_eq!(page.received_this_year[0].minor(), 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_away_midway_takes_no_connection_along() {
    let (store, office, _database) = few().await;
    let visit = office.visit(&office.contact);
    for micros in (0..2_000).step_by(50) {
        let soon = Duration::from_micros(micros);
        drop(tokio::time::timeout(soon, store.dashboard(visit)).await);
        let (guest, _) = store.dashboard(visit).await.unwrap().unwrap();
        assert_eq!(guest.contact, office.contact);
    }
    all_see(&store, visit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_closes_while_others_read() {
    let (store, office, _database) = few().await;
    let visit = office.visit(&office.contact);
    all_see(&store, visit).await;
    let busy = Arc::clone(&store);
    let looks = tokio::spawn(async move {
        for _ in 0..100 {
            join_all((0..10).map(|_| busy.edition(visit))).await;
        }
    });
    tokio::time::sleep(Duration::from_millis(5)).await;
    store.close().await;
    assert!(store.edition(visit).await.is_err());
    looks.await.unwrap();
}

#[test]
fn a_store_may_be_dropped_where_nothing_runs() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (store, database) = runtime.block_on(async {
        let (store, office, database) = few().await;
        all_see(&store, office.visit(&office.contact)).await;
        (store, database)
    });
    drop(store);
    runtime.block_on(async move { drop(database) });
}
