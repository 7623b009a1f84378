//! A proposal or an estimate as it is printed.

use super::{Day, LineView, Moment, RichView, TotalsView};
use crate::domain::pricing::PriceMode;

/// A proposal or an estimate with its text, its lines and its totals, and what has become of it
/// (R-DEC).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferView {
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// What has become of it, in words.
    pub status_text: String,
    /// The date on it.
    pub dated: Day,
    /// The last day on which it can be accepted.
    pub open_till: Day,
    /// The day on which it was taken back, in the firm's zone.
    pub withdrawn_on: Option<Day>,
    /// The matter it belongs to.
    pub matter: Option<String>,
    /// What is offered, in words.
    pub body: Option<RichView>,
    /// Whether prices hold the taxes already.
    pub mode: PriceMode,
    /// Its lines, in their order.
    pub lines: Vec<LineView>,
    /// Its sums. Nothing is paid on it, so nothing of it is said to be due.
    pub totals: TotalsView,
    /// The client's answer.
    pub answer: Option<AnswerView>,
}

/// What a client answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerView {
    /// The answer in words.
    pub text: String,
    /// Who answered.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why, if somebody said so; line breaks are kept.
    pub reason: Option<String>,
}
