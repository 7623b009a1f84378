//! Articles of the Firm Library.

use axum::extract::State;
use caseflow_core::domain::article::{Article, ArticleContent, ArticleStage, Slug};
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::id::ArticleId;
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::domain::rich_text::RichText;
use caseflow_core::domain::text::{Line, Prose};
use caseflow_core::firm::library::{self, ArticleInput};
use caseflow_core::ports::store::{ArticleQuery, ArticleRow};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::{Answer, Listing, Turn, Written, created, etag, listed, shown, written};
use crate::api::request::{Asked, Desk, Edit, Keyed, Known};
use crate::api::values::Search;
use crate::api::wire::body;
use crate::extract::InPath;
use crate::state::App;

/// An article as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleSummary)]
pub(super) struct RowView {
    /// Its id.
    #[schema(example = "atc_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Its version.
    #[schema(minimum = 1)]
    version: u64,
    /// The last part of its address, which stays.
    #[schema(example = "vat-2026")]
    slug: String,
    /// The group in which it is listed.
    group: String,
    /// Its title.
    title: String,
    /// What it is about.
    summary: Option<String>,
    /// Who may read it: draft and internal ones staff alone, published ones every contact.
    #[schema(example = "published")]
    stage: &'static str,
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
    #[serde(flatten)]
    row: RowView,
    /// The text, in Markdown.
    body: String,
    /// When it was written.
    #[schema(format = DateTime)]
    created_at: String,
}

impl RowView {
    fn of(row: &ArticleRow) -> Self {
        Self {
            id: row.id.to_string(),
            version: row.version.0,
            slug: row.slug.to_string(),
            group: row.group.to_string(),
            title: row.title.to_string(),
            summary: row.summary.as_ref().map(ToString::to_string),
            stage: row.stage.code(),
            published_at: row.since.map(|since| since.to_string()),
            changed_at: row.changed_at.to_string(),
        }
    }
}

impl ArticleView {
    fn of(read: &Versioned<Article>) -> Self {
        Self {
            row: RowView::of(&ArticleRow::of(read)),
            body: read.value.content.body.as_str().to_owned(),
            created_at: read.value.created_at.to_string(),
        }
    }
}

body! {
    /// A new article.
    NewArticleBody {
        /// The last part of its address, which stays for good.
        slug: Slug,
        /// The group in which it is listed.
        group: Line<80>,
        /// Its title.
        title: Line<200>,
        /// What it is about, for lists.
        summary: Option<Prose<500>>,
        /// The text, in Markdown: CommonMark with tables.
        body: RichText,
        /// Who may read it; draft when absent.
        stage: Option<ArticleStage>,
    }
}

body! {
    /// What an article says.
    ArticleBody {
        /// The group in which it is listed.
        group: Line<80>,
        /// Its title.
        title: Line<200>,
        /// What it is about, for lists.
        summary: Option<Prose<500>>,
        /// The text, in Markdown: CommonMark with tables.
        body: RichText,
    }
}

body! {
    /// Who may read an article.
    StageBody {
        /// Published ones every contact reads, draft and internal ones staff alone.
        stage: ArticleStage,
    }
}

body! {
    /// Which articles.
    ArticlesQuery {
        /// Only those at this stage.
        stage: Option<ArticleStage>,
        /// Only those in which each of these words begins one of theirs.
        q: Search,
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<()>>,
    }
}

impl From<NewArticleBody> for ArticleInput {
    fn from(new: NewArticleBody) -> Self {
        Self {
            slug: new.slug,
            stage: new.stage.unwrap_or(ArticleStage::Draft),
            content: ArticleContent {
                group: new.group,
                title: new.title,
                summary: new.summary,
                body: new.body,
            },
        }
    }
}

impl From<ArticleBody> for ArticleContent {
    fn from(body: ArticleBody) -> Self {
        Self {
            group: body.group,
            title: body.title,
            summary: body.summary,
            body: body.body,
        }
    }
}

/// The firm's articles, newest first, those that no contact sees too.
#[utoipa::path(get, path = "/api/v1/articles", tag = "Library", operation_id = "list_articles",
    params(ArticlesQuery),
    responses((status = 200, description = "A page of articles.", body = Listing<RowView>)))]
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    Asked(query): Asked<ArticlesQuery>,
) -> Answer {
    let query = ArticleQuery {
        stage: query.stage,
        terms: query.q.0,
        page: PageQuery {
            after: query.after,
            size: query.limit,
        },
    };
    let page = library::list(&app.ports, &desk.staff, &query).await?;
    Ok(listed(&page, RowView::of))
}

/// Writes an article.
#[utoipa::path(post, path = "/api/v1/articles", tag = "Library", operation_id = "write_article",
    request_body = NewArticleBody,
    responses((status = 201, description = "Written.", body = Written)))]
pub(super) async fn write(
    State(app): State<App>,
    desk: Desk,
    write: Keyed<NewArticleBody>,
) -> Answer {
    let reply = library::write(&app.ports, &write.call, write.body.into()).await?;
    let path = format!("/api/v1/articles/{}", reply.id);
    Ok(created(&desk, &path, reply, write.replayed.into()))
}

/// One article.
#[utoipa::path(get, path = "/api/v1/articles/{id}", tag = "Library",
    operation_id = "read_article",
    responses((status = 200, description = "The article.", body = ArticleView)))]
pub(super) async fn read(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<ArticleId>,
    known: Known,
) -> Answer {
    let read = library::read(&app.ports, &desk.staff, id).await?;
    Ok(shown(&known, &etag(read.version), &ArticleView::of(&read)))
}

/// Changes what an article says. Its address stays.
#[utoipa::path(patch, path = "/api/v1/articles/{id}", tag = "Library",
    operation_id = "change_article", request_body = ArticleBody,
    responses((status = 200, description = "Changed.", body = Written)))]
pub(super) async fn change(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<ArticleId>,
    edit: Edit,
) -> Answer {
    let old = library::read(&app.ports, &desk.staff, id).await?;
    let body: ArticleBody = edit.over(&ArticleView::of(&old))?;
    let expected = edit.write.expected.or(Some(old.version));
    let call = &edit.write.call;
    let reply = library::change(&app.ports, call, id, expected, body.into()).await?;
    Ok(written(reply, Turn::First))
}

/// Publishes an article or takes it back.
#[utoipa::path(post, path = "/api/v1/articles/{id}/stage", tag = "Library",
    operation_id = "set_article_stage", request_body = StageBody,
    responses((status = 200, description = "Set.", body = Written)))]
pub(super) async fn set_stage(
    State(app): State<App>,
    InPath(id): InPath<ArticleId>,
    write: Keyed<StageBody>,
) -> Answer {
    let done = library::set_stage(
        &app.ports,
        &write.call,
        id,
        write.expected,
        write.body.stage,
    );
    Ok(written(done.await?, write.replayed.into()))
}
