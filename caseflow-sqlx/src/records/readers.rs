use caseflow_core::domain::readers::{Chosen, Readers};

use crate::read::{Cells, Unknown, Unreadable};
use crate::table::Shape;
use crate::value::{Value, text};

/// A table of contacts that were chosen to read records of another one, whose column `readers` says
/// whether they were.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReaderTable {
    name: &'static str,
    /// The column that says which record.
    record: &'static str,
}

pub(crate) const DOCUMENT_READERS: ReaderTable = ReaderTable {
    name: "caseflow_document_readers",
    record: "document_id",
};

pub(crate) const VAULT_READERS: ReaderTable = ReaderTable {
    name: "caseflow_vault_readers",
    record: "item_id",
};

const ALL: &str = "all";
const CHOSEN: &str = "chosen";

impl ReaderTable {
    /// Values: the firm, the record, the record's client, the contacts.
    pub(crate) fn insert(&self) -> String {
        let Self { name, record } = self;
        format!(
            "INSERT INTO {name} (firm_id, {record}, client_id, contact_id) \
             SELECT $1, $2, $3, j.value FROM {{each}}$4{{end}}"
        )
    }

    /// Values: the firm, the record.
    pub(crate) fn forget(&self) -> String {
        let Self { name, record } = self;
        format!("DELETE FROM {name} WHERE firm_id = $1 AND {record} = $2")
    }

    /// That the contact `$place` is a reader of the record `alias` of the firm `$1`.
    pub(crate) fn include(&self, alias: &str, place: usize) -> String {
        let Self { name, record } = self;
        format!(
            "({alias}.readers = '{ALL}' OR EXISTS (SELECT 1 FROM {name} m WHERE m.firm_id = $1 \
             AND m.{record} = {alias}.id AND m.contact_id = ${place}))"
        )
    }

    /// The shape of the record `alias`, and at the end of its texts who was chosen.
    pub(crate) fn beside(&self, shape: Shape, alias: &str) -> Shape {
        let Self { name, record } = self;
        let contacts = format!(
            "(SELECT {{array}}(m.contact_id) FROM {name} m \
             WHERE m.firm_id = {alias}.firm_id AND m.{record} = {alias}.id)"
        );
        shape.text(format!(
            "CASE WHEN {alias}.readers = '{CHOSEN}' THEN CAST({contacts} AS TEXT) END"
        ))
    }
}

/// What the column `readers` says.
pub(super) fn code(readers: &Readers) -> Value {
    text(match readers {
        Readers::All => ALL,
        Readers::Chosen(_) => CHOSEN,
    })
}

/// Reads what [`code`] wrote, and of [`beside`](ReaderTable::beside) who was chosen.
pub(super) fn read(code: &str, cells: &mut Cells<'_>) -> Result<Readers, Unreadable> {
    match (code, cells.maybe_text()?) {
        (ALL, None) => Ok(Readers::All),
        (CHOSEN, Some(contacts)) => {
            let contacts: Vec<&str> = serde_json::from_str(contacts)?;
            let contacts = contacts.into_iter().map(str::parse);
            let chosen = Chosen::new(contacts.collect::<Result<_, _>>()?)?;
            Ok(Readers::Chosen(chosen))
        }
        _ => Err(Unknown("who may read").into()),
    }
}
