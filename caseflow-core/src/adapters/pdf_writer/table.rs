//! Tables that go on over any number of pages.

use super::canvas::{Align, Canvas, Strip, Style};
use super::faces::Weight;
use super::grid::{Grid, Set, SetRow, lead};
use super::lines::TextLine;
use super::ops::Artifact;
use super::tags::{NodeId, Role, Tags};
use crate::ports::pdf::PdfError;

/// A table: what it holds, not where.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// Whether the heads of the columns are shown, again on each page.
    pub(super) headed: bool,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
}

/// A column of a table.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) head: String,
    pub(super) kind: ColumnKind,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnKind {
    /// Text that takes what the others leave.
    Wide,
    /// Short text.
    Short,
    /// Figures, aligned at their end.
    Figures,
}

/// A row of a table; its first cell is its head.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) cells: Vec<Cell>,
    pub(super) weight: RowWeight,
}

/// How much a row stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowWeight {
    Normal,
    /// Bold, below a rule.
    Sum,
    /// Bold, larger, in the firm's colour, below a rule.
    Result,
}

impl RowWeight {
    /// How heavy its letters are.
    pub(super) fn strokes(self) -> Weight {
        match self {
            Self::Normal => Weight::Regular,
            Self::Sum | Self::Result => Weight::Bold,
        }
    }
}

/// What one cell shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    pub(super) text: String,
    /// Below it, smaller.
    pub(super) detail: String,
}

impl Table {
    /// Above and below the text of a cell, in points.
    pub(super) fn pad(&self) -> f32 {
        if self.headed { PAD } else { CLOSE }
    }
}

impl Cell {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            detail: String::new(),
        }
    }

    pub(super) fn with(self, detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            ..self
        }
    }
}

/// Between the text and the sides of its cell, in points.
pub(super) const PAD: f32 = 4.0;
/// Above and below the text of a cell whose table has no head.
const CLOSE: f32 = 1.5;
/// A table with its rows broken into lines.
pub(super) struct SetTable {
    pub(super) grid: Grid,
    pub(super) rows: Vec<SetRow>,
}

impl SetTable {
    /// The height of its rows without breaks between pages.
    pub(super) fn height(&self) -> f32 {
        self.rows.iter().map(|row| row.height).sum()
    }
}

