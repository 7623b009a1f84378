//! Hashes and signatures as others made them. They are checked with another implementation (ring)
//! than the one that makes ours.

use der::Decode as _;
use der::asn1::{AnyRef, ObjectIdentifier};
use ring::digest::{Context, SHA256, SHA384, SHA512};
use ring::signature::{self as verifiers, UnparsedPublicKey, VerificationAlgorithm};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::structures::{PssParameters, SequenceOf, oids};
use crate::ports::sealer::Fault;

/// The hashes that nobody can forge yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(super) fn of(oid: ObjectIdentifier) -> Result<Self, Fault> {
        match oid {
            oids::SHA256 => Ok(Self::Sha256),
            oids::SHA384 => Ok(Self::Sha384),
            oids::SHA512 => Ok(Self::Sha512),
            oids::SHA1 | oids::MD5 => Err(Fault::Weak),
            _ => Err(Fault::Unsupported),
        }
    }

    fn length(self) -> u16 {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The hash of the parts one after the other.
    pub(super) fn digest(self, parts: &[&[u8]]) -> Vec<u8> {
        let mut context = Context::new(match self {
            Self::Sha256 => &SHA256,
            Self::Sha384 => &SHA384,
            Self::Sha512 => &SHA512,
        });
        for part in parts {
            context.update(part);
        }
        context.finish().as_ref().to_vec()
    }
}

/// A signature over a message, with all that says how it was made.
pub(super) struct Signature<'a> {
    pub(super) key: &'a SubjectPublicKeyInfoRef<'a>,
    pub(super) algorithm: AlgorithmIdentifierRef<'a>,
    /// What the message was hashed with, as is said beside the algorithm.
    pub(super) hash: Hash,
    pub(super) bytes: &'a [u8],
}

impl Signature<'_> {
    /// Whether it holds.
    pub(super) fn verify(&self, message: &[u8]) -> Result<(), Fault> {
        let verifier = self.verifier()?;
        let key = self.key.subject_public_key.as_bytes();
        let key = UnparsedPublicKey::new(verifier, key.ok_or(Fault::Unsupported)?);
        key.verify(message, self.bytes)
            .map_err(|_| Fault::Signature)
    }

    fn verifier(&self) -> Result<&'static dyn VerificationAlgorithm, Fault> {
        match self.algorithm.oid {
            oids::RSA => self.rsa(self.hash),
            oids::RSA_SHA256 => self.rsa(Hash::Sha256),
            oids::RSA_SHA384 => self.rsa(Hash::Sha384),
            oids::RSA_SHA512 => self.rsa(Hash::Sha512),
            oids::RSA_PSS => self.pss(),
            oids::ECDSA_SHA256 => self.ecdsa(Hash::Sha256),
            oids::ECDSA_SHA384 => self.ecdsa(Hash::Sha384),
            oids::ED25519 if self.key.algorithm.oid == oids::ED25519 => Ok(&verifiers::ED25519),
            oids::RSA_MD5 | oids::RSA_SHA1 | oids::ECDSA_SHA1 => Err(Fault::Weak),
            _ => Err(Fault::Unsupported),
        }
    }

    fn rsa(&self, hash: Hash) -> Result<&'static dyn VerificationAlgorithm, Fault> {
        check_rsa_key(self.key)?;
        Ok(match hash {
            Hash::Sha256 => &verifiers::RSA_PKCS1_2048_8192_SHA256,
            Hash::Sha384 => &verifiers::RSA_PKCS1_2048_8192_SHA384,
            Hash::Sha512 => &verifiers::RSA_PKCS1_2048_8192_SHA512,
        })
    }

    fn pss(&self) -> Result<&'static dyn VerificationAlgorithm, Fault> {
        check_rsa_key(self.key)?;
        Ok(match pss_hash(self.algorithm.parameters)? {
            Hash::Sha256 => &verifiers::RSA_PSS_2048_8192_SHA256,
            Hash::Sha384 => &verifiers::RSA_PSS_2048_8192_SHA384,
            Hash::Sha512 => &verifiers::RSA_PSS_2048_8192_SHA512,
        })
    }

    fn ecdsa(&self, hash: Hash) -> Result<&'static dyn VerificationAlgorithm, Fault> {
        let curve = (self.key.algorithm.parameters).and_then(|it| it.decode_as().ok());
        match (curve, hash) {
            (Some(oids::P256), Hash::Sha256) => Ok(&verifiers::ECDSA_P256_SHA256_ASN1),
            (Some(oids::P256), Hash::Sha384) => Ok(&verifiers::ECDSA_P256_SHA384_ASN1),
            (Some(oids::P384), Hash::Sha256) => Ok(&verifiers::ECDSA_P384_SHA256_ASN1),
            (Some(oids::P384), Hash::Sha384) => Ok(&verifiers::ECDSA_P384_SHA384_ASN1),
            _ => Err(Fault::Unsupported),
        }
    }
}

/// The hash that PSS is used with. The verifier takes it with the mask of the same hash and a salt as
/// long as it, as nearly everybody does.
fn pss_hash(parameters: Option<AnyRef<'_>>) -> Result<Hash, Fault> {
    let parameters = parameters.and_then(|it| it.decode_as::<PssParameters<'_>>().ok());
    let parameters = parameters.ok_or(Fault::Unsupported)?;
    // Not said means SHA-1.
    let hash = parameters.hash.ok_or(Fault::Weak)?;
    let hash = Hash::of(hash.oid)?;
    if parameters.salt == Some(hash.length()) {
        Ok(hash)
    } else {
        Err(Fault::Unsupported)
    }
}

fn check_rsa_key(key: &SubjectPublicKeyInfoRef<'_>) -> Result<(), Fault> {
    if ![oids::RSA, oids::RSA_PSS].contains(&key.algorithm.oid) {
        return Err(Fault::Unsupported);
    }
    let numbers = key.subject_public_key.as_bytes().unwrap_or_default();
    let numbers = SequenceOf::from_der(numbers).and_then(SequenceOf::list);
    let numbers = numbers.map_err(|_| Fault::Unsupported)?;
    let modulus = numbers.first().map_or(&[][..], |it| it.value());
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    if modulus.len() - zeros < 256 {
        return Err(Fault::Weak);
    }
    Ok(())
}
