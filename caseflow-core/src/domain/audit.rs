//! The audit log: append-only, chained by hash (R-AUD-1).
//!
//! Each firm has one chain. A row's hash covers the hash before it, so a row that was changed,
//! removed or slipped in breaks the chain at that row. Cutting rows off the end is seen by
//! comparing with a head noted elsewhere: hosts should note the head with each backup.

use sha2::{Digest as _, Sha256};

use super::access::{Actor, Origin};
use super::id::Subject;
use super::time::Timestamp;

/// Something that happened, as a verb reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// From where.
    pub origin: Origin,
    /// What was done.
    pub action: AuditAction,
    /// The records it was done to; the log can be read for each of them.
    pub about: Vec<Subject>,
    /// Further facts, name and value, without secrets.
    pub facts: Vec<(&'static str, String)>,
}

/// A row of the log as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its place in the firm's chain, from 1.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who, as text: `contact con_…`, `staff NAME`, `anonymous`, `system`.
    pub actor: String,
    /// The peer's address.
    pub ip: Option<String>,
    /// The browser.
    pub user_agent: Option<String>,
    /// What was done, such as `invoice.issued`.
    pub action: String,
    /// The records it was done to.
    pub about: Vec<Subject>,
    /// Further facts as a JSON object, exactly as they were hashed.
    pub facts: String,
    /// The chain's hash up to and with this row.
    pub hash: ChainHash,
}

/// SHA-256 over a row and the hash before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainHash(pub [u8; 32]);

impl ChainHash {
    /// What stands before the first row.
    pub const START: Self = Self([0; 32]);
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "the code of each action says what the name says"
)]
pub enum AuditAction {
    FirmCreated,
    FirmChanged,
    ApiKeyCreated,
    ApiKeyRevoked,
    ClientCreated,
    ClientChanged,
    ContactCreated,
    ContactChanged,
    ContactRemoved,
    AccessSwitchedOn,
    AccessSwitchedOff,
    SignedIn,
    SignInFailed,
    SignedOut,
    PreviewOffered,
    PreviewBegun,
    PreviewEnded,
    PasswordForgotten,
    PasswordSet,
    PasswordChanged,
    PasswordChangeFailed,
    EmailChangeAsked,
    EmailChanged,
    ProfileChanged,
    TakenOut,
    TakeOutProved,
    TakeOutProofFailed,
    LinkSent,
    InvoiceDrafted,
    InvoiceIssued,
    InvoiceChanged,
    InvoiceCancelled,
    PaymentRecorded,
    PaymentVoided,
    CreditGiven,
    AttemptStarted,
    AttemptEnded,
    RefundAsked,
    RefundRefused,
    ReversalRecorded,
    AlertRaised,
    AlertSettled,
    OfferDrafted,
    OfferChanged,
    OfferSent,
    OfferViewed,
    OfferAccepted,
    OfferDeclined,
    OfferWithdrawn,
    OfferLinkSent,
    OfferLinkUsed,
    OfferLinkRevoked,
    ContractDrafted,
    ContractChanged,
    ContractSent,
    ContractViewed,
    ContractSigned,
    ContractSealed,
    ContractDeclined,
    ContractWithdrawn,
    DocumentAdded,
    DocumentChanged,
    DocumentShared,
    DocumentUnshared,
    DocumentRemoved,
    VaultUnlocked,
    VaultUnlockFailed,
    VaultListed,
    VaultItemAdded,
    VaultItemChanged,
    VaultItemOpened,
    VaultItemDownloaded,
    VaultItemRefused,
    VaultItemUnreadable,
    VaultItemRemoved,
    VaultItemRewrapped,
    ArticleWritten,
    ArticleChanged,
    AnnouncementMade,
    AnnouncementChanged,
    AnnouncementDismissed,
    MailRetried,
}

