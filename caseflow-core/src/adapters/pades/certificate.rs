//! Certificates: what is read of them, and the one that an installation makes for itself.

use std::fmt;
use std::time::Duration;

use der::asn1::{AnyRef, BitStringRef, GeneralizedTime, ObjectIdentifier, OctetStringRef, UtcTime};
use der::{Decode as _, Encode as _};
use p256::ecdsa::{DerSignature, signature::Signer as _};
use sha2::{Digest as _, Sha256};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::key::{KeyError, PrivateKey};
use super::structures::{
    Certificate, CertificateBody, Extension, NamePart, SequenceOf, SetOf, algorithm, oids,
};
use super::text;
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::ports::sealer::Fingerprint;

/// The longest certificate that is read.
pub(super) const LONGEST: usize = 32 << 10;

/// A signer's certificate, then that of its issuer, and so on.
#[derive(Clone, PartialEq, Eq)]
pub struct CertificateChain(Vec<Vec<u8>>);

impl CertificateChain {
    /// Certificates in DER, the signer's first.
    ///
    /// # Errors
    /// When there is none, or one cannot be read.
    pub fn from_der(certificates: Vec<Vec<u8>>) -> Result<Self, KeyError> {
        if certificates.is_empty() {
            return Err(KeyError::NoCertificate);
        }
        for der in &certificates {
            read(der).map_err(KeyError::certificate)?;
        }
        Ok(Self(certificates))
    }

    /// The certificates in a PEM file, the signer's first; what stands between them is left out.
    ///
    /// # Errors
    /// When there is none, or one cannot be read.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
        const END: &str = "-----END CERTIFICATE-----";
        let block = |part: &str| {
            let (body, _) = part.split_once(END)?;
            Some(format!("{BEGIN}{body}{END}\n"))
        };
        let blocks = text.split(BEGIN).skip(1).filter_map(block);
        let decoded = blocks.map(|pem| {
            let (_, der) = der::pem::decode_vec(pem.as_bytes()).map_err(der::Error::from)?;
            Ok(der)
        });
        let certificates: der::Result<Vec<_>> = decoded.collect();
        Self::from_der(certificates.map_err(KeyError::certificate)?)
    }

    /// The certificates as a PEM file.
    ///
    /// # Errors
    /// When one is too long for the format.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        let one = |der: &Vec<u8>| {
            der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, der)
                .map_err(|error| KeyError::certificate(error.into()))
        };
        self.0.iter().map(one).collect()
    }

    /// The hash of the signer's certificate.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        fingerprint(self.signer())
    }

    /// Each certificate in DER, the signer's first.
    #[must_use]
    pub fn certificates(&self) -> &[Vec<u8>] {
        &self.0
    }

    pub(super) fn signer(&self) -> &[u8] {
        self.0.first().map_or(&[], Vec::as_slice)
    }
}

impl fmt::Debug for CertificateChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CertificateChain")
            .field(&self.fingerprint())
            .finish()
    }
}

/// What a certificate says that an installation makes for itself. It proves that files are
/// unaltered, not who made them: readers say that its issuer is unknown.
#[derive(Debug, Clone)]
pub struct NewCertificate {
    /// The name that readers show, such as `Blackwood & Partners document seal`.
    pub name: Line<64>,
    /// The firm or company.
    pub organization: Option<Line<64>>,
    /// From when it is good.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// A number that no other certificate of this name has: random bytes.
    pub serial: [u8; 16],
}

impl NewCertificate {
    /// Makes the certificate of this key, signed by itself.
    ///
    /// # Errors
    /// When the times are before 1970 or after 9999.
    pub fn sign(&self, key: &PrivateKey) -> Result<CertificateChain, KeyError> {
        let certificate = self.encode(key, oids::DOCUMENT_SIGNING);
        let certificate = certificate.map_err(KeyError::certificate)?;
        CertificateChain::from_der(vec![certificate])
    }

    pub(super) fn encode(
        &self,
        key: &PrivateKey,
        purpose: ObjectIdentifier,
    ) -> der::Result<Vec<u8>> {
        let signed_with = algorithm(oids::ECDSA_SHA256);
        let (name, serial) = (self.subject()?, self.serial());
        let validity = [time(self.from)?, time(self.until)?].concat();
        let point = key.public_point();
        let extensions = extensions(&point, purpose)?;
        let body = CertificateBody {
            version: Some(2),
            serial: AnyRef::new(der::Tag::Integer, &serial)?,
            signature_algorithm: signed_with,
            issuer: SequenceOf(&name),
            validity: SequenceOf(&validity),
            subject: SequenceOf(&name),
            key: SubjectPublicKeyInfoRef {
                algorithm: AlgorithmIdentifierRef {
                    oid: oids::EC,
                    parameters: Some(AnyRef::from(&oids::P256)),
                },
                subject_public_key: BitStringRef::from_bytes(&point)?,
            },
            issuer_id: None,
            subject_id: None,
            extensions: Some(SequenceOf(&extensions)),
        };
        let signature: DerSignature = key.0.sign(&body.to_der()?);
        let certificate = Certificate {
            body,
            signature_algorithm: signed_with,
            signature: BitStringRef::from_bytes(signature.as_bytes())?,
        };
        certificate.to_der()
    }

