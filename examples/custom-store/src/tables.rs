//! Records by key in the engine, and the indexes by which they are found.
//!
//! Three tables of bytes hold everything:
//!
//! | Table | Key | Value |
//! | --- | --- | --- |
//! | `rows` | name, firm, key | layout, record |
//! | `index` | name, firm, what it is found by, key | |
//! | `across` | name, what it is found by, key, firm | |

use std::ops::Bound;

use caseflow_core::domain::id::FirmId;
use caseflow_core::domain::secret::TokenHash;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::StoreError;
use redb::{
    AccessGuard, ReadOnlyTable, ReadTransaction, ReadableTable, Table, TableDefinition,
    WriteTransaction,
};

use crate::codec::{self, Codec, Damaged};

mod keys;
mod record;
#[cfg(test)]
mod spoiled;

pub(crate) use record::{Across, Index, Name, Record};

type Bytes = &'static [u8];

const ROWS: TableDefinition<'_, Bytes, Bytes> = TableDefinition::new("rows");
const INDEX: TableDefinition<'_, Bytes, Bytes> = TableDefinition::new("index");
const ACROSS: TableDefinition<'_, Bytes, Bytes> = TableDefinition::new("across");

/// The layout of the records that this version writes, and the only one that it reads.
const LAYOUT: u8 = 1;

/// In which direction rows are walked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    SmallestFirst,
    LargestFirst,
}

/// The store at one moment, to be read.
pub(crate) type Snapshot = Rows<ReadOnlyTable<Bytes, Bytes>>;

/// The store under a transaction that writes, which sees what it wrote.
pub(crate) type Writing<'a> = Rows<Table<'a, Bytes, Bytes>>;

/// The tables of one transaction.
#[derive(Debug)]
pub(crate) struct Rows<T> {
    rows: T,
    index: T,
    across: T,
    /// Whether anything was written through it.
    written: bool,
}

impl Snapshot {
    /// The tables as they are at the start of the transaction.
    pub(crate) fn read(reading: &ReadTransaction) -> Result<Self, StoreError> {
        Ok(Self {
            rows: reading.open_table(ROWS).map_err(backend)?,
            index: reading.open_table(INDEX).map_err(backend)?,
            across: reading.open_table(ACROSS).map_err(backend)?,
            written: false,
        })
    }
}

impl<'a> Writing<'a> {
    /// The tables, which are made when they are missing.
    pub(crate) fn write(writing: &'a WriteTransaction) -> Result<Self, StoreError> {
        Ok(Self {
            rows: writing.open_table(ROWS).map_err(backend)?,
            index: writing.open_table(INDEX).map_err(backend)?,
            across: writing.open_table(ACROSS).map_err(backend)?,
            written: false,
        })
    }

    /// Whether there is anything to keep.
    pub(crate) fn has_written(&self) -> bool {
        self.written
    }

    /// Writes a record in the place of the one with its key, and keeps the indexes.
    pub(crate) fn put<R: Record>(&mut self, firm: FirmId, record: &R) -> Result<(), StoreError> {
        let key = record.key();
        self.remove::<R>(firm, &key)?;
        self.written = true;
        let mut row = vec![LAYOUT];
        record.put(&mut row);
        insert(&mut self.rows, &row_key::<R>(firm, &key), &row)?;
        for index in record.indexes() {
            insert(&mut self.index, &index_key::<R>(firm, &index, &key), &[])?;
        }
        if let Some(across) = record.across() {
            insert(&mut self.across, &across_key::<R>(across, &key, firm), &[])?;
        }
        Ok(())
    }

    /// Removes the record with this key, and answers it.
    pub(crate) fn remove<R: Record>(
        &mut self,
        firm: FirmId,
        key: &R::Key,
    ) -> Result<Option<R>, StoreError> {
        let Some(record) = self.get::<R>(firm, key)? else {
            return Ok(None);
        };
        self.written = true;
        delete(&mut self.rows, &row_key::<R>(firm, key))?;
        for index in record.indexes() {
            delete(&mut self.index, &index_key::<R>(firm, &index, key))?;
        }
        if let Some(across) = record.across() {
            delete(&mut self.across, &across_key::<R>(across, key, firm))?;
        }
        Ok(Some(record))
    }
}

impl<T: ReadableTable<Bytes, Bytes>> Rows<T> {
    /// The record with this key.
    pub(crate) fn get<R: Record>(
        &self,
        firm: FirmId,
        key: &R::Key,
    ) -> Result<Option<R>, StoreError> {
        self.row(&row_key::<R>(firm, key))
    }

    /// Whether there is a record with this key.
    pub(crate) fn has<R: Record>(&self, firm: FirmId, key: &R::Key) -> Result<bool, StoreError> {
        let row = self.rows.get(row_key::<R>(firm, key).as_slice());
        Ok(row.map_err(backend)?.is_some())
    }

