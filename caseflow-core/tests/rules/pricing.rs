//! Totals: the acceptance cases, what is refused, and the laws that hold for every document.

use std::collections::HashMap;

use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::pricing::{
    Discount, Field, LineItem, NumberError, Percent, Place, PriceMode, Pricing, PricingError,
    Quantity, Totals, UnitPrice,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::samples::{absurd_pricing, any_pricing, dollars, fixed, line, percent, tax, usd};

fn amounts(amounts: impl IntoIterator<Item = Money>) -> Vec<String> {
    amounts.into_iter().map(Money::amount).collect()
}

#[test]
fn a01_each_line_is_rounded_once_and_the_total_sums_what_is_printed() {
    let prices = ["0.333", "0.333", "1.333", "0.267", "0.05"];
    let totals = dollars(prices.map(|price| line("25", price, &[])))
        .totals()
        .unwrap();
    let nets = amounts(totals.lines.iter().map(|line| line.net));
    assert_eq!(nets, ["8.33", "8.33", "33.33", "6.68", "1.25"]);
    assert_eq!(totals.total, usd("57.92"));
    assert_eq!(totals.total.minor(), 5792);
}

#[test]
fn a02_an_exact_half_rounds_away_from_zero() {
    let totals = dollars([line("1", "8180.00", &["9.975"])])
        .totals()
        .unwrap();
    assert_eq!((totals.tax, totals.total), (usd("815.96"), usd("8995.96")));
    let credit = dollars([line("1", "-8180.00", &["9.975"])])
        .totals()
        .unwrap();
    assert_eq!(
        (credit.tax, credit.total),
        (usd("-815.96"), usd("-8995.96"))
    );
}

#[test]
fn a04_two_taxes_are_each_computed_on_the_net() {
    let totals = dollars([line("1", "140.00", &["5", "9.975"])])
        .totals()
        .unwrap();
    assert_eq!(
        amounts(totals.taxes.iter().map(|tax| tax.tax)),
        ["7.00", "13.97"]
    );
    assert_eq!(
        amounts(totals.taxes.iter().map(|tax| tax.base)),
        ["140.00", "140.00"]
    );
    assert_eq!(totals.total, usd("160.97"));
}

#[test]
fn a06_a_negative_line_lowers_net_and_tax() {
    let lines = [
        line("1", "8500.00", &["19"]),
        line("1", "-7500.00", &["19"]),
    ];
    let totals = dollars(lines).totals().unwrap();
    assert_eq!((totals.tax, totals.total), (usd("190.00"), usd("1190.00")));
    assert_eq!(totals.taxes.len(), 1);
}

#[test]
fn a09_a_fixed_discount_is_spread_in_proportion_before_tax() {
    let mut pricing = dollars([line("1", "8000", &["5"]), line("1", "9500", &["5"])]);
    pricing.discount = fixed("14191");
    let totals = pricing.totals().unwrap();
    assert_eq!(
        amounts(totals.lines.iter().map(|line| line.tax)),
        ["75.63", "89.82"]
    );
    assert_eq!((totals.tax, totals.total), (usd("165.45"), usd("3474.45")));
    let shares = amounts(totals.lines.iter().map(|line| line.discount_share));
    assert_eq!(shares, ["6487.31", "7703.69"]);
}

#[test]
fn a10_tax_is_computed_after_the_discount_wherever_it_stands() {
    let of_document = Pricing {
        discount: fixed("60.00"),
        ..dollars([line("3", "45.00", &["21"])])
    };
    let of_line = dollars([LineItem {
        discount: fixed("60.00"),
        ..line("3", "45.00", &["21"])
    }]);
    for pricing in [of_document, of_line] {
        let totals = pricing.totals().unwrap();
        assert_eq!(totals.net, usd("75.00"));
        assert_eq!(amounts(totals.taxes.iter().map(|tax| tax.base)), ["75.00"]);
        assert_eq!((totals.tax, totals.total), (usd("15.75"), usd("90.75")));
    }
}

#[test]
fn a12_inclusive_prices_hold_the_tax() {
    let mut pricing = dollars([line("1", "100.00", &["10"])]);
    pricing.mode = PriceMode::TaxInclusive;
    pricing.discount = fixed("10.00");
    let totals = pricing.totals().unwrap();
    assert_eq!(
        (totals.total, totals.tax, totals.net),
        (usd("90.00"), usd("8.18"), usd("81.82"))
    );
    assert_eq!(totals.subtotal, usd("100.00"));
}

#[test]
fn a12_several_inclusive_taxes_are_parts_of_one_price() {
    let mut pricing = dollars([line("1", "114.975", &["5", "9.975"])]);
    pricing.mode = PriceMode::TaxInclusive;
    let totals = pricing.totals().unwrap();
    assert_eq!(
        amounts(totals.taxes.iter().map(|tax| tax.tax)),
        ["5.00", "9.98"]
    );
    assert_eq!((totals.total, totals.net), (usd("114.98"), usd("100.00")));
}

#[test]
fn a15_tax_is_computed_on_the_unrounded_net() {
    let totals = dollars([line("1", "82.6446", &["21"])]).totals().unwrap();
    assert_eq!(
        (totals.net, totals.tax, totals.total),
        (usd("82.64"), usd("17.36"), usd("100.00"))
    );
}

#[test]
fn a_yen_and_a_dinar_round_at_their_own_decimals() {
    let in_currency = |currency| Pricing {
        currency,
        ..dollars([line("3", "33.3335", &["10"])])
    };
    let yen = in_currency(Currency::JPY).totals().unwrap();
    assert_eq!(
        (yen.net.minor(), yen.tax.minor(), yen.total.minor()),
        (100, 10, 110)
    );
    let dinar = in_currency(Currency::KWD).totals().unwrap();
    assert_eq!(
        amounts([dinar.net, dinar.tax, dinar.total]),
        ["100.001", "10.000", "110.001"]
    );
}

#[test]
fn a_discount_of_everything_leaves_no_tax() {
    let whole = |discount| {
        let lines = ["0.333", "0.333", "1.333"].map(|price| line("25", price, &["19"]));
        Pricing {
            discount,
            ..dollars(lines)
        }
        .totals()
        .unwrap()
    };
    for discount in [fixed("49.99"), Some(Discount::Percent(Percent::HUNDRED))] {
        let totals = whole(discount);
        assert_eq!(
            (totals.net, totals.tax, totals.total),
            (usd("0"), usd("0"), usd("0"))
        );
        assert_eq!(totals.discount, usd("49.99"));
    }
    let of_line = LineItem {
        discount: fixed("8.33"),
        ..line("25", "0.333", &["19"])
    };
    assert_eq!(dollars([of_line]).totals().unwrap().total, usd("0"));
}

fn refused(pricing: &Pricing) -> PricingError {
    pricing.totals().unwrap_err()
}

#[test]
fn a_document_has_from_one_to_the_most_lines() {
    assert_eq!(refused(&dollars([])), PricingError::NoLines);
    let most = vec![line("1", "1", &["5"]); Pricing::MAX_LINES];
    assert_eq!(
        dollars(most.clone()).totals().unwrap().subtotal,
        usd("5000")
    );
    let more = [most, vec![line("1", "1", &[])]].concat();
    assert_eq!(
        refused(&dollars(more)),
        PricingError::TooManyLines { max: 5000 }
    );
}

#[test]
fn discounts_outside_what_they_reduce_are_refused_with_their_place() {
    let at = Place {
        line: Some(1),
        field: Field::Discount,
    };
    let with = |price, discount| {
        let item = LineItem {
            discount,
            ..line("1", price, &[])
        };
        refused(&dollars([line("1", "1", &[]), item]))
    };
    let max = Discount::Fixed(usd("5.00"));
    assert_eq!(
        with("5.00", fixed("5.01")),
        PricingError::DiscountTooLarge { at, max }
    );
    let max = Discount::Fixed(usd("0.00"));
    assert_eq!(
        with("-5.00", fixed("0.01")),
        PricingError::DiscountTooLarge { at, max }
    );
    let max = Discount::Percent(Percent::HUNDRED);
    let over = Some(Discount::Percent(percent("100.01")));
    assert_eq!(
        with("5.00", over),
        PricingError::DiscountTooLarge { at, max }
    );
    assert_eq!(
        with("5.00", fixed("-0.01")),
        PricingError::NegativeDiscount { at }
    );
    let euros = Some(Discount::Fixed(Money::from_minor(1, Currency::EUR)));
    let (expected, found) = (Currency::USD, Currency::EUR);
    assert_eq!(
        with("5.00", euros),
        PricingError::OtherCurrency {
            at,
            expected,
            found
        }
    );
}

#[test]
fn the_documents_discount_is_checked_like_a_lines() {
    let at = Place {
        line: None,
        field: Field::Discount,
    };
    let with = |discount| {
        refused(&Pricing {
            discount,
            ..dollars([line("1", "5.00", &[])])
        })
    };
    let max = Discount::Fixed(usd("5.00"));
    assert_eq!(
        with(fixed("5.01")),
        PricingError::DiscountTooLarge { at, max }
    );
    assert_eq!(with(fixed("-1")), PricingError::NegativeDiscount { at });
    assert_eq!(
        with(fixed("5.01")).to_string(),
        "document, discount: the discount is more than what it reduces: the most is 5.00 USD"
    );
}

#[test]
fn taxes_are_limited_and_not_repeated() {
    let at = Place {
        line: Some(0),
        field: Field::Taxes,
    };
    let nine = refused(&dollars([line("1", "1", &["5"; 9])]));
    assert_eq!(nine, PricingError::TooManyTaxes { at, max: 8 });
    let mut twice = line("1", "1", &["5"]);
    twice.taxes.push(tax("T1", "5.0"));
    assert_eq!(refused(&dollars([twice])), PricingError::RepeatedTax { at });
    let different = |index: usize| LineItem {
        taxes: vec![tax(&format!("{index}"), "5")],
        ..line("1", "1", &[])
    };
    let lines: Vec<_> = (0..65).map(different).collect();
    let at = Place {
        line: Some(64),
        field: Field::Taxes,
    };
    assert_eq!(
        refused(&dollars(lines)),
        PricingError::TooManyTaxes { at, max: 64 }
    );
}

#[test]
fn what_cannot_be_held_is_refused_with_its_place() {
    let at = |line, field| PricingError::OutOfRange {
        at: Place { line, field },
    };
    let huge = line("1000000000", "1000000000000", &[]);
    assert_eq!(
        refused(&dollars([line("1", "1", &[]), huge])),
        at(Some(1), Field::Price)
    );
    let large = line("90000", "1000000000000", &["1000"]);
    assert_eq!(
        refused(&dollars([large.clone()])),
        at(Some(0), Field::Taxes)
    );
    let large = LineItem {
        taxes: Vec::new(),
        ..large
    };
    assert_eq!(
        refused(&dollars([large.clone(), large])),
        at(None, Field::Total)
    );
    assert_eq!(
        at(Some(0), Field::Price).to_string(),
        "line 1, price: the number has too many digits: use smaller numbers or fewer decimals"
    );
}

#[test]
fn numbers_of_a_line_are_plain_and_bounded() {
    for text in ["", "1,5", "+1", "1e3", ".5", "1.", " 1", "NaN"] {
        assert!(
            matches!(Quantity::parse(text), Err(NumberError::Malformed { .. })),
            "{text:?}"
        );
    }
    assert_eq!(
        Quantity::parse("0.123456789"),
        Err(NumberError::TooManyDecimals { max: 8 })
    );
    assert_eq!(
        Quantity::parse("1.500000000"),
        Err(NumberError::TooManyDecimals { max: 8 })
    );
    assert!(matches!(
        Quantity::parse("-1"),
        Err(NumberError::OutOfRange { .. })
    ));
    assert!(matches!(
        Quantity::parse("1000000001"),
        Err(NumberError::OutOfRange { .. })
    ));
    assert!(matches!(
        UnitPrice::parse(&"9".repeat(99)),
        Err(NumberError::OutOfRange { .. })
    ));
    assert_eq!(
        Percent::parse("1000.1").unwrap_err().to_string(),
        "the number is out of range: write one from 0 to 1000"
    );
    assert_eq!(UnitPrice::parse("45.000").unwrap().to_string(), "45");
    assert_eq!(
        UnitPrice::parse("45.000").unwrap().amount(Currency::USD),
        "45.00"
    );
    assert_eq!(
        UnitPrice::parse("-82.6446").unwrap().amount(Currency::USD),
        "-82.6446"
    );
}

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
