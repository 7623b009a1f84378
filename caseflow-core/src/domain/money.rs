//! Amounts of money (R-MON-1): a whole number of minor units and a currency, never a float.

use std::fmt;

use rust_decimal::Decimal;

use super::currency::Currency;

/// Why an amount could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// Beyond what 64 bits of minor units hold.
    #[error("the amount is too large for {currency}: the most is {}", Money::from_minor(i64::MAX, *currency).amount())]
    Overflow {
        /// The currency of the amount.
        currency: Currency,
    },
    /// Two amounts that cannot be set against each other.
    #[error("{left} and {right} cannot be mixed: use one currency")]
    CurrencyMismatch {
        /// The currency of the first amount.
        left: Currency,
        /// The currency of the second one.
        right: Currency,
    },
    /// Not a plain decimal number.
    #[error("not an amount: write digits and at most one dot, like {}", example(*currency))]
    Malformed {
        /// The currency that was expected.
        currency: Currency,
    },
    /// More decimals than the currency has.
    #[error("too many decimals for {currency}: write {} of them, like {}", currency.decimals(), example(*currency))]
    TooManyDecimals {
        /// The currency that was expected.
        currency: Currency,
    },
}

/// An exact amount: minor units (cents, or whole yen) in one currency.
///
/// There is no order between currencies, so amounts are compared by [`Money::try_cmp`].
///
/// ```
/// use caseflow_core::domain::{currency::Currency, money::Money};
///
/// let fee = Money::parse("10.33", Currency::USD)?;
/// assert_eq!(fee.minor(), 1033);
/// assert_eq!(fee.checked_add(fee)?.to_string(), "20.66 USD");
/// # Ok::<(), caseflow_core::domain::money::MoneyError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// So many minor units: `from_minor(1033, USD)` is 10.33 USD, `from_minor(1033, JPY)` 1033 JPY.
    pub const fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing.
    pub const fn zero(currency: Currency) -> Self {
        Self::from_minor(0, currency)
    }

    /// Reads plain decimal text: ASCII digits, a minus before them if need be, and one dot with
    /// digits on both sides of it, no more than the currency's decimals. Nothing else: no plus,
    /// space, comma, exponent or separator of thousands.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let number = Plain::parse(text).map_err(|error| match error {
            NotPlain::Malformed => MoneyError::Malformed { currency },
            NotPlain::TooLong => MoneyError::Overflow { currency },
        })?;
        if number.scale > currency.decimals() {
            return Err(MoneyError::TooManyDecimals { currency });
        }
        Self::round_exact(number.mantissa, number.scale, currency)
    }

    /// Rounds to the currency's decimals, half away from zero (R-MON-2).
    pub fn round(value: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        Self::round_exact(value.mantissa(), value.scale(), currency)
    }

    /// Adds amounts of one currency; none at all make zero.
    pub fn sum(
        amounts: impl IntoIterator<Item = Self>,
        currency: Currency,
    ) -> Result<Self, MoneyError> {
        amounts
            .into_iter()
            .try_fold(Self::zero(currency), Self::checked_add)
    }

    /// The number of minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// What the amount is in.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether it is exactly nothing.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Whether it is more than nothing.
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// Whether it is less than nothing.
    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// Both together.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.with_minor(self.minor.checked_add(other.minor))
    }

    /// This less the other.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.with_minor(self.minor.checked_sub(other.minor))
    }

    /// The same amount the other way round.
    pub fn checked_neg(self) -> Result<Self, MoneyError> {
        self.with_minor(self.minor.checked_neg())
    }

    /// Which of two amounts of one currency is larger.
    pub fn try_cmp(self, other: Self) -> Result<std::cmp::Ordering, MoneyError> {
        self.same_currency(other)?;
        Ok(self.minor.cmp(&other.minor))
    }

    /// The amount in major units, with exactly the currency's decimals.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.decimals())
    }

    /// The number alone with all its decimals, like `10.30`; [`Money::parse`] reads it back.
    pub fn amount(self) -> String {
        Amount(self).to_string()
    }

    /// [`Money::round`] of `mantissa` × 10^-`scale`.
    pub(crate) fn round_exact(
        mantissa: i128,
        scale: u32,
        currency: Currency,
    ) -> Result<Self, MoneyError> {
        let decimals = currency.decimals();
        let minor = if scale > decimals {
            power_of_ten(scale - decimals).map(|unit| divide(mantissa, unit))
        } else {
            power_of_ten(decimals - scale).and_then(|unit| mantissa.checked_mul(unit))
        };
        Self::from_wide(minor, currency)
    }

    pub(crate) fn from_wide(minor: Option<i128>, currency: Currency) -> Result<Self, MoneyError> {
        Self::zero(currency).with_minor(minor.and_then(|minor| minor.try_into().ok()))
    }

    fn with_minor(self, minor: Option<i64>) -> Result<Self, MoneyError> {
        minor
            .map(|minor| Self { minor, ..self })
            .ok_or(MoneyError::Overflow {
                currency: self.currency,
            })
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::CurrencyMismatch {
            left: self.currency,
            right: other.currency,
        })
    }
}

