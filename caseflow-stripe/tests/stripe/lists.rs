//! What has happened since, and how every checkout stands.

use caseflow_core::ports::payments::{GatewayState, Notice, PageToken, PaymentGateway};
use caseflow_stripe::{EVENTS, Stripe};
use serde_json::{Value, json};

use crate::server::{Answer, Server};
use crate::support::{NOON, list, paid_session, seconds, stripe_at};

const DAY: i64 = 24 * 60 * 60;

async fn all_changes(stripe: &Stripe, since: i64) -> Vec<Notice> {
    let (mut notices, mut after): (Vec<Notice>, Option<PageToken>) = (vec![], None);
    for _ in 0..20 {
        let page = stripe
            .changes(seconds(since), after.as_ref())
            .await
            .unwrap();
        notices.extend(page.notices);
        after = page.next;
        if after.is_none() {
            return notices;
        }
    }
    panic!("the list has no end");
}

fn event(number: u8, kind: &str, live: bool) -> Value {
    json!({"id": format!("evt_{number}"), "type": kind, "livemode": live, "data": {"object": {"id": format!("re_{number}")}}})
}

#[tokio::test]
async fn events_are_listed_page_by_page_and_what_is_none_of_ours_is_left_out() {
    let server = Server::start(|seen, _| {
        Answer::ok(match seen.field("starting_after").as_deref() {
            None => json!({"data": [event(3, "refund.created", false), event(2, "customer.created", false)], "has_more": true}),
            Some("evt_2") => json!({"data": [event(1, "refund.updated", true), event(0, "refund.failed", false)], "has_more": false}),
            Some(other) => panic!("after {other}"),
        })
    })
    .await;
    let (stripe, _) = stripe_at(&server.base);
    let notices = all_changes(&stripe, NOON - DAY).await;
    let names: Vec<_> = notices
        .iter()
        .map(|notice| (notice.event.as_str(), notice.about.as_str()))
        .collect();
    assert_eq!(names, [("evt_3", "re_3"), ("evt_0", "re_0")]);
    let first = server.seen().remove(0);
    assert_eq!(first.path, "/v1/events");
    assert_eq!(first.field("created[gte]"), Some((NOON - DAY).to_string()));
    let types: Vec<_> = first
        .fields()
        .into_iter()
        .filter(|(name, _)| name.starts_with("types["))
        .map(|(_, kind)| kind)
        .collect();
    assert_eq!(types, EVENTS);
}

#[tokio::test]
async fn what_is_older_than_the_record_of_events_is_found_by_the_objects() {
    let server = Server::start(|seen, _| {
        Answer::ok(
            match (seen.path.as_str(), seen.field("starting_after").as_deref()) {
                ("/v1/checkout/sessions", None) => {
                    json!({"data": [paid_session()], "has_more": true})
                }
                ("/v1/checkout/sessions", Some("cs_test_1")) => {
                    list(&[json!({"id": "cs_test_0", "status": "expired"})])
                }
                ("/v1/refunds", None) => list(&[json!({"id": "re_1", "status": "pending"})]),
                ("/v1/disputes", None) => list(&[json!({"id": "dp_1", "status": "lost"})]),
                ("/v1/events", None) => list(&[event(9, "charge.dispute.closed", false)]),
                other => panic!("{other:?}"),
            },
        )
    })
    .await;
    let (stripe, _) = stripe_at(&server.base);
    let notices = all_changes(&stripe, NOON - 31 * DAY).await;
    let found: Vec<_> = notices
        .iter()
        .map(|notice| {
            (
                notice.event.as_str(),
                notice.kind.as_str(),
                notice.about.as_str(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("cs_test_1.complete.paid", "checkout.session", "cs_test_1"),
            ("cs_test_0.expired.unknown", "checkout.session", "cs_test_0"),
            ("re_1.pending", "refund", "re_1"),
            ("dp_1.lost", "dispute", "dp_1"),
            ("evt_9", "charge.dispute.closed", "re_9"),
        ]
    );
    for seen in server.seen() {
        assert_eq!(
            seen.field("created[gte]"),
            Some((NOON - 31 * DAY).to_string()),
            "{seen:?}"
        );
    }
}

#[tokio::test]
async fn the_record_of_events_reaches_back_for_thirty_days_less_an_hour() {
    let server = Server::start(|_, _| Answer::ok(list(&[]))).await;
    let (stripe, _) = stripe_at(&server.base);
    let edge = 30 * DAY - 3600;
    for (age, asked) in [(edge, "/v1/events"), (edge + 1, "/v1/checkout/sessions")] {
        stripe.changes(seconds(NOON - age), None).await.unwrap();
        assert_eq!(server.seen().pop().unwrap().path, asked, "{age}");
    }
}

#[tokio::test]
async fn every_checkout_is_told_as_a_look_at_it_would() {
    let server = Server::start(|seen, _| {
        Answer::ok(
            match (seen.path.as_str(), seen.field("starting_after").as_deref()) {
                ("/v1/checkout/sessions", None) => {
                    json!({"data": [paid_session()], "has_more": true})
                }
                ("/v1/checkout/sessions", Some("cs_test_1")) => list(&[
                    json!({"id": "cs_test_0", "status": "open", "payment_status": "unpaid"}),
                ]),
                ("/v1/checkout/sessions/cs_test_1", _) => paid_session(),
                ("/v1/refunds", _) => list(&[
                    json!({"id": "re_1", "amount": 5, "currency": "usd", "status": "succeeded"}),
                ]),
                _ => list(&[]),
            },
        )
    })
    .await;
    let (stripe, _) = stripe_at(&server.base);
    let first = stripe.checkouts(seconds(NOON - DAY), None).await.unwrap();
    let looked = stripe
        .fetch(&crate::support::about("cs_test_1"))
        .await
        .unwrap();
    assert_eq!(first.checkouts, [looked]);
    let second = stripe
        .checkouts(seconds(NOON - DAY), first.next.as_ref())
        .await
        .unwrap();
    assert_eq!(second.checkouts[0].state, GatewayState::Open);
    assert_eq!(second.next, None);
    assert_eq!(
        server.seen()[0].field("expand[0]").as_deref(),
        Some("data.payment_intent.latest_charge")
    );
}
