//! Signed contracts whose copy is to be sealed.

use async_trait::async_trait;
use caseflow_core::domain::id::{ContractId, FirmId};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::StoreError;

use super::money::due;
use crate::conn::{Conn, Sql};
use crate::job::Write;
use crate::read::{Answer, Cells, Stored, Unreadable};
use crate::records::contract::CONTRACTS;
use crate::statements::{Select, Statements, Texts};
use crate::table::Shape;
use crate::value::text;

/// The statements.
#[derive(Debug)]
pub(crate) struct SealSql {
    /// At most `$2` of those that are due at `$1`.
    due: Select,
    /// Makes one of them due at `$2`.
    postpone: Sql,
}

impl SealSql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        Self {
            due: texts.one(
                Shape::of("x", &["firm_id", "id"], &[]),
                &due(CONTRACTS.name, "seal_due", "id"),
            ),
            postpone: texts
                .sql("UPDATE caseflow_contracts SET seal_due = $2 WHERE firm_id = $1 AND id = $3"),
        }
    }
}

/// Takes contracts, as [`TakeMoney`](super::money::TakeMoney) takes other work.
pub(super) struct TakeSeals {
    pub(super) now: Timestamp,
    pub(super) until: Timestamp,
    pub(super) max: u32,
}

#[async_trait]
impl Write for TakeSeals {
    type Answer = Vec<(FirmId, ContractId)>;

    async fn run(&self, conn: &mut dyn Conn, sql: &Statements) -> Result<Self::Answer, StoreError> {
        let SealSql { due, postpone } = &sql.queue.seals;
        let values = vec![self.now.into(), self.max.into()];
        let due = Answer::new(conn.rows(&due.sql, values).await?, due.texts);
        let due: Vec<DueSeal> = due.many(0)?;
        for DueSeal(firm, id) in &due {
            let values = vec![text(firm), self.until.into(), text(id)];
            conn.execute(postpone, values).await?;
        }
        Ok(due
            .into_iter()
            .map(|DueSeal(firm, id)| (firm, id))
            .collect())
    }
}

struct DueSeal(FirmId, ContractId);

impl Stored for DueSeal {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self(cells.parse()?, cells.parse()?))
    }
}
