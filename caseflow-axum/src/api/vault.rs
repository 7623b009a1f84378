//! What both APIs answer of a vault's items.

use caseflow_core::domain::vault::{Content, Details, SecretText};
use caseflow_core::{Overview, OverviewKind};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::values::{chosen, text};
use super::wire::{Flaws, Wire};

/// What an item says of itself besides its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = VaultOverview)]
pub(super) struct OverviewView {
    /// What it is called.
    #[schema(example = "Bank statement.pdf")]
    name: String,
    /// What was written about it.
    description: Option<String>,
    /// What it is: a file, data to sign in somewhere, or another short secret.
    #[schema(example = "file")]
    kind: &'static str,
    /// What kind of file it is, as far as its name and its first bytes agreed.
    #[schema(example = "application/pdf")]
    media_type: Option<String>,
    /// How many bytes a file has.
    size: Option<u64>,
    /// Where to sign in.
    place: Option<String>,
}

const FILE: &str = "file";
const SIGN_IN: &str = "sign_in";
const NOTE: &str = "note";

impl From<&Overview> for OverviewView {
    fn from(shown: &Overview) -> Self {
        let (kind, file, place) = match &shown.kind {
            OverviewKind::File(facts) => (FILE, Some(facts), None),
            OverviewKind::SignIn(place) => (SIGN_IN, None, place.as_ref()),
            OverviewKind::Note => (NOTE, None, None),
        };
        Self {
            name: shown.name.to_string(),
            description: shown.description.as_ref().map(ToString::to_string),
            kind,
            media_type: file.map(|facts| facts.media_type.to_string()),
            size: file.map(|facts| facts.length),
            place: place.map(ToString::to_string),
        }
    }
}

/// Says nothing of what is sealed.
impl std::fmt::Debug for OverviewView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OverviewView(…)")
    }
}

/// A short secret, with what belongs to it.
#[derive(Serialize, ToSchema)]
#[schema(as = VaultSecret)]
pub(super) struct SecretView {
    /// The name to sign in with.
    account: Option<String>,
    /// The password, or the secret itself.
    #[schema(format = Password)]
    secret: String,
    /// What else is needed to sign in.
    note: Option<String>,
}

impl SecretView {
    /// A file has none.
    pub(super) fn of(details: &Details) -> Option<Self> {
        let text = |secret: &SecretText| secret.reveal().to_owned();
        match &details.content {
            Content::File(_) => None,
            Content::Note(note) => Some(Self {
                account: None,
                secret: text(note),
                note: None,
            }),
            Content::SignIn(sign_in) => Some(Self {
                account: sign_in.account.as_ref().map(text),
                secret: text(&sign_in.password),
                note: sign_in.note.as_ref().map(text),
            }),
        }
    }
}

/// Says nothing of the secret.
impl std::fmt::Debug for SecretView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretView(…)")
    }
}

/// A short secret as it is typed: nothing of it is trimmed.
impl Wire for SecretText {
    fn shape() -> Value {
        json!({
            "type": "string", "format": "password", "minLength": 1, "maxLength": Self::MOST,
        })
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let typed = Self::typed(text(given, at, flaws)?);
        chosen(typed, at, "1 to 10,000 bytes of text", flaws)
    }

    fn absent() -> Option<Self> {
        None
    }
}
