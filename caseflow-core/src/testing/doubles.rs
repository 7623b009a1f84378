//! Ports that a test controls.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};

use crate::domain::firm::Firm;
use crate::domain::id::{AttemptId, ContractId, DocumentId, FirmId, InvoiceId, OfferId};
use crate::domain::link::LinkPurpose;
use crate::domain::offer::OfferKind;
use crate::domain::password::{Password, PasswordHash};
use crate::domain::secret::Secret;
use crate::domain::setback::MailReply;
use crate::domain::time::Timestamp;
use crate::ports::Ports;
use crate::ports::addresses::Addresses;
use crate::ports::clock::Clock;
use crate::ports::entropy::Entropy;
use crate::ports::mailer::{Letter, Mailer, MailerError};
use crate::ports::passwords::{Passwords, PasswordsError, Verdict};
use crate::ports::payments::{Gateways, PaymentGateway};
use crate::ports::store::Store;
use crate::testing::blobs::KeptBlobs;
use crate::testing::cipher::QuickCipher;
use crate::testing::keys::FakeKeyService;
use crate::testing::sealer::KeptSeals;

pub use crate::testing::pdf::KeptPrints;

/// All doubles together. Clone what a test wants to control, hand [`ports`](Self::ports) to the
/// verbs.
///
/// ```
/// # use std::sync::Arc;
/// use caseflow_core::adapters::memory::MemoryStore;
/// use caseflow_core::testing::Doubles;
///
/// let doubles = Doubles::new();
/// let ports = doubles.ports(Arc::new(MemoryStore::new()));
/// doubles.clock.set("2026-12-01T08:00:00Z");
/// assert_eq!(ports.now().to_string(), "2026-12-01T08:00:00.000Z");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Doubles {
    /// The time, which stands still until it is moved.
    pub clock: Arc<TestClock>,
    /// The drawer in which mail ends.
    pub mailer: Arc<KeptMail>,
    /// Passwords whose hashing costs nothing.
    pub passwords: Arc<QuickPasswords>,
    /// Which firms take money online: none as long as nobody is entered.
    pub gateways: Arc<ChosenGateways>,
    /// A renderer that keeps what it is asked to print.
    pub prints: Arc<KeptPrints>,
    /// A sealer that keeps what it is asked to seal.
    pub seals: Arc<KeptSeals>,
    /// Files' bytes in memory, which a test may look at and change.
    pub blobs: Arc<KeptBlobs>,
    /// A key service in memory, which can be put out of reach.
    pub keys: Arc<FakeKeyService>,
    /// Addresses of an invented portal.
    pub addresses: Arc<PlainAddresses>,
    /// Bytes that are the same in each run.
    pub entropy: Arc<SeededEntropy>,
}

impl Doubles {
    /// Doubles at 2026-11-24T09:00:00Z with seed 0 and an empty drawer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The ports for verbs, on this store.
    #[must_use]
    pub fn ports(&self, store: Arc<dyn Store>) -> Ports {
        Ports {
            store,
            passwords: self.passwords.clone(),
            mailer: self.mailer.clone(),
            gateways: self.gateways.clone(),
            pdf: self.prints.clone(),
            sealer: self.seals.clone(),
            blobs: self.blobs.clone(),
            keys: self.keys.clone(),
            cipher: Arc::new(QuickCipher),
            addresses: self.addresses.clone(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
        }
    }
}

/// Gateways that a test enters.
#[derive(Debug, Default)]
pub struct ChosenGateways(Mutex<BTreeMap<FirmId, Vec<Arc<dyn PaymentGateway>>>>);

impl ChosenGateways {
    /// From now on these are the firm's gateways, the first one for new payments.
    pub fn set(&self, firm: FirmId, gateways: Vec<Arc<dyn PaymentGateway>>) {
        self.entries().insert(firm, gateways);
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<FirmId, Vec<Arc<dyn PaymentGateway>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gateways for ChosenGateways {
    fn of(&self, firm: FirmId) -> Vec<Arc<dyn PaymentGateway>> {
        self.entries().get(&firm).cloned().unwrap_or_default()
    }

    fn firms(&self) -> Vec<FirmId> {
        self.entries().keys().copied().collect()
    }
}

/// A clock that is moved by hand. Its `sleep` returns at once.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// A clock that shows this RFC 3339 time.
    ///
    /// # Panics
    /// When the text is not such a time.
    #[must_use]
    pub fn at(time: &str) -> Self {
        Self(AtomicI64::new(parsed(time).micros()))
    }

    /// Moves the clock to this RFC 3339 time.
    ///
    /// # Panics
    /// When the text is not such a time.
    pub fn set(&self, time: &str) {
        self.0.store(parsed(time).micros(), Ordering::SeqCst);
    }

    /// Moves the clock on.
    pub fn advance(&self, span: Duration) {
        let later = self.now().plus(span);
        self.0.store(later.micros(), Ordering::SeqCst);
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::at("2026-11-24T09:00:00Z")
    }
}

#[async_trait]
impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }

    async fn sleep(&self, _span: Duration) {}
}

fn parsed(time: &str) -> Timestamp {
    Timestamp::parse(time).unwrap()
}

/// Bytes computed from a seed: SHA-256 of the seed and a counter. Not random; for tests only.
#[derive(Debug, Default)]
pub struct SeededEntropy {
    seed: u64,
    drawn: AtomicU64,
}

