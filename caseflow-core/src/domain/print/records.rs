//! What happened to an invoice, as its documents show it.

use chrono::NaiveDate;

use super::{Amount, Day, Label, Letterhead, PrintError, text};
use crate::domain::invoice::{Invoice, Phase};
use crate::domain::money::{Money, MoneyError};
use crate::domain::number::DocumentNumber;
use crate::domain::payment::{Credit, Payment};
use crate::domain::reversal::{self, Reversal, ReversalKind};

/// An invoice with all of its records, in any order.
#[derive(Debug, Clone)]
pub struct InvoiceRecords<'a> {
    /// The invoice.
    pub invoice: &'a Invoice,
    /// Its payments, voided ones too.
    pub payments: Vec<&'a Payment>,
    /// Its credits.
    pub credits: Vec<&'a Credit>,
    /// What went back of its payments, and what of that came back.
    pub reversals: Vec<&'a Reversal>,
}

impl InvoiceRecords<'_> {
    /// The number of an invoice of the letterhead's client whose records are all there.
    pub(super) fn checked(&self, head: &Letterhead<'_>) -> Result<&DocumentNumber, PrintError> {
        if self.invoice.client != head.client.id {
            return Err(PrintError::OtherClient);
        }
        if self.invoice.phase() == Phase::Draft {
            return Err(PrintError::Draft);
        }
        self.check_invoice()?;
        self.check_sums()?;
        self.invoice.number().ok_or(PrintError::NoNumber)
    }

    fn check_invoice(&self) -> Result<(), PrintError> {
        let id = self.invoice.id;
        let payments = self.payments.iter().map(|payment| payment.invoice);
        let others = payments.chain(self.credits.iter().map(|credit| credit.invoice));
        let mut others = others.chain(self.reversals.iter().map(|it| it.invoice));
        let known = |it: &&Reversal| self.payments.iter().any(|known| known.id == it.payment);
        if others.any(|other| other != id) || !self.reversals.iter().all(known) {
            return Err(PrintError::OtherInvoice);
        }
        Ok(())
    }

    fn check_sums(&self) -> Result<(), PrintError> {
        let currency = self.invoice.currency();
        let paid = Money::sum(self.standing().map(|payment| payment.amount), currency)?;
        let taken = reversal::taken(self.reversals.iter().copied(), self.invoice.totals.total)?;
        let credited = Money::sum(self.credits.iter().map(|credit| credit.amount), currency)?;
        let account = self.invoice.account;
        if paid.checked_sub(taken)? != account.received || credited != account.credited {
            return Err(PrintError::RecordsDiffer);
        }
        Ok(())
    }

    pub(super) fn standing(&self) -> impl Iterator<Item = &Payment> {
        self.payments.iter().copied().filter(|it| it.stands())
    }

    /// What counts, oldest first. The amounts sum to what was received and credited.
    pub(super) fn views(&self, head: &Letterhead<'_>) -> Result<Vec<RecordView>, MoneyError> {
        let mut views: Vec<RecordView> = self
            .standing()
            .map(|payment| RecordView::payment(head, payment))
            .chain(self.credits.iter().map(|it| RecordView::credit(head, it)))
            .collect();
        for reversal in &self.reversals {
            views.push(RecordView::reversal(head, reversal)?);
        }
        views.sort_by(|a, b| a.key().cmp(&b.key()));
        Ok(views)
    }
}

/// What a record of an invoice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RecordKind {
    /// Money came in.
    Payment,
    /// Less is owed.
    Credit,
    /// Money went back, or came back to the firm.
    Reversal(ReversalKind),
}

/// One row of an invoice's payments and credits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordView {
    /// When.
    pub day: Day,
    /// What.
    pub kind: RecordKind,
    /// What, in words: `Payment`.
    pub what: String,
    /// How it was paid.
    pub mode: Option<String>,
    /// A number or reference to find it by, or why it was given.
    pub reference: Option<String>,
    /// What it takes off the balance: negative when money went back.
    pub amount: Amount,
}

impl RecordView {
    fn payment(head: &Letterhead<'_>, payment: &Payment) -> Self {
        Self {
            day: head.format().day(payment.received_on),
            kind: RecordKind::Payment,
            what: head.word(Label::Payment).to_owned(),
            mode: Some(head.language().mode(payment.mode).to_owned()),
            reference: text(payment.reference.as_ref()),
            amount: head.format().amount(payment.amount),
        }
    }

    fn credit(head: &Letterhead<'_>, credit: &Credit) -> Self {
        Self {
            day: head.format().day(credit.given_on),
            kind: RecordKind::Credit,
            what: head.word(Label::Credit).to_owned(),
            mode: None,
            reference: text(credit.reason.as_ref()),
            amount: head.format().amount(credit.amount),
        }
    }

    fn reversal(head: &Letterhead<'_>, reversal: &Reversal) -> Result<Self, MoneyError> {
        Ok(Self {
            day: head.format().day(reversal.on),
            kind: RecordKind::Reversal(reversal.kind),
            what: head.language().reversal(reversal.kind).to_owned(),
            mode: None,
            reference: text(reversal.reason.as_ref()),
            amount: head.format().amount(reversal.taken().checked_neg()?),
        })
    }

    /// Any order of the same records prints the same.
    fn key(&self) -> (NaiveDate, RecordKind, Option<&str>, i64) {
        let minor = self.amount.value.minor();
        (self.day.value, self.kind, self.reference.as_deref(), minor)
    }
}
