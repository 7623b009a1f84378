//! A double of Stripe's API, its hosted form and its webhooks, inside the process (feature
//! `double`): for tests, and for demonstrations in which a newcomer pays an invoice with
//! `4242 4242 4242 4242` without an account. It takes no money.
//!
//! [`Double::answer`] answers any HTTP request, so that any server may mount it; [`serve`] does so
//! on a listener. What the double remembers is lost with it. Its ids come from the given entropy and
//! its times from the given clock, so that a test runs the same way every time.
//!
//! What it does not have is refused the way Stripe refuses what does not exist: unknown parameters
//! with `parameter_unknown`, unknown addresses with 404.
//!
//! ```
//! use std::sync::Arc;
//! use bytes::Bytes;
//! use caseflow_core::adapters::system::{SystemClock, SystemEntropy};
//! use caseflow_stripe::double::{Double, Settings};
//! use http::Request;
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let double = Double::new(Settings {
//!     secret_key: "sk_test_demo".to_owned(),
//!     account: "acct_demo".to_owned(),
//!     base: "http://127.0.0.1:12111".to_owned(),
//!     endpoints: vec![],
//!     clock: Arc::new(SystemClock),
//!     entropy: Arc::new(SystemEntropy),
//! });
//! let request = Request::get("/v1/refunds").header("authorization", "Bearer sk_test_demo");
//! let response = double.answer(request.body(Bytes::new())?).await;
//! assert_eq!(response.status(), 200);
//! # Ok::<(), http::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod api;
mod back;
mod call;
mod deliver;
mod failure;
mod faults;
mod form;
mod keys;
mod knobs;
mod ledger;
mod model;
mod money;
mod notices;
mod objects;
mod pages;
mod pay;
mod post;
mod reply;
mod serve;
mod state;
mod table;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use caseflow_core::ports::clock::Clock;
use caseflow_core::ports::entropy::Entropy;
use http::{Request, Response};
use tokio::sync::oneshot::Receiver;

use call::Call;
use failure::{Failure, Stage};
use faults::Faults;
use keys::{Admission, Keys};
use post::Post;
use reply::Reply;
use state::{Account, Cause, State, VERSION};
use table::Table;

pub use deliver::{Courier, Deliver};
pub use faults::{Failing, Fault, Gate, Moment};
pub use knobs::{Attempted, BankAnswer, Complaint, Pace, Settlement, Verdict};
pub use ledger::{ChargeLine, DisputeLine, EventLine, Ledger, RefundLine};
pub use notices::Disguise;
pub use post::{Endpoint, Parcel};
pub use serve::serve;

/// What a double is made of.
#[derive(Clone)]
pub struct Settings {
    /// The key that callers have to present. One that starts with `sk_live_` or `rk_live_` makes all
    /// objects look as if their money were real.
    pub secret_key: String,
    /// The account's id, such as `acct_demo`.
    pub account: String,
    /// Where browsers reach the double's pages, such as `http://127.0.0.1:12111`.
    pub base: String,
    /// Where events are told.
    pub endpoints: Vec<Endpoint>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Draws the ids.
    pub entropy: Arc<dyn Entropy>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("account", &self.account)
            .field("base", &self.base)
            .field("endpoints", &self.endpoints)
            .finish_non_exhaustive()
    }
}

/// What a test asked the double for cannot happen as things stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impossible(String);

impl fmt::Display for Impossible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Impossible {}

/// A double of Stripe.
#[derive(Debug)]
pub struct Double(Mutex<State>);

type Held<'a> = MutexGuard<'a, State>;

impl Double {
    /// A double that nobody has paid anything yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let mut post = Post::default();
        for endpoint in settings.endpoints {
            post.add(endpoint);
        }
        let key = settings.secret_key;
        Self(Mutex::new(State {
            account: Account {
                id: settings.account,
                live: key.starts_with("sk_live_") || key.starts_with("rk_live_"),
                key,
                base: settings.base.trim_end_matches('/').to_owned(),
            },
            clock: settings.clock,
            entropy: settings.entropy,
            sessions: Table::default(),
            intents: Table::default(),
            charges: Table::default(),
            refunds: Table::default(),
            disputes: Table::default(),
            transactions: Table::default(),
            events: Table::default(),
            keys: Keys::default(),
            faults: Faults::default(),
            post,
            cause: Cause::default(),
            collected: None,
            slow_refunds: 0,
        }))
    }

    /// Answers a request to the API (`/v1/…`), to the hosted pages (`/c/…`) or for `/embed.js`. A
    /// server that mounts the double below a path of its own takes that path away first, and names
    /// it in [`Settings::base`].
    pub async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let call = Call::read(&request);
        let reply = if call.path.starts_with("/v1/") {
            self.api(&call).await
        } else {
            self.page(&call).await
        };
        reply.into_http()
    }

    async fn page(&self, call: &Call) -> Reply {
        let plan = self.lock().faults.take(call);
        if let Some(gate) = plan.gate {
            // A gate that is dropped opens, too.
            let _ = gate.await;
        }
        match plan.fault {
            Some((fault, Moment::BeforeEffect)) => failed(fault, None, "req_page").await,
            Some((fault, Moment::AfterEffect)) => {
                let reply = pages::answer(&mut self.lock(), call);
                failed(fault, Some(reply), "req_page").await
            }
            None => pages::answer(&mut self.lock(), call),
        }
    }

    async fn api(&self, call: &Call) -> Reply {
        let request = self.lock().id("req_", 14);
        let reply = self.called(call, &request).await;
        let version = call.version.as_deref().unwrap_or(VERSION);
        let reply = reply
            .with("request-id", request)
            .with("stripe-version", version.to_owned());
        match &call.key {
            Some(key) => reply.with("idempotency-key", key.clone()),
            None => reply,
        }
    }

    async fn called(&self, call: &Call, request: &str) -> Reply {
        let plan = self.lock().faults.take(call);
        if let Some((fault, Moment::BeforeEffect)) = plan.fault
            && fault != Fault::ServerError
        {
            return failed(fault, None, request).await;
        }
        let reply = match self.admit(call) {
            Ok(Admission::Run) => {
                self.run_when_let(call, request, plan.gate, plan.fault)
                    .await
            }
            Ok(Admission::Replay(reply)) => reply,
            Err(failure) => Reply::failure(&failure, request),
        };
        match plan.fault {
            Some((fault, _)) if fault != Fault::ServerError => {
                failed(fault, Some(reply), request).await
            }
            _ => reply,
        }
    }

    /// Runs a request, whose key is in use meanwhile; a gate may hold it back.
    async fn run_when_let(
        &self,
        call: &Call,
        request: &str,
        gate: Option<Receiver<()>>,
        fault: Option<(Fault, Moment)>,
    ) -> Reply {
        let _using = Using {
            double: self,
            key: call.counted_key(),
        };
        if let Some(gate) = gate {
            // A gate that is dropped opens, too.
            let _ = gate.await;
        }
        self.run(call, request, fault)
    }

    fn admit(&self, call: &Call) -> Result<Admission, Failure> {
        let mut state = self.lock();
        api::authorize(&state.account, call)?;
        let now = state.now();
        match call.counted_key() {
            Some(key) => state.keys.admit(key, call, now),
            None => Ok(Admission::Run),
        }
    }

    /// Does what is asked for, and keeps the reply under the request's key.
    fn run(&self, call: &Call, request: &str, fault: Option<(Fault, Moment)>) -> Reply {
        let mut state = self.lock();
        state.cause = Cause {
            request: Some(request.to_owned()),
            key: call.counted_key().map(str::to_owned),
        };
        let answer = match fault {
            Some((Fault::ServerError, Moment::BeforeEffect)) => Err(server_error()),
            Some((Fault::ServerError, Moment::AfterEffect)) => {
                api::answer(&mut state, call).and_then(|_| Err(server_error()))
            }
            _ => api::answer(&mut state, call),
        };
        state.cause = Cause::default();
        let (reply, stage) = match answer {
            Ok(object) => (Reply::json(200, &object), Stage::Execution),
            Err(failure) => (Reply::failure(&failure, request), failure.stage),
        };
        if let (Some(key), Stage::Execution) = (call.counted_key(), stage) {
            let kept = reply.clone().with("idempotent-replayed", "true".to_owned());
            let kept = kept.with("original-request", request.to_owned());
            state.keys.keep(key, &kept);
        }
        reply
    }

    /// The state, in which every checkout whose time is up has expired.
    fn lock(&self) -> Held<'_> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.expire_due();
        state
    }
}

