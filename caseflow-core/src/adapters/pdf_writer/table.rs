//! Tables that go on over any number of pages.

use super::canvas::{Align, Canvas, Strip, Style};
use super::colours::{INK, QUIET};
use super::faces::Weight;
use super::lines::{Reading, TextLine};
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

/// What one cell shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    pub(super) text: String,
    /// Below it, smaller.
    pub(super) detail: String,
}

impl Table {
    /// Above and below the text of a cell, in points.
    fn pad(&self) -> f32 {
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
const PAD: f32 = 4.0;
/// Above and below the text of a cell whose table has no head.
const CLOSE: f32 = 1.5;
/// The sizes of text that are tried until the columns fit.
const SIZES: [f32; 4] = [9.0, 8.0, 7.0, 6.0];
/// The least part of the table that the wide column gets.
const WIDE_PART: f32 = 0.32;
/// The most that a column of short text takes of the table before it is broken into lines: with
/// three or more columns, and with two.
const SHORT_PART: (f32, f32) = (0.2, 0.5);

/// A cell broken into lines.
struct Set {
    lines: Vec<(TextLine, Style)>,
}

struct SetRow {
    cells: Vec<Set>,
    height: f32,
    weight: RowWeight,
}

/// Where the columns are, and the size of their text.
struct Grid {
    strips: Vec<Strip>,
    size: f32,
    whole: Strip,
}

impl Canvas<'_> {
    /// Draws a table into a strip, from here on over as many pages as it takes.
    pub(super) fn table(&mut self, table: &Table, strip: Strip) -> Result<(), PdfError> {
        let grid = self.grid(table, strip);
        let node = self.tags.add(Tags::ROOT, Role::Table);
        if table.headed {
            self.head(table, &grid, Some(node))?;
        }
        let body = self.tags.add(node, Role::TableBody);
        for row in &table.rows {
            self.row(table, row, &grid, body)?;
        }
        Ok(())
    }

    /// The height that rows without breaks between pages take.
    pub(super) fn height(&mut self, table: &Table, strip: Strip) -> f32 {
        let grid = self.grid(table, strip);
        let rows = table.rows.iter();
        rows.map(|row| self.set(table, row, &grid).height).sum()
    }

    fn grid(&mut self, table: &Table, strip: Strip) -> Grid {
        let mut grid = self.grid_at(table, strip, 6.0);
        for size in SIZES {
            grid = self.grid_at(table, strip, size);
            let wide = table.columns.iter().zip(&grid.strips);
            let mut wide = wide.filter(|(column, _)| column.kind == ColumnKind::Wide);
            if wide.all(|(_, it)| it.width >= strip.width * WIDE_PART) {
                return grid;
            }
        }
        squeeze(table, &mut grid);
        grid
    }

    fn grid_at(&mut self, table: &Table, strip: Strip, size: f32) -> Grid {
        let mut widths: Vec<f32> = Vec::with_capacity(table.columns.len());
        for (column, index) in table.columns.iter().zip(0..) {
            let width = match column.kind {
                ColumnKind::Wide => 0.0,
                ColumnKind::Short => {
                    let (of_many, of_two) = SHORT_PART;
                    let most = if table.columns.len() > 2 {
                        of_many
                    } else {
                        of_two
                    } * strip.width;
                    self.natural(table, column, index, size).min(most)
                }
                ColumnKind::Figures => self.natural(table, column, index, size),
            };
            widths.push(width);
        }
        let taken: f32 = widths.iter().sum();
        let mut start = strip.start;
        let mut strips = Vec::with_capacity(widths.len());
        for (column, width) in table.columns.iter().zip(widths) {
            let width = match column.kind {
                ColumnKind::Wide => strip.width - taken,
                ColumnKind::Short | ColumnKind::Figures => width,
            };
            strips.push(Strip { start, width });
            start += width;
        }
        Grid {
            strips,
            size,
            whole: strip,
        }
    }

    /// The width of a column's widest cell.
    fn natural(&mut self, table: &Table, column: &Column, index: usize, size: f32) -> f32 {
        let reading = self.reading_of(column.kind);
        let head = if table.headed {
            let style = head_style(size, self.palette.on_accent);
            self.width(&column.head, style, self.reading())
        } else {
            0.0
        };
        let mut widest = head;
        for row in &table.rows {
            let Some(cell) = row.cells.get(index) else {
                continue;
            };
            let (style, small) = self.styles(row.weight, size);
            let text = self.width(&cell.text, style, reading);
            let detail = if cell.detail.is_empty() {
                0.0
            } else {
                self.width(&cell.detail, small, reading)
            };
            widest = widest.max(text).max(detail);
        }
        widest + PAD * 2.0 + 0.5
    }

    fn head(&mut self, table: &Table, grid: &Grid, node: Option<NodeId>) -> Result<(), PdfError> {
        let style = head_style(grid.size, self.palette.on_accent);
        let reading = self.reading();
        let mut cells = Vec::with_capacity(table.columns.len());
        for (column, strip) in table.columns.iter().zip(&grid.strips) {
            let lines = self.lines(&column.head, style, reading, strip.width - PAD * 2.0);
            let style = style.leaded(&lines);
            let lines = lines.into_iter().map(|line| (line, style)).collect();
            cells.push(Set { lines });
        }
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
    fn row(&mut self, table: &Table, row: &Row, grid: &Grid, body: NodeId) -> Result<(), PdfError> {
        let mut set = self.set(table, row, grid);
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

    fn set(&mut self, table: &Table, row: &Row, grid: &Grid) -> SetRow {
        let (style, small) = self.styles(row.weight, grid.size);
        let mut cells = Vec::with_capacity(row.cells.len());
        for ((cell, column), strip) in row.cells.iter().zip(&table.columns).zip(&grid.strips) {
            let (reading, width) = (self.reading_of(column.kind), strip.width - PAD * 2.0);
            let mut lines = Vec::new();
            for (text, style) in [(&cell.text, style), (&cell.detail, small)] {
                if !text.is_empty() {
                    let set = self.lines(text, style, reading, width);
                    let style = style.leaded(&set);
                    lines.extend(set.into_iter().map(|line| (line, style)));
                }
            }
            cells.push(Set { lines });
        }
        let height = cells.iter().map(set_height).fold(0.0, f32::max) + table.pad() * 2.0;
        SetRow {
            cells,
            height,
            weight: row.weight,
        }
    }

    fn styles(&self, weight: RowWeight, size: f32) -> (Style, Style) {
        let (bold, size, colour) = match weight {
            RowWeight::Normal => (Weight::Regular, size, INK),
            RowWeight::Sum => (Weight::Bold, size, INK),
            RowWeight::Result => (Weight::Bold, size + 2.0, self.palette.strong),
        };
        let text = Style {
            weight: bold,
            size,
            leading: size * 1.36,
            colour,
        };
        let small = Style {
            weight: Weight::Regular,
            size: size - 1.0,
            leading: (size - 1.0) * 1.36,
            colour: QUIET,
        };
        (text, small)
    }

    fn reading_of(&self, kind: ColumnKind) -> Reading {
        match kind {
            ColumnKind::Figures => Reading::Left,
            ColumnKind::Wide | ColumnKind::Short => self.reading(),
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

fn set_height(set: &Set) -> f32 {
    set.lines.iter().map(|(_, style)| style.leading).sum()
}

fn head_style(size: f32, colour: super::ops::Rgb) -> Style {
    let size = size - 0.5;
    Style {
        weight: Weight::Bold,
        size,
        leading: size * 1.36,
        colour,
    }
}

/// Gives the wide columns their least part at the cost of the others, whose text then breaks.
fn squeeze(table: &Table, grid: &mut Grid) {
    let kinds = table.columns.iter().map(|column| column.kind);
    let is_wide = |kind: &ColumnKind| *kind == ColumnKind::Wide;
    let count = kinds.clone().filter(is_wide).count();
    if count == 0 {
        return;
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
    let wide = grid.whole.width * WIDE_PART.max(0.0) / count as f32;
    let narrow = kinds
        .clone()
        .zip(&grid.strips)
        .filter(|(kind, _)| !is_wide(kind));
    let taken: f32 = narrow.map(|(_, strip)| strip.width).sum();
    let factor = (grid.whole.width * (1.0 - WIDE_PART)) / taken;
    let mut start = grid.whole.start;
    for (kind, strip) in kinds.zip(&mut grid.strips) {
        let width = if is_wide(&kind) {
            wide
        } else {
            strip.width * factor
        };
        *strip = Strip { start, width };
        start += width;
    }
}
