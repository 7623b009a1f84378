//! The contact's own details.

use askama::Template;

use super::forms::Problems;
use super::frame::{Bar, Frame};

/// What the firm has on file, to be changed: posts `first_name`, `last_name`, `phone` and `email`.
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
    /// Address of the page for another password; none when the host signs contacts in.
    pub(crate) password: Option<String>,
}

/// What has just been saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProfileNotice {
    Saved,
    EmailToConfirm,
    EmailConfirmed,
    PasswordChanged,
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
