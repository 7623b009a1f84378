//! Serving, from the settings to the last answer.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use axum::Router;
use caseflow_axum::{Cookies, OpenApi, Portal, SignIn};
use caseflow_core::Ports;
use caseflow_core::adapters::system::SystemClock;
use caseflow_core::domain::firm::PortalUrl;
use caseflow_core::ports::clock::Clock;
use caseflow_core::ports::payments::FixedGateways;
use caseflow_core::upkeep::blobs::Sweeper;
use caseflow_core::upkeep::rewrap::rewrap;
use caseflow_core::upkeep::{self, Round};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::cli::Serve;
use crate::clock::{self, ShiftedClock};
use crate::demo::{self, Guide, Pays, Till};
use crate::firms::{self, Firms};
use crate::metrics::{Counts, Work};
use crate::ports::Chosen;
use crate::routes::{self, Parts};
use crate::seals::Seals;
use crate::settings::{Given, MailRoad, Mode, Serving};
use crate::shutdown::{GRACE, Stop};
use crate::status::Metrics;
use crate::{connections, files, mail, payments, ports, vault};

/// How long after a round of upkeep the next one begins, and after reading the firms the next time.
const PAUSE: Duration = Duration::from_secs(1);
/// How many of the vaults' keys are wrapped anew in a round, so that a rotation leaves the database to
/// others too.
const REWRAPS: u64 = 500;
/// For how long a browser that came by https shall come by nothing else.
const HSTS: Duration = Duration::from_secs(365 * 24 * 3600);

