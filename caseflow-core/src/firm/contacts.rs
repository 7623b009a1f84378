//! Contacts of a client, and their portal access.

use super::{Call, begin, check_version};
use crate::Ports;
use crate::domain::access::{Sections, Staff};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{self, Change, Changes, Reply, Version, Versioned, Write};
use crate::domain::client::{Access, Contact, Standing};
use crate::domain::id::{ClientId, ContactId};
use crate::domain::mail::MailTopic;
use crate::domain::text::{Direction, Email, LanguageTag, Line, PersonName, Phone};
use crate::domain::time::Timestamp;
use crate::error::{Error, Refusal};
use crate::ports::store::ClientFile;
use crate::tell;

/// What staff say of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactInput {
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// Where mails go, and what the contact signs in with.
    pub email: Email,
    /// Telephone.
    pub phone: Option<Phone>,
    /// Job title.
    pub title: Option<Line<100>>,
    /// The language of pages and mails.
    pub language: Option<LanguageTag>,
    /// The text direction of pages.
    pub direction: Direction,
    /// Whether this is the client's primary contact.
    pub rank: Rank,
    /// The sections the contact may see.
    pub permissions: Sections,
    /// The sections about which the contact gets mail.
    pub mail: Sections,
}

/// Whether a contact is its client's primary one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// The primary contact; another one loses the mark (R-ACC-1).
    Primary,
    /// One of the others.
    Other,
}

/// The portal-access switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// May sign in; a link to set a password is mailed.
    On,
    /// May come in by the host's own sign-on; nothing is mailed.
    Vouched,
    /// May not; sessions and links die at once.
    Off,
}

/// One contact.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such contact.
pub async fn read(
    ports: &Ports,
    staff: &Staff,
    id: ContactId,
) -> Result<Versioned<Contact>, Error> {
    load(ports, staff, id).await.map(|(_, contact)| contact)
}

