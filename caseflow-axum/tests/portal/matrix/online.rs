//! Payment online in the world of a try.

use std::sync::Arc;

use caseflow_core::domain::access::{Origin, Visitor};
use caseflow_core::domain::alert::AlertKind;
use caseflow_core::domain::changes::{Change, Write};
use caseflow_core::domain::id::{AttemptId, PaymentId};
use caseflow_core::firm::refunds::{self, RefundInput};
use caseflow_core::portal::Visiting;
use caseflow_core::portal::pay::{self, Start};
use caseflow_core::testing::fixtures::{self, usd};
use caseflow_core::testing::gateway::TestGateway;

use crate::world::{Who, World};

/// The gateways through which the two firms take money.
pub(super) struct Tills {
    pub(super) office: Arc<TestGateway>,
    rival: Arc<TestGateway>,
}

/// The ids of one record of each kind, by the collection it stands in.
pub(super) type Ids = [(&'static str, String); 4];

impl Tills {
    pub(super) fn open(world: &World) -> Self {
        Self {
            office: world.takes_money(Who::Contact),
            rival: world.takes_money(Who::Rival),
        }
    }

    /// An invoice that this contact paid online, of which a part was refunded.
    pub(super) async fn recorded(&self, world: &World, who: Who) -> Ids {
        let (attempt, payment) = self.paid(world, who).await;
        let input = RefundInput {
            amount: Some(usd("10.00")),
            reason: None,
        };
        let call = world.call(who);
        let asked = refunds::ask(&world.ports, &call, payment, None, input).await;
        asked.unwrap();
        let firm = world.office_of(who).firm.id;
        let file = world.ports.store.invoice(firm, payment.into()).await;
        let reversal = file.unwrap().unwrap().reversals[0].id;
        let n = match who {
            Who::Contact | Who::Colleague => 11,
            Who::Stranger => 12,
            Who::Rival => 13,
        };
        let alert = fixtures::alert(n, AlertKind::Overpaid);
        let id = alert.id;
        world.write(who, Change::Alert(Write::Insert(alert))).await;
        [
            ("attempts", attempt.to_string()),
            (ONLINE, payment.to_string()),
            ("reversals", reversal.to_string()),
            ("alerts", id.to_string()),
        ]
    }

    async fn paid(&self, world: &World, who: Who) -> (AttemptId, PaymentId) {
        let visiting = Visiting {
            firm: world.office_of(who).firm.id,
            visitor: Visitor::Vouched {
                contact: world.contact(who).id,
                authenticated_at: world.ports.now(),
            },
            origin: Origin::default(),
        };
        let invoice = world.invoice(who).await;
        let start = pay::start(&world.ports, &visiting, invoice, None).await;
        let Start::Go { attempt, .. } = start.unwrap() else {
            panic!("the gateway waits for the payer");
        };
        let gateway = match who {
            Who::Rival => &self.rival,
            Who::Contact | Who::Colleague | Who::Stranger => &self.office,
        };
        assert!(gateway.pay(&gateway.latest()));
        let back = pay::returned(&world.ports, &visiting, attempt).await;
        let payments = back.unwrap().page.invoice.payments;
        (attempt, payments[0].value.id)
    }
}

/// The collection of those payments that can be refunded.
pub(super) const ONLINE: &str = "payments made online";
