use caseflow_core::domain::api_key::{ApiKey, Scope};
use caseflow_core::domain::secret::TokenHash;

use crate::read::{Cells, Stored, Unknown, Unreadable};
use crate::table::Table;
use crate::value::{Value, hex, text};

pub(crate) const API_KEYS: Table = Table {
    name: "caseflow_api_keys",
    key: &["id"],
    texts: &["name", "token", "scope"],
    numbers: &["created_at", "expires_at", "revoked_at"],
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

impl Stored for ApiKey {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            id: cells.parse()?,
            name: cells.parse()?,
            token: TokenHash::from_bytes(cells.hash()?),
            scope: Scope::from_code(cells.text()?).ok_or(Unknown("the scope"))?,
            created_at: cells.time()?,
            expires_at: cells.maybe_time()?,
            revoked_at: cells.maybe_time()?,
        })
    }
}
