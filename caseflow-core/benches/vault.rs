//! What sealing and opening cost, next to `openssl speed -evp aes-256-gcm` in the same run.
//!
//! The whole path is measured: keys derived, header, 16 KiB chunks one by one with a copy of each,
//! as a stream has it. OpenSSL encrypts one buffer again and again, without a copy; its figure is a
//! ceiling. Both are taken in turns and counted in processor time, so that what else the machine does
//! disturbs little.
//!
//! `cargo bench -p caseflow-core --features aes-gcm,testing --bench vault`, with `aws-lc-rs` too for
//! the second engine. The ratios come last, with a warning when the engine took its slow path.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up should stop"
)]

use std::hint::black_box;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use caseflow_core::adapters::aes_gcm::AesGcm;
use caseflow_core::adapters::keyring::{Keyring, Roots};
use caseflow_core::domain::id::{ClientId, FirmId, InvoiceId, TypedId as _};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::domain::vault::{
    CHUNK, DataKey, HEADER, ItemVersion, Layout, Part, SALT, SEALED_CHUNK,
};
use caseflow_core::ports::cipher::{self, BodyCipher};
use caseflow_core::ports::keys::KeyProvider as _;
use caseflow_core::testing::{SeededEntropy, block_on};
use criterion::{BatchSize, Criterion, Throughput};

/// A short file, a scan, a large one.
const SIZES: [usize; 3] = [10_000, 1 << 20, 16 << 20];
/// What the report is about.
const REPORTED: usize = 16 << 20;
const ROUNDS: usize = 7;
/// Below this share of OpenSSL the engine does without the processor's instructions, or without some
/// of them.
const SLOW: f64 = 0.3;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for (name, cipher) in engines() {
        sizes(&mut criterion, name, cipher.as_ref());
    }
    keys(&mut criterion);
    criterion.final_summary();
    if std::env::args().any(|it| it == "--bench") {
        report();
    }
}

fn engines() -> Vec<(&'static str, Box<dyn BodyCipher>)> {
    vec![
        ("aes-gcm", Box::new(AesGcm)),
        #[cfg(feature = "aws-lc-rs")]
        (
            "aws-lc-rs",
            Box::new(caseflow_core::adapters::aws_lc_rs::AwsLc),
        ),
    ]
}

fn sizes(criterion: &mut Criterion, name: &str, cipher: &dyn BodyCipher) {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(20);
    for size in SIZES {
        let content = vec![7; size];
        let object = object(cipher, &content);
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(format!("seal/{size}"), |it| {
            it.iter(|| seal(cipher, black_box(&content)));
        });
        group.bench_function(format!("open/{size}"), |it| {
            it.iter(|| open(cipher, black_box(&object)));
        });
    }
    let object = object(cipher, &vec![7; REPORTED]);
    let layout = Layout::of_object(object.len() as u64).unwrap();
    for (name, length) in [("1k", 1_024), ("64k", 65_536), ("1m", 1 << 20)] {
        let from = 5_000_000;
        group.throughput(Throughput::Bytes(length));
        group.bench_function(format!("range/{name}"), |it| {
            it.iter(|| range(cipher, &object, layout, from, length));
        });
    }
    group.finish();
}

fn keys(criterion: &mut Criterion) {
    let at = Timestamp::from_micros(1_764_000_000_000_000);
    let (firm, client) = (
        FirmId::from_parts(at, [1; 10]),
        ClientId::from_parts(at, [2; 10]),
    );
    let version = ItemVersion::new(firm, client, InvoiceId::from_parts(at, [3; 10]), 1);
    let root = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    let keyring = |text: &str| {
        let roots = Roots::parse(text).unwrap();
        Keyring::new(roots, Arc::new(AesGcm), Arc::new(SeededEntropy::new(1)))
    };
    let (first, rotated) = (
        keyring(&format!("1:{root}")),
        keyring(&format!("1:{root} 2:{root}")),
    );
    let envelope = block_on(first.generate(&version)).unwrap().1;
    let mut group = criterion.benchmark_group("keyring");
    group.bench_function("generate", |it| {
        it.iter(|| block_on(first.generate(&version)).unwrap());
    });
    group.bench_function("unwrap", |it| {
        it.iter(|| block_on(first.unwrap(&version, &envelope)).unwrap());
    });
    group.bench_function("rewrap", |it| {
        let rewrap = |envelope| block_on(rotated.rewrap(&version, &envelope)).unwrap();
        it.iter_batched(|| envelope.clone(), rewrap, BatchSize::SmallInput);
    });
    group.finish();
}

