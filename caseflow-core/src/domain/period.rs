//! A stretch of calendar days.

use chrono::{Datelike as _, Days, NaiveDate, NaiveTime};

use super::time::Timestamp;

/// Days from a first to a last one, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    first: NaiveDate,
    last: NaiveDate,
}

/// Why two days are not a period that can be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeriodError {
    /// The last day is before the first.
    #[error("the first day is after the last: choose an earlier one")]
    Backwards,
    /// The last day has not come yet.
    #[error("the last day is still to come: choose today or an earlier day")]
    Future,
}

impl Period {
    /// From `first` to `last`.
    ///
    /// # Errors
    /// When they are the wrong way round.
    pub fn new(first: NaiveDate, last: NaiveDate) -> Result<Self, PeriodError> {
        if last < first {
            return Err(PeriodError::Backwards);
        }
        Ok(Self { first, last })
    }

    /// From `first`, or else the first of January of the last day's year, to `last`, or else today.
    ///
    /// # Errors
    /// When the days are the wrong way round, or the last is after `today`.
    pub fn until_today(
        first: Option<NaiveDate>,
        last: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<Self, PeriodError> {
        let last = last.unwrap_or(today);
        if last > today {
            return Err(PeriodError::Future);
        }
        let new_year = NaiveDate::from_ymd_opt(last.year(), 1, 1);
        Self::new(first.or(new_year).unwrap_or(last), last)
    }

    /// The first day.
    #[must_use]
    pub const fn first(self) -> NaiveDate {
        self.first
    }

    /// The last day.
    #[must_use]
    pub const fn last(self) -> NaiveDate {
        self.last
    }

    /// Whether the day is one of these.
    #[must_use]
    pub fn contains(self, day: NaiveDate) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// From when until before when these days are, wherever on earth: in UTC, with a day more at
    /// either end.
    #[must_use]
    pub fn around(self) -> (Timestamp, Timestamp) {
        let from = self
            .first
            .checked_sub_days(Days::new(1))
            .unwrap_or(self.first);
        let until = self
            .last
            .checked_add_days(Days::new(2))
            .unwrap_or(self.last);
        let midnight = |day: NaiveDate| Timestamp::from(day.and_time(NaiveTime::MIN).and_utc());
        (midnight(from), midnight(until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{Zone, parse_day};

    fn day(text: &str) -> NaiveDate {
        parse_day(text).unwrap()
    }

    #[test]
    fn what_is_left_out_is_this_year_so_far() {
        let today = day("2026-11-24");
        for (first, last, expected) in [
            (None, None, ("2026-01-01", "2026-11-24")),
            (None, Some("2025-06-30"), ("2025-01-01", "2025-06-30")),
            (Some("2024-02-29"), None, ("2024-02-29", "2026-11-24")),
            (
                Some("2026-11-24"),
                Some("2026-11-24"),
                ("2026-11-24", "2026-11-24"),
            ),
        ] {
            let period = Period::until_today(first.map(day), last.map(day), today).unwrap();
            assert_eq!(
                (period.first(), period.last()),
                (day(expected.0), day(expected.1))
            );
        }
        let refused = |first: &str, last: &str| {
            Period::until_today(Some(day(first)), Some(day(last)), today).unwrap_err()
        };
        assert_eq!(refused("2026-11-24", "2026-11-23"), PeriodError::Backwards);
        assert_eq!(refused("2026-11-24", "2026-11-25"), PeriodError::Future);
    }

    #[test]
    fn every_zone_has_these_days_between_the_instants_around() {
        let period = Period::new(day("2026-03-01"), day("2026-03-02")).unwrap();
        let (from, until) = period.around();
        for zone in ["Pacific/Kiritimati", "Etc/GMT+12", "Europe/Zurich"] {
            let zone = Zone::parse(zone).unwrap();
            assert!(zone.day(from) < period.first(), "{zone}");
            assert!(zone.day(until) > period.last(), "{zone}");
        }
    }
}
