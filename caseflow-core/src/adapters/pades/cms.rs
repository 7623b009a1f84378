//! The signature itself: a detached CMS structure (RFC 5652) as PAdES wants it (ETSI EN 319 142-1,
//! level B-B): the hash of the file and the hash of the certificate are signed, the time is not.

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode as _, Encode as _, Tag, Tagged as _};
use ring::digest::SHA1_FOR_LEGACY_USE_ONLY;
use sha2::{Digest as _, Sha256};
use spki::AlgorithmIdentifierRef;

use super::certificate::{self, CertificateChain, fingerprint};
use super::key::KeyError;
use super::signature::{Hash, Signature};
use super::structures::{
    Attribute, Certificate, ContentInfo, Encapsulated, EssCertificate, IssuerAndSerial, SequenceOf,
    SetOf, SignedData, SignerInfo, SigningCertificates, algorithm, attribute, oids, set_of,
};
use crate::ports::sealer::Fault;

/// What is signed of a file: an encoded set of attributes.
pub(super) struct Attributes(Vec<u8>);

impl Attributes {
    /// Of a file with this SHA-256 hash, to be signed with the chain's first certificate.
    pub(super) fn new(digest: &[u8; 32], chain: &CertificateChain) -> der::Result<Self> {
        let certificate = Sha256::digest(chain.signer());
        let named = EssCertificate {
            algorithm: None,
            hash: OctetStringRef::new(&certificate)?,
            issuer: None,
        };
        let named = named.to_der()?;
        let signer = SigningCertificates {
            certificates: SequenceOf(&named),
            policies: None,
        };
        let digest = OctetStringRef::new(digest)?;
        Ok(Self(set_of(vec![
            attribute(oids::CONTENT_TYPE, &oids::DATA.to_der()?)?,
            attribute(oids::MESSAGE_DIGEST, &digest.to_der()?)?,
            attribute(oids::SIGNING_CERTIFICATE_V2, &signer.to_der()?)?,
        ])))
    }

    /// The bytes to sign.
    pub(super) fn message(&self) -> der::Result<Vec<u8>> {
        SetOf(&self.0).to_der()
    }
}

/// How the key of a certificate signs.
pub(super) fn algorithm_of(
    certificate: &Certificate<'_>,
) -> Result<AlgorithmIdentifierRef<'static>, KeyError> {
    let key = &certificate.body.key.algorithm;
    let curve = key.parameters.and_then(|it| it.decode_as().ok());
    match (key.oid, curve) {
        (oids::EC, Some(oids::P256)) => Ok(algorithm(oids::ECDSA_SHA256)),
        (oids::RSA, _) => Ok(AlgorithmIdentifierRef {
            oid: oids::RSA_SHA256,
            parameters: Some(AnyRef::NULL),
        }),
        _ => Err(KeyError::Unsupported),
    }
}

/// Puts a signature together.
pub(super) fn signed_data(
    chain: &CertificateChain,
    attributes: &Attributes,
    signature: &[u8],
    token: Option<&[u8]>,
) -> Result<Vec<u8>, KeyError> {
    let certificate = certificate::read(chain.signer()).map_err(KeyError::certificate)?;
    let algorithm = algorithm_of(&certificate)?;
    let signer = signer_info(&certificate, algorithm, attributes, signature, token);
    signer
        .and_then(|signer| assemble(chain, &signer))
        .map_err(KeyError::certificate)
}

fn signer_info(
    certificate: &Certificate<'_>,
    signature_algorithm: AlgorithmIdentifierRef<'_>,
    attributes: &Attributes,
    signature: &[u8],
    token: Option<&[u8]>,
) -> der::Result<Vec<u8>> {
    let id = IssuerAndSerial {
        issuer: certificate.body.issuer,
        serial: certificate.body.serial,
    };
    let id = id.to_der()?;
    let token = token.map(|it| attribute(oids::TIMESTAMP_TOKEN, it));
    let token = token.transpose()?;
    let signer = SignerInfo {
        version: 1,
        signer: AnyRef::from_der(&id)?,
        digest_algorithm: algorithm(oids::SHA256),
        signed: Some(SetOf(&attributes.0)),
        signature_algorithm,
        signature: OctetStringRef::new(signature)?,
        unsigned: token.as_deref().map(SetOf),
    };
    signer.to_der()
}

