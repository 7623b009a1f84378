use caseflow_core::domain::article::{Article, ArticleContent, ArticleStage, ArticleState};
use caseflow_core::ports::store::ArticleRow;

use crate::read::{Cells, Stored, Unknown, Unreadable};
use crate::table::{Shape, Table};
use crate::value::{self, Value, text};

pub(crate) const ARTICLES: Table = Table {
    name: "caseflow_articles",
    key: &["id"],
    texts: &[
        "slug",
        "group_name",
        "title",
        "summary",
        "body",
        "place",
        "stage",
    ],
    numbers: &["published_at", "created_at", "changed_at"],
    versioned: true,
};

/// What a list shows.
pub(crate) fn row_shape(alias: &str) -> Shape {
    Shape::of(
        alias,
        &[
            "id",
            "slug",
            "group_name",
            "title",
            "summary",
            "place",
            "stage",
        ],
        &["version", "published_at", "changed_at"],
    )
}

pub(crate) fn values(article: &Article) -> Vec<Value> {
    let content = &article.content;
    vec![
        text(article.id),
        text(&article.slug),
        text(&content.group),
        text(&content.title),
        value::maybe(content.summary.as_ref()),
        text(content.body.as_str()),
        text(article.place()),
        text(article.state.stage().code()),
        article.state.since().into(),
        article.created_at.into(),
        article.changed_at.into(),
    ]
}

impl Stored for Article {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let (id, slug) = (cells.parse()?, cells.parse()?);
        let content = ArticleContent {
            group: cells.parse()?,
            title: cells.parse()?,
            summary: cells.maybe()?,
            body: cells.parse()?,
        };
        let _place = cells.text()?;
        Ok(Self {
            id,
            slug,
            content,
            state: state(cells)?,
            created_at: cells.time()?,
            changed_at: cells.time()?,
        })
    }
}

fn state(cells: &mut Cells<'_>) -> Result<ArticleState, Unreadable> {
    match (stage(cells)?, cells.maybe_time()?) {
        (ArticleStage::Draft, None) => Ok(ArticleState::Draft),
        (ArticleStage::Internal, None) => Ok(ArticleState::Internal),
        (ArticleStage::Published, Some(since)) => Ok(ArticleState::Published { since }),
        _ => Err(Unknown("the article's state").into()),
    }
}

fn stage(cells: &mut Cells<'_>) -> Result<ArticleStage, Unreadable> {
    Ok(ArticleStage::from_code(cells.text()?).ok_or(Unknown("the article's stage"))?)
}

/// Of [`row_shape`].
impl Stored for ArticleRow {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            id: cells.parse()?,
            version: cells.version()?,
            slug: cells.parse()?,
            group: cells.parse()?,
            title: cells.parse()?,
            summary: cells.maybe()?,
            place: cells.text()?.to_owned(),
            stage: stage(cells)?,
            since: cells.maybe_time()?,
            changed_at: cells.time()?,
        })
    }
}
