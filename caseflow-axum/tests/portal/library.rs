//! `/library` and `/library/{slug}`.

use axum::http::StatusCode;
use caseflow_core::domain::access::{Section, Sections};
use caseflow_core::domain::article::{Article, ArticleContent, ArticleStage, ArticleState};
use caseflow_core::domain::changes::{Change, Write};
use caseflow_core::firm::library;
use caseflow_core::testing::fixtures::{self, NOW, line, prose, rich, slug};

use crate::world::{Page, Who, World};

fn article(n: u64, group: &str, title: &str) -> Article {
    Article {
        content: ArticleContent {
            group: line(group),
            title: line(title),
            summary: None,
            body: rich("Nothing."),
        },
        ..fixtures::article(n)
    }
}

async fn written(world: &World, article: Article) {
    let change = Change::Article(Write::Insert(article));
    world.write(Who::Contact, change).await;
}

/// The titles on the list, as they stand there.
fn titles(page: &Page) -> Vec<&str> {
    let links = page.body.split("class=\"row-link titled\"").skip(1);
    let titles = links.filter_map(|rest| rest.split_once("<bdi>"));
    titles
        .filter_map(|(_, rest)| rest.split("</bdi>").next())
        .collect()
}

#[tokio::test]
async fn r_lib_1_articles_are_listed_by_group_and_read_at_their_address() {
    let world = World::new().await;
    for (n, group, title) in [
        (1, "Wages", "Notice"),
        (2, "Taxes", "VAT"),
        (3, "Taxes", "Rates"),
    ] {
        written(&world, article(n, group, title)).await;
    }
    let mut browser = world.signed_in(Who::Contact).await;
    let dashboard = browser.get("/dashboard").await;
    assert!(dashboard.body.contains("href=\"/portal/library\""));
    let list = browser.get("/library").await;
    assert_eq!(list.status, StatusCode::OK);
    assert_eq!(titles(&list), ["Rates", "VAT", "Notice"]);
    assert!(list.body.contains("/portal/library?group=Wages"));
    let wages = browser.get("/library?group=Wages").await;
    assert_eq!(titles(&wages), ["Notice"]);
    assert!(list.body.contains("href=\"/portal/library/article-2\""));
    let page = browser.get("/library/article-2").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.heading(), "<bdi>VAT</bdi>");
}

#[tokio::test]
async fn an_article_shows_its_text_with_headings_below_its_title() {
    let world = World::new().await;
    let mut one = article(1, "Taxes", "VAT <2026>");
    one.content.summary = Some(prose("In short.\nTwo lines."));
    one.content.body = rich("# Rates\n\nThey *rise*.\n\n<script>alert(1)</script>");
    written(&world, one).await;
    let page = world
        .signed_in(Who::Contact)
        .await
        .get("/library/article-1")
        .await;
    assert_eq!(page.heading(), "<bdi>VAT &#60;2026&#62;</bdi>");
    for part in [
        "<h2 dir=\"auto\">Rates</h2>",
        "<em>rise</em>",
        "In short.\nTwo lines.",
        "&lt;script&gt;alert(1)",
        "<time datetime=\"2026-11-24\">24 November 2026</time>",
    ] {
        assert!(page.body.contains(part), "{part}");
    }
}

