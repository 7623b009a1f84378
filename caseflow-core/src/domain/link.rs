//! Links that may be used once.

use std::time::Duration;

use super::id::{ContactId, LinkId};
use super::secret::TokenHash;
use super::text::{Email, Line};
use super::time::Timestamp;

/// What a single-use link is for. Those of contacts are mailed to them; that of staff is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Set the first password after access was switched on: valid 48 hours (R-ACC-3).
    SetPassword,
    /// Set another password after "forgot password": valid 1 hour (R-ACC-3).
    ResetPassword,
    /// Make this address the contact's e-mail: valid 1 hour (R-SELF-2).
    ConfirmEmail(Email),
    /// Let this member of staff look at the portal as the contact: valid 5 minutes (R-ACC-9).
    Preview(Line<120>),
}

impl LinkPurpose {
    /// How long the link may be used.
    #[must_use]
    pub const fn validity(&self) -> Duration {
        match self {
            Self::SetPassword => Duration::from_secs(48 * 3600),
            Self::ResetPassword | Self::ConfirmEmail(_) => Duration::from_secs(3600),
            Self::Preview(_) => Duration::from_secs(5 * 60),
        }
    }

    /// The lower-case name used in storage.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SetPassword => "set_password",
            Self::ResetPassword => "reset_password",
            Self::ConfirmEmail(_) => "confirm_email",
            Self::Preview(_) => "preview",
        }
    }

    /// Whether the link leads to choosing a password.
    #[must_use]
    pub const fn sets_password(&self) -> bool {
        matches!(self, Self::SetPassword | Self::ResetPassword)
    }
}

/// A single-use link. A newer one of the same purpose replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its public id.
    pub id: LinkId,
    /// Whom it was mailed to, or as whom it lets staff look.
    pub contact: ContactId,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The hash of the secret in the address.
    pub token: TokenHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// The first instant at which it no longer works.
    pub expires_at: Timestamp,
}

impl Link {
    /// A link that is made `now`, and works for as long as its purpose says.
    #[must_use]
    pub fn new(
        id: LinkId,
        contact: ContactId,
        purpose: LinkPurpose,
        token: TokenHash,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            contact,
            token,
            created_at: now,
            expires_at: now.plus(purpose.validity()),
            purpose,
        }
    }

    /// Whether the link still works at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}
