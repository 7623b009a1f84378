//! Amounts as Stripe counts them.
//!
//! Stripe's units are its own, not those of ISO 4217: some currencies without decimals are sent in
//! hundredths, one with decimals in whole units, and those with three decimals end in a zero. What
//! cannot be said exactly is refused, never rounded.

use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::money::Money;
use caseflow_core::ports::payments::AmountRefusal;

/// The most digits of an amount.
const MOST: i64 = 99_999_999;

/// How amounts of a currency are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unit {
    /// What the core's amount is multiplied with, or divided by when `divides`.
    factor: i64,
    divides: bool,
    /// What the amount sent is a multiple of.
    step: i64,
}

impl Unit {
    const SAME: Self = Self {
        factor: 1,
        divides: false,
        step: 1,
    };
    /// Three decimals of which the last is zero.
    const TENS: Self = Self {
        step: 10,
        ..Self::SAME
    };
    /// The core has two decimals, Stripe none.
    const WHOLE: Self = Self {
        factor: 100,
        divides: true,
        step: 1,
    };
    /// The core has no decimals, Stripe two, which are zero.
    const HUNDREDTHS: Self = Self {
        factor: 100,
        divides: false,
        step: 100,
    };

    /// None when Stripe takes no money in it.
    fn of(currency: Currency) -> Option<Self> {
        match currency.code() {
            "BHD" | "JOD" | "KWD" | "OMR" | "TND" => Some(Self::TENS),
            "MGA" => Some(Self::WHOLE),
            "ISK" => Some(Self::HUNDREDTHS),
            // Stripe lists it without decimals, and elsewhere asks for two: not before that is known.
            "UGX" => None,
            // Not among the currencies that Stripe publishes.
            "BTN" | "CUP" | "ERN" | "GHS" | "IQD" | "IRR" | "KPW" | "LYD" | "MRU" | "SDG"
            | "SSP" | "STN" | "SVC" | "SYP" | "TMT" | "VED" | "VES" | "ZWG" => None,
            _ => Some(Self::SAME),
        }
    }

    /// None when it cannot be said exactly.
    fn send(self, minor: i64) -> Option<i64> {
        let sent = if self.divides {
            (minor % self.factor == 0).then_some(minor / self.factor)?
        } else {
            minor.checked_mul(self.factor)?
        };
        (sent % self.step == 0).then_some(sent)
    }

    /// None when the core cannot say it exactly.
    const fn receive(self, sent: i64) -> Option<i64> {
        if self.divides {
            return sent.checked_mul(self.factor);
        }
        if sent % self.factor != 0 {
            return None;
        }
        Some(sent / self.factor)
    }

    /// What an amount has to be a multiple of, in the core's units.
    const fn step(self) -> i64 {
        if self.divides {
            self.factor
        } else if self.step > self.factor {
            self.step / self.factor
        } else {
            1
        }
    }

    /// The most that can be sent, in the core's units.
    fn most(self) -> i64 {
        self.receive(MOST - MOST % self.step).unwrap_or(MOST)
    }
}

/// The least that Stripe takes, in its units, where it publishes it; about half a US dollar. It
/// compares in the currency that the firm is paid out in, so elsewhere the smallest amount that can
/// be said passes here, and Stripe has the word.
fn least(currency: Currency) -> Option<i64> {
    Some(match currency.code() {
        "AUD" | "BRL" | "CAD" | "CHF" | "EUR" | "INR" | "JPY" | "NZD" | "SGD" | "USD" => 50,
        "GBP" => 30,
        "AED" | "MYR" | "PLN" | "RON" => 200,
        "DKK" => 250,
        "NOK" | "SEK" => 300,
        "HKD" => 400,
        "MXN" | "THB" => 1000,
        "CZK" => 1500,
        "HUF" => 17_500,
        _ => return None,
    })
}

/// The amount as it is sent, when Stripe can take it as a payment.
pub(crate) fn check(amount: Money) -> Result<i64, AmountRefusal> {
    let currency = amount.currency();
    let money = |minor| Money::from_minor(minor, currency);
    let unit = Unit::of(currency).ok_or(AmountRefusal::Currency(currency))?;
    let least = least(currency)
        .and_then(|sent| unit.receive(sent))
        .unwrap_or(unit.step());
    if amount.minor() < least {
        return Err(AmountRefusal::TooLittle {
            least: money(least),
        });
    }
    if amount.minor() > unit.most() {
        return Err(AmountRefusal::TooMuch {
            most: money(unit.most()),
        });
    }
    unit.send(amount.minor()).ok_or(AmountRefusal::Step {
        step: money(unit.step()),
    })
}

/// The amount as it is sent; none when it cannot be said.
pub(crate) fn to_stripe(amount: Money) -> Option<i64> {
    Unit::of(amount.currency())?.send(amount.minor())
}

