//! What the portal needs from the app: one adapter for each promise.

use std::path::Path;
use std::sync::Arc;

use caseflow_axum::PortalAddresses;
use caseflow_core::Ports;
use caseflow_core::adapters::aes_gcm::AesGcm;
use caseflow_core::adapters::argon2::Argon2Passwords;
use caseflow_core::adapters::no_keys::NoKeys;
use caseflow_core::adapters::object_store::ObjectBlobs;
use caseflow_core::adapters::pdf_writer::PdfWriter;
use caseflow_core::adapters::system::{SystemClock, SystemEntropy};
use caseflow_core::ports::payments::NoGateways;
use caseflow_sqlx::SqlxStore;

use crate::mail::PrintedMail;
use crate::seals;

/// How many documents are made, and how many passwords are checked, at once.
const THREADS: usize = 2;

/// Takes no money online and has no keys for vaults; the firm closes that section.
///
/// # Errors
/// When a folder below `data` cannot be used or a thread not be started.
pub fn ports(store: SqlxStore, data: &Path) -> anyhow::Result<Ports> {
    Ok(Ports {
        store: Arc::new(store),
        passwords: Arc::new(Argon2Passwords::new(THREADS, Arc::new(SystemEntropy))?),
        mailer: Arc::new(PrintedMail),
        gateways: Arc::new(NoGateways),
        pdf: Arc::new(PdfWriter::new(THREADS)?),
        sealer: Arc::new(seals::sealer(&data.join("seals"), THREADS)?),
        blobs: Arc::new(ObjectBlobs::in_folder(&data.join("files"))?),
        keys: Arc::new(NoKeys),
        cipher: Arc::new(AesGcm),
        addresses: Arc::new(PortalAddresses),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    })
}
