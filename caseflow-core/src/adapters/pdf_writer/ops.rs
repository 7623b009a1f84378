//! The operators of a page (ISO 32000-1, annex A), as many as documents need.
//!
//! They are written here and not by pdf-writer's own `Content`, because a glyph's number is two
//! bytes: that one writes each zero byte as four, which more than doubles what has to be compressed,
//! and a word's glyphs are written once a document here.

/// Red, green and blue, each 0 to 255, in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rgb(pub(super) u8, pub(super) u8, pub(super) u8);

/// The content stream of one page.
#[derive(Debug, Default)]
pub(super) struct Ops {
    bytes: Vec<u8>,
    fill: Option<Rgb>,
}

const HEX: &[u8; 16] = b"0123456789abcdef";

impl Ops {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Begins content that the structure element with this mark holds.
    pub(super) fn begin_marked(&mut self, tag: &[u8], mark: i32) {
        self.name(tag);
        self.bytes.extend_from_slice(b"<</MCID ");
        self.integer(mark.into());
        self.bytes.extend_from_slice(b">>BDC\n");
    }

    /// Begins content that is no part of the document: rules, page numbers, repeated heads.
    pub(super) fn begin_artifact(&mut self, kind: Artifact) {
        self.bytes.extend_from_slice(match kind {
            Artifact::Layout => b"/Artifact<</Type/Layout>>BDC\n",
            Artifact::Header => b"/Artifact<</Type/Pagination/Subtype/Header>>BDC\n".as_slice(),
            Artifact::Footer => b"/Artifact<</Type/Pagination/Subtype/Footer>>BDC\n",
        });
    }

    /// Begins glyphs that stand for `text` together.
    pub(super) fn begin_actual(&mut self, text: &str) {
        self.bytes.extend_from_slice(b"/Span<</ActualText<feff");
        for unit in text.encode_utf16() {
            self.hex(unit);
        }
        self.bytes.extend_from_slice(b">>>BDC\n");
    }

    pub(super) fn end(&mut self) {
        self.bytes.extend_from_slice(b"EMC\n");
    }

    /// Fills a box whose lower left corner is at `x`, `y`.
    pub(super) fn rect(&mut self, x: f32, y: f32, width: f32, height: f32, colour: Rgb) {
        self.colour(colour);
        self.numbers(&[x, y, width, height]);
        self.bytes.extend_from_slice(b"re f\n");
    }

    /// Draws a picture of the resources into a box.
    pub(super) fn picture(&mut self, name: &[u8], x: f32, y: f32, width: f32, height: f32) {
        self.bytes.extend_from_slice(b"q ");
        self.numbers(&[width, 0.0, 0.0, height, x, y]);
        self.bytes.extend_from_slice(b"cm ");
        self.name(name);
        self.bytes.extend_from_slice(b" Do Q\n");
    }

    pub(super) fn begin_text(&mut self, x: f32, y: f32, colour: Rgb) {
        self.colour(colour);
        self.bytes.extend_from_slice(b"BT ");
        self.numbers(&[x, y]);
        self.bytes.extend_from_slice(b"Td\n");
    }

    /// Moves the pen to `x`, `y`, from where letters stand upright or slanted.
    pub(super) fn place(&mut self, x: f32, y: f32, slanted: bool) {
        self.bytes.extend_from_slice(b"1 0 ");
        // The sine of twelve degrees, as italics commonly have it.
        self.numbers(&[if slanted { 0.21 } else { 0.0 }, 1.0, x, y]);
        self.bytes.extend_from_slice(b"Tm\n");
    }

    pub(super) fn font(&mut self, name: &[u8], size: f32) {
        self.name(name);
        self.bytes.push(b' ');
        self.numbers(&[size]);
        self.bytes.extend_from_slice(b"Tf\n");
    }

    pub(super) fn end_text(&mut self) {
        self.bytes.extend_from_slice(b"ET\n");
    }

    /// Begins a row of glyphs (operator `TJ`).
    pub(super) fn begin_row(&mut self) {
        self.bytes.push(b'[');
    }

    /// More glyphs of the row.
    pub(super) fn row(&mut self, row: &[u8]) {
        self.bytes.extend_from_slice(row);
    }

    pub(super) fn end_row(&mut self) {
        self.bytes.extend_from_slice(b"]TJ\n");
    }

    /// Lifts the glyphs that follow, in points. Not within a row.
    pub(super) fn rise(&mut self, by: f32) {
        self.numbers(&[by]);
        self.bytes.extend_from_slice(b"Ts\n");
    }

    fn colour(&mut self, colour: Rgb) {
        if self.fill == Some(colour) {
            return;
        }
        self.fill = Some(colour);
        let Rgb(red, green, blue) = colour;
        let part = |part: u8| f32::from(part) / 255.0;
        for value in [part(red), part(green), part(blue)] {
            self.fixed(value, 1000);
        }
        self.bytes.extend_from_slice(b"rg\n");
    }

    fn name(&mut self, name: &[u8]) {
        self.bytes.push(b'/');
        self.bytes.extend_from_slice(name);
    }