fn assemble(chain: &CertificateChain, signer: &[u8]) -> der::Result<Vec<u8>> {
    let hash = algorithm(oids::SHA256).to_der()?;
    let certificates = set_of(chain.certificates().to_vec());
    let data = SignedData {
        version: 1,
        digest_algorithms: SetOf(&hash),
        content: Encapsulated {
            content_type: oids::DATA,
            content: None,
        },
        certificates: Some(SetOf(&certificates)),
        revocations: None,
        signers: SetOf(signer),
    };
    let data = data.to_der()?;
    let info = ContentInfo {
        content_type: oids::SIGNED_DATA,
        content: AnyRef::from_der(&data)?,
    };
    info.to_der()
}

/// A signature that holds for itself. Whether it is that of a certain content, its digest says.
pub(super) struct Opened {
    /// What kind of content it is of.
    pub(super) content_type: ObjectIdentifier,
    /// The content, where it is not kept apart.
    pub(super) content: Option<Vec<u8>>,
    /// What the content was hashed with.
    pub(super) hash: Hash,
    /// The content's hash.
    pub(super) digest: Vec<u8>,
    /// The signer's certificate.
    pub(super) certificate: Vec<u8>,
    /// Whether the certificate is signed too, so that it cannot be exchanged.
    pub(super) names_certificate: bool,
    /// The signature's bytes, which a time stamp is of.
    pub(super) signature: Vec<u8>,
    /// A time stamp.
    pub(super) token: Option<Vec<u8>>,
}

/// Reads a signature by whomever and checks it against its certificate.
pub(super) fn open(cms: &[u8]) -> Result<Opened, Fault> {
    let info = ContentInfo::from_der(cms).map_err(not_der)?;
    if info.content_type != oids::SIGNED_DATA {
        return Err(Fault::Unsupported);
    }
    let data: SignedData<'_> = info.content.decode_as().map_err(not_der)?;
    let signers = data.signers.list().map_err(not_der)?;
    let [signer] = signers.as_slice() else {
        return Err(Fault::Unsupported);
    };
    let signer: SignerInfo<'_> = signer.decode_as().map_err(not_der)?;
    check_form(&data, &signer)?;
    let certificate = certificate_of(&signer, data.certificates)?;
    verify(&data, &signer, certificate)
}

/// Structures that cannot be read are of a kind that is not known here, most of them in BER.
fn not_der(_: der::Error) -> Fault {
    Fault::Unsupported
}

