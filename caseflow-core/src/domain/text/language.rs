//! Languages and the side a text starts from.

use super::{TextError, checked_line, text_type};
use std::fmt;
use std::str::FromStr;

/// A language as `language[-Script][-REGION]`: the subset of BCP 47 (RFC 5646) that software for
/// people uses, in its usual case (`en`, `pt-BR`, `zh-Hant-TW`, `es-419`).
///
/// Well-formed is all that is promised: whether `xx` is a language nobody checks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageTag(Box<str>);

impl LanguageTag {
    /// Reads a tag in any case.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = checked_line(text, 11).map_err(|error| match error {
            TextError::TooLong { .. } => LANGUAGE,
            other => other,
        })?;
        let mut parts = text.split('-').peekable();
        let language = parts
            .next()
            .filter(|part| is_language(part))
            .ok_or(LANGUAGE)?;
        let script = parts.next_if(|part| part.len() == 4 && is_alphabetic(part));
        let region = parts.next_if(|part| is_region(part));
        if parts.next().is_some() {
            return Err(LANGUAGE);
        }
        let mut tag = language.to_ascii_lowercase();
        if let Some(script) = script {
            tag.push('-');
            tag.push_str(&title_case(script));
        }
        if let Some(region) = region {
            tag.push('-');
            tag.push_str(&region.to_ascii_uppercase());
        }
        Ok(Self(tag.into()))
    }

    /// The side its text starts from: the script decides if the tag names one, else the language.
    pub fn direction(&self) -> Direction {
        let mut parts = self.0.split('-');
        let language = parts.next().unwrap_or_default();
        let right_to_left = match parts.next().filter(|part| part.len() == 4) {
            Some(script) => RIGHT_TO_LEFT_SCRIPTS.contains(&script),
            None => RIGHT_TO_LEFT_LANGUAGES.contains(&language),
        };
        if right_to_left {
            Direction::Rtl
        } else {
            Direction::Ltr
        }
    }
}

text_type!(LanguageTag);

const LANGUAGE: TextError = TextError::Malformed {
    expected: "a language tag like en, pt-BR or zh-Hant-TW",
};

const RIGHT_TO_LEFT_SCRIPTS: [&str; 12] = [
    "Adlm", "Arab", "Aran", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi",
];

/// Languages usually written in one of those scripts (CLDR, likely subtags).
const RIGHT_TO_LEFT_LANGUAGES: [&str; 20] = [
    "ar", "arc", "arz", "azb", "bal", "ckb", "dv", "fa", "glk", "he", "lrc", "mzn", "nqo", "ps",
    "sd", "skr", "syr", "ug", "ur", "yi",
];

fn is_alphabetic(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_language(part: &str) -> bool {
    matches!(part.len(), 2 | 3) && is_alphabetic(part)
}

fn is_region(part: &str) -> bool {
    match part.len() {
        2 => is_alphabetic(part),
        3 => part.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

fn title_case(part: &str) -> String {
    let mut text = part.to_ascii_lowercase();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// The side a person reads from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// As the language or the first strong letter says.
    #[default]
    Auto,
    /// Left to right.
    Ltr,
    /// Right to left.
    Rtl,
}

impl Direction {
    /// Reads `auto`, `ltr` or `rtl`, the values of HTML's `dir`.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        match text.trim() {
            "auto" => Ok(Self::Auto),
            "ltr" => Ok(Self::Ltr),
            "rtl" => Ok(Self::Rtl),
            _ => Err(TextError::Malformed {
                expected: "auto, ltr or rtl",
            }),
        }
    }

    /// `auto`, `ltr` or `rtl`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl AsRef<str> for Direction {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl FromStr for Direction {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::parse(text)
    }
}
