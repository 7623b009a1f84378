//! What a range of a file in a folder costs, next to plain reads of the same ranges in the same run.
//!
//! A range of 1 MiB is what a page of a preview asks for, one of 80 KiB what the vault does, all of it
//! at other places each time in a file of 256 MiB that the system has in its memory. A plain read
//! opens the file, goes to the place and reads, on the thread that asks; the adapter does so on
//! another, so that no request waits behind a disk, and the way there and back is most of the ratio.
//!
//! `cargo bench -p caseflow-core --features object-store,testing --bench blobs`. The ratios come last.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up should stop"
)]

use std::fs::File;
use std::hint::black_box;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Instant;

use bytes::Bytes;
use caseflow_core::adapters::object_store::ObjectBlobs;
use caseflow_core::ports::blobs::{BlobName, Blobs as _};
use caseflow_core::testing::fixtures::id;
use criterion::{Criterion, Throughput};
use futures_util::TryStreamExt as _;
use tokio::runtime::Runtime;

const LENGTH: u64 = 256 << 20;
const RANGES: [(&str, u64); 2] = [("80k", 80 << 10), ("1m", 1 << 20)];
const ROUNDS: usize = 9;
/// How many ranges a round of the report reads.
const READS: u64 = 200;

fn main() {
    let bench = Bench::open();
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("range");
    group.sample_size(20);
    for (name, length) in RANGES {
        let (mut one, mut other) = (0, 0);
        group.throughput(Throughput::Bytes(length));
        group.bench_function(format!("folder/{name}"), |it| {
            it.iter(|| bench.ours(next(&mut one, length)));
        });
        group.bench_function(format!("plain/{name}"), |it| {
            it.iter(|| bench.plain(next(&mut other, length)));
        });
    }
    group.finish();
    criterion.final_summary();
    if std::env::args().any(|it| it == "--bench") {
        bench.report();
    }
}

/// A file in a folder, which goes when this is dropped.
struct Bench {
    runtime: Runtime,
    blobs: ObjectBlobs,
    folder: PathBuf,
    file: PathBuf,
}

impl Bench {
    fn open() -> Self {
        let runtime = Runtime::new().unwrap();
        let folder = format!("caseflow-bench-{}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        let blobs = ObjectBlobs::in_folder(&folder).unwrap();
        runtime.block_on(write(&blobs));
        let file = folder.join(format!("{}/{}", name().firm, name().id));
        Self {
            runtime,
            blobs,
            folder,
            file,
        }
    }

    fn ours(&self, range: Range<u64>) {
        self.runtime.block_on(async {
            let mut content = self.blobs.read(name(), range).await.unwrap();
            while let Some(piece) = content.try_next().await.unwrap() {
                black_box(piece);
            }
        });
    }

    fn plain(&self, range: Range<u64>) {
        plain(&self.file, range);
    }

    fn report(&self) {
        println!("\nµs a range, medians of {ROUNDS} rounds in turns; × plain");
        for (name, length) in RANGES {
            let (mut ours, mut theirs) = (vec![], vec![]);
            for _ in 0..ROUNDS {
                ours.push(micros(length, |range| self.ours(range)));
                theirs.push(micros(length, |range| self.plain(range)));
            }
            let (ours, theirs) = (median(ours), median(theirs));
            let ratio = ours / theirs;
            println!("{name:>4} folder {ours:>7.1}  plain {theirs:>7.1}  × {ratio:.2}");
        }
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).unwrap_or_default();
    }
}

async fn write(blobs: &ObjectBlobs) {
    let piece = Bytes::from(vec![7; 1 << 20]);
    let mut writer = blobs.create(name()).await.unwrap();
    for _ in 0..LENGTH >> 20 {
        writer.write(piece.clone()).await.unwrap();
    }
    assert_eq!(writer.finish().await.unwrap(), LENGTH);
}

fn plain(file: &Path, range: Range<u64>) {
    let length = range.end - range.start;
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap());
    let mut file = File::open(file).unwrap();
    file.seek(SeekFrom::Start(range.start)).unwrap();
    file.take(length).read_to_end(&mut bytes).unwrap();
    black_box(bytes);
}

fn name() -> BlobName {
    BlobName {
        firm: id(1),
        id: id(1),
    }
}

/// A range at another place each time.
fn next(number: &mut u64, length: u64) -> Range<u64> {
    *number += 1;
    let start = *number * 7_654_321 % (LENGTH - length);
    start..start + length
}

fn micros(length: u64, read: impl Fn(Range<u64>)) -> f64 {
    let (start, mut number) = (Instant::now(), 0);
    for _ in 0..READS {
        read(next(&mut number, length));
    }
    start.elapsed().as_secs_f64() * 1e6 / READS as f64
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
