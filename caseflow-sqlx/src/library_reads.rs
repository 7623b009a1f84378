//! Reads of the library.

use caseflow_core::domain::access::Guest;
use caseflow_core::domain::article::{Article, ArticleStage, Slug};
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::id::{ArticleId, FirmId};
use caseflow_core::domain::page::{Cursor, Page, PageQuery};
use caseflow_core::domain::search::Terms;
use caseflow_core::domain::text::Line;
use caseflow_core::ports::store::{
    ArticleQuery, ArticleRow, LibraryPage, LibraryQuery, PortalReads as _, StoreError, Visit,
};

use crate::SqlxStore;
use crate::firm_reads::{by_key, newest};
use crate::read::{Cells, Stored, Unreadable, before_id, by_id, limit};
use crate::records::article::{ARTICLES, row_shape};
use crate::statements::{Part, Select, Texts, rows_of};
use crate::table::Shape;
use crate::value::{Value, list, maybe, text};

/// The statements.
#[derive(Debug)]
pub(crate) struct LibrarySql {
    shown_list: Select,
    shown_of_group: Select,
    shown_with_words: Select,
    shown: Select,
    list: Select,
    list_at_stage: Select,
    list_with_words: Select,
    article: Select,
}

impl LibrarySql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        const ALL: &str = "caseflow_articles x WHERE x.firm_id = $1";
        const SHOWN: &str = "x.stage = 'published' AND (x.place, x.id) > ($3, $4)";
        let of_group = format!("x.group_name = $5 AND {SHOWN}");
        let found = format!("x.group_name = COALESCE($7, x.group_name) AND {SHOWN}");
        let of_firm = with_words(4, "x.id < $2 AND x.stage = COALESCE($6, x.stage)");
        let of_firm = format!("FROM {of_firm} ORDER BY x.id DESC LIMIT CAST($3 AS {{int}})");
        let at_stage = newest(ARTICLES.name, "AND x.stage = $4");
        let article = ARTICLES.shape("x");
        Self {
            shown_list: texts.all(&[groups(), page(&format!("{ALL} AND {SHOWN}"))]),
            shown_of_group: texts.all(&[groups(), page(&format!("{ALL} AND {of_group}"))]),
            shown_with_words: texts.all(&[groups(), page(&with_words(5, &found))]),
            shown: texts.one(
                article.clone(),
                &format!("FROM {ALL} AND x.slug = $2 AND x.stage = 'published'"),
            ),
            list: texts.one(row_shape("x"), &newest(ARTICLES.name, "")),
            list_at_stage: texts.one(row_shape("x"), &at_stage),
            list_with_words: texts.one(row_shape("x"), &of_firm),
            article: texts.one(article, &by_key(ARTICLES.name)),
        }
    }
}

/// How many groups are listed at most.
const GROUPS: usize = 200;

/// Every group of published articles, and where the first of its articles stands. From each group the
/// index is asked for the next one, so that the articles between the two are not read.
fn groups() -> Part {
    const PUBLISHED: &str =
        "FROM caseflow_articles x WHERE x.firm_id = $1 AND x.stage = 'published'";
    let rows = format!(
        "WITH RECURSIVE g(name) AS (SELECT MIN(x.group_name) {PUBLISHED} UNION ALL \
         SELECT (SELECT MIN(x.group_name) {PUBLISHED} AND x.group_name > g.name) FROM g \
         WHERE g.name IS NOT NULL) \
         SELECT g.name, (SELECT MIN(x.place) {PUBLISHED} AND x.group_name = g.name) AS place \
         FROM g WHERE g.name IS NOT NULL ORDER BY 2, 1 LIMIT {GROUPS}"
    );
    rows_of(Shape::of("y", &["name", "place"], &[]), "y", &rows)
}

/// The first `$2` of these articles `x`.
fn page(articles: &str) -> Part {
    let rows =
        format!("SELECT x.* FROM {articles} ORDER BY x.place, x.id LIMIT CAST($2 AS {{int}})");
    rows_of(row_shape("y"), "y", &rows)
}

/// The articles `x` that fulfil the filter, and in which one term begins a word, and each of a list of
/// others too: the values number `term` and the one after it.
///
/// It is the words that find the articles. SQLite keeps to the order of a crossed join, and does not
/// look for an id that is put together in the index that has ids in order, with all words of the firm.
/// The filter stands in a function: no engine takes an index for it, or expects it to leave next to
/// nothing and therefore begins with the articles.
fn with_words(term: usize, filter: &str) -> String {
    format!(
        "(SELECT DISTINCT w.article_id || '' AS id FROM caseflow_article_words w \
         WHERE w.firm_id = $1 AND {}) f CROSS JOIN caseflow_articles x \
         WHERE x.firm_id = $1 AND x.id = f.id AND COALESCE({filter} \
         AND NOT EXISTS (SELECT 1 FROM {{each}}${}{{end}} WHERE NOT EXISTS \
         (SELECT 1 FROM caseflow_article_words w \
         WHERE w.firm_id = $1 AND w.article_id = x.id AND {})), FALSE)",
        begins(&format!("${term}")),
        term + 1,
        begins("j.value")
    )
}

