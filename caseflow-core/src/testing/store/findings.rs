//! Articles looked up: by their words, by group, by stage, and in which order.

use std::sync::Arc;

use super::library::{firm_articles, insert, library, portal_articles, written};
use super::{all_pages, update, wrote};
use crate::domain::article::{Article, ArticleContent, ArticleStage, ArticleState};
use crate::domain::changes::{Change, Version};
use crate::domain::id::ArticleId;
use crate::domain::page::PageQuery;
use crate::domain::search::Terms;
use crate::ports::store::{ArticleQuery, ArticleRow, LibraryQuery, Store, StoreError, Visit};
use crate::testing::fixtures::{self, NOW, Office, id};

/// What the three articles of a search say, in title, group, summary and text.
const TEXTS: [[&str; 4]; 3] = [
    [
        "VAT in Zürich",
        "Taxes",
        "L’impôt et la TVA",
        "The rates of 2026: *8.1%* and 2.6%.\n\n- Ὀδυσσεύς\n- ОТЧЁТНОСТЬ",
    ],
    [
        "会社の設立",
        "企業",
        "株式会社と合同会社",
        "قانون الشركات\n\n| ברית | שלום |\n|---|---|\n| a_b | 100%x |",
    ],
    [
        "İstanbul office",
        "Offices",
        "Open on Mondays; straße 5",
        "การบัญชี และ ภาษี\n\nΟΔΟΣΗΜΑ and हिन्दी",
    ],
];

/// Which of them a search finds, by their numbers.
const FINDINGS: [(&str, &[u64]); 34] = [
    ("vat", &[1]),
    ("VAT rates", &[1]),
    ("rates vat in", &[1]),
    ("ra", &[1]),
    ("ates", &[]),
    ("zür", &[1]),
    ("ZÜRICH", &[1]),
    ("zurich", &[]),
    ("impôt", &[1]),
    ("l'impôt", &[1]),
    ("2026", &[1]),
    ("8.1", &[1]),
    ("8 2 1", &[1]),
    ("отчётность", &[1]),
    ("ὈΔΥΣΣΕΎΣ", &[1]),
    ("会社", &[2]),
    ("社会", &[2]),
    ("会計", &[]),
    ("企", &[2]),
    ("الشركات", &[2]),
    ("شركات", &[]),
    ("שלו", &[2]),
    ("a_b", &[2]),
    ("a%", &[1, 2, 3]),
    ("100%", &[2]),
    ("istanbul", &[3]),
    ("İSTANBUL", &[3]),
    ("ΟΔΟΣ", &[3]),
    ("οδοσ", &[3]),
    ("ภาษี", &[3]),
    ("straße", &[3]),
    ("o", &[1, 3]),
    ("vat office", &[]),
    ("हिन्दी", &[3]),
];

/// Catches a store that finds a word by its middle, one that takes one of several terms for enough,
/// reads `%` and `_` as its own signs, folds letters in another way than the domain, or does not look
/// at title, group, summary and text alike.
pub async fn case_articles_are_found_by_the_beginnings_of_their_words(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let articles: Vec<Article> = (1..)
        .zip(TEXTS)
        .map(|(n, texts)| saying(n, texts))
        .collect();
    written(&*store, office.firm.id, &articles).await;
    let visit = office.visit(&office.contact);
    for (typed, numbers) in FINDINGS {
        let expected: Vec<ArticleId> = numbers.iter().map(|n| id(*n)).collect();
        for rows in [1, 100] {
            let mut found = found(&*store, visit, typed, rows).await;
            found.sort();
            assert_eq!(found, expected, "{typed}");
        }
        let query = ArticleQuery {
            terms: Terms::parse(typed).unwrap(),
            ..ArticleQuery::default()
        };
        let rows = firm_articles(&*store, office.firm.id, 1, &query).await;
        let newest_first = rows.iter().map(|row| row.id).rev();
        assert_eq!(newest_first.collect::<Vec<_>>(), expected, "{typed}");
    }
}

fn saying(n: u64, [title, group, summary, body]: [&str; 4]) -> Article {
    Article {
        content: ArticleContent {
            group: fixtures::line(group),
            title: fixtures::line(title),
            summary: Some(fixtures::prose(summary)),
            body: fixtures::rich(body),
        },
        ..fixtures::article(n)
    }
}

