//! What signed contracts are sealed with: a key of the app's own, made at its first start.

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use caseflow_core::adapters::pades::{
    CertificateChain, LocalKey, NewCertificate, Pades, PrivateKey, Timestamps,
};
use caseflow_core::adapters::system::{SystemClock, SystemEntropy};
use caseflow_core::domain::text::Line;
use caseflow_core::ports::clock::Clock as _;
use caseflow_core::ports::entropy::Entropy as _;

use crate::firm::NAME;

/// How long the certificate is good.
const GOOD_FOR: Duration = Duration::from_secs(20 * 365 * 24 * 3600);

/// The sealer with the key in this folder.
///
/// # Errors
/// When the folder holds another thing than a key and its certificate.
pub fn sealer(folder: &Path, threads: usize) -> anyhow::Result<Pades> {
    let (key, certificate) = (folder.join("key.pem"), folder.join("certificate.pem"));
    if !folder.exists() {
        fs::DirBuilder::new().mode(0o700).create(folder)?;
        let (made, chain) = new_key()?;
        write(&key, made.to_pem()?.as_ref())?;
        write(&certificate, &chain.to_pem()?)?;
    }
    let text = |path: &Path| fs::read_to_string(path).with_context(|| path.display().to_string());
    let chain = CertificateChain::from_pem(&text(&certificate)?)?;
    let key = LocalKey::new(PrivateKey::from_pem(&text(&key)?)?, chain)?;
    Ok(Pades::new(threads, Arc::new(key), Timestamps::None, &[])?)
}

fn new_key() -> anyhow::Result<(PrivateKey, CertificateChain)> {
    let key = PrivateKey::generate(&SystemEntropy)?;
    let mut serial = [0; 16];
    SystemEntropy.fill(&mut serial);
    let from = SystemClock.now();
    let certificate = NewCertificate {
        name: Line::parse(NAME)?,
        organization: None,
        from,
        until: from.plus(GOOD_FOR),
        serial,
    };
    let chain = certificate.sign(&key)?;
    Ok((key, chain))
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
