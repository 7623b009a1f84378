//! A firm whose vaults have real keys and a real cipher, and what its people do with them.

use std::ops::Range;
use std::sync::Arc;

use caseflow_core::adapters::aes_gcm::AesGcm;
use caseflow_core::adapters::memory::MemoryStore;
use caseflow_core::domain::access::Origin;
use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::changes::{Change, Changes, Reply, Versioned};
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::id::{ClientId, Subject, VaultId, VaultItemId};
use caseflow_core::domain::page::{PageQuery, PageSize};
use caseflow_core::domain::readers::Readers;
use caseflow_core::domain::text::FileName;
use caseflow_core::domain::vault::VaultItem;
use caseflow_core::error::Error;
use caseflow_core::firm::vault::{self, FileInput};
use caseflow_core::firm::{Call, audit};
use caseflow_core::portal::{self, Visiting};
use caseflow_core::ports::blobs::{BlobError, BlobName, Content};
use caseflow_core::ports::store::AuditQuery;
use caseflow_core::testing::Doubles;
use caseflow_core::testing::fixtures::{self, Office};
use caseflow_core::{Ports, Upload};
use futures_util::StreamExt as _;

use super::support::keyring;

pub(crate) struct Desk {
    pub(crate) doubles: Doubles,
    pub(crate) ports: Ports,
    pub(crate) office: Office,
}

/// What somebody got who asked for content.
#[derive(Debug)]
pub(crate) enum Got {
    /// All of it.
    All(Vec<u8>),
    /// So much, and then an error.
    BrokeOff(Vec<u8>, BlobError),
    /// An error before the first byte.
    Nothing(Error),
}

impl Desk {
    pub(crate) async fn open() -> Self {
        let doubles = Doubles::new();
        let ports = Ports {
            keys: keyring(&[(1, 1)]),
            cipher: Arc::new(AesGcm),
            ..doubles.ports(Arc::new(MemoryStore::new()))
        };
        let office = Office::open(&*ports.store, 1).await;
        Self {
            doubles,
            ports,
            office,
        }
    }

    pub(crate) fn call(&self) -> Call {
        Call {
            staff: self.office.staff(),
            origin: Origin::default(),
            idempotency: None,
        }
    }

    pub(crate) fn visiting(&self, contact: &Contact) -> Visiting {
        Visiting {
            firm: self.office.firm.id,
            visitor: self.office.visit(contact).visitor,
            origin: Origin::default(),
        }
    }

    /// A file in the vault of the office's client.
    pub(crate) async fn file(&self, content: &[u8]) -> VaultItemId {
        self.file_of(self.office.client.id, content).await
    }

    pub(crate) async fn file_of(&self, client: ClientId, content: &[u8]) -> VaultItemId {
        let added = vault::add_file(
            &self.ports,
            &self.call(),
            client,
            Readers::All,
            file(content),
        )
        .await;
        item_id(added.unwrap())
    }

    /// The bytes that the contact gets.
    pub(crate) async fn get(&self, id: VaultItemId, range: Range<u64>) -> Got {
        let visiting = self.visiting(&self.office.contact);
        let file = portal::vault::file(&self.ports, &visiting, id).await;
        let content = match file {
            Ok(file) => file.content(range).await,
            Err(error) => Err(error),
        };
        match content {
            Ok(content) => collected(content).await,
            Err(error) => Got::Nothing(error),
        }
    }

    /// All of it, which has to be so long.
    pub(crate) async fn whole(&self, id: VaultItemId, length: usize) -> Vec<u8> {
        match self.get(id, 0..length as u64).await {
            Got::All(bytes) => bytes,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn item(&self, id: VaultItemId) -> Versioned<VaultItem> {
        let store = &self.ports.store;
        let item = store.vault_item(self.office.firm.id, id).await.unwrap();
        item.unwrap()
    }

    /// Writes a record as whoever holds the database could.
    pub(crate) async fn forge(&self, id: VaultItemId, forge: impl FnOnce(&mut VaultItem)) {
        let old = self.item(id).await;
        let mut item = old.value.clone();
        forge(&mut item);
        let changes = Changes::default().with(Change::VaultItem(old.update(item)));
        let firm = self.office.firm.id;
        self.ports.store.commit(firm, changes).await.unwrap();
    }

    pub(crate) async fn blob(&self, id: VaultItemId) -> BlobName {
        let body = self.item(id).await.value.sealed.body.unwrap();
        BlobName {
            firm: self.office.firm.id,
            id: body.blob,
        }
    }

    /// The last row of the vault of the office's client.
    pub(crate) async fn last_row(&self) -> AuditRow {
        let query = PageQuery {
            after: None,
            size: PageSize::new(1).unwrap(),
        };
        let visit = self.office.visit(&self.office.contact);
        let log = self.ports.store.client_vault_log(visit, &query).await;
        let (_, mut log) = log.unwrap().unwrap();
        log.rows.rows.pop().unwrap()
    }

    /// All rows of it, the oldest first.
    pub(crate) async fn rows(&self) -> Vec<AuditRow> {
        self.rows_about(VaultId::from(self.office.client.id)).await
    }

    pub(crate) async fn rows_about(&self, about: impl Into<Subject>) -> Vec<AuditRow> {
        let mut query = AuditQuery {
            about: Some(about.into()),
            page: PageQuery::default(),
        };
        let mut rows = vec![];
        loop {
            let page = audit::list(&self.ports, &self.office.staff(), &query).await;
            let page = page.unwrap();
            rows.extend(page.rows);
            if page.next.is_none() {
                return rows;
            }
            query.page.after = page.next;
        }
    }
}

/// A file in pieces that are none of a chunk's.
pub(crate) fn file(content: &[u8]) -> FileInput<'static> {
    let pieces: Vec<_> = content
        .chunks(10_007)
        .map(|piece| Ok(bytes::Bytes::copy_from_slice(piece)))
        .collect();
    FileInput {
        description: Some(fixtures::prose("What the bank sent")),
        upload: Upload {
            name: FileName::of("bank.pdf"),
            content: Box::pin(futures_util::stream::iter(pieces)),
            most: 10_000_000,
        },
    }
}

pub(crate) fn item_id(reply: Reply) -> VaultItemId {
    match reply.id {
        Subject::VaultItem(id) => id,
        other => panic!("{other} is no item of a vault"),
    }
}

async fn collected(mut content: Content<'static>) -> Got {
    let mut bytes = vec![];
    while let Some(piece) = content.next().await {
        match piece {
            Ok(piece) => bytes.extend(piece),
            Err(error) => return Got::BrokeOff(bytes, error),
        }
    }
    Got::All(bytes)
}
