//! From the cells of an answer to records.

use std::error::Error;
use std::str::FromStr;
use std::time::Duration;

use caseflow_core::domain::changes::{Version, Versioned};
use caseflow_core::domain::page::{Cursor, PageQuery};
use caseflow_core::domain::time::{Timestamp, parse_day};
use caseflow_core::ports::store::StoreError;
use chrono::NaiveDate;

use crate::conn::Rows;
use crate::value::{Value, text};

/// Why a stored record cannot be read.
pub(crate) type Unreadable = Box<dyn Error + Send + Sync>;

/// A record that can be read from a row.
pub(crate) trait Stored: Sized {
    /// Takes the texts and the numbers in the order in which the statement's shape names them.
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable>;
}

/// A code that no known value has, or a cell that is not of its kind.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not known")]
pub(crate) struct Unknown(pub(crate) &'static str);

/// The answer to a statement of several parts: each row says which part it belongs to, then come
/// texts, then numbers.
pub(crate) struct Answer {
    rows: Box<dyn Rows>,
    /// How many texts a row has.
    texts: usize,
}

impl Answer {
    pub(crate) fn new(rows: Box<dyn Rows>, texts: usize) -> Self {
        Self { rows, texts }
    }

    /// The records of this part, in the order in which they came.
    pub(crate) fn many<S: Stored>(&self, part: usize) -> Result<Vec<S>, StoreError> {
        self.of_part(part).collect()
    }

    /// The part's only record, if there is one.
    pub(crate) fn one<S: Stored>(&self, part: usize) -> Result<Option<S>, StoreError> {
        self.of_part(part).next().transpose()
    }

    /// The part's only record, which is always there.
    pub(crate) fn required<S: Stored>(&self, part: usize) -> Result<S, StoreError> {
        self.one(part)?.ok_or_else(|| corrupt(Unknown("a record")))
    }

    fn of_part<S: Stored>(&self, part: usize) -> impl Iterator<Item = Result<S, StoreError>> {
        let rows = 0..self.rows.count();
        rows.filter_map(move |row| match self.rows.number(row, 0) {
            Ok(Some(number)) if usize::try_from(number) == Ok(part) => Some(self.record(row)),
            Ok(_) => None,
            Err(error) => Some(Err(corrupt(error))),
        })
    }

    fn record<S: Stored>(&self, row: usize) -> Result<S, StoreError> {
        let mut cells = Cells {
            rows: &*self.rows,
            row,
            text: 1,
            number: 1 + self.texts,
        };
        S::read(&mut cells).map_err(StoreError::Corrupt)
    }
}

/// The cells of one row: the next text, the next number.
pub(crate) struct Cells<'a> {
    rows: &'a dyn Rows,
    row: usize,
    text: usize,
    number: usize,
}

impl<'a> Cells<'a> {
    pub(crate) fn text(&mut self) -> Result<&'a str, Unreadable> {
        Ok(self.maybe_text()?.ok_or(Unknown("a text"))?)
    }

    pub(crate) fn maybe_text(&mut self) -> Result<Option<&'a str>, Unreadable> {
        let column = self.text;
        self.text += 1;
        self.rows.text(self.row, column)
    }

    /// The text, as what it stands for.
    pub(crate) fn parse<T>(&mut self) -> Result<T, Unreadable>
    where
        T: FromStr,
        Unreadable: From<T::Err>,
    {
        Ok(self.text()?.parse()?)
    }

    /// As [`parse`](Self::parse), of what may be absent.
    pub(crate) fn maybe<T>(&mut self) -> Result<Option<T>, Unreadable>
    where
        T: FromStr,
        Unreadable: From<T::Err>,
    {
        Ok(self.maybe_text()?.map(str::parse).transpose()?)
    }

    pub(crate) fn day(&mut self) -> Result<NaiveDate, Unreadable> {
        Ok(parse_day(self.text()?)?)
    }

    pub(crate) fn maybe_day(&mut self) -> Result<Option<NaiveDate>, Unreadable> {
        Ok(self.maybe_text()?.map(parse_day).transpose()?)
    }

    pub(crate) fn hash(&mut self) -> Result<[u8; 32], Unreadable> {
        hash(self.text()?)
    }

    /// Bytes that were read as hexadecimal digits.
    pub(crate) fn unhexed(&mut self) -> Result<Vec<u8>, Unreadable> {
        let pairs = self.text()?.as_bytes().chunks(2);
        pairs.map(byte).collect()
    }

    /// Bytes stand where texts do.
    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Unreadable> {
        let column = self.text;
        self.text += 1;
        self.rows.bytes(self.row, column)
    }

    pub(crate) fn number(&mut self) -> Result<i64, Unreadable> {
        Ok(self.maybe_number()?.ok_or(Unknown("a number"))?)
    }

    pub(crate) fn maybe_number(&mut self) -> Result<Option<i64>, Unreadable> {
        let column = self.number;
        self.number += 1;
        self.rows.number(self.row, column)
    }

    /// A number of a narrower kind.
    pub(crate) fn count<N: TryFrom<i64>>(&mut self) -> Result<N, Unreadable>
    where
        Unreadable: From<N::Error>,
    {
        Ok(N::try_from(self.number()?)?)
    }

    pub(crate) fn time(&mut self) -> Result<Timestamp, Unreadable> {
        self.number().map(Timestamp::from_micros)
    }

    pub(crate) fn maybe_time(&mut self) -> Result<Option<Timestamp>, Unreadable> {
        Ok(self.maybe_number()?.map(Timestamp::from_micros))
    }

    pub(crate) fn span(&mut self) -> Result<Duration, Unreadable> {
        self.count().map(Duration::from_micros)
    }

    pub(crate) fn version(&mut self) -> Result<Version, Unreadable> {
        self.count().map(Version)
    }
}

/// A versioned record's first number is its version.
impl<T: Stored> Stored for Versioned<T> {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            version: cells.version()?,
            value: T::read(cells)?,
        })
    }
}

pub(crate) fn corrupt(error: impl Into<Unreadable>) -> StoreError {
    StoreError::Corrupt(error.into())
}

/// Reads 64 hexadecimal digits.
pub(crate) fn hash(text: &str) -> Result<[u8; 32], Unreadable> {
    let mut bytes = [0; 32];
    let pairs = text.as_bytes().chunks(2);
    if text.len() != 64 {
        return Err(Unknown("the hash").into());
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = self::byte(pair)?;
    }
    Ok(bytes)
}

/// Reads two hexadecimal digits.
fn byte(digits: &[u8]) -> Result<u8, Unreadable> {
    Ok(u8::from_str_radix(str::from_utf8(digits)?, 16)?)
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

/// The time and id before which a descending list goes on.
pub(crate) fn before_time(page: &PageQuery<Timestamp>) -> [Value; 2] {
    match &page.after {
        Some(after) => [after.key.into(), text(&after.id)],
        None => [i64::MAX.into(), text(LAST)],
    }
}

/// One row more than the page has, to know whether there is another page.
pub(crate) fn limit<K>(page: &PageQuery<K>) -> Value {
    Value::from(page.size.rows() + 1)
}

/// Sorts after every id and day.
pub(crate) const LAST: &str = "~";

/// The place of a row in a list that is in the order of ids.
pub(crate) fn by_id(id: impl std::fmt::Display + Copy) -> Cursor<()> {
    Cursor {
        key: (),
        id: id.to_string(),
    }
}
