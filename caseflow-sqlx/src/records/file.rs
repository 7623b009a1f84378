use caseflow_core::domain::file::{FileRef, StoredFile};

use crate::read::{Cells, Stored, Unknown, Unreadable, hash};
use crate::table::Table;
use crate::value::{self, Value, text};

/// The bytes stand where a text would.
pub(crate) const FILES: Table = Table {
    name: "caseflow_files",
    key: &["sha256"],
    texts: &["bytes"],
    numbers: &[],
    versioned: false,
};

pub(crate) fn values(file: &StoredFile) -> Vec<Value> {
    vec![
        text(file.reference().hex()),
        Value::Bytes(file.bytes().to_vec()),
    ]
}

impl Stored for StoredFile {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let _sha256 = cells.text()?;
        cells.bytes().map(|bytes| Self::new(bytes.to_vec()))
    }
}

/// The text of a reference: the hash.
pub(super) fn sha256(file: Option<FileRef>) -> Value {
    value::maybe(file.map(|file| file.hex()).as_ref())
}

/// The number of a reference: the size.
pub(super) fn size(file: Option<FileRef>) -> Value {
    match file {
        Some(file) => file.size.into(),
        None => Value::Int(None),
    }
}

/// Reads what [`sha256`] and [`size`] wrote.
pub(super) fn reference(cells: &mut Cells<'_>) -> Result<Option<FileRef>, Unreadable> {
    match (cells.maybe_text()?, cells.maybe_number()?) {
        (None, None) => Ok(None),
        (Some(sha256), Some(size)) => Ok(Some(FileRef {
            sha256: hash(sha256)?,
            size: size.try_into()?,
        })),
        _ => Err(Unknown("the file").into()),
    }
}
