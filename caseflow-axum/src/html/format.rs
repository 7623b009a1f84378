//! How amounts, days and waiting times read on a page.

use std::fmt;
use std::time::Duration;

use askama::filters::HtmlSafe;
use askama::{FastWritable, Values};
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::pricing::UnitPrice;
use caseflow_core::domain::time::{Timestamp, Zone};
use chrono::{Datelike, NaiveDate};

/// What is written in letters, digits and signs that mean nothing in HTML, without a detour over
/// formatters: half of a page is amounts, days and ids.
macro_rules! plain {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.write(f)
            }
        }

        impl FastWritable for $name {
            fn write_into(&self, to: &mut dyn fmt::Write, _: &dyn Values) -> askama::Result<()> {
                Ok(self.write(to)?)
            }
        }

        impl HtmlSafe for $name {}
    };
}

/// A day of the calendar for people: `24 November 2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day(NaiveDate);

/// A day of the calendar for machines: `2026-11-24`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IsoDay(NaiveDate);

impl Day {
    pub(crate) fn iso(self) -> IsoDay {
        IsoDay(self.0)
    }

    fn write(self, to: &mut dyn fmt::Write) -> fmt::Result {
        let month = usize::try_from(self.0.month0()).unwrap_or_default();
        to.write_str(Digits::of(self.0.day().into(), 1).as_str())?;
        to.write_str(" ")?;
        to.write_str(MONTHS.get(month).copied().unwrap_or_default())?;
        to.write_str(" ")?;
        to.write_str(year(self.0).as_str())
    }
}

impl IsoDay {
    fn write(self, to: &mut dyn fmt::Write) -> fmt::Result {
        to.write_str(year(self.0).as_str())?;
        for part in [self.0.month(), self.0.day()] {
            to.write_str("-")?;
            to.write_str(Digits::of(part.into(), 2).as_str())?;
        }
        Ok(())
    }
}

plain!(Day);
plain!(IsoDay);

impl From<NaiveDate> for Day {
    fn from(day: NaiveDate) -> Self {
        Self(day)
    }
}

/// How large a file is: `1 byte`, `12 kB`, `1.5 MB`, with a thousand bytes to a kilobyte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) u64);

impl Size {
    fn write(self, to: &mut dyn fmt::Write) -> fmt::Result {
        let Self(bytes) = self;
        match bytes {
            1 => to.write_str("1 byte"),
            0..1_000 => write!(to, "{bytes} bytes"),
            1_000..999_500 => write!(to, "{} kB", (bytes + 500) / 1_000),
            999_500..999_950_000 => tenths(to, bytes, 1_000_000, "MB"),
            _ => tenths(to, bytes, 1_000_000_000, "GB"),
        }
    }
}

fn tenths(to: &mut dyn fmt::Write, bytes: u64, unit: u64, name: &str) -> fmt::Result {
    let tenths = bytes.saturating_add(unit / 20) / (unit / 10);
    write!(to, "{}.{} {name}", tenths / 10, tenths % 10)
}

plain!(Size);

/// A minute by the firm's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Minute {
    pub(crate) day: Day,
    /// Such as `09:05`.
    pub(crate) clock: String,
    /// For machines, with the clock's offset: `2026-11-24T09:05+01:00`.
    pub(crate) iso: String,
}

impl Minute {
    pub(crate) fn new(zone: Zone, at: Timestamp) -> Self {
        let local = zone.clock(at);
        Self {
            day: local.date_naive().into(),
            clock: local.format("%H:%M").to_string(),
            iso: local.format("%Y-%m-%dT%H:%M%:z").to_string(),
        }
    }
}

/// Days of documents are those of the years 1900 to 9999.
fn year(day: NaiveDate) -> Digits {
    Digits::of(u64::from(day.year().unsigned_abs()), 4)
}

/// An amount with its currency: `USD 1,234.50`, `€1,234.50`, `−€20.00`.
///
/// Currencies that share a sign with others (the dollars, the crowns) keep their code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount(Money);

pub(crate) fn money(money: Money) -> Amount {
    Amount(money)
}

impl Amount {
    fn write(self, to: &mut dyn fmt::Write) -> fmt::Result {
        let (minor, currency) = (self.0.minor(), self.0.currency());
        if minor < 0 {
            to.write_str("\u{2212}")?;
        }
        match currency.sign() {
            Some(sign) => to.write_str(sign)?,
            None => {
                to.write_str(currency.code())?;
                to.write_str(" ")?;
            }
        }
        let number = Digits::grouped(minor.unsigned_abs(), currency.decimals());
        to.write_str(number.as_str())
    }
}

plain!(Amount);

