//! Reads objects out of bytes that anybody may have written.

use super::object::{Dict, Object, Ref, is_regular, is_space};

/// The bytes are not what they should be, or more than is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken;

/// How deep objects may lie in each other.
const DEEPEST: usize = 64;

/// Reads on from a place, and counts what it has read.
pub(crate) struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    /// How many objects may still be read.
    left: usize,
}

impl<'a> Parser<'a> {
    /// The most objects that one reading yields.
    const MOST: usize = 500_000;

    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        let left = Self::MOST;
        Self { bytes, at, left }
    }

    /// Where it has come to.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// How many objects it has read.
    pub(crate) fn objects(&self) -> usize {
        Self::MOST - self.left
    }

    pub(crate) fn object(&mut self) -> Result<Object, Broken> {
        self.nested(DEEPEST)
    }

    /// An object with its number before it, up to the start of what follows it.
    pub(crate) fn indirect(&mut self) -> Result<(Ref, Object), Broken> {
        let number = self.integer()?;
        let generation = self.integer()?;
        self.word(b"obj")?;
        let reference = reference(number, generation).ok_or(Broken)?;
        Ok((reference, self.object()?))
    }

    /// Skips a word that has to be there.
    pub(crate) fn word(&mut self, word: &[u8]) -> Result<(), Broken> {
        self.skip_space();
        let found = self.rest().starts_with(word);
        self.at += if found { word.len() } else { 0 };
        if found { Ok(()) } else { Err(Broken) }
    }

    /// Whether a word comes next; it is skipped if so.
    pub(crate) fn has_word(&mut self, word: &[u8]) -> bool {
        self.word(word).is_ok()
    }

    /// A whole number without a sign.
    pub(crate) fn integer(&mut self) -> Result<usize, Broken> {
        self.skip_space();
        let digits = self.take(|byte| byte.is_ascii_digit());
        let text = std::str::from_utf8(digits).map_err(|_| Broken)?;
        text.parse().map_err(|_| Broken)
    }

    pub(crate) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if is_space(byte) {
                self.at += 1;
            } else if byte == b'%' {
                self.take(|byte| !matches!(byte, b'\r' | b'\n'));
            } else {
                return;
            }
        }
    }

    /// The bytes of a stream start after its word and one end of line.
    pub(crate) fn stream_start(&mut self) -> Option<usize> {
        self.word(b"stream").ok()?;
        let rest = self.rest();
        let ends: [&[u8]; 3] = [b"\r\n", b"\n", b"\r"];
        let end = ends.iter().find(|end| rest.starts_with(end));
        Some(self.at + end.map_or(0, |end| end.len()))
    }

    fn nested(&mut self, depth: usize) -> Result<Object, Broken> {
        let depth = depth.checked_sub(1).ok_or(Broken)?;
        self.left = self.left.checked_sub(1).ok_or(Broken)?;
        self.skip_space();
        match (self.peek().ok_or(Broken)?, self.rest().get(1)) {
            (b'/', _) => Ok(Object::Name(self.name())),
            (b'(', _) => self.literal().map(Object::String),
            (b'<', Some(b'<')) => self.dict(depth).map(Object::Dict),
            (b'<', _) => self.hex().map(Object::String),
            (b'[', _) => self.array(depth).map(Object::Array),
            (b'0'..=b'9', _) => self.number_or_ref(),
            (b'+' | b'-' | b'.', _) => Ok(self.number()),
            _ => self.keyword(),
        }
    }

    fn name(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut rest = self.take(is_regular);
        let mut name = Vec::with_capacity(rest.len());
        while let [byte, after @ ..] = rest {
            if let (b'#', [high, low, after @ ..]) = (byte, after)
                && high.is_ascii_hexdigit()
                && low.is_ascii_hexdigit()
            {
                name.push(pair(*high, *low));
                rest = after;
            } else {
                name.push(*byte);
                rest = after;
            }
        }
        name
    }

    fn literal(&mut self) -> Result<Vec<u8>, Broken> {
        self.at += 1;
        let mut open = 1_usize;
        let mut text = Vec::new();
        loop {
            match self.next()? {
                b'(' => open += 1,
                b')' if open == 1 => return Ok(text),
                b')' => open -= 1,
                b'\\' => {
                    self.escape(&mut text)?;
                    continue;
                }
                _ => {}
            }
            text.extend(self.bytes.get(self.at - 1));
        }
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Result<(), Broken> {
        match self.next()? {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
            b'\n' => {}
            first @ b'0'..=b'7' => {
                let mut value = u16::from(first - b'0');
                for _ in 0..2 {
                    if let Some(next @ b'0'..=b'7') = self.peek() {
                        value = value * 8 + u16::from(next - b'0');
                        self.at += 1;
                    }
                }
                text.push(value.to_be_bytes()[1]);
            }
            other => text.push(other),
        }
        Ok(())
    }

    fn hex(&mut self) -> Result<Vec<u8>, Broken> {
        self.at += 1;
        let digits = self.take(|byte| byte != b'>');
        self.word(b">")?;
        unhex(digits).ok_or(Broken)
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Object>, Broken> {
        self.at += 1;
        let mut items = Vec::new();
        while !self.has_word(b"]") {
            items.push(self.nested(depth)?);
        }
        Ok(items)
    }

    fn dict(&mut self, depth: usize) -> Result<Dict, Broken> {
        self.at += 2;
        let mut entries = Vec::new();
        while !self.has_word(b">>") {
            if self.peek() != Some(b'/') {
                return Err(Broken);
            }
            entries.push((self.name(), self.nested(depth)?));
        }
        Dict::of(entries).ok_or(Broken)
    }

    fn number_or_ref(&mut self) -> Result<Object, Broken> {
        let start = self.at;
        if let Some(found) = self.reference() {
            return Ok(Object::Ref(found));
        }
        self.at = start;
        Ok(self.number())
    }

    fn reference(&mut self) -> Option<Ref> {
        let number = self.integer().ok()?;
        let space = self.at;
        let generation = self.integer().ok()?;
        if space == self.at || self.word(b"R").is_err() || self.peek().is_some_and(is_regular) {
            return None;
        }
        reference(number, generation)
    }

    fn number(&mut self) -> Object {
        let text = self.take(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.'));
        Object::Number(text.to_vec())
    }

    fn keyword(&mut self) -> Result<Object, Broken> {
        match self.take(is_regular) {
            b"true" => Ok(Object::Bool(true)),
            b"false" => Ok(Object::Bool(false)),
            b"null" => Ok(Object::Null),
            _ => Err(Broken),
        }
    }

    fn take(&mut self, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().take_while(|byte| wanted(**byte)).count();
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn next(&mut self) -> Result<u8, Broken> {
        let byte = self.peek().ok_or(Broken)?;
        self.at += 1;
        Ok(byte)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }
}

fn reference(number: usize, generation: usize) -> Option<Ref> {
    Some(Ref {
        number: u32::try_from(number).ok()?,
        generation: u16::try_from(generation).ok()?,
    })
}

/// Hexadecimal digits with white space anywhere; a digit that is missing at the end is 0.
pub(crate) fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u8> = digits
        .iter()
        .copied()
        .filter(|byte| !is_space(*byte))
        .collect();
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let (pairs, rest) = digits.as_chunks::<2>();
    let mut bytes: Vec<u8> = pairs.iter().map(|[high, low]| pair(*high, *low)).collect();
    bytes.extend(rest.first().map(|high| pair(*high, b'0')));
    Some(bytes)
}

fn pair(high: u8, low: u8) -> u8 {
    digit(high).unwrap_or(0) << 4 | digit(low).unwrap_or(0)
}

fn digit(byte: u8) -> Option<u8> {
    let value = char::from(byte).to_digit(16)?;
    u8::try_from(value).ok()
}

/// Where some bytes stand last.
pub(crate) fn last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|it| it == wanted)
}
