//! A process that writes is killed again and again: what it was told is written is there, and of
//! each commit there is all or nothing. It is a test of its own, without the harness, because it is
//! also the process that is killed.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use caseflow_core::domain::audit::ChainCheck;
use caseflow_core::domain::changes::{Change, Changes, Counter, CounterDelta, Write};
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::page::{PageQuery, PageSize};
use caseflow_core::ports::store::{AuditQuery, FirmReads as _, InvoiceKey, Writes as _};
use caseflow_core::testing::fixtures::{self, Office, id, usd};
use custom_store::KeyValueStore;

mod folder;

use folder::Folder;

/// Where the process that is killed finds its file, and how many commits were done.
const FILE: &str = "CUSTOM_STORE_FILE";
const DONE: &str = "CUSTOM_STORE_DONE";

const KILLS: u64 = 4;

/// The first invoice of the story.
const FIRST: u64 = 1_000;

const COUNTER: Counter = Counter::Received {
    year: 2026,
    currency: Currency::USD,
};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match std::env::var_os(FILE) {
        Some(file) => write(Path::new(&file)).await,
        None => kill().await,
    }
}

/// Writes for ever, and says so after each commit.
async fn write(file: &Path) {
    let store = KeyValueStore::open(file).unwrap();
    let done: u64 = std::env::var(DONE).unwrap().parse().unwrap();
    let office = office().await;
    let mut out = std::io::stdout();
    for n in done.. {
        store
            .commit(office.firm.id, step(&office, n))
            .await
            .unwrap();
        writeln!(out, "{n}").unwrap();
        out.flush().unwrap();
    }
}

/// One commit: an invoice, an activity, a counter and an audit row.
fn step(office: &Office, n: u64) -> Changes {
    let invoice = fixtures::issued(FIRST + n, office.client.id, usd("1.00"));
    Changes::default()
        .with(Change::Activity(fixtures::activity(FIRST + n, &invoice)))
        .with(Change::Count(CounterDelta {
            client: office.client.id,
            counter: COUNTER,
            delta: 1,
        }))
        .audited(fixtures::audit(invoice.id))
        .with(Change::Invoice(Write::Insert(invoice)))
}

/// The same in every process.
async fn office() -> Office {
    Office::open(&KeyValueStore::in_memory().unwrap(), 1).await
}

async fn kill() {
    let folder = Folder::new("killed");
    let file = folder.file();
    Office::open(&KeyValueStore::open(&file).unwrap(), 1).await;
    let mut done = 0;
    for round in 1..=KILLS {
        let told = killed_after(&file, done, 10 * round);
        done = whole(&file, told).await;
    }
}

/// Kills the process that writes while it goes on, and answers how many commits it told of.
fn killed_after(file: &Path, done: u64, steps: u64) -> u64 {
    let mut child = writer(file, done);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut told = done;
    for line in lines.by_ref().take(usize::try_from(steps).unwrap()) {
        told = line.unwrap().parse::<u64>().unwrap() + 1;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it still said before it died was done, too.
    lines
        .map_while(Result::ok)
        .last()
        .map_or(told, |line| line.parse::<u64>().map_or(told, |n| n + 1))
}

fn writer(file: &Path, done: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .env(FILE, file)
        .env(DONE, done.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Everything that was told of is there, and of everything all parts. Answers how many there are.
async fn whole(file: &Path, told: u64) -> u64 {
    let store = KeyValueStore::open(file).unwrap();
    let office = office().await;
    let (firm, client) = (office.firm.id, office.client.id);
    let counted = store.counter(firm, client, COUNTER).await.unwrap();
    let there = u64::try_from(counted).unwrap();
    assert!((told..=told + 1).contains(&there), "{there} of {told}");
    for n in 0..there + 1 {
        let key = InvoiceKey::Invoice(id(FIRST + n));
        let card = store.invoice(firm, key).await.unwrap();
        assert_eq!(card.is_some(), n < there, "invoice {n} of {there}");
    }
    assert_eq!(chain(&store, &office).await, there);
    there
}

/// How many rows the audit chain has; it has no gap.
async fn chain(store: &KeyValueStore, office: &Office) -> u64 {
    let mut check = ChainCheck::default();
    let mut after = None;
    loop {
        let size = PageSize::new(100).unwrap();
        let query = AuditQuery {
            page: PageQuery { after, size },
            ..AuditQuery::default()
        };
        let page = store.audit(office.firm.id, &query).await.unwrap();
        for row in &page.rows {
            check = check.next(row).unwrap();
        }
        match page.next {
            None => return check.seq(),
            next => after = next,
        }
    }
}
