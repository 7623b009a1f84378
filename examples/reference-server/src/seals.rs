//! What seals signed copies: a key, the time stamps in its seals, and the certificates before it.

mod authority;
mod key;

use std::error::Error as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use async_trait::async_trait;
use caseflow_core::adapters::pades::{
    CertificateChain, LocalKey, Pades, SigningKey as _, TimestampAuthority, Timestamps,
};
use caseflow_core::domain::seal::SealLevel;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::sealer::{Fingerprint, SealError, SealRequest, Sealed, Sealer, Verdict};

use crate::settings::{Need, SealKey, SealSettings, TimestampSettings};
use authority::HttpAuthority;

pub(crate) use key::{CERTIFICATE, KEY};

/// What seals, and the certificate that everybody may have.
#[derive(Debug)]
pub(crate) struct Seals {
    /// The adapter.
    pub(crate) sealer: Arc<dyn Sealer>,
    /// Where the certificate is.
    certificate: PathBuf,
    /// Its hash.
    fingerprint: Fingerprint,
}

impl Seals {
    /// Opens the key, and makes one where none was given and none is there.
    pub(crate) fn open(
        settings: &SealSettings,
        threads: usize,
        now: Timestamp,
    ) -> anyhow::Result<Self> {
        let (key, certificate) = key_of(&settings.key, now)?;
        let fingerprint = key.chain().fingerprint();
        let retired = retired(settings)?;
        let timestamps = timestamps(settings.timestamps.as_ref())?;
        let sealer = Pades::new(threads, Arc::new(key), timestamps, &retired);
        let sealer = sealer.context("signed copies cannot be sealed")?;
        Ok(Self {
            sealer: Arc::new(Logged(sealer)),
            certificate,
            fingerprint,
        })
    }

    /// Which certificate it is, in two lines for whoever starts the server.
    pub(crate) fn announcement(&self) -> String {
        format!(
            "Signed copies are sealed with the certificate {}\n  SHA-256 {}",
            self.certificate.display(),
            self.fingerprint
        )
    }
}

/// What seals, by a key that is there; one that is not is not made.
pub(crate) fn if_there(
    settings: &SealSettings,
    threads: usize,
    now: Timestamp,
) -> anyhow::Result<Arc<dyn Sealer>> {
    match &settings.key {
        SealKey::Made { folder, .. } if !folder.exists() => Ok(Arc::new(NoKey(folder.clone()))),
        _ => Ok(Seals::open(settings, threads, now)?.sealer),
    }
}

fn key_of(settings: &SealKey, now: Timestamp) -> anyhow::Result<(LocalKey, PathBuf)> {
    match settings {
        SealKey::Given {
            key, certificate, ..
        } => {
            let key = key::given(key, certificate)?;
            Ok((key, certificate.clone()))
        }
        SealKey::Made {
            folder,
            name,
            backdated,
        } => {
            let key = key::kept(folder, name, now.minus(*backdated), now)?;
            Ok((key, folder.join(key::CERTIFICATE)))
        }
    }
}

/// The certificates whose seals are ours beside the key's own: those that were named, and that of the
/// key that the server had before it was given one.
fn retired(settings: &SealSettings) -> anyhow::Result<Vec<Fingerprint>> {
    let named = settings.retired.iter().map(|path| {
        let chain = read_chain(path);
        chain.with_context(|| format!("CASEFLOW_SEAL_RETIRED: {}", path.display()))
    });
    let mut chains: Vec<_> = named.collect::<anyhow::Result<_>>()?;
    if let SealKey::Given { made_before, .. } = &settings.key {
        let path = made_before.join(key::CERTIFICATE);
        if path.exists() {
            let chain = read_chain(&path).with_context(|| path.display().to_string())?;
            chains.push(chain);
        }
    }
    Ok(chains.iter().map(CertificateChain::fingerprint).collect())
}

fn read_chain(path: &Path) -> anyhow::Result<CertificateChain> {
    let text = std::fs::read_to_string(path)?;
    let chain = CertificateChain::from_pem(&text);
    chain.context("write the path of a certificate in PEM (BEGIN CERTIFICATE)")
}

fn timestamps(settings: Option<&TimestampSettings>) -> anyhow::Result<Timestamps> {
    let Some(TimestampSettings { url, need }) = settings else {
        return Ok(Timestamps::None);
    };
    let authority = HttpAuthority::new(url.clone()).context("CASEFLOW_SEAL_TIMESTAMP_URL")?;
    let authority: Arc<dyn TimestampAuthority> = Arc::new(authority);
    Ok(match need {
        Need::Required => Timestamps::Required(authority),
        Need::Preferred => Timestamps::Preferred(authority),
    })
}

/// There is no key yet, or it was not put back.
#[derive(Debug)]
struct NoKey(PathBuf);

/// Why nothing is sealed or checked.
#[derive(Debug, thiserror::Error)]
#[error("there is no key in {}", .0.display())]
struct NoKeyThere(PathBuf);

impl NoKey {
    fn error(&self) -> SealError {
        SealError::Key(Box::new(NoKeyThere(self.0.clone())))
    }
}

#[async_trait]
impl Sealer for NoKey {
    async fn seal(&self, _: SealRequest) -> Result<Sealed, SealError> {
        Err(self.error())
    }

    async fn check(&self, _: Vec<u8>) -> Result<Verdict, SealError> {
        Err(self.error())
    }
}

/// Says in the log why a copy was not sealed, or not as it should have been: it is tried again, and
/// nobody else would hear of it.
#[derive(Debug)]
struct Logged(Pades);

#[async_trait]
impl Sealer for Logged {
    async fn seal(&self, request: SealRequest) -> Result<Sealed, SealError> {
        let document = request.document.clone();
        let sealed = self.0.seal(request).await;
        match &sealed {
            Ok(sealed) if sealed.level == SealLevel::TimestampMissed => {
                tracing::warn!(%document, "sealed without a time stamp: the authority did not give one");
            }
            Ok(_) | Err(SealError::Busy) => {}
            Err(error) => {
                let cause = error.source();
                tracing::error!(%document, %error, cause, "a signed copy could not be sealed");
            }
        }
        sealed
    }

    async fn check(&self, file: Vec<u8>) -> Result<Verdict, SealError> {
        self.0.check(file).await
    }
}
