//! Browsers and apps in which a contact has signed in before.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::client::Contact;
use super::id::{ContactId, FirmId};
use super::password::PasswordHash;
use super::time::Timestamp;

/// The mark of a device in which a contact has signed in with the password in use. Whoever brings it
/// does not wait for the guesses of others; it signs nobody in.
///
/// Nothing of it is stored. It is a message authentication code under the password's own hash, which
/// only the store has, over firm, contact and end: with another password, or with portal access
/// switched off, it is worth nothing at once.
#[derive(Clone)]
pub struct KnownDevice {
    nonce: [u8; NONCE],
    expires_at: Timestamp,
    code: [u8; CODE],
}

const NONCE: usize = 16;
const END: usize = 8;
const CODE: usize = 32;
const WHOLE: usize = NONCE + END + CODE;

impl KnownDevice {
    /// How long a device is known after the last time somebody signed in there.
    pub const VALIDITY: Duration = Duration::from_secs(90 * 24 * 3600);

    /// The mark for a device in which the contact has just signed in with the password of `hash`.
    #[must_use]
    pub fn new(
        nonce: [u8; 16],
        firm: FirmId,
        contact: ContactId,
        hash: &PasswordHash,
        now: Timestamp,
    ) -> Self {
        let expires_at = now.plus(Self::VALIDITY);
        let code = seal(&nonce, expires_at, firm, contact, hash).finalize();
        Self {
            nonce,
            expires_at,
            code: code.into_bytes().into(),
        }
    }

    /// Whether it was made for this contact under the password in use, and has not run out.
    #[must_use]
    pub fn is_of(&self, firm: FirmId, contact: &Contact, now: Timestamp) -> bool {
        let Some(hash) = contact.password() else {
            return false;
        };
        let code = seal(&self.nonce, self.expires_at, firm, contact.id, hash);
        now < self.expires_at && code.verify_slice(&self.code).is_ok()
    }

    /// What tells this mark from all others.
    #[must_use]
    pub const fn nonce(&self) -> &[u8; 16] {
        &self.nonce
    }

    /// Reads the 75 characters of base64url (RFC 4648, section 5, no padding) that
    /// [`reveal`](Self::reveal) wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, rest) = bytes.split_first_chunk()?;
        let (end, code) = rest.split_first_chunk()?;
        Some(Self {
            nonce: *nonce,
            expires_at: Timestamp::from_micros(i64::from_be_bytes(*end)),
            code: code.try_into().ok()?,
        })
    }

    /// The mark as it goes into a cookie: 75 characters of base64url.
    #[must_use]
    pub fn reveal(&self) -> String {
        let mut bytes = Vec::with_capacity(WHOLE);
        bytes.extend_from_slice(&self.nonce);
        bytes.extend_from_slice(&self.expires_at.micros().to_be_bytes());
        bytes.extend_from_slice(&self.code);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

impl fmt::Debug for KnownDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownDevice(…)")
    }
}

/// HMAC-SHA-256 (RFC 2104) over everything that a mark says.
fn seal(
    nonce: &[u8; NONCE],
    expires_at: Timestamp,
    firm: FirmId,
    contact: ContactId,
    hash: &PasswordHash,
) -> Hmac<Sha256> {
    // Hashed first, the key has a length that no hash of a password can get wrong.
    let key = Sha256::digest(hash.as_phc());
    let mut block = [0; 64];
    block.split_at_mut(key.len()).0.copy_from_slice(&key);
    let mut code = Hmac::<Sha256>::new(&block.into());
    code.update(b"known device 1");
    code.update(nonce);
    code.update(&expires_at.micros().to_be_bytes());
    // Ids of a kind have one length, so that no two messages read alike.
    code.update(firm.to_string().as_bytes());
    code.update(contact.to_string().as_bytes());
    code
}
