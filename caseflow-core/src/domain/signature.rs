//! What is recorded of a signature, once and for ever (R-SIG-3).

use chrono::NaiveDate;

use super::access::Origin;
use super::id::{ClientId, ContactId, ContractId, SessionId};
use super::text::{Email, Line, PersonName};
use super::time::Timestamp;

/// The version of the terms of electronic signature that the portal shows; recorded with each
/// signature that accepts them.
pub const SIGNING_TERMS: &str = "2026-11";

/// A contract's one signature. It is written together with the contract's new state and never
/// changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// What was signed.
    pub contract: ContractId,
    /// Whose contract that is.
    pub client: ClientId,
    /// Which version of it.
    pub version: u32,
    /// The SHA-256 of the bytes that were shown.
    pub shown: [u8; 32],
    /// When, to the millisecond: the time of the commit.
    pub at: Timestamp,
    /// By whom, and how.
    pub by: SignedBy,
}

/// By whom, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignedBy {
    /// A contact typed its name.
    Electronic(Box<Evidence>),
    /// Somebody signed on paper, and staff recorded it.
    Paper(PaperSignature),
}

/// What was recorded of a signature in the portal. What was not recorded is absent, and is said to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The contact who signed.
    pub contact: ContactId,
    /// The name it had on the books of the firm.
    pub contact_name: Line<201>,
    /// The e-mail address it had.
    pub email: Email,
    /// The name as it was typed.
    pub typed: PersonName,
    /// The zone that the browser said it was in, an IANA name if it told the truth.
    pub time_zone: Option<Line<64>>,
    /// Where the request came from.
    pub origin: Origin,
    /// The portal's session; none when the host vouched for the contact.
    pub session: Option<SessionId>,
    /// How the contact had proved who it is.
    pub authenticated: Authentication,
    /// The version of the [terms](SIGNING_TERMS) of electronic signature that were accepted.
    pub terms: Line<20>,
    /// When the version that was signed was sent.
    pub sent_at: Timestamp,
    /// When somebody of the client first looked at that version.
    pub viewed_at: Option<Timestamp>,
    /// When the terms of electronic signature were accepted.
    pub consented_at: Timestamp,
}

/// How a contact had proved who it is, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authentication {
    /// How.
    pub method: AuthMethod,
    /// When.
    pub at: Timestamp,
}

/// How a contact had proved who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuthMethod {
    /// With e-mail and password, in the portal.
    Password,
    /// The host's own sign-on vouched for it.
    Host,
}

impl AuthMethod {
    /// The lower-case name used in storage and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Host => "host",
        }
    }

    /// Finds a method by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Password, Self::Host]
            .into_iter()
            .find(|it| it.code() == code)
    }
}

/// A signature on paper, as staff recorded it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperSignature {
    /// Who signed, as staff read it.
    pub name: PersonName,
    /// The day on the paper.
    pub signed_on: NaiveDate,
    /// Who recorded it.
    pub recorded_by: Line<120>,
    /// Where the paper is, or what else is to be said.
    pub note: Option<Line<200>>,
}

impl Signature {
    /// What was recorded of a signature in the portal.
    #[must_use]
    pub fn evidence(&self) -> Option<&Evidence> {
        match &self.by {
            SignedBy::Electronic(evidence) => Some(evidence),
            SignedBy::Paper(_) => None,
        }
    }

    /// The name under the contract.
    #[must_use]
    pub fn name(&self) -> &PersonName {
        match &self.by {
            SignedBy::Electronic(evidence) => &evidence.typed,
            SignedBy::Paper(paper) => &paper.name,
        }
    }
}
