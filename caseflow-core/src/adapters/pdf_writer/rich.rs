//! An author's text on the pages.
//!
//! Each block of its own starts from the side of its first letter, as on the portal's pages, and
//! what it holds does too.

use super::canvas::{Align, Canvas, Strip, Style, thousandths};
use super::colours::{INK, RULE, TINT};
use super::faces::Weight;
use super::layout::{BODY, SMALL};
use super::lines::{Reading, TextLine, side};
use super::ops::Artifact;
use super::rich_list::Marker;
use super::spans::Sources;
use super::tags::{NodeId, Role, Tags};
use crate::domain::print::Side;
use crate::domain::rich_text::{self, Block, Inline, Level, Run};
use crate::ports::pdf::PdfError;

/// Running text: a contract is read from beginning to end.
pub(super) const TEXT: Style = Style {
    size: 9.5,
    leading: 13.6,
    ..BODY
};

/// What a heading wants below it on the same page, in points.
const BELOW_HEADING: f32 = 40.0;
/// From a quote's bar to its text.
const QUOTE_INDENT: f32 = 14.0;
/// Around code.
const CODE_PAD: f32 = 6.0;

/// Where blocks stand and what they belong to.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) strip: Strip,
    pub(super) parent: NodeId,
    pub(super) reading: Reading,
    /// The bars of the quotes around, by how far they are from the start.
    pub(super) bars: Vec<f32>,
    /// How many lists are around.
    pub(super) lists: usize,
}

