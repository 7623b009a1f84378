//! The words of each mail.

mod money;

use crate::Ports;
use crate::domain::link::LinkPurpose;
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::secret::Secret;
use crate::domain::text::{Email, LanguageTag};
use crate::ports::mailer::Letter;
use crate::ports::store::MailCard;

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
    let mut text = format!("Dear {},\n\n{body}\n\n{}\n", reader(card, mail), firm.name);
    if let Some(small_print) = &firm.disclaimer {
        text = format!("{text}\n--\n{small_print}\n");
    }
    Letter {
        id: mail.id,
        at: ports.now(),
        from_name: firm.name.clone(),
        reply_to: firm.email.clone(),
        to: recipient(card, mail),
        to_name: reader(card, mail),
        language: language(card, mail),
        subject,
        text,
        attachments: vec![],
    }
}

fn language(card: &MailCard, mail: &Mail) -> LanguageTag {
    let own = card.contact.language.as_ref();
    let own = own.filter(|_| !mail.topic.is_for_firm());
    own.unwrap_or(&card.firm.language).clone()
}

/// Where a mail goes; a notice to a firm without an address is never sent.
fn recipient(card: &MailCard, mail: &Mail) -> Email {
    let firm = card
        .firm
        .email
        .as_ref()
        .filter(|_| mail.topic.is_for_firm());
    match &mail.topic {
        MailTopic::ConfirmEmail(address) | MailTopic::EmailChanged(address) => address.clone(),
        _ => firm.unwrap_or(&card.contact.email).clone(),
    }
}

/// How the reader is addressed.
fn reader(card: &MailCard, mail: &Mail) -> String {
    match mail.topic.is_for_firm() {
        true => card.firm.name.to_string(),
        false => card.contact.full_name(),
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
        MailTopic::InvoiceIssued(_)
        | MailTopic::PaymentReceived(..)
        | MailTopic::PaymentReversed(..)
        | MailTopic::PaymentNotice(..)
        | MailTopic::AlertNotice(..) => money::words(ports, card, mail),
    }
}