async fn found(store: &dyn Store, visit: Visit, typed: &str, rows: u32) -> Vec<ArticleId> {
    let query = LibraryQuery {
        terms: Terms::parse(typed).unwrap(),
        ..LibraryQuery::default()
    };
    let rows = portal_articles(store, visit, rows, &query).await;
    rows.iter().map(|row| row.id).collect()
}

/// Catches a store that goes on finding an article by what it no longer says, and one in which the
/// words of one article are taken for those of another.
pub async fn case_articles_are_found_by_what_they_say_now(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let visit = office.visit(&office.contact);
    let words = |n, body| saying(n, ["Note", "Notes", "In short", body]);
    written(&*store, firm, &[words(1, "apple pear"), words(2, "plum")]).await;
    let expect = async |finds: [(&str, &[u64]); 5]| {
        for (typed, numbers) in finds {
            let expected: Vec<ArticleId> = numbers.iter().map(|n| id(*n)).collect();
            assert_eq!(found(&*store, visit, typed, 5).await, expected, "{typed}");
        }
    };
    expect([
        ("apple", &[1]),
        ("pear", &[1]),
        ("plum", &[2]),
        ("apple plum", &[]),
        ("note", &[1, 2]),
    ])
    .await;
    let change = update(Version::FIRST, words(1, "pear plum"));
    wrote(&*store, firm, Change::Article(change)).await;
    expect([
        ("apple", &[]),
        ("pear", &[1]),
        ("plum", &[1, 2]),
        ("pear plum", &[1]),
        ("note", &[1, 2]),
    ])
    .await;
}

/// Catches a list in which case, or an engine's own alphabet, decides what comes first, rows of one
/// place that come as they like, a group or a search that lets others in, and pages that are counted
/// off while rows come in.
pub async fn case_the_library_is_in_the_order_of_places_page_by_page(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let (firm, visit) = (office.firm.id, office.visit(&office.contact));
    let mut articles: Vec<Article> = (1..).zip(PLACES).map(placed).collect();
    // Written in an order that is neither up nor down.
    articles.sort_by_key(|article| article.id.to_string().bytes().rev().collect::<Vec<_>>());
    written(&*store, firm, &articles).await;
    let everything: Vec<u64> = (1..=12).collect();
    let of_group = LibraryQuery {
        group: Some(fixtures::line("tax")),
        ..LibraryQuery::default()
    };
    let about = LibraryQuery {
        terms: Terms::parse("b").unwrap(),
        ..LibraryQuery::default()
    };
    let both = LibraryQuery {
        group: Some(fixtures::line("Zoning")),
        ..about.clone()
    };
    for (query, expected) in [
        (LibraryQuery::default(), &everything[..]),
        (of_group, &[3, 7]),
        (about, &[4, 5, 6, 7, 9, 10]),
        (both, &[9, 10]),
    ] {
        for rows in [1, 3, 12, 100] {
            let found = portal_articles(&*store, visit, rows, &query).await;
            let found: Vec<ArticleId> = found.iter().map(|row| row.id).collect();
            let expected: Vec<ArticleId> = expected.iter().map(|n| id(*n)).collect();
            assert_eq!(found, expected, "{query:?}");
        }
    }
    let mut newcomer = 100;
    let rows = all_pages(3, async |page: PageQuery<String>| {
        let query = LibraryQuery {
            page,
            ..LibraryQuery::default()
        };
        let page = library(&*store, visit, &query).await.articles;
        for place in [("Accounts", "0"), ("Zoning", "~")] {
            newcomer += 1;
            wrote(&*store, firm, insert(&placed((newcomer, place)))).await;
        }
        assert!(newcomer < 200, "the pages go round in circles");
        Ok::<_, StoreError>(page)
    });
    let rows: Vec<ArticleRow> = rows.await;
    assert!(rows.is_sorted_by_key(|row| (row.place.clone(), row.id)));
    let old = rows.iter().map(|row| row.id).filter(|it| *it < id(100));
    let expected = everything.iter().map(|n| id(*n));
    assert_eq!(
        old.collect::<Vec<ArticleId>>(),
        expected.collect::<Vec<_>>()
    );
}

