//! A pool of connections that each read and write: PostgreSQL.

use std::path::Path;

use async_trait::async_trait;
use caseflow_core::ports::store::StoreError;
use sqlx::{Connection as _, PgConnection};

use super::rested::Rested;
use super::{Conn as _, Dialect, Engine, Job, Live, Pooling, Rows, Sql, commit_error, store_error};
use crate::operation::CopyError;
use crate::statements::Statements;
use crate::value::Value;

/// READ COMMITTED, a transaction a write; a read is a statement on its own.
#[derive(Debug)]
pub(super) struct Pooled {
    pub(super) conns: Rested,
    pub(super) pooling: Pooling,
}

#[async_trait]
impl Engine for Pooled {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn is_far(&self) -> bool {
        true
    }

    async fn read(&self, sql: &Sql, values: Vec<Value>) -> Result<Box<dyn Rows>, StoreError> {
        let mut held = self.conns.hold().await?;
        let rows = match self.pooling {
            Pooling::Session => self.live(held.conn()).rows(sql, values).await?,
            Pooling::Transaction => {
                let mut transaction = held.conn().begin().await.map_err(store_error)?;
                let rows = self.live(&mut transaction).rows(sql, values).await?;
                transaction.commit().await.map_err(store_error)?;
                rows
            }
        };
        self.conns.lay_down(held);
        Ok(rows)
    }

    async fn write(&self, mut job: Box<dyn Job>) {
        let lost = self.transaction(&mut *job).await.err();
        job.answer(lost);
    }

    async fn copy_to(&self, _: &Path) -> Result<(), CopyError> {
        Err(CopyError::OnServer)
    }

    async fn close(&self) {
        self.conns.close().await;
    }
}

impl Pooled {
    async fn transaction(&self, job: &mut dyn Job) -> Result<(), StoreError> {
        let mut held = self.conns.hold().await?;
        let mut transaction = held.conn().begin().await.map_err(store_error)?;
        let sql = Statements::of(Dialect::Postgres);
        if job.run(&mut self.live(&mut transaction), sql).await {
            transaction.commit().await.map_err(commit_error)?;
            self.conns.lay_down(held);
        } else {
            // The refusal has been noted; a failed rollback ends with the connection.
            transaction.rollback().await.unwrap_or_default();
        }
        Ok(())
    }

    fn live<'a>(&self, conn: &'a mut PgConnection) -> Live<'a, PgConnection> {
        Live {
            conn,
            named: self.pooling == Pooling::Session,
        }
    }
}
