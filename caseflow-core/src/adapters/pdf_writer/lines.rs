//! Paragraphs broken into lines (UAX #14) and put into the order of the eye (UAX #9).

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use unicode_bidi::{BidiClass, Level, ParagraphBidiInfo, bidi_class};
use unicode_linebreak::linebreaks;

use super::faces::{FaceId, Faces, Family, Weight};
use super::spans::{Look, Piece, Span, Spanned};
use super::words::Shaper;
use crate::domain::print::Side;

/// Bytes of a word that fills more than one line at every size.
const LONGER_THAN_A_LINE: usize = 600;

/// Which side a paragraph reads from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// From the side of its first letter that has one, else from the document's.
    Auto {
        /// Whether the document reads from the right.
        rtl: bool,
    },
    /// From the left: figures and codes, and what stands in text that reads so.
    Left,
    /// From the right.
    Right,
}

/// A line ready to be drawn.
#[derive(Debug, Clone, Default)]
pub(super) struct TextLine {
    /// From left to right.
    pub(super) words: Vec<Piece>,
    /// In thousandths of the size, without the spaces at the end.
    pub(super) width: i32,
    /// The width of those spaces, when they come first to the eye.
    pub(super) indent: i32,
    /// Whether part of it reads from the right.
    pub(super) rtl: bool,
}

impl TextLine {
    /// Words that all read from the left.
    fn straight(words: Vec<Piece>) -> Self {
        Self {
            width: extent(&words).0,
            words,
            ..Self::default()
        }
    }

    /// Whether it holds Arabic, whose letters and marks reach higher and lower than others.
    pub(super) fn is_tall(&self) -> bool {
        self.words
            .iter()
            .any(|piece| piece.word.face.family == Family::Arabic)
    }
}

