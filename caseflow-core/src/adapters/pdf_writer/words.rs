//! Words, shaped: each different one once a document.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

use harfrust::{
    Buffer, BufferFlags, ClusterLevel, Direction, Script, ShapeOptions, ShaperFont, shape,
};

use super::faces::{Face, FaceId, Faces, Family};

/// A glyph with its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    /// Its number in the whole font.
    pub(super) id: u16,
    /// How far it moves the pen.
    pub(super) advance: i32,
    /// Where it is drawn, seen from the pen.
    pub(super) dx: i32,
    pub(super) dy: i32,
    /// The part of the word's text it stands for: from byte to byte, empty for the second glyph of
    /// a letter.
    pub(super) from: usize,
    pub(super) to: usize,
}

/// A piece of text in one face and one direction: a word with the spaces after it, or less.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) face: FaceId,
    /// The text as it was written.
    pub(super) text: Box<str>,
    /// From left to right.
    pub(super) glyphs: Vec<Glyph>,
    /// The sum of the advances.
    pub(super) width: i32,
    /// The part of the width that the spaces at the end of the text take.
    pub(super) space: i32,
    /// How it is written on a page, once it was.
    pub(super) written: OnceCell<Written>,
}

/// A word as pages show it.
#[derive(Debug)]
pub(super) struct Written {
    /// Whether its glyphs alone say what it says.
    pub(super) plain: bool,
    /// Pieces of a row, each with how far it is lifted, in thousandths of the size.
    pub(super) parts: Vec<(i32, Vec<u8>)>,
}

/// Whether words are shaped that would be legible without: kerning of Latin, Greek and Cyrillic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shaping {
    /// Every word.
    Full,
    /// Only what is wrong without: joined letters, right-to-left text, combining marks.
    WhereNeeded,
}

/// Shapes words and keeps them until the document is done.
pub(super) struct Shaper<'a> {
    pub(super) faces: &'a Faces,
    fonts: Vec<ShaperFont<'a, 'static>>,
    kept: Vec<HashMap<Box<str>, Rc<Word>>>,
    buffer: Buffer,
    shaping: Shaping,
}

impl<'a> Shaper<'a> {
    pub(super) fn new(faces: &'a Faces, shaping: Shaping) -> Self {
        Self {
            faces,
            fonts: faces
                .iter()
                .map(|face| ShaperFont::new(&face.font))
                .collect(),
            kept: (0..FaceId::COUNT * 2).map(|_| HashMap::new()).collect(),
            buffer: Buffer::new(),
            shaping,
        }
    }

    /// The shaped form of `text`, which is all in one face and one direction.
    pub(super) fn word(&mut self, text: &str, face: FaceId, rtl: bool) -> Rc<Word> {
        let index = face.index() * 2 + usize::from(rtl);
        if let Some(word) = self.kept.get(index).and_then(|kept| kept.get(text)) {
            return Rc::clone(word);
        }
        let word = Rc::new(self.make(text, face, rtl));
        if let Some(kept) = self.kept.get_mut(index) {
            kept.insert(text.into(), Rc::clone(&word));
        }
        word
    }

    fn make(&mut self, text: &str, id: FaceId, rtl: bool) -> Word {
        let glyphs = match (self.faces.get(id), self.shaping) {
            (Some(face), Shaping::WhereNeeded) if !rtl && is_simple(text) => simple(face, text),
            (Some(face), _) => self.shaped(face, text, id, rtl),
            (None, _) => Vec::new(),
        };
        let spaces = text.len() - text.trim_end_matches(' ').len();
        let space = self.faces.get(id).map_or(0, |face| {
            face.glyph(' ').map_or(0, |glyph| face.advance(glyph))
        });
        Word {
            face: id,
            text: text.into(),
            width: glyphs.iter().map(|glyph| glyph.advance).sum(),
            space: space * i32::try_from(spaces).unwrap_or(0),
            glyphs,
            written: OnceCell::new(),
        }
    }

    fn shaped(&mut self, face: &Face, text: &str, id: FaceId, rtl: bool) -> Vec<Glyph> {
        let direction = if rtl {
            Direction::RightToLeft
        } else {
            Direction::LeftToRight
        };
        self.buffer.reset();
        self.buffer.push_str(text);
        self.buffer.set_direction(direction);
        self.buffer.set_script(Some(script(text, id.family)));
        self.buffer
            .set_cluster_level(ClusterLevel::MonotoneCharacters);
        self.buffer
            .set_flags(BufferFlags::REMOVE_DEFAULT_IGNORABLES);
        let plan = face.plan(self.buffer.script(), direction);
        let Some(font) = self.fonts.get(id.index()) else {
            return Vec::new();
        };
        match shape(font, &mut self.buffer, ShapeOptions::new().plan(plan)) {
            Ok(()) => read(&self.buffer, text),
            // Direction, script and plan are set to match, so this is for a font that is broken.
            Err(_) => simple(face, text),
        }
    }
}

fn script(text: &str, family: Family) -> Script {
    let letter = text.chars().find(|c| c.is_alphabetic()).unwrap_or('a');
    match (family, letter) {
        (Family::Hebrew, _) => Script::HEBREW,
        (Family::Arabic, _) => Script::ARABIC,
        (Family::Latin, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}') => Script::GREEK,
        (Family::Latin, '\u{400}'..='\u{52f}') => Script::CYRILLIC,
        (Family::Latin, _) => Script::LATIN,
    }
}

/// Whether a text reads right with one glyph a character: no combining mark, no joiner.
fn is_simple(text: &str) -> bool {
    let mark = |c| matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{200c}' | '\u{200d}' | '\u{25cc}');
    !text.chars().any(mark)
}

fn simple(face: &Face, text: &str) -> Vec<Glyph> {
    let mut glyphs = Vec::with_capacity(text.len());
    for (from, character) in text.char_indices() {
        let Some(id) = face.glyph(character) else {
            continue;
        };
        glyphs.push(Glyph {
            id,
            advance: face.advance(id),
            dx: 0,
            dy: 0,
            from,
            to: from + character.len_utf8(),
        });
    }
    glyphs
}

fn read(buffer: &Buffer, text: &str) -> Vec<Glyph> {
    let mut starts: Vec<usize> = buffer
        .glyph_infos()
        .iter()
        .map(|info| usize::try_from(info.cluster).unwrap_or(0))
        .collect();
    starts.sort_unstable();
    starts.dedup();
    let mut seen = vec![false; starts.len()];
    let placed = buffer.glyph_infos().iter().zip(buffer.glyph_positions());
    let glyph = |(info, position): (&harfrust::GlyphInfo, &harfrust::GlyphPosition)| {
        let from = usize::try_from(info.cluster).unwrap_or(0);
        let at = starts.partition_point(|start| *start < from);
        let end = starts.get(at + 1).copied().unwrap_or(text.len());
        let first = seen
            .get_mut(at)
            .is_some_and(|seen| !std::mem::replace(seen, true));
        Glyph {
            id: u16::try_from(info.glyph_id).unwrap_or(0),
            advance: position.x_advance,
            dx: position.x_offset,
            dy: position.y_offset,
            from,
            to: if first { end } else { from },
        }
    };
    placed.map(glyph).collect()
}

impl Word {
    /// What a glyph of this word stands for.
    pub(super) fn text_of(&self, glyph: &Glyph) -> &str {
        self.text.get(glyph.from..glyph.to).unwrap_or_default()
    }
}
