//! From Markdown to blocks.

use std::mem;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::{Alignment, Block, DEPTH, Inline, Level, LinkAddress, List, Row, Run, Style, Table};
use crate::domain::text::Line;

/// Reads a source that holds no hidden character.
pub(super) fn blocks(source: &str) -> Vec<Block> {
    let mut reader = Reader::new(source);
    for (event, range) in Parser::new_ext(source, Options::ENABLE_TABLES).into_offset_iter() {
        reader.event(event, range);
    }
    reader.finish()
}

/// What has been read so far. Nesting lies on a list, not on the program's stack.
struct Reader<'s> {
    source: &'s str,
    /// The quotes, lists and items around what comes next; the whole text is the first.
    open: Vec<Open>,
    /// How many of these are lists and quotes.
    depth: usize,
    /// The paragraph, heading or cell that is being read.
    inlines: Vec<Inline>,
    /// How many of each are open; an author may open one within itself.
    strong: usize,
    emphasis: usize,
    pictures: usize,
    link: Option<LinkAddress>,
    /// The text of the code block that is being read.
    code: Option<String>,
    table: Option<Table>,
    row: Row,
    /// The levels, as typed, of the headings over what comes next.
    above: Vec<u8>,
}

/// Something open that holds blocks.
#[derive(Default)]
struct Open {
    blocks: Vec<Block>,
    /// Of a list: the number of its first item, and the items that are done.
    start: Option<u32>,
    items: Vec<Vec<Block>>,
}

impl<'s> Reader<'s> {
    fn new(source: &'s str) -> Self {
        Self {
            source,
            open: vec![Open::default()],
            depth: 0,
            inlines: Vec::new(),
            strong: 0,
            emphasis: 0,
            pictures: 0,
            link: None,
            code: None,
            table: None,
            row: Row::new(),
            above: Vec::new(),
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text, range),
            Event::Code(text) => self.run(&text, true),
            Event::Html(text) | Event::InlineHtml(text) => self.lines(&text),
            Event::SoftBreak => self.run(" ", false),
            Event::HardBreak => self.inlines.push(Inline::Break),
            Event::Rule => self.push(Block::Rule),
            // Not switched on.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.run(&text, false);
            }
            Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::BlockQuote(_) => self.enter(None),
            Tag::List(start) => self.enter(start),
            Tag::Item => self.open.push(Open::default()),
            Tag::CodeBlock(_) => {
                self.paragraph();
                self.code = Some(String::new());
            }
            Tag::Table(alignments) => self.begin_table(alignments),
            Tag::Paragraph | Tag::Heading { .. } | Tag::HtmlBlock => self.paragraph(),
            Tag::Image { .. } => self.pictures += 1,
            _ if self.pictures > 0 => {}
            Tag::Strong => self.strong += 1,
            Tag::Emphasis => self.emphasis += 1,
            Tag::Link {
                link_type,
                dest_url,
                ..
            } => self.link = address(link_type, &dest_url),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.paragraph(),
            TagEnd::Heading(typed) => self.heading(typed as u8),
            TagEnd::BlockQuote(_) => self.quote(),
            TagEnd::List(_) => self.list(),
            TagEnd::Item => self.item(),
            TagEnd::CodeBlock => self.code_block(),
            TagEnd::TableCell => {
                let cell = self.take();
                self.row.push(cell);
            }
            TagEnd::TableHead | TagEnd::TableRow => self.table_row(tag == TagEnd::TableHead),
            TagEnd::Table => self.end_table(),
            TagEnd::Image => self.pictures = self.pictures.saturating_sub(1),
            _ if self.pictures > 0 => {}
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Emphasis => self.emphasis = self.emphasis.saturating_sub(1),
            TagEnd::Link => self.link = None,
            _ => {}
        }
    }
}

/// What blocks are made of.
impl Reader<'_> {
    fn text(&mut self, text: &str, range: Range<usize>) {
        let typed = self.source.get(range).unwrap_or(text);
        // Only an entity differs from what was typed; the source itself has been checked.
        let text = if text != typed && hides(text) {
            typed
        } else {
            text
        };
        match &mut self.code {
            Some(code) => code.push_str(text),
            None => self.run(text, false),
        }
    }

    /// HTML: as typed, line by line.
    fn lines(&mut self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.inlines.push(Inline::Break);
            }
            self.run(line, false);
        }
    }

    fn run(&mut self, text: &str, code: bool) {
        if text.is_empty() {
            return;
        }
        let style = Style {
            strong: self.strong > 0,
            emphasis: self.emphasis > 0,
            code: code && self.pictures == 0,
        };
        if let Some(Inline::Run(last)) = self.inlines.last_mut()
            && last.style == style
            && last.link == self.link
        {
            last.text.push_str(text);
            return;
        }
        self.inlines.push(Inline::Run(Run {
            text: text.to_owned(),
            style,
            link: self.link.clone(),
        }));
    }

    /// What was gathered, without line ends at its ends; nothing if it shows nothing.
    fn take(&mut self) -> Vec<Inline> {
        let mut inlines = mem::take(&mut self.inlines);
        while inlines.last() == Some(&Inline::Break) {
            inlines.pop();
        }
        let first = inlines.iter().position(|it| *it != Inline::Break);
        inlines.drain(..first.unwrap_or(0));
        if inlines.iter().all(is_blank) {
            inlines.clear();
        }
        inlines
    }
}

