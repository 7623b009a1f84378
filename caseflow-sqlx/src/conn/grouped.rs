//! Group commit: many writes share one flush to the disk.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use caseflow_core::ports::store::StoreError;
use tokio::sync::{mpsc, oneshot};

use super::Job;

/// How many writes may wait for the writer before callers wait to hand theirs in.
const WAITING: usize = 1024;

/// What writes a group of jobs.
#[async_trait]
pub(super) trait Writer: Send {
    /// Runs all in one transaction, in which each can be taken back alone. An error takes all back.
    async fn write(&mut self, group: &mut [Box<dyn Job>]) -> Result<(), StoreError>;
}

/// Where writes wait for the one writer. It lives as long as its queue, so that a caller who goes
/// away does not take a group with it.
#[derive(Debug)]
pub(super) struct Queue {
    jobs: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
    ended: Mutex<Option<oneshot::Receiver<()>>>,
}

/// The writer's end of a queue.
pub(super) struct Waiting {
    jobs: mpsc::Receiver<Box<dyn Job>>,
    _ended: oneshot::Sender<()>,
}

impl Queue {
    pub(super) fn new() -> (Self, Waiting) {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let (ending, ended) = oneshot::channel();
        let queue = Self {
            jobs: Mutex::new(Some(jobs)),
            ended: Mutex::new(Some(ended)),
        };
        let waiting = Waiting {
            jobs: waiting,
            _ended: ending,
        };
        (queue, waiting)
    }

    pub(super) async fn hand_in(&self, job: Box<dyn Job>) {
        let jobs = locked(&self.jobs).clone();
        let refused = match jobs {
            Some(jobs) => jobs.send(job).await.err().map(|refused| refused.0),
            None => Some(job),
        };
        if let Some(job) = refused {
            job.answer(Some(StoreError::Backend("the writer has ended".into())));
        }
    }

    /// Takes no more; returns when what waits has been written and the writer is gone.
    pub(super) async fn end(&self) {
        drop(locked(&self.jobs).take());
        let ended = locked(&self.ended).take();
        if let Some(ended) = ended {
            // Never sent: dropped by the writer.
            ended.await.unwrap_or_default();
        }
    }
}

/// What waits while one group is being written is the next group. A write that comes alone after one
/// that came alone goes alone, and at once.
pub(super) async fn write_groups(mut writer: impl Writer, mut waiting: Waiting, most: usize) {
    let most = most.max(1);
    let mut group = Vec::with_capacity(most);
    let mut company = 1;
    while waiting.jobs.recv_many(&mut group, most).await > 0 {
        waiting.gather(&mut group, company).await;
        company = group.len();
        let lost = writer.write(&mut group).await.err().map(Arc::new);
        for job in group.drain(..) {
            job.answer(lost.as_ref().map(shared));
        }
    }
    drop(writer);
}

/// How often the writer lets others compute first, in the hope of company: some tens of microseconds
/// when there is nobody, a small part of what a flush takes.
const TURNS: usize = 64;

impl Waiting {
    /// Those who were answered together come back one after another, and the first of them would
    /// take a flush for itself: waits a little for as many as there were in the last group.
    async fn gather(&mut self, group: &mut Vec<Box<dyn Job>>, company: usize) {
        for _ in 0..TURNS {
            if group.len() >= company {
                break;
            }
            std::thread::yield_now();
            tokio::task::yield_now().await;
            while group.len() < company
                && let Ok(job) = self.jobs.try_recv()
            {
                group.push(job);
            }
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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

#[cfg(test)]
#[cfg(feature = "testing")]
mod tests {
    use std::sync::Arc;

    use sqlx::SqlitePool;
    use tokio::sync::Notify;

    use super::*;
    use crate::Options;
    use crate::conn::embedded::Embedded;
    use crate::conn::hosted::Hosted;
    use crate::conn::{Conn, Dialect, Engine, Sql};
    use crate::job::{Waited, Write};
    use crate::statements::Statements;
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
            let numbers = (0..rows.count()).map(|row| rows.number(row, 0).unwrap().unwrap());
            Ok(numbers.collect())
        }
    }

    fn insert(n: i64) -> Insert {
        Insert {
            n,
            gate: None,
            then: Then::Stay,
        }
    }

    type Answer = oneshot::Receiver<Result<Vec<i64>, StoreError>>;

    struct Bench {
        engine: Arc<dyn Engine>,
        /// Beside the engine.
        pool: SqlitePool,
        _database: TestDatabase,
    }

    /// One for each engine that groups.
    async fn benches() -> [Bench; 2] {
        let hosted = Bench::set_up(|_, pool| Arc::new(Hosted::new(pool, 64)));
        let embedded = Bench::set_up(|database, _| {
            Arc::new(Embedded::open(database.file(), Options::default()).unwrap())
        });
        [hosted.await, embedded.await]
    }

    impl Bench {
        async fn set_up(engine: impl FnOnce(&TestDatabase, SqlitePool) -> Arc<dyn Engine>) -> Self {
            let database = sqlite_file();
            let url = format!("{}?mode=rwc", database.url());
            let pool = SqlitePool::connect(&url).await.unwrap();
            sqlx::raw_sql(TABLES).execute(&pool).await.unwrap();
            Self {
                engine: engine(&database, pool.clone()),
                pool,
                _database: database,
            }
        }

        async fn hand_in(&self, write: Insert) -> Answer {
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
    async fn one_group(bench: &Bench, writes: Vec<Insert>) -> Vec<Answer> {
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
        for bench in benches().await {
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
    }

    #[tokio::test]
    async fn a_lone_refusal_leaves_nothing() {
        for bench in benches().await {
            let refused = Insert {
                then: Then::Refuse,
                ..insert(1)
            };
            let outcome = bench.hand_in(refused).await.await.unwrap();
            assert!(matches!(outcome, Err(StoreError::Conflict)), "{outcome:?}");
            assert_eq!(bench.committed().await, [0; 0]);
            let next = bench.hand_in(insert(2)).await.await.unwrap();
            assert_eq!(next.unwrap(), [2]);
        }
    }

    #[tokio::test]
    async fn when_the_commit_fails_all_of_the_group_is_told() {
        for bench in benches().await {
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
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_takes_nothing_back() {
        for bench in benches().await {
            let answers = one_group(&bench, vec![insert(1), insert(2)]).await;
            drop(answers);
            let last = bench.hand_in(insert(3)).await.await.unwrap();
            assert_eq!(last.unwrap(), [0, 1, 2, 3]);
        }
    }

    #[tokio::test]
    async fn what_was_handed_in_before_the_end_is_written_and_nothing_after() {
        for bench in benches().await {
            let answers = one_group(&bench, vec![insert(1), insert(2)]).await;
            let beside = SqlitePool::connect_with((*bench.pool.connect_options()).clone());
            let beside = beside.await.unwrap();
            bench.engine.close().await;
            for answer in answers {
                assert!(answer.await.unwrap().is_ok());
            }
            let late = bench.hand_in(insert(3)).await.await.unwrap();
            assert!(matches!(late, Err(StoreError::Backend(_))), "{late:?}");
            let rows = sqlx::query_scalar::<_, i64>("SELECT n FROM t ORDER BY n");
            assert_eq!(rows.fetch_all(&beside).await.unwrap(), [0, 1, 2]);
        }
    }
}
