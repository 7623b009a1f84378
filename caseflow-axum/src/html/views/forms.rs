//! What is wrong with a submitted form, told beside the field and in a summary.

use std::time::Duration;

use caseflow_core::Error;
use caseflow_core::domain::password::{Password, PasswordError};
use caseflow_core::domain::period::PeriodError;
use caseflow_core::domain::text::{Email, PersonName, TextError};
use caseflow_core::error::Refusal;

use crate::html::format::Amount;

/// The problems of one submission, in the order of the fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct Problems(pub(crate) Vec<Problem>);

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl Problems {
    /// What a form says to an error that whoever filled it in can mend; any other comes back.
    pub(crate) fn of_error(error: Error) -> Result<Self, Error> {
        let problem = match error {
            Error::Refused(Refusal::WrongCredentials) => Problem::WrongCredentials,
            Error::Refused(Refusal::WrongPassword) => Problem::WrongPassword,
            Error::Refused(Refusal::Password(error)) => error.into(),
            Error::Refused(Refusal::Period(PeriodError::Backwards)) => Problem::DaysBackwards,
            Error::Refused(Refusal::Period(PeriodError::Future)) => Problem::DayToCome,
            Error::Refused(Refusal::StatementTooLong) => Problem::StatementTooLong,
            Error::Throttled(wait) => Problem::TooManyTries(wait),
            other => return Err(other),
        };
        Ok(problem.into())
    }

    /// How long to wait, when that is what is wrong.
    pub(crate) fn wait(&self) -> Option<Duration> {
        self.0.iter().find_map(|problem| match problem {
            Problem::TooManyTries(wait) => Some(*wait),
            _ => None,
        })
    }

    pub(crate) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// The first problem of the field of that name.
    pub(crate) fn of(&self, field: &str) -> Option<&Problem> {
        self.0.iter().find(|problem| problem.field() == Some(field))
    }
}

/// One thing to put right. How it reads is in `words`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    EmailMissing,
    EmailMalformed,
    PasswordMissing,
    /// Unknown address, wrong password, no portal access: never told apart.
    WrongCredentials,
    /// How long to wait before the next one.
    TooManyTries(Duration),
    PasswordTooShort {
        least: usize,
    },
    PasswordTooLong {
        most: usize,
    },
    PasswordCommon,
    PasswordLikeAccount,
    PasswordUnchanged,
    PasswordsDiffer,
    CurrentPasswordMissing,
    /// The password given as proof is not the one in use.
    WrongPassword,
    NameMissing(NameField),
    NameTooLong {
        field: NameField,
        most: usize,
    },
    NameForbidden {
        field: NameField,
        character: char,
    },
    PhoneMalformed,
    LanguageUnknown,
    DirectionUnknown,
    /// More words than are looked for at once.
    SearchTooLong {
        most: usize,
    },
    DayMalformed(DayField),
    /// The first day is after the last.
    DaysBackwards,
    /// The last day is after today.
    DayToCome,
    /// More happened than one statement tells.
    StatementTooLong,
    /// What was typed as the amount to pay cannot be paid.
    Amount(PayProblem),
    /// What is due cannot be paid like this.
    Payment(PayProblem),
    /// The decision was not taken.
    Offer(OfferProblem),
}

/// Why a proposal or an estimate is not decided like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OfferProblem {
    /// It says something else than what was read.
    Changed,
    /// Its last day is over.
    Expired,
    /// It was answered the other way.
    Decided,
    /// It does not wait for an answer.
    Closed,
    ReasonTooLong {
        most: usize,
    },
    ReasonForbidden {
        character: char,
    },
}

impl OfferProblem {
    fn field(self) -> Option<&'static str> {
        match self {
            Self::Changed | Self::Expired | Self::Decided | Self::Closed => None,
            Self::ReasonTooLong { .. } | Self::ReasonForbidden { .. } => Some("reason"),
        }
    }
}

/// Why nothing is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PayProblem {
    /// No amount; with one as it may be written.
    Malformed {
        example: String,
    },
    Outside {
        least: Amount,
        most: Amount,
    },
    /// Only all of it is taken.
    NotWhole {
        due: Amount,
    },
    NothingDue,
    /// The firm takes no money online.
    NotOnline,
    Currency(&'static str),
    TooLittle {
        least: Amount,
    },
    TooMuch {
        most: Amount,
    },
    Steps(Amount),
    /// The provider said no.
    Refused,
    /// The provider did not answer.
    NoAnswer,
    Other,
}

/// The two days of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayField {
    First,
    Last,
}

/// The two fields of a name, and that of a whole one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameField {
    First,
    Last,
    Own,
}

impl Problem {
    /// Reads an e-mail address.
    pub(crate) fn check_email(typed: &str) -> Result<Email, Self> {
        Email::parse(typed).map_err(|error| match error {
            TextError::Empty => Self::EmailMissing,
            _ => Self::EmailMalformed,
        })
    }

    /// Reads a name.
    pub(crate) fn check_name(field: NameField, typed: &str) -> Result<PersonName, Self> {
        PersonName::parse(typed).map_err(|error| match error {
            TextError::TooLong { max: most } => Self::NameTooLong { field, most },
            TextError::Forbidden { character, .. } => Self::NameForbidden { field, character },
            _ => Self::NameMissing(field),
        })
    }

    /// Name and id of the field to go to; the form as a whole has none.
    pub(crate) fn field(&self) -> Option<&'static str> {
        match self {
            Self::EmailMissing | Self::EmailMalformed | Self::WrongCredentials => Some("email"),
            Self::PasswordMissing
            | Self::PasswordTooShort { .. }
            | Self::PasswordTooLong { .. }
            | Self::PasswordCommon
            | Self::PasswordLikeAccount
            | Self::PasswordUnchanged => Some("password"),
            Self::PasswordsDiffer => Some("password_again"),
            Self::CurrentPasswordMissing | Self::WrongPassword => Some("current_password"),
            Self::NameMissing(field)
            | Self::NameTooLong { field, .. }
            | Self::NameForbidden { field, .. } => Some(match field {
                NameField::First => "first_name",
                NameField::Last => "last_name",
                NameField::Own => "name",
            }),
            Self::PhoneMalformed => Some("phone"),
            Self::LanguageUnknown => Some("language"),
            Self::DirectionUnknown => Some("direction"),
            Self::SearchTooLong { .. } => Some("q"),
            Self::Offer(problem) => problem.field(),
            Self::DayMalformed(DayField::First) | Self::DaysBackwards | Self::StatementTooLong => {
                Some("from")
            }
            Self::DayMalformed(DayField::Last) | Self::DayToCome => Some("to"),
            Self::Amount(_) => Some("amount"),
            Self::TooManyTries(_) | Self::Payment(_) => None,
        }
    }
}

impl From<OfferProblem> for Problem {
    fn from(problem: OfferProblem) -> Self {
        Self::Offer(problem)
    }
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::TooShort => Self::PasswordTooShort {
                least: Password::LEAST,
            },
            PasswordError::TooLong => Self::PasswordTooLong {
                most: Password::MOST,
            },
            PasswordError::Personal => Self::PasswordLikeAccount,
            PasswordError::Unchanged => Self::PasswordUnchanged,
            _ => Self::PasswordCommon,
        }
    }
}
