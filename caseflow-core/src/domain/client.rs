//! Clients and their contacts: the people who sign in.

use super::access::{Section, Sections};
use super::id::{ClientId, ContactId};
use super::password::PasswordHash;
use super::text::{Direction, Email, LanguageTag, Line, PersonName, Phone, Prose};
use super::time::Timestamp;

/// A company or a person that the firm serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// The name on its invoices.
    pub name: Line<200>,
    /// Postal address as printed.
    pub address: Option<Prose<500>>,
    /// VAT or company number as printed.
    pub tax_id: Option<Line<40>>,
    /// The firm's own reference for the client, such as a file number. Never shown to contacts.
    pub reference: Option<Line<60>>,
    /// When the client was added.
    pub created_at: Timestamp,
}

/// A person at a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// The client it belongs to.
    pub client: ClientId,
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// The address mails go to and the contact signs in with; unique among a firm's contacts that
    /// have not been removed.
    pub email: Email,
    /// Telephone.
    pub phone: Option<Phone>,
    /// Job title.
    pub title: Option<Line<100>>,
    /// The language of pages and mails; the firm's when absent.
    pub language: Option<LanguageTag>,
    /// The text direction of pages.
    pub direction: Direction,
    /// Whether this is the client's one primary contact.
    pub standing: Standing,
    /// Portal access, switched by staff.
    pub access: Access,
    /// The sections the contact may see.
    pub permissions: Sections,
    /// The sections about which the contact gets mail.
    pub mail: Sections,
    /// When the contact was added.
    pub created_at: Timestamp,
}

/// What a contact is to its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The one contact the firm turns to first.
    Primary,
    /// One of the others.
    Other,
    /// No longer a contact: kept for the history, dead for everything else.
    Removed,
}

impl Standing {
    /// The lower-case name used in storage and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Other => "other",
            Self::Removed => "removed",
        }
    }

    /// Finds a standing by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Primary, Self::Other, Self::Removed]
            .into_iter()
            .find(|it| it.code() == code)
    }
}

/// The portal-access switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// No sign-in; sessions and links are dead.
    Off,
    /// Switched on, no password set yet.
    Invited,
    /// Switched on, with the password's hash.
    On(PasswordHash),
}

impl Contact {
    /// First and last name.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// Whether the contact may use the portal now (R-ACC-2).
    #[must_use]
    pub fn may_sign_in(&self) -> bool {
        self.is_active() && !matches!(self.access, Access::Off)
    }

    /// Whether the contact has not been removed.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.standing != Standing::Removed
    }

    /// Whether this is the one contact the firm turns to first.
    #[must_use]
    pub fn is_primary(&self) -> bool {
        self.standing == Standing::Primary
    }

    /// Whether mail about `section` goes to this contact (R-ACC-5).
    #[must_use]
    pub fn gets_mail(&self, section: Section) -> bool {
        self.is_active() && self.mail.contains(section)
    }

    /// The password's hash, when one is set and access is on.
    #[must_use]
    pub fn password(&self) -> Option<&PasswordHash> {
        match (&self.access, self.is_active()) {
            (Access::On(hash), true) => Some(hash),
            _ => None,
        }
    }
}
