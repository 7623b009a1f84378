//! What a test does to the double's money: as a payer, as a bank, or in the dashboard.

use super::back::Wanted;
use super::faults::{Failing, Gate};
use super::model::Charge;
use super::pay::{self, Outcome};
use super::state::{Collected, State};
use super::{Double, Impossible};

/// What became of a payer's attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempted {
    /// The payer is done.
    Done,
    /// The bank asks; see [`Double::answer_bank`].
    BankAsks,
    /// The bank said no, for this reason; the payer can try again.
    Declined(&'static str),
    /// The checkout was over already.
    Over,
}

/// What a payer tells the bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BankAnswer {
    /// It was me.
    Agreed,
    /// It was not.
    Denied,
}

/// What became of money on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// It arrived.
    Arrived,
    /// It did not, or came back.
    Failed,
}

/// When a refund's money leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// At once.
    AtOnce,
    /// Later: it is pending until [`Double::settle_refund`].
    Later,
}

/// What a payer has asked the bank for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Complaint {
    /// An explanation: no money is taken yet.
    Inquiry,
    /// The money.
    Chargeback,
}

/// How a dispute ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The account keeps its money, or gets it back.
    Won,
    /// The payer keeps it.
    Lost,
}

/// Payers, banks and the dashboard.
impl Double {
    /// The payer of this checkout gives a card of the demonstration.
    ///
    /// # Errors
    /// When there is no such checkout or card.
    pub fn pay(&self, session: &str, card: &str) -> Result<Attempted, Impossible> {
        let number: String = card.chars().filter(|c| *c != ' ').collect();
        let known = pay::card(&number).ok_or_else(|| missing("card", card))?;
        let mut state = self.with_session(session)?;
        Ok(state.pay_by_card(session, &number, known).into())
    }

    /// The payer answers the bank's question.
    ///
    /// # Errors
    /// When there is no such checkout, or no question.
    pub fn answer_bank(&self, session: &str, answer: BankAnswer) -> Result<Attempted, Impossible> {
        let mut state = self.with_session(session)?;
        let intent = state.sessions.find(session).and_then(|s| s.intent.clone());
        let intent = intent.and_then(|id| state.intents.find(&id).cloned());
        if intent.is_none_or(|intent| intent.status != "requires_action") {
            return Err(Impossible(format!("no bank asks about {session}")));
        }
        Ok(state
            .answer_bank(session, answer == BankAnswer::Agreed)
            .into())
    }

    /// The payer lets a bank account be debited, where the checkout admits that. The money is on its
    /// way until [`settle_debit`](Self::settle_debit).
    ///
    /// # Errors
    /// When there is no such checkout, or when it takes cards alone.
    pub fn pay_by_debit(&self, session: &str) -> Result<Attempted, Impossible> {
        let mut state = self.with_session(session)?;
        let scheme = state.sessions.find(session).and_then(pay::debit);
        let scheme = scheme.ok_or_else(|| Impossible(format!("{session} takes cards alone")))?;
        Ok(state.pay_by_debit(session, &scheme).into())
    }

    /// The debited money arrives, or does not.
    ///
    /// # Errors
    /// When none is on its way.
    pub fn settle_debit(&self, session: &str, settled: Settlement) -> Result<(), Impossible> {
        let done = self
            .lock()
            .settle_debit(session, settled == Settlement::Arrived);
        happened(done, session)
    }

    /// The next payment collects this instead of what was asked for.
    pub fn collect_otherwise(&self, amount: i64, currency: &str) {
        let currency = currency.to_ascii_lowercase();
        self.lock().collected = Some(Collected { amount, currency });
    }

    /// Somebody pays this account for something that no checkout here asked for. Gives the payment
    /// intent's id.
    pub fn pay_elsewhere(&self, amount: i64, currency: &str) -> String {
        self.lock()
            .paid_elsewhere(amount, &currency.to_ascii_lowercase())
    }

