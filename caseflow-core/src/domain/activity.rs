//! The activity feed: what a contact is told has happened lately to its client's records. Articles and
//! announcements are for others too and have places of their own; they are no lines of a feed.

use super::access::Section;
use super::id::{ActivityId, ClientId, Subject};
use super::money::Money;
use super::time::Timestamp;

/// One line of a client's feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Its id; newer ids sort later.
    pub id: ActivityId,
    /// Whose feed.
    pub client: ClientId,
    /// What happened.
    pub kind: ActivityKind,
    /// The record it happened to.
    pub about: Subject,
    /// The amount in question.
    pub amount: Option<Money>,
    /// When.
    pub at: Timestamp,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActivityKind {
    /// An invoice was issued.
    InvoiceIssued,
    /// An issued invoice was changed.
    InvoiceChanged,
    /// An invoice was called off.
    InvoiceCancelled,
    /// A payment was received.
    PaymentReceived,
    /// A payment was voided.
    PaymentVoided,
    /// A credit was given.
    CreditGiven,
    /// A part of a payment, or all of it, was refunded.
    PaymentRefunded,
    /// A refund did not arrive.
    RefundReturned,
    /// The payer's bank took a payment back.
    PaymentDisputed,
    /// The firm won a dispute.
    DisputeWon,
    /// A proposal was sent.
    ProposalSent,
    /// A proposal was accepted.
    ProposalAccepted,
    /// A proposal was declined.
    ProposalDeclined,
    /// A proposal was taken back.
    ProposalWithdrawn,
    /// An estimate was sent.
    EstimateSent,
    /// An estimate was accepted.
    EstimateAccepted,
    /// An estimate was rejected.
    EstimateRejected,
    /// An estimate was taken back.
    EstimateWithdrawn,
    /// A contract was sent.
    ContractSent,
    /// A contract was signed.
    ContractSigned,
    /// A contract was declined.
    ContractDeclined,
    /// A contract was taken back.
    ContractWithdrawn,
    /// A document was shared.
    DocumentShared,
    /// A shared document has a new version.
    DocumentReplaced,
    /// Something was put into the vault.
    VaultItemAdded,
    /// Something in the vault was replaced.
    VaultItemChanged,
}

impl ActivityKind {
    /// Every kind.
    pub const ALL: [Self; 26] = [
        Self::InvoiceIssued,
        Self::InvoiceChanged,
        Self::InvoiceCancelled,
        Self::PaymentReceived,
        Self::PaymentVoided,
        Self::CreditGiven,
        Self::PaymentRefunded,
        Self::RefundReturned,
        Self::PaymentDisputed,
        Self::DisputeWon,
        Self::ProposalSent,
        Self::ProposalAccepted,
        Self::ProposalDeclined,
        Self::ProposalWithdrawn,
        Self::EstimateSent,
        Self::EstimateAccepted,
        Self::EstimateRejected,
        Self::EstimateWithdrawn,
        Self::ContractSent,
        Self::ContractSigned,
        Self::ContractDeclined,
        Self::ContractWithdrawn,
        Self::DocumentShared,
        Self::DocumentReplaced,
        Self::VaultItemAdded,
        Self::VaultItemChanged,
    ];

    /// The name used in storage and in the API, such as `invoice.issued`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvoiceIssued => "invoice.issued",
            Self::InvoiceChanged => "invoice.changed",
            Self::InvoiceCancelled => "invoice.cancelled",
            Self::PaymentReceived => "payment.received",
            Self::PaymentVoided => "payment.voided",
            Self::CreditGiven => "credit.given",
            Self::PaymentRefunded => "payment.refunded",
            Self::RefundReturned => "refund.returned",
            Self::PaymentDisputed => "payment.disputed",
            Self::DisputeWon => "dispute.won",
            Self::ProposalSent => "proposal.sent",
            Self::ProposalAccepted => "proposal.accepted",
            Self::ProposalDeclined => "proposal.declined",
            Self::ProposalWithdrawn => "proposal.withdrawn",
            Self::EstimateSent => "estimate.sent",
            Self::EstimateAccepted => "estimate.accepted",
            Self::EstimateRejected => "estimate.rejected",
            Self::EstimateWithdrawn => "estimate.withdrawn",
            Self::ContractSent => "contract.sent",
            Self::ContractSigned => "contract.signed",
            Self::ContractDeclined => "contract.declined",
            Self::ContractWithdrawn => "contract.withdrawn",
            Self::DocumentShared => "document.shared",
            Self::DocumentReplaced => "document.replaced",
            Self::VaultItemAdded => "vault.item_added",
            Self::VaultItemChanged => "vault.item_changed",
        }
    }

    /// Finds a kind by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The section whose permission shows or hides it (R-ACC-4).
    #[must_use]
    pub const fn section(self) -> Section {
        match self {
            Self::InvoiceIssued
            | Self::InvoiceChanged
            | Self::InvoiceCancelled
            | Self::PaymentReceived
            | Self::PaymentVoided
            | Self::CreditGiven
            | Self::PaymentRefunded
            | Self::RefundReturned
            | Self::PaymentDisputed
            | Self::DisputeWon => Section::Invoices,
            Self::ProposalSent
            | Self::ProposalAccepted
            | Self::ProposalDeclined
            | Self::ProposalWithdrawn => Section::Proposals,
            Self::EstimateSent
            | Self::EstimateAccepted
            | Self::EstimateRejected
            | Self::EstimateWithdrawn => Section::Estimates,
            Self::ContractSent
            | Self::ContractSigned
            | Self::ContractDeclined
            | Self::ContractWithdrawn => Section::Contracts,
            Self::DocumentShared | Self::DocumentReplaced => Section::Documents,
            Self::VaultItemAdded | Self::VaultItemChanged => Section::Vault,
        }
    }
}