impl AuditAction {
    /// The name in the log.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a line for each action")]
    pub const fn code(self) -> &'static str {
        match self {
            Self::FirmCreated => "firm.created",
            Self::FirmChanged => "firm.changed",
            Self::ApiKeyCreated => "api_key.created",
            Self::ApiKeyRevoked => "api_key.revoked",
            Self::ClientCreated => "client.created",
            Self::ClientChanged => "client.changed",
            Self::ContactCreated => "contact.created",
            Self::ContactChanged => "contact.changed",
            Self::ContactRemoved => "contact.removed",
            Self::AccessSwitchedOn => "access.switched_on",
            Self::AccessSwitchedOff => "access.switched_off",
            Self::SignedIn => "session.signed_in",
            Self::SignInFailed => "session.sign_in_failed",
            Self::SignedOut => "session.signed_out",
            Self::PreviewOffered => "preview.offered",
            Self::PreviewBegun => "preview.begun",
            Self::PreviewEnded => "preview.ended",
            Self::PasswordForgotten => "password.forgotten",
            Self::PasswordSet => "password.set",
            Self::PasswordChanged => "password.changed",
            Self::PasswordChangeFailed => "password.change_failed",
            Self::EmailChangeAsked => "email.change_asked",
            Self::EmailChanged => "email.changed",
            Self::ProfileChanged => "profile.changed",
            Self::TakenOut => "profile.taken_out",
            Self::TakeOutProved => "profile.take_out_proved",
            Self::TakeOutProofFailed => "profile.take_out_proof_failed",
            Self::LinkSent => "link.sent",
            Self::InvoiceDrafted => "invoice.drafted",
            Self::InvoiceIssued => "invoice.issued",
            Self::InvoiceChanged => "invoice.changed",
            Self::InvoiceCancelled => "invoice.cancelled",
            Self::PaymentRecorded => "payment.recorded",
            Self::PaymentVoided => "payment.voided",
            Self::CreditGiven => "credit.given",
            Self::AttemptStarted => "attempt.started",
            Self::AttemptEnded => "attempt.ended",
            Self::RefundAsked => "refund.asked",
            Self::RefundRefused => "refund.refused",
            Self::ReversalRecorded => "reversal.recorded",
            Self::AlertRaised => "alert.raised",
            Self::AlertSettled => "alert.settled",
            Self::OfferDrafted => "offer.drafted",
            Self::OfferChanged => "offer.changed",
            Self::OfferSent => "offer.sent",
            Self::OfferViewed => "offer.viewed",
            Self::OfferAccepted => "offer.accepted",
            Self::OfferDeclined => "offer.declined",
            Self::OfferWithdrawn => "offer.withdrawn",
            Self::OfferLinkSent => "offer_link.sent",
            Self::OfferLinkUsed => "offer_link.used",
            Self::OfferLinkRevoked => "offer_link.revoked",
            Self::ContractDrafted => "contract.drafted",
            Self::ContractChanged => "contract.changed",
            Self::ContractSent => "contract.sent",
            Self::ContractViewed => "contract.viewed",
            Self::ContractSigned => "contract.signed",
            Self::ContractSealed => "contract.sealed",
            Self::ContractDeclined => "contract.declined",
            Self::ContractWithdrawn => "contract.withdrawn",
            Self::DocumentAdded => "document.added",
            Self::DocumentChanged => "document.changed",
            Self::DocumentShared => "document.shared",
            Self::DocumentUnshared => "document.unshared",
            Self::DocumentRemoved => "document.removed",
            Self::VaultUnlocked => "vault.unlocked",
            Self::VaultUnlockFailed => "vault.unlock_failed",
            Self::VaultListed => "vault.listed",
            Self::VaultItemAdded => "vault.item_added",
            Self::VaultItemChanged => "vault.item_changed",
            Self::VaultItemOpened => "vault.item_opened",
            Self::VaultItemDownloaded => "vault.item_downloaded",
            Self::VaultItemRefused => "vault.item_refused",
            Self::VaultItemUnreadable => "vault.item_unreadable",
            Self::VaultItemRemoved => "vault.item_removed",
            Self::VaultItemRewrapped => "vault.item_rewrapped",
            Self::ArticleWritten => "article.written",
            Self::ArticleChanged => "article.changed",
            Self::AnnouncementMade => "announcement.made",
            Self::AnnouncementChanged => "announcement.changed",
            Self::AnnouncementDismissed => "announcement.dismissed",
            Self::MailRetried => "mail.retried",
        }
    }
}

impl AuditEntry {
    /// The row that this entry becomes as number `seq` after a row with hash `previous`.
    #[must_use]
    pub fn chain(&self, seq: u64, previous: ChainHash) -> AuditRow {
        let mut row = AuditRow {
            seq,
            at: self.at,
            actor: actor_text(&self.actor),
            ip: self.origin.ip.map(|ip| ip.to_string()),
            user_agent: self.origin.user_agent.as_ref().map(ToString::to_string),
            action: self.action.code().to_owned(),
            about: self.about.clone(),
            facts: facts_text(&self.facts),
            hash: previous,
        };
        row.hash = row.hash_after(previous);
        row
    }
}

