//! Sending what the outbox holds.

use std::time::Duration;

use super::enclosure::{Enclosure, enclosure};
use super::{Round, wording};
use crate::Ports;
use crate::domain::access::{Actor, Origin};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Write};
use crate::domain::client::Contact;
use crate::domain::contract::ContractStatus;
use crate::domain::id::{ContactId, Subject};
use crate::domain::link::{Link, LinkPurpose};
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::offer::{Offer, OfferLink, OfferStatus};
use crate::domain::secret::Secret;
use crate::domain::setback::Setback;
use crate::domain::text::Email;
use crate::error::Error;
use crate::ports::mailer::{Letter, MailerError};
use crate::ports::store::{Lease, MailCard, Outcome, Settlement};
use crate::write::{self, Attempts, Next};

/// How long a worker has for the mail it took: longer than a slow mail server takes for one. What is
/// sent and not written down in that time is sent again.
const LEASE: Duration = Duration::from_secs(300);
/// How many mails a worker takes at a time. Those that wait for their turn stay anybody's: no lease runs
/// out behind a slow one, and a killed server leaves one behind.
const BATCH: u32 = 1;
/// After how many tries a mail is a dead letter: with the pauses below, after about two days.
const TRIES: u32 = 14;

/// Sends what is due, until nothing is.
///
/// # Errors
/// When the store fails; a mail that cannot be sent is postponed instead.
pub async fn deliver(ports: &Ports) -> Result<Round, Error> {
    let mut round = Round::default();
    loop {
        let now = ports.now();
        let mut leases = ports.store.lease(now, now.plus(LEASE), BATCH).await?;
        let Some(lease) = leases.pop() else {
            return Ok(round);
        };
        let outcome = send(ports, &lease).await?;
        count(&mut round, outcome);
        let settlement = Settlement {
            firm: lease.firm,
            mail: lease.mail.id,
            tries: lease.tries,
            outcome: outcome.unwrap_or(Outcome::Done),
        };
        ports.store.settle(ports.now(), &[settlement]).await?;
    }
}

fn count(round: &mut Round, outcome: Option<Outcome>) {
    match outcome {
        None => round.dropped += 1,
        Some(Outcome::Done) => round.sent += 1,
        Some(Outcome::Retry(..)) => round.postponed += 1,
        Some(Outcome::Dead(_)) => round.dead += 1,
    }
}

/// What became of sending it; nothing when it is to be dropped instead.
async fn send(ports: &Ports, lease: &Lease) -> Result<Option<Outcome>, Error> {
    let Some(card) = ports.store.mail_card(lease.firm, &lease.mail).await? else {
        return Ok(None);
    };
    let to = wording::recipient(&card, &lease.mail);
    let Some(to) = to.filter(|_| is_wanted(ports, &card, &lease.mail)) else {
        return Ok(None);
    };
    let Enclosure::Ready(attachments) = enclosure(ports, &card, lease).await? else {
        return Ok(Some(later(ports, lease, Setback::NoDocument)));
    };
    let link = link(ports, &card, lease).await?;
    let letter = Letter {
        attachments,
        ..wording::letter(ports, &card, &lease.mail, to, link.as_deref())
    };
    Ok(Some(match ports.mailer.send(&letter).await {
        Ok(()) => Outcome::Done,
        Err(error @ MailerError::Refused(..)) => Outcome::Dead(error.setback()),
        Err(error) if lease.counted() >= TRIES => Outcome::Dead(error.setback()),
        Err(error) => later(ports, lease, error.setback()),
    }))
}

fn later(ports: &Ports, lease: &Lease, setback: Setback) -> Outcome {
    Outcome::Retry(ports.now().plus(pause(lease.counted())), setback)
}

/// Whether there is still somebody to tell and something to be told.
fn is_wanted(ports: &Ports, card: &MailCard, mail: &Mail) -> bool {
    let contact = card.contact.as_ref();
    let (signs_in, active) = (
        contact.is_some_and(Contact::may_sign_in),
        contact.is_some_and(Contact::is_active),
    );
    let kind = mail.topic.kind();
    if card.firm.muted.contains(&kind) && kind.may_be_muted() {
        return false;
    }
    match &mail.topic {
        MailTopic::SetPassword
        | MailTopic::ResetPassword
        | MailTopic::ConfirmEmail(_)
        | MailTopic::PasswordChanged => signs_in,
        MailTopic::EmailChanged(_) => true,
        MailTopic::InvoiceIssued(_)
        | MailTopic::PaymentReceived(..)
        | MailTopic::PaymentReversed(..) => active && card.invoice.is_some(),
        MailTopic::PaymentNotice(..) => card.invoice.is_some(),
        MailTopic::AlertNotice(..) => card.alert.is_some(),
        MailTopic::OfferSent(_) => active && waits_for_answer(ports, card),
        MailTopic::OfferLinked(..) => waits_for_answer(ports, card),
        MailTopic::OfferNotice(_) => {
            let offer = card.offer.as_ref();
            offer.is_some_and(|offer| offer.decision().is_some())
        }
        MailTopic::ContractSent(_) => active && waits_for_signature(ports, card),
        MailTopic::ContractSealed(_) => active && card.contract.is_some(),
        MailTopic::ContractNotice(_) => card.contract.is_some(),
        MailTopic::DocumentShared(_) => is_shared(card),
    }
}

