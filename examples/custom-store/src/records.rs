//! What is stored that the domain has no one noun for.

use caseflow_core::domain::changes::{Counter, IdempotencyKey, Replay, Version};
use caseflow_core::domain::document::DocumentVersion;
use caseflow_core::domain::gateway_event::GatewayEvent;
use caseflow_core::domain::id::{AnnouncementId, ClientId, ContactId, DocumentId};
use caseflow_core::domain::mail::Mail;
use caseflow_core::domain::number::Series;
use caseflow_core::domain::setback::Setback;
use caseflow_core::domain::time::Timestamp;

/// A version of a document. Its key is the document and the version's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edited {
    pub(crate) document: DocumentId,
    pub(crate) version: DocumentVersion,
}

/// That a contact has dismissed an announcement. Its key is both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dismissed {
    pub(crate) contact: ContactId,
    pub(crate) announcement: AnnouncementId,
    pub(crate) at: Timestamp,
}

/// A counter of a client. Its key is both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) client: ClientId,
    pub(crate) counter: Counter,
    pub(crate) value: i64,
}

/// The last number that was taken of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Numbered {
    pub(crate) series: Series,
    pub(crate) last: u64,
}

/// How many commits concerned the client, or all of the firm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) of: Option<ClientId>,
    pub(crate) moves: u64,
}

/// A mail in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Posted {
    pub(crate) mail: Mail,
    /// When it may be leased next; none once it is a dead letter.
    pub(crate) due: Option<Timestamp>,
    pub(crate) tries: u32,
    /// How many tries no longer count.
    pub(crate) forgiven: u32,
    pub(crate) leased_until: Option<Timestamp>,
    pub(crate) setback: Option<Setback>,
    pub(crate) version: Version,
}

/// A notice that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) event: GatewayEvent,
    /// When it is to be looked at; none once it is worked off or given up.
    pub(crate) due: Option<Timestamp>,
    pub(crate) tries: u32,
}

/// What was answered to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remembered {
    pub(crate) key: IdempotencyKey,
    pub(crate) replay: Replay,
    pub(crate) expires_at: Timestamp,
}
