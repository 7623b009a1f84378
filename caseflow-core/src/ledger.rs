//! Money records that one decision adds to an invoice, with everything that has to agree with them:
//! the invoice's account, the year's figures, the client's feed.

use chrono::{Datelike as _, NaiveDate};

use crate::Ports;
use crate::domain::access::Section;
use crate::domain::activity::ActivityKind;
use crate::domain::changes::{Change, Changes, Counter, CounterDelta, Write};
use crate::domain::id::{AttemptId, ContactId, Subject};
use crate::domain::invoice::Invoice;
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::money::{Money, MoneyError};
use crate::domain::payment::{Credit, Payment};
use crate::domain::reversal::{Reversal, ReversalKind};
use crate::ports::store::{ClientFile, InvoiceFile};
use crate::tell;

/// An invoice's records on the way to being more.
#[derive(Debug)]
pub(crate) struct Ledger<'a> {
    ports: &'a Ports,
    file: &'a InvoiceFile,
    settling: Option<AttemptId>,
    payments: Vec<Payment>,
    reversals: Vec<Reversal>,
    credits: Vec<Credit>,
    changes: Vec<Change>,
}

impl<'a> Ledger<'a> {
    pub(crate) fn of(ports: &'a Ports, file: &'a InvoiceFile) -> Self {
        Self {
            ports,
            file,
            settling: None,
            payments: file.payments_only(),
            reversals: file.reversals.clone(),
            credits: file.credits.clone(),
            changes: vec![],
        }
    }

    /// The same, by what became of this attempt: it is written by whoever settles it.
    pub(crate) fn settling(self, attempt: AttemptId) -> Self {
        Self {
            settling: Some(attempt),
            ..self
        }
    }

    pub(crate) fn payments(&self) -> &[Payment] {
        &self.payments
    }

    pub(crate) fn reversals(&self) -> &[Reversal] {
        &self.reversals
    }

    /// A payment came in, or was voided.
    pub(crate) fn payment(&mut self, write: Write<Payment>) {
        let payment = write.value().clone();
        let (kind, moved) = if payment.stands() {
            (ActivityKind::PaymentReceived, payment.amount.minor())
        } else {
            (ActivityKind::PaymentVoided, -payment.amount.minor())
        };
        self.changes.push(Change::Payment(write));
        self.count(payment.received_on, payment.amount, moved);
        self.tell(kind, payment.amount);
        self.payments.retain(|other| other.id != payment.id);
        self.payments.push(payment);
    }

    /// Money went back, or came back to the firm.
    pub(crate) fn reversal(&mut self, reversal: Reversal) {
        let kind = match reversal.kind {
            ReversalKind::Refund => ActivityKind::PaymentRefunded,
            ReversalKind::RefundReturned => ActivityKind::RefundReturned,
            ReversalKind::Dispute => ActivityKind::PaymentDisputed,
            ReversalKind::DisputeWon => ActivityKind::DisputeWon,
        };
        let moved = -reversal.taken().minor();
        self.changes.push(Change::Reversal(reversal.clone()));
        self.count(reversal.on, reversal.amount, moved);
        self.tell(kind, reversal.amount);
        self.reversals.push(reversal);
    }

    /// A credit was given.
    pub(crate) fn credit(&mut self, credit: Credit) {
        self.changes.push(Change::Credit(credit.clone()));
        self.tell(ActivityKind::CreditGiven, credit.amount);
        self.credits.push(credit);
    }

    /// Whether nothing was added.
    pub(crate) fn is_untouched(&self) -> bool {
        self.changes.is_empty()
    }

    /// The invoice as it is with these records.
    pub(crate) fn invoice(&self) -> Result<Invoice, MoneyError> {
        let invoice = self.file.invoice.value.clone();
        invoice.with_records(&self.payments, &self.reversals, &self.credits)
    }

    /// Everything that was added, after the invoice itself.
    pub(crate) fn changes(self) -> Result<Changes, MoneyError> {
        if self.is_untouched() {
            return Ok(Changes::default());
        }
        let invoice = self.invoice()?;
        let outdated = self.outdated(&invoice);
        let invoice = self.file.invoice.update(invoice);
        let mut changes = Changes::default().with(Change::Invoice(invoice));
        changes.changes.extend(self.changes);
        changes.changes.extend(outdated);
        Ok(changes)
    }

    /// Who changes what is due calls the live attempt off. Should they not live to, or the gateway
    /// not answer, upkeep does: it is due again soon, however long it has been open.
    fn outdated(&self, invoice: &Invoice) -> Option<Change> {
        let live = self.file.live_attempt()?;
        let is_other = self.settling != Some(live.value.id);
        (is_other && live.value.is_outdated(invoice.amount_due())).then(|| {
            let soon = live.value.clone().due_again(0, self.ports.now());
            Change::Attempt(live.update(soon))
        })
    }

    fn count(&mut self, on: NaiveDate, amount: Money, delta: i64) {
        self.changes.push(Change::Count(CounterDelta {
            client: self.file.invoice.value.client,
            counter: Counter::Received {
                year: on.year(),
                currency: amount.currency(),
            },
            delta,
        }));
    }

    fn tell(&mut self, kind: ActivityKind, amount: Money) {
        let invoice = &self.file.invoice.value;
        self.changes
            .push(happened(self.ports, kind, invoice, amount));
    }
}

/// A line for the client's feed.
pub(crate) fn happened(
    ports: &Ports,
    kind: ActivityKind,
    invoice: &Invoice,
    amount: Money,
) -> Change {
    tell::feed(ports, invoice.client, kind, invoice.id, Some(amount))
}

/// Mail to each contact who gets mail about invoices, and to `payer`, who gets it in any case.
pub(crate) fn mail(
    ports: &Ports,
    client: &ClientFile,
    payer: Option<ContactId>,
    topic: &MailTopic,
) -> Vec<Mail> {
    let contacts = client.contacts.iter().map(|contact| &contact.value);
    let told = contacts.filter(|contact| {
        let pays = payer == Some(contact.id) && contact.is_active();
        pays || contact.gets_mail(Section::Invoices)
    });
    told.map(|contact| tell::mail(ports, contact.id, topic.clone()))
        .collect()
}

/// What every audit row about an invoice is about.
pub(crate) fn about(invoice: &Invoice) -> [Subject; 2] {
    [invoice.id.into(), invoice.client.into()]
}

/// An invoice with something that happened to it.
pub(crate) fn about_with(invoice: &Invoice, others: &[Subject]) -> Vec<Subject> {
    [about(invoice).as_slice(), others].concat()
}
