//! The payment provider: a double of Stripe, outside the server's process.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use caseflow_core::adapters::system::{SystemClock, SystemEntropy};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::clock::Clock;
use caseflow_core::ports::entropy::Entropy as _;
use caseflow_stripe::double::{self, Courier, Double, Endpoint, Settings};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::server::{MORNING, Server, Site};

/// A provider that runs beside a site, and at the same time as its clock.
#[derive(Debug)]
pub(crate) struct Provider {
    pub(crate) double: Arc<Double>,
    pub(crate) base: String,
    clock: Arc<Shifted>,
    runtime: Runtime,
}

impl Provider {
    /// Starts one for the portal at this address, and tells the site's settings of it. It posts
    /// nothing until it is told how.
    pub(crate) fn beside(site: &mut Site, portal: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (key, secret) = (format!("sk_test_{}", drawn()), format!("whsec_{}", drawn()));
        let clock = Arc::new(Shifted::to(MORNING));
        let double = Arc::new(Double::new(Settings {
            secret_key: key.clone(),
            account: "acct_1Double".to_owned(),
            base: base.clone(),
            endpoints: vec![Endpoint {
                url: format!("{portal}/webhooks/stripe"),
                secrets: vec![secret.clone()],
                events: vec![],
            }],
            clock: clock.clone(),
            entropy: Arc::new(SystemEntropy),
        }));
        runtime.spawn(double::serve(double.clone(), listener));
        site.set("STRIPE_SECRET_KEY", &key);
        site.set("STRIPE_WEBHOOK_SECRET", &secret);
        site.set("CASEFLOW_STRIPE_ACCOUNT", "acct_1Double");
        site.set("CASEFLOW_STRIPE_API", &base);
        Self {
            double,
            base,
            clock,
            runtime,
        }
    }

    /// Posts from now on, as Stripe does.
    pub(crate) fn keep_posting(&self) {
        let double = self.double.clone();
        self.spawn(async move { double.keep_delivering(&Courier::new().unwrap()).await });
    }

    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(work);
    }

    /// The time at which provider and server are.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Time passes, for provider and server, to a whole second.
    pub(crate) fn wait(&self, server: &Server<'_>, span: Duration) {
        let later = self.now().plus(span).to_string();
        let second = later.split(['.', 'Z']).next().unwrap();
        let later = format!("{second}Z");
        self.leap(&later);
        server.leap(&later);
    }

    /// Goes to a time; the server has to be taken along.
    pub(crate) fn leap(&self, to: &str) {
        self.clock.set(to);
    }
}

/// The system's clock, ahead or behind by so much.
#[derive(Debug)]
struct Shifted(AtomicI64);

impl Shifted {
    fn to(time: &str) -> Self {
        let clock = Self(AtomicI64::default());
        clock.set(time);
        clock
    }

    fn set(&self, time: &str) {
        let wanted = Timestamp::parse(time).unwrap().micros();
        let ahead = wanted - SystemClock.now().micros();
        self.0.store(ahead, Ordering::SeqCst);
    }
}

#[async_trait]
impl Clock for Shifted {
    fn now(&self) -> Timestamp {
        let ahead = self.0.load(Ordering::SeqCst);
        Timestamp::from_micros(SystemClock.now().micros() + ahead)
    }

    async fn sleep(&self, span: Duration) {
        SystemClock.sleep(span).await;
    }
}

fn drawn() -> String {
    let mut random = [0; 16];
    SystemEntropy.fill(&mut random);
    random.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