    /// All records of the firm, in the order of their keys.
    pub(crate) fn all<R: Record>(&self, firm: FirmId) -> Result<Vec<R>, StoreError> {
        self.walk(firm, None, Order::SmallestFirst)?.collect()
    }

    /// The records of the firm that are found by `index`, in the order of their keys.
    pub(crate) fn of<R: Record>(&self, firm: FirmId, index: &Index) -> Result<Vec<R>, StoreError> {
        let order = Order::SmallestFirst;
        self.walk_of(firm, index, None, order)?.collect()
    }

    /// The records whose keys start with `start`, in the order of their keys.
    pub(crate) fn under<R: Record>(
        &self,
        firm: FirmId,
        start: &impl Codec,
    ) -> Result<Vec<R>, StoreError> {
        let within = [prefix::<R>(firm), codec::bytes(start)].concat();
        let rows = walk(&self.rows, &within, None, Order::SmallestFirst)?;
        rows.map(|row| record(&row?.1)).collect()
    }

    /// The records of the firm, one by one, from behind the key `after`.
    pub(crate) fn walk<R: Record>(
        &self,
        firm: FirmId,
        after: Option<&R::Key>,
        order: Order,
    ) -> Result<impl Iterator<Item = Result<R, StoreError>>, StoreError> {
        let after = after.map(|key| row_key::<R>(firm, key));
        let rows = walk(&self.rows, &prefix::<R>(firm), after.as_deref(), order)?;
        Ok(rows.map(|row| record(&row?.1)))
    }

    /// The records of the firm that are found by `index`, one by one, from behind the key `after`.
    pub(crate) fn walk_of<R: Record>(
        &self,
        firm: FirmId,
        index: &Index,
        after: Option<&R::Key>,
        order: Order,
    ) -> Result<impl Iterator<Item = Result<R, StoreError>>, StoreError> {
        let after = after.map(|key| index_key::<R>(firm, index, key));
        let within = index_key::<R>(firm, index, &());
        let len = within.len();
        let found = walk(&self.index, &within, after.as_deref(), order)?;
        Ok(found.map(move |entry| {
            let (entry, _) = entry?;
            let key = entry.get(len..).unwrap_or_default();
            self.indexed(&[&prefix::<R>(firm), key].concat())
        }))
    }

    /// What is to be done at `now` in all firms, in the order in which it is due and then of keys.
    pub(crate) fn due<R: Record>(
        &self,
        now: Timestamp,
    ) -> Result<impl Iterator<Item = Result<(FirmId, R), StoreError>>, StoreError> {
        self.until(
            Across::Due(Timestamp::from_micros(i64::MIN)),
            Across::Due(now),
        )
    }

    /// What has no more use at `now` in all firms.
    pub(crate) fn ended<R: Record>(
        &self,
        now: Timestamp,
    ) -> Result<impl Iterator<Item = Result<(FirmId, R), StoreError>>, StoreError> {
        self.until(
            Across::Ends(Timestamp::from_micros(i64::MIN)),
            Across::Ends(now),
        )
    }

    /// What lies across the firms from `first` to `last`, both included.
    fn until<R: Record>(
        &self,
        first: Across,
        last: Across,
    ) -> Result<impl Iterator<Item = Result<(FirmId, R), StoreError>>, StoreError> {
        let from = across_start::<R>(first);
        let end = behind(&across_start::<R>(last));
        let bounds = (
            Bound::Included(from.as_slice()),
            Bound::Excluded(end.as_slice()),
        );
        let found = self.across.range::<&[u8]>(bounds).map_err(backend)?;
        let len = from.len();
        Ok(found.map(move |entry| {
            let (entry, _) = entry.map_err(backend)?;
            self.found_across(entry.value(), len)
        }))
    }

    /// The record with this secret, in whichever firm it is.
    pub(crate) fn by_token<R: Record>(
        &self,
        token: TokenHash,
    ) -> Result<Option<(FirmId, R)>, StoreError> {
        let within = across_start::<R>(Across::Token(token));
        let mut found = walk(&self.across, &within, None, Order::SmallestFirst)?;
        let entry = found.next().transpose()?;
        entry
            .map(|(key, _)| self.found_across(&key, within.len()))
            .transpose()
    }

    /// The records of all firms, in the order of firms and then of keys, from behind `after`.
    pub(crate) fn everywhere<R: Record>(
        &self,
        after: Option<(FirmId, &R::Key)>,
    ) -> Result<impl Iterator<Item = Result<(FirmId, R), StoreError>>, StoreError> {
        let after = after.map(|(firm, key)| row_key::<R>(firm, key));
        let within = [R::NAME as u8];
        let rows = walk(&self.rows, &within, after.as_deref(), Order::SmallestFirst)?;
        Ok(rows.map(move |row| {
            let (key, row) = row?;
            let mut key = key.get(within.len()..).unwrap_or_default();
            Ok((FirmId::take(&mut key).map_err(corrupt)?, record(&row)?))
        }))
    }

