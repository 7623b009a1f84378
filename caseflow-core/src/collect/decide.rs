//! What a gateway's word changes: pure but for new ids and the time.

use crate::Ports;
use crate::domain::alert::AlertKind;
use crate::domain::attempt::{Attempt, AttemptState, End, Trouble};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Versioned, Write};
use crate::domain::gateway::TxnRef;
use crate::domain::id::PaymentId;
use crate::domain::invoice::Phase;
use crate::domain::mail::MailTopic;
use crate::domain::money::Money;
use crate::domain::number::Number;
use crate::domain::payment::{Charge, Payment, PaymentMode, PaymentState};
use crate::domain::refund::{Refund, RefundState};
use crate::domain::reversal::{self, Reversal, ReversalKind};
use crate::domain::time::Timestamp;
use crate::error::Error;
use crate::ledger::{self, Ledger};
use crate::ports::payments::{
    self as port, DisputedFunds, GatewayState, RefundLine, Refunds, Snapshot,
};
use crate::ports::store::InvoiceCard;
use crate::tell;

/// Everything that `snapshot` changes on record; nothing when all of it is known.
pub(super) fn changes(
    ports: &Ports,
    card: &InvoiceCard,
    attempt: &Versioned<Attempt>,
    snapshot: &Snapshot,
) -> Result<Changes, Error> {
    let mut decision = Decision {
        ports,
        now: ports.now(),
        card,
        old: attempt,
        attempt: attempt.value.clone(),
        ledger: Ledger::of(ports, &card.invoice).settling(attempt.value.id),
        besides: Changes::default(),
    };
    decision.state(snapshot);
    decision.refunds(&snapshot.refunds)?;
    decision.disputes(snapshot);
    decision.balance()?;
    decision.all()
}

struct Decision<'a> {
    ports: &'a Ports,
    now: Timestamp,
    card: &'a InvoiceCard,
    old: &'a Versioned<Attempt>,
    attempt: Attempt,
    ledger: Ledger<'a>,
    /// What is written beside the ledger.
    besides: Changes,
}

