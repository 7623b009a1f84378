//! What is sent.

use std::sync::Arc;

use caseflow_core::domain::attempt::NextStep;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::gateway::OpKey;
use caseflow_core::domain::money::Money;
use caseflow_core::ports::payments::{GatewayError, PaymentGateway};
use caseflow_stripe::{ApiBase, Form, Methods, PublishableKey, Stripe, StripeSettings};
use serde_json::json;

use crate::schema::unknown_fields;
use crate::server::{Answer, Seen, Server};
use crate::support::{
    NOON, Still, about, list, money, paid_session, refund, seconds, settings, start, stripe_at, tag,
};

/// What newer versions of the API than the published description of requests have.
const NEWER_IN_SESSIONS: [&str; 3] = [
    "adaptive_pricing",
    "allowed_payment_method_types",
    "ui_mode",
];

async fn sandbox() -> Server {
    Server::start(|seen, _| {
        Answer::ok(match seen.path.as_str() {
            "/v1/checkout/sessions" if seen.method == "POST" => {
                json!({"id": "cs_test_1", "url": "https://checkout.stripe.com/c/pay/cs_test_1#x", "client_secret": "cs_test_1_secret_2"})
            }
            "/v1/refunds" if seen.method == "POST" => json!({"id": "re_1"}),
            "/v1/checkout/sessions" => list(&[paid_session()]),
            "/v1/checkout/sessions/cs_test_1" | "/v1/checkout/sessions/cs_test_1/expire" => paid_session(),
            "/v1/refunds/re_1" | "/v1/disputes/dp_1" | "/v1/charges/ch_1" => json!({"id": "x_1", "payment_intent": "pi_1"}),
            _ => list(&[]),
        })
    })
    .await
}

async fn started(change: impl Fn(&mut StripeSettings), amount: Money) -> (NextStep, Seen) {
    let server = sandbox().await;
    let mut settings = settings();
    settings.base = ApiBase::parse(&server.base).unwrap();
    change(&mut settings);
    let stripe = Stripe::new(settings, Arc::new(Still::default())).unwrap();
    let checkout = stripe.start(&start(amount)).await.unwrap();
    assert_eq!(checkout.reference.as_str(), "cs_test_1");
    (checkout.next, server.seen().remove(0))
}

