//! Contracts: what a firm sends to be signed, and what becomes of it (R-SIG).

use std::time::Duration;

use chrono::NaiveDate;

use super::access::Origin;
use super::file::FileRef;
use super::id::{ClientId, ContactId, ContractId};
use super::rich_text::RichText;
use super::seal::{Fingerprint, SealLevel};
use super::text::{Line, Prose};
use super::time::Timestamp;

/// A contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// Its id, which is also what it is called on paper.
    pub id: ContractId,
    /// Whom it is with.
    pub client: ClientId,
    /// What it says.
    pub terms: ContractTerms,
    /// Draft, sent, signed, declined or withdrawn. What people see is [`status`](Self::status).
    pub state: ContractState,
    /// When somebody of the client first looked at the version that was sent: a fact, not a status.
    pub viewed_at: Option<Timestamp>,
    /// When the draft was made.
    pub created_at: Timestamp,
}

/// What a contract says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractTerms {
    /// Its title.
    pub title: Line<200>,
    /// Its text.
    pub body: ContractBody,
    /// The last day on which it can be signed, in full, in the firm's zone.
    pub sign_by: Option<NaiveDate>,
    /// The matter it belongs to: only a label (R-ACC-8).
    pub matter: Option<Line<120>>,
    /// A note that no contact ever sees (R-ACC-7).
    pub internal_note: Option<Prose<4000>>,
}

/// The text of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContractBody {
    /// Written here.
    Text(RichText),
    /// A PDF file that staff have uploaded.
    Upload(FileRef),
}

impl ContractBody {
    /// The file that staff have uploaded.
    #[must_use]
    pub const fn upload(&self) -> Option<FileRef> {
        match self {
            Self::Text(_) => None,
            Self::Upload(file) => Some(*file),
        }
    }
}

/// The stored state of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContractState {
    /// Being written; invisible to contacts.
    Draft,
    /// It waits for a signature.
    Sent(SentVersion),
    /// It is signed; what was recorded of that is its [`Signature`](super::signature::Signature).
    /// Nothing of it changes any more, but that the signed copy gets ready.
    Signed {
        /// What was signed.
        version: SentVersion,
        /// When.
        at: Timestamp,
        /// The signed copy.
        copy: SignedCopy,
    },
    /// The client will not sign.
    Declined {
        /// What was declined.
        version: SentVersion,
        /// By whom, and why.
        declined: Declined,
    },
    /// The firm has taken it back.
    Withdrawn {
        /// What was taken back.
        version: SentVersion,
        /// When.
        at: Timestamp,
    },
}

/// A contract as it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentVersion {
    /// 1 when it was first sent; one more each time it was sent with another text.
    pub number: u32,
    /// The file that is shown and signed.
    pub shown: FileRef,
    /// When it was sent.
    pub sent_at: Timestamp,
}

/// The signed copy of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedCopy {
    /// There is none: it was signed on paper.
    OnPaper,
    /// It is being sealed.
    Pending {
        /// When upkeep sees to it, if nobody did before.
        next_try: Timestamp,
    },
    /// It is there, and stays as it is.
    Sealed {
        /// The file.
        file: FileRef,
        /// What kind of seal it bears.
        level: SealLevel,
        /// The certificate that it is sealed with.
        certificate: Option<Fingerprint>,
        /// When.
        at: Timestamp,
    },
}

/// Who would not sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declined {
    /// The contact.
    pub by: ContactId,
    /// The name it had.
    pub name: Line<201>,
    /// Why, if it said so.
    pub reason: Option<Prose<1000>>,
    /// From where.
    pub origin: Origin,
    /// When.
    pub at: Timestamp,
}

/// The stored state's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContractStage {
    /// [`ContractState::Draft`].
    Draft,
    /// [`ContractState::Sent`].
    Sent,
    /// [`ContractState::Signed`].
    Signed,
    /// [`ContractState::Declined`].
    Declined,
    /// [`ContractState::Withdrawn`].
    Withdrawn,
}

impl ContractStage {
    /// Every stage.
    pub const ALL: [Self; 5] = [
        Self::Draft,
        Self::Sent,
        Self::Signed,
        Self::Declined,
        Self::Withdrawn,
    ];