/// What no signature covers has to be as other programs expect it (RFC 5652, 5.1 and 5.3).
fn check_form(data: &SignedData<'_>, signer: &SignerInfo<'_>) -> Result<(), Fault> {
    let hashes = data.digest_algorithms.list().map_err(not_der)?;
    let hashes = hashes
        .into_iter()
        .map(AnyRef::decode_as::<AlgorithmIdentifierRef<'_>>);
    let hashes: Vec<_> = hashes.collect::<der::Result<_>>().map_err(not_der)?;
    let listed = hashes
        .iter()
        .any(|it| it.oid == signer.digest_algorithm.oid);
    let versions = [1, 3, 4, 5].contains(&data.version) && [1, 3].contains(&signer.version);
    if versions && (listed || hashes.is_empty()) {
        Ok(())
    } else {
        Err(Fault::Unsupported)
    }
}

fn verify(
    data: &SignedData<'_>,
    signer: &SignerInfo<'_>,
    encoded: Vec<u8>,
) -> Result<Opened, Fault> {
    let certificate = certificate::read(&encoded).map_err(not_der)?;
    let hash = Hash::of(signer.digest_algorithm.oid)?;
    let signed = signer.signed.ok_or(Fault::Unsupported)?;
    let signature = Signature {
        key: &certificate.body.key,
        algorithm: signer.signature_algorithm,
        hash,
        bytes: signer.signature.as_bytes(),
    };
    signature.verify(&signed.to_der().map_err(not_der)?)?;
    let attributes = attributes(Some(signed))?;
    let content_type = one(&attributes, oids::CONTENT_TYPE)?.ok_or(Fault::Signature)?;
    if content_type.decode_as() != Ok(data.content.content_type) {
        return Err(Fault::Signature);
    }
    let digest = one(&attributes, oids::MESSAGE_DIGEST)?.ok_or(Fault::Signature)?;
    let token = one(&self::attributes(signer.unsigned)?, oids::TIMESTAMP_TOKEN)?;
    Ok(Opened {
        content_type: data.content.content_type,
        content: data.content.content.map(|it| it.as_bytes().to_vec()),
        hash,
        digest: digest.value().to_vec(),
        names_certificate: names_certificate(&attributes, &encoded)?,
        signature: signer.signature.as_bytes().to_vec(),
        token: token.and_then(|it| it.to_der().ok()),
        certificate: encoded,
    })
}

/// The certificate that the signer says it is.
fn certificate_of(
    signer: &SignerInfo<'_>,
    certificates: Option<SetOf<'_>>,
) -> Result<Vec<u8>, Fault> {
    let certificates = certificates.map_or(Ok(vec![]), SetOf::list);
    for candidate in certificates.map_err(not_der)? {
        if candidate.tag() != Tag::Sequence || candidate.value().len() > certificate::LONGEST {
            continue;
        }
        let encoded = candidate.to_der().map_err(not_der)?;
        if certificate::read(&encoded).is_ok_and(|it| is_of(signer, &it)) {
            return Ok(encoded);
        }
    }
    Err(Fault::Unsupported)
}

fn is_of(signer: &SignerInfo<'_>, certificate: &Certificate<'_>) -> bool {
    let body = &certificate.body;
    match signer.signer.decode_as::<IssuerAndSerial<'_>>() {
        Ok(id) => id.issuer.0 == body.issuer.0 && id.serial == body.serial,
        Err(_) => certificate::key_id(certificate) == Some(signer.signer.value()),
    }
}

fn attributes(set: Option<SetOf<'_>>) -> Result<Vec<Attribute<'_>>, Fault> {
    let members = set.map_or(Ok(vec![]), SetOf::list).map_err(not_der)?;
    let decoded = members.into_iter().map(AnyRef::decode_as::<Attribute<'_>>);
    decoded.collect::<der::Result<_>>().map_err(not_der)
}

/// The one value of the one attribute of a kind; more than one of either is no signature's.
fn one<'a>(
    attributes: &[Attribute<'a>],
    kind: ObjectIdentifier,
) -> Result<Option<AnyRef<'a>>, Fault> {
    let mut found = attributes.iter().filter(|it| it.kind == kind);
    let Some(attribute) = found.next() else {
        return Ok(None);
    };
    match (
        attribute.values.list().map_err(not_der)?.as_slice(),
        found.next(),
    ) {
        ([value], None) => Ok(Some(*value)),
        _ => Err(Fault::Unsupported),
    }
}

/// Whether the signature is bound to its certificate; an error when it is to another one.
fn names_certificate(attributes: &[Attribute<'_>], certificate: &[u8]) -> Result<bool, Fault> {
    for kind in [oids::SIGNING_CERTIFICATE_V2, oids::SIGNING_CERTIFICATE] {
        let Some(value) = one(attributes, kind)? else {
            continue;
        };
        let all: SigningCertificates<'_> = value.decode_as().map_err(not_der)?;
        let all = all.certificates.list().map_err(not_der)?;
        let first = all.first().ok_or(Fault::Signature)?;
        let named: EssCertificate<'_> = first.decode_as().map_err(not_der)?;
        let hash = match named.algorithm {
            _ if kind == oids::SIGNING_CERTIFICATE => {
                ring::digest::digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate)
                    .as_ref()
                    .to_vec()
            }
            Some(algorithm) => Hash::of(algorithm.oid)?.digest(&[certificate]),
            None => fingerprint(certificate).0.to_vec(),
        };
        if hash != named.hash.as_bytes() {
            return Err(Fault::Signature);
        }
        return Ok(true);
    }
    Ok(false)
}
