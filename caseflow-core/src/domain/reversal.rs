//! Money of an online payment that went back to the payer, or came back to the firm (R-PAY-9).

use chrono::NaiveDate;

use super::gateway::{Merchant, TxnRef};
use super::id::{ClientId, InvoiceId, PaymentId, ReversalId};
use super::money::{Money, MoneyError};
use super::number::Number;
use super::text::Line;
use super::time::Timestamp;

/// One movement of a payment's money after it was received. It never changes: what is undone is
/// undone by another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversal {
    /// Its id.
    pub id: ReversalId,
    /// The payment it is part of.
    pub payment: PaymentId,
    /// The invoice that was paid.
    pub invoice: InvoiceId,
    /// The invoice's client.
    pub client: ClientId,
    /// What moved the money.
    pub kind: ReversalKind,
    /// How much, more than zero.
    pub amount: Money,
    /// The account it left or came back to.
    pub merchant: Merchant,
    /// What the gateway calls the refund or dispute; once a kind.
    pub txn: TxnRef,
    /// The day on which it was found out.
    pub on: NaiveDate,
    /// The number of its note, which it keeps for ever.
    pub number: Number,
    /// Why, if staff said so; shown to the client.
    pub reason: Option<Line<200>>,
    /// When it was written down.
    pub recorded_at: Timestamp,
}

/// What moved money of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReversalKind {
    /// The firm gave it back.
    Refund,
    /// A refund did not arrive, and the firm has its money again.
    RefundReturned,
    /// The payer's bank took it back.
    Dispute,
    /// The firm won the dispute and has its money again.
    DisputeWon,
}

impl ReversalKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [
        Self::Refund,
        Self::RefundReturned,
        Self::Dispute,
        Self::DisputeWon,
    ];

    /// The lower-case name used in storage and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::RefundReturned => "refund_returned",
            Self::Dispute => "dispute",
            Self::DisputeWon => "dispute_won",
        }
    }

    /// Finds a kind by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether the money left the firm; otherwise it came back to it.
    #[must_use]
    pub const fn leaves_firm(self) -> bool {
        matches!(self, Self::Refund | Self::Dispute)
    }
}

impl Reversal {
    /// What it takes off what was received: less than zero when the money came back to the firm.
    #[must_use]
    pub fn taken(&self) -> Money {
        match self.kind.leaves_firm() {
            true => self.amount,
            false => Money::from_minor(-self.amount.minor(), self.amount.currency()),
        }
    }
}

/// What reversals together take off what was received.
///
/// # Errors
/// When one is in another currency than `like`, or the sum does not fit.
pub fn taken<'a>(
    reversals: impl IntoIterator<Item = &'a Reversal>,
    like: Money,
) -> Result<Money, MoneyError> {
    Money::sum(reversals.into_iter().map(Reversal::taken), like.currency())
}
