//! Pages being filled from top to bottom.
//!
//! Places are said from the side where the document starts, so that a document from the right is
//! the mirror image of one from the left: only [`Canvas::left`] knows the difference.

use super::colours::{Palette, RULE};
use super::embed::Shown;
use super::faces::{EM, Weight};
use super::lines::{Reading, TextLine};
use super::links::Links;
use super::ops::{Artifact, Ops, Rgb};
use super::spans::Piece;
use super::tags::{NodeId, Picture, Tags};
use super::words::{Shaper, Word};
use crate::domain::print::{Paper, Side};
use crate::ports::pdf::PdfError;

/// The most pages of one document.
pub(super) const MOST_PAGES: u32 = 2_000;

/// The name of the logo in a page's resources.
pub(super) const LOGO: &[u8] = b"Logo";

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    pub(super) weight: Weight,
    /// In points.
    pub(super) size: f32,
    /// From baseline to baseline, in points.
    pub(super) leading: f32,
    pub(super) colour: Rgb,
}

impl Style {
    /// The same with as much room between lines as these need.
    pub(super) fn leaded(self, lines: &[TextLine]) -> Self {
        self.led(lines.iter().any(TextLine::is_tall))
    }

    /// The same with room for tall letters, if there are some beside it.
    pub(super) fn led(self, tall: bool) -> Self {
        Self {
            leading: if tall {
                self.leading * 1.25
            } else {
                self.leading
            },
            ..self
        }
    }
}

/// The side of its box that text touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Start,
    Middle,
    End,
}

/// A strip of the page: how far from the start of the text area, and how wide, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Strip {
    pub(super) start: f32,
    pub(super) width: f32,
}

/// The measures of the paper, in points.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet {
    pub(super) width: f32,
    pub(super) height: f32,
    /// Free on both sides.
    pub(super) side: f32,
    /// Free at the top.
    pub(super) top: f32,
    /// The lowest place of text, above the foot.
    pub(super) bottom: f32,
}

impl Sheet {
    pub(super) fn new(paper: Paper, foot: f32) -> Self {
        let (width, height) = match paper {
            Paper::A4 => (595.28, 841.89),
            Paper::Letter => (612.0, 792.0),
        };
        Self {
            width,
            height,
            side: 56.0,
            top: 50.0,
            bottom: 40.0 + foot,
        }
    }

    /// The whole width of the text area.
    pub(super) fn strip(&self) -> Strip {
        Strip {
            start: 0.0,
            width: self.width - self.side * 2.0,
        }
    }

    /// The height of the text area of a page.
    pub(super) fn room(&self) -> f32 {
        self.height - self.top - self.bottom
    }
}

