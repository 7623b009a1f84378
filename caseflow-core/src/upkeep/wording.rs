//! The words of each mail.

mod blocks;
mod documents;
mod html;
mod money;
mod paperwork;
mod plain;

use blocks::{Sheet, Side, Words};

use crate::Ports;
use crate::domain::client::Contact;
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::text::{Direction, Email, LanguageTag, Prose};
use crate::ports::mailer::Letter;
use crate::ports::store::MailCard;

/// Words a mail, with nothing enclosed. `link` is the address with a secret that it carries; none
/// when it carries no secret.
pub(super) fn letter(
    ports: &Ports,
    card: &MailCard,
    mail: &Mail,
    to: Email,
    link: Option<&str>,
) -> Letter {
    let (firm, language) = (&card.firm, language(card));
    let reader = reader(card, mail);
    let words = words(ports, card, mail, link.unwrap_or_default());
    let sheet = Sheet {
        firm: firm.name.as_str(),
        accent: firm.accent.rgb(),
        language: language.as_str(),
        side: side(&language),
        reader: &reader,
        words: &words,
        disclaimer: firm.disclaimer.as_ref().map(Prose::as_str),
    };
    let (text, html) = (plain::text(&sheet), html::html(&sheet));
    Letter {
        id: mail.id,
        at: ports.now(),
        from_name: firm.name.clone(),
        reply_to: firm.email.clone(),
        to,
        to_name: reader,
        language,
        subject: words.subject,
        text,
        html,
        attachments: vec![],
    }
}

/// The language of the words: there are English ones only, as in the portal, whatever its reader
/// prefers. A screen reader has to be told what is written, not what was wished for.
fn language(card: &MailCard) -> LanguageTag {
    LanguageTag::parse("en").unwrap_or_else(|_| card.firm.language.clone())
}

fn side(language: &LanguageTag) -> Side {
    match language.direction() {
        Direction::Rtl => Side::Right,
        Direction::Ltr | Direction::Auto => Side::Left,
    }
}

/// Where a mail goes; none when nobody's address is known.
pub(super) fn recipient(card: &MailCard, mail: &Mail) -> Option<Email> {
    let contact = card.contact.as_ref().map(|contact| &contact.email);
    mail.topic.address(card.firm.email.as_ref(), contact)
}

/// How the reader is addressed.
fn reader(card: &MailCard, mail: &Mail) -> String {
    let contact = card.contact.as_ref();
    match mail.topic.is_for_firm() {
        true => card.firm.name.to_string(),
        false => contact.map_or(card.client.name.to_string(), Contact::full_name),
    }
}

fn words(ports: &Ports, card: &MailCard, mail: &Mail, link: &str) -> Words {
    let firm = &card.firm.name;
    let signs_in_with = || {
        let contact = card.contact.as_ref();
        contact
            .map(|contact| contact.email.to_string())
            .unwrap_or_default()
    };
    match &mail.topic {
        MailTopic::SetPassword => Words::new(format!("Your client portal at {firm}"))
            .say(format!("{firm} has opened its client portal for you."))
            .act("Choose a password", link)
            .small(format!(
                "The link works once, for 48 hours. You sign in with {}.",
                signs_in_with()
            )),
        MailTopic::ResetPassword => Words::new("Choose a new password")
            .say(format!(
                "Somebody asked for a new password for your account at {firm}. If it was you, choose \
                 one."
            ))
            .act("Choose a new password", link)
            .small(
                "The link works once, for one hour. If it was not you, nothing has changed and you \
                 can ignore this mail.",
            ),
        MailTopic::PasswordChanged => Words::new("Your password was changed")
            .say(format!(
                "The password of your account at {firm} was changed. If it was not you, ask for a \
                 new one in the portal and tell us."
            ))
            .act("Open the portal", ports.addresses.portal(&card.firm)),
        MailTopic::ConfirmEmail(_) => Words::new("Confirm your new e-mail address")
            .say(format!(
                "Open this page and confirm that this is your new e-mail address for the portal of \
                 {firm}."
            ))
            .act("Confirm the address", link)
            .small("The link works once, for one hour. Until then the old address counts."),
        MailTopic::EmailChanged(_) => Words::new("Your e-mail address was changed").say(format!(
            "You now sign in to the portal of {firm} with {}. If it was not you who changed this, \
             please tell us at once.",
            signs_in_with()
        )),
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
