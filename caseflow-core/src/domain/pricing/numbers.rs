//! The numbers people type into a line.

use rust_decimal::Decimal;

use crate::domain::currency::Currency;
use crate::domain::money::{NotPlain, Plain, power_of_ten};

/// Why a quantity, price or percent was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NumberError {
    /// Not a plain decimal number.
    #[error("not a number: write digits and at most one dot, like {example}")]
    Malformed {
        /// A right one.
        example: &'static str,
    },
    /// More decimals than are kept.
    #[error("too many decimals: the most is {max}")]
    TooManyDecimals {
        /// The most allowed.
        max: u32,
    },
    /// Too small or too large.
    #[error("the number is out of range: write one from {min} to {max}")]
    OutOfRange {
        /// The least allowed.
        min: i64,
        /// The most allowed.
        max: i64,
    },
}

/// The most decimals any of these numbers has.
const MAX_DECIMALS: u32 = 8;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $range:expr, $example:literal) => {
        $(#[$doc])*
        ///
        /// At most 8 decimals. Zeros at the end of the decimals are dropped, so that equal numbers
        /// print the same.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Decimal);

        impl $name {
            /// Reads plain decimal text: ASCII digits, a minus before them if need be, one dot
            /// with digits on both sides of it.
            pub fn parse(text: &str) -> Result<Self, NumberError> {
                parse(text, $range, $example).and_then(Self::from_decimal)
            }

            /// Takes a number within the range and decimals of this type.
            pub fn from_decimal(value: Decimal) -> Result<Self, NumberError> {
                bounded(value, $range).map(Self)
            }

            /// The number.
            pub fn value(self) -> Decimal {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NumberError;

            fn from_str(text: &str) -> Result<Self, NumberError> {
                Self::parse(text)
            }
        }
    };
}

number!(
    /// How many of something, 0 to 1,000,000,000: hours, pieces, pages.
    Quantity, (0, 1_000_000_000), "1.5"
);
number!(
    /// The price of one in major units, up to 1,000,000,000,000 either way; it may have more
    /// decimals than the currency.
    UnitPrice, (-1_000_000_000_000, 1_000_000_000_000), "82.6446"
);
number!(
    /// So much of every hundred, 0 to 1000. As a [`Discount`](super::Discount) at most 100.
    Percent, (0, 1000), "9.975"
);

impl UnitPrice {
    /// The number with at least the currency's decimals, as it is printed: `45.00`, `82.6446`.
    pub fn amount(self, currency: Currency) -> String {
        let mut value = self.0;
        value.rescale(value.scale().max(currency.decimals()));
        value.to_string()
    }
}

impl Percent {
    /// All of something.
    pub const HUNDRED: Self = Self(Decimal::ONE_HUNDRED);

    /// The number times 10^`scale`, when that is whole.
    pub(super) fn at_scale(self, scale: u32) -> Option<u64> {
        let up = power_of_ten(scale.checked_sub(self.0.scale())?)?;
        u64::try_from(self.0.mantissa().checked_mul(up)?).ok()
    }
}

fn parse(
    text: &str,
    (min, max): (i64, i64),
    example: &'static str,
) -> Result<Decimal, NumberError> {
    let number = Plain::parse(text).map_err(|error| match error {
        NotPlain::Malformed => NumberError::Malformed { example },
        NotPlain::TooLong => NumberError::OutOfRange { min, max },
    })?;
    if number.scale > MAX_DECIMALS {
        return Err(NumberError::TooManyDecimals { max: MAX_DECIMALS });
    }
    Decimal::try_from_i128_with_scale(number.mantissa, number.scale)
        .map_err(|_| NumberError::OutOfRange { min, max })
}

fn bounded(value: Decimal, (min, max): (i64, i64)) -> Result<Decimal, NumberError> {
    let value = value.normalize();
    if value < Decimal::from(min) || value > Decimal::from(max) {
        return Err(NumberError::OutOfRange { min, max });
    }
    if value.scale() > MAX_DECIMALS {
        return Err(NumberError::TooManyDecimals { max: MAX_DECIMALS });
    }
    Ok(value)
}
