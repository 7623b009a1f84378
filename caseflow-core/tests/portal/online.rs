//! Paying online, by whichever road it is found out about (R-PAY).

use std::sync::Arc;
use std::time::Duration;

use caseflow_core::domain::alert::AlertKind;
use caseflow_core::domain::attempt::AttemptStage;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::invoice::InvoiceStatus::{Paid, PartiallyPaid, Unpaid};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::payment::PaymentMode;
use caseflow_core::error::{Error, Refusal};
use caseflow_core::portal::pay::{self, Start};
use caseflow_core::ports::payments::WebhookRefusal;
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::{self, usd};
use caseflow_core::testing::gateway::{Fault, TestGateway};
use caseflow_core::upkeep::notices::Receipt;

use super::till::Till;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn b01_a_notice_that_comes_five_times_is_one_payment() {
    block_on(async {
        let till = Till::open().await;
        let (invoice, ..) = till.paid_there("100.00").await;
        till.mails().await;
        let posted = till.gateway.posted();
        for _ in 0..5 {
            let kept = till.post(&posted[0]).await.unwrap();
            assert_eq!(kept, Receipt::Kept("[accepted]"));
            till.work().await;
        }
        let payments = till.payments(invoice).await;
        assert_eq!(payments.len(), 1);
        assert_eq!(payments[0].amount, usd("100.00"));
        assert_eq!(payments[0].mode, PaymentMode::Online);
        assert_eq!(payments[0].receipt.taken().unwrap().as_str(), "R-0001");
        assert_eq!(till.story.shown(invoice).await, (Paid, usd("0.00")));
        let (to_client, to_firm) = till.mails().await;
        // One to each contact of the client who gets mail about invoices.
        let mut told: Vec<_> = to_client.iter().map(|letter| &letter.to).collect();
        told.sort_unstable();
        let office = &till.story.office;
        assert_eq!(told, [&office.contact.email, &office.colleague.email]);
        assert!(to_client[0].subject.contains("100.00"));
        assert_eq!(to_firm.len(), 1);
        assert_eq!(till.alerts().await, []);
    });
}

#[test]
fn b06_who_comes_back_sees_it_paid_without_any_notice() {
    block_on(async {
        let till = Till::open().await;
        let (invoice, attempt, _) = till.paid_there("100.00").await;
        assert_eq!(till.come_back(attempt).await, AttemptStage::Succeeded);
        assert_eq!(till.story.shown(invoice).await, (Paid, usd("0.00")));
        assert_eq!(till.post_all().await, 1);
        assert_eq!(till.payments(invoice).await.len(), 1);
        assert_eq!(till.come_back(attempt).await, AttemptStage::Succeeded);
    });
}

#[test]
fn b07_what_nobody_told_of_is_found_within_minutes() {
    block_on(async {
        let till = Till::open().await;
        let (invoice, ..) = till.paid_there("100.00").await;
        drop(till.gateway.posted());
        till.wait(MINUTE + Duration::from_secs(1)).await;
        assert_eq!(till.story.shown(invoice).await, (Paid, usd("0.00")));
        till.wait(HOUR).await;
        assert_eq!(till.payments(invoice).await.len(), 1);
    });
}

#[test]
fn b10_nothing_leaves_paid_but_money() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("249.95", "2026-12-24").await;
        let (attempt, checkout) = till.start(invoice).await;
        till.gateway.pay_later(&checkout);
        let older = till.gateway.posted();
        till.gateway.arrive(&checkout);
        till.post_all().await;
        assert_eq!(till.story.shown(invoice).await.0, Paid);
        till.post(&older[0]).await.unwrap();
        till.work().await;
        assert_eq!(till.story.shown(invoice).await.0, Paid);
        assert_eq!(till.attempt(attempt).await.stage(), AttemptStage::Succeeded);
        till.gateway.say(&checkout, "something_newer");
        assert_eq!(till.come_back(attempt).await, AttemptStage::Succeeded);
    });
}

