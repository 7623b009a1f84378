//! What proves a holder of keys: the cases that every [`KeyProvider`] passes.
//!
//! [`keys_conformance!`](crate::keys_conformance) makes a test of each case; [`FakeKeyService`] is a
//! key service in memory, with delays and outages. Each case names, in its documentation, the
//! provider that it is there to catch.

mod service;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use service::{FakeKeyService, KeyFault};

use super::join_all;
use crate::domain::id::{ClientId, FirmId, InvoiceId, TypedId as _};
use crate::domain::time::Timestamp;
use crate::domain::vault::{DataKey, Envelope, ItemVersion};
use crate::ports::keys::{KeyError, KeyProvider};

/// The same keys at three times, and somebody else's.
#[derive(Debug, Clone)]
pub struct Custody {
    /// With one version of the wrapping key.
    pub first: Arc<dyn KeyProvider>,
    /// With a second version, and the first still held.
    pub rotated: Arc<dyn KeyProvider>,
    /// With the second version alone.
    pub retired: Arc<dyn KeyProvider>,
    /// Another firm's keys, of the same kind and with the same versions as the first.
    pub theirs: Arc<dyn KeyProvider>,
}

/// Makes a test of each case of the [kit for keys](crate::testing::keys).
///
/// It is given an expression that makes a [`Custody`](crate::testing::keys::Custody). Alone, it
/// makes plain tests that need no runtime; as an `async` block after attributes, each test is an
/// `async fn` under these attributes.
///
/// ```text
/// caseflow_core::keys_conformance!(Custody { first: keys("1:…"), … });
///
/// caseflow_core::keys_conformance! {
///     #[tokio::test]
///     async { keys_at("http://localhost:8200").await }
/// }
/// ```
#[macro_export]
macro_rules! keys_conformance {
    ($(#[$attribute:meta])+ async $make:block) => {
        $crate::__keys_cases! { [$(#[$attribute])+] ($make) }
    };
    ($make:expr) => {
        $crate::__keys_cases! { [] ($make) }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __keys_cases {
    ($how:tt $make:tt) => {
        $crate::__keys_cases! { @each $how $make
            case_01_a_key_comes_out_of_its_envelope
            case_02_each_key_is_a_new_one
            case_03_an_envelope_is_its_versions_alone
            case_04_a_bit_changed_is_never_a_key
            case_05_another_holders_envelope_is_refused
            case_06_an_envelope_of_the_newest_version_stays_as_it_is
            case_07_a_rotation_keeps_the_key
            case_08_a_version_taken_away_is_unknown
            case_09_a_wrong_envelope_is_not_wrapped_anew
            case_10_an_envelope_can_be_stored
            case_11_many_at_once_are_each_their_own
        }
    };
    (@each $how:tt $make:tt $($case:ident)+) => {
        $($crate::__keys_cases! { @one $how $make $case })+
    };
    (@one [] ($make:expr) $case:ident) => {
        #[test]
        fn $case() {
            $crate::testing::block_on($crate::testing::keys::$case($make));
        }
    };
    (@one [$(#[$attribute:meta])+] ($make:expr) $case:ident) => {
        $(#[$attribute])+
        async fn $case() {
            $crate::testing::keys::$case($make).await;
        }
    };
}

/// Catches one whose envelopes hold something else.
pub async fn case_01_a_key_comes_out_of_its_envelope(custody: Custody) {
    let (key, envelope) = made(&custody.first, 1).await;
    for _ in 0..2 {
        let again = custody.first.unwrap(&version(1), &envelope).await;
        assert!(same(&again.unwrap(), &key));
    }
}

/// Catches one that gives a key out twice, or an envelope that tells two keys are equal.
pub async fn case_02_each_key_is_a_new_one(custody: Custody) {
    let (mut keys, mut envelopes) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..50 {
        let (key, envelope) = made(&custody.first, 1).await;
        keys.insert(*key.expose());
        envelopes.insert(envelope.encode());
    }
    assert_eq!((keys.len(), envelopes.len()), (50, 50));
}

/// Catches one whose envelopes can be swapped between firms, clients, items or versions (F04).
pub async fn case_03_an_envelope_is_its_versions_alone(custody: Custody) {
    let (_, envelope) = made(&custody.first, 1).await;
    let (firm, client, item) = ids(0);
    let (firm2, client2, item2) = ids(1);
    for other in [
        ItemVersion::new(firm2, client, item, 1),
        ItemVersion::new(firm, client2, item, 1),
        ItemVersion::new(firm, client, item2, 1),
        ItemVersion::new(firm, client, item, 2),
        ItemVersion::new(firm, client, item, 1 << 32 | 1),
    ] {
        let unwrapped = custody.first.unwrap(&other, &envelope).await.err();
        assert_eq!(unwrapped, Some(KeyError::Rejected), "{other:?}");
    }
}

/// Catches one that does not look at part of an envelope (F03).
pub async fn case_04_a_bit_changed_is_never_a_key(custody: Custody) {
    let (_, envelope) = made(&custody.first, 1).await;
    let bytes = envelope.encode();
    let mut read = 0;
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let Ok(changed) = Envelope::decode(&changed) else {
            continue;
        };
        read += 1;
        let unwrapped = custody.rotated.unwrap(&version(1), &changed).await.err();
        let refused = [Some(KeyError::Rejected), Some(KeyError::UnknownKey)];
        assert!(refused.contains(&unwrapped), "bit {bit}: {unwrapped:?}");
    }
    assert!(read > 0, "no change reached the provider");
}

/// Catches one that takes any envelope of its kind.
pub async fn case_05_another_holders_envelope_is_refused(custody: Custody) {
    let (_, envelope) = made(&custody.theirs, 1).await;
    let unwrapped = custody.first.unwrap(&version(1), &envelope).await.err();
    let refused = [Some(KeyError::Rejected), Some(KeyError::UnknownKey)];
    assert!(refused.contains(&unwrapped), "{unwrapped:?}");
}

/// Catches one by which a rotation never ends.
pub async fn case_06_an_envelope_of_the_newest_version_stays_as_it_is(custody: Custody) {
    for keys in [&custody.first, &custody.rotated, &custody.retired] {
        let (_, envelope) = made(keys, 1).await;
        assert_eq!(keys.rewrap(&version(1), &envelope).await, Ok(None));
    }
}

/// Catches one that loses a key while it rotates, or does not (F08).
pub async fn case_07_a_rotation_keeps_the_key(custody: Custody) {
    let (key, old) = made(&custody.first, 1).await;
    let new = custody.rotated.rewrap(&version(1), &old).await;
    let new = new.unwrap().unwrap();
    assert!(new.key().version > old.key().version);
    assert_eq!(new.key().id, old.key().id);
    for (keys, envelope) in [
        (&custody.rotated, &old),
        (&custody.rotated, &new),
        (&custody.retired, &new),
    ] {
        let unwrapped = keys.unwrap(&version(1), envelope).await.unwrap();
        assert!(same(&unwrapped, &key));
    }
    let again = custody.rotated.rewrap(&version(1), &new).await;
    assert_eq!(again, Ok(None));
    let (_, next) = made(&custody.rotated, 1).await;
    assert_eq!(next.key(), new.key());
}

/// Catches one that goes on with a version that it should not have any more.
pub async fn case_08_a_version_taken_away_is_unknown(custody: Custody) {
    let (_, old) = made(&custody.first, 1).await;
    let (unwrapped, wrapped) = (
        custody.retired.unwrap(&version(1), &old).await.err(),
        custody.retired.rewrap(&version(1), &old).await.err(),
    );
    assert_eq!(unwrapped, Some(KeyError::UnknownKey));
    assert_eq!(wrapped, Some(KeyError::UnknownKey));
    let (_, new) = made(&custody.rotated, 1).await;
    let early = custody.first.unwrap(&version(1), &new).await.err();
    assert_eq!(early, Some(KeyError::UnknownKey));
}

/// Catches one that makes a sound envelope of a wrong one.
pub async fn case_09_a_wrong_envelope_is_not_wrapped_anew(custody: Custody) {
    let (_, old) = made(&custody.first, 1).await;
    let (_, new) = made(&custody.rotated, 1).await;
    for envelope in [&old, &new] {
        let wrapped = custody.rotated.rewrap(&version(2), envelope).await;
        assert_eq!(wrapped, Err(KeyError::Rejected));
    }
}

/// Catches one whose envelopes do not read back.
pub async fn case_10_an_envelope_can_be_stored(custody: Custody) {
    for keys in [&custody.first, &custody.rotated] {
        let (_, envelope) = made(keys, 1).await;
        assert_eq!(Envelope::decode(&envelope.encode()).as_ref(), Ok(&envelope));
    }
}

/// Catches one whose calls mix.
pub async fn case_11_many_at_once_are_each_their_own(custody: Custody) {
    let versions: Vec<ItemVersion> = (1..=100).map(version).collect();
    let calls = versions.iter().map(|it| custody.first.generate(it));
    let made: Vec<_> = join_all(calls)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let pairs = || versions.iter().zip(&made);
    let calls = pairs().map(|(version, (_, envelope))| custody.first.unwrap(version, envelope));
    for (again, (_, (key, _))) in join_all(calls).await.into_iter().zip(pairs()) {
        assert!(same(&again.unwrap(), key));
    }
}

async fn made(keys: &Arc<dyn KeyProvider>, number: u64) -> (DataKey, Envelope) {
    keys.generate(&version(number)).await.unwrap()
}

fn version(number: u64) -> ItemVersion {
    let (firm, client, item) = ids(0);
    ItemVersion::new(firm, client, item, number)
}

fn ids(number: u8) -> (FirmId, ClientId, InvoiceId) {
    let at = Timestamp::from_micros(1_764_000_000_000_000);
    (
        FirmId::from_parts(at, [number; 10]),
        ClientId::from_parts(at, [10 + number; 10]),
        InvoiceId::from_parts(at, [20 + number; 10]),
    )
}

fn same(one: &DataKey, other: &DataKey) -> bool {
    one.expose() == other.expose()
}
