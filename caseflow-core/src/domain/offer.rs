//! Proposals and estimates: what a firm offers a client, and what the client decides (R-DEC).
//!
//! Both are the same but for who is asked and what the answer is called: an estimate says what work
//! will cost, a proposal asks for an engagement and goes to an e-mail address of its own as well.
//! Neither becomes an invoice by being accepted (R-DEC-4).

use chrono::NaiveDate;

use super::access::{Origin, Section};
use super::id::{ClientId, ContactId, OfferId};
use super::money::MoneyError;
use super::number::{DocumentNumber, Number, Series};
use super::pricing::{Pricing, PricingError, Totals};
use super::rich_text::RichText;
use super::text::{Email, Line, PersonName, Prose};
use super::time::Timestamp;

mod digest;
mod link;

pub use digest::Digest;
pub use link::OfferLink;

/// A proposal or an estimate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Its id.
    pub id: OfferId,
    /// Which of the two it is.
    pub kind: OfferKind,
    /// Whom it is for.
    pub client: ClientId,
    /// What it says.
    pub terms: OfferTerms,
    /// What [`Pricing::totals`] says of the terms.
    pub totals: Totals,
    /// Draft, sent, decided or withdrawn. What people see is [`status`](Self::status).
    pub state: OfferState,
    /// When somebody of the client first looked at it after it was sent: a fact, not a status
    /// (R-DEC-1).
    pub viewed_at: Option<Timestamp>,
    /// When the draft was made.
    pub created_at: Timestamp,
}

/// Which of the two an offer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfferKind {
    /// It asks for an engagement.
    Proposal,
    /// It says what work will cost.
    Estimate,
}

impl OfferKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Proposal, Self::Estimate];

    /// The lower-case name used in storage and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Proposal => "proposal",
            Self::Estimate => "estimate",
        }
    }

    /// Finds a kind by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The series from which it takes its number.
    #[must_use]
    pub const fn series(self) -> Series {
        match self {
            Self::Proposal => Series::Proposal,
            Self::Estimate => Series::Estimate,
        }
    }

    /// The section in which it stands.
    #[must_use]
    pub const fn section(self) -> Section {
        match self {
            Self::Proposal => Section::Proposals,
            Self::Estimate => Section::Estimates,
        }
    }
}

/// What an offer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferTerms {
    /// Its title.
    pub title: Line<200>,
    /// What is offered, in words.
    pub body: Option<RichText>,
    /// Lines, taxes and discounts, reckoned as an invoice's are.
    pub pricing: Pricing,
    /// The date printed on it.
    pub dated: NaiveDate,
    /// The last day on which it can be accepted, in full, in the firm's zone.
    pub open_till: NaiveDate,
    /// The matter it belongs to: only a label (R-ACC-8).
    pub matter: Option<Line<120>>,
    /// A note that no contact ever sees (R-ACC-7).
    pub internal_note: Option<Prose<4000>>,
    /// The address that a proposal goes to beside those of the contacts (R-DEC-5).
    pub email: Option<Email>,
}

/// The stored state of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferState {
    /// Being written; invisible to contacts.
    Draft,
    /// It waits for the client's answer.
    Sent(Sending),
    /// The client has answered. Nothing of it changes any more.
    Decided {
        /// What was answered.
        sending: Sending,
        /// The answer.
        decision: Decision,
    },
    /// The firm has taken it back.
    Withdrawn {
        /// What was taken back.
        sending: Sending,
        /// When.
        at: Timestamp,
    },
}

/// How an offer was last sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// The number from the firm's series, which it keeps.
    pub number: Number,
    /// 1 when it was first sent; one more each time it was sent with other terms.
    pub edition: u32,
    /// What was sent.
    pub digest: Digest,
    /// When.
    pub at: Timestamp,
}

/// What the client answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Yes or no.
    pub answer: Answer,
    /// Why not, if somebody said so.
    pub reason: Option<Prose<1000>>,
    /// Who answered.
    pub by: Decider,
    /// From where.
    pub origin: Origin,
    /// When.
    pub at: Timestamp,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// Yes.
    Accepted,
    /// No. An estimate calls it rejected.
    Declined,
}

/// Who answered, and by which road.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decider {
    /// A contact, in the portal.
    Contact {
        /// The contact.
        id: ContactId,
        /// The name it had.
        name: Line<201>,
    },
    /// Somebody with the link that was mailed to this address.
    LinkHolder {
        /// The address.
        email: Email,
        /// The name that was given.
        name: PersonName,
    },
}

/// The stored state's name; a decision stands under its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfferStage {
    /// [`OfferState::Draft`].
    Draft,
    /// [`OfferState::Sent`].
    Sent,
    /// [`OfferState::Decided`], and the answer was yes.
    Accepted,
    /// [`OfferState::Decided`], and the answer was no.
    Declined,
    /// [`OfferState::Withdrawn`].
    Withdrawn,
}

