//! The unit of work: everything that one decision writes, in one value.

use super::activity::Activity;
use super::alert::Alert;
use super::announcement::Announcement;
use super::api_key::ApiKey;
use super::article::Article;
use super::attempt::Attempt;
use super::audit::AuditEntry;
use super::client::{Client, Contact};
use super::contract::Contract;
use super::currency::Currency;
use super::document::{Document, DocumentVersion};
use super::file::StoredFile;
use super::firm::{Firm, Logo};
use super::gateway::{EventRef, Merchant};
use super::gateway_event::{EventOutcome, GatewayEvent, Sweep};
use super::id::{
    AnnouncementId, ClientId, ContactId, DocumentId, LinkId, MailId, SessionId, Subject,
    VaultItemId,
};
use super::invoice::Invoice;
use super::link::{Link, LinkPurpose};
use super::mail::Mail;
use super::offer::{Offer, OfferLink};
use super::payment::{Credit, Payment};
use super::refund::Refund;
use super::reversal::Reversal;
use super::session::Session;
use super::signature::Signature;
use super::text::Line;
use super::throttle::Throttle;
use super::time::Timestamp;
use super::vault::VaultItem;

/// How often a record was written; 1 when it was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

impl Version {
    /// The version of a record that was written once.
    pub const FIRST: Self = Self(1);

    /// The version after the next write.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A record as it was read, with the version it had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<T> {
    /// The version that was read.
    pub version: Version,
    /// The record.
    pub value: T,
}

impl<T> Versioned<T> {
    /// The write that replaces this record by `now`, if nobody else has replaced it meanwhile.
    #[must_use]
    pub fn update(&self, now: T) -> Write<T> {
        Write::Update {
            read: self.version,
            now,
        }
    }
}

/// The write of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write<T> {
    /// A new record; its version will be [`Version::FIRST`].
    Insert(T),
    /// A new value of a record; refused when its version is no longer `read`.
    Update {
        /// The version that was read.
        read: Version,
        /// The new value.
        now: T,
    },
}

impl<T> Write<T> {
    /// The value to be written.
    #[must_use]
    pub fn value(&self) -> &T {
        match self {
            Self::Insert(value) | Self::Update { now: value, .. } => value,
        }
    }

    /// The version that the record will have.
    #[must_use]
    pub fn version_after(&self) -> Version {
        match self {
            Self::Insert(_) => Version::FIRST,
            Self::Update { read, .. } => read.next(),
        }
    }
}

/// One fact to be written.
///
/// Not `non_exhaustive`: an adapter must stop compiling when a new kind of fact appears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A firm.
    Firm(Write<Firm>),
    /// A logo's bytes, stored under their hash; storing the same bytes again is no error.
    Logo(Logo),
    /// A client.
    Client(Write<Client>),
    /// A contact.
    Contact(Write<Contact>),
    /// An invoice. A number that is [`Next`](super::number::Number::Next) is taken from the series.
    Invoice(Write<Invoice>),
    /// A payment. Its receipt's number is taken likewise.
    Payment(Write<Payment>),
    /// A credit, which never changes.
    Credit(Credit),
    /// Money of an online payment that went back or came back, which never changes. Its number is
    /// taken likewise.
    Reversal(Reversal),
    /// An attempt at paying online.
    Attempt(Write<Attempt>),
    /// A refund that staff asked for.
    Refund(Write<Refund>),
    /// Something about money that staff should look at.
    Alert(Write<Alert>),
    /// A gateway's notice came in; once more is no error and changes nothing.
    GatewayEvent(GatewayEvent),
    /// A notice was looked at; one that is gone or worked off already is no error.
    GatewayEventSeen {
        /// Whose account it is about.
        merchant: Merchant,
        /// Which.
        event: EventRef,
        /// What became of it.
        outcome: EventOutcome,
        /// When.
        at: Timestamp,
    },
    /// How far a gateway's own record has been read.
    Sweep(Write<Sweep>),
    /// A proposal or an estimate. Its number is taken likewise, from the series of its kind.
    Offer(Write<Offer>),
    /// A mailed link to an offer.
    OfferLink(Write<OfferLink>),
    /// A file's bytes, stored under their hash; storing the same bytes again is no error.
    File(StoredFile),
    /// A contract. The files that it refers to are there.
    Contract(Write<Contract>),
    /// A contract's signature, which never changes.
    Signature(Signature),
    /// A document. Its newest version is among the versions.
    Document(Write<Document>),
    /// A version of a document, which never changes.
    DocumentVersion {
        /// Whose version.
        document: DocumentId,
        /// The version.
        version: DocumentVersion,
    },
    /// A document goes, with all its versions. Refused as a conflict when its version is no longer
    /// `read`.
    RemoveDocument {
        /// Which.
        id: DocumentId,
        /// Whose it is.
        client: ClientId,
        /// The version that was read.
        read: Version,
    },
    /// An item of a vault.
    VaultItem(Write<VaultItem>),
    /// An item of a vault goes, and with it the one envelope that holds its key. Refused as a
    /// conflict when its version is no longer `read`.
    RemoveVaultItem {
        /// Which.
        id: VaultItemId,
        /// Whose it is.
        client: ClientId,
        /// The version that was read.
        read: Version,
    },
    /// A line of the activity feed, which never changes.
    Activity(Activity),
    /// An article, found by its [words](Article::words) from then on.
    Article(Write<Article>),
    /// An announcement.
    Announcement(Write<Announcement>),
    /// A contact has dismissed an announcement; once more is no error.
    Dismissal {
        /// Who.
        contact: ContactId,
        /// What.
        announcement: AnnouncementId,
        /// When.
        at: Timestamp,
    },
    /// A contact has signed in.
    Session(Session),
    /// A session was used; only ever moves `seen_at` forward, and does nothing when it is gone.
    SessionSeen {
        /// Which.
        session: SessionId,
        /// When.
        at: Timestamp,
    },
    /// The contact of a session has proved again who they are; only ever moves `proved_at` and
    /// `seen_at` forward, and does nothing when it is gone.
    SessionProved {
        /// Which.
        session: SessionId,
        /// When.
        at: Timestamp,
    },
    /// Sessions end; those that are gone already are no error.
    EndSessions(Sessions),
    /// A mailed link, which replaces the contact's earlier ones of the same purpose. Purposes are
    /// told apart by their [`code`](LinkPurpose::code) alone, here and in
    /// [`EndLinks`](Self::EndLinks).
    Link(Link),
    /// A link was used. Refused as a conflict when it is gone, so that it works once.
    UseLink(LinkId),
    /// All links of a contact die; none there is no error.
    EndLinks {
        /// Whose.
        contact: ContactId,
        /// Which; `None` for all.
        purpose: Option<LinkPurpose>,
    },
    /// A count of tries. Refused as a conflict when the stored count is not `read` any more, so that
    /// of guesses made all at once each one counts. A count that is not there is written whatever
    /// was read.
    Throttle {
        /// How many tries had been counted when this was decided.
        read: u32,
        /// The new count.
        now: Throttle,
    },
    /// A count of tries is forgotten.
    ForgetThrottle(super::throttle::ThrottleKey),
    /// A key of the firm's API.
    ApiKey(Write<ApiKey>),
    /// A dead letter is tried again, as if it had not been tried before. Refused as a conflict when it
    /// is gone, is no dead letter, or its version is not `read` any more.
    RetryMail {
        /// Which.
        mail: MailId,
        /// The version that was read.
        read: Version,
        /// When it is due.
        at: Timestamp,
    },
    /// A counter moves. One that would leave 64 bits fails the commit.
    Count(CounterDelta),
}

