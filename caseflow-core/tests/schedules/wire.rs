//! The line to the gateway: others may go first, calls get no answer, and notices wait to be
//! posted.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use caseflow_core::domain::attempt::{Checkout, Trouble};
use caseflow_core::domain::gateway::{EventRef, GatewayRef, OpKey};
use caseflow_core::domain::id::{AttemptId, RefundId, TypedId};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::clock::Clock as _;
use caseflow_core::ports::entropy::Entropy as _;
use caseflow_core::ports::payments::{
    AmountRefusal, ChangesPage, CheckoutsPage, GatewayError, GatewayProfile, Notice, PageToken,
    PaymentGateway, RefundPayment, Snapshot, StartPayment, WebhookNotice, WebhookRefusal,
    WebhookRequest,
};
use caseflow_core::testing::gateway::{Fault, Posted, TestGateway};
use caseflow_core::testing::{block_on, fixtures};

use super::pace::Pace;

/// What is wrong with an adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quirk {
    /// Nothing.
    None,
    /// It makes a new key each time.
    NewKeys,
    /// What a notice said when it was made is believed; nobody asks any more.
    TrustsPayload,
}

/// A notice on its way to us.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(crate) posted: Posted,
}

/// A gateway as the core reaches it.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) bank: Arc<TestGateway>,
    pace: Arc<Pace>,
    quirk: Quirk,
    hides_checkouts: AtomicBool,
    /// What the gateway has decided to refuse, by key.
    refused: Mutex<BTreeMap<OpKey, bool>>,
    underway: Mutex<VecDeque<Post>>,
    payloads: Mutex<Payloads>,
}

/// What notices said.
#[derive(Debug, Default)]
struct Payloads {
    made: BTreeMap<EventRef, (GatewayRef, Snapshot)>,
    told: BTreeSet<EventRef>,
    latest: BTreeMap<GatewayRef, Snapshot>,
}

impl Wire {
    pub(crate) fn new(pace: Arc<Pace>, quirk: Quirk) -> Arc<Self> {
        Arc::new(Self {
            bank: TestGateway::new(pace.clock.clone()),
            pace,
            quirk,
            hides_checkouts: AtomicBool::new(true),
            refused: Mutex::default(),
            underway: Mutex::default(),
            payloads: Mutex::default(),
        })
    }

    /// Something happens at the gateway.
    pub(crate) fn happen<T: std::fmt::Debug>(
        &self,
        what: &str,
        work: impl FnOnce(&TestGateway) -> T,
    ) -> T {
        let outcome = work(&self.bank);
        self.pace.tell(|| format!("bank: {what}: {outcome:?}"));
        self.collect();
        outcome
    }

    /// From now on the daily comparison sees the list of checkouts. Until then it has to do without,
    /// so that it does not hide what the other roads have missed.
    pub(crate) fn show_checkouts(&self) {
        self.hides_checkouts.store(false, Ordering::Relaxed);
    }

    /// The notices on their way.
    pub(crate) fn underway(&self) -> std::sync::MutexGuard<'_, VecDeque<Post>> {
        self.collect();
        self.underway.lock().unwrap()
    }

    fn collect(&self) {
        for posted in self.bank.posted() {
            let signed_at = signed_at(&posted.body);
            let post = Post { posted };
            if self.quirk == Quirk::TrustsPayload {
                let notice = self.read(&post, signed_at);
                let snapshot = block_on(self.bank.fetch(&notice.about)).unwrap();
                let made = &mut self.payloads.lock().unwrap().made;
                made.insert(notice.event, (notice.about, snapshot));
            }
            self.underway.lock().unwrap().push_back(post);
        }
    }

    fn read(&self, post: &Post, at: Timestamp) -> Notice {
        let headers = post.posted.headers.iter();
        let headers: Vec<_> = headers.map(|(n, v)| (n.as_str(), v.as_slice())).collect();
        let request = WebhookRequest {
            headers: &headers,
            body: &post.posted.body,
        };
        let read = self.bank.read_webhook(&request, at).unwrap();
        read.notices.into_iter().next().unwrap()
    }

    /// A notice has arrived.
    fn told(&self, event: &EventRef) {
        let mut payloads = self.payloads.lock().unwrap();
        if let Some((about, snapshot)) = payloads.made.get(event).cloned()
            && payloads.told.insert(event.clone())
        {
            payloads.latest.insert(about, snapshot);
        }
    }

    /// Whether the gateway says no to what is asked for under this key: the same each time.
    fn refuses(&self, key: &OpKey) -> bool {
        let mut refused = self.refused.lock().unwrap();
        let decided = refused.entry(key.clone());
        *decided.or_insert_with(|| self.pace.refusal())
    }

    fn new_id<T: TypedId>(&self) -> T {
        let mut random = [0; 10];
        self.pace.dice.fill(&mut random);
        T::from_parts(self.pace.clock.now(), random)
    }

    /// One call to the gateway.
    async fn call<T>(
        &self,
        what: &str,
        work: impl AsyncFnOnce() -> Result<T, GatewayError>,
    ) -> Result<T, GatewayError>
    where
        T: std::fmt::Debug,
    {
        let fault = self.pace.silence();
        if fault == Some(Fault::Before) {
            self.pace
                .tell(|| format!("{what} does not reach the gateway"));
            return Err(lost());
        }
        let answer = work().await;
        self.collect();
        self.pace.tell(|| {
            let heard = if fault.is_some() { ", unheard" } else { "" };
            format!("{what}{heard}: {answer:?}")
        });
        match fault {
            None => answer,
            Some(_) => answer.and_then(|_| Err(lost())),
        }
    }
}

