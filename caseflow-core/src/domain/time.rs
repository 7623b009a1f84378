//! Instants, days and zones. An instant is a count of microseconds; a day is a calendar day in the
//! firm's own zone, because "overdue" and "expired" are facts about the firm's calendar (R-INV-3).

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, NaiveDate, Offset as _, SecondsFormat, TimeZone as _, Utc};

/// An instant in UTC, to the microsecond, counted from 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant `micros` microseconds after (or before) the Unix epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the Unix epoch.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The same instant as chrono's type.
    #[must_use]
    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or_default()
    }

    /// This instant moved into the future; saturates at the end of time.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// This instant moved into the past; saturates at the start of time.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// The time from `earlier` to this instant; zero when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Reads an RFC 3339 timestamp; digits beyond microseconds are dropped.
    ///
    /// # Errors
    /// When the text is not an RFC 3339 timestamp with an offset.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        DateTime::parse_from_rfc3339(text)
            .map(|at| Self(at.timestamp_micros()))
            .map_err(|_| TimeError::Instant)
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_micros())
    }
}

/// RFC 3339 in UTC with milliseconds: `2026-11-24T09:30:00.123Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_utc().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// A time zone of the IANA database, such as `Europe/Zurich`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(chrono_tz::Tz);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(chrono_tz::Tz::UTC);

    /// Finds a zone by its IANA name.
    ///
    /// # Errors
    /// When the name is not in the IANA database that this crate was built with.
    pub fn parse(name: &str) -> Result<Self, TimeError> {
        name.parse().map(Self).map_err(|_| TimeError::Zone)
    }

    /// The IANA name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The calendar day that a clock on the wall in this zone shows at `at`.
    #[must_use]
    pub fn day(self, at: Timestamp) -> NaiveDate {
        at.to_utc().with_timezone(&self.0).date_naive()
    }

    /// What a clock in this zone shows at an instant.
    #[must_use]
    pub fn clock(self, at: Timestamp) -> DateTime<FixedOffset> {
        at.to_utc().with_timezone(&self.0).fixed_offset()
    }

    /// An instant after `at` until which the [day](Self::day) stays the same: the next midnight or,
    /// where the clocks are changed before that, the moment when they are.
    #[must_use]
    pub fn day_lasts_until(self, at: Timestamp) -> Timestamp {
        let offset = self.offset(at);
        let local = at.0.saturating_add(offset);
        let left = DAY - local.rem_euclid(DAY);
        let last = Timestamp(at.0.saturating_add(left - 1));
        let (mut same, mut other) = (at.0, last.0);
        if self.offset(last) == offset {
            return Timestamp(last.0.saturating_add(1));
        }
        while other - same > 1 {
            let middle = same + (other - same) / 2;
            match self.offset(Timestamp(middle)) == offset {
                true => same = middle,
                false => other = middle,
            }
        }
        Timestamp(other)
    }

    /// By how many microseconds clocks on the wall are ahead of UTC.
    fn offset(self, at: Timestamp) -> i64 {
        let offset = self.0.offset_from_utc_datetime(&at.to_utc().naive_utc());
        i64::from(offset.fix().local_minus_utc()) * 1_000_000
    }
}

/// The microseconds of a day on which no clock is changed.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Reads a calendar day written as `2026-11-24` (ISO 8601), years 1900 to 9999.
///
/// # Errors
/// When the text has another form or names a day that does not exist.
pub fn parse_day(text: &str) -> Result<NaiveDate, TimeError> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
        return Err(TimeError::Day);
    };
    let year = number(&[y1, y2, y3, y4]).and_then(|year| i32::try_from(year).ok());
    year.filter(|year| (1900..=9999).contains(year))
        .zip(number(&[m1, m2]).zip(number(&[d1, d2])))
        .and_then(|(year, (month, day))| NaiveDate::from_ymd_opt(year, month, day))
        .ok_or(TimeError::Day)
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u32::from(digit - b'0'))
    })
}