    /// Refunds a charge, or a payment intent's, from the dashboard: so much, or all that is left.
    /// Gives the refund's id.
    ///
    /// # Errors
    /// When there is no such charge, or not so much left of it.
    pub fn refund(
        &self,
        paid: &str,
        amount: Option<i64>,
        pace: Pace,
    ) -> Result<String, Impossible> {
        let mut state = self.lock();
        let charge = charge(&state, paid)?;
        let slow = pace == Pace::Later;
        let wanted = Wanted {
            amount,
            slow,
            ..Wanted::default()
        };
        let refunded = state.refund(&charge, wanted);
        refunded.map_err(|failure| Impossible(failure.message))
    }

    /// The next so many refunds that are asked for through the API are pending at first.
    pub fn slow_refunds(&self, next: u32) {
        self.lock().slow_refunds = next;
    }

    /// A refund's money arrives, or comes back, which it may also do when it seemed to have arrived.
    ///
    /// # Errors
    /// When there is no such refund, or when it is settled already.
    pub fn settle_refund(&self, refund: &str, settled: Settlement) -> Result<(), Impossible> {
        let mut state = self.lock();
        let done = match settled {
            Settlement::Arrived => state.refund_arrived(refund),
            Settlement::Failed => state.refund_failed(refund),
        };
        happened(done, refund)
    }

    /// A payer complains about a charge, or a payment intent's: about so much, or all of it. Gives
    /// the dispute's id.
    ///
    /// # Errors
    /// When there is no such charge.
    pub fn open_dispute(
        &self,
        paid: &str,
        amount: Option<i64>,
        complaint: Complaint,
    ) -> Result<String, Impossible> {
        let mut state = self.lock();
        let charge = charge(&state, paid)?;
        let amount = amount.unwrap_or(charge.amount);
        Ok(state.disputed(&charge, amount, complaint == Complaint::Inquiry))
    }

    /// An inquiry becomes a chargeback: the money is taken.
    ///
    /// # Errors
    /// When there is no such inquiry.
    pub fn escalate_dispute(&self, dispute: &str) -> Result<(), Impossible> {
        happened(self.lock().escalated(dispute), dispute)
    }

    /// A dispute ends. An inquiry can only be won.
    ///
    /// # Errors
    /// When there is no such dispute, or when it has ended.
    pub fn close_dispute(&self, dispute: &str, verdict: Verdict) -> Result<(), Impossible> {
        let mut state = self.lock();
        let done = match verdict {
            Verdict::Won => state.won(dispute),
            Verdict::Lost => state.lost(dispute),
        };
        happened(done, dispute)
    }

    /// Calls that go wrong.
    pub fn fail(&self, failing: Failing) {
        self.lock().faults.fail(failing);
    }

    /// Holds the next call back whose method and path contain this text. It counts as running
    /// meanwhile, and its key as in use.
    #[must_use]
    pub fn hold(&self, matching: &str) -> Gate {
        self.lock().faults.hold(matching)
    }

    /// Plans no more failures.
    pub fn clear_faults(&self) {
        self.lock().faults.clear();
    }

    fn with_session(&self, id: &str) -> Result<super::Held<'_>, Impossible> {
        let state = self.lock();
        match state.sessions.find(id) {
            Some(_) => Ok(state),
            None => Err(missing("checkout", id)),
        }
    }
}

impl From<Outcome> for Attempted {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::Done,
            Outcome::Confirm => Self::BankAsks,
            Outcome::Declined(why) => Self::Declined(why.decline_code),
            Outcome::Over => Self::Over,
        }
    }
}

/// The charge of this id, or of the intent of this id.
fn charge(state: &State, id: &str) -> Result<Charge, Impossible> {
    let of_intent = state
        .intents
        .find(id)
        .and_then(|intent| intent.charge.clone());
    let charge = state.charges.find(of_intent.as_deref().unwrap_or(id));
    let paid = charge
        .filter(|charge| charge.status == "succeeded")
        .cloned();
    paid.ok_or_else(|| missing("charge", id))
}

fn missing(noun: &str, id: &str) -> Impossible {
    Impossible(format!("no such {noun}: {id}"))
}

fn happened(done: bool, id: &str) -> Result<(), Impossible> {
    let refused = || Impossible(format!("{id} does not exist or stands otherwise"));
    done.then_some(()).ok_or_else(refused)
}
