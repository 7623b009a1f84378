//! Payment gateways as the core sees them: whose account it is, and the gateway's own references.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::attempt::Attempt;
use super::id::{AttemptId, FirmId, RefundId};
use super::time::Timestamp;

/// Why a text is not one of the names and references here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not {what}: write {expected}")]
pub struct ReferenceError {
    what: &'static str,
    expected: &'static str,
}

macro_rules! references {
    ($( $(#[$doc:meta])* $name:ident: $what:literal, $max:literal, $allowed:expr, $expected:literal; )*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(Box<str>);

            impl $name {
                #[doc = concat!("Accepts ", $expected, ".")]
                ///
                /// # Errors
                /// When the text is anything else.
                pub fn parse(text: &str) -> Result<Self, ReferenceError> {
                    let allowed: fn(u8) -> bool = $allowed;
                    if text.is_empty() || text.len() > $max || !text.bytes().all(allowed) {
                        return Err(ReferenceError { what: $what, expected: $expected });
                    }
                    Ok(Self(text.into()))
                }

                /// The text.
                #[must_use]
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.pad(&self.0)
                }
            }

            impl FromStr for $name {
                type Err = ReferenceError;

                fn from_str(text: &str) -> Result<Self, ReferenceError> {
                    Self::parse(text)
                }
            }
        )*
    };
}

references! {
    /// A gateway's name, as in the address of its webhooks.
    GatewayName: "a gateway's name", 32,
        |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-',
        "1 to 32 lower-case letters, digits and dashes";
    /// The firm's account at a gateway, in the gateway's own words or the host's.
    AccountTag: "an account's tag", 64,
        |byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte),
        "1 to 64 letters, digits, `_`, `-` and `.`";
    /// What a gateway calls one checkout of ours, or anything else that a notice is about.
    GatewayRef: "a gateway's reference", 255, |byte| byte.is_ascii_graphic(),
        "1 to 255 printable ASCII characters without spaces";
    /// What a gateway calls one movement of money: a charge, a refund, a dispute.
    TxnRef: "a reference to a movement of money", 255, |byte| byte.is_ascii_graphic(),
        "1 to 255 printable ASCII characters without spaces";
    /// What a gateway calls one notice.
    EventRef: "a reference to an event", 255, |byte| byte.is_ascii_graphic(),
        "1 to 255 printable ASCII characters without spaces";
}

impl EventRef {
    /// The name of every unsigned notice about `about` that comes in the minute of `at`.
    #[must_use]
    pub fn hint(about: &GatewayRef, at: Timestamp) -> Self {
        let minute = at.micros().div_euclid(HINT_MICROS);
        let hash = Sha256::digest(about.as_str());
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(format!("{HINT}{minute}-{hash}").into())
    }

    /// When the minute after that of `at` begins.
    #[must_use]
    pub const fn next_hint(at: Timestamp) -> Timestamp {
        let minute = at.micros().div_euclid(HINT_MICROS);
        Timestamp::from_micros(minute.saturating_add(1).saturating_mul(HINT_MICROS))
    }

    /// Whether it is the name of unsigned notices.
    #[must_use]
    pub fn is_hint(&self) -> bool {
        self.0.starts_with(HINT)
    }
}

const HINT: &str = "unsigned-";
const HINT_MICROS: i64 = 60_000_000;

/// Whether money is real.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Play money. It never touches what is real (R-PAY-8).
    Test,
    /// Money.
    Live,
}

impl Mode {
    /// The lower-case name used in storage and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Live => "live",
        }
    }

    /// Finds a mode by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Test, Self::Live]
            .into_iter()
            .find(|mode| mode.code() == code)
    }
}

/// The account that takes the money: at which gateway, whose, and whether its money is real. What a
/// gateway calls a movement of money is unique within it (R-PAY-6).
///
/// ```
/// use caseflow_core::domain::gateway::Merchant;
/// let merchant: Merchant = "example:acct_1:test".parse()?;
/// assert_eq!(merchant.to_string(), "example:acct_1:test");
/// # Ok::<(), caseflow_core::domain::gateway::ReferenceError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Merchant {
    /// The gateway.
    pub gateway: GatewayName,
    /// The firm's account there.
    pub account: AccountTag,
    /// Whether its money is real.
    pub mode: Mode,
}

/// Gateway, account and mode with colons between them.
impl fmt::Display for Merchant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.gateway, self.account, self.mode.code())
    }
}

impl FromStr for Merchant {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let wrong = ReferenceError {
            what: "a merchant",
            expected: "gateway, account and `test` or `live` with colons between them",
        };
        let mut parts = text.split(':');
        let mut part = || parts.next().ok_or(wrong);
        let merchant = Self {
            gateway: part()?.parse()?,
            account: part()?.parse()?,
            mode: Mode::from_code(part()?).ok_or(wrong)?,
        };
        match parts.next() {
            None => Ok(merchant),
            Some(_) => Err(wrong),
        }
    }
}

/// Under which key an operation is asked of a gateway. Asked again under the same key, it is the
/// same operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpKey(String);

impl OpKey {
    /// The key under which an attempt's checkout is started.
    #[must_use]
    pub fn start(attempt: AttemptId) -> Self {
        Self(format!("cf-{attempt}-create"))
    }

    /// The key under which an attempt's checkout is called off.
    #[must_use]
    pub fn cancel(attempt: AttemptId) -> Self {
        Self(format!("cf-{attempt}-cancel"))
    }

    /// The key under which a refund is asked for.
    #[must_use]
    pub fn refund(refund: RefundId) -> Self {
        Self(format!("cf-{refund}-refund"))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What we attach to everything at a gateway, so that it can say whose a payment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptTag {
    /// The firm.
    pub firm: FirmId,
    /// Its attempt.
    pub attempt: AttemptId,
}

impl AttemptTag {
    /// The tag of an attempt of this firm.
    #[must_use]
    pub fn of(firm: FirmId, attempt: &Attempt) -> Self {
        Self {
            firm,
            attempt: attempt.id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merchant_reads_back_and_nothing_else_does() {
        let text = "example:acct_1A.b-c:live";
        assert_eq!(text.parse::<Merchant>().unwrap().to_string(), text);
        for wrong in [
            "",
            "example",
            "example:acct",
            "example:acct:real",
            "example:acct:live:x",
            "Example:acct:live",
            "example:a b:live",
            "example::live",
        ] {
            assert!(wrong.parse::<Merchant>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_reference_has_no_spaces_and_an_end() {
        assert!(GatewayRef::parse("cs_test_a1").is_ok());
        assert!(GatewayRef::parse(&"x".repeat(255)).is_ok());
        for wrong in ["", "a b", "a\n", "é", &"x".repeat(256)] {
            assert!(GatewayRef::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
