//! The vault: opening it, what is in it, one item, its log.

use askama::Template;
use caseflow_core::domain::access::Section;

use super::Pager;
use super::forms::Problems;
use super::frame::{Bar, Frame, Place};
use crate::html::format::{Day, Minute, Size};

/// The page that asks for the password once more.
#[derive(Debug, Template)]
#[template(path = "vault-unlock.html")]
pub(crate) struct VaultUnlock {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) problems: Problems,
    /// Whose password it is.
    pub(crate) email: String,
    /// For how many minutes the vault opens.
    pub(crate) minutes: u64,
    /// Where the contact wanted to go.
    pub(crate) next: Option<String>,
}

/// What is in the vault.
#[derive(Debug, Clone, Template)]
#[template(path = "vault.html")]
pub(crate) struct VaultList {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) rows: Vec<VaultRow>,
    pub(crate) pager: Pager,
}

/// An item of the list.
#[derive(Debug, Clone)]
pub(crate) struct VaultRow {
    pub(crate) id: String,
    pub(crate) kind: ItemKind,
    /// What it is called; none when it cannot be opened.
    pub(crate) name: Option<String>,
    /// Line breaks are kept.
    pub(crate) description: Option<String>,
    /// When what it holds was put into the vault.
    pub(crate) added: Day,
}

/// What kind of item it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ItemKind {
    /// A file of this size.
    File(Size),
    SignIn,
    Note,
    /// It cannot be opened.
    Unreadable,
}

impl ItemKind {
    pub(crate) fn size(&self) -> Option<Size> {
        match self {
            Self::File(size) => Some(*size),
            Self::SignIn | Self::Note | Self::Unreadable => None,
        }
    }

    pub(crate) fn is_secret(&self) -> bool {
        matches!(self, Self::SignIn | Self::Note)
    }
}

/// One item.
#[derive(Template)]
#[template(path = "vault-item.html")]
pub(crate) struct VaultItemPage {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) item: VaultRow,
    /// Where to sign in, as it was written: no link, for whoever wrote it is not asked twice.
    pub(crate) place: Option<String>,
    /// The secret, when the contact has asked to see it.
    pub(crate) shown: Option<Shown>,
}

/// A secret that is shown.
pub(crate) struct Shown {
    pub(crate) account: Option<String>,
    pub(crate) secret: String,
    /// Line breaks are kept.
    pub(crate) note: Option<String>,
    /// After how many seconds the page hides it again, where scripts run.
    pub(crate) seconds: u32,
}

/// Says nothing of the secret.
impl std::fmt::Debug for VaultItemPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VaultItemPage")
            .field("item", &self.item.id)
            .finish_non_exhaustive()
    }
}

/// Who did what with the vault.
#[derive(Debug, Clone, Template)]
#[template(path = "vault-log.html")]
pub(crate) struct VaultLogPage {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) rows: Vec<LogRow>,
    pub(crate) pager: Pager,
}

/// One line of the log.
#[derive(Debug, Clone)]
pub(crate) struct LogRow {
    pub(crate) at: Minute,
    pub(crate) who: Whom,
    pub(crate) deed: Deed,
    /// The item's name, as far as it is known.
    pub(crate) item: Option<String>,
    /// The network address of one of the client's own contacts.
    pub(crate) address: Option<String>,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Whom {
    /// A contact of the client, by name.
    Contact(String),
    /// Somebody at the firm, by name.
    Staff(String),
    Somebody,
}

/// What somebody did. How it reads is in `words`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    Unlocked,
    UnlockFailed,
    Listed,
    Added,
    Changed,
    Opened,
    Downloaded,
    Refused,
    Unreadable,
    Removed,
    Other,
}
