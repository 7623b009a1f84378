//! How the records stand that a contact's pages are made of: what a page that is remembered between
//! requests is known by.

use std::collections::BTreeSet;

use super::changes::{Change, Changes};
use super::id::{ClientId, ContactId};

/// How the records of a contact's client and firm stand. Two that are equal tell that nothing has
/// been written between them which a page of the contact could show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edition {
    client: ClientId,
    of_client: u64,
    of_firm: u64,
}

impl Edition {
    /// The edition of a contact of `client`, by the marks of that client and of its firm. A mark
    /// counts the commits that [concern](Change::concerns) its owner, so that it never comes back to
    /// what it was.
    #[must_use]
    pub const fn new(client: ClientId, of_client: u64, of_firm: u64) -> Self {
        Self {
            client,
            of_client,
            of_firm,
        }
    }
}

/// Whose pages may look otherwise after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Concerned {
    /// Those of all contacts of the firm.
    Firm,
    /// Those of the client's contacts.
    Client(ClientId),
    /// Those of the contacts of this contact's client.
    ClientOf(ContactId),
}

impl Change {
    /// Whose pages may look otherwise after this; none when no page shows anything of it.
    #[must_use]
    pub fn concerns(&self) -> Option<Concerned> {
        Some(match self {
            Self::Firm(_) | Self::Logo(_) | Self::Announcement(_) | Self::Article(_) => {
                Concerned::Firm
            }
            Self::Client(write) => Concerned::Client(write.value().id),
            Self::Contact(write) => Concerned::Client(write.value().client),
            Self::Invoice(write) => Concerned::Client(write.value().client),
            Self::Payment(write) => Concerned::Client(write.value().client),
            Self::Credit(credit) => Concerned::Client(credit.client),
            Self::Reversal(reversal) => Concerned::Client(reversal.client),
            Self::Attempt(write) => Concerned::Client(write.value().client),
            Self::Refund(write) => Concerned::Client(write.value().client),
            Self::Offer(write) => Concerned::Client(write.value().client),
            Self::Contract(write) => Concerned::Client(write.value().client),
            Self::Signature(signature) => Concerned::Client(signature.client),
            Self::Document(write) => Concerned::Client(write.value().client),
            Self::RemoveDocument { client, .. } => Concerned::Client(*client),
            // A vault's own pages are never kept, but the feed knows which items are there.
            Self::VaultItem(write) => Concerned::Client(write.value().client),
            Self::RemoveVaultItem { client, .. } => Concerned::Client(*client),
            Self::Activity(activity) => Concerned::Client(activity.client),
            Self::Count(delta) => Concerned::Client(delta.client),
            Self::Dismissal { contact, .. } => Concerned::ClientOf(*contact),
            // A session is read together with the edition.
            Self::Session(_)
            | Self::SessionSeen { .. }
            | Self::SessionProved { .. }
            | Self::EndSessions(_) => return None,
            Self::Link(_) | Self::UseLink(_) | Self::EndLinks { .. } => return None,
            Self::Throttle { .. } | Self::ForgetThrottle(_) | Self::ApiKey(_) => return None,
            Self::GatewayEvent(_) | Self::GatewayEventSeen { .. } => return None,
            Self::Sweep(_) | Self::Alert(_) | Self::RetryMail { .. } => return None,
            // A file is read by its hash, a link by whoever has it: neither is on a contact's page.
            Self::OfferLink(_) | Self::File(_) => return None,
            // What is new of a document is in the document too.
            Self::DocumentVersion { .. } => return None,
        })
    }
}

impl Changes {
    /// Whose pages may look otherwise after all of this, each once.
    #[must_use]
    pub fn concerned(&self) -> BTreeSet<Concerned> {
        self.changes.iter().filter_map(Change::concerns).collect()
    }
}
