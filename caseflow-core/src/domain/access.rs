//! Who acts, what they may see, and from where (R-ACC).

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use super::client::{Client, Contact};
use super::firm::Firm;
use super::id::{ApiKeyId, ContactId, FirmId};
use super::session::Session;
use super::text::Line;
use super::time::Timestamp;

/// For how long the vault opens after the contact proved who they are (R-VLT-3).
pub const UNLOCKED: Duration = Duration::from_secs(5 * 60);

/// A part of the portal that a contact's permission or a firm's setting opens and closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Invoices, payments and receipts.
    Invoices,
    /// Proposals.
    Proposals,
    /// Contracts and signatures.
    Contracts,
    /// Estimates.
    Estimates,
    /// Shared documents.
    Documents,
    /// The encrypted vault.
    Vault,
    /// The firm's published articles. Open to every contact; only the firm can close it.
    Library,
}

impl Section {
    /// Every section, in the order of the side bar.
    pub const ALL: [Self; 7] = [
        Self::Invoices,
        Self::Proposals,
        Self::Contracts,
        Self::Estimates,
        Self::Documents,
        Self::Vault,
        Self::Library,
    ];

    /// The lower-case name used in storage and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invoices => "invoices",
            Self::Proposals => "proposals",
            Self::Contracts => "contracts",
            Self::Estimates => "estimates",
            Self::Documents => "documents",
            Self::Vault => "vault",
            Self::Library => "library",
        }
    }

    /// Finds a section by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.code() == code)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of [`Section`]s: a contact's permissions, its mail switches, or what a firm has open.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Sections(u8);

impl Sections {
    /// No section.
    pub const NONE: Self = Self(0);
    /// Every section.
    pub const ALL: Self = Self(0x7f);
    /// The sections about which mail goes out, each with a switch of its own (R-ACC-5).
    pub const MAILED: Self = Self::NONE
        .with(Section::Invoices)
        .with(Section::Proposals)
        .with(Section::Contracts)
        .with(Section::Estimates);

    /// Whether `section` is in the set.
    #[must_use]
    pub const fn contains(self, section: Section) -> bool {
        self.0 & section.bit() != 0
    }

    /// The set with `section` added.
    #[must_use]
    pub const fn with(self, section: Section) -> Self {
        Self(self.0 | section.bit())
    }

    /// The set with `section` taken out.
    #[must_use]
    pub const fn without(self, section: Section) -> Self {
        Self(self.0 & !section.bit())
    }

    /// What is in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The sections of the set, in the order of the side bar.
    pub fn iter(self) -> impl Iterator<Item = Section> {
        Section::ALL
            .into_iter()
            .filter(move |section| self.contains(*section))
    }

    /// A number that stands for the set in storage: bit *n* is the *n*-th of [`Section::ALL`].
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Reads [`bits`](Self::bits) back; bits that no section has are dropped.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & Self::ALL.0)
    }
}

impl FromIterator<Section> for Sections {
    fn from_iter<I: IntoIterator<Item = Section>>(sections: I) -> Self {
        sections.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Debug for Sections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(Section::code))
            .finish()
    }
}

/// Where a request came from, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The peer's address, after the trusted-proxy rule.
    pub ip: Option<IpAddr>,
    /// The `User-Agent` header, at most 300 characters of it.
    pub user_agent: Option<Line<300>>,
}

/// Who did something, as the audit row says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A contact in the portal.
    Contact(ContactId),
    /// Staff, or the firm's own software.
    Staff(Staff),
    /// Somebody who has not signed in.
    Anonymous,
    /// The portal's own upkeep.
    System,
}

/// A member of the firm's staff, or the firm's software, already identified by the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// The firm they act for. Every firm verb is limited to it.
    pub firm: FirmId,
    /// The name that the audit log shows.
    pub name: Line<120>,
    /// The API key they came with, if they came by the firm's API.
    pub key: Option<ApiKeyId>,
    /// Whether they may open the clients' vaults.
    pub vault: bool,
}

impl Staff {
    /// Whoever looks at the portal in a preview: known by name, and grants nothing.
    #[must_use]
    pub const fn who_looks(firm: FirmId, name: Line<120>) -> Self {
        Self {
            firm,
            name,
            key: None,
            vault: false,
        }
    }
}

