//! What the operator of a program asks of its database, beside what the store's port answers.

use std::path::Path;

use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::StoreError;

use crate::SqlxStore;
use crate::read::{Cells, Stored, Unreadable, corrupt};
use crate::statements::{Select, Texts};
use crate::table::Shape;

/// What waits to be done, in all firms together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backlog {
    /// Mails that could have left by now.
    pub mails: u64,
    /// Since when the oldest of them could have left.
    pub oldest_mail: Option<Timestamp>,
    /// Mails that were given up.
    pub dead_letters: u64,
    /// Signed copies that are not sealed yet.
    pub seals: u64,
    /// When the oldest of them was signed.
    pub oldest_seal: Option<Timestamp>,
}

/// Why a database was not copied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopyError {
    /// It lies on a server.
    #[error("a database on a server is copied by the server's own tools")]
    OnServer,
    /// The store is in a transaction that the host has open.
    #[error(
        "a database is not copied from inside an open transaction: ask the store outside of it"
    )]
    InTransaction,
    /// The engine refused.
    #[error("the database cannot be copied")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl SqlxStore {
    /// Writes a copy of the database, as it is at one moment, into a new file, while others go on
    /// reading and writing. What was deleted is not in it. The file is not yet on the disk for good
    /// (`fsync`).
    ///
    /// # Errors
    /// When the database is not a file, or the copy cannot be written.
    pub async fn copy_to(&self, file: &Path) -> Result<(), CopyError> {
        self.engine.copy_to(file).await
    }

    /// Whether [`migrate`](Self::migrate) has ever run in this database.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_tables(&self) -> Result<bool, StoreError> {
        let tables: Option<Count> = self.find(&self.sql().operation.tables, vec![]).await?;
        Ok(tables.is_some_and(|Count(tables)| tables > 0))
    }

    /// What waits to be done at `now`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn backlog(&self, now: Timestamp) -> Result<Backlog, StoreError> {
        let backlog = &self.sql().operation.backlog;
        let found = self.find(backlog, vec![now.into()]).await?;
        found.ok_or_else(|| corrupt("the backlog is not known"))
    }
}

/// The statements.
#[derive(Debug)]
pub(crate) struct OperationSql {
    tables: Select,
    backlog: Select,
}

impl OperationSql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        let tables = Shape::default().number("COUNT(*)");
        Self {
            tables: texts.one(
                tables,
                "FROM {tables} t WHERE t.{table} = 'caseflow_migrations'",
            ),
            backlog: texts.one(backlog(), ""),
        }
    }
}

/// Every firm's, each by an index of what waits.
fn backlog() -> Shape {
    let waits = "FROM caseflow_outbox x WHERE x.due IS NOT NULL AND x.not_before <= $1";
    let dead = "FROM caseflow_outbox x WHERE x.due IS NULL AND x.firm_id > ''";
    let seals = "FROM caseflow_contracts x WHERE x.seal_due IS NOT NULL";
    Shape::default()
        .number(format!("(SELECT COUNT(*) {waits})"))
        .number(format!("(SELECT MIN(x.not_before) {waits})"))
        .number(format!("(SELECT COUNT(*) {dead})"))
        .number(format!("(SELECT COUNT(*) {seals})"))
        .number(format!("(SELECT MIN(x.signed_at) {seals})"))
}

struct Count(i64);

impl Stored for Count {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self(cells.number()?))
    }
}

impl Stored for Backlog {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            mails: cells.count()?,
            oldest_mail: cells.maybe_time()?,
            dead_letters: cells.count()?,
            seals: cells.count()?,
            oldest_seal: cells.maybe_time()?,
        })
    }
}
