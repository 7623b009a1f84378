//! Time stamps, tried with an authority that lives in this process.

use std::error::Error as StdError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode as _, Encode as _, Tag};
use futures_executor::block_on;
use p256::ecdsa::{DerSignature, signature::Signer as _};

use super::structures::*;
use super::*;

/// Stamps whatever it is handed, rightly or wrongly.
#[derive(Debug)]
struct Authority {
    key: PrivateKey,
    certificate: Vec<u8>,
    way: Way,
    broken: AtomicBool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Right,
    /// Of another hash.
    AnotherHash,
    /// With what it says changed after it was signed.
    Changed,
    /// With a certificate for documents.
    WrongPurpose,
    /// An answer that says no.
    Refused,
    /// A token longer than there is room.
    Long,
}

#[derive(Debug)]
struct Dice(u8);

impl crate::ports::entropy::Entropy for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn made(name: &str, seed: u8, purpose: ObjectIdentifier) -> (PrivateKey, Vec<u8>) {
    let key = PrivateKey::generate(&Dice(seed)).unwrap();
    let certificate = NewCertificate {
        name: Line::parse(name).unwrap(),
        organization: None,
        from: at("2026-01-01T00:00:00Z"),
        until: at("2056-01-01T00:00:00Z"),
        serial: [seed; 16],
    };
    let der = certificate.encode(&key, purpose).unwrap();
    (key, der)
}

impl Authority {
    fn new(way: Way) -> Arc<Self> {
        let purpose = match way {
            Way::WrongPurpose => oids::DOCUMENT_SIGNING,
            _ => oids::TIME_STAMPING,
        };
        let (key, certificate) = made("Clock of Zurich", 3, purpose);
        let broken = AtomicBool::new(false);
        Arc::new(Self {
            key,
            certificate,
            way,
            broken,
        })
    }

    fn info(&self, hash: &[u8]) -> Vec<u8> {
        let info = StampInfo {
            version: 1,
            policy: ObjectIdentifier::new_unwrap("1.2.3.4.1"),
            imprint: Imprint {
                algorithm: algorithm(oids::SHA256),
                hash: OctetStringRef::new(hash).unwrap(),
            },
            serial: AnyRef::new(Tag::Integer, &[7]).unwrap(),
            at: AnyRef::new(Tag::GeneralizedTime, b"20261124093001.5Z").unwrap(),
            accuracy: None,
            ordering: false,
            nonce: None,
            authority: None,
            extensions: None,
        };
        info.to_der().unwrap()
    }

    fn stamp(&self, hash: &[u8]) -> Vec<u8> {
        let mut info = self.info(hash);
        let digest = Sha256::digest(&info);
        let digest = OctetStringRef::new(&digest).unwrap().to_der().unwrap();
        let hash = Sha256::digest(&self.certificate);
        let named = EssCertificate {
            algorithm: None,
            hash: OctetStringRef::new(&hash).unwrap(),
            issuer: None,
        };
        let named = SigningCertificates {
            certificates: SequenceOf(&named.to_der().unwrap()),
            policies: None,
        }
        .to_der()
        .unwrap();
        let kind = oids::TST_INFO.to_der().unwrap();
        let signed = set_of(vec![
            attribute(oids::CONTENT_TYPE, &kind).unwrap(),
            attribute(oids::MESSAGE_DIGEST, &digest).unwrap(),
            attribute(oids::SIGNING_CERTIFICATE_V2, &named).unwrap(),
        ]);
        let message = SetOf(&signed).to_der().unwrap();
        let signature: DerSignature = self.key.0.sign(&message);
        if self.way == Way::Changed {
            info[30] ^= 1;
        }
        self.assemble(&info, &signed, signature.as_bytes())
    }

    fn assemble(&self, info: &[u8], signed: &[u8], signature: &[u8]) -> Vec<u8> {
        let certificate = certificate::read(&self.certificate).unwrap();
        let id = IssuerAndSerial {
            issuer: certificate.body.issuer,
            serial: certificate.body.serial,
        };
        let id = id.to_der().unwrap();
        let signer = SignerInfo {
            version: 1,
            signer: AnyRef::from_der(&id).unwrap(),
            digest_algorithm: algorithm(oids::SHA256),
            signed: Some(SetOf(signed)),
            signature_algorithm: algorithm(oids::ECDSA_SHA256),
            signature: OctetStringRef::new(signature).unwrap(),
            unsigned: None,
        };
        let (hashes, signer) = (algorithm(oids::SHA256).to_der(), signer.to_der());
        let (hashes, signer) = (hashes.unwrap(), signer.unwrap());
        let data = SignedData {
            version: 3,
            digest_algorithms: SetOf(&hashes),
            content: Encapsulated {
                content_type: oids::TST_INFO,
                content: Some(OctetStringRef::new(info).unwrap()),
            },
            certificates: Some(SetOf(&self.certificate)),
            revocations: None,
            signers: SetOf(&signer),
        };
        let data = data.to_der().unwrap();
        let info = ContentInfo {
            content_type: oids::SIGNED_DATA,
            content: AnyRef::from_der(&data).unwrap(),
        };
        info.to_der().unwrap()
    }

    /// What a server would answer to a request.
    fn answer(&self, request: &[u8]) -> Vec<u8> {
        let request = StampRequest::from_der(request).unwrap();
        assert!(request.with_certificate && request.version == 1);
        let mut hash = request.imprint.hash.as_bytes().to_vec();
        if self.way == Way::AnotherHash {
            hash[0] ^= 1;
        }
        let token = self.stamp(&hash);
        let granted = self.way != Way::Refused;
        let status = if granted { 0_u8 } else { 2 }.to_der().unwrap();
        let response = StampResponse {
            status: SequenceOf(&status),
            token: granted.then(|| AnyRef::from_der(&token).unwrap()),
        };
        response.to_der().unwrap()
    }
}

