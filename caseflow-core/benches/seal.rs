//! What a seal costs to make and to check, next to the least that either can cost.
//!
//! * `sign+hash` is the ceiling of sealing: one raw P-256 signature by the same library, and one
//!   SHA-256 of the finished file. The adapter hashes twice (what is signed, and the finished file
//!   for the record), reads the file's structure, copies the request, checks its own signature and
//!   goes through its threads twice.
//! * `verify+hash` is the ceiling of checking: one raw P-256 verification by the same library, and
//!   one SHA-256 of the file.
//!
//! `cargo bench -p caseflow-core --features pades,testing --bench seal`; ratios, taken in turns,
//! come last.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark that cannot be set up should stop"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use caseflow_core::adapters::pades::{LocalKey, NewCertificate, Pades, PrivateKey, Timestamps};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::sealer::{SealRequest, Sealer as _, Verdict};
use caseflow_core::testing::sealer::{paper, request};
use caseflow_core::testing::{SeededEntropy, block_on};
use criterion::{BenchmarkId, Criterion};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{DerSignature, SigningKey};
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};

/// Pages of some 230 bytes: a letter, and a contract with pictures in it.
const PAGES: [usize; 2] = [200, 5_000];
const ROUNDS: usize = 400;

fn main() {
    let bench = Bench::new();
    let mut criterion = Criterion::default().configure_from_args();
    for pages in PAGES {
        bench.compare(&mut criterion, pages);
    }
    criterion.final_summary();
    println!(
        "\nmedian, in turns    bytes   sealed/s  ceiling/s  share   checked/s  ceiling/s  share"
    );
    for pages in PAGES {
        bench.report(pages);
    }
}

struct Bench {
    pades: Pades,
    key: SigningKey,
    point: Vec<u8>,
}

impl Bench {
    fn new() -> Self {
        let at = |text| Timestamp::parse(text).unwrap();
        let certificate = NewCertificate {
            name: "Document seal".parse().unwrap(),
            organization: None,
            from: at("2026-01-01T00:00:00Z"),
            until: at("2036-01-01T00:00:00Z"),
            serial: [9; 16],
        };
        let key = PrivateKey::generate(&SeededEntropy::new(1)).unwrap();
        let chain = certificate.sign(&key).unwrap();
        let local = Arc::new(LocalKey::new(key, chain).unwrap());
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        let point = key.verifying_key().to_sec1_point(false);
        Self {
            pades: Pades::new(1, local, Timestamps::None, &[]).unwrap(),
            point: point.as_bytes().to_vec(),
            key,
        }
    }

    fn compare(&self, criterion: &mut Criterion, pages: usize) {
        let (request, file, signature) = self.prepare(pages);
        let mut group = criterion.benchmark_group("seal");
        group.sample_size(30);
        let mut bench = |name: &str, work: &dyn Fn()| {
            group.bench_function(BenchmarkId::new(name, file.len()), |it| it.iter(work));
        };
        bench("seal", &|| self.seal(&request));
        bench("sign+hash", &|| self.sign(&file));
        bench("check", &|| self.check(&file));
        bench("verify+hash", &|| self.verify(&file, &signature));
        group.finish();
    }

    fn report(&self, pages: usize) {
        let (request, file, signature) = self.prepare(pages);
        let mut times = [vec![], vec![], vec![], vec![]];
        for _ in 0..ROUNDS {
            let spent = [
                timed(|| self.seal(&request)),
                timed(|| self.sign(&file)),
                timed(|| self.check(&file)),
                timed(|| self.verify(&file, &signature)),
            ];
            for (all, one) in times.iter_mut().zip(spent) {
                all.push(one);
            }
        }
        let [seal, sign, check, verify] = times.map(median);
        println!(
            "{:>24} {:>10.0} {:>10.0} {:>6.2} {:>11.0} {:>10.0} {:>6.2}",
            file.len(),
            1.0 / seal,
            1.0 / sign,
            sign / seal,
            1.0 / check,
            1.0 / verify,
            verify / check
        );
    }

    fn prepare(&self, pages: usize) -> (SealRequest, Vec<u8>, DerSignature) {
        let pdf = paper(pages, "an engagement letter of Blackwood & Partners");
        let request = SealRequest {
            pdf,
            ..request(1, "contract-1")
        };
        let file = block_on(self.pades.seal(request.clone())).unwrap().bytes;
        (request, file, self.key.sign(MESSAGE))
    }

    fn seal(&self, request: &SealRequest) {
        black_box(block_on(self.pades.seal(request.clone())).unwrap());
    }

    fn check(&self, file: &[u8]) {
        match block_on(self.pades.check(file.to_vec())).unwrap() {
            Verdict::Ours(_) => {}
            other => panic!("{other:?}"),
        }
    }

    fn sign(&self, file: &[u8]) {
        let signature: DerSignature = self.key.sign(black_box(MESSAGE));
        black_box((signature, Sha256::digest(black_box(file))));
    }

    fn verify(&self, file: &[u8], signature: &DerSignature) {
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.point);
        key.verify(black_box(MESSAGE), signature.as_bytes())
            .unwrap();
        black_box(ring::digest::digest(&ring::digest::SHA256, black_box(file)));
    }
}

/// As long as what is signed of a file.
const MESSAGE: &[u8] = &[4; 160];

fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
