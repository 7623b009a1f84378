//! The store, and what all its parts use.

use std::sync::Arc;

use caseflow_core::domain::changes::Changes;
use caseflow_core::domain::id::FirmId;
use caseflow_core::ports::store::{Committed, StoreError};

use crate::conn::{Engine, HostConnection};
use crate::gathered::Gathered;
use crate::job::{Waited, Write};
use crate::read::{Answer, Stored};
use crate::statements::{Select, Statements};
use crate::value::Value;
use crate::writes::Commit;

/// A whole [`Store`](caseflow_core::ports::store::Store) in a SQL database.
#[derive(Debug)]
pub struct SqlxStore {
    pub(crate) engine: Arc<dyn Engine>,
    /// Where a statement is a round trip.
    pub(crate) gathered: Option<Gathered>,
}

impl SqlxStore {
    pub(crate) fn on(engine: Arc<dyn Engine>) -> Self {
        let gathered = engine.is_far().then(|| Gathered::at(Arc::clone(&engine)));
        Self { engine, gathered }
    }

    /// Commits inside the transaction that the host has open on `conn`, as a savepoint: it stays
    /// only if the host commits. A refusal leaves the host's transaction as it was. Without an open
    /// transaction it is one of its own. For a verb of the core, see [`within`](Self::within).
    ///
    /// # Errors
    /// As [`Writes::commit`](caseflow_core::ports::store::Writes::commit).
    pub async fn commit_on(
        conn: &mut impl HostConnection,
        firm: FirmId,
        changes: Changes,
    ) -> Result<Committed, StoreError> {
        let (mut job, answer) = Waited::new(Commit { firm, changes });
        let lost = conn.write(&mut job).await.err();
        crate::conn::Job::answer(Box::new(job), lost);
        answer.await.map_err(unanswered)?
    }

    /// Ends all connections, after what was handed in has been written.
    pub async fn close(&self) {
        self.engine.close().await;
    }

    pub(crate) fn sql(&self) -> &'static Statements {
        Statements::of(self.engine.dialect())
    }

    pub(crate) async fn read(
        &self,
        select: &Select,
        values: Vec<Value>,
    ) -> Result<Answer, StoreError> {
        let rows = self.engine.read(&select.sql, values).await?;
        Ok(Answer::new(rows, select.texts))
    }

    /// The only record that the statement answers, if it answers one.
    pub(crate) async fn find<S: Stored>(
        &self,
        select: &Select,
        values: Vec<Value>,
    ) -> Result<Option<S>, StoreError> {
        self.read(select, values).await?.one(0)
    }

    /// The records that the statement answers.
    pub(crate) async fn list<S: Stored>(
        &self,
        select: &Select,
        values: Vec<Value>,
    ) -> Result<Vec<S>, StoreError> {
        self.read(select, values).await?.many(0)
    }

    pub(crate) async fn write<W: Write>(&self, write: W) -> Result<W::Answer, StoreError> {
        let (job, answer) = Waited::new(write);
        self.engine.write(Box::new(job)).await;
        answer.await.map_err(unanswered)?
    }
}

/// The task that writes ended: the runtime is going down, and whether it was done is unknown.
fn unanswered(gone: tokio::sync::oneshot::error::RecvError) -> StoreError {
    StoreError::OutcomeUnknown(Box::new(gone))
}
