//! What happened to an invoice, as its documents show it.

use chrono::NaiveDate;

use super::{Amount, Day, Label, Letterhead, PrintError, text};
use crate::domain::id::PaymentId;
use crate::domain::invoice::{Invoice, Phase};
use crate::domain::money::{Money, MoneyError};
use crate::domain::number::DocumentNumber;
use crate::domain::payment::{Credit, Payment};
use crate::domain::text::Line;

/// An invoice with all of its records, in any order.
#[derive(Debug, Clone)]
pub struct InvoiceRecords<'a> {
    /// The invoice.
    pub invoice: &'a Invoice,
    /// Its payments, voided ones too.
    pub payments: Vec<&'a Payment>,
    /// Its credits.
    pub credits: Vec<&'a Credit>,
    /// What went back of its payments.
    pub refunds: Vec<&'a Refund>,
}

/// Money of a payment that went back to the client, as a document tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// The number of its note.
    pub number: DocumentNumber,
    /// The payment it is part of.
    pub payment: PaymentId,
    /// How much, more than zero.
    pub amount: Money,
    /// The day on which it went back.
    pub on: NaiveDate,
    /// Why; shown to the client.
    pub reason: Option<Line<200>>,
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
        let known = |refund: &&Refund| self.payments.iter().any(|it| it.id == refund.payment);
        if others.into_iter().any(|other| other != id) || !self.refunds.iter().all(known) {
            return Err(PrintError::OtherInvoice);
        }
        Ok(())
    }

    fn check_sums(&self) -> Result<(), PrintError> {
        let currency = self.invoice.currency();
        let paid = Money::sum(self.standing().map(|payment| payment.amount), currency)?;
        let returned = Money::sum(self.refunds.iter().map(|refund| refund.amount), currency)?;
        let credited = Money::sum(self.credits.iter().map(|credit| credit.amount), currency)?;
        let account = self.invoice.account;
        if paid.checked_sub(returned)? != account.received || credited != account.credited {
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
        for refund in &self.refunds {
            views.push(RecordView::refund(head, refund)?);
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
    /// Money went back.
    Refund,
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
    /// What it takes off the balance: negative for a refund.
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

    fn refund(head: &Letterhead<'_>, refund: &Refund) -> Result<Self, MoneyError> {
        Ok(Self {
            day: head.format().day(refund.on),
            kind: RecordKind::Refund,
            what: head.word(Label::Refund).to_owned(),
            mode: None,
            reference: text(refund.reason.as_ref()),
            amount: head.format().amount(refund.amount.checked_neg()?),
        })
    }

    /// Any order of the same records prints the same.
    fn key(&self) -> (NaiveDate, RecordKind, Option<&str>, i64) {
        let minor = self.amount.value.minor();
        (self.day.value, self.kind, self.reference.as_deref(), minor)
    }
}
