//! Mail: what leaves through the outbox (R-AUD-2).
//!
//! The outbox says what is to be told to whom; the words are made when the mail is sent. A mail
//! that carries a secret link therefore never lies in the database with the secret in it: the
//! secret is made at that moment, and only its hash is kept.

use super::id::{
    AlertId, ClientId, ContactId, ContractId, DocumentId, InvoiceId, MailId, OfferId, PaymentId,
    ReversalId, Subject,
};
use super::text::Email;
use super::time::Timestamp;

/// A mail waiting to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its id, also its `Message-ID`'s first part, so that a repeated delivery can be recognised.
    pub id: MailId,
    /// Whom it is for; whom it is about, when it goes to the [firm](MailTopic::is_for_firm).
    pub to: Recipient,
    /// What it tells.
    pub topic: MailTopic,
    /// Not to be sent before.
    pub not_before: Timestamp,
}

/// Whom a mail is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recipient {
    /// A contact.
    Contact(ContactId),
    /// A client, by an address that is none of a contact's: the topic, or the firm, knows it.
    Client(ClientId),
}

impl From<ContactId> for Recipient {
    fn from(contact: ContactId) -> Self {
        Self::Contact(contact)
    }
}

impl From<ClientId> for Recipient {
    fn from(client: ClientId) -> Self {
        Self::Client(client)
    }
}

/// What a mail tells, with the facts it needs beyond its recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailTopic {
    /// Portal access was switched on: here is the link to set a password.
    SetPassword,
    /// Somebody asked for another password: here is the link.
    ResetPassword,
    /// The password was changed.
    PasswordChanged,
    /// Please confirm this new address. Sent to the new address.
    ConfirmEmail(Email),
    /// The address was changed. Sent to the old address.
    EmailChanged(Email),
    /// An invoice was issued.
    InvoiceIssued(InvoiceId),
    /// A payment was received.
    PaymentReceived(PaymentId, InvoiceId),
    /// Money of a payment went back, or did not arrive.
    PaymentReversed(ReversalId, InvoiceId),
    /// To the firm: a payment was made online.
    PaymentNotice(PaymentId, InvoiceId),
    /// To the firm: something is the matter with an online payment.
    AlertNotice(AlertId, InvoiceId),
    /// A proposal or an estimate was sent. It is read in the portal.
    OfferSent(OfferId),
    /// A proposal was sent, and this is the proposal's own address: here is a link that shows it
    /// without signing in (R-DEC-5).
    OfferLinked(OfferId, Email),
    /// To the firm: a proposal or an estimate was decided.
    OfferNotice(OfferId),
    /// A contract waits for a signature.
    ContractSent(ContractId),
    /// A signed copy is ready.
    ContractSealed(ContractId),
    /// To the firm: a contract was signed or declined.
    ContractNotice(ContractId),
    /// A document was shared, and staff asked that it be told.
    DocumentShared(DocumentId),
}

impl MailTopic {
    /// Whether it goes to the firm's own address.
    #[must_use]
    pub const fn is_for_firm(&self) -> bool {
        matches!(
            self,
            Self::PaymentNotice(..)
                | Self::AlertNotice(..)
                | Self::OfferNotice(_)
                | Self::ContractNotice(_)
        )
    }

    /// The invoice that it is about.
    #[must_use]
    pub const fn invoice(&self) -> Option<InvoiceId> {
        match self {
            Self::InvoiceIssued(invoice)
            | Self::PaymentReceived(_, invoice)
            | Self::PaymentReversed(_, invoice)
            | Self::PaymentNotice(_, invoice)
            | Self::AlertNotice(_, invoice) => Some(*invoice),
            Self::SetPassword
            | Self::ResetPassword
            | Self::PasswordChanged
            | Self::ConfirmEmail(_)
            | Self::EmailChanged(_)
            | Self::OfferSent(_)
            | Self::OfferLinked(..)
            | Self::OfferNotice(_)
            | Self::ContractSent(_)
            | Self::ContractSealed(_)
            | Self::ContractNotice(_)
            | Self::DocumentShared(_) => None,
        }
    }

    /// The proposal or estimate that it is about.
    #[must_use]
    pub const fn offer(&self) -> Option<OfferId> {
        match self {
            Self::OfferSent(offer) | Self::OfferLinked(offer, _) | Self::OfferNotice(offer) => {
                Some(*offer)
            }
            _ => None,
        }
    }

    /// The contract that it is about.
    #[must_use]
    pub const fn contract(&self) -> Option<ContractId> {
        match self {
            Self::ContractSent(contract)
            | Self::ContractSealed(contract)
            | Self::ContractNotice(contract) => Some(*contract),
            _ => None,
        }
    }

    /// The document that it is about.
    #[must_use]
    pub const fn document(&self) -> Option<DocumentId> {
        match self {
            Self::DocumentShared(document) => Some(*document),
            _ => None,
        }
    }

    /// The record that it is about.
    #[must_use]
    pub fn about(&self) -> Option<Subject> {
        let invoice = self.invoice().map(Subject::from);
        let offer = || self.offer().map(Subject::from);
        let contract = || self.contract().map(Subject::from);
        let document = || self.document().map(Subject::from);
        let paper = || contract().or_else(document);
        invoice.or_else(offer).or_else(paper)
    }

