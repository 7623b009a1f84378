//! What a mailed single-use link does. Looking at its page changes nothing; only the form does.

use super::brakes::Brakes;
use crate::Ports;
use crate::domain::access::{Actor, Origin};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Sessions};
use crate::domain::client::{Access, Contact};
use crate::domain::firm::Firm;
use crate::domain::id::FirmId;
use crate::domain::link::LinkPurpose;
use crate::domain::mail::MailTopic;
use crate::domain::password::{Password, PasswordError};
use crate::domain::secret::Secret;
use crate::domain::text::{Email, PersonName};
use crate::error::{Error, Refusal};
use crate::ports::passwords::Verdict;
use crate::ports::store::LinkCard;
use crate::tell;
use crate::write::{self, Attempts, Next};

/// What the page behind a link shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkPage {
    /// The firm.
    pub firm: Firm,
    /// The first name of whom the link was mailed to.
    pub first_name: PersonName,
    /// The e-mail they sign in with.
    pub email: Email,
    /// What the link is for.
    pub purpose: LinkPurpose,
}

/// Looks at a link without using it.
///
/// # Errors
/// [`Refusal::DeadLink`] when it was used, replaced, has run out, or never existed;
/// [`Error::Throttled`] after too many of those from one address.
pub async fn look(
    ports: &Ports,
    firm: FirmId,
    secret: &Secret,
    purposes: fn(&LinkPurpose) -> bool,
    origin: &Origin,
) -> Result<LinkPage, Error> {
    let LinkCard {
        firm,
        link,
        contact,
    } = live(ports, firm, secret, purposes, origin).await?;
    let Contact {
        first_name, email, ..
    } = contact.value;
    Ok(LinkPage {
        firm,
        first_name,
        email,
        purpose: link.purpose,
    })
}

/// Sets the password that was chosen on a link's page. All sessions end (R-SELF-2); the contact then
/// signs in.
///
/// # Errors
/// [`Refusal::DeadLink`], or a [`PasswordError`] when the password is not good enough.
pub async fn set_password(
    ports: &Ports,
    firm: FirmId,
    secret: &Secret,
    typed: &str,
    origin: &Origin,
) -> Result<(), Error> {
    let mut attempts = Attempts::new(ports, firm);
    loop {
        let card = live(ports, firm, secret, LinkPurpose::sets_password, origin).await?;
        let password = acceptable(ports, &card.firm, &card.contact.value, typed).await?;
        let old = &card.contact;
        let id = old.value.id;
        let access = Access::On(ports.passwords.hash(&password).await?);
        let entry = write::audit(
            ports.now(),
            Actor::Contact(id),
            origin,
            AuditAction::PasswordSet,
            [id.into(), card.link.id.into()],
        );
        let mut changes = Changes::default()
            .with(Change::UseLink(card.link.id))
            .with(Change::EndLinks {
                contact: id,
                purpose: None,
            })
            .with(Change::EndSessions(Sessions::AllOf(id)))
            .with(Change::Contact(old.update(Contact {
                access,
                ..old.value.clone()
            })))
            .audited(entry);
        if card.link.purpose == LinkPurpose::ResetPassword {
            changes = changes.mailed(tell::mail(ports, old.value.id, MailTopic::PasswordChanged));
        }
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(());
        }
    }
}

/// Makes the confirmed address the contact's e-mail, and tells the old one.
///
/// # Errors
/// [`Refusal::DeadLink`], or [`Refusal::EmailTaken`] when another contact has it by now.
pub async fn confirm_email(
    ports: &Ports,
    firm: FirmId,
    secret: &Secret,
    origin: &Origin,
) -> Result<(), Error> {
    let mut attempts = Attempts::new(ports, firm);
    loop {
        let card = live(ports, firm, secret, is_confirmation, origin).await?;
        let LinkPurpose::ConfirmEmail(email) = card.link.purpose.clone() else {
            return Err(Refusal::DeadLink.into());
        };
        let old = &card.contact;
        let id = old.value.id;
        let told = MailTopic::EmailChanged(old.value.email.clone());
        let entry = write::audit(
            ports.now(),
            Actor::Contact(id),
            origin,
            AuditAction::EmailChanged,
            [id.into(), card.link.id.into()],
        );
        // Links that were mailed to the old address must not outlive it.
        let changes = Changes::default()
            .with(Change::UseLink(card.link.id))
            .with(Change::EndLinks {
                contact: id,
                purpose: None,
            })
            .with(Change::Contact(old.update(Contact {
                email,
                ..old.value.clone()
            })))
            .mailed(tell::mail(ports, old.value.id, told))
            .audited(entry);
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(());
        }
    }
}

/// Whether a link confirms an e-mail address.
#[must_use]
pub fn is_confirmation(purpose: &LinkPurpose) -> bool {
    matches!(purpose, LinkPurpose::ConfirmEmail(_))
}

/// A new password that is good enough and not the one in use.
pub(super) async fn acceptable(
    ports: &Ports,
    firm: &Firm,
    contact: &Contact,
    typed: &str,
) -> Result<Password, Error> {
    let local = contact.email.as_str().split('@').next().unwrap_or_default();
    let personal = [local, firm.name.as_str()];
    let password = Password::choose(typed, &personal).map_err(Refusal::from)?;
    if let Some(hash) = contact.password()
        && ports.passwords.verify(&password, Some(hash)).await? != Verdict::Wrong
    {
        return Err(Refusal::from(PasswordError::Unchanged).into());
    }
    Ok(password)
}

pub(super) async fn live(
    ports: &Ports,
    firm: FirmId,
    secret: &Secret,
    purposes: fn(&LinkPurpose) -> bool,
    origin: &Origin,
) -> Result<LinkCard, Error> {
    let card = ports.store.link(firm, secret.hash()).await?;
    let works = card
        .filter(|card| card.link.is_live(ports.now()))
        .filter(|card| card.contact.value.may_sign_in() && purposes(&card.link.purpose));
    match works {
        Some(card) => Ok(card),
        None => Err(count_dead(ports, firm, origin).await?),
    }
}

/// What to answer to a link that does not work: that, or to wait when the address has tried many.
pub(super) async fn count_dead(
    ports: &Ports,
    firm: FirmId,
    origin: &Origin,
) -> Result<Error, Error> {
    if origin.ip.is_none() {
        return Ok(Refusal::DeadLink.into());
    }
    let brakes = Brakes::on_address("link", origin);
    let mut attempts = Attempts::new(ports, firm);
    loop {
        let changes = brakes.pass(ports, firm).await?.counted(Changes::default());
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(Refusal::DeadLink.into());
        }
    }
}
