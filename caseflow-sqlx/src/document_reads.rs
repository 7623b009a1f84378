//! Reads of shared documents.

use std::cmp::Reverse;

use async_trait::async_trait;
use caseflow_core::domain::access::Guest;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::document::{Document, DocumentVersion};
use caseflow_core::domain::id::{DocumentId, FirmId};
use caseflow_core::domain::page::{Cursor, Page, PageQuery};
use caseflow_core::domain::search::Terms;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::{
    DocumentFile, DocumentQuery, DocumentReads, FirmDocumentQuery, StoreError, Visit,
};

use crate::SqlxStore;
use crate::firm_reads::by_key;
use crate::library_reads::told;
use crate::read::{Answer, before_time, limit};
use crate::records::document::{DOCUMENTS, document_shape, version_shape};
use crate::records::readers::DOCUMENT_READERS;
use crate::statements::{Part, Select, Texts, rows_of};
use crate::value::text;

/// The statements.
#[derive(Debug)]
pub(crate) struct DocumentSql {
    shown_list: ByWords,
    shown: Select,
    list: BySharing,
    list_of_client: BySharing,
    file: Select,
}

impl DocumentSql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        let of_contact = format!("AND x.client_id = $2 AND {}", is_there("x", 6));
        let shown = format!(
            "FROM caseflow_documents x WHERE x.firm_id = $1 AND x.client_id = $2 AND x.id = $3 \
             AND {}",
            is_there("x", 4)
        );
        let versions = "FROM caseflow_document_versions y \
                        WHERE y.firm_id = $1 AND y.document_id = $2";
        Self {
            shown_list: ByWords::new(7, |found| {
                texts.all(&[page(3, &format!("{of_contact} {found}"))])
            }),
            shown: texts.one(document_shape("x"), &shown),
            list: BySharing::new(|kinds| lists(texts, kinds, "", 5)),
            list_of_client: BySharing::new(|kinds| lists(texts, kinds, "AND x.client_id = $5", 6)),
            file: texts.all(&[
                Part::new(document_shape("x"), by_key(DOCUMENTS.name)),
                Part::new(version_shape("y"), versions),
            ]),
        }
    }
}

/// That a document of the contact's client is there for the contact `$place`.
pub(crate) fn is_there(alias: &str, place: usize) -> String {
    let include = DOCUMENT_READERS.include(alias, place);
    format!("{alias}.shared_at IS NOT NULL AND {include}")
}

/// `$place` documents that fulfil the filter, before what the next two values say.
fn page(place: usize, filter: &str) -> Part {
    let rows = format!(
        "SELECT x.* FROM caseflow_documents x WHERE x.firm_id = $1 {filter} \
         AND (x.dated, x.id) < (${}, ${}) ORDER BY x.dated DESC, x.id DESC \
         LIMIT CAST(${place} AS {{int}})",
        place + 1,
        place + 2
    );
    rows_of(document_shape("y"), "y", &rows)
}

/// A part for each kind of document, whose words are told by the value `$words` and the next.
fn lists(texts: &mut Texts, kinds: &[&str], filter: &str, words: usize) -> ByWords {
    ByWords::new(words, |found| {
        let of_kind = |kind: &&str| page(2, &format!("{filter} {kind} {found}"));
        let parts: Vec<Part> = kinds.iter().map(of_kind).collect();
        texts.all(&parts)
    })
}

/// A statement for each way in which a list asks whether documents are shared. All are read as two
/// kinds: each has an index of its own, and so has no other to be mistaken for.
#[derive(Debug)]
struct BySharing {
    any: ByWords,
    shared: ByWords,
    private: ByWords,
}

impl BySharing {
    fn new(mut make: impl FnMut(&[&str]) -> ByWords) -> Self {
        const SHARED: &str = "AND x.shared_at IS NOT NULL";
        const PRIVATE: &str = "AND x.shared_at IS NULL";
        Self {
            any: make(&[SHARED, PRIVATE]),
            shared: make(&[SHARED]),
            private: make(&[PRIVATE]),
        }
    }

    fn of(&self, shared: Option<bool>) -> &ByWords {
        match shared {
            None => &self.any,
            Some(true) => &self.shared,
            Some(false) => &self.private,
        }
    }
}

