//! The computation behind [`Pricing::totals`].

use super::exact::{Exact, Keep};
use super::{
    Discount, Field, LineItem, LineTotals, Percent, Place, PriceMode, Pricing, PricingError,
    TaxRate, TaxTotal, Totals,
};
use crate::domain::currency::Currency;
use crate::domain::money::{Money, divide};

pub(super) fn compute(pricing: &Pricing) -> Result<Totals, PricingError> {
    let nets = nets(pricing)?;
    let subtotal = subtotal(&nets)?;
    let cut = Cut::new(pricing, subtotal)?;
    let mut shares = Shares::new(cut.amount, subtotal);
    let mut taxes = Taxes::new(pricing, cut.keep);
    let mut lines = Vec::with_capacity(nets.len());
    for (index, (item, net)) in pricing.lines.iter().zip(nets).enumerate() {
        let share = shares.next(net.minor)?;
        let tax = taxes.add_line(index, item, &net, share)?;
        lines.push(net.into_totals(share, tax, pricing.currency));
    }
    let (net, total) = taxes.around(i128::from(subtotal) - i128::from(cut.amount));
    let money = |minor| total_of(minor, pricing.currency);
    Ok(Totals {
        lines,
        subtotal: money(subtotal.into())?,
        discount: money(cut.amount.into())?,
        net: money(net)?,
        tax: money(taxes.sum)?,
        total: money(total)?,
        taxes: taxes.into_totals()?,
    })
}

/// One line before the document's discount and taxes.
#[derive(Debug, Clone, Copy)]
struct Net {
    exact: Exact,
    gross: i64,
    minor: i64,
}

impl Net {
    fn new(index: usize, item: &LineItem, currency: Currency) -> Result<Self, PricingError> {
        let beyond = PricingError::OutOfRange {
            at: Place::line(index, Field::Price),
        };
        let (quantity, price) = (item.quantity.value(), item.unit_price.value());
        let exact = Exact {
            mantissa: quantity.mantissa(),
            scale: quantity.scale(),
        }
        .times(price.mantissa(), price.scale())
        .ok_or(beyond)?;
        let gross = exact.round(currency).ok_or(beyond)?;
        let Some(discount) = item.discount else {
            return Ok(Self {
                exact,
                gross,
                minor: gross,
            });
        };
        let at = Place::line(index, Field::Discount);
        let exact = reduce(exact, discount, Money::from_minor(gross, currency), at)?;
        let minor = exact
            .round(currency)
            .ok_or(PricingError::OutOfRange { at })?;
        Ok(Self {
            exact,
            gross,
            minor,
        })
    }

    fn into_totals(self, share: i64, tax: i64, currency: Currency) -> LineTotals {
        let money = |minor| Money::from_minor(minor, currency);
        LineTotals {
            gross: money(self.gross),
            discount: money(self.gross - self.minor),
            net: money(self.minor),
            discount_share: money(share),
            tax: money(tax),
        }
    }
}

fn nets(pricing: &Pricing) -> Result<Vec<Net>, PricingError> {
    if pricing.lines.is_empty() {
        return Err(PricingError::NoLines);
    }
    if pricing.lines.len() > Pricing::MAX_LINES {
        return Err(PricingError::TooManyLines {
            max: Pricing::MAX_LINES,
        });
    }
    let lines = pricing.lines.iter().enumerate();
    lines
        .map(|(index, item)| Net::new(index, item, pricing.currency))
        .collect()
}

fn reduce(
    exact: Exact,
    discount: Discount,
    gross: Money,
    at: Place,
) -> Result<Exact, PricingError> {
    let reduced = match discount {
        Discount::Percent(percent) => {
            let keep = keep_after(percent, at)?;
            exact.times(keep.part.into(), percent.value().scale() + 2)
        }
        Discount::Fixed(amount) => {
            check_fixed(amount, gross, at)?;
            // All of a rounded gross is all of the exact one: nothing is left to tax.
            let all = amount.is_positive() && amount == gross;
            if all {
                Some(Exact {
                    mantissa: 0,
                    ..exact
                })
            } else {
                exact.less(amount)
            }
        }
    };
    reduced.ok_or(PricingError::OutOfRange { at })
}

