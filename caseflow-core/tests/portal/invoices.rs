//! What an invoice is, seen from both sides.

use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::invoice::{InvoiceError, InvoiceStatus, Phase};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::page::PageQuery;
use caseflow_core::error::{Error, Refusal};
use caseflow_core::firm::{invoices, payments};
use caseflow_core::portal;
use caseflow_core::ports::store::HistoryRow;
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::usd;

use super::setup::Story;

use InvoiceStatus::{Cancelled, Overdue, Paid, PartiallyPaid, Unpaid};

#[test]
fn a22_nothing_paid_and_due_tomorrow_is_unpaid() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("100.00", "2026-11-25").await;
        assert_eq!(story.shown(id).await, (Unpaid, usd("100.00")));
    });
}

#[test]
fn a23_the_due_day_counts_in_full_in_the_firms_zone() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("100.00", "2026-11-24").await;
        // Zurich is an hour ahead of UTC.
        for (now, expected) in [
            ("2026-11-23T23:00:01Z", Unpaid),
            ("2026-11-24T22:59:59Z", Unpaid),
            ("2026-11-24T22:59:59.999999Z", Unpaid),
            ("2026-11-24T23:00:00Z", Overdue),
        ] {
            story.doubles.clock.set(now);
            assert_eq!(story.shown(id).await, (expected, usd("100.00")), "{now}");
        }
    });
}

#[test]
fn a25_a_part_paid_invoice_is_partially_paid_for_both() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("300.00", "2026-12-24").await;
        story.pay(id, "100.00").await;
        assert_eq!(story.shown(id).await, (PartiallyPaid, usd("200.00")));
    });
}

#[test]
fn a26_badge_and_filter_agree_when_it_is_overdue() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("300.00", "2026-11-23").await;
        story.pay(id, "100.00").await;
        assert_eq!(story.shown(id).await, (Overdue, usd("200.00")));
        let page = portal::dashboard::dashboard(&story.ports, &story.contact()).await;
        let page = page.unwrap().page;
        assert_eq!(
            (page.open[0].overdue_count, page.open[0].overdue),
            (1, usd("200.00"))
        );
        assert_eq!(page.received_this_year, [usd("100.00")]);
    });
}

#[test]
fn a27_two_payments_settle_it_to_the_cent() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("249.95", "2026-12-24").await;
        story.pay(id, "10.00").await;
        assert_eq!(story.shown(id).await, (PartiallyPaid, usd("239.95")));
        story.pay(id, "239.95").await;
        assert_eq!(story.shown(id).await, (Paid, usd("0.00")));
        let (contact, first) = (story.contact(), PageQuery::default());
        let history = portal::payments::list(&story.ports, &contact, &first).await;
        let history = history.unwrap().page.rows;
        let receipts = history.iter().map(|row| match row {
            HistoryRow::Payment(row) => row.payment.value.receipt.taken(),
            HistoryRow::Reversal(row) => panic!("nothing went back: {row:?}"),
        });
        let receipts: Vec<_> = receipts
            .map(|receipt| receipt.unwrap().to_string())
            .collect();
        assert_eq!(receipts, ["R-0002", "R-0001"]);
    });
}

#[test]
fn a30_a_new_price_keeps_what_was_paid() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("30.37", "2026-12-24").await;
        story.pay(id, "10.37").await;
        let mut terms = story.file(id).await.invoice.value.terms;
        terms.pricing.lines[0].unit_price = "15.00".parse().unwrap();
        let call = story.call();
        invoices::reprice(&story.ports, &call, id, None, terms.clone())
            .await
            .unwrap();
        assert_eq!(story.shown(id).await, (PartiallyPaid, usd("4.63")));
        assert_eq!(
            story.file(id).await.invoice.value.account.received,
            usd("10.37")
        );
        terms.pricing.lines[0].unit_price = "10.36".parse().unwrap();
        let below = invoices::reprice(&story.ports, &call, id, None, terms).await;
        let settled = usd("10.37");
        refused(&below, &InvoiceError::BelowSettled { settled });
    });
}

#[test]
fn a33_more_than_the_balance_is_refused_and_writes_nothing() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("100.00", "2026-12-24").await;
        let rows = story.audit_rows().await;
        let balance = usd("100.00");
        refused(
            &story.try_pay(id, Some(usd("100.01"))).await,
            &InvoiceError::OverBalance { balance },
        );
        assert_eq!(story.audit_rows().await, rows);
        assert_eq!(story.file(id).await.payments, []);
        assert_eq!(story.shown(id).await, (Unpaid, usd("100.00")));
    });
}

