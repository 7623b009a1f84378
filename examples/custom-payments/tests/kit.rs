//! The kit plays payer, bank and network: nineteen cases, each there to catch a mistake.

#![cfg(test)]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use caseflow_core::domain::gateway::GatewayRef;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::clock::Clock as _;
use caseflow_core::ports::payments::PaymentGateway;
use caseflow_core::testing::TestClock;
use caseflow_core::testing::payments::{Moment, NoticeStyle, Posted, Sandbox};
use custom_payments::provider::Loss;
use custom_payments::{Girolink, GirolinkGateway};

caseflow_core::payments_conformance!(Playground::new());

struct Playground {
    clock: Arc<TestClock>,
    provider: Arc<Girolink>,
    gateway: Arc<GirolinkGateway>,
}

impl Playground {
    fn new() -> Self {
        let clock = Arc::new(TestClock::default());
        let pages = "https://pay.girolink.example";
        let provider = Arc::new(Girolink::new("4711", pages, clock.clone()));
        let gateway = GirolinkGateway::new(provider.clone()).unwrap();
        Self {
            clock,
            provider,
            gateway: Arc::new(gateway),
        }
    }
}

#[async_trait]
impl Sandbox for Playground {
    fn gateway(&self) -> Arc<dyn PaymentGateway> {
        self.gateway.clone()
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn advance(&self, span: Duration) {
        self.clock.advance(span);
    }

    async fn pay(&self, checkout: &GatewayRef) {
        assert!(self.provider.receive(checkout.as_str(), None));
    }

    async fn collect(&self, checkout: &GatewayRef, amount: Money) {
        let amount = amount.amount();
        assert!(self.provider.receive(checkout.as_str(), Some(&amount)));
    }

    async fn pay_later(&self, checkout: &GatewayRef) {
        assert!(self.provider.announce(checkout.as_str()));
    }

    async fn arrive(&self, checkout: &GatewayRef) {
        assert!(self.provider.arrive(checkout.as_str()));
    }

    async fn bounce(&self, checkout: &GatewayRef) {
        assert!(self.provider.bounce(checkout.as_str()));
    }

    async fn refund_there(&self, checkout: &GatewayRef, amount: Money) {
        let sent = self
            .provider
            .send_back_here(checkout.as_str(), &amount.amount());
        sent.unwrap();
    }

    async fn return_refund(&self, checkout: &GatewayRef) {
        assert!(self.provider.bounce_return(checkout.as_str()));
    }

    async fn dispute(&self, checkout: &GatewayRef, amount: Money) {
        assert!(self.provider.recall(checkout.as_str(), &amount.amount()));
    }

    async fn win(&self, checkout: &GatewayRef) {
        assert!(self.provider.win(checkout.as_str()));
    }

    async fn pay_elsewhere(&self, amount: Money) -> GatewayRef {
        let sold = self
            .provider
            .sell(&amount.amount(), amount.currency().code());
        sold.parse().unwrap()
    }

    fn lose_next_answer(&self, moment: Moment) {
        self.provider.lose_next(match moment {
            Moment::BeforeItIsDone => Loss::OfRequest,
            Moment::AfterItIsDone => Loss::OfAnswer,
        });
    }

    fn notice_style(&self) -> NoticeStyle {
        NoticeStyle::Unsigned
    }

    async fn posted(&self) -> Vec<Posted> {
        let bodies = self.provider.post().into_iter();
        let posted = bodies.map(|body| Posted {
            headers: vec![],
            body: body.into_bytes(),
        });
        posted.collect()
    }
}
