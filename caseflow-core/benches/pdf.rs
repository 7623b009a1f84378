//! What an invoice in PDF costs, next to the least that one with the same words and fonts can cost.
//!
//! * `floor`: pages by pdf-writer alone, untagged and without metadata: the same lines, columns,
//!   rules and page numbers, a glyph a character, the same two fonts cut to what is shown, the same
//!   compression. It knows where everything stands; it shapes nothing and measures no column.
//! * `tagged`: the adapter, archival and accessible, shaping only where it has to.
//! * `shaped`: the adapter as it is used, with kerning.
//!
//! Every document of a run has other texts and prices, so that nothing is remembered from the last.
//! `cargo bench -p caseflow-core --features pdf-writer,testing --bench pdf`; ratios and memory come
//! last.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark that cannot be set up should stop"
)]

#[path = "pdf/floor.rs"]
mod floor;

use std::hint::black_box;
use std::time::{Duration, Instant};

use caseflow_core::adapters::pdf_writer::{Renderer, Shaping};
use caseflow_core::domain::print::Print;
use caseflow_core::domain::text::Prose;
use caseflow_core::testing::prints::Desk;
use criterion::{BenchmarkId, Criterion};

use floor::Floor;

const SIZES: [usize; 2] = [25, 1_000];
/// Different documents, used in turn.
const VARIANTS: usize = 16;

fn main() {
    let bench = Bench::new();
    let mut criterion = Criterion::default().configure_from_args();
    for lines in SIZES {
        bench.compare(&mut criterion, lines);
    }
    criterion.final_summary();
    println!(
        "\nms a document (median, in turns)   floor  tagged  shaped   tagged/floor  shaped/floor   bytes"
    );
    for lines in SIZES {
        bench.report(lines);
    }
    bench.memory();
}

/// Makes a document and says its length.
type Draw<'a> = dyn Fn(&Print) -> usize + 'a;

struct Bench {
    floor: Floor,
    tagged: Renderer,
    shaped: Renderer,
}

impl Bench {
    fn new() -> Self {
        Self {
            floor: Floor::new(),
            tagged: Renderer::with_shaping(Shaping::WhereNeeded).unwrap(),
            shaped: Renderer::new().unwrap(),
        }
    }

    fn compare(&self, criterion: &mut Criterion, lines: usize) {
        let prints = prints(lines);
        let mut group = criterion.benchmark_group("pdf");
        group
            .sample_size(if lines > 100 { 10 } else { 30 })
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_secs(3));
        let kinds: [(&str, &Draw<'_>); 3] = [
            ("floor", &|print| self.floor.draw(print).len()),
            ("tagged", &|print| {
                self.tagged.render(print).unwrap().bytes.len()
            }),
            ("shaped", &|print| {
                self.shaped.render(print).unwrap().bytes.len()
            }),
        ];
        for (name, draw) in kinds {
            let mut turn = 0;
            group.bench_function(BenchmarkId::new(name, lines), |bencher| {
                bencher.iter(|| {
                    turn += 1;
                    draw(black_box(&prints[turn % VARIANTS]))
                });
            });
        }
        group.finish();
    }

    fn report(&self, lines: usize) {
        let prints = prints(lines);
        let rounds = if lines > 100 { 32 } else { 400 };
        let mut times = [vec![], vec![], vec![]];
        for print in (0..rounds).map(|round| &prints[round % VARIANTS]) {
            times[0].push(timed(|| self.floor.draw(print).len()));
            times[1].push(timed(|| self.tagged.render(print).unwrap().bytes.len()));
            times[2].push(timed(|| self.shaped.render(print).unwrap().bytes.len()));
        }
        let [floor, tagged, shaped] = times.map(median);
        let bytes = self.shaped.render(&prints[0]).unwrap().bytes.len();
        println!(
            "{lines:>5} lines {floor:>28.2} {tagged:>7.2} {shaped:>7.2} {:>13.2} {:>13.2} {bytes:>9}",
            tagged / floor,
            shaped / floor
        );
    }

    /// What the process holds after some documents and after many more.
    fn memory(&self) {
        let prints = prints(25);
        let after = |count: usize| {
            for round in 0..count {
                black_box(self.shaped.render(&prints[round % VARIANTS]).unwrap());
            }
            resident()
        };
        let (few, many) = (after(100), after(5_000));
        println!("\nresident after 100 documents {few} KiB, after 5,100 {many} KiB");
    }
}

fn timed(work: impl FnOnce() -> usize) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64() * 1e3
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Kibibytes of memory that the process has; 0 where there is no such file.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Invoices that differ in every text and price.
fn prints(lines: usize) -> Vec<Print> {
    let one = |variant: usize| {
        let mut desk = Desk::with_lines(lines).paid(&[250]);
        let items = desk.terms.pricing.lines.iter_mut();
        for (item, n) in items.zip(variant * 7_919..) {
            let text = format!("{} {n} of file {variant}", item.description);
            item.description = Prose::parse(&text).unwrap();
            item.unit_price = format!("{}.{:02}", n % 4_000 + 10, n % 97).parse().unwrap();
        }
        desk.invoice()
    };
    (0..VARIANTS).map(one).collect()
}
