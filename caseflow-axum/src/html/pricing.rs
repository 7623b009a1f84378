//! From the core's reckoning to lines and sums on a page.

use caseflow_core::domain::pricing::{Discount, LineItem, LineTotals, PriceMode, Pricing, Totals};

use super::format::{money, price};
use super::views::pricing::{PricedLine, Prices, Sums};

pub(super) fn lines(pricing: &Pricing, totals: &Totals) -> Vec<PricedLine> {
    let items = pricing.lines.iter();
    items
        .zip(&totals.lines)
        .map(|(item, totals)| line(pricing, item, totals))
        .collect()
}

pub(super) fn sums(pricing: &Pricing, totals: &Totals) -> Sums {
    let named = pricing.discount.as_ref().map(|named| match named {
        Discount::Percent(percent) => format!("Discount {percent} %"),
        Discount::Fixed(_) => "Discount".to_owned(),
    });
    let taken_off = totals.discount.checked_neg().unwrap_or(totals.discount);
    let taxes = totals.taxes.iter();
    Sums {
        prices: match pricing.mode {
            PriceMode::TaxExclusive => Prices::BeforeTax,
            PriceMode::TaxInclusive => Prices::WithTax,
        },
        subtotal: money(totals.subtotal),
        discount: named.map(|name| (name, money(taken_off))),
        taxes: taxes
            .map(|tax| (format!("{} {} %", tax.name, tax.percent), money(tax.tax)))
            .collect(),
        total: money(totals.total),
    }
}

fn line(pricing: &Pricing, item: &LineItem, totals: &LineTotals) -> PricedLine {
    let text = item.description.as_str();
    let (title, detail) = match text.split_once('\n') {
        Some((title, detail)) => (title, Some(detail.to_owned())),
        None => (text, None),
    };
    let taxes = item.taxes.iter();
    PricedLine {
        title: title.to_owned(),
        detail,
        quantity: item.quantity.to_string(),
        unit: None,
        price: price(item.unit_price, pricing.currency),
        discount: item.discount.as_ref().map(reduction),
        taxes: taxes
            .map(|tax| format!("{} {} %", tax.name, tax.percent))
            .collect(),
        net: money(totals.net),
    }
}

fn reduction(discount: &Discount) -> String {
    match discount {
        Discount::Percent(percent) => format!("{percent} %"),
        Discount::Fixed(amount) => money(*amount).to_string(),
    }
}
