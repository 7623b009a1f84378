//! One writer with group commit beside a pool of readers: SQLite.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use caseflow_core::ports::store::StoreError;
use sqlx::{Connection as _, Sqlite, SqliteConnection, SqlitePool, Transaction};
use tokio::sync::{mpsc, oneshot};

use super::{Conn as _, Dialect, Engine, Job, Live, Row, Sql, commit_error, store_error};
use crate::statements::Statements;
use crate::value::Value;

/// How many writes may wait for the writer before callers wait to hand theirs in.
const QUEUE: usize = 1024;

/// What waits while one group is being written is the next group: it shares one `BEGIN IMMEDIATE`
/// and one `COMMIT`, and each of it has a savepoint of its own. A write that comes alone goes alone.
#[derive(Debug)]
pub(super) struct Grouped {
    readers: SqlitePool,
    writers: SqlitePool,
    /// The most writes that share a commit.
    group: usize,
    queue: OnceLock<mpsc::Sender<Box<dyn Job>>>,
}

impl Grouped {
    pub(super) fn new(readers: SqlitePool, writers: SqlitePool, group: usize) -> Self {
        Self {
            readers,
            writers,
            group: group.max(1),
            queue: OnceLock::new(),
        }
    }

    /// The writer's queue. The writer is a task of its own, so that a caller who goes away does not
    /// take a group with it; it ends with the last sender.
    fn queue(&self) -> &mpsc::Sender<Box<dyn Job>> {
        self.queue.get_or_init(|| {
            let (queue, jobs) = mpsc::channel(QUEUE);
            tokio::spawn(write_groups(self.writers.clone(), jobs, self.group));
            queue
        })
    }
}

#[async_trait]
impl Engine for Grouped {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    async fn read(&self, sql: &Sql, values: Vec<Value>) -> Result<Vec<Box<dyn Row>>, StoreError> {
        let mut conn = self.readers.acquire().await.map_err(store_error)?;
        live(&mut conn).rows(sql, values).await
    }

    async fn write(&self, job: Box<dyn Job>) {
        if let Err(mpsc::error::SendError(job)) = self.queue().send(job).await {
            job.answer(Some(StoreError::Backend("the writer has ended".into())));
        }
    }

    async fn close(&self) {
        // A last job that writes nothing: when it is answered, the queue before it is written.
        let (done, waiting) = oneshot::channel();
        self.write(Box::new(Barrier(done))).await;
        waiting.await.unwrap_or_default();
        self.readers.close().await;
        self.writers.close().await;
    }
}

async fn write_groups(writers: SqlitePool, mut jobs: mpsc::Receiver<Box<dyn Job>>, most: usize) {
    let mut group = Vec::with_capacity(most);
    while jobs.recv_many(&mut group, most).await > 0 {
        let lost = write_group(&writers, &mut group).await.err().map(Arc::new);
        for job in group.drain(..) {
            job.answer(lost.as_ref().map(shared));
        }
    }
}

async fn write_group(writers: &SqlitePool, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    let mut conn = writers.acquire().await.map_err(store_error)?;
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

/// The group's one error, for each of its callers.
fn shared(error: &Arc<StoreError>) -> StoreError {
    let source = Box::new(Shared(Arc::clone(error)));
    match **error {
        StoreError::OutcomeUnknown(_) => StoreError::OutcomeUnknown(source),
        _ => StoreError::Backend(source),
    }
}

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Shared(Arc<StoreError>);

struct Barrier(oneshot::Sender<()>);

#[async_trait]
impl Job for Barrier {
    async fn run(&mut self, _: &mut dyn super::Conn, _: &Statements) -> bool {
        true
    }

    fn answer(self: Box<Self>, _: Option<StoreError>) {
        // Nobody waits any more: nothing to say.
        self.0.send(()).unwrap_or_default();
    }
}
