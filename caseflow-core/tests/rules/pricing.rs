//! Totals: the acceptance cases, and what is refused.

use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::pricing::{
    Discount, Field, LineItem, NumberError, Percent, Place, PriceMode, Pricing, PricingError,
    Quantity, UnitPrice,
};

use crate::samples::{dollars, fixed, line, percent, tax, usd};

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
