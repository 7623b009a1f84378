//! SQLite in a file of our own, without a hand-over between threads: a read runs where its caller
//! runs, and the writer has one thread for all statements of a group.
//!
//! sqlx gives each SQLite connection a thread, and hands statements and rows across; that costs
//! several times what the statements of a page cost themselves. Here every future is ready when it
//! is first polled.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use caseflow_core::ports::store::StoreError;
use rusqlite::ffi::ErrorCode;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, OpenFlags, ToSql};

use super::grouped::{Queue, Writer, write_groups};
use super::{
    COPY, Conn, Dialect, Durability, Engine, Job, Options, Rows, Sql, as_text, constraint,
    not_copied,
};
use crate::operation::CopyError;
use crate::read::Unreadable;
use crate::statements::Statements;
use crate::value::Value;

mod table;

use table::Table;

/// How many statements a connection keeps prepared: more than the store has.
const STATEMENTS: usize = 512;

/// How long a statement waits for another program that writes the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long the writer waits for readers that need the log, when that is to be emptied.
const LITTLE_PATIENCE: Duration = Duration::from_millis(100);

/// A file, opened by us alone.
#[derive(Debug)]
pub(super) struct Embedded {
    file: PathBuf,
    readers: Readers,
    queue: Queue,
}

impl Embedded {
    /// Makes the file when there is none.
    pub(super) fn open(file: &Path, options: Options) -> Result<Self, Unreadable> {
        let writer = OwnThread {
            conn: writer(file, options.durability)?,
            erase: false,
        };
        let readers = Readers::open(file, options)?;
        let (queue, waiting) = Queue::new();
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        std::thread::Builder::new()
            .name("caseflow-writer".into())
            .spawn(move || runtime.block_on(write_groups(writer, waiting, options.group)))?;
        Ok(Self {
            file: file.to_owned(),
            readers,
            queue,
        })
    }
}

#[async_trait]
impl Engine for Embedded {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    async fn read(&self, sql: &Sql, values: Vec<Value>) -> Result<Box<dyn Rows>, StoreError> {
        match &*self.readers.any() {
            Some(conn) => rows(conn, sql, &values),
            None => Err(StoreError::Backend("the database is closed".into())),
        }
    }

    async fn write(&self, job: Box<dyn Job>) {
        self.queue.hand_in(job).await;
    }

    /// By a connection and on a thread of its own: it takes as long as the file is large.
    async fn copy_to(&self, file: &Path) -> Result<(), CopyError> {
        let (from, to) = (self.file.clone(), as_text(file)?.to_owned());
        let copy = move || {
            let conn = reader(&from, Durability::Full)?;
            conn.execute(COPY, [to]).map(drop)
        };
        let copied = tokio::task::spawn_blocking(copy).await;
        copied.map_err(not_copied)?.map_err(not_copied)
    }

    /// The writer goes last: only it can move what is in the log into the file.
    async fn close(&self) {
        self.readers.close();
        self.queue.end().await;
    }
}

/// A connection that only reads, until it is closed.
type Reader = Mutex<Option<Connection>>;

/// As many as callers compute at once, so that one is waited for at most as long as another one's
/// statement runs.
#[derive(Debug)]
struct Readers {
    first: Reader,
    more: Vec<Reader>,
}

impl Readers {
    fn open(file: &Path, options: Options) -> Result<Self, rusqlite::Error> {
        let one = || reader(file, options.durability).map(|conn| Mutex::new(Some(conn)));
        Ok(Self {
            first: one()?,
            more: (1..options.readers)
                .map(|_| one())
                .collect::<Result<_, _>>()?,
        })
    }

    fn all(&self) -> impl Iterator<Item = &Reader> {
        std::iter::once(&self.first).chain(&self.more)
    }

    /// One that is free, or else the first when it becomes so.
    fn any(&self) -> MutexGuard<'_, Option<Connection>> {
        let free = self.all().find_map(|reader| reader.try_lock().ok());
        free.unwrap_or_else(|| locked(&self.first))
    }

    fn close(&self) {
        for reader in self.all() {
            drop(locked(reader).take());
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn writer(file: &Path, durability: Durability) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = open(file, flags)?;
    // Moving the log into the file costs as much for a page that was written once as for one that
    // was written a hundred times: 16 MB of it make that rare.
    conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 4096")?;
    // What is deleted is overwritten with zeros. Most of it lies in pages that are written anyway;
    // what costs more is a page that becomes free, which is written once more.
    conn.execute_batch("PRAGMA secure_delete = ON")?;
    dress(conn, durability)
}

fn reader(file: &Path, durability: Durability) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = open(file, flags)?;
    // All of the file that SQLite will map, which is 2 GB.
    conn.execute_batch("PRAGMA mmap_size = 2147418112")?;
    dress(conn, durability)
}

