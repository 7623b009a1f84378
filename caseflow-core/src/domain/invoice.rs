//! Invoices: what is owed, and what has become of it (R-INV).

use chrono::NaiveDate;

use super::id::{ClientId, InvoiceId};
use super::money::{Money, MoneyError};
use super::number::{DocumentNumber, Number};
use super::payment::{Credit, Payment};
use super::pricing::{Pricing, PricingError, Totals};
use super::reversal::{self, Reversal};
use super::text::{Line, Prose};
use super::time::Timestamp;

/// An invoice as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Its id.
    pub id: InvoiceId,
    /// Whom it is for.
    pub client: ClientId,
    /// Draft, issued or cancelled. The status that people see is [`status`](Self::status).
    pub state: InvoiceState,
    /// What was agreed.
    pub terms: InvoiceTerms,
    /// What [`Pricing::totals`] says of the terms.
    pub totals: Totals,
    /// The sums of its records, kept beside it for filters (R-INV-4).
    pub account: Account,
    /// When the draft was made.
    pub created_at: Timestamp,
}

/// What an invoice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceTerms {
    /// The date printed on it.
    pub dated: NaiveDate,
    /// The last day on which it is not overdue.
    pub due: NaiveDate,
    /// Lines, taxes and discounts.
    pub pricing: Pricing,
    /// The matter it belongs to: only a label (R-ACC-8).
    pub matter: Option<Line<120>>,
    /// A note that is printed on it.
    pub client_note: Option<Prose<4000>>,
    /// A note that no contact ever sees (R-ACC-7).
    pub internal_note: Option<Prose<4000>>,
}

/// The stored state of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvoiceState {
    /// Being written; invisible to contacts.
    Draft,
    /// Sent to the client.
    Issued(Issue),
    /// Called off; readable, owes nothing.
    Cancelled {
        /// What had been issued.
        issue: Issue,
        /// When it was called off.
        at: Timestamp,
    },
}

/// How an invoice was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The number from the firm's series.
    pub number: Number,
    /// When.
    pub at: Timestamp,
}

/// The sums of an invoice's records, in its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// The invoice's total.
    pub total: Money,
    /// Payments that stand, less what was refunded or lost in disputes.
    pub received: Money,
    /// Credits given.
    pub credited: Money,
}

impl Account {
    /// Adds the records up. This is the only place where a balance comes from.
    ///
    /// # Errors
    /// When a record is in another currency, or a sum does not fit.
    pub fn reckon(
        total: Money,
        payments: &[Payment],
        reversals: &[Reversal],
        credits: &[Credit],
    ) -> Result<Self, MoneyError> {
        let standing = payments.iter().filter(|payment| payment.stands());
        let paid = Money::sum(standing.map(|payment| payment.amount), total.currency())?;
        Ok(Self {
            total,
            received: paid.checked_sub(reversal::taken(reversals, total)?)?,
            credited: Money::sum(credits.iter().map(|credit| credit.amount), total.currency())?,
        })
    }

    /// Total less received less credited; negative when more was received than owed.
    ///
    /// # Errors
    /// When the difference does not fit.
    pub fn balance(&self) -> Result<Money, MoneyError> {
        self.total
            .checked_sub(self.received)?
            .checked_sub(self.credited)
    }
}

/// What people see: computed whenever it is read, never stored (R-INV-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InvoiceStatus {
    /// Not sent yet.
    Draft,
    /// Called off.
    Cancelled,
    /// Nothing is due.
    Paid,
    /// Something is due and the due day is over.
    Overdue,
    /// Something is due, something was paid, and there is still time.
    PartiallyPaid,
    /// All is due and there is still time.
    Unpaid,
}

impl InvoiceStatus {
    /// Every status, in the order in which they are decided.
    pub const ALL: [Self; 6] = [
        Self::Draft,
        Self::Cancelled,
        Self::Paid,
        Self::Overdue,
        Self::PartiallyPaid,
        Self::Unpaid,
    ];

    /// The lower-case name used in addresses and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Cancelled => "cancelled",
            Self::Paid => "paid",
            Self::Overdue => "overdue",
            Self::PartiallyPaid => "partially_paid",
            Self::Unpaid => "unpaid",
        }
    }

    /// Finds a status by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// The three stored states, without their facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// [`InvoiceState::Draft`].
    Draft,
    /// [`InvoiceState::Issued`].
    Issued,
    /// [`InvoiceState::Cancelled`].
    Cancelled,
}

impl Phase {
    /// The lower-case name used in storage.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Issued => "issued",
            Self::Cancelled => "cancelled",
        }
    }

    /// Finds a phase by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Draft, Self::Issued, Self::Cancelled]
            .into_iter()
            .find(|it| it.code() == code)
    }
}

