//! Durable payments a second on SQLite (`synchronous=FULL`), by one writer and by many at once.
//!
//! * `grouped`: the store as it is, writes that wait together share a commit;
//! * `unbatched`: the same store with groups of one, a transaction for each payment.
//!
//! A payment is what the core commits for one: the key of the request, the invoice's new account, the
//! payment with the next receipt's number, the client's counter and feed, an audit row, a mail. Each
//! writer pays off an invoice of its own, one cent after another, and waits for each answer.
//!
//! `cargo bench -p caseflow-sqlx --features testing --bench payments`; the ratios come last.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up should stop"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use caseflow_core::domain::changes::{
    Change, Changes, Counter, CounterDelta, IdempotencyEntry, Reply, Version, Write,
};
use caseflow_core::domain::invoice::Invoice;
use caseflow_core::ports::store::{Committed, Store};
use caseflow_core::testing::fixtures::{self, Office};
use caseflow_sqlx::Options;
use caseflow_sqlx::testing::{TestDatabase, sqlite_file};
use criterion::{BenchmarkId, Criterion, Throughput};
use tokio::runtime::Runtime;

const WRITERS: [usize; 2] = [1, 16];
const WAYS: [(&str, usize); 2] = [("grouped", 64), ("unbatched", 1)];

fn main() {
    let runtime = Runtime::new().unwrap();
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("payments");
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .throughput(Throughput::Elements(1));
    for writers in WRITERS {
        for (way, size) in WAYS {
            let till = runtime.block_on(Till::open(size, writers));
            group.bench_function(BenchmarkId::new(way, writers), |bencher| {
                bencher.iter_custom(|payments| runtime.block_on(till.take(payments)));
            });
        }
    }
    group.finish();
    criterion.final_summary();
    // Without it cargo only tries whether the benchmark runs.
    if std::env::args().any(|given| given == "--bench") {
        runtime.block_on(report());
    }
}

/// Takes turns, so that a slow moment of the disk falls on both.
async fn report() {
    const ROUNDS: u64 = 8;
    const PAYMENTS: u64 = 800;
    println!("\nwriters   grouped/s   unbatched/s   ratio");
    for writers in WRITERS {
        let [grouped, unbatched] = WAYS.map(|(_, size)| Till::open(size, writers));
        let (grouped, unbatched) = (grouped.await, unbatched.await);
        let (mut together, mut alone) = (Duration::ZERO, Duration::ZERO);
        for _ in 0..ROUNDS {
            together += grouped.take(PAYMENTS).await;
            alone += unbatched.take(PAYMENTS).await;
        }
        let rate = |spent: Duration| (ROUNDS * PAYMENTS) as f64 / spent.as_secs_f64();
        println!(
            "{writers:7}   {:9.0}   {:11.0}   {:5.2}",
            rate(together),
            rate(alone),
            rate(together) / rate(alone)
        );
    }
}

/// A store with an invoice for each writer.
struct Till {
    store: Arc<dyn Store>,
    office: Office,
    invoices: Vec<Invoice>,
    /// Payments that each writer has made, which is also how often its invoice was written again.
    made: AtomicU64,
    _database: TestDatabase,
}

impl Till {
    async fn open(group: usize, writers: usize) -> Self {
        let database = sqlite_file();
        let options = Options {
            group,
            ..Options::default()
        };
        let store = database.open(options).await;
        store.migrate().await.unwrap();
        let store: Arc<dyn Store> = store;
        let office = Office::open(&*store, 1).await;
        let total = fixtures::usd("1000000.00");
        let invoices: Vec<Invoice> = (1..=writers as u64)
            .map(|n| fixtures::issued(n, office.client.id, total))
            .collect();
        let written = invoices.iter().cloned().map(Write::Insert);
        let changes = written.map(Change::Invoice).collect();
        let changes = Changes {
            changes,
            ..Changes::default()
        };
        store.commit(office.firm.id, changes).await.unwrap();
        let invoices = numbered(&*store, &office, &invoices).await;
        Self {
            store,
            office,
            invoices,
            made: AtomicU64::new(0),
            _database: database,
        }
    }

    /// How long it takes to make so many payments, shared out evenly (rounded up) among the writers.
    async fn take(&self, payments: u64) -> Duration {
        let each = payments.div_ceil(self.invoices.len() as u64);
        let first = self.made.fetch_add(each, Ordering::Relaxed);
        let made: Vec<Vec<Changes>> = (1..)
            .zip(&self.invoices)
            .map(|(writer, invoice)| {
                (first + 1..=first + each)
                    .map(|nth| self.payment(writer, invoice, nth))
                    .collect()
            })
            .collect();
        let start = Instant::now();
        let writers: Vec<_> = made
            .into_iter()
            .map(|changes| tokio::spawn(pay(Arc::clone(&self.store), self.office.clone(), changes)))
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let real = each * self.invoices.len() as u64;
        start.elapsed().mul_f64(payments as f64 / real as f64)
    }

    /// The `nth` cent that this writer pays.
    fn payment(&self, writer: u64, invoice: &Invoice, nth: u64) -> Changes {
        // Ids are in the order of time, whoever pays.
        let number = nth * self.invoices.len() as u64 + writer;
        let cent = fixtures::usd("0.01");
        let mut now = invoice.clone();
        now.account.received = fixtures::usd(&format!("{}.{:02}", nth / 100, nth % 100));
        let payment = fixtures::payment(number, &now, cent);
        let received = CounterDelta {
            client: self.office.client.id,
            counter: Counter::Received {
                year: 2026,
                currency: cent.currency(),
            },
            delta: cent.minor(),
        };
        let entry = IdempotencyEntry {
            request: fixtures::request(self.office.contact.id, &format!("payment {number}"), 1),
            reply: Reply {
                id: payment.id.into(),
                version: Version::FIRST,
            },
            expires_at: fixtures::at("2026-11-25T09:00:00Z"),
        };
        let read = Version(nth);
        let activity = fixtures::activity(number, &now);
        let audit = fixtures::audit(payment.id);
        let changes = Changes {
            idempotency: Some(entry),
            ..Changes::default()
        };
        changes
            .with(Change::Invoice(Write::Update { read, now }))
            .with(Change::Payment(Write::Insert(payment)))
            .with(Change::Count(received))
            .with(Change::Activity(activity))
            .audited(audit)
            .mailed(fixtures::mail(number, self.office.contact.id))
    }
}

async fn pay(store: Arc<dyn Store>, office: Office, payments: Vec<Changes>) {
    for payment in payments {
        let done = store.commit(office.firm.id, payment).await;
        assert!(matches!(done, Ok(Committed::Applied)), "{done:?}");
    }
}

/// The invoices with the numbers that they were given.
async fn numbered(store: &dyn Store, office: &Office, invoices: &[Invoice]) -> Vec<Invoice> {
    let mut read = Vec::new();
    for invoice in invoices {
        let file = store
            .invoice(office.firm.id, invoice.id.into())
            .await
            .unwrap();
        read.push(file.unwrap().invoice.value);
    }
    read
}
