//! Where the parts of a document stand.

use super::blocks::{Block, blocks};
use super::canvas::{Align, Canvas, Strip, Style};
use super::colours::{INK, QUIET};
use super::faces::Weight;
use super::lines::Reading;
use super::ops::Artifact;
use super::papers::appended;
use super::picture::Logo;
use super::table::Table;
use super::tags::{Role, Tags};
use crate::domain::print::{Label, Party, Print};
use crate::ports::pdf::PdfError;

/// The largest box of a logo, in points.
const LOGO: (f32, f32) = (190.0, 56.0);
/// The height of the foot without the firm's small print, in points.
const FOOT: f32 = 22.0;
/// The most lines of small print at the foot of each page; more is printed once, at the end.
const FOOT_LINES: usize = 10;

pub(super) const BODY: Style = Style {
    weight: Weight::Regular,
    size: 9.0,
    leading: 12.6,
    colour: INK,
};
const STRONG: Style = Style {
    weight: Weight::Bold,
    ..BODY
};
pub(super) const SMALL: Style = Style {
    weight: Weight::Regular,
    size: 8.0,
    leading: 11.2,
    colour: QUIET,
};
const TINY: Style = Style {
    weight: Weight::Regular,
    size: 7.0,
    leading: 9.6,
    colour: QUIET,
};

/// The part of a page that may stand beside something else; what is taller stands alone.
const MOST_BESIDE: f32 = 0.5;

/// A paragraph and how it looks.
type Part<'a> = (&'a str, Style);

/// The small print of every page, broken into lines.
pub(super) struct Foot {
    text: String,
    lines: usize,
}

impl Foot {
    /// Small print on one paragraph, for a text area this wide.
    pub(super) fn new(print: &Print, shaper: &mut super::words::Shaper<'_>, width: f32) -> Self {
        let text = print.brand.footer.as_ref().map(ToString::to_string);
        let text = text.unwrap_or_default().replace('\n', " · ");
        #[expect(clippy::cast_possible_truncation, reason = "the width of a page")]
        let most = (width * 1000.0 / TINY.size) as i32;
        let reading = Reading::Auto { rtl: false };
        let lines = if text.is_empty() {
            0
        } else {
            shaper.lines(&text, TINY.weight, reading, most).len()
        };
        Self { text, lines }
    }

    /// Its height at the foot of each page.
    #[expect(clippy::cast_precision_loss, reason = "at most ten lines")]
    pub(super) fn height(&self) -> f32 {
        if self.repeats() {
            FOOT + self.lines as f32 * TINY.leading
        } else {
            FOOT
        }
    }

    fn repeats(&self) -> bool {
        (1..=FOOT_LINES).contains(&self.lines)
    }
}

