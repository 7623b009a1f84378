//! Inside a transaction that the host has open.

use async_trait::async_trait;
use caseflow_core::ports::store::StoreError;
use sqlx::Connection as _;

use super::{Conn as _, Dialect, Job, Live, Rows, Sql, commit_error, store_error};
use crate::statements::Statements;
use crate::value::Value;

/// A connection of the host on which it may have a transaction open. Implemented for the drivers'
/// own connections; nothing else can be one.
pub trait HostConnection: sealed::Host {}

impl<C: sealed::Host> HostConnection for C {}

pub(crate) mod sealed {
    use super::{Dialect, Job, Rows, Sql, StoreError, Value, async_trait};

    #[async_trait]
    #[expect(private_interfaces, reason = "sealed: called by this crate alone")]
    pub trait Host: Send {
        const DIALECT: Dialect;

        async fn read(
            &mut self,
            sql: &Sql,
            values: Vec<Value>,
        ) -> Result<Box<dyn Rows>, StoreError>;

        async fn write(&mut self, job: &mut dyn Job) -> Result<(), StoreError>;
    }
}

macro_rules! host {
    ($feature:literal, $connection:ident, $dialect:expr) => {
        #[cfg(feature = $feature)]
        #[async_trait]
        #[expect(private_interfaces, reason = "sealed: called by this crate alone")]
        impl sealed::Host for sqlx::$connection {
            const DIALECT: Dialect = $dialect;

            async fn read(
                &mut self,
                sql: &Sql,
                values: Vec<Value>,
            ) -> Result<Box<dyn Rows>, StoreError> {
                let mut live = Live {
                    conn: self,
                    named: true,
                };
                live.rows(sql, values).await
            }

            async fn write(&mut self, job: &mut dyn Job) -> Result<(), StoreError> {
                // A savepoint when the host has a transaction open, a transaction when not.
                let mut inner = self.begin().await.map_err(store_error)?;
                let mut live = Live {
                    conn: &mut *inner,
                    named: true,
                };
                if job.run(&mut live, Statements::of($dialect)).await {
                    inner.commit().await.map_err(commit_error)
                } else {
                    inner.rollback().await.map_err(store_error)
                }
            }
        }
    };
}

host!("sqlite", SqliteConnection, Dialect::Sqlite);
host!("postgres", PgConnection, Dialect::Postgres);
