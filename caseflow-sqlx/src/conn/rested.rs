//! Connections of a PostgreSQL pool that rest between two uses.
//!
//! The pool asks the server of every connection that comes back to it whether it still lives: a round
//! trip, which costs half as much as a look-up by key. Of those that rest here, it does so once a
//! second.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use caseflow_core::ports::store::StoreError;
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::store_error;

/// How long a connection may be away from the pool, or rest in it, before it is asked whether it
/// still lives: asking before each statement would double the round trips.
pub(super) const RESTED: Duration = Duration::from_secs(1);

/// A pool, and what rests beside it.
pub(super) struct Rested {
    pool: PgPool,
    /// As many connections are in use at once as the pool may have, so that nobody waits at the pool
    /// for one that rests here. None for a pool of the host's, at which others wait too: of that
    /// nothing rests.
    free: Option<Semaphore>,
    resting: Mutex<Vec<Away>>,
}

/// A connection that has left the pool.
struct Away {
    conn: PoolConnection<Postgres>,
    since: Instant,
}

/// A connection in use. Dropped before its end it goes back to the pool, which sees to what was left
/// undone on it.
pub(super) struct Held<'a> {
    away: Away,
    _permit: Option<SemaphorePermit<'a>>,
}

impl Rested {
    pub(super) fn of_host(pool: PgPool) -> Self {
        Self {
            pool,
            free: None,
            resting: Mutex::default(),
        }
    }

    /// Of a pool that nobody else uses.
    pub(super) fn own(pool: PgPool) -> Self {
        let connections = pool.options().get_max_connections();
        let mut own = Self::of_host(pool);
        own.free = Some(Semaphore::new(connections as usize));
        own
    }

    pub(super) async fn hold(&self) -> Result<Held<'_>, StoreError> {
        let permit = self.permit().await.map_err(store_error)?;
        // One that has been away for long goes back by being dropped.
        let resting = self.resting().pop();
        let away = match resting.filter(Away::is_fresh) {
            Some(away) => away,
            None => Away {
                conn: self.pool.acquire().await.map_err(store_error)?,
                since: Instant::now(),
            },
        };
        Ok(Held {
            away,
            _permit: permit,
        })
    }

    async fn permit(&self) -> Result<Option<SemaphorePermit<'_>>, sqlx::Error> {
        let Some(free) = &self.free else {
            return Ok(None);
        };
        let patience = self.pool.options().get_acquire_timeout();
        let permit = tokio::time::timeout(patience, free.acquire()).await;
        let permit = permit.map_err(|_| sqlx::Error::PoolTimedOut)?;
        permit.map(Some).map_err(|_| sqlx::Error::PoolClosed)
    }

    /// Lays down a connection on which nothing was left undone.
    pub(super) fn lay_down(&self, held: Held<'_>) {
        let mut resting = self.resting();
        let is_open = self.free.as_ref().is_some_and(|free| !free.is_closed());
        if is_open && held.away.is_fresh() {
            resting.push(held.away);
        }
    }

    pub(super) async fn close(&self) {
        if let Some(free) = &self.free {
            free.close();
        }
        self.resting().clear();
        self.pool.close().await;
    }

    fn resting(&self) -> MutexGuard<'_, Vec<Away>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Away {
    fn is_fresh(&self) -> bool {
        self.since.elapsed() < RESTED
    }
}

impl Held<'_> {
    pub(super) fn conn(&mut self) -> &mut PgConnection {
        &mut self.away.conn
    }
}

/// Without going back to the pool, for which a runtime would have to be there.
impl Drop for Rested {
    fn drop(&mut self) {
        for away in self.resting().drain(..) {
            drop(away.conn.detach());
        }
    }
}

impl fmt::Debug for Rested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rested").field(&self.pool).finish()
    }
}
