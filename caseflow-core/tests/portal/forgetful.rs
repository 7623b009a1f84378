//! A gateway that knows nothing of a checkout that it once opened: one in memory that was started
//! anew, or the keys of another account.

use std::sync::Arc;
use std::time::Duration;

use caseflow_core::domain::alert::AlertKind;
use caseflow_core::domain::attempt::AttemptStage;
use caseflow_core::domain::id::{AttemptId, InvoiceId};
use caseflow_core::domain::invoice::InvoiceStatus::Paid;
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::usd;
use caseflow_core::testing::gateway::TestGateway;

use super::till::Till;

/// A checkout is open, and the gateway has forgotten it.
async fn forgotten() -> (Till, InvoiceId, AttemptId) {
    let mut till = Till::open().await;
    // So that the names of the checkouts to come are others.
    for _ in 0..5 {
        till.gateway.pay_elsewhere(usd("1.00"));
    }
    let invoice = till.story.issued("100.00", "2026-12-24").await;
    let (attempt, _) = till.start(invoice).await;
    till.gateway = TestGateway::new(till.story.doubles.clock.clone());
    let firm = till.story.office.firm.id;
    let gateways: Vec<Arc<_>> = vec![till.gateway.clone() as Arc<_>];
    till.story.doubles.gateways.set(firm, gateways);
    (till, invoice, attempt)
}

#[test]
fn who_wants_to_pay_gets_another_checkout() {
    block_on(async {
        let (till, invoice, old) = forgotten().await;
        assert_eq!(till.come_back(old).await, AttemptStage::Open);
        let (new, checkout) = till.start(invoice).await;
        assert_ne!(new, old);
        let ended = till.attempt(old).await;
        assert_eq!(ended.stage(), AttemptStage::Failed);
        assert_eq!(ended.trouble.unwrap().code.as_str(), "not_found");
        assert_eq!(till.alerts().await, [AlertKind::Misconfigured]);
        till.gateway.pay(&checkout);
        till.post_all().await;
        assert_eq!(till.story.shown(invoice).await, (Paid, usd("0.00")));
    });
}

#[test]
fn nobody_waits_for_it_for_ever() {
    block_on(async {
        let (till, _, old) = forgotten().await;
        till.wait(Duration::from_secs(2 * 3600)).await;
        assert_eq!(till.attempt(old).await.stage(), AttemptStage::Failed);
        till.wait(Duration::from_secs(24 * 3600)).await;
        assert_eq!(till.alerts().await, [AlertKind::Misconfigured]);
    });
}
