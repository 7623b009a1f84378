//! Numbered roots, and the text that they are read from.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// The roots that a host holds, of which the highest version is the current one.
///
/// To rotate, a host adds a root with the next version, lets every envelope be wrapped anew, and
/// takes the old root away once none names it.
pub struct Roots {
    current: Root,
    older: BTreeMap<u32, Root>,
}

/// One of them.
pub(super) struct Root {
    pub(super) version: u32,
    pub(super) key: Box<Zeroizing<[u8; 32]>>,
}

/// Why a text holds no roots. Nothing of the text is in it; entries are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RootsError {
    /// There is no entry.
    #[error("there is no key: write an entry such as `1:` and 32 random bytes in base64")]
    Empty,
    /// An entry has another form.
    #[error("entry {entry} is not a version from 1 on, a colon and base64")]
    Malformed {
        /// Which one.
        entry: usize,
    },
    /// A key has not 32 bytes.
    #[error("the key of entry {entry} has {found} bytes, where 32 are needed")]
    Length {
        /// Which one.
        entry: usize,
        /// How many it has.
        found: usize,
    },
    /// Two entries have one version.
    #[error("version {version} is there twice: give each key a version of its own")]
    Duplicate {
        /// Which version.
        version: u32,
    },
}

impl Roots {
    /// Reads entries such as `1:k1Qq…=`, a version and 32 bytes in base64 (RFC 4648, with padding),
    /// separated by white space or commas, in any order.
    ///
    /// Where the text comes from is the host's business: a file that it alone may read (mode 0600),
    /// or its environment. So is wiping the text.
    ///
    /// # Errors
    /// When there is no entry, or one that is not as it should be.
    pub fn parse(text: &str) -> Result<Self, RootsError> {
        let entries = text.split(|c: char| c.is_whitespace() || c == ',');
        let mut older = BTreeMap::new();
        for (entry, text) in (1..).zip(entries.filter(|it| !it.is_empty())) {
            let root = Root::parse(entry, text)?;
            let version = root.version;
            if older.insert(version, root).is_some() {
                return Err(RootsError::Duplicate { version });
            }
        }
        let (_, current) = older.pop_last().ok_or(RootsError::Empty)?;
        Ok(Self { current, older })
    }

    /// The version of the current one.
    #[must_use]
    pub const fn newest(&self) -> u32 {
        self.current.version
    }

    pub(super) const fn current(&self) -> &Root {
        &self.current
    }

    pub(super) fn version(&self, version: u32) -> Option<&Root> {
        if self.current.version == version {
            return Some(&self.current);
        }
        self.older.get(&version)
    }
}

impl Root {
    fn parse(entry: usize, text: &str) -> Result<Self, RootsError> {
        let malformed = RootsError::Malformed { entry };
        let (version, key) = text.split_once(':').ok_or(malformed)?;
        let version = version.parse().map_err(|_| malformed)?;
        if version == 0 || text.starts_with('+') {
            return Err(malformed);
        }
        let bytes = Zeroizing::new(STANDARD.decode(key).map_err(|_| malformed)?);
        let mut key = Box::new(Zeroizing::new([0; 32]));
        if bytes.len() != key.len() {
            let found = bytes.len();
            return Err(RootsError::Length { entry, found });
        }
        key.copy_from_slice(&bytes);
        Ok(Self { version, key })
    }
}

/// Says which versions there are.
impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let versions = self.older.keys().chain([&self.current.version]);
        f.debug_list().entries(versions).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    const TWO: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

    fn refused(text: &str) -> RootsError {
        Roots::parse(text).map(drop).unwrap_err()
    }

    #[test]
    fn the_highest_version_is_the_current_one_and_the_others_are_kept() {
        for text in [
            format!("1:{ONE}\n7:{TWO}\n"),
            format!("7:{TWO},1:{ONE}"),
            format!("\t7:{TWO} ,\r\n 1:{ONE}"),
        ] {
            let roots = Roots::parse(&text).unwrap();
            assert_eq!(roots.current().version, 7);
            assert_eq!(**roots.current().key, [2; 32]);
            assert_eq!(**roots.version(1).unwrap().key, [1; 32]);
            assert!(roots.version(2).is_none());
            assert_eq!(format!("{roots:?}"), "[1, 7]");
        }
    }

    #[test]
    fn a_text_that_is_not_as_it_should_be_is_refused_and_not_repeated() {
        assert_eq!(refused(" \n,"), RootsError::Empty);
        let malformed = RootsError::Malformed { entry: 1 };
        for wrong in [
            ONE,
            &format!("0:{ONE}"),
            &format!("+1:{ONE}"),
            &format!("-1:{ONE}"),
            &format!(":{ONE}"),
            &format!("4294967296:{ONE}"),
            &format!("1:{}", ONE.trim_end_matches('=')),
            &format!("1:{}-=", &ONE[..42]),
            &format!("1:{}F=", &ONE[..42]),
        ] {
            let error = refused(wrong);
            assert_eq!(error, malformed, "{wrong}");
            assert!(!error.to_string().contains("AQEB"));
        }
        let second = format!("1:{ONE} 2:AQEB");
        assert_eq!(refused(&second), RootsError::Length { entry: 2, found: 3 });
        let empty = RootsError::Length { entry: 1, found: 0 };
        assert_eq!(refused("1:"), empty);
        let twice = format!("3:{ONE} 3:{TWO}");
        assert_eq!(refused(&twice), RootsError::Duplicate { version: 3 });
    }
}