impl Canvas<'_> {
    /// Draws an author's text over as many pages as it takes.
    pub(super) fn rich(&mut self, blocks: &[Block]) -> Result<(), PdfError> {
        let before = self.side();
        let mut above = None;
        for (index, block) in blocks.iter().enumerate() {
            let own = first_letter(block).unwrap_or(before);
            self.face(own);
            let place = Place {
                reading: match own {
                    Side::Left => Reading::Left,
                    Side::Right => Reading::Right,
                },
                ..self.place(Tags::ROOT)
            };
            self.space(above, block, &place);
            let drawn = self.rich_block(block, blocks.get(index + 1..), &place, &mut Vec::new());
            self.face(before);
            drawn?;
            above = Some(block);
        }
        self.y -= 6.0;
        Ok(())
    }

    /// A typed name, slanted and large above a line: no script face may be embedded that has the
    /// letters of every name.
    pub(super) fn signature(&mut self, label: &str, name: &str) -> Result<(), PdfError> {
        self.need(70.0)?;
        self.skip(10.0);
        let place = self.place(Tags::ROOT);
        let large = Style {
            size: 21.0,
            leading: 29.0,
            ..BODY
        };
        let fits = self
            .lines(name, large, place.reading, place.strip.width)
            .len()
            <= 2;
        let style = if fits { large } else { TEXT };
        let slanted = |text: &str, emphasis| {
            let style = rich_text::Style {
                emphasis,
                ..rich_text::Style::default()
            };
            let (text, link) = (text.to_owned(), None);
            vec![Inline::Run(Run { text, style, link })]
        };
        let node = self.tags.add(Tags::ROOT, Role::Paragraph);
        self.rich_text(node, &slanted(name, true), style, &place, &mut Vec::new())?;
        self.rule(place.strip, self.y);
        self.y -= 2.0;
        let node = self.tags.add(Tags::ROOT, Role::Paragraph);
        self.rich_text(node, &slanted(label, false), SMALL, &place, &mut Vec::new())
    }

    /// The whole width, for what is not part of anything.
    fn place(&self, parent: NodeId) -> Place {
        Place {
            strip: self.sheet.strip(),
            parent,
            reading: self.reading(),
            bars: Vec::new(),
            lists: 0,
        }
    }

    pub(super) fn rich_blocks(
        &mut self,
        blocks: &[Block],
        place: &Place,
        markers: &mut Vec<Marker>,
    ) -> Result<(), PdfError> {
        let mut above = None;
        for (index, block) in blocks.iter().enumerate() {
            if above.is_some() {
                self.space(above, block, place);
            }
            self.rich_block(block, blocks.get(index + 1..), place, markers)?;
            above = Some(block);
        }
        Ok(())
    }

    fn rich_block(
        &mut self,
        block: &Block,
        rest: Option<&[Block]>,
        place: &Place,
        markers: &mut Vec<Marker>,
    ) -> Result<(), PdfError> {
        match block {
            Block::Heading(level, content) => {
                self.keep_with_next(rest.unwrap_or_default())?;
                let style = self.heading_style(*level);
                let node = self.tags.add(place.parent, Role::Below(*level));
                self.rich_text(node, content, style, place, markers)
            }
            Block::Paragraph(content) => {
                let node = self.tags.add(place.parent, Role::Paragraph);
                self.rich_text(node, content, TEXT, place, markers)
            }
            Block::List(list) => self.rich_list(list, place, markers),
            Block::Quote(inner) => self.quote(inner, place, markers),
            Block::Code(text) => self.code(text, place, markers),
            Block::Table(table) => {
                self.stand_alone(markers, place)?;
                self.rich_table(table, place)
            }
            Block::Rule => {
                self.stand_alone(markers, place)?;
                self.need(1.0)?;
                self.rule(place.strip, self.y);
                self.y -= 1.0;
                Ok(())
            }
        }
    }

    /// Space between two blocks, with the bars of the quotes around.
    fn space(&mut self, above: Option<&Block>, block: &Block, place: &Place) {
        let height = above
            .map_or(0.0, after)
            .max(before(block, place.lists > 0))
            .min(self.room().max(0.0));
        if !self.is_fresh() {
            self.bars(place, self.y, height);
            self.y -= height;
        }
    }

    pub(super) fn bars(&mut self, place: &Place, top: f32, height: f32) {
        if place.bars.is_empty() || height <= 0.0 {
            return;
        }
        self.artifact(Artifact::Layout, |canvas| {
            for start in &place.bars {
                let (start, width) = (*start, 2.0);
                canvas.fill(Strip { start, width }, top, height, RULE);
            }
        });
    }

    /// A heading, and those right below it, do not end a page.
    fn keep_with_next(&mut self, rest: &[Block]) -> Result<(), PdfError> {
        let below = rest
            .iter()
            .take_while(|it| matches!(it, Block::Heading(..)))
            .take(Level::ALL.len());
        let own = self.heading_style(Level::First).leading;
        let headings = below.fold(own, |height, it| height + own + before(it, false));
        self.need(headings + BELOW_HEADING)
    }

    fn heading_style(&self, level: Level) -> Style {
        let (size, leading) = match level {
            Level::First => (12.5, 17.0),
            Level::Second => (11.0, 15.2),
            Level::Third => (10.0, 14.0),
            Level::Fourth => (9.5, 13.6),
        };
        let colour = match level {
            Level::First | Level::Second => self.palette.strong,
            Level::Third | Level::Fourth => INK,
        };
        Style {
            weight: Weight::Bold,
            size,
            leading,
            colour,
        }
    }

    /// A paragraph or a heading over as many pages as it takes.
    fn rich_text(
        &mut self,
        node: NodeId,
        content: &[Inline],
        style: Style,
        place: &Place,
        markers: &mut Vec<Marker>,
    ) -> Result<(), PdfError> {
        let sources = self.sources(content, style.weight, node);
        let lines = self.broken_in(&sources, style, place);
        let style = style.leaded(&lines);
        let mut rest = lines.as_slice();
        while !rest.is_empty() {
            self.need(style.leading * whole(rest.len().min(2)))?;
            let (here, later) = rest.split_at(self.fitting(rest.len(), style.leading));
            self.bars(place, self.y, style.leading * whole(here.len()));
            self.beside(markers, style, place.reading);
            self.y = self.spanned(node, here, (place.strip, Align::Start), self.y, style);
            rest = later;
        }
        Ok(())
    }

    fn broken_in(&mut self, sources: &Sources, style: Style, place: &Place) -> Vec<TextLine> {
        let most = thousandths(place.strip.width, style.size);
        self.broken(sources, place.reading, most)
    }

    /// How many of so many lines this page takes: at least one, and no line goes to the next page
    /// alone if another can go with it.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the lines of a page"
    )]
    fn fitting(&self, lines: usize, leading: f32) -> usize {
        let count = ((self.room() / leading) as usize).clamp(1, lines);
        if count + 1 == lines && count > 2 {
            count - 1
        } else {
            count
        }
    }

    fn quote(
        &mut self,
        inner: &[Block],
        place: &Place,
        markers: &mut Vec<Marker>,
    ) -> Result<(), PdfError> {
        let mut moved = place.moved(QUOTE_INDENT);
        moved.bars.push(place.strip.start + 2.0);
        moved.parent = self.tags.add(place.parent, Role::Quote);
        self.rich_blocks(inner, &moved, markers)
    }

    /// Code: its lines as they are, in the letters of all text, on a tint.
    fn code(
        &mut self,
        text: &str,
        place: &Place,
        markers: &mut Vec<Marker>,
    ) -> Result<(), PdfError> {
        let paragraph = self.tags.add(place.parent, Role::Paragraph);
        let node = self.tags.add(paragraph, Role::Code);
        let strip = place.moved(CODE_PAD).strip;
        let strip = Strip {
            width: strip.width - CODE_PAD,
            ..strip
        };
        let lines = self.lines(text, TEXT, Reading::Left, strip.width);
        if lines.iter().any(|line| line.rtl) {
            self.tags.speak(node, text);
        }
        let style = TEXT.leaded(&lines);
        let mut rest = lines.as_slice();
        while !rest.is_empty() {
            self.need(style.leading * whole(rest.len().min(2)) + CODE_PAD)?;
            let (here, later) = rest.split_at(self.fitting(rest.len(), style.leading));
            let height = style.leading * whole(here.len()) + CODE_PAD / 2.0;
            self.bars(place, self.y, height);
            let top = self.y;
            self.artifact(Artifact::Layout, |canvas| {
                canvas.fill(place.strip, top, height, TINT);
            });
            self.beside(markers, style, place.reading);
            let align = match place.reading {
                Reading::Right => Align::End,
                Reading::Left | Reading::Auto { .. } => Align::Start,
            };
            self.y = self.spanned(node, here, (strip, align), top, style) - CODE_PAD / 2.0;
            rest = later;
        }
        Ok(())
    }
}

