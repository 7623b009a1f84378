use caseflow_core::domain::id::{InvoiceId, PaymentId};
use caseflow_core::domain::mail::{Mail, MailKind, MailTopic};
use caseflow_core::domain::text::Email;
use caseflow_core::ports::store::Lease;

use crate::read::{Cells, Stored, Unknown, Unreadable};
use crate::table::Table;
use crate::value::{self, Value, text};

pub(crate) const OUTBOX: Table = Table {
    name: "caseflow_outbox",
    key: &["id"],
    texts: &["contact_id", "kind", "email", "invoice_id", "payment_id"],
    numbers: &["not_before", "due", "tries", "leased_until"],
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

/// A mail that was just leased, and when it was due.
pub(crate) struct Leased {
    pub(crate) lease: Lease,
    pub(crate) due: i64,
}

/// The mail, and after its texts the firm's.
impl Stored for Leased {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let (id, contact) = (cells.parse()?, cells.parse()?);
        let topic = topic(
            cells.text()?,
            cells.maybe()?,
            cells.maybe()?,
            cells.maybe()?,
        );
        let firm = cells.parse()?;
        let not_before = cells.time()?;
        let due = cells.number()?;
        let lease = Lease {
            firm,
            mail: Mail {
                id,
                contact,
                topic: topic.ok_or(Unknown("the mail's topic"))?,
                not_before,
            },
            tries: cells.count()?,
            until: cells.time()?,
        };
        Ok(Self { lease, due })
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