impl Decision<'_> {
    fn all(self) -> Result<Changes, Error> {
        let mut changes = self.ledger.changes()?;
        if self.attempt.state != self.old.value.state {
            let attempt = self.attempt.due_again(0, self.now);
            if matches!(attempt.state, AttemptState::Ended { .. }) {
                changes.audit.push(super::ended(self.ports, &attempt));
            }
            changes = changes.with(Change::Attempt(self.old.update(attempt)));
        } else if self.attempt.trouble != self.old.value.trouble {
            changes = changes.with(Change::Attempt(self.old.update(self.attempt)));
        }
        let Changes {
            changes: others,
            audit,
            mail,
            ..
        } = self.besides;
        changes.changes.extend(others);
        changes.audit.extend(audit);
        changes.mail.extend(mail);
        Ok(changes)
    }

    fn state(&mut self, snapshot: &Snapshot) {
        let reference = snapshot.reference.clone();
        let (now, trouble) = (self.now, None);
        let ended = |end| AttemptState::Ended {
            end,
            reference: Some(snapshot.reference.clone()),
            at: now,
        };
        let (to, trouble) = match &snapshot.state {
            GatewayState::Open => return,
            GatewayState::Paid { txn, amount, at } => {
                (self.paid(snapshot, txn, *amount, *at), trouble)
            }
            GatewayState::Processing => (AttemptState::Processing(reference), trouble),
            GatewayState::Failed(trouble) => (ended(End::Failed), Some(trouble.clone())),
            GatewayState::Expired => (ended(self.closed()), trouble),
            GatewayState::Cancelled => (ended(End::Cancelled), trouble),
            GatewayState::Other(word) => return self.not_understood(word.as_str()),
        };
        if let Some(attempt) = self.attempt.clone().moved(to) {
            self.attempt = Attempt { trouble, ..attempt };
        }
    }

    /// A checkout that closed was called off when the invoice had changed.
    fn closed(&self) -> End {
        let due = self.card.invoice.invoice.value.amount_due();
        match self.old.value.is_outdated(due) {
            true => End::Cancelled,
            false => End::Expired,
        }
    }

    fn not_understood(&mut self, word: &str) {
        let trouble = Trouble {
            code: super::shortened_to(word),
            detail: super::shortened(&format!("the payment provider says `{word}`")),
        };
        if self.attempt.trouble.as_ref() != Some(&trouble) {
            self.alert(AlertKind::UnknownState, trouble.detail.as_str());
            self.attempt.trouble = Some(trouble);
        }
    }

    /// Money came in: it is put on record as collected (R-PAY-5), once (R-PAY-6).
    fn paid(
        &mut self,
        snapshot: &Snapshot,
        txn: &TxnRef,
        amount: Money,
        at: Option<Timestamp>,
    ) -> AttemptState {
        let reference = snapshot.reference.clone();
        let (txn, now) = (txn.clone(), self.now);
        let invoice = &self.card.invoice.invoice.value;
        if amount.currency() != invoice.currency() {
            let known = self.attempt.txn() == Some(&txn);
            if !known {
                let asked = self.attempt.amount;
                self.alert(
                    AlertKind::OtherCurrency,
                    &format!("{asked} was asked for, {amount} was collected ({txn})"),
                );
            }
            return AttemptState::Held {
                reference,
                txn,
                collected: amount,
                at: now,
            };
        }
        if !self.is_recorded(&txn) {
            self.record(&txn, amount, at.unwrap_or(now));
        }
        AttemptState::Succeeded {
            reference,
            txn,
            at: now,
        }
    }

    fn is_recorded(&self, txn: &TxnRef) -> bool {
        let merchant = &self.attempt.merchant;
        let charges = self.ledger.payments().iter();
        let mut charges = charges.filter_map(|payment| payment.charge.as_ref());
        charges.any(|charge| charge.merchant == *merchant && charge.txn == *txn)
    }

    fn record(&mut self, txn: &TxnRef, amount: Money, at: Timestamp) {
        let (firm, client) = (&self.card.firm, &self.card.client);
        let id: PaymentId = self.ports.new_id();
        let payment = Payment {
            id,
            invoice: self.attempt.invoice,
            client: self.attempt.client,
            amount,
            received_on: firm.zone.day(at),
            mode: PaymentMode::Online,
            charge: Some(Charge {
                attempt: self.attempt.id,
                merchant: self.attempt.merchant.clone(),
                txn: txn.clone(),
            }),
            reference: None,
            note: None,
            receipt: Number::Next(firm.receipt_numbers.clone()),
            state: PaymentState::Recorded,
            recorded_at: self.now,
        };
        self.ledger.payment(Write::Insert(payment));
        let (invoice, payer) = (self.attempt.invoice, self.attempt.contact);
        let receipt = MailTopic::PaymentReceived(id, invoice);
        let notice = MailTopic::PaymentNotice(id, invoice);
        let mails = ledger::mail(self.ports, client, Some(payer), &receipt);
        self.besides.mail.extend(mails);
        self.besides
            .mail
            .push(tell::mail(self.ports, payer, notice));
        self.audit(AuditAction::PaymentRecorded, id.into());
        if amount != self.attempt.amount {
            let asked = self.attempt.amount;
            let detail = format!("{asked} was asked for, {amount} was collected ({txn})");
            self.alert(AlertKind::OtherAmount, &detail);
        }
        if self.card.invoice.invoice.value.phase() == Phase::Cancelled {
            let detail = format!("{amount} was collected ({txn}) on a cancelled invoice");
            self.alert(AlertKind::PaidAfterCancel, &detail);
        }
    }

    /// Whether money that was not owed came in, or came back to the firm.
    fn balance(&mut self) -> Result<(), Error> {
        if self.ledger.is_untouched() {
            return Ok(());
        }
        let invoice = self.ledger.invoice()?;
        let before = self.card.invoice.invoice.value.account.received;
        let received = invoice.account.received;
        let has_payment = self.ledger.payments().len() > self.card.invoice.payments.len();
        if !has_payment && received.minor() <= before.minor() {
            return Ok(());
        }
        let balance = invoice.account.balance()?;
        match invoice.phase() {
            Phase::Issued if balance.is_negative() => {
                let over = Money::from_minor(-balance.minor(), balance.currency());
                let detail = format!("{over} more was paid than was owed");
                self.alert(AlertKind::Overpaid, &detail);
            }
            Phase::Cancelled if !has_payment && received.is_positive() => {
                let detail = format!("{received} came back on a cancelled invoice");
                self.alert(AlertKind::PaidAfterCancel, &detail);
            }
            Phase::Draft | Phase::Issued | Phase::Cancelled => {}
        }
        Ok(())
    }

    /// The payment that this attempt brought.
    fn payment(&self) -> Option<Payment> {
        let by_attempt = |payment: &&Payment| {
            let charge = payment.charge.as_ref();
            charge.is_some_and(|charge| charge.attempt == self.attempt.id)
        };
        self.ledger.payments().iter().find(by_attempt).cloned()
    }

    fn refunds(&mut self, refunds: &Refunds) -> Result<(), Error> {
        let Some(payment) = self.payment() else {
            return Ok(());
        };
        match refunds {
            Refunds::Each(lines) => {
                for line in lines {
                    self.refund(&payment, line);
                }
            }
            Refunds::Total(total) => self.refunded_so_far(&payment, *total)?,
        }
        Ok(())
    }

    fn refund(&mut self, payment: &Payment, line: &RefundLine) {
        let request = self.request(line);
        let reason = request.as_ref().and_then(|it| it.value.reason.clone());
        let is_known = self.knows(ReversalKind::Refund, &line.txn);
        match line.state {
            port::RefundState::Pending => {}
            port::RefundState::Succeeded if is_known => {}
            port::RefundState::Succeeded => {
                self.reverse(
                    payment,
                    ReversalKind::Refund,
                    &line.txn,
                    line.amount,
                    reason,
                );
            }
            port::RefundState::Failed
                if is_known && !self.knows(ReversalKind::RefundReturned, &line.txn) =>
            {
                let kind = ReversalKind::RefundReturned;
                self.reverse(payment, kind, &line.txn, line.amount, reason);
            }
            port::RefundState::Failed => {}
        }
        if let Some(request) = request {
            self.answered(&request, line);
        }
    }

    /// The request of staff that a refund answers, if it has not been settled.
    fn request(&self, line: &RefundLine) -> Option<Versioned<Refund>> {
        let id = line.request?;
        let mut refunds = self.card.invoice.refunds.iter();
        refunds.find(|refund| refund.value.id == id).cloned()
    }

    fn answered(&mut self, request: &Versioned<Refund>, line: &RefundLine) {
        let state = match line.state {
            port::RefundState::Pending => RefundState::Accepted,
            port::RefundState::Succeeded => RefundState::Done(line.txn.clone()),
            port::RefundState::Failed => RefundState::Refused(Trouble {
                code: super::shortened_to("refund_failed"),
                detail: super::shortened(&format!("refund {} did not arrive", line.txn)),
            }),
        };
        let is_back = self.knows(ReversalKind::RefundReturned, &line.txn);
        if is_back && matches!(state, RefundState::Done(_)) {
            // An answer from before the money came back.
            return;
        }
        let Some(refund) = request.value.clone().moved(state, self.now) else {
            return;
        };
        if matches!(refund.state, RefundState::Refused(_)) {
            let detail = format!("a refund of {} did not arrive ({})", line.amount, line.txn);
            self.alert(AlertKind::RefundRefused, &detail);
        }
        self.besides
            .changes
            .push(Change::Refund(request.update(refund)));
    }

    /// A gateway that tells only the sum: what is new of it is the difference (R-PAY-9).
    fn refunded_so_far(&mut self, payment: &Payment, total: Money) -> Result<(), Error> {
        let refunds = self.ledger.reversals().iter().filter(|it| {
            let is_refund = matches!(it.kind, ReversalKind::Refund | ReversalKind::RefundReturned);
            it.payment == payment.id && is_refund
        });
        let known = reversal::taken(refunds, payment.amount)?;
        let new = total.checked_sub(known)?;
        let charge = payment.charge.as_ref().map(|charge| &charge.txn);
        if let Some(charge) = charge.filter(|_| new.is_positive()) {
            let name = format!("{charge}/refunded/{}", total.minor());
            if let Ok(txn) = TxnRef::parse(&name) {
                self.reverse(payment, ReversalKind::Refund, &txn, new, None);
            }
        }
        Ok(())
    }

    fn disputes(&mut self, snapshot: &Snapshot) {
        let Some(payment) = self.payment() else {
            return;
        };
        for line in &snapshot.disputes {
            let was_taken = line.funds != DisputedFunds::Kept;
            if was_taken && !self.knows(ReversalKind::Dispute, &line.txn) {
                let kind = ReversalKind::Dispute;
                self.reverse(&payment, kind, &line.txn, line.amount, None);
                let detail = format!("{} is disputed ({})", line.amount, line.txn);
                self.alert(AlertKind::Dispute, &detail);
            }
            let is_back = line.funds == DisputedFunds::Reinstated;
            if is_back && !self.knows(ReversalKind::DisputeWon, &line.txn) {
                let kind = ReversalKind::DisputeWon;
                self.reverse(&payment, kind, &line.txn, line.amount, None);
            }
        }
    }

    fn knows(&self, kind: ReversalKind, txn: &TxnRef) -> bool {
        let mut known = self.ledger.reversals().iter();
        known.any(|it| it.kind == kind && it.txn == *txn && it.merchant == self.attempt.merchant)
    }

    fn reverse(
        &mut self,
        payment: &Payment,
        kind: ReversalKind,
        txn: &TxnRef,
        amount: Money,
        reason: Option<crate::domain::text::Line<200>>,
    ) {
        if amount.currency() != payment.amount.currency() || !amount.is_positive() {
            let detail = format!("{} {txn} is of {amount}", kind.code());
            return self.alert(AlertKind::OtherCurrency, &detail);
        }
        let firm = &self.card.firm;
        let reversal = Reversal {
            id: self.ports.new_id(),
            payment: payment.id,
            invoice: payment.invoice,
            client: payment.client,
            kind,
            amount,
            merchant: self.attempt.merchant.clone(),
            txn: txn.clone(),
            on: firm.today(self.now),
            number: Number::Next(firm.refund_numbers.clone()),
            reason,
            recorded_at: self.now,
        };
        let topic = MailTopic::PaymentReversed(reversal.id, reversal.invoice);
        let payer = Some(self.attempt.contact);
        let mails = ledger::mail(self.ports, &self.card.client, payer, &topic);
        self.besides.mail.extend(mails);
        self.audit(AuditAction::ReversalRecorded, reversal.id.into());
        self.ledger.reversal(reversal);
    }

    fn alert(&mut self, kind: AlertKind, detail: &str) {
        super::raise(
            self.ports,
            &mut self.besides,
            self.card,
            &self.old.value,
            kind,
            detail,
        );
    }

    fn audit(&mut self, action: AuditAction, record: crate::domain::id::Subject) {
        let invoice = &self.card.invoice.invoice.value;
        let about = ledger::about_with(invoice, &[self.attempt.id.into(), record]);
        self.besides
            .audit
            .push(super::by_system(self.ports, action, about));
    }
}