/// What may be absent, as text that may be empty.
pub(crate) fn text(value: Option<&impl fmt::Display>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

/// The price of one: an amount, which may have more decimals than its currency.
pub(crate) fn price(price: UnitPrice, currency: Currency) -> String {
    match Money::round(price.value(), currency) {
        Ok(whole) if whole.to_decimal() == price.value() => money(whole).to_string(),
        _ => format!("{} {}", currency.code(), price.amount(currency)),
    }
}

/// A moment by the clock of a zone, with its name: `24 November 2026, 10:15:04 (Europe/Zurich)`.
pub(crate) fn moment(zone: Zone, at: Timestamp) -> String {
    let clock = zone.clock(at);
    let (day, time) = (Day(clock.date_naive()), clock.format("%H:%M:%S"));
    format!("{day}, {time} ({zone})")
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

/// A number's digits, written from their end to their front.
struct Digits {
    bytes: [u8; Self::MOST],
    start: usize,
}

impl Digits {
    /// Twenty digits, six commas and a point fit, and then some.
    const MOST: usize = 32;

    /// At least `width` digits.
    fn of(mut number: u64, width: usize) -> Self {
        let mut digits = Self::none();
        let mut written = 0;
        while written < width || number > 0 {
            digits.push(digit(number));
            number /= 10;
            written += 1;
        }
        digits
    }

    /// In groups of three, with exactly so many decimals.
    fn grouped(mut minor: u64, decimals: u32) -> Self {
        let mut digits = Self::none();
        for _ in 0..decimals {
            digits.push(digit(minor));
            minor /= 10;
        }
        if decimals > 0 {
            digits.push(b'.');
        }
        let mut written = 0;
        while written == 0 || minor > 0 {
            if written > 0 && written % 3 == 0 {
                digits.push(b',');
            }
            digits.push(digit(minor));
            minor /= 10;
            written += 1;
        }
        digits
    }

    fn none() -> Self {
        Self {
            bytes: [0; Self::MOST],
            start: Self::MOST,
        }
    }

    fn push(&mut self, byte: u8) {
        self.start = self.start.saturating_sub(1);
        if let Some(place) = self.bytes.get_mut(self.start) {
            *place = byte;
        }
    }

    fn as_str(&self) -> &str {
        let written = self.bytes.get(self.start..).unwrap_or_default();
        str::from_utf8(written).unwrap_or_default()
    }
}

/// The last digit.
fn digit(number: u64) -> u8 {
    let digit = u8::try_from(number % 10).unwrap_or_default();
    b'0' + digit
}

#[cfg(test)]
mod tests {
    use caseflow_core::domain::currency::Currency;

    use super::*;

    #[test]
    fn a_size_reads_as_people_say_it() {
        for (bytes, said) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1 kB"),
            (1_500, "2 kB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"),
            (1_550_000, "1.6 MB"),
            (999_949_999, "999.9 MB"),
            (999_950_000, "1.0 GB"),
            (u64::MAX, "18446744073.7 GB"),
        ] {
            assert_eq!(Size(bytes).to_string(), said, "{bytes}");
        }
    }

    #[test]
    fn a18_amounts_keep_their_currencys_decimals() {
        let shown = |currency| amount(999_999_999, currency);
        assert_eq!(shown(Currency::USD), "USD 9,999,999.99");
        assert_eq!(shown(Currency::BHD), "BHD 999,999.999");
        assert_eq!(shown(Currency::JPY), "JPY 999,999,999");
    }

    fn amount(minor: i64, currency: Currency) -> String {
        money(Money::from_minor(minor, currency)).to_string()
    }

    fn of(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    #[test]
    fn small_and_negative_amounts_are_whole() {
        assert_eq!(amount(0, of("EUR")), "€0.00");
        assert_eq!(amount(5, of("EUR")), "€0.05");
        assert_eq!(amount(-2_000, of("EUR")), "\u{2212}€20.00");
        assert_eq!(amount(123_450, of("CAD")), "CAD 1,234.50");
        assert_eq!(
            amount(i64::MIN, of("GBP")),
            "\u{2212}£92,233,720,368,547,758.08"
        );
    }

    #[test]
    fn grouping_starts_at_the_fourth_digit() {
        assert_eq!(amount(999, of("KRW")), "₩999");
        assert_eq!(amount(1_000, of("KRW")), "₩1,000");
        assert_eq!(amount(1_000_000, of("KRW")), "₩1,000,000");
        assert_eq!(amount(i64::MAX, of("KRW")), "₩9,223,372,036,854,775,807");
    }

    #[test]
    fn days_read_both_ways() {
        let day = Day::from(NaiveDate::from_ymd_opt(2026, 11, 4).unwrap());
        assert_eq!(day.to_string(), "4 November 2026");
        assert_eq!(day.iso().to_string(), "2026-11-04");
        let day = Day::from(NaiveDate::from_ymd_opt(1987, 1, 31).unwrap());
        assert_eq!(day.to_string(), "31 January 1987");
        assert_eq!(day.iso().to_string(), "1987-01-31");
    }

    #[test]
    fn a_minute_is_the_firms() {
        let zone = Zone::parse("Europe/Zurich").unwrap();
        let at = Timestamp::parse("2026-11-24T23:05:59Z").unwrap();
        let minute = Minute::new(zone, at);
        assert_eq!(minute.day.to_string(), "25 November 2026");
        assert_eq!(minute.clock, "00:05");
        assert_eq!(minute.iso, "2026-11-25T00:05+01:00");
    }

    #[test]
    fn waits_round_up() {
        assert_eq!(wait(Duration::from_secs(0)), "1 second");
        assert_eq!(wait(Duration::from_secs(59)), "59 seconds");
        assert_eq!(wait(Duration::from_secs(61)), "2 minutes");
        assert_eq!(wait(Duration::from_secs(3601)), "2 hours");
    }
}