/// Serves until asked to stop.
pub(crate) async fn serve(given: Given, flags: Serve) -> anyhow::Result<()> {
    let settings = given.serving()?;
    let stop = Stop::on_signals()?;
    let store = ports::open(&given.storage()).await?;
    let mailer = mail::mailer(&settings.mail)?;
    let clock = clock(&flags);
    let seals = Seals::open(&settings.seals, ports::threads(), clock.now())?;
    let ports = ports::for_serving(Chosen {
        store: store.clone(),
        mailer,
        clock,
        sealer: Arc::clone(&seals.sealer),
        blobs: files::open(&settings.files)?,
        keys: vault::keys(&settings.vault_keys)?,
    })?;
    let listener = TcpListener::bind(settings.listen).await;
    let listener = listener.with_context(|| format!("cannot listen on {}", settings.listen))?;
    let address = listener.local_addr()?;
    let public_url = settings.public_url.clone().or_else(|| local(address));
    let public_url = public_url.context("CASEFLOW_PUBLIC_URL is not set")?;
    let guide = prepare(&ports, &settings, &public_url).await?;
    let (ports, till, accounts) = take_money(ports, &settings, &public_url, address).await?;
    announce(&settings, &public_url, address, guide.as_ref());
    accounts.iter().for_each(|line| println!("{line}"));
    println!("{}", seals.announcement());
    let firms = Firms::new(settings.mode);
    firms.refresh(&ports).await?;
    if firms.is_empty() {
        println!("There is no firm yet: reference-server firm create --help");
    }
    let counts = Counts::default();
    let upkeep = keep_up(&ports, &counts, &stop);
    tokio::spawn(keep_firms(firms.clone(), ports.clone()));
    let metrics = Metrics {
        counts,
        store: Arc::clone(&store),
        ports: ports.clone(),
        token: settings.metrics_token.clone(),
    };
    let router = routes::router(Parts {
        portal: portal(ports, &firms, &settings, &public_url),
        firms,
        metrics,
        guide,
        till,
    });
    answer(listener, router, stop).await;
    // A round that hangs on a mail server or a payment provider is given up: its lease runs out and
    // it is done again.
    drop(tokio::time::timeout(GRACE, upkeep.join_all()).await);
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
            page_memory: settings.page_memory,
            largest_upload: settings.largest_upload,
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

/// Adds to the ports who takes money online: Stripe where it was given, in a demonstration a double
/// of it. Says into which accounts.
async fn take_money(
    ports: Ports,
    settings: &Serving,
    public_url: &PortalUrl,
    listens: SocketAddr,
) -> anyhow::Result<(Ports, Option<Till>, Vec<String>)> {
    let firms = firms::all(&ports).await?;
    let (gateways, till) = match (settings.stripe.clone(), settings.mode) {
        (Some(account), mode) => (payments::by_stripe(&ports, mode, account).await?, None),
        (None, Mode::Demo) => {
            let (till, gateways) = Till::open(&ports, &firms, public_url, listens).await?;
            (gateways, Some(till))
        }
        (None, Mode::Real) => (FixedGateways::default(), None),
    };
    let mut accounts = payments::announce(&firms, &gateways);
    if settings.stripe.is_some() && accounts.is_empty() {
        accounts.push("Payments: set the firm up and start again, then it takes money".to_owned());
    }
    let gateways = Arc::new(gateways);
    Ok((Ports { gateways, ..ports }, till, accounts))
}

/// Fills a demonstration, or sees to it that there is none.
async fn prepare(
    ports: &Ports,
    settings: &Serving,
    public_url: &PortalUrl,
) -> anyhow::Result<Option<Guide>> {
    match settings.mode {
        Mode::Demo => {
            let pays = match settings.stripe {
                Some(_) => Pays::ByStripe,
                None => Pays::ByDouble,
            };
            Ok(Some(demo::prepare(ports, public_url, pays).await?))
        }
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

impl Work {
    /// How long after a round that found nothing to do the next one begins. Whether a key of vaults was
    /// rotated is seen by a look at all items, and can wait a little.
    const fn pause(self) -> Duration {
        match self {
            Self::Keys => Duration::from_secs(60),
            Self::Money | Self::Seals | Self::Files | Self::Mail => PAUSE,
        }
    }

    async fn round(
        self,
        ports: &Ports,
        sweeper: &mut Sweeper,
    ) -> Result<Round, caseflow_core::Error> {
        match self {
            Self::Money => Ok(Round {
                money: upkeep::payments::work(ports).await?,
                ..Round::default()
            }),
            Self::Seals => {
                let done = upkeep::sealing::work(ports).await?;
                Ok(Round {
                    sealed: done.sealed,
                    unsealed: done.unsealed,
                    ..Round::default()
                })
            }
            Self::Files => Ok(Round {
                swept: sweeper.work(ports).await?,
                ..Round::default()
            }),
            Self::Keys => Ok(Round {
                rewrapped: rewrap(ports, REWRAPS).await?.done,
                ..Round::default()
            }),
            Self::Mail => Ok(Round {
                forgotten: ports.store.purge(ports.now()).await?,
                ..upkeep::outbox::deliver(ports).await?
            }),
        }
    }
}

/// Does what is due until asked to stop. Money, seals and mail go each at their own pace: a payment
/// provider or an authority for time that does not answer holds no mail up.
fn keep_up(ports: &Ports, counts: &Counts, stop: &Stop) -> JoinSet<()> {
    let mut all = JoinSet::new();
    for work in Work::ALL {
        all.spawn(keep_doing(
            work,
            ports.clone(),
            counts.clone(),
            stop.clone(),
        ));
    }
    all
}

/// Round after round; a round that has begun is finished.
async fn keep_doing(work: Work, ports: Ports, counts: Counts, stop: Stop) {
    let mut sweeper = Sweeper::default();
    loop {
        let mut pause = work.pause();
        match work.round(&ports, &mut sweeper).await {
            Ok(round) => {
                counts.round(work, round);
                if round.rewrapped > 0 {
                    pause = PAUSE;
                }
                if round.dead > 0 {
                    tracing::warn!(
                        mails = round.dead,
                        "mails were given up: the firm's API lists them at /mails?state=dead"
                    );
                }
            }
            Err(error) => {
                counts.failed_round(work);
                tracing::error!(error = &error as &dyn Error, ?work, "upkeep failed");
            }
        }
        tokio::select! {
            () = ports.clock.sleep(pause) => {}
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
