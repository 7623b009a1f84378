//! Lines with prices and what they come to, alike on invoices, proposals and estimates.

use super::super::format::Amount;

/// Whether the prices of a document hold the taxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prices {
    BeforeTax,
    WithTax,
}

/// One line of a document.
#[derive(Debug, Clone)]
pub(crate) struct PricedLine {
    pub(crate) title: String,
    /// Line breaks are kept.
    pub(crate) detail: Option<String>,
    pub(crate) quantity: String,
    /// What is counted: `hours`.
    pub(crate) unit: Option<String>,
    pub(crate) price: String,
    /// The line's own discount, as shown: `10 %` or an amount.
    pub(crate) discount: Option<String>,
    /// Each with its rate: `VAT 20 %`.
    pub(crate) taxes: Vec<String>,
    /// The line after its own discount.
    pub(crate) net: Amount,
}

/// The sums below the lines.
#[derive(Debug, Clone)]
pub(crate) struct Sums {
    /// Whether the prices already hold the taxes.
    pub(crate) prices: Prices,
    pub(crate) subtotal: Amount,
    /// The document's discount: its name (`Discount 5 %`) and the amount taken off.
    pub(crate) discount: Option<(String, Amount)>,
    /// Each tax with its rate (`VAT 20 %`), and the sum over the lines.
    pub(crate) taxes: Vec<(String, Amount)>,
    pub(crate) total: Amount,
}
