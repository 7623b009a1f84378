//! Sending what the outbox holds.

use std::time::Duration;

use super::enclosure::{Enclosure, enclosure};
use super::{Round, wording};
use crate::Ports;
use crate::domain::access::{Actor, Origin};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes};
use crate::domain::link::{Link, LinkPurpose};
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::secret::Secret;
use crate::error::Error;
use crate::ports::mailer::{Letter, MailerError};
use crate::ports::store::{Lease, MailCard, Outcome, Settlement};
use crate::write::{self, Attempts, Next};

/// How long a worker has for the mails it took.
const LEASE: Duration = Duration::from_secs(120);
/// How many mails a worker takes at a time.
const BATCH: u32 = 20;
/// After how many tries a mail is a dead letter: with the pauses below, after about two days.
const TRIES: u32 = 10;

/// Sends what is due, until nothing is.
///
/// # Errors
/// When the store fails; a mail that cannot be sent is postponed instead.
pub async fn deliver(ports: &Ports) -> Result<Round, Error> {
    let mut round = Round::default();
    loop {
        let now = ports.now();
        let leases = ports.store.lease(now, now.plus(LEASE), BATCH).await?;
        if leases.is_empty() {
            return Ok(round);
        }
        for lease in leases {
            let outcome = send(ports, &lease).await?;
            count(&mut round, outcome);
            let settlement = Settlement {
                firm: lease.firm,
                mail: lease.mail.id,
                tries: lease.tries,
                outcome,
            };
            ports.store.settle(ports.now(), &[settlement]).await?;
        }
    }
}

fn count(round: &mut Round, outcome: Outcome) {
    match outcome {
        Outcome::Done => round.sent += 1,
        Outcome::Retry(_) => round.postponed += 1,
        Outcome::Dead => round.dead += 1,
    }
}

async fn send(ports: &Ports, lease: &Lease) -> Result<Outcome, Error> {
    let Some(card) = ports.store.mail_card(lease.firm, &lease.mail).await? else {
        return Ok(Outcome::Done);
    };
    if !is_wanted(&card, &lease.mail) {
        return Ok(Outcome::Done);
    }
    let Enclosure::Ready(attachments) = enclosure(ports, &card, lease).await? else {
        return Ok(Outcome::Retry(ports.now().plus(pause(lease.tries))));
    };
    let secret = match purpose(&lease.mail.topic) {
        Some(purpose) => Some((mint(ports, lease, purpose.clone()).await?, purpose)),
        None => None,
    };
    let letter = Letter {
        attachments,
        ..wording::letter(ports, &card, &lease.mail, secret.as_ref())
    };
    Ok(match ports.mailer.send(&letter).await {
        Ok(()) => Outcome::Done,
        Err(MailerError::Refused(_)) => Outcome::Dead,
        Err(MailerError::Unavailable(_)) if lease.tries >= TRIES => Outcome::Dead,
        Err(MailerError::Unavailable(_)) => Outcome::Retry(ports.now().plus(pause(lease.tries))),
    })
}

/// Whether there is still somebody to tell and something to be told.
fn is_wanted(card: &MailCard, mail: &Mail) -> bool {
    let contact = &card.contact;
    let kind = mail.topic.kind();
    if card.firm.muted.contains(&kind) && kind.may_be_muted() {
        return false;
    }
    match &mail.topic {
        MailTopic::SetPassword
        | MailTopic::ResetPassword
        | MailTopic::ConfirmEmail(_)
        | MailTopic::PasswordChanged => contact.may_sign_in(),
        MailTopic::EmailChanged(_) => true,
        MailTopic::InvoiceIssued(_)
        | MailTopic::PaymentReceived(..)
        | MailTopic::PaymentReversed(..) => contact.is_active() && card.invoice.is_some(),
        MailTopic::PaymentNotice(..) => card.firm.email.is_some() && card.invoice.is_some(),
        MailTopic::AlertNotice(..) => card.firm.email.is_some() && card.alert.is_some(),
    }
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
        | MailTopic::AlertNotice(..) => None,
    }
}

/// Makes the link that the mail will carry, at the moment it is sent: its secret is never at rest.
async fn mint(ports: &Ports, lease: &Lease, purpose: LinkPurpose) -> Result<Secret, Error> {
    let secret = ports.new_secret();
    let now = ports.now();
    let link = Link {
        id: ports.new_id(),
        contact: lease.mail.contact,
        expires_at: now.plus(purpose.validity()),
        purpose,
        token: secret.hash(),
        created_at: now,
    };
    let mut attempts = Attempts::new(ports, lease.firm);
    loop {
        let about = [link.contact.into(), link.id.into()];
        let entry = write::audit(
            now,
            Actor::System,
            &Origin::default(),
            AuditAction::LinkSent,
            about,
        );
        let changes = Changes::default()
            .with(Change::Link(link.clone()))
            .audited(entry);
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(secret);
        }
    }
}

/// One minute, two, four … up to twelve hours.
fn pause(tries: u32) -> Duration {
    let minutes = 2_u64.saturating_pow(tries.saturating_sub(1)).min(720);
    Duration::from_secs(60 * minutes)
}
