//! Text that was checked once and is trusted afterwards.
//!
//! Every type here is made by `parse` alone, so holding one proves that its text is trimmed, within
//! its length and free of characters that can hide or reorder other text: control characters,
//! zero-width and other invisible ones, direction overrides and isolates, noncharacters and
//! U+FFFD, which stands where a decoder lost something.
//!
//! Some invisible characters are part of how a language is written and stay, but only where they
//! do that work: joiners (U+200C, U+200D) between letters of scripts that shape by them, joiners
//! and variation selectors inside emoji, variation selectors after Han and Mongolian letters.
//! Arabic, Hebrew and other right-to-left letters need no marks: set the direction of the field
//! with [`Direction`] instead.
//!
//! Lengths count characters (Unicode scalar values), except where a type says otherwise.

mod address;
mod archive_path;
mod characters;
mod file_name;
mod language;

pub use address::{Email, Phone};
pub use archive_path::{ArchivePath, ArchivePaths};
pub use file_name::FileName;
pub use language::{Direction, LanguageTag};

use characters::{check_line, check_prose};

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// Nothing is left after trimming.
    #[error("the text is empty: write at least one character")]
    Empty,
    /// Longer than the type allows.
    #[error("the text is too long: shorten it to {max} characters")]
    TooLong {
        /// The most characters allowed.
        max: usize,
    },
    /// A character that hides, reorders or breaks text.
    #[error("character U+{:04X} at position {position} is not allowed: remove it", u32::from(*character))]
    Forbidden {
        /// The first such character.
        character: char,
        /// Its place in the trimmed text, counted in characters from 1.
        position: usize,
    },
    /// Not of the shape the type has.
    #[error("the text does not have the right form: write {expected}")]
    Malformed {
        /// The right shape, with an example.
        expected: &'static str,
    },
}

/// What every text type answers, once its `parse` exists.
macro_rules! text_type {
    ($name:ident $(<$max:ident>)?) => {
        impl $(<const $max: usize>)? $name $(<$max>)? {
            /// The checked text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl $(<const $max: usize>)? std::fmt::Display for $name $(<$max>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl $(<const $max: usize>)? AsRef<str> for $name $(<$max>)? {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl $(<const $max: usize>)? std::str::FromStr for $name $(<$max>)? {
            type Err = $crate::domain::text::TextError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }
    };
}
use text_type;

/// One line of 1 to `MAX` characters: a title, a company's name, a reference.
///
/// ```
/// use caseflow_core::domain::text::Line;
///
/// assert_eq!(Line::<60>::parse("  Smith v. Jones ")?.as_str(), "Smith v. Jones");
/// assert!(Line::<60>::parse("two\nlines").is_err());
/// # Ok::<(), caseflow_core::domain::text::TextError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line<const MAX: usize>(Box<str>);

impl<const MAX: usize> Line<MAX> {
    /// Trims white space at both ends and checks what is left.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        checked_line(text, MAX).map(|line| Self(line.into()))
    }

    /// A dash, which stands where nothing was said.
    #[must_use]
    pub fn dash() -> Self {
        Self("-".into())
    }
}

text_type!(Line<MAX>);

/// Text of 1 to `MAX` characters over any number of lines, with tabs: terms, notes, descriptions.
///
/// Line ends of every kind (CR LF, CR, U+2028, U+2029) become LF; empty lines at the start and
/// white space at the end go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prose<const MAX: usize>(Box<str>);

impl<const MAX: usize> Prose<MAX> {
    /// Normalises line ends, trims and checks.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = text
            .replace("\r\n", "\n")
            .replace(['\r', '\u{2028}', '\u{2029}'], "\n");
        let text = text.trim_end().trim_start_matches('\n');
        check_length(text, MAX)?;
        check_prose(text)?;
        Ok(Self(text.into()))
    }
}

text_type!(Prose<MAX>);

/// A person's name as typed, 1 to 100 characters (R-SIG-2).
///
/// It is what a signature shows, so it is not corrected: no change of case, no Unicode
/// normalisation, inner spaces as they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(Box<str>);

impl PersonName {
    /// The most characters a name may have.
    pub const MAX: usize = 100;

    /// Trims white space at both ends and checks what is left.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        checked_line(text, Self::MAX).map(|name| Self(name.into()))
    }
}

text_type!(PersonName);

/// A colour as `#rrggbb`, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Colour(Box<str>);

impl Colour {
    /// Reads `#` and six hexadecimal digits in either case.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = checked_line(text, 7).map_err(|error| match error {
            TextError::TooLong { .. } => COLOUR,
            other => other,
        })?;
        let digits = text.strip_prefix('#').ok_or(COLOUR)?;
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(COLOUR);
        }
        Ok(Self(text.to_ascii_lowercase().into()))
    }

    /// Red, green and blue, each 0 to 255.
    pub fn rgb(&self) -> (u8, u8, u8) {
        let number = self
            .0
            .bytes()
            .skip(1)
            .fold(0, |number, digit| number << 4 | hex(digit));
        let [_, red, green, blue] = number.to_be_bytes();
        (red, green, blue)
    }
}

text_type!(Colour);

const COLOUR: TextError = TextError::Malformed {
    expected: "a colour as # and six hexadecimal digits, like #1a2b3c",
};

/// The value of a digit of a checked colour.
fn hex(digit: u8) -> u32 {
    char::from(digit).to_digit(16).unwrap_or(0)
}

fn checked_line(text: &str, max: usize) -> Result<&str, TextError> {
    let text = text.trim();
    check_length(text, max)?;
    check_line(text)?;
    Ok(text)
}

fn check_length(text: &str, max: usize) -> Result<(), TextError> {
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    // There are never more characters than bytes.
    if text.len() > max && text.chars().nth(max).is_some() {
        return Err(TextError::TooLong { max });
    }
    Ok(())
}
