//! Rich text as HTML.
//!
//! Every element and attribute here is one of ours; whatever an author wrote goes through
//! [`Writer::text`], which escapes it. The style sheet keeps the classes `left`, `centre` and
//! `right` for cells and `wide` for what scrolls sideways.

use std::fmt;

use askama::filters::HtmlSafe;
use askama::{FastWritable, Values};
use caseflow_core::domain::rich_text::{Alignment, Block, Inline, Level, List, RichText, Row, Run};
use caseflow_core::domain::rich_text::{LinkAddress, Table};

/// A text ready to stand in a page, which needs no escaping any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RichHtml(String);

/// The heading that a text stands under: its own begin one rank lower.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Under {
    /// The title of the page.
    H1,
    /// The heading of a part of the page.
    H2,
}

impl RichHtml {
    pub(crate) fn new(text: &RichText, under: Under) -> Self {
        let mut writer = Writer {
            html: String::with_capacity(text.as_str().len() * 3 / 2),
            under,
            open: Vec::new(),
        };
        writer.blocks(text.blocks(), AUTO);
        Self(writer.html)
    }
}

impl fmt::Display for RichHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FastWritable for RichHtml {
    fn write_into(&self, to: &mut dyn fmt::Write, _: &dyn Values) -> askama::Result<()> {
        Ok(to.write_str(&self.0)?)
    }
}

impl HtmlSafe for RichHtml {}

/// A block of its own reads from the side of its first letter; what it holds reads as it does.
const AUTO: &str = " dir=\"auto\"";

struct Writer<'t> {
    html: String,
    under: Under,
    /// The elements open around the run that is being written.
    open: Vec<Element<'t>>,
}

/// An element within a paragraph, the outermost first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element<'t> {
    Link(&'t LinkAddress),
    Strong,
    Emphasis,
    Code,
}

impl<'t> Writer<'t> {
    fn blocks(&mut self, blocks: &'t [Block], direction: &str) {
        for block in blocks {
            self.block(block, direction);
        }
    }

    fn block(&mut self, block: &'t Block, direction: &str) {
        match block {
            Block::Heading(level, content) => {
                let rank = rank(*level, self.under);
                self.element(rank, direction, |it| it.inlines(content));
            }
            Block::Paragraph(content) => self.element("p", direction, |it| it.inlines(content)),
            Block::List(list) => self.list(list, direction),
            Block::Quote(inner) => {
                self.element("blockquote", direction, |it| it.blocks(inner, ""));
            }
            Block::Code(text) => self.element("pre", direction, |it| {
                it.element("code", "", |it| it.text(text));
            }),
            Block::Table(table) => self.table(table, direction),
            Block::Rule => self.html.push_str("<hr>"),
        }
        self.html.push('\n');
    }

    fn list(&mut self, list: &'t List, direction: &str) {
        let (name, start) = match list.start {
            None => ("ul", String::new()),
            Some(1) => ("ol", String::new()),
            Some(start) => ("ol", format!(" start=\"{start}\"")),
        };
        self.element(name, &format!("{direction}{start}"), |it| {
            for item in &list.items {
                it.element("li", "", |it| it.item(item));
            }
        });
    }

    /// What begins with one paragraph shows it without the space around a paragraph.
    fn item(&mut self, item: &'t [Block]) {
        let is_paragraph = |block: &Block| matches!(block, Block::Paragraph(_));
        match item {
            [Block::Paragraph(content), rest @ ..] if !rest.iter().any(is_paragraph) => {
                self.inlines(content);
                self.blocks(rest, "");
            }
            _ => self.blocks(item, ""),
        }
    }

    /// In a box that scrolls sideways on a narrow screen, by keyboard too, and begins where the table
    /// does: its direction is the table's.
    fn table(&mut self, table: &'t Table, direction: &str) {
        let wide = " class=\"wide\" role=\"group\" aria-label=\"Table\" tabindex=\"0\"";
        self.element("div", &format!("{direction}{wide}"), |it| {
            it.element("table", "", |it| {
                it.element("thead", "", |it| it.row(&table.head, table, "th"));
                if !table.rows.is_empty() {
                    it.element("tbody", "", |it| {
                        table.rows.iter().for_each(|row| it.row(row, table, "td"));
                    });
                }
            });
        });
    }