    /// The firm and the record of an entry whose key starts after `start` bytes.
    fn found_across<R: Record>(
        &self,
        entry: &[u8],
        start: usize,
    ) -> Result<(FirmId, R), StoreError> {
        let mut rest = entry.get(start..).unwrap_or_default();
        let key = R::Key::take(&mut rest).map_err(corrupt)?;
        let firm = codec::whole(rest).map_err(corrupt)?;
        Ok((firm, self.indexed(&row_key::<R>(firm, &key))?))
    }

    /// The record in a row that an index says is there.
    fn indexed<R: Record>(&self, key: &[u8]) -> Result<R, StoreError> {
        let row = self.row(key)?;
        row.ok_or_else(|| corrupt(codec::damaged::<R>()))
    }

    fn row<R: Record>(&self, key: &[u8]) -> Result<Option<R>, StoreError> {
        let row = self.rows.get(key).map_err(backend)?;
        row.map(|row| record(row.value())).transpose()
    }
}

/// Keys and values, as they are read.
type Entries<'a> = Box<dyn Iterator<Item = Result<(Vec<u8>, Vec<u8>), StoreError>> + 'a>;

/// A table's entries whose keys start with `within`, from behind the key `after`.
fn walk<'a>(
    table: &'a impl ReadableTable<Bytes, Bytes>,
    within: &[u8],
    after: Option<&[u8]>,
    order: Order,
) -> Result<Entries<'a>, StoreError> {
    let end = behind(within);
    let (from, to) = match (after, order) {
        (None, _) => (Bound::Included(within), Bound::Excluded(end.as_slice())),
        (Some(after), Order::SmallestFirst) => {
            (Bound::Excluded(after), Bound::Excluded(end.as_slice()))
        }
        (Some(after), Order::LargestFirst) => (Bound::Included(within), Bound::Excluded(after)),
    };
    let range = table.range::<&[u8]>((from, to)).map_err(backend)?;
    let owned = |entry: Result<(AccessGuard<'_, Bytes>, AccessGuard<'_, Bytes>), _>| {
        let (key, value) = entry.map_err(backend)?;
        Ok((key.value().to_vec(), value.value().to_vec()))
    };
    Ok(match order {
        Order::SmallestFirst => Box::new(range.map(owned)),
        Order::LargestFirst => Box::new(range.rev().map(owned)),
    })
}

/// The first key behind all that start with `within`, which starts with a [`Name`] and so never
/// consists of the largest byte alone.
fn behind(within: &[u8]) -> Vec<u8> {
    let mut end = within.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            break;
        }
    }
    end
}

fn prefix<R: Record>(firm: FirmId) -> Vec<u8> {
    let mut key = vec![R::NAME as u8];
    firm.put(&mut key);
    key
}

fn row_key<R: Record>(firm: FirmId, key: &R::Key) -> Vec<u8> {
    let mut row = prefix::<R>(firm);
    key.put(&mut row);
    row
}

fn index_key<R: Record>(firm: FirmId, index: &Index, key: &impl Codec) -> Vec<u8> {
    let mut entry = prefix::<R>(firm);
    index.put(&mut entry);
    key.put(&mut entry);
    entry
}

fn across_start<R: Record>(across: Across) -> Vec<u8> {
    let mut entry = vec![R::NAME as u8];
    across.put(&mut entry);
    entry
}

fn across_key<R: Record>(across: Across, key: &R::Key, firm: FirmId) -> Vec<u8> {
    let mut entry = across_start::<R>(across);
    key.put(&mut entry);
    firm.put(&mut entry);
    entry
}

fn insert(table: &mut Table<'_, Bytes, Bytes>, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
    table.insert(key, value).map_err(backend)?;
    Ok(())
}

fn delete(table: &mut Table<'_, Bytes, Bytes>, key: &[u8]) -> Result<(), StoreError> {
    table.remove(key).map_err(backend)?;
    Ok(())
}

fn record<R: Record>(row: &[u8]) -> Result<R, StoreError> {
    match row.split_first() {
        Some((&LAYOUT, record)) => codec::whole(record).map_err(corrupt),
        _ => Err(corrupt(codec::damaged::<R>())),
    }
}

pub(crate) fn corrupt(damaged: Damaged) -> StoreError {
    StoreError::Corrupt(damaged.into())
}

/// What the engine says, as the port says it.
pub(crate) fn backend(error: impl Into<redb::Error>) -> StoreError {
    match error.into() {
        error @ redb::Error::Corrupted(_) => StoreError::Corrupt(error.into()),
        error => StoreError::Backend(error.into()),
    }
}
