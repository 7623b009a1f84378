//! Articles of the Firm Library in the plan.

use serde::Deserialize;

/// A file of articles.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Library {
    pub(super) articles: Vec<ArticlePlan>,
}

/// An article.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct ArticlePlan {
    pub(in super::super) slug: String,
    pub(in super::super) group: String,
    pub(in super::super) title: String,
    pub(in super::super) summary: String,
    /// The day on which it was written.
    pub(in super::super) day: i64,
    /// `draft`, `internal` or `published`.
    pub(in super::super) stage: String,
    /// Markdown.
    pub(in super::super) body: String,
}
