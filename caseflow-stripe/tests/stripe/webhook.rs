//! Signed notices: who is believed, for how long, and what is read of them.

use caseflow_core::ports::payments::{
    PaymentGateway, WebhookNotice, WebhookRefusal, WebhookRequest,
};
use caseflow_stripe::EVENTS;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{NOON, seconds, stripe_at};

fn code(secret: &str, at: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{at}.{body}").as_bytes());
    mac.finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn signed(secret: &str, at: i64, body: &str) -> String {
    format!("t={at},v1={}", code(secret, at, body))
}

fn read(header: &str, body: &str) -> Result<WebhookNotice, WebhookRefusal> {
    let (stripe, _) = stripe_at("http://127.0.0.1:1");
    let headers = [
        ("content-type", b"application/json".as_slice()),
        ("stripe-signature", header.as_bytes()),
    ];
    stripe.read_webhook(
        &WebhookRequest {
            headers: &headers,
            body: body.as_bytes(),
        },
        seconds(NOON),
    )
}

fn event(kind: &str) -> Value {
    json!({"id": "evt_1", "object": "event", "type": kind, "livemode": false, "created": NOON,
        "api_version": "2030-01-01.zinnia", "pending_webhooks": "many",
        "data": {"object": {"id": "cs_test_1", "object": "checkout.session", "status": {"new": "shape"}}}})
}

fn read_event(event: &Value) -> Result<WebhookNotice, WebhookRefusal> {
    let body = event.to_string();
    read(&signed("whsec_first", NOON, &body), &body)
}

#[test]
fn a_known_signature_is_believed() {
    // Made with `printf '%s' "$t.$body" | openssl dgst -sha256 -hmac whsec_first`.
    let body = r#"{"id":"evt_9","type":"charge.refunded"}"#;
    let header = "t=1795521600,v1=c7163a38dfe1f94fbcb38dee7d4a4358ad3d26636337f50ea115c0938e6262b4";
    assert_eq!(read(header, body).unwrap().notices, []);
}

#[test]
fn b17_a_signature_is_good_for_300_seconds_either_way() {
    let body = event("checkout.session.completed").to_string();
    for (age, expected) in [
        (0, None),
        (299, None),
        (300, None),
        (301, Some(WebhookRefusal::Time)),
        (-299, None),
        (-301, Some(WebhookRefusal::Time)),
        (NOON, Some(WebhookRefusal::Time)),
    ] {
        let found = read(&signed("whsec_first", NOON - age, &body), &body);
        assert_eq!(found.err(), expected, "{age}");
    }
}

#[test]
fn while_a_secret_is_changed_either_is_good() {
    let body = event("checkout.session.completed").to_string();
    let [first, second, stranger] =
        ["first", "second", "stranger"].map(|name| code(&format!("whsec_{name}"), NOON, &body));
    for header in [
        format!("t={NOON},v1={first}"),
        format!("t={NOON},v1={second}"),
        format!("t={NOON},v1={stranger},v1={second}"),
        format!("v0=abc, v1={second} , t={NOON},v7=x,flag"),
    ] {
        assert_eq!(read(&header, &body).unwrap().notices.len(), 1, "{header}");
    }
}

#[test]
fn b16_a_bad_or_missing_signature_is_refused() {
    let body = event("checkout.session.completed").to_string();
    let good = code("whsec_first", NOON, &body);
    for header in [
        String::new(),
        "t".to_owned(),
        format!("v1={good}"),
        format!("t={NOON}"),
        format!("t={NOON},v0={good}"),
        format!("t={NOON},v1="),
        format!("t={NOON},v1={}", &good[1..]),
        format!("t={NOON},v1={good}00"),
        format!("t={NOON},v1={}", "zz".repeat(32)),
        format!("t={NOON},v1={}", "é".repeat(32)),
        format!("t={},v1={good}", NOON + 1),
        format!("t={NOON},t={NOON},v1={good}"),
        format!("t=+{NOON},v1={good}"),
        format!("t=99999999999999999999,v1={good}"),
        signed("whsec_stranger", NOON, &body),
        signed("", NOON, &body),
        signed("whsec_first", NOON, "{}"),
    ] {
        assert_eq!(
            read(&header, &body),
            Err(WebhookRefusal::Signature),
            "{header}"
        );
    }
    let (stripe, _) = stripe_at("http://127.0.0.1:1");
    let unsigned = WebhookRequest {
        headers: &[],
        body: body.as_bytes(),
    };
    assert_eq!(
        stripe.read_webhook(&unsigned, seconds(NOON)),
        Err(WebhookRefusal::Signature)
    );
    let binary = [("stripe-signature", b"t=1,v1=\xff\xfe".as_slice())];
    let binary = WebhookRequest {
        headers: &binary,
        body: body.as_bytes(),
    };
    assert_eq!(
        stripe.read_webhook(&binary, seconds(NOON)),
        Err(WebhookRefusal::Signature)
    );
}

#[test]
fn one_byte_of_the_body_matters() {
    let body = event("checkout.session.completed").to_string();
    let header = signed("whsec_first", NOON, &body);
    assert_eq!(
        read(&header, &format!("{body} ")),
        Err(WebhookRefusal::Signature)
    );
}

#[test]
fn of_an_event_only_what_it_is_about_is_read() {
    for kind in EVENTS.iter().chain(&["payment_intent.succeeded"]) {
        let notice = read_event(&event(kind)).unwrap();
        assert_eq!(notice.notices.len(), 1, "{kind}");
        let found = &notice.notices[0];
        assert_eq!(found.event.as_str(), "evt_1");
        assert_eq!(found.kind.as_str(), *kind);
        assert_eq!(found.about.as_str(), "cs_test_1");
        assert_eq!(found.at, Some(seconds(NOON)));
    }
}

#[test]
fn b19_what_is_none_of_ours_is_answered_well_and_does_nothing() {
    let with = |field: &str, value: Value| {
        let mut event = event("checkout.session.completed");
        event[field] = value;
        event
    };
    for other in [
        with("livemode", json!(true)),
        with("account", json!("acct_2Other")),
        with("type", json!("customer.created")),
        with("type", json!("something.of.the.future")),
        json!({"id": "evt_2", "object": "v2.core.event", "type": "v2.core.account.updated"}),
    ] {
        assert_eq!(read_event(&other).unwrap().notices, [], "{other}");
    }
    let own = with("account", json!("acct_1Firm"));
    assert_eq!(read_event(&own).unwrap().notices.len(), 1);
}

#[test]
fn a_body_that_names_nothing_is_refused_even_when_it_is_signed() {
    let without = |field: &str| {
        let mut event = event("checkout.session.completed");
        event.as_object_mut().unwrap().remove(field);
        event.to_string()
    };
    for body in [
        "",
        "[]",
        "not json",
        "\u{feff}{}",
        &without("id"),
        &without("type"),
        &without("data"),
    ] {
        let found = read(&signed("whsec_first", NOON, body), body);
        assert_eq!(found, Err(WebhookRefusal::Body), "{body}");
    }
}
