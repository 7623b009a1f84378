//! Online payments a second that are written durably, by 16 callers at once, on both engines.
//!
//! * `insert`: the plain insert of one row, the measure of the other two;
//! * `notice`: a gateway's signed notice is checked and kept, which is when it is answered with 2xx;
//! * `settle`: a payer comes back, the gateway is asked, and the payment is put on record with its
//!   receipt, account, counter, feed, audit row and mails.
//!
//! The gateway is the one in memory, so that what is measured is ours.
//!
//! `cargo bench -p caseflow-sqlx --features testing --bench webhooks`; the ratios come last.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark that cannot be set up should stop"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use caseflow_core::Ports;
use caseflow_core::domain::access::Origin;
use caseflow_core::domain::changes::{Change, Changes, Write};
use caseflow_core::domain::id::{AttemptId, InvoiceId};
use caseflow_core::portal::Visiting;
use caseflow_core::portal::pay::{self, Start};
use caseflow_core::ports::payments::WebhookRequest;
use caseflow_core::testing::Doubles;
use caseflow_core::testing::fixtures::{self, Office};
use caseflow_core::testing::gateway::{Posted, TestGateway};
use caseflow_core::upkeep::notices::{self, Receipt};
use caseflow_sqlx::testing::{TestDatabase, postgres, sqlite};
use criterion::{BenchmarkId, Criterion, Throughput};
use tokio::runtime::Runtime;

const CALLERS: usize = 16;
const ENGINES: [&str; 2] = ["sqlite", "postgres"];
const WORKS: [Work; 3] = [Work::Insert, Work::Notice, Work::Settle];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Insert,
    Notice,
    Settle,
}

impl Work {
    const fn name(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Notice => "notice",
            Self::Settle => "settle",
        }
    }
}

fn main() {
    let runtime = Runtime::new().unwrap();
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("webhooks");
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .throughput(Throughput::Elements(1));
    for engine in ENGINES {
        let till = runtime.block_on(Till::open(engine));
        for work in WORKS {
            group.bench_function(BenchmarkId::new(work.name(), engine), |bencher| {
                bencher.iter_custom(|count| runtime.block_on(till.take(work, count)));
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

/// Takes turns, so that a slow moment of the disk falls on all.
async fn report() {
    const ROUNDS: u64 = 8;
    const EACH: u64 = 400;
    println!("\nengine     insert/s   notice/s   ratio   settle/s   ratio");
    for engine in ENGINES {
        let till = Till::open(engine).await;
        let mut spent = [Duration::ZERO; 3];
        for _ in 0..ROUNDS {
            for (sum, work) in spent.iter_mut().zip(WORKS) {
                *sum += till.take(work, EACH).await;
            }
        }
        let [insert, notice, settle] =
            spent.map(|spent| (ROUNDS * EACH) as f64 / spent.as_secs_f64());
        println!(
            "{engine:8}   {insert:8.0}   {notice:8.0}   {:5.2}   {settle:8.0}   {:5.2}",
            notice / insert,
            settle / insert
        );
    }
}

/// A firm that takes money online.
struct Till {
    ports: Ports,
    office: Office,
    gateway: Arc<TestGateway>,
    made: AtomicU64,
    _database: TestDatabase,
}

/// What one caller does in a row.
enum Share {
    Insert(Vec<Changes>),
    Notice(Vec<Posted>),
    Settle(Vec<AttemptId>),
}

impl Till {
    async fn open(engine: &str) -> Arc<Self> {
        let (store, database) = match engine {
            "sqlite" => sqlite().await,
            _ => postgres().await,
        };
        let doubles = Doubles::new();
        let ports = doubles.ports(store);
        let office = Office::open(&*ports.store, 1).await;
        let gateway = TestGateway::new(doubles.clock.clone());
        doubles
            .gateways
            .set(office.firm.id, vec![gateway.clone() as Arc<_>]);
        Arc::new(Self {
            ports,
            office,
            gateway,
            made: AtomicU64::new(0),
            _database: database,
        })
    }

    /// How long so much of this work takes, shared out among the callers.
    async fn take(self: &Arc<Self>, work: Work, count: u64) -> Duration {
        let each = count.div_ceil(CALLERS as u64);
        let mut shares = vec![];
        for _ in 0..CALLERS {
            shares.push(self.share(work, each).await);
        }
        let start = Instant::now();
        let callers: Vec<_> = shares
            .into_iter()
            .map(|share| {
                let till = self.clone();
                tokio::spawn(async move { till.work_off(share).await })
            })
            .collect();
        for caller in callers {
            caller.await.unwrap();
        }
        let real = each * CALLERS as u64;
        start.elapsed().mul_f64(count as f64 / real as f64)
    }

    async fn share(&self, work: Work, each: u64) -> Share {
        if work == Work::Insert {
            return Share::Insert((0..each).map(|_| self.row()).collect());
        }
        let mut attempts = vec![];
        for _ in 0..each {
            attempts.push(self.paid_there().await);
        }
        match work {
            Work::Settle => {
                drop(self.gateway.posted());
                Share::Settle(attempts)
            }
            _ => Share::Notice(self.gateway.posted()),
        }
    }

    /// One row of the feed.
    fn row(&self) -> Changes {
        let n = self.next();
        let invoice = fixtures::issued(n, self.office.client.id, fixtures::usd("1.00"));
        Changes::default().with(Change::Activity(fixtures::activity(n, &invoice)))
    }

    /// An invoice that was paid at the gateway; nobody has heard of it yet.
    async fn paid_there(&self) -> AttemptId {
        let invoice = fixtures::issued(self.next(), self.office.client.id, fixtures::usd("100.00"));
        let written: InvoiceId = invoice.id;
        let changes = Changes::default().with(Change::Invoice(Write::Insert(invoice)));
        let store = &self.ports.store;
        store.commit(self.office.firm.id, changes).await.unwrap();
        let start = pay::start(&self.ports, &self.visiting(), written, None).await;
        let Start::Go { attempt, .. } = start.unwrap() else {
            panic!("nobody is sent anywhere");
        };
        assert!(self.gateway.pay(&self.gateway.latest()));
        attempt
    }

    async fn work_off(&self, share: Share) {
        let firm = self.office.firm.id;
        match share {
            Share::Insert(rows) => {
                for changes in rows {
                    self.ports.store.commit(firm, changes).await.unwrap();
                }
            }
            Share::Notice(notices) => {
                for posted in notices {
                    self.post(&posted).await;
                }
            }
            Share::Settle(attempts) => {
                for attempt in attempts {
                    let returned = pay::returned(&self.ports, &self.visiting(), attempt).await;
                    let found = returned.unwrap().page.attempt;
                    assert!(found.txn().is_some(), "{found:?}");
                }
            }
        }
    }

    async fn post(&self, posted: &Posted) {
        let headers = posted.headers.iter();
        let headers: Vec<(&str, &[u8])> = headers
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect();
        let request = WebhookRequest {
            headers: &headers,
            body: &posted.body,
        };
        let name = "example".parse().unwrap();
        let kept = notices::keep(&self.ports, self.office.firm.id, &name, &request).await;
        assert_eq!(kept.unwrap(), Receipt::Kept("[accepted]"));
    }

    fn visiting(&self) -> Visiting {
        Visiting {
            firm: self.office.firm.id,
            visitor: self.office.visit(&self.office.contact).visitor,
            origin: Origin::default(),
        }
    }

    fn next(&self) -> u64 {
        1_000 + self.made.fetch_add(1, Ordering::Relaxed)
    }
}
