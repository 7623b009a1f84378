//! The app's database: a SQLite file, or PostgreSQL.

use std::str::FromStr as _;

use anyhow::Context as _;
use caseflow_sqlx::{Pooling, SqlxStore};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};

/// The app's pool.
#[derive(Debug, Clone)]
pub enum Database {
    /// A file.
    Sqlite(SqlitePool),
    /// A server.
    Postgres(PgPool),
}

/// Does the same on whichever pool there is: an app with one database writes the pool instead.
macro_rules! on_pool {
    ($database:expr, $pool:ident => $body:expr) => {
        match $database {
            $crate::database::Database::Sqlite($pool) => $body,
            $crate::database::Database::Postgres($pool) => $body,
        }
    };
}
pub(crate) use on_pool;

impl Database {
    /// Opens `sqlite:app.db` (made when absent) or `postgres://user@host/name`.
    ///
    /// # Errors
    /// When the address cannot be read or the database not be opened.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        if url.starts_with("postgres") {
            let pool = PgPool::connect(url).await.context("APP_DATABASE_URL")?;
            return Ok(Self::Postgres(pool));
        }
        // The portal's store asks for these four.
        let file = SqliteConnectOptions::from_str(url).context("APP_DATABASE_URL")?;
        let file = file
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .pragma("secure_delete", "ON");
        let pool = SqlitePool::connect_with(file).await;
        Ok(Self::Sqlite(pool.context("APP_DATABASE_URL")?))
    }

    /// Makes the app's own tables. The portal's are made by its store, and noted in a table of its
    /// own, so that the app may use whatever migrates its tables.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn migrate(&self) -> sqlx::Result<()> {
        let tables = include_str!("../migrations/0001_start.sql");
        on_pool!(self, pool => sqlx::raw_sql(tables).execute(pool).await.map(drop))
    }

    /// The portal's store, on the app's pool.
    #[must_use]
    pub fn store(&self) -> SqlxStore {
        match self {
            Self::Sqlite(pool) => SqlxStore::from_sqlite_pool(pool.clone()),
            Self::Postgres(pool) => SqlxStore::from_postgres_pool(pool.clone(), Pooling::Session),
        }
    }

    /// How a transaction begins that will write. SQLite has to be told that it will.
    pub(crate) fn begin(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "BEGIN IMMEDIATE",
            Self::Postgres(_) => "BEGIN",
        }
    }

    /// Ends all connections.
    pub async fn close(&self) {
        on_pool!(self, pool => pool.close().await);
    }
}
