//! Articles: what is kept of them, and who is shown them.

use std::sync::Arc;
use std::time::Duration;

use super::records::{one_line, texts};
use super::{
    all_pages, applied, breaks, first_page, is_conflict, is_missing, tried, update, winners, wrote,
};
use crate::domain::article::{Article, ArticleContent, ArticleStage, ArticleState, Slug};
use crate::domain::changes::{Change, Changes, Version, Versioned, Write};
use crate::domain::id::FirmId;
use crate::domain::page::PageQuery;
use crate::domain::search::Terms;
use crate::domain::time::Timestamp;
use crate::ports::store::{
    ArticleQuery, ArticleRow, Constraint, LibraryPage, LibraryQuery, Store, StoreError, Visit,
};
use crate::testing::fixtures::{self, NOW, Office, id, slug};
use crate::testing::join_all;

/// Catches a store that loses one of an article's fields in one of its states, when it is new or when
/// it is written over.
pub async fn case_articles_come_out_as_they_went_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    for value in every_article(1) {
        wrote(&*store, firm, insert(&value)).await;
        let version = Version::FIRST;
        is_kept(&*store, &office, Versioned { version, value }).await;
    }
    for (read, other) in (1..).zip(every_article(101).into_iter().rev()) {
        let value = Article { id: id(1), ..other };
        let change = Change::Article(update(Version(read), value.clone()));
        wrote(&*store, firm, change).await;
        let version = Version(read + 1);
        is_kept(&*store, &office, Versioned { version, value }).await;
    }
}

/// Every read has the article as it is.
async fn is_kept(store: &dyn Store, office: &Office, wanted: Versioned<Article>) {
    let (firm, of) = (office.firm.id, wanted.value.id);
    let found = store.article(firm, of).await.unwrap();
    assert_eq!(found.as_ref(), Some(&wanted));
    let row = ArticleRow::of(&wanted);
    let all = firm_articles(store, firm, 100, &ArticleQuery::default()).await;
    assert_eq!(all.iter().find(|it| it.id == of), Some(&row));
    let shows = wanted.value.state.stage() == ArticleStage::Published;
    let visit = office.visit(&office.stranger);
    let mine = portal_articles(store, visit, 100, &LibraryQuery::default()).await;
    assert_eq!(mine.iter().find(|it| it.id == of), shows.then_some(&row));
    let read = shown_article(store, visit, &wanted.value.slug).await;
    assert_eq!(read, shows.then_some(wanted.value));
}

/// An article in each state, with a summary and with none, from the number `first` on.
fn every_article(first: u64) -> Vec<Article> {
    let states = [
        ArticleState::Draft,
        ArticleState::Internal,
        ArticleState::Published { since: moment(3) },
    ];
    let whole = (first..).zip(states).map(|(n, state)| Article {
        state,
        created_at: moment(1),
        changed_at: moment(2),
        ..fixtures::article(n)
    });
    let bare = (first + 3..).zip(states).map(|(n, state)| {
        let mut article = fixtures::article(n);
        article.content.summary = None;
        Article { state, ..article }
    });
    whole.chain(bare).collect()
}

/// A time to the last microsecond.
fn moment(n: u64) -> Timestamp {
    NOW.plus(Duration::from_micros(1_000_001 * n))
}

/// Catches a store that shortens, folds or loses text, in an article or in what its list is ordered by.
pub async fn case_articles_keep_all_scripts(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let mut articles: Vec<Article> = (1..)
        .zip(texts())
        .map(|(n, text)| Article {
            content: ArticleContent {
                group: one_line(&text),
                title: one_line(&text),
                summary: Some(fixtures::prose(&text.chars().take(500).collect::<String>())),
                body: fixtures::rich(&text),
            },
            ..fixtures::article(n)
        })
        .collect();
    for article in &articles {
        wrote(&*store, office.firm.id, insert(article)).await;
    }
    articles.sort_by_key(|article| (article.place(), article.id));
    let visit = office.visit(&office.contact);
    for rows in [1, 100] {
        let found = portal_articles(&*store, visit, rows, &LibraryQuery::default()).await;
        let wanted = articles.iter().map(|value| {
            let version = Version::FIRST;
            ArticleRow::of(&Versioned {
                version,
                value: value.clone(),
            })
        });
        assert_eq!(found, wanted.collect::<Vec<_>>());
    }
    for article in articles {
        let query = LibraryQuery {
            group: Some(article.content.group.clone()),
            ..LibraryQuery::default()
        };
        let of_group = portal_articles(&*store, visit, 5, &query).await;
        let found: Vec<_> = of_group.iter().map(|row| row.id).collect();
        assert_eq!(found, [article.id]);
        let slug = article.slug.clone();
        assert_eq!(shown_article(&*store, visit, &slug).await, Some(article));
    }
}

