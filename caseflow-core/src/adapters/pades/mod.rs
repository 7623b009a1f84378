//! Seals by PAdES, level B-B or B-T (ETSI EN 319 142-1), on any PDF file (feature `pades`), and
//! verdicts on whatever is handed in.
//!
//! * A seal is an incremental update: the file's own bytes stay as they are, a signature field
//!   without a mark on any page comes behind them. The signature is CMS, detached, over SHA-256,
//!   with the certificates in it and the signer's certificate signed.
//! * The key is the host's: [`LocalKey`] on this machine, or a [`SigningKey`] of its own in front
//!   of a security module or a service. [`NewCertificate`] makes a certificate for an installation
//!   that has none.
//! * Time stamps come from a [`TimestampAuthority`], if any, which the host reaches;
//!   [`Timestamps`] says what happens when it cannot.
//! * Files are read and hashed on threads of their own, so that no caller's thread waits; a short
//!   queue waits, and what comes beyond it is told to come back.
//!
//! ```
//! # use caseflow_core::ports::entropy::Entropy;
//! # #[derive(Debug)] struct Dice;
//! # impl Entropy for Dice { fn fill(&self, bytes: &mut [u8]) { bytes.fill(4) } }
//! # let entropy = Dice;
//! use std::sync::Arc;
//! use caseflow_core::adapters::pades::{LocalKey, NewCertificate, Pades, PrivateKey, Timestamps};
//! use caseflow_core::domain::text::Line;
//! use caseflow_core::domain::time::Timestamp;
//! use caseflow_core::ports::sealer::Sealer;
//!
//! let key = PrivateKey::generate(&entropy)?;
//! let certificate = NewCertificate {
//!     name: Line::parse("Blackwood & Partners document seal")?,
//!     organization: Some(Line::parse("Blackwood & Partners")?),
//!     from: Timestamp::parse("2026-11-24T00:00:00Z")?,
//!     until: Timestamp::parse("2036-11-24T00:00:00Z")?,
//!     serial: [7; 16],
//! };
//! let chain = certificate.sign(&key)?;
//! let key = Arc::new(LocalKey::new(key, chain)?);
//! let sealer: Arc<dyn Sealer> = Arc::new(Pades::new(2, key, Timestamps::None, &[])?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
mod authority;
mod certificate;
mod check;
mod cms;
mod key;
mod prepare;
mod signature;
mod structures;
mod text;
mod timestamp;

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};

use super::threads::{Threads, Unanswered};
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::ports::sealer::{
    Fingerprint, SealError, SealLevel, SealRequest, Sealed, Sealer, Verdict,
};

pub use certificate::{CertificateChain, NewCertificate};
pub use key::{KeyError, LocalKey, PrivateKey, SigningKey};
pub use timestamp::{TimestampAuthority, TimestampError, timestamp_request, timestamp_token};

use cms::Attributes;
use prepare::Prepared;
use signature::{Hash, Signature};

/// How many wait for each thread before the next is turned away.
const QUEUE_PER_THREAD: usize = 64;
/// The room in a file for a signature, beside its certificates.
const ROOM: usize = 1_024;
/// The room for a time stamp: authorities send theirs with a chain of certificates.
const ROOM_FOR_TIMESTAMP: usize = 12_288;

/// Whether seals bear time stamps.
#[derive(Debug, Clone)]
pub enum Timestamps {
    /// They do not.
    None,
    /// They do; without one, no file is sealed.
    Required(Arc<dyn TimestampAuthority>),
    /// They do where one can be had; where not, the file is sealed as
    /// [`SealLevel::TimestampMissed`].
    Preferred(Arc<dyn TimestampAuthority>),
}

impl Timestamps {
    fn authority(&self) -> Option<&dyn TimestampAuthority> {
        match self {
            Self::None => None,
            Self::Required(authority) | Self::Preferred(authority) => Some(&**authority),
        }
    }
}

/// Seals with one key, and knows the certificates of those before it.
pub struct Pades {
    threads: Threads,
    key: Arc<dyn SigningKey>,
    signer: Option<Line<200>>,
    timestamps: Timestamps,
    ours: Arc<BTreeSet<Fingerprint>>,
}

