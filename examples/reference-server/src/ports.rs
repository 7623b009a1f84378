//! The adapters that this program chose.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use async_trait::async_trait;
use caseflow_axum::PortalAddresses;
use caseflow_core::Ports;
use caseflow_core::adapters::argon2::Argon2Passwords;
use caseflow_core::adapters::pdf_writer::PdfWriter;
use caseflow_core::adapters::system::{SystemClock, SystemEntropy};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::blobs::Blobs;
use caseflow_core::ports::clock::Clock;
use caseflow_core::ports::entropy::Entropy;
use caseflow_core::ports::keys::KeyProvider;
use caseflow_core::ports::mailer::{Letter, Mailer, MailerError};
use caseflow_core::ports::payments::NoGateways;
use caseflow_core::ports::sealer::Sealer;
use caseflow_core::ports::store::Store;
use caseflow_sqlx::SqlxStore;

use crate::seals::Seals;
use crate::settings::{Given, Problems, SealSettings, Storage, VaultKeys};
use crate::{files, seals, vault};

/// What the operator has decided on.
pub(crate) struct Chosen {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) mailer: Arc<dyn Mailer>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sealer: Arc<dyn Sealer>,
    pub(crate) blobs: Arc<dyn Blobs>,
    pub(crate) keys: Arc<dyn KeyProvider>,
}

/// The ports for serving. Who takes money online is added once the firms are known.
pub(crate) fn for_serving(chosen: Chosen) -> anyhow::Result<Ports> {
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let threads = threads();
    let passwords = Argon2Passwords::new(threads, Arc::clone(&entropy));
    Ok(Ports {
        store: chosen.store,
        passwords: Arc::new(passwords.context("password hashing cannot start")?),
        mailer: chosen.mailer,
        gateways: Arc::new(NoGateways),
        pdf: Arc::new(PdfWriter::new(threads).context("documents cannot be printed")?),
        sealer: chosen.sealer,
        blobs: chosen.blobs,
        keys: chosen.keys,
        cipher: vault::cipher(),
        addresses: Arc::new(PortalAddresses),
        clock: chosen.clock,
        entropy,
    })
}

/// The ports for a subcommand. What it writes to the outbox a running server sends.
pub(crate) async fn for_operator(given: &Given) -> anyhow::Result<Ports> {
    for_subcommand(given, |seals, keys, now| {
        let sealer = Seals::open(seals, threads(), now)?.sealer;
        Ok((sealer, vault::keys(keys)?))
    })
    .await
}

/// As [`for_operator`], but a key that is not there is not made on the way: it is put back, or made by
/// the subcommand itself.
pub(crate) async fn without_new_keys(given: &Given) -> anyhow::Result<Ports> {
    for_subcommand(given, |seals, keys, now| {
        let sealer = seals::if_there(seals, threads(), now)?;
        Ok((sealer, vault::keys_if_there(keys)?))
    })
    .await
}

/// What seals, and the keys of vaults.
type Secrets = (Arc<dyn Sealer>, Arc<dyn KeyProvider>);

async fn for_subcommand(
    given: &Given,
    secrets: impl FnOnce(&SealSettings, &VaultKeys, Timestamp) -> anyhow::Result<Secrets>,
) -> anyhow::Result<Ports> {
    let (storage, mode) = (given.storage(), given.mode()?);
    let seals = given.seals(mode, &storage.data).map_err(Problems::one)?;
    let files = given.file_storage(&storage.data).map_err(Problems::one)?;
    let keys = given.vault_keys(mode, &storage.data);
    let keys = keys.map_err(Problems::one)?;
    let store = open(&storage).await?;
    let clock = Arc::new(SystemClock);
    let (sealer, keys) = secrets(&seals, &keys, clock.now())?;
    for_serving(Chosen {
        store,
        mailer: Arc::new(LeaveToServer),
        clock,
        sealer,
        blobs: files::open(&files)?,
        keys,
    })
}

/// As many as the machine runs at once.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Opens the database, makes it if it is SQLite, and brings its tables up to date.
pub(crate) async fn open(storage: &Storage) -> anyhow::Result<Arc<SqlxStore>> {
    private_folder(&storage.data)?;
    let store = SqlxStore::connect(&storage.database_url).await;
    let store = store.context("CASEFLOW_DATABASE_URL")?;
    let migrated = store.migrate().await;
    migrated.context("the database's tables cannot be brought up to date")?;
    Ok(Arc::new(store))
}

/// A folder that, unless it was there before, is open to nobody else on the machine: what lies in
/// it are clients' records, and mails with links.
pub(crate) fn private_folder(path: &Path) -> anyhow::Result<()> {
    let mut folder = std::fs::DirBuilder::new();
    let made = folder.recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("the folder {} cannot be made", path.display()))
}

/// Subcommands send no mail themselves.
#[derive(Debug)]
struct LeaveToServer;

#[async_trait]
impl Mailer for LeaveToServer {
    async fn send(&self, _letter: &Letter) -> Result<(), MailerError> {
        Err(MailerError::Unavailable(
            "mail is sent by the server".into(),
        ))
    }
}
