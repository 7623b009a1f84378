//! Look-ups of sessions that are asked together.

use std::sync::Arc;
use std::time::Duration;

use caseflow_core::domain::access::Visitor;
use caseflow_core::domain::changes::{Change, Changes};
use caseflow_core::domain::secret::TokenHash;
use caseflow_core::domain::session::Session;
use caseflow_core::ports::store::{EditionCard, Store, StoreError, Visit};
use caseflow_core::testing::fixtures::{self, Office};
use caseflow_sqlx::SqlxStore;
use caseflow_sqlx::testing::postgres;
use tokio::task::JoinSet;

const SESSIONS: u64 = 100;

/// An office with so many sessions.
async fn busy(store: &dyn Store, n: u64) -> (Office, Vec<Session>) {
    let office = Office::open(store, n).await;
    let sessions = (1..=SESSIONS).map(|n| fixtures::session(n, office.contact.id));
    let sessions: Vec<Session> = sessions.collect();
    for session in &sessions {
        let changes = Changes::default().with(Change::Session(session.clone()));
        store.commit(office.firm.id, changes).await.unwrap();
    }
    (office, sessions)
}

fn by(office: &Office, token: TokenHash) -> Visit {
    Visit {
        visitor: Visitor::Session(token),
        ..office.visit(&office.contact)
    }
}

type Found = Result<Option<EditionCard>, StoreError>;

fn ask(store: &Arc<SqlxStore>, visit: Visit) -> impl Future<Output = Found> + Send + 'static {
    use caseflow_core::ports::store::PortalReads as _;
    let store = Arc::clone(store);
    async move { store.edition(visit).await }
}

/// Catches a card that goes to who did not ask for it, in this firm or another with the same secrets.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_everybody_gets_their_own() {
    let (store, _database) = postgres().await;
    let offices = [busy(&*store, 1).await, busy(&*store, 2).await];
    for _ in 0..5 {
        let mut asking = JoinSet::new();
        for (office, sessions) in &offices {
            for session in sessions {
                let (found, id) = (ask(&store, by(office, session.token)), session.id);
                asking.spawn(async move { (found.await, Some(id)) });
            }
            for n in SESSIONS + 1..SESSIONS + 10 {
                let nobodys = fixtures::session(n, office.contact.id).token;
                let found = ask(&store, by(office, nobodys));
                asking.spawn(async move { (found.await, None) });
            }
        }
        while let Some(asked) = asking.join_next().await {
            let (found, expected) = asked.unwrap();
            let session = found.unwrap().and_then(|card| card.session);
            assert_eq!(session.map(|(id, _)| id), expected);
        }
    }
}

/// Catches somebody who waits for ever for those who have gone away, or with whom they had gone.
#[test]
fn who_asks_is_answered_after_a_runtime_has_ended_with_others_on_the_way() {
    let lasting = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let (store, database) = lasting.block_on(postgres());
    let (office, sessions) = lasting.block_on(busy(&*store, 1));
    for _ in 0..20 {
        let passing = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        for session in &sessions {
            passing.spawn(ask(&store, by(&office, session.token)));
        }
        passing.shutdown_background();
        let answered = lasting.block_on(async {
            let found = ask(&store, by(&office, sessions[0].token));
            tokio::time::timeout(Duration::from_secs(30), found).await
        });
        // A connection that went with its runtime may be lost; being told so is an answer.
        drop(answered.expect("nobody waits for ever"));
    }
    lasting.block_on(store.close());
    drop(database);
}

/// Catches an error that nobody is told of, or that only one of many is.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_told_to_everybody() {
    let (store, _database) = postgres().await;
    let (office, sessions) = busy(&*store, 1).await;
    store.close().await;
    let mut asking = JoinSet::new();
    for session in &sessions {
        asking.spawn(ask(&store, by(&office, session.token)));
    }
    while let Some(asked) = asking.join_next().await {
        assert!(matches!(asked.unwrap(), Err(StoreError::Backend(_))));
    }
}
