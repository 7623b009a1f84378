//! The seam between one SQL text and two engines. Only here, below this folder and in `migrations/`
//! is an engine named; everything else sees [`Conn`], [`Rows`] and [`Engine`].

use std::fmt;
use std::path::Path;
use std::sync::LazyLock;

use async_trait::async_trait;
use caseflow_core::ports::store::{Constraint, StoreError};
use sqlx::SqlStr;
use sqlx::error::{DatabaseError, ErrorKind};

use crate::operation::CopyError;
use crate::read::{Unknown, Unreadable};
use crate::statements::Statements;
use crate::value::Value;

#[cfg(feature = "sqlite")]
mod embedded;
#[cfg(feature = "sqlite")]
mod grouped;
mod host;
#[cfg(feature = "sqlite")]
mod hosted;
mod open;
#[cfg(feature = "postgres")]
mod pooled;
#[cfg(feature = "postgres")]
mod rested;
mod within;

pub use host::HostConnection;
pub use open::{ConnectError, Durability, Options, Pooling};
pub use within::{HostTransaction, StillAtWork};

/// An engine's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// What stands for each token in SQLite and in PostgreSQL.
const TOKENS: &[(&str, &str, &str)] = &[
    ("{int}", "INTEGER", "BIGINT"),
    // Ids, days and cursors compare by their bytes.
    ("{text}", "TEXT", "TEXT COLLATE \"C\""),
    ("{blob}", "BLOB", "BYTEA"),
    ("{strict}", " STRICT", ""),
    ("{array}", "json_group_array", "json_agg"),
    // The parts of a union need columns of one type.
    ("{no text}", "NULL", "CAST(NULL AS TEXT)"),
    ("{no number}", "NULL", "CAST(NULL AS BIGINT)"),
    ("{number}", "", "CAST("),
    ("{end number}", "", " AS BIGINT)"),
    ("{each}", "json_each(", "json_array_elements_text(CAST("),
    (
        "{end}",
        ") AS j",
        " AS JSON)) WITH ORDINALITY AS j(value, key)",
    ),
    // Bytes in an answer that has texts as well.
    ("{hex}", "hex(", "encode("),
    ("{end hex}", ")", ", 'hex')"),
    ("{lock}", "", " FOR UPDATE"),
    ("{skip}", "", " FOR UPDATE SKIP LOCKED"),
    // The engine's own list of tables, and its column of names.
    ("{tables}", "sqlite_schema", "pg_tables"),
    ("{table}", "name", "tablename"),
];

static SQLITE: LazyLock<Statements> = LazyLock::new(|| Statements::new(Dialect::Sqlite));
static POSTGRES: LazyLock<Statements> = LazyLock::new(|| Statements::new(Dialect::Postgres));

impl Dialect {
    /// Every statement in this engine's words, made once.
    pub(crate) fn statements(self) -> &'static Statements {
        match self {
            Self::Sqlite => &SQLITE,
            Self::Postgres => &POSTGRES,
        }
    }

    /// The text with every token in this engine's words.
    pub(crate) fn render(self, text: &str) -> String {
        TOKENS
            .iter()
            .fold(text.to_owned(), |text, (token, sqlite, postgres)| {
                text.replace(
                    token,
                    match self {
                        Self::Sqlite => sqlite,
                        Self::Postgres => postgres,
                    },
                )
            })
    }

    /// A statement's text: as [`render`](Self::render), with the places of its values. To SQLite
    /// `$2` is a name, counted when it is first met, and `?2` the second value.
    fn render_statement(self, text: &str) -> String {
        let text = self.render(text);
        match self {
            Self::Sqlite => text.replace('$', "?"),
            Self::Postgres => text,
        }
    }
}

/// One statement's text in the words of one engine.
#[derive(Debug, Clone)]
pub(crate) struct Sql(SqlStr);

impl Sql {
    pub(crate) fn new(dialect: Dialect, text: &str) -> Self {
        Self(sqlx::SqlSafeStr::into_sql_str(sqlx::AssertSqlSafe(
            dialect.render_statement(text),
        )))
    }

    /// The text as the engine gets it.
    #[cfg(any(feature = "sqlite", feature = "testing"))]
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// What a statement answers; only texts, numbers and bytes cross the seam.
pub(crate) trait Rows: Send {
    fn count(&self) -> usize;
    fn text(&self, row: usize, column: usize) -> Result<Option<&str>, Unreadable>;
    fn number(&self, row: usize, column: usize) -> Result<Option<i64>, Unreadable>;
    fn bytes(&self, row: usize, column: usize) -> Result<&[u8], Unreadable>;
}

/// A connection, inside a transaction when something is to be written.
#[async_trait]
pub(crate) trait Conn: Send {
    /// How many rows were written.
    async fn execute(&mut self, sql: &Sql, values: Vec<Value>) -> Result<u64, StoreError>;

