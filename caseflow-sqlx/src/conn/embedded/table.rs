//! Rows of an embedded database, kept in few pieces.

use rusqlite::types::ValueRef;

use crate::conn::Rows;
use crate::read::{Unknown, Unreadable};

/// Rows that were read to their end, with all their texts in one piece.
pub(super) struct Table {
    columns: usize,
    cells: Vec<Cell>,
    bytes: Vec<u8>,
}

/// What stands in a cell; of texts and bytes, where they end.
#[derive(Clone, Copy)]
enum Cell {
    Null,
    Number(i64),
    Text(usize, usize),
    Bytes(usize, usize),
}

impl Table {
    pub(super) fn of(columns: usize) -> Self {
        Self {
            columns,
            cells: Vec::with_capacity(32 * columns),
            bytes: Vec::with_capacity(8 * 1024),
        }
    }

    pub(super) fn add(&mut self, row: &rusqlite::Row<'_>) -> Result<(), rusqlite::Error> {
        for column in 0..self.columns {
            let cell = match row.get_ref(column)? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(number) => Cell::Number(number),
                ValueRef::Text(text) => self.keep(text, Cell::Text),
                ValueRef::Blob(bytes) => self.keep(bytes, Cell::Bytes),
                ValueRef::Real(_) => {
                    let (name, kind) = (String::new(), rusqlite::types::Type::Real);
                    return Err(rusqlite::Error::InvalidColumnType(column, name, kind));
                }
            };
            self.cells.push(cell);
        }
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8], cell: fn(usize, usize) -> Cell) -> Cell {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        cell(start, self.bytes.len())
    }

    fn cell(&self, row: usize, column: usize) -> Result<Cell, Unreadable> {
        let cell = self.cells.get(row * self.columns + column);
        Ok(*cell.ok_or(Unknown("a cell"))?)
    }

    fn piece(&self, start: usize, end: usize) -> &[u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }
}

impl Rows for Table {
    fn count(&self) -> usize {
        self.cells.len().checked_div(self.columns).unwrap_or(0)
    }

    fn text(&self, row: usize, column: usize) -> Result<Option<&str>, Unreadable> {
        match self.cell(row, column)? {
            Cell::Text(start, end) => Ok(Some(str::from_utf8(self.piece(start, end))?)),
            Cell::Null => Ok(None),
            Cell::Number(_) | Cell::Bytes(..) => Err(Unknown("a text").into()),
        }
    }

    fn number(&self, row: usize, column: usize) -> Result<Option<i64>, Unreadable> {
        match self.cell(row, column)? {
            Cell::Number(number) => Ok(Some(number)),
            Cell::Null => Ok(None),
            Cell::Text(..) | Cell::Bytes(..) => Err(Unknown("a number").into()),
        }
    }

    fn bytes(&self, row: usize, column: usize) -> Result<&[u8], Unreadable> {
        match self.cell(row, column)? {
            Cell::Bytes(start, end) => Ok(self.piece(start, end)),
            Cell::Null | Cell::Number(_) | Cell::Text(..) => Err(Unknown("bytes").into()),
        }
    }
}
