//! Serving, from the settings to the last answer.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use axum::Router;
use caseflow_axum::{Cookies, OpenApi, Portal, SignIn};
use caseflow_core::adapters::system::SystemClock;
use caseflow_core::domain::firm::PortalUrl;
use caseflow_core::ports::clock::Clock;
use caseflow_core::{Ports, upkeep};
use tokio::net::TcpListener;

use crate::cli::Serve;
use crate::clock::{self, ShiftedClock};
use crate::demo::{self, Guide};
use crate::firms::Firms;
use crate::routes::{self, Parts};
use crate::settings::{Given, MailRoad, Mode, Serving};
use crate::shutdown::{GRACE, Stop};
use crate::status::Counts;
use crate::{connections, mail, ports};

/// How long after a round of upkeep the next one begins, and after reading the firms the next time.
const PAUSE: Duration = Duration::from_secs(1);
/// For how long a browser that came by https shall come by nothing else.
const HSTS: Duration = Duration::from_secs(365 * 24 * 3600);

/// Serves until asked to stop.
pub(crate) async fn serve(given: Given, flags: Serve) -> anyhow::Result<()> {
    let settings = given.serving()?;
    let stop = Stop::on_signals()?;
    let store = ports::open(&given.storage()).await?;
    let mailer = mail::mailer(&settings.mail)?;
    let ports = ports::for_serving(store.clone(), mailer, clock(&flags))?;
    let listener = TcpListener::bind(settings.listen).await;
    let listener = listener.with_context(|| format!("cannot listen on {}", settings.listen))?;
    let address = listener.local_addr()?;
    let public_url = settings.public_url.clone().or_else(|| local(address));
    let public_url = public_url.context("CASEFLOW_PUBLIC_URL is not set")?;
    let guide = prepare(&ports, &settings, &public_url).await?;
    announce(&settings, &public_url, address, guide.as_ref());
    let firms = Firms::new(settings.mode);
    firms.refresh(&ports).await?;
    if firms.is_empty() {
        println!("There is no firm yet: reference-server firm create --help");
    }
    let counts = Counts::default();
    let upkeep = tokio::spawn(keep_up(ports.clone(), counts.clone(), stop.clone()));
    tokio::spawn(keep_firms(firms.clone(), ports.clone()));
    let router = routes::router(Parts {
        portal: portal(ports, &firms, &settings, &public_url),
        firms,
        counts,
        metrics_token: settings.metrics_token,
        guide,
    });
    answer(listener, router, stop).await;
    // A round that hangs on a mail server is given up: its lease runs out and it is sent again.
    drop(tokio::time::timeout(GRACE, upkeep).await);
    store.close().await;
    tracing::info!("stopped");
    Ok(())
}

fn portal(ports: Ports, firms: &Firms, settings: &Serving, public_url: &PortalUrl) -> Portal {
    let secure = public_url.as_str().starts_with("https://");
    Portal {
        ports,
        firms: Arc::new(firms.clone()),
        settings: caseflow_axum::Settings {
            sign_in: SignIn::Passwords,
            cookies: Cookies::plain_on_loopback(public_url).unwrap_or_default(),
            proxies: settings.trusted_proxies.clone(),
            hsts: secure.then_some(HSTS),
            openapi: OpenApi::Served,
        },
    }
}

fn clock(flags: &Serve) -> Arc<dyn Clock> {
    let Some(start) = flags.clock else {
        return Arc::new(SystemClock);
    };
    let shifted = Arc::new(ShiftedClock::starting(SystemClock, start));
    if let Some(file) = flags.clock_file.clone() {
        tokio::spawn(clock::follow(Arc::clone(&shifted), file));
    }
    shifted
}

/// Fills a demonstration, or sees to it that there is none.
async fn prepare(
    ports: &Ports,
    settings: &Serving,
    public_url: &PortalUrl,
) -> anyhow::Result<Option<Guide>> {
    match settings.mode {
        Mode::Demo => Ok(Some(demo::prepare(ports, public_url).await?)),
        Mode::Real if demo::is_there(ports).await? => bail!(
            "this database holds the demonstration, whose keys and passwords everybody can read: \
             set CASEFLOW_DATABASE_URL or CASEFLOW_DATA_DIR to another one"
        ),
        Mode::Real => Ok(None),
    }
}

fn announce(
    settings: &Serving,
    public_url: &PortalUrl,
    address: SocketAddr,
    guide: Option<&Guide>,
) {
    println!(
        "CaseFlow {} listens on {address}",
        env!("CARGO_PKG_VERSION")
    );
    match guide {
        Some(guide) => println!("{}", guide.text()),
        None => println!("Portals below {}", public_url.as_str()),
    }
    println!("Firm API: {}/firm/api/v1", public_url.as_str());
    if let MailRoad::Folder(folder) = &settings.mail.road {
        println!("Mails are written to {}", folder.display());
    }
    if guide.is_some() && !address.ip().is_loopback() {
        tracing::warn!(%address, "a demonstration with public passwords listens beyond this machine");
    }
}

/// Where a demonstration is reached when nobody said otherwise.
fn local(address: SocketAddr) -> Option<PortalUrl> {
    let host = if address.ip().is_unspecified() {
        format!("127.0.0.1:{}", address.port())
    } else {
        address.to_string()
    };
    PortalUrl::parse(&format!("http://{host}")).ok()
}

/// Does what is due, round after round; a round that has begun is finished.
async fn keep_up(ports: Ports, counts: Counts, stop: Stop) {
    loop {
        match upkeep::tick(&ports).await {
            Ok(round) => counts.round(round),
            Err(error) => {
                counts.failed_round();
                tracing::error!(error = &error as &dyn Error, "upkeep failed");
            }
        }
        tokio::select! {
            () = ports.clock.sleep(PAUSE) => {}
            () = stop.clone().asked() => return,
        }
    }
}

/// Reads the firms again and again: a subcommand may set one up at any time.
async fn keep_firms(firms: Firms, ports: Ports) {
    loop {
        ports.clock.sleep(PAUSE).await;
        if let Err(error) = firms.refresh(&ports).await {
            tracing::error!(error = &error as &dyn Error, "the firms cannot be read");
        }
    }
}

async fn answer(listener: TcpListener, router: Router, stop: Stop) {
    let serving = connections::serve(listener, router, stop.clone().asked());
    tokio::select! {
        () = serving => {}
        () = stop.grace_over() => tracing::warn!("some requests were cut off"),
    }
}
