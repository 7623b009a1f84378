//! How amounts, numbers and days read in each language.

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;

use super::PrintLanguage;
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::pricing::{Discount, Percent, UnitPrice};
use crate::domain::text::LanguageTag;

/// An amount of money and how it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// Minor units and ISO 4217 currency.
    pub value: Money,
    /// With its currency: `USD 1,234.50`, `1.234,50 €`.
    pub text: String,
    /// The number alone: `1,234.50`.
    pub number: String,
}

/// A day of the calendar and how it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub value: NaiveDate,
    /// ISO 8601: `2026-11-24`.
    pub iso: String,
    /// For people: `24 November 2026`.
    pub text: String,
}

/// How one reader's numbers and days are written (CLDR, with Latin digits everywhere, so that
/// columns of figures align).
#[derive(Debug, Clone, Copy)]
pub(super) struct Format {
    language: PrintLanguage,
    group: &'static str,
    point: char,
}

/// Latin American Spanish writes numbers as English does.
const SPANISH_WITH_POINT: [&str; 10] =
    ["419", "MX", "US", "PR", "GT", "HN", "NI", "PA", "SV", "DO"];

impl Format {
    pub(super) fn new(language: PrintLanguage, tag: &LanguageTag) -> Self {
        let region = tag.as_str().rsplit('-').next().unwrap_or_default();
        let (group, point) = match (language, region) {
            (PrintLanguage::German, "CH" | "LI") => ("\u{2019}", '.'),
            (PrintLanguage::German, "AT") => ("\u{a0}", ','),
            (PrintLanguage::French, "CH") => ("\u{202f}", '.'),
            (PrintLanguage::French, _) => ("\u{202f}", ','),
            (PrintLanguage::Spanish, region) if SPANISH_WITH_POINT.contains(&region) => (",", '.'),
            (PrintLanguage::German | PrintLanguage::Spanish, _) => (".", ','),
            (PrintLanguage::English | PrintLanguage::Hebrew | PrintLanguage::Arabic, _) => {
                (",", '.')
            }
        };
        Self {
            language,
            group,
            point,
        }
    }

    pub(super) fn amount(self, value: Money) -> Amount {
        let number = self.plain(&value.amount());
        Amount {
            text: self.with_currency(&number, value.currency()),
            value,
            number,
        }
    }

    /// The price of one, which may have more decimals than its currency.
    pub(super) fn price(self, price: UnitPrice, currency: Currency) -> String {
        self.plain(&price.amount(currency))
    }

    pub(super) fn number(self, value: Decimal) -> String {
        self.plain(&value.to_string())
    }

    /// `9.975 %`.
    pub(super) fn percent(self, percent: Percent) -> String {
        format!("{}\u{a0}%", self.number(percent.value()))
    }

    /// `10 %` or `USD 10.00`.
    pub(super) fn discount(self, discount: &Discount) -> String {
        match discount {
            Discount::Percent(percent) => self.percent(*percent),
            Discount::Fixed(amount) => self.amount(*amount).text,
        }
    }

    pub(super) fn day(self, day: NaiveDate) -> Day {
        Day {
            value: day,
            iso: day.to_string(),
            text: self.language.date(day.year(), day.month(), day.day()),
        }
    }

    /// Puts a plain number (`-1234.50`) into the reader's form (`−1.234,50`).
    fn plain(self, number: &str) -> String {
        let (sign, number) = match number.strip_prefix('-') {
            Some(number) => ("\u{2212}", number),
            None => ("", number),
        };
        let (whole, fraction) = match number.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (number, None),
        };
        let mut out = String::with_capacity(number.len() * 2);
        out.push_str(sign);
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                out.push_str(self.group);
            }
            out.push(digit);
        }
        if let Some(fraction) = fraction {
            out.push(self.point);
            out.push_str(fraction);
        }
        out
    }

    /// English writes the currency first, the others last. Currencies that share a sign with
    /// others (the dollars, the crowns) keep their code.
    fn with_currency(self, number: &str, currency: Currency) -> String {
        let code = currency.code();
        let sign = currency.sign();
        if self.language != PrintLanguage::English {
            return format!("{number}\u{a0}{}", sign.unwrap_or(code));
        }
        let (minus, size) = match number.strip_prefix('\u{2212}') {
            Some(size) => ("\u{2212}", size),
            None => ("", number),
        };
        match sign {
            Some(sign) => format!("{minus}{sign}{size}"),
            None => format!("{minus}{code}\u{a0}{size}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(tag: &str) -> Format {
        let tag = LanguageTag::parse(tag).unwrap();
        Format::new(PrintLanguage::for_tag(&tag), &tag)
    }

    fn shown(tag: &str, minor: i64, currency: Currency) -> String {
        let money = Money::from_minor(minor, currency);
        format(tag).amount(money).text.replace('\u{a0}', " ")
    }

    #[test]
    fn a18_amounts_keep_their_currencys_decimals() {
        assert_eq!(shown("en", 999_999_999, Currency::USD), "USD 9,999,999.99");
        assert_eq!(shown("en", 999_999_999, Currency::BHD), "BHD 999,999.999");
        assert_eq!(shown("en", 999_999_999, Currency::JPY), "JPY 999,999,999");
    }

    #[test]
    fn each_language_writes_its_own() {
        let eur = |tag| shown(tag, -123_456_789, Currency::EUR);
        assert_eq!(eur("en"), "\u{2212}€1,234,567.89");
        assert_eq!(eur("de"), "\u{2212}1.234.567,89 €");
        assert_eq!(eur("de-CH"), "\u{2212}1\u{2019}234\u{2019}567.89 €");
        assert_eq!(eur("fr"), "\u{2212}1\u{202f}234\u{202f}567,89 €");
        assert_eq!(eur("es-MX"), "\u{2212}1,234,567.89 €");
        assert_eq!(eur("he"), "\u{2212}1,234,567.89 €");
        assert_eq!(eur("xx"), "\u{2212}€1,234,567.89");
    }

    #[test]
    fn days_read_in_each_language() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        for (tag, text) in [
            ("en", "1 March 2026"),
            ("de", "1. März 2026"),
            ("fr", "1er mars 2026"),
            ("es", "1 de marzo de 2026"),
            ("he", "1 במרץ 2026"),
            ("ar", "1 مارس 2026"),
        ] {
            assert_eq!(format(tag).day(day).text, text);
        }
        assert_eq!(format("de").day(day).iso, "2026-03-01");
    }

    #[test]
    fn extremes_are_whole() {
        assert_eq!(
            shown("en", i64::MIN, Currency::GBP),
            "\u{2212}£92,233,720,368,547,758.08"
        );
        assert_eq!(shown("en", 5, Currency::EUR), "€0.05");
        assert_eq!(shown("de", 0, Currency::JPY), "0 JPY");
    }
}
