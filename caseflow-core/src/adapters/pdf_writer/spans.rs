//! Text whose look changes within a line.

use std::rc::Rc;

use ::pdf_writer::Rect;

use super::canvas::{Align, Canvas, Strip, Style, points};
use super::colours::TINT;
use super::faces::Weight;
use super::lines::{Reading, TextLine, extent, shown};
use super::ops::Artifact;
use super::tags::{NodeId, Role};
use super::words::Word;
use crate::domain::rich_text::{Inline, LinkAddress, Run};

/// A part of a text in one look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// Where it ends, in bytes; it begins where the one before ends.
    pub(super) end: usize,
    pub(super) weight: Weight,
    pub(super) look: Look,
}

/// How words differ from those around them, beside their weight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// Slanted: the bundled families have no italic.
    pub(super) slanted: bool,
    /// On a tint: none of them has letters of one width.
    pub(super) tinted: bool,
    /// The link it is part of.
    pub(super) link: Option<LinkId>,
    /// The structure element that holds it, if not its paragraph itself.
    pub(super) node: Option<NodeId>,
}

/// The number of a link of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LinkId(pub(super) usize);

/// A word where it is shown.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) word: Rc<Word>,
    pub(super) look: Look,
}

/// A text with its spans, which cover all of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spanned<'t> {
    pub(super) text: &'t str,
    pub(super) spans: &'t [Span],
}

impl<'t> Spanned<'t> {
    /// The span that holds the byte `at`, and those after it.
    pub(super) fn from(&self, at: usize) -> &'t [Span] {
        let first = self.spans.partition_point(|span| span.end <= at);
        self.spans.get(first..).unwrap_or_default()
    }

    pub(super) fn weight(&self, at: usize) -> Weight {
        self.from(at)
            .first()
            .map_or(Weight::Regular, |span| span.weight)
    }
}

/// One line of an author's paragraph: what a line end in the source ends.
#[derive(Debug, Clone, Default)]
pub(super) struct Source {
    text: String,
    spans: Vec<Span>,
}

impl Source {
    pub(super) fn spanned(&self) -> Spanned<'_> {
        Spanned {
            text: &self.text,
            spans: &self.spans,
        }
    }

    fn push(&mut self, text: &str, weight: Weight, look: Look) {
        self.text.push_str(text);
        self.spans.push(Span {
            end: self.text.len(),
            weight,
            look,
        });
    }
}

/// An author's paragraph with its structure: what to break into lines.
#[derive(Debug, Clone, Default)]
pub(super) struct Sources {
    pub(super) lines: Vec<Source>,
    /// What is read out of each element that holds a part of it.
    said: Vec<(NodeId, String)>,
}

/// Text of a paragraph that one structure element holds.
fn part_of(run: &Run) -> (bool, Option<&LinkAddress>) {
    (run.style.code, run.link.as_ref())
}