/// How a contact is known to this request: what the adapter looks the guest up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visitor {
    /// By our own session token; the hash of it is what the store knows.
    Session(super::secret::TokenHash),
    /// By the token of staff who look at the portal as the contact (R-ACC-9).
    Preview(super::secret::TokenHash),
    /// By the host's own sign-on, which vouches for the contact.
    Vouched {
        /// The contact that the host identified.
        contact: ContactId,
        /// When the host last saw them authenticate.
        authenticated_at: Timestamp,
    },
}

impl Visitor {
    /// Whether it is staff who look, not the contact.
    #[must_use]
    pub const fn is_staff(&self) -> bool {
        matches!(self, Self::Preview(_))
    }
}

/// What the store knows of a visitor: read together with every page, before it is known whether
/// the visit is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// The firm whose portal this is.
    pub firm: Firm,
    /// The client that the contact belongs to.
    pub client: Client,
    /// The contact.
    pub contact: Contact,
    /// The session, when the visitor came with one.
    pub session: Option<Session>,
}

impl Guest {
    /// Lets the guest in when the session is alive and portal access is on (R-ACC-2).
    #[must_use]
    pub fn admit(self, visitor: Visitor, now: Timestamp) -> Option<ContactSession> {
        let authenticated_at = match (visitor, &self.session) {
            (
                Visitor::Vouched {
                    authenticated_at, ..
                },
                _,
            ) => authenticated_at,
            (Visitor::Session(_) | Visitor::Preview(_), Some(session))
                if session.is_live(now) && session.preview.is_some() == visitor.is_staff() =>
            {
                session.last_proof()
            }
            (Visitor::Session(_) | Visitor::Preview(_), _) => return None,
        };
        self.contact.may_sign_in().then_some(ContactSession {
            guest: self,
            authenticated_at,
        })
    }
}

/// A contact who is signed in: the proof that portal verbs are done on behalf of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactSession {
    guest: Guest,
    authenticated_at: Timestamp,
}

impl ContactSession {
    /// The firm whose portal this is.
    #[must_use]
    pub fn firm(&self) -> &Firm {
        &self.guest.firm
    }

    /// The client that the contact belongs to.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.guest.client
    }

    /// The contact.
    #[must_use]
    pub fn contact(&self) -> &Contact {
        &self.guest.contact
    }

    /// The portal's own session; none when the host vouched for the contact.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.guest.session.as_ref()
    }

    /// The member of staff who looks at the portal as the contact; none when it is the contact.
    #[must_use]
    pub fn preview(&self) -> Option<&Line<120>> {
        self.session()?.preview.as_ref()
    }

    /// When the contact last proved who they are.
    #[must_use]
    pub fn authenticated_at(&self) -> Timestamp {
        self.authenticated_at
    }

    /// The sections this contact may open: its permissions, less what the firm has closed
    /// (R-ACC-4, R-ACC-10).
    #[must_use]
    pub fn sections(&self) -> Sections {
        open_sections(&self.guest.firm, &self.guest.contact)
    }

    /// Whether the contact proved lately enough who they are for the vault to open (R-VLT-3).
    #[must_use]
    pub fn may_unlock(&self, now: Timestamp) -> bool {
        self.preview().is_none() && now < self.authenticated_at.plus(UNLOCKED)
    }

    /// Whether `section` is open to this contact.
    #[must_use]
    pub fn may_open(&self, section: Section) -> bool {
        self.sections().contains(section)
    }

    /// The sections whose mail the contact itself may switch on and off: those about which mail goes
    /// out, as far as they are open to it. The other switches are the firm's.
    #[must_use]
    pub fn mail_choices(&self) -> Sections {
        self.sections().and(Sections::MAILED)
    }

    /// Who is here, as the audit log names them: the contact, or the member of staff who looks.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self.preview() {
            None => Actor::Contact(self.guest.contact.id),
            Some(name) => Actor::Staff(Staff::who_looks(self.guest.firm.id, name.clone())),
        }
    }
}

/// The sections that `contact` may open at `firm`.
#[must_use]
pub fn open_sections(firm: &Firm, contact: &Contact) -> Sections {
    firm.sections
        .and(contact.permissions.with(Section::Library))
}
