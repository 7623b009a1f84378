use caseflow_core::domain::audit::{AuditRow, ChainHash};
use caseflow_core::domain::changes::{Replay, Reply};

use crate::read::{Cells, Stored, Unreadable};
use crate::table::{Shape, Table};
use crate::value::{self, Value, hex, list, text};

pub(crate) const AUDIT: Table = Table {
    name: "caseflow_audit",
    key: &[],
    texts: &[
        "actor",
        "ip",
        "user_agent",
        "action",
        "about",
        "facts",
        "hash",
    ],
    numbers: &["seq", "at"],
    versioned: false,
};

pub(crate) fn values(row: &AuditRow) -> Vec<Value> {
    vec![
        text(&row.actor),
        value::maybe(row.ip.as_ref()),
        value::maybe(row.user_agent.as_ref()),
        text(&row.action),
        list(&row.about),
        text(&row.facts),
        hex(&row.hash.0),
        row.seq.into(),
        row.at.into(),
    ]
}

/// Without the firm, which is the chain's.
pub(crate) fn audit_shape(alias: &str) -> Shape {
    Shape::of(alias, AUDIT.texts, AUDIT.numbers)
}

impl Stored for AuditRow {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let actor = cells.text()?.to_owned();
        let ip = cells.maybe_text()?.map(str::to_owned);
        let user_agent = cells.maybe_text()?.map(str::to_owned);
        let action = cells.text()?.to_owned();
        let about: Vec<&str> = serde_json::from_str(cells.text()?)?;
        let about = about.into_iter().map(str::parse);
        Ok(Self {
            actor,
            ip,
            user_agent,
            action,
            about: about.collect::<Result<_, _>>()?,
            facts: cells.text()?.to_owned(),
            hash: ChainHash(cells.hash()?),
            seq: cells.count()?,
            at: cells.time()?,
        })
    }
}

/// Where a firm's chain ends.
pub(crate) struct Head {
    pub(crate) hash: ChainHash,
    pub(crate) seq: u64,
}

impl Stored for Head {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            hash: ChainHash(cells.hash()?),
            seq: cells.count()?,
        })
    }
}

/// What was answered to a request.
impl Stored for Replay {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            fingerprint: cells.hash()?,
            reply: Reply {
                id: cells.parse()?,
                version: cells.version()?,
            },
        })
    }
}
