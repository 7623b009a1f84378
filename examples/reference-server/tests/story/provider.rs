//! The payment provider: a double of Stripe, outside the server's process.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use caseflow_core::adapters::system::{SystemClock, SystemEntropy};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::clock::Clock;
use caseflow_core::ports::entropy::Entropy as _;
use caseflow_stripe::double::{Courier, Double, Endpoint, Settings};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::server::{MORNING, Server, Site};

/// Method and path of every request, in order.
type Calls = Arc<Mutex<Vec<String>>>;

/// A provider that runs beside a site, and at the same time as its clock.
#[derive(Debug)]
pub(crate) struct Provider {
    pub(crate) double: Arc<Double>,
    pub(crate) base: String,
    calls: Calls,
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
        let calls = Calls::default();
        runtime.spawn(serve(double.clone(), calls.clone(), listener));
        site.set("STRIPE_SECRET_KEY", &key);
        site.set("STRIPE_WEBHOOK_SECRET", &secret);
        site.set("CASEFLOW_STRIPE_ACCOUNT", "acct_1Double");
        site.set("CASEFLOW_STRIPE_API", &base);
        Self {
            double,
            base,
            calls,
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

    /// What it was asked for.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }

    /// Time passes, for provider and server, to a whole second.
    pub(crate) fn wait(&self, server: &Server<'_>, span: Duration) {
        self.wait_all(&[server], span);
    }

    /// Time passes for several servers.
    pub(crate) fn wait_all(&self, servers: &[&Server<'_>], span: Duration) {
        let later = self.now().plus(span).to_string();
        let second = later.split(['.', 'Z']).next().unwrap();
        let later = format!("{second}Z");
        self.leap(&later);
        std::thread::scope(|threads| {
            for server in servers {
                threads.spawn(|| server.leap(&later));
            }
        });
    }

    /// Goes to a time; the server has to be taken along.
    pub(crate) fn leap(&self, to: &str) {
        self.clock.set(to);
    }
}

/// Answers as the double does, and notes what it is asked for.
async fn serve(double: Arc<Double>, calls: Calls, listener: TcpListener) {
    let answer = async move |request: Request| {
        let (head, body) = request.into_parts();
        let call = format!("{} {}", head.method, head.uri.path());
        calls.lock().unwrap().push(call);
        let body = to_bytes(body, usize::MAX).await.unwrap();
        double
            .answer(Request::from_parts(head, body))
            .await
            .map(Body::from)
    };
    axum::serve(listener, Router::new().fallback(answer))
        .await
        .unwrap();
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
