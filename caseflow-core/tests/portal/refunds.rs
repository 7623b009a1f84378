//! Money that goes back to the payer, and that comes back to the firm (R-PAY-9).

use std::time::Duration;

use caseflow_core::domain::alert::AlertKind;
use caseflow_core::domain::id::{InvoiceId, PaymentId, RefundId, Subject};
use caseflow_core::domain::invoice::InvoiceStatus::{Overdue, Paid, PartiallyPaid, Unpaid};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::page::PageQuery;
use caseflow_core::domain::refund::RefundError;
use caseflow_core::domain::reversal::ReversalKind;
use caseflow_core::error::{Error, Refusal};
use caseflow_core::firm::refunds::{self, RefundInput};
use caseflow_core::firm::{alerts, audit, invoices, payments};
use caseflow_core::portal;
use caseflow_core::ports::store::{AlertQuery, HistoryRow};
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::{line, usd};
use caseflow_core::testing::gateway::Fault;

use super::till::Till;

const HOUR: Duration = Duration::from_secs(3600);

/// An invoice that was paid online and is known to be.
pub(crate) async fn settled(till: &Till, amount: &str) -> (InvoiceId, PaymentId) {
    let (invoice, ..) = till.paid_there(amount).await;
    till.post_all().await;
    (invoice, till.payments(invoice).await[0].id)
}

pub(crate) async fn ask(
    till: &Till,
    payment: PaymentId,
    amount: Option<&str>,
) -> Result<RefundId, Error> {
    let input = RefundInput {
        amount: amount.map(usd),
        reason: Some(line("Paid twice")),
    };
    let (ports, call) = (&till.story.ports, till.story.call());
    let reply = refunds::ask(ports, &call, payment, None, input).await?;
    match reply.id {
        Subject::Refund(id) => Ok(id),
        other => panic!("{other} is no refund"),
    }
}

/// The code of a refund's state.
async fn state(till: &Till, payment: PaymentId, id: RefundId) -> &'static str {
    let staff = till.story.office.staff();
    let all = refunds::list(&till.story.ports, &staff, payment).await;
    let all = all.unwrap();
    let refund = all.iter().find(|refund| refund.value.id == id).unwrap();
    refund.value.state.code()
}

async fn reversed(till: &Till, invoice: InvoiceId) -> Vec<(ReversalKind, Money)> {
    let mut reversals = till.story.file(invoice).await.reversals;
    // Within a millisecond, ids are in no order.
    reversals.sort_by_key(|it| it.number.taken().map(ToString::to_string));
    let told = reversals.into_iter();
    told.map(|it| (it.kind, it.amount)).collect()
}

#[test]
fn b30_a_refund_makes_it_due_again() {
    block_on(async {
        let till = Till::open().await;
        let (invoice, payment) = settled(&till, "100.00").await;
        let checkout = till.gateway.latest();
        till.mails().await;
        till.gateway.refund_there(&checkout, usd("100.00"));
        till.post_all().await;
        assert_eq!(till.story.shown(invoice).await, (Unpaid, usd("100.00")));
        let contact = till.story.contact();
        let ports = &till.story.ports;
        let receipt = portal::payments::receipt(ports, &contact, payment).await;
        assert!(receipt.unwrap().name.contains("R-0001"));
        let history = portal::payments::list(ports, &contact, &PageQuery::default()).await;
        let rows = history.unwrap().page.rows;
        let kinds: Vec<bool> = rows
            .iter()
            .map(|row| matches!(row, HistoryRow::Reversal(_)))
            .collect();
        assert_eq!(kinds, [true, false]);
        let (to_client, _) = till.mails().await;
        assert!(to_client.iter().all(|it| it.subject.contains("refunded")));
        assert!(!to_client.is_empty());
        till.story.doubles.clock.set("2026-12-25T09:00:00Z");
        assert_eq!(till.story.shown(invoice).await.0, Overdue);
    });
}

#[test]
fn b31_refunds_of_one_payment_add_up() {
    block_on(async {
        let till = Till::open().await;
        let (invoice, _) = settled(&till, "100.00").await;
        let checkout = till.gateway.latest();
        till.gateway.refund_there(&checkout, usd("30.00"));
        let first = till.gateway.posted();
        for _ in 0..2 {
            till.post(&first[0]).await.unwrap();
            till.work().await;
            assert_eq!(
                till.story.shown(invoice).await,
                (PartiallyPaid, usd("30.00"))
            );
        }
        till.gateway.refund_there(&checkout, usd("20.00"));
        till.post_all().await;
        assert_eq!(
            till.story.shown(invoice).await,
            (PartiallyPaid, usd("50.00"))
        );
        till.post(&first[0]).await.unwrap();
        till.work().await;
        assert_eq!(
            reversed(&till, invoice).await,
            [
                (ReversalKind::Refund, usd("30.00")),
                (ReversalKind::Refund, usd("20.00"))
            ]
        );
    });
}

#[test]
fn b33_disputed_money_goes_and_comes_back() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("249.95", "2026-12-24").await;
        till.allow_parts("5.00").await;
        till.try_start(invoice, Some(usd("10.00"))).await.unwrap();
        let checkout = till.gateway.latest();
        till.gateway.pay(&checkout);
        till.post_all().await;
        assert_eq!(
            till.story.shown(invoice).await,
            (PartiallyPaid, usd("239.95"))
        );
        till.gateway.dispute(&checkout, usd("10.00"));
        till.post_all().await;
        assert_eq!(till.story.shown(invoice).await, (Unpaid, usd("249.95")));
        assert_eq!(till.alerts().await, [AlertKind::Dispute]);
        till.gateway.win(&checkout);
        till.post_all().await;
        assert_eq!(
            till.story.shown(invoice).await,
            (PartiallyPaid, usd("239.95"))
        );
        assert_eq!(
            reversed(&till, invoice).await,
            [
                (ReversalKind::Dispute, usd("10.00")),
                (ReversalKind::DisputeWon, usd("10.00"))
            ]
        );
    });
}