impl OfferStage {
    /// Every stage.
    pub const ALL: [Self; 5] = [
        Self::Draft,
        Self::Sent,
        Self::Accepted,
        Self::Declined,
        Self::Withdrawn,
    ];

    /// The lower-case name used in storage.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Finds a stage by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }
}

/// What people see: computed whenever it is read, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfferStatus {
    /// Not sent yet.
    Draft,
    /// Waits for an answer.
    Sent,
    /// The answer was yes.
    Accepted,
    /// The answer was no.
    Declined,
    /// The firm took it back.
    Withdrawn,
    /// It was not answered in time.
    Expired,
}

impl OfferStatus {
    /// Every status.
    pub const ALL: [Self; 6] = [
        Self::Draft,
        Self::Sent,
        Self::Accepted,
        Self::Declined,
        Self::Withdrawn,
        Self::Expired,
    ];

    /// The lower-case name used in addresses and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }

    /// Finds a status by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// What people see on `today`, a day in the firm's zone, of an offer in this state. The last day
/// itself is still good.
#[must_use]
pub fn status(stage: OfferStage, open_till: NaiveDate, today: NaiveDate) -> OfferStatus {
    match stage {
        OfferStage::Draft => OfferStatus::Draft,
        OfferStage::Sent if open_till < today => OfferStatus::Expired,
        OfferStage::Sent => OfferStatus::Sent,
        OfferStage::Accepted => OfferStatus::Accepted,
        OfferStage::Declined => OfferStatus::Declined,
        OfferStage::Withdrawn => OfferStatus::Withdrawn,
    }
}

/// Why something cannot be done to an offer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OfferError {
    /// The transition does not exist.
    #[error("it is {}: it cannot be {attempted}", from.code())]
    Transition {
        /// The status it is in.
        from: OfferStatus,
        /// What was tried, as a past participle.
        attempted: &'static str,
    },
    /// It was answered the other way before.
    #[error("it was {} already", .0.code())]
    Decided(OfferStatus),
    /// Its last day is over.
    #[error("it was open till {0}: ask for a new one")]
    Expired(NaiveDate),
    /// It says something else by now.
    #[error("it has changed since you read it: read it again and decide then")]
    Changed,
    /// It cannot be accepted on the day on which it is dated.
    #[error("it is open till a day before its own date: choose the same day or a later one")]
    ClosesBeforeDated,
    /// Its total is below zero.
    #[error("the total is negative")]
    NegativeTotal,
    /// The lines do not add up to money.
    #[error(transparent)]
    Pricing(#[from] PricingError),
    /// A sum does not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// It was taken now: the firm is to be told.
    Now(Box<Offer>),
    /// It had been taken before, alike: nothing changes (R-DEC-2).
    Before,
}

impl Offer {
    /// A new draft.
    ///
    /// # Errors
    /// When the lines do not add up to money.
    pub fn draft(
        id: OfferId,
        kind: OfferKind,
        client: ClientId,
        terms: OfferTerms,
        now: Timestamp,
    ) -> Result<Self, OfferError> {
        Ok(Self {
            totals: terms.pricing.totals()?,
            id,
            kind,
            client,
            terms,
            state: OfferState::Draft,
            viewed_at: None,
            created_at: now,
        })
    }