/// Blocks, each put to where it belongs once it is whole.
impl Reader<'_> {
    fn push(&mut self, block: Block) {
        self.paragraph();
        self.place(block);
    }

    fn place(&mut self, block: Block) {
        if let Some(open) = self.open.last_mut() {
            open.blocks.push(block);
        }
    }

    fn place_all(&mut self, mut blocks: Vec<Block>) {
        if let Some(open) = self.open.last_mut() {
            open.blocks.append(&mut blocks);
        }
    }

    /// Ends a paragraph, also one that nothing announced: that of an item on one line.
    fn paragraph(&mut self) {
        let content = self.take();
        if !content.is_empty() {
            self.place(Block::Paragraph(content));
        }
    }

    fn heading(&mut self, typed: u8) {
        let content = self.take();
        if content.is_empty() {
            return;
        }
        self.above.retain(|above| *above < typed);
        let deepest = Level::ALL.into_iter().last().unwrap_or(Level::Fourth);
        let level = Level::ALL.into_iter().nth(self.above.len());
        self.above.push(typed);
        self.place(Block::Heading(level.unwrap_or(deepest), content));
    }

    fn code_block(&mut self) {
        let code = self.code.take().unwrap_or_default();
        let code = code.trim_end();
        if !code.is_empty() {
            self.place(Block::Code(code.to_owned()));
        }
    }

    fn enter(&mut self, start: Option<u64>) {
        self.paragraph();
        self.depth += 1;
        self.open.push(Open {
            start: start.map(|start| u32::try_from(start).unwrap_or(u32::MAX)),
            ..Open::default()
        });
    }

    /// Ends what [`enter`](Self::enter) began; whether it nests as deep as it may, or less.
    fn leave(&mut self) -> (Open, bool) {
        let stands = self.depth <= DEPTH;
        self.depth = self.depth.saturating_sub(1);
        (self.open.pop().unwrap_or_default(), stands)
    }

    fn quote(&mut self) {
        self.paragraph();
        let (Open { blocks, .. }, stands) = self.leave();
        if !stands {
            self.place_all(blocks);
        } else if !blocks.is_empty() {
            self.place(Block::Quote(blocks));
        }
    }

    fn item(&mut self) {
        self.paragraph();
        let item = self.open.pop().unwrap_or_default().blocks;
        if let Some(list) = self.open.last_mut() {
            list.items.push(item);
        }
    }

    fn list(&mut self) {
        let (Open { start, items, .. }, stands) = self.leave();
        if stands {
            self.place(Block::List(List { start, items }));
        } else {
            self.place_all(items.into_iter().flatten().collect());
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.paragraph();
        self.open.pop().unwrap_or_default().blocks
    }
}

/// Tables.
impl Reader<'_> {
    fn begin_table(&mut self, alignments: Vec<pulldown_cmark::Alignment>) {
        self.paragraph();
        self.table = Some(Table {
            alignments: alignments.into_iter().map(alignment).collect(),
            head: Row::new(),
            rows: Vec::new(),
        });
    }

    fn table_row(&mut self, head: bool) {
        let row = mem::take(&mut self.row);
        match &mut self.table {
            Some(table) if head => table.head = row,
            Some(table) => table.rows.push(row),
            None => {}
        }
    }

    fn end_table(&mut self) {
        let Some(table) = self.table.take() else {
            return;
        };
        if table.alignments.len() <= Table::MOST_COLUMNS {
            self.place(Block::Table(table));
            return;
        }
        for row in std::iter::once(table.head).chain(table.rows) {
            for cell in row.into_iter().filter(|cell| !cell.is_empty()) {
                if !self.inlines.is_empty() {
                    self.run(" ", false);
                }
                self.inlines.extend(cell);
            }
            self.paragraph();
        }
    }
}

fn alignment(alignment: pulldown_cmark::Alignment) -> Alignment {
    match alignment {
        pulldown_cmark::Alignment::None => Alignment::Start,
        pulldown_cmark::Alignment::Left => Alignment::Left,
        pulldown_cmark::Alignment::Center => Alignment::Centre,
        pulldown_cmark::Alignment::Right => Alignment::Right,
    }
}

fn address(kind: LinkType, aim: &str) -> Option<LinkAddress> {
    match kind {
        LinkType::Email => LinkAddress::parse(&format!("mailto:{aim}")),
        _ => LinkAddress::parse(aim),
    }
}

fn is_blank(inline: &Inline) -> bool {
    match inline {
        Inline::Run(run) => run.text.trim().is_empty(),
        Inline::Break => true,
    }
}

/// Whether what an entity stands for, one or two characters, may not stand in a line by itself.
fn hides(text: &str) -> bool {
    text.len() <= 8 && Line::<10>::parse(&format!("a{text}a")).is_err()
}
