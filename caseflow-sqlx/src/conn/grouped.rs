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

#[cfg(test)]
#[cfg(feature = "testing")]
mod tests {
    use std::sync::Arc;

    use sqlx::sqlite::SqlitePoolOptions;
    use tokio::sync::Notify;

    use super::*;
    use crate::conn::Conn;
    use crate::job::{Waited, Write};
    use crate::testing::{TestDatabase, sqlite_file};

    const TABLES: &str = "PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER) STRICT; \
                          CREATE TABLE owner (id INTEGER PRIMARY KEY) STRICT; \
                          CREATE TABLE owned (id INTEGER REFERENCES owner (id) \
                          DEFERRABLE INITIALLY DEFERRED) STRICT;";

    /// Writes a row and answers what it sees.
    struct Insert {
        n: i64,
        /// Waited at after the row is written.
        gate: Option<Arc<Gate>>,
        then: Then,
    }

    #[derive(Default)]
    struct Gate {
        reached: Notify,
        open: Notify,
    }

    enum Then {
        Stay,
        Refuse,
        /// Break a rule that is checked when the transaction ends.
        BreakTheCommit,
    }

    #[async_trait]
    impl Write for Insert {
        type Answer = Vec<i64>;

        async fn run(&self, conn: &mut dyn Conn, _: &Statements) -> Result<Vec<i64>, StoreError> {
            let sql = |text| Sql::new(Dialect::Sqlite, text);
            let insert = sql("INSERT INTO t (n) VALUES ($1)");
            conn.execute(&insert, vec![self.n.into()]).await?;
            if let Some(gate) = &self.gate {
                gate.reached.notify_one();
                gate.open.notified().await;
            }
            let rows = conn
                .rows(&sql("SELECT n FROM t ORDER BY n"), vec![])
                .await?;
            match self.then {
                Then::Stay => {}
                Then::Refuse => return Err(StoreError::Conflict),
                Then::BreakTheCommit => {
                    let orphan = sql("INSERT INTO owned (id) VALUES (7)");
                    conn.execute(&orphan, vec![]).await?;
                }
            }
            Ok(rows.iter().map(|row| row.int(0).unwrap()).collect())
        }
    }

    fn insert(n: i64) -> Insert {
        Insert {
            n,
            gate: None,
            then: Then::Stay,
        }
    }

    struct Bench {
        engine: Arc<Grouped>,
        pool: SqlitePool,
        _database: TestDatabase,
    }

    impl Bench {
        async fn set_up() -> Self {
            let database = sqlite_file();
            let url = format!("{}?mode=rwc", database.url());
            let pool = SqlitePoolOptions::new().connect(&url).await.unwrap();
            sqlx::raw_sql(TABLES).execute(&pool).await.unwrap();
            Self {
                engine: Arc::new(Grouped::new(pool.clone(), pool.clone(), 64)),
                pool,
                _database: database,
            }
        }

        async fn hand_in(&self, write: Insert) -> oneshot::Receiver<Result<Vec<i64>, StoreError>> {
            let (job, answer) = Waited::new(write);
            self.engine.write(Box::new(job)).await;
            answer
        }

        async fn committed(&self) -> Vec<i64> {
            let rows = sqlx::query_scalar("SELECT n FROM t ORDER BY n");
            rows.fetch_all(&self.pool).await.unwrap()
        }
    }

    /// Holds the writer with row 0, hands in these writes meanwhile, and lets go.
    async fn one_group(
        bench: &Bench,
        writes: Vec<Insert>,
    ) -> Vec<oneshot::Receiver<Result<Vec<i64>, StoreError>>> {
        let gate = Arc::new(Gate::default());
        let first = Insert {
            gate: Some(Arc::clone(&gate)),
            ..insert(0)
        };
        let first = bench.hand_in(first).await;
        gate.reached.notified().await;
        let mut answers = vec![];
        for write in writes {
            answers.push(bench.hand_in(write).await);
        }
        gate.open.notify_one();
        assert_eq!(first.await.unwrap().unwrap(), [0]);
        answers
    }

    #[tokio::test]
    async fn what_waits_shares_a_commit_and_a_refusal_is_taken_back_alone() {
        let bench = Bench::set_up().await;
        let gate = Arc::new(Gate::default());
        let refused = Insert {
            then: Then::Refuse,
            ..insert(2)
        };
        let last = Insert {
            gate: Some(Arc::clone(&gate)),
            ..insert(3)
        };
        let answers = one_group(&bench, vec![insert(1), refused, last]).await;
        gate.reached.notified().await;
        // The group is still open: others see nothing of it.
        assert_eq!(bench.committed().await, [0]);
        gate.open.notify_one();
        let mut seen = vec![];
        for answer in answers {
            seen.push(answer.await.unwrap().ok());
        }
        assert_eq!(seen, [Some(vec![0, 1]), None, Some(vec![0, 1, 3])]);
        assert_eq!(bench.committed().await, [0, 1, 3]);
    }

    #[tokio::test]
    async fn when_the_commit_fails_all_of_the_group_is_told() {
        let bench = Bench::set_up().await;
        let breaks = Insert {
            then: Then::BreakTheCommit,
            ..insert(2)
        };
        let answers = one_group(&bench, vec![insert(1), breaks, insert(3)]).await;
        for answer in answers {
            let outcome = answer.await.unwrap();
            assert!(
                matches!(outcome, Err(StoreError::Backend(_))),
                "{outcome:?}"
            );
        }
        assert_eq!(bench.committed().await, [0]);
        let next = bench.hand_in(insert(4)).await.await.unwrap();
        assert_eq!(next.unwrap(), [0, 4]);
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_takes_nothing_back() {
        let bench = Bench::set_up().await;
        let answers = one_group(&bench, vec![insert(1), insert(2)]).await;
        drop(answers);
        bench
            .engine
            .write(Box::new(Barrier(oneshot::channel().0)))
            .await;
        let last = bench.hand_in(insert(3)).await.await.unwrap();
        assert_eq!(last.unwrap(), [0, 1, 2, 3]);
        bench.engine.close().await;
    }
}
