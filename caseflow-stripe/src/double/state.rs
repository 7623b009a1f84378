//! Everything that the double knows.

use std::fmt;
use std::sync::Arc;

use caseflow_core::ports::clock::Clock;
use caseflow_core::ports::entropy::Entropy;
use serde_json::Value;

use super::faults::Faults;
use super::keys::Keys;
use super::model::{Charge, Dispute, Event, Intent, Refund, Session, Stage, Transaction};
use super::objects;
use super::post::Post;
use super::table::Table;

/// The version of the API whose objects the double gives.
pub(super) const VERSION: &str = "2026-09-30.endive";

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Events are listed for thirty days.
const KEPT: i64 = 30 * 86_400;

/// The account whose API this is.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) key: String,
    pub(super) live: bool,
    /// Where its pages are, without a slash at the end.
    pub(super) base: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .field("live", &self.live)
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

/// The request that is being answered, which events name as their cause.
#[derive(Debug, Clone, Default)]
pub(super) struct Cause {
    pub(super) request: Option<String>,
    pub(super) key: Option<String>,
}

/// What the next payment collects instead of what was asked for.
#[derive(Debug, Clone)]
pub(super) struct Collected {
    pub(super) amount: i64,
    pub(super) currency: String,
}

/// Everything that the double knows.
#[derive(Debug)]
pub(super) struct State {
    pub(super) account: Account,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) sessions: Table<Session>,
    pub(super) intents: Table<Intent>,
    pub(super) charges: Table<Charge>,
    pub(super) refunds: Table<Refund>,
    pub(super) disputes: Table<Dispute>,
    pub(super) transactions: Table<Transaction>,
    pub(super) events: Table<Event>,
    pub(super) keys: Keys,
    pub(super) faults: Faults,
    pub(super) post: Post,
    pub(super) cause: Cause,
    pub(super) collected: Option<Collected>,
    pub(super) slow_refunds: u32,
}

impl State {
    /// Seconds since 1970.
    pub(super) fn now(&self) -> i64 {
        self.clock.now().micros().div_euclid(1_000_000)
    }

    /// A new id: `start` and so many random letters and digits.
    pub(super) fn id(&self, start: &str, letters: usize) -> String {
        let mut bytes = vec![0; letters];
        self.entropy.fill(&mut bytes);
        let drawn = bytes.iter().filter_map(|byte| {
            let letter = LETTERS.get(usize::from(*byte) % LETTERS.len());
            letter.copied().map(char::from)
        });
        start.chars().chain(drawn).collect()
    }

    /// Whether an event is old enough to be forgotten.
    pub(super) fn is_forgotten(&self, event: &Event) -> bool {
        event.created < self.now() - KEPT
    }

    /// Notes that something happened to an object, and has it told to the endpoints.
    pub(super) fn happened(&mut self, kind: &str, object: Value) {
        self.changed(kind, object, None);
    }

    /// The same, with what the object was before.
    pub(super) fn changed(&mut self, kind: &str, object: Value, previous: Option<Value>) {
        let event = Event {
            id: self.id("evt_1", 23),
            created: self.now(),
            kind: kind.to_owned(),
            object,
            previous,
            request: self.cause.request.clone(),
            key: self.cause.key.clone(),
            livemode: self.account.live,
            account: None,
        };
        self.tell(&event);
        self.events.push(event);
    }

    /// Queues an event for every endpoint that wants it.
    pub(super) fn tell(&mut self, event: &Event) {
        let now = self.clock.now();
        self.post.queue(event, now);
    }

    /// Closes the checkouts whose time is up.
    pub(super) fn expire_due(&mut self) {
        let now = self.now();
        let due =
            |session: &&Session| session.stage == Stage::Open && session.asked.expires_at <= now;
        let ids: Vec<String> = self
            .sessions
            .iter()
            .filter(due)
            .map(|s| s.id.clone())
            .collect();
        for id in ids {
            self.expire(&id);
        }
    }

    /// Closes a checkout that is open.
    pub(super) fn expire(&mut self, id: &str) {
        let now = self.now();
        self.sessions
            .change(id, |session| session.stage = Stage::Expired);
        let Some(session) = self.sessions.find(id).cloned() else {
            return;
        };
        if let Some(intent) = &session.intent {
            self.intents.change(intent, |intent| {
                intent.status = "canceled";
                intent.cancelled = Some(now);
            });
            self.intent_event("payment_intent.canceled", intent);
        }
        self.happened("checkout.session.expired", objects::session(self, &session));
    }

    /// An event about a checkout as it is now.
    pub(super) fn session_event(&mut self, kind: &str, id: &str) {
        if let Some(session) = self.sessions.find(id) {
            let object = objects::session(self, session);
            self.happened(kind, object);
        }
    }

    /// An event about an intent as it is now.
    pub(super) fn intent_event(&mut self, kind: &str, id: &str) {
        if let Some(intent) = self.intents.find(id) {
            let object = objects::intent(self, intent);
            self.happened(kind, object);
        }
    }

    /// An event about a charge as it is now.
    pub(super) fn charge_event(&mut self, kind: &str, id: &str) {
        if let Some(charge) = self.charges.find(id) {
            let object = objects::charge(self, charge);
            self.happened(kind, object);
        }
    }

    /// An event about a refund as it is now.
    pub(super) fn refund_event(&mut self, kind: &str, id: &str, previous: Option<Value>) {
        if let Some(refund) = self.refunds.find(id) {
            let object = objects::refund(refund);
            self.changed(kind, object, previous);
        }
    }

    /// An event about a dispute as it is now.
    pub(super) fn dispute_event(&mut self, kind: &str, id: &str) {
        if let Some(dispute) = self.disputes.find(id) {
            let object = objects::dispute(self, dispute);
            self.happened(kind, object);
        }
    }

    /// Notes a movement of the balance and gives its id.
    pub(super) fn moved(
        &mut self,
        (kind, category): (&'static str, &'static str),
        (amount, fee): (i64, i64),
        currency: &str,
        source: &str,
    ) -> String {
        let id = self.id("txn_1", 23);
        self.transactions.push(Transaction {
            id: id.clone(),
            created: self.now(),
            amount,
            fee,
            currency: currency.to_owned(),
            kind,
            category,
            source: source.to_owned(),
        });
        id
    }
}
