//! Articles.

use super::state::Records;
use super::writes::{Done, Work, put};
use super::{Order, page};
use crate::domain::article::{Article, ArticleStage, Slug};
use crate::domain::changes::{Versioned, Write};
use crate::domain::page::Cursor;
use crate::domain::search::Terms;
use crate::ports::store::{ArticleRow, Constraint, LibraryPage, LibraryQuery, StoreError};

/// How many groups are listed at most.
const GROUPS: usize = 200;

impl Work<'_> {
    pub(super) fn article(&mut self, write: Write<Article>) -> Done {
        let article = write.value();
        let same = |other: &Article| other.id != article.id && other.slug == article.slug;
        let known = self.records.articles.values().any(|it| same(&it.value));
        if known {
            return Err(StoreError::AlreadyExists(Constraint::ArticleSlug));
        }
        put(&mut self.records.articles, write.value().id, write)
    }
}

impl Records {
    /// The articles in which each term begins a word.
    pub(super) fn articles_with<'a>(
        &'a self,
        terms: Option<&'a Terms>,
    ) -> impl Iterator<Item = &'a Versioned<Article>> {
        let found = move |it: &&Versioned<Article>| {
            terms.is_none_or(|terms| terms.match_all(&it.value.words()))
        };
        self.articles.values().filter(found)
    }

    pub(super) fn library(&self, query: &LibraryQuery) -> LibraryPage {
        let published = |row: &ArticleRow| row.stage == ArticleStage::Published;
        let all = self.articles.values().map(ArticleRow::of);
        let mut groups: Vec<_> = all
            .filter(published)
            .map(|row| (row.group.as_str().to_lowercase(), row.group))
            .collect();
        groups.sort();
        groups.dedup();
        groups.truncate(GROUPS);
        let rows = self.articles_with(query.terms.as_ref());
        let rows = rows.map(ArticleRow::of).filter(published);
        let rows = rows.filter(|row| query.group.as_ref().is_none_or(|it| *it == row.group));
        LibraryPage {
            groups: groups.into_iter().map(|(_, group)| group).collect(),
            articles: page(rows, Order::SmallestFirst, &query.page, |row| Cursor {
                key: row.place.clone(),
                id: row.id.to_string(),
            }),
        }
    }

    pub(super) fn published(&self, slug: &Slug) -> Option<Article> {
        let mut articles = self.articles.values().map(|article| &article.value);
        let found = articles.find(|article| article.slug == *slug)?;
        let shows = found.state.stage() == ArticleStage::Published;
        shows.then(|| found.clone())
    }
}
