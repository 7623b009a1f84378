//! Proposals, estimates and contracts in the plan.

use serde::Deserialize;

use super::LinePlan;

/// A proposal or an estimate. Without steps it stays a draft.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct OfferPlan {
    /// `proposal` or `estimate`.
    pub(in super::super) kind: String,
    /// The day of its date.
    pub(in super::super) day: i64,
    /// Days from its date to the last on which it can be accepted.
    pub(in super::super) days_open: u64,
    pub(in super::super) title: String,
    /// Markdown.
    pub(in super::super) body: Option<String>,
    pub(in super::super) matter: Option<String>,
    pub(in super::super) internal_note: Option<String>,
    /// The proposal's own address.
    pub(in super::super) email: Option<String>,
    /// The firm's when absent.
    pub(in super::super) currency: Option<String>,
    /// Off the whole: `10 %` or an amount.
    pub(in super::super) discount: Option<String>,
    pub(in super::super) lines: Vec<LinePlan>,
    #[serde(default)]
    pub(in super::super) then: Vec<OfferStep>,
}

/// What became of an offer. A contact is named by its e-mail.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub(in super::super) enum OfferStep {
    /// It is sent, or sent again.
    Send { day: i64 },
    /// It is sent when the server starts for the first time, so that its mails lie in the folder.
    SendNow,
    /// A contact looks at it.
    View { day: i64, by: String },
    /// It comes to say something else: a discount off the whole, and the last day moves.
    Revise {
        day: i64,
        discount: String,
        days_open: u64,
    },
    /// A contact accepts in the portal.
    Accept { day: i64, by: String },
    /// Whoever has the link accepts.
    AcceptByLink { day: i64, name: String },
    /// A contact declines in the portal.
    Decline {
        day: i64,
        by: String,
        reason: Option<String>,
    },
    /// The firm takes it back.
    Withdraw { day: i64 },
}

impl OfferStep {
    /// When it happens; none for what happens at the first start.
    pub(in super::super) fn day(&self) -> Option<i64> {
        match self {
            Self::SendNow => None,
            Self::Send { day }
            | Self::View { day, .. }
            | Self::Revise { day, .. }
            | Self::Accept { day, .. }
            | Self::AcceptByLink { day, .. }
            | Self::Decline { day, .. }
            | Self::Withdraw { day } => Some(*day),
        }
    }
}

/// A contract. Without steps it stays a draft.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct ContractPlan {
    /// When it is drafted.
    pub(in super::super) day: i64,
    /// Days from then to the last on which it can be signed; no last day when absent.
    pub(in super::super) days_to_sign: Option<u64>,
    pub(in super::super) title: String,
    /// Markdown; when absent it is the file that the demonstration uploads.
    pub(in super::super) body: Option<String>,
    pub(in super::super) matter: Option<String>,
    pub(in super::super) internal_note: Option<String>,
    #[serde(default)]
    pub(in super::super) then: Vec<ContractStep>,
}

/// What became of a contract. A contact is named by its e-mail.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub(in super::super) enum ContractStep {
    /// It is sent to be signed.
    Send { day: i64 },
    /// It is sent when the server starts for the first time, so that its mails lie in the folder.
    SendNow,
    /// A contact reads it.
    View { day: i64, by: String },
    /// A contact signs in and signs.
    Sign { day: i64, by: String, typed: String },
    /// A contact declines.
    Decline {
        day: i64,
        by: String,
        reason: Option<String>,
    },
    /// It came back signed on paper.
    OnPaper {
        day: i64,
        name: String,
        note: Option<String>,
    },
    /// The firm takes it back.
    Withdraw { day: i64 },
}

impl ContractStep {
    /// When it happens; none for what happens at the first start.
    pub(in super::super) fn day(&self) -> Option<i64> {
        match self {
            Self::SendNow => None,
            Self::Send { day }
            | Self::View { day, .. }
            | Self::Sign { day, .. }
            | Self::Decline { day, .. }
            | Self::OnPaper { day, .. }
            | Self::Withdraw { day } => Some(*day),
        }
    }
}
