//! What is written down of a seal beside the file that bears it.

use std::fmt;

use super::time::Timestamp;

/// What kind of signature a sealed file bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealLevel {
    /// None that anybody else can check: a double's.
    Unsigned,
    /// A signature whose time is the portal's word (PAdES B-B).
    Baseline,
    /// The same, because the time stamp that should have been in it could not be had.
    TimestampMissed,
    /// A signature that an authority for time has stamped (PAdES B-T).
    Timestamped {
        /// When, by the authority's clock.
        at: Timestamp,
    },
}

impl SealLevel {
    /// The lower-case name used in storage and in the API; a time stamp's own time stands beside it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Baseline => "baseline",
            Self::TimestampMissed => "timestamp_missed",
            Self::Timestamped { .. } => "timestamped",
        }
    }

    /// When an authority for time has stamped it.
    #[must_use]
    pub const fn stamped_at(self) -> Option<Timestamp> {
        match self {
            Self::Timestamped { at } => Some(at),
            Self::Unsigned | Self::Baseline | Self::TimestampMissed => None,
        }
    }

    /// Finds a level by its [`code`](Self::code) and the time of its stamp.
    #[must_use]
    pub fn from_code(code: &str, stamped_at: Option<Timestamp>) -> Option<Self> {
        let level = match stamped_at {
            Some(at) => Self::Timestamped { at },
            None => match code {
                "unsigned" => Self::Unsigned,
                "baseline" => Self::Baseline,
                "timestamp_missed" => Self::TimestampMissed,
                _ => return None,
            },
        };
        (level.code() == code).then_some(level)
    }
}

/// The SHA-256 hash of a certificate, as programs show it to tell certificates apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// Reads 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 {
            return None;
        }
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digit = |digit: &u8| char::from(*digit).to_digit(16);
            let [high, low] = digits else { return None };
            *byte = u8::try_from(digit(high)? << 4 | digit(low)?).ok()?;
        }
        Some(Self(bytes))
    }
}

/// Hexadecimal digits in lower case.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_reads_back() {
        let mut bytes = [0xa5; 32];
        bytes[31] = 7;
        let text = Fingerprint(bytes).to_string();
        assert_eq!(Fingerprint::parse(&text), Some(Fingerprint(bytes)));
        let capitals = text.to_uppercase();
        assert_eq!(Fingerprint::parse(&capitals), Some(Fingerprint(bytes)));
        for wrong in ["", &text[1..], &format!("{text}0"), &text.replace('a', "g")] {
            assert_eq!(Fingerprint::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Fingerprint::parse(&"é".repeat(32)), None);
    }
}
