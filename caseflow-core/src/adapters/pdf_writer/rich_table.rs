//! An author's tables.

use super::canvas::{Align, Canvas, Strip, Style, points, thousandths};
use super::colours::{INK, TINT};
use super::faces::Weight;
use super::lines::{Reading, TextLine};
use super::ops::Artifact;
use super::rich::{Place, whole};
use super::spans::Sources;
use super::table::PAD;
use super::tags::{NodeId, Role};
use crate::domain::print::Side;
use crate::domain::rich_text::{self, Alignment, Inline};
use crate::ports::pdf::PdfError;

/// The sizes of text that are tried until each column holds its widest word.
const SIZES: [f32; 4] = [9.0, 8.0, 7.0, 6.0];

/// A cell before its lines are known.
struct Cell {
    node: NodeId,
    sources: Sources,
}

/// A row broken into lines.
struct SetRow {
    cells: Vec<(NodeId, Vec<TextLine>)>,
    style: Style,
    /// The lines of its tallest cell.
    tallest: usize,
}

/// Where the columns are.
struct Grid {
    strips: Vec<Strip>,
    aligns: Vec<Align>,
    whole: Strip,
    reading: Reading,
}

impl Canvas<'_> {
    /// Draws a table from here on over as many pages as it takes, its head again on each.
    pub(super) fn rich_table(
        &mut self,
        table: &rich_text::Table,
        place: &Place,
    ) -> Result<(), PdfError> {
        let node = self.tags.add(place.parent, Role::Table);
        let named = table.head.iter().any(|cell| !cell.is_empty());
        let head = named.then(|| {
            let head = self.tags.add(node, Role::TableHead);
            self.cells(&table.head, head, true)
        });
        let body = (!table.rows.is_empty()).then(|| self.tags.add(node, Role::TableBody));
        let mut rows = Vec::with_capacity(table.rows.len());
        for (row, body) in table.rows.iter().zip(std::iter::repeat(body).flatten()) {
            rows.push(self.cells(row, body, false));
        }
        let (grid, size) = self.columns(table, head.as_ref(), &rows, place);
        let head = head.map(|cells| self.set_cells(&cells, &grid, (size, Weight::Bold)));
        if let Some(head) = &head {
            self.need(head.height() + size * 4.0)?;
            self.rich_head(head, &grid, false);
        }
        // A head that leaves little room is not shown again.
        let most = self.sheet.room() / 3.0;
        let head = head.filter(|head| head.height() <= most);
        for cells in rows {
            let row = self.set_cells(&cells, &grid, (size, Weight::Regular));
            self.rich_row(&row, head.as_ref(), &grid)?;
        }
        Ok(())
    }

    fn cells(&mut self, row: &[Vec<Inline>], parent: NodeId, head: bool) -> Vec<Cell> {
        let node = self.tags.add(parent, Role::Row);
        let mut cells = Vec::with_capacity(row.len());
        for content in row {
            // A head that says nothing heads nothing.
            let (role, weight) = match head {
                true if content.is_empty() => (Role::Cell, Weight::Bold),
                true => (Role::ColumnHead, Weight::Bold),
                false => (Role::Cell, Weight::Regular),
            };
            let node = self.tags.add(node, role);
            let sources = self.sources(content, weight, node);
            cells.push(Cell { node, sources });
        }
        cells
    }

    /// Finds the columns' places and the size of the text.
    fn columns(
        &mut self,
        table: &rich_text::Table,
        head: Option<&Vec<Cell>>,
        rows: &[Vec<Cell>],
        place: &Place,
    ) -> (Grid, f32) {
        let mut least = vec![0; table.alignments.len()];
        let mut natural = least.clone();
        for row in head.into_iter().chain(rows) {
            for ((cell, least), natural) in row.iter().zip(&mut least).zip(&mut natural) {
                let (word, line) = self.widths(&cell.sources, place.reading);
                *least = word.max(*least);
                *natural = line.max(*natural);
            }
        }
        let width = place.strip.width;
        let sum = |size| {
            least
                .iter()
                .map(|it| points(*it, size) + PAD * 2.0)
                .sum::<f32>()
        };
        let size = SIZES.into_iter().find(|size| sum(*size) <= width);
        let size = size.unwrap_or(6.0);
        let widths = shared(&least, &natural, size, width);
        let mut start = place.strip.start;
        let mut strips = Vec::with_capacity(widths.len());
        for width in widths {
            strips.push(Strip { start, width });
            start += width;
        }
        let aligns = table.alignments.iter().map(|it| align(*it, self.side()));
        let grid = Grid {
            strips,
            aligns: aligns.collect(),
            whole: place.strip,
            reading: place.reading,
        };
        (grid, size)
    }

    /// The width of a cell's widest word, and of its widest line when nothing breaks it.
    fn widths(&mut self, sources: &Sources, reading: Reading) -> (i32, i32) {
        let (mut word, mut widest) = (0, 0);
        for source in &sources.lines {
            word = word.max(self.shaper.widest_word(source.spanned(), reading));
            let mut lines = Vec::with_capacity(1);
            let spanned = source.spanned();
            self.shaper
                .paragraph(spanned, reading, i32::MAX, &mut lines);
            widest = lines.iter().map(|line| line.width).fold(widest, i32::max);
        }
        (word, widest)
    }

    fn set_cells(&mut self, cells: &[Cell], grid: &Grid, (size, weight): (f32, Weight)) -> SetRow {
        let mut set = Vec::with_capacity(cells.len());
        for (cell, strip) in cells.iter().zip(&grid.strips) {
            let most = thousandths(strip.width - PAD * 2.0 + 0.2, size);
            let lines = self.broken(&cell.sources, grid.reading, most);
            set.push((cell.node, lines));
        }
        let tall = set
            .iter()
            .flat_map(|(_, lines)| lines)
            .any(TextLine::is_tall);
        let style = Style {
            weight,
            size,
            leading: size * 1.36,
            colour: INK,
        };
        SetRow {
            tallest: set.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0),
            style: style.led(tall),
            cells: set,
        }
    }

    /// Draws the head: the first time for readers, and again for eyes only.
    fn rich_head(&mut self, head: &SetRow, grid: &Grid, again: bool) {
        let (top, height) = (self.y, head.height());
        self.artifact(Artifact::Layout, |canvas| {
            canvas.fill(grid.whole, top, height, TINT);
        });
        if again {
            self.artifact(Artifact::Header, |canvas| {
                canvas.head_again(head, grid, top - PAD);
            });
        } else {
            self.row_lines(head, 0..head.tallest, grid, top - PAD);
        }
        self.y -= height;
        self.rule(grid.whole, self.y);
    }

    fn head_again(&mut self, head: &SetRow, grid: &Grid, top: f32) {
        for (((_, lines), strip), align) in head.cells.iter().zip(&grid.strips).zip(&grid.aligns) {
            let mut y = top;
            for line in lines {
                y -= head.style.leading;
                let baseline = y + head.style.leading * 0.28;
                self.line(line, inner(*strip), *align, baseline, head.style);
            }
        }
    }

    /// Draws a row: on one page if it fits on one at all, else line by line.
    fn rich_row(
        &mut self,
        row: &SetRow,
        head: Option<&SetRow>,
        grid: &Grid,
    ) -> Result<(), PdfError> {
        let head_height = head.map_or(0.0, SetRow::height);
        if row.height() > self.room() && row.height() <= self.sheet.room() - head_height {
            self.page_after(head, grid)?;
        }
        let mut done = 0;
        while done < row.tallest.max(1) {
            let fits = row.fitting(self.room() - PAD * 2.0);
            if fits == 0 && !self.is_fresh() && self.room() < self.sheet.room() / 2.0 {
                self.page_after(head, grid)?;
                continue;
            }
            let end = (done + fits.max(1)).min(row.tallest);
            self.row_lines(row, done..end, grid, self.y - PAD);
            self.y -= row.style.leading * whole(end - done) + PAD * 2.0;
            done = end.max(done + 1);
        }
        self.rule(grid.whole, self.y);
        Ok(())
    }

    fn page_after(&mut self, head: Option<&SetRow>, grid: &Grid) -> Result<(), PdfError> {
        self.new_page()?;
        if let Some(head) = head {
            self.rich_head(head, grid, true);
        }
        Ok(())
    }

    /// Draws some of a row's lines, from `top` on.
    fn row_lines(&mut self, row: &SetRow, lines: std::ops::Range<usize>, grid: &Grid, top: f32) {
        let placed = row.cells.iter().zip(&grid.strips).zip(&grid.aligns);
        for (((node, all), strip), align) in placed {
            let end = lines.end.min(all.len());
            let here = all.get(lines.start..end).unwrap_or_default();
            if !here.is_empty() {
                self.spanned(*node, here, (inner(*strip), *align), top, row.style);
            }
        }
    }
}