/// Adds a contact, without portal access.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such client; a [`Refusal`] when the e-mail is taken.
pub async fn create(
    ports: &Ports,
    call: &Call,
    client: ClientId,
    input: ContactInput,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    let id: ContactId = ports.new_id();
    let reply = Reply {
        id: id.into(),
        version: Version::FIRST,
    };
    loop {
        let file = ports
            .store
            .client(call.staff.firm, client)
            .await?
            .ok_or(Error::NotFound)?;
        let blank = Origins {
            id,
            client,
            access: Access::Off,
            created_at: ports.now(),
        };
        let contact = filled(blank, input.clone());
        let changes = unmark_others(&file, &contact)
            .with(Change::Contact(Write::Insert(contact)))
            .audited(call.audit(
                ports,
                AuditAction::ContactCreated,
                [id.into(), client.into()],
            ));
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

/// Changes a contact. Another e-mail counts at once: staff answer for it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`] when the e-mail is taken or the contact
/// was removed.
pub async fn update(
    ports: &Ports,
    call: &Call,
    id: ContactId,
    expected: Option<Version>,
    input: ContactInput,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let (file, old) = load(ports, &call.staff, id).await?;
        check_version(&old, expected)?;
        refuse_removed(&old.value)?;
        let kept = Origins {
            id,
            client: old.value.client,
            access: old.value.access.clone(),
            created_at: old.value.created_at,
        };
        let contact = filled(kept, input.clone());
        let mut changes = unmark_others(&file, &contact);
        if contact.email.key() != old.value.email.key() {
            changes = changes.with(Change::EndLinks {
                contact: id,
                purpose: None,
            });
        }
        let changes = changes
            .with(Change::Contact(old.update(contact)))
            .audited(call.audit(ports, AuditAction::ContactChanged, about(&old.value)));
        let reply = Reply {
            id: id.into(),
            version: old.version.next(),
        };
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

/// Switches portal access. On mails the link to set a password, again each time (R-ACC-3); a
/// password that was set before keeps working until the link is used. Where the host signs contacts
/// in, that link would lead nowhere: [`Switch::Vouched`] mails none. Off ends sessions and links and
/// forgets the password (R-ACC-2).
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`] when the contact was removed.
pub async fn switch_access(
    ports: &Ports,
    call: &Call,
    id: ContactId,
    expected: Option<Version>,
    switch: Switch,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let (_, old) = load(ports, &call.staff, id).await?;
        check_version(&old, expected)?;
        refuse_removed(&old.value)?;
        let changes = match switch {
            Switch::On => {
                switched_on(ports, call, &old).mailed(tell::mail(ports, id, MailTopic::SetPassword))
            }
            Switch::Vouched => switched_on(ports, call, &old),
            Switch::Off => {
                let standing = old.value.standing;
                switched_off(&old, standing).audited(call.audit(
                    ports,
                    AuditAction::AccessSwitchedOff,
                    about(&old.value),
                ))
            }
        };
        let reply = Reply {
            id: id.into(),
            version: old.version.next(),
        };
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

/// Removes a contact: its sessions and links die, its e-mail is free again, its history stays.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`] when the contact was removed before.
pub async fn remove(
    ports: &Ports,
    call: &Call,
    id: ContactId,
    expected: Option<Version>,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let (_, old) = load(ports, &call.staff, id).await?;
        check_version(&old, expected)?;
        refuse_removed(&old.value)?;
        let changes = switched_off(&old, Standing::Removed).audited(call.audit(
            ports,
            AuditAction::ContactRemoved,
            about(&old.value),
        ));
        let reply = Reply {
            id: id.into(),
            version: old.version.next(),
        };
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

async fn load(
    ports: &Ports,
    staff: &Staff,
    id: ContactId,
) -> Result<(ClientFile, Versioned<Contact>), Error> {
    let file = ports
        .store
        .client_of(staff.firm, id)
        .await?
        .ok_or(Error::NotFound)?;
    let contact = file
        .contacts
        .iter()
        .find(|contact| contact.value.id == id)
        .cloned();
    contact
        .map(|contact| (file, contact))
        .ok_or(Error::NotFound)
}

/// What staff do not say of a contact.
struct Origins {
    id: ContactId,
    client: ClientId,
    access: Access,
    created_at: Timestamp,
}

fn filled(origins: Origins, input: ContactInput) -> Contact {
    let standing = match input.rank {
        Rank::Primary => Standing::Primary,
        Rank::Other => Standing::Other,
    };
    Contact {
        id: origins.id,
        client: origins.client,
        first_name: input.first_name,
        last_name: input.last_name,
        email: input.email,
        phone: input.phone,
        title: input.title,
        language: input.language,
        direction: input.direction,
        standing,
        access: origins.access,
        permissions: input.permissions,
        mail: input.mail,
        created_at: origins.created_at,
    }
}

/// Takes the primary mark from the contact that has it, when another one gets it.
fn unmark_others(file: &ClientFile, marked: &Contact) -> Changes {
    let mut changes = Changes::default();
    if marked.standing == Standing::Primary {
        for other in &file.contacts {
            if other.value.standing == Standing::Primary && other.value.id != marked.id {
                let unmarked = Contact {
                    standing: Standing::Other,
                    ..other.value.clone()
                };
                changes = changes.with(Change::Contact(other.update(unmarked)));
            }
        }
    }
    changes
}

fn switched_on(ports: &Ports, call: &Call, old: &Versioned<Contact>) -> Changes {
    let access = match &old.value.access {
        Access::Off => Access::Invited,
        kept @ (Access::Invited | Access::On(_)) => kept.clone(),
    };
    let contact = Contact {
        access,
        ..old.value.clone()
    };
    Changes::default()
        .with(Change::Contact(old.update(contact)))
        .audited(call.audit(ports, AuditAction::AccessSwitchedOn, about(&old.value)))
}

/// Ends sessions and links with the access, so that nothing outlives the switch.
fn switched_off(old: &Versioned<Contact>, standing: Standing) -> Changes {
    let contact = Contact {
        access: Access::Off,
        standing,
        ..old.value.clone()
    };
    let id = contact.id;
    Changes::default()
        .with(Change::Contact(old.update(contact)))
        .with(Change::EndSessions(changes::Sessions::AllOf(id)))
        .with(Change::EndLinks {
            contact: id,
            purpose: None,
        })
}

fn about(contact: &Contact) -> [crate::domain::id::Subject; 2] {
    [contact.id.into(), contact.client.into()]
}

fn refuse_removed(contact: &Contact) -> Result<(), Error> {
    if contact.is_active() {
        Ok(())
    } else {
        Err(Refusal::ContactRemoved.into())
    }
}