    async fn rows(&mut self, sql: &Sql, values: Vec<Value>) -> Result<Box<dyn Rows>, StoreError>;

    /// Runs any number of statements that answer nothing.
    async fn script(&mut self, text: String) -> Result<(), StoreError>;

    /// Asks the engine to hold nothing back of what this transaction deletes, once that is over.
    fn erase(&mut self);

    /// Asks the engine to parse and plan the statement, without running it.
    #[cfg(feature = "testing")]
    async fn prepare(&mut self, sql: &Sql) -> Result<(), StoreError>;
}

/// What is to be written in one transaction, with somebody who waits for its answer.
#[async_trait]
pub(crate) trait Job: Send {
    /// Writes; answers whether what was written shall stay.
    async fn run(&mut self, conn: &mut dyn Conn, sql: &Statements) -> bool;

    /// Answers what `run` found, or why it was lost after it had run.
    fn answer(self: Box<Self>, lost: Option<StoreError>);
}

/// A database: one statement reads, one transaction writes.
#[async_trait]
pub(crate) trait Engine: fmt::Debug + Send + Sync {
    fn dialect(&self) -> Dialect;

    /// Whether a statement is a round trip to another process.
    fn is_far(&self) -> bool {
        false
    }

    async fn read(&self, sql: &Sql, values: Vec<Value>) -> Result<Box<dyn Rows>, StoreError>;

    /// Runs the job in a transaction, and has it answer when that is over.
    async fn write(&self, job: Box<dyn Job>);

    /// Writes the database as it is at one moment into a new file.
    async fn copy_to(&self, file: &Path) -> Result<(), CopyError>;

    async fn close(&self);
}

/// A connection of an engine that is ready for statements.
struct Live<'a, C> {
    conn: &'a mut C,
    /// Whether the engine keeps the statement for next time. Through a pooler that hands over the
    /// connection between two transactions it must not.
    named: bool,
}

macro_rules! engine {
    ($feature:literal, $engine:ident, $connection:ident, $row:ident, $arguments:path) => {
        #[cfg(feature = $feature)]
        impl Rows for Vec<sqlx::$engine::$row> {
            fn count(&self) -> usize {
                self.len()
            }

            fn text(&self, row: usize, column: usize) -> Result<Option<&str>, Unreadable> {
                let row = self.get(row).ok_or(Unknown("a row"))?;
                Ok(sqlx::Row::try_get(row, column)?)
            }

            fn number(&self, row: usize, column: usize) -> Result<Option<i64>, Unreadable> {
                let row = self.get(row).ok_or(Unknown("a row"))?;
                Ok(sqlx::Row::try_get(row, column)?)
            }

            fn bytes(&self, row: usize, column: usize) -> Result<&[u8], Unreadable> {
                let row = self.get(row).ok_or(Unknown("a row"))?;
                Ok(sqlx::Row::try_get(row, column)?)
            }
        }

        #[cfg(feature = $feature)]
        #[async_trait]
        impl Conn for Live<'_, sqlx::$connection> {
            async fn execute(&mut self, sql: &Sql, values: Vec<Value>) -> Result<u64, StoreError> {
                let mut arguments = <$arguments>::default();
                bind(&mut arguments, values)?;
                let query = sqlx::query_with(sql.0.clone(), arguments).persistent(self.named);
                let done = query.execute(&mut *self.conn).await.map_err(store_error)?;
                Ok(done.rows_affected())
            }

            async fn rows(
                &mut self,
                sql: &Sql,
                values: Vec<Value>,
            ) -> Result<Box<dyn Rows>, StoreError> {
                let mut arguments = <$arguments>::default();
                bind(&mut arguments, values)?;
                let query = sqlx::query_with(sql.0.clone(), arguments).persistent(self.named);
                let rows = query.fetch_all(&mut *self.conn).await;
                Ok(Box::new(rows.map_err(store_error)?))
            }

            async fn script(&mut self, text: String) -> Result<(), StoreError> {
                let script = sqlx::raw_sql(sqlx::AssertSqlSafe(text));
                let done = script.execute(&mut *self.conn).await;
                done.map(drop).map_err(store_error)
            }

            /// The log is the server's or the host's.
            fn erase(&mut self) {}

            #[cfg(feature = "testing")]
            async fn prepare(&mut self, sql: &Sql) -> Result<(), StoreError> {
                let prepared = sqlx::Executor::prepare(&mut *self.conn, sql.0.clone()).await;
                prepared.map(drop).map_err(store_error)
            }
        }
    };
}

