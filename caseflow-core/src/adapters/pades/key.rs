//! Keys that sign: one on this machine, or a host's own behind [`SigningKey`].

use std::error::Error as StdError;
use std::fmt;

use async_trait::async_trait;
use p256::ecdsa::{DerSignature, signature::Signer as _};
use p256::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, LineEnding};

use super::certificate::{self, CertificateChain};
use crate::ports::entropy::Entropy;

/// A key with its certificates, wherever it lives: in this process, in a security module, at a
/// service.
///
/// # Contract
/// * The key is that of the chain's first certificate: P-256 (the signature is the ASN.1 structure
///   of ECDSA with SHA-256) or RSA of at least 2048 bits (PKCS #1 v1.5 with SHA-256).
/// * What is handed in is the message, some two hundred bytes, not its hash.
/// * A signature that does not hold is found before a file leaves the sealer.
#[async_trait]
pub trait SigningKey: fmt::Debug + Send + Sync {
    /// The certificates.
    fn chain(&self) -> &CertificateChain;

    /// Signs a message.
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>>;
}

/// Why a key or a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// No certificate is there.
    #[error("there is no certificate")]
    NoCertificate,
    /// A certificate cannot be read or made.
    #[error("the certificate cannot be read")]
    Certificate(#[source] Box<dyn StdError + Send + Sync>),
    /// The key cannot be read: it has to be a P-256 key in PKCS #8, not encrypted.
    #[error("the key cannot be read: it has to be a P-256 key in PKCS #8")]
    Key(#[source] Box<dyn StdError + Send + Sync>),
    /// The certificate is that of another key.
    #[error("the certificate is not that of the key")]
    AnotherKeys,
    /// Seals cannot be made with keys of this kind.
    #[error("the certificate's key is neither P-256 nor RSA of 2048 bits or more")]
    Unsupported,
    /// The source of randomness does not give random bytes.
    #[error("no key could be made of the random bytes")]
    Entropy,
}

impl KeyError {
    pub(super) fn certificate(error: der::Error) -> Self {
        Self::Certificate(error.into())
    }

    fn key(error: p256::pkcs8::Error) -> Self {
        Self::Key(error.into())
    }
}

/// A P-256 key. It is wiped from memory when it is dropped.
pub struct PrivateKey(pub(super) p256::ecdsa::SigningKey);

impl PrivateKey {
    /// A new key.
    ///
    /// # Errors
    /// When the bytes are not random.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, KeyError> {
        // One draw in four thousand million is no key; two in a row are no randomness.
        for _ in 0..2 {
            let mut bytes = [0; 32];
            entropy.fill(&mut bytes);
            if let Ok(key) = p256::ecdsa::SigningKey::from_bytes(&bytes.into()) {
                return Ok(Self(key));
            }
        }
        Err(KeyError::Entropy)
    }

    /// A key in PKCS #8, in PEM (`BEGIN PRIVATE KEY`).
    ///
    /// # Errors
    /// When it is none, or encrypted.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let key = p256::ecdsa::SigningKey::from_pkcs8_pem(text);
        key.map(Self).map_err(KeyError::key)
    }

    /// A key in PKCS #8, in DER.
    ///
    /// # Errors
    /// When it is none, or encrypted.
    pub fn from_der(bytes: &[u8]) -> Result<Self, KeyError> {
        let key = p256::ecdsa::SigningKey::from_pkcs8_der(bytes);
        key.map(Self).map_err(KeyError::key)
    }

    /// The key in PKCS #8, in PEM, to be kept secret. The text is wiped when it is dropped.
    ///
    /// # Errors
    /// None that is known.
    pub fn to_pem(&self) -> Result<impl AsRef<str> + use<>, KeyError> {
        let pem = self.0.to_pkcs8_pem(LineEnding::LF).map_err(KeyError::key)?;
        Ok(Pem(pem))
    }

    pub(super) fn public_point(&self) -> Vec<u8> {
        self.0
            .verifying_key()
            .to_sec1_point(false)
            .as_bytes()
            .to_vec()
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(..)")
    }
}

struct Pem<T>(T);

impl<T: std::ops::Deref<Target = String>> AsRef<str> for Pem<T> {
    fn as_ref(&self) -> &str {
        self.0.as_str()
    }
}

/// A key on this machine. It signs the same message the same way each time (RFC 6979).
pub struct LocalKey {
    key: PrivateKey,
    chain: CertificateChain,
}

impl LocalKey {
    /// A key and its certificates.
    ///
    /// # Errors
    /// When the first certificate is that of another key.
    pub fn new(key: PrivateKey, chain: CertificateChain) -> Result<Self, KeyError> {
        let certificate = certificate::read(chain.signer()).map_err(KeyError::certificate)?;
        let certified = certificate.body.key.subject_public_key.as_bytes();
        if certified != Some(&key.public_point()) {
            return Err(KeyError::AnotherKeys);
        }
        Ok(Self { key, chain })
    }
}

#[async_trait]
impl SigningKey for LocalKey {
    fn chain(&self) -> &CertificateChain {
        &self.chain
    }

    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>> {
        let signature: DerSignature = self.key.0.sign(message);
        Ok(signature.as_bytes().to_vec())
    }
}

impl fmt::Debug for LocalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalKey")
            .field("chain", &self.chain)
            .finish_non_exhaustive()
    }
}
