//! What is bound to a statement.

use caseflow_core::domain::time::Timestamp;
use chrono::NaiveDate;

/// A value on its way into the database.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Vec<u8>),
}

/// The text that stands for a thing, such as an id.
#[expect(
    clippy::needless_pass_by_value,
    reason = "takes ids by copy and texts by reference alike"
)]
pub(crate) fn text(thing: impl ToString) -> Value {
    Value::Text(Some(thing.to_string()))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> Value {
    text(hex_text(bytes))
}

pub(crate) fn hex_text(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// The text of something that may be absent.
pub(crate) fn maybe(thing: Option<&impl ToString>) -> Value {
    Value::Text(thing.map(ToString::to_string))
}

/// A list of texts, for `{each}`.
pub(crate) fn list(things: impl IntoIterator<Item = impl ToString>) -> Value {
    let texts: Vec<String> = things.into_iter().map(|it| it.to_string()).collect();
    text(serde_json::Value::from(texts))
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(Some(number.into()))
    }
}

impl From<u8> for Value {
    fn from(number: u8) -> Self {
        Self::Int(Some(number.into()))
    }
}

/// Numbers beyond `i64` never occur: versions and places count writes.
impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Int(Some(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}

/// A number of rows.
impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Int(Some(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::Int(Some(at.micros()))
    }
}

impl From<Option<Timestamp>> for Value {
    fn from(at: Option<Timestamp>) -> Self {
        Self::Int(at.map(Timestamp::micros))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}

impl From<NaiveDate> for Value {
    fn from(day: NaiveDate) -> Self {
        text(day)
    }
}

impl From<std::time::Duration> for Value {
    fn from(span: std::time::Duration) -> Self {
        Self::Int(Some(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }
}
