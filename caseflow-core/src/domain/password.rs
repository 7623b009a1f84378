//! Passwords: what may become one, and the hash that is kept of it.

use std::fmt;

/// A password as somebody typed it: 12 to 128 characters, kept exactly.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a text may not become a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// Fewer than 12 characters.
    #[error("the password is too short: use at least 12 characters")]
    TooShort,
    /// More than 128 characters.
    #[error("the password is too long: use at most 128 characters")]
    TooLong,
    /// One of the passwords that everybody tries first.
    #[error("this password is one of the first that anybody would guess: choose another one")]
    Common,
    /// Holds the person's e-mail name or the firm's name.
    #[error("the password holds your e-mail name or the firm's name: choose another one")]
    Personal,
    /// The same as the one in use.
    #[error("this is the password you have now: choose another one")]
    Unchanged,
}

impl Password {
    /// The fewest characters of a new password.
    pub const LEAST: usize = 12;
    /// The most characters of a new password.
    pub const MOST: usize = 128;

    /// Takes what was typed at sign-in, without judging it; at most 1,000 bytes are kept, so that
    /// hashing stays bounded.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        Self(text.chars().take(250).collect())
    }

    /// Accepts a new password (OWASP ASVS 5.0, 6.2): length counts, composition does not.
    ///
    /// # Errors
    /// When it is too short, too long, common, or made of the words in `personal`.
    pub fn choose(text: &str, personal: &[&str]) -> Result<Self, PasswordError> {
        match text.chars().count() {
            0..Self::LEAST => return Err(PasswordError::TooShort),
            Self::LEAST..=Self::MOST => {}
            _ => return Err(PasswordError::TooLong),
        }
        let folded = text.to_lowercase();
        if super::common_passwords::contains(&folded) || is_monotonous(&folded) {
            return Err(PasswordError::Common);
        }
        let personal = personal.iter().map(|word| word.to_lowercase());
        if personal
            .filter(|word| word.chars().count() >= 4)
            .any(|word| folded.contains(&word))
        {
            return Err(PasswordError::Personal);
        }
        Ok(Self(text.to_owned()))
    }

    /// The exact bytes to hash.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Fewer than four different characters, such as `aaaaaaaaaaaa`.
fn is_monotonous(text: &str) -> bool {
    let mut seen: Vec<char> = text.chars().collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len() < 4
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A password's hash as a PHC string (`$argon2id$…`).
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps a PHC string that a password adapter made.
    #[must_use]
    pub fn from_phc(phc: String) -> Self {
        Self(phc)
    }

    /// The PHC string.
    #[must_use]
    pub fn as_phc(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_passwords_are_judged_by_length_and_by_what_is_easily_guessed() {
        let choose = |text: &str| Password::choose(text, &["ana.keller", "Muster & Partner"]);
        assert_eq!(choose("short").unwrap_err(), PasswordError::TooShort);
        assert_eq!(
            choose("aaaaaaaaaaaaaaa").unwrap_err(),
            PasswordError::Common
        );
        assert_eq!(
            choose("my-Ana.Keller-pw").unwrap_err(),
            PasswordError::Personal
        );
        assert_eq!(
            choose("x1y2".repeat(33).as_str()).unwrap_err(),
            PasswordError::TooLong
        );
        assert!(choose("correct horse battery").is_ok());
    }
}
