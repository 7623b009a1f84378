//! A program with a page of its own and the portal under `/portal`: records in SQLite, files in a
//! folder, payments through Stripe. `outside <folder>` prints its address and serves.

mod firm;

use std::collections::BTreeMap;
use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use axum::{Router, routing::get};
use caseflow_axum::{FixedFirm, Portal, PortalAddresses, Settings, mount, router};
use caseflow_core::Ports;
use caseflow_core::adapters::aes_gcm::AesGcm;
use caseflow_core::adapters::argon2::Argon2Passwords;
use caseflow_core::adapters::no_keys::NoKeys;
use caseflow_core::adapters::object_store::ObjectBlobs;
use caseflow_core::adapters::pades::{LocalKey, NewCertificate, Pades, PrivateKey, Timestamps};
use caseflow_core::adapters::pdf_writer::PdfWriter;
use caseflow_core::adapters::system::{SystemClock, SystemEntropy};
use caseflow_core::domain::gateway::AccountTag;
use caseflow_core::domain::text::Line;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::mailer::{Letter, Mailer, MailerError};
use caseflow_core::ports::payments::{FixedGateways, NoGateways, PaymentGateway};
use caseflow_sqlx::SqlxStore;
use caseflow_stripe::{SecretKey, Stripe, StripeSettings, WebhookSecret};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os()
        .nth(1)
        .ok_or("say in which folder records and files go")?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let mut ports = ports(Path::new(&folder)).await?;
    let firm = firm::set_up(&ports, &format!("{address}/portal")).await?;
    ports.gateways = Arc::new(FixedGateways(BTreeMap::from([(firm, vec![stripe()?])])));
    let firms = Arc::new(FixedFirm(firm));
    let portal = Portal {
        ports,
        firms,
        settings: Settings::default(),
    };
    let app = Router::new()
        .route("/", get(async || "a page of my own"))
        .merge(mount("/portal", router(portal)))
        .into_make_service_with_connect_info::<SocketAddr>();
    println!("{address}");
    Ok(axum::serve(listener, app).await?)
}

async fn ports(folder: &Path) -> Result<Ports, Box<dyn Error>> {
    let database = folder.join("caseflow.db");
    let store = SqlxStore::connect(&format!("sqlite:{}", database.display())).await?;
    store.migrate().await?;
    Ok(Ports {
        store: Arc::new(store),
        passwords: Arc::new(Argon2Passwords::new(2, Arc::new(SystemEntropy))?),
        mailer: Arc::new(NoMail),
        gateways: Arc::new(NoGateways),
        pdf: Arc::new(PdfWriter::new(2)?),
        sealer: Arc::new(sealer()?),
        blobs: Arc::new(ObjectBlobs::in_folder(&folder.join("files"))?),
        keys: Arc::new(NoKeys),
        cipher: Arc::new(AesGcm),
        addresses: Arc::new(PortalAddresses),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    })
}

fn sealer() -> Result<Pades, Box<dyn Error>> {
    let key = PrivateKey::generate(&SystemEntropy)?;
    let certificate = NewCertificate {
        name: Line::parse("A document seal")?,
        organization: None,
        from: Timestamp::parse("2026-01-01T00:00:00Z")?,
        until: Timestamp::parse("2036-01-01T00:00:00Z")?,
        serial: [7; 16],
    };
    let chain = certificate.sign(&key)?;
    Ok(Pades::new(
        2,
        Arc::new(LocalKey::new(key, chain)?),
        Timestamps::None,
        &[],
    )?)
}

fn stripe() -> Result<Arc<dyn PaymentGateway>, Box<dyn Error>> {
    let settings = StripeSettings::new(
        SecretKey::parse("sk_test_51AbCdEf")?,
        vec![WebhookSecret::parse("whsec_0123456789")?],
        AccountTag::parse("acct_1AbCdEf")?,
    )?;
    Ok(Arc::new(Stripe::new(settings, Arc::new(SystemClock))?))
}

/// Sends nothing: a mail waits in the store until there is somebody to take it.
#[derive(Debug)]
struct NoMail;

#[async_trait]
impl Mailer for NoMail {
    async fn send(&self, _letter: &Letter) -> Result<(), MailerError> {
        Err(MailerError::Unavailable(
            "this program sends no mail".into(),
        ))
    }
}
