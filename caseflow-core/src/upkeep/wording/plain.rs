//! A letter as plain text.

use super::blocks::{Block, Sheet};

/// The text face, lines ended by LF.
pub(super) fn text(sheet: &Sheet<'_>) -> String {
    let mut text = format!("Dear {},\n\n", sheet.reader);
    for block in &sheet.words.blocks {
        text.push_str(&paragraph(block));
        text.push_str("\n\n");
    }
    text.push_str(sheet.firm);
    text.push('\n');
    if let Some(small_print) = sheet.disclaimer {
        text.push_str("\n--\n");
        text.push_str(small_print);
        text.push('\n');
    }
    text
}

fn paragraph(block: &Block) -> String {
    match block {
        Block::Say(text) | Block::Small(text) => text.clone(),
        Block::Act(label, below) | Block::See(label, below) | Block::Quote(label, below) => {
            format!("{label}:\n{below}")
        }
        Block::Facts(rows) => {
            let rows = rows.iter().map(|(name, value)| format!("{name}: {value}"));
            rows.collect::<Vec<_>>().join("\n")
        }
    }
}