fn open(file: &Path, flags: OpenFlags) -> Result<Connection, rusqlite::Error> {
    let conn = Connection::open_with_flags(file, flags)?;
    conn.busy_timeout(PATIENCE)?;
    Ok(conn)
}

fn dress(conn: Connection, durability: Durability) -> Result<Connection, rusqlite::Error> {
    conn.execute_batch(match durability {
        Durability::Full => "PRAGMA synchronous = FULL",
        Durability::Normal => "PRAGMA synchronous = NORMAL",
    })?;
    // What a savepoint may have to restore stays in memory too.
    conn.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY",
    )?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(conn)
}

/// The writer's connection. The planner's figures are brought up to date when it goes.
struct OwnThread {
    conn: Connection,
    /// Whether the log holds something that was deleted and shall not be found there.
    erase: bool,
}

impl OwnThread {
    /// Moves the log into the file and cuts it off. While a reader needs it, it is left for after the
    /// next write.
    fn empty_log(&mut self) -> Result<(), rusqlite::Error> {
        const EMPTY: &str = "PRAGMA wal_checkpoint(TRUNCATE)";
        self.conn.busy_timeout(LITTLE_PATIENCE)?;
        let busy: Result<i64, _> = self.conn.query_row(EMPTY, [], |row| row.get(0));
        self.erase = !matches!(busy, Ok(0));
        self.conn.busy_timeout(PATIENCE)
    }
}

impl Drop for OwnThread {
    fn drop(&mut self) {
        // Figures that are not fresh only make a plan slower.
        self.conn
            .execute_batch("PRAGMA optimize")
            .unwrap_or_default();
    }
}

#[async_trait]
impl Writer for OwnThread {
    async fn write(&mut self, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        let outcome = transaction(self, group).await;
        if !self.conn.is_autocommit() {
            run(&self.conn, "ROLLBACK").map_err(store_error)?;
        }
        if self.erase {
            // What was written is written, whatever becomes of the log.
            self.empty_log().unwrap_or_default();
        }
        outcome
    }
}

/// Left open when something fails, or when a lone job wants it taken back.
async fn transaction(writer: &mut OwnThread, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    run(&writer.conn, "BEGIN IMMEDIATE").map_err(store_error)?;
    if let [job] = group {
        let sql = Statements::of(Dialect::Sqlite);
        if !job.run(&mut Live(writer), sql).await {
            return Ok(());
        }
    } else {
        for job in group {
            in_savepoint(writer, &mut **job)
                .await
                .map_err(store_error)?;
        }
    }
    run(&writer.conn, "COMMIT").map_err(commit_error)
}

/// A refused write is taken back alone. When that fails, SQLite has given the whole transaction up,
/// and the group is lost.
async fn in_savepoint(writer: &mut OwnThread, job: &mut dyn Job) -> Result<(), rusqlite::Error> {
    run(&writer.conn, "SAVEPOINT one")?;
    let sql = Statements::of(Dialect::Sqlite);
    if !job.run(&mut Live(writer), sql).await {
        run(&writer.conn, "ROLLBACK TO one")?;
    }
    run(&writer.conn, "RELEASE one")
}

fn run(conn: &Connection, text: &str) -> Result<(), rusqlite::Error> {
    conn.prepare_cached(text)?.raw_execute().map(drop)
}

struct Live<'a>(&'a mut OwnThread);

#[async_trait]
impl Conn for Live<'_> {
    async fn execute(&mut self, sql: &Sql, values: Vec<Value>) -> Result<u64, StoreError> {
        let statement = prepared(&self.0.conn, sql, &values);
        let written = statement.and_then(|mut statement| statement.raw_execute());
        written.map(|rows| rows as u64).map_err(store_error)
    }

    async fn rows(&mut self, sql: &Sql, values: Vec<Value>) -> Result<Box<dyn Rows>, StoreError> {
        rows(&self.0.conn, sql, &values)
    }

    async fn script(&mut self, text: String) -> Result<(), StoreError> {
        self.0.conn.execute_batch(&text).map_err(store_error)
    }

    fn erase(&mut self) {
        self.0.erase = true;
    }

    #[cfg(feature = "testing")]
    async fn prepare(&mut self, sql: &Sql) -> Result<(), StoreError> {
        prepared(&self.0.conn, sql, &[])
            .map(drop)
            .map_err(store_error)
    }
}

