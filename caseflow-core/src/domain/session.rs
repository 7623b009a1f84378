//! Signing in: passwords, secrets, sessions, single-use links and the brakes on guessing.

use std::fmt;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::access::Origin;
use super::id::{ContactId, LinkId, SessionId};
use super::text::Email;
use super::time::Timestamp;

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

/// How long a session may last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionPolicy {
    /// The longest pause between two requests.
    pub idle: Duration,
    /// The longest time after signing in.
    pub absolute: Duration,
}

impl Default for SessionPolicy {
    /// 30 minutes idle and 8 hours in all (OWASP Session Management Cheat Sheet, a working day).
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(30 * 60),
            absolute: Duration::from_secs(8 * 3600),
        }
    }
}

/// A contact's signed-in session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its public id.
    pub id: SessionId,
    /// Who is signed in.
    pub contact: ContactId,
    /// The hash of the token in the cookie.
    pub token: TokenHash,
    /// When the contact signed in.
    pub authenticated_at: Timestamp,
    /// The last request that was written down (at most one a minute is).
    pub seen_at: Timestamp,
    /// The pause after which the session ends.
    pub idle: Duration,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// Where the contact signed in from.
    pub origin: Origin,
}

/// How exactly [`Session::seen_at`] is kept: a write for every request would cost more than the
/// page itself.
const SEEN_STEP: Duration = Duration::from_secs(60);

impl Session {
    /// Whether the session still counts at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at && now < self.seen_at.plus(self.idle)
    }

    /// Whether `seen_at` is old enough to be worth a write.
    #[must_use]
    pub fn is_worth_touching(&self, now: Timestamp) -> bool {
        now >= self.seen_at.plus(SEEN_STEP.min(self.idle / 2))
    }
}

/// What a mailed single-use link is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Set the first password after access was switched on: valid 48 hours (R-ACC-3).
    SetPassword,
    /// Set another password after "forgot password": valid 1 hour (R-ACC-3).
    ResetPassword,
    /// Make this address the contact's e-mail: valid 1 hour (R-SELF-2).
    ConfirmEmail(Email),
}

impl LinkPurpose {
    /// How long the link may be used.
    #[must_use]
    pub const fn validity(&self) -> Duration {
        match self {
            Self::SetPassword => Duration::from_secs(48 * 3600),
            Self::ResetPassword | Self::ConfirmEmail(_) => Duration::from_secs(3600),
        }
    }

    /// The lower-case name used in storage.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SetPassword => "set_password",
            Self::ResetPassword => "reset_password",
            Self::ConfirmEmail(_) => "confirm_email",
        }
    }

    /// Whether the link leads to choosing a password.
    #[must_use]
    pub const fn sets_password(&self) -> bool {
        matches!(self, Self::SetPassword | Self::ResetPassword)
    }
}

/// A mailed single-use link. A newer one of the same purpose replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its public id.
    pub id: LinkId,
    /// Whom it was mailed to.
    pub contact: ContactId,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The hash of the secret in the address.
    pub token: TokenHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// The first instant at which it no longer works.
    pub expires_at: Timestamp,
}

impl Link {
    /// Whether the link still works at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}

/// Something whose failures are counted: an account or a network address, known by a hash so that
/// the table of failures says nothing about who has an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThrottleKey([u8; 32]);

impl ThrottleKey {
    /// The key for trying to `act` on the account with this e-mail, whether it exists or not.
    #[must_use]
    pub fn account(act: &str, email: &Email) -> Self {
        Self(hash_parts(&[
            act.as_bytes(),
            b"account",
            email.key().as_bytes(),
        ]))
    }

    /// The key for trying to `act` from this address; an IPv6 address counts as its /64.
    #[must_use]
    pub fn address(act: &str, ip: std::net::IpAddr) -> Self {
        let network = match ip.to_canonical() {
            std::net::IpAddr::V4(v4) => v4.octets().to_vec(),
            std::net::IpAddr::V6(v6) => v6.octets().iter().take(8).copied().collect(),
        };
        Self(hash_parts(&[act.as_bytes(), b"address", &network]))
    }

