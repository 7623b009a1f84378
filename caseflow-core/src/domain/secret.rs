//! Random secrets that open something, and the hashes by which the store knows them.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// 256 random bits that open something: a session, a mailed link, the firm's API. Only its hash is
/// ever stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A secret from 32 random bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads the 43 characters of base64url (RFC 4648, section 5, no padding) that
    /// [`reveal`](Self::reveal) wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        use base64::Engine as _;
        let mut bytes = [0; 32];
        // 43 characters hold 258 bits, so the engine is asked to refuse stray trailing bits.
        let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
        (text.len() == 43 && engine.decode_slice(text, &mut bytes) == Ok(32)).then_some(Self(bytes))
    }

    /// The secret as it goes into a cookie, a link or a header: 43 characters of base64url.
    #[must_use]
    pub fn reveal(&self) -> String {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the store knows it by.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0).into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// SHA-256 of a [`Secret`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// A hash that was stored before.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_reads_back_and_nothing_else_does() {
        let secret = Secret::from_bytes([7; 32]);
        assert_eq!(Secret::parse(&secret.reveal()), Some(secret.clone()));
        assert_eq!(Secret::parse(&format!("{}=", secret.reveal())), None);
        assert_eq!(Secret::parse(""), None);
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }
}