fn report() {
    let content = vec![7; REPORTED];
    println!(
        "\nGB/s of processor time, medians of {ROUNDS} in turns; × OpenSSL with chunks of 16 KiB"
    );
    for (name, cipher) in engines() {
        let object = object(cipher.as_ref(), &content);
        let mut rates = [vec![], vec![], vec![], vec![]];
        for _ in 0..ROUNDS {
            let round = [
                rate(|| seal(cipher.as_ref(), &content)),
                openssl(&[]),
                rate(|| open(cipher.as_ref(), &object)),
                openssl(&["-decrypt"]),
            ];
            for (all, one) in rates.iter_mut().zip(round) {
                all.push(one);
            }
        }
        let [sealed, encrypted, opened, decrypted] = rates.map(median);
        for (what, ours, theirs) in [("seal", sealed, encrypted), ("open", opened, decrypted)] {
            let share = ours / theirs;
            println!("{name:<10} {what} {ours:>6.2}  openssl {theirs:>6.2}  × {share:.2}");
            if share < SLOW {
                println!(
                    "{name:<10} {what} SLOW PATH: see docs/vault.md for what to build it with"
                );
            }
        }
    }
    println!("load average {}", load());
}

/// Seals as a stream does: a buffer of one chunk, filled, sealed and handed on.
fn seal(cipher: &dyn BodyCipher, content: &[u8]) {
    let mut sealing = cipher.seal(&key(), [9; SALT], &context()).unwrap();
    black_box(sealing.header());
    let mut chunk = Vec::with_capacity(SEALED_CHUNK);
    let (inner, last) = content.as_chunks::<CHUNK>();
    for content in inner {
        chunk.clear();
        chunk.extend_from_slice(content);
        sealing.inner(&mut chunk).unwrap();
        black_box(&chunk);
    }
    chunk.clear();
    chunk.extend_from_slice(last);
    sealing.last(&mut chunk).unwrap();
    black_box(&chunk);
}

fn object(cipher: &dyn BodyCipher, content: &[u8]) -> Vec<u8> {
    cipher::seal(cipher, &key(), [9; SALT], &context(), content).unwrap()
}

/// Opens as a stream does.
fn open(cipher: &dyn BodyCipher, object: &[u8]) {
    let layout = Layout::of_object(object.len() as u64).unwrap();
    range(cipher, object, layout, 0, layout.content());
}

/// Opens the chunks of a range as a stream does.
fn range(cipher: &dyn BodyCipher, object: &[u8], layout: Layout, from: u64, length: u64) {
    let header = object.first_chunk::<HEADER>().unwrap();
    let opening = cipher.open(&key(), header, &context()).unwrap();
    let span = layout.span(&(from..from + length)).unwrap();
    let [start, end] = [span.object.start, span.object.end].map(|at| usize::try_from(at).unwrap());
    let sealed = object.get(start..end).unwrap().chunks(SEALED_CHUNK);
    let mut chunk = Vec::with_capacity(SEALED_CHUNK);
    for (index, sealed) in span.chunks.zip(sealed) {
        chunk.clear();
        chunk.extend_from_slice(sealed);
        opening
            .open(layout.place(index).unwrap(), &mut chunk)
            .unwrap();
        black_box(&chunk);
    }
}

fn key() -> DataKey {
    DataKey::made(|bytes| bytes.fill(7))
}

fn context() -> [u8; ItemVersion::CONTEXT] {
    let at = Timestamp::from_micros(0);
    let (firm, client) = (
        FirmId::from_parts(at, [1; 10]),
        ClientId::from_parts(at, [2; 10]),
    );
    ItemVersion::new(firm, client, InvoiceId::from_parts(at, [3; 10]), 1).context(Part::Body)
}

/// GB/s of a work on so much content, done for half a second.
fn rate(mut work: impl FnMut()) -> f64 {
    let (start, from) = (Instant::now(), spent());
    let mut times = 0.0;
    while start.elapsed().as_millis() < 500 {
        work();
        times += 1.0;
    }
    let spent = match (from, spent()) {
        (Some(from), Some(until)) => until - from,
        _ => start.elapsed().as_secs_f64(),
    };
    times * REPORTED as f64 / 1e9 / spent
}

/// The processor time of this thread in seconds, where the system tells it.
fn spent() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanos: f64 = text.split_ascii_whitespace().next()?.parse().ok()?;
    Some(nanos / 1e9)
}

/// What `openssl speed` says of AES-256-GCM in chunks of 16 KiB.
fn openssl(how: &[&str]) -> f64 {
    let mut command = Command::new("openssl");
    command.args(["speed", "-mr", "-seconds", "1", "-bytes", "16384"]);
    command.args(["-evp", "aes-256-gcm"]).args(how);
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find(|line| line.starts_with("+F:")).unwrap();
    let rate: f64 = line.rsplit(':').next().unwrap().parse().unwrap();
    rate / 1e9
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default()
}
