//! A key service in memory.

use std::collections::HashMap;
use std::fmt;
use std::future::poll_fn;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use async_trait::async_trait;

use crate::domain::vault::{DataKey, Envelope, ItemVersion, KeyId, KeyName, Part, WrapKind};
use crate::ports::entropy::Entropy as _;
use crate::ports::keys::{KeyError, KeyProvider};
use crate::testing::SeededEntropy;

/// A key service as seen by one program. What it wraps are handles, which only it can resolve; the
/// program can be made to wait, and the service to be out of reach.
///
/// Clones are the same service, and so are what [`rotated`](Self::rotated) and
/// [`retired`](Self::retired) answer.
#[derive(Clone)]
pub struct FakeKeyService {
    id: KeyId,
    versions: RangeInclusive<u32>,
    room: Arc<Mutex<Room>>,
}

/// What is wrong with the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFault {
    /// It cannot be reached.
    Outage,
    /// It does not let this program.
    Denied,
}

struct Room {
    entropy: SeededEntropy,
    kept: HashMap<(u32, Vec<u8>), Kept>,
    fault: Option<KeyFault>,
    polls: u32,
    calls: u32,
}

/// A key, and the context in which it was made.
type Kept = ([u8; 32], [u8; ItemVersion::CONTEXT]);

impl Default for FakeKeyService {
    /// A service whose key is called `test`.
    fn default() -> Self {
        Self::of("test")
    }
}

impl FakeKeyService {
    /// A service with one version of a key of this id.
    ///
    /// # Panics
    /// When no key can have such an id.
    #[must_use]
    pub fn of(id: &str) -> Self {
        let room = Room {
            entropy: SeededEntropy::new(id.bytes().map(u64::from).sum()),
            kept: HashMap::new(),
            fault: None,
            polls: 0,
            calls: 0,
        };
        Self {
            id: KeyId::parse(id).unwrap(),
            versions: 1..=1,
            room: Arc::new(Mutex::new(room)),
        }
    }

    /// The service after a rotation: the next version is the newest, the others are held.
    #[must_use]
    pub fn rotated(&self) -> Self {
        let newest = self.versions.end() + 1;
        Self {
            versions: *self.versions.start()..=newest,
            ..self.clone()
        }
    }

    /// The service with the newest version alone.
    #[must_use]
    pub fn retired(&self) -> Self {
        let newest = *self.versions.end();
        Self {
            versions: newest..=newest,
            ..self.clone()
        }
    }

    /// From now on every call fails like this, or none does.
    pub fn fail(&self, fault: Option<KeyFault>) {
        self.room().fault = fault;
    }

    /// From now on every call answers when it has been asked so many times.
    pub fn delay(&self, polls: u32) {
        self.room().polls = polls;
    }

    /// How many calls have been made.
    #[must_use]
    pub fn calls(&self) -> u32 {
        self.room().calls
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits as long as the service takes; then it answers or does not.
    async fn call(&self) -> Result<(), KeyError> {
        let mut left = {
            let mut room = self.room();
            room.calls += 1;
            room.polls
        };
        poll_fn(|context| {
            if left == 0 {
                return Poll::Ready(());
            }
            left -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
        match self.room().fault {
            None => Ok(()),
            Some(KeyFault::Outage) => Err(KeyError::Unavailable),
            Some(KeyFault::Denied) => Err(KeyError::Denied),
        }
    }

    fn wrap(&self, item: &ItemVersion, key: &DataKey) -> Envelope {
        let version = *self.versions.end();
        let mut handle = vec![0; 16];
        let mut room = self.room();
        room.entropy.fill(&mut handle);
        let kept = (*key.expose(), item.context(Part::Key));
        room.kept.insert((version, handle.clone()), kept);
        let id = self.id.clone();
        Envelope::new(WrapKind::Service, KeyName { id, version }, handle).unwrap()
    }

    fn find(&self, item: &ItemVersion, envelope: &Envelope) -> Result<DataKey, KeyError> {
        let name = envelope.key();
        let held = self.versions.contains(&name.version) && name.id == self.id;
        if !held || envelope.kind() != WrapKind::Service {
            return Err(KeyError::UnknownKey);
        }
        let room = self.room();
        let kept = room.kept.get(&(name.version, envelope.wrapped().to_vec()));
        let of_item = kept.filter(|(_, context)| *context == item.context(Part::Key));
        let (key, _) = of_item.ok_or(KeyError::Rejected)?;
        Ok(DataKey::made(|bytes| bytes.copy_from_slice(key)))
    }
}

#[async_trait]
impl KeyProvider for FakeKeyService {
    async fn generate(&self, item: &ItemVersion) -> Result<(DataKey, Envelope), KeyError> {
        self.call().await?;
        let key = DataKey::made(|bytes| self.room().entropy.fill(bytes));
        let envelope = self.wrap(item, &key);
        Ok((key, envelope))
    }

    async fn unwrap(&self, item: &ItemVersion, envelope: &Envelope) -> Result<DataKey, KeyError> {
        self.call().await?;
        self.find(item, envelope)
    }

    async fn rewrap(
        &self,
        item: &ItemVersion,
        envelope: &Envelope,
    ) -> Result<Option<Envelope>, KeyError> {
        self.call().await?;
        let key = self.find(item, envelope)?;
        let newest = envelope.key().version == *self.versions.end();
        Ok((!newest).then(|| self.wrap(item, &key)))
    }
}

/// Says which key it has, and not what it holds.
impl fmt::Debug for FakeKeyService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeKeyService")
            .field("id", &self.id)
            .field("versions", &self.versions)
            .finish_non_exhaustive()
    }
}