#[tokio::test]
async fn a_checkout_asks_for_one_sum_with_our_labels_on_both() {
    let (next, seen) = started(|_| {}, money(12_345, "USD")).await;
    assert_eq!(
        (seen.method.as_str(), seen.path.as_str()),
        ("POST", "/v1/checkout/sessions")
    );
    let (firm, attempt) = (tag().firm.to_string(), tag().attempt.to_string());
    let expires = (NOON + 3600).to_string();
    let mut expected = [
        ("mode", "payment"),
        ("ui_mode", "hosted_page"),
        ("line_items[0][quantity]", "1"),
        ("line_items[0][price_data][currency]", "usd"),
        ("line_items[0][price_data][unit_amount]", "12345"),
        (
            "line_items[0][price_data][product_data][name]",
            "Invoice INV-00042 & more",
        ),
        ("client_reference_id", &attempt),
        ("metadata[caseflow_firm]", &firm),
        ("metadata[caseflow_attempt]", &attempt),
        (
            "payment_intent_data[description]",
            "Invoice INV-00042 & more",
        ),
        ("payment_intent_data[metadata][caseflow_firm]", &firm),
        ("payment_intent_data[metadata][caseflow_attempt]", &attempt),
        ("adaptive_pricing[enabled]", "false"),
        ("allowed_payment_method_types[0]", "card"),
        ("expires_at", &expires),
        ("success_url", "https://portal.example/pay/1?back=1&x=ä"),
        ("cancel_url", "https://portal.example/invoices/1"),
        ("customer_email", "payer@client.example"),
        ("locale", "de"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    let mut found = seen.fields();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(unknown_fields(&seen), NEWER_IN_SESSIONS);
    let NextStep::Redirect(url) = next else {
        panic!("{next:?}")
    };
    assert_eq!(
        url.as_str(),
        "https://checkout.stripe.com/c/pay/cs_test_1#x"
    );
}

#[tokio::test]
async fn a_call_says_who_calls_in_which_version_and_under_which_key() {
    let (_, seen) = started(|_| {}, money(100, "USD")).await;
    assert_eq!(
        seen.header("authorization"),
        Some("Bearer sk_test_51Secret")
    );
    assert_eq!(
        seen.header("stripe-version"),
        Some(caseflow_stripe::API_VERSION)
    );
    assert_eq!(
        seen.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(
        seen.header("idempotency-key"),
        Some(OpKey::start(tag().attempt).as_str())
    );
    assert!(
        seen.header("user-agent")
            .unwrap()
            .starts_with("caseflow-stripe/")
    );
}

#[tokio::test]
async fn the_same_order_is_the_same_request_to_the_letter() {
    let (_, first) = started(|_| {}, money(100, "USD")).await;
    for _ in 0..8 {
        let (_, again) = started(|_| {}, money(100, "USD")).await;
        assert_eq!(again.body, first.body);
    }
}

#[tokio::test]
async fn an_embedded_form_comes_back_to_one_address_and_the_page_is_told_its_keys() {
    let key = PublishableKey::parse("pk_test_1").unwrap();
    let (next, seen) = started(
        |settings| settings.form = Form::EmbeddedPage(key.clone()),
        money(100, "EUR"),
    )
    .await;
    assert_eq!(seen.field("ui_mode").as_deref(), Some("embedded_page"));
    assert_eq!(
        seen.field("return_url").as_deref(),
        Some("https://portal.example/pay/1?back=1&x=ä")
    );
    assert_eq!(seen.field("success_url").or(seen.field("cancel_url")), None);
    let newer = [
        "adaptive_pricing",
        "allowed_payment_method_types",
        "return_url",
        "ui_mode",
    ];
    let unknown: Vec<_> = unknown_fields(&seen);
    assert!(
        unknown.iter().all(|field| newer.contains(&field.as_str())),
        "{unknown:?}"
    );
    let NextStep::Embedded { script, settings } = next else {
        panic!("{next:?}")
    };
    // A server on this machine has a script of its own.
    assert!(script.as_str().ends_with("/embed.js"));
    let told: Vec<_> = settings
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("client_secret", "cs_test_1_secret_2"),
            ("entry", "Stripe"),
            ("method", "createEmbeddedCheckoutPage"),
            ("publishable_key", "pk_test_1")
        ]
    );
}

#[tokio::test]
async fn the_dashboards_methods_are_left_to_it() {
    let (_, seen) = started(
        |settings| settings.methods = Methods::AsSwitchedOn,
        money(100, "EUR"),
    )
    .await;
    let fields = seen.fields();
    assert!(
        fields
            .iter()
            .all(|(name, _)| !name.contains("payment_method")),
        "{fields:?}"
    );
}

#[tokio::test]
async fn a19_yen_are_not_multiplied() {
    for amount in [100, 80] {
        let (_, seen) = started(|_| {}, money(amount, "JPY")).await;
        assert_eq!(
            seen.field("line_items[0][price_data][unit_amount]"),
            Some(amount.to_string())
        );
        assert_eq!(
            seen.field("line_items[0][price_data][currency]").as_deref(),
            Some("jpy")
        );
    }
}

#[tokio::test]
async fn a20_cents_are_exact() {
    for (text, sent) in [
        ("4.35", "435"),
        ("19.99", "1999"),
        ("1.15", "115"),
        ("64.10", "6410"),
    ] {
        let (_, seen) = started(|_| {}, Money::parse(text, Currency::USD).unwrap()).await;
        assert_eq!(
            seen.field("line_items[0][price_data][unit_amount]")
                .as_deref(),
            Some(sent)
        );
    }
}

#[tokio::test]
async fn currencies_that_the_family_does_not_list_are_sent_as_they_are() {
    for (amount, currency, sent) in [
        (5120, "KWD", "5120"),
        (500, "XCG", "500"),
        (7, "ISK", "700"),
        (200_000, "MGA", "2000"),
    ] {
        let (_, seen) = started(|_| {}, money(amount, currency)).await;
        assert_eq!(
            seen.field("line_items[0][price_data][unit_amount]")
                .as_deref(),
            Some(sent)
        );
        assert_eq!(
            seen.field("line_items[0][price_data][currency]"),
            Some(currency.to_lowercase())
        );
    }
}

#[tokio::test]
async fn an_amount_that_cannot_be_taken_is_not_sent() {
    let server = sandbox().await;
    let (stripe, _) = stripe_at(&server.base);
    for amount in [
        money(49, "USD"),
        money(5124, "KWD"),
        money(1000, "UGX"),
        money(100_000_000, "EUR"),
    ] {
        assert!(stripe.check(amount).is_err(), "{amount}");
        let result = stripe.start(&start(amount)).await;
        assert!(
            matches!(result, Err(GatewayError::Refused(_))),
            "{amount}: {result:?}"
        );
    }
    assert!(matches!(
        stripe.refund(&refund(money(5124, "KWD"))).await,
        Err(GatewayError::Refused(_))
    ));
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn a_refund_names_the_payment_and_our_request() {
    let server = sandbox().await;
    let (stripe, _) = stripe_at(&server.base);
    let asked = refund(money(20, "USD"));
    stripe.refund(&asked).await.unwrap();
    let seen = server.seen().remove(0);
    assert_eq!(
        (seen.method.as_str(), seen.path.as_str()),
        ("POST", "/v1/refunds")
    );
    assert_eq!(seen.header("idempotency-key"), Some(asked.key.as_str()));
    let mut found = seen.fields();
    found.sort();
    let expected = [
        ("amount", "20".to_owned()),
        ("metadata[caseflow_attempt]", tag().attempt.to_string()),
        ("metadata[caseflow_firm]", tag().firm.to_string()),
        ("metadata[caseflow_refund]", asked.refund.to_string()),
        ("payment_intent", "pi_1".to_owned()),
    ];
    assert_eq!(
        found,
        expected.map(|(name, value)| (name.to_owned(), value))
    );
    assert_eq!(unknown_fields(&seen), [""; 0]);
}

#[tokio::test]
async fn what_is_asked_for_is_described_by_stripe() {
    let server = sandbox().await;
    let (stripe, _) = stripe_at(&server.base);
    for name in ["cs_test_1", "pi_1", "ch_1", "re_1", "dp_1"] {
        let snapshot = stripe.fetch(&about(name)).await.unwrap();
        assert_eq!(snapshot.reference.as_str(), "cs_test_1", "{name}");
    }
    stripe
        .cancel(&about("cs_test_1"), &OpKey::cancel(tag().attempt))
        .await
        .unwrap();
    stripe.changes(seconds(NOON - 60), None).await.unwrap();
    stripe.checkouts(seconds(NOON - 60), None).await.unwrap();
    let seen = server.seen();
    assert!(seen.len() > 15);
    for seen in seen {
        // The description leaves the list of disputes out, and is older than looking for sessions by time.
        let unknown = if seen.path == "/v1/disputes" {
            vec![]
        } else {
            unknown_fields(&seen)
        };
        let newer: &[&str] = if seen.path == "/v1/checkout/sessions" {
            &["created"]
        } else {
            &[]
        };
        assert!(
            unknown.iter().all(|field| newer.contains(&field.as_str())),
            "{seen:?}: {unknown:?}"
        );
    }
}

#[tokio::test]
async fn a_reference_that_is_no_name_of_stripes_goes_into_no_path() {
    let server = sandbox().await;
    let (stripe, _) = stripe_at(&server.base);
    for name in [
        "cs_test_1/expire",
        "../refunds",
        "cs_1?x=1",
        "evt_1",
        "cus_1",
        "tr_12",
        "7",
    ] {
        assert!(
            matches!(
                stripe.fetch(&about(name)).await,
                Err(GatewayError::NotFound)
            ),
            "{name}"
        );
    }
    let key = OpKey::cancel(tag().attempt);
    assert!(matches!(
        stripe.cancel(&about("pi_1"), &key).await,
        Err(GatewayError::NotFound)
    ));
    assert_eq!(server.seen().len(), 0);
}
