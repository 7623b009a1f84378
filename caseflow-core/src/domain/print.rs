//! Documents ready to be printed: computed, in the reader's language, with nothing left to decide.
//!
//! A [`Print`] is made by a [`Letterhead`] from domain records and holds, for every amount and day,
//! both the value (minor units and ISO 4217 currency, ISO 8601 date) and the text to show. Whoever
//! lays it out adds nothing up (R-MON-6): the figures are those of
//! [`Pricing::totals`](super::pricing::Pricing::totals) and of the invoice's
//! [`Account`](super::invoice::Account), and a print whose records do not add up to them is
//! refused.
//!
//! The fixed words of a document come from one table, [`Label`], in every [`PrintLanguage`].

mod certificate;
mod contract;
mod format;
mod invoice;
mod letterhead;
mod moment;
mod offer;
mod payment;
mod records;
mod rich;
mod statement;
mod words;

use super::firm::Logo;
use super::money::MoneyError;
use super::text::{Colour, LanguageTag, Line, Prose};
use super::time::Timestamp;

pub use certificate::{CertificateView, Certified, EventView, SignatureFacts};
pub use contract::{ContractCopy, ContractView};
pub use format::{Amount, Day};
pub use invoice::{Change, HowToPay, InvoiceView, LineView, TaxView, TotalsView};
pub use letterhead::Letterhead;
pub use moment::Moment;
pub use offer::{AnswerView, OfferView};
pub use payment::{ReceiptView, ReversalView};
pub use records::{InvoiceRecords, RecordKind, RecordView};
pub use rich::{RichBlock, RichView};
pub use statement::{EntryKind, EntryView, StatementAccount, StatementView};
pub use words::{Label, PrintLanguage};

/// One document, computed and in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Print {
    /// How the firm's paper looks.
    pub brand: Brand,
    /// The language of its words, and the table they come from.
    pub language: PrintLanguage,
    /// The language as BCP 47 says it, for the file's own metadata: that of the words, with the
    /// reader's region.
    pub tag: LanguageTag,
    /// The side its text starts from.
    pub side: Side,
    /// What the file is called: `Invoice INV-0042`, in the language of the words.
    pub title: String,
    /// Whom it is for.
    pub addressee: Party,
    /// When it was made. Two prints of the same facts differ in this alone.
    pub made_at: Timestamp,
    /// What it says.
    pub document: PrintDocument,
}

impl Print {
    /// A fixed word in the document's language.
    #[must_use]
    pub fn word(&self, label: Label) -> &'static str {
        self.language.word(label)
    }

    /// `Page 2 of 3` in the document's language.
    #[must_use]
    pub fn page(&self, page: usize, pages: usize) -> String {
        self.word(Label::PageOf)
            .replace("{page}", &page.to_string())
            .replace("{pages}", &pages.to_string())
    }

    /// A name for the file that is safe in every header and file system: ASCII letters, digits,
    /// dots, dashes and underscores, at most 100 bytes, such as `invoice-INV-0042.pdf`.
    #[must_use]
    pub fn file_name(&self) -> String {
        let (kind, number) = match &self.document {
            PrintDocument::Invoice(it) => ("invoice", it.number.clone()),
            PrintDocument::Receipt(it) => ("receipt", it.number.clone()),
            PrintDocument::Reversal(it) => (it.file_kind(), it.number.clone()),
            PrintDocument::Statement(it) => ("statement", format!("{}-{}", it.from.iso, it.to.iso)),
            PrintDocument::Offer(it) => (it.kind.code(), it.number.clone()),
            PrintDocument::Contract(it) => ("contract", it.reference.clone()),
            PrintDocument::Certificate(it) => ("certificate", it.reference.clone()),
        };
        let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let number: String = number
            .chars()
            .map(|c| if safe(c) { c } else { '-' })
            .take(80)
            .collect();
        let number = number.trim_matches(['-', '.']);
        if number.is_empty() {
            format!("{kind}.pdf")
        } else {
            format!("{kind}-{number}.pdf")
        }
    }
}

/// What is printed. Kinds are added; a renderer that does not know one says so.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrintDocument {
    /// An invoice as it stands now.
    Invoice(Box<InvoiceView>),
    /// The receipt of one payment.
    Receipt(ReceiptView),
    /// The note of one refund, or of another reversal.
    Reversal(ReversalView),
    /// What happened between two days.
    Statement(StatementView),
    /// A proposal or an estimate as it stands now.
    Offer(Box<OfferView>),
    /// A contract, signed or not.
    Contract(Box<ContractView>),
    /// The certificate of a signature, alone: it goes behind a contract that is a file.
    Certificate(Box<CertificateView>),
}

/// The side a document starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Left to right.
    Left,
    /// Right to left: columns are mirrored too.
    Right,
}

/// A name and how to reach it, as printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Company or person.
    pub name: String,
    /// Postal address, a line each.
    pub address: Vec<String>,
    /// VAT, sales-tax or company number.
    pub tax_id: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
}

/// How a firm's paper looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// The firm.
    pub firm: Party,
    /// The colour of the table's head and of the rules. A renderer shows text on it in whichever
    /// of black and white stands out more.
    pub accent: Colour,
    /// The logo; its alternative text is the firm's name.
    pub logo: Option<Logo>,
    /// Small print at the foot of every page.
    pub footer: Option<Prose<1000>>,
    /// The size of the paper.
    pub paper: Paper,
}

/// A firm's choices for its printed documents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stationery {
    /// The size of the paper.
    pub paper: Paper,
    /// Small print at the foot of every page.
    pub footer: Option<Prose<1000>>,
    /// How to pay an invoice: the bank account and what to quote.
    pub how_to_pay: Option<Prose<1000>>,
}

/// A size of paper.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Paper {
    /// 210 × 297 mm (ISO 216).
    #[default]
    A4,
    /// 8.5 × 11 inches (ANSI/ASME Y14.1).
    Letter,
}

impl Paper {
    /// Every size.
    pub const ALL: [Self; 2] = [Self::A4, Self::Letter];

    /// The lower-case name used in storage and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::Letter => "letter",
        }
    }

    /// Finds a size by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|paper| paper.code() == code)
    }
}

/// Why records do not make a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrintError {
    /// A draft has no number and is not shown to anyone.
    #[error("it is a draft: only what was issued or sent is printed")]
    Draft,
    /// A payment's receipt or a reversal's note has no number yet.
    #[error("the document has no number yet")]
    NoNumber,
    /// The payment or reversal belongs to another invoice.
    #[error("the record belongs to another invoice")]
    OtherInvoice,
    /// The invoice belongs to another client.
    #[error("the invoice belongs to another client")]
    OtherClient,
    /// The records do not add up to the invoice's account: some are missing, or too many.
    #[error("the records do not add up to the invoice's account")]
    RecordsDiffer,
    /// The last day is before the first.
    #[error("the last day is before the first")]
    Period,
    /// A sum does not fit, or is of two currencies.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

fn text<const MAX: usize>(line: Option<&Line<MAX>>) -> Option<String> {
    line.map(ToString::to_string)
}
