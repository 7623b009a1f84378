//! Whole-number arithmetic for prices: exact, or `None` when 128 bits do not hold it.

use crate::domain::currency::Currency;
use crate::domain::money::{Money, divide_down, power_of_ten};

use super::Percent;

/// The number `mantissa` × 10^-`scale`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exact {
    pub(super) mantissa: i128,
    pub(super) scale: u32,
}

impl Exact {
    pub(super) fn times(self, mantissa: i128, scale: u32) -> Option<Self> {
        let mantissa = self.mantissa.checked_mul(mantissa)?;
        Some(Self {
            mantissa,
            scale: self.scale + scale,
        })
    }

    pub(super) fn less(self, amount: Money) -> Option<Self> {
        let decimals = amount.currency().decimals();
        let scale = self.scale.max(decimals);
        let mantissa = self
            .mantissa
            .checked_mul(power_of_ten(scale - self.scale)?)?;
        let taken = i128::from(amount.minor()).checked_mul(power_of_ten(scale - decimals)?)?;
        Some(Self {
            mantissa: mantissa.checked_sub(taken)?,
            scale,
        })
    }

    /// In minor units, half away from zero.
    pub(super) fn round(self, currency: Currency) -> Option<i64> {
        Money::round_exact(self.mantissa, self.scale, currency)
            .ok()
            .map(Money::minor)
    }

    /// `self × keep × rate / of` in minor units, half away from zero, rounded once.
    pub(super) fn tax(self, keep: Keep, rate: u64, of: u64, currency: Currency) -> Option<i64> {
        let decimals = currency.decimals();
        let number = self.mantissa.unsigned_abs().checked_mul(rate.into())?;
        let up = power_of_ten(decimals.saturating_sub(self.scale))?.unsigned_abs();
        let down = power_of_ten(self.scale.saturating_sub(decimals))?.unsigned_abs();
        let size = keep.of(number.checked_mul(up)?, down.checked_mul(of.into())?)?;
        let size = i64::try_from(size).ok()?;
        Some(if self.mantissa < 0 { -size } else { size })
    }
}

/// What a discount leaves of every price: the fraction `part / whole`, from nothing to all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keep {
    pub(super) part: u64,
    pub(super) whole: u64,
}

impl Keep {
    pub(super) const ALL: Self = Self { part: 1, whole: 1 };

    /// `None` when the percent is more than a hundred.
    pub(super) fn after(percent: Percent) -> Option<Self> {
        let scale = percent.value().scale();
        let (taken, whole) = (percent.at_scale(scale)?, Percent::HUNDRED.at_scale(scale)?);
        Some(Self {
            part: whole.checked_sub(taken)?,
            whole,
        })
    }

    /// `number × part / whole / unit`, half up, rounded once.
    fn of(self, number: u128, unit: u128) -> Option<u128> {
        let (kept, over_half) = if self.part == self.whole {
            (number, 0)
        } else {
            let (part, whole) = (u128::from(self.part), u128::from(self.whole));
            // Below 2^128, since both factors are below 2^64; so is the sum, since part <= whole.
            let (times, left) = divide_down(number, whole);
            let (over, rest) = divide_down(left * part, whole);
            (times * part + over, u128::from(rest * 2 >= whole))
        };
        // What `kept` dropped is less than one, so it decides only when it tips an odd unit's half.
        let (quotient, rest) = divide_down(kept, unit);
        Some(quotient + u128::from(rest * 2 + over_half >= unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_factors_are_rounded_once() {
        for whole in 1..=12_u64 {
            for part in 0..=whole {
                for unit in 1..=9_u128 {
                    for number in 0..=60_u128 {
                        let (top, bottom) = (number * u128::from(part), u128::from(whole) * unit);
                        let once = (top * 2 + bottom) / (bottom * 2);
                        let keep = Keep { part, whole };
                        assert_eq!(
                            keep.of(number, unit),
                            Some(once),
                            "{number} {keep:?} {unit}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn the_largest_factors_do_not_overflow() {
        let keep = Keep {
            part: u64::MAX - 1,
            whole: u64::MAX,
        };
        let number = u128::MAX;
        let expected = number - number / u128::from(u64::MAX);
        assert_eq!(keep.of(number, 1), Some(expected));
    }
}
