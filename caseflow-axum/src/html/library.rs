//! The Firm Library: the articles in their groups, a search over them, and one of them.

use axum::extract::State;
use caseflow_core::domain::access::Section;
use caseflow_core::domain::article::Slug;
use caseflow_core::domain::search::Terms;
use caseflow_core::domain::text::Line;
use caseflow_core::portal::{Visited, library};
use caseflow_core::ports::store::{ArticleRow, LibraryPage, LibraryQuery};
use serde::Deserialize;

use super::page::{self, Answer, Turning};
use super::remember::Lasts;
use super::rich_text::{RichHtml, Under};
use super::views::forms::{Problem, Problems};
use super::views::frame::Place;
use super::views::library::{ArticleLink, ArticlePage, GroupLink, LibraryList, LibraryPart};
use crate::error::Failure;
use crate::extract::{InPath, Query, SignedIn};
use crate::state::{App, Here};
use crate::urls::{Urls, with_query};

const HERE: Place = Place::Section(Section::Library);

/// Which articles to list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// What was typed into the search.
    q: String,
    group: String,
    after: Option<String>,
}

/// The articles of a group or of all, those that a search finds or all.
pub(super) async fn list(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    let turning: Turning<String> =
        Turning::parse(asked.after.as_deref()).ok_or(Failure::NOT_FOUND)?;
    let searched = Terms::parse(&asked.q);
    let query = LibraryQuery {
        group: asked.group()?,
        terms: searched.clone().ok().flatten(),
        page: turning.query(),
    };
    let Visited { who, page } = library::list(&app.ports, &visiting, &query).await?;
    let (frame, bar) = page::inside(&here, &who);
    let address = asked.address(&here.urls, &asked.group);
    let view = LibraryList {
        frame,
        bar: bar.at(HERE),
        problems: Problems::default(),
        groups: asked.groups(&here.urls, &page),
        parts: parts(&page.articles.rows),
        pager: turning.pager(&address, page.articles.next.as_ref()),
        typed: asked.q,
        group: asked.group,
    };
    if searched.is_err() {
        let view = view.refused(Problem::SearchTooLong { most: Terms::MOST });
        return page::again(&view.problems, &view);
    }
    Ok(Lasts::of(who.firm(), None).on(page::ok(&view)?))
}

/// One article.
pub(super) async fn show(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(slug): InPath<Slug>,
) -> Answer {
    let Visited { who, page: article } = library::read(&app.ports, &visiting, &slug).await?;
    let (frame, bar) = page::inside(&here, &who);
    let content = &article.content;
    let view = ArticlePage {
        frame,
        bar: bar.at(HERE),
        group: content.group.to_string(),
        title: content.title.to_string(),
        summary: content.summary.as_ref().map(ToString::to_string),
        updated: who.firm().zone.day(article.changed_at).into(),
        text: RichHtml::new(&content.body, Under::H1),
    };
    Ok(Lasts::of(who.firm(), None).on(page::ok(&view)?))
}

impl Asked {
    /// The group that is named; a name that no group can have is an address where there is nothing.
    fn group(&self) -> Result<Option<Line<80>>, Failure> {
        match self.group.as_str() {
            "" => Ok(None),
            name => Line::parse(name).map(Some).map_err(|_| Failure::NOT_FOUND),
        }
    }

    /// The address of the list of `group`, or of all, under the same search.
    fn address(&self, urls: &Urls, group: &str) -> String {
        let parameters = [("q", self.q.as_str()), ("group", group)];
        let named = parameters.iter().filter(|(_, value)| !value.is_empty());
        named.fold(urls.library(), |address, (name, value)| {
            with_query(&address, name, value)
        })
    }

    /// All, then each group.
    fn groups(&self, urls: &Urls, page: &LibraryPage) -> Vec<GroupLink> {
        let names = page.groups.iter().map(|group| group.as_str());
        let link = |name: &str| GroupLink {
            name: name.to_owned(),
            link: self.address(urls, name),
            is_chosen: name == self.group,
        };
        std::iter::once("").chain(names).map(link).collect()
    }
}

/// The rows, with those of one group that follow each other together.
fn parts(rows: &[ArticleRow]) -> Vec<LibraryPart> {
    let same = |one: &ArticleRow, other: &ArticleRow| one.group == other.group;
    rows.chunk_by(same)
        .map(|rows| LibraryPart {
            group: rows.first().map(|row| row.group.to_string()),
            articles: rows.iter().map(in_list).collect(),
        })
        .collect()
}

fn in_list(row: &ArticleRow) -> ArticleLink {
    ArticleLink {
        slug: row.slug.to_string(),
        title: row.title.to_string(),
        summary: row.summary.as_ref().map(ToString::to_string),
    }
}