impl AuditRow {
    /// The hash that this row must have after a row with hash `previous`.
    ///
    /// Covered are, each preceded by its length as 8 bytes big-endian: the previous hash, `seq` and
    /// `at` in decimal, actor, address, browser, action, the ids joined by spaces, the facts.
    #[must_use]
    pub fn hash_after(&self, previous: ChainHash) -> ChainHash {
        let about: Vec<String> = self.about.iter().map(ToString::to_string).collect();
        let mut hash = Sha256::new();
        for part in [
            previous.0.as_slice(),
            self.seq.to_string().as_bytes(),
            self.at.micros().to_string().as_bytes(),
            self.actor.as_bytes(),
            self.ip.as_deref().unwrap_or_default().as_bytes(),
            self.user_agent.as_deref().unwrap_or_default().as_bytes(),
            self.action.as_bytes(),
            about.join(" ").as_bytes(),
            self.facts.as_bytes(),
        ] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        ChainHash(hash.finalize().into())
    }
}

/// Walks a chain row by row and remembers where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ChainCheck {
    seq: u64,
    hash: ChainHash,
}

/// The first row at which a chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the audit chain is broken at row {seq}")]
pub struct ChainBroken {
    /// The place at which a sound row was expected.
    pub seq: u64,
}

impl Default for ChainCheck {
    fn default() -> Self {
        Self {
            seq: 0,
            hash: ChainHash::START,
        }
    }
}

impl ChainCheck {
    /// The place of the last row that was found sound; 0 before the first.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The hash of the last row that was found sound.
    #[must_use]
    pub fn head(&self) -> ChainHash {
        self.hash
    }

    /// Checks the next row.
    ///
    /// # Errors
    /// When the row is not the next one, or its hash is not what its content gives.
    pub fn next(self, row: &AuditRow) -> Result<Self, ChainBroken> {
        let seq = self.seq + 1;
        if row.seq != seq || row.hash != row.hash_after(self.hash) {
            return Err(ChainBroken { seq });
        }
        Ok(Self {
            seq,
            hash: row.hash,
        })
    }
}

fn actor_text(actor: &Actor) -> String {
    match actor {
        Actor::Contact(id) => format!("contact {id}"),
        Actor::Staff(staff) => match staff.key {
            Some(key) => format!("staff {} ({key})", staff.name),
            None => format!("staff {}", staff.name),
        },
        Actor::Anonymous => "anonymous".to_owned(),
        Actor::System => "system".to_owned(),
    }
}

fn facts_text(facts: &[(&'static str, String)]) -> String {
    let object: serde_json::Map<String, serde_json::Value> = facts
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone().into()))
        .collect();
    serde_json::Value::Object(object).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(n: u64) -> Vec<AuditRow> {
        let mut previous = ChainHash::START;
        (1..=n)
            .map(|seq| {
                let entry = AuditEntry {
                    at: Timestamp::from_micros(i64::try_from(seq).unwrap()),
                    actor: Actor::System,
                    origin: Origin::default(),
                    action: AuditAction::InvoiceIssued,
                    about: vec![],
                    facts: vec![("n", seq.to_string())],
                };
                let row = entry.chain(seq, previous);
                previous = row.hash;
                row
            })
            .collect()
    }

    fn first_bad(rows: &[AuditRow]) -> Option<u64> {
        rows.iter()
            .try_fold(ChainCheck::default(), ChainCheck::next)
            .err()
            .map(|broken| broken.seq)
    }

    #[test]
    fn d08_the_check_names_the_first_bad_row() {
        assert_eq!(first_bad(&chain(5)), None);
        let mut edited = chain(5);
        edited[2].facts = r#"{"n":"9"}"#.to_owned();
        assert_eq!(first_bad(&edited), Some(3));
        let mut rehashed = edited.clone();
        rehashed[2].hash = rehashed[2].hash_after(rehashed[1].hash);
        assert_eq!(first_bad(&rehashed), Some(4));
        let mut removed = chain(5);
        removed.remove(1);
        assert_eq!(first_bad(&removed), Some(2));
    }
}
