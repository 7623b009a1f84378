//! Articles as the store answers them.

use crate::domain::article::{Article, ArticleStage, Slug};
use crate::domain::changes::{Version, Versioned};
use crate::domain::id::ArticleId;
use crate::domain::page::{Page, PageQuery};
use crate::domain::search::Terms;
use crate::domain::text::{Line, Prose};
use crate::domain::time::Timestamp;

/// An article as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleRow {
    /// Its id.
    pub id: ArticleId,
    /// Its version.
    pub version: Version,
    /// What its address ends with.
    pub slug: Slug,
    /// The group in which it is listed.
    pub group: Line<80>,
    /// Its title.
    pub title: Line<200>,
    /// What it is about.
    pub summary: Option<Prose<500>>,
    /// Who may read it.
    pub stage: ArticleStage,
    /// Since when it is published.
    pub since: Option<Timestamp>,
    /// When what it says was last changed.
    pub changed_at: Timestamp,
    /// As [`Article::place`].
    pub place: String,
}

impl ArticleRow {
    /// The row of this article.
    #[must_use]
    pub fn of(article: &Versioned<Article>) -> Self {
        let Versioned { version, value } = article;
        let content = &value.content;
        Self {
            id: value.id,
            version: *version,
            slug: value.slug.clone(),
            group: content.group.clone(),
            title: content.title.clone(),
            summary: content.summary.clone(),
            stage: value.state.stage(),
            since: value.state.since(),
            changed_at: value.changed_at,
            place: value.place(),
        }
    }
}

/// Which published articles a contact's list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LibraryQuery {
    /// Only those of this group.
    pub group: Option<Line<80>>,
    /// Only those in which each term begins a [word](Article::words).
    pub terms: Option<Terms>,
    /// Which page, by [`Article::place`].
    pub page: PageQuery<String>,
}

/// The library as a contact sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryPage {
    /// Every group that has a published article, whatever was asked for: each where the first of its
    /// articles stands, those of one place by name; at most 200.
    pub groups: Vec<Line<80>>,
    /// The articles that were asked for, smallest place first, then by id.
    pub articles: Page<ArticleRow, String>,
}

/// Which of a firm's articles a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArticleQuery {
    /// Only those at this stage.
    pub stage: Option<ArticleStage>,
    /// Only those in which each term begins a [word](Article::words).
    pub terms: Option<Terms>,
    /// Which page.
    pub page: PageQuery<()>,
}
