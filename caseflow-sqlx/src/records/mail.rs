use caseflow_core::domain::id::{InvoiceId, PaymentId};
use caseflow_core::domain::mail::{Mail, MailKind, MailTopic};
use caseflow_core::domain::text::Email;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::Lease;
use serde::Deserialize;

use crate::read::{Stored, Unknown, Unreadable, maybe};
use crate::table::Table;
use crate::value::{self, Value, text};

pub(crate) const OUTBOX: Table = Table {
    name: "caseflow_outbox",
    key: &["id"],
    columns: &[
        "contact_id",
        "kind",
        "email",
        "invoice_id",
        "payment_id",
        "not_before",
        "due",
        "tries",
        "leased_until",
    ],
    versioned: false,
};

/// A mail that nobody has tried to send.
pub(crate) fn values(mail: &Mail) -> Vec<Value> {
    let (email, invoice, payment) = match &mail.topic {
        MailTopic::SetPassword | MailTopic::ResetPassword | MailTopic::PasswordChanged => {
            (None, None, None)
        }
        MailTopic::ConfirmEmail(email) | MailTopic::EmailChanged(email) => {
            (Some(email), None, None)
        }
        MailTopic::InvoiceIssued(invoice) => (None, Some(invoice), None),
        MailTopic::PaymentReceived(payment, invoice) => (None, Some(invoice), Some(payment)),
    };
    vec![
        text(mail.id),
        text(mail.contact),
        text(mail.topic.kind().code()),
        value::maybe(email),
        value::maybe(invoice),
        value::maybe(payment),
        mail.not_before.into(),
        mail.not_before.into(),
        0_i64.into(),
        Value::Int(None),
    ]
}

/// A mail that was just leased.
#[derive(Debug, Deserialize)]
pub(crate) struct StoredLease {
    firm_id: String,
    id: String,
    contact_id: String,
    kind: String,
    email: Option<String>,
    invoice_id: Option<String>,
    payment_id: Option<String>,
    not_before: i64,
    due: i64,
    tries: u32,
    leased_until: i64,
}

impl Stored for StoredLease {
    /// When it was due, and the lease.
    type Record = (i64, Lease);

    fn read(self) -> Result<(i64, Lease), Unreadable> {
        let topic = topic(
            &self.kind,
            maybe(self.email)?,
            maybe(self.invoice_id)?,
            maybe(self.payment_id)?,
        );
        let lease = Lease {
            firm: self.firm_id.parse()?,
            mail: Mail {
                id: self.id.parse()?,
                contact: self.contact_id.parse()?,
                topic: topic.ok_or(Unknown("the mail's topic"))?,
                not_before: Timestamp::from_micros(self.not_before),
            },
            tries: self.tries,
            until: Timestamp::from_micros(self.leased_until),
        };
        Ok((self.due, lease))
    }
}

fn topic(
    kind: &str,
    email: Option<Email>,
    invoice: Option<InvoiceId>,
    payment: Option<PaymentId>,
) -> Option<MailTopic> {
    Some(match MailKind::from_code(kind)? {
        MailKind::SetPassword => MailTopic::SetPassword,
        MailKind::ResetPassword => MailTopic::ResetPassword,
        MailKind::PasswordChanged => MailTopic::PasswordChanged,
        MailKind::ConfirmEmail => MailTopic::ConfirmEmail(email?),
        MailKind::EmailChanged => MailTopic::EmailChanged(email?),
        MailKind::InvoiceIssued => MailTopic::InvoiceIssued(invoice?),
        MailKind::PaymentReceived => MailTopic::PaymentReceived(payment?, invoice?),
    })
}