impl Place {
    /// The same so much further from the start.
    pub(super) fn moved(&self, by: f32) -> Self {
        Self {
            strip: Strip {
                start: self.strip.start + by,
                width: self.strip.width - by,
            },
            ..self.clone()
        }
    }
}

fn before(block: &Block, in_list: bool) -> f32 {
    match block {
        Block::Heading(Level::First, _) => 16.0,
        Block::Heading(..) => 12.0,
        Block::List(_) if in_list => 3.0,
        Block::Paragraph(_) | Block::List(_) => 6.0,
        Block::Quote(_) | Block::Code(_) | Block::Table(_) => 8.0,
        Block::Rule => 10.0,
    }
}

fn after(block: &Block) -> f32 {
    match block {
        Block::Heading(..) => 4.0,
        Block::Paragraph(_) | Block::List(_) => 6.0,
        Block::Quote(_) | Block::Code(_) | Block::Table(_) => 8.0,
        Block::Rule => 10.0,
    }
}

/// The side of the first letter that has one.
fn first_letter(block: &Block) -> Option<Side> {
    let in_text = |content: &Vec<Inline>| {
        content.iter().find_map(|inline| match inline {
            Inline::Run(run) => side(&run.text),
            Inline::Break => None,
        })
    };
    match block {
        Block::Heading(_, content) | Block::Paragraph(content) => in_text(content),
        Block::List(list) => list.items.iter().flatten().find_map(first_letter),
        Block::Quote(inner) => inner.iter().find_map(first_letter),
        Block::Code(text) => side(text),
        Block::Table(table) => {
            let rows = std::iter::once(&table.head).chain(&table.rows);
            rows.flatten().find_map(in_text)
        }
        Block::Rule => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "the lines of a page")]
pub(super) fn whole(count: usize) -> f32 {
    count as f32
}
