//! What staff should look at: money that did not do what was expected (R-PAY-5).

use super::id::{AlertId, AttemptId, InvoiceId};
use super::text::Line;
use super::time::Timestamp;

/// Something about money that staff should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// What is the matter.
    pub kind: AlertKind,
    /// The invoice concerned.
    pub invoice: Option<InvoiceId>,
    /// The attempt concerned.
    pub attempt: Option<AttemptId>,
    /// The figures and references, in words.
    pub detail: Line<300>,
    /// When it was found out.
    pub raised_at: Timestamp,
    /// When staff settled it, and who.
    pub settled: Option<(Timestamp, Line<120>)>,
}

/// What is the matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertKind {
    /// The gateway collected another amount than was asked for. It was recorded as collected.
    OtherAmount,
    /// The gateway collected another currency. The money is held: it is on no invoice.
    OtherCurrency,
    /// More was paid than was owed.
    Overpaid,
    /// Money came in on an invoice that was called off.
    PaidAfterCancel,
    /// The gateway knows of a payment of ours that we know nothing of.
    UnknownAttempt,
    /// The gateway says something that is not understood.
    UnknownState,
    /// A payer asked their bank to take money back.
    Dispute,
    /// A refund that staff asked for did not go through.
    RefundRefused,
    /// The gateway refused to open a checkout: its keys or its account are not set up.
    Misconfigured,
    /// Notices arrive only because they are looked for: the address or the secret that the gateway
    /// has for its notices is wrong.
    NoticesMissing,
    /// A notice could not be worked off.
    NoticeStuck,
}

impl AlertKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::OtherAmount,
        Self::OtherCurrency,
        Self::Overpaid,
        Self::PaidAfterCancel,
        Self::UnknownAttempt,
        Self::UnknownState,
        Self::Dispute,
        Self::RefundRefused,
        Self::Misconfigured,
        Self::NoticesMissing,
        Self::NoticeStuck,
    ];

    /// The lower-case name used in storage and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OtherAmount => "other_amount",
            Self::OtherCurrency => "other_currency",
            Self::Overpaid => "overpaid",
            Self::PaidAfterCancel => "paid_after_cancel",
            Self::UnknownAttempt => "unknown_attempt",
            Self::UnknownState => "unknown_state",
            Self::Dispute => "dispute",
            Self::RefundRefused => "refund_refused",
            Self::Misconfigured => "misconfigured",
            Self::NoticesMissing => "notices_missing",
            Self::NoticeStuck => "notice_stuck",
        }
    }

    /// Finds a kind by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl Alert {
    /// Whether staff have settled it.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        self.settled.is_some()
    }

    /// The alert as settled by somebody; one that is settled already stays as it is.
    #[must_use]
    pub fn settle(self, by: Line<120>, now: Timestamp) -> Self {
        let settled = self.settled.or(Some((now, by)));
        Self { settled, ..self }
    }
}
