//! Articles.

use std::collections::BTreeMap;

use caseflow_core::domain::article::{Article, ArticleStage, Slug};
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::search::Terms;
use caseflow_core::domain::text::Line;
use caseflow_core::ports::store::{ArticleRow, LibraryPage, LibraryQuery, StoreError};

use super::Records;
use super::page::{at, page};
use crate::tables::{Index, Order};

/// How many groups are listed at most.
const GROUPS: usize = 200;

impl Records<'_> {
    /// The published articles that are asked for, and all groups.
    pub(super) fn library(&self, query: &LibraryQuery) -> Result<LibraryPage, StoreError> {
        let mut published = self.all::<Versioned<Article>>()?;
        published.retain(|article| article.value.state.stage() == ArticleStage::Published);
        let wanted = published.iter().filter(|it| {
            let group = &it.value.content.group;
            query.group.as_ref().is_none_or(|wanted| wanted == group)
                && says(&it.value, query.terms.as_ref())
        });
        let rows = wanted.map(ArticleRow::of);
        Ok(LibraryPage {
            articles: page(rows, Order::SmallestFirst, &query.page, |row| {
                at(row.place.clone(), row.id)
            }),
            groups: groups(&published),
        })
    }

    /// The published article with this slug.
    pub(super) fn published(&self, slug: &Slug) -> Result<Option<Article>, StoreError> {
        let found = self.one::<Versioned<Article>>(&Index::Word(slug.to_string()))?;
        let found = found.map(|article| article.value);
        Ok(found.filter(|article| article.state.stage() == ArticleStage::Published))
    }
}

/// Whether each term begins a word of the article.
pub(super) fn says(article: &Article, terms: Option<&Terms>) -> bool {
    terms.is_none_or(|terms| terms.match_all(&article.words()))
}

/// Each group where its first article stands, those of one place by name.
fn groups(published: &[Versioned<Article>]) -> Vec<Line<80>> {
    let mut firsts = BTreeMap::<Line<80>, String>::new();
    for article in published.iter().map(|article| &article.value) {
        let place = article.place();
        let first = firsts.entry(article.content.group.clone());
        let first = first.or_insert_with(|| place.clone());
        if place < *first {
            *first = place;
        }
    }
    let mut groups: Vec<_> = firsts.into_iter().collect();
    groups.sort_by(|(_, one), (_, other)| one.cmp(other));
    let groups = groups.into_iter().map(|(group, _)| group);
    groups.take(GROUPS).collect()
}
