//! Pages of lists, by key and never by offset.

use std::fmt;

use chrono::NaiveDate;

use super::time::{Timestamp, parse_day};

/// How many rows a page has: 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(u8);

impl PageSize {
    /// The most rows a page may have.
    pub const MAX: Self = Self(100);

    /// A size of `rows`, if it is from 1 to 100.
    #[must_use]
    pub fn new(rows: u32) -> Option<Self> {
        u8::try_from(rows)
            .ok()
            .filter(|rows| (1..=Self::MAX.0).contains(rows))
            .map(Self)
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(self) -> usize {
        usize::from(self.0)
    }
}

impl Default for PageSize {
    /// 25 rows.
    fn default() -> Self {
        Self(25)
    }
}

/// A place in a list: the sort key of a row, and its id to tell equal keys apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor<K> {
    /// The sort key of the row.
    pub key: K,
    /// The id of the row, as text.
    pub id: String,
}

/// Which rows of a list to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageQuery<K> {
    /// Only rows beyond this place.
    pub after: Option<Cursor<K>>,
    /// How many.
    pub size: PageSize,
}

impl<K> Default for PageQuery<K> {
    fn default() -> Self {
        Self {
            after: None,
            size: PageSize::default(),
        }
    }
}

/// Rows of a list, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, K> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins; none when this is the last.
    pub next: Option<Cursor<K>>,
}

impl<T, K> Page<T, K> {
    /// Makes a page of up to `size` rows out of up to `size + 1` that were read: the one too many
    /// says that there is a next page.
    #[must_use]
    pub fn cut(mut rows: Vec<T>, size: PageSize, key: impl Fn(&T) -> Cursor<K>) -> Self {
        let more = rows.len() > size.rows();
        rows.truncate(size.rows());
        let next = if more { rows.last().map(key) } else { None };
        Self { rows, next }
    }
}

/// The place in a list that shows what waits for an answer first, then the history, each newest
/// first (R-DEC-6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WaitingFirst {
    /// Whether it waits for an answer.
    pub waits: bool,
    /// When it was sent.
    pub sent_at: Timestamp,
}

/// A sort key that can be written into a cursor's text.
pub trait SortKey: Sized {
    /// The key as text without `~`.
    fn write(&self) -> String;
    /// Reads what [`write`](Self::write) wrote.
    fn read(text: &str) -> Option<Self>;
}

impl SortKey for NaiveDate {
    fn write(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        parse_day(text).ok()
    }
}

/// For lists in the order of ids.
impl SortKey for () {
    fn write(&self) -> String {
        String::new()
    }

    fn read(text: &str) -> Option<Self> {
        text.is_empty().then_some(())
    }
}

/// As `1.` or `0.` and microseconds.
impl SortKey for WaitingFirst {
    fn write(&self) -> String {
        format!("{}.{}", u8::from(self.waits), self.sent_at.micros())
    }

    fn read(text: &str) -> Option<Self> {
        let (waits, micros) = text.split_once('.')?;
        Some(Self {
            waits: match waits {
                "0" => false,
                "1" => true,
                _ => return None,
            },
            sent_at: Timestamp::from_micros(micros.parse().ok()?),
        })
    }
}

/// As microseconds.
impl SortKey for Timestamp {
    fn write(&self) -> String {
        self.micros().to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(Self::from_micros)
    }
}

impl SortKey for u64 {
    fn write(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl SortKey for String {
    fn write(&self) -> String {
        self.clone()
    }

    fn read(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

/// The cursor as it stands in addresses and in the API; opaque to callers.
impl<K: SortKey> fmt::Display for Cursor<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use base64::Engine as _;
        let text = format!("{}~{}", self.id, self.key.write());
        f.write_str(&base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text))
    }
}

impl<K: SortKey> Cursor<K> {
    /// Reads a cursor's text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        use base64::Engine as _;
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
            .decode(text)
            .ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (id, key) = text.split_once('~')?;
        (!id.is_empty() && id.len() <= 64)
            .then(|| {
                K::read(key).map(|key| Self {
                    key,
                    id: id.to_owned(),
                })
            })
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back() {
        let cursor = Cursor {
            key: NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
            id: "inv_1".into(),
        };
        assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
        assert_eq!(Cursor::<NaiveDate>::parse("!!"), None);
        assert_eq!(Cursor::<NaiveDate>::parse("aW52"), None);
    }
}
