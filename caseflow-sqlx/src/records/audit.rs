use caseflow_core::domain::audit::{AuditRow, ChainHash};
use caseflow_core::domain::changes::{Replay, Reply, Version};
use caseflow_core::domain::time::Timestamp;
use serde::Deserialize;

use crate::read::{Stored, Unreadable, hash};
use crate::table::Table;
use crate::value::{self, Value, hex, list, text};

pub(crate) const AUDIT: Table = Table {
    name: "caseflow_audit",
    key: &["seq"],
    columns: &[
        "at",
        "actor",
        "ip",
        "user_agent",
        "action",
        "about",
        "facts",
        "hash",
    ],
    versioned: false,
};

pub(crate) fn values(row: &AuditRow) -> Vec<Value> {
    vec![
        row.seq.into(),
        row.at.into(),
        text(&row.actor),
        value::maybe(row.ip.as_ref()),
        value::maybe(row.user_agent.as_ref()),
        text(&row.action),
        list(&row.about),
        text(&row.facts),
        hex(&row.hash.0),
    ]
}

#[derive(Debug, Deserialize)]
pub(crate) struct StoredAuditRow {
    seq: u64,
    at: i64,
    actor: String,
    ip: Option<String>,
    user_agent: Option<String>,
    action: String,
    about: String,
    facts: String,
    hash: String,
}

impl Stored for StoredAuditRow {
    type Record = AuditRow;

    fn read(self) -> Result<AuditRow, Unreadable> {
        let about: Vec<String> = serde_json::from_str(&self.about)?;
        let about = about.iter().map(|id| id.parse());
        Ok(AuditRow {
            seq: self.seq,
            at: Timestamp::from_micros(self.at),
            actor: self.actor,
            ip: self.ip,
            user_agent: self.user_agent,
            action: self.action,
            about: about.collect::<Result<_, _>>()?,
            facts: self.facts,
            hash: ChainHash(hash(&self.hash)?),
        })
    }
}

/// Where a firm's chain ends.
#[derive(Debug, Deserialize)]
pub(crate) struct StoredHead {
    seq: u64,
    hash: String,
}

impl Stored for StoredHead {
    type Record = (u64, ChainHash);

    fn read(self) -> Result<(u64, ChainHash), Unreadable> {
        Ok((self.seq, ChainHash(hash(&self.hash)?)))
    }
}

/// What was answered to a request.
#[derive(Debug, Deserialize)]
pub(crate) struct StoredReplay {
    fingerprint: String,
    reply_id: String,
    reply_version: u64,
}

impl Stored for StoredReplay {
    type Record = Replay;

    fn read(self) -> Result<Replay, Unreadable> {
        Ok(Replay {
            fingerprint: hash(&self.fingerprint)?,
            reply: Reply {
                id: self.reply_id.parse()?,
                version: Version(self.reply_version),
            },
        })
    }
}