#[tokio::test]
async fn e13_what_is_not_published_is_absent_in_list_search_and_address() {
    let world = World::new().await;
    let states = [
        ArticleState::Draft,
        ArticleState::Internal,
        ArticleState::Published { since: NOW },
    ];
    for (n, state) in (1..).zip(states) {
        let one = article(n, "Taxes", &format!("Rates {n}"));
        written(&world, Article { state, ..one }).await;
    }
    let mut browser = world.signed_in(Who::Contact).await;
    for path in ["/library", "/library?q=rates", "/library?group=Taxes"] {
        assert_eq!(titles(&browser.get(path).await), ["Rates 3"], "{path}");
    }
    for (n, status) in [(1, 404), (2, 404), (3, 200)] {
        let page = browser.get(&format!("/library/article-{n}")).await;
        assert_eq!(page.status.as_u16(), status, "{n}");
    }
    for nowhere in ["/library/Article-3", "/library/none", "/library/a--b"] {
        let page = browser.get(nowhere).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
}

#[tokio::test]
async fn a_page_at_hand_is_not_shown_once_the_firm_takes_the_article_back() {
    let world = World::new().await;
    written(&world, article(1, "Taxes", "Rates")).await;
    let mut browser = world.signed_in(Who::Contact).await;
    for path in ["/library", "/library/article-1"] {
        assert!(!browser.get(path).await.from_memory);
        assert!(browser.get(path).await.from_memory, "{path}");
    }
    let (call, id) = (world.call(Who::Contact), fixtures::id(1));
    let stage = ArticleStage::Internal;
    library::set_stage(&world.ports, &call, id, None, stage)
        .await
        .unwrap();
    assert_eq!(titles(&browser.get("/library").await), [""; 0]);
    let page = browser.get("/library/article-1").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_search_finds_by_the_beginnings_of_words_and_keeps_what_was_typed() {
    let world = World::new().await;
    for (n, title) in [(1, "Steuersätze"), (2, "الضرائب"), (3, "会社の設立")] {
        written(&world, article(n, "All", title)).await;
    }
    let mut browser = world.signed_in(Who::Contact).await;
    for (typed, found) in [
        ("STEUERS", "Steuersätze"),
        ("%D8%A7%D9%84%D8%B6", "الضرائب"),
        ("%E4%BC%9A%E7%A4%BE", "会社の設立"),
    ] {
        let page = browser.get(&format!("/library?q={typed}")).await;
        assert_eq!(titles(&page), [found], "{typed}");
    }
    let none = browser.get("/library?q=%22%3E%3Cb%3Eutzw").await;
    assert_eq!(none.status, StatusCode::OK);
    assert!(none.body.contains("Nothing found"));
    assert_eq!(
        none.value("q").as_deref(),
        Some("&#34;&#62;&#60;b&#62;utzw")
    );
    let all = browser.get("/library?q=%20").await;
    assert_eq!(titles(&all).len(), 3);
}

#[tokio::test]
async fn a_search_for_too_much_says_so() {
    let world = World::new().await;
    written(&world, article(1, "All", "a b c d e f g h i")).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get("/library?q=a+b+c+d+e+f+g+h").await;
    assert_eq!(titles(&page).len(), 1);
    let page = browser.get("/library?q=a+b+c+d+e+f+g+h+i").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let problem = Some("Search for at most 8 words at once");
    assert_eq!(page.problem("q"), problem);
    assert_eq!(page.value("q").as_deref(), Some("a b c d e f g h i"));
    assert_eq!(titles(&page), [""; 0]);
}

#[tokio::test]
async fn a_long_list_is_turned_page_by_page_within_what_was_asked_for() {
    let world = World::new().await;
    for n in 1..=45 {
        let group = if n <= 42 { "Taxes & more" } else { "Wages" };
        written(&world, article(n, group, &format!("Rate {n:02}"))).await;
    }
    let mut browser = world.signed_in(Who::Contact).await;
    let mut address = "/library?q=rate&group=Taxes%20%26%20more".to_owned();
    let mut seen = Vec::new();
    for rows in [20, 20, 2] {
        let page = browser.get(&address).await;
        let found: Vec<String> = titles(&page).into_iter().map(str::to_owned).collect();
        assert_eq!(found.len(), rows);
        seen.extend(found);
        let next = page.body.split("rel=\"next\" href=\"/portal").nth(1);
        let next = next.and_then(|rest| rest.split('"').next());
        assert_eq!(next.is_some(), rows == 20);
        address = next.unwrap_or_default().replace("&#38;", "&");
    }
    let expected: Vec<String> = (1..=42).map(|n| format!("Rate {n:02}")).collect();
    assert_eq!(seen, expected);
    let wrong = browser.get("/library?after=x").await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn r_acc_10_a_library_that_the_firm_has_closed_is_nowhere() {
    let world = World::new().await;
    written(&world, article(1, "Taxes", "Rates")).await;
    let mut browser = world.signed_in(Who::Contact).await;
    browser.get("/library").await;
    let others = Sections::ALL.without(Section::Library);
    world.open_sections(Who::Contact, others).await;
    for path in ["/library", "/library/article-1"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
    let dashboard = browser.get("/dashboard").await;
    assert!(!dashboard.body.contains("/portal/library"));
}

#[tokio::test]
async fn e02_another_firms_article_is_not_at_its_address() {
    let world = World::new().await;
    let theirs = Article {
        slug: slug("theirs"),
        ..article(1, "Taxes", "Theirs")
    };
    let change = Change::Article(Write::Insert(theirs));
    world.write(Who::Rival, change).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get("/library/theirs").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let mut rival = world.signed_in(Who::Rival).await;
    assert_eq!(rival.get("/library/theirs").await.status, StatusCode::OK);
}
