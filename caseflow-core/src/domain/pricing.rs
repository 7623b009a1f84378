//! What invoices, proposals and estimates cost: the lines, and the one function that totals them.
//!
//! * A line's net is `quantity × unit price − line discount`, rounded once, half away from zero, at
//!   the currency's decimals (R-MON-2). Nothing before that is rounded: the arithmetic is exact.
//! * The document's discount lowers every line by the same rate: its percent, or its fixed amount
//!   over the subtotal. Each tax is that rate and the tax's own applied to the **unrounded** net,
//!   then rounded (R-MON-3, R-MON-4).
//! * Every total is a sum of rounded numbers, so that printed columns add up: see [`Totals`].
//! * The order of the lines changes no total. Only which line carries a leftover minor unit of the
//!   document's discount depends on it, and with that the [`TaxTotal::base`] of a rate that is not
//!   on every line.

mod exact;
mod numbers;
mod totals;

use std::fmt;

use super::currency::Currency;
use super::money::Money;
use super::text::{Line, Prose};

pub use numbers::{NumberError, Percent, Quantity, UnitPrice};

/// A document's prices: what is stored and what totals are computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pricing {
    /// What every amount is in.
    pub currency: Currency,
    /// Whether unit prices hold the taxes already.
    pub mode: PriceMode,
    /// 1 to [`Pricing::MAX_LINES`] lines, in the order printed.
    pub lines: Vec<LineItem>,
    /// Taken off the sum of the lines, before tax.
    pub discount: Option<Discount>,
}

impl Pricing {
    /// The most lines a document may have.
    pub const MAX_LINES: usize = 5000;
    /// The most taxes a line may have.
    pub const MAX_LINE_TAXES: usize = 8;
    /// The most different taxes (by name and percent) a document may have.
    pub const MAX_TAXES: usize = 64;

    /// Computes every number a document shows. List, detail, PDF, mail, API and payment provider
    /// show these and compute none of their own (R-MON-6).
    ///
    /// Negative lines, negative totals and totals of zero are fine here; whether a kind of document
    /// may have them is that document's rule.
    pub fn totals(&self) -> Result<Totals, PricingError> {
        totals::compute(self)
    }
}

/// How unit prices are meant (R-MON-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PriceMode {
    /// Taxes come on top.
    TaxExclusive,
    /// Taxes are inside.
    TaxInclusive,
}

/// One line of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineItem {
    /// What it is for.
    pub description: Prose<2000>,
    /// How many.
    pub quantity: Quantity,
    /// Price of one; negative for a credit.
    pub unit_price: UnitPrice,
    /// Taken off `quantity × unit price`.
    pub discount: Option<Discount>,
    /// At most [`Pricing::MAX_LINE_TAXES`], each computed on the net alone, never on another tax.
    pub taxes: Vec<TaxRate>,
}

/// A tax by name: two rates are the same tax if both name and percent are the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TaxRate {
    /// As printed, like `VAT`.
    pub name: Line<60>,
    /// Of the net.
    pub percent: Percent,
}

/// What is taken off a line or a document.
///
/// A percent is 0 to 100. A fixed amount is in the document's currency, not negative, and at most
/// what it reduces; so a negative line or document can be reduced by a percent, never by an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Discount {
    /// So much of every hundred.
    Percent(Percent),
    /// So much.
    Fixed(Money),
}

/// `10 %` or `10.00 USD`.
impl fmt::Display for Discount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "{percent} %"),
            Self::Fixed(amount) => amount.fmt(f),
        }
    }
}

/// Every number a document shows.
///
/// These hold to the last minor unit, in both modes:
/// * the lines' `net` sum to `subtotal`, their `discount_share` to `discount`, their `tax` and the
///   `taxes`' `tax` to `tax`;
/// * `net + tax = total`;
/// * tax-exclusive, `subtotal − discount = net`; tax-inclusive, `subtotal − discount = total`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// One for each line of the document, in its order.
    pub lines: Vec<LineTotals>,
    /// All lines together, before the document's discount; with taxes inside if the mode says so.
    pub subtotal: Money,
    /// The document's discount.
    pub discount: Money,
    /// What is left without any tax.
    pub net: Money,
    /// One for each tax, in the order of first appearance.
    pub taxes: Vec<TaxTotal>,
    /// All taxes together.
    pub tax: Money,
    /// What is to be paid.
    pub total: Money,
}

/// The numbers of one line. `gross − discount = net`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineTotals {
    /// `quantity × unit price`.
    pub gross: Money,
    /// The line's own discount.
    pub discount: Money,
    /// What the line comes to, with taxes inside if the mode says so.
    pub net: Money,
    /// The part of the document's discount that falls on this line.
    pub discount_share: Money,
    /// The line's taxes, after its share of the document's discount.
    pub tax: Money,
}

/// One tax over all lines that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxTotal {
    /// As printed.
    pub name: Line<60>,
    /// Of the base.
    pub percent: Percent,
    /// What it was computed on: the lines that have it, after discounts, without tax.
    pub base: Money,
    /// The tax: the sum of its rounded amounts on each line, which may differ from
    /// `base × percent` by some minor units.
    pub tax: Money,
}

/// Why a document has no totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PricingError {
    /// No line at all.
    #[error("there are no lines: add at least one")]
    NoLines,
    /// More lines than a document may have.
    #[error("there are too many lines: the most is {max}")]
    TooManyLines {
        /// The most allowed.
        max: usize,
    },
    /// More taxes than the line or the document may have.
    #[error("{at}: there are too many taxes: the most is {max}")]
    TooManyTaxes {
        /// The line with one too many.
        at: Place,
        /// The most allowed.
        max: usize,
    },
    /// The same tax twice on one line.
    #[error("{at}: the same tax is there twice: remove one")]
    RepeatedTax {
        /// The line.
        at: Place,
    },
    /// A discount that would raise the price.
    #[error("{at}: a discount is not negative: use a line with a negative price to add to it")]
    NegativeDiscount {
        /// Where the discount is.
        at: Place,
    },
    /// A fixed discount in a currency the document is not in.
    #[error("{at}: the discount is in {found}: write it in {expected}")]
    OtherCurrency {
        /// Where the discount is.
        at: Place,
        /// The document's currency.
        expected: Currency,
        /// The discount's currency.
        found: Currency,
    },
    /// A discount of more than there is.
    #[error("{at}: the discount is more than what it reduces: the most is {max}")]
    DiscountTooLarge {
        /// Where the discount is.
        at: Place,
        /// The most that can be taken off there.
        max: Discount,
    },
    /// Beyond what can be held or computed exactly.
    #[error("{at}: the number has too many digits: use smaller numbers or fewer decimals")]
    OutOfRange {
        /// Where.
        at: Place,
    },
}

/// A spot in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// The line, counted from 0; `None` for the document itself. Messages count from 1.
    pub line: Option<usize>,
    /// What of it.
    pub field: Field,
}

impl Place {
    pub(crate) fn line(index: usize, field: Field) -> Self {
        Self {
            line: Some(index),
            field,
        }
    }

    pub(crate) fn document(field: Field) -> Self {
        Self { line: None, field }
    }
}

/// `line 3, discount` or `document, discount`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(index) => write!(f, "line {}, {}", index + 1, self.field),
            None => write!(f, "document, {}", self.field),
        }
    }
}

/// What of a line or a document is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// `quantity × unit price`, and the net.
    Price,
    /// The discount.
    Discount,
    /// The taxes.
    Taxes,
    /// A sum over the lines.
    Total,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Price => "price",
            Self::Discount => "discount",
            Self::Taxes => "taxes",
            Self::Total => "total",
        })
    }
}