    fn subject(&self) -> der::Result<Vec<u8>> {
        let organization = self.organization.as_ref();
        let organization = organization.map(|it| name_part(oids::ORGANIZATION, it.as_str()));
        let mut parts = organization.transpose()?.unwrap_or_default();
        parts.extend(name_part(oids::COMMON_NAME, self.name.as_str())?);
        Ok(parts)
    }

    /// A positive number of the shortest form.
    fn serial(&self) -> [u8; 16] {
        let mut serial = self.serial;
        if let Some(first) = serial.first_mut() {
            *first = *first & 0x7f | 0x40;
        }
        serial
    }
}

fn name_part(kind: ObjectIdentifier, text: &str) -> der::Result<Vec<u8>> {
    let value = AnyRef::new(der::Tag::Utf8String, text.as_bytes())?;
    let part = NamePart { kind, value }.to_der()?;
    SetOf(&part).to_der()
}

fn time(at: Timestamp) -> der::Result<Vec<u8>> {
    const YEAR_2050: u64 = 2_524_608_000;
    let seconds = u64::try_from(at.micros()).map_err(|_| der::ErrorKind::DateTime)? / 1_000_000;
    let span = Duration::from_secs(seconds);
    if seconds < YEAR_2050 {
        UtcTime::from_unix_duration(span)?.to_der()
    } else {
        GeneralizedTime::from_unix_duration(span)?.to_der()
    }
}

/// For one purpose, and for nothing else.
fn extensions(point: &[u8], purpose: ObjectIdentifier) -> der::Result<Vec<u8>> {
    let id = Sha256::digest(point);
    let id = OctetStringRef::new(id.get(..20).unwrap_or_default())?.to_der()?;
    let purposes = SequenceOf(&purpose.to_der()?).to_der()?;
    let no_issuer = SequenceOf(&[]).to_der()?;
    // Bits 0 and 1: signatures that cannot be taken back.
    let usage = BitStringRef::new(6, &[0b1100_0000])?.to_der()?;
    let all = [
        (oids::BASIC_CONSTRAINTS, true, no_issuer),
        (oids::KEY_USAGE, true, usage),
        (oids::EXTENDED_KEY_USAGE, false, purposes),
        (oids::KEY_ID, false, id),
    ];
    let encoded = all.iter().map(|(kind, critical, value)| {
        let value = OctetStringRef::new(value)?;
        let (kind, critical) = (*kind, *critical);
        Extension {
            kind,
            critical,
            value,
        }
        .to_der()
    });
    encoded
        .collect::<der::Result<Vec<_>>>()
        .map(|it| it.concat())
}

/// Reads a certificate that anybody may have made.
pub(super) fn read(der: &[u8]) -> der::Result<Certificate<'_>> {
    if der.len() > LONGEST {
        return Err(der::ErrorKind::Overlength.into());
    }
    Certificate::from_der(der)
}

pub(super) fn fingerprint(der: &[u8]) -> Fingerprint {
    Fingerprint(Sha256::digest(der).into())
}

/// The name that a certificate is known by: the common one, or else the organisation's.
pub(super) fn name<const MAX: usize>(certificate: &Certificate<'_>) -> Option<Line<MAX>> {
    let parts = name_parts(certificate).ok()?;
    let of = |kind| parts.iter().find(|part| part.kind == kind);
    let known = of(oids::COMMON_NAME).or_else(|| of(oids::ORGANIZATION))?;
    text::cleaned(&text::directory_string(known.value))
}

fn name_parts<'a>(certificate: &Certificate<'a>) -> der::Result<Vec<NamePart<'a>>> {
    let mut parts = Vec::new();
    for set in certificate.body.subject.list()? {
        let members = set.decode_as::<SetOf<'_>>()?.list()?;
        for member in members {
            parts.push(member.decode_as::<NamePart<'_>>()?);
        }
    }
    Ok(parts)
}

/// Whether a certificate says that its key is for time stamps.
pub(super) fn is_for_time(certificate: &Certificate<'_>) -> bool {
    let purposes = || {
        let encoded = extension(certificate, oids::EXTENDED_KEY_USAGE)?;
        let purposes = SequenceOf::from_der(encoded)
            .and_then(SequenceOf::list)
            .ok()?;
        Some(
            purposes
                .into_iter()
                .any(|it| it.decode_as() == Ok(oids::TIME_STAMPING)),
        )
    };
    purposes().unwrap_or(false)
}

/// The id by which a signature may name a certificate.
pub(super) fn key_id<'a>(certificate: &Certificate<'a>) -> Option<&'a [u8]> {
    let encoded = extension(certificate, oids::KEY_ID)?;
    let id = <&OctetStringRef>::from_der(encoded).ok()?;
    Some(id.as_bytes())
}

fn extension<'a>(certificate: &Certificate<'a>, kind: ObjectIdentifier) -> Option<&'a [u8]> {
    let all = certificate.body.extensions?.list().ok()?;
    let mut all = all
        .into_iter()
        .filter_map(|it| it.decode_as::<Extension<'_>>().ok());
    let found = all.find(|it| it.kind == kind)?;
    Some(found.value.as_bytes())
}