#[async_trait]
impl TimestampAuthority for Authority {
    async fn token(&self, sha256: [u8; 32]) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>> {
        if self.broken.load(Ordering::SeqCst) {
            return Err("the line is dead".into());
        }
        let mut token = timestamp_token(&self.answer(&timestamp_request(sha256)?))?;
        if self.way == Way::Long {
            token.resize(20_000, 0);
        }
        Ok(token)
    }
}

fn sealer(timestamps: Timestamps) -> Pades {
    let (key, certificate) = made("A firm's seal", 1, oids::DOCUMENT_SIGNING);
    let chain = CertificateChain::from_der(vec![certificate]).unwrap();
    let key = Arc::new(LocalKey::new(key, chain).unwrap());
    Pades::new(1, key, timestamps, &[]).unwrap()
}

fn request() -> SealRequest {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<<>>>>",
    ];
    let mut pdf = String::from("%PDF-1.7\n");
    let mut table = String::from("xref\n0 4\n0000000000 65535 f \n");
    for (object, number) in objects.iter().zip(1..) {
        table += &format!("{:010} 00000 n \n", pdf.len());
        pdf += &format!("{number} 0 obj{object}endobj\n");
    }
    let start = pdf.len();
    pdf += &format!("{table}trailer<</Size 4/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n");
    SealRequest {
        pdf: pdf.into_bytes(),
        document: Line::parse("contract-1").unwrap(),
        reason: Line::parse("Signed copy").unwrap(),
        signed_at: at("2026-11-24T09:30:00Z"),
    }
}

#[test]
fn a_seal_bears_the_authoritys_time() {
    let sealer = sealer(Timestamps::Required(Authority::new(Way::Right)));
    let sealed = block_on(sealer.seal(request())).unwrap();
    let then = at("2026-11-24T09:30:01.5Z");
    assert_eq!(sealed.level, SealLevel::Timestamped { at: then });
    let Verdict::Ours(seal) = block_on(sealer.check(sealed.bytes)).unwrap() else {
        panic!("not ours");
    };
    let stamp = seal.timestamp.unwrap();
    assert_eq!(stamp.at, then);
    assert_eq!(stamp.authority.unwrap().as_str(), "Clock of Zurich");
}

#[test]
fn a_time_stamp_that_does_not_hold_is_an_error() {
    for way in [
        Way::AnotherHash,
        Way::Changed,
        Way::WrongPurpose,
        Way::Refused,
        Way::Long,
    ] {
        let sealer = sealer(Timestamps::Required(Authority::new(way)));
        let refused = block_on(sealer.seal(request()));
        assert!(
            matches!(refused, Err(SealError::Timestamp(_))),
            "{way:?}: {refused:?}"
        );
    }
}

#[test]
fn a_time_stamp_that_was_missed_is_recorded() {
    let authority = Authority::new(Way::Right);
    authority.broken.store(true, Ordering::SeqCst);
    let strict = sealer(Timestamps::Required(authority.clone()));
    let refused = block_on(strict.seal(request()));
    assert!(
        matches!(refused, Err(SealError::Timestamp(_))),
        "{refused:?}"
    );
    let lenient = sealer(Timestamps::Preferred(authority));
    let sealed = block_on(lenient.seal(request())).unwrap();
    assert_eq!(sealed.level, SealLevel::TimestampMissed);
    let Verdict::Ours(seal) = block_on(lenient.check(sealed.bytes)).unwrap() else {
        panic!("not ours");
    };
    assert_eq!(seal.timestamp, None);
}

#[test]
fn a_key_that_is_not_the_certificates_seals_nothing() {
    #[derive(Debug)]
    struct Exchanged(CertificateChain, PrivateKey);

    #[async_trait]
    impl SigningKey for Exchanged {
        fn chain(&self) -> &CertificateChain {
            &self.0
        }

        async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>> {
            let signature: DerSignature = self.1.0.sign(message);
            Ok(signature.as_bytes().to_vec())
        }
    }

    let (_, certificate) = made("A firm's seal", 1, oids::DOCUMENT_SIGNING);
    let (other, _) = made("Another's", 2, oids::DOCUMENT_SIGNING);
    let chain = CertificateChain::from_der(vec![certificate]).unwrap();
    let local = PrivateKey::generate(&Dice(2)).unwrap();
    assert!(matches!(
        LocalKey::new(local, chain.clone()),
        Err(KeyError::AnotherKeys)
    ));
    let key = Arc::new(Exchanged(chain, other));
    let sealer = Pades::new(1, key, Timestamps::None, &[]).unwrap();
    let refused = block_on(sealer.seal(request()));
    assert!(matches!(refused, Err(SealError::Key(_))), "{refused:?}");
}

#[test]
fn keys_and_certificates_go_out_and_come_back() {
    let (key, certificate) = made("A firm's seal", 1, oids::DOCUMENT_SIGNING);
    let chain = CertificateChain::from_der(vec![certificate.clone(), certificate]).unwrap();
    let pem = format!("subject=...\n{}\nrest", chain.to_pem().unwrap());
    assert_eq!(CertificateChain::from_pem(&pem).unwrap(), chain);
    let again = PrivateKey::from_pem(key.to_pem().unwrap().as_ref()).unwrap();
    assert_eq!(again.public_point(), key.public_point());
    assert!(!format!("{key:?}").contains('1'), "the key is not shown");
    assert!(matches!(
        CertificateChain::from_pem(""),
        Err(KeyError::NoCertificate)
    ));
    assert!(PrivateKey::from_pem("").is_err() && PrivateKey::generate(&Dice(0)).is_err());
}
