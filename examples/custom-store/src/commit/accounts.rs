//! What is owed, what comes in and what goes back.

use caseflow_core::domain::alert::Alert;
use caseflow_core::domain::attempt::Attempt;
use caseflow_core::domain::changes::{Versioned, Write};
use caseflow_core::domain::gateway::{EventRef, Merchant};
use caseflow_core::domain::gateway_event::{EventOutcome, GatewayEvent};
use caseflow_core::domain::id::{AttemptId, InvoiceId, PaymentId};
use caseflow_core::domain::invoice::{Invoice, InvoiceState};
use caseflow_core::domain::number::Series;
use caseflow_core::domain::payment::{Credit, Payment};
use caseflow_core::domain::refund::Refund;
use caseflow_core::domain::reversal::Reversal;
use caseflow_core::ports::store::{Constraint, StoreError};

use super::{Done, Work};
use crate::records::{Kept, charge_word, checkout_word, reversal_word};
use crate::tables::{Index, Record};

impl Work<'_, '_> {
    pub(super) fn invoice(&mut self, mut write: Write<Invoice>) -> Done {
        self.client_exists(write.value().client)?;
        let (Write::Insert(invoice) | Write::Update { now: invoice, .. }) = &mut write;
        match &mut invoice.state {
            InvoiceState::Draft => {}
            InvoiceState::Issued(issue) | InvoiceState::Cancelled { issue, .. } => {
                self.take(Series::Invoice, &mut issue.number)?;
            }
        }
        self.put(write)
    }

    pub(super) fn credit(&mut self, credit: &Credit) -> Done {
        self.client_exists(credit.client)?;
        self.invoice_exists(credit.invoice)?;
        self.add(credit)
    }

    pub(super) fn payment(&mut self, mut write: Write<Payment>) -> Done {
        self.client_exists(write.value().client)?;
        self.invoice_exists(write.value().invoice)?;
        let (Write::Insert(payment) | Write::Update { now: payment, .. }) = &mut write;
        self.take(Series::Receipt, &mut payment.receipt)?;
        if let Some(charge) = &write.value().charge {
            self.attempt_exists(charge.attempt)?;
            let id = write.value().id;
            let word = charge_word(charge);
            self.only::<Versioned<Payment>>(Constraint::Charge, &word, |it| it.value.id == id)?;
        }
        self.put(write)
    }

    pub(super) fn reversal(&mut self, mut reversal: Reversal) -> Done {
        self.client_exists(reversal.client)?;
        self.invoice_exists(reversal.invoice)?;
        self.payment_exists(reversal.payment)?;
        let word = reversal_word(&reversal);
        self.only::<Reversal>(Constraint::Reversal, &word, |it| it.id == reversal.id)?;
        self.take(Series::Refund, &mut reversal.number)?;
        self.add(&reversal)
    }

    pub(super) fn attempt(&mut self, write: Write<Attempt>) -> Done {
        let attempt = write.value();
        self.client_exists(attempt.client)?;
        self.invoice_exists(attempt.invoice)?;
        self.contact_exists(attempt.contact)?;
        let own = |it: &Versioned<Attempt>| it.value.id == attempt.id;
        if attempt.stage().is_live() {
            let of_invoice = Index::Invoice(attempt.invoice);
            let no_rival = |it: &Versioned<Attempt>| own(it) || !it.value.stage().is_live();
            self.only(Constraint::LiveAttempt, &of_invoice, no_rival)?;
        }
        if let Some(word) = checkout_word(attempt) {
            self.only(Constraint::Checkout, &word, own)?;
        }
        self.put(write)
    }

    pub(super) fn refund(&mut self, write: Write<Refund>) -> Done {
        let refund = write.value();
        self.client_exists(refund.client)?;
        self.invoice_exists(refund.invoice)?;
        self.payment_exists(refund.payment)?;
        self.attempt_exists(refund.attempt)?;
        self.put(write)
    }

    pub(super) fn alert(&mut self, write: Write<Alert>) -> Done {
        let alert = write.value();
        if let Some(invoice) = alert.invoice {
            self.invoice_exists(invoice)?;
        }
        if let Some(attempt) = alert.attempt {
            self.attempt_exists(attempt)?;
        }
        self.put(write)
    }

    pub(super) fn event(&mut self, event: GatewayEvent) -> Done {
        self.keep(&Kept {
            due: Some(event.received_at),
            tries: 0,
            event,
        })
    }

    pub(super) fn event_seen(&mut self, key: &(EventRef, Merchant), outcome: EventOutcome) -> Done {
        let kept = self.get::<Kept>(key)?;
        let Some(kept) = kept.filter(|kept| kept.due.is_some()) else {
            return Ok(());
        };
        let due = match outcome {
            EventOutcome::Done | EventOutcome::Dead => None,
            EventOutcome::Again(at) => Some(at),
        };
        self.rows.put(self.firm, &Kept { due, ..kept })
    }

    /// All that is found by `index` may stand beside the record that is to be written.
    pub(super) fn only<R: Record>(
        &self,
        constraint: Constraint,
        index: &Index,
        may_stand: impl Fn(&R) -> bool,
    ) -> Done {
        let others: Vec<R> = self.rows.of(self.firm, index)?;
        match others.iter().all(may_stand) {
            true => Ok(()),
            false => Err(StoreError::AlreadyExists(constraint)),
        }
    }

    fn invoice_exists(&self, id: InvoiceId) -> Done {
        self.exists::<Versioned<Invoice>>(&id)
    }

    fn payment_exists(&self, id: PaymentId) -> Done {
        self.exists::<Versioned<Payment>>(&id)
    }

    fn attempt_exists(&self, id: AttemptId) -> Done {
        self.exists::<Versioned<Attempt>>(&id)
    }
}