impl Canvas<'_> {
    /// Draws the whole document.
    pub(super) fn document(
        &mut self,
        print: &Print,
        logo: Option<&Logo>,
        foot: &Foot,
    ) -> Result<(), PdfError> {
        let own = blocks(print);
        let appended = appended(print);
        if own.is_empty()
            && let Some(blocks) = appended
        {
            return self.numbered(print, &blocks, foot, 0);
        }
        self.masthead(print, logo)?;
        for block in &own {
            self.block(block)?;
        }
        if foot.lines > 0 && !foot.repeats() {
            self.skip(14.0);
            self.flow(Role::Paragraph, &foot.text, TINY, self.sheet.strip())?;
        }
        let pages = self.page_count();
        self.each_page(0, |canvas, index| {
            if index > 0 {
                canvas.running_head(print);
            }
            canvas.foot(print, foot, index + 1, pages);
        });
        if let Some(blocks) = appended {
            let first = self.page_count();
            self.new_page()?;
            self.numbered(print, &blocks, foot, first)?;
        }
        Ok(())
    }

    /// Fills pages from the `first` on, which are numbered for themselves: those before are as they
    /// would be without.
    fn numbered(
        &mut self,
        print: &Print,
        blocks: &[Block],
        foot: &Foot,
        first: usize,
    ) -> Result<(), PdfError> {
        for block in blocks {
            self.block(block)?;
        }
        let pages = self.page_count() - first;
        self.each_page(first, |canvas, index| {
            canvas.running_head(print);
            canvas.foot(print, foot, index + 1 - first, pages);
        });
        Ok(())
    }

    fn block(&mut self, block: &Block) -> Result<(), PdfError> {
        let whole = self.sheet.strip();
        match block {
            Block::Title { text, badge } => self.title(text, badge.as_deref())?,
            Block::Opening {
                label,
                parties,
                facts,
            } => self.opening(label, parties, facts)?,
            Block::Heading(text) => {
                self.need(70.0)?;
                self.skip(16.0);
                let style = Style {
                    size: 10.5,
                    leading: 16.0,
                    colour: self.palette.strong,
                    ..STRONG
                };
                self.flow(Role::Heading, text, style, whole)?;
                self.y -= 3.0;
            }
            Block::Paragraph(text) => {
                self.flow(Role::Paragraph, text, BODY, whole)?;
                self.y -= 4.0;
            }
            Block::Table(table) => self.table(table, whole)?,
            Block::Totals(table) => self.totals(table)?,
            Block::Rich(blocks) => self.rich(blocks)?,
            Block::Signature { label, name } => self.signature(label, name)?,
        }
        Ok(())
    }

    /// The logo, or the firm's name, with the firm's address on the other side.
    fn masthead(&mut self, print: &Print, logo: Option<&Logo>) -> Result<(), PdfError> {
        let (whole, top) = (self.sheet.strip(), self.y);
        let (start, end) = halves(whole);
        let firm = &print.brand.firm;
        let name = Style {
            size: 14.0,
            leading: 18.0,
            colour: self.palette.strong,
            ..STRONG
        };
        let lines = firm_lines(print, logo.is_some());
        let lines: Vec<Part<'_>> = lines
            .iter()
            .map(|(text, style)| (text.as_str(), *style))
            .collect();
        if let Some(logo) = logo {
            let (width, height) = logo.fit(LOGO);
            let node = self.tags.add(Tags::ROOT, Role::Figure);
            let strip = Strip { start: 0.0, width };
            self.logo(node, strip, top, height, &firm.name);
            self.y = top - height;
        } else {
            self.column(&[(&firm.name, name)], start, Align::Start)?;
        }
        let low = self.y;
        let most = self.sheet.room() * MOST_BESIDE;
        // A name so long that it goes on over the page leaves no room beside it.
        let beside = (top - most..top).contains(&low) && self.tall(&lines, end.width) <= most;
        if beside {
            self.y = top;
            self.column(&lines, end, Align::End)?;
            self.y = self.y.min(low);
        } else {
            self.column(&lines, whole, Align::Start)?;
        }
        self.y -= 12.0;
        let (accent, y) = (self.palette.accent, self.y);
        self.artifact(Artifact::Layout, |canvas| {
            canvas.fill(whole, y, 1.5, accent)
        });
        self.y -= 1.5;
        Ok(())
    }

    fn title(&mut self, text: &str, badge: Option<&str>) -> Result<(), PdfError> {
        self.need(100.0)?;
        self.y -= 22.0;
        let top = self.y;
        let (start, end) = title_parts(self.sheet.strip(), badge);
        let reading = self.reading();
        let large = Style {
            size: 20.0,
            leading: 26.0,
            colour: INK,
            ..STRONG
        };
        let small = Style {
            size: 14.0,
            leading: 19.0,
            ..large
        };
        let fits = self.lines(text, large, reading, start.width).len() <= 2;
        let style = if fits { large } else { small };
        self.flow(Role::Title, text, style, start)?;
        let low = self.y;
        if let Some(badge) = badge {
            let style = Style {
                size: 11.0,
                leading: 26.0,
                colour: self.palette.strong,
                ..STRONG
            };
            self.y = top;
            self.column(&[(badge, style)], end, Align::End)?;
        }
        self.y = low - 8.0;
        Ok(())
    }

    fn opening(&mut self, label: &str, parties: &[Party], facts: &Table) -> Result<(), PdfError> {
        let whole = self.sheet.strip();
        let (start, end) = halves(whole);
        let mut lines = vec![(label, SMALL)];
        for party in parties {
            lines.push((party.name.as_str(), STRONG));
            lines.extend(party.address.iter().map(|line| (line.as_str(), BODY)));
            lines.extend(party.tax_id.iter().map(|line| (line.as_str(), BODY)));
        }
        let set = self.set(facts, end);
        let height = self.tall(&lines, start.width).max(set.height());
        if height > self.sheet.room() * MOST_BESIDE {
            self.column(&lines, whole, Align::Start)?;
            self.skip(8.0);
            return self.table(facts, whole);
        }
        self.need(height)?;
        let top = self.y;
        self.column(&lines, start, Align::Start)?;
        let low = self.y;
        self.y = top;
        self.draw(facts, set)?;
        self.y = self.y.min(low) - 4.0;
        Ok(())
    }

    fn totals(&mut self, table: &Table) -> Result<(), PdfError> {
        let (_, end) = halves(self.sheet.strip());
        let set = self.set(table, end);
        if set.height() <= self.sheet.room() {
            self.need(set.height())?;
        }
        self.skip(6.0);
        self.draw(table, set)?;
        self.y -= 4.0;
        Ok(())
    }

    /// Paragraphs below one another.
    fn column(&mut self, parts: &[Part<'_>], strip: Strip, align: Align) -> Result<(), PdfError> {
        for (text, style) in parts {
            self.aligned(Role::Paragraph, text, *style, strip, align)?;
        }
        Ok(())
    }

    /// The height of paragraphs below one another.
    #[expect(clippy::cast_precision_loss, reason = "a text is not that long")]
    fn tall(&mut self, parts: &[Part<'_>], width: f32) -> f32 {
        let reading = self.reading();
        let height = |(text, style): &Part<'_>| {
            let lines = self.lines(text, *style, reading, width);
            lines.len() as f32 * style.leaded(&lines).leading
        };
        parts.iter().map(height).sum()
    }

    fn lines_of(
        &mut self,
        node: super::tags::NodeId,
        lines: &[super::lines::TextLine],
        strip: Strip,
        align: Align,
        top: f32,
        style: Style,
    ) -> f32 {
        let mut y = top;
        self.marked(node, |canvas| {
            for line in lines {
                y -= style.leading;
                canvas.line(line, strip, align, y + style.leading * 0.28, style);
            }
        });
        y
    }

    /// One paragraph over as many pages as it takes.
    fn flow(&mut self, role: Role, text: &str, style: Style, strip: Strip) -> Result<(), PdfError> {
        self.aligned(role, text, style, strip, Align::Start)
    }

    fn aligned(
        &mut self,
        role: Role,
        text: &str,
        style: Style,
        strip: Strip,
        align: Align,
    ) -> Result<(), PdfError> {
        let node = self.tags.add(Tags::ROOT, role);
        let reading = self.reading();
        let lines = self.lines(text, style, reading, strip.width);
        let style = style.leaded(&lines);
        if lines.iter().any(|line| line.rtl) {
            self.tags.speak(node, text);
        }
        let mut rest = lines.as_slice();
        while !rest.is_empty() {
            self.need(style.leading)?;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a few lines"
            )]
            let count = ((self.room() / style.leading) as usize).clamp(1, rest.len());
            let (here, later) = rest.split_at(count);
            let top = self.y;
            self.y = self.lines_of(node, here, strip, align, top, style);
            rest = later;
        }
        Ok(())
    }

    /// What the document is, at the top of its later pages.
    fn running_head(&mut self, print: &Print) {
        let strip = self.sheet.strip();
        let y = self.sheet.height - 34.0;
        self.artifact(Artifact::Header, |canvas| {
            let (start, end) = halves(strip);
            canvas.one_line(&print.title, TINY, start, Align::Start, y);
            canvas.one_line(&print.brand.firm.name, TINY, end, Align::End, y);
        });
    }

    fn foot(&mut self, print: &Print, foot: &Foot, page: usize, pages: usize) {
        let strip = self.sheet.strip();
        let top = 40.0 + foot.height() - 10.0;
        self.rule(strip, top);
        self.artifact(Artifact::Footer, |canvas| {
            let mut y = top - 3.0;
            if foot.repeats() {
                let reading = canvas.reading();
                for line in canvas.lines(&foot.text, TINY, reading, strip.width) {
                    y -= TINY.leading;
                    canvas.line(&line, strip, Align::Start, y, TINY);
                }
            }
            y -= TINY.leading;
            let (start, end) = halves(strip);
            canvas.one_line(&print.brand.firm.name, TINY, start, Align::Start, y);
            canvas.one_line(&print.page(page, pages), TINY, end, Align::End, y);
        });
    }

    /// As much of a text as fits on one line; only for what is said in full elsewhere.
    fn one_line(&mut self, text: &str, style: Style, strip: Strip, align: Align, y: f32) {
        let reading = self.reading();
        let lines = self.lines(text, style, reading, strip.width);
        if let Some(line) = lines.first() {
            self.line(line, strip, align, y, style);
        }
    }
}

