//! How a store comes to its database.

use std::num::NonZero;
use std::sync::Arc;

use super::Engine;
use crate::SqlxStore;
use crate::read::Unreadable;

/// How a store uses its database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// SQLite: how many connections read, beside the one that writes. Each read keeps the thread
    /// that asks for it, so that there need be no more than such threads.
    pub readers: u32,
    /// SQLite: what a commit survives.
    pub durability: Durability,
    /// SQLite: the most writes that share one commit; 1 gives each its own.
    pub group: usize,
    /// PostgreSQL: how many connections there are at most.
    pub connections: u32,
    /// PostgreSQL: what stands between the store and the server.
    pub pooling: Pooling,
}

impl Default for Options {
    /// A reader for each processor and at least 4, full durability, groups of up to 64; 10
    /// connections, no pooler.
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            readers: u32::try_from(processors).unwrap_or(u32::MAX).max(4),
            durability: Durability::Full,
            group: 64,
            connections: 10,
            pooling: Pooling::Session,
        }
    }
}

/// What a commit in SQLite survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// The loss of power (`synchronous=FULL`).
    Full,
    /// The end of the process; the last commits before a loss of power may be gone, the database is
    /// sound all the same (`synchronous=NORMAL`). Breaks the store's contract: for imports and
    /// trials only.
    Normal,
}

/// What stands between the store and a PostgreSQL server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// Nothing, a pooler in session mode, or PgBouncer from 1.21 on with `max_prepared_statements`
    /// above 0: statements are prepared once a connection.
    Session,
    /// A pooler in transaction mode that knows nothing of prepared statements, such as PgBouncer
    /// before 1.21: everything happens inside explicit transactions, with unnamed statements. Costs
    /// two more round trips a read.
    Transaction,
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The address names an engine that is unknown, or left out of this build.
    #[error("the address names no known database: write sqlite:file.db or postgres://host/name")]
    UnknownEngine,
    /// An in-memory database is another one for every connection.
    #[error("an in-memory database cannot be shared by connections: name a file")]
    InMemory,
    /// The address of a file asks for something that a store does not do, such as `?mode=ro`.
    #[error("the address of a file takes no parameter but mode=rwc: {0}")]
    UnknownParameter(String),
    /// The engine refused.
    #[error("the database cannot be opened")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl SqlxStore {
    /// Opens the database at an address: `sqlite:file.db` (made when absent) or
    /// `postgres://user@host/name`. Its tables are made by [`migrate`](Self::migrate).
    ///
    /// # Errors
    /// When the address cannot be read or the database not be opened.
    pub async fn connect(url: &str) -> Result<Self, ConnectError> {
        Self::connect_with(url, Options::default()).await
    }

    /// Opens the database at an address, in another way than the usual one.
    ///
    /// # Errors
    /// When the address cannot be read or the database not be opened.
    pub async fn connect_with(url: &str, options: Options) -> Result<Self, ConnectError> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            #[cfg(feature = "sqlite")]
            Some("sqlite") => file::open(url, options).map(Self::on),
            #[cfg(feature = "postgres")]
            Some("postgres" | "postgresql") => server::open(url, options).await.map(Self::on),
            _ => Err(ConnectError::UnknownEngine),
        }
    }

    /// A store in the host's SQLite database, on the host's pool. For the store's contract the
    /// host's connections need `journal_mode=WAL`, `synchronous=FULL` and `foreign_keys=ON`; with
    /// `secure_delete=ON`, what is removed from a vault is overwritten in the file, though not in its
    /// log before that is used again.
    /// Writes are grouped on one connection at a time, as with [`connect`](Self::connect), but each
    /// statement is handed to the driver's thread and back, so that [`connect`](Self::connect) to
    /// the same file is several times as fast.
    #[cfg(feature = "sqlite")]
    #[must_use]
    pub fn from_sqlite_pool(pool: sqlx::SqlitePool) -> Self {
        let group = Options::default().group;
        Self::on(Arc::new(super::hosted::Hosted::new(pool, group)))
    }

    /// A store in the host's PostgreSQL database, on the host's pool.
    #[cfg(feature = "postgres")]
    #[must_use]
    pub fn from_postgres_pool(pool: sqlx::PgPool, pooling: Pooling) -> Self {
        let conns = super::rested::Rested::of_host(pool);
        Self::on(Arc::new(super::pooled::Pooled { conns, pooling }))
    }
}

fn refused(error: impl Into<Unreadable>) -> ConnectError {
    ConnectError::Backend(error.into())
}

#[cfg(feature = "sqlite")]
mod file {
    use std::str::FromStr as _;

    use sqlx::sqlite::SqliteConnectOptions;

    use super::{Arc, ConnectError, Engine, Options, refused};
    use crate::conn::embedded::Embedded;

    pub(super) fn open(url: &str, options: Options) -> Result<Arc<dyn Engine>, ConnectError> {
        if url.contains(":memory:") || url.contains("mode=memory") {
            return Err(ConnectError::InMemory);
        }
        if let Some((_, asked)) = url
            .split_once('?')
            .filter(|(_, asked)| *asked != "mode=rwc")
        {
            return Err(ConnectError::UnknownParameter(asked.to_owned()));
        }
        let file = SqliteConnectOptions::from_str(url).map_err(refused)?;
        let engine = Embedded::open(file.get_filename(), options).map_err(refused)?;
        Ok(Arc::new(engine))
    }
}

#[cfg(feature = "postgres")]
mod server {
    use std::str::FromStr as _;
    use std::time::Duration;

    use sqlx::Connection as _;
    use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};

    use super::{Arc, ConnectError, Engine, Options, refused};
    use crate::conn::pooled::Pooled;
    use crate::conn::rested::{RESTED, Rested};

    /// How many statements a connection keeps prepared: more than the store has.
    const STATEMENTS: usize = 512;

    pub(super) async fn open(url: &str, options: Options) -> Result<Arc<dyn Engine>, ConnectError> {
        let server = PgConnectOptions::from_str(url).map_err(refused)?;
        let pool = PgPoolOptions::new()
            .max_connections(options.connections.max(1))
            .test_before_acquire(false)
            .before_acquire(|conn, it| Box::pin(is_alive(conn, it.idle_for)))
            .connect_with(server.statement_cache_capacity(STATEMENTS))
            .await
            .map_err(refused)?;
        Ok(Arc::new(Pooled {
            conns: Rested::own(pool),
            pooling: options.pooling,
        }))
    }

    async fn is_alive(conn: &mut PgConnection, idle: Duration) -> Result<bool, sqlx::Error> {
        Ok(idle < RESTED || conn.ping().await.is_ok())
    }
}
