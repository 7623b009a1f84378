//! Sharing documents and taking them back (R-DOC-1).

use super::{audit, client_file, load, read, reply};
use crate::Ports;
use crate::domain::activity::ActivityKind;
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Reply, Version};
use crate::domain::document::Document;
use crate::domain::firm::Firm;
use crate::domain::id::{ClientId, DocumentId};
use crate::domain::mail::{Mail, MailTopic};
use crate::error::Error;
use crate::firm::{Call, begin};
use crate::ports::store::ClientFile;
use crate::tell;

/// How readers are told of what is shared with them, besides in their feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// Not at all.
    Quietly,
    /// By mail: those who could open it now.
    ByMail,
}

/// Shares a document with its readers. One that is shared already stays so since the same moment;
/// with [`Telling::ByMail`] its readers are told once more.
///
/// # Errors
/// [`Error::NotFound`] or [`Error::Stale`].
pub async fn share(
    ports: &Ports,
    call: &Call,
    id: DocumentId,
    expected: Option<Version>,
    telling: Telling,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    let client = read(ports, &call.staff, id).await?.document.value.client;
    let addressees = Addressees::load(ports, call, client, telling).await?;
    loop {
        let old = load(ports, call, id, expected).await?;
        let document = old.value.clone().shared(ports.now());
        let mut changes = Changes::default()
            .with(Change::Document(old.update(document.clone())))
            .audited(audit(ports, call, AuditAction::DocumentShared, &document));
        if old.value.shared_at.is_none() {
            changes = changes.with(feed(ports, &document));
        }
        changes.mail = addressees.mails(ports, &document);
        if let Some(reply) = writing.commit(changes, reply(&old)).await? {
            return Ok(reply);
        }
    }
}

/// Takes a document back: contacts no longer find it, from this moment on.
///
/// # Errors
/// [`Error::NotFound`] or [`Error::Stale`].
pub async fn unshare(
    ports: &Ports,
    call: &Call,
    id: DocumentId,
    expected: Option<Version>,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let old = load(ports, call, id, expected).await?;
        let document = old.value.clone().unshared();
        let entry = audit(ports, call, AuditAction::DocumentUnshared, &document);
        let changes = Changes::default()
            .with(Change::Document(old.update(document)))
            .audited(entry);
        if let Some(reply) = writing.commit(changes, reply(&old)).await? {
            return Ok(reply);
        }
    }
}

/// A line for the client's feed.
pub(super) fn feed(ports: &Ports, document: &Document) -> Change {
    let kind = ActivityKind::DocumentShared;
    tell::feed(ports, document.client, kind, document.id, None)
}

/// Among whom those are who are told by mail.
pub(super) struct Addressees(Option<(Firm, ClientFile)>);

impl Addressees {
    /// The contacts of a client, if mail is wanted.
    pub(super) async fn load(
        ports: &Ports,
        call: &Call,
        client: ClientId,
        telling: Telling,
    ) -> Result<Self, Error> {
        if telling == Telling::Quietly {
            return Ok(Self(None));
        }
        let firm = ports.store.firm(call.staff.firm).await?;
        let firm = firm.ok_or(Error::NotFound)?.value;
        let client = client_file(ports, call, client).await?;
        Ok(Self(Some((firm, client))))
    }

    /// A mail to each who could open the document now.
    pub(super) fn mails(&self, ports: &Ports, document: &Document) -> Vec<Mail> {
        let Some((firm, client)) = &self.0 else {
            return vec![];
        };
        let contacts = client.contacts.iter().map(|contact| &contact.value);
        let told = contacts.filter(|contact| document.opens_for(firm, contact));
        let topic = MailTopic::DocumentShared(document.id);
        told.map(|contact| tell::mail(ports, contact.id, topic.clone()))
            .collect()
    }
}
