//! An author's text as it is printed.

use crate::domain::rich_text::RichText;

/// A part of an author's text: what the portal's pages show, the paper does too.
pub type RichBlock = crate::domain::rich_text::Block;

/// The body of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RichView {
    /// Its parts, in the order of reading.
    pub blocks: Vec<RichBlock>,
}

impl RichView {
    pub(super) fn of(text: &RichText) -> Self {
        Self {
            blocks: text.blocks().to_vec(),
        }
    }
}