/// The statement with its values in place.
fn prepared<'c>(
    conn: &'c Connection,
    sql: &Sql,
    values: &[Value],
) -> Result<CachedStatement<'c>, rusqlite::Error> {
    let mut statement = conn.prepare_cached(sql.as_str())?;
    for (place, value) in (1..).zip(values) {
        statement.raw_bind_parameter(place, value)?;
    }
    Ok(statement)
}

fn rows(conn: &Connection, sql: &Sql, values: &[Value]) -> Result<Box<dyn Rows>, StoreError> {
    let mut statement = prepared(conn, sql, values).map_err(store_error)?;
    let mut found = Table::of(statement.column_count());
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(store_error)? {
        found.add(row).map_err(store_error)?;
    }
    Ok(Box::new(found))
}

impl ToSql for Value {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>, rusqlite::Error> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Int(Some(number)) => ValueRef::Integer(*number),
            Self::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Int(None) | Self::Text(None) => ValueRef::Null,
        }))
    }
}

/// What SQLite's error means to the core (its [result codes](https://sqlite.org/rescode.html)).
fn store_error(error: rusqlite::Error) -> StoreError {
    use rusqlite::ffi::{
        SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE,
    };
    match &error {
        rusqlite::Error::SqliteFailure(code, message) => match code.extended_code {
            SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_UNIQUE => {
                StoreError::AlreadyExists(constraint(message.as_deref().unwrap_or_default()))
            }
            SQLITE_CONSTRAINT_FOREIGNKEY => StoreError::MissingReference,
            _ => StoreError::Backend(Box::new(error)),
        },
        _ => StoreError::Backend(Box::new(error)),
    }
}

/// What an error of a `COMMIT` means: after a failure of the disk nobody knows whether it was done.
fn commit_error(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure) => StoreError::OutcomeUnknown(Box::new(error)),
        _ => store_error(error),
    }
}

#[cfg(test)]
#[cfg(feature = "testing")]
mod tests {
    use super::*;
    use crate::testing::{TestDatabase, sqlite_file};

    fn pragma(conn: &Connection, name: &str) -> String {
        let sql = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
        conn.query_row(&sql, [], |row| row.get(0)).unwrap()
    }

    fn opened(durability: Durability) -> (Connection, TestDatabase) {
        let database = sqlite_file();
        (writer(database.file(), durability).unwrap(), database)
    }

    #[test]
    fn a_commit_waits_for_the_disk_and_keys_are_checked() {
        let (conn, _database) = opened(Durability::Full);
        assert_eq!(pragma(&conn, "journal_mode"), "wal");
        assert_eq!(pragma(&conn, "synchronous"), "2");
        assert_eq!(pragma(&conn, "foreign_keys"), "1");
        assert_eq!(pragma(&conn, "secure_delete"), "1");
        let (conn, _database) = opened(Durability::Normal);
        assert_eq!(pragma(&conn, "synchronous"), "1");
    }

    #[test]
    fn a_reader_cannot_write() {
        let (_writer, database) = opened(Durability::Full);
        let conn = reader(database.file(), Durability::Full).unwrap();
        assert!(conn.execute("CREATE TABLE t (a)", []).is_err());
    }

    #[test]
    fn the_log_is_emptied_once_no_reader_needs_it() {
        let (conn, database) = opened(Durability::Full);
        let mut writer = OwnThread { conn, erase: true };
        let table = "CREATE TABLE t (a); INSERT INTO t VALUES (1)";
        writer.conn.execute_batch(table).unwrap();
        let reader = reader(database.file(), Durability::Full).unwrap();
        let read = |what| reader.query_row(what, [], |row| row.get::<_, i64>(0));
        reader.execute_batch("BEGIN").unwrap();
        assert_eq!(read("SELECT a FROM t"), Ok(1));
        let log = format!("{}-wal", database.file().display());
        let length = || std::fs::metadata(&log).unwrap().len();
        writer.empty_log().unwrap();
        assert!(writer.erase && length() > 0);
        reader.execute_batch("COMMIT").unwrap();
        writer.empty_log().unwrap();
        assert!(!writer.erase && length() == 0);
        assert_eq!(read("SELECT a FROM t"), Ok(1));
    }

    #[test]
    fn whoever_finds_all_readers_taken_waits_for_one() {
        let (_writer, database) = opened(Durability::Full);
        let options = Options {
            readers: 2,
            ..Options::default()
        };
        let readers = Readers::open(database.file(), options).unwrap();
        let (one, another) = (readers.any(), readers.any());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| readers.any().is_some());
            drop((one, another));
            assert!(waiting.join().unwrap());
        });
        readers.close();
        assert!(readers.any().is_none());
    }
}