    fn row(&mut self, row: &'t Row, table: &Table, name: &str) {
        self.element("tr", "", |it| {
            for (cell, alignment) in row.iter().zip(&table.alignments) {
                // A head that says nothing heads nothing.
                let (name, scope) = match name {
                    "th" if !cell.is_empty() => ("th", " scope=\"col\""),
                    _ => ("td", ""),
                };
                let side = match alignment {
                    Alignment::Start => "",
                    Alignment::Left => " class=\"left\"",
                    Alignment::Centre => " class=\"centre\"",
                    Alignment::Right => " class=\"right\"",
                };
                it.element(name, &format!("{scope}{side}"), |it| it.inlines(cell));
            }
        });
    }

    fn inlines(&mut self, content: &'t [Inline]) {
        for inline in content {
            match inline {
                Inline::Run(run) => self.run(run),
                Inline::Break => self.html.push_str("<br>"),
            }
        }
        self.close_to(0);
    }

    /// Closes what the run does not share with the one before, and opens the rest.
    fn run(&mut self, run: &'t Run) {
        let style = run.style;
        let wanted = run.link.as_ref().map(Element::Link).into_iter();
        let wanted = wanted.chain(style.strong.then_some(Element::Strong));
        let wanted = wanted.chain(style.emphasis.then_some(Element::Emphasis));
        let wanted = wanted.chain(style.code.then_some(Element::Code));
        let wanted: Vec<Element<'t>> = wanted.collect();
        let shared = self.open.iter().zip(&wanted);
        let shared = shared.take_while(|(open, wanted)| open == wanted).count();
        self.close_to(shared);
        for element in wanted.into_iter().skip(shared) {
            self.begin(element);
            self.open.push(element);
        }
        self.text(&run.text);
    }

    fn begin(&mut self, element: Element<'_>) {
        match element {
            Element::Link(address) => {
                self.html.push_str("<a href=\"");
                self.text(address.as_str());
                self.html
                    .push_str("\" rel=\"noopener noreferrer nofollow\">");
            }
            Element::Strong => self.html.push_str("<strong>"),
            Element::Emphasis => self.html.push_str("<em>"),
            Element::Code => self.html.push_str("<code>"),
        }
    }

    fn close_to(&mut self, count: usize) {
        while self.open.len() > count {
            self.html.push_str(match self.open.pop() {
                Some(Element::Link(_)) => "</a>",
                Some(Element::Strong) => "</strong>",
                Some(Element::Emphasis) => "</em>",
                Some(Element::Code) => "</code>",
                None => "",
            });
        }
    }

    /// An element around what `inner` writes. Name and attributes are never an author's words.
    fn element(&mut self, name: &str, attributes: &str, inner: impl FnOnce(&mut Self)) {
        for part in ["<", name, attributes, ">"] {
            self.html.push_str(part);
        }
        inner(self);
        for part in ["</", name, ">"] {
            self.html.push_str(part);
        }
    }

    /// An author's words.
    fn text(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                '"' => self.html.push_str("&quot;"),
                '\'' => self.html.push_str("&#39;"),
                other => self.html.push(other),
            }
        }
    }
}

fn rank(level: Level, under: Under) -> &'static str {
    match (level, under) {
        (Level::First, Under::H1) => "h2",
        (Level::Second, Under::H1) | (Level::First, Under::H2) => "h3",
        (Level::Third, Under::H1) | (Level::Second, Under::H2) => "h4",
        (Level::Fourth, Under::H1) | (Level::Third, Under::H2) => "h5",
        (Level::Fourth, Under::H2) => "h6",
    }
}

#[cfg(test)]
mod tests;