/// The amount that was received; none when the core does not know the currency or cannot say it.
pub(crate) fn from_stripe(sent: i64, currency: &str) -> Option<Money> {
    let currency = Currency::parse(currency).ok()?;
    let minor = Unit::of(currency)?.receive(sent)?;
    Some(Money::from_minor(minor, currency))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::from_minor(minor, Currency::parse(code).unwrap())
    }

    #[test]
    fn a19_yen_are_not_multiplied() {
        assert_eq!(check(money(100, "JPY")), Ok(100));
        assert_eq!(check(money(80, "JPY")), Ok(80));
        assert_eq!(from_stripe(80, "jpy"), Some(money(80, "JPY")));
    }

    #[test]
    fn a20_cents_are_exact() {
        for (text, sent) in [
            ("4.35", 435),
            ("19.99", 1999),
            ("1.15", 115),
            ("64.10", 6410),
        ] {
            let amount = Money::parse(text, Currency::USD).unwrap();
            assert_eq!(check(amount), Ok(sent), "{text}");
        }
        // Below what Stripe takes, but said exactly.
        let amount = Money::parse("0.29", Currency::USD).unwrap();
        assert_eq!(to_stripe(amount), Some(29));
    }

    #[test]
    fn a18_currencies_with_odd_units_are_sent_as_stripe_wants_them() {
        for (minor, code, sent) in [
            (5, "ISK", 500),
            (100_000, "MGA", 1000),
            (5120, "KWD", 5120),
            (17_500, "HUF", 17_500),
            (1000, "XOF", 1000),
            (25_000, "TWD", 25_000),
        ] {
            assert_eq!(to_stripe(money(minor, code)), Some(sent), "{code}");
            assert_eq!(
                from_stripe(sent, &code.to_lowercase()),
                Some(money(minor, code)),
                "{code}"
            );
        }
    }

    #[test]
    fn an_amount_that_cannot_be_said_is_refused_with_the_step() {
        let step = |minor, code| {
            Err(AmountRefusal::Step {
                step: money(minor, code),
            })
        };
        assert_eq!(check(money(5124, "KWD")), step(10, "KWD"));
        assert_eq!(check(money(100_050, "MGA")), step(100, "MGA"));
        assert_eq!(to_stripe(money(5124, "KWD")), None);
        assert_eq!(from_stripe(550, "isk"), None);
    }

    #[test]
    fn the_least_is_taken_and_one_less_is_not() {
        for (least, code) in [
            (50, "USD"),
            (30, "GBP"),
            (50, "JPY"),
            (17_500, "HUF"),
            (10, "KWD"),
            (100, "MGA"),
            (1, "ISK"),
            (1, "KRW"),
        ] {
            assert!(check(money(least, code)).is_ok(), "{code}");
            let refused = Err(AmountRefusal::TooLittle {
                least: money(least, code),
            });
            assert_eq!(check(money(least - 1, code)), refused, "{code}");
            assert_eq!(check(money(-least, code)), refused, "{code}");
        }
    }

    #[test]
    fn the_most_is_taken_and_a_step_more_is_not() {
        for (most, step, code) in [
            (99_999_999, 1, "USD"),
            (99_999_999, 1, "JPY"),
            (99_999_990, 10, "KWD"),
            (999_999, 1, "ISK"),
            (9_999_999_900, 100, "MGA"),
        ] {
            assert!(check(money(most, code)).is_ok(), "{code}");
            let refused = Err(AmountRefusal::TooMuch {
                most: money(most, code),
            });
            assert_eq!(check(money(most + step, code)), refused, "{code}");
            assert_eq!(check(money(i64::MAX, code)), refused, "{code}");
        }
    }

    #[test]
    fn what_stripe_does_not_take_is_refused() {
        for code in ["UGX", "IQD", "LYD", "KPW"] {
            let refused = Err(AmountRefusal::Currency(Currency::parse(code).unwrap()));
            assert_eq!(check(money(1_000_000, code)), refused);
            assert_eq!(from_stripe(1_000_000, code), None);
        }
        assert_eq!(from_stripe(100, "zzz"), None);
        assert_eq!(from_stripe(100, ""), None);
    }

    fn any_currency() -> impl Strategy<Value = Currency> {
        proptest::sample::select(Currency::all().collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn what_is_taken_comes_back_the_same(currency in any_currency(), minor in -10_i64..20_000_000_000) {
            let amount = Money::from_minor(minor, currency);
            if let Ok(sent) = check(amount) {
                prop_assert!((1..=MOST).contains(&sent));
                prop_assert_eq!(to_stripe(amount), Some(sent));
                prop_assert_eq!(from_stripe(sent, &currency.code().to_lowercase()), Some(amount));
            }
        }

        #[test]
        fn what_came_in_goes_out_the_same(currency in any_currency(), sent in 0..=MOST) {
            if let Some(amount) = from_stripe(sent, currency.code()) {
                let again = to_stripe(amount);
                prop_assert!(again == Some(sent) || (again.is_none() && sent % 10 != 0));
            }
        }

        #[test]
        fn a_refusal_is_true(currency in any_currency(), minor in 1_i64..20_000_000_000) {
            match check(Money::from_minor(minor, currency)) {
                Ok(_) => {}
                Err(AmountRefusal::TooLittle { least }) => {
                    prop_assert!(minor < least.minor() && check(least).is_ok());
                }
                Err(AmountRefusal::TooMuch { most }) => {
                    prop_assert!(minor > most.minor() && check(most).is_ok());
                }
                Err(AmountRefusal::Step { step }) => prop_assert!(minor % step.minor() != 0),
                Err(_) => prop_assert!(Unit::of(currency).is_none()),
            }
        }
    }
}
