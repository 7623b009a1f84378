//! The brakes on guessing and on mail.

use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::text::Email;
use super::time::Timestamp;

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

    /// The key for trying to `act` with the mark of this device, which has `nonce`.
    #[must_use]
    pub fn device(act: &str, nonce: &[u8; 16]) -> Self {
        Self(hash_parts(&[act.as_bytes(), b"device", nonce]))
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
}
