//! Promises that someone else keeps: one trait a file, each with its types, its error and a
//! *Contract* section. [`Ports`] is what a verb is handed.

use std::fmt;
use std::sync::Arc;

use crate::domain::id::TypedId;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;

pub mod addresses;
pub mod blobs;
pub mod cipher;
pub mod clock;
pub mod entropy;
pub mod keys;
pub mod mailer;
pub mod passwords;
pub mod payments;
pub mod pdf;
pub mod sealer;
pub mod store;

use addresses::Addresses;
use blobs::Blobs;
use cipher::BodyCipher;
use clock::Clock;
use entropy::Entropy;
use keys::KeyProvider;
use mailer::Mailer;
use passwords::Passwords;
use payments::Gateways;
use pdf::Pdf;
use sealer::Sealer;
use store::Store;

/// Everything that verbs need from outside. Filled by literal, so that a host sees each choice.
#[derive(Clone)]
pub struct Ports {
    /// Where records live.
    pub store: Arc<dyn Store>,
    /// How passwords are hashed.
    pub passwords: Arc<dyn Passwords>,
    /// How mail leaves.
    pub mailer: Arc<dyn Mailer>,
    /// Which firms take money online, and how.
    pub gateways: Arc<dyn Gateways>,
    /// How documents become PDF files.
    pub pdf: Arc<dyn Pdf>,
    /// How signed copies are sealed, and checked.
    pub sealer: Arc<dyn Sealer>,
    /// Where the bytes of files lie.
    pub blobs: Arc<dyn Blobs>,
    /// Who holds the keys of vaults.
    pub keys: Arc<dyn KeyProvider>,
    /// How what lies in vaults is sealed and opened.
    pub cipher: Arc<dyn BodyCipher>,
    /// What links in mails look like.
    pub addresses: Arc<dyn Addresses>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub entropy: Arc<dyn Entropy>,
}

impl Ports {
    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id.
    #[must_use]
    pub fn new_id<T: TypedId>(&self) -> T {
        let mut random = [0; 10];
        self.entropy.fill(&mut random);
        T::from_parts(self.now(), random)
    }

    /// A new secret of 256 random bits.
    #[must_use]
    pub fn new_secret(&self) -> Secret {
        let mut random = [0; 32];
        self.entropy.fill(&mut random);
        Secret::from_bytes(random)
    }
}

impl fmt::Debug for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ports").finish_non_exhaustive()
    }
}