/// Which sessions end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sessions {
    /// This one.
    One(SessionId),
    /// All of the contact.
    AllOf(ContactId),
    /// All of the contact but this one.
    AllBut(ContactId, SessionId),
}

/// A move of a counter. Counters are kept for a client and, summed over shards, for the firm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterDelta {
    /// The client it is about.
    pub client: ClientId,
    /// Which figure.
    pub counter: Counter,
    /// By how much, in the figure's unit.
    pub delta: i64,
}

/// The figures that are kept ready (R-INV-4: each can be computed anew from the records).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counter {
    /// Payments that stand and were received in this calendar year, less what its reversals took, in
    /// minor units.
    Received {
        /// The year of `received_on`, or of a reversal's `on`.
        year: i32,
        /// Their currency.
        currency: Currency,
    },
}

impl Counter {
    /// The name used in storage, such as `received:2026:USD`.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Received { year, currency } => format!("received:{year}:{currency}"),
        }
    }
}

/// A key with which a caller makes a request safe to repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The caller's key, 1 to 255 characters.
    pub key: IdempotencyKey,
    /// SHA-256 over what was asked; the same key with another request is refused.
    pub fingerprint: [u8; 32],
}

/// The text of an idempotency key: who asks, and the key they chose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey {
    /// Who asks, so that two callers' keys never meet.
    pub principal: Subject,
    /// The key they chose.
    pub key: Line<255>,
}

/// An idempotency entry to be written with the change it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyEntry {
    /// The key and the request it stands for.
    pub request: Idempotency,
    /// What the caller was told.
    pub reply: Reply,
    /// When the entry may be forgotten.
    pub expires_at: Timestamp,
}

/// What a caller is told of a write, and told again when it repeats the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply {
    /// The record that was written.
    pub id: Subject,
    /// Its version.
    pub version: Version,
}

/// A repeated request's entry, as found in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// SHA-256 over what was asked the first time.
    pub fingerprint: [u8; 32],
    /// What the caller was told the first time.
    pub reply: Reply,
}

/// Everything that one decision writes: all of it, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// The key under which the request may be repeated.
    pub idempotency: Option<IdempotencyEntry>,
    /// The facts, in an order in which each refers only to earlier ones.
    pub changes: Vec<Change>,
    /// Rows for the audit log.
    pub audit: Vec<AuditEntry>,
    /// Mail for the outbox.
    pub mail: Vec<Mail>,
}

impl Changes {
    /// Adds a fact.
    #[must_use]
    pub fn with(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// Adds an audit row.
    #[must_use]
    pub fn audited(mut self, entry: AuditEntry) -> Self {
        self.audit.push(entry);
        self
    }

    /// Adds a mail.
    #[must_use]
    pub fn mailed(mut self, mail: Mail) -> Self {
        self.mail.push(mail);
        self
    }
}