impl SeededEntropy {
    /// Entropy with this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            drawn: AtomicU64::new(0),
        }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let n = self.drawn.fetch_add(1, Ordering::SeqCst);
            let block = Sha256::new()
                .chain_update(self.seed.to_be_bytes())
                .chain_update(n.to_be_bytes())
                .finalize();
            for (byte, drawn) in chunk.iter_mut().zip(block) {
                *byte = drawn;
            }
        }
    }
}

/// Passwords hashed by one round of SHA-256, without salt. It counts its comparisons, so that a
/// test can see that an unknown account costs as much as a known one.
#[derive(Debug, Default)]
pub struct QuickPasswords {
    comparisons: AtomicU32,
}

/// What stands before hashes.
const CURRENT: &str = "$quick$";
/// What stands before hashes that count as made with old parameters.
const OUTDATED: &str = "$old$";

impl QuickPasswords {
    /// How often a password was compared, with a hash or with none.
    #[must_use]
    pub fn comparisons(&self) -> u32 {
        self.comparisons.load(Ordering::SeqCst)
    }

    /// The hash of this password.
    #[must_use]
    pub fn hash_of(password: &Password) -> PasswordHash {
        PasswordHash::from_phc(quick_hash(CURRENT, password))
    }

    /// A hash that is right for this password and due to be made again.
    #[must_use]
    pub fn outdated(password: &Password) -> PasswordHash {
        PasswordHash::from_phc(quick_hash(OUTDATED, password))
    }
}

#[async_trait]
impl Passwords for QuickPasswords {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, PasswordsError> {
        Ok(Self::hash_of(password))
    }

    async fn verify(
        &self,
        password: &Password,
        hash: Option<&PasswordHash>,
    ) -> Result<Verdict, PasswordsError> {
        self.comparisons.fetch_add(1, Ordering::SeqCst);
        let kept = hash.map(PasswordHash::as_phc);
        Ok(match kept {
            Some(kept) if kept == quick_hash(CURRENT, password) => Verdict::Right,
            Some(kept) if kept == quick_hash(OUTDATED, password) => Verdict::RightButOutdated,
            _ => Verdict::Wrong,
        })
    }
}

fn quick_hash(mark: &str, password: &Password) -> String {
    let digest = Sha256::digest(password.expose());
    let hex: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{mark}{}", hex.concat())
}

/// A mailer that keeps every letter, and fails when it is told to.
#[derive(Debug, Default)]
pub struct KeptMail {
    letters: Mutex<Vec<Letter>>,
    fault: Mutex<Option<MailFault>>,
}

/// How [`KeptMail`] fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailFault {
    /// It cannot be reached.
    Unavailable,
    /// It will never take the letter.
    Refused,
}

impl KeptMail {
    /// The letters sent so far, oldest first.
    #[must_use]
    pub fn letters(&self) -> Vec<Letter> {
        locked(&self.letters).clone()
    }

    /// Takes the letters out, oldest first.
    #[must_use]
    pub fn take(&self) -> Vec<Letter> {
        std::mem::take(&mut locked(&self.letters))
    }

    /// From now on every letter fails like this; with `None`, none does.
    pub fn fail(&self, fault: Option<MailFault>) {
        *locked(&self.fault) = fault;
    }
}

#[async_trait]
impl Mailer for KeptMail {
    async fn send(&self, letter: &Letter) -> Result<(), MailerError> {
        match *locked(&self.fault) {
            Some(MailFault::Unavailable) => Err(MailerError::Unavailable("told to fail".into())),
            Some(MailFault::Refused) => {
                let reply = MailReply::parse("550", "5.1.1 no such mailbox");
                Err(MailerError::Refused(reply, "told to refuse".into()))
            }
            None => {
                locked(&self.letters).push(letter.clone());
                Ok(())
            }
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Addresses as the bundled web adapter makes them, with the secret as the last part of the path.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainAddresses;

impl PlainAddresses {
    /// The secret in the first link of a mail's text.
    #[must_use]
    pub fn secret_in(text: &str) -> Option<Secret> {
        text.split_whitespace()
            .filter_map(|word| word.rsplit('/').next())
            .find_map(Secret::parse)
    }
}

impl Addresses for PlainAddresses {
    fn portal(&self, firm: &Firm) -> String {
        format!("{}/dashboard", firm.portal_url.as_str())
    }

    fn link(&self, firm: &Firm, purpose: &LinkPurpose, secret: &Secret) -> String {
        let page = purpose.code().replace('_', "-");
        format!("{}/{page}/{}", firm.portal_url.as_str(), secret.reveal())
    }

    fn invoice(&self, firm: &Firm, id: InvoiceId) -> String {
        format!("{}/invoices/{id}", firm.portal_url.as_str())
    }

    fn attempt(&self, firm: &Firm, id: AttemptId) -> String {
        format!("{}/payments/attempts/{id}", firm.portal_url.as_str())
    }

    fn offer(&self, firm: &Firm, kind: OfferKind, id: OfferId) -> String {
        format!("{}/{}s/{id}", firm.portal_url.as_str(), kind.code())
    }

    fn offer_link(&self, firm: &Firm, secret: &Secret) -> String {
        format!("{}/l/{}", firm.portal_url.as_str(), secret.reveal())
    }

    fn contract(&self, firm: &Firm, id: ContractId) -> String {
        format!("{}/contracts/{id}", firm.portal_url.as_str())
    }

    fn document(&self, firm: &Firm, id: DocumentId) -> String {
        format!("{}/documents/{id}", firm.portal_url.as_str())
    }

    fn verify(&self, firm: &Firm) -> String {
        format!("{}/verify", firm.portal_url.as_str())
    }
}
