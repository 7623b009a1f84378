//! Changes of documents and of vaults.

use caseflow_core::domain::changes::{Version, Write};
use caseflow_core::domain::document::{Document, DocumentVersion};
use caseflow_core::domain::id::{ClientId, DocumentId, VaultItemId};
use caseflow_core::domain::readers::Readers;
use caseflow_core::domain::vault::VaultItem;
use caseflow_core::ports::store::StoreError;

use super::sql::ReadRecord;
use super::{Done, Work};
use crate::records::{document as document_record, vault_item as item_record};
use crate::value::{Value, list, text};

impl Work<'_> {
    pub(super) async fn document(&mut self, write: &Write<Document>) -> Done {
        let (document, sql) = (write.value(), &self.sql.write.document);
        let values = document_record::values(document);
        self.record(&sql.record, write, values).await?;
        let (id, client) = (text(document.id), document.client);
        self.readers(sql, write, id, client, &document.readers)
            .await
    }

    pub(super) async fn document_version(
        &mut self,
        document: DocumentId,
        version: &DocumentVersion,
    ) -> Done {
        let values = document_record::version_values(document, version);
        self.add(&self.sql.write.document_version, values).await
    }

    /// Its versions and readers go with it.
    pub(super) async fn remove_document(&mut self, id: DocumentId, read: Version) -> Done {
        self.remove(&self.sql.write.document, text(id), read).await
    }

    pub(super) async fn vault_item(&mut self, write: &Write<VaultItem>) -> Done {
        let (item, sql) = (write.value(), &self.sql.write.vault_item);
        let values = item_record::values(item);
        self.record(&sql.record, write, values).await?;
        let (id, client) = (text(item.id), item.client);
        self.readers(sql, write, id, client, &item.readers).await
    }

    /// What was sealed of it goes with it, as far as the engine forgets what is deleted. A SQLite file
    /// that the store opens itself is overwritten at once, and its log emptied as soon as no reader
    /// needs it. In a host's, that is for the host to set up. PostgreSQL keeps a deleted row in the
    /// table's file until it is vacuumed, and in its log for as long as that is kept. Copies are not
    /// reached: what is found there is sealed, and its key is wrapped.
    pub(super) async fn remove_vault_item(&mut self, id: VaultItemId, read: Version) -> Done {
        self.conn.erase();
        self.remove(&self.sql.write.vault_item, text(id), read)
            .await
    }

    /// Who was chosen is written anew each time, for it may be others by then.
    async fn readers<T>(
        &mut self,
        sql: &ReadRecord,
        write: &Write<T>,
        id: Value,
        client: ClientId,
        readers: &Readers,
    ) -> Done {
        if matches!(write, Write::Update { .. }) {
            self.add(&sql.forget_chosen, vec![id.clone()]).await?;
        }
        match readers {
            Readers::All => Ok(()),
            Readers::Chosen(chosen) => {
                let values = vec![id, text(client), list(chosen.as_slice())];
                self.add(&sql.choose, values).await
            }
        }
    }

    async fn remove(&mut self, sql: &ReadRecord, id: Value, read: Version) -> Done {
        match self.execute(&sql.remove, vec![id, read.0.into()]).await? {
            0 => Err(StoreError::Conflict),
            _ => Ok(()),
        }
    }
}