    /// Where it goes: to an address of its own, to the firm's, or to the contact's.
    #[must_use]
    pub fn address(&self, firm: Option<&Email>, contact: Option<&Email>) -> Option<Email> {
        match self {
            Self::ConfirmEmail(own) | Self::EmailChanged(own) | Self::OfferLinked(_, own) => {
                Some(own.clone())
            }
            topic if topic.is_for_firm() => firm.cloned(),
            _ => contact.cloned(),
        }
    }

    /// The kind, without its facts.
    #[must_use]
    pub const fn kind(&self) -> MailKind {
        match self {
            Self::SetPassword => MailKind::SetPassword,
            Self::ResetPassword => MailKind::ResetPassword,
            Self::PasswordChanged => MailKind::PasswordChanged,
            Self::ConfirmEmail(_) => MailKind::ConfirmEmail,
            Self::EmailChanged(_) => MailKind::EmailChanged,
            Self::InvoiceIssued(_) => MailKind::InvoiceIssued,
            Self::PaymentReceived(..) => MailKind::PaymentReceived,
            Self::PaymentReversed(..) => MailKind::PaymentReversed,
            Self::PaymentNotice(..) => MailKind::PaymentNotice,
            Self::AlertNotice(..) => MailKind::AlertNotice,
            Self::OfferSent(_) => MailKind::OfferSent,
            Self::OfferLinked(..) => MailKind::OfferLinked,
            Self::OfferNotice(_) => MailKind::OfferNotice,
            Self::ContractSent(_) => MailKind::ContractSent,
            Self::ContractSealed(_) => MailKind::ContractSealed,
            Self::ContractNotice(_) => MailKind::ContractNotice,
            Self::DocumentShared(_) => MailKind::DocumentShared,
        }
    }
}

/// The kinds of mail; each has a template and a switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MailKind {
    /// [`MailTopic::SetPassword`].
    SetPassword,
    /// [`MailTopic::ResetPassword`].
    ResetPassword,
    /// [`MailTopic::PasswordChanged`].
    PasswordChanged,
    /// [`MailTopic::ConfirmEmail`].
    ConfirmEmail,
    /// [`MailTopic::EmailChanged`].
    EmailChanged,
    /// [`MailTopic::InvoiceIssued`].
    InvoiceIssued,
    /// [`MailTopic::PaymentReceived`].
    PaymentReceived,
    /// [`MailTopic::PaymentReversed`].
    PaymentReversed,
    /// [`MailTopic::PaymentNotice`].
    PaymentNotice,
    /// [`MailTopic::AlertNotice`].
    AlertNotice,
    /// [`MailTopic::OfferSent`].
    OfferSent,
    /// [`MailTopic::OfferLinked`].
    OfferLinked,
    /// [`MailTopic::OfferNotice`].
    OfferNotice,
    /// [`MailTopic::ContractSent`].
    ContractSent,
    /// [`MailTopic::ContractSealed`].
    ContractSealed,
    /// [`MailTopic::ContractNotice`].
    ContractNotice,
    /// [`MailTopic::DocumentShared`].
    DocumentShared,
}

impl MailKind {
    /// Every kind.
    pub const ALL: [Self; 17] = [
        Self::SetPassword,
        Self::ResetPassword,
        Self::PasswordChanged,
        Self::ConfirmEmail,
        Self::EmailChanged,
        Self::InvoiceIssued,
        Self::PaymentReceived,
        Self::PaymentReversed,
        Self::PaymentNotice,
        Self::AlertNotice,
        Self::OfferSent,
        Self::OfferLinked,
        Self::OfferNotice,
        Self::ContractSent,
        Self::ContractSealed,
        Self::ContractNotice,
        Self::DocumentShared,
    ];

    /// The lower-case name used in storage and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SetPassword => "set_password",
            Self::ResetPassword => "reset_password",
            Self::PasswordChanged => "password_changed",
            Self::ConfirmEmail => "confirm_email",
            Self::EmailChanged => "email_changed",
            Self::InvoiceIssued => "invoice_issued",
            Self::PaymentReceived => "payment_received",
            Self::PaymentReversed => "payment_reversed",
            Self::PaymentNotice => "payment_notice",
            Self::AlertNotice => "alert_notice",
            Self::OfferSent => "offer_sent",
            Self::OfferLinked => "offer_linked",
            Self::OfferNotice => "offer_notice",
            Self::ContractSent => "contract_sent",
            Self::ContractSealed => "contract_sealed",
            Self::ContractNotice => "contract_notice",
            Self::DocumentShared => "document_shared",
        }
    }

    /// Finds a kind by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether a firm may switch the kind off. Mails that guard an account are always sent.
    #[must_use]
    pub const fn may_be_muted(self) -> bool {
        matches!(
            self,
            Self::InvoiceIssued
                | Self::PaymentReceived
                | Self::PaymentReversed
                | Self::PaymentNotice
                | Self::OfferSent
                | Self::OfferLinked
                | Self::OfferNotice
                | Self::ContractSent
                | Self::ContractSealed
                | Self::ContractNotice
                | Self::DocumentShared
        )
    }
}