/// Catches a store in which two articles have one address, however they came to it, one in which an
/// article is in its own way, and one that keeps an address that is free again.
pub async fn case_of_articles_at_once_one_has_a_slug(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let rival = Office::open(&*store, 2).await;
    let firm = office.firm.id;
    let named = |n, name: &str| Article {
        slug: slug(name),
        ..fixtures::article(n)
    };
    for name in ["vat", "vat-2026"] {
        let first = if name == "vat" { 1 } else { 101 };
        let tries = (first..first + 16).map(|n| {
            let (store, change) = (&*store, insert(&named(n, name)));
            async move { tried(store, firm, change).await }
        });
        let outcomes = join_all(tries).await;
        let taken = |error: &StoreError| {
            matches!(error, StoreError::AlreadyExists(Constraint::ArticleSlug))
        };
        assert_eq!(winners(&outcomes, taken), 1, "{name}");
    }
    let all = firm_articles(&*store, firm, 5, &ArticleQuery::default()).await;
    let [second, first] = <[ArticleRow; 2]>::try_from(all).unwrap();
    let moved = |name| {
        let change = update(
            Version::FIRST,
            Article {
                id: first.id,
                ..named(1, name)
            },
        );
        tried(&*store, firm, Change::Article(change))
    };
    breaks(&moved("vat-2026").await, Constraint::ArticleSlug);
    let visit = office.visit(&office.contact);
    let kept = shown_article(&*store, visit, &slug("vat")).await.unwrap();
    assert_eq!(kept.id, first.id);
    let kept = shown_article(&*store, visit, &second.slug).await.unwrap();
    assert_eq!(kept.id, second.id);
    wrote(&*store, rival.firm.id, insert(&named(1, "vat"))).await;
    assert!(moved("vat").await.is_ok(), "its own slug is free for it");
    let change = update(
        Version(2),
        Article {
            id: first.id,
            ..named(1, "tva")
        },
    );
    wrote(&*store, firm, Change::Article(change)).await;
    assert_eq!(shown_article(&*store, visit, &slug("vat")).await, None);
    wrote(&*store, firm, insert(&named(200, "vat"))).await;
}

/// Catches an article that is written over by somebody who has read another version, and one that is
/// changed before it is there or written anew when it is.
pub async fn case_articles_have_versions(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let article = fixtures::article(1);
    let change = |read| Change::Article(update(Version(read), article.clone()));
    is_conflict(&tried(&*store, firm, change(1)).await);
    wrote(&*store, firm, insert(&article)).await;
    let again = Article {
        slug: slug("another"),
        ..article.clone()
    };
    breaks(
        &tried(&*store, firm, insert(&again)).await,
        Constraint::Identity,
    );
    for stale in [2, 3] {
        is_conflict(&tried(&*store, firm, change(stale)).await);
    }
    let tries = (0..16).map(|_| tried(&*store, firm, change(1)));
    let outcomes = join_all(tries).await;
    let conflict = |error: &StoreError| matches!(error, StoreError::Conflict);
    assert_eq!(winners(&outcomes, conflict), 1);
    let found = store.article(firm, article.id).await.unwrap().unwrap();
    assert_eq!(found.version, Version(2));
}

/// E13 and R-ACC-7. Catches a store that shows what is not published: in the list, among the groups, in
/// a search, by its address, or still after it was taken back.
pub async fn e13_drafts_and_internal_articles_reach_no_contact(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let visit = office.visit(&office.contact);
    let states = [
        ArticleState::Published { since: NOW },
        ArticleState::Draft,
        ArticleState::Internal,
    ];
    let mut change = Change::Article(Write::Insert(kept_back(states[1])));
    for (version, state) in (1..).zip(states.iter().chain(&states).chain(&states[..2])) {
        wrote(&*store, firm, change).await;
        let written = store.article(firm, id(1)).await.unwrap().unwrap().value;
        let shows = written.state.stage() == ArticleStage::Published;
        let terms = Terms::parse("unheard").unwrap();
        let found = LibraryQuery {
            terms,
            ..LibraryQuery::default()
        };
        let of_group = LibraryQuery {
            group: Some(fixtures::line("Secrets")),
            ..LibraryQuery::default()
        };
        for query in [LibraryQuery::default(), found, of_group] {
            let page = library(&*store, visit, &query).await;
            assert_eq!(page.articles.rows.len(), usize::from(shows), "{query:?}");
            assert_eq!(page.groups.len(), usize::from(shows));
        }
        let read = shown_article(&*store, visit, &slug("kept-back")).await;
        assert_eq!(read, shows.then_some(written));
        change = Change::Article(update(Version(version), kept_back(*state)));
    }
}

