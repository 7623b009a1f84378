//! A file as its objects: read where they are asked for, within limits.

use std::collections::BTreeMap;

use super::object::{Dict, Object, Ref};
use super::parser::{Broken, Parser};
use super::stream::{Allowance, unpack};
use super::xref::{Place, Xref};

/// How many objects are read of one file in all.
const MOST_OBJECTS: usize = 2_000_000;

/// A file whose table has been read.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    bytes: &'a [u8],
    pub(crate) xref: Xref,
    packed: BTreeMap<u32, Packed>,
    allowance: Allowance,
    /// How many objects may still be read.
    objects: usize,
    /// How many bytes may still be read.
    reading: usize,
}

/// An object stream, unpacked.
#[derive(Debug)]
struct Packed {
    data: Vec<u8>,
    /// Each object's number and where it starts.
    index: Vec<(usize, usize)>,
}

impl<'a> Document<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Broken> {
        let mut allowance = Allowance::new();
        Ok(Self {
            bytes,
            xref: Xref::read(bytes, &mut allowance)?,
            packed: BTreeMap::new(),
            allowance,
            objects: MOST_OBJECTS,
            reading: bytes.len().saturating_mul(4).saturating_add(64 << 20),
        })
    }

    /// The object itself, where something may stand in its place that says where it is.
    pub(crate) fn resolve(&mut self, object: &Object) -> Result<Object, Broken> {
        match object {
            Object::Ref(reference) => self.get(*reference),
            other => Ok(other.clone()),
        }
    }

    pub(crate) fn dict(&mut self, object: &Object) -> Result<Dict, Broken> {
        match self.resolve(object)? {
            Object::Dict(dict) => Ok(dict),
            _ => Err(Broken),
        }
    }

    /// What stands in a dictionary, or null.
    pub(crate) fn value(&mut self, dict: &Dict, key: &str) -> Result<Object, Broken> {
        dict.get(key)
            .map_or(Ok(Object::Null), |it| self.resolve(it))
    }

    /// The members of an array in a dictionary, or none.
    pub(crate) fn array(&mut self, dict: &Dict, key: &str) -> Result<Vec<Object>, Broken> {
        match self.value(dict, key)? {
            Object::Array(items) => Ok(items),
            Object::Null => Ok(vec![]),
            _ => Err(Broken),
        }
    }

    pub(crate) fn get(&mut self, reference: Ref) -> Result<Object, Broken> {
        match self.xref.places.get(&reference.number).copied() {
            None | Some(Place::Free) => Ok(Object::Null),
            Some(Place::At { offset, generation }) if generation == reference.generation => {
                let mut parser = Parser::new(self.bytes, offset);
                let (found, object) = parser.indirect()?;
                self.spend(parser.objects(), parser.position() - offset)?;
                if found == reference {
                    Ok(object)
                } else {
                    Err(Broken)
                }
            }
            Some(Place::At { .. }) => Ok(Object::Null),
            Some(Place::Packed { stream, index }) => self.packed(reference, stream, index),
        }
    }

    /// An object and, when it is a stream, its data as they stand in the file.
    pub(crate) fn whole(&mut self, wanted: Ref) -> Result<(Object, Option<&'a [u8]>), Broken> {
        let object = self.get(wanted)?;
        let place = self.xref.places.get(&wanted.number).copied();
        let (Some(Place::At { offset, .. }), Object::Dict(dict)) = (place, &object) else {
            return Ok((object, None));
        };
        let mut parser = Parser::new(self.bytes, offset);
        parser.indirect()?;
        let Some(start) = parser.stream_start() else {
            return Ok((object, None));
        };
        let length = self.length(dict)?.ok_or(Broken)?;
        let end = start.checked_add(length).ok_or(Broken)?;
        let data = self.bytes.get(start..end).ok_or(Broken)?;
        Ok((object, Some(data)))
    }

    fn packed(&mut self, wanted: Ref, stream: u32, index: usize) -> Result<Object, Broken> {
        if !self.packed.contains_key(&stream) {
            let unpacked = self.unpack(stream)?;
            self.packed.insert(stream, unpacked);
        }
        let packed = self.packed.get(&stream).ok_or(Broken)?;
        let (number, start) = *packed.index.get(index).ok_or(Broken)?;
        if u32::try_from(number) != Ok(wanted.number) || wanted.generation != 0 {
            return Err(Broken);
        }
        let mut parser = Parser::new(&packed.data, start);
        let object = parser.object()?;
        let (objects, read) = (parser.objects(), parser.position() - start);
        self.spend(objects, read)?;
        Ok(object)
    }

    fn unpack(&mut self, stream: u32) -> Result<Packed, Broken> {
        // A stream that holds objects stands in the file itself: no other can hold it.
        let place = self.xref.places.get(&stream).copied();
        let Some(Place::At { offset, .. }) = place else {
            return Err(Broken);
        };
        let mut parser = Parser::new(self.bytes, offset);
        let (_, Object::Dict(dict)) = parser.indirect()? else {
            return Err(Broken);
        };
        let start = parser.stream_start().ok_or(Broken)?;
        self.spend(parser.objects(), parser.position() - offset)?;
        let data = self.bytes.get(start..).ok_or(Broken)?;
        let length = self.length(&dict)?;
        let data = unpack(&dict, data, length, &mut self.allowance)?;
        index(&dict, data)
    }

    /// The length of an object stream, which no object stream may have to say.
    fn length(&mut self, dict: &Dict) -> Result<Option<usize>, Broken> {
        let Some(reference) = dict.reference("Length") else {
            return Ok(dict.count("Length"));
        };
        match self.xref.places.get(&reference.number) {
            Some(Place::At { .. }) => Ok(self.get(reference)?.as_count()),
            _ => Err(Broken),
        }
    }

    fn spend(&mut self, objects: usize, bytes: usize) -> Result<(), Broken> {
        self.objects = self.objects.checked_sub(objects).ok_or(Broken)?;
        self.reading = self.reading.checked_sub(bytes).ok_or(Broken)?;
        Ok(())
    }
}

fn index(dict: &Dict, data: Vec<u8>) -> Result<Packed, Broken> {
    let (count, first) = (
        dict.count("N").ok_or(Broken)?,
        dict.count("First").ok_or(Broken)?,
    );
    let mut parser = Parser::new(&data, 0);
    let mut index = Vec::new();
    for _ in 0..count {
        let (number, start) = (parser.integer()?, parser.integer()?);
        index.push((number, first.saturating_add(start)));
    }
    Ok(Packed { data, index })
}
