//! How the engines find articles: by an index, before and after anybody has counted them.

use caseflow_core::testing::fixtures::Office;
use caseflow_sqlx::SqlxStore;
use caseflow_sqlx::testing::{postgres, sqlite, statement_texts};
use sqlx::{Connection as _, PgConnection, Row as _, SqliteConnection};

use crate::plans::explained;

/// 20,000 articles in forty groups, a draft among fifty. Each has a word of its own, and one of a
/// hundred.
fn much(office: &Office) -> String {
    let firm = office.firm.id;
    let rows = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000), \
         r AS (SELECT '{firm}' AS firm, i, CAST(i AS TEXT) AS name, \
         '00000000000000000000' || CAST(100000 + i AS TEXT) AS id FROM n)"
    );
    let stage =
        |draft: &str, other: &str| format!("CASE WHEN i % 50 = 0 THEN {draft} ELSE {other} END");
    let group = "'Group ' || CAST(i % 40 AS TEXT)";
    let words = "caseflow_article_words (firm_id, article_id, word) SELECT firm, 'atc_' || id,";
    let inserts = [
        format!(
            "caseflow_articles (firm_id, id, version, slug, group_name, title, body, place, \
             stage, published_at, created_at, changed_at) SELECT firm, 'atc_' || id, 1, \
             'a' || name, {group}, name, '', {group} || name, {}, {}, 1, 1",
            stage("'draft'", "'published'"),
            stage("NULL", "1")
        ),
        format!("{words} name"),
        format!("{words} 'w' || CAST(i % 100 AS TEXT)"),
    ];
    let inserts = inserts.iter().map(|insert| {
        let (into, select) = insert.split_once(" SELECT ").unwrap();
        format!("{rows} INSERT INTO {into} SELECT {select} FROM r;")
    });
    inserts.collect()
}

/// Whom somebody is, and the list that comes with a call.
const SMALL: &[&str] = &["f", "c", "k", "s", "l", "j", "CONSTANT"];

/// Filters that an index was made for.
const OWN_INDEX: [(&str, &str); 6] = [
    (
        "caseflow_articles x WHERE x.firm_id = ?1 AND x.id < ?2 AND x.stage",
        "caseflow_articles_stage (firm_id=? AND stage=? AND id<?)",
    ),
    (
        "x.firm_id = ?1 AND x.stage = 'published' AND (x.place",
        "caseflow_articles_place (firm_id=? AND (place,id)>(?,?))",
    ),
    (
        "x.group_name = ?5",
        "caseflow_articles_group (firm_id=? AND group_name=? AND (place,id)>(?,?))",
    ),
    (
        "x.group_name > g.name",
        "caseflow_articles_group (firm_id=? AND group_name>?)",
    ),
    (
        "w.word >= ?",
        "caseflow_article_words_word (firm_id=? AND word>? AND word<?)",
    ),
    ("x.id = f.id", " AND id=?)"),
];

/// What is little enough to be sorted: groups, and what was found by a word.
const LITTLE: [&str; 2] = ["CO-ROUTINE g", "CO-ROUTINE f"];

/// The statements that read articles.
fn pages(store: &SqlxStore) -> Vec<&'static str> {
    let texts = statement_texts(store).into_iter();
    let pages = texts.filter(|it| {
        (it.starts_with("SELECT") || it.starts_with("WITH")) && it.contains("caseflow_article")
    });
    let pages: Vec<_> = pages.collect();
    assert!(pages.len() > 5, "{}", pages.len());
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_the_library_reads_a_whole_table_of_the_file() {
    let (store, database) = sqlite().await;
    let office = Office::open(&*store, 1).await;
    let mut conn = SqliteConnection::connect(database.url()).await.unwrap();
    let much = sqlx::AssertSqlSafe(much(&office));
    sqlx::raw_sql(much).execute(&mut conn).await.unwrap();
    for (filter, _) in &OWN_INDEX {
        let mut pages = pages(&store).into_iter();
        assert!(pages.any(|page| page.contains(filter)), "{filter}");
    }
    for count in ["", "ANALYZE"] {
        sqlx::raw_sql(count).execute(&mut conn).await.unwrap();
        for page in pages(&store) {
            let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {page}"));
            let rows = sqlx::query(explain).fetch_all(&mut conn).await.unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
            reads_by_indexes(page, &plan);
        }
    }
}

fn reads_by_indexes(page: &str, plan: &[String]) {
    let made_first = |table: &str| {
        let names = [
            format!("CO-ROUTINE {table}"),
            format!("MATERIALIZE {table}"),
        ];
        plan.iter().any(|line| names.contains(line))
    };
    for (filter, index) in &OWN_INDEX {
        let used = plan.iter().any(|line| line.contains(*index));
        assert!(used || !page.contains(*filter), "{plan:#?} of {page}");
    }
    for line in plan {
        let scanned = line
            .strip_prefix("SCAN ")
            .and_then(|it| it.split(' ').next());
        let small = |table: &str| SMALL.contains(&table) || made_first(table);
        assert!(scanned.is_none_or(small), "{line} in {plan:#?} of {page}");
        let sorts = line.contains("TEMP B-TREE FOR ORDER BY");
        let little = |line: &String| LITTLE.iter().any(|it| line.contains(it));
        assert!(!sorts || plan.iter().any(little), "{plan:#?} of {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_the_library_reads_a_whole_table_of_the_database() {
    let (store, database) = postgres().await;
    let office = Office::open(&*store, 1).await;
    let mut conn = PgConnection::connect(database.url()).await.unwrap();
    let much = sqlx::AssertSqlSafe(much(&office));
    sqlx::raw_sql(much).execute(&mut conn).await.unwrap();
    for (round, count) in ["", "ANALYZE"].into_iter().enumerate() {
        sqlx::raw_sql(count).execute(&mut conn).await.unwrap();
        for (n, page) in pages(&store).into_iter().enumerate() {
            let name = format!("page_{round}_{n}");
            let explain = explained(&mut conn, &name, page, &office).await;
            let rows = sqlx::query(sqlx::AssertSqlSafe(explain))
                .fetch_all(&mut conn)
                .await;
            let plan: Vec<String> = rows.unwrap().iter().map(|row| row.get(0)).collect();
            let scan = plan
                .iter()
                .find(|line| line.contains("Seq Scan on caseflow_article"));
            assert_eq!(scan, None, "in {plan:#?} of {page}");
        }
    }
}
