//! What `scripts/bench-load` starts:
//!
//! * `load hello <port>`: a bare axum server that answers `hello`, the measure of all others;
//! * `load sample <url>`: makes the tables and writes one firm with one of each record, for the
//!   script to multiply;
//! * `load serve <url> <MiB> <port>`: the portal on that database, with signed-in sessions and so much
//!   memory for pages; at `/tally` how many pages it has shown, and how many of them from memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::bail;
use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;
use caseflow_axum::{
    Cookies, FixedFirm, FromMemory, PageMemory, Portal, PortalAddresses, Settings,
};
use caseflow_core::Ports;
use caseflow_core::adapters::system::{SystemClock, SystemEntropy};
use caseflow_core::domain::changes::{Change, Changes, Counter, CounterDelta, Write};
use caseflow_core::domain::client::{Contact, Standing};
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::firm::PortalUrl;
use caseflow_core::domain::id::FirmId;
use caseflow_core::ports::payments::NoGateways;
use caseflow_core::ports::store::Writes as _;
use caseflow_core::testing::{Doubles, QuickCipher, fixtures};
use caseflow_sqlx::SqlxStore;
use tokio::net::TcpListener;

/// As the reference server has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    match given.as_slice() {
        ["hello", port] => answer(port, hello()).await,
        ["sample", url] => sample(url).await,
        ["serve", url, memory, port] => {
            let memory = PageMemory(memory.parse::<usize>()? << 20);
            answer(port, counted(portal(url, memory, port).await?)).await
        }
        _ => bail!("load hello <port> | load sample <url> | load serve <url> <MiB> <port>"),
    }
}

fn hello() -> Router {
    Router::new().route("/", get(async || "hello"))
}

/// The firm that is sampled and served.
fn firm() -> FirmId {
    fixtures::id(1)
}

static SHOWN: AtomicU64 = AtomicU64::new(0);
static FROM_MEMORY: AtomicU64 = AtomicU64::new(0);

fn counted(portal: Router) -> Router {
    let count = async |page: Response| {
        SHOWN.fetch_add(1, Ordering::Relaxed);
        let from_memory = page.extensions().get::<FromMemory>().is_some();
        FROM_MEMORY.fetch_add(u64::from(from_memory), Ordering::Relaxed);
        page
    };
    let tally = async || {
        let counts = [&SHOWN, &FROM_MEMORY].map(|count| count.load(Ordering::Relaxed).to_string());
        counts.join(" ")
    };
    portal
        .layer(map_response(count))
        .route("/tally", get(tally))
}

async fn portal(url: &str, memory: PageMemory, port: &str) -> anyhow::Result<Router> {
    let doubles = Doubles::new();
    let ports = Ports {
        store: Arc::new(SqlxStore::connect(url).await?),
        passwords: doubles.passwords,
        mailer: doubles.mailer,
        gateways: Arc::new(NoGateways),
        pdf: doubles.prints,
        sealer: doubles.seals,
        blobs: doubles.blobs,
        keys: doubles.keys,
        cipher: Arc::new(QuickCipher),
        addresses: Arc::new(PortalAddresses),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    };
    let address = PortalUrl::parse(&format!("http://127.0.0.1:{port}"))?;
    Ok(caseflow_axum::router(Portal {
        ports,
        firms: Arc::new(FixedFirm(firm())),
        settings: Settings {
            cookies: Cookies::plain_on_loopback(&address)?,
            page_memory: memory,
            ..Settings::default()
        },
    }))
}

async fn answer(port: &str, router: Router) -> anyhow::Result<()> {
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    Ok(axum::serve(listener, router).await?)
}

async fn sample(url: &str) -> anyhow::Result<()> {
    let store = SqlxStore::connect(url).await?;
    store.migrate().await?;
    store.commit(firm(), one_of_each()?).await?;
    store.close().await;
    Ok(())
}

/// One record of each kind that the measured pages show, and a paid invoice beside an open one.
fn one_of_each() -> anyhow::Result<Changes> {
    let client = fixtures::client(1);
    let contact = Contact {
        standing: Standing::Primary,
        ..fixtures::contact(1, client.id)
    };
    let amount = fixtures::usd("1234.50");
    let (mut open, mut paid) = (
        fixtures::issued(1, client.id, amount),
        fixtures::issued(2, client.id, amount),
    );
    open.terms.matter = Some(fixtures::line("Advice on the lease"));
    paid.terms.matter = Some(fixtures::line("Advice on the lease"));
    let payment = fixtures::payment(1, &paid, amount);
    let paid = paid.with_records(std::slice::from_ref(&payment), &[], &[])?;
    let received = CounterDelta {
        client: client.id,
        counter: Counter::Received {
            year: 2026,
            currency: Currency::USD,
        },
        delta: amount.minor(),
    };
    Ok(Changes::default()
        .with(Change::Firm(Write::Insert(fixtures::firm(1))))
        .with(Change::Client(Write::Insert(client)))
        .with(Change::Contact(Write::Insert(contact.clone())))
        .with(Change::Session(fixtures::session(1, contact.id)))
        .with(Change::Activity(fixtures::activity(1, &open)))
        .with(Change::Invoice(Write::Insert(open)))
        .with(Change::Invoice(Write::Insert(paid)))
        .with(Change::Payment(Write::Insert(payment)))
        .with(Change::Announcement(Write::Insert(fixtures::announcement(
            1,
        ))))
        .with(Change::Count(received)))
}
