//! What is overwritten in memory when it is dropped.
//!
//! This is a best effort: a move leaves the bytes where they were, and so do a swap file and a core
//! dump. Keys are therefore made where they stay, on the heap, and handed around by reference.

use std::fmt;
use std::ops::Deref;

use zeroize::Zeroizing;

/// The key of one version of an item: 256 bits that open its details and its body.
///
/// It is neither shown, copied nor written anywhere: it has no `Debug`, no `Clone` and no
/// serialization.
///
/// ```compile_fail,E0277
/// let key = caseflow_core::domain::vault::DataKey::made(|bytes| bytes.fill(7));
/// println!("{key:?}");
/// ```
///
/// ```compile_fail,E0599
/// let key = caseflow_core::domain::vault::DataKey::made(|bytes| bytes.fill(7));
/// let copy = key.clone();
/// ```
#[expect(
    missing_debug_implementations,
    reason = "a key that cannot be printed is in no log"
)]
pub struct DataKey(Box<Zeroizing<[u8; 32]>>);

impl DataKey {
    /// A key whose bytes are written where it stays.
    #[must_use]
    pub fn made(fill: impl FnOnce(&mut [u8; 32])) -> Self {
        let mut key = Self(Box::new(Zeroizing::new([0; 32])));
        fill(&mut key.0);
        key
    }

    /// A copy of these bytes; none when they are not 32.
    #[must_use]
    pub fn copied(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; 32] = bytes.try_into().ok()?;
        Some(Self::made(|key| key.copy_from_slice(bytes)))
    }

    /// The key's bytes, for the engine that works with them.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Bytes in the clear. How many they are may be seen, what they are may not.
#[derive(PartialEq, Eq)]
pub struct Plain(Zeroizing<Vec<u8>>);

impl From<Vec<u8>> for Plain {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl Deref for Plain {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plain({} bytes)", self.len())
    }
}

/// A short secret as somebody typed it, kept exactly: a password, an answer, a recovery code.
#[derive(PartialEq, Eq)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// The most bytes of a short secret. What is longer is a file.
    pub const MOST: usize = 10_000;

    /// Takes what was typed; nothing when it is empty or too long.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let fits = (1..=Self::MOST).contains(&text.len());
        fits.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The secret, for whoever may see it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_32_bytes() {
        assert!(DataKey::copied(&[7; 31]).is_none());
        assert!(DataKey::copied(&[7; 33]).is_none());
        let key = DataKey::copied(&[7; 32]).unwrap();
        assert_eq!(key.expose(), &[7; 32]);
    }

    #[test]
    fn what_is_shown_says_nothing_of_the_content() {
        let plain = Plain::from(b"secret".to_vec());
        assert_eq!(format!("{plain:?}"), "Plain(6 bytes)");
        let secret = SecretText::typed("hunter2").unwrap();
        assert_eq!(format!("{secret:?}"), "SecretText(…)");
    }

    #[test]
    fn a_short_secret_is_neither_empty_nor_long_and_is_not_trimmed() {
        assert_eq!(SecretText::typed(""), None);
        assert_eq!(SecretText::typed(&"x".repeat(10_001)), None);
        let kept = SecretText::typed(" two\nlines ").unwrap();
        assert_eq!(kept.reveal(), " two\nlines ");
    }
}
