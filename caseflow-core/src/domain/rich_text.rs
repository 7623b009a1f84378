//! Text with headings, lists and tables: the body of a proposal, an estimate, a contract or an
//! article, written in Markdown.
//!
//! A [`RichText`] keeps its source, whose bytes are what versions and signatures are about, and
//! reads it into [`Block`]s: a closed set, so that the page and the paper show the same and nothing
//! else can get in.
//!
//! * The Markdown is CommonMark with tables. What Markdown takes for HTML is text, shown as typed;
//!   a picture is its alternative text; a link leads to the web or to an e-mail address
//!   ([`LinkAddress`]) or is plain text.
//! * An entity stands for its character, `&amp;` for `&`, but one that stands for a hidden character
//!   is shown as typed.
//! * Headings have four [`Level`]s below the title of the document, and none is skipped.
//! * Lists and quotes nest [`DEPTH`] deep; what is deeper stands at that depth. A table of more than
//!   [`Table::MOST_COLUMNS`] columns is a paragraph for each row.

mod blocks;
mod link;
mod plain;
mod read;

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};

use super::text::{Prose, TextError};

pub use blocks::{Alignment, Block, DEPTH, Inline, Level, List, Row, Run, Style, Table};
pub use link::LinkAddress;
pub use plain::plain;

/// Markdown of 1 to [`MAX`](Self::MAX) characters.
///
/// The source obeys the rules of [`Prose`]: one kind of line end, no white space at the end, no
/// character that hides or reorders text.
///
/// ```
/// use caseflow_core::domain::rich_text::{Block, RichText};
///
/// let text = RichText::parse("# Fees\r\n\r\nA *fixed* fee.")?;
/// assert_eq!(text.as_str(), "# Fees\n\nA *fixed* fee.");
/// assert!(matches!(text.blocks(), [Block::Heading(..), Block::Paragraph(_)]));
/// assert_eq!(text.plain(), "Fees\nA fixed fee.");
/// # Ok::<(), caseflow_core::domain::text::TextError>(())
/// ```
#[derive(Clone)]
pub struct RichText {
    source: Prose<{ Self::MAX }>,
    /// Read when first asked for: a list of contracts shows none of their bodies.
    blocks: OnceLock<Vec<Block>>,
}

impl RichText {
    /// The most characters of the source.
    pub const MAX: usize = 200_000;

    /// Normalises line ends, trims and checks.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let source = Prose::parse(text)?;
        let blocks = OnceLock::new();
        Ok(Self { source, blocks })
    }

    /// The source.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.source.as_str()
    }

    /// What it says, in the order of reading.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        self.blocks.get_or_init(|| read::blocks(self.as_str()))
    }

    /// What it says without any form, a line for each paragraph, row and item: for searches,
    /// excerpts and mails.
    #[must_use]
    pub fn plain(&self) -> String {
        plain(self.blocks())
    }

    /// The SHA-256 of the source in UTF-8.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.as_str()).into()
    }
}

impl PartialEq for RichText {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for RichText {}

impl fmt::Debug for RichText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RichText").field(&self.as_str()).finish()
    }
}

impl FromStr for RichText {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}
