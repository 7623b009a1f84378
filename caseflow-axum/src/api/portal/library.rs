//! The Firm Library: published articles alone.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse as _;
use caseflow_core::domain::article::{Article, Slug};
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::domain::text::Line;
use caseflow_core::portal::library;
use caseflow_core::ports::store::{ArticleRow, LibraryPage, LibraryQuery};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::Answer;
use crate::api::request::Asked;
use crate::api::values::Search;
use crate::api::wire::body;
use crate::extract::{InPath, SignedIn};
use crate::state::App;

/// The library, or what was asked for of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Library)]
pub(super) struct LibraryView {
    /// Every group that has an article, whatever was asked for; at most 200.
    groups: Vec<String>,
    /// The articles that were asked for, by group and title.
    data: Vec<RowView>,
    /// What to send as `after` for the next page; null on the last one.
    next: Option<String>,
}

/// An article as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleSummary)]
pub(super) struct RowView {
    /// The last part of its address, which stays.
    #[schema(example = "vat-2026")]
    slug: String,
    /// The group in which it is listed.
    group: String,
    /// Its title.
    title: String,
    /// What it is about.
    summary: Option<String>,
    /// Since when it is published.
    #[schema(format = DateTime)]
    published_at: Option<String>,
    /// When what it says was last changed.
    #[schema(format = DateTime)]
    changed_at: String,
}

/// An article.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Article)]
pub(super) struct ArticleView {
    /// The last part of its address, which stays.
    #[schema(example = "vat-2026")]
    slug: String,
    /// The group in which it is listed.
    group: String,
    /// Its title.
    title: String,
    /// What it is about.
    summary: Option<String>,
    /// The text, in Markdown.
    body: String,
    /// Since when it is published.
    #[schema(format = DateTime)]
    published_at: Option<String>,
    /// When what it says was last changed.
    #[schema(format = DateTime)]
    changed_at: String,
}

impl From<&LibraryPage> for LibraryView {
    fn from(page: &LibraryPage) -> Self {
        let next = page.articles.next.as_ref();
        Self {
            groups: page.groups.iter().map(ToString::to_string).collect(),
            data: page.articles.rows.iter().map(Into::into).collect(),
            next: next.map(ToString::to_string),
        }
    }
}

impl From<&ArticleRow> for RowView {
    fn from(row: &ArticleRow) -> Self {
        Self {
            slug: row.slug.to_string(),
            group: row.group.to_string(),
            title: row.title.to_string(),
            summary: row.summary.as_ref().map(ToString::to_string),
            published_at: row.since.map(|since| since.to_string()),
            changed_at: row.changed_at.to_string(),
        }
    }
}

impl From<&Article> for ArticleView {
    fn from(article: &Article) -> Self {
        let content = &article.content;
        Self {
            slug: article.slug.to_string(),
            group: content.group.to_string(),
            title: content.title.to_string(),
            summary: content.summary.as_ref().map(ToString::to_string),
            body: content.body.as_str().to_owned(),
            published_at: article.state.since().map(|since| since.to_string()),
            changed_at: article.changed_at.to_string(),
        }
    }
}

body! {
    /// Which articles.
    MyLibraryQuery {
        /// Only those of this group.
        group: Option<Line<80>>,
        /// Only those in which each of these words begins one of theirs.
        q: Search,
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<String>>,
    }
}

/// The articles of one group or of all, those that a search finds or all, by group and title.
#[utoipa::path(get, path = "/api/v1/library", tag = "Library", operation_id = "list_articles",
    params(MyLibraryQuery),
    responses((status = 200, description = "A page of articles.", body = LibraryView)))]
pub(super) async fn list(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    Asked(query): Asked<MyLibraryQuery>,
) -> Answer {
    let query = LibraryQuery {
        group: query.group,
        terms: query.q.0,
        page: PageQuery {
            after: query.after,
            size: query.limit,
        },
    };
    let visited = library::list(&app.ports, &visiting, &query).await?;
    Ok(Json(LibraryView::from(&visited.page)).into_response())
}

/// One article.
#[utoipa::path(get, path = "/api/v1/library/{slug}", tag = "Library",
    operation_id = "read_article",
    responses((status = 200, description = "The article.", body = ArticleView)))]
pub(super) async fn read(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(slug): InPath<Slug>,
) -> Answer {
    let visited = library::read(&app.ports, &visiting, &slug).await?;
    Ok(Json(ArticleView::from(&visited.page)).into_response())
}
