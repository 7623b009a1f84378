//! Where a person is reached.

use super::characters::is_plain;
use super::{TextError, checked_line, text_type};

/// An e-mail address, at most 254 bytes, its domain in lower case.
///
/// The local part is ASCII (as in the browsers' own e-mail field), keeps its case and is neither
/// quoted nor dotted at an end; the domain has at least two labels and may be internationalised,
/// kept as written. No line break, space or comma can be in one, so it is safe in a header.
///
/// ```
/// use caseflow_core::domain::text::Email;
///
/// let email = Email::parse(" Ann.Lee@Kanzlei-Müller.DE ")?;
/// assert_eq!(email.as_str(), "Ann.Lee@kanzlei-müller.de");
/// assert_eq!(email.key(), "ann.lee@kanzlei-müller.de");
/// # Ok::<(), caseflow_core::domain::text::TextError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(Box<str>);

impl Email {
    /// The most bytes an address may have (RFC 5321, 4.5.3.1.3, less the angle brackets).
    pub const MAX: usize = 254;

    /// Trims white space at both ends and checks what is left.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = checked_line(text, Self::MAX)?;
        let (local, domain) = text.split_once('@').ok_or(EMAIL)?;
        let email = format!("{local}@{}", domain.to_lowercase());
        if email.len() > Self::MAX {
            return Err(TextError::TooLong { max: Self::MAX });
        }
        if !is_local_part(local) || !is_domain(domain) {
            return Err(EMAIL);
        }
        Ok(Self(email.into()))
    }

    /// The whole address in lower case: two addresses with one key are one person's.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

text_type!(Email);

const EMAIL: TextError = TextError::Malformed {
    expected: "an e-mail address like ann@example.com",
};

/// Atoms with single dots between them (RFC 5322 `dot-atom`), at most 64 bytes.
fn is_local_part(local: &str) -> bool {
    let is_atom_byte =
        |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    local.len() <= 64
        && local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.bytes().all(is_atom_byte))
}

/// Two or more labels, the last one not a number.
fn is_domain(domain: &str) -> bool {
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.')
        && domain.split('.').all(is_label)
        && !last.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_label(label: &str) -> bool {
    let inner = |character: char| {
        if character.is_ascii() {
            character.is_ascii_alphanumeric() || character == '-'
        } else {
            is_plain(character) && !character.is_whitespace() && !is_look_alike(character)
        }
    };
    (1..=63).contains(&label.chars().count())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(inner)
}

/// Characters that mail software folds to `.`, `@` or `/`, so that the address would change.
fn is_look_alike(character: char) -> bool {
    matches!(
        character,
        '\u{2024}' | '\u{2044}' | '\u{2215}' | '\u{3002}' | '\u{fe52}' | '\u{fe6b}' | '\u{ff01}'
            ..='\u{ff5e}' | '\u{ff61}'
    )
}

/// A telephone number as people write it: 3 to 32 of digits, space and `+ ( ) - . / x`, with at
/// least three digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(Box<str>);

impl Phone {
    /// The most characters a number may have.
    pub const MAX: usize = 32;

    /// Trims white space at both ends and checks what is left.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = checked_line(text, Self::MAX)?;
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let sane = text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b" +()-./x".contains(&byte));
        if digits < 3 || !sane {
            return Err(PHONE);
        }
        Ok(Self(text.into()))
    }
}

text_type!(Phone);

const PHONE: TextError = TextError::Malformed {
    expected: "a telephone number of digits, spaces and + ( ) - . / x, like +49 30 1234567",
};
