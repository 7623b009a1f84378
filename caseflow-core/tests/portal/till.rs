//! A firm that takes money online, and what its payers and their banks do most.

use std::sync::Arc;
use std::time::Duration;

use caseflow_core::domain::alert::AlertKind;
use caseflow_core::domain::attempt::{Attempt, AttemptStage, NextStep};
use caseflow_core::domain::firm::PartPayment;
use caseflow_core::domain::gateway::GatewayRef;
use caseflow_core::domain::id::{AttemptId, InvoiceId};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::payment::Payment;
use caseflow_core::error::Error;
use caseflow_core::firm::{alerts, attempts, settings};
use caseflow_core::portal::pay::{self, Start};
use caseflow_core::ports::mailer::Letter;
use caseflow_core::ports::payments::WebhookRequest;
use caseflow_core::ports::store::AlertQuery;
use caseflow_core::testing::TestClock;
use caseflow_core::testing::fixtures::{Office, usd};
use caseflow_core::testing::gateway::{Posted, TestGateway};
use caseflow_core::upkeep;
use caseflow_core::upkeep::notices::{self, Receipt};

use super::setup::Story;

pub(crate) struct Till {
    pub(crate) story: Story,
    pub(crate) gateway: Arc<TestGateway>,
}

impl Till {
    pub(crate) async fn open() -> Self {
        Self::open_with(TestGateway::new).await
    }

    /// The same with a gateway that signs nothing.
    pub(crate) async fn open_unsigned() -> Self {
        Self::open_with(TestGateway::unsigned).await
    }

    async fn open_with(gateway: impl FnOnce(Arc<TestClock>) -> Arc<TestGateway>) -> Self {
        let story = Story::begin().await;
        let gateway = gateway(story.doubles.clock.clone());
        let entered = vec![gateway.clone() as Arc<_>];
        story.doubles.gateways.set(story.office.firm.id, entered);
        Self { story, gateway }
    }

    /// Another firm of the installation that takes money into the same account.
    pub(crate) async fn open_beside(other: &Self, n: u64) -> Self {
        let ports = other.story.ports.clone();
        let office = Office::open(&*ports.store, n).await;
        let entered = vec![other.gateway.clone() as Arc<_>];
        other.story.doubles.gateways.set(office.firm.id, entered);
        let story = Story {
            doubles: other.story.doubles.clone(),
            ports,
            office,
        };
        Self {
            story,
            gateway: other.gateway.clone(),
        }
    }

    /// The payer presses Pay Now; the checkout they are sent to.
    pub(crate) async fn start(&self, invoice: InvoiceId) -> (AttemptId, GatewayRef) {
        match self.try_start(invoice, None).await.unwrap() {
            Start::Go {
                attempt,
                next: NextStep::Redirect(address),
            } => {
                let (_, name) = address.as_str().rsplit_once('/').unwrap();
                (attempt, name.parse().unwrap())
            }
            other => panic!("not sent anywhere: {other:?}"),
        }
    }

    pub(crate) async fn try_start(
        &self,
        invoice: InvoiceId,
        amount: Option<Money>,
    ) -> Result<Start, Error> {
        let (ports, contact) = (&self.story.ports, self.story.contact());
        pay::start(ports, &contact, invoice, amount).await
    }

    /// An invoice of this amount that is paid at the gateway; nobody has heard of it yet.
    pub(crate) async fn paid_there(&self, amount: &str) -> (InvoiceId, AttemptId, GatewayRef) {
        let invoice = self.story.issued(amount, "2026-12-24").await;
        let (attempt, checkout) = self.start(invoice).await;
        assert!(self.gateway.pay(&checkout));
        (invoice, attempt, checkout)
    }

    /// The payer comes back; how far the attempt has come.
    pub(crate) async fn come_back(&self, attempt: AttemptId) -> AttemptStage {
        let (ports, contact) = (&self.story.ports, self.story.contact());
        let found = pay::returned(ports, &contact, attempt).await.unwrap();
        found.page.attempt.stage()
    }

    /// The gateway posts a notice.
    pub(crate) async fn post(&self, posted: &Posted) -> Result<Receipt, Error> {
        let headers: Vec<(&str, &[u8])> = posted
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect();
        let request = WebhookRequest {
            headers: &headers,
            body: &posted.body,
        };
        let firm = self.story.office.firm.id;
        let name = "example".parse().unwrap();
        notices::keep(&self.story.ports, firm, &name, &request).await
    }

    /// The gateway posts all that it has to say, and it is worked off.
    pub(crate) async fn post_all(&self) -> usize {
        let posted = self.gateway.posted();
        for posted in &posted {
            let kept = self.post(posted).await.unwrap();
            assert_eq!(kept, Receipt::Kept("[accepted]"));
        }
        self.work().await;
        posted.len()
    }

    pub(crate) async fn work(&self) {
        upkeep::payments::tasks(&self.story.ports).await.unwrap();
    }

    /// Time passes, and upkeep does what is due.
    pub(crate) async fn wait(&self, span: Duration) {
        self.story.doubles.clock.advance(span);
        upkeep::tick(&self.story.ports).await.unwrap();
    }

    /// From now on clients may pay a part, from `least` on.
    pub(crate) async fn allow_parts(&self, least: &str) {
        let mut input = self.story.firm_input();
        input.part_payment = PartPayment::From(usd(least));
        let (ports, call) = (&self.story.ports, self.story.call());
        settings::update(ports, &call, None, input).await.unwrap();
    }

    pub(crate) async fn payments(&self, invoice: InvoiceId) -> Vec<Payment> {
        self.story.file(invoice).await.payments_only()
    }

    pub(crate) async fn attempt(&self, id: AttemptId) -> Attempt {
        let staff = self.story.office.staff();
        let found = attempts::read(&self.story.ports, &staff, id).await;
        found.unwrap().value
    }

    /// The kinds of alerts, newest first.
    pub(crate) async fn alerts(&self) -> Vec<AlertKind> {
        let (staff, query) = (self.story.office.staff(), AlertQuery::default());
        let found = alerts::list(&self.story.ports, &staff, &query).await;
        let rows = found.unwrap().rows.into_iter();
        rows.map(|alert| alert.value.kind).collect()
    }

    /// What has been mailed since this was asked last: to contacts, and to the firm.
    pub(crate) async fn mails(&self) -> (Vec<Letter>, Vec<Letter>) {
        upkeep::outbox::deliver(&self.story.ports).await.unwrap();
        let letters = self.story.doubles.mailer.take().into_iter();
        let firm = self.story.office.firm.email.clone().unwrap();
        letters.partition(|letter| letter.to != firm)
    }
}
