//! For which contacts something is there, as the firm's API says it.

use caseflow_core::domain::id::ContactId;
use caseflow_core::domain::readers::{Chosen, Readers};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::values::parsed;
use super::wire::{Distinct, Flaws, Wire};

/// For which contacts it is there.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Readers)]
pub(crate) enum ReadersView {
    /// The word `everyone`: all contacts of the client.
    Everyone(&'static str),
    /// These contacts.
    Chosen(Vec<String>),
}

const EVERYONE: &str = "everyone";

impl From<&Readers> for ReadersView {
    fn from(readers: &Readers) -> Self {
        match readers {
            Readers::All => Self::Everyone(EVERYONE),
            Readers::Chosen(chosen) => {
                let contacts = chosen.as_slice().iter();
                Self::Chosen(contacts.map(ToString::to_string).collect())
            }
        }
    }
}

/// All contacts when nothing is said.
impl Wire for Readers {
    fn shape() -> Value {
        let mut contacts = Distinct::<ContactId>::shape();
        if let Some(contacts) = contacts.as_object_mut() {
            contacts.insert("minItems".to_owned(), json!(1));
            contacts.insert("maxItems".to_owned(), json!(Chosen::MOST));
        }
        json!({"oneOf": [{"type": "string", "enum": [EVERYONE]}, contacts]})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        if given == EVERYONE {
            return Some(Self::All);
        }
        let Distinct(contacts) = Distinct::read(given, at, flaws)?;
        parsed(Chosen::new(contacts), at, flaws).map(Self::Chosen)
    }

    fn absent() -> Option<Self> {
        Some(Self::All)
    }
}
