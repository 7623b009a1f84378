//! Databases for tests: each test has one of its own, with all tables, and empty.
//!
//! * [`sqlite`]: a file in a folder of its own that goes when the test is over.
//! * [`postgres`]: a database on the server at `CASEFLOW_TEST_POSTGRES_URL` (the address of a
//!   superuser's database, such as `postgres://postgres@127.0.0.1:5432/postgres`). When that is not
//!   set, on a private server that is made of the newest PostgreSQL under `/usr/lib/postgresql`,
//!   lives as long as the test program and keeps nothing.
//!
//! Everything here panics when it cannot be had: a required database is never skipped.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "for tests only: what cannot be had fails the test"
)]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use caseflow_core::ports::store::StoreError;

use crate::conn::Conn;
use crate::job::Write;
use crate::statements::Statements;
use crate::{Options, SqlxStore};

#[cfg(feature = "postgres")]
mod server;

#[cfg(feature = "postgres")]
pub use server::{postgres, postgres_url};

/// A database that goes when this is dropped.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Folder(PathBuf),
    #[cfg(feature = "postgres")]
    OnServer {
        server: String,
        name: String,
    },
}

impl TestDatabase {
    /// Its address, for [`SqlxStore::connect`].
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The file of a SQLite database.
    #[cfg(feature = "sqlite")]
    pub(crate) fn file(&self) -> &std::path::Path {
        self.url.trim_start_matches("sqlite:").as_ref()
    }

    /// A store on it, beside those that there are.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn open(&self, options: Options) -> Arc<SqlxStore> {
        let store = SqlxStore::connect_with(&self.url, options).await;
        Arc::new(store.expect("the test's database opens"))
    }
}

/// A database whose test failed stays, so that somebody can look at it.
impl Drop for TestDatabase {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the test's database was {}", self.url);
            return;
        }
        match &self.kind {
            Kind::Folder(folder) => std::fs::remove_dir_all(folder).unwrap_or_default(),
            #[cfg(feature = "postgres")]
            Kind::OnServer { server, name } => server::drop_database(server, name),
        }
    }
}

/// An empty SQLite file and a store on it.
///
/// # Panics
/// When there is no place for it.
#[cfg(feature = "sqlite")]
pub async fn sqlite() -> (Arc<SqlxStore>, TestDatabase) {
    let database = empty_file().await;
    (database.open(Options::default()).await, database)
}

/// An empty SQLite file and a store on a host's pool on it.
///
/// # Panics
/// When there is no place for it.
#[cfg(feature = "sqlite")]
pub async fn hosted_sqlite() -> (Arc<SqlxStore>, TestDatabase) {
    let database = empty_file().await;
    let file = sqlx::sqlite::SqliteConnectOptions::new().filename(database.file());
    let pool = sqlx::SqlitePool::connect_with(file).await.unwrap();
    (Arc::new(SqlxStore::from_sqlite_pool(pool)), database)
}

#[cfg(feature = "sqlite")]
async fn empty_file() -> TestDatabase {
    static TEMPLATE: tokio::sync::OnceCell<Vec<u8>> = tokio::sync::OnceCell::const_new();
    let template = TEMPLATE.get_or_init(migrated_file).await;
    let database = sqlite_file();
    std::fs::write(database.file(), template).unwrap();
    database
}

/// An address at which there is no SQLite file yet.
///
/// # Panics
/// When there is no place for it.
#[must_use]
pub fn sqlite_file() -> TestDatabase {
    let folder = std::env::temp_dir().join(format!("caseflow-test-{}", unique()));
    std::fs::create_dir_all(&folder).unwrap();
    TestDatabase {
        url: format!("sqlite:{}", folder.join("caseflow.db").display()),
        kind: Kind::Folder(folder),
    }
}

#[cfg(feature = "sqlite")]
async fn migrated_file() -> Vec<u8> {
    let database = sqlite_file();
    let store = database.open(Options::default()).await;
    store.migrate().await.unwrap();
    store.close().await;
    std::fs::read(database.file()).unwrap()
}

/// Has the engine plan every statement that the store has; answers how many there are.
///
/// # Errors
/// The engine's, for the first statement that it does not take.
pub async fn prepare_all(store: &SqlxStore) -> Result<usize, StoreError> {
    store.write(PrepareAll).await
}

/// The texts of all statements that the store has, as its engine gets them.
#[must_use]
pub fn statement_texts(store: &SqlxStore) -> Vec<&'static str> {
    let all = store.sql().all.iter();
    all.map(crate::conn::Sql::as_str).collect()
}

struct PrepareAll;

#[async_trait]
impl Write for PrepareAll {
    type Answer = usize;

    async fn run(&self, conn: &mut dyn Conn, sql: &Statements) -> Result<usize, StoreError> {
        for statement in &sql.all {
            if let Err(error) = conn.prepare(statement).await {
                eprintln!("{}", statement.as_str());
                return Err(error);
            }
        }
        Ok(sql.all.len())
    }
}

/// A name that no other test has, in this process or another.
fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{}_{n}", std::process::id())
}
