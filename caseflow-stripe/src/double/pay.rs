//! What happens when a payer pays, or tries to.

use super::form::Metadata;
use super::model::{Charge, Decline, Intent, Means, Session, Stage, Status};
use super::state::State;

/// What became of an attempt at paying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The payer is done.
    Done,
    /// The bank wants the payer to confirm.
    Confirm,
    /// It was declined, and can be tried again.
    Declined(Decline),
    /// The checkout was over before.
    Over,
}

/// What a card of the demonstration does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Card {
    Pays,
    Confirms,
    Declines(Decline),
}

const DECLINED: Decline = Decline {
    code: "card_declined",
    decline_code: "generic_decline",
    message: "Your card was declined.",
};
const NO_FUNDS: Decline = Decline {
    code: "card_declined",
    decline_code: "insufficient_funds",
    message: "Your card has insufficient funds.",
};
const UNCONFIRMED: Decline = Decline {
    code: "payment_intent_authentication_failure",
    decline_code: "authentication_required",
    message: "We are unable to authenticate your payment method.",
};
const RETURNED: Decline = Decline {
    code: "payment_method_customer_decline",
    decline_code: "generic_decline",
    message: "The customer's bank returned the debit.",
};

/// The debits that a dashboard offers beside cards, each with its currency.
const DEBITS: &[(&str, &str)] = &[
    ("us_bank_account", "usd"),
    ("sepa_debit", "eur"),
    ("bacs_debit", "gbp"),
    ("acss_debit", "cad"),
    ("au_becs_debit", "aud"),
];

/// What the card of this number does; none when it is no card of the demonstration.
pub(super) fn card(number: &str) -> Option<Card> {
    match number {
        "4242424242424242" => Some(Card::Pays),
        "4000002500003155" => Some(Card::Confirms),
        "4000000000000002" => Some(Card::Declines(DECLINED)),
        "4000000000009995" => Some(Card::Declines(NO_FUNDS)),
        _ => None,
    }
}

/// The ways of paying that the dashboard offers for a currency.
pub(super) fn dashboard(currency: &str) -> Vec<String> {
    let fits = DEBITS.iter().filter(|(_, own)| *own == currency);
    let debits = fits.map(|(scheme, _)| (*scheme).to_owned());
    std::iter::once("card".to_owned()).chain(debits).collect()
}

/// The debit that a checkout offers, if it does.
pub(super) fn debit(session: &Session) -> Option<String> {
    let is_debit = |method: &&String| DEBITS.iter().any(|(scheme, _)| scheme == method);
    session.asked.methods.offered.iter().find(is_debit).cloned()
}

impl State {
    /// The payer gives a card.
    pub(super) fn pay_by_card(&mut self, session: &str, number: &str, card: Card) -> Outcome {
        let Some(intent) = self.confirmed(session) else {
            return Outcome::Over;
        };
        let means = Means::Card(number.chars().skip(12).collect());
        match card {
            Card::Pays => self.paid(session, &intent, means),
            Card::Confirms => {
                self.intents
                    .change(&intent, |intent| intent.status = "requires_action");
                self.intent_event("payment_intent.requires_action", &intent);
                Outcome::Confirm
            }
            Card::Declines(why) => {
                let charge = self.charged(&intent, means, "failed", Some(why));
                self.charge_event("charge.failed", &charge);
                self.declined(&intent, why)
            }
        }
    }

    /// The payer answers the bank's question.
    pub(super) fn answer_bank(&mut self, session: &str, agreed: bool) -> Outcome {
        let Some(intent) = self.confirmed(session) else {
            return Outcome::Over;
        };
        let asked = self.intents.find(&intent);
        if asked.is_none_or(|intent| intent.status != "requires_action") {
            return self.declined(&intent, UNCONFIRMED);
        }
        if agreed {
            return self.paid(session, &intent, Means::Card("3155".to_owned()));
        }
        self.declined(&intent, UNCONFIRMED)
    }

    /// The payer lets a bank account be debited: the money comes, or does not, days later.
    pub(super) fn pay_by_debit(&mut self, session: &str, scheme: &str) -> Outcome {
        let Some(intent) = self.confirmed(session) else {
            return Outcome::Over;
        };
        self.collect_otherwise(session, &intent);
        let charge = self.charged(&intent, Means::Debit(scheme.to_owned()), "pending", None);
        self.intents
            .change(&intent, |intent| intent.status = "processing");
        self.sessions
            .change(session, |session| session.stage = Stage::Complete);
        self.charge_event("charge.pending", &charge);
        self.intent_event("payment_intent.processing", &intent);
        self.session_event("checkout.session.completed", session);
        Outcome::Done
    }

    /// The debited money came, or did not. False when none was on its way.
    pub(super) fn settle_debit(&mut self, session: &str, came: bool) -> bool {
        let intent = self.sessions.find(session).and_then(|s| s.intent.clone());
        let Some(intent) = intent.and_then(|id| self.intents.find(&id).cloned()) else {
            return false;
        };
        let (true, Some(charge)) = (intent.status == "processing", intent.charge) else {
            return false;
        };
        if came {
            self.debit_came(session, &intent.id, &charge);
        } else {
            self.debit_failed(session, &intent.id, &charge);
        }
        true
    }