impl Canvas<'_> {
    /// Draws a table into a strip, from here on over as many pages as it takes.
    pub(super) fn table(&mut self, table: &Table, strip: Strip) -> Result<(), PdfError> {
        let set = self.set(table, strip);
        self.draw(table, set)
    }

    pub(super) fn draw(&mut self, table: &Table, set: SetTable) -> Result<(), PdfError> {
        let node = self.tags.add(Tags::ROOT, Role::Table);
        if table.headed {
            self.head(table, &set.grid, Some(node))?;
        }
        let body = self.tags.add(node, Role::TableBody);
        for (row, lines) in table.rows.iter().zip(set.rows) {
            self.row(table, row, lines, &set.grid, body)?;
        }
        Ok(())
    }

    fn head(&mut self, table: &Table, grid: &Grid, node: Option<NodeId>) -> Result<(), PdfError> {
        let style = head_style(grid.size, self.palette.on_accent);
        let reading = self.reading();
        let mut cells = Vec::with_capacity(table.columns.len());
        for (column, strip) in table.columns.iter().zip(&grid.strips) {
            let lines = self.lines(&column.head, style, reading, strip.width - PAD * 2.0);
            let lines = lines.into_iter().map(|line| (line, style)).collect();
            cells.push(Set { lines });
        }
        lead(&mut cells);
        let height = cells.iter().map(set_height).fold(0.0, f32::max) + PAD * 2.0;
        if node.is_some() {
            // A head alone at the end of a page would be of no use.
            self.need(height + style.leading * 3.0)?;
        }
        let (top, accent) = (self.y, self.palette.accent);
        self.artifact(Artifact::Layout, |canvas| {
            canvas.fill(grid.whole, top, height, accent);
        });
        match node {
            Some(node) => {
                let head = self.tags.add(node, Role::TableHead);
                let row = self.tags.add(head, Role::Row);
                for ((column, strip), cell) in table.columns.iter().zip(&grid.strips).zip(&cells) {
                    let cell_node = self.tags.add(row, Role::ColumnHead);
                    if cell.lines.iter().any(|(line, _)| line.rtl) {
                        self.tags.speak(cell_node, &column.head);
                    }
                    self.marked(cell_node, |canvas| {
                        canvas.cell_lines(&cell.lines, *strip, column.kind, top - PAD);
                    });
                }
            }
            None => self.artifact(Artifact::Header, |canvas| {
                for ((column, strip), cell) in table.columns.iter().zip(&grid.strips).zip(&cells) {
                    canvas.cell_lines(&cell.lines, *strip, column.kind, top - PAD);
                }
            }),
        }
        self.y -= height;
        Ok(())
    }

    /// Draws a row: on one page if it fits on one at all, else line by line.
    fn row(
        &mut self,
        table: &Table,
        row: &Row,
        mut set: SetRow,
        grid: &Grid,
        body: NodeId,
    ) -> Result<(), PdfError> {
        let node = self.tags.add(body, Role::Row);
        let nodes: Vec<NodeId> = (0..set.cells.len())
            .map(|index| {
                let role = if index == 0 {
                    Role::RowHead
                } else {
                    Role::Cell
                };
                self.tags.add(node, role)
            })
            .collect();
        for ((cell, lines), node) in row.cells.iter().zip(&set.cells).zip(&nodes) {
            if lines.lines.iter().any(|(line, _)| line.rtl) {
                self.tags
                    .speak(*node, format!("{} {}", cell.text, cell.detail).trim_end());
            }
        }
        if set.height > self.room() && set.height <= self.sheet.room() - 40.0 {
            self.next_page(table, grid)?;
        }
        let pads = table.pad() * 2.0;
        let mut room = self.room() - pads;
        while !set.is_empty() {
            if let Some(mut part) = set.take(room) {
                part.height += pads;
                self.row_part(table, &part, grid, &nodes);
                room = self.room() - pads;
            } else if self.is_fresh() || room >= self.sheet.room() / 2.0 {
                room = f32::INFINITY; // a line taller than the page is drawn all the same
            } else {
                self.next_page(table, grid)?;
                room = self.room() - pads;
            }
        }
        Ok(())
    }

    fn next_page(&mut self, table: &Table, grid: &Grid) -> Result<(), PdfError> {
        self.new_page()?;
        if table.headed {
            self.head(table, grid, None)?;
        }
        Ok(())
    }

    fn row_part(&mut self, table: &Table, row: &SetRow, grid: &Grid, nodes: &[NodeId]) {
        if row.weight != RowWeight::Normal {
            self.rule(grid.whole, self.y);
        }
        let top = self.y - table.pad();
        let placed = table
            .columns
            .iter()
            .zip(&grid.strips)
            .zip(&row.cells)
            .zip(nodes);
        for (((column, strip), cell), node) in placed {
            if !cell.lines.is_empty() {
                self.marked(*node, |canvas| {
                    canvas.cell_lines(&cell.lines, *strip, column.kind, top);
                });
            }
        }
        self.y -= row.height;
        if table.headed && row.weight == RowWeight::Normal {
            self.rule(grid.whole, self.y);
        }
    }

    fn cell_lines(
        &mut self,
        lines: &[(TextLine, Style)],
        strip: Strip,
        kind: ColumnKind,
        top: f32,
    ) {
        let inner = Strip {
            start: strip.start + PAD,
            width: strip.width - PAD * 2.0,
        };
        let align = match kind {
            ColumnKind::Figures => self.right(),
            ColumnKind::Wide | ColumnKind::Short => Align::Start,
        };
        let mut y = top;
        for (line, style) in lines {
            y -= style.leading;
            let baseline = y + style.leading * 0.28;
            self.line(line, inner, align, baseline, *style);
        }
    }
}

impl SetRow {
    /// Takes as many lines of each cell as fit into `room`, without what is free around them; `None`
    /// when not one does.
    fn take(&mut self, room: f32) -> Option<Self> {
        let mut cells = Vec::with_capacity(self.cells.len());
        let mut tallest: f32 = 0.0;
        for cell in &mut self.cells {
            let mut height = 0.0;
            let fits = |(_, style): &&(TextLine, Style)| {
                height += style.leading;
                height <= room
            };
            let count = cell.lines.iter().take_while(fits).count();
            let rest = cell.lines.split_off(count);
            let part = Set {
                lines: std::mem::replace(&mut cell.lines, rest),
            };
            tallest = tallest.max(set_height(&part));
            cells.push(part);
        }
        let none = cells.iter().all(|cell| cell.lines.is_empty());
        (!none).then_some(Self {
            cells,
            height: tallest,
            weight: self.weight,
        })
    }

    fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| cell.lines.is_empty())
    }
}

pub(super) fn set_height(set: &Set) -> f32 {
    set.lines.iter().map(|(_, style)| style.leading).sum()
}

pub(super) fn head_style(size: f32, colour: super::ops::Rgb) -> Style {
    let size = size - 0.5;
    Style {
        weight: Weight::Bold,
        size,
        leading: size * 1.36,
        colour,
    }
}