/// Pages being filled.
pub(super) struct Canvas<'a> {
    pub(super) shaper: Shaper<'a>,
    pub(super) shown: Shown,
    pub(super) tags: Tags,
    pub(super) sheet: Sheet,
    pub(super) palette: Palette,
    /// The place above which the page is full, from its lower edge.
    pub(super) y: f32,
    pub(super) links: Links,
    pages: Vec<Ops>,
    side: Side,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(shaper: Shaper<'a>, sheet: Sheet, side: Side, palette: Palette) -> Self {
        Self {
            shaper,
            shown: Shown::new(),
            tags: Tags::new(),
            y: sheet.height - sheet.top,
            links: Links::default(),
            pages: vec![Ops::default()],
            sheet,
            side,
            palette,
        }
    }

    /// What is left of the page, in points.
    pub(super) fn room(&self) -> f32 {
        self.y - self.sheet.bottom
    }

    /// Whether nothing has been put below the page's head yet.
    pub(super) fn is_fresh(&self) -> bool {
        self.room() >= self.sheet.room() - 0.01
    }

    pub(super) fn new_page(&mut self) -> Result<(), PdfError> {
        if self.pages.len() >= MOST_PAGES as usize {
            return Err(PdfError::TooLong { most: MOST_PAGES });
        }
        self.pages.push(Ops::default());
        self.y = self.sheet.height - self.sheet.top;
        Ok(())
    }

    /// Begins a page unless so much is left of this one.
    pub(super) fn need(&mut self, height: f32) -> Result<(), PdfError> {
        if height > self.room() && !self.is_fresh() {
            self.new_page()?;
        }
        Ok(())
    }

    /// Leaves a space, unless at the top of a page.
    pub(super) fn skip(&mut self, height: f32) {
        if !self.is_fresh() {
            self.y -= height;
        }
    }

    /// Draws what belongs to a structure element.
    pub(super) fn marked(&mut self, node: NodeId, draw: impl FnOnce(&mut Self)) {
        let mark = self.tags.mark(node, self.pages.len() - 1);
        let tag = self.tags.role(node).tag();
        self.ops().begin_marked(tag, mark);
        draw(self);
        self.ops().end();
    }

    /// Draws what no reader is told of.
    pub(super) fn artifact(&mut self, kind: Artifact, draw: impl FnOnce(&mut Self)) {
        self.ops().begin_artifact(kind);
        draw(self);
        self.ops().end();
    }

    /// Breaks a text into lines of a strip.
    pub(super) fn lines(
        &mut self,
        text: &str,
        style: Style,
        reading: Reading,
        width: f32,
    ) -> Vec<TextLine> {
        self.shaper
            .lines(text, style.weight, reading, thousandths(width, style.size))
    }

    /// How a name, a note or a description reads in this document.
    pub(super) fn reading(&self) -> Reading {
        Reading::Auto {
            rtl: self.side == Side::Right,
        }
    }

    /// The side on which figures align, whichever side the document starts from.
    pub(super) fn right(&self) -> Align {
        match self.side {
            Side::Left => Align::End,
            Side::Right => Align::Start,
        }
    }

    /// Draws one line, its baseline at `y`.
    pub(super) fn line(
        &mut self,
        line: &TextLine,
        strip: Strip,
        align: Align,
        y: f32,
        style: Style,
    ) {
        let x = self.line_left(line, strip, align, style.size);
        self.pieces(&line.words, x, y, style);
    }

    /// Where a line begins, from the left edge of the paper.
    pub(super) fn line_left(&self, line: &TextLine, strip: Strip, align: Align, size: f32) -> f32 {
        let width = points(line.width, size);
        let start = match align {
            Align::Start => strip.start,
            Align::Middle => strip.start + (strip.width - width) / 2.0,
            Align::End => strip.start + strip.width - width,
        };
        self.left(start, width) - points(line.indent, size)
    }

    /// Draws words beside one another from `x`, their baseline at `y`.
    pub(super) fn pieces(&mut self, pieces: &[Piece], x: f32, y: f32, style: Style) {
        let Some(first) = pieces.first() else {
            return;
        };
        let (mut face, mut slanted, mut pen) = (first.word.face, first.look.slanted, 0);
        self.ops().begin_text(x, y, style.colour);
        if slanted {
            self.ops().place(x, y, true);
        }
        self.ops().font(face.resource(), style.size);
        self.ops().begin_row();
        for Piece { word, look } in pieces {
            let leans = look.slanted != slanted;
            if word.face != face || leans {
                (face, slanted) = (word.face, look.slanted);
                self.ops().end_row();
                if leans {
                    self.ops().place(x + points(pen, style.size), y, slanted);
                }
                self.ops().font(face.resource(), style.size);
                self.ops().begin_row();
            }
            self.word(word, style.size);
            pen += word.width;
        }
        self.ops().end_row();
        self.ops().end_text();
    }

    fn word(&mut self, word: &Word, size: f32) {
        let Some(face) = self.shaper.faces.get(word.face) else {
            return;
        };
        let shown = &mut self.shown;
        let written = word.written.get_or_init(|| shown.written(word, face));
        let Some(ops) = self.pages.last_mut() else {
            return;
        };
        if !written.plain {
            ops.end_row();
            ops.begin_actual(&word.text);
            ops.begin_row();
        }
        for (lift, row) in &written.parts {
            if *lift == 0 {
                ops.row(row);
                continue;
            }
            ops.end_row();
            ops.rise(points(*lift, size));
            ops.begin_row();
            ops.row(row);
            ops.end_row();
            ops.rise(0.0);
            ops.begin_row();
        }
        if !written.plain {
            ops.end_row();
            ops.end();
            ops.begin_row();
        }
    }

    /// Fills a box whose upper edge is at `top`.
    pub(super) fn fill(&mut self, strip: Strip, top: f32, height: f32, colour: Rgb) {
        let x = self.left(strip.start, strip.width);
        self.ops()
            .rect(x, top - height, strip.width, height, colour);
    }

    /// Draws a hairline below `y`.
    pub(super) fn rule(&mut self, strip: Strip, y: f32) {
        self.artifact(Artifact::Layout, |canvas| canvas.fill(strip, y, 0.5, RULE));
    }

    /// Draws the logo, its upper edge at `top`, and says what it shows.
    pub(super) fn logo(&mut self, node: NodeId, strip: Strip, top: f32, height: f32, alt: &str) {
        let x = self.left(strip.start, strip.width);
        let picture = Picture {
            alt: alt.to_owned(),
            bounds: ::pdf_writer::Rect::new(x, top - height, x + strip.width, top),
        };
        self.tags.describe(node, picture);
        self.marked(node, |canvas| {
            canvas
                .ops()
                .picture(LOGO, x, top - height, strip.width, height);
        });
    }

    /// Fills a box at `x` from the left edge of the paper, its lower edge at `y`.
    pub(super) fn fill_at(&mut self, x: f32, y: f32, (width, height): (f32, f32), colour: Rgb) {
        self.ops().rect(x, y, width, height, colour);
    }

    /// Lets what follows start from a side, and answers from which it did before.
    pub(super) fn face(&mut self, side: Side) -> Side {
        std::mem::replace(&mut self.side, side)
    }

    /// The side from which the document starts here.
    pub(super) fn side(&self) -> Side {
        self.side
    }

    /// How many pages there are.
    pub(super) fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// Goes over the finished pages from one on once more, for their heads and feet.
    pub(super) fn each_page(&mut self, first: usize, mut draw: impl FnMut(&mut Self, usize)) {
        let pages = self.pages.split_off(first.min(self.pages.len()));
        for (page, index) in pages.into_iter().zip(first..) {
            self.pages.push(page);
            draw(self, index);
        }
    }

    /// The content of all pages.
    pub(super) fn take_pages(&mut self) -> Vec<Vec<u8>> {
        let pages = std::mem::take(&mut self.pages);
        pages.into_iter().map(Ops::into_bytes).collect()
    }

    /// The left edge, from that of the paper, of what begins so far from the start.
    fn left(&self, start: f32, width: f32) -> f32 {
        match self.side {
            Side::Left => self.sheet.side + start,
            Side::Right => self.sheet.width - self.sheet.side - start - width,
        }
    }

    #[expect(
        clippy::expect_used,
        reason = "there is a page from the start, and none is taken away"
    )]
    fn ops(&mut self) -> &mut Ops {
        self.pages.last_mut().expect("a page")
    }
}

#[expect(clippy::cast_precision_loss, reason = "a line is not that long")]
pub(super) fn points(thousandths: i32, size: f32) -> f32 {
    thousandths as f32 * size / EM
}

#[expect(clippy::cast_possible_truncation, reason = "it saturates")]
pub(super) fn thousandths(points: f32, size: f32) -> i32 {
    (points * EM / size) as i32
}
