//! SQLite on a pool of the host: one writer with group commit beside all connections for reading.

use std::path::Path;
use std::sync::OnceLock;

use async_trait::async_trait;
use caseflow_core::ports::store::StoreError;
use sqlx::{Connection as _, Sqlite, SqliteConnection, SqlitePool, Transaction};

use super::grouped::{Queue, Writer, write_groups};
use super::{
    COPY, Conn as _, Dialect, Engine, Job, Live, Rows, Sql, as_text, commit_error, not_copied,
    store_error,
};
use crate::operation::CopyError;
use crate::statements::Statements;
use crate::value::Value;

/// A database that the host has opened; each of its connections is a thread of the driver's.
#[derive(Debug)]
pub(super) struct Hosted {
    pool: SqlitePool,
    /// The most writes that share a commit.
    group: usize,
    queue: OnceLock<Queue>,
}

impl Hosted {
    pub(super) fn new(pool: SqlitePool, group: usize) -> Self {
        Self {
            pool,
            group,
            queue: OnceLock::new(),
        }
    }

    /// Begun with the first write: until then there need not be a runtime.
    fn queue(&self) -> &Queue {
        self.queue.get_or_init(|| {
            let (queue, waiting) = Queue::new();
            let writer = InPool(self.pool.clone());
            tokio::spawn(write_groups(writer, waiting, self.group));
            queue
        })
    }
}

#[async_trait]
impl Engine for Hosted {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    async fn read(&self, sql: &Sql, values: Vec<Value>) -> Result<Box<dyn Rows>, StoreError> {
        let mut conn = self.pool.acquire().await.map_err(store_error)?;
        live(&mut conn).rows(sql, values).await
    }

    async fn write(&self, job: Box<dyn Job>) {
        self.queue().hand_in(job).await;
    }

    async fn copy_to(&self, file: &Path) -> Result<(), CopyError> {
        let copy = sqlx::query(COPY).bind(as_text(file)?.to_owned());
        let copied = copy.execute(&self.pool).await;
        copied.map(drop).map_err(not_copied)
    }

    async fn close(&self) {
        self.queue().end().await;
        self.pool.close().await;
    }
}

struct InPool(SqlitePool);

#[async_trait]
impl Writer for InPool {
    async fn write(&mut self, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        let mut conn = self.0.acquire().await.map_err(store_error)?;
        let begun = conn.begin_with("BEGIN IMMEDIATE").await;
        let mut transaction = begun.map_err(store_error)?;
        if let [job] = group {
            let sql = Statements::of(Dialect::Sqlite);
            if !job.run(&mut live(&mut transaction), sql).await {
                return transaction.rollback().await.map_err(store_error);
            }
        } else {
            for job in group {
                in_savepoint(&mut transaction, &mut **job).await?;
            }
        }
        transaction.commit().await.map_err(commit_error)
    }
}

/// A refused write is taken back alone. When that fails, the engine has given the whole transaction
/// up, and the group is lost.
async fn in_savepoint(
    transaction: &mut Transaction<'_, Sqlite>,
    job: &mut dyn Job,
) -> Result<(), StoreError> {
    let mut savepoint = transaction.begin().await.map_err(store_error)?;
    let sql = Statements::of(Dialect::Sqlite);
    let stays = job.run(&mut live(&mut savepoint), sql).await;
    let ended = match stays {
        true => savepoint.commit().await,
        false => savepoint.rollback().await,
    };
    ended.map_err(store_error)
}

fn live(conn: &mut SqliteConnection) -> Live<'_, SqliteConnection> {
    Live { conn, named: true }
}