impl SetRow {
    fn height(&self) -> f32 {
        self.style.leading * whole(self.tallest) + PAD * 2.0
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the lines of a page"
    )]
    fn fitting(&self, room: f32) -> usize {
        (room / self.style.leading).max(0.0) as usize
    }
}

fn inner(strip: Strip) -> Strip {
    Strip {
        start: strip.start + PAD,
        width: strip.width - PAD * 2.0,
    }
}

fn align(alignment: Alignment, side: Side) -> Align {
    match (alignment, side) {
        (Alignment::Start, _) | (Alignment::Left, Side::Left) | (Alignment::Right, Side::Right) => {
            Align::Start
        }
        (Alignment::Left, Side::Right) | (Alignment::Right, Side::Left) => Align::End,
        (Alignment::Centre, _) => Align::Middle,
    }
}

/// Shares a width among columns. Each gets its widest word, or less where even that is too much; all
/// that want more get as much as each other, but none more than it wants.
fn shared(least: &[i32], natural: &[i32], size: f32, width: f32) -> Vec<f32> {
    let padded = |widths: &[i32]| -> Vec<f32> {
        let padded = widths.iter().map(|it| points(*it, size) + PAD * 2.0);
        padded.collect()
    };
    let (least, natural) = (padded(least), padded(natural));
    let (sum, most): (f32, f32) = (least.iter().sum(), natural.iter().sum());
    if sum > width {
        return least.iter().map(|it| it * width / sum).collect();
    }
    if most <= width {
        return natural.iter().map(|it| it * width / most).collect();
    }
    let up_to = |level: f32| -> Vec<f32> {
        let pairs = least.iter().zip(&natural);
        pairs
            .map(|(least, natural)| natural.min(level).max(*least))
            .collect()
    };
    let (mut low, mut high) = (0.0, width);
    for _ in 0..24 {
        let middle = (low + high) / 2.0;
        if up_to(middle).iter().sum::<f32>() > width {
            high = middle;
        } else {
            low = middle;
        }
    }
    up_to(low)
}