impl Shaper<'_> {
    /// The lines of a text at most `most` thousandths of its size wide; a line end in the text ends
    /// a line.
    pub(super) fn lines(
        &mut self,
        text: &str,
        weight: Weight,
        reading: Reading,
        most: i32,
    ) -> Vec<TextLine> {
        let text = shown(text, self.faces, weight);
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let span = Span {
                end: paragraph.len(),
                weight,
                look: Look::default(),
            };
            let text = Spanned {
                text: paragraph,
                spans: &[span],
            };
            self.paragraph(text, reading, most, &mut lines);
        }
        lines
    }

    /// The width of a text's longest line when nothing breaks it.
    pub(super) fn width(&mut self, text: &str, weight: Weight, reading: Reading) -> i32 {
        let lines = self.lines(text, weight, reading, i32::MAX);
        lines.iter().map(|line| line.width).max().unwrap_or(0)
    }

    /// The lines of one line of source, of which each character is known to a font.
    pub(super) fn paragraph(
        &mut self,
        text: Spanned<'_>,
        reading: Reading,
        most: i32,
        lines: &mut Vec<TextLine>,
    ) {
        let order = Order::new(text.text, reading);
        let words = self.words(text, 0..text.text.len(), &order);
        if extent(&words).0 <= most {
            lines.push(match order.bidi {
                None => TextLine::straight(words),
                Some(_) => self.line(text, 0..text.text.len(), &order),
            });
            return;
        }
        for range in self.breaks(text, &order, most) {
            lines.push(self.line(text, range, &order));
        }
    }

    /// The width of the widest part that no line break may cut.
    pub(super) fn widest_word(&mut self, text: Spanned<'_>, reading: Reading) -> i32 {
        let order = Order::new(text.text, reading);
        let (mut start, mut widest) = (0, 0);
        for end in chances(text.text) {
            widest = widest.max(extent(&self.words(text, start..end, &order)).0);
            start = end;
        }
        widest
    }

    /// Where the lines of a text that does not fit on one begin and end: as many words a line as
    /// fit, and a word that fits on none is cut.
    fn breaks(&mut self, text: Spanned<'_>, order: &Order<'_>, most: i32) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        let (mut start, mut atom, mut width) = (0, 0, 0);
        for end in chances(text.text) {
            let (mut ink, mut whole) = extent(&self.words(text, atom..end, order));
            if atom > start && width + ink > most {
                ranges.push(start..atom);
                (start, width) = (atom, 0);
            }
            while ink > most {
                let cut = self.cut(text, atom..end, most);
                if cut >= end {
                    break;
                }
                ranges.push(start..cut);
                (start, atom) = (cut, cut);
                (ink, whole) = extent(&self.words(text, atom..end, order));
            }
            width += whole;
            atom = end;
        }
        if start < text.text.len() {
            ranges.push(start..text.text.len());
        }
        ranges
    }

    /// Where to cut a word so that its first part fits: after at least one character, never before
    /// a combining mark.
    fn cut(&self, text: Spanned<'_>, atom: Range<usize>, most: i32) -> usize {
        let mut width = 0;
        let mut family = None;
        let part = text.text.get(atom.clone()).unwrap_or_default();
        for (at, character) in part.char_indices() {
            let weight = text.weight(atom.start + at);
            family = self.faces.family(character, weight, family).or(family);
            let advance = family.map_or(0, |family| {
                let face = self.faces.get(FaceId { family, weight });
                face.map_or(0, |face| {
                    face.glyph(character).map_or(0, |glyph| face.advance(glyph))
                })
            });
            width += advance;
            if width > most && at > 0 && !is_mark(character) {
                return atom.start + at;
            }
        }
        atom.end
    }

    fn line(&mut self, text: Spanned<'_>, range: Range<usize>, order: &Order<'_>) -> TextLine {
        let (mut words, mut rtl) = (Vec::new(), false);
        for run in order.runs(range) {
            rtl |= run.rtl;
            let mut part = self.words(text, run.range, order);
            if run.rtl {
                part.reverse();
            }
            words.append(&mut part);
        }
        let whole: i32 = words.iter().map(|piece| piece.word.width).sum();
        let (first, last) = (words.first(), words.last());
        let (trailing, leading) = if order.rtl {
            (0, first.map_or(0, |piece| piece.word.space))
        } else {
            (last.map_or(0, |piece| piece.word.space), 0)
        };
        TextLine {
            width: whole - trailing - leading,
            indent: leading,
            rtl,
            words,
        }
    }

    /// The words of a range in the order they were written, cut where look, face or direction
    /// changes and after spaces.
    fn words(&mut self, text: Spanned<'_>, range: Range<usize>, order: &Order<'_>) -> Vec<Piece> {
        let mut pieces = Vec::with_capacity(8);
        let mut start = range.start;
        for span in text.from(start) {
            let end = span.end.min(range.end);
            self.span(text.text, start..end, *span, order, &mut pieces);
            start = end;
            if start >= range.end {
                break;
            }
        }
        pieces
    }

    fn span(
        &mut self,
        text: &str,
        range: Range<usize>,
        span: Span,
        order: &Order<'_>,
        pieces: &mut Vec<Piece>,
    ) {
        let part = text.get(range.clone()).unwrap_or_default();
        if order.bidi.is_none() && part.is_ascii() {
            return self.plain_words(part, span, pieces);
        }
        let (mut start, mut family, mut rtl, mut spaced) = (range.start, None, false, false);
        for (at, character) in part.char_indices() {
            let at = range.start + at;
            let next = self.faces.family(character, span.weight, family).or(family);
            let side = order.is_rtl(at);
            let ends = at > start && (side != rtl || (spaced && character != ' '));
            let ends = ends || (at > start && next != family && !is_mark(character));
            if ends {
                pieces.extend(self.piece(text, start..at, family, span, rtl));
                start = at;
            }
            (family, rtl, spaced) = (next, side, character == ' ');
        }
        pieces.extend(self.piece(text, start..range.end, family, span, rtl));
    }

    /// The words of a text that is all in one face and direction.
    fn plain_words(&mut self, text: &str, span: Span, pieces: &mut Vec<Piece>) {
        let face = FaceId {
            family: Family::Latin,
            weight: span.weight,
        };
        let mut rest = text;
        while !rest.is_empty() {
            let letters = rest.find(' ').unwrap_or(rest.len());
            let spaces = rest
                .bytes()
                .skip(letters)
                .take_while(|byte| *byte == b' ')
                .count();
            let (word, later) = rest.split_at(letters + spaces);
            pieces.push(Piece {
                word: self.word(word, face, false),
                look: span.look,
            });
            rest = later;
        }
    }

    fn piece(
        &mut self,
        text: &str,
        range: Range<usize>,
        family: Option<Family>,
        span: Span,
        rtl: bool,
    ) -> Option<Piece> {
        let text = text.get(range).filter(|text| !text.is_empty())?;
        let weight = span.weight;
        let face = family.map(|family| FaceId { family, weight })?;
        let (word, look) = (self.word(text, face, rtl), span.look);
        // A mark of direction alone shows nothing, and a face that shows nothing is not in the file.
        (!word.glyphs.is_empty()).then_some(Piece { word, look })
    }
}

