//! The portal with this gateway and the provider's own pages, in one process and in memory:
//! `cargo run -p custom-payments --example portal`, with another port after it if you like.
//!
//! An invoice is paid from the browser, the provider posts its notice to the portal, and everything
//! is forgotten when the program ends.

mod desk;
mod office;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use caseflow_axum::{Cookies, FixedFirm, Portal, PortalAddresses, Settings, mount, router};
use caseflow_core::adapters::argon2::Argon2Passwords;
use caseflow_core::adapters::memory::MemoryStore;
use caseflow_core::adapters::pdf_writer::PdfWriter;
use caseflow_core::adapters::system::{SystemClock, SystemEntropy};
use caseflow_core::domain::firm::PortalUrl;
use caseflow_core::testing::Doubles;
use caseflow_core::{Ports, upkeep};
use custom_payments::{Girolink, GirolinkGateway};
use tokio::net::TcpListener;

const PORT: u16 = 8091;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let port = match std::env::args().nth(1) {
        Some(text) => text.parse().context("the port is a number up to 65535")?,
        None => PORT,
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = listener.with_context(|| format!("cannot listen on port {port}"))?;
    let site = format!("http://{}", listener.local_addr()?);
    let url = PortalUrl::parse(&format!("{site}/portal"))?;
    let doubles = Doubles::new();
    let ports = ports(&doubles)?;
    let firm = office::open(&ports, &doubles.mailer, url.clone()).await?;

    let pages = format!("{site}/girolink");
    let provider = Arc::new(Girolink::new("4711", &pages, Arc::clone(&ports.clock)));
    let gateway = GirolinkGateway::new(Arc::clone(&provider));
    let gateway = gateway.context("the gateway's settings are wrong")?;
    doubles.gateways.set(firm, vec![Arc::new(gateway)]);

    tokio::spawn(keep_up(ports.clone()));
    let portal = router(Portal {
        ports,
        firms: Arc::new(FixedFirm(firm)),
        settings: Settings {
            cookies: Cookies::plain_on_loopback(&url)?,
            ..Settings::default()
        },
    });
    let app = Router::new()
        .route("/", get(async || Redirect::to("/portal/")))
        .merge(desk::routes(provider, portal.clone()))
        .merge(mount("/portal", portal));
    println!(
        "{site}/portal/ as {} with {}",
        office::EMAIL,
        office::PASSWORD
    );
    axum::serve(
        listener,
        app.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .await?;
    Ok(())
}

/// What the payment of an invoice needs is real; what it does not need is the kit's.
fn ports(doubles: &Doubles) -> anyhow::Result<Ports> {
    let entropy = Arc::new(SystemEntropy);
    Ok(Ports {
        passwords: Arc::new(Argon2Passwords::new(1, entropy.clone())?),
        pdf: Arc::new(PdfWriter::new(1)?),
        addresses: Arc::new(PortalAddresses),
        clock: Arc::new(SystemClock),
        entropy,
        ..doubles.ports(Arc::new(MemoryStore::new()))
    })
}

async fn keep_up(ports: Ports) {
    let failed = |error| eprintln!("{error}");
    upkeep::run(&ports, Duration::from_secs(1), failed).await;
}