fn kept_back(state: ArticleState) -> Article {
    let mut article = Article {
        slug: slug("kept-back"),
        state,
        ..fixtures::article(1)
    };
    article.content.group = fixtures::line("Secrets");
    article.content.title = fixtures::line("Unheard of");
    article
}

/// Cases 18 and 19. Catches each read of the library that forgets the firm, and an article or a word
/// whose key lacks it: two firms have articles with the same ids and slugs.
pub async fn case_no_article_crosses_firms(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open_twin(&*store, 2, 1).await;
    let three = Office::open(&*store, 3).await;
    let of = |office: &Office, word: &str| {
        let mut article = fixtures::article(1);
        article.content.title = fixtures::line(&format!("{word} {}", office.firm.id));
        article
    };
    let (first, second) = (of(&one, "ours"), of(&two, "theirs"));
    wrote(&*store, one.firm.id, insert(&first)).await;
    wrote(&*store, two.firm.id, insert(&second)).await;
    let terms = |word| LibraryQuery {
        terms: Terms::parse(word).unwrap(),
        ..LibraryQuery::default()
    };
    for (office, article) in [(&one, &first), (&two, &second)] {
        let firm = office.firm.id;
        let visit = office.visit(&office.contact);
        let found = store.article(firm, id(1)).await.unwrap().unwrap();
        assert_eq!(found.value, *article);
        let read = shown_article(&*store, visit, &article.slug).await;
        assert_eq!(read.as_ref(), Some(article));
        for (word, rows) in [("ours", &first == article), ("theirs", &second == article)] {
            let found = portal_articles(&*store, visit, 5, &terms(word)).await;
            assert_eq!(found.len(), usize::from(rows), "{word}");
        }
    }
    let (firm, visit) = (three.firm.id, three.visit(&three.contact));
    assert_eq!(store.article(firm, id(1)).await.unwrap(), None);
    assert_eq!(shown_article(&*store, visit, &first.slug).await, None);
    for query in [LibraryQuery::default(), terms("ours")] {
        let page = library(&*store, visit, &query).await;
        assert_eq!((page.groups, page.articles.rows), (vec![], vec![]));
        let query = ArticleQuery {
            terms: query.terms,
            ..ArticleQuery::default()
        };
        assert_eq!(firm_articles(&*store, firm, 5, &query).await, []);
    }
    let stranger = Visit {
        firm,
        ..one.visit(&one.contact)
    };
    let query = LibraryQuery::default();
    assert_eq!(store.library(stranger, &query).await.unwrap(), None);
    let read = store.library_article(stranger, &first.slug).await;
    assert_eq!(read.unwrap(), None);
    let theirs = Change::Article(update(Version::FIRST, first.clone()));
    is_conflict(&tried(&*store, firm, theirs).await);
    is_missing(&tried(&*store, id(4_711), insert(&first)).await);
}

pub(super) fn insert(article: &Article) -> Change {
    Change::Article(Write::Insert(article.clone()))
}

/// Writes the articles, all in one commit.
pub(super) async fn written(store: &dyn Store, firm: FirmId, articles: &[Article]) {
    let changes = articles.iter().map(insert);
    applied(store, firm, changes.fold(Changes::default(), Changes::with)).await;
}

pub(super) async fn library(store: &dyn Store, visit: Visit, query: &LibraryQuery) -> LibraryPage {
    let (guest, page) = store.library(visit, query).await.unwrap().unwrap();
    assert_eq!(guest.firm.id, visit.firm);
    page
}

pub(super) async fn portal_articles(
    store: &dyn Store,
    visit: Visit,
    rows: u32,
    query: &LibraryQuery,
) -> Vec<ArticleRow> {
    let query = LibraryQuery {
        page: first_page(rows),
        ..query.clone()
    };
    all_pages(rows, async |page: PageQuery<String>| {
        let query = LibraryQuery {
            page,
            ..query.clone()
        };
        Ok::<_, StoreError>(library(store, visit, &query).await.articles)
    })
    .await
}

pub(super) async fn firm_articles(
    store: &dyn Store,
    firm: FirmId,
    rows: u32,
    query: &ArticleQuery,
) -> Vec<ArticleRow> {
    all_pages(rows, async |page| {
        let query = ArticleQuery {
            page,
            ..query.clone()
        };
        store.articles(firm, &query).await
    })
    .await
}

/// The article as the visitor is shown it.
async fn shown_article(store: &dyn Store, visit: Visit, slug: &Slug) -> Option<Article> {
    let (guest, article) = store.library_article(visit, slug).await.unwrap().unwrap();
    assert_eq!(guest.firm.id, visit.firm);
    article
}
