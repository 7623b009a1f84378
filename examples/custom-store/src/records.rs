//! What is stored: by what each record is found, and what the domain has no one noun for.

use std::time::Duration;

use caseflow_core::domain::activity::Activity;
use caseflow_core::domain::alert::Alert;
use caseflow_core::domain::announcement::Announcement;
use caseflow_core::domain::api_key::ApiKey;
use caseflow_core::domain::article::{Article, Slug};
use caseflow_core::domain::attempt::Attempt;
use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::changes::{Counter, IdempotencyKey, Replay, Version, Versioned};
use caseflow_core::domain::client::{Client, Contact};
use caseflow_core::domain::contract::{Contract, SignedCopy};
use caseflow_core::domain::document::{Document, DocumentVersion};
use caseflow_core::domain::file::StoredFile;
use caseflow_core::domain::firm::{Firm, Logo};
use caseflow_core::domain::gateway::{EventRef, Merchant};
use caseflow_core::domain::gateway_event::{GatewayEvent, Sweep};
use caseflow_core::domain::id::{
    ActivityId, AlertId, AnnouncementId, ApiKeyId, ArticleId, AttemptId, ClientId, ContactId,
    ContractId, CreditId, DocumentId, InvoiceId, LinkId, MailId, OfferId, OfferLinkId, PaymentId,
    RefundId, ReversalId, SessionId, VaultItemId,
};
use caseflow_core::domain::invoice::Invoice;
use caseflow_core::domain::link::Link;
use caseflow_core::domain::mail::{Mail, Recipient};
use caseflow_core::domain::number::Series;
use caseflow_core::domain::offer::{Offer, OfferLink};
use caseflow_core::domain::payment::{Charge, Credit, Payment};
use caseflow_core::domain::refund::Refund;
use caseflow_core::domain::reversal::Reversal;
use caseflow_core::domain::session::Session;
use caseflow_core::domain::setback::Setback;
use caseflow_core::domain::signature::Signature;
use caseflow_core::domain::throttle::{Throttle, ThrottleKey};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::domain::vault::VaultItem;

use crate::tables::{Across, Index, Name, Record};

/// After how long a count of tries is forgotten.
const THROTTLE_LIFE: Duration = Duration::from_secs(24 * 3600);

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

/// Says of each record its name, its key, and by what else it is found.
macro_rules! records {
    ($(
        $record:ty: $name:ident, $key:ty, $it:ident => $value:expr
        $(, by [$($index:expr),* $(,)?])?
        $(, by_all $indexes:expr)?
        $(, across $across:expr)?
    ;)*) => {
        $(
            impl Record for $record {
                type Key = $key;
                const NAME: Name = Name::$name;

                fn key(&self) -> Self::Key {
                    let $it = self;
                    $value
                }

                $(fn indexes(&self) -> Vec<Index> {
                    let $it = self;
                    vec![$($index),*]
                })?

                $(fn indexes(&self) -> Vec<Index> {
                    let $it = self;
                    $indexes
                })?

                $(fn across(&self) -> Option<Across> {
                    let $it = self;
                    $across
                })?
            }
        )*
    };
}

