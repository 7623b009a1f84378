use caseflow_core::domain::api_key::{ApiKey, Scope};
use caseflow_core::domain::changes::{Version, Versioned};
use caseflow_core::domain::session::TokenHash;
use caseflow_core::domain::time::Timestamp;
use serde::Deserialize;

use crate::read::{Stored, Unknown, Unreadable, hash};
use crate::table::Table;
use crate::value::{Value, hex, text};

pub(crate) const API_KEYS: Table = Table {
    name: "caseflow_api_keys",
    key: &["id"],
    columns: &[
        "name",
        "token",
        "scope",
        "created_at",
        "expires_at",
        "revoked_at",
    ],
    versioned: true,
};

pub(crate) fn values(key: &ApiKey) -> Vec<Value> {
    vec![
        text(key.id),
        text(&key.name),
        hex(key.token.as_bytes()),
        text(key.scope.code()),
        key.created_at.into(),
        key.expires_at.into(),
        key.revoked_at.into(),
    ]
}

#[derive(Debug, Deserialize)]
pub(crate) struct StoredApiKey {
    id: String,
    version: u64,
    name: String,
    token: String,
    scope: String,
    created_at: i64,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl Stored for StoredApiKey {
    type Record = Versioned<ApiKey>;

    fn read(self) -> Result<Versioned<ApiKey>, Unreadable> {
        let value = ApiKey {
            id: self.id.parse()?,
            name: self.name.parse()?,
            token: TokenHash::from_bytes(hash(&self.token)?),
            scope: Scope::from_code(&self.scope).ok_or(Unknown("the scope"))?,
            created_at: Timestamp::from_micros(self.created_at),
            expires_at: self.expires_at.map(Timestamp::from_micros),
            revoked_at: self.revoked_at.map(Timestamp::from_micros),
        };
        let version = Version(self.version);
        Ok(Versioned { version, value })
    }
}
