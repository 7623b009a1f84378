//! Numbers of documents: a firm's own series, without gaps or repeats (R-INV-5).

use std::fmt;

use super::text::{Line, TextError};

/// How a firm writes the numbers of one series: a prefix and zero-padded digits.
///
/// ```
/// use caseflow_core::domain::number::NumberFormat;
/// let format = NumberFormat::parse("INV-", 5)?;
/// assert_eq!(format.render(42).as_str(), "INV-00042");
/// # Ok::<(), caseflow_core::domain::text::TextError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberFormat {
    prefix: String,
    width: u8,
}

impl NumberFormat {
    /// A format with `prefix` (0 to 20 characters, may end in a space or dash) and at least `width`
    /// digits (1 to 12).
    ///
    /// # Errors
    /// When the prefix is too long or holds control characters, or the width is out of range.
    pub fn parse(prefix: &str, width: u8) -> Result<Self, TextError> {
        if !(1..=12).contains(&width) {
            return Err(TextError::Malformed {
                expected: "a width of 1 to 12 digits",
            });
        }
        // The digit keeps a trailing space or an empty prefix from being trimmed away.
        Line::<21>::parse(&format!("{prefix}0"))?;
        Ok(Self {
            prefix: prefix.to_owned(),
            width,
        })
    }

    /// What stands before the digits.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The least number of digits.
    #[must_use]
    pub fn width(&self) -> u8 {
        self.width
    }

    /// The `n`-th number of the series as it is printed.
    #[must_use]
    pub fn render(&self, n: u64) -> DocumentNumber {
        let width = usize::from(self.width);
        DocumentNumber(format!("{}{n:0width$}", self.prefix))
    }
}

/// A number as it is printed on the document. It never changes once taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentNumber(String);

impl DocumentNumber {
    /// A number that was taken before, read back from storage.
    #[must_use]
    pub fn from_storage(text: String) -> Self {
        Self(text)
    }

    /// The number as printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A document's number on its way into the store.
///
/// A verb cannot know the next number before it is written, so it commits `Next` and the store
/// takes the number inside the same transaction. What is read back is always `Taken`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Number {
    /// The store shall take the series' next number and write it like this.
    Next(NumberFormat),
    /// The number that was taken.
    Taken(DocumentNumber),
}

impl Number {
    /// The number, once it is taken.
    #[must_use]
    pub fn taken(&self) -> Option<&DocumentNumber> {
        match self {
            Self::Next(_) => None,
            Self::Taken(number) => Some(number),
        }
    }
}

/// The series that a firm keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Series {
    /// Invoices.
    Invoice,
    /// Receipts of payments.
    Receipt,
    /// Notes of refunds and of other reversals.
    Refund,
    /// Proposals.
    Proposal,
    /// Estimates.
    Estimate,
}

impl Series {
    /// The lower-case name used in storage.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::Receipt => "receipt",
            Self::Refund => "refund",
            Self::Proposal => "proposal",
            Self::Estimate => "estimate",
        }
    }
}
