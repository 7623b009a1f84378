//! Amounts: exact in every currency, from text and back.

use std::cmp::Ordering;

use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::money::{Money, MoneyError};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::samples::any_currency;

#[test]
fn a18_amounts_are_shown_with_the_decimals_of_their_currency_and_read_back() {
    let cases = [
        (Currency::USD, "9999999.99"),
        (Currency::BHD, "999999.999"),
        (Currency::JPY, "999999999"),
    ];
    for (currency, text) in cases {
        let money = Money::from_minor(999_999_999, currency);
        assert_eq!(money.amount(), text);
        assert_eq!(money.to_string(), format!("{text} {currency}"));
        assert_eq!(Money::parse(text, currency), Ok(money));
    }
}

#[test]
fn a20_decimal_text_becomes_exactly_its_minor_units() {
    let cases = [
        ("0.29", 29),
        ("4.35", 435),
        ("19.99", 1999),
        ("1.15", 115),
        ("64.10", 6410),
    ];
    for (text, minor) in cases {
        assert_eq!(
            Money::parse(text, Currency::USD).map(Money::minor),
            Ok(minor),
            "{text}"
        );
        let value: Decimal = text.parse().unwrap();
        assert_eq!(
            Money::round(value, Currency::USD).map(Money::minor),
            Ok(minor),
            "{text}"
        );
    }
}

#[test]
fn a34_text_that_is_no_plain_amount_is_refused() {
    let currency = Currency::USD;
    let no_numbers = [
        "10,33",
        "2760.0,139.14",
        "1e309",
        "",
        " ",
        "+5",
        "1_000",
        "NaN",
        "inf",
        "-",
        ".",
        "5.",
        ".5",
        "--5",
        "1.2.3",
        " 5",
        "5 ",
        "5\n",
        "0x10",
        "1 000",
        "1'000",
        "$5",
        "5 USD",
        "٣",
        "５",
        "−5",
        "1e2",
        "5-",
        "1.-5",
    ];
    for text in no_numbers {
        assert_eq!(
            Money::parse(text, currency),
            Err(MoneyError::Malformed { currency }),
            "{text:?}"
        );
    }
    for text in ["10.333", "0.000"] {
        let refused = Money::parse(text, currency);
        assert_eq!(
            refused,
            Err(MoneyError::TooManyDecimals { currency }),
            "{text:?}"
        );
    }
    let nines = "9".repeat(400);
    for text in ["92233720368547758.08", "-92233720368547758.09", &nines] {
        assert_eq!(
            Money::parse(text, currency),
            Err(MoneyError::Overflow { currency }),
            "{text:?}"
        );
    }
}

#[test]
fn a34_minus_and_zero_are_read_so_that_each_rule_can_refuse_them_by_sign() {
    let read = |text| Money::parse(text, Currency::EUR).unwrap();
    assert!(read("-5").is_negative());
    assert!(read("0").is_zero() && read("-0.00").is_zero());
    assert!(read("0.01").is_positive());
}

#[test]
fn refusals_say_what_to_write() {
    let message = |text, currency| Money::parse(text, currency).unwrap_err().to_string();
    assert_eq!(
        message("10,33", Currency::USD),
        "not an amount: write digits and at most one dot, like 10.33"
    );
    assert_eq!(
        message("1.5", Currency::JPY),
        "too many decimals for JPY: write 0 of them, like 1033"
    );
    assert_eq!(
        message("99999999999999999", Currency::KWD),
        "the amount is too large for KWD: the most is 9223372036854775.807"
    );
}

#[test]
fn rounding_is_half_away_from_zero() {
    let cases = [
        ("0.005", 1),
        ("-0.005", -1),
        ("0.0049999", 0),
        ("2.675", 268),
        ("-2.675", -268),
        ("815.955", 81596),
        ("1", 100),
        ("0.3", 30),
        ("1.005000000000000000000000001", 101),
    ];
    for (text, minor) in cases {
        let value: Decimal = text.parse().unwrap();
        assert_eq!(
            Money::round(value, Currency::USD).map(Money::minor),
            Ok(minor),
            "{text}"
        );
    }
    let half: Decimal = "0.5".parse().unwrap();
    assert_eq!(Money::round(half, Currency::JPY).map(Money::minor), Ok(1));
    let overflow = Err(MoneyError::Overflow {
        currency: Currency::USD,
    });
    assert_eq!(Money::round(Decimal::MAX, Currency::USD), overflow);
    assert_eq!(Money::round(Decimal::MIN, Currency::USD), overflow);
}

