//! Lines and totals, which are only ever read with their document: JSON texts.

use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::pricing::{
    Discount, LineItem, LineTotals, Percent, PriceMode, Pricing, TaxRate, TaxTotal, Totals,
};
use serde::{Deserialize, Serialize};

use crate::read::{Unknown, Unreadable};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StoredPricing {
    mode: String,
    lines: Vec<StoredLine>,
    discount: Option<StoredDiscount>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredLine {
    description: String,
    quantity: String,
    unit_price: String,
    discount: Option<StoredDiscount>,
    taxes: Vec<StoredTax>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredTax {
    name: String,
    percent: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredDiscount {
    Percent(String),
    /// Minor units of the currency beside it.
    Fixed(i64, String),
}

const EXCLUSIVE: &str = "exclusive";
const INCLUSIVE: &str = "inclusive";

impl StoredPricing {
    pub(crate) fn write(pricing: &Pricing) -> Self {
        Self {
            mode: match pricing.mode {
                PriceMode::TaxExclusive => EXCLUSIVE.into(),
                PriceMode::TaxInclusive => INCLUSIVE.into(),
            },
            lines: pricing.lines.iter().map(write_line).collect(),
            discount: pricing.discount.map(write_discount),
        }
    }

    pub(crate) fn read(self, currency: Currency) -> Result<Pricing, Unreadable> {
        let lines = self.lines.into_iter().map(read_line);
        Ok(Pricing {
            currency,
            mode: match self.mode.as_str() {
                EXCLUSIVE => PriceMode::TaxExclusive,
                INCLUSIVE => PriceMode::TaxInclusive,
                _ => return Err(Unknown("the price mode").into()),
            },
            lines: lines.collect::<Result<_, _>>()?,
            discount: self.discount.map(read_discount).transpose()?,
        })
    }
}

fn write_line(line: &LineItem) -> StoredLine {
    let taxes = line.taxes.iter().map(|tax| StoredTax {
        name: tax.name.to_string(),
        percent: tax.percent.to_string(),
    });
    StoredLine {
        description: line.description.to_string(),
        quantity: line.quantity.to_string(),
        unit_price: line.unit_price.to_string(),
        discount: line.discount.map(write_discount),
        taxes: taxes.collect(),
    }
}

fn read_line(line: StoredLine) -> Result<LineItem, Unreadable> {
    let taxes = line.taxes.into_iter().map(|tax| -> Result<_, Unreadable> {
        Ok(TaxRate {
            name: tax.name.parse()?,
            percent: tax.percent.parse()?,
        })
    });
    Ok(LineItem {
        description: line.description.parse()?,
        quantity: line.quantity.parse()?,
        unit_price: line.unit_price.parse()?,
        discount: line.discount.map(read_discount).transpose()?,
        taxes: taxes.collect::<Result<_, _>>()?,
    })
}

fn write_discount(discount: Discount) -> StoredDiscount {
    match discount {
        Discount::Percent(percent) => StoredDiscount::Percent(percent.to_string()),
        Discount::Fixed(amount) => {
            StoredDiscount::Fixed(amount.minor(), amount.currency().to_string())
        }
    }
}

fn read_discount(discount: StoredDiscount) -> Result<Discount, Unreadable> {
    Ok(match discount {
        StoredDiscount::Percent(percent) => Discount::Percent(Percent::parse(&percent)?),
        StoredDiscount::Fixed(minor, currency) => {
            Discount::Fixed(Money::from_minor(minor, currency.parse()?))
        }
    })
}

/// Every amount is in minor units of the document's currency.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StoredTotals {
    lines: Vec<StoredLineTotals>,
    subtotal: i64,
    discount: i64,
    net: i64,
    taxes: Vec<StoredTaxTotal>,
    tax: i64,
    total: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredLineTotals {
    gross: i64,
    discount: i64,
    net: i64,
    discount_share: i64,
    tax: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredTaxTotal {
    name: String,
    percent: String,
    base: i64,
    tax: i64,
}

impl StoredTotals {
    pub(crate) fn write(totals: &Totals) -> Self {
        Self {
            lines: totals.lines.iter().map(write_line_totals).collect(),
            subtotal: totals.subtotal.minor(),
            discount: totals.discount.minor(),
            net: totals.net.minor(),
            taxes: totals.taxes.iter().map(write_tax_total).collect(),
            tax: totals.tax.minor(),
            total: totals.total.minor(),
        }
    }

    pub(crate) fn read(self, currency: Currency) -> Result<Totals, Unreadable> {
        let money = |minor| Money::from_minor(minor, currency);
        let lines = self.lines.into_iter().map(|line| LineTotals {
            gross: money(line.gross),
            discount: money(line.discount),
            net: money(line.net),
            discount_share: money(line.discount_share),
            tax: money(line.tax),
        });
        let taxes = self.taxes.into_iter().map(|tax| -> Result<_, Unreadable> {
            Ok(TaxTotal {
                name: tax.name.parse()?,
                percent: tax.percent.parse()?,
                base: money(tax.base),
                tax: money(tax.tax),
            })
        });
        Ok(Totals {
            lines: lines.collect(),
            subtotal: money(self.subtotal),
            discount: money(self.discount),
            net: money(self.net),
            taxes: taxes.collect::<Result<_, _>>()?,
            tax: money(self.tax),
            total: money(self.total),
        })
    }
}

fn write_line_totals(line: &LineTotals) -> StoredLineTotals {
    StoredLineTotals {
        gross: line.gross.minor(),
        discount: line.discount.minor(),
        net: line.net.minor(),
        discount_share: line.discount_share.minor(),
        tax: line.tax.minor(),
    }
}

fn write_tax_total(tax: &TaxTotal) -> StoredTaxTotal {
    StoredTaxTotal {
        name: tax.name.to_string(),
        percent: tax.percent.to_string(),
        base: tax.base.minor(),
        tax: tax.tax.minor(),
    }
}
