//! Mailed links that show one proposal to one recipient without signing in (R-DEC-5).

use chrono::NaiveDate;

use super::{Offer, OfferStatus};
use crate::domain::id::{ClientId, OfferId, OfferLinkId};
use crate::domain::secret::TokenHash;
use crate::domain::text::Email;
use crate::domain::time::Timestamp;

/// A mailed link to one offer. It may be used any number of times, stays good when the offer is sent
/// again, and never signs anybody in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferLink {
    /// Its public id.
    pub id: OfferLinkId,
    /// What it shows.
    pub offer: OfferId,
    /// Whose offer that is.
    pub client: ClientId,
    /// Whom it was mailed to.
    pub email: Email,
    /// The hash of the secret in the address.
    pub token: TokenHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// When staff took it back.
    pub revoked_at: Option<Timestamp>,
}

impl OfferLink {
    /// Whether the link shows `offer` on `today`, a day in the firm's zone. It dies when the offer
    /// expires or is withdrawn, and shows the answer for ever once there is one.
    #[must_use]
    pub fn opens(&self, offer: &Offer, today: NaiveDate) -> bool {
        let shows = match offer.status(today) {
            OfferStatus::Sent | OfferStatus::Accepted | OfferStatus::Declined => true,
            OfferStatus::Draft | OfferStatus::Withdrawn | OfferStatus::Expired => false,
        };
        shows && self.revoked_at.is_none() && self.offer == offer.id
    }

    /// The same link, taken back; none when it was before.
    #[must_use]
    pub fn revoke(self, now: Timestamp) -> Option<Self> {
        self.revoked_at.is_none().then_some(Self {
            revoked_at: Some(now),
            ..self
        })
    }
}
