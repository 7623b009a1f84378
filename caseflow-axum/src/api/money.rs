//! Amounts, prices and totals in JSON: minor units as whole numbers, decimals as text.

use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::pricing::{
    Discount, Field, LineItem, LineTotals, Percent, PriceMode, Pricing, PricingError, Quantity,
    TaxRate, TaxTotal, Totals, UnitPrice,
};
use caseflow_core::domain::text::{Line, Prose};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::wire::{Flaws, Wire, body};

/// An amount of money.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Money)]
pub(crate) struct MoneyView {
    /// Minor units of the currency: 1033 is 10.33 USD, and 1033 JPY.
    #[schema(example = 1033)]
    pub(crate) amount_minor: i64,
    /// ISO 4217.
    #[schema(example = "USD")]
    pub(crate) currency: &'static str,
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> Self {
        Self {
            amount_minor: money.minor(),
            currency: money.currency().code(),
        }
    }
}

body! {
    /// An amount of money.
    MoneyBody {
        /// Minor units of the currency, never a decimal: 1033 is 10.33 USD, and 1033 JPY.
        amount_minor: i64,
        /// ISO 4217.
        currency: Currency,
    }
}

impl From<MoneyBody> for Money {
    fn from(body: MoneyBody) -> Self {
        Self::from_minor(body.amount_minor, body.currency)
    }
}

/// An amount above zero.
#[derive(Debug)]
pub(crate) struct Positive(pub(crate) Money);

impl Wire for Positive {
    fn shape() -> Value {
        let mut shape = MoneyBody::shape();
        if let Some(number) = shape.pointer_mut("/properties/amount_minor/minimum") {
            *number = json!(1);
        }
        shape
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let money: Money = MoneyBody::read(given, at, flaws)?.into();
        if !money.is_positive() {
            flaws.note(&format!("{at}/amount_minor"), "must be more than zero");
            return None;
        }
        Some(Self(money))
    }

    fn absent() -> Option<Self> {
        None
    }
}

/// An amount that is to be said: a number, or in so many words the balance (R-INV-6).
#[derive(Debug)]
pub(crate) enum Sum {
    This(Money),
    Balance,
}

/// The word for whatever is due.
const BALANCE: &str = "balance";

impl Wire for Sum {
    fn shape() -> Value {
        json!({"oneOf": [MoneyBody::shape(), {"type": "string", "enum": [BALANCE]}]})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        if given == BALANCE {
            return Some(Self::Balance);
        }
        let money = MoneyBody::read(given, at, flaws)?;
        Some(Self::This(money.into()))
    }

    fn absent() -> Option<Self> {
        None
    }
}

impl Sum {
    /// As the core takes it: none for the balance.
    pub(crate) fn chosen(self) -> Option<Money> {
        match self {
            Self::This(money) => Some(money),
            Self::Balance => None,
        }
    }
}

body! {
    /// So much of every hundred.
    PercentOff {
        /// 0 to 100.
        percent: Percent,
    }
}

body! {
    /// So much.
    AmountOff {
        /// Not negative, in the currency of the document.
        amount: MoneyBody,
    }
}

impl Wire for Discount {
    fn shape() -> Value {
        json!({"oneOf": [PercentOff::shape(), AmountOff::shape()]})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        if given.get("amount").is_some() {
            let off = AmountOff::read(given, at, flaws)?;
            return Some(Self::Fixed(off.amount.into()));
        }
        let off = PercentOff::read(given, at, flaws)?;
        Some(Self::Percent(off.percent))
    }

    fn absent() -> Option<Self> {
        None
    }
}

body! {
    /// A tax on a line.
    TaxBody {
        /// As printed, like `VAT`.
        name: Line<60>,
        /// Of the net: 0 to 1000.
        percent: Percent,
    }
}

body! {
    /// One line of an invoice.
    LineBody {
        /// What it is for.
        description: Prose<2000>,
        /// How many: at most 1,000,000,000 with at most 8 decimals.
        quantity: Quantity,
        /// The price of one in major units, negative for a credit; at most 8 decimals.
        unit_price: UnitPrice,
        /// Taken off quantity × unit price.
        discount: Option<Discount>,
        /// At most 8, each computed on the net alone.
        taxes: Option<Vec<TaxBody>>,
    }
}

impl From<LineBody> for LineItem {
    fn from(body: LineBody) -> Self {
        let taxes = body.taxes.unwrap_or_default().into_iter();
        Self {
            description: body.description,
            quantity: body.quantity,
            unit_price: body.unit_price,
            discount: body.discount,
            taxes: taxes
                .map(|tax| TaxRate {
                    name: tax.name,
                    percent: tax.percent,
                })
                .collect(),
        }
    }
}

/// The pricing that a body's parts make.
pub(crate) fn pricing(
    currency: Currency,
    mode: PriceMode,
    lines: Vec<LineBody>,
    discount: Option<Discount>,
) -> Pricing {
    Pricing {
        currency,
        mode,
        lines: lines.into_iter().map(Into::into).collect(),
        discount,
    }
}