records! {
    Versioned<Firm>: Firm, (), _it => ();
    Logo: Logo, [u8; 32], it => it.reference().sha256;
    Versioned<Client>: Client, ClientId, it => it.value.id;
    Versioned<Contact>: Contact, ContactId, it => it.value.id, by_all of_contact(&it.value);
    Versioned<Invoice>: Invoice, InvoiceId, it => it.value.id,
        by [Index::Client(it.value.client)];
    Versioned<Payment>: Payment, PaymentId, it => it.value.id, by_all of_payment(&it.value);
    Reversal: Reversal, ReversalId, it => it.id,
        by [Index::Client(it.client), Index::Invoice(it.invoice), reversal_word(it)];
    Credit: Credit, CreditId, it => it.id,
        by [Index::Client(it.client), Index::Invoice(it.invoice)];
    Versioned<Attempt>: Attempt, AttemptId, it => it.value.id, by_all of_attempt(&it.value),
        across it.value.next_check.map(Across::Due);
    Versioned<Refund>: Refund, RefundId, it => it.value.id,
        by [Index::Client(it.value.client), Index::Invoice(it.value.invoice)],
        across it.value.next_check.map(Across::Due);
    Versioned<Alert>: Alert, AlertId, it => it.value.id;
    Kept: Event, (EventRef, Merchant), it => (it.event.event.clone(), it.event.merchant.clone()),
        across Some(it.next());
    Versioned<Sweep>: Sweep, Merchant, it => it.value.merchant.clone();
    Versioned<Offer>: Offer, OfferId, it => it.value.id, by [Index::Client(it.value.client)];
    Versioned<OfferLink>: OfferLink, OfferLinkId, it => it.value.id,
        by [
            Index::Client(it.value.client),
            Index::Subject(it.value.offer.into()),
            Index::Token(it.value.token),
        ];
    StoredFile: File, [u8; 32], it => it.reference().sha256;
    Versioned<Contract>: Contract, ContractId, it => it.value.id,
        by [Index::Client(it.value.client)],
        across due_seal(&it.value).map(Across::Due);
    Signature: Signature, ContractId, it => it.contract, by [Index::Client(it.client)];
    Versioned<Document>: Document, DocumentId, it => it.value.id,
        by [Index::Client(it.value.client)];
    Edited: DocumentVersion, (DocumentId, u32), it => (it.document, it.version.number),
        by [Index::Blob(it.version.blob)];
    Versioned<VaultItem>: VaultItem, VaultItemId, it => it.value.id, by_all of_item(&it.value);
    Activity: Activity, ActivityId, it => it.id,
        by [Index::Client(it.client), Index::Subject(it.about)];
    Versioned<Article>: Article, ArticleId, it => it.value.id,
        by [slug_word(&it.value.slug)];
    Versioned<Announcement>: Announcement, AnnouncementId, it => it.value.id;
    Dismissed: Dismissal, (ContactId, AnnouncementId), it => (it.contact, it.announcement);
    Session: Session, SessionId, it => it.id,
        by [Index::Contact(it.contact), Index::Token(it.token)],
        across Some(Across::Ends(it.expires_at.min(it.seen_at.plus(it.idle))));
    Link: Link, LinkId, it => it.id,
        by [Index::Contact(it.contact), Index::Token(it.token)],
        across Some(Across::Ends(it.expires_at));
    Throttle: Throttle, ThrottleKey, it => it.key,
        across Some(Across::Ends(it.blocked_until.max(it.last_at.plus(THROTTLE_LIFE))));
    Versioned<ApiKey>: ApiKey, ApiKeyId, it => it.value.id,
        across Some(Across::Token(it.value.token));
    Counted: Counter, (ClientId, Counter), it => (it.client, it.counter);
    Numbered: Series, Series, it => it.series;
    AuditRow: Audit, u64, it => it.seq,
        by_all it.about.iter().copied().map(Index::Subject).collect();
    Posted: Mail, MailId, it => it.mail.id, by_all of_mail(&it.mail),
        across it.due.map(Across::Due);
    Remembered: Replay, IdempotencyKey, it => it.key.clone(),
        across Some(Across::Ends(it.expires_at));
    Mark: Mark, Option<ClientId>, it => it.of;
}

/// An e-mail address is a contact's own as long as it is not removed.
fn of_contact(contact: &Contact) -> Vec<Index> {
    let email = contact.is_active().then(|| email_word(contact));
    let client = Index::Client(contact.client);
    [client].into_iter().chain(email).collect()
}

/// One contact that is not removed has this.
pub(crate) fn email_word(contact: &Contact) -> Index {
    Index::Word(contact.email.key())
}

fn of_payment(payment: &Payment) -> Vec<Index> {
    let charge = payment.charge.as_ref();
    let charge = charge.map(charge_word);
    let invoice = Index::Invoice(payment.invoice);
    let known = [Index::Client(payment.client), invoice];
    known.into_iter().chain(charge).collect()
}

/// One payment has this.
pub(crate) fn charge_word(charge: &Charge) -> Index {
    Index::Word(format!("{} {}", charge.merchant, charge.txn))
}

/// One reversal has this.
pub(crate) fn reversal_word(reversal: &Reversal) -> Index {
    let (kind, merchant) = (reversal.kind.code(), &reversal.merchant);
    Index::Word(format!("{kind} {merchant} {}", reversal.txn))
}

fn of_attempt(attempt: &Attempt) -> Vec<Index> {
    let invoice = Index::Invoice(attempt.invoice);
    let known = [Index::Client(attempt.client), invoice];
    let checkout = checkout_word(attempt);
    known.into_iter().chain(checkout).collect()
}

/// One attempt has this, once it is known what its checkout is called.
pub(crate) fn checkout_word(attempt: &Attempt) -> Option<Index> {
    let reference = attempt.reference()?;
    Some(Index::Word(format!("{} {reference}", attempt.merchant)))
}

/// One article has this.
pub(crate) fn slug_word(slug: &Slug) -> Index {
    Index::Word(slug.to_string())
}

/// When the copy of a signed contract is to be sealed.
fn due_seal(contract: &Contract) -> Option<Timestamp> {
    match contract.copy() {
        Some(SignedCopy::Pending { next_try }) => Some(*next_try),
        Some(SignedCopy::OnPaper | SignedCopy::Sealed { .. }) | None => None,
    }
}

fn of_item(item: &VaultItem) -> Vec<Index> {
    let blob = item.sealed.body.map(|body| Index::Blob(body.blob));
    let client = Index::Client(item.client);
    let key = Index::Key(item.sealed.envelope.key().clone());
    [client, key].into_iter().chain(blob).collect()
}

fn of_mail(mail: &Mail) -> Vec<Index> {
    let to = match mail.to {
        Recipient::Contact(contact) => Index::Contact(contact),
        Recipient::Client(client) => Index::Client(client),
    };
    let about = mail.topic.about().map(Index::Subject);
    [to].into_iter().chain(about).collect()
}

impl Kept {
    /// When it is work to be done, or may be forgotten.
    fn next(&self) -> Across {
        match self.due {
            Some(due) => Across::Due(due),
            None => Across::Ends(self.event.received_at.plus(GatewayEvent::KEPT)),
        }
    }
}