    /// A key that was stored before.
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

fn hash_parts(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// How many tries are free, and how long the wait is after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottlePolicy {
    /// Tries without a wait.
    pub free: u32,
    /// The first wait; each further try doubles it.
    pub first_wait: Duration,
    /// The longest wait, and the quiet time after which the count starts again.
    pub longest_wait: Duration,
}

impl ThrottlePolicy {
    /// For one account: 5 free, then 1 s, 2 s, 4 s … up to 15 minutes.
    pub const ACCOUNT: Self = Self {
        free: 5,
        first_wait: Duration::from_secs(1),
        longest_wait: Duration::from_secs(900),
    };
    /// For one network address: 50 free, then the same waits.
    pub const ADDRESS: Self = Self {
        free: 50,
        ..Self::ACCOUNT
    };
    /// For mails to one account: 3 free, then 5 minutes and more.
    pub const MAIL: Self = Self {
        free: 3,
        first_wait: Duration::from_secs(300),
        longest_wait: Duration::from_secs(3600),
    };
}

/// The count of recent tries under one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// What is counted.
    pub key: ThrottleKey,
    /// Tries since the count last started.
    pub tries: u32,
    /// The last one.
    pub last_at: Timestamp,
    /// Until when further tries are refused.
    pub blocked_until: Timestamp,
}

impl Throttle {
    /// No tries yet.
    #[must_use]
    pub const fn new(key: ThrottleKey) -> Self {
        let never = Timestamp::from_micros(0);
        Self {
            key,
            tries: 0,
            last_at: never,
            blocked_until: never,
        }
    }

    /// How long the next try has to wait; `None` when it may go ahead.
    #[must_use]
    pub fn wait(&self, now: Timestamp) -> Option<Duration> {
        (now < self.blocked_until).then(|| self.blocked_until.since(now))
    }

    /// The count after one more try at `now`.
    #[must_use]
    pub fn count(self, policy: ThrottlePolicy, now: Timestamp) -> Self {
        let quiet = now >= self.last_at.plus(policy.longest_wait) && now >= self.blocked_until;
        let tries = if quiet {
            1
        } else {
            self.tries.saturating_add(1)
        };
        let over = tries.saturating_sub(policy.free);
        let wait = match over {
            0 => Duration::ZERO,
            n => policy
                .first_wait
                .saturating_mul(2_u32.saturating_pow(n - 1))
                .min(policy.longest_wait),
        };
        Self {
            key: self.key,
            tries,
            last_at: now,
            blocked_until: now.plus(wait),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(1_764_000_000_000_000 + seconds * 1_000_000)
    }

    #[test]
    fn a_secret_reads_back_and_nothing_else_does() {
        let secret = Secret::from_bytes([7; 32]);
        assert_eq!(Secret::parse(&secret.reveal()), Some(secret.clone()));
        assert_eq!(Secret::parse(&format!("{}=", secret.reveal())), None);
        assert_eq!(Secret::parse(""), None);
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    #[test]
    fn five_tries_are_free_then_the_wait_doubles_to_a_quarter_of_an_hour() {
        let key = ThrottleKey::account("sign_in", &Email::parse("ana@example.com").unwrap());
        let mut throttle = Throttle::new(key);
        let mut waits = Vec::new();
        for _ in 0..18 {
            throttle = throttle.count(ThrottlePolicy::ACCOUNT, at(0));
            waits.push(throttle.wait(at(0)).map_or(0, |wait| wait.as_secs()));
        }
        assert_eq!(waits[..9], [0, 0, 0, 0, 0, 1, 2, 4, 8]);
        assert_eq!(waits[17], 900);
        assert_eq!(throttle.count(ThrottlePolicy::ACCOUNT, at(1800)).tries, 1);
    }

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