impl Pades {
    /// Starts `threads` threads (at least one), which end when this value is dropped. Files sealed
    /// with the `retired` certificates are ours too.
    ///
    /// # Errors
    /// [`SealError::Key`] when seals cannot be made with keys of this kind, [`SealError::Backend`]
    /// when a thread cannot be started.
    pub fn new(
        threads: usize,
        key: Arc<dyn SigningKey>,
        timestamps: Timestamps,
        retired: &[Fingerprint],
    ) -> Result<Self, SealError> {
        let certificate = certificate::read(key.chain().signer());
        let certificate = certificate.map_err(|error| SealError::Key(error.into()))?;
        cms::algorithm_of(&certificate).map_err(|error| SealError::Key(error.into()))?;
        let signer = certificate::name(&certificate);
        let mut ours: BTreeSet<_> = retired.iter().copied().collect();
        ours.insert(key.chain().fingerprint());
        let threads = Threads::start("caseflow-seal", threads, QUEUE_PER_THREAD);
        Ok(Self {
            threads: threads.map_err(|error| SealError::Backend(error.into()))?,
            key,
            signer,
            timestamps,
            ours: Arc::new(ours),
        })
    }

    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, SealError> + Send + 'static,
    ) -> Result<T, SealError> {
        self.threads.run(job).await.map_err(|why| match why {
            Unanswered::Busy => SealError::Busy,
            Unanswered::Lost(error) => SealError::Backend(error),
        })?
    }

    fn room(&self) -> usize {
        let chain = self.key.chain().certificates();
        let chain: usize = chain.iter().map(Vec::len).sum();
        let timestamp = self
            .timestamps
            .authority()
            .map_or(0, |_| ROOM_FOR_TIMESTAMP);
        chain + ROOM + timestamp
    }

    async fn sign(&self, attributes: &Attributes) -> Result<Vec<u8>, SealError> {
        let message = attributes.message().map_err(backend)?;
        let signature = self.key.sign(&message).await.map_err(SealError::Key)?;
        self.prove(&message, &signature)?;
        Ok(signature)
    }

    /// A key that is not the certificate's would make files that are broken for ever.
    fn prove(&self, message: &[u8], signature: &[u8]) -> Result<(), SealError> {
        let certificate = certificate::read(self.key.chain().signer()).map_err(backend)?;
        let algorithm = cms::algorithm_of(&certificate).map_err(backend)?;
        let signature = Signature {
            key: &certificate.body.key,
            algorithm,
            hash: Hash::Sha256,
            bytes: signature,
        };
        let holds = signature.verify(message);
        holds.map_err(|_| SealError::Key(KeyError::AnotherKeys.into()))
    }

    /// A time stamp of a signature, as far as they are wanted.
    async fn stamp(&self, signature: &[u8]) -> Result<(Option<Vec<u8>>, SealLevel), SealError> {
        let Some(authority) = self.timestamps.authority() else {
            return Ok((None, SealLevel::Baseline));
        };
        match (stamped(authority, signature).await, &self.timestamps) {
            (Ok((token, at)), _) => Ok((Some(token), SealLevel::Timestamped { at })),
            (Err(_), Timestamps::Preferred(_)) => Ok((None, SealLevel::TimestampMissed)),
            (Err(error), _) => Err(SealError::Timestamp(error)),
        }
    }
}

#[async_trait]
impl Sealer for Pades {
    async fn seal(&self, request: SealRequest) -> Result<Sealed, SealError> {
        let (signer, room) = (self.signer.clone(), self.room());
        let prepare = move || {
            let signer = signer.as_ref().map(Line::as_str);
            let prepared = Prepared::new(request, signer, room)?;
            let digest = prepared.digest();
            Ok((prepared, digest))
        };
        let (prepared, digest) = self.run(prepare).await?;
        let attributes = Attributes::new(&digest, self.key.chain()).map_err(backend)?;
        let signature = self.sign(&attributes).await?;
        let (token, level) = self.stamp(&signature).await?;
        let token = token.as_deref();
        let cms = cms::signed_data(self.key.chain(), &attributes, &signature, token);
        let cms = cms.map_err(backend)?;
        if cms.len() > prepared.room() {
            return Err(SealError::Backend("the signature is too long".into()));
        }
        let certificate = Some(self.key.chain().fingerprint());
        let finish = move || {
            let bytes = prepared.fill(&cms);
            let sha256 = Sha256::digest(&bytes).into();
            Ok(Sealed {
                bytes,
                sha256,
                level,
                certificate,
            })
        };
        self.run(finish).await
    }

    async fn check(&self, file: Vec<u8>) -> Result<Verdict, SealError> {
        let ours = Arc::clone(&self.ours);
        self.run(move || Ok(check::check(&file, &ours))).await
    }
}

async fn stamped(
    authority: &dyn TimestampAuthority,
    signature: &[u8],
) -> Result<(Vec<u8>, Timestamp), Box<dyn StdError + Send + Sync>> {
    let token = authority.token(Sha256::digest(signature).into()).await?;
    if token.len() > ROOM_FOR_TIMESTAMP {
        let most = ROOM_FOR_TIMESTAMP;
        return Err(TimestampError::TooLong { most }.into());
    }
    let said = timestamp::verify(&token, &[signature]);
    let said = said.map_err(|_| TimestampError::Unsound)?;
    Ok((token, said.at))
}

impl fmt::Debug for Pades {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pades")
            .field("key", &self.key)
            .field("timestamps", &self.timestamps)
            .finish_non_exhaustive()
    }
}

fn backend(error: impl StdError + Send + Sync + 'static) -> SealError {
    SealError::Backend(Box::new(error))
}
