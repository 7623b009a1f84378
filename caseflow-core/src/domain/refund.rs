//! Refunds that staff ask for. What really went back is a [`Reversal`].

use super::attempt::Trouble;
use super::gateway::{Merchant, TxnRef};
use super::id::{AttemptId, ClientId, InvoiceId, PaymentId, RefundId};
use super::money::{Money, MoneyError};
use super::payment::Payment;
use super::reversal::{self, Reversal, ReversalKind};
use super::text::Line;
use super::time::Timestamp;

/// A refund that was asked for. It is committed before the gateway is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Its id.
    pub id: RefundId,
    /// The payment it is part of.
    pub payment: PaymentId,
    /// The attempt by which that was paid.
    pub attempt: AttemptId,
    /// The invoice that was paid.
    pub invoice: InvoiceId,
    /// The invoice's client.
    pub client: ClientId,
    /// The account that pays it back.
    pub merchant: Merchant,
    /// The charge it is part of.
    pub charge: TxnRef,
    /// How much, more than zero.
    pub amount: Money,
    /// Why; shown to the client.
    pub reason: Option<Line<200>>,
    /// How far it has come.
    pub state: RefundState,
    /// When the gateway is to be asked about it next; none when there is nothing left to ask.
    pub next_check: Option<Timestamp>,
    /// How often it has been asked without anything having changed.
    pub checks: u32,
    /// When it was asked for.
    pub asked_at: Timestamp,
}

/// How far a refund has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundState {
    /// It is not known whether the gateway has heard of it.
    Asked,
    /// The gateway is at it.
    Accepted,
    /// The money went back.
    Done(TxnRef),
    /// The gateway said no, or the money did not arrive.
    Refused(Trouble),
}

impl RefundState {
    /// The lower-case name used in storage and in the API.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Accepted => "accepted",
            Self::Done(_) => "done",
            Self::Refused(_) => "refused",
        }
    }

    /// Whether money may still go back by it.
    #[must_use]
    pub const fn is_under_way(&self) -> bool {
        matches!(self, Self::Asked | Self::Accepted)
    }
}

/// Why a refund cannot be asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RefundError {
    /// The payment was written down by hand.
    #[error("only payments made online can be refunded here: void this one instead")]
    NotOnline,
    /// The amount is not above zero.
    #[error("the amount must be more than zero")]
    NotPositive,
    /// The amount is more than what is left.
    #[error("the amount is more than the {left} that can still be refunded")]
    TooMuch {
        /// What is left.
        left: Money,
    },
    /// Nothing is left.
    #[error("nothing of this payment is left to refund")]
    NothingLeft,
    /// The gateway that took the payment is no longer set up.
    #[error("the payment provider that took this payment is no longer set up")]
    NoGateway,
    /// A sum does not fit, or a record is in another currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// What of `payment` can still be refunded: what was paid, less what went back and what is under
/// way.
///
/// # Errors
/// When a record is in another currency, or a sum does not fit.
pub fn refundable<'a>(
    payment: &Payment,
    reversals: impl IntoIterator<Item = &'a Reversal>,
    refunds: impl IntoIterator<Item = &'a Refund>,
) -> Result<Money, MoneyError> {
    let own = reversals.into_iter().filter(|it| it.payment == payment.id);
    let own: Vec<&Reversal> = own.collect();
    let gone = reversal::taken(own.iter().copied(), payment.amount)?;
    let waiting = refunds
        .into_iter()
        .filter(|refund| refund.payment == payment.id && refund.state.is_under_way());
    let waiting = Money::sum(
        waiting.map(|refund| refund.amount),
        payment.amount.currency(),
    )?;
    payment.amount.checked_sub(gone)?.checked_sub(waiting)
}

/// Checks what somebody wants to refund; everything that is left when no amount was named.
///
/// # Errors
/// When the payment was not made online, nothing is left, or the amount is not between zero and
/// what is left.
pub fn accept(payment: &Payment, left: Money, amount: Option<Money>) -> Result<Money, RefundError> {
    if payment.charge.is_none() {
        return Err(RefundError::NotOnline);
    }
    if !left.is_positive() {
        return Err(RefundError::NothingLeft);
    }
    let amount = amount.unwrap_or(left);
    let rest = left.checked_sub(amount)?;
    if !amount.is_positive() {
        return Err(RefundError::NotPositive);
    }
    if rest.is_negative() {
        return Err(RefundError::TooMuch { left });
    }
    Ok(amount)
}

impl Refund {
    /// The refund in a new state; none when that is where it is, or a state that it cannot come to
    /// from there. Money that went back may still come back to the firm.
    #[must_use]
    pub fn moved(self, to: RefundState, now: Timestamp) -> Option<Self> {
        let may = match (&self.state, &to) {
            (RefundState::Refused(_), RefundState::Done(_)) => true,
            (RefundState::Refused(_), _) | (_, RefundState::Asked) => false,
            (RefundState::Done(_), to) => matches!(to, RefundState::Refused(_)),
            (RefundState::Asked, _) => true,
            (RefundState::Accepted, to) => !matches!(to, RefundState::Accepted),
        };
        may.then_some(Self { state: to, ..self }.due_again(0, now))
    }

    /// The refund to be asked about again: later and later as long as nothing changes.
    #[must_use]
    pub fn due_again(self, checks: u32, now: Timestamp) -> Self {
        let next_check = self
            .state
            .is_under_way()
            .then(|| now.plus(super::attempt::pause(checks)));
        Self {
            next_check,
            checks,
            ..self
        }
    }

    /// Whether `reversal` is this refund's money.
    #[must_use]
    pub fn is_told_by(&self, reversal: &Reversal) -> bool {
        matches!(&self.state, RefundState::Done(txn)
            if reversal.kind == ReversalKind::Refund && *txn == reversal.txn)
    }
}
