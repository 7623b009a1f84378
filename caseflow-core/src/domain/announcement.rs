//! Announcements on the dashboard (R-LIB-2).

use super::id::{AnnouncementId, ClientId};
use super::text::{Line, Prose};
use super::time::Timestamp;

/// A text that a firm shows its clients for some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Its id.
    pub id: AnnouncementId,
    /// The headline.
    pub title: Line<120>,
    /// The text.
    pub body: Prose<2000>,
    /// The first instant at which it shows.
    pub from: Timestamp,
    /// The first instant at which it no longer shows; none for "until withdrawn".
    pub until: Option<Timestamp>,
    /// Who sees it.
    pub audience: Audience,
    /// When it was written.
    pub created_at: Timestamp,
}

/// Who sees an announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Every client.
    Everyone,
    /// These clients, at least one and at most 1,000.
    Clients(Vec<ClientId>),
}

/// Why an announcement cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnnouncementError {
    /// It would end before it begins.
    #[error("the announcement ends before it begins: choose a later end")]
    EndsBeforeStart,
    /// No client was named, or more than 1,000.
    #[error("name 1 to 1,000 clients, or choose everyone")]
    Audience,
}

impl Announcement {
    /// Checks that the window and the audience make sense.
    ///
    /// # Errors
    /// When the window ends before it begins, or the audience is empty or too large.
    pub fn check(self) -> Result<Self, AnnouncementError> {
        if self.until.is_some_and(|until| until <= self.from) {
            return Err(AnnouncementError::EndsBeforeStart);
        }
        match &self.audience {
            Audience::Clients(clients) if !(1..=1000).contains(&clients.len()) => {
                Err(AnnouncementError::Audience)
            }
            Audience::Clients(_) | Audience::Everyone => Ok(self),
        }
    }

    /// Whether the announcement shows at `now`.
    #[must_use]
    pub fn is_current(&self, now: Timestamp) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }

    /// When it next begins or ends after `now`.
    #[must_use]
    pub fn changes_after(&self, now: Timestamp) -> Option<Timestamp> {
        let ends = self.until.filter(|until| *until > now);
        if self.from > now {
            Some(self.from)
        } else {
            ends
        }
    }

    /// Whether contacts of `client` are meant.
    #[must_use]
    pub fn is_for(&self, client: ClientId) -> bool {
        match &self.audience {
            Audience::Everyone => true,
            Audience::Clients(clients) => clients.contains(&client),
        }
    }
}
