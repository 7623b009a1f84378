//! Payment online, over both APIs.

mod alerts;
mod attempts;
mod paying;
mod refunds;
mod settings;

use std::sync::Arc;

use axum::http::StatusCode;
use caseflow_core::domain::id::FirmId;
use caseflow_core::testing::gateway::TestGateway;
use caseflow_core::upkeep;
use serde_json::{Value, json};

use crate::world::{Caller, World};

/// A world whose first firm takes money online.
pub(super) struct Shop {
    pub(super) world: World,
    pub(super) gateway: Arc<TestGateway>,
    pub(super) contact: Caller,
}

/// A payment that was made online.
pub(super) struct Paid {
    pub(super) invoice: String,
    pub(super) attempt: String,
    pub(super) payment: String,
}

impl Shop {
    pub(super) async fn open() -> Self {
        Self::of(World::new().await).await
    }

    pub(super) async fn of(world: World) -> Self {
        let gateway = TestGateway::new(world.doubles.clock.clone());
        Self::with(world, gateway).await
    }

    pub(super) async fn with(world: World, gateway: Arc<TestGateway>) -> Self {
        let firm: FirmId = world.office.firm.id;
        world.doubles.gateways.set(firm, vec![gateway.clone()]);
        let contact = world.contact().await;
        Self {
            world,
            gateway,
            contact,
        }
    }

    pub(super) fn staff(&self) -> Caller {
        self.world.staff()
    }

    /// The contact wants to pay; answers the attempt.
    pub(super) async fn start(&self, invoice: &str) -> String {
        let path = format!("/invoices/{invoice}/pay");
        let started = self.contact.post(&path, json!({})).await;
        started.expect(StatusCode::OK);
        started.text("/attempt")
    }

    /// The contact comes back from the gateway; answers how far the attempt has come.
    pub(super) async fn come_back(&self, attempt: &str) -> Value {
        let path = format!("/payments/attempts/{attempt}");
        let back = self.contact.get(&path).await;
        back.expect(StatusCode::OK);
        back.body
    }

    /// A paid invoice of so many cents.
    pub(super) async fn paid(&self, cents: i64) -> Paid {
        let invoice = self.world.invoice(cents).await;
        let attempt = self.start(&invoice).await;
        assert!(self.gateway.pay(&self.gateway.latest()));
        let back = self.come_back(&attempt).await;
        let payment = back["payment"].as_str().unwrap().to_owned();
        Paid {
            invoice,
            attempt,
            payment,
        }
    }

    /// What was missed is looked for.
    pub(super) async fn sweep(&self) {
        for _ in 0..2 {
            let day = std::time::Duration::from_secs(24 * 3_600);
            self.world.doubles.clock.advance(day);
            upkeep::tick(&self.world.ports).await.unwrap();
        }
    }
}

pub(super) fn usd(cents: i64) -> Value {
    json!({"amount_minor": cents, "currency": "USD"})
}
