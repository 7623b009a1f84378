//! The password-hashing port.

use std::error::Error as StdError;
use std::fmt;

use async_trait::async_trait;

use crate::domain::password::{Password, PasswordHash};

/// Hashes and checks passwords.
///
/// # Contract
/// * `verify` with `None` takes as long as with a hash and answers [`Verdict::Wrong`], so that the
///   time of an answer does not tell whether an account exists.
/// * Work is bounded: when too much is under way, a call answers [`PasswordsError::Busy`] at once
///   instead of queueing without end.
/// * A hash holds a random salt: who knows a password does not know its hash, which is also the key
///   of [`KnownDevice`](crate::domain::device::KnownDevice).
/// * Calls do not block the caller's thread for the length of a hash.
///
/// # The smallest one
/// ```
/// use async_trait::async_trait;
/// use caseflow_core::domain::password::{Password, PasswordHash};
/// use caseflow_core::ports::passwords::{Passwords, PasswordsError, Verdict};
///
/// #[derive(Debug)]
/// struct Plain; // only ever for a test: it keeps the password readable
///
/// #[async_trait]
/// impl Passwords for Plain {
///     async fn hash(&self, password: &Password) -> Result<PasswordHash, PasswordsError> {
///         Ok(PasswordHash::from_phc(String::from_utf8_lossy(password.expose()).into_owned()))
///     }
///     async fn verify(
///         &self,
///         password: &Password,
///         hash: Option<&PasswordHash>,
///     ) -> Result<Verdict, PasswordsError> {
///         let right = hash.is_some_and(|hash| hash.as_phc().as_bytes() == password.expose());
///         Ok(if right { Verdict::Right } else { Verdict::Wrong })
///     }
/// }
///
/// # futures_executor::block_on(async {
/// let password = Password::typed("correct horse battery");
/// let hash = Plain.hash(&password).await?;
/// assert_eq!(Plain.verify(&password, Some(&hash)).await?, Verdict::Right);
/// assert_eq!(Plain.verify(&password, None).await?, Verdict::Wrong);
/// # Ok::<(), PasswordsError>(())
/// # }).unwrap();
/// ```
#[async_trait]
pub trait Passwords: fmt::Debug + Send + Sync {
    /// Makes a salted hash.
    async fn hash(&self, password: &Password) -> Result<PasswordHash, PasswordsError>;

    /// Compares a password with a hash, or with nothing.
    async fn verify(
        &self,
        password: &Password,
        hash: Option<&PasswordHash>,
    ) -> Result<Verdict, PasswordsError>;
}

/// What comparing a password says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is another password, or there is none.
    Wrong,
    /// It is the password.
    Right,
    /// It is the password, and its hash was made with weaker parameters than today's: hash again.
    RightButOutdated,
}

/// Why a password could not be hashed or checked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordsError {
    /// Too many are being hashed already; try again in a second.
    #[error("too many passwords are being checked at once")]
    Busy,
    /// The hashing itself failed.
    #[error("password hashing failed")]
    Backend(#[source] Box<dyn StdError + Send + Sync>),
}
