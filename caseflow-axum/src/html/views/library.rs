//! The Firm Library: the list and one article.

use askama::Template;
use caseflow_core::domain::access::Section;

use super::Pager;
use super::forms::{Problem, Problems};
use super::frame::{Bar, Frame, Place};
use crate::html::format::Day;
use crate::html::rich_text::RichHtml;

/// The articles, with a search that gets `q` and `group`.
#[derive(Debug, Clone, Template)]
#[template(path = "library.html")]
pub(crate) struct LibraryList {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) problems: Problems,
    /// What was typed into the search; empty for all articles.
    pub(crate) typed: String,
    /// The group that is shown; empty for all.
    pub(crate) group: String,
    /// All, whose name is empty, then each group.
    pub(crate) groups: Vec<GroupLink>,
    pub(crate) parts: Vec<LibraryPart>,
    pub(crate) pager: Pager,
}

impl LibraryList {
    /// The same page with nothing found, and why.
    pub(crate) fn refused(self, problem: Problem) -> Self {
        Self {
            problems: problem.into(),
            parts: vec![],
            pager: Pager::default(),
            ..self
        }
    }

    /// Whether less than everything was asked for.
    pub(crate) fn is_narrowed(&self) -> bool {
        !(self.typed.trim().is_empty() && self.group.is_empty())
    }
}

/// A link to a group.
#[derive(Debug, Clone)]
pub(crate) struct GroupLink {
    pub(crate) name: String,
    pub(crate) link: String,
    pub(crate) is_chosen: bool,
}

/// Articles of one group.
#[derive(Debug, Clone)]
pub(crate) struct LibraryPart {
    pub(crate) group: Option<String>,
    pub(crate) articles: Vec<ArticleLink>,
}

/// An article of the list.
#[derive(Debug, Clone)]
pub(crate) struct ArticleLink {
    pub(crate) slug: String,
    pub(crate) title: String,
    /// What it is about; line breaks are kept.
    pub(crate) summary: Option<String>,
}

/// One article.
#[derive(Debug, Template)]
#[template(path = "article.html")]
pub(crate) struct ArticlePage {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) group: String,
    pub(crate) title: String,
    pub(crate) summary: Option<String>,
    /// When what it says was last changed.
    pub(crate) updated: Day,
    pub(crate) text: RichHtml,
}