fn keep_after(percent: Percent, at: Place) -> Result<Keep, PricingError> {
    let max = Discount::Percent(Percent::HUNDRED);
    Keep::after(percent).ok_or(PricingError::DiscountTooLarge { at, max })
}

/// A fixed discount is in the currency of what it reduces, and from nothing to all of it.
fn check_fixed(amount: Money, reduced: Money, at: Place) -> Result<(), PricingError> {
    let (expected, found) = (reduced.currency(), amount.currency());
    if expected != found {
        return Err(PricingError::OtherCurrency {
            at,
            expected,
            found,
        });
    }
    if amount.is_negative() {
        return Err(PricingError::NegativeDiscount { at });
    }
    let most = reduced.minor().max(0);
    if amount.minor() > most {
        let max = Discount::Fixed(Money::from_minor(most, expected));
        return Err(PricingError::DiscountTooLarge { at, max });
    }
    Ok(())
}

/// The sum of the lines. The sum of their sizes has to fit too, so that no order of the lines can
/// overflow on the way.
fn subtotal(nets: &[Net]) -> Result<i64, PricingError> {
    let size: u128 = nets
        .iter()
        .map(|net| u128::from(net.minor.unsigned_abs()))
        .sum();
    i64::try_from(size).map_err(|_| beyond_total())?;
    Ok(nets.iter().map(|net| net.minor).sum())
}

/// The document's discount: what it comes to, and what it leaves of every line.
#[derive(Debug, Clone, Copy)]
struct Cut {
    amount: i64,
    keep: Keep,
}

impl Cut {
    const NONE: Self = Self {
        amount: 0,
        keep: Keep::ALL,
    };

    fn new(pricing: &Pricing, subtotal: i64) -> Result<Self, PricingError> {
        let at = Place::document(Field::Discount);
        match pricing.discount {
            None => Ok(Self::NONE),
            Some(Discount::Percent(percent)) => {
                let keep = keep_after(percent, at)?;
                let taken = i128::from(subtotal) * i128::from(keep.whole - keep.part);
                let amount = i64::try_from(divide(taken, keep.whole.into()));
                Ok(Self {
                    amount: amount.map_err(|_| PricingError::OutOfRange { at })?,
                    keep,
                })
            }
            Some(Discount::Fixed(amount)) => {
                check_fixed(amount, Money::from_minor(subtotal, pricing.currency), at)?;
                Ok(Self::fixed(amount.minor(), subtotal))
            }
        }
    }

    /// An amount that was checked against the subtotal.
    fn fixed(amount: i64, subtotal: i64) -> Self {
        match (u64::try_from(subtotal - amount), u64::try_from(subtotal)) {
            (Ok(part), Ok(whole)) if amount > 0 => Self {
                amount,
                keep: Keep { part, whole },
            },
            _ => Self::NONE,
        }
    }
}

/// Deals the document's discount out: after each line, what was given is the discount's part for
/// the lines so far, so that after the last one it is the discount.
#[derive(Debug)]
struct Shares {
    amount: i128,
    subtotal: i128,
    nets: i128,
    given: i128,
}

impl Shares {
    fn new(amount: i64, subtotal: i64) -> Self {
        Self {
            amount: amount.into(),
            subtotal: subtotal.into(),
            nets: 0,
            given: 0,
        }
    }

    fn next(&mut self, net: i64) -> Result<i64, PricingError> {
        if self.amount == 0 {
            return Ok(0);
        }
        self.nets += i128::from(net);
        let part = self.nets * self.amount * self.subtotal.signum();
        let due = divide(part, self.subtotal.abs());
        let share = due - self.given;
        self.given = due;
        share.try_into().map_err(|_| beyond_total())
    }
}

/// The taxes met so far.
#[derive(Debug)]
struct Taxes<'a> {
    mode: PriceMode,
    currency: Currency,
    keep: Keep,
    groups: Vec<Group<'a>>,
    sum: i128,
}

/// One tax over the lines so far.
#[derive(Debug)]
struct Group<'a> {
    rate: &'a TaxRate,
    base: i128,
    tax: i128,
    last_line: Option<usize>,
}

impl<'a> Taxes<'a> {
    fn new(pricing: &Pricing, keep: Keep) -> Self {
        let (mode, currency) = (pricing.mode, pricing.currency);
        Self {
            mode,
            currency,
            keep,
            groups: Vec::new(),
            sum: 0,
        }
    }