#[test]
fn a34_an_amount_that_is_none_is_refused_and_writes_nothing() {
    block_on(async {
        for text in ["10,33", "2760.0,139.14", "1e309", "", "NaN", "0.001", "٣"] {
            assert!(Money::parse(text, Currency::USD).is_err(), "{text}");
        }
        let story = Story::begin().await;
        let id = story.issued("100.00", "2026-12-24").await;
        let rows = story.audit_rows().await;
        for minor in [0, -1, -500, i64::MIN] {
            let amount = Money::from_minor(minor, Currency::USD);
            let outcome = story.try_pay(id, Some(amount)).await;
            assert!(matches!(outcome, Err(Error::Refused(_))), "{outcome:?}");
        }
        let euros = Money::from_minor(100, Currency::EUR);
        let outcome = story.try_pay(id, Some(euros)).await;
        assert!(matches!(outcome, Err(Error::Refused(_))), "{outcome:?}");
        assert_eq!(story.audit_rows().await, rows);
        // No amount at all is the balance (R-INV-6).
        story.try_pay(id, None).await.unwrap();
        assert_eq!(story.shown(id).await, (Paid, usd("0.00")));
        refused(&story.try_pay(id, None).await, &InvoiceError::NothingDue);
    });
}

#[test]
fn a38_a_cancelled_invoice_owes_nothing_for_ever() {
    block_on(async {
        let story = Story::begin().await;
        let (id, paid) = (
            story.issued("100.00", "2026-11-25").await,
            story.issued("50.00", "2026-11-25").await,
        );
        let call = story.call();
        invoices::cancel(&story.ports, &call, id, None)
            .await
            .unwrap();
        story.doubles.clock.set("2027-06-01T00:00:00Z");
        assert_eq!(story.shown(id).await, (Cancelled, usd("0.00")));
        let from = Phase::Cancelled;
        refused(
            &story.try_pay(id, None).await,
            &InvoiceError::Transition {
                from,
                attempted: "paid",
            },
        );
        let payment = story.pay(paid, "1.00").await;
        let received = usd("1.00");
        let cancelled = invoices::cancel(&story.ports, &call, paid, None).await;
        refused(&cancelled, &InvoiceError::MoneyReceived { received });
        payments::void(&story.ports, &call, payment, None, None)
            .await
            .unwrap();
        invoices::cancel(&story.ports, &call, paid, None)
            .await
            .unwrap();
        assert_eq!(story.shown(paid).await, (Cancelled, usd("0.00")));
    });
}

#[test]
fn a40_an_invoice_of_nothing_is_paid_when_issued() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("0.00", "2026-11-01").await;
        story.doubles.clock.set("2027-06-01T00:00:00Z");
        assert_eq!(story.shown(id).await, (Paid, usd("0.00")));
        refused(&story.try_pay(id, None).await, &InvoiceError::NothingDue);
        let page = portal::dashboard::dashboard(&story.ports, &story.contact()).await;
        assert_eq!(page.unwrap().page.open, []);
    });
}

#[test]
fn e21_a_draft_is_not_there_and_a_cancelled_one_is() {
    block_on(async {
        let story = Story::begin().await;
        let draft = story.draft("1.00", "2026-12-24").await;
        let read = portal::invoices::read(&story.ports, &story.contact(), draft).await;
        assert!(matches!(read, Err(Error::NotFound)), "{read:?}");
        let id = story.issued("1.00", "2026-12-24").await;
        invoices::cancel(&story.ports, &story.call(), id, None)
            .await
            .unwrap();
        assert_eq!(story.shown(id).await, (Cancelled, usd("0.00")));
    });
}

#[test]
fn e01_another_clients_invoice_is_not_there() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("1.00", "2026-12-24").await;
        let office = &story.office;
        let stranger = story.visiting(office.visit(&office.stranger).visitor);
        let read = portal::invoices::read(&story.ports, &stranger, id).await;
        assert!(matches!(read, Err(Error::NotFound)), "{read:?}");
        let list = portal::invoices::list(&story.ports, &stranger, &Default::default()).await;
        assert_eq!(list.unwrap().page.rows, []);
    });
}

#[track_caller]
fn refused<T: std::fmt::Debug>(outcome: &Result<T, Error>, expected: &InvoiceError) {
    match outcome {
        Err(Error::Refused(Refusal::Invoice(error))) => assert_eq!(error, expected),
        other => panic!("expected {expected:?}, not {other:?}"),
    }
}