/// Why a text is not a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimeError {
    /// Not an RFC 3339 timestamp.
    #[error("not a time: write it as 2026-11-24T09:30:00Z")]
    Instant,
    /// Not an ISO 8601 calendar day.
    #[error("not a date: write it as 2026-11-24")]
    Day,
    /// Not an IANA zone name.
    #[error("not a time zone: write an IANA name such as Europe/Zurich")]
    Zone,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_day_in_the_zone() {
        let at = Timestamp::parse("2026-11-24T23:30:00Z").unwrap();
        assert_eq!(Zone::UTC.day(at).to_string(), "2026-11-24");
        assert_eq!(
            Zone::parse("Asia/Tokyo").unwrap().day(at).to_string(),
            "2026-11-25"
        );
        assert_eq!(
            Zone::parse("America/New_York").unwrap().day(at).to_string(),
            "2026-11-24"
        );
    }

    #[test]
    fn a_day_lasts_until_midnight_on_the_wall() {
        for (zone, at, until) in [
            ("UTC", "2026-11-24T09:00:00Z", "2026-11-25T00:00:00Z"),
            ("UTC", "2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z"),
            ("UTC", "2026-11-24T23:59:59.999999Z", "2026-11-25T00:00:00Z"),
            ("UTC", "1969-12-31T12:00:00Z", "1970-01-01T00:00:00Z"),
            (
                "Europe/Zurich",
                "2026-11-24T22:59:59Z",
                "2026-11-24T23:00:00Z",
            ),
            (
                "Europe/Zurich",
                "2026-11-24T23:00:00Z",
                "2026-11-25T23:00:00Z",
            ),
            (
                "Asia/Kathmandu",
                "2026-11-24T09:00:00Z",
                "2026-11-24T18:15:00Z",
            ),
            // An hour that there is not, and one that there is twice: first until the change.
            (
                "Europe/Zurich",
                "2026-03-28T23:00:00Z",
                "2026-03-29T01:00:00Z",
            ),
            (
                "Europe/Zurich",
                "2026-03-29T01:00:00Z",
                "2026-03-29T22:00:00Z",
            ),
            (
                "Europe/Zurich",
                "2026-10-24T22:00:00Z",
                "2026-10-25T01:00:00Z",
            ),
            (
                "Europe/Zurich",
                "2026-10-25T01:00:00Z",
                "2026-10-25T23:00:00Z",
            ),
            // Midnight itself is left out, comes twice, and a whole day is left out.
            (
                "Africa/Cairo",
                "2026-04-23T20:00:00Z",
                "2026-04-23T22:00:00Z",
            ),
            (
                "America/Havana",
                "2026-11-01T04:30:00Z",
                "2026-11-01T05:00:00Z",
            ),
            (
                "Pacific/Apia",
                "2011-12-30T09:00:00Z",
                "2011-12-30T10:00:00Z",
            ),
        ] {
            let at = Timestamp::parse(at).unwrap();
            let found = Zone::parse(zone).unwrap().day_lasts_until(at);
            assert_eq!(found, Timestamp::parse(until).unwrap(), "{zone} at {at}");
        }
    }

    #[test]
    fn a_day_never_ends_before_it_is_said_to() {
        let quarter = Duration::from_secs(15 * 60);
        for zone in [
            "Europe/Zurich",
            "America/St_Johns",
            "America/Sao_Paulo",
            "America/Havana",
            "Asia/Beirut",
            "Australia/Lord_Howe",
            "Pacific/Apia",
        ] {
            let zone = Zone::parse(zone).unwrap();
            for year in [2010, 2011, 2026] {
                let mut at = Timestamp::parse(&format!("{year}-01-01T00:00:01Z")).unwrap();
                let end = Timestamp::parse(&format!("{year}-12-31T00:00:00Z")).unwrap();
                while at < end {
                    let until = zone.day_lasts_until(at);
                    let last = Timestamp(until.0 - 1);
                    let step = at.plus(quarter).min(last);
                    assert!(at <= last, "{zone} at {at}");
                    assert_eq!(zone.day(step), zone.day(at), "{zone} at {at}");
                    assert_eq!(zone.day(last), zone.day(at), "{zone} at {at}");
                    at = if step == last { until } else { step };
                }
            }
        }
    }

    #[test]
    fn text_round_trips_to_the_millisecond() {
        let at = Timestamp::parse("2026-11-24T10:00:00.123456+01:00").unwrap();
        assert_eq!(at.to_string(), "2026-11-24T09:00:00.123Z");
        assert!(Timestamp::parse("2026-11-24").is_err());
        assert!(parse_day("2026-02-30").is_err());
        assert!(parse_day("2026-2-3").is_err());
    }
}
