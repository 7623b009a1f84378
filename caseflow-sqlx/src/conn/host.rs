//! Writing inside a transaction that the host has open.

use async_trait::async_trait;
use caseflow_core::ports::store::StoreError;
use sqlx::Connection as _;

use super::{Dialect, Job, Live, commit_error, store_error};
use crate::statements::Statements;

/// A connection of the host on which it may have a transaction open. Implemented for the drivers'
/// own connections; nothing else can be one.
pub trait HostConnection: sealed::Host {}

impl<C: sealed::Host> HostConnection for C {}

pub(crate) mod sealed {
    use super::{Job, StoreError, async_trait};

    #[async_trait]
    pub trait Host: Send {
        #[expect(private_interfaces, reason = "sealed: called by this crate alone")]
        async fn write(&mut self, job: &mut dyn Job) -> Result<(), StoreError>;
    }
}

macro_rules! host {
    ($feature:literal, $connection:ident, $dialect:expr) => {
        #[cfg(feature = $feature)]
        #[async_trait]
        impl sealed::Host for sqlx::$connection {
            #[expect(private_interfaces, reason = "sealed: called by this crate alone")]
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
