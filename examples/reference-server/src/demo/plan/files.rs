//! Documents and vaults.

use anyhow::Context as _;
use serde::Deserialize;

/// What files there are to be handed in, by name.
const FILES: [(&str, &[u8]); 4] = [
    (
        "annual-accounts-2025.pdf",
        include_bytes!("../files/annual-accounts-2025.pdf"),
    ),
    ("deadlines.txt", include_bytes!("../files/deadlines.txt")),
    (
        "ground-floor.png",
        include_bytes!("../files/ground-floor.png"),
    ),
    (
        "share-register.csv",
        include_bytes!("../files/share-register.csv"),
    ),
];

/// A file that lies at hand.
pub(crate) fn bytes(file: &str) -> anyhow::Result<&'static [u8]> {
    let found = FILES.iter().find(|(name, _)| *name == file);
    let found = found.with_context(|| format!("no file {file}"))?;
    Ok(found.1)
}

/// A shared document.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentPlan {
    /// The day on which it is handed in.
    pub(crate) day: i64,
    /// Which file it is.
    pub(crate) file: String,
    /// What it is called; like the file when absent.
    pub(crate) name: Option<String>,
    pub(crate) matter: Option<String>,
    /// E-mails of the contacts for whom it is; all when absent.
    pub(crate) only_for: Option<Vec<String>>,
    /// Not shared yet.
    #[serde(default)]
    pub(crate) kept_back: bool,
    #[serde(default)]
    pub(crate) then: Vec<DocumentStep>,
}

/// What became of a document.
#[derive(Debug, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum DocumentStep {
    /// A further version is handed in.
    Replace { day: i64, file: String },
    /// It is taken back.
    Unshare { day: i64 },
}

impl DocumentPlan {
    /// What it is called.
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.file)
    }
}

impl DocumentStep {
    pub(crate) fn day(&self) -> i64 {
        match self {
            Self::Replace { day, .. } | Self::Unshare { day } => *day,
        }
    }
}

/// An item of a vault.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VaultPlan {
    /// The day on which it is put in.
    pub(crate) day: i64,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// E-mails of the contacts for whom it is; all when absent.
    pub(crate) only_for: Option<Vec<String>>,
    pub(crate) holds: HoldsPlan,
}

/// What is in it.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum HoldsPlan {
    /// A file.
    File { file: String },
    /// Data to sign in somewhere.
    SignIn {
        place: String,
        account: String,
        password: String,
    },
    /// Another short secret.
    Note { text: String },
}
