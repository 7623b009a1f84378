use std::sync::Arc;

use caseflow_core::ports::store::Store;
use caseflow_core::testing::store::atomicity::case_05_a_commit_survives_reopening;
use caseflow_sqlx::Options;
use caseflow_sqlx::testing::{TestDatabase, postgres, sqlite};

/// The first store is not closed: its connections end like those of a program that was killed.
async fn survives(store: Arc<dyn Store>, database: TestDatabase) {
    case_05_a_commit_survives_reopening(store, async |store| {
        drop(store);
        let reopened: Arc<dyn Store> = database.open(Options::default()).await;
        reopened
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_survives_reopening_the_file() {
    let (store, database) = sqlite().await;
    survives(store, database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_survives_reopening_the_database() {
    let (store, database) = postgres().await;
    survives(store, database).await;
}
