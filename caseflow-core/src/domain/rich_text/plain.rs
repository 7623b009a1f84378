//! Rich text without its form.

use super::{Block, Inline, List, Row, Table};

/// What blocks say, a line for each paragraph, row and item.
#[must_use]
pub fn plain(blocks: &[Block]) -> String {
    let mut lines = Vec::new();
    collect(blocks, &mut lines);
    lines.join("\n")
}

fn collect(blocks: &[Block], lines: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Heading(_, content) | Block::Paragraph(content) => lines.push(said(content)),
            Block::List(List { items, .. }) => items.iter().for_each(|it| collect(it, lines)),
            Block::Quote(inner) => collect(inner, lines),
            Block::Code(text) => lines.push(text.clone()),
            Block::Table(Table { head, rows, .. }) => {
                lines.extend(std::iter::once(head).chain(rows).map(row));
            }
            Block::Rule => {}
        }
    }
}

fn row(cells: &Row) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| said(cell)).collect();
    cells.join("\t")
}

fn said(content: &[Inline]) -> String {
    let text = content.iter().map(|inline| match inline {
        Inline::Run(run) => run.text.as_str(),
        Inline::Break => "\n",
    });
    text.collect()
}
