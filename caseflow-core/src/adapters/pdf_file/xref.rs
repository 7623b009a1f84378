//! The cross-reference table: where each object stands (ISO 32000-1, 7.5.4 and 7.5.8).

use std::collections::{BTreeMap, BTreeSet};

use super::object::{Dict, Object};
use super::parser::{Broken, Parser, last};
use super::stream::{Allowance, unpack};

/// Where an object stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Free,
    At {
        offset: usize,
        generation: u16,
    },
    /// In an object stream, at a place in its list.
    Packed {
        stream: u32,
        index: usize,
    },
}

/// How a file writes its table; what is added has to be written the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Table,
    Stream,
}

/// All sections of a file's table together.
#[derive(Debug)]
pub(crate) struct Xref {
    pub(crate) places: BTreeMap<u32, Place>,
    pub(crate) trailer: Dict,
    pub(crate) style: Style,
    /// Where the newest section stands.
    pub(crate) start: usize,
}

/// Above this no reader follows (ISO 32000-1, annex C).
const HIGHEST: u32 = 8_388_607;
/// The most entries of all sections together; a large file may have more.
const MOST_ENTRIES: usize = 1_000_000;
/// The most sections: one for each time that a file was changed.
const MOST_SECTIONS: usize = 1_024;

impl Xref {
    pub(crate) fn read(bytes: &[u8], allowance: &mut Allowance) -> Result<Self, Broken> {
        let start = start(bytes)?;
        let mut reader = Reader {
            bytes,
            allowance,
            places: BTreeMap::new(),
            left: MOST_ENTRIES + bytes.len() / 64,
        };
        let (trailer, style) = reader.section(start)?;
        let mut seen = BTreeSet::from([start]);
        let mut previous = trailer.get("Prev").cloned();
        while let Some(at) = previous {
            let at = at.as_count().ok_or(Broken)?;
            if !seen.insert(at) || seen.len() > MOST_SECTIONS {
                return Err(Broken);
            }
            previous = reader.section(at)?.0.get("Prev").cloned();
        }
        Ok(Self {
            places: reader.places,
            trailer,
            style,
            start,
        })
    }

    /// The first number that no object has, when so many more can follow it.
    pub(crate) fn next_number(&self, more: u32) -> Result<u32, Broken> {
        let size = self.trailer.count("Size").unwrap_or(0);
        let size = u32::try_from(size).map_err(|_| Broken)?;
        let highest = self
            .places
            .last_key_value()
            .map_or(0, |(number, _)| *number);
        let next = size.max(highest + 1);
        if next > HIGHEST - more {
            Err(Broken)
        } else {
            Ok(next)
        }
    }
}

fn start(bytes: &[u8]) -> Result<usize, Broken> {
    const WORD: &[u8] = b"startxref";
    let at = last(bytes, WORD).ok_or(Broken)?;
    Parser::new(bytes, at + WORD.len()).integer()
}

struct Reader<'a, 'b> {
    bytes: &'a [u8],
    allowance: &'b mut Allowance,
    places: BTreeMap<u32, Place>,
    /// How many entries may still be read.
    left: usize,
}

impl Reader<'_, '_> {
    fn section(&mut self, at: usize) -> Result<(Dict, Style), Broken> {
        let mut parser = Parser::new(self.bytes, at);
        if parser.has_word(b"xref") {
            Ok((self.table(parser)?, Style::Table))
        } else {
            Ok((self.stream(at)?, Style::Stream))
        }
    }

    fn table(&mut self, mut parser: Parser<'_>) -> Result<Dict, Broken> {
        let mut free = Vec::new();
        while !parser.has_word(b"trailer") {
            let (first, count) = (parser.integer()?, parser.integer()?);
            for number in (first..).take(count) {
                match self.entry(&mut parser)? {
                    Place::Free => free.push(number),
                    place => self.enter(number, place)?,
                }
            }
        }
        let Object::Dict(trailer) = parser.object()? else {
            return Err(Broken);
        };
        // What a hybrid file hides from old readers stands in this stream, and is free in the table.
        if let Some(at) = trailer.count("XRefStm") {
            self.stream(at)?;
        }
        for number in free {
            self.enter(number, Place::Free)?;
        }
        Ok(trailer)
    }