/// Whether the reader finds the document when they come.
fn is_shared(card: &MailCard) -> bool {
    let (Some(document), Some(contact)) = (&card.document, &card.contact) else {
        return false;
    };
    document.opens_for(&card.firm, contact)
}

/// What was taken back or answered while the mail waited is no longer told.
fn waits_for_answer(ports: &Ports, card: &MailCard) -> bool {
    let today = card.firm.today(ports.now());
    let offer = card.offer.as_ref();
    offer.is_some_and(|offer| offer.status(today) == OfferStatus::Sent)
}

fn waits_for_signature(ports: &Ports, card: &MailCard) -> bool {
    let today = card.firm.today(ports.now());
    let contract = card.contract.as_ref().map(|file| &file.contract.value);
    contract.is_some_and(|contract| contract.status(today) == ContractStatus::Sent)
}

/// The address with a secret that the mail carries, if it carries one.
async fn link(ports: &Ports, card: &MailCard, lease: &Lease) -> Result<Option<String>, Error> {
    if let (MailTopic::OfferLinked(_, email), Some(offer)) = (&lease.mail.topic, &card.offer) {
        let secret = mint_offer_link(ports, lease, offer, email).await?;
        return Ok(Some(ports.addresses.offer_link(&card.firm, &secret)));
    }
    let (Some(purpose), Some(contact)) = (purpose(&lease.mail.topic), &card.contact) else {
        return Ok(None);
    };
    let secret = mint(ports, lease, contact.id, purpose.clone()).await?;
    Ok(Some(ports.addresses.link(&card.firm, &purpose, &secret)))
}

fn purpose(topic: &MailTopic) -> Option<LinkPurpose> {
    match topic {
        MailTopic::SetPassword => Some(LinkPurpose::SetPassword),
        MailTopic::ResetPassword => Some(LinkPurpose::ResetPassword),
        MailTopic::ConfirmEmail(email) => Some(LinkPurpose::ConfirmEmail(email.clone())),
        MailTopic::PasswordChanged
        | MailTopic::EmailChanged(_)
        | MailTopic::InvoiceIssued(_)
        | MailTopic::PaymentReceived(..)
        | MailTopic::PaymentReversed(..)
        | MailTopic::PaymentNotice(..)
        | MailTopic::AlertNotice(..)
        | MailTopic::OfferSent(_)
        | MailTopic::OfferLinked(..)
        | MailTopic::OfferNotice(_)
        | MailTopic::ContractSent(_)
        | MailTopic::ContractSealed(_)
        | MailTopic::ContractNotice(_)
        | MailTopic::DocumentShared(_) => None,
    }
}

/// Makes the link that the mail will carry, at the moment it is sent: its secret is never at rest.
async fn mint(
    ports: &Ports,
    lease: &Lease,
    contact: ContactId,
    purpose: LinkPurpose,
) -> Result<Secret, Error> {
    let secret = ports.new_secret();
    let (id, now) = (ports.new_id(), ports.now());
    let link = Link::new(id, contact, purpose, secret.hash(), now);
    let about = vec![link.contact.into(), link.id.into()];
    put_away(
        ports,
        lease,
        Change::Link(link),
        AuditAction::LinkSent,
        about,
    )
    .await?;
    Ok(secret)
}

/// Makes the link that a proposal's own address gets, likewise. It replaces no other (R-DEC-5).
async fn mint_offer_link(
    ports: &Ports,
    lease: &Lease,
    offer: &Offer,
    email: &Email,
) -> Result<Secret, Error> {
    let secret = ports.new_secret();
    let link = OfferLink {
        id: ports.new_id(),
        offer: offer.id,
        client: offer.client,
        email: email.clone(),
        token: secret.hash(),
        created_at: ports.now(),
        revoked_at: None,
    };
    let about = vec![offer.id.into(), offer.client.into(), link.id.into()];
    let change = Change::OfferLink(Write::Insert(link));
    put_away(ports, lease, change, AuditAction::OfferLinkSent, about).await?;
    Ok(secret)
}

async fn put_away(
    ports: &Ports,
    lease: &Lease,
    change: Change,
    action: AuditAction,
    about: Vec<Subject>,
) -> Result<(), Error> {
    let entry = write::audit(
        ports.now(),
        Actor::System,
        &Origin::default(),
        action,
        about,
    );
    let changes = Changes::default().with(change).audited(entry);
    let mut attempts = Attempts::new(ports, lease.firm);
    loop {
        if let Next::Done(_) = attempts.commit(changes.clone()).await? {
            return Ok(());
        }
    }
}

/// One minute, two, four … up to twelve hours.
fn pause(tries: u32) -> Duration {
    let minutes = 2_u64.saturating_pow(tries.saturating_sub(1)).min(720);
    Duration::from_secs(60 * minutes)
}
