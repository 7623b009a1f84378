//! The contact's own details.

use askama::Template;

use super::frame::{Bar, Frame};

/// A summary of what the firm has on file.
#[derive(Debug, Template)]
#[template(path = "profile.html")]
pub(crate) struct Profile {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) title: Option<String>,
    pub(crate) email: String,
    pub(crate) phone: Option<String>,
}