    fn entry(&mut self, parser: &mut Parser<'_>) -> Result<Place, Broken> {
        self.left = self.left.checked_sub(1).ok_or(Broken)?;
        let (offset, generation) = (parser.integer()?, parser.integer()?);
        if parser.has_word(b"n") {
            let generation = u16::try_from(generation).map_err(|_| Broken)?;
            return Ok(Place::At { offset, generation });
        }
        parser.word(b"f").map(|()| Place::Free)
    }

    fn stream(&mut self, at: usize) -> Result<Dict, Broken> {
        let mut parser = Parser::new(self.bytes, at);
        let (_, Object::Dict(dict)) = parser.indirect()? else {
            return Err(Broken);
        };
        if !dict.get("Type").is_some_and(|it| it.is_name("XRef")) {
            return Err(Broken);
        }
        let start = parser.stream_start().ok_or(Broken)?;
        let data = self.bytes.get(start..).ok_or(Broken)?;
        let length = dict.count("Length");
        let data = unpack(&dict, data, length, self.allowance)?;
        self.rows(&dict, &data)?;
        Ok(dict)
    }

    fn rows(&mut self, dict: &Dict, data: &[u8]) -> Result<(), Broken> {
        let widths = counts(dict, "W").ok_or(Broken)?;
        let [kind, second, third] = *widths.as_slice() else {
            return Err(Broken);
        };
        let width = [kind, second, third]
            .iter()
            .try_fold(0, |sum, it| (*it <= 8).then_some(sum + it).ok_or(Broken))?;
        let size = dict.count("Size").ok_or(Broken)?;
        let index = counts(dict, "Index").unwrap_or_else(|| vec![0, size]);
        let mut rows = data.chunks_exact(width.max(1));
        for [first, count] in index.as_chunks::<2>().0 {
            for number in (*first..).take(*count) {
                let row = rows.next().ok_or(Broken)?;
                self.left = self.left.checked_sub(1).ok_or(Broken)?;
                self.enter(number, place(row, kind, second)?)?;
            }
        }
        Ok(())
    }

    /// What stands in a newer section wins.
    fn enter(&mut self, number: usize, place: Place) -> Result<(), Broken> {
        let number = u32::try_from(number).map_err(|_| Broken)?;
        if number > HIGHEST {
            return Err(Broken);
        }
        self.places.entry(number).or_insert(place);
        Ok(())
    }
}

fn counts(dict: &Dict, key: &str) -> Option<Vec<usize>> {
    let Some(Object::Array(items)) = dict.get(key) else {
        return None;
    };
    items.iter().map(Object::as_count).collect()
}

fn place(row: &[u8], kind: usize, second: usize) -> Result<Place, Broken> {
    let (kind, rest) = row.split_at_checked(kind).ok_or(Broken)?;
    let (second, third) = rest.split_at_checked(second).ok_or(Broken)?;
    let kind = if kind.is_empty() { 1 } else { number(kind)? };
    let (second, third) = (number(second)?, number(third)?);
    match kind {
        0 => Ok(Place::Free),
        1 => Ok(Place::At {
            offset: second,
            generation: u16::try_from(third).map_err(|_| Broken)?,
        }),
        2 => Ok(Place::Packed {
            stream: u32::try_from(second).map_err(|_| Broken)?,
            index: third,
        }),
        _ => Err(Broken),
    }
}

fn number(bytes: &[u8]) -> Result<usize, Broken> {
    let value = bytes
        .iter()
        .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    usize::try_from(value).map_err(|_| Broken)
}
