//! Everything that a verb can answer when it does not do what it was asked.

use std::time::Duration;

use crate::domain::announcement::AnnouncementError;
use crate::domain::contract::ContractError;
use crate::domain::document::DocumentError;
use crate::domain::invoice::InvoiceError;
use crate::domain::money::{Money, MoneyError};
use crate::domain::offer::OfferError;
use crate::domain::password::PasswordError;
use crate::domain::period::PeriodError;
use crate::domain::print::PrintError;
use crate::domain::readers::ChosenError;
use crate::domain::refund::RefundError;
use crate::domain::vault::Unopened;
use crate::ports::blobs::BlobError;
use crate::ports::cipher::CipherError;
use crate::ports::keys::KeyError;
use crate::ports::passwords::PasswordsError;
use crate::ports::payments::{AmountRefusal, GatewayError};
use crate::ports::pdf::PdfError;
use crate::ports::sealer::SealError;
use crate::ports::store::{Constraint, StoreError};

/// Why a verb did not do what it was asked. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such record, or it is none of the asker's business (R-ACC-6).
    #[error("there is no such record")]
    NotFound,
    /// Nobody is signed in, or no longer.
    #[error("not signed in")]
    SignedOut,
    /// The key may not do this.
    #[error("the API key may only read")]
    ReadOnly,
    /// The member of staff, or the key, may not open vaults.
    #[error("the API key may not open vaults")]
    NoVaultGrant,
    /// Staff look at the portal as the contact: they may read what the contact may, but nothing that
    /// asks for the contact itself (R-ACC-9).
    #[error("this is a preview: only the contact can do this")]
    Preview,
    /// The vault opens only for a few minutes after the password was given (R-VLT-3).
    #[error("the vault is locked: give the password again")]
    Locked,
    /// The vault's keys are not there, or do not answer now. Everything else works.
    #[error("the vault is not available now")]
    VaultUnavailable(#[source] KeyError),
    /// Something in the vault was changed, or is none of this key. Deliberately not said which: that
    /// is for the operator's log.
    #[error("this item of the vault cannot be read: tell the firm")]
    Unreadable(#[source] Unopened),
    /// What seals and opens the vault failed.
    #[error("the vault's cipher failed")]
    Cipher(#[source] CipherError),
    /// A rule of the domain says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The record is no longer as the asker last saw it.
    #[error("the record has changed since it was read")]
    Stale,
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// Too many tries; the next one may be made after this time.
    #[error("too many tries: wait {} seconds", .0.as_secs().max(1))]
    Throttled(Duration),
    /// Too much is going on; try again in a moment.
    #[error("busy: try again in a moment")]
    Busy,
    /// The store failed.
    #[error("the store failed")]
    Store(#[source] StoreError),
    /// Password hashing failed.
    #[error("password hashing failed")]
    Passwords(#[source] PasswordsError),
    /// The stored records do not make a document.
    #[error("the document cannot be made of its records")]
    Print(#[source] PrintError),
    /// The renderer failed.
    #[error("the document could not be laid out")]
    Pdf(#[source] PdfError),
    /// The host's addresses are longer than 500 characters, or have characters that no address has.
    #[error("the portal's own address cannot be written")]
    Address,
    /// The sealer failed.
    #[error("the file could not be sealed or checked")]
    Seal(#[source] SealError),
    /// The file storage failed.
    #[error("the file storage failed")]
    Blobs(#[source] BlobError),
    /// The payment gateway failed, or did not answer.
    #[error("the payment provider does not answer as it should")]
    Gateway(#[source] GatewayError),
}

/// A rule of the domain that says no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// About an invoice or the money on it.
    #[error(transparent)]
    Invoice(#[from] InvoiceError),
    /// About amounts.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// About a refund.
    #[error(transparent)]
    Refund(#[from] RefundError),
    /// About a proposal or an estimate.
    #[error(transparent)]
    Offer(#[from] OfferError),
    /// About a contract.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// About a document.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// About the contacts for whom something is there.
    #[error(transparent)]
    Readers(#[from] ChosenError),
    /// About a file that was handed in.
    #[error("{0}")]
    File(FileRefusal),
    /// The firm takes no money online.
    #[error("this firm takes no payments online")]
    NoGateway,
    /// The gateway cannot take this amount.
    #[error(transparent)]
    Amount(#[from] AmountRefusal),
    /// The amount is not what may be paid.
    #[error("pay at least {least} and at most {most}")]
    PartAmount {
        /// The least.
        least: Money,
        /// The most.
        most: Money,
    },
    /// The least part that clients may pay comes to nothing.
    #[error("the least part must be more than zero: switch part-payment off instead")]
    PartMinimum,
    /// Money is on its way.
    #[error("a payment is on its way: wait until it has arrived")]
    PaymentUnderWay,
    /// The gateway would not open a checkout. Nothing was charged.
    #[error("the payment provider refused: nothing was charged")]
    CheckoutRefused,
    /// About an announcement.
    #[error(transparent)]
    Announcement(#[from] AnnouncementError),
    /// About the days of a statement.
    #[error(transparent)]
    Period(#[from] PeriodError),
    /// A draft is not printed.
    #[error("a draft is not printed: issue or send it first")]
    DraftNotPrinted,
    /// More happened in the period than one statement tells.
    #[error("too much happened in these days for one statement: choose fewer days")]
    StatementTooLong,
    /// The document would have too many pages.
    #[error("the document is too long: at most {most} pages are printed")]
    DocumentTooLong {
        /// The most pages.
        most: u32,
    },
    /// About a new password.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// E-mail and password do not go together, or the account may not sign in. Deliberately not
    /// said which.
    #[error("the e-mail or the password is not right")]
    WrongCredentials,
    /// The password given as proof is not the one in use.
    #[error("this is not your current password")]
    WrongPassword,
    /// The mailed link was used, has been replaced, or has run out.
    #[error("this link no longer works: ask for a new one")]
    DeadLink,
    /// Another contact of the firm has this e-mail.
    #[error("another contact has this e-mail address: use a different one")]
    EmailTaken,
    /// Another article of the firm has this slug.
    #[error("another article has this address: choose a different slug")]
    SlugTaken,
    /// The contact was removed.
    #[error("the contact was removed")]
    ContactRemoved,
    /// The contact may not use the portal.
    #[error("the contact has no portal access: switch it on first")]
    NoPortalAccess,
    /// Something refers to a record that does not exist.
    #[error("{0} does not exist")]
    NoSuchReference(&'static str),
}

/// Why a file that was handed in is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileRefusal {
    /// It is not a PDF file.
    #[error("the file is not a PDF")]
    NotAPdf,
    /// Its structure is damaged, or of a kind that is not known here.
    #[error("the file's structure cannot be read: print it to a new PDF")]
    Unreadable,
    /// It is encrypted.
    #[error("the file is encrypted: remove its password first")]
    Encrypted,
    /// It is signed or sealed already.
    #[error("the file is signed already: choose one without a signature")]
    AlreadySigned,
    /// It is a dynamic form (XFA), which a program fills in when it is opened.
    #[error("the file is a dynamic form: print it to a new PDF")]
    DynamicForm,
    /// It is too large.
    #[error("the file is too large: it may have {most} bytes")]
    TooLarge {
        /// The most bytes.
        most: u64,
    },
    /// It did not come whole.
    #[error("the file did not arrive whole: send it again")]
    Interrupted,
}

impl Refusal {
    /// The input that is at fault, by its name in forms and in the API; none when it is the record's
    /// state.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Invoice(InvoiceError::DueBeforeDated) => Some("due"),
            Self::Invoice(InvoiceError::NotPositive | InvoiceError::OverBalance { .. })
            | Self::Money(_)
            | Self::Invoice(InvoiceError::Money(_))
            | Self::Refund(
                RefundError::NotPositive | RefundError::TooMuch { .. } | RefundError::Money(_),
            )
            | Self::PartAmount { .. }
            | Self::Amount(_) => Some("amount"),
            Self::Invoice(InvoiceError::CurrencyChanged) => Some("currency"),
            Self::Invoice(
                InvoiceError::NegativeTotal
                | InvoiceError::BelowSettled { .. }
                | InvoiceError::Pricing(_),
            ) => Some("lines"),
            Self::Offer(OfferError::ClosesBeforeDated | OfferError::Expired(_)) => {
                Some("open_till")
            }
            Self::Offer(OfferError::NegativeTotal | OfferError::Pricing(_)) => Some("lines"),
            Self::Offer(OfferError::Changed) => Some("shown"),
            Self::Contract(ContractError::TermsNotAccepted) => Some("terms"),
            Self::Contract(ContractError::SignedLater) => Some("signed_on"),
            Self::File(_) => Some("file"),
            Self::Readers(_) => Some("contacts"),
            Self::PartMinimum => Some("part_payment"),
            Self::Announcement(AnnouncementError::EndsBeforeStart) => Some("until"),
            Self::Announcement(AnnouncementError::Audience) => Some("audience"),
            Self::Period(PeriodError::Future) => Some("to"),
            Self::Period(PeriodError::Backwards) | Self::StatementTooLong => Some("from"),
            Self::Password(_) => Some("password"),
            Self::WrongPassword => Some("current_password"),
            Self::EmailTaken => Some("email"),
            Self::SlugTaken => Some("slug"),
            Self::NoSuchReference(what) => Some(what),
            _ => None,
        }
    }
}

/// The kinds of [`Error`] that a caller tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// [`Error::NotFound`].
    NotFound,
    /// [`Error::SignedOut`].
    SignedOut,
    /// [`Error::ReadOnly`].
    ReadOnly,
    /// [`Error::NoVaultGrant`].
    NoVaultGrant,
    /// [`Error::Preview`].
    Preview,
    /// [`Error::Locked`].
    Locked,
    /// [`Error::VaultUnavailable`]: it may work in a while.
    Unavailable,
    /// The asker can mend it: another input, or another state of the record.
    Refused,
    /// [`Error::Stale`].
    Stale,
    /// [`Error::KeyReused`].
    KeyReused,
    /// [`Error::Throttled`].
    Throttled,
    /// [`Error::Busy`].
    Busy,
    /// [`Error::Gateway`]: the payment provider failed; it may work in a moment.
    Gateway,
    /// Nobody but the operator can mend it.
    Internal,
}

impl Error {
    /// Which kind of error this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound => ErrorKind::NotFound,
            Self::SignedOut => ErrorKind::SignedOut,
            Self::ReadOnly => ErrorKind::ReadOnly,
            Self::NoVaultGrant => ErrorKind::NoVaultGrant,
            Self::Preview => ErrorKind::Preview,
            Self::Locked => ErrorKind::Locked,
            Self::VaultUnavailable(_) => ErrorKind::Unavailable,
            Self::Refused(_) => ErrorKind::Refused,
            Self::Stale => ErrorKind::Stale,
            Self::KeyReused => ErrorKind::KeyReused,
            Self::Throttled(_) => ErrorKind::Throttled,
            Self::Busy => ErrorKind::Busy,
            Self::Gateway(_) => ErrorKind::Gateway,
            Self::Store(_)
            | Self::Passwords(_)
            | Self::Print(_)
            | Self::Pdf(_)
            | Self::Seal(_)
            | Self::Blobs(_)
            | Self::Unreadable(_)
            | Self::Cipher(_)
            | Self::Address => ErrorKind::Internal,
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::Busy,
            StoreError::KeyReused => Self::KeyReused,
            StoreError::AlreadyExists(Constraint::ContactEmail) => Refusal::EmailTaken.into(),
            StoreError::AlreadyExists(Constraint::ArticleSlug) => Refusal::SlugTaken.into(),
            other => Self::Store(other),
        }
    }
}

impl From<GatewayError> for Error {
    fn from(error: GatewayError) -> Self {
        Self::Gateway(error)
    }
}

impl From<RefundError> for Error {
    fn from(error: RefundError) -> Self {
        Refusal::from(error).into()
    }
}

impl From<AmountRefusal> for Error {
    fn from(error: AmountRefusal) -> Self {
        Refusal::from(error).into()
    }
}

impl From<PasswordsError> for Error {
    fn from(error: PasswordsError) -> Self {
        match error {
            PasswordsError::Busy => Self::Busy,
            other => Self::Passwords(other),
        }
    }
}

impl From<PdfError> for Error {
    fn from(error: PdfError) -> Self {
        match error {
            PdfError::Busy => Self::Busy,
            PdfError::TooLong { most } => Refusal::DocumentTooLong { most }.into(),
            PdfError::NotAPdf => FileRefusal::NotAPdf.into(),
            PdfError::Unreadable => FileRefusal::Unreadable.into(),
            PdfError::Encrypted => FileRefusal::Encrypted.into(),
            PdfError::AlreadySigned => FileRefusal::AlreadySigned.into(),
            PdfError::DynamicForm => FileRefusal::DynamicForm.into(),
            PdfError::TooLarge { most } => too_large(most).into(),
            other => Self::Pdf(other),
        }
    }
}

impl From<SealError> for Error {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Busy => Self::Busy,
            SealError::NotAPdf => FileRefusal::NotAPdf.into(),
            SealError::Unreadable => FileRefusal::Unreadable.into(),
            SealError::Encrypted => FileRefusal::Encrypted.into(),
            SealError::AlreadySigned => FileRefusal::AlreadySigned.into(),
            SealError::DynamicForm => FileRefusal::DynamicForm.into(),
            SealError::TooLarge { most } => too_large(most).into(),
            other => Self::Seal(other),
        }
    }
}

impl From<BlobError> for Error {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Interrupted(_) => FileRefusal::Interrupted.into(),
            other => Self::Blobs(other),
        }
    }
}

impl From<DocumentError> for Error {
    fn from(error: DocumentError) -> Self {
        Refusal::from(error).into()
    }
}

fn too_large(most: usize) -> FileRefusal {
    FileRefusal::TooLarge { most: most as u64 }
}

impl From<FileRefusal> for Error {
    fn from(refusal: FileRefusal) -> Self {
        Refusal::File(refusal).into()
    }
}

impl From<OfferError> for Error {
    fn from(error: OfferError) -> Self {
        Refusal::from(error).into()
    }
}

impl From<ContractError> for Error {
    fn from(error: ContractError) -> Self {
        Refusal::from(error).into()
    }
}

impl From<PrintError> for Error {
    fn from(error: PrintError) -> Self {
        match error {
            PrintError::Draft => Refusal::DraftNotPrinted.into(),
            other => Self::Print(other),
        }
    }
}

impl From<PeriodError> for Error {
    fn from(error: PeriodError) -> Self {
        Refusal::from(error).into()
    }
}

impl From<InvoiceError> for Error {
    fn from(error: InvoiceError) -> Self {
        Refusal::from(error).into()
    }
}

impl From<MoneyError> for Error {
    fn from(error: MoneyError) -> Self {
        Refusal::from(error).into()
    }
}
