//! The contact's own details.

use askama::Template;
use caseflow_core::domain::access::Section;

use super::forms::Problems;
use super::frame::{Bar, Frame, Place};
use crate::html::format::Minute;

/// What the firm has on file, to be changed, and where the contact is signed in. One form posts
/// `first_name`, `last_name`, `phone` and `email`; one `language`, `direction` and a `mail_…` for each
/// switch that is on.
#[derive(Debug, Template)]
#[template(path = "profile.html")]
pub(crate) struct Profile {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) problems: Problems,
    pub(crate) notice: Option<ProfileNotice>,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) phone: String,
    pub(crate) email: String,
    /// The job title, which only the firm changes.
    pub(crate) title: Option<String>,
    pub(crate) languages: Vec<Choice>,
    pub(crate) directions: Vec<Choice>,
    pub(crate) switches: Vec<Switch>,
    /// What belongs to the portal's own sign-in; none when the host signs contacts in.
    pub(crate) own_sign_in: Option<OwnSignIn>,
}

/// One of the options of a field.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) name: String,
    pub(crate) is_chosen: bool,
}

/// Whether the contact gets mail about a section.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Switch {
    pub(crate) section: Section,
    pub(crate) is_on: bool,
}

impl Switch {
    pub(crate) fn name(&self) -> Place {
        Place::Section(self.section)
    }

    /// The field that is posted when it is on.
    pub(crate) fn field(&self) -> String {
        format!("mail_{}", self.section.code())
    }
}

/// The password, and where the contact is signed in.
#[derive(Debug, Clone)]
pub(crate) struct OwnSignIn {
    /// Address of the page for another password.
    pub(crate) password: String,
    /// The current session first.
    pub(crate) sessions: Vec<SessionRow>,
}

impl OwnSignIn {
    /// Whether the contact is signed in elsewhere too.
    pub(crate) fn has_others(&self) -> bool {
        self.sessions.iter().any(|session| session.end.is_some())
    }
}

/// A place where the contact is signed in.
#[derive(Debug, Clone)]
pub(crate) struct SessionRow {
    pub(crate) device: String,
    /// The network address from which the contact signed in.
    pub(crate) address: Option<String>,
    pub(crate) began: Minute,
    pub(crate) used: Minute,
    /// Where to post to end it; none for the one by which the contact is here.
    pub(crate) end: Option<String>,
}

/// What has just been saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProfileNotice {
    Saved,
    EmailToConfirm,
    EmailConfirmed,
    PasswordChanged,
    PreferencesSaved,
    SessionEnded,
    OthersEnded,
}

/// The form for another password: posts `current_password`, `password` and `password_again`.
#[derive(Debug, Template)]
#[template(path = "change-password.html")]
pub(crate) struct ChangePassword {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) problems: Problems,
    /// The account's address, for password managers.
    pub(crate) email: String,
    /// Fewest characters that the firm takes.
    pub(crate) least: usize,
}
