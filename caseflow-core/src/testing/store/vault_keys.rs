//! What upkeep asks about vaults: which wrapping keys are in use, for which items, and which blobs
//! belong to nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::shelf::{changed, cleared, filed, removed, replaced, stowed};
use super::{applied, tried, update, wrote};
use crate::domain::changes::{Change, Changes, Version, Versioned};
use crate::domain::document::Document;
use crate::domain::id::{BlobId, FirmId, VaultItemId};
use crate::domain::vault::{Envelope, KeyId, KeyName, SealedBody, VaultItem, WrapKind};
use crate::ports::store::{Store, StoreError};
use crate::testing::fixtures::{self, Office, chosen, id, key_name};

fn key(id: &str, version: u32) -> KeyName {
    KeyName {
        id: KeyId::parse(id).unwrap(),
        version,
    }
}

fn wrapped_by(key: &KeyName) -> Envelope {
    Envelope::new(WrapKind::Service, key.clone(), vec![9; 48]).unwrap()
}

/// The item number `n` of the office's client, under this key.
fn item(office: &Office, n: u64, key: &KeyName) -> VaultItem {
    fixtures::vault_item(n, office.client.id).rewrapped(wrapped_by(key))
}

/// F08. Catches a store that counts the keys of one firm, tells keys apart by less than id and version,
/// puts them into the order of a language, or counts an item under a key that it had before.
pub async fn case_keys_are_counted_over_all_firms(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open_twin(&*store, 2, 1).await;
    assert_eq!(store.keys_in_use().await.unwrap(), []);
    let keys = [
        key("local", 10),
        key("Zebra", 1),
        key("local", 2),
        key("äpfel", 1),
        key("apfel", u32::MAX),
        key("local ", 2),
        key("Local", 2),
        key("local/2", 0),
    ];
    let mut expected = BTreeMap::new();
    for (n, key) in (1..).zip(keys.iter().cycle().take(20)) {
        wrote(&*store, one.firm.id, stowed(&item(&one, n, key))).await;
        *expected.entry(key.clone()).or_insert(0) += 1;
        if n % 3 == 0 {
            wrote(&*store, two.firm.id, stowed(&item(&two, n, key))).await;
            *expected.entry(key.clone()).or_insert(0) += 1;
        }
    }
    let expected: Vec<(KeyName, u64)> = expected.into_iter().collect();
    assert_eq!(store.keys_in_use().await.unwrap(), expected);
    for n in 1..=20 {
        let now = item(&one, n, &keys[1]);
        let change = Change::VaultItem(update(Version::FIRST, now));
        wrote(&*store, one.firm.id, change).await;
    }
    for n in (3..=18).step_by(3) {
        let gone = fixtures::vault_item(n, two.client.id);
        wrote(&*store, two.firm.id, cleared(&gone, Version::FIRST)).await;
    }
    assert_eq!(store.keys_in_use().await.unwrap(), [(keys[1].clone(), 20)]);
}

/// F08. Catches a store that lists the items of another key, of one firm alone, in another order than
/// that of firms and ids, that begins again with the last one, or lists more than was asked for.
pub async fn case_items_of_a_key_come_in_the_order_of_firms_and_ids(store: Arc<dyn Store>) {
    let two = Office::open(&*store, 2).await;
    let one = Office::open_twin(&*store, 1, 2).await;
    let keys = [key("local", 1), key("local", 11), key("locals", 1)];
    let mut all: BTreeMap<KeyName, BTreeSet<(FirmId, VaultItemId)>> = BTreeMap::new();
    for n in (1..=21).map(|n| n * 5 % 22) {
        let key = &keys[usize::try_from(n % 5).unwrap() % 3];
        for (office, every) in [(&two, 1), (&one, 2)] {
            if n % every == 0 {
                let item = VaultItem {
                    readers: chosen([office.colleague.id]),
                    ..item(office, n, key)
                };
                wrote(&*store, office.firm.id, stowed(&item)).await;
                let of_key = all.entry(key.clone()).or_default();
                of_key.insert((office.firm.id, item.id));
            }
        }
    }
    let found = async |key: &KeyName, after, max| {
        let items = store.items_under(key, after, max).await.unwrap();
        let places = items.iter().map(|(firm, item)| {
            assert_eq!(item.value.sealed.envelope.key(), key);
            (*firm, item.value.id)
        });
        places.collect::<Vec<_>>()
    };
    for key in &keys {
        let expected: Vec<_> = all[key].iter().copied().collect();
        assert_eq!(found(key, None, 100).await, expected);
        for max in [1, 3, 8] {
            let mut seen = vec![];
            loop {
                let more = found(key, seen.last().copied(), max).await;
                if more.is_empty() {
                    break;
                }
                assert!(more.len() <= usize::try_from(max).unwrap());
                seen.extend(more);
                assert!(seen.len() <= 21 * 2, "the list goes round in circles");
            }
            assert_eq!(seen, expected, "{max} at a time");
        }
        // A place at which there is nothing is a place.
        for after in [
            (one.firm.id, id(0)),
            (one.firm.id, id(4_711)),
            (id(3), id(1)),
        ] {
            let rest = expected.iter().copied().filter(|place| *place > after);
            let rest: Vec<_> = rest.collect();
            assert_eq!(found(key, Some(after), 100).await, rest, "{after:?}");
        }
    }
    let unknown = [key("local", 2), key("loca", 1), key("LOCAL", 1)];
    for key in &unknown {
        assert_eq!(found(key, None, 100).await, []);
    }
}

