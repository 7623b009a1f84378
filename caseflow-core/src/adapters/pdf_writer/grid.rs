//! Where the columns of a table are, and how its rows break into lines.
//!
//! Narrow columns are measured first, and what was shaped for that is kept for drawing.

use super::canvas::{Canvas, Strip, Style};
use super::colours::{INK, QUIET};
use super::faces::{EM, Weight};
use super::lines::{Reading, TextLine};
use super::table::{
    Column, ColumnKind, PAD, Row, RowWeight, SetTable, Table, head_style, set_height,
};

/// The sizes of text that are tried until the columns fit.
const SIZES: [f32; 4] = [9.0, 8.0, 7.0, 6.0];
/// The least part of the table that the wide column gets.
const WIDE_PART: f32 = 0.32;
/// The most that a column of short text takes of the table before it is broken into lines: with
/// three or more columns, and with two.
const SHORT_PART: (f32, f32) = (0.2, 0.5);

/// A cell broken into lines.
pub(super) struct Set {
    pub(super) lines: Vec<(TextLine, Style)>,
}

/// A row broken into lines.
pub(super) struct SetRow {
    pub(super) cells: Vec<Set>,
    pub(super) height: f32,
    pub(super) weight: RowWeight,
}

/// Where the columns are, and the size of their text.
pub(super) struct Grid {
    pub(super) strips: Vec<Strip>,
    pub(super) size: f32,
    pub(super) whole: Strip,
}

/// The lines of a cell that nothing breaks.
struct Unbroken {
    text: Vec<TextLine>,
    detail: Vec<TextLine>,
}

/// The unbroken cells of a row; none for those of a wide column.
type Measured = Vec<Option<Unbroken>>;