/// A statement for all documents, and one for those in which each term begins a word. The latter
/// looks at one document after another, newest first, until the page is full. A client has few; what
/// no document of a firm has is known after some tens of milliseconds for each 100,000.
#[derive(Debug)]
struct ByWords {
    all: Select,
    found: Select,
}

impl ByWords {
    /// Makes them of SQL that finds the words of documents `x`. A term has nothing in it but letters
    /// and digits.
    fn new(place: usize, mut make: impl FnMut(&str) -> Select) -> Self {
        let found = format!(
            "AND x.words LIKE '% ' || CAST(${place} AS TEXT) || '%' \
             AND NOT EXISTS (SELECT 1 FROM {{each}}${}{{end}} \
             WHERE x.words NOT LIKE '% ' || j.value || '%')",
            place + 1
        );
        Self {
            all: make(""),
            found: make(&found),
        }
    }

    fn of(&self, terms: Option<&Terms>) -> &Select {
        match terms {
            None => &self.all,
            Some(_) => &self.found,
        }
    }
}

#[async_trait]
impl DocumentReads for SqlxStore {
    async fn client_documents(
        &self,
        visit: Visit,
        query: &DocumentQuery,
    ) -> Result<Option<(Guest, Page<Versioned<Document>, Timestamp>)>, StoreError> {
        let terms = query.terms.as_ref();
        let sql = self.sql().documents.shown_list.of(terms);
        let read = self.page(sql, visit, |guest| {
            let mut values = vec![limit(&query.page)];
            values.extend(before_time(&query.page));
            values.push(text(guest.contact.id));
            values.extend(terms.into_iter().flat_map(told));
            values
        });
        let Some((guest, answer)) = read.await? else {
            return Ok(None);
        };
        Ok(Some((guest, cut(&answer, &query.page)?)))
    }

    async fn client_document(
        &self,
        visit: Visit,
        id: DocumentId,
    ) -> Result<Option<(Guest, Option<Versioned<Document>>)>, StoreError> {
        let sql = &self.sql().documents.shown;
        let read = self.page(sql, visit, |guest| vec![text(id), text(guest.contact.id)]);
        let Some((guest, answer)) = read.await? else {
            return Ok(None);
        };
        Ok(Some((guest, answer.one(0)?)))
    }

    async fn documents(
        &self,
        firm: FirmId,
        query: &FirmDocumentQuery,
    ) -> Result<Page<Versioned<Document>, Timestamp>, StoreError> {
        let sql = &self.sql().documents;
        let sql = match query.client {
            None => &sql.list,
            Some(_) => &sql.list_of_client,
        };
        let terms = query.terms.as_ref();
        let mut values = vec![text(firm), limit(&query.page)];
        values.extend(before_time(&query.page));
        values.extend(query.client.map(text));
        values.extend(terms.into_iter().flat_map(told));
        let answer = self.read(sql.of(query.shared).of(terms), values).await?;
        cut(&answer, &query.page)
    }

    async fn document(
        &self,
        firm: FirmId,
        id: DocumentId,
    ) -> Result<Option<DocumentFile>, StoreError> {
        let values = vec![text(firm), text(id)];
        let answer = self.read(&self.sql().documents.file, values).await?;
        let Some(document) = answer.one(0)? else {
            return Ok(None);
        };
        let mut versions: Vec<DocumentVersion> = answer.many(1)?;
        versions.sort_unstable_by_key(|version| Reverse(version.number));
        Ok(Some(DocumentFile { document, versions }))
    }
}

/// The newest of the documents of all parts, then the largest id.
fn cut(
    answer: &Answer,
    page: &PageQuery<Timestamp>,
) -> Result<Page<Versioned<Document>, Timestamp>, StoreError> {
    let mut rows: Vec<Versioned<Document>> = answer.many(0)?;
    rows.extend(answer.many(1)?);
    rows.sort_by_cached_key(|row| Reverse((row.value.dated(), row.value.id)));
    Ok(Page::cut(rows, page.size, |row| Cursor {
        key: row.value.dated(),
        id: row.value.id.to_string(),
    }))
}
