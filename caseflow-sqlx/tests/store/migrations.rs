use std::sync::Arc;

use caseflow_core::ports::store::FirmReads as _;
use caseflow_core::testing::fixtures::Office;
use caseflow_core::testing::join_all;
use caseflow_sqlx::testing::{TestDatabase, postgres_url, prepare_all, sqlite_file};
use caseflow_sqlx::{MigrateError, Options, SqlxStore};
use sqlx::Connection as _;

async fn sixteen_starts(database: &TestDatabase) {
    let options = Options {
        connections: 1,
        readers: 1,
        ..Options::default()
    };
    let starts = (0..16).map(|_| async {
        let store = database.open(options).await;
        store.migrate().await.unwrap();
        store
    });
    let stores = join_all(starts).await;
    let office = Office::open(&*stores[0], 1).await;
    assert!(stores[15].firm(office.firm.id).await.unwrap().is_some());
    for store in stores {
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_programs_may_start_at_once_on_a_new_file() {
    sixteen_starts(&sqlite_file()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_programs_may_start_at_once_on_a_new_database() {
    sixteen_starts(&postgres_url().await).await;
}

async fn migrated(database: &TestDatabase) -> Arc<SqlxStore> {
    let store = database.open(Options::default()).await;
    store.migrate().await.unwrap();
    store
}

#[tokio::test]
async fn a_step_that_was_edited_is_noticed() {
    let database = sqlite_file();
    let store = migrated(&database).await;
    let mut host = sqlx::SqliteConnection::connect(database.url())
        .await
        .unwrap();
    let edit = "UPDATE caseflow_migrations SET checksum = 'x' WHERE version = 1";
    sqlx::query(edit).execute(&mut host).await.unwrap();
    let outcome = store.migrate().await;
    assert!(
        matches!(outcome, Err(MigrateError::Changed(1))),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let database = postgres_url().await;
    let store = migrated(&database).await;
    let mut host = sqlx::PgConnection::connect(database.url()).await.unwrap();
    let newer = "INSERT INTO caseflow_migrations VALUES (2, 'x', 'then')";
    sqlx::query(newer).execute(&mut host).await.unwrap();
    let outcome = store.migrate().await;
    assert!(
        matches!(outcome, Err(MigrateError::Newer(2))),
        "{outcome:?}"
    );
}

/// A host that keeps the tables among its own migrations runs this text.
#[tokio::test]
async fn the_schema_as_text_makes_the_same_tables() {
    let database = sqlite_file();
    let store = database.open(Options::default()).await;
    let options = sqlx::sqlite::SqlitePoolOptions::new();
    let pool = options.connect(database.url()).await.unwrap();
    let schema = sqlx::AssertSqlSafe(store.schema_sql());
    sqlx::raw_sql(schema).execute(&pool).await.unwrap();
    Office::open(&*store, 1).await;
}

#[tokio::test]
async fn both_engines_plan_every_statement() {
    let (sqlite, _file) = caseflow_sqlx::testing::sqlite().await;
    let (postgres, _database) = caseflow_sqlx::testing::postgres().await;
    let planned = prepare_all(&sqlite).await.unwrap();
    assert!(planned > 80, "{planned}");
    assert_eq!(prepare_all(&postgres).await.unwrap(), planned);
}
