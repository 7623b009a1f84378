//! Reads of shared documents.

use async_trait::async_trait;
use caseflow_core::domain::access::Guest;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::document::Document;
use caseflow_core::domain::id::{DocumentId, FirmId};
use caseflow_core::domain::page::{Page, PageQuery};
use caseflow_core::domain::search::Terms;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::{
    DocumentFile, DocumentQuery, DocumentReads, FirmDocumentQuery, StoreError, Visit,
};

use super::Records;
use super::page::{at, page};
use crate::KeyValueStore;
use crate::records::Edited;
use crate::tables::{Index, Order};

#[async_trait]
impl DocumentReads for KeyValueStore {
    async fn client_documents(
        &self,
        visit: Visit,
        query: &DocumentQuery,
    ) -> Result<Option<(Guest, Page<Versioned<Document>, Timestamp>)>, StoreError> {
        let query = query.clone();
        self.visit(visit, move |records, guest| {
            let mut rows = records.of::<Versioned<Document>>(&Index::Client(guest.client.id))?;
            rows.retain(|it| is_there(&it.value, guest) && says(&it.value, query.terms.as_ref()));
            Ok(newest_first(rows, &query.page))
        })
        .await
    }

    async fn client_document(
        &self,
        visit: Visit,
        id: DocumentId,
    ) -> Result<Option<(Guest, Option<Versioned<Document>>)>, StoreError> {
        self.visit(visit, move |records, guest| {
            let document = records.get::<Versioned<Document>>(&id)?;
            Ok(document.filter(|it| is_there(&it.value, guest)))
        })
        .await
    }

    async fn documents(
        &self,
        firm: FirmId,
        query: &FirmDocumentQuery,
    ) -> Result<Page<Versioned<Document>, Timestamp>, StoreError> {
        let query = query.clone();
        self.list_in_firm(firm, move |records| {
            let mut rows = records.of_or_all::<Versioned<Document>>(query.client)?;
            rows.retain(|it| {
                let is_shared = it.value.shared_at.is_some();
                query.shared.is_none_or(|shared| shared == is_shared)
                    && says(&it.value, query.terms.as_ref())
            });
            Ok(newest_first(rows, &query.page))
        })
        .await
    }

    async fn document(
        &self,
        firm: FirmId,
        id: DocumentId,
    ) -> Result<Option<DocumentFile>, StoreError> {
        self.in_firm(firm, move |records| records.document_file(id))
            .await
    }
}

impl Records<'_> {
    fn document_file(&self, id: DocumentId) -> Result<Option<DocumentFile>, StoreError> {
        let Some(document) = self.get::<Versioned<Document>>(&id)? else {
            return Ok(None);
        };
        let versions = self.under::<Edited>(&id)?.into_iter().rev();
        let versions = versions.map(|edited| edited.version).collect();
        Ok(Some(DocumentFile { document, versions }))
    }
}

/// Whether the document is there for this contact.
pub(super) fn is_there(document: &Document, guest: &Guest) -> bool {
    document.client == guest.client.id && document.is_for(guest.contact.id)
}

/// Whether each term begins a word of the document.
fn says(document: &Document, terms: Option<&Terms>) -> bool {
    terms.is_none_or(|terms| terms.match_all(&document.words()))
}

fn newest_first(
    rows: Vec<Versioned<Document>>,
    query: &PageQuery<Timestamp>,
) -> Page<Versioned<Document>, Timestamp> {
    page(rows, Order::LargestFirst, query, |row| {
        at(row.value.dated(), row.value.id)
    })
}