/// The JSON pointer to the part of an invoice's body that has no total.
pub(crate) fn place_in_body(error: &PricingError) -> String {
    let (PricingError::TooManyTaxes { at, .. }
    | PricingError::RepeatedTax { at }
    | PricingError::NegativeDiscount { at }
    | PricingError::OtherCurrency { at, .. }
    | PricingError::DiscountTooLarge { at, .. }
    | PricingError::OutOfRange { at }) = error
    else {
        return "/lines".to_owned();
    };
    let (line, member) = match (at.line, at.field) {
        (line, Field::Discount) => (line, "/discount"),
        (line, Field::Taxes) => (line, "/taxes"),
        (Some(_), _) => (at.line, ""),
        (None, _) => (None, "/lines"),
    };
    match line {
        Some(index) => format!("/lines/{index}{member}"),
        None => member.to_owned(),
    }
}

/// A discount: either a percent or an amount.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Discount)]
pub(crate) enum DiscountView {
    /// So much of every hundred.
    Percent {
        /// 0 to 100.
        percent: String,
    },
    /// So much.
    Amount {
        /// In the currency of the document.
        amount: MoneyView,
    },
}

impl From<Discount> for DiscountView {
    fn from(discount: Discount) -> Self {
        match discount {
            Discount::Percent(percent) => Self::Percent {
                percent: percent.to_string(),
            },
            Discount::Fixed(amount) => Self::Amount {
                amount: amount.into(),
            },
        }
    }
}

/// A tax on a line.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tax)]
pub(crate) struct TaxView {
    /// As printed.
    name: String,
    /// Of the net.
    percent: String,
}

/// One line, as it was agreed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Line)]
pub(crate) struct LineView {
    /// What it is for.
    description: String,
    /// How many.
    quantity: String,
    /// The price of one in major units.
    unit_price: String,
    /// Taken off quantity × unit price.
    discount: Option<DiscountView>,
    /// The taxes on it.
    taxes: Vec<TaxView>,
}

impl From<&LineItem> for LineView {
    fn from(line: &LineItem) -> Self {
        let taxes = line.taxes.iter().map(|tax| TaxView {
            name: tax.name.to_string(),
            percent: tax.percent.to_string(),
        });
        Self {
            description: line.description.to_string(),
            quantity: line.quantity.to_string(),
            unit_price: line.unit_price.to_string(),
            discount: line.discount.map(Into::into),
            taxes: taxes.collect(),
        }
    }
}

/// The numbers of one line: gross − discount = net.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LineTotals)]
pub(crate) struct LineTotalsView {
    /// Quantity × unit price.
    gross: MoneyView,
    /// The line's own discount.
    discount: MoneyView,
    /// What the line comes to, with taxes inside if prices are tax-inclusive.
    net: MoneyView,
    /// The part of the document's discount that falls on this line.
    discount_share: MoneyView,
    /// The line's taxes.
    tax: MoneyView,
}

impl From<&LineTotals> for LineTotalsView {
    fn from(totals: &LineTotals) -> Self {
        Self {
            gross: totals.gross.into(),
            discount: totals.discount.into(),
            net: totals.net.into(),
            discount_share: totals.discount_share.into(),
            tax: totals.tax.into(),
        }
    }
}

/// One tax over all lines that have it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TaxTotal)]
pub(crate) struct TaxTotalView {
    /// As printed.
    name: String,
    /// Of the base.
    percent: String,
    /// What it was computed on.
    base: MoneyView,
    /// The sum of its rounded amounts on each line.
    tax: MoneyView,
}

impl From<&TaxTotal> for TaxTotalView {
    fn from(total: &TaxTotal) -> Self {
        Self {
            name: total.name.to_string(),
            percent: total.percent.to_string(),
            base: total.base.into(),
            tax: total.tax.into(),
        }
    }
}

/// Every number that the invoice shows. net + tax = total.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Totals)]
pub(crate) struct TotalsView {
    /// One for each line, in its order.
    lines: Vec<LineTotalsView>,
    /// All lines together, before the document's discount.
    subtotal: MoneyView,
    /// The document's discount.
    discount: MoneyView,
    /// What is left without any tax.
    net: MoneyView,
    /// One for each tax, in the order of first appearance.
    taxes: Vec<TaxTotalView>,
    /// All taxes together.
    tax: MoneyView,
    /// What is to be paid.
    total: MoneyView,
}

impl From<&Totals> for TotalsView {
    fn from(totals: &Totals) -> Self {
        Self {
            lines: totals.lines.iter().map(Into::into).collect(),
            subtotal: totals.subtotal.into(),
            discount: totals.discount.into(),
            net: totals.net.into(),
            taxes: totals.taxes.iter().map(Into::into).collect(),
            tax: totals.tax.into(),
            total: totals.total.into(),
        }
    }
}