    /// Adds a line's taxes and answers their sum.
    fn add_line(
        &mut self,
        index: usize,
        item: &'a LineItem,
        net: &Net,
        share: i64,
    ) -> Result<i64, PricingError> {
        let at = Place::line(index, Field::Taxes);
        if item.taxes.len() > Pricing::MAX_LINE_TAXES {
            return Err(PricingError::TooManyTaxes {
                at,
                max: Pricing::MAX_LINE_TAXES,
            });
        }
        let beyond = PricingError::OutOfRange { at };
        let scale = common_scale(&item.taxes);
        let of = self.whole(&item.taxes, scale).ok_or(beyond)?;
        let mut sum = 0;
        for rate in &item.taxes {
            let percent = rate.percent.at_scale(scale).ok_or(beyond)?;
            let tax = net
                .exact
                .tax(self.keep, percent, of, self.currency)
                .ok_or(beyond)?;
            self.group(rate, index)?.tax += i128::from(tax);
            sum += i128::from(tax);
        }
        let left = i128::from(net.minor) - i128::from(share);
        self.add_base(index, left - self.inside(sum));
        self.sum += sum;
        i64::try_from(sum).map_err(|_| beyond)
    }

    /// What the percents of a line are parts of: a hundred, and when prices hold the taxes the
    /// taxes as well.
    fn whole(&self, taxes: &[TaxRate], scale: u32) -> Option<u64> {
        let hundred = Percent::HUNDRED.at_scale(scale)?;
        match self.mode {
            PriceMode::TaxExclusive => Some(hundred),
            PriceMode::TaxInclusive => taxes.iter().try_fold(hundred, |sum, tax| {
                sum.checked_add(tax.percent.at_scale(scale)?)
            }),
        }
    }

    /// The part of a tax that the nets hold.
    fn inside(&self, tax: i128) -> i128 {
        match self.mode {
            PriceMode::TaxExclusive => 0,
            PriceMode::TaxInclusive => tax,
        }
    }

    /// The document without and with tax, given what the lines leave after the discount.
    fn around(&self, left: i128) -> (i128, i128) {
        let net = left - self.inside(self.sum);
        (net, net + self.sum)
    }

    fn group(&mut self, rate: &'a TaxRate, line: usize) -> Result<&mut Group<'a>, PricingError> {
        let at = Place::line(line, Field::Taxes);
        let known = self.groups.iter().position(|group| group.rate == rate);
        let index = known.unwrap_or(self.groups.len());
        if known.is_none() {
            if index == Pricing::MAX_TAXES {
                return Err(PricingError::TooManyTaxes {
                    at,
                    max: Pricing::MAX_TAXES,
                });
            }
            self.groups.push(Group {
                rate,
                base: 0,
                tax: 0,
                last_line: None,
            });
        }
        let group = self
            .groups
            .get_mut(index)
            .ok_or(PricingError::OutOfRange { at })?;
        if group.last_line.replace(line) == Some(line) {
            return Err(PricingError::RepeatedTax { at });
        }
        Ok(group)
    }

    fn add_base(&mut self, line: usize, base: i128) {
        for group in self
            .groups
            .iter_mut()
            .filter(|group| group.last_line == Some(line))
        {
            group.base += base;
        }
    }

    fn into_totals(self) -> Result<Vec<TaxTotal>, PricingError> {
        let currency = self.currency;
        let totals = self.groups.into_iter().map(|group| {
            Ok(TaxTotal {
                name: group.rate.name.clone(),
                percent: group.rate.percent,
                base: total_of(group.base, currency)?,
                tax: total_of(group.tax, currency)?,
            })
        });
        totals.collect()
    }
}

fn common_scale(taxes: &[TaxRate]) -> u32 {
    taxes
        .iter()
        .map(|tax| tax.percent.value().scale())
        .max()
        .unwrap_or(0)
}

fn total_of(minor: i128, currency: Currency) -> Result<Money, PricingError> {
    Money::from_wide(Some(minor), currency).map_err(|_| beyond_total())
}

fn beyond_total() -> PricingError {
    PricingError::OutOfRange {
        at: Place::document(Field::Total),
    }
}