#[async_trait]
impl PaymentGateway for Wire {
    fn profile(&self) -> &GatewayProfile {
        self.bank.profile()
    }

    fn check(&self, amount: Money) -> Result<(), AmountRefusal> {
        self.bank.check(amount)
    }

    async fn start(&self, order: &StartPayment) -> Result<Checkout, GatewayError> {
        self.pace.point().await;
        let key = match self.quirk {
            Quirk::NewKeys => OpKey::start(self.new_id::<AttemptId>()),
            _ => order.key.clone(),
        };
        let order = StartPayment {
            key,
            ..order.clone()
        };
        let answer = if self.refuses(&order.key) {
            self.pace.tell(|| "start is refused".to_owned());
            Err(GatewayError::Refused(no()))
        } else {
            self.call("start", async || self.bank.start(&order).await)
                .await
        };
        self.pace.point().await;
        answer
    }

    async fn fetch(&self, about: &GatewayRef) -> Result<Snapshot, GatewayError> {
        self.pace.point().await;
        let told = self.payloads.lock().unwrap().latest.get(about).cloned();
        let answer = match told {
            Some(told) => Ok(told),
            None => {
                let fetch = async || self.bank.fetch(about).await;
                self.call("fetch", fetch).await
            }
        };
        self.pace.point().await;
        answer
    }

    async fn cancel(&self, checkout: &GatewayRef, key: &OpKey) -> Result<Snapshot, GatewayError> {
        self.pace.point().await;
        let cancel = async || self.bank.cancel(checkout, key).await;
        let answer = self.call("cancel", cancel).await;
        self.pace.point().await;
        answer
    }

    async fn refund(&self, refund: &RefundPayment) -> Result<(), GatewayError> {
        self.pace.point().await;
        let key = match self.quirk {
            Quirk::NewKeys => OpKey::refund(self.new_id::<RefundId>()),
            _ => refund.key.clone(),
        };
        let refund = RefundPayment {
            key,
            ..refund.clone()
        };
        let answer = if self.refuses(&refund.key) {
            self.pace.tell(|| "refund is refused".to_owned());
            Err(GatewayError::Refused(no()))
        } else {
            self.call("refund", async || self.bank.refund(&refund).await)
                .await
        };
        self.pace.point().await;
        answer
    }

    fn read_webhook(
        &self,
        request: &WebhookRequest<'_>,
        _: Timestamp,
    ) -> Result<WebhookNotice, WebhookRefusal> {
        // A gateway signs anew each time it posts a notice again.
        let read = self.bank.read_webhook(request, signed_at(request.body))?;
        for notice in &read.notices {
            self.told(&notice.event);
        }
        Ok(read)
    }

    async fn changes(
        &self,
        since: Timestamp,
        after: Option<&PageToken>,
    ) -> Result<ChangesPage, GatewayError> {
        self.pace.point().await;
        let changes = async || self.bank.changes(since, after).await;
        let page = self.call("changes", changes).await?;
        for notice in &page.notices {
            self.told(&notice.event);
        }
        self.pace.point().await;
        Ok(page)
    }

    async fn checkouts(
        &self,
        since: Timestamp,
        after: Option<&PageToken>,
    ) -> Result<CheckoutsPage, GatewayError> {
        if self.hides_checkouts.load(Ordering::Relaxed) {
            return Ok(CheckoutsPage::default());
        }
        PaymentGateway::checkouts(&*self.bank, since, after).await
    }
}

fn lost() -> GatewayError {
    GatewayError::Unknown("the line is dead".into())
}

fn no() -> Trouble {
    Trouble {
        code: fixtures::line("not_today"),
        detail: fixtures::line("the gateway says no"),
    }
}

fn signed_at(body: &[u8]) -> Timestamp {
    let text = std::str::from_utf8(body).unwrap();
    let at = text.split(' ').next().and_then(|at| at.parse().ok());
    Timestamp::from_micros(at.unwrap())
}
