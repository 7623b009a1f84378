//! The words of each mail.

mod documents;
mod money;
mod paperwork;

use crate::Ports;
use crate::domain::client::Contact;
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::text::{Email, LanguageTag};
use crate::ports::mailer::Letter;
use crate::ports::store::MailCard;

/// A mail's subject and what it says between greeting and signature.
#[derive(Default)]
struct Words {
    subject: String,
    body: String,
}

/// Words a mail, with nothing enclosed. `link` is the address with a secret that it carries; none
/// when it carries no secret.
pub(super) fn letter(
    ports: &Ports,
    card: &MailCard,
    mail: &Mail,
    to: Email,
    link: Option<&str>,
) -> Letter {
    let Words { subject, body } = words(ports, card, mail, link.unwrap_or_default());
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
        to,
        to_name: reader(card, mail),
        language: language(card, mail),
        subject,
        text,
        attachments: vec![],
    }
}

fn language(card: &MailCard, mail: &Mail) -> LanguageTag {
    let contact = card.contact.as_ref();
    let own = contact.and_then(|contact| contact.language.as_ref());
    let own = own.filter(|_| !mail.topic.is_for_firm());
    own.unwrap_or(&card.firm.language).clone()
}

/// Where a mail goes; none when nobody's address is known.
pub(super) fn recipient(card: &MailCard, mail: &Mail) -> Option<Email> {
    match &mail.topic {
        MailTopic::ConfirmEmail(address)
        | MailTopic::EmailChanged(address)
        | MailTopic::OfferLinked(_, address) => Some(address.clone()),
        topic if topic.is_for_firm() => card.firm.email.clone(),
        _ => card.contact.as_ref().map(|contact| contact.email.clone()),
    }
}

/// How the reader is addressed.
fn reader(card: &MailCard, mail: &Mail) -> String {
    let contact = card.contact.as_ref();
    match mail.topic.is_for_firm() {
        true => card.firm.name.to_string(),
        false => contact.map_or(card.client.name.to_string(), Contact::full_name),
    }
}

#[expect(clippy::too_many_lines, reason = "the words of each kind of mail")]
fn words(ports: &Ports, card: &MailCard, mail: &Mail, link: &str) -> Words {
    let firm = &card.firm.name;
    let signs_in_with = || {
        let contact = card.contact.as_ref();
        contact
            .map(|contact| contact.email.to_string())
            .unwrap_or_default()
    };
    match &mail.topic {
        MailTopic::SetPassword => Words {
            subject: format!("Your client portal at {firm}"),
            body: format!(
                "{firm} has opened its client portal for you. Choose a password here:\n\n{link}\n\n\
                 The link works once, for 48 hours. You sign in with {}.",
                signs_in_with()
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
                signs_in_with()
            ),
        },
        MailTopic::InvoiceIssued(_)
        | MailTopic::PaymentReceived(..)
        | MailTopic::PaymentReversed(..)
        | MailTopic::PaymentNotice(..)
        | MailTopic::AlertNotice(..) => money::words(ports, card, mail),
        MailTopic::OfferSent(_)
        | MailTopic::OfferLinked(..)
        | MailTopic::OfferNotice(_)
        | MailTopic::ContractSent(_)
        | MailTopic::ContractSealed(_)
        | MailTopic::ContractNotice(_) => paperwork::words(ports, card, mail, link),
        MailTopic::DocumentShared(_) => documents::words(ports, card),
    }
}
