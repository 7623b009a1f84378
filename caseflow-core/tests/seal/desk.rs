//! Sealers with keys made up for a test.

use std::sync::Arc;

use caseflow_core::adapters::pades::{
    CertificateChain, LocalKey, NewCertificate, Pades, PrivateKey, Timestamps,
};
use caseflow_core::domain::text::Line;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::testing::SeededEntropy;

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A key from a seed, with its certificate.
pub(crate) fn key(seed: u64) -> (PrivateKey, CertificateChain) {
    let key = PrivateKey::generate(&SeededEntropy::new(seed)).unwrap();
    let certificate = NewCertificate {
        name: Line::parse(&format!("Seal of firm {seed}")).unwrap(),
        organization: Some(Line::parse("Blackwood & Partners").unwrap()),
        from: at("2026-01-01T00:00:00Z"),
        until: at("2036-01-01T00:00:00Z"),
        serial: [9; 16],
    };
    let chain = certificate.sign(&key).unwrap();
    (key, chain)
}

pub(crate) fn local(seed: u64) -> Arc<LocalKey> {
    let (key, chain) = key(seed);
    Arc::new(LocalKey::new(key, chain).unwrap())
}

pub(crate) fn pades(seed: u64) -> Arc<Pades> {
    Arc::new(Pades::new(2, local(seed), Timestamps::None, &[]).unwrap())
}
