//! Pages around signing in and out.

use askama::Template;

use super::forms::Problems;
use super::frame::Frame;

/// The sign-in form: posts `email`, `password` and, when it is set, `next`.
#[derive(Debug, Template)]
#[template(path = "sign-in.html")]
pub(crate) struct SignIn {
    pub(crate) frame: Frame,
    pub(crate) problems: Problems,
    /// What was typed before; a password is never shown again.
    pub(crate) email: String,
    /// Where to go after signing in: an address inside the portal, already checked.
    pub(crate) next: Option<String>,
    pub(crate) notice: Option<SignInNotice>,
}

/// Why somebody finds the sign-in page before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInNotice {
    /// A password was just set by a mailed link.
    PasswordSet,
    /// A new e-mail address was just confirmed by a mailed link.
    EmailConfirmed,
    /// The session ended by itself.
    SessionEnded,
}

/// The form that asks for a reset link: posts `email`.
#[derive(Debug, Template)]
#[template(path = "forgot-password.html")]
pub(crate) struct ForgotPassword {
    pub(crate) frame: Frame,
    pub(crate) problems: Problems,
    pub(crate) email: String,
}

/// The answer to every well-formed address, known or not.
#[derive(Debug, Template)]
#[template(path = "forgot-password-sent.html")]
pub(crate) struct ForgotPasswordSent {
    pub(crate) frame: Frame,
    pub(crate) email: String,
    /// How long the link works, as `format::wait` says it.
    pub(crate) valid_for: String,
}

/// The page behind a mailed link: posts `password` and `password_again` to its own address.
#[derive(Debug, Template)]
#[template(path = "set-password.html")]
pub(crate) struct SetPassword {
    pub(crate) frame: Frame,
    pub(crate) problems: Problems,
    pub(crate) purpose: SetPasswordFor,
    pub(crate) token: String,
    /// The account's address, shown and given to password managers.
    pub(crate) email: String,
    /// Fewest characters that the firm takes.
    pub(crate) least: usize,
}

/// Which mail led to the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SetPasswordFor {
    Invitation,
    Reset,
}

/// A set-password link that is used, replaced or too old.
#[derive(Debug, Template)]
#[template(path = "set-password-dead.html")]
pub(crate) struct SetPasswordDead {
    pub(crate) frame: Frame,
}

/// The page behind the link that makes a new e-mail address count: posts nothing to its own address.
#[derive(Debug, Template)]
#[template(path = "confirm-email.html")]
pub(crate) struct ConfirmEmail {
    pub(crate) frame: Frame,
    pub(crate) token: String,
    /// The address to confirm.
    pub(crate) email: String,
}

/// A confirm-email link that is used, replaced or too old.
#[derive(Debug, Template)]
#[template(path = "confirm-email-dead.html")]
pub(crate) struct ConfirmEmailDead {
    pub(crate) frame: Frame,
}

/// The page behind the link that lets staff look at the portal as a contact: posts nothing to its own
/// address.
#[derive(Debug, Template)]
#[template(path = "preview.html")]
pub(crate) struct Preview {
    pub(crate) frame: Frame,
    pub(crate) token: String,
    /// The address that the contact signs in with.
    pub(crate) contact: String,
}

/// A preview link that is used, replaced or too old.
#[derive(Debug, Template)]
#[template(path = "preview-dead.html")]
pub(crate) struct PreviewDead {
    pub(crate) frame: Frame,
}

/// The page after a preview.
#[derive(Debug, Template)]
#[template(path = "preview-ended.html")]
pub(crate) struct PreviewEnded {
    pub(crate) frame: Frame,
}

/// The page after signing out.
#[derive(Debug, Template)]
#[template(path = "signed-out.html")]
pub(crate) struct SignedOut {
    pub(crate) frame: Frame,
}
