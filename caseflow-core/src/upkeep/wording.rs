//! The words of each mail.

use crate::Ports;
use crate::domain::client::Contact;
use crate::domain::link::LinkPurpose;
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::secret::Secret;
use crate::domain::text::Email;
use crate::ports::mailer::Letter;
use crate::ports::store::{InvoiceFile, MailCard};

/// A mail's subject and what it says between greeting and signature.
struct Words {
    subject: String,
    body: String,
}

/// Words a mail, with nothing enclosed. `link` is the secret it carries, with what it opens.
pub(super) fn letter(
    ports: &Ports,
    card: &MailCard,
    mail: &Mail,
    link: Option<&(Secret, LinkPurpose)>,
) -> Letter {
    let address = link.map(|(secret, purpose)| ports.addresses.link(&card.firm, purpose, secret));
    let Words { subject, body } = words(ports, card, mail, address.as_deref().unwrap_or_default());
    let firm = &card.firm;
    let mut text = format!(
        "Dear {},\n\n{body}\n\n{}\n",
        card.contact.full_name(),
        firm.name
    );
    if let Some(small_print) = &firm.disclaimer {
        text = format!("{text}\n--\n{small_print}\n");
    }
    Letter {
        id: mail.id,
        at: ports.now(),
        from_name: firm.name.clone(),
        reply_to: firm.email.clone(),
        to: recipient(&card.contact, mail),
        to_name: card.contact.full_name(),
        language: card
            .contact
            .language
            .clone()
            .unwrap_or_else(|| firm.language.clone()),
        subject,
        text,
        attachments: vec![],
    }
}

fn recipient(contact: &Contact, mail: &Mail) -> Email {
    match &mail.topic {
        MailTopic::ConfirmEmail(address) | MailTopic::EmailChanged(address) => address.clone(),
        _ => contact.email.clone(),
    }
}

fn words(ports: &Ports, card: &MailCard, mail: &Mail, link: &str) -> Words {
    let firm = &card.firm.name;
    match &mail.topic {
        MailTopic::SetPassword => Words {
            subject: format!("Your client portal at {firm}"),
            body: format!(
                "{firm} has opened its client portal for you. Choose a password here:\n\n{link}\n\n\
                 The link works once, for 48 hours. You sign in with {}.",
                card.contact.email
            ),
        },
        MailTopic::ResetPassword => Words {
            subject: "Choose a new password".to_owned(),
            body: format!(
                "Somebody asked for a new password for your account at {firm}. If it was you, \
                 choose one here:\n\n{link}\n\nThe link works once, for one hour. If it was not \
                 you, nothing has changed and you can ignore this mail."
            ),
        },
        MailTopic::PasswordChanged => Words {
            subject: "Your password was changed".to_owned(),
            body: format!(
                "The password of your account at {firm} was changed. If it was not you, ask for a \
                 new one at {} and tell us.",
                ports.addresses.portal(&card.firm)
            ),
        },
        MailTopic::ConfirmEmail(_) => Words {
            subject: "Confirm your new e-mail address".to_owned(),
            body: format!(
                "Open this page and confirm that this is your new e-mail address for the portal of \
                 {firm}:\n\n{link}\n\nThe link works once, for one hour. Until then the old address \
                 counts."
            ),
        },
        MailTopic::EmailChanged(_) => Words {
            subject: "Your e-mail address was changed".to_owned(),
            body: format!(
                "You now sign in to the portal of {firm} with {}. If it was not you who changed \
                 this, please tell us at once.",
                card.contact.email
            ),
        },
        MailTopic::InvoiceIssued(_) | MailTopic::PaymentReceived(..) => {
            about_money(ports, card, mail)
        }
    }
}

fn about_money(ports: &Ports, card: &MailCard, mail: &Mail) -> Words {
    let Some(file) = &card.invoice else {
        return Words {
            subject: String::new(),
            body: String::new(),
        };
    };
    let invoice = &file.invoice.value;
    let number = invoice
        .number()
        .map(ToString::to_string)
        .unwrap_or_default();
    let address = ports.addresses.invoice(&card.firm, invoice.id);
    let (firm, due) = (&card.firm.name, invoice.amount_due());
    match paid(file, mail) {
        None => Words {
            subject: format!("Invoice {number} from {firm}"),
            body: format!(
                "Invoice {number} over {} is ready. {due} is due by {}.\n\n{address}",
                invoice.totals.total, invoice.terms.due
            ),
        },
        Some((amount, receipt)) => Words {
            subject: format!("We received {amount}"),
            body: format!(
                "Thank you: we received {amount} for invoice {number} (receipt {receipt}). {due} \
                 remains due.\n\n{address}"
            ),
        },
    }
}

/// The amount and the receipt's number of the payment that a mail is about.
fn paid(file: &InvoiceFile, mail: &Mail) -> Option<(String, String)> {
    let MailTopic::PaymentReceived(id, _) = &mail.topic else {
        return None;
    };
    let payment = file
        .payments
        .iter()
        .find(|payment| payment.value.id == *id)?;
    let receipt = payment
        .value
        .receipt
        .taken()
        .map(ToString::to_string)
        .unwrap_or_default();
    Some((payment.value.amount.to_string(), receipt))
}
