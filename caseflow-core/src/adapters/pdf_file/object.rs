//! The objects of a PDF file (ISO 32000-1, 7.3), as read and as written again.

use std::collections::BTreeSet;

/// An object. Numbers keep their digits, so that what is copied stays what it was.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Object {
    Null,
    Bool(bool),
    Number(Vec<u8>),
    String(Vec<u8>),
    Name(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    Ref(Ref),
}

/// Which object another one means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ref {
    pub(crate) number: u32,
    pub(crate) generation: u16,
}

impl Object {
    pub(crate) fn name(text: &str) -> Self {
        Self::Name(text.as_bytes().to_vec())
    }

    pub(crate) fn int(value: usize) -> Self {
        Self::Number(value.to_string().into_bytes())
    }

    /// A number that counts something.
    pub(crate) fn as_count(&self) -> Option<usize> {
        let Self::Number(digits) = self else {
            return None;
        };
        std::str::from_utf8(digits).ok()?.parse().ok()
    }

    pub(crate) fn is_name(&self, text: &str) -> bool {
        matches!(self, Self::Name(name) if name == text.as_bytes())
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend(b"null"),
            Self::Bool(true) => out.extend(b"true"),
            Self::Bool(false) => out.extend(b"false"),
            Self::Number(digits) => out.extend(digits),
            Self::String(bytes) => write_string(bytes, out),
            Self::Name(name) => write_name(name, out),
            Self::Array(items) => write_array(items, out),
            Self::Dict(dict) => dict.write(out),
            Self::Ref(it) => out.extend(format!("{} {} R", it.number, it.generation).bytes()),
        }
    }
}

fn write_array(items: &[Object], out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        item.write(out);
    }
    out.push(b']');
}

fn write_string(bytes: &[u8], out: &mut Vec<u8>) {
    if bytes.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        out.push(b'(');
        for byte in bytes {
            if matches!(byte, b'(' | b')' | b'\\') {
                out.push(b'\\');
            }
            out.push(*byte);
        }
        out.push(b')');
    } else {
        out.push(b'<');
        out.extend(hex(bytes).bytes());
        out.push(b'>');
    }
}

fn write_name(name: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for byte in name {
        if is_regular(*byte) && *byte != b'#' && matches!(byte, b'!'..=b'~') {
            out.push(*byte);
        } else {
            out.extend(format!("#{byte:02x}").bytes());
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or('0');
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits.collect()
}

/// What may stand in a name or a word.
pub(crate) fn is_regular(byte: u8) -> bool {
    !is_space(byte)
        && !matches!(
            byte,
            b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
        )
}

pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

/// A dictionary, in the order of its file.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Dict(Vec<(Vec<u8>, Object)>);

impl Dict {
    /// None when a key is there twice: programs would differ in what they make of it.
    pub(crate) fn of(entries: Vec<(Vec<u8>, Object)>) -> Option<Self> {
        let keys: BTreeSet<&[u8]> = entries.iter().map(|(key, _)| key.as_slice()).collect();
        let distinct = keys.len() == entries.len();
        distinct.then_some(Self(entries))
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Object> {
        let found = self.0.iter().find(|(known, _)| known == key.as_bytes());
        found
            .map(|(_, value)| value)
            .filter(|it| **it != Object::Null)
    }

    pub(crate) fn count(&self, key: &str) -> Option<usize> {
        self.get(key).and_then(Object::as_count)
    }

    pub(crate) fn reference(&self, key: &str) -> Option<Ref> {
        match self.get(key) {
            Some(Object::Ref(it)) => Some(*it),
            _ => None,
        }
    }

    /// Puts a value in, in place of what stood there.
    pub(crate) fn set(&mut self, key: &str, value: Object) {
        let old = self.0.iter_mut().find(|(known, _)| known == key.as_bytes());
        match old {
            Some((_, old)) => *old = value,
            None => self.0.push((key.as_bytes().to_vec(), value)),
        }
    }

    pub(crate) fn with(mut self, key: &str, value: Object) -> Self {
        self.set(key, value);
        self
    }

    /// The same with each value as `change` answers it, or without it.
    pub(crate) fn map(self, mut change: impl FnMut(&[u8], Object) -> Option<Object>) -> Self {
        let entries = self.0.into_iter();
        let changed = entries.filter_map(|(key, value)| {
            let value = change(&key, value)?;
            Some((key, value))
        });
        Self(changed.collect())
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend(b"<<");
        for (key, value) in &self.0 {
            write_name(key, out);
            // Names, strings, arrays and dictionaries part by themselves.
            if matches!(
                value,
                Object::Null | Object::Bool(_) | Object::Number(_) | Object::Ref(_)
            ) {
                out.push(b' ');
            }
            value.write(out);
        }
        out.extend(b">>");
    }
}
