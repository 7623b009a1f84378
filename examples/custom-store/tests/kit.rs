//! The kit on the store in memory, and what only a file can show.
#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use std::sync::Arc;
use std::time::Duration;

use caseflow_core::ports::store::{Queue as _, Store, StoreError};
use caseflow_core::testing::fixtures::{NOW, Office};
use caseflow_core::testing::store::{atomicity, once, versions};
use custom_store::KeyValueStore;

mod folder;

use folder::Folder;

caseflow_core::store_conformance! {
    #[tokio::test]
    async { Arc::new(KeyValueStore::in_memory().unwrap()) }
}

#[tokio::test]
async fn a_commit_survives_reopening_the_file() {
    let folder = Folder::new("reopened");
    let store = Arc::new(KeyValueStore::open(folder.file()).unwrap());
    atomicity::case_05_a_commit_survives_reopening(store, async |store| {
        drop(store);
        let reopened: Arc<dyn Store> = Arc::new(KeyValueStore::open(folder.file()).unwrap());
        reopened
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_keeps_what_memory_keeps_under_many_writers() {
    let folder = Folder::new("many-writers");
    let store = Arc::new(KeyValueStore::open(folder.file()).unwrap());
    versions::case_09_opposite_orders_do_not_deadlock(Arc::<KeyValueStore>::clone(&store)).await;
    drop(store);
    std::fs::remove_file(folder.file()).unwrap();
    let store = Arc::new(KeyValueStore::open(folder.file()).unwrap());
    once::case_11_of_64_simultaneous_requests_one_is_applied(store).await;
}

#[test]
fn a_file_is_open_once() {
    let folder = Folder::new("once");
    let first = KeyValueStore::open(folder.file()).unwrap();
    let second = KeyValueStore::open(folder.file());
    assert!(matches!(second, Err(StoreError::Backend(_))), "{second:?}");
    drop(first);
    KeyValueStore::open(folder.file()).unwrap();
}

#[test]
fn a_file_of_something_else_is_refused_and_left_alone() {
    let folder = Folder::new("other");
    std::fs::write(folder.file(), "a letter, not a store").unwrap();
    assert!(KeyValueStore::open(folder.file()).is_err());
    let text = std::fs::read_to_string(folder.file()).unwrap();
    assert_eq!(text, "a letter, not a store");
}

#[tokio::test]
async fn a_look_at_an_empty_queue_leaves_the_file_as_it_is() {
    let folder = Folder::new("idle");
    let store = KeyValueStore::open(folder.file()).unwrap();
    Office::open(&store, 1).await;
    let before = std::fs::read(folder.file()).unwrap();
    let until = NOW.plus(Duration::from_secs(60));
    assert!(store.lease(NOW, until, 20).await.unwrap().is_empty());
    assert!(store.lease_money(NOW, until, 20).await.unwrap().is_empty());
    assert!(store.lease_seals(NOW, until, 20).await.unwrap().is_empty());
    assert_eq!(store.purge(NOW).await.unwrap(), 0);
    assert!(std::fs::read(folder.file()).unwrap() == before);
}
