//! Keys of the firm's API.

use super::access::Staff;
use super::id::{ApiKeyId, FirmId};
use super::secret::{Secret, TokenHash};
use super::text::Line;
use super::time::Timestamp;

/// A bearer key with which the firm's software calls the firm's API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its public id.
    pub id: ApiKeyId,
    /// The name that the audit log shows.
    pub name: Line<120>,
    /// The hash of its secret.
    pub token: TokenHash,
    /// What it may do.
    pub scope: Scope,
    /// When it was made.
    pub created_at: Timestamp,
    /// The first instant at which it no longer works; none for "until revoked".
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Read.
    Read,
    /// Read and write.
    Write,
    /// Read, write, and open vaults.
    Vault,
}

impl Scope {
    /// The lower-case name used in storage and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Vault => "vault",
        }
    }

    /// Finds a scope by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Read, Self::Write, Self::Vault]
            .into_iter()
            .find(|it| it.code() == code)
    }
}

impl ApiKey {
    /// Whether the key works at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// The staff identity that the key stands for at `firm`.
    #[must_use]
    pub fn staff(&self, firm: FirmId) -> Staff {
        Staff {
            firm,
            name: self.name.clone(),
            key: Some(self.id),
            vault: self.scope == Scope::Vault,
        }
    }
}

/// What stands before a key's secret, so that scanners for leaked secrets can find it.
const MARK: &str = "cf_live_";

/// Writes a key as it is shown once and sent as bearer token: `cf_live_` and 43 characters.
#[must_use]
pub fn reveal(secret: &Secret) -> String {
    format!("{MARK}{}", secret.reveal())
}

/// Reads what [`reveal`] wrote.
#[must_use]
pub fn parse(text: &str) -> Option<Secret> {
    text.strip_prefix(MARK).and_then(Secret::parse)
}