/// F08. Catches a store in which a rotation that goes on while the vault is in use misses an item, or
/// comes to one twice.
pub async fn case_f08_a_rotation_reaches_every_item(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open(&*store, 2).await;
    for n in 1..=12 {
        for office in [&one, &two] {
            let item = item(office, 10 + n, &key_name(1));
            wrote(&*store, office.firm.id, stowed(&item)).await;
        }
    }
    let (mut after, mut rewrapped) = (None, 0);
    loop {
        let work = store.items_under(&key_name(1), after, 5).await.unwrap();
        let Some((firm, last)) = work.last() else {
            break;
        };
        after = Some((*firm, last.value.id));
        assert!(rewrapped < 100, "the rotation goes round in circles");
        rewrapped += work.len();
        comes_and_goes(&*store, &one, rewrapped).await;
        for (firm, old) in &work {
            rewraps(&*store, *firm, old).await;
        }
    }
    // What came meanwhile came under the new key.
    let left = store.items_under(&key_name(1), None, 100).await.unwrap();
    assert_eq!(left, []);
    let keys = store.keys_in_use().await.unwrap();
    assert_eq!(keys, [(key_name(2), 24)]);
    assert_eq!(rewrapped, 24);
}

/// While a rotation is under way an item that it has already reached goes, and another one comes.
async fn comes_and_goes(store: &dyn Store, office: &Office, round: usize) {
    let n = u64::try_from(round).unwrap();
    let new = item(office, n, &key_name(2));
    let change = stowed(&VaultItem {
        id: id(500 + n),
        ..new
    });
    wrote(store, office.firm.id, change).await;
    let reached = store.items_under(&key_name(2), None, 1).await.unwrap();
    let (firm, old) = &reached[0];
    wrote(store, *firm, cleared(&old.value, old.version)).await;
}

async fn rewraps(store: &dyn Store, firm: FirmId, old: &Versioned<VaultItem>) {
    let now = old.value.clone().rewrapped(wrapped_by(&key_name(2)));
    let change = Change::VaultItem(old.update(now));
    wrote(store, firm, change.clone()).await;
    let again = tried(store, firm, change).await;
    assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
}

async fn unknown(store: &dyn Store, firm: FirmId, numbers: &[u64]) -> Vec<BlobId> {
    let blobs: Vec<BlobId> = numbers.iter().map(|n| id(*n)).collect();
    let mut unknown = store.unknown_blobs(firm, &blobs).await.unwrap();
    unknown.sort_unstable();
    unknown
}

/// Catches a store that takes the bytes of a document or of an item for rubbish: of its older versions,
/// of what is not shared, or of one of two lists; and one that keeps those of another firm, of what was
/// replaced in a vault, or of what is gone.
pub async fn case_blobs_are_known_as_long_as_a_record_refers_to_them(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let rival = Office::open_twin(&*store, 2, 1).await;
    let firm = office.firm.id;
    let mut document = fixtures::document(11, office.client.id).unshared();
    applied(&*store, firm, filed(&document)).await;
    document.newest.number = 2;
    document.newest.blob = id(12);
    applied(&*store, firm, replaced(Version::FIRST, &document)).await;
    let file = fixtures::vault_item(21, office.neighbour.id);
    let mut bare = fixtures::vault_item(22, office.client.id);
    bare.sealed.body = None;
    let items = Changes::default().with(stowed(&file)).with(stowed(&bare));
    applied(&*store, firm, items).await;
    let all = [4_711, 11, 12, 21, 22, 99];
    assert_eq!(unknown(&*store, firm, &all).await, [22, 99, 4_711].map(id));
    assert_eq!(unknown(&*store, firm, &[12]).await, []);
    assert_eq!(unknown(&*store, firm, &[]).await, []);
    for stranger in [rival.firm.id, id(4_711)] {
        assert_eq!(
            unknown(&*store, stranger, &[11, 21]).await,
            [11, 21].map(id)
        );
    }
    let many: Vec<u64> = (1..=1_000).collect();
    assert_eq!(unknown(&*store, firm, &many).await.len(), 997);
    let shown = Document {
        shared_at: Some(fixtures::NOW),
        ..document.clone()
    };
    wrote(&*store, firm, changed(Version(2), &shown)).await;
    let mut anew = file.clone();
    anew.sealed.version = 2;
    anew.sealed.body = Some(SealedBody {
        blob: id(23),
        length: 1_072,
    });
    let change = Change::VaultItem(update(Version::FIRST, anew));
    wrote(&*store, firm, change).await;
    assert_eq!(unknown(&*store, firm, &[11, 12, 21, 23]).await, [id(21)]);
    wrote(&*store, firm, removed(&document, Version(3))).await;
    wrote(&*store, firm, cleared(&file, Version(2))).await;
    let gone = unknown(&*store, firm, &[11, 12, 23]).await;
    assert_eq!(gone, [11, 12, 23].map(id));
}
