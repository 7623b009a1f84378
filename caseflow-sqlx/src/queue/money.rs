//! Work about money: notices that came in, attempts and refunds that are to be asked about.

use async_trait::async_trait;
use caseflow_core::domain::id::{AttemptId, FirmId, InvoiceId, RefundId};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::{MoneyTask, MoneyWork, StoreError};

use crate::conn::{Conn, Sql};
use crate::job::Write;
use crate::read::{Answer, Cells, Stored, Unreadable};
use crate::records::attempt::ATTEMPTS;
use crate::records::gateway_event::{GATEWAY_EVENTS, Kept};
use crate::records::refund::REFUNDS;
use crate::statements::{Select, Statements, Texts};
use crate::table::Shape;
use crate::value::{Value, text};

/// The statements.
#[derive(Debug)]
pub(crate) struct MoneySql {
    events: Kind,
    attempts: Kind,
    refunds: Kind,
}

/// A kind of work.
#[derive(Debug)]
struct Kind {
    /// At most `$2` of what is due at `$1`.
    due: Select,
    /// Makes one of them due at `$2`. `$1` is the firm, then comes its key.
    postpone: Sql,
}

impl MoneySql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        let event = Shape::of("x", &["firm_id"], &[]).and(GATEWAY_EVENTS.shape("x"));
        Self {
            events: Kind {
                due: texts.one(event, &due(GATEWAY_EVENTS.name, "due", "event_id")),
                postpone: texts.sql(
                    "UPDATE caseflow_gateway_events SET due = $2, tries = tries + 1 \
                     WHERE firm_id = $1 AND merchant = $3 AND event_id = $4",
                ),
            },
            attempts: Kind::of_checks(texts, ATTEMPTS.name),
            refunds: Kind::of_checks(texts, REFUNDS.name),
        }
    }
}

impl Kind {
    /// What has a `next_check`.
    fn of_checks(texts: &mut Texts, table: &str) -> Self {
        let shape = Shape::of("x", &["firm_id", "id", "invoice_id"], &[]);
        Self {
            due: texts.one(shape, &due(table, "next_check", "id")),
            postpone: texts.sql(format!(
                "UPDATE {table} SET next_check = $2 WHERE firm_id = $1 AND id = $3"
            )),
        }
    }
}

/// What another worker takes at this moment is left to it.
pub(super) fn due(table: &str, when: &str, name: &str) -> String {
    format!(
        "FROM {table} x WHERE x.{when} IS NOT NULL AND x.{when} <= $1 \
         ORDER BY x.{when}, x.{name} LIMIT CAST($2 AS {{int}}){{skip}}"
    )
}

/// Takes work of each kind. Picked and postponed in one transaction: whoever else picks meanwhile
/// skips what is held, and afterwards finds it due later.
pub(super) struct TakeMoney {
    pub(super) now: Timestamp,
    pub(super) until: Timestamp,
    pub(super) max: u32,
}

#[async_trait]
impl Write for TakeMoney {
    type Answer = Vec<MoneyWork>;

    async fn run(
        &self,
        conn: &mut dyn Conn,
        sql: &Statements,
    ) -> Result<Vec<MoneyWork>, StoreError> {
        let money = &sql.queue.money;
        let mut work = self.take::<DueEvent>(conn, &money.events).await?;
        work.extend(self.take::<DueAttempt>(conn, &money.attempts).await?);
        work.extend(self.take::<DueRefund>(conn, &money.refunds).await?);
        Ok(work)
    }
}

impl TakeMoney {
    async fn take<D: Stored + Into<MoneyWork>>(
        &self,
        conn: &mut dyn Conn,
        kind: &Kind,
    ) -> Result<Vec<MoneyWork>, StoreError> {
        let values = vec![self.now.into(), self.max.into()];
        let due = Answer::new(conn.rows(&kind.due.sql, values).await?, kind.due.texts);
        let due = due.many::<D>(0)?.into_iter();
        let work: Vec<MoneyWork> = due.map(Into::into).collect();
        for MoneyWork { firm, task } in &work {
            let mut values = vec![text(firm), self.until.into()];
            values.extend(key(task));
            conn.execute(&kind.postpone, values).await?;
        }
        Ok(work)
    }
}

/// The key of what the task is about, beside the firm.
fn key(task: &MoneyTask) -> Vec<Value> {
    match task {
        MoneyTask::Event { event, .. } => vec![text(&event.merchant), text(&event.event)],
        MoneyTask::Attempt(id, _) => vec![text(id)],
        MoneyTask::Refund(id, _) => vec![text(id)],
    }
}

struct DueEvent(FirmId, Kept);

impl Stored for DueEvent {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self(cells.parse()?, Stored::read(cells)?))
    }
}

impl From<DueEvent> for MoneyWork {
    fn from(DueEvent(firm, Kept { event, tries }): DueEvent) -> Self {
        let tries = tries.saturating_add(1);
        let task = MoneyTask::Event { event, tries };
        Self { firm, task }
    }
}

struct DueAttempt(FirmId, AttemptId, InvoiceId);

impl Stored for DueAttempt {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self(cells.parse()?, cells.parse()?, cells.parse()?))
    }
}

impl From<DueAttempt> for MoneyWork {
    fn from(DueAttempt(firm, id, invoice): DueAttempt) -> Self {
        let task = MoneyTask::Attempt(id, invoice);
        Self { firm, task }
    }
}

struct DueRefund(FirmId, RefundId, InvoiceId);

impl Stored for DueRefund {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self(cells.parse()?, cells.parse()?, cells.parse()?))
    }
}

impl From<DueRefund> for MoneyWork {
    fn from(DueRefund(firm, id, invoice): DueRefund) -> Self {
        let task = MoneyTask::Refund(id, invoice);
        Self { firm, task }
    }
}
