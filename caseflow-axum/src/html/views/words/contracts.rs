//! The words of contracts.

use std::fmt;

use caseflow_core::domain::contract::ContractStatus;

use super::StatusWords;
use crate::html::views::forms::ContractProblem;

impl StatusWords for ContractStatus {
    fn words(&self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Sent => "To sign",
            Self::Signed => "Signed",
            Self::Declined => "Declined",
            Self::Withdrawn => "Withdrawn",
            Self::Expired => "Expired",
        }
    }

    fn tone(&self) -> &'static str {
        match self {
            Self::Sent => "info",
            Self::Signed => "ok",
            Self::Declined => "bad",
            Self::Draft | Self::Withdrawn | Self::Expired => "off",
        }
    }
}

impl fmt::Display for ContractProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameMissing => f.write_str("Type your name"),
            Self::NameTooLong { most } => {
                write!(f, "The name must have at most {most} characters")
            }
            Self::NameForbidden { character } => {
                let code = u32::from(*character);
                write!(
                    f,
                    "The name has a character that cannot be used (U+{code:04X})"
                )
            }
            Self::TermsMissing => f.write_str("Agree to the terms of electronic signature"),
            Self::Changed => f.write_str(
                "The contract has changed since you read it. Nothing was signed. Read it again below",
            ),
            Self::Over => f.write_str(
                "This contract can no longer be signed or declined. It is shown as it stands now",
            ),
            Self::ReasonTooLong { most } => {
                write!(f, "The reason must have at most {most} characters")
            }
            Self::ReasonForbidden { character } => {
                let code = u32::from(*character);
                write!(
                    f,
                    "The reason has a character that cannot be used (U+{code:04X})"
                )
            }
        }
    }
}
