//! A contact's own data (R-SELF-2).

use super::brakes::Brakes;
use super::links::acceptable;
use super::proof::Proof;
use super::{Visited, Visiting, audit, visit, visitor};
use crate::Ports;
use crate::domain::access::{ContactSession, Sections};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Sessions, Versioned};
use crate::domain::client::{Access, Contact};
use crate::domain::id::ContactId;
use crate::domain::mail::MailTopic;
use crate::domain::password::Password;
use crate::domain::text::{Direction, Email, LanguageTag, PersonName, Phone};
use crate::domain::throttle::ThrottlePolicy;
use crate::error::Error;
use crate::tell;
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
/// [`Error::SignedOut`]; [`Error::Throttled`] when too many links to new e-mails were asked for, and
/// then nothing is changed. [`Refusal::EmailTaken`](crate::error::Refusal::EmailTaken) is not said here, so that nobody can find out who
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
            )?);
        let mut saved = ProfileSaved::Done;
        if input.email.key() != old.value.email.key() {
            let topic = MailTopic::ConfirmEmail(input.email.clone());
            let brakes = Brakes::on_account(NEW_EMAIL, &old.value.email, ThrottlePolicy::MAIL)
                .and(Brakes::on_address(NEW_EMAIL, &visiting.origin));
            let passed = brakes.pass(ports, visiting.firm).await?;
            changes = passed
                .counted(changes)
                .mailed(tell::mail(ports, old.value.id, topic))
                .audited(audit(
                    ports,
                    visiting,
                    &who,
                    AuditAction::EmailChangeAsked,
                    [id.into()],
                )?);
            saved = ProfileSaved::EmailToConfirm;
        }
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(saved);
        }
    }
}

/// The act of having a link sent to a new e-mail.
const NEW_EMAIL: &str = "new_email";

/// How a contact likes its pages and mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    /// The language of pages and mails; the firm's when absent.
    pub language: Option<LanguageTag>,
    /// The text direction of pages.
    pub direction: Direction,
    /// The sections about which the contact wants mail. Only its own
    /// [choices](ContactSession::mail_choices) count: the other switches stay as staff have set them.
    pub mail: Sections,
}

/// Changes language, text direction and the contact's own mail switches (R-ACC-5).
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn set_preferences(
    ports: &Ports,
    visiting: &Visiting,
    wanted: Preferences,
) -> Result<(), Error> {
    let mut attempts = Attempts::new(ports, visiting.firm);
    loop {
        let Visited { who, page: old } = own(ports, visiting).await?;
        let contact = Contact {
            language: wanted.language.clone(),
            direction: wanted.direction,
            mail: switched(old.value.mail, who.mail_choices(), wanted.mail),
            ..old.value.clone()
        };
        let about = [contact.id.into()];
        let entry = audit(ports, visiting, &who, AuditAction::ProfileChanged, about)?;
        let changes = Changes::default()
            .with(Change::Contact(old.update(contact)))
            .audited(entry);
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(());
        }
    }
}

/// The switches as they were, but for the choices.
fn switched(old: Sections, choices: Sections, wanted: Sections) -> Sections {
    choices.iter().fold(old, |mail, section| {
        if wanted.contains(section) {
            mail.with(section)
        } else {
            mail.without(section)
        }
    })
}

/// Changes the password. All other sessions end (R-SELF-2).
///
/// # Errors
/// [`Error::SignedOut`]; [`Refusal::WrongPassword`](crate::error::Refusal::WrongPassword); [`Error::Throttled`]; a
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
        prove(ports, visiting, &who, current).await?;
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
            .mailed(tell::mail(ports, old.value.id, MailTopic::PasswordChanged))
            .audited(audit(
                ports,
                visiting,
                &who,
                AuditAction::PasswordChanged,
                [id.into()],
            )?);
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(());
        }
    }
}

/// Checks the current password.
async fn prove(
    ports: &Ports,
    visiting: &Visiting,
    who: &ContactSession,
    current: &Password,
) -> Result<(), Error> {
    let contact = who.contact();
    let act = "change_password";
    let proof = Proof {
        brakes: Brakes::on_account(act, &contact.email, ThrottlePolicy::ACCOUNT),
        failed: AuditAction::PasswordChangeFailed,
        about: vec![contact.id.into()],
    };
    proof.of(ports, visiting, who, current).await
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
