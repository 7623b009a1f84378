//! Money received on an invoice, and credits given on it.

use chrono::NaiveDate;

use super::gateway::{Merchant, TxnRef};
use super::id::{AttemptId, ClientId, CreditId, InvoiceId, PaymentId};
use super::invoice::InvoiceError;
use super::money::Money;
use super::number::Number;
use super::text::{Line, Prose};
use super::time::Timestamp;

/// Money that was received. Never deleted: at most voided (R-INV-6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// The invoice it pays.
    pub invoice: InvoiceId,
    /// The client who paid.
    pub client: ClientId,
    /// How much, more than zero.
    pub amount: Money,
    /// The day on which it was received.
    pub received_on: NaiveDate,
    /// How it was paid.
    pub mode: PaymentMode,
    /// The charge, when it was paid [online](PaymentMode::Online), and only then.
    pub charge: Option<Charge>,
    /// A cheque number, a bank reference and the like; shown to the client.
    pub reference: Option<Line<100>>,
    /// A note for staff; never shown to contacts.
    pub note: Option<Prose<1000>>,
    /// The number of its receipt, which it keeps for ever (R-INV-7).
    pub receipt: Number,
    /// Whether it stands.
    pub state: PaymentState,
    /// When it was written down.
    pub recorded_at: Timestamp,
}

/// A payment as the gateway knows it. One charge is one payment, for ever (R-PAY-6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The attempt by which it was made.
    pub attempt: AttemptId,
    /// The account that took it.
    pub merchant: Merchant,
    /// What the gateway calls it.
    pub txn: TxnRef,
}

/// How money came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaymentMode {
    /// Notes and coins.
    Cash,
    /// A cheque.
    Cheque,
    /// A bank transfer.
    BankTransfer,
    /// A card, at a terminal.
    Card,
    /// Anything else.
    Other,
    /// Through the portal, by a payment gateway.
    Online,
}

impl PaymentMode {
    /// Every mode.
    pub const ALL: [Self; 6] = [
        Self::Cash,
        Self::Cheque,
        Self::BankTransfer,
        Self::Card,
        Self::Other,
        Self::Online,
    ];
    /// The modes in which staff write payments down.
    pub const BY_HAND: [Self; 5] = [
        Self::Cash,
        Self::Cheque,
        Self::BankTransfer,
        Self::Card,
        Self::Other,
    ];

    /// The lower-case name used in storage and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Cheque => "cheque",
            Self::BankTransfer => "bank_transfer",
            Self::Card => "card",
            Self::Other => "other",
            Self::Online => "online",
        }
    }

    /// Finds a mode by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.code() == code)
    }
}

/// Whether a payment counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentState {
    /// It counts.
    Recorded,
    /// It was written down by mistake, or bounced.
    Voided {
        /// When it was voided.
        at: Timestamp,
        /// Why, if somebody said so.
        reason: Option<Line<200>>,
    },
}

impl Payment {
    /// Whether the payment counts.
    #[must_use]
    pub fn stands(&self) -> bool {
        matches!(self.state, PaymentState::Recorded)
    }

    /// Takes the payment back; it stays in the history.
    ///
    /// # Errors
    /// When it was voided before, or made online: then it is refunded.
    pub fn void(self, reason: Option<Line<200>>, now: Timestamp) -> Result<Self, InvoiceError> {
        if !self.stands() {
            return Err(InvoiceError::AlreadyVoided);
        }
        if self.charge.is_some() {
            return Err(InvoiceError::PaidOnline);
        }
        Ok(Self {
            state: PaymentState::Voided { at: now, reason },
            ..self
        })
    }
}

/// A reduction of what is owed, given after the invoice was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// Its id.
    pub id: CreditId,
    /// The invoice it reduces.
    pub invoice: InvoiceId,
    /// The client it was given to.
    pub client: ClientId,
    /// How much, more than zero.
    pub amount: Money,
    /// The day on which it was given.
    pub given_on: NaiveDate,
    /// Why; shown to the client.
    pub reason: Option<Line<200>>,
    /// When it was written down.
    pub recorded_at: Timestamp,
}
