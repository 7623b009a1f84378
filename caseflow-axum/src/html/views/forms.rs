//! What is wrong with a submitted form, told beside the field and in a summary.

/// The problems of one submission, in the order of the fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct Problems(pub(crate) Vec<Problem>);

impl Problems {
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
    /// How long to wait, as `format::wait` says it.
    TooManyTries(String),
    PasswordTooShort {
        least: usize,
    },
    PasswordTooLong {
        most: usize,
    },
    PasswordCommon,
    PasswordLikeAccount,
    PasswordsDiffer,
}

impl Problem {
    /// Name and id of the field to go to; the form as a whole has none.
    pub(crate) fn field(&self) -> Option<&'static str> {
        match self {
            Self::EmailMissing | Self::EmailMalformed | Self::WrongCredentials => Some("email"),
            Self::PasswordMissing
            | Self::PasswordTooShort { .. }
            | Self::PasswordTooLong { .. }
            | Self::PasswordCommon
            | Self::PasswordLikeAccount => Some("password"),
            Self::PasswordsDiffer => Some("password_again"),
            Self::TooManyTries(_) => None,
        }
    }
}
