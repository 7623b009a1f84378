//! What the double remembers of each object.

use serde_json::Value;

use super::form::Metadata;
use super::table::Row;

/// Where a checkout's form is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ui {
    /// On a page of its own.
    Hosted,
    /// In a frame of the merchant's page.
    Embedded,
}

/// How a checkout stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Open,
    Complete,
    Expired,
}

/// One line of a checkout.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) id: String,
    pub(super) price: String,
    pub(super) product: String,
    pub(super) name: String,
    pub(super) unit: i64,
    pub(super) quantity: i64,
}

/// The ways of paying that a checkout offers.
#[derive(Debug, Clone)]
pub(super) struct Methods {
    pub(super) offered: Vec<String>,
    /// What the request narrowed them to, when it did.
    pub(super) allowed: Option<Vec<String>>,
    /// Whether they are those of the dashboard, and not the request's own.
    pub(super) by_dashboard: bool,
}

/// What is asked for in a checkout.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) ui: Ui,
    pub(super) currency: String,
    pub(super) lines: Vec<Line>,
    pub(super) success_url: Option<String>,
    pub(super) cancel_url: Option<String>,
    pub(super) return_url: Option<String>,
    pub(super) redirect: String,
    pub(super) reference: Option<String>,
    pub(super) email: Option<String>,
    pub(super) locale: Option<String>,
    pub(super) submit_type: Option<String>,
    pub(super) adaptive_pricing: bool,
    pub(super) methods: Methods,
    pub(super) metadata: Metadata,
    pub(super) intent_metadata: Metadata,
    pub(super) description: Option<String>,
    pub(super) receipt_email: Option<String>,
    pub(super) expires_at: i64,
}

/// A checkout session.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) created: i64,
    pub(super) secret: Option<String>,
    pub(super) asked: Asked,
    pub(super) total: i64,
    pub(super) currency: String,
    pub(super) stage: Stage,
    pub(super) paid: bool,
    pub(super) intent: Option<String>,
}

/// How an intent to pay stands, in Stripe's words.
pub(super) type Status = &'static str;

/// An intent to pay.
#[derive(Debug, Clone)]
pub(super) struct Intent {
    pub(super) id: String,
    pub(super) created: i64,
    pub(super) secret: String,
    pub(super) amount: i64,
    pub(super) received: i64,
    pub(super) currency: String,
    pub(super) status: Status,
    pub(super) metadata: Metadata,
    pub(super) description: Option<String>,
    pub(super) receipt_email: Option<String>,
    pub(super) methods: Vec<String>,
    pub(super) method: Option<String>,
    pub(super) charge: Option<String>,
    pub(super) error: Option<Decline>,
    pub(super) cancelled: Option<i64>,
}

/// Why a payment did not go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decline {
    pub(super) code: &'static str,
    pub(super) decline_code: &'static str,
    pub(super) message: &'static str,
}

/// With what was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Means {
    /// A card with these last digits.
    Card(String),
    /// A debit of a bank account, by Stripe's name for the scheme.
    Debit(String),
}

/// A charge.
#[derive(Debug, Clone)]
pub(super) struct Charge {
    pub(super) id: String,
    pub(super) created: i64,
    pub(super) intent: String,
    pub(super) amount: i64,
    pub(super) refunded: i64,
    pub(super) currency: String,
    pub(super) status: Status,
    pub(super) disputed: bool,
    pub(super) method: String,
    pub(super) means: Means,
    pub(super) metadata: Metadata,
    pub(super) description: Option<String>,
    pub(super) email: Option<String>,
    pub(super) transaction: Option<String>,
    pub(super) failure: Option<Decline>,
}

/// A refund.
#[derive(Debug, Clone)]
pub(super) struct Refund {
    pub(super) id: String,
    pub(super) created: i64,
    pub(super) charge: String,
    pub(super) intent: String,
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) status: Status,
    pub(super) reason: Option<String>,
    pub(super) metadata: Metadata,
    pub(super) transaction: Option<String>,
    pub(super) failure_transaction: Option<String>,
    pub(super) means: Means,
}

/// A dispute.
#[derive(Debug, Clone)]
pub(super) struct Dispute {
    pub(super) id: String,
    pub(super) created: i64,
    pub(super) charge: String,
    pub(super) intent: String,
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) status: Status,
    pub(super) transactions: Vec<String>,
}

/// A movement of the account's balance.
#[derive(Debug, Clone)]
pub(super) struct Transaction {
    pub(super) id: String,
    pub(super) created: i64,
    pub(super) amount: i64,
    pub(super) fee: i64,
    pub(super) currency: String,
    pub(super) kind: &'static str,
    pub(super) category: &'static str,
    pub(super) source: String,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) created: i64,
    pub(super) kind: String,
    pub(super) object: Value,
    pub(super) previous: Option<Value>,
    pub(super) request: Option<String>,
    pub(super) key: Option<String>,
    pub(super) livemode: bool,
    pub(super) account: Option<String>,
}

macro_rules! rows {
    ($($name:ident: $noun:literal),*) => {
        $(impl Row for $name {
            const NOUN: &'static str = $noun;

            fn id(&self) -> &str {
                &self.id
            }

            fn created(&self) -> i64 {
                self.created
            }
        })*
    };
}

rows!(
    Session: "checkout.session",
    Intent: "payment_intent",
    Charge: "charge",
    Refund: "refund",
    Dispute: "dispute",
    Transaction: "balance transaction",
    Event: "event"
);
