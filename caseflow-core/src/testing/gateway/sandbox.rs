//! The gateway in memory as the kit's sandbox.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::{Fault, Posted, TestGateway};
use crate::domain::gateway::GatewayRef;
use crate::domain::money::Money;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock as _;
use crate::ports::payments::PaymentGateway;
use crate::testing::payments::{Moment, NoticeStyle, Sandbox};

#[async_trait]
impl Sandbox for Arc<TestGateway> {
    fn gateway(&self) -> Arc<dyn PaymentGateway> {
        self.clone()
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn advance(&self, span: Duration) {
        self.clock.advance(span);
    }

    async fn pay(&self, checkout: &GatewayRef) {
        assert!(TestGateway::pay(self, checkout));
    }

    async fn collect(&self, checkout: &GatewayRef, amount: Money) {
        assert!(TestGateway::collect(self, checkout, amount));
    }

    async fn pay_later(&self, checkout: &GatewayRef) {
        assert!(TestGateway::pay_later(self, checkout));
    }

    async fn arrive(&self, checkout: &GatewayRef) {
        assert!(TestGateway::arrive(self, checkout));
    }

    async fn bounce(&self, checkout: &GatewayRef) {
        assert!(TestGateway::bounce(self, checkout, "insufficient_funds"));
    }

    async fn refund_there(&self, checkout: &GatewayRef, amount: Money) {
        assert!(TestGateway::refund_there(self, checkout, amount));
    }

    async fn return_refund(&self, checkout: &GatewayRef) {
        assert!(TestGateway::return_refund(self, checkout));
    }

    async fn dispute(&self, checkout: &GatewayRef, amount: Money) {
        assert!(TestGateway::dispute(self, checkout, amount));
    }

    async fn win(&self, checkout: &GatewayRef) {
        assert!(TestGateway::win(self, checkout));
    }

    async fn pay_elsewhere(&self, amount: Money) -> GatewayRef {
        TestGateway::pay_elsewhere(self, amount)
    }

    fn lose_next_answer(&self, moment: Moment) {
        self.fail_next([match moment {
            Moment::BeforeItIsDone => Fault::Before,
            Moment::AfterItIsDone => Fault::After,
        }]);
    }

    fn notice_style(&self) -> NoticeStyle {
        self.style
    }

    async fn posted(&self) -> Vec<Posted> {
        TestGateway::posted(self)
    }
}
