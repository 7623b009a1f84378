//! What is read of Stripe's answers: no more than is used, so that an older server, a newer version
//! of the API and a field that went missing do no harm. What money hangs on and has another shape
//! than it should is an answer that cannot be read, not one without that field.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

pub(crate) type Metadata = BTreeMap<String, String>;

/// A page of a list.
#[derive(Debug, Deserialize)]
pub(crate) struct Page<T> {
    pub(crate) data: Vec<T>,
    pub(crate) has_more: Option<bool>,
}

/// A Checkout Session.
#[derive(Debug, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) status: Option<String>,
    pub(crate) payment_status: Option<String>,
    pub(crate) amount_total: Option<i64>,
    pub(crate) currency: Option<String>,
    pub(crate) livemode: Option<bool>,
    pub(crate) metadata: Option<Metadata>,
    pub(crate) payment_intent: Option<Expandable<Intent>>,
    pub(crate) url: Option<String>,
    pub(crate) client_secret: Option<String>,
}

/// A PaymentIntent.
#[derive(Debug, Deserialize)]
pub(crate) struct Intent {
    pub(crate) id: String,
    pub(crate) status: Option<String>,
    pub(crate) amount_received: Option<i64>,
    pub(crate) currency: Option<String>,
    pub(crate) metadata: Option<Metadata>,
    pub(crate) latest_charge: Option<Expandable<Charge>>,
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) last_payment_error: Option<PaymentError>,
}

/// Why a payment failed.
#[derive(Debug, Deserialize)]
pub(crate) struct PaymentError {
    pub(crate) code: Option<String>,
    pub(crate) decline_code: Option<String>,
    pub(crate) message: Option<String>,
}

/// A Charge.
#[derive(Debug, Deserialize)]
pub(crate) struct Charge {
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) created: Option<i64>,
    pub(crate) payment_intent: Option<Expandable<Named>>,
}

/// A Refund.
#[derive(Debug, Deserialize)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) amount: Option<i64>,
    pub(crate) currency: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) metadata: Option<Metadata>,
    pub(crate) payment_intent: Option<Expandable<Named>>,
    pub(crate) charge: Option<Expandable<Named>>,
}

/// A Dispute.
#[derive(Debug, Deserialize)]
pub(crate) struct Dispute {
    pub(crate) id: String,
    pub(crate) amount: Option<i64>,
    pub(crate) currency: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) balance_transactions: Option<Vec<Movement>>,
    pub(crate) payment_intent: Option<Expandable<Named>>,
    pub(crate) charge: Option<Expandable<Named>>,
}

/// A movement of the firm's balance; below zero when money was taken.
#[derive(Debug, Deserialize)]
pub(crate) struct Movement {
    pub(crate) amount: i64,
}

/// An Event: what it is about, and nothing of what it says of it.
#[derive(Debug, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) created: Option<i64>,
    pub(crate) livemode: Option<bool>,
    pub(crate) account: Option<String>,
    pub(crate) data: Option<EventData>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct EventData {
    pub(crate) object: Named,
}

/// Anything that has a name.
#[derive(Debug, Deserialize)]
pub(crate) struct Named {
    pub(crate) id: String,
}

/// Another object: its name, or all of it where that was asked for.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Expandable<T> {
    Id(String),
    Whole(Box<T>),
}

impl<T> Expandable<T> {
    pub(crate) fn whole(&self) -> Option<&T> {
        match self {
            Self::Id(_) => None,
            Self::Whole(object) => Some(object),
        }
    }
}

impl Expandable<Named> {
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Whole(object) => &object.id,
        }
    }
}

impl Expandable<Intent> {
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Whole(object) => &object.id,
        }
    }
}

/// What nothing hangs on and has another shape than expected counts as not there.
fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Found<T> {
        Known(T),
        Else(IgnoredAny),
    }
    Ok(match Found::deserialize(deserializer)? {
        Found::Known(value) => Some(value),
        Found::Else(_) => None,
    })
}