/// A key in use. When its request is over or given up without a reply to keep, it is free again.
struct Using<'a> {
    double: &'a Double,
    key: Option<&'a str>,
}

impl Drop for Using<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.double.lock().keys.free(key);
        }
    }
}

/// What the caller sees of a fault, when this would have been the reply.
async fn failed(fault: Fault, reply: Option<Reply>, request: &str) -> Reply {
    match fault {
        Fault::ServerError => Reply::failure(&server_error(), request),
        Fault::BadGateway => Reply::html(502, BAD_GATEWAY.to_owned()),
        Fault::RateLimited => Reply::failure(&rate_limited(), request),
        Fault::Garbled => garbled(reply),
        Fault::Hang => std::future::pending().await,
    }
}

const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
     <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";

fn garbled(reply: Option<Reply>) -> Reply {
    let whole = reply.unwrap_or_else(|| Reply::json(200, &serde_json::json!({ "id": "cs_te" })));
    let half = whole.body.chars().take(whole.body.chars().count() / 2);
    Reply {
        body: half.collect(),
        ..whole
    }
}

fn server_error() -> Failure {
    Failure {
        kind: "api_error",
        stage: Stage::Execution,
        ..Failure::plain(500, "An unknown error occurred.".to_owned())
    }
}

fn rate_limited() -> Failure {
    Failure {
        code: Some("rate_limit"),
        ..Failure::plain(429, "Request rate limit exceeded.".to_owned())
    }
}
