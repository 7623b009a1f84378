//! The words of the vault.

use std::fmt;

use crate::html::views::vault::{Deed, ItemKind, Whom};

impl fmt::Display for ItemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File(_) => "File",
            Self::SignIn => "Sign-in details",
            Self::Note => "Short secret",
            Self::Unreadable => "Cannot be opened",
        })
    }
}

impl fmt::Display for Whom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Contact(name) | Self::Staff(name) => name,
            Self::Somebody => "Somebody",
        })
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unlocked => "Opened the vault with the password",
            Self::UnlockFailed => "Gave a wrong password",
            Self::Listed => "Looked at what is there",
            Self::Added => "Added",
            Self::Changed => "Changed",
            Self::Opened => "Looked at the secret",
            Self::Downloaded => "Downloaded",
            Self::Refused => "Was refused",
            Self::Unreadable => "Could not open it: it is damaged or was changed",
            Self::Removed => "Removed",
            Self::Other => "Something else",
        })
    }
}
