//! A contact's own data (R-SELF-2).

use super::links::{acceptable, notice};
use super::{Visited, Visiting, audit, visit, visitor};
use crate::Ports;
use crate::domain::access::ContactSession;
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Sessions, Versioned};
use crate::domain::client::{Access, Contact};
use crate::domain::id::ContactId;
use crate::domain::mail::MailTopic;
use crate::domain::password::Password;
use crate::domain::text::{Email, PersonName, Phone};
use crate::domain::throttle::{Throttle, ThrottleKey, ThrottlePolicy};
use crate::error::{Error, Refusal};
use crate::ports::passwords::Verdict;
use crate::write::{Attempts, Next};

/// What a contact may change of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileInput {
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// Telephone.
    pub phone: Option<Phone>,
    /// The e-mail; another one counts after the link sent to it was opened.
    pub email: Email,
}

/// What became of a changed profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileSaved {
    /// All of it counts.
    Done,
    /// All but the e-mail, to which a link was sent.
    EmailToConfirm,
}

/// Changes name, phone and e-mail.
///
/// # Errors
/// [`Error::SignedOut`]; [`Refusal::EmailTaken`] is not said here, so that nobody can find out who
/// is a contact: the link that would be mailed simply fails later.
pub async fn update(
    ports: &Ports,
    visiting: &Visiting,
    input: ProfileInput,
) -> Result<ProfileSaved, Error> {
    let mut attempts = Attempts::new(ports, visiting.firm);
    loop {
        let Visited { who, page: old } = own(ports, visiting).await?;
        let contact = Contact {
            first_name: input.first_name.clone(),
            last_name: input.last_name.clone(),
            phone: input.phone.clone(),
            ..old.value.clone()
        };
        let id = contact.id;
        let mut changes = Changes::default()
            .with(Change::Contact(old.update(contact)))
            .audited(audit(
                ports,
                visiting,
                &who,
                AuditAction::ProfileChanged,
                [id.into()],
            ));
        let mut saved = ProfileSaved::Done;
        if input.email.key() != old.value.email.key() {
            let topic = MailTopic::ConfirmEmail(input.email.clone());
            changes = changes
                .mailed(notice(ports, &old.value, topic))
                .audited(audit(
                    ports,
                    visiting,
                    &who,
                    AuditAction::EmailChangeAsked,
                    [id.into()],
                ));
            saved = ProfileSaved::EmailToConfirm;
        }
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(saved);
        }
    }
}

/// Changes the password. All other sessions end (R-SELF-2).
///
/// # Errors
/// [`Error::SignedOut`]; [`Refusal::WrongPassword`]; [`Error::Throttled`]; a
/// [`PasswordError`](crate::domain::password::PasswordError) when the new one is not good enough.
pub async fn change_password(
    ports: &Ports,
    visiting: &Visiting,
    current: &Password,
    typed: &str,
) -> Result<(), Error> {
    let mut attempts = Attempts::new(ports, visiting.firm);
    loop {
        let Visited { who, page: old } = own(ports, visiting).await?;
        prove(ports, visiting, &who, &old, current).await?;
        let password = acceptable(ports, who.firm(), &old.value, typed).await?;
        let access = Access::On(ports.passwords.hash(&password).await?);
        let id = old.value.id;
        let ended = who
            .session()
            .map_or(Sessions::AllOf(id), |it| Sessions::AllBut(id, it.id));
        let changes = Changes::default()
            .with(Change::Contact(old.update(Contact {
                access,
                ..old.value.clone()
            })))
            .with(Change::EndSessions(ended))
            .with(Change::EndLinks {
                contact: id,
                purpose: None,
            })
            .mailed(notice(ports, &old.value, MailTopic::PasswordChanged))
            .audited(audit(
                ports,
                visiting,
                &who,
                AuditAction::PasswordChanged,
                [id.into()],
            ));
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(());
        }
    }
}

/// Checks the current password, with the brakes on: a session that somebody left open must not
/// become a place to guess.
async fn prove(
    ports: &Ports,
    visiting: &Visiting,
    who: &ContactSession,
    contact: &Versioned<Contact>,
    current: &Password,
) -> Result<(), Error> {
    let key = ThrottleKey::account("change_password", &contact.value.email);
    let mut attempts = Attempts::new(ports, visiting.firm);
    let mut verdict = None;
    loop {
        let counts = ports.store.throttles(visiting.firm, &[key]).await?;
        let count = counts.first().copied().unwrap_or(Throttle::new(key));
        if let Some(wait) = count.wait(ports.now()) {
            return Err(Error::Throttled(wait));
        }
        let known = match verdict {
            Some(known) => known,
            None => {
                ports
                    .passwords
                    .verify(current, contact.value.password())
                    .await?
            }
        };
        if known != Verdict::Wrong {
            return Ok(());
        }
        verdict = Some(known);
        let about = [contact.value.id.into()];
        let action = AuditAction::PasswordChangeFailed;
        let changes = Changes::default()
            .with(Change::Throttle {
                read: count.tries,
                now: count.count(ThrottlePolicy::ACCOUNT, ports.now()),
            })
            .audited(audit(ports, visiting, who, action, about));
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Err(Refusal::WrongPassword.into());
        }
    }
}

/// The visitor's own record with its version.
async fn own(ports: &Ports, visiting: &Visiting) -> Result<Visited<Versioned<Contact>>, Error> {
    let who = visitor(ports, visiting).await?;
    let id: ContactId = who.contact().id;
    let file = ports
        .store
        .client_of(visit(ports, visiting).firm, id)
        .await?;
    let mut contacts = file.ok_or(Error::SignedOut)?.contacts.into_iter();
    let page = contacts
        .find(|contact| contact.value.id == id)
        .ok_or(Error::SignedOut)?;
    Ok(Visited { who, page })
}
