//! Passwords hashed with Argon2id (RFC 9106) on threads of their own (feature `argon2`).
//!
//! Parameters are those of the OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
//! A hash takes some 50 ms and 19 MiB, so only so many run at once; a short queue waits, and what
//! comes beyond it is told to come back.

use std::fmt;
use std::sync::Arc;

use ::argon2::password_hash::phc::PasswordHash as Phc;
use ::argon2::password_hash::{Error as PhcError, PasswordHasher as _, PasswordVerifier as _};
use ::argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;

use super::threads::{Threads, Unanswered};
use crate::domain::password::{Password, PasswordHash};
use crate::ports::entropy::Entropy;
use crate::ports::passwords::{Passwords, PasswordsError, Verdict};

/// Memory in KiB, passes, lanes.
const COST: (u32, u32, u32) = (19_456, 2, 1);
/// How many wait for each thread before the next is turned away.
const QUEUE_PER_THREAD: usize = 16;

/// Argon2id on a fixed number of threads.
pub struct Argon2Passwords {
    threads: Threads,
    engine: Argon2<'static>,
    entropy: Arc<dyn Entropy>,
    /// The hash of a password that nobody has: compared with when there is no account.
    nobody: PasswordHash,
}

impl Argon2Passwords {
    /// Starts `threads` threads (at least one), which end when this value is dropped.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn new(threads: usize, entropy: Arc<dyn Entropy>) -> Result<Self, PasswordsError> {
        let threads = Threads::start("caseflow-argon2", threads, QUEUE_PER_THREAD)
            .map_err(|error| PasswordsError::Backend(error.into()))?;
        let (memory, passes, lanes) = COST;
        let params = Params::new(memory, passes, lanes, None).map_err(backend)?;
        let engine = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash(&engine, entropy.as_ref(), b"nobody has this password")?;
        Ok(Self {
            threads,
            engine,
            entropy,
            nobody,
        })
    }

    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, PasswordsError> + Send + 'static,
    ) -> Result<T, PasswordsError> {
        self.threads.run(job).await.map_err(|why| match why {
            Unanswered::Busy => PasswordsError::Busy,
            Unanswered::Lost(error) => PasswordsError::Backend(error),
        })?
    }
}

#[async_trait]
impl Passwords for Argon2Passwords {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, PasswordsError> {
        let (engine, entropy) = (self.engine.clone(), Arc::clone(&self.entropy));
        let password = password.clone();
        self.run(move || hash(&engine, entropy.as_ref(), password.expose()))
            .await
    }

    async fn verify(
        &self,
        password: &Password,
        known: Option<&PasswordHash>,
    ) -> Result<Verdict, PasswordsError> {
        let somebody = known.is_some();
        let stored = known.unwrap_or(&self.nobody).clone();
        let (engine, password) = (self.engine.clone(), password.clone());
        let verdict = self
            .run(move || verify(&engine, &password, &stored))
            .await?;
        Ok(if somebody { verdict } else { Verdict::Wrong })
    }
}

impl fmt::Debug for Argon2Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Argon2Passwords").finish_non_exhaustive()
    }
}

fn hash(
    engine: &Argon2<'static>,
    entropy: &dyn Entropy,
    password: &[u8],
) -> Result<PasswordHash, PasswordsError> {
    let mut salt = [0; 16];
    entropy.fill(&mut salt);
    let phc = engine
        .hash_password_with_salt(password, &salt)
        .map_err(backend)?;
    Ok(PasswordHash::from_phc(phc.to_string()))
}

fn verify(
    engine: &Argon2<'static>,
    password: &Password,
    stored: &PasswordHash,
) -> Result<Verdict, PasswordsError> {
    let phc = Phc::new(stored.as_phc()).map_err(backend)?;
    match engine.verify_password(password.expose(), &phc) {
        Ok(()) if is_current(&phc) => Ok(Verdict::Right),
        Ok(()) => Ok(Verdict::RightButOutdated),
        Err(PhcError::PasswordInvalid) => Ok(Verdict::Wrong),
        Err(error) => Err(backend(error)),
    }
}

fn is_current(phc: &Phc) -> bool {
    let made_with = Params::try_from(phc);
    made_with.is_ok_and(|it| (it.m_cost(), it.t_cost(), it.p_cost()) == COST)
}

fn backend(error: impl std::error::Error + Send + Sync + 'static) -> PasswordsError {
    PasswordsError::Backend(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Fours;

    impl Entropy for Fours {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(4);
        }
    }

    fn passwords(threads: usize) -> Argon2Passwords {
        Argon2Passwords::new(threads, Arc::new(Fours)).unwrap()
    }

    #[test]
    fn a_password_is_right_and_another_is_wrong() {
        futures_executor::block_on(async {
            let passwords = passwords(1);
            let typed = Password::typed("correct horse battery");
            let hash = passwords.hash(&typed).await.unwrap();
            assert!(hash.as_phc().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
            let verdict = passwords.verify(&typed, Some(&hash)).await.unwrap();
            assert_eq!(verdict, Verdict::Right);
            let other = Password::typed("correct horse batterz");
            assert_eq!(
                passwords.verify(&other, Some(&hash)).await.unwrap(),
                Verdict::Wrong
            );
            assert_eq!(
                passwords.verify(&typed, None).await.unwrap(),
                Verdict::Wrong
            );
        });
    }

    #[test]
    fn a_weaker_hash_is_right_but_outdated() {
        let params = Params::new(8, 1, 1, None).unwrap();
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let stored = hash(&weak, &Fours, b"correct horse battery").unwrap();
        let typed = Password::typed("correct horse battery");
        let verdict =
            futures_executor::block_on(passwords(1).verify(&typed, Some(&stored))).unwrap();
        assert_eq!(verdict, Verdict::RightButOutdated);
    }

    #[test]
    fn too_many_at_once_are_turned_away_and_the_others_served() {
        let passwords = passwords(1);
        let typed = Password::typed("correct horse battery");
        let calls = (0..QUEUE_PER_THREAD * 3).map(|_| passwords.verify(&typed, None));
        let answers = futures_executor::block_on(futures_util::future::join_all(calls));
        let busy = answers
            .iter()
            .filter(|it| matches!(it, Err(PasswordsError::Busy)))
            .count();
        let served = answers
            .iter()
            .filter(|it| matches!(it, Ok(Verdict::Wrong)))
            .count();
        assert!(busy > 0, "the queue has an end");
        assert!(served >= QUEUE_PER_THREAD, "who is in the queue is served");
        assert_eq!(busy + served, answers.len());
    }
}
