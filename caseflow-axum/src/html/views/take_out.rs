//! The archive of everything that the contact may see.

use askama::Template;
use caseflow_core::domain::access::Section;

use super::forms::Problems;
use super::frame::{Bar, Frame};

/// What will be in the archive. Posts `current_password` when it was given too long ago.
#[derive(Debug, Template)]
#[template(path = "take-out.html")]
pub(crate) struct TakeOutPage {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) problems: Problems,
    pub(crate) sections: Vec<Section>,
    pub(crate) taking: Taking,
}

/// What the archive needs before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Taking {
    /// Nothing: the contact signed in just now.
    AtOnce,
    /// The password.
    WithPassword {
        /// The account's address, for password managers.
        email: String,
    },
    /// That the contact signs in at the host again.
    AfterSignIn {
        /// Where.
        login: String,
    },
}