/// The number and the code, like `10.33 USD`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", Amount(*self), self.currency)
    }
}

/// Writes the number alone.
struct Amount(Money);

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0.is_negative() { "-" } else { "" };
        let minor = self.0.minor.unsigned_abs();
        let decimals = self.0.currency.decimals();
        let unit = 10_u64.pow(decimals);
        write!(f, "{sign}{}", minor / unit)?;
        if decimals > 0 {
            write!(f, ".{:0width$}", minor % unit, width = decimals as usize)?;
        }
        Ok(())
    }
}

fn example(currency: Currency) -> &'static str {
    match currency.decimals() {
        0 => "1033",
        2 => "10.33",
        _ => "10.330",
    }
}

/// `number / unit`, half away from zero; `unit` is positive.
pub(crate) fn divide(number: i128, unit: i128) -> i128 {
    let (quotient, rest) = divide_down(number.unsigned_abs(), unit.unsigned_abs());
    let size = quotient + u128::from(rest * 2 >= unit.unsigned_abs());
    if number < 0 {
        0_i128.wrapping_sub_unsigned(size)
    } else {
        0_i128.wrapping_add_unsigned(size)
    }
}

/// Quotient and rest. Most numbers fit 64 bits, where dividing is several times quicker.
pub(crate) fn divide_down(number: u128, unit: u128) -> (u128, u128) {
    match (u64::try_from(number), u64::try_from(unit)) {
        (Ok(number), Ok(unit)) => ((number / unit).into(), (number % unit).into()),
        _ => (number / unit, number % unit),
    }
}

/// 10^`exponent`, up to 10^38.
pub(crate) fn power_of_ten(exponent: u32) -> Option<i128> {
    10_i128.checked_pow(exponent)
}

/// A decimal number as it was written: `mantissa` × 10^-`scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plain {
    pub(crate) mantissa: i128,
    pub(crate) scale: u32,
}

/// Why a text is no such number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotPlain {
    Malformed,
    TooLong,
}

impl Plain {
    /// The most digits read; more never fit what they are read for.
    const DIGITS: usize = 36;

    pub(crate) fn parse(text: &str) -> Result<Self, NotPlain> {
        let number = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = match number.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (number, None),
        };
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_digits(whole) || !fraction.is_none_or(is_digits) {
            return Err(NotPlain::Malformed);
        }
        let fraction = fraction.unwrap_or_default();
        if whole.len() + fraction.len() > Self::DIGITS {
            return Err(NotPlain::TooLong);
        }
        let size = whole.bytes().chain(fraction.bytes()).fold(0, push_digit);
        let mantissa = if text.starts_with('-') { -size } else { size };
        let scale = u32::try_from(fraction.len()).map_err(|_| NotPlain::TooLong)?;
        Ok(Self { mantissa, scale })
    }
}

fn push_digit(number: i128, digit: u8) -> i128 {
    number * 10 + i128::from(digit.wrapping_sub(b'0'))
}