#[test]
fn b12_money_on_its_way_is_not_there_yet() {
    block_on(async {
        for arrives in [true, false] {
            let till = Till::open().await;
            let invoice = till.story.issued("249.95", "2026-12-24").await;
            let (attempt, checkout) = till.start(invoice).await;
            till.gateway.pay_later(&checkout);
            till.post_all().await;
            assert_eq!(till.story.shown(invoice).await, (Unpaid, usd("249.95")));
            let second = till.try_start(invoice, None).await.unwrap();
            assert_eq!(second, Start::Told(attempt));
            if arrives {
                till.gateway.arrive(&checkout);
                till.post_all().await;
                assert_eq!(till.story.shown(invoice).await, (Paid, usd("0.00")));
            } else {
                till.gateway.bounce(&checkout, "insufficient_funds");
                till.post_all().await;
                assert_eq!(till.story.shown(invoice).await, (Unpaid, usd("249.95")));
                let failed = till.attempt(attempt).await;
                assert_eq!(failed.stage(), AttemptStage::Failed);
                let code = failed.trouble.unwrap().code;
                assert_eq!(code.as_str(), "insufficient_funds");
                assert_ne!(till.start(invoice).await.0, attempt);
            }
        }
    });
}

#[test]
fn b13_what_was_collected_is_what_is_recorded() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let (_, checkout) = till.start(invoice).await;
        till.gateway.collect(&checkout, usd("99.00"));
        till.post_all().await;
        assert_eq!(till.payments(invoice).await[0].amount, usd("99.00"));
        assert_eq!(
            till.story.shown(invoice).await,
            (PartiallyPaid, usd("1.00"))
        );
        assert_eq!(till.alerts().await, [AlertKind::OtherAmount]);
    });
}

#[test]
fn b14_another_currency_is_held() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let (attempt, checkout) = till.start(invoice).await;
        let euros = Money::parse("100.00", Currency::EUR).unwrap();
        till.gateway.collect(&checkout, euros);
        for _ in 0..2 {
            till.post_all().await;
            assert_eq!(till.come_back(attempt).await, AttemptStage::Held);
            assert_eq!(till.story.shown(invoice).await, (Unpaid, usd("100.00")));
            assert_eq!(till.alerts().await, [AlertKind::OtherCurrency]);
        }
        assert_eq!(till.payments(invoice).await, []);
    });
}

#[test]
fn b16_b17_only_a_fresh_signature_is_believed() {
    block_on(async {
        let till = Till::open().await;
        let (invoice, ..) = till.paid_there("100.00").await;
        let posted = till.gateway.posted().remove(0);
        let mut forged = posted.clone();
        forged.headers.clear();
        let refused = till.post(&forged).await.unwrap();
        assert_eq!(refused, Receipt::Refused(WebhookRefusal::Signature));
        forged.headers = vec![("test-signature".to_owned(), b"00".to_vec())];
        let refused = till.post(&forged).await.unwrap();
        assert_eq!(refused, Receipt::Refused(WebhookRefusal::Signature));
        till.story.doubles.clock.advance(Duration::from_secs(301));
        let late = till.post(&posted).await.unwrap();
        assert_eq!(late, Receipt::Refused(WebhookRefusal::Time));
        assert_eq!(till.payments(invoice).await, []);
        till.story.doubles.clock.set("2026-11-24T09:04:59Z");
        let kept = till.post(&posted).await.unwrap();
        assert_eq!(kept, Receipt::Kept("[accepted]"));
        till.work().await;
        assert_eq!(till.payments(invoice).await.len(), 1);
    });
}

#[test]
fn b19_b20_what_is_not_the_firms_changes_nothing() {
    block_on(async {
        let till = Till::open().await;
        let other = Till::open_beside(&till, 2).await;
        let (theirs, ..) = other.paid_there("100.00").await;
        let mine = till.story.issued("100.00", "2026-12-24").await;
        // The other firm's payment, told to this one by the account that both use.
        assert_eq!(till.post_all().await, 1);
        till.gateway.pay_elsewhere(usd("100.00"));
        till.post_all().await;
        assert_eq!(till.payments(mine).await, []);
        assert_eq!(other.payments(theirs).await, []);
        assert_eq!(till.alerts().await, []);
        assert_eq!(other.alerts().await, []);
    });
}

#[test]
fn b23_a_second_tab_is_told_that_it_is_paid() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let (attempt, checkout) = till.start(invoice).await;
        // The second tab, and a double click, lead to the same checkout.
        assert_eq!(till.start(invoice).await, (attempt, checkout.clone()));
        assert!(till.gateway.pay(&checkout));
        assert!(!till.gateway.pay(&checkout), "a checkout is paid once");
        let second = till.try_start(invoice, None).await.unwrap();
        assert_eq!(second, Start::Told(attempt));
        let third = till.try_start(invoice, None).await.unwrap_err();
        assert!(third.to_string().contains("paid already"), "{third}");
        assert_eq!(till.gateway.charges().len(), 1);
        assert_eq!(till.payments(invoice).await.len(), 1);
    });
}

