//! What is removed from a vault is gone from the file.

use std::path::{Path, PathBuf};

use caseflow_core::domain::changes::{Change, Changes, Version, Write};
use caseflow_core::domain::vault::{Envelope, VaultItem, WrapKind};
use caseflow_core::ports::store::Writes as _;
use caseflow_core::testing::fixtures::{Office, key_name, vault_item};
use caseflow_sqlx::testing::{TestDatabase, sqlite_file};
use caseflow_sqlx::{Options, SqlxStore};

/// Bytes that stand nowhere else.
const DETAILS: [u8; 24] = *b"<these were the details>";
const WRAPPED: [u8; 24] = *b"<this was a wrapped key>";

/// An item that fills several pages.
fn item(office: &Office) -> VaultItem {
    let mut item = vault_item(1, office.client.id);
    let wrapped = WRAPPED.repeat(2);
    item.sealed.envelope = Envelope::new(WrapKind::Service, key_name(1), wrapped).unwrap();
    item.sealed.details = DETAILS.repeat(1_000);
    item
}

/// How often the bytes stand in the file and in its log.
fn found(database: &TestDatabase, bytes: &[u8]) -> usize {
    let file = Path::new(database.url().trim_start_matches("sqlite:"));
    let log = PathBuf::from(format!("{}-wal", file.display()));
    let read = [file, log.as_path()].map(|file| std::fs::read(file).unwrap_or_default());
    let all = read.iter().flat_map(|file| file.windows(bytes.len()));
    all.filter(|window| *window == bytes).count()
}

async fn open(database: &TestDatabase) -> std::sync::Arc<SqlxStore> {
    let store = database.open(Options::default()).await;
    store.migrate().await.unwrap();
    store
}

async fn remove(store: &SqlxStore, office: &Office, item: &VaultItem) {
    let removal = Changes::default().with(Change::RemoveVaultItem {
        id: item.id,
        client: item.client,
        read: Version::FIRST,
    });
    store.commit(office.firm.id, removal).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_removed_item_nothing_stands_in_the_file_or_its_log() {
    let database = sqlite_file();
    for reopened in [false, true] {
        let mut store = open(&database).await;
        let office = Office::open(&*store, u64::from(reopened) + 1).await;
        let item = item(&office);
        let insert = Changes::default().with(Change::VaultItem(Write::Insert(item.clone())));
        store.commit(office.firm.id, insert).await.unwrap();
        if reopened {
            // What was in the log is in the file by then.
            store.close().await;
            store = open(&database).await;
        }
        assert!(found(&database, &DETAILS) > 900 && found(&database, &WRAPPED) > 0);
        remove(&store, &office, &item).await;
        assert_eq!(found(&database, &DETAILS), 0, "reopened: {reopened}");
        assert_eq!(found(&database, &WRAPPED), 0, "reopened: {reopened}");
        store.close().await;
    }
}
