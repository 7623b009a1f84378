//! The words of mails about money.

use super::Words;
use crate::Ports;
use crate::domain::alert::AlertKind;
use crate::domain::client::Contact;
use crate::domain::id::{PaymentId, ReversalId};
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::payment::Payment;
use crate::domain::reversal::{Reversal, ReversalKind};
use crate::ports::store::{InvoiceFile, MailCard};

/// What an invoice's mail is about has to be there; without it there is nothing to say.
pub(super) fn words(ports: &Ports, card: &MailCard, mail: &Mail) -> Words {
    let Some(file) = &card.invoice else {
        return Words::default();
    };
    let address = ports.addresses.invoice(&card.firm, file.invoice.value.id);
    let about = About {
        card,
        file,
        address,
    };
    let worded = match &mail.topic {
        MailTopic::PaymentReceived(id, _) => payment(file, *id).map(|it| about.received(it)),
        MailTopic::PaymentNotice(id, _) => payment(file, *id).map(|it| about.notice(it)),
        MailTopic::PaymentReversed(id, _) => reversal(file, *id).map(|it| about.reversed(it)),
        MailTopic::AlertNotice(..) => Some(about.alert()),
        _ => None,
    };
    worded.unwrap_or_else(|| about.issued())
}

struct About<'a> {
    card: &'a MailCard,
    file: &'a InvoiceFile,
    address: String,
}

impl About<'_> {
    fn number(&self) -> String {
        let number = self.file.invoice.value.number();
        number.map(ToString::to_string).unwrap_or_default()
    }

    fn payer(&self) -> String {
        let contact = self.card.contact.as_ref();
        contact.map(Contact::full_name).unwrap_or_default()
    }

    fn client(&self) -> String {
        self.card.client.name.to_string()
    }

    fn issued(&self) -> Words {
        let (number, firm) = (self.number(), &self.card.firm.name);
        let invoice = &self.file.invoice.value;
        Words::new(format!("Invoice {number} from {firm}"))
            .say(format!(
                "Invoice {number} over {} is ready. {} is due by {}.",
                invoice.totals.total,
                invoice.amount_due(),
                invoice.terms.due
            ))
            .act("Open the invoice", &self.address)
    }

    fn received(&self, payment: &Payment) -> Words {
        let amount = payment.amount;
        Words::new(format!("We received {amount}"))
            .say(format!(
                "Thank you: we received {amount} for invoice {} (receipt {}). {} remains due.",
                self.number(),
                receipt(payment),
                self.file.invoice.value.amount_due()
            ))
            .act("Open the invoice", &self.address)
    }

    fn notice(&self, payment: &Payment) -> Words {
        let (amount, number) = (payment.amount, self.number());
        let charge = payment.charge.as_ref();
        let charge = charge.map(|charge| format!("{} {}", charge.merchant.gateway, charge.txn));
        let due = self.file.invoice.value.amount_due();
        Words::new(format!("{amount} paid online for invoice {number}"))
            .say(format!(
                "{} paid {amount} online for invoice {number}.",
                self.payer()
            ))
            .facts([
                ("Client", self.client()),
                ("Remains due", due.to_string()),
                ("Receipt", receipt(payment)),
                ("Payment", charge.unwrap_or_default()),
            ])
    }

    fn reversed(&self, reversal: &Reversal) -> Words {
        let amount = reversal.amount;
        let number = self.number();
        let (subject, said) = match reversal.kind {
            ReversalKind::Refund => (
                format!("We refunded {amount}"),
                format!(
                    "We refunded {amount} of what you paid for invoice {number}. Depending on your \
                     bank it takes some days to arrive."
                ),
            ),
            ReversalKind::RefundReturned => (
                format!("A refund of {amount} did not arrive"),
                format!(
                    "A refund of {amount} for invoice {number} did not arrive and came back to us. \
                     We will get in touch with you."
                ),
            ),
            ReversalKind::Dispute => (
                format!("Your bank took back {amount}"),
                format!("Your bank took back {amount} that was paid for invoice {number}."),
            ),
            ReversalKind::DisputeWon => (
                format!("Your bank returned {amount} to us"),
                format!("Your bank returned {amount} that it had taken back for invoice {number}."),
            ),
        };
        let due = self.file.invoice.value.amount_due();
        Words::new(subject)
            .say(said)
            .quote("Reason given", reversal.reason.as_ref())
            .say(format!("{due} is due now."))
            .act("Open the invoice", &self.address)
    }

    fn alert(&self) -> Words {
        let number = self.number();
        let (what, detail) = match &self.card.alert {
            Some(alert) => (headline(alert.kind), alert.detail.to_string()),
            None => ("", String::new()),
        };
        Words::new(format!("Please look at invoice {number}: {what}"))
            .say(format!("Please look at invoice {number}: {what}."))
            .facts([
                ("What is known", detail),
                ("Invoice", number),
                ("Client", self.client()),
            ])
    }
}

const fn headline(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::OtherAmount => "another amount was paid than was asked for",
        AlertKind::OtherCurrency => "a payment came in in another currency and is held",
        AlertKind::Overpaid => "more was paid than was owed",
        AlertKind::PaidAfterCancel => "a cancelled invoice was paid",
        AlertKind::UnknownAttempt => "a payment came in that belongs to nothing",
        AlertKind::UnknownState => "the payment provider says something that is not understood",
        AlertKind::Dispute => "a payment is disputed",
        AlertKind::RefundRefused => "a refund did not go through",
        AlertKind::Misconfigured => "the payment provider is not set up",
        AlertKind::NoticesMissing => "the payment provider's notices do not arrive",
        AlertKind::NoticeStuck => "a notice of the payment provider could not be worked off",
    }
}

fn payment(file: &InvoiceFile, id: PaymentId) -> Option<&Payment> {
    let mut payments = file.payments.iter().map(|payment| &payment.value);
    payments.find(|payment| payment.id == id)
}

fn reversal(file: &InvoiceFile, id: ReversalId) -> Option<&Reversal> {
    file.reversals.iter().find(|reversal| reversal.id == id)
}

fn receipt(payment: &Payment) -> String {
    let number = payment.receipt.taken();
    number.map(ToString::to_string).unwrap_or_default()
}
