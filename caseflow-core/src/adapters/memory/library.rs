//! Articles.

use std::collections::BTreeMap;

use super::state::Records;
use super::writes::{Done, Work, put};
use super::{Order, page};
use crate::domain::article::{Article, ArticleStage, Slug};
use crate::domain::changes::{Versioned, Write};
use crate::domain::page::Cursor;
use crate::domain::search::Terms;
use crate::domain::text::Line;
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
        let rows = self.articles_with(query.terms.as_ref());
        let rows = rows.map(ArticleRow::of).filter(published);
        let rows = rows.filter(|row| query.group.as_ref().is_none_or(|it| *it == row.group));
        LibraryPage {
            groups: self.groups(),
            articles: page(rows, Order::SmallestFirst, &query.page, |row| Cursor {
                key: row.place.clone(),
                id: row.id.to_string(),
            }),
        }
    }

    /// The groups of published articles, each where its first article stands.
    fn groups(&self) -> Vec<Line<80>> {
        let mut firsts = BTreeMap::<Line<80>, String>::new();
        let articles = self.articles.values().map(|article| &article.value);
        for article in articles.filter(|it| it.state.stage() == ArticleStage::Published) {
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

    pub(super) fn published(&self, slug: &Slug) -> Option<Article> {
        let mut articles = self.articles.values().map(|article| &article.value);
        let found = articles.find(|article| article.slug == *slug)?;
        let shows = found.state.stage() == ArticleStage::Published;
        shows.then(|| found.clone())
    }
}