impl Canvas<'_> {
    /// Prepares what `node` says. Its links and pieces of code are elements of their own, and then
    /// so is what stands between them, so that a reader finds all in their order.
    pub(super) fn sources(&mut self, content: &[Inline], base: Weight, node: NodeId) -> Sources {
        let runs = content.iter().filter_map(|inline| match inline {
            Inline::Run(run) => Some(run),
            Inline::Break => None,
        });
        let divided = runs.clone().any(|run| part_of(run) != (false, None));
        let mut sources = Sources {
            lines: vec![Source::default()],
            said: Vec::new(),
        };
        let mut last: Option<(&Run, Look)> = None;
        for inline in content {
            let Inline::Run(run) = inline else {
                sources.lines.push(Source::default());
                if let Some((_, said)) = sources.said.last_mut() {
                    said.push('\n');
                }
                continue;
            };
            let part = match last {
                Some((before, part)) if part_of(before) == part_of(run) => part,
                _ if divided => self.part(run, node),
                _ => Look::default(),
            };
            last = Some((run, part));
            self.add(&mut sources, run, base, part, node);
        }
        sources
    }

    /// A new element for the runs that one element holds.
    fn part(&mut self, run: &Run, node: NodeId) -> Look {
        let role = match part_of(run) {
            (_, Some(_)) => Role::Link,
            (true, None) => Role::Code,
            (false, None) => Role::Span,
        };
        Look {
            node: Some(self.tags.add(node, role)),
            link: run.link.as_ref().map(|address| self.links.add(address)),
            ..Look::default()
        }
    }

    fn add(&mut self, sources: &mut Sources, run: &Run, base: Weight, part: Look, node: NodeId) {
        let weight = if run.style.strong { Weight::Bold } else { base };
        let look = Look {
            slanted: run.style.emphasis,
            tinted: run.style.code,
            ..part
        };
        let text = shown(&run.text, self.shaper.faces, weight);
        if let Some(line) = sources.lines.last_mut() {
            line.push(&text, weight, look);
        }
        let holder = part.node.unwrap_or(node);
        match sources.said.last_mut() {
            Some((last, said)) if *last == holder => said.push_str(&run.text),
            _ => sources.said.push((holder, run.text.clone())),
        }
    }

    /// Breaks a paragraph into lines, and says what to read out if the order of the eye is another.
    pub(super) fn broken(
        &mut self,
        sources: &Sources,
        reading: Reading,
        most: i32,
    ) -> Vec<TextLine> {
        let mut lines = Vec::new();
        for source in &sources.lines {
            self.shaper
                .paragraph(source.spanned(), reading, most, &mut lines);
        }
        if lines.iter().any(|line| line.rtl) {
            for (node, said) in &sources.said {
                self.tags.speak(*node, said);
            }
        }
        lines
    }

    /// Draws lines below one another, and answers where they end.
    pub(super) fn spanned(
        &mut self,
        node: NodeId,
        lines: &[TextLine],
        (strip, align): (Strip, Align),
        top: f32,
        style: Style,
    ) -> f32 {
        let plain = |line: &TextLine| line.words.iter().all(|it| it.look.node.is_none());
        let mut y = top;
        let mut below = || {
            y -= style.leading;
            y + style.leading * 0.28
        };
        if lines.iter().all(plain) {
            self.marked(node, |canvas| {
                for line in lines {
                    canvas.line(line, strip, align, below(), style);
                }
            });
        } else {
            for line in lines {
                self.parts(node, line, (strip, align), below(), style);
            }
        }
        y
    }

    /// Draws a line part by part, each held by its own element.
    fn parts(
        &mut self,
        node: NodeId,
        line: &TextLine,
        (strip, align): (Strip, Align),
        y: f32,
        style: Style,
    ) {
        let mut x = self.line_left(line, strip, align, style.size);
        for part in line
            .words
            .chunk_by(|one, other| one.look.node == other.look.node)
        {
            let look = part.first().map(|piece| piece.look).unwrap_or_default();
            let (ink, whole) = extent(part);
            let ink = points(ink, style.size);
            if look.tinted {
                let size = (ink, style.size * 1.3);
                self.artifact(Artifact::Layout, |canvas| {
                    canvas.fill_at(x, y - style.size * 0.32, size, TINT);
                });
            }
            self.part_at(look.node.unwrap_or(node), part, (x, y), ink, style);
            x += points(whole, style.size);
        }
    }

    /// Draws a part; a link in the firm's colour with a line below it.
    fn part_at(
        &mut self,
        node: NodeId,
        part: &[Piece],
        (x, y): (f32, f32),
        ink: f32,
        style: Style,
    ) {
        let link = part.first().and_then(|piece| piece.look.link);
        let colour = match link {
            Some(_) => self.palette.strong,
            None => style.colour,
        };
        self.marked(node, |canvas| {
            canvas.pieces(part, x, y, Style { colour, ..style });
            if link.is_some() {
                canvas.fill_at(x, y - style.size * 0.16, (ink, 0.4), colour);
            }
        });
        if let Some(link) = link {
            let (low, high) = (y - style.size * 0.3, y + style.size * 0.9);
            let page = self.page_count() - 1;
            let bounds = Rect::new(x, low, x + ink, high);
            self.links.place(link, node, page, bounds);
        }
    }
}
