//! What the tests share.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use caseflow_core::domain::attempt::Order;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::gateway::{AccountTag, AttemptTag, GatewayRef, OpKey, TxnRef};
use caseflow_core::domain::id::TypedId;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::text::{Email, LanguageTag, Line};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::clock::Clock;
use caseflow_core::ports::payments::{RefundPayment, StartPayment};
use caseflow_stripe::{ApiBase, SecretKey, Stripe, StripeSettings, Timeouts, WebhookSecret};
use serde_json::{Value, json};

pub(crate) const NOON: i64 = 1_795_521_600;

/// Stands still, and remembers how long it was asked to wait.
#[derive(Debug, Default)]
pub(crate) struct Still(Mutex<Vec<Duration>>);

impl Still {
    pub(crate) fn pauses(&self) -> Vec<Duration> {
        self.0.lock().unwrap().clone()
    }
}

#[async_trait]
impl Clock for Still {
    fn now(&self) -> Timestamp {
        seconds(NOON)
    }

    async fn sleep(&self, span: Duration) {
        self.0.lock().unwrap().push(span);
    }
}

pub(crate) fn seconds(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

pub(crate) fn settings() -> StripeSettings {
    StripeSettings::new(
        SecretKey::parse("sk_test_51Secret").unwrap(),
        vec![
            WebhookSecret::parse("whsec_first").unwrap(),
            WebhookSecret::parse("whsec_second").unwrap(),
        ],
        AccountTag::parse("acct_1Firm").unwrap(),
    )
    .unwrap()
}

/// The adapter, calling this address, with a clock that stands still.
pub(crate) fn stripe_at(base: &str) -> (Stripe, Arc<Still>) {
    let mut settings = settings();
    settings.base = ApiBase::parse(base).unwrap();
    settings.timeouts = Timeouts {
        connect: Duration::from_secs(2),
        answer: Duration::from_millis(400),
    };
    let clock = Arc::new(Still::default());
    (
        Stripe::new(settings, Arc::clone(&clock) as Arc<dyn Clock>).unwrap(),
        clock,
    )
}

pub(crate) fn tag() -> AttemptTag {
    AttemptTag {
        firm: id(1),
        attempt: id(2),
    }
}

pub(crate) fn id<T: TypedId>(number: u8) -> T {
    T::from_parts(seconds(NOON), [number; 10])
}

pub(crate) fn money(minor: i64, code: &str) -> Money {
    Money::from_minor(minor, Currency::parse(code).unwrap())
}

pub(crate) fn start(amount: Money) -> StartPayment {
    StartPayment {
        tag: tag(),
        key: OpKey::start(tag().attempt),
        amount,
        order: Order {
            description: Line::parse("Invoice INV-00042 & more").unwrap(),
            email: Email::parse("payer@client.example").unwrap(),
            language: LanguageTag::parse("de-CH").unwrap(),
            return_url: Line::parse("https://portal.example/pay/1?back=1&x=ä").unwrap(),
            cancel_url: Line::parse("https://portal.example/invoices/1").unwrap(),
            expires_at: seconds(NOON + 3600),
        },
    }
}

pub(crate) fn refund(amount: Money) -> RefundPayment {
    RefundPayment {
        tag: tag(),
        refund: id(3),
        key: OpKey::refund(id(3)),
        txn: TxnRef::parse("pi_1").unwrap(),
        amount,
    }
}

pub(crate) fn about(text: &str) -> GatewayRef {
    GatewayRef::parse(text).unwrap()
}

/// A session of ours as Stripe would show it, paid with the payment expanded.
pub(crate) fn paid_session() -> Value {
    let labels = labels();
    json!({
        "id": "cs_test_1", "object": "checkout.session", "status": "complete", "payment_status": "paid",
        "amount_total": 10_000, "currency": "usd", "livemode": false, "metadata": labels,
        "payment_intent": {
            "id": "pi_1", "object": "payment_intent", "status": "succeeded", "amount_received": 10_000,
            "currency": "usd", "metadata": labels,
            "latest_charge": {"id": "ch_1", "object": "charge", "created": NOON},
        },
    })
}

pub(crate) fn labels() -> Value {
    json!({"caseflow_firm": tag().firm.to_string(), "caseflow_attempt": tag().attempt.to_string()})
}

pub(crate) fn list(items: &[Value]) -> Value {
    json!({"object": "list", "data": items, "has_more": false})
}

/// A file of the test data, which has to be there.
pub(crate) fn data(name: &str) -> Value {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");
    let folder = std::env::var("CASEFLOW_TEST_DATA").unwrap_or_else(|_| beside.to_owned());
    let path = PathBuf::from(folder).join("stripe").join(name);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| {
        panic!(
            "no test data at {}: {error}; set CASEFLOW_TEST_DATA",
            path.display()
        )
    });
    serde_json::from_slice(&bytes).unwrap()
}