/// The places of a title and of what has become of the document.
fn title_parts(whole: Strip, badge: Option<&str>) -> (Strip, Strip) {
    let width = match badge {
        Some(_) => whole.width * 0.7,
        None => whole.width,
    };
    let start = Strip { width, ..whole };
    let end = Strip {
        start: whole.start + width,
        width: whole.width - width,
    };
    (start, end)
}

/// Two columns with a gutter between them.
fn halves(whole: Strip) -> (Strip, Strip) {
    const GUTTER: f32 = 24.0;
    let width = (whole.width - GUTTER) / 2.0;
    let start = Strip {
        start: whole.start,
        width,
    };
    let end = Strip {
        start: whole.start + width + GUTTER,
        width,
    };
    (start, end)
}

fn firm_lines(print: &Print, named: bool) -> Vec<(String, Style)> {
    let firm = &print.brand.firm;
    let name = named.then(|| {
        (
            firm.name.clone(),
            Style {
                colour: INK,
                weight: Weight::Bold,
                ..SMALL
            },
        )
    });
    let tax_id = firm
        .tax_id
        .as_ref()
        .map(|id| format!("{} {id}", print.word(Label::TaxId)));
    let rest = firm
        .address
        .iter()
        .cloned()
        .chain(tax_id)
        .chain(firm.email.clone())
        .chain(firm.phone.clone());
    name.into_iter()
        .chain(rest.map(|text| (text, SMALL)))
        .collect()
}
