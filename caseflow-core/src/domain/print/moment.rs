//! Moments as they are printed.

use chrono::{DateTime, FixedOffset};

use super::{Label, Letterhead};
use crate::domain::time::Timestamp;

/// A moment, and how it reads in both its clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The moment.
    pub value: Timestamp,
    /// To the millisecond in UTC: `2026-11-24 09:15:02.123 UTC`.
    pub utc: String,
    /// To the second by the firm's clock: `24 November 2026, 10:15:02 (UTC+01:00)`.
    pub local: String,
}

impl Moment {
    pub(super) fn of(head: &Letterhead<'_>, at: Timestamp) -> Self {
        let local: DateTime<FixedOffset> = head.firm.zone.clock(at);
        let day = head.format().day(local.date_naive()).text;
        Self {
            value: at,
            utc: at.to_utc().format("%Y-%m-%d %H:%M:%S%.3f UTC").to_string(),
            local: format!("{day}, {}", local.format("%H:%M:%S (UTC%:z)")),
        }
    }
}

/// How a moment stands in a table: `2026-11-24 09:15:02.123` in UTC and `2026-11-24 10:15:02 +01:00`
/// by the firm's clock, or twice that it was not recorded.
pub(super) fn recorded(head: &Letterhead<'_>, at: Option<Timestamp>) -> (String, String) {
    let Some(at) = at else {
        let missing = head.word(Label::NotRecorded);
        return (missing.to_owned(), missing.to_owned());
    };
    let (utc, local) = (at.to_utc(), head.firm.zone.clock(at));
    (
        utc.format("%Y-%m-%d %H:%M:%S%.3f").to_string(),
        local.format("%Y-%m-%d %H:%M:%S %:z").to_string(),
    )
}