    /// What the exact terms are known by. A form carries it, so that what is decided on is what was
    /// read (R-DEC-2).
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self)
    }

    /// Sends a draft to the client, under the series' next number, or sends once more what was sent
    /// or withdrawn before. Sent with other terms it is another edition, and nobody has seen it yet.
    ///
    /// # Errors
    /// When it was answered, closes before its own date or before `today`, or totals less than
    /// nothing.
    pub fn send(self, next: Number, today: NaiveDate, now: Timestamp) -> Result<Self, OfferError> {
        if self.terms.open_till < self.terms.dated {
            return Err(OfferError::ClosesBeforeDated);
        }
        if self.terms.open_till < today {
            return Err(OfferError::Expired(self.terms.open_till));
        }
        if self.totals.total.is_negative() {
            return Err(OfferError::NegativeTotal);
        }
        let digest = self.digest();
        let (number, edition, viewed_at) = match &self.state {
            OfferState::Draft => (next, 1, None),
            OfferState::Sent(before)
            | OfferState::Withdrawn {
                sending: before, ..
            } => {
                let is_other = before.digest != digest;
                (
                    before.number.clone(),
                    before.edition + u32::from(is_other),
                    self.viewed_at.filter(|_| !is_other),
                )
            }
            OfferState::Decided { .. } => return Err(self.refused("sent", today)),
        };
        let sending = Sending {
            number,
            edition,
            digest,
            at: now,
        };
        Ok(Self {
            state: OfferState::Sent(sending),
            viewed_at,
            ..self
        })
    }

    /// Replaces the terms of what was not answered. What was sent is at once another edition, so that
    /// nobody decides on the old one any more; unless it still says the same to the client.
    ///
    /// # Errors
    /// When it was answered, or the new terms cannot be sent.
    pub fn revise(
        self,
        terms: OfferTerms,
        today: NaiveDate,
        now: Timestamp,
    ) -> Result<Self, OfferError> {
        if let OfferState::Decided { .. } = self.state {
            return Err(self.refused("changed", today));
        }
        let revised = Self {
            totals: terms.pricing.totals()?,
            terms,
            ..self
        };
        match revised.state.clone() {
            OfferState::Sent(sending) if sending.digest != revised.digest() => {
                revised.send(sending.number, today, now)
            }
            OfferState::Draft
            | OfferState::Sent(_)
            | OfferState::Withdrawn { .. }
            | OfferState::Decided { .. } => Ok(revised),
        }
    }

    /// Takes back what waits for an answer.
    ///
    /// # Errors
    /// When it is not sent.
    pub fn withdraw(self, today: NaiveDate, now: Timestamp) -> Result<Self, OfferError> {
        match &self.state {
            OfferState::Sent(sending) => {
                let sending = sending.clone();
                Ok(Self {
                    state: OfferState::Withdrawn { sending, at: now },
                    ..self
                })
            }
            OfferState::Draft | OfferState::Decided { .. } | OfferState::Withdrawn { .. } => {
                Err(self.refused("withdrawn", today))
            }
        }
    }

    /// Somebody of the client looks at it; none when that is nothing new.
    #[must_use]
    pub fn viewed(self, now: Timestamp) -> Option<Self> {
        let first = self.viewed_at.is_none() && matches!(self.state, OfferState::Sent(_));
        first.then_some(Self {
            viewed_at: Some(now),
            ..self
        })
    }

    /// Takes the client's decision on what `shown` stands for: once, and only while it is open
    /// (R-DEC-2). The same decision again is no error and changes nothing.
    ///
    /// # Errors
    /// When it says something else by now, was answered the other way, is over, or is not sent.
    pub fn decide(
        self,
        shown: Digest,
        decision: Decision,
        today: NaiveDate,
    ) -> Result<Decided, OfferError> {
        let sending = match &self.state {
            OfferState::Sent(sending) => sending.clone(),
            OfferState::Decided { decision: old, .. } if old.answer == decision.answer => {
                return Ok(Decided::Before);
            }
            OfferState::Decided { .. } => return Err(OfferError::Decided(self.status(today))),
            OfferState::Draft | OfferState::Withdrawn { .. } => {
                return Err(self.refused("decided", today));
            }
        };
        if self.terms.open_till < today {
            return Err(OfferError::Expired(self.terms.open_till));
        }
        if sending.digest != shown {
            return Err(OfferError::Changed);
        }
        Ok(Decided::Now(Box::new(Self {
            state: OfferState::Decided { sending, decision },
            ..self
        })))
    }

    /// What people see on `today`, a day in the firm's zone.
    #[must_use]
    pub fn status(&self, today: NaiveDate) -> OfferStatus {
        status(self.stage(), self.terms.open_till, today)
    }

    /// The stored state's name.
    #[must_use]
    pub const fn stage(&self) -> OfferStage {
        match &self.state {
            OfferState::Draft => OfferStage::Draft,
            OfferState::Sent(_) => OfferStage::Sent,
            OfferState::Decided { decision, .. } => match decision.answer {
                Answer::Accepted => OfferStage::Accepted,
                Answer::Declined => OfferStage::Declined,
            },
            OfferState::Withdrawn { .. } => OfferStage::Withdrawn,
        }
    }

    /// How it was last sent, if ever.
    #[must_use]
    pub fn sending(&self) -> Option<&Sending> {
        match &self.state {
            OfferState::Draft => None,
            OfferState::Sent(sending)
            | OfferState::Decided { sending, .. }
            | OfferState::Withdrawn { sending, .. } => Some(sending),
        }
    }

    /// Its number, once it was sent.
    #[must_use]
    pub fn number(&self) -> Option<&DocumentNumber> {
        self.sending().and_then(|sending| sending.number.taken())
    }

    /// The client's answer, once there is one.
    #[must_use]
    pub fn decision(&self) -> Option<&Decision> {
        match &self.state {
            OfferState::Decided { decision, .. } => Some(decision),
            OfferState::Draft | OfferState::Sent(_) | OfferState::Withdrawn { .. } => None,
        }
    }

    fn refused(&self, attempted: &'static str, today: NaiveDate) -> OfferError {
        OfferError::Transition {
            from: self.status(today),
            attempted,
        }
    }
}