#[test]
fn currencies_do_not_mix() {
    let (usd, eur) = (
        Money::from_minor(1, Currency::USD),
        Money::from_minor(1, Currency::EUR),
    );
    let mixed = MoneyError::CurrencyMismatch {
        left: Currency::USD,
        right: Currency::EUR,
    };
    assert_eq!(usd.checked_add(eur), Err(mixed));
    assert_eq!(usd.checked_sub(eur), Err(mixed));
    assert_eq!(usd.try_cmp(eur), Err(mixed));
    assert_eq!(Money::sum([usd, usd, eur], Currency::USD), Err(mixed));
    assert_eq!(
        Money::sum([usd, usd], Currency::USD),
        Ok(Money::from_minor(2, Currency::USD))
    );
    assert_eq!(
        usd.try_cmp(Money::zero(Currency::USD)),
        Ok(Ordering::Greater)
    );
}

#[test]
fn arithmetic_never_wraps() {
    let most = Money::from_minor(i64::MAX, Currency::USD);
    let least = Money::from_minor(i64::MIN, Currency::USD);
    let one = Money::from_minor(1, Currency::USD);
    let overflow = Err(MoneyError::Overflow {
        currency: Currency::USD,
    });
    assert_eq!(most.checked_add(one), overflow);
    assert_eq!(least.checked_sub(one), overflow);
    assert_eq!(least.checked_neg(), overflow);
    assert_eq!(most.checked_neg().map(Money::minor), Ok(-i64::MAX));
}

#[test]
fn the_ends_of_every_currency_survive_text() {
    for currency in Currency::all() {
        for minor in [
            i64::MIN,
            i64::MIN + 1,
            -1,
            0,
            1,
            9,
            10,
            99,
            100,
            999,
            1000,
            i64::MAX,
        ] {
            let money = Money::from_minor(minor, currency);
            assert_eq!(Money::parse(&money.amount(), currency), Ok(money));
        }
    }
}

proptest! {
    #[test]
    fn text_and_decimals_read_back_exactly(minor: i64, currency in any_currency()) {
        let money = Money::from_minor(minor, currency);
        prop_assert_eq!(Money::parse(&money.amount(), currency), Ok(money));
        prop_assert_eq!(Money::round(money.to_decimal(), currency), Ok(money));
        prop_assert_eq!(money.to_decimal().to_string(), money.amount());
    }

    #[test]
    fn whatever_is_read_was_plain_and_is_shown_as_the_same_number(
        text in "-?[0-9eE.,+_ -]{0,12}|\\PC{0,8}",
        currency in any_currency(),
    ) {
        if let Ok(money) = Money::parse(&text, currency) {
            let value: Decimal = text.parse().unwrap();
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte)));
            prop_assert_eq!(money.to_decimal(), value);
        }
    }

    #[test]
    fn rounding_moves_by_at_most_half_a_unit(mantissa: i64, scale in 0_u32..12, currency in any_currency()) {
        let value = Decimal::new(mantissa, scale);
        if let Ok(money) = Money::round(value, currency) {
            let half = Decimal::new(5, currency.decimals() + 1);
            prop_assert!((money.to_decimal() - value).abs() <= half);
            let opposite = Money::round(-value, currency).unwrap();
            prop_assert_eq!(opposite.minor(), -money.minor());
        }
    }

    #[test]
    fn adding_and_taking_away_undo_each_other(a: i32, b: i32, currency in any_currency()) {
        let (a, b) = (Money::from_minor(a.into(), currency), Money::from_minor(b.into(), currency));
        let sum = a.checked_add(b).unwrap();
        prop_assert_eq!(sum.checked_sub(b), Ok(a));
        prop_assert_eq!(Money::sum([a, b], currency), Ok(sum));
        prop_assert_eq!(a.checked_sub(b).unwrap().checked_neg(), b.checked_sub(a));
    }
}