engine!(
    "sqlite",
    sqlite,
    SqliteConnection,
    SqliteRow,
    sqlx::sqlite::SqliteArguments
);
engine!(
    "postgres",
    postgres,
    PgConnection,
    PgRow,
    sqlx::postgres::PgArguments
);

/// Writes a copy into a file that is not there yet. Nothing that was deleted is in it.
#[cfg(feature = "sqlite")]
const COPY: &str = "VACUUM INTO ?1";

#[cfg(feature = "sqlite")]
fn not_copied(error: impl Into<Unreadable>) -> CopyError {
    CopyError::Backend(error.into())
}

#[cfg(feature = "sqlite")]
fn as_text(file: &Path) -> Result<&str, CopyError> {
    file.to_str()
        .ok_or_else(|| not_copied("the path of the copy is no UTF-8"))
}

fn bind<A>(arguments: &mut A, values: Vec<Value>) -> Result<(), StoreError>
where
    A: sqlx::Arguments,
    Option<i64>: sqlx::Type<A::Database> + for<'q> sqlx::Encode<'q, A::Database>,
    Option<String>: sqlx::Type<A::Database> + for<'q> sqlx::Encode<'q, A::Database>,
    Vec<u8>: sqlx::Type<A::Database> + for<'q> sqlx::Encode<'q, A::Database>,
{
    for value in values {
        match value {
            Value::Int(number) => arguments.add(number),
            Value::Text(text) => arguments.add(text),
            Value::Bytes(bytes) => arguments.add(bytes),
        }
        .map_err(StoreError::Backend)?;
    }
    Ok(())
}

/// What an engine's error means to the core.
fn store_error(error: sqlx::Error) -> StoreError {
    let Some(database) = error.as_database_error() else {
        return StoreError::Backend(Box::new(error));
    };
    if is_conflict(database) {
        return StoreError::Conflict;
    }
    match database.kind() {
        ErrorKind::UniqueViolation => StoreError::AlreadyExists(constraint(
            database.constraint().unwrap_or(database.message()),
        )),
        ErrorKind::ForeignKeyViolation => StoreError::MissingReference,
        _ => StoreError::Backend(Box::new(error)),
    }
}

/// What an error while a transaction is being confirmed means: without an answer of the engine
/// nobody knows whether it was done.
fn commit_error(error: sqlx::Error) -> StoreError {
    match error.as_database_error() {
        Some(answer) if !is_disk_error(answer) => store_error(error),
        _ => StoreError::OutcomeUnknown(Box::new(error)),
    }
}

/// Serialisation failure or deadlock.
fn is_conflict(error: &dyn DatabaseError) -> bool {
    matches!(error.code().as_deref(), Some("40001" | "40P01"))
}

/// SQLite's `SQLITE_IOERR` in any of its forms.
fn is_disk_error(error: &dyn DatabaseError) -> bool {
    let code = error.code().and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| code < 10_000 && code & 0xff == 10)
}

/// Whose breach an engine tells by which name: PostgreSQL by the index's, SQLite by columns' that no
/// later constraint of the table has.
const CONSTRAINTS: &[(&str, &str, Constraint)] = &[
    (
        "caseflow_contacts_client",
        "caseflow_contacts.client_id, caseflow_contacts.id",
        Constraint::Identity,
    ),
    (
        "caseflow_contacts_email",
        "caseflow_contacts.email_key",
        Constraint::ContactEmail,
    ),
    (
        "caseflow_contacts_primary",
        "caseflow_contacts.client_id",
        Constraint::PrimaryContact,
    ),
    (
        "caseflow_attempts_live",
        "caseflow_attempts.invoice_id",
        Constraint::LiveAttempt,
    ),
    (
        "caseflow_attempts_checkout",
        "caseflow_attempts.reference",
        Constraint::Checkout,
    ),
    (
        "caseflow_payments_charge",
        "caseflow_payments.txn",
        Constraint::Charge,
    ),
    (
        "caseflow_reversals_txn",
        "caseflow_reversals.txn",
        Constraint::Reversal,
    ),
    (
        "caseflow_signatures_contract",
        "caseflow_signatures.contract_id",
        Constraint::Signature,
    ),
    (
        "caseflow_articles_slug",
        "caseflow_articles.slug",
        Constraint::ArticleSlug,
    ),
];

/// The constraint that an engine's words name; the keys and secrets have none of their own.
fn constraint(broken: &str) -> Constraint {
    CONSTRAINTS
        .iter()
        .find(|(index, column, _)| broken.contains(index) || broken.contains(column))
        .map_or(Constraint::Identity, |(_, _, constraint)| *constraint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_is_left_in_a_rendered_text() {
        let all: String = TOKENS.iter().map(|(token, ..)| *token).collect();
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            assert!(!dialect.render(&all).contains('{'));
        }
    }
}
