//! Shared documents.

use async_trait::async_trait;

use super::portal::visited;
use super::state::Records;
use super::writes::{Done, Work, add, found, put, take_out};
use super::{MemoryStore, Order, page};
use crate::domain::access::Guest;
use crate::domain::changes::{Version, Versioned, Write};
use crate::domain::document::{Document, DocumentVersion};
use crate::domain::id::{ClientId, ContactId, DocumentId, FirmId};
use crate::domain::page::{Cursor, Page, PageQuery};
use crate::domain::readers::Readers;
use crate::domain::search::Terms;
use crate::domain::time::Timestamp;
use crate::ports::store::{
    DocumentFile, DocumentQuery, DocumentReads, FirmDocumentQuery, StoreError, Visit,
};

#[async_trait]
impl DocumentReads for MemoryStore {
    async fn client_documents(
        &self,
        visit: Visit,
        query: &DocumentQuery,
    ) -> Result<Option<(Guest, Page<Versioned<Document>, Timestamp>)>, StoreError> {
        let state = self.lock()?;
        Ok(visited(&state, visit).map(|(records, guest)| {
            let rows = records.documents_with(query.terms.as_ref());
            let rows = rows.filter(|row| Records::is_there(&row.value, &guest));
            let page = newest_first(rows.cloned(), &query.page);
            (guest, page)
        }))
    }

    async fn client_document(
        &self,
        visit: Visit,
        id: DocumentId,
    ) -> Result<Option<(Guest, Option<Versioned<Document>>)>, StoreError> {
        let state = self.lock()?;
        Ok(visited(&state, visit).map(|(records, guest)| {
            let document = records.documents.get(&id);
            let document = document.filter(|it| Records::is_there(&it.value, &guest));
            let document = document.cloned();
            (guest, document)
        }))
    }

    async fn documents(
        &self,
        firm: FirmId,
        query: &FirmDocumentQuery,
    ) -> Result<Page<Versioned<Document>, Timestamp>, StoreError> {
        let state = self.lock()?;
        let records = state.firms.get(&firm);
        let rows = records.into_iter();
        let rows = rows.flat_map(|records| records.documents_with(query.terms.as_ref()));
        let rows = rows.filter(|row| {
            let Document {
                client, shared_at, ..
            } = &row.value;
            query.client.is_none_or(|wanted| wanted == *client)
                && query
                    .shared
                    .is_none_or(|shared| shared == shared_at.is_some())
        });
        Ok(newest_first(rows.cloned(), &query.page))
    }

    async fn document(
        &self,
        firm: FirmId,
        id: DocumentId,
    ) -> Result<Option<DocumentFile>, StoreError> {
        let state = self.lock()?;
        let records = state.firms.get(&firm);
        Ok(records.and_then(|records| records.document_file(id)))
    }
}

impl Records {
    fn documents_with<'a>(
        &'a self,
        terms: Option<&'a Terms>,
    ) -> impl Iterator<Item = &'a Versioned<Document>> {
        let found = move |it: &&Versioned<Document>| {
            terms.is_none_or(|terms| terms.match_all(&it.value.words()))
        };
        self.documents.values().filter(found)
    }

    /// Whether the document is there for this contact.
    pub(super) fn is_there(document: &Document, guest: &Guest) -> bool {
        document.client == guest.client.id && document.is_for(guest.contact.id)
    }

    fn document_file(&self, id: DocumentId) -> Option<DocumentFile> {
        let document = self.documents.get(&id)?.clone();
        let versions = self.document_versions.iter().rev();
        let versions = versions.filter(|((document, _), _)| *document == id);
        let versions = versions.map(|(_, version)| version.clone()).collect();
        Some(DocumentFile { document, versions })
    }
}

impl Work<'_> {
    pub(super) fn document(&mut self, write: Write<Document>) -> Done {
        let document = write.value();
        self.readers_exist(document.client, &document.readers)?;
        put(&mut self.records.documents, write.value().id, write)
    }

    pub(super) fn document_version(&mut self, id: DocumentId, version: DocumentVersion) -> Done {
        found(self.records.documents.contains(&id))?;
        add(
            &mut self.records.document_versions,
            (id, version.number),
            version,
        )
    }

    pub(super) fn remove_document(&mut self, id: DocumentId, read: Version) -> Done {
        take_out(&mut self.records.documents, &id, read)?;
        let versions = &mut self.records.document_versions;
        versions.remove_where(|(document, _), _| *document == id);
        Ok(())
    }

    /// The client is there, and those who were chosen are contacts of it.
    pub(super) fn readers_exist(&self, client: ClientId, readers: &Readers) -> Done {
        self.client_exists(client)?;
        let of_client = |contact: &ContactId| {
            let contact = self.records.contacts.get(contact);
            contact.is_some_and(|contact| contact.value.client == client)
        };
        found(readers.chosen().iter().all(of_client))
    }
}

fn newest_first(
    rows: impl Iterator<Item = Versioned<Document>>,
    query: &PageQuery<Timestamp>,
) -> Page<Versioned<Document>, Timestamp> {
    page(rows, Order::LargestFirst, query, |row| Cursor {
        key: row.value.dated(),
        id: row.value.id.to_string(),
    })
}