/// Where a text may break: where its writing allows it (UAX #14), and within what is longer than any
/// line, so that no more than a line is shaped again for each line of it.
fn chances(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut start = 0;
    for (end, _) in linebreaks(text) {
        while end - start > LONGER_THAN_A_LINE {
            let rest = text.get(start..end).unwrap_or_default();
            let mut places = rest.char_indices().skip(1);
            let far = |(at, c): &(usize, char)| *at >= LONGER_THAN_A_LINE && !is_mark(*c);
            let Some((at, _)) = places.find(far) else {
                break;
            };
            start += at;
            ends.push(start);
        }
        ends.push(end);
        start = end;
    }
    ends
}

/// The width without and with the spaces at the end.
pub(super) fn extent(words: &[Piece]) -> (i32, i32) {
    let whole: i32 = words.iter().map(|piece| piece.word.width).sum();
    let space = words.last().map_or(0, |piece| piece.word.space);
    (whole - space, whole)
}

/// The directions in a paragraph.
struct Order<'text> {
    /// Absent when all of it reads from the left.
    bidi: Option<ParagraphBidiInfo<'text>>,
    /// Whether the paragraph as a whole reads from the right.
    rtl: bool,
}

struct Run {
    range: Range<usize>,
    rtl: bool,
}

impl<'text> Order<'text> {
    fn new(text: &'text str, reading: Reading) -> Self {
        let mixed = text.chars().any(is_right_to_left);
        let base = match reading {
            Reading::Left => Some(Level::ltr()),
            Reading::Right => Some(Level::rtl()),
            Reading::Auto { rtl: true } if !has_letter(text) => Some(Level::rtl()),
            Reading::Auto { .. } => None,
        };
        let from_right = base == Some(Level::rtl());
        if !mixed && !from_right {
            return Self {
                bidi: None,
                rtl: false,
            };
        }
        let bidi = ParagraphBidiInfo::new(text, base);
        Self {
            rtl: bidi.paragraph_level.is_rtl(),
            bidi: Some(bidi),
        }
    }

    fn is_rtl(&self, at: usize) -> bool {
        let level = self.bidi.as_ref().and_then(|bidi| bidi.levels.get(at));
        level.is_some_and(Level::is_rtl)
    }

    /// Runs of one direction, from left to right.
    fn runs(&self, range: Range<usize>) -> Vec<Run> {
        let Some(bidi) = self.bidi.as_ref().filter(|_| !range.is_empty()) else {
            return vec![Run { range, rtl: false }];
        };
        let (levels, runs) = bidi.visual_runs(range);
        let run = |range: Range<usize>| Run {
            rtl: levels.get(range.start).is_some_and(Level::is_rtl),
            range,
        };
        runs.into_iter().map(run).collect()
    }
}

/// Whether a character makes its paragraph one with two directions.
fn is_right_to_left(character: char) -> bool {
    character >= '\u{590}'
        && matches!(
            bidi_class(character),
            BidiClass::R | BidiClass::AL | BidiClass::AN
        )
}

/// The side from which a text reads, by its first letter that has one.
pub(super) fn side(text: &str) -> Option<Side> {
    text.chars().find_map(|c| match bidi_class(c) {
        BidiClass::L => Some(Side::Left),
        BidiClass::R | BidiClass::AL => Some(Side::Right),
        _ => None,
    })
}

fn has_letter(text: &str) -> bool {
    side(text).is_some()
}

/// A character that is drawn with the one before it.
fn is_mark(character: char) -> bool {
    character >= '\u{300}' && bidi_class(character) == BidiClass::NSM || is_joiner(character)
}

/// Zero-width joiners and variation selectors, which show nothing themselves.
fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// The text with what no font has written out as its code point, so that nothing is left out.
pub(super) fn shown<'t>(text: &'t str, faces: &Faces, weight: Weight) -> Cow<'t, str> {
    let plain = |c: char| matches!(c, ' '..='~' | '\n');
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        let known = plain(character) || faces.family(character, weight, None).is_some();
        match character {
            '\t' => out.push(' '),
            _ if known => out.push(character),
            _ if is_joiner(character) => {}
            _ => {
                // Writing to a string does not fail.
                let _ = write!(out, "[U+{:04X}]", u32::from(character));
            }
        }
    }
    Cow::Owned(out)
}
