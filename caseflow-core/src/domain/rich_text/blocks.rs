//! What rich text consists of.

use super::LinkAddress;

/// How deep lists and quotes nest: a list within a list is two deep.
pub const DEPTH: usize = 6;

/// A part of a text, in the order of reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Over what follows. It is never empty.
    Heading(Level, Vec<Inline>),
    /// A paragraph. It is never empty.
    Paragraph(Vec<Inline>),
    /// A list.
    List(List),
    /// What somebody else says.
    Quote(Vec<Block>),
    /// Text whose lines and spaces are kept.
    Code(String),
    /// A table.
    Table(Table),
    /// A change of subject.
    Rule,
}

/// How deep a heading is: the first level stands right below the title of the document.
///
/// A text whose author began with `##`, or went from `#` to `###`, has no gap: who listens to a
/// document moves by its levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Below the title.
    First,
    /// Below the first.
    Second,
    /// Below the second.
    Third,
    /// Below the third, and whatever is deeper.
    Fourth,
}

impl Level {
    /// Every level, from the top.
    pub const ALL: [Self; 4] = [Self::First, Self::Second, Self::Third, Self::Fourth];

    /// The rank below a title of the first rank: 2 to 5.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Self::First => 2,
            Self::Second => 3,
            Self::Third => 4,
            Self::Fourth => 5,
        }
    }
}

/// A list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The number of the first item; absent from a list with bullets. The others count on.
    pub start: Option<u32>,
    /// What each item says; nothing in an item that is empty.
    pub items: Vec<Vec<Block>>,
}

/// A table with a head. All rows are as long as the head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// One for each column.
    pub alignments: Vec<Alignment>,
    /// What the columns hold.
    pub head: Row,
    /// The rows below it.
    pub rows: Vec<Row>,
}

impl Table {
    /// The most columns, of which a page still holds a word each.
    pub const MOST_COLUMNS: usize = 10;
}

/// The cells of a row.
pub type Row = Vec<Vec<Inline>>;

/// The side on which a column aligns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Alignment {
    /// The side from which its text reads.
    #[default]
    Start,
    /// The left, whichever way it reads.
    Left,
    /// The middle.
    Centre,
    /// The right, whichever way it reads.
    Right,
}

/// A part of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Text in one style.
    Run(Run),
    /// The end of a line within the paragraph.
    Break,
}

/// Text in one style, on one line. It is never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The text.
    pub text: String,
    /// How it stands out.
    pub style: Style,
    /// Where it leads.
    pub link: Option<LinkAddress>,
}

/// How text stands out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Style {
    /// It matters.
    pub strong: bool,
    /// It is stressed.
    pub emphasis: bool,
    /// It is to be typed or copied letter by letter.
    pub code: bool,
}
