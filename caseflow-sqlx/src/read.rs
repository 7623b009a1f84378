//! From rows of JSON text to records.

use std::error::Error;
use std::str::FromStr;

use caseflow_core::domain::page::{Cursor, PageQuery};
use caseflow_core::ports::store::StoreError;
use serde::de::DeserializeOwned;

use crate::conn::Row;
use crate::value::{Value, text};

/// Why a stored record cannot be read.
pub(crate) type Unreadable = Box<dyn Error + Send + Sync>;

/// A record as it lies in its table.
pub(crate) trait Stored: DeserializeOwned {
    type Record;

    fn read(self) -> Result<Self::Record, Unreadable>;
}

/// A code that no known value has.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not known")]
pub(crate) struct Unknown(pub(crate) &'static str);

/// The record in this column; `None` when there is none.
pub(crate) fn one<S: Stored>(
    row: &dyn Row,
    column: usize,
) -> Result<Option<S::Record>, StoreError> {
    let Some(json) = cell(row, column)? else {
        return Ok(None);
    };
    let stored: S = serde_json::from_str(json).map_err(corrupt)?;
    stored.read().map(Some).map_err(StoreError::Corrupt)
}

/// The record in this column, which is always there.
pub(crate) fn required<S: Stored>(row: &dyn Row, column: usize) -> Result<S::Record, StoreError> {
    one::<S>(row, column)?.ok_or_else(|| corrupt(Unknown("a record")))
}

/// The records in this column's JSON array.
pub(crate) fn many<S: Stored>(row: &dyn Row, column: usize) -> Result<Vec<S::Record>, StoreError> {
    let Some(json) = cell(row, column)? else {
        return Ok(vec![]);
    };
    let stored: Vec<S> = serde_json::from_str(json).map_err(corrupt)?;
    let records = stored.into_iter().map(S::read).collect::<Result<_, _>>();
    records.map_err(StoreError::Corrupt)
}

/// The text in this column.
pub(crate) fn cell(row: &dyn Row, column: usize) -> Result<Option<&str>, StoreError> {
    row.text(column).map_err(corrupt)
}

pub(crate) fn corrupt(error: impl Into<Unreadable>) -> StoreError {
    StoreError::Corrupt(error.into())
}

/// Reads a text that may be absent.
pub(crate) fn maybe<T>(text: Option<String>) -> Result<Option<T>, T::Err>
where
    T: FromStr,
{
    text.map(|text| text.parse()).transpose()
}

/// Reads 64 hexadecimal digits.
pub(crate) fn hash(text: &str) -> Result<[u8; 32], Unreadable> {
    let mut bytes = [0; 32];
    let pairs = text.as_bytes().chunks(2);
    if text.len() != 64 {
        return Err(Unknown("the hash").into());
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(str::from_utf8(pair)?, 16)?;
    }
    Ok(bytes)
}

/// The id after which an ascending list goes on.
pub(crate) fn after_id(page: &PageQuery<()>) -> Value {
    text(page.after.as_ref().map_or("", |after| &after.id))
}

/// The id before which a descending list goes on.
pub(crate) fn before_id(page: &PageQuery<()>) -> Value {
    text(page.after.as_ref().map_or(LAST, |after| &after.id))
}

/// The key and id before which a descending list goes on.
pub(crate) fn before<K: ToString>(after: Option<&Cursor<K>>) -> [Value; 2] {
    match after {
        Some(after) => [text(after.key.to_string()), text(&after.id)],
        None => [text(LAST), text(LAST)],
    }
}

/// One row more than the page has, to know whether there is another page.
pub(crate) fn limit<K>(page: &PageQuery<K>) -> Value {
    Value::from(page.size.rows() + 1)
}

/// Sorts after every id and day.
const LAST: &str = "~";

/// The place of a row in a list that is in the order of ids.
pub(crate) fn by_id(id: impl std::fmt::Display + Copy) -> Cursor<()> {
    Cursor {
        key: (),
        id: id.to_string(),
    }
}