impl Canvas<'_> {
    /// Finds the columns' places and breaks every row into lines.
    pub(super) fn set(&mut self, table: &Table, strip: Strip) -> SetTable {
        let mut measured: Vec<Measured> = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            measured.push(self.measured(table, row));
        }
        let grid = self.grid(table, &measured, strip);
        let mut rows = Vec::with_capacity(table.rows.len());
        for (row, measured) in table.rows.iter().zip(measured) {
            rows.push(self.set_row(table, row, measured, &grid));
        }
        SetTable { grid, rows }
    }

    fn measured(&mut self, table: &Table, row: &Row) -> Measured {
        let weight = row.weight.strokes();
        let mut cells = Vec::with_capacity(row.cells.len());
        for (cell, column) in row.cells.iter().zip(&table.columns) {
            if column.kind == ColumnKind::Wide {
                cells.push(None);
                continue;
            }
            let reading = self.reading_of(column.kind);
            let mut lines = |text: &str, weight| match text {
                "" => vec![],
                text => self.shaper.lines(text, weight, reading, i32::MAX),
            };
            cells.push(Some(Unbroken {
                text: lines(&cell.text, weight),
                detail: lines(&cell.detail, Weight::Regular),
            }));
        }
        cells
    }

    fn grid(&mut self, table: &Table, measured: &[Measured], strip: Strip) -> Grid {
        let heads = self.heads(table);
        let mut smallest = None;
        for size in SIZES {
            let grid = self.grid_at(table, measured, &heads, strip, size);
            let wide = table.columns.iter().zip(&grid.strips);
            let mut wide = wide.filter(|(column, _)| column.kind == ColumnKind::Wide);
            if wide.all(|(_, it)| it.width >= strip.width * WIDE_PART) {
                return grid;
            }
            smallest = Some(grid);
        }
        let mut grid = smallest.unwrap_or(Grid {
            strips: vec![],
            size: SIZES[0],
            whole: strip,
        });
        squeeze(table, &mut grid);
        grid
    }

    /// The widths of the columns' heads, in thousandths of the size.
    fn heads(&mut self, table: &Table) -> Vec<i32> {
        let reading = self.reading();
        let mut widths = Vec::with_capacity(table.columns.len());
        for column in &table.columns {
            let shown = table.headed && !column.head.is_empty();
            widths.push(if shown {
                self.shaper.width(&column.head, Weight::Bold, reading)
            } else {
                0
            });
        }
        widths
    }

    fn grid_at(
        &self,
        table: &Table,
        measured: &[Measured],
        heads: &[i32],
        strip: Strip,
        size: f32,
    ) -> Grid {
        let (of_many, of_two) = SHORT_PART;
        let part = if table.columns.len() > 2 {
            of_many
        } else {
            of_two
        };
        let width = |(index, (column, head)): (usize, (&Column, &i32))| match column.kind {
            ColumnKind::Wide => 0.0,
            ColumnKind::Short => {
                let natural = self.natural(table, measured, index, *head, size);
                natural.min(part * strip.width)
            }
            ColumnKind::Figures => self.natural(table, measured, index, *head, size),
        };
        let columns = table.columns.iter().zip(heads).enumerate();
        let widths: Vec<f32> = columns.map(width).collect();
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

    /// The width of a column's widest cell, in points.
    fn natural(
        &self,
        table: &Table,
        measured: &[Measured],
        index: usize,
        head: i32,
        size: f32,
    ) -> f32 {
        let head_size = head_style(size, INK).size;
        let mut widest = points(head, head_size);
        for (row, cells) in table.rows.iter().zip(measured) {
            let Some(Some(cell)) = cells.get(index) else {
                continue;
            };
            let (style, small) = self.styles(row.weight, size);
            widest = widest
                .max(points(widest_of(&cell.text), style.size))
                .max(points(widest_of(&cell.detail), small.size));
        }
        widest + PAD * 2.0 + 0.5
    }

    fn set_row(&mut self, table: &Table, row: &Row, measured: Measured, grid: &Grid) -> SetRow {
        let (style, small) = self.styles(row.weight, grid.size);
        let mut cells = Vec::with_capacity(row.cells.len());
        let placed = row.cells.iter().zip(&table.columns).zip(&grid.strips);
        for (((cell, column), strip), measured) in placed.zip(measured) {
            let (reading, width) = (self.reading_of(column.kind), strip.width - PAD * 2.0);
            let (text, detail) =
                measured.map_or((None, None), |it| (Some(it.text), Some(it.detail)));
            let mut lines = Vec::with_capacity(2);
            for (text, unbroken, style) in
                [(&cell.text, text, style), (&cell.detail, detail, small)]
            {
                if text.is_empty() {
                    continue;
                }
                let fits = |lines: &Vec<TextLine>| points(widest_of(lines), style.size) <= width;
                let set = match unbroken.filter(fits) {
                    Some(lines) => lines,
                    None => self.lines(text, style, reading, width),
                };
                lines.extend(set.into_iter().map(|line| (line, style)));
            }
            cells.push(Set { lines });
        }
        lead(&mut cells);
        let height = cells.iter().map(set_height).fold(0.0, f32::max) + table.pad() * 2.0;
        SetRow {
            cells,
            height,
            weight: row.weight,
        }
    }

    /// How text and detail of a row look.
    fn styles(&self, weight: RowWeight, size: f32) -> (Style, Style) {
        let (size, colour) = match weight {
            RowWeight::Normal | RowWeight::Sum => (size, INK),
            RowWeight::Result => (size + 2.0, self.palette.strong),
        };
        let text = Style {
            weight: weight.strokes(),
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

/// Gives all cells of a row the room between lines that the tallest letters need, so that the cells
/// stand on one line.
pub(super) fn lead(cells: &mut [Set]) {
    let lines = || cells.iter().flat_map(|cell| &cell.lines);
    let tall = lines().any(|(line, _)| line.is_tall());
    for (_, style) in cells.iter_mut().flat_map(|cell| &mut cell.lines) {
        *style = style.led(tall);
    }
}

fn widest_of(lines: &[TextLine]) -> i32 {
    lines.iter().map(|line| line.width).max().unwrap_or(0)
}

#[expect(clippy::cast_precision_loss, reason = "a line is not that long")]
fn points(thousandths: i32, size: f32) -> f32 {
    thousandths as f32 * size / EM
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
    let wide = grid.whole.width * WIDE_PART / count as f32;
    let narrow = kinds.clone().zip(&grid.strips);
    let narrow = narrow.filter(|(kind, _)| !is_wide(kind));
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