#[test]
fn b25_cash_closes_the_checkout() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let (attempt, checkout) = till.start(invoice).await;
        till.story.pay(invoice, "100.00").await;
        assert!(!till.gateway.pay(&checkout), "it is closed");
        assert_eq!(till.attempt(attempt).await.stage(), AttemptStage::Cancelled);
    });
}

#[test]
fn cash_and_card_at_once_are_both_recorded() {
    block_on(async {
        let till = Till::open().await;
        let (invoice, attempt, _) = till.paid_there("100.00").await;
        till.story.pay(invoice, "100.00").await;
        let payments = till.payments(invoice).await;
        assert_eq!(payments.len(), 2);
        assert_eq!(till.attempt(attempt).await.stage(), AttemptStage::Succeeded);
        assert_eq!(till.alerts().await, [AlertKind::Overpaid]);
        let account = till.story.file(invoice).await.invoice.value.account;
        assert_eq!(account.balance().unwrap(), usd("-100.00"));
    });
}

#[test]
fn b27_two_charges_that_slipped_through_are_both_there() {
    block_on(async {
        let till = Till::open().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let (_, first) = till.start(invoice).await;
        till.gateway.pay(&first);
        drop(till.gateway.posted());
        // Nobody has heard of the first one when staff call its checkout off in vain and another
        // gateway takes over.
        let second_gateway =
            TestGateway::of("example:acct_2:test", till.story.doubles.clock.clone());
        let entered = vec![
            second_gateway.clone() as Arc<_>,
            till.gateway.clone() as Arc<_>,
        ];
        let firm = till.story.office.firm.id;
        till.gateway.fail_next([Fault::Before]);
        till.story
            .doubles
            .gateways
            .set(firm, vec![second_gateway.clone() as Arc<_>]);
        let attempt = till.story.file(invoice).await.attempts[0].value.clone();
        assert_eq!(attempt.stage(), AttemptStage::Open);
        let mut ended = attempt.clone();
        ended.state = caseflow_core::domain::attempt::AttemptState::Ended {
            end: caseflow_core::domain::attempt::End::Expired,
            reference: Some(first.clone()),
            at: fixtures::NOW,
        };
        let write = till.story.file(invoice).await.attempts[0].update(ended);
        let change = caseflow_core::domain::changes::Change::Attempt(write);
        let changes = caseflow_core::domain::changes::Changes::default().with(change);
        till.story.ports.store.commit(firm, changes).await.unwrap();
        till.try_start(invoice, None).await.unwrap();
        second_gateway.pay(&second_gateway.latest());
        till.story.doubles.gateways.set(firm, entered);
        till.wait(25 * HOUR).await;
        till.wait(25 * HOUR).await;
        assert_eq!(till.payments(invoice).await.len(), 2);
        assert_eq!(till.story.shown(invoice).await.0, Paid);
        assert!(till.alerts().await.contains(&AlertKind::Overpaid));
    });
}

#[test]
fn b36_what_is_not_known_is_asked_for_again() {
    block_on(async {
        for fault in [Fault::Before, Fault::After] {
            let till = Till::open().await;
            let invoice = till.story.issued("100.00", "2026-12-24").await;
            till.gateway.fail_next([fault.clone(), fault]);
            for _ in 0..2 {
                let lost = till.try_start(invoice, None).await;
                assert!(matches!(lost, Err(Error::Gateway(_))), "{lost:?}");
            }
            let (_, checkout) = till.start(invoice).await;
            assert_eq!(till.gateway.checkouts().len(), 1);
            till.gateway.pay(&checkout);
            till.post_all().await;
            assert_eq!(till.story.shown(invoice).await, (Paid, usd("0.00")));
            assert_eq!(till.story.file(invoice).await.attempts.len(), 1);
        }
    });
}

#[test]
fn b42_without_a_gateway_nothing_is_offered() {
    block_on(async {
        let till = Till::open().await;
        let firm = till.story.office.firm.clone();
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        assert!(pay::offer(&till.story.ports, &firm, usd("100.00")).is_some());
        assert!(pay::offer(&till.story.ports, &firm, usd("0.00")).is_none());
        till.story.doubles.gateways.set(firm.id, vec![]);
        assert!(pay::offer(&till.story.ports, &firm, usd("100.00")).is_none());
        let refused = till.try_start(invoice, None).await.unwrap_err();
        assert!(matches!(refused, Error::Refused(Refusal::NoGateway)));
        assert_eq!(till.story.file(invoice).await.attempts, []);
    });
}