/// That the term begins the word `w`: a range, which ends at a sign that no word has and that sorts
/// after all others.
fn begins(term: &str) -> String {
    format!("w.word >= {term} AND w.word < ({term} || '\u{10ffff}')")
}

/// The terms as two values: the longest, as what finds the fewest records, and the others.
pub(crate) fn told(terms: &Terms) -> [Value; 2] {
    let terms = terms.as_slice();
    let longest = terms.iter().max_by_key(|term| term.len());
    let others = terms.iter().filter(|term| Some(*term) != longest);
    [maybe(longest), list(others)]
}

impl SqlxStore {
    pub(crate) async fn library_shown(
        &self,
        visit: Visit,
        query: &LibraryQuery,
    ) -> Result<Option<(Guest, LibraryPage)>, StoreError> {
        let Some(guest) = self.guest(visit).await? else {
            return Ok(None);
        };
        let (sql, page) = (&self.sql().library, &query.page);
        let mut values = vec![text(visit.firm), limit(page)];
        values.extend(after(page));
        let sql = match (&query.terms, &query.group) {
            (None, None) => &sql.shown_list,
            (None, Some(group)) => {
                values.push(text(group));
                &sql.shown_of_group
            }
            (Some(terms), group) => {
                values.extend(told(terms));
                values.push(maybe(group.as_ref()));
                &sql.shown_with_words
            }
        };
        let answer = self.read(sql, values).await?;
        let mut groups: Vec<Group> = answer.many(0)?;
        groups.sort_unstable();
        let articles = cut(answer.many(1)?, page);
        Ok(Some((
            guest,
            LibraryPage {
                groups: groups.into_iter().map(|group| group.name).collect(),
                articles,
            },
        )))
    }

    pub(crate) async fn library_article_shown(
        &self,
        visit: Visit,
        slug: &Slug,
    ) -> Result<Option<(Guest, Option<Article>)>, StoreError> {
        let Some(guest) = self.guest(visit).await? else {
            return Ok(None);
        };
        let values = vec![text(visit.firm), text(slug)];
        let found: Option<Versioned<Article>> =
            self.find(&self.sql().library.shown, values).await?;
        Ok(Some((guest, found.map(|article| article.value))))
    }

    pub(crate) async fn articles_of_firm(
        &self,
        firm: FirmId,
        query: &ArticleQuery,
    ) -> Result<Page<ArticleRow, ()>, StoreError> {
        let (sql, page) = (&self.sql().library, &query.page);
        let stage = query.stage.map(ArticleStage::code);
        let mut values = vec![text(firm), before_id(page), limit(page)];
        let sql = match (&query.terms, stage) {
            (None, None) => &sql.list,
            (None, Some(stage)) => {
                values.push(text(stage));
                &sql.list_at_stage
            }
            (Some(terms), stage) => {
                values.extend(told(terms));
                values.push(maybe(stage.as_ref()));
                &sql.list_with_words
            }
        };
        let rows = self.list::<ArticleRow>(sql, values).await?;
        Ok(Page::cut(rows, page.size, |row| by_id(row.id)))
    }

    pub(crate) async fn article_of(
        &self,
        firm: FirmId,
        id: ArticleId,
    ) -> Result<Option<Versioned<Article>>, StoreError> {
        let values = vec![text(firm), text(id)];
        self.find(&self.sql().library.article, values).await
    }
}

/// The place after which the library goes on.
fn after(page: &PageQuery<String>) -> [Value; 2] {
    let (place, id) = match &page.after {
        None => ("", ""),
        Some(Cursor { key, id }) => (key.as_str(), id.as_str()),
    };
    [text(place), text(id)]
}

/// Smallest place first, then smallest id.
fn cut(mut rows: Vec<ArticleRow>, page: &PageQuery<String>) -> Page<ArticleRow, String> {
    rows.sort_unstable_by(|one, other| (&one.place, one.id).cmp(&(&other.place, other.id)));
    Page::cut(rows, page.size, |row| Cursor {
        key: row.place.clone(),
        id: row.id.to_string(),
    })
}

/// A group, and where the first of its articles stands.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    place: String,
    name: Line<80>,
}

impl Stored for Group {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let name = cells.parse()?;
        Ok(Self {
            place: cells.text()?.to_owned(),
            name,
        })
    }
}
