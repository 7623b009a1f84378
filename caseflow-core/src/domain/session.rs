//! Sessions of contacts who are signed in.

use std::time::Duration;

use super::access::Origin;
use super::id::{ContactId, SessionId};
use super::secret::TokenHash;
use super::text::Line;
use super::time::Timestamp;

/// How long a session may last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionPolicy {
    /// The longest pause between two requests.
    pub idle: Duration,
    /// The longest time after signing in.
    pub absolute: Duration,
}

impl Default for SessionPolicy {
    /// 30 minutes idle and 8 hours in all (OWASP Session Management Cheat Sheet, a working day).
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(30 * 60),
            absolute: Duration::from_secs(8 * 3600),
        }
    }
}

/// How long staff may look at the portal as a contact before they have to begin anew (R-ACC-9).
pub const PREVIEW: SessionPolicy = SessionPolicy {
    idle: Duration::from_secs(15 * 60),
    absolute: Duration::from_secs(15 * 60),
};

/// A contact's signed-in session, or one in which staff look at the portal as the contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its public id.
    pub id: SessionId,
    /// Who is signed in.
    pub contact: ContactId,
    /// The hash of the token in the cookie.
    pub token: TokenHash,
    /// When the contact signed in.
    pub authenticated_at: Timestamp,
    /// When the contact last gave the password again, to open the vault.
    pub proved_at: Option<Timestamp>,
    /// The last request that was written down (at most one a minute is).
    pub seen_at: Timestamp,
    /// The pause after which the session ends.
    pub idle: Duration,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// Where the contact signed in from.
    pub origin: Origin,
    /// The member of staff who looks; none in a contact's own session.
    pub preview: Option<Line<120>>,
}

/// How long a session still counts: all that is looked at when a page is shown that is at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// As [`Session::seen_at`].
    pub seen_at: Timestamp,
    /// As [`Session::idle`].
    pub idle: Duration,
    /// As [`Session::expires_at`].
    pub expires_at: Timestamp,
}

/// How exactly [`Session::seen_at`] is kept: a write for every request would cost more than the
/// page itself.
const SEEN_STEP: Duration = Duration::from_secs(60);

impl Lifetime {
    /// Whether the session still counts at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at && now < self.seen_at.plus(self.idle)
    }

    /// Whether `seen_at` is old enough to be worth a write.
    #[must_use]
    pub fn is_worth_touching(&self, now: Timestamp) -> bool {
        now >= self.seen_at.plus(SEEN_STEP.min(self.idle / 2))
    }
}

impl Session {
    /// When the contact last gave the password.
    #[must_use]
    pub fn last_proof(&self) -> Timestamp {
        self.proved_at.unwrap_or(self.authenticated_at)
    }

    /// How long it still counts.
    #[must_use]
    pub const fn lifetime(&self) -> Lifetime {
        Lifetime {
            seen_at: self.seen_at,
            idle: self.idle,
            expires_at: self.expires_at,
        }
    }

    /// Whether the session still counts at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.lifetime().is_live(now)
    }
}
