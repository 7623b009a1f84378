//! Documents and numbers to try the rules on.

use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::pricing::{
    Discount, LineItem, Percent, PriceMode, Pricing, Quantity, TaxRate, UnitPrice,
};
use caseflow_core::domain::text::{Line, Prose};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use rust_decimal::Decimal;

pub(crate) fn percent(text: &str) -> Percent {
    Percent::parse(text).unwrap()
}

pub(crate) fn usd(text: &str) -> Money {
    Money::parse(text, Currency::USD).unwrap()
}

pub(crate) fn fixed(text: &str) -> Option<Discount> {
    Some(Discount::Fixed(usd(text)))
}

pub(crate) fn tax(name: &str, rate: &str) -> TaxRate {
    TaxRate {
        name: Line::parse(name).unwrap(),
        percent: percent(rate),
    }
}

/// A line `quantity` × `price` with a tax `T1`, `T2`… for each rate.
pub(crate) fn line(quantity: &str, price: &str, rates: &[&str]) -> LineItem {
    let name = |index| format!("T{}", index + 1);
    LineItem {
        description: Prose::parse("Advice").unwrap(),
        quantity: Quantity::parse(quantity).unwrap(),
        unit_price: UnitPrice::parse(price).unwrap(),
        discount: None,
        taxes: rates
            .iter()
            .enumerate()
            .map(|(index, rate)| tax(&name(index), rate))
            .collect(),
    }
}

/// Those lines in US dollars, taxes on top, no discount.
pub(crate) fn dollars(lines: impl Into<Vec<LineItem>>) -> Pricing {
    Pricing {
        currency: Currency::USD,
        mode: PriceMode::TaxExclusive,
        lines: lines.into(),
        discount: None,
    }
}

pub(crate) fn any_currency() -> impl Strategy<Value = Currency> {
    select(Currency::all().collect::<Vec<_>>())
}

/// A document a firm could write: up to 14 lines, every kind of discount, up to four taxes.
pub(crate) fn any_pricing() -> impl Strategy<Value = Pricing> {
    let mode = prop_oneof![Just(PriceMode::TaxExclusive), Just(PriceMode::TaxInclusive)];
    let lines = any_currency().prop_flat_map(|currency| {
        (
            Just(currency),
            prop::collection::vec(any_line(currency), 1..14),
        )
    });
    (mode, lines, any_cut()).prop_map(|(mode, (currency, lines), cut)| {
        let mut pricing = Pricing {
            currency,
            mode,
            lines,
            discount: None,
        };
        let subtotal = pricing.totals().unwrap().subtotal;
        pricing.discount = cut.of(subtotal);
        pricing
    })
}

/// Any numbers the types hold, however absurd together.
pub(crate) fn absurd_pricing() -> impl Strategy<Value = Pricing> {
    let quantity = (0..=100_000_000_000_000_000_i64, 0..=8_u32)
        .prop_filter_map("in range", |(m, s)| {
            Quantity::from_decimal(Decimal::new(m, s)).ok()
        });
    let price = (any::<i64>(), 0..=8_u32).prop_filter_map("in range", |(m, s)| {
        UnitPrice::from_decimal(Decimal::new(m, s)).ok()
    });
    let rate = (0..=100_000_000_000_i64, 0..=8_u32).prop_filter_map("in range", |(m, s)| {
        Percent::from_decimal(Decimal::new(m, s)).ok()
    });
    let cut = prop_oneof![
        Just(None),
        rate.clone()
            .prop_map(|percent| Some(Discount::Percent(percent))),
        any::<i64>()
            .prop_map(|minor| Some(Discount::Fixed(Money::from_minor(minor, Currency::JPY)))),
    ];
    let line = (
        quantity,
        price,
        cut.clone(),
        prop::collection::vec(rate, 0..4),
    )
        .prop_map(|(quantity, unit_price, discount, rates)| {
            let taxes = rates.into_iter().map(|percent| TaxRate {
                percent,
                ..tax("T", "0")
            });
            LineItem {
                quantity,
                unit_price,
                discount,
                taxes: taxes.collect(),
                ..line("1", "1", &[])
            }
        });
    let mode = prop_oneof![Just(PriceMode::TaxExclusive), Just(PriceMode::TaxInclusive)];
    (mode, prop::collection::vec(line, 1..5), cut).prop_map(|(mode, lines, discount)| Pricing {
        currency: Currency::JPY,
        mode,
        lines,
        discount,
    })
}

/// A discount before it is known what it reduces.
#[derive(Debug, Clone, Copy)]
enum AnyCut {
    None,
    Percent(Percent),
    /// So many 255ths of what it reduces.
    Fixed(u8),
}

impl AnyCut {
    fn of(self, reduced: Money) -> Option<Discount> {
        match self {
            Self::None => None,
            Self::Percent(percent) => Some(Discount::Percent(percent)),
            Self::Fixed(part) => {
                let minor = i128::from(reduced.minor().max(0)) * i128::from(part) / 255;
                let amount = Money::from_minor(minor.try_into().unwrap(), reduced.currency());
                Some(Discount::Fixed(amount))
            }
        }
    }
}

fn any_cut() -> impl Strategy<Value = AnyCut> {
    prop_oneof![
        2 => Just(AnyCut::None),
        1 => (0..=10_000_i64).prop_map(|number| {
            AnyCut::Percent(Percent::from_decimal(Decimal::new(number, 2)).unwrap())
        }),
        1 => any::<u8>().prop_map(AnyCut::Fixed),
    ]
}

fn any_line(currency: Currency) -> impl Strategy<Value = LineItem> {
    let quantity = (0..=9_999_i64, 0..=3_u32);
    let price = (-9_999_999..=99_999_999_i64, 0..=4_u32);
    let pool = [
        tax("GST", "5"),
        tax("QST", "9.975"),
        tax("VAT", "21"),
        tax("VAT", "7.7"),
    ];
    (
        quantity,
        price,
        any_cut(),
        subsequence(pool.to_vec(), 0..=4),
    )
        .prop_map(move |((quantity, q_scale), (price, p_scale), cut, taxes)| {
            let (quantity, price) = (
                Decimal::new(quantity, q_scale),
                Decimal::new(price, p_scale),
            );
            let gross = Money::round(quantity * price, currency).unwrap();
            LineItem {
                description: Prose::parse("Advice").unwrap(),
                quantity: Quantity::from_decimal(quantity).unwrap(),
                unit_price: UnitPrice::from_decimal(price).unwrap(),
                discount: cut.of(gross),
                taxes,
            }
        })
}