    fn debit_came(&mut self, session: &str, intent: &str, charge: &str) {
        self.sessions.change(session, |session| session.paid = true);
        self.received(intent, charge);
        self.session_event("checkout.session.async_payment_succeeded", session);
    }

    fn debit_failed(&mut self, session: &str, intent: &str, charge: &str) {
        self.charges.change(charge, |charge| {
            charge.status = "failed";
            charge.failure = Some(RETURNED);
        });
        self.charge_event("charge.failed", charge);
        self.declined(intent, RETURNED);
        self.session_event("checkout.session.async_payment_failed", session);
    }

    /// A payment that no checkout asked for. Gives the id of its intent.
    pub(super) fn paid_elsewhere(&mut self, amount: i64, currency: &str) -> String {
        let methods = vec!["card".to_owned()];
        let id = self.intended(amount, currency, methods, Metadata::new());
        let charge = self.charged(&id, Means::Card("4242".to_owned()), "pending", None);
        self.received(&id, &charge);
        id
    }

    /// The intent of a checkout that is open; it is made when the payer confirms first.
    fn confirmed(&mut self, id: &str) -> Option<String> {
        let session = self
            .sessions
            .find(id)
            .filter(|s| s.stage == Stage::Open)?
            .clone();
        if session.intent.is_some() {
            return session.intent;
        }
        let metadata = session.asked.intent_metadata.clone();
        let intent = self.intended(
            session.total,
            &session.currency,
            session.asked.methods.offered.clone(),
            metadata,
        );
        self.intents.change(&intent, |intent| {
            intent.description = session.asked.description;
            intent.receipt_email = session.asked.receipt_email;
        });
        self.sessions
            .change(id, |session| session.intent = Some(intent.clone()));
        self.intent_event("payment_intent.created", &intent);
        Some(intent)
    }

    fn intended(
        &mut self,
        amount: i64,
        currency: &str,
        methods: Vec<String>,
        metadata: Metadata,
    ) -> String {
        let id = self.id("pi_3", 23);
        self.intents.push(Intent {
            secret: self.id(&format!("{id}_secret_"), 25),
            id: id.clone(),
            created: self.now(),
            amount,
            received: 0,
            currency: currency.to_owned(),
            status: "requires_payment_method",
            metadata,
            description: None,
            receipt_email: None,
            methods,
            method: None,
            charge: None,
            error: None,
            cancelled: None,
        });
        id
    }

    fn paid(&mut self, session: &str, intent: &str, means: Means) -> Outcome {
        self.collect_otherwise(session, intent);
        let charge = self.charged(intent, means, "pending", None);
        self.sessions.change(session, |session| {
            session.stage = Stage::Complete;
            session.paid = true;
        });
        self.received(intent, &charge);
        self.session_event("checkout.session.completed", session);
        Outcome::Done
    }

    /// The money of a charge is here.
    fn received(&mut self, intent: &str, charge: &str) {
        let Some(row) = self.charges.find(charge).cloned() else {
            return;
        };
        let fee = row.amount * 29 / 1000 + 30;
        let moved = self.moved(
            ("charge", "charge"),
            (row.amount, fee),
            &row.currency,
            charge,
        );
        self.charges.change(charge, |charge| {
            charge.status = "succeeded";
            charge.transaction = Some(moved);
        });
        self.intents.change(intent, |intent| {
            intent.status = "succeeded";
            intent.received = row.amount;
            intent.error = None;
        });
        self.charge_event("charge.succeeded", charge);
        self.intent_event("payment_intent.succeeded", intent);
    }

    fn declined(&mut self, intent: &str, why: Decline) -> Outcome {
        self.intents.change(intent, |intent| {
            intent.status = "requires_payment_method";
            intent.method = None;
            intent.error = Some(why);
        });
        self.intent_event("payment_intent.payment_failed", intent);
        Outcome::Declined(why)
    }

    fn charged(
        &mut self,
        intent: &str,
        means: Means,
        status: Status,
        failure: Option<Decline>,
    ) -> String {
        let (id, method) = (self.id("ch_3", 23), self.id("pm_1", 23));
        let Some(row) = self.intents.find(intent).cloned() else {
            return id;
        };
        self.charges.push(Charge {
            id: id.clone(),
            created: self.now(),
            intent: row.id,
            amount: row.amount,
            refunded: 0,
            currency: row.currency,
            status,
            disputed: false,
            method: method.clone(),
            means,
            metadata: row.metadata,
            description: row.description,
            email: row.receipt_email,
            transaction: None,
            failure,
        });
        self.intents.change(intent, |intent| {
            intent.charge = Some(id.clone());
            intent.method = Some(method);
        });
        id
    }

    /// Collects something else than was asked for, when the test wants that.
    fn collect_otherwise(&mut self, session: &str, intent: &str) {
        let Some(otherwise) = self.collected.take() else {
            return;
        };
        self.intents.change(intent, |intent| {
            intent.amount = otherwise.amount;
            intent.currency.clone_from(&otherwise.currency);
        });
        self.sessions.change(session, |session| {
            session.total = otherwise.amount;
            session.currency = otherwise.currency;
        });
    }
}
