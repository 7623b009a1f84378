//! What a gateway posts that signs nothing: anybody may have posted it (R-PAY-7, R-PAY-8).

use std::time::Duration;

use caseflow_core::domain::alert::AlertKind;
use caseflow_core::domain::gateway_event::GatewayEvent;
use caseflow_core::domain::id::InvoiceId;
use caseflow_core::domain::invoice::InvoiceStatus::{Paid, Unpaid};
use caseflow_core::ports::payments::WebhookRefusal;
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::usd;
use caseflow_core::testing::gateway::{Posted, TestGateway};
use caseflow_core::upkeep::notices::Receipt;

use super::till::Till;

const MINUTE: Duration = Duration::from_secs(60);

fn naming(name: &str) -> Posted {
    Posted {
        headers: vec![],
        body: format!("id={name}").into_bytes(),
    }
}

/// How often the gateway was asked while this much was posted and worked off, each post by itself.
async fn asked(till: &Till, posts: impl IntoIterator<Item = Posted>) -> usize {
    let before = till.gateway.fetches();
    for posted in posts {
        let kept = till.post(&posted).await.unwrap();
        assert_eq!(kept, Receipt::Kept(""));
        till.work().await;
    }
    till.gateway.fetches() - before
}

async fn is_untouched(till: &Till, invoice: InvoiceId, rows: u64) {
    assert_eq!(till.story.shown(invoice).await, (Unpaid, usd("100.00")));
    assert_eq!(till.payments(invoice).await, []);
    assert_eq!(till.alerts().await, []);
    assert_eq!(till.story.audit_rows().await, rows);
}

#[test]
fn r_pay_7_an_unsigned_notice_leads_to_the_payment() {
    block_on(async {
        let till = Till::open_unsigned().await;
        let (invoice, ..) = till.paid_there("100.00").await;
        assert_eq!(asked(&till, till.gateway.posted()).await, 1);
        assert_eq!(till.story.shown(invoice).await, (Paid, usd("0.00")));
        assert_eq!(till.payments(invoice).await.len(), 1);
    });
}

#[test]
fn what_a_stranger_names_changes_nothing_and_is_asked_for_once() {
    block_on(async {
        let till = Till::open_unsigned().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let (_, open) = till.start(invoice).await;
        let elsewhere = till.gateway.pay_elsewhere(usd("100.00"));
        let other = Till::open_beside(&till, 2).await;
        let (theirs, _, theirs_at) = other.paid_there("100.00").await;
        let rows = till.story.audit_rows().await;
        let names = [
            open.as_str(),
            elsewhere.as_str(),
            theirs_at.as_str(),
            "made-up",
        ];
        assert_eq!(asked(&till, names.map(naming)).await, 4);
        is_untouched(&till, invoice, rows).await;
        assert_eq!(other.payments(theirs).await, []);
    });
}

#[test]
fn thousands_of_repeats_are_asked_for_twice_a_minute_at_most() {
    block_on(async {
        let till = Till::open_unsigned().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let (_, open) = till.start(invoice).await;
        let rows = till.story.audit_rows().await;
        let repeats = || vec![naming(open.as_str()); 2_000];
        assert_eq!(asked(&till, repeats()).await, 1);
        is_untouched(&till, invoice, rows).await;
        till.story.doubles.clock.advance(MINUTE);
        assert_eq!(
            asked(&till, repeats()).await,
            2,
            "the attempt's own, and one"
        );
    });
}

#[test]
fn what_happens_after_a_minutes_first_notice_is_seen_when_the_minute_is_over() {
    block_on(async {
        let till = Till::open_unsigned().await;
        let invoice = till.story.issued("100.00", "2026-12-24").await;
        let (_, open) = till.start(invoice).await;
        assert_eq!(asked(&till, [naming(open.as_str())]).await, 1);
        assert!(till.gateway.pay(&open));
        till.gateway.refund_there(&open, usd("30.00"));
        assert_eq!(asked(&till, [naming(open.as_str())]).await, 0);
        till.story.doubles.clock.advance(MINUTE);
        till.work().await;
        assert_eq!(till.payments(invoice).await.len(), 1);
        assert_eq!(till.story.shown(invoice).await.1, usd("30.00"));
    });
}

#[test]
fn of_two_accounts_the_one_that_knows_it_answers() {
    block_on(async {
        let till = Till::open_unsigned().await;
        let (invoice, ..) = till.paid_there("100.00").await;
        let newer = "example:acct_2:test";
        let newer = TestGateway::unsigned_of(newer, till.story.doubles.clock.clone());
        let both = vec![newer as _, till.gateway.clone() as _];
        let gateways = &till.story.doubles.gateways;
        gateways.set(till.story.office.firm.id, both);
        asked(&till, till.gateway.posted()).await;
        assert_eq!(till.payments(invoice).await.len(), 1);
    });
}

#[test]
fn garbage_is_refused_and_asks_nobody() {
    block_on(async {
        let till = Till::open_unsigned().await;
        let long = format!("id={}", "x".repeat(1024 * 1024)).into_bytes();
        for body in [b"".to_vec(), b"\xff".to_vec(), b"id=".to_vec(), long] {
            let headers = vec![];
            let refused = till.post(&Posted { headers, body }).await.unwrap();
            assert_eq!(refused, Receipt::Refused(WebhookRefusal::Body));
        }
        till.work().await;
        assert_eq!(till.gateway.fetches(), 0);
    });
}

#[test]
fn nobody_fills_the_list_of_alerts_while_the_gateway_is_down() {
    block_on(async {
        let till = Till::open_unsigned().await;
        till.gateway.go_silent();
        assert_eq!(asked(&till, [naming("made-up")]).await, 1);
        for _ in 0..=GatewayEvent::TRIES {
            till.wait(Duration::from_secs(24 * 3600)).await;
        }
        let stuck = till.alerts().await;
        assert!(!stuck.contains(&AlertKind::NoticeStuck), "{stuck:?}");
    });
}
