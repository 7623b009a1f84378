//! Beside a host's own tables.

use caseflow_core::domain::changes::{Change, Changes, Write};
use caseflow_core::ports::store::{Constraint, FirmReads as _, StoreError};
use caseflow_core::testing::fixtures::{Office, client};
use caseflow_sqlx::testing::{postgres_url, sqlite_file};
use caseflow_sqlx::{ConnectError, HostConnection, Pooling, SqlxStore};

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
    assert_eq!(clients(&store, &office).await, 2);

    let mut host = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    sqlx::raw_sql("INSERT INTO matters VALUES ('a')")
        .execute(&mut *host)
        .await
        .unwrap();
    in_the_hosts_transaction(&mut *host, &office).await;
    host.commit().await.unwrap();
    assert_eq!(clients(&store, &office).await, 3);
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
    assert_eq!(clients(&store, &office).await, 2);

    let mut host = pool.begin().await.unwrap();
    sqlx::raw_sql("INSERT INTO matters VALUES ('a')")
        .execute(&mut *host)
        .await
        .unwrap();
    in_the_hosts_transaction(&mut *host, &office).await;
    host.commit().await.unwrap();
    assert_eq!(clients(&store, &office).await, 3);
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

async fn clients(store: &SqlxStore, office: &Office) -> usize {
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