    /// The lower-case name used in storage.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Signed => "signed",
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
pub enum ContractStatus {
    /// Not sent yet.
    Draft,
    /// Waits for a signature.
    Sent,
    /// It is signed.
    Signed,
    /// The client will not sign.
    Declined,
    /// The firm took it back.
    Withdrawn,
    /// It was not signed in time.
    Expired,
}

impl ContractStatus {
    /// Every status.
    pub const ALL: [Self; 6] = [
        Self::Draft,
        Self::Sent,
        Self::Signed,
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
            Self::Signed => "signed",
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

/// What people see on `today`, a day in the firm's zone, of a contract in this state. The last day
/// itself is still good.
#[must_use]
pub fn status(
    stage: ContractStage,
    sign_by: Option<NaiveDate>,
    today: NaiveDate,
) -> ContractStatus {
    match stage {
        ContractStage::Draft => ContractStatus::Draft,
        ContractStage::Sent if sign_by.is_some_and(|last| last < today) => ContractStatus::Expired,
        ContractStage::Sent => ContractStatus::Sent,
        ContractStage::Signed => ContractStatus::Signed,
        ContractStage::Declined => ContractStatus::Declined,
        ContractStage::Withdrawn => ContractStatus::Withdrawn,
    }
}

/// Why something cannot be done to a contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContractError {
    /// The transition does not exist.
    #[error("it is {}: it cannot be {attempted}", from.code())]
    Transition {
        /// The status it is in.
        from: ContractStatus,
        /// What was tried, as a past participle.
        attempted: &'static str,
    },
    /// Its last day is over.
    #[error("it was to be signed by {0}: ask for a new one")]
    Expired(NaiveDate),
    /// It says something else by now.
    #[error("it has changed since you read it: read it again and decide then")]
    Changed,
    /// The terms of electronic signature were not accepted.
    #[error("accept the terms of electronic signature first")]
    TermsNotAccepted,
    /// The day on the paper is still to come.
    #[error("the day on the paper is still to come: give the day on which it was signed")]
    SignedLater,
}

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// It was taken now: the firm is to be told.
    Now(Box<Contract>),
    /// It had been taken before, alike: nothing changes.
    Before,
}

/// How long a signature waits before upkeep looks whether it was sealed: the verb that signs seals
/// at once, so that this is for what was cut off.
const SEALED_BY: Duration = Duration::from_secs(30);

impl Contract {
    /// A new draft.
    #[must_use]
    pub const fn draft(
        id: ContractId,
        client: ClientId,
        terms: ContractTerms,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            client,
            terms,
            state: ContractState::Draft,
            viewed_at: None,
            created_at: now,
        }
    }

    /// The number that the next version would have: what a file that is made to be
    /// [sent](Self::send) bears.
    #[must_use]
    pub fn next_version(&self) -> u32 {
        self.version().map_or(0, |version| version.number) + 1
    }

    /// Sends a draft to the client, as the file `shown`, or sends once more what was sent, declined
    /// or withdrawn before. With another file it is another version, and nobody has seen it yet.
    ///
    /// # Errors
    /// When it is signed, or was to be signed before `today`.
    pub fn send(
        self,
        shown: FileRef,
        today: NaiveDate,
        now: Timestamp,
    ) -> Result<Self, ContractError> {
        if let Some(last) = self.terms.sign_by.filter(|last| *last < today) {
            return Err(ContractError::Expired(last));
        }
        if let ContractState::Signed { .. } = self.state {
            return Err(self.refused("sent", today));
        }
        let before = self.version().copied();
        let is_same = before.is_some_and(|before| before.shown == shown);
        let version = SentVersion {
            number: match before {
                Some(before) if is_same => before.number,
                _ => self.next_version(),
            },
            shown,
            sent_at: now,
        };
        Ok(Self {
            state: ContractState::Sent(version),
            viewed_at: self.viewed_at.filter(|_| is_same),
            ..self
        })
    }

    /// Replaces the terms of what is not signed. What was sent is taken back with that, until it is
    /// [sent](Self::send) again as a new version: nobody signs the old one any more.
    ///
    /// # Errors
    /// When it is signed.
    pub fn revise(
        self,
        terms: ContractTerms,
        today: NaiveDate,
        now: Timestamp,
    ) -> Result<Self, ContractError> {
        let state = match self.state {
            ContractState::Signed { .. } => return Err(self.refused("changed", today)),
            ContractState::Sent(version) => ContractState::Withdrawn { version, at: now },
            other => other,
        };
        Ok(Self {
            terms,
            state,
            ..self
        })
    }

    /// Takes back what waits for a signature.
    ///
    /// # Errors
    /// When it is not sent.
    pub fn withdraw(self, today: NaiveDate, now: Timestamp) -> Result<Self, ContractError> {
        let ContractState::Sent(version) = self.state else {
            return Err(self.refused("withdrawn", today));
        };
        Ok(Self {
            state: ContractState::Withdrawn { version, at: now },
            ..self
        })
    }