    fn numbers(&mut self, values: &[f32]) {
        for value in values {
            self.fixed(*value, 100);
        }
    }

    /// A number to two or three decimals and a space.
    fn fixed(&mut self, value: f32, unit: i64) {
        #[expect(clippy::cast_possible_truncation, reason = "a place on a page")]
        let scaled = (f64::from(value) * unit as f64).round() as i64;
        if scaled < 0 {
            self.bytes.push(b'-');
        }
        let size = scaled.abs();
        self.integer(size / unit);
        let mut rest = size % unit;
        if rest > 0 {
            self.bytes.push(b'.');
            let mut place = unit / 10;
            while rest > 0 && place > 0 {
                self.digit(rest / place);
                rest %= place;
                place /= 10;
            }
        }
        self.bytes.push(b' ');
    }

    fn integer(&mut self, value: i64) {
        write_integer(&mut self.bytes, value);
    }

    fn digit(&mut self, digit: i64) {
        self.bytes.push(b'0' + u8::try_from(digit).unwrap_or(0));
    }

    fn hex(&mut self, value: u16) {
        for shift in [12, 8, 4, 0] {
            let digit = usize::from(value >> shift & 0xf);
            self.bytes.push(HEX.get(digit).copied().unwrap_or(b'0'));
        }
    }
}

/// Content that no reader is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Artifact {
    /// Rules and backgrounds.
    Layout,
    /// What stands at the top of every page but the first.
    Header,
    /// What stands at the foot of every page.
    Footer,
}

/// Glyphs and small moves between them: a piece of a row.
#[derive(Debug, Default)]
pub(super) struct Row {
    bytes: Vec<u8>,
    open: bool,
    /// How far the pen has to move before the next glyph, in thousandths of the size.
    ahead: i32,
}

impl Row {
    /// A glyph by its number in the subset.
    pub(super) fn show(&mut self, glyph: u16) {
        self.move_on();
        if !self.open {
            self.bytes.push(b'(');
            self.open = true;
        }
        for byte in glyph.to_be_bytes() {
            match byte {
                b'(' | b')' | b'\\' => self.bytes.extend_from_slice(&[b'\\', byte]),
                b'\r' => self.bytes.extend_from_slice(b"\\r"),
                b'\n' => self.bytes.extend_from_slice(b"\\n"),
                _ => self.bytes.push(byte),
            }
        }
    }

    /// Moves the pen on, in thousandths of the size.
    pub(super) fn advance(&mut self, by: i32) {
        self.ahead += by;
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.move_on();
        self.close();
        self.bytes
    }

    /// A positive number in a row moves the pen back.
    fn move_on(&mut self) {
        let by = std::mem::take(&mut self.ahead);
        if by == 0 {
            return;
        }
        self.close();
        // After a number of another piece of the row, which nothing else tells it from.
        self.bytes.push(if by > 0 { b'-' } else { b' ' });
        write_integer(&mut self.bytes, i64::from(by).abs());
    }

    fn close(&mut self) {
        if self.open {
            self.bytes.push(b')');
            self.open = false;
        }
    }
}

fn write_integer(bytes: &mut Vec<u8>, value: i64) {
    let mut place = 1;
    while value / place >= 10 {
        place *= 10;
    }
    while place > 0 {
        bytes.push(b'0' + u8::try_from(value / place % 10).unwrap_or(0));
        place /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Ops)) -> String {
        let mut ops = Ops::default();
        write(&mut ops);
        String::from_utf8(ops.into_bytes()).unwrap()
    }

    #[test]
    fn numbers_have_no_more_digits_than_they_need() {
        let text = written(|ops| ops.rect(-0.504, 10.0, 0.25, 1234.999, Rgb(0, 255, 51)));
        assert_eq!(text, "0 1 0.2 rg\n-0.5 10 0.25 1235 re f\n");
    }

    #[test]
    fn a_colour_is_said_once() {
        let text = written(|ops| {
            ops.begin_text(1.0, 2.0, Rgb(0, 0, 0));
            ops.end_text();
            ops.begin_text(1.0, 2.05, Rgb(0, 0, 0));
            ops.end_text();
        });
        assert_eq!(text, "0 0 0 rg\nBT 1 2 Td\nET\nBT 1 2.05 Td\nET\n");
    }

    #[test]
    fn glyphs_are_shown_in_rows_with_moves_between_them() {
        let mut row = Row::default();
        row.show(0x4142);
        row.show(0x4344);
        row.advance(-15);
        row.advance(3);
        row.show(0x4546);
        row.advance(7);
        assert_eq!(row.finish(), b"(ABCD) 12(EF)-7");
    }

    #[test]
    fn what_ends_or_changes_a_string_is_escaped() {
        let mut row = Row::default();
        for glyph in [0x2829, 0x5c0d, 0x0a00] {
            row.show(glyph);
        }
        assert_eq!(row.finish(), b"(\\(\\)\\\\\\r\\n\0)");
    }
}
