//! Totals: the laws that hold for every document, and the same numbers found another way.

use std::collections::HashMap;

use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::pricing::{
    Discount, LineItem, Percent, PriceMode, Pricing, Quantity, Totals, UnitPrice,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::samples::{absurd_pricing, any_pricing};

/// Every law that `Totals` states.
fn assert_columns_add_up(pricing: &Pricing, totals: &Totals) {
    let sum =
        |amounts: &mut dyn Iterator<Item = Money>| Money::sum(amounts, pricing.currency).unwrap();
    let lines = || totals.lines.iter();
    assert_eq!(totals.lines.len(), pricing.lines.len());
    for line in lines() {
        assert_eq!(line.gross.checked_sub(line.discount), Ok(line.net));
    }
    assert_eq!(sum(&mut lines().map(|line| line.net)), totals.subtotal);
    assert_eq!(
        sum(&mut lines().map(|line| line.discount_share)),
        totals.discount
    );
    assert_eq!(sum(&mut lines().map(|line| line.tax)), totals.tax);
    assert_eq!(sum(&mut totals.taxes.iter().map(|tax| tax.tax)), totals.tax);
    assert_eq!(totals.net.checked_add(totals.tax), Ok(totals.total));
    let left = totals.subtotal.checked_sub(totals.discount).unwrap();
    match pricing.mode {
        PriceMode::TaxExclusive => assert_eq!(left, totals.net),
        PriceMode::TaxInclusive => assert_eq!(left, totals.total),
    }
}

/// A fraction of whole numbers, for an answer found another way than the library's.
#[derive(Clone, Copy)]
struct Fraction(i128, i128);

impl Fraction {
    fn of(value: Decimal) -> Self {
        Self(value.mantissa(), 10_i128.pow(value.scale()))
    }

    fn times(self, other: Self) -> Self {
        let (top, bottom) = (self.0 * other.0, self.1 * other.1);
        let common = common_divisor(top, bottom);
        Self(top / common, bottom / common)
    }

    fn minus(self, other: Self) -> Self {
        Self(self.0 * other.1 - other.0 * self.1, self.1 * other.1).times(Self(1, 1))
    }

    fn round(self, currency: Currency) -> i128 {
        let Self(top, bottom) = self.times(Self(10_i128.pow(currency.decimals()), 1));
        top.signum() * ((2 * top.abs() + bottom) / (2 * bottom))
    }
}

fn common_divisor(a: i128, b: i128) -> i128 {
    if b == 0 {
        a.abs()
    } else {
        common_divisor(b, a % b)
    }
}

fn hundredth(percent: Percent) -> Fraction {
    Fraction::of(percent.value()).times(Fraction(1, 100))
}

fn net_by_fractions(line: &LineItem, currency: Currency) -> Fraction {
    let gross = Fraction::of(line.quantity.value()).times(Fraction::of(line.unit_price.value()));
    match line.discount {
        None => gross,
        Some(Discount::Percent(percent)) => gross.times(Fraction(1, 1).minus(hundredth(percent))),
        Some(Discount::Fixed(amount))
            if amount.is_positive() && i128::from(amount.minor()) == gross.round(currency) =>
        {
            Fraction(0, 1)
        }
        Some(Discount::Fixed(amount)) => gross.minus(Fraction::of(amount.to_decimal())),
    }
}

fn tax_by_fractions(line: &LineItem, pricing: &Pricing, subtotal: Money) -> i128 {
    let net = net_by_fractions(line, pricing.currency);
    let keep = match pricing.discount {
        Some(Discount::Percent(percent)) => Fraction(1, 1).minus(hundredth(percent)),
        Some(Discount::Fixed(amount)) if amount.is_positive() => {
            Fraction(1, 1).minus(Fraction(amount.minor().into(), subtotal.minor().into()))
        }
        _ => Fraction(1, 1),
    };
    let rates: Decimal = line.taxes.iter().map(|tax| tax.percent.value()).sum();
    let whole = match pricing.mode {
        PriceMode::TaxExclusive => Fraction(100, 1),
        PriceMode::TaxInclusive => Fraction::of(rates + Decimal::ONE_HUNDRED),
    };
    let part = |rate: Decimal| Fraction::of(rate).times(Fraction(whole.1, whole.0));
    let taxes = line
        .taxes
        .iter()
        .map(|tax| net.times(keep).times(part(tax.percent.value())));
    taxes.map(|tax| tax.round(pricing.currency)).sum()
}

proptest! {
    #[test]
    fn printed_columns_add_up(pricing in any_pricing()) {
        assert_columns_add_up(&pricing, &pricing.totals().unwrap());
    }

    #[test]
    fn lines_and_taxes_are_the_exact_numbers_rounded_once(pricing in any_pricing()) {
        let totals = pricing.totals().unwrap();
        for (item, line) in pricing.lines.iter().zip(&totals.lines) {
            let net = net_by_fractions(item, pricing.currency).round(pricing.currency);
            prop_assert_eq!(i128::from(line.net.minor()), net);
            let tax = tax_by_fractions(item, &pricing, totals.subtotal);
            prop_assert_eq!(i128::from(line.tax.minor()), tax);
        }
    }

    #[test]
    fn the_order_of_lines_changes_no_total(
        (pricing, order) in any_pricing().prop_flat_map(|pricing| {
            let order: Vec<usize> = (0..pricing.lines.len()).collect();
            (Just(pricing), Just(order).prop_shuffle())
        }),
    ) {
        let lines = order.iter().map(|&index| pricing.lines[index].clone()).collect();
        let shuffled = Pricing { lines, ..pricing.clone() }.totals().unwrap();
        let totals = pricing.totals().unwrap();
        prop_assert_eq!(totals.subtotal, shuffled.subtotal);
        prop_assert_eq!(totals.discount, shuffled.discount);
        prop_assert_eq!(totals.net, shuffled.net);
        prop_assert_eq!(totals.tax, shuffled.tax);
        prop_assert_eq!(totals.total, shuffled.total);
        let by_rate = |totals: &Totals| -> HashMap<String, Money> {
            totals.taxes.iter().map(|tax| (format!("{} {}", tax.name, tax.percent), tax.tax)).collect()
        };
        prop_assert_eq!(by_rate(&totals), by_rate(&shuffled));
        for (line, &index) in shuffled.lines.iter().zip(&order) {
            let before = totals.lines[index];
            prop_assert_eq!((line.gross, line.net, line.tax), (before.gross, before.net, before.tax));
            let moved = line.discount_share.minor() - before.discount_share.minor();
            prop_assert!(moved.abs() <= 1, "a share moved by {} minor units", moved);
        }
    }

    #[test]
    fn tax_bases_are_the_lines_that_have_the_tax(pricing in any_pricing()) {
        let totals = pricing.totals().unwrap();
        for group in &totals.taxes {
            let has = |item: &LineItem| {
                item.taxes.iter().any(|tax| tax.name == group.name && tax.percent == group.percent)
            };
            let lines = pricing.lines.iter().zip(&totals.lines).filter(|(item, _)| has(item));
            let base: i64 = lines.map(|(_, line)| {
                let inside = if pricing.mode == PriceMode::TaxInclusive { line.tax.minor() } else { 0 };
                line.net.minor() - line.discount_share.minor() - inside
            }).sum();
            prop_assert_eq!(group.base.minor(), base);
        }
    }

    #[test]
    fn absurd_numbers_add_up_or_are_refused(pricing in absurd_pricing()) {
        if let Ok(totals) = pricing.totals() {
            assert_columns_add_up(&pricing, &totals);
        }
    }

    #[test]
    fn numbers_read_back_from_their_text(mantissa in 0..=100_000_000_000_i64, scale in 0..=8_u32) {
        let value = Decimal::new(mantissa, scale);
        if let Ok(quantity) = Quantity::from_decimal(value) {
            prop_assert_eq!(Quantity::parse(&quantity.to_string()), Ok(quantity));
            prop_assert_eq!(quantity.value(), value);
        }
        if let Ok(price) = UnitPrice::from_decimal(-value) {
            prop_assert_eq!(UnitPrice::parse(&price.to_string()), Ok(price));
            prop_assert_eq!(UnitPrice::parse(&price.amount(Currency::KWD)), Ok(price));
        }
    }
}