    /// Somebody of the client looks at it; none when that is nothing new.
    #[must_use]
    pub fn viewed(self, now: Timestamp) -> Option<Self> {
        let first = self.viewed_at.is_none() && matches!(self.state, ContractState::Sent(_));
        first.then_some(Self {
            viewed_at: Some(now),
            ..self
        })
    }

    /// Signs the file with the hash `shown`: once, and only while it can be signed. Once more is no
    /// error and changes nothing (R-SIG-4).
    ///
    /// # Errors
    /// When it says something else by now, is over, or is not sent.
    pub fn sign(
        self,
        shown: [u8; 32],
        today: NaiveDate,
        now: Timestamp,
    ) -> Result<Done, ContractError> {
        if let ContractState::Signed { .. } = self.state {
            return Ok(Done::Before);
        }
        let version = self.open("signed", shown, today)?;
        let copy = SignedCopy::Pending {
            next_try: now.plus(SEALED_BY),
        };
        Ok(Done::Now(Box::new(Self {
            state: ContractState::Signed {
                version,
                at: now,
                copy,
            },
            ..self
        })))
    }

    /// Takes down that it was signed on paper, also after its last day.
    ///
    /// # Errors
    /// When it is not sent.
    pub fn sign_on_paper(self, today: NaiveDate, now: Timestamp) -> Result<Self, ContractError> {
        let ContractState::Sent(version) = self.state else {
            return Err(self.refused("signed", today));
        };
        Ok(Self {
            state: ContractState::Signed {
                version,
                at: now,
                copy: SignedCopy::OnPaper,
            },
            ..self
        })
    }

    /// The client will not sign. Once more is no error and changes nothing.
    ///
    /// # Errors
    /// When it says something else by now, is signed, is over, or is not sent.
    pub fn decline(
        self,
        shown: [u8; 32],
        declined: Declined,
        today: NaiveDate,
    ) -> Result<Done, ContractError> {
        if let ContractState::Declined { .. } = self.state {
            return Ok(Done::Before);
        }
        let version = self.open("declined", shown, today)?;
        Ok(Done::Now(Box::new(Self {
            state: ContractState::Declined { version, declined },
            ..self
        })))
    }

    /// The signed copy is ready; none when it was before, or none is to be made.
    #[must_use]
    pub fn sealed(self, copy: SignedCopy) -> Option<Self> {
        match self.state {
            ContractState::Signed {
                version,
                at,
                copy: SignedCopy::Pending { .. },
            } => Some(Self {
                state: ContractState::Signed { version, at, copy },
                ..self
            }),
            _ => None,
        }
    }

    /// What people see on `today`, a day in the firm's zone.
    #[must_use]
    pub fn status(&self, today: NaiveDate) -> ContractStatus {
        status(self.stage(), self.terms.sign_by, today)
    }

    /// The stored state's name.
    #[must_use]
    pub const fn stage(&self) -> ContractStage {
        match &self.state {
            ContractState::Draft => ContractStage::Draft,
            ContractState::Sent(_) => ContractStage::Sent,
            ContractState::Signed { .. } => ContractStage::Signed,
            ContractState::Declined { .. } => ContractStage::Declined,
            ContractState::Withdrawn { .. } => ContractStage::Withdrawn,
        }
    }

    /// How it was last sent, if ever.
    #[must_use]
    pub const fn version(&self) -> Option<&SentVersion> {
        match &self.state {
            ContractState::Draft => None,
            ContractState::Sent(version)
            | ContractState::Signed { version, .. }
            | ContractState::Declined { version, .. }
            | ContractState::Withdrawn { version, .. } => Some(version),
        }
    }

    /// When it was signed.
    #[must_use]
    pub const fn signed_at(&self) -> Option<Timestamp> {
        match &self.state {
            ContractState::Signed { at, .. } => Some(*at),
            _ => None,
        }
    }

    /// The signed copy, once it is signed.
    #[must_use]
    pub const fn copy(&self) -> Option<&SignedCopy> {
        match &self.state {
            ContractState::Signed { copy, .. } => Some(copy),
            _ => None,
        }
    }

    /// The version that can be signed or declined now.
    fn open(
        &self,
        attempted: &'static str,
        shown: [u8; 32],
        today: NaiveDate,
    ) -> Result<SentVersion, ContractError> {
        let ContractState::Sent(version) = self.state else {
            return Err(self.refused(attempted, today));
        };
        if let Some(last) = self.terms.sign_by.filter(|last| *last < today) {
            return Err(ContractError::Expired(last));
        }
        if shown != version.shown.sha256 {
            return Err(ContractError::Changed);
        }
        Ok(version)
    }

    fn refused(&self, attempted: &'static str, today: NaiveDate) -> ContractError {
        ContractError::Transition {
            from: self.status(today),
            attempted,
        }
    }
}
