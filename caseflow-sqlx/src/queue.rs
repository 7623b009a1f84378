//! The work queue.

use std::time::Duration;

use async_trait::async_trait;
use caseflow_core::domain::gateway_event::GatewayEvent;
use caseflow_core::domain::id::{ContractId, FirmId};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::{Lease, MoneyWork, Outcome, Queue, Settlement, StoreError};

use crate::SqlxStore;
use crate::conn::{Conn, Sql};
use crate::job::Write;
use crate::read::Answer;
use crate::records::mail::{Leased, OUTBOX};
use crate::statements::{Select, Statements, Texts};
use crate::value::{Value, text};

mod money;
mod seals;

use money::{MoneySql, TakeMoney};
use seals::{SealSql, TakeSeals};

/// After how long a count of tries is forgotten.
const THROTTLE_LIFE: Duration = Duration::from_secs(24 * 3600);

/// The statements.
#[derive(Debug)]
pub(crate) struct QueueSql {
    lease: Select,
    done: Sql,
    put_back: Sql,
    money: MoneySql,
    seals: SealSql,
    purge: [Sql; 5],
}

impl QueueSql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        let mail = OUTBOX.shape(OUTBOX.name);
        let mail = mail.text(format!("{}.firm_id", OUTBOX.name));
        let held = "firm_id = $1 AND id = $2 AND tries = $3 AND leased_until > $4";
        Self {
            // Picked before it is written, so that the limit holds whatever the plan is.
            lease: texts.returning(
                "WITH picked AS MATERIALIZED (SELECT x.firm_id AS firm, x.id AS mail \
                 FROM caseflow_outbox x WHERE x.due IS NOT NULL AND x.due <= $1 \
                 AND (x.leased_until IS NULL OR x.leased_until <= $1) \
                 ORDER BY x.due, x.id LIMIT CAST($3 AS {int}){skip}) \
                 UPDATE caseflow_outbox SET tries = tries + 1, leased_until = $2 \
                 FROM picked WHERE firm_id = picked.firm AND id = picked.mail",
                &mail,
            ),
            done: texts.sql(format!("DELETE FROM caseflow_outbox WHERE {held}")),
            put_back: texts.sql(format!(
                "UPDATE caseflow_outbox SET due = $5, setback = $6, leased_until = NULL, \
                 version = version + 1 WHERE {held}"
            )),
            money: MoneySql::new(texts),
            seals: SealSql::new(texts),
            purge: [
                "DELETE FROM caseflow_sessions WHERE expires_at <= $1 OR seen_at + idle <= $1",
                "DELETE FROM caseflow_links WHERE expires_at <= $1",
                "DELETE FROM caseflow_idempotency WHERE expires_at <= $1",
                "DELETE FROM caseflow_throttles WHERE last_at <= $1 AND blocked_until <= $2",
                "DELETE FROM caseflow_gateway_events WHERE due IS NULL AND received_at <= $1",
            ]
            .map(|text| texts.sql(text)),
        }
    }
}

#[async_trait]
impl Queue for SqlxStore {
    async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        max: u32,
    ) -> Result<Vec<Lease>, StoreError> {
        self.write(Take { now, until, max }).await
    }

    async fn settle(&self, now: Timestamp, settlements: &[Settlement]) -> Result<u64, StoreError> {
        let settlements = settlements.to_vec();
        self.write(Settle { now, settlements }).await
    }

    async fn lease_money(
        &self,
        now: Timestamp,
        until: Timestamp,
        max: u32,
    ) -> Result<Vec<MoneyWork>, StoreError> {
        self.write(TakeMoney { now, until, max }).await
    }

    async fn lease_seals(
        &self,
        now: Timestamp,
        until: Timestamp,
        max: u32,
    ) -> Result<Vec<(FirmId, ContractId)>, StoreError> {
        self.write(TakeSeals { now, until, max }).await
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.write(Purge { now }).await
    }
}

struct Take {
    now: Timestamp,
    until: Timestamp,
    max: u32,
}

#[async_trait]
impl Write for Take {
    type Answer = Vec<Lease>;

    async fn run(&self, conn: &mut dyn Conn, sql: &Statements) -> Result<Vec<Lease>, StoreError> {
        let values = vec![self.now.into(), self.until.into(), self.max.into()];
        let lease = &sql.queue.lease;
        let leased = Answer::new(conn.rows(&lease.sql, values).await?, lease.texts);
        let mut leased: Vec<Leased> = leased.many(0)?;
        leased.sort_by_key(|Leased { due, lease }| (*due, lease.mail.id, lease.firm));
        Ok(leased.into_iter().map(|leased| leased.lease).collect())
    }
}

struct Settle {
    now: Timestamp,
    settlements: Vec<Settlement>,
}

#[async_trait]
impl Write for Settle {
    type Answer = u64;

    async fn run(&self, conn: &mut dyn Conn, sql: &Statements) -> Result<u64, StoreError> {
        let mut counted = 0;
        for settlement in &self.settlements {
            let mut values = vec![
                text(settlement.firm),
                text(settlement.mail),
                settlement.tries.into(),
                self.now.into(),
            ];
            let sql = match settlement.outcome {
                Outcome::Done => &sql.queue.done,
                Outcome::Retry(at, setback) => {
                    values.extend([at.into(), text(setback.code())]);
                    &sql.queue.put_back
                }
                Outcome::Dead(setback) => {
                    values.extend([Value::Int(None), text(setback.code())]);
                    &sql.queue.put_back
                }
            };
            counted += conn.execute(sql, values).await?;
        }
        Ok(counted)
    }
}

struct Purge {
    now: Timestamp,
}

#[async_trait]
impl Write for Purge {
    type Answer = u64;

    async fn run(&self, conn: &mut dyn Conn, sql: &Statements) -> Result<u64, StoreError> {
        let [sessions, links, replays, throttles, events] = &sql.queue.purge;
        let mut gone = 0;
        for sql in [sessions, links, replays] {
            gone += conn.execute(sql, vec![self.now.into()]).await?;
        }
        let quiet = self.now.minus(THROTTLE_LIFE);
        let values = vec![quiet.into(), self.now.into()];
        gone += conn.execute(throttles, values).await?;
        let old = self.now.minus(GatewayEvent::KEPT);
        Ok(gone + conn.execute(events, vec![old.into()]).await?)
    }
}
