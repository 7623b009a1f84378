use caseflow_core::domain::id::{
    AlertId, ClientId, ContactId, ContractId, DocumentId, InvoiceId, OfferId, PaymentId, ReversalId,
};
use caseflow_core::domain::mail::{Mail, MailKind, MailTopic, Recipient};
use caseflow_core::domain::setback::Setback;
use caseflow_core::domain::text::Email;
use caseflow_core::ports::store::{Lease, MailRow};

use crate::read::{Cells, Stored, Unknown, Unreadable};
use crate::table::{Shape, Table};
use crate::value::{self, Value, text};

pub(crate) const OUTBOX: Table = Table {
    name: "caseflow_outbox",
    key: &["id"],
    texts: &[
        "contact_id",
        "client_id",
        "kind",
        "email",
        "invoice_id",
        "payment_id",
        "reversal_id",
        "alert_id",
        "offer_id",
        "contract_id",
        "document_id",
        "setback",
    ],
    numbers: &["not_before", "due", "tries", "forgiven", "leased_until"],
    versioned: true,
};

/// A mail that nobody has tried to send.
pub(crate) fn values(mail: &Mail) -> Vec<Value> {
    let (contact, client) = match mail.to {
        Recipient::Contact(contact) => (Some(contact), None),
        Recipient::Client(client) => (None, Some(client)),
    };
    let mut values = vec![
        text(mail.id),
        value::maybe(contact.as_ref()),
        value::maybe(client.as_ref()),
        text(mail.topic.kind().code()),
    ];
    values.extend(facts(&mail.topic));
    values.extend([
        Value::Text(None),
        mail.not_before.into(),
        mail.not_before.into(),
        0_i64.into(),
        0_i64.into(),
        Value::Int(None),
    ]);
    values
}

/// Address, invoice, payment, reversal, alert, offer, contract, document.
fn facts(topic: &MailTopic) -> [Value; 8] {
    let (mut email, mut payment, mut reversal, mut alert) = (None, None, None, None);
    match topic {
        MailTopic::SetPassword
        | MailTopic::ResetPassword
        | MailTopic::PasswordChanged
        | MailTopic::InvoiceIssued(_)
        | MailTopic::OfferSent(_)
        | MailTopic::OfferNotice(_)
        | MailTopic::ContractSent(_)
        | MailTopic::ContractSealed(_)
        | MailTopic::ContractNotice(_)
        | MailTopic::DocumentShared(_) => {}
        MailTopic::ConfirmEmail(it)
        | MailTopic::EmailChanged(it)
        | MailTopic::OfferLinked(_, it) => email = Some(it),
        MailTopic::PaymentReceived(it, _) | MailTopic::PaymentNotice(it, _) => payment = Some(it),
        MailTopic::PaymentReversed(it, _) => reversal = Some(it),
        MailTopic::AlertNotice(it, _) => alert = Some(it),
    }
    [
        value::maybe(email),
        value::maybe(topic.invoice().as_ref()),
        value::maybe(payment),
        value::maybe(reversal),
        value::maybe(alert),
        value::maybe(topic.offer().as_ref()),
        value::maybe(topic.contract().as_ref()),
        value::maybe(topic.document().as_ref()),
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
        let id = cells.parse()?;
        let to = recipient(cells)?;
        let topic = topic(cells)?;
        cells.maybe_text()?;
        let firm = cells.parse()?;
        cells.version()?;
        let not_before = cells.time()?;
        let due = cells.number()?;
        let lease = Lease {
            firm,
            mail: Mail {
                id,
                to,
                topic,
                not_before,
            },
            tries: cells.count()?,
            forgiven: cells.count()?,
            until: cells.time()?,
        };
        Ok(Self { lease, due })
    }
}

/// The mail, and after its texts the contact's address and the firm's.
pub(crate) fn mail_shape() -> Shape {
    OUTBOX.shape("x").text("k.email").text("f.email")
}

impl Stored for MailRow {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let id = cells.parse()?;
        let to = recipient(cells)?;
        let topic = topic(cells)?;
        let setback = setback(cells)?;
        let contact: Option<Email> = cells.maybe()?;
        let firm: Option<Email> = cells.maybe()?;
        let not_before = cells.time()?;
        Ok(Self {
            address: topic.address(firm.as_ref(), contact.as_ref()),
            mail: Mail {
                id,
                to,
                topic,
                not_before,
            },
            next_try: cells.maybe_time()?,
            tries: cells.count()?,
            setback,
        })
    }
}

fn setback(cells: &mut Cells<'_>) -> Result<Option<Setback>, Unreadable> {
    let code = cells.maybe_text()?;
    let known = |code| Setback::from_code(code).ok_or(Unknown("why a mail did not leave"));
    Ok(code.map(known).transpose()?)
}

fn recipient(cells: &mut Cells<'_>) -> Result<Recipient, Unreadable> {
    let contact: Option<ContactId> = cells.maybe()?;
    let client: Option<ClientId> = cells.maybe()?;
    match (contact, client) {
        (Some(contact), None) => Ok(Recipient::Contact(contact)),
        (None, Some(client)) => Ok(Recipient::Client(client)),
        _ => Err(Unknown("the recipient").into()),
    }
}

fn topic(cells: &mut Cells<'_>) -> Result<MailTopic, Unreadable> {
    const LOST: Unknown = Unknown("a fact of the mail's topic");
    let kind = MailKind::from_code(cells.text()?).ok_or(Unknown("the kind of mail"))?;
    let email = cells.maybe()?.ok_or(LOST);
    let invoice: Result<InvoiceId, _> = cells.maybe()?.ok_or(LOST);
    let payment: Result<PaymentId, _> = cells.maybe()?.ok_or(LOST);
    let reversal: Result<ReversalId, _> = cells.maybe()?.ok_or(LOST);
    let alert: Result<AlertId, _> = cells.maybe()?.ok_or(LOST);
    let offer: Result<OfferId, _> = cells.maybe()?.ok_or(LOST);
    let contract: Result<ContractId, _> = cells.maybe()?.ok_or(LOST);
    let document: Result<DocumentId, _> = cells.maybe()?.ok_or(LOST);
    Ok(match kind {
        MailKind::SetPassword => MailTopic::SetPassword,
        MailKind::ResetPassword => MailTopic::ResetPassword,
        MailKind::PasswordChanged => MailTopic::PasswordChanged,
        MailKind::ConfirmEmail => MailTopic::ConfirmEmail(email?),
        MailKind::EmailChanged => MailTopic::EmailChanged(email?),
        MailKind::InvoiceIssued => MailTopic::InvoiceIssued(invoice?),
        MailKind::PaymentReceived => MailTopic::PaymentReceived(payment?, invoice?),
        MailKind::PaymentReversed => MailTopic::PaymentReversed(reversal?, invoice?),
        MailKind::PaymentNotice => MailTopic::PaymentNotice(payment?, invoice?),
        MailKind::AlertNotice => MailTopic::AlertNotice(alert?, invoice?),
        MailKind::OfferSent => MailTopic::OfferSent(offer?),
        MailKind::OfferLinked => MailTopic::OfferLinked(offer?, email?),
        MailKind::OfferNotice => MailTopic::OfferNotice(offer?),
        MailKind::ContractSent => MailTopic::ContractSent(contract?),
        MailKind::ContractSealed => MailTopic::ContractSealed(contract?),
        MailKind::ContractNotice => MailTopic::ContractNotice(contract?),
        MailKind::DocumentShared => MailTopic::DocumentShared(document?),
    })
}