/// Groups and titles in the order of the library.
const PLACES: [(&str, &str); 12] = [
    ("Accounts", "Zebra"),
    ("accounts", "zebra"),
    ("tax", "a"),
    ("Tax", "B"),
    ("Tax", "b"),
    ("Tax", "b"),
    ("tax", "b c"),
    ("Tax law", "A"),
    ("Zoning", "~ before letters"),
    ("Zoning", "b"),
    ("Zoning", "é"),
    ("Éducation", "a"),
];

fn placed((n, (group, title)): (u64, (&str, &str))) -> Article {
    let mut article = fixtures::article(n);
    article.content.group = fixtures::line(group);
    article.content.title = fixtures::line(title);
    article.content.summary = None;
    article.content.body = fixtures::rich("-");
    article
}

/// Catches groups that come in another order than their articles, one that is named twice or with no
/// article that shows, and a list of them that a search, a page or a group shortens.
pub async fn case_groups_stand_where_their_first_article_stands(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let (firm, visit) = (office.firm.id, office.visit(&office.contact));
    let query = LibraryQuery::default();
    assert_eq!(library(&*store, visit, &query).await.groups, []);
    let mut articles: Vec<Article> = (1..).zip(PLACES).map(placed).collect();
    articles.reverse();
    let draft = Article {
        state: ArticleState::Draft,
        ..placed((50, ("Births", "a")))
    };
    articles.push(draft);
    written(&*store, firm, &articles).await;
    let expected = [
        "Accounts",
        "accounts",
        "tax",
        "Tax",
        "Tax law",
        "Zoning",
        "Éducation",
    ];
    let small = LibraryQuery {
        group: Some(fixtures::line("Zoning")),
        terms: Terms::parse("b").unwrap(),
        page: super::first_page(1),
    };
    for query in [LibraryQuery::default(), small] {
        let groups = library(&*store, visit, &query).await.groups;
        assert_eq!(groups, expected.map(fixtures::line));
    }
    let many: Vec<Article> = (1_000..1_250)
        .map(|n| placed((n, (&format!("Group {}", n * 7 % 250 + 1_000), "a"))))
        .collect();
    written(&*store, firm, &many).await;
    let groups = library(&*store, visit, &LibraryQuery::default())
        .await
        .groups;
    assert_eq!(groups.len(), 200);
    assert_eq!(groups[1..3], ["accounts", "Group 1000"].map(fixtures::line));
    assert_eq!(groups[199], fixtures::line("Group 1197"));
}

/// Catches a list of the firm's articles in which the stage, the words and the pages are not asked all
/// together, and one that is not in the order of ids, newest first.
pub async fn case_the_firms_articles_are_listed_by_stage_and_words(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let states = [
        ArticleState::Draft,
        ArticleState::Internal,
        ArticleState::Published { since: NOW },
    ];
    let articles: Vec<Article> = (1..=18_u64)
        .map(|n| {
            let mut article = fixtures::article(n);
            article.state = states[usize::try_from(n % 3).unwrap()];
            if n.is_multiple_of(2) {
                article.content.body = fixtures::rich("An even number.");
            }
            article
        })
        .collect();
    written(&*store, firm, &articles).await;
    let stages = ArticleStage::ALL.into_iter().map(Some).chain([None]);
    for stage in stages {
        for typed in ["", "even", "odd"] {
            let query = ArticleQuery {
                stage,
                terms: Terms::parse(typed).unwrap(),
                ..ArticleQuery::default()
            };
            let expected: Vec<ArticleId> = articles
                .iter()
                .rev()
                .filter(|it| stage.is_none_or(|stage| it.state.stage() == stage))
                .filter(|it| typed.is_empty() || it.content.body.as_str().contains(typed))
                .map(|it| it.id)
                .collect();
            for rows in [1, 4, 100] {
                let found = firm_articles(&*store, firm, rows, &query).await;
                let found: Vec<ArticleId> = found.iter().map(|row| row.id).collect();
                assert_eq!(found, expected, "{query:?}");
            }
        }
    }
}
