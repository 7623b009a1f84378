//! Beside a host's own tables.

use std::sync::Arc;

use caseflow_core::Ports;
use caseflow_core::domain::access::Origin;
use caseflow_core::domain::changes::{Change, Changes, Write};
use caseflow_core::domain::text::Line;
use caseflow_core::firm::Call;
use caseflow_core::firm::clients::{self, ClientInput};
use caseflow_core::ports::store::{Constraint, FirmReads as _, StoreError, Writes as _};
use caseflow_core::testing::Doubles;
use caseflow_core::testing::fixtures::{Office, client};
use caseflow_sqlx::testing::{hosted_sqlite, postgres, postgres_url, sqlite_file};
use caseflow_sqlx::{ConnectError, HostConnection, Pooling, SqlxStore, StillAtWork};

const HOST: &str = "CREATE TABLE matters (name TEXT PRIMARY KEY)";

#[tokio::test(flavor = "multi_thread")]
async fn a_host_commits_its_own_rows_with_ours_in_a_file() {
    let database = sqlite_file();
    let url = format!("{}?mode=rwc", database.url());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    sqlx::raw_sql("PRAGMA journal_mode = WAL")
        .execute(&pool)
        .await
        .unwrap();
    sqlx::raw_sql(HOST).execute(&pool).await.unwrap();
    let store = SqlxStore::from_sqlite_pool(pool.clone());
    store.migrate().await.unwrap();
    let office = Office::open(&store, 1).await;

    let mut host = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    in_the_hosts_transaction(&mut *host, &office).await;
    host.rollback().await.unwrap();
    assert_eq!(count(&store, &office).await, 2);

    let mut host = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    sqlx::raw_sql("INSERT INTO matters VALUES ('a')")
        .execute(&mut *host)
        .await
        .unwrap();
    in_the_hosts_transaction(&mut *host, &office).await;
    host.commit().await.unwrap();
    assert_eq!(count(&store, &office).await, 3);
    let matters = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM matters");
    assert_eq!(matters.fetch_one(&pool).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_commits_its_own_rows_with_ours_in_a_database() {
    let database = postgres_url().await;
    let pool = sqlx::PgPool::connect(database.url()).await.unwrap();
    sqlx::raw_sql(HOST).execute(&pool).await.unwrap();
    let store = SqlxStore::from_postgres_pool(pool.clone(), Pooling::Session);
    store.migrate().await.unwrap();
    let office = Office::open(&store, 1).await;

    let mut host = pool.begin().await.unwrap();
    in_the_hosts_transaction(&mut *host, &office).await;
    host.rollback().await.unwrap();
    assert_eq!(count(&store, &office).await, 2);

    let mut host = pool.begin().await.unwrap();
    sqlx::raw_sql("INSERT INTO matters VALUES ('a')")
        .execute(&mut *host)
        .await
        .unwrap();
    in_the_hosts_transaction(&mut *host, &office).await;
    host.commit().await.unwrap();
    assert_eq!(count(&store, &office).await, 3);
    let matters = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM matters");
    assert_eq!(matters.fetch_one(&pool).await.unwrap(), 1);
}

/// Adds a client; then once more, which is refused and leaves the transaction as it was.
async fn in_the_hosts_transaction(conn: &mut impl HostConnection, office: &Office) {
    let add = || Changes::default().with(Change::Client(Write::Insert(client(900))));
    let firm = office.firm.id;
    SqlxStore::commit_on(conn, firm, add()).await.unwrap();
    let again = SqlxStore::commit_on(conn, firm, add()).await;
    let twice = StoreError::AlreadyExists(Constraint::Identity);
    assert_eq!(again.unwrap_err().to_string(), twice.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verb_in_the_hosts_transaction_stays_or_goes_with_it_in_a_file() {
    let (store, database) = hosted_sqlite().await;
    let pool = sqlx::SqlitePool::connect(database.url()).await.unwrap();
    let begin = || pool.begin_with("BEGIN IMMEDIATE");
    let office = Office::open(&*store, 1).await;
    let ports = Doubles::new().ports(store.clone());

    let within = SqlxStore::within(begin().await.unwrap());
    add_a_client(&ports, &within.store(), &office).await;
    within.release().unwrap().rollback().await.unwrap();
    assert_eq!(count(&store, &office).await, 2);

    let within = SqlxStore::within(begin().await.unwrap());
    add_a_client(&ports, &within.store(), &office).await;
    within.release().unwrap().commit().await.unwrap();
    assert_eq!(count(&store, &office).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verb_in_the_hosts_transaction_stays_or_goes_with_it_in_a_database() {
    let (store, database) = postgres().await;
    let pool = sqlx::PgPool::connect(database.url()).await.unwrap();
    let office = Office::open(&*store, 1).await;
    let ports = Doubles::new().ports(store.clone());

    let within = SqlxStore::within(pool.begin().await.unwrap());
    let inside = within.store();
    add_a_client(&ports, &inside, &office).await;
    // Dropped, with somebody who holds its store still.
    drop(within);
    let over = inside.clients(office.firm.id, &Default::default()).await;
    assert!(matches!(over, Err(StoreError::Backend(_))), "{over:?}");
    assert_eq!(count(&store, &office).await, 2);

    let within = SqlxStore::within(pool.begin().await.unwrap());
    add_a_client(&ports, &within.store(), &office).await;
    within.release().unwrap().commit().await.unwrap();
    assert_eq!(count(&store, &office).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_in_which_a_verb_is_at_work_is_not_given_back() {
    let (store, database) = hosted_sqlite().await;
    let pool = sqlx::SqlitePool::connect(database.url()).await.unwrap();
    let office = Office::open(&*store, 1).await;
    let within = SqlxStore::within(pool.begin().await.unwrap());
    let inside = within.store();
    let (seen, released) = tokio::join!(count(&inside, &office), async { within.release() });
    assert_eq!(seen, 2);
    assert_eq!(released.err(), Some(StillAtWork));
}

/// Sees its own client in the transaction, as nobody else does; a refusal leaves it there.
async fn add_a_client(ports: &Ports, inside: &Arc<SqlxStore>, office: &Office) {
    let call = Call {
        staff: office.staff(),
        origin: Origin::default(),
        idempotency: None,
    };
    let within = Ports {
        store: inside.clone(),
        ..ports.clone()
    };
    let input = ClientInput {
        name: Line::parse("Brandt Ltd").unwrap(),
        address: None,
        tax_id: None,
        reference: None,
    };
    let added = clients::create(&within, &call, input).await;
    added.unwrap();
    let twice = Change::Client(Write::Insert(office.client.clone()));
    let twice = Changes::default().with(twice);
    let refused = inside.commit(office.firm.id, twice).await;
    assert!(
        matches!(refused, Err(StoreError::AlreadyExists(_))),
        "{refused:?}"
    );
    assert_eq!(count(inside, office).await, 3);
    let query = Default::default();
    let others = ports.store.clients(office.firm.id, &query).await;
    assert_eq!(others.unwrap().rows.len(), 2);
}

async fn count(store: &SqlxStore, office: &Office) -> usize {
    let page = store.clients(office.firm.id, &Default::default()).await;
    page.unwrap().rows.len()
}

#[tokio::test]
async fn an_address_that_cannot_work_is_refused() {
    let memory = SqlxStore::connect("sqlite::memory:").await;
    assert!(matches!(memory, Err(ConnectError::InMemory)), "{memory:?}");
    let unknown = SqlxStore::connect("mysql://localhost/x").await;
    assert!(
        matches!(unknown, Err(ConnectError::UnknownEngine)),
        "{unknown:?}"
    );
}
