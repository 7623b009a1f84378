//! What a file is called.

use super::characters::is_plain;
use super::{TextError, text_type};

/// The name of a file, 1 to 200 characters, without a folder before it.
///
/// A file keeps the name that it came with, as far as a name may be kept: of a path the last part is
/// the name; characters that hide, reorder or break text go; white space is single spaces; dots at
/// both ends go, so that no name points to a folder; a long one is cut before its ending.
///
/// ```
/// use caseflow_core::domain::text::FileName;
///
/// assert_eq!(FileName::of("../../Annual accounts\r\n2026.pdf").as_str(), "Annual accounts 2026.pdf");
/// assert_eq!(FileName::of("C:\\scans\\\u{202e}fdp.exe").as_str(), "fdp.exe");
/// assert_eq!(FileName::of("..").as_str(), "file");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName(Box<str>);

/// What a file is called whose name has nothing that could be kept.
const NAMELESS: &str = "file";
/// The longest ending that is kept when a name is cut, with its dot.
const ENDING: usize = 16;

impl FileName {
    /// The most characters of a name.
    pub const MAX: usize = 200;

    /// The name that can be kept of what a file is said to be called.
    #[must_use]
    pub fn of(said: &str) -> Self {
        let last = said.rsplit(['/', '\\']).find(|part| !kept(part).is_empty());
        let name = last.map(kept).unwrap_or_default();
        Self(match name.as_str() {
            "" => NAMELESS.into(),
            name => cut(name).into(),
        })
    }

    /// Checks a name that was kept before: nothing of it is changed.
    ///
    /// # Errors
    /// When it is not what [`of`](Self::of) makes of it.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let name = Self::of(text);
        (name.as_str() == text).then_some(name).ok_or(MALFORMED)
    }

    /// What it ends with after its last dot, in lower case, such as `pdf`.
    #[must_use]
    pub fn ending(&self) -> Option<String> {
        let (_, ending) = self.0.rsplit_once('.')?;
        Some(ending.to_lowercase())
    }
}

text_type!(FileName);

const MALFORMED: TextError = TextError::Malformed {
    expected: "a file's name without a folder, like accounts.pdf",
};

/// What may be kept of one part of a path.
fn kept(part: &str) -> String {
    let words = part.split(char::is_whitespace).map(|word| {
        let plain = word.chars().filter(|sign| is_plain(*sign));
        plain.collect::<String>()
    });
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    let name = words.join(" ");
    name.trim_matches(['.', ' ']).to_owned()
}

/// The name in [`FileName::MAX`] characters.
fn cut(name: &str) -> String {
    let length = name.chars().count();
    if length <= FileName::MAX {
        return name.to_owned();
    }
    let ending = name.rfind('.').and_then(|dot| name.get(dot..));
    let ending = ending.filter(|it| it.chars().count() <= ENDING);
    let ending = ending.unwrap_or_default();
    let room = FileName::MAX - ending.chars().count();
    let start: String = name.chars().take(room).collect();
    format!("{}{ending}", start.trim_end_matches(['.', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e22_of_a_hostile_name_the_harmless_part_is_kept() {
        for (said, name) in [
            ("report.pdf", "report.pdf"),
            ("/etc/passwd", "passwd"),
            ("../../../secret", "secret"),
            ("folder/", "folder"),
            ("a\r\nSet-Cookie: x=1", "a Set-Cookie: x=1"),
            ("say \"hi\".txt", "say \"hi\".txt"),
            ("\u{202e}gpj.exe", "gpj.exe"),
            ("null\0byte.pdf", "nullbyte.pdf"),
            ("حساب ٢٠٢٦.pdf", "حساب ٢٠٢٦.pdf"),
            (".htaccess", "htaccess"),
            ("dots...", "dots"),
            ("\u{200b}", "file"),
            ("", "file"),
        ] {
            assert_eq!(FileName::of(said).as_str(), name, "{said:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_before_its_ending() {
        let name = FileName::of(&format!("{}.pdf", "ä".repeat(400)));
        assert_eq!(name.as_str().chars().count(), FileName::MAX);
        assert_eq!(name.ending().as_deref(), Some("pdf"));
    }

    proptest::proptest! {
        #[test]
        fn a_kept_name_is_kept_as_it_is_and_has_no_folder(said in "\\PC{0,300}|[./\\\\a-z \\t\\r\\n]{0,300}") {
            let name = FileName::of(&said);
            proptest::prop_assert_eq!(FileName::parse(name.as_str()), Ok(name.clone()));
            let length = name.as_str().chars().count();
            proptest::prop_assert!((1..=FileName::MAX).contains(&length));
            proptest::prop_assert!(!name.as_str().contains(['/', '\\', '\r', '\n']));
            proptest::prop_assert!(!name.as_str().starts_with('.'));
        }
    }
}
