//! The adapters that this program chose.

use std::sync::Arc;

use anyhow::Context as _;
use async_trait::async_trait;
use caseflow_axum::PortalAddresses;
use caseflow_core::Ports;
use caseflow_core::adapters::argon2::Argon2Passwords;
use caseflow_core::adapters::system::{SystemClock, SystemEntropy};
use caseflow_core::ports::clock::Clock;
use caseflow_core::ports::mailer::{Letter, Mailer, MailerError};
use caseflow_core::ports::store::Store;

use crate::settings::{Given, Storage};

/// The ports for serving.
pub(crate) fn for_serving(
    store: Arc<dyn Store>,
    mailer: Arc<dyn Mailer>,
    clock: Arc<dyn Clock>,
) -> Ports {
    Ports {
        store,
        passwords: Arc::new(Argon2Passwords::new()),
        mailer,
        addresses: Arc::new(PortalAddresses),
        clock,
        entropy: Arc::new(SystemEntropy),
    }
}

/// The ports for a subcommand. What it writes to the outbox a running server sends.
pub(crate) async fn for_operator(given: &Given) -> anyhow::Result<Ports> {
    let store = open(&given.storage()).await?;
    Ok(for_serving(store, Arc::new(LeaveToServer), Arc::new(SystemClock)))
}

/// Opens the database, makes it if it is SQLite, and brings its tables up to date.
pub(crate) async fn open(storage: &Storage) -> anyhow::Result<Arc<dyn Store>> {
    let data = &storage.data;
    std::fs::create_dir_all(data)
        .with_context(|| format!("the data folder {} cannot be made", data.display()))?;
    let store = caseflow_sqlx::SqlxStore::connect(&storage.database_url).await;
    let store = store.context("the database cannot be opened: see CASEFLOW_DATABASE_URL")?;
    store.migrate().await.context("the database's tables cannot be brought up to date")?;
    Ok(Arc::new(store))
}

/// Subcommands send no mail themselves.
#[derive(Debug)]
struct LeaveToServer;

#[async_trait]
impl Mailer for LeaveToServer {
    async fn send(&self, _letter: &Letter) -> Result<(), MailerError> {
        Err(MailerError::Unavailable("mail is sent by the server".into()))
    }
}