/// The one place where a status is decided (R-INV-1).
///
/// `balance` and `received` are minor units of the invoice's currency.
#[must_use]
pub fn status(
    phase: Phase,
    balance: i64,
    received: i64,
    due: NaiveDate,
    today: NaiveDate,
) -> InvoiceStatus {
    match phase {
        Phase::Draft => InvoiceStatus::Draft,
        Phase::Cancelled => InvoiceStatus::Cancelled,
        Phase::Issued if balance <= 0 => InvoiceStatus::Paid,
        Phase::Issued if today > due => InvoiceStatus::Overdue,
        Phase::Issued if received > 0 => InvoiceStatus::PartiallyPaid,
        Phase::Issued => InvoiceStatus::Unpaid,
    }
}

/// Why something cannot be done to an invoice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvoiceError {
    /// The transition does not exist.
    #[error("the invoice is {}: it cannot be {attempted}", from.code())]
    Transition {
        /// The state it is in.
        from: Phase,
        /// What was tried, as a past participle.
        attempted: &'static str,
    },
    /// Its due day is before its own date.
    #[error("the due date is before the invoice date: choose the same day or a later one")]
    DueBeforeDated,
    /// Its total is below zero.
    #[error("the total is negative: give a credit on an earlier invoice instead")]
    NegativeTotal,
    /// Money stands against it.
    #[error("{received} was received: void or refund it first")]
    MoneyReceived {
        /// What was received and stands.
        received: Money,
    },
    /// The new total would be less than what was received and credited.
    #[error("{settled} was received or credited already: the total cannot be less")]
    BelowSettled {
        /// What was received and credited.
        settled: Money,
    },
    /// The amount is not above zero.
    #[error("the amount must be more than zero")]
    NotPositive,
    /// The amount is more than is due.
    #[error("the amount is more than the balance of {balance}")]
    OverBalance {
        /// What is due.
        balance: Money,
    },
    /// Nothing is due.
    #[error("nothing is due on this invoice: it is paid already, or comes to nothing")]
    NothingDue,
    /// The currency cannot change once money was received or the invoice was issued.
    #[error("the currency of an issued invoice cannot change")]
    CurrencyChanged,
    /// The payment was made online.
    #[error("the payment was made online: refund it instead")]
    PaidOnline,
    /// The payment was voided before.
    #[error("the payment was voided already")]
    AlreadyVoided,
    /// The lines do not add up to money.
    #[error(transparent)]
    Pricing(#[from] PricingError),
    /// A sum does not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Invoice {
    /// A new draft.
    ///
    /// # Errors
    /// When the lines do not add up to money.
    pub fn draft(
        id: InvoiceId,
        client: ClientId,
        terms: InvoiceTerms,
        now: Timestamp,
    ) -> Result<Self, InvoiceError> {
        let totals = terms.pricing.totals()?;
        let account = Account::reckon(totals.total, &[], &[], &[])?;
        Ok(Self {
            id,
            client,
            state: InvoiceState::Draft,
            terms,
            totals,
            account,
            created_at: now,
        })
    }

    /// Sends a draft to the client, under the series' next number.
    ///
    /// # Errors
    /// When it is no draft, is due before its own date, or totals less than nothing.
    pub fn issue(self, number: Number, now: Timestamp) -> Result<Self, InvoiceError> {
        if self.phase() != Phase::Draft {
            return Err(self.refused("issued"));
        }
        if self.terms.due < self.terms.dated {
            return Err(InvoiceError::DueBeforeDated);
        }
        if self.totals.total.is_negative() {
            return Err(InvoiceError::NegativeTotal);
        }
        Ok(Self {
            state: InvoiceState::Issued(Issue { number, at: now }),
            ..self
        })
    }

    /// Replaces what the invoice says: a draft freely, an issued one as long as the new total
    /// covers what was received and credited.
    ///
    /// # Errors
    /// When it is cancelled, or the new terms do not fit what has happened.
    pub fn reprice(self, terms: InvoiceTerms) -> Result<Self, InvoiceError> {
        let totals = terms.pricing.totals()?;
        match self.phase() {
            Phase::Draft => {}
            Phase::Cancelled => return Err(self.refused("changed")),
            Phase::Issued => self.check_reprice(&terms, &totals)?,
        }
        let account = match self.phase() {
            Phase::Draft => Account::reckon(totals.total, &[], &[], &[])?,
            Phase::Issued | Phase::Cancelled => Account {
                total: totals.total,
                ..self.account
            },
        };
        Ok(Self {
            terms,
            totals,
            account,
            ..self
        })
    }

    fn check_reprice(&self, terms: &InvoiceTerms, totals: &Totals) -> Result<(), InvoiceError> {
        if terms.pricing.currency != self.terms.pricing.currency {
            return Err(InvoiceError::CurrencyChanged);
        }
        if terms.due < terms.dated {
            return Err(InvoiceError::DueBeforeDated);
        }
        if totals.total.is_negative() {
            return Err(InvoiceError::NegativeTotal);
        }
        let settled = self.account.received.checked_add(self.account.credited)?;
        if totals.total.minor() < settled.minor() {
            return Err(InvoiceError::BelowSettled { settled });
        }
        Ok(())
    }

    /// Calls an issued invoice off.
    ///
    /// # Errors
    /// When it is not issued, or money stands against it (R-INV-8).
    pub fn cancel(self, now: Timestamp) -> Result<Self, InvoiceError> {
        match &self.state {
            InvoiceState::Issued(_) if !self.account.received.is_zero() => {
                Err(InvoiceError::MoneyReceived {
                    received: self.account.received,
                })
            }
            InvoiceState::Issued(issue) => {
                let issue = issue.clone();
                Ok(Self {
                    state: InvoiceState::Cancelled { issue, at: now },
                    ..self
                })
            }
            InvoiceState::Draft | InvoiceState::Cancelled { .. } => Err(self.refused("cancelled")),
        }
    }

    /// Checks an amount that somebody wants to record or credit, and fills in the balance when none
    /// was named (R-INV-6).
    ///
    /// # Errors
    /// When the invoice is not issued, nothing is due, or the amount is not between zero and the
    /// balance, in the invoice's currency.
    pub fn accept_amount(&self, amount: Option<Money>) -> Result<Money, InvoiceError> {
        if self.phase() != Phase::Issued {
            return Err(self.refused("paid"));
        }
        let balance = self.account.balance()?;
        if !balance.is_positive() {
            return Err(InvoiceError::NothingDue);
        }
        let amount = amount.unwrap_or(balance);
        let rest = balance.checked_sub(amount)?;
        if !amount.is_positive() {
            return Err(InvoiceError::NotPositive);
        }
        if rest.is_negative() {
            return Err(InvoiceError::OverBalance { balance });
        }
        Ok(amount)
    }

    /// The invoice with its account reckoned anew from its records.
    ///
    /// # Errors
    /// When a record is in another currency, or a sum does not fit.
    pub fn with_records(
        self,
        payments: &[Payment],
        reversals: &[Reversal],
        credits: &[Credit],
    ) -> Result<Self, MoneyError> {
        let account = Account::reckon(self.totals.total, payments, reversals, credits)?;
        Ok(Self { account, ..self })
    }

    /// The stored state, without its facts.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match self.state {
            InvoiceState::Draft => Phase::Draft,
            InvoiceState::Issued(_) => Phase::Issued,
            InvoiceState::Cancelled { .. } => Phase::Cancelled,
        }
    }

    /// What people see on `today`, a day in the firm's zone.
    #[must_use]
    pub fn status(&self, today: NaiveDate) -> InvoiceStatus {
        status(
            self.phase(),
            self.balance_minor(),
            self.account.received.minor(),
            self.terms.due,
            today,
        )
    }

    /// What is still to be paid: nothing on a draft or a cancelled invoice, never below zero.
    #[must_use]
    pub fn amount_due(&self) -> Money {
        match self.phase() {
            Phase::Issued => Money::from_minor(self.balance_minor().max(0), self.currency()),
            Phase::Draft | Phase::Cancelled => Money::zero(self.currency()),
        }
    }

    /// The currency of all its amounts.
    #[must_use]
    pub fn currency(&self) -> super::currency::Currency {
        self.terms.pricing.currency
    }

    /// The number, once issued.
    #[must_use]
    pub fn number(&self) -> Option<&DocumentNumber> {
        self.issue_facts().and_then(|issue| issue.number.taken())
    }

    /// When and as what it was issued.
    #[must_use]
    pub fn issue_facts(&self) -> Option<&Issue> {
        match &self.state {
            InvoiceState::Draft => None,
            InvoiceState::Issued(issue) | InvoiceState::Cancelled { issue, .. } => Some(issue),
        }
    }

    /// Balance in minor units, saturating: the account was checked when it was reckoned.
    fn balance_minor(&self) -> i64 {
        let settled = self
            .account
            .received
            .minor()
            .saturating_add(self.account.credited.minor());
        self.account.total.minor().saturating_sub(settled)
    }

    fn refused(&self, attempted: &'static str) -> InvoiceError {
        InvoiceError::Transition {
            from: self.phase(),
            attempted,
        }
    }
}
