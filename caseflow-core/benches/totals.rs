//! What totals cost, next to what the bare arithmetic costs in the same run.
//!
//! * `totals`: [`Pricing::totals`], with every check, every column and both taxes of each line.
//! * `bare`: the same numbers by plain `Decimal` arithmetic, unchecked and without the columns:
//!   multiply, round, and for each tax multiply and round.
//! * `multiply-add`: one `Decimal` multiplication and addition a line, the least any total needs.
//!
//! `cargo bench -p caseflow-core --bench totals`; the ratios come last.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up should stop"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::pricing::{
    Discount, LineItem, Percent, PriceMode, Pricing, Quantity, TaxRate, UnitPrice,
};
use caseflow_core::domain::text::{Line, Prose};
use criterion::{BenchmarkId, Criterion, Throughput};
use rust_decimal::{Decimal, RoundingStrategy};

const SIZES: [usize; 3] = [1, 25, 1000];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for lines in SIZES {
        compare(&mut criterion, &invoice(lines, None));
    }
    criterion.final_summary();
    println!("\nns a line (best of 50 runs)   totals    bare  multiply-add   totals/bare");
    for lines in SIZES {
        report("", &invoice(lines, None));
        report(
            " discounted",
            &invoice(lines, Some(Discount::Fixed(cents(100)))),
        );
    }
}

fn compare(criterion: &mut Criterion, invoice: &Pricing) {
    let lines = invoice.lines.len();
    let mut group = criterion.benchmark_group("totals");
    group
        .sample_size(30)
        .warm_up_time(Duration::from_millis(500));
    group
        .measurement_time(Duration::from_secs(2))
        .throughput(Throughput::Elements(lines as u64));
    group.bench_with_input(
        BenchmarkId::new("totals", lines),
        invoice,
        |bencher, invoice| {
            bencher.iter(|| black_box(invoice).totals());
        },
    );
    group.bench_with_input(
        BenchmarkId::new("bare", lines),
        invoice,
        |bencher, invoice| {
            bencher.iter(|| bare(black_box(invoice)));
        },
    );
    group.bench_with_input(
        BenchmarkId::new("multiply-add", lines),
        invoice,
        |bencher, invoice| {
            bencher.iter(|| multiply_add(black_box(invoice)));
        },
    );
    group.finish();
}

fn report(kind: &str, invoice: &Pricing) {
    let lines = invoice.lines.len();
    let totals = best(lines, || invoice.totals());
    let (bare, least) = (
        best(lines, || bare(invoice)),
        best(lines, || multiply_add(invoice)),
    );
    let name = format!("{lines}{kind}");
    println!(
        "{name:<27} {totals:>8.1} {bare:>7.1} {least:>13.1} {:>13.2}",
        totals / bare
    );
}

/// Nanoseconds a line, of the quickest of 50 runs over at least 20,000 lines each.
fn best<T>(lines: usize, work: impl Fn() -> T) -> f64 {
    let rounds = (20_000 / lines).max(1);
    let run = |_| {
        let start = Instant::now();
        for _ in 0..rounds {
            black_box(work());
        }
        start.elapsed()
    };
    let quickest = (0..50).map(run).min().unwrap_or_default();
    quickest.as_secs_f64() * 1e9 / (rounds * lines) as f64
}

fn bare(invoice: &Pricing) -> Decimal {
    let round =
        |value: Decimal| value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    let line = |item: &LineItem| {
        let net = item.quantity.value() * item.unit_price.value();
        let tax = |tax: &TaxRate| round(net * tax.percent.value() / Decimal::ONE_HUNDRED);
        round(net) + item.taxes.iter().map(tax).sum::<Decimal>()
    };
    invoice.lines.iter().map(line).sum()
}

fn multiply_add(invoice: &Pricing) -> Decimal {
    invoice
        .lines
        .iter()
        .map(|item| item.quantity.value() * item.unit_price.value())
        .sum()
}

/// An invoice of hours at a rate, with two taxes on every line.
fn invoice(lines: usize, discount: Option<Discount>) -> Pricing {
    let taxes = vec![tax("GST", 5000), tax("QST", 9975)];
    let line = |index: usize| LineItem {
        description: Prose::parse("Advice").unwrap(),
        quantity: Quantity::from_decimal(Decimal::new(index as i64 % 900 + 25, 2)).unwrap(),
        unit_price: UnitPrice::from_decimal(Decimal::new(index as i64 * 7 % 40_000 + 12_345, 2))
            .unwrap(),
        discount: None,
        taxes: taxes.clone(),
    };
    Pricing {
        currency: Currency::CAD,
        mode: PriceMode::TaxExclusive,
        lines: (0..lines).map(line).collect(),
        discount,
    }
}

fn tax(name: &str, thousandths: i64) -> TaxRate {
    let percent = Percent::from_decimal(Decimal::new(thousandths, 3)).unwrap();
    TaxRate {
        name: Line::parse(name).unwrap(),
        percent,
    }
}

fn cents(minor: i64) -> Money {
    Money::from_minor(minor, Currency::CAD)
}
