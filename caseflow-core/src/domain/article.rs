//! Articles of the Firm Library (R-LIB-1).

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::id::ArticleId;
use super::rich_text::RichText;
use super::search;
use super::text::{Line, Prose, TextError};
use super::time::Timestamp;

/// An article that the firm has written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its id.
    pub id: ArticleId,
    /// What its address ends with; unique in the firm.
    pub slug: Slug,
    /// What it says.
    pub content: ArticleContent,
    /// Who may read it.
    pub state: ArticleState,
    /// When it was first written.
    pub created_at: Timestamp,
    /// When what it says was last changed.
    pub changed_at: Timestamp,
}

/// What an article says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleContent {
    /// The group in which it is listed.
    pub group: Line<80>,
    /// Its title.
    pub title: Line<200>,
    /// What it is about, for lists.
    pub summary: Option<Prose<500>>,
    /// The text.
    pub body: RichText,
}

/// Who may read an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArticleState {
    /// Being written: staff alone.
    Draft,
    /// For staff, for good.
    Internal,
    /// Every contact.
    Published {
        /// Since when.
        since: Timestamp,
    },
}

/// The state's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArticleStage {
    /// [`ArticleState::Draft`].
    Draft,
    /// [`ArticleState::Internal`].
    Internal,
    /// [`ArticleState::Published`].
    Published,
}

impl ArticleStage {
    /// Every stage.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Internal, Self::Published];

    /// The lower-case name used in storage and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Internal => "internal",
            Self::Published => "published",
        }
    }

    /// Finds a stage by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }
}

impl ArticleState {
    /// The state's name.
    #[must_use]
    pub const fn stage(self) -> ArticleStage {
        match self {
            Self::Draft => ArticleStage::Draft,
            Self::Internal => ArticleStage::Internal,
            Self::Published { .. } => ArticleStage::Published,
        }
    }

    /// Since when it is published.
    #[must_use]
    pub const fn since(self) -> Option<Timestamp> {
        match self {
            Self::Published { since } => Some(since),
            Self::Draft | Self::Internal => None,
        }
    }
}

impl Article {
    /// The same article at this stage; what is published already keeps its day.
    #[must_use]
    pub fn at(self, stage: ArticleStage, now: Timestamp) -> Self {
        let state = match (stage, self.state) {
            (ArticleStage::Draft, _) => ArticleState::Draft,
            (ArticleStage::Internal, _) => ArticleState::Internal,
            (ArticleStage::Published, published @ ArticleState::Published { .. }) => published,
            (ArticleStage::Published, _) => ArticleState::Published { since: now },
        };
        Self { state, ..self }
    }

    /// The words by which it is found: those of its title, group, summary and text.
    #[must_use]
    pub fn words(&self) -> BTreeSet<String> {
        let ArticleContent {
            group,
            title,
            summary,
            body,
        } = &self.content;
        let summary = summary.as_ref().map_or("", |summary| summary.as_str());
        search::words(&format!("{title}\n{group}\n{summary}\n{}", body.plain()))
    }

    /// Its place in the library: by group, then by title, regardless of case.
    #[must_use]
    pub fn place(&self) -> String {
        place(&self.content.group, &self.content.title)
    }
}

/// The place of an article in the library. A cursor's text knows `~` for itself.
fn place(group: &Line<80>, title: &Line<200>) -> String {
    let place = format!("{group}\u{1}{title}").to_lowercase();
    place.replace('~', "\u{2}")
}

/// The last part of an article's address: 1 to 80 of `a` to `z`, `0` to `9` and `-`, neither first
/// nor last of them a `-`, no two of which stand together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(Box<str>);

impl Slug {
    /// The most characters.
    pub const MAX: usize = 80;

    /// Reads a slug.
    ///
    /// # Errors
    /// When it is empty, too long or has other characters.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let expected = TextError::Malformed {
            expected: "1 to 80 of a to z, 0 to 9 and single dashes between them",
        };
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let dashes = text.starts_with('-') || text.ends_with('-') || text.contains("--");
        let fits = (1..=Self::MAX).contains(&text.len());
        (fits && !dashes && text.bytes().all(plain))
            .then(|| Self(text.into()))
            .ok_or(expected)
    }

    /// The slug.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Slug {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::parse(text)
    }
}