#[test]
fn staff_refund_a_part_and_the_rest() {
    block_on(async {
        let till = Till::open().await;
        let (invoice, payment) = settled(&till, "100.00").await;
        let part = ask(&till, payment, Some("40.00")).await.unwrap();
        assert_eq!(state(&till, payment, part).await, "done");
        assert_eq!(
            till.story.shown(invoice).await,
            (PartiallyPaid, usd("40.00"))
        );
        let file = till.story.file(invoice).await;
        let reason = file.reversals[0].reason.as_ref().unwrap();
        assert_eq!(reason.as_str(), "Paid twice");
        for wrong in ["0.00", "-1.00", "60.01"] {
            let refused = ask(&till, payment, Some(wrong)).await.unwrap_err();
            assert!(
                matches!(&refused, Error::Refused(it) if it.field() == Some("amount")),
                "{wrong}: {refused:?}"
            );
        }
        ask(&till, payment, None).await.unwrap();
        assert_eq!(till.story.shown(invoice).await, (Unpaid, usd("100.00")));
        let refused = ask(&till, payment, None).await.unwrap_err();
        assert!(matches!(
            refused,
            Error::Refused(Refusal::Refund(RefundError::NothingLeft))
        ));
        // Nothing is received any more, so it may be called off (R-INV-8).
        let (ports, call) = (&till.story.ports, till.story.call());
        invoices::cancel(ports, &call, invoice, None).await.unwrap();
        let staff = till.story.office.staff();
        assert_eq!(audit::check_accounts(ports, &staff).await.unwrap(), []);
    });
}

#[test]
fn what_was_paid_by_hand_is_voided_not_refunded() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let by_hand = till.story.pay(invoice, "50.00").await;
        let refused = ask(&till, by_hand, None).await.unwrap_err();
        assert!(matches!(
            refused,
            Error::Refused(Refusal::Refund(RefundError::NotOnline))
        ));
        let (other, payment) = settled(&till, "10.00").await;
        let (ports, call) = (&till.story.ports, till.story.call());
        let refused = payments::void(ports, &call, payment, None, None).await;
        assert!(refused.unwrap_err().to_string().contains("refund"));
        assert_eq!(till.story.shown(other).await.0, Paid);
    });
}

#[test]
fn a_refund_whose_answer_is_lost_is_done_once() {
    block_on(async {
        for fault in [Fault::Before, Fault::After] {
            let till = Till::open().await;
            let (invoice, payment) = settled(&till, "100.00").await;
            till.gateway.fail_next([fault.clone(), fault]);
            let id = ask(&till, payment, Some("40.00")).await.unwrap();
            assert_eq!(state(&till, payment, id).await, "asked");
            // What is under way counts as gone.
            let refused = ask(&till, payment, Some("60.01")).await.unwrap_err();
            assert!(matches!(refused, Error::Refused(_)));
            for _ in 0..3 {
                till.wait(HOUR).await;
            }
            assert_eq!(state(&till, payment, id).await, "done");
            assert_eq!(
                reversed(&till, invoice).await,
                [(ReversalKind::Refund, usd("40.00"))]
            );
        }
    });
}

#[test]
fn a_refund_that_is_refused_or_comes_back_is_told_to_staff() {
    block_on(async {
        let till = Till::open().await;
        let (invoice, payment) = settled(&till, "100.00").await;
        till.gateway
            .fail_next([Fault::Refused("insufficient_balance")]);
        let id = ask(&till, payment, Some("40.00")).await.unwrap();
        assert_eq!(state(&till, payment, id).await, "refused");
        assert_eq!(till.alerts().await, [AlertKind::RefundRefused]);

        let id = ask(&till, payment, Some("100.00")).await.unwrap();
        assert_eq!(till.story.shown(invoice).await, (Unpaid, usd("100.00")));
        till.gateway.return_refund(&till.gateway.latest());
        till.post_all().await;
        assert_eq!(till.story.shown(invoice).await, (Paid, usd("0.00")));
        assert_eq!(state(&till, payment, id).await, "refused");
        assert_eq!(
            till.alerts().await,
            [AlertKind::RefundRefused, AlertKind::RefundRefused]
        );
    });
}

#[test]
fn an_alert_is_settled_once_by_somebody() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let (_, checkout) = till.start(invoice).await;
        till.gateway.collect(&checkout, usd("99.00"));
        till.post_all().await;
        let (ports, call) = (&till.story.ports, till.story.call());
        let open = AlertQuery {
            settled: Some(false),
            ..AlertQuery::default()
        };
        let listed = alerts::list(ports, &call.staff, &open).await.unwrap().rows;
        let id = listed[0].value.id;
        let first = alerts::settle(ports, &call, id, None).await.unwrap();
        let again = alerts::settle(ports, &call, id, None).await.unwrap();
        assert_eq!(first, again);
        let alert = alerts::read(ports, &call.staff, id).await.unwrap().value;
        assert_eq!(alert.settled.unwrap().1.as_str(), "Petra Muster");
        let listed = alerts::list(ports, &call.staff, &open).await.unwrap().rows;
        assert_eq!(listed, []);
    });
}
