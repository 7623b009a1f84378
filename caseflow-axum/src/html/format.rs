//! How amounts, days and waiting times read on a page.

use std::fmt;
use std::time::Duration;

use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::pricing::UnitPrice;
use chrono::{Datelike, NaiveDate};

/// A day of the calendar, ready to be shown: `24 November 2026`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Day {
    /// `2026-11-24`, for machines.
    pub(crate) iso: String,
    /// `24 November 2026`, for people.
    pub(crate) text: String,
}

impl From<NaiveDate> for Day {
    fn from(day: NaiveDate) -> Self {
        Self {
            iso: day.to_string(),
            text: date(day.year(), day.month(), day.day()),
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// An amount with its currency: `USD 1,234.50`, `€1,234.50`, `−€20.00`.
///
/// Currencies that share a sign with others (the dollars, the crowns) keep their code.
pub(crate) fn money(money: Money) -> String {
    let currency = money.currency();
    amount(money.minor(), currency.code(), currency.decimals())
}

/// What may be absent, as text that may be empty.
pub(crate) fn text(value: Option<&impl fmt::Display>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

/// The price of one: an amount, which may have more decimals than its currency.
pub(crate) fn price(price: UnitPrice, currency: Currency) -> String {
    match Money::round(price.value(), currency) {
        Ok(whole) if whole.to_decimal() == price.value() => money(whole),
        _ => format!("{} {}", currency.code(), price.amount(currency)),
    }
}

/// A time to wait, rounded up: `8 seconds`, `1 minute`, `2 hours`.
pub(crate) fn wait(wait: Duration) -> String {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let (count, unit) = match seconds {
        0..60 => (seconds.max(1), "second"),
        60..3600 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3600), "hour"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

fn date(year: i32, month: u32, day: u32) -> String {
    let index = usize::try_from(month).unwrap_or_default().wrapping_sub(1);
    match MONTHS.get(index) {
        Some(name) => format!("{day} {name} {year}"),
        None => format!("{year:04}-{month:02}-{day:02}"),
    }
}

fn amount(minor: i64, code: &str, decimals: u32) -> String {
    let sign = if minor < 0 { "\u{2212}" } else { "" };
    let number = grouped(minor.unsigned_abs(), decimals);
    match symbol(code) {
        Some(symbol) => format!("{sign}{symbol}{number}"),
        None => format!("{sign}{code} {number}"),
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn symbol(code: &str) -> Option<&'static str> {
    Some(match code {
        "EUR" => "€",
        "GBP" => "£",
        "INR" => "₹",
        "ILS" => "₪",
        "KRW" => "₩",
        "PHP" => "₱",
        "TRY" => "₺",
        "UAH" => "₴",
        "VND" => "₫",
        _ => return None,
    })
}

/// Digits in groups of three, with exactly `decimals` places.
fn grouped(minor: u64, decimals: u32) -> String {
    let places = usize::try_from(decimals).unwrap_or_default();
    let digits = format!("{minor:0width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let mut out = String::with_capacity(digits.len() * 2);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if places > 0 {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use caseflow_core::domain::currency::Currency;

    use super::*;

    #[test]
    fn a18_amounts_keep_their_currencys_decimals() {
        let shown = |currency| money(Money::from_minor(999_999_999, currency));
        assert_eq!(shown(Currency::USD), "USD 9,999,999.99");
        assert_eq!(shown(Currency::BHD), "BHD 999,999.999");
        assert_eq!(shown(Currency::JPY), "JPY 999,999,999");
    }

    #[test]
    fn small_and_negative_amounts_are_whole() {
        assert_eq!(amount(0, "EUR", 2), "€0.00");
        assert_eq!(amount(5, "EUR", 2), "€0.05");
        assert_eq!(amount(-2_000, "EUR", 2), "\u{2212}€20.00");
        assert_eq!(amount(123_450, "CAD", 2), "CAD 1,234.50");
        assert_eq!(
            amount(i64::MIN, "GBP", 2),
            "\u{2212}£92,233,720,368,547,758.08"
        );
    }

    #[test]
    fn grouping_starts_at_the_fourth_digit() {
        assert_eq!(amount(999, "KRW", 0), "₩999");
        assert_eq!(amount(1_000, "KRW", 0), "₩1,000");
        assert_eq!(amount(1_000_000, "KRW", 0), "₩1,000,000");
    }

    #[test]
    fn days_read_both_ways() {
        let day = Day::from(NaiveDate::from_ymd_opt(2026, 11, 4).unwrap());
        assert_eq!(day.to_string(), "4 November 2026");
        assert_eq!(day.iso, "2026-11-04");
        assert_eq!(date(2026, 13, 1), "2026-13-01");
    }

    #[test]
    fn waits_round_up() {
        assert_eq!(wait(Duration::from_secs(0)), "1 second");
        assert_eq!(wait(Duration::from_secs(59)), "59 seconds");
        assert_eq!(wait(Duration::from_secs(61)), "2 minutes");
        assert_eq!(wait(Duration::from_secs(3601)), "2 hours");
    }
}
