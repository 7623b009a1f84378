//! A whole store inside a transaction that the host has open.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Weak};

use async_trait::async_trait;
use caseflow_core::ports::store::StoreError;
use sqlx::{Database, Transaction};
use tokio::sync::Mutex;

use super::host::sealed::Host;
use super::{Dialect, Engine, HostConnection, Job, Rows, Sql};
use crate::SqlxStore;
use crate::operation::CopyError;
use crate::value::Value;

/// A transaction of the host's in which verbs of the core are at work: what they write stays only if
/// the host commits.
///
/// While this holds the transaction, [`store`](Self::store) is in it; [`release`](Self::release) gives
/// it back. Dropped, it is rolled back, however many hold the store.
pub struct HostTransaction<DB: Database> {
    held: Arc<Mutex<Transaction<'static, DB>>>,
    store: Arc<SqlxStore>,
}

/// Why a transaction cannot be given back: something is still at work in it. It is rolled back when
/// that is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a verb is still at work in the transaction: wait for it before it is released")]
pub struct StillAtWork;

impl SqlxStore {
    /// Holds a transaction that the host has open, so that verbs of the core are done in it, together
    /// with what the host writes itself.
    ///
    /// ```no_run
    /// use caseflow_core::domain::id::InvoiceId;
    /// use caseflow_core::{Ports, firm};
    /// use caseflow_sqlx::SqlxStore;
    ///
    /// # type Done = Result<(), Box<dyn std::error::Error>>;
    /// async fn bill(pool: &sqlx::PgPool, ports: &Ports, call: &firm::Call, id: InvoiceId) -> Done {
    ///     let mut transaction = pool.begin().await?;
    ///     sqlx::query("UPDATE jobs SET billed = true").execute(&mut *transaction).await?;
    ///     let within = SqlxStore::within(transaction);
    ///     let inside = Ports { store: within.store(), ..ports.clone() };
    ///     firm::invoices::issue(&inside, call, id, None).await?;
    ///     Ok(within.release()?.commit().await?)
    /// }
    /// ```
    ///
    /// Each commit of a verb is a savepoint, so that a refusal leaves the transaction as it was. Nothing
    /// is taken back that a verb asks of somebody else: what asks a payment provider (refunds; calling
    /// off, re-pricing or crediting an invoice that is being paid online) does not belong in here.
    ///
    /// Until the transaction ends, others who write to the same firm wait. On SQLite nobody else writes
    /// at all: begin with `begin_with("BEGIN IMMEDIATE")`, for a transaction that only reads at first
    /// cannot write once somebody else has. Through a PostgreSQL pooler that wants [`Pooling::Transaction`]
    /// the pool's options need `statement_cache_capacity(0)`.
    ///
    /// [`Pooling::Transaction`]: crate::Pooling::Transaction
    #[must_use]
    pub fn within<DB>(transaction: Transaction<'static, DB>) -> HostTransaction<DB>
    where
        DB: Database<Connection: HostConnection>,
    {
        let held = Arc::new(Mutex::new(transaction));
        let engine = Within(Arc::downgrade(&held));
        HostTransaction {
            held,
            store: Arc::new(Self::on(Arc::new(engine))),
        }
    }
}

impl<DB: Database> HostTransaction<DB> {
    /// The store in the transaction.
    #[must_use]
    pub fn store(&self) -> Arc<SqlxStore> {
        Arc::clone(&self.store)
    }

    /// Gives the transaction back. The store answers errors from now on.
    ///
    /// # Errors
    /// When a verb is still at work on another task.
    pub fn release(self) -> Result<Transaction<'static, DB>, StillAtWork> {
        let held = Arc::into_inner(self.held).ok_or(StillAtWork)?;
        Ok(held.into_inner())
    }
}

impl<DB: Database> fmt::Debug for HostTransaction<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostTransaction").finish_non_exhaustive()
    }
}

/// One connection, on which one statement runs after another.
struct Within<DB: Database>(Weak<Mutex<Transaction<'static, DB>>>);

impl<DB: Database> Within<DB> {
    fn held(&self) -> Result<Arc<Mutex<Transaction<'static, DB>>>, StoreError> {
        let held = self.0.upgrade();
        held.ok_or_else(|| StoreError::Backend("the host's transaction is over".into()))
    }
}

#[async_trait]
impl<DB: Database<Connection: Host>> Engine for Within<DB> {
    fn dialect(&self) -> Dialect {
        DB::Connection::DIALECT
    }

    async fn read(&self, sql: &Sql, values: Vec<Value>) -> Result<Box<dyn Rows>, StoreError> {
        let held = self.held()?;
        let mut transaction = held.lock().await;
        transaction.read(sql, values).await
    }

    async fn write(&self, mut job: Box<dyn Job>) {
        let lost = match self.held() {
            Ok(held) => held.lock().await.write(&mut *job).await.err(),
            Err(over) => Some(over),
        };
        job.answer(lost);
    }

    async fn copy_to(&self, _: &Path) -> Result<(), CopyError> {
        Err(CopyError::InTransaction)
    }

    /// The connection is the host's.
    async fn close(&self) {}
}

impl<DB: Database> fmt::Debug for Within<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Within")
    }
}
