//! Items of vaults: what is kept of them, their order, their versions and their end.

use std::sync::Arc;
use std::time::Duration;

use super::shelf::{cleared, items_of, shown_item, shown_vault, stowed, vault};
use super::{all_pages, applied, breaks, is_conflict, tried, update, winners, wrote};
use crate::domain::changes::{Change, Changes, Version, Versioned};
use crate::domain::readers::Readers;
use crate::domain::time::Timestamp;
use crate::domain::vault::{Envelope, KeyId, KeyName, Sealed, SealedBody, VaultItem, WrapKind};
use crate::ports::store::{Constraint, Store, StoreError};
use crate::testing::fixtures::{self, NOW, Office, chosen, id, key_name};
use crate::testing::join_all;

/// Catches a store that loses one of an item's fields, when it is new or when it is written over, or
/// that changes a byte of what is sealed.
pub async fn case_items_come_out_as_they_went_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let all = every_item(&office);
    for value in &all {
        wrote(&*store, firm, stowed(value)).await;
        let value = value.clone();
        let version = Version::FIRST;
        is_kept(&*store, &office, Versioned { version, value }).await;
    }
    for (read, other) in (1..).zip(all.into_iter().rev()) {
        let value = VaultItem { id: id(1), ..other };
        let change = Change::VaultItem(update(Version(read), value.clone()));
        wrote(&*store, firm, change).await;
        let version = Version(read + 1);
        is_kept(&*store, &office, Versioned { version, value }).await;
    }
}

/// Every read has the item as it is.
async fn is_kept(store: &dyn Store, office: &Office, wanted: Versioned<VaultItem>) {
    let (firm, of) = (office.firm.id, wanted.value.id);
    let found = store.vault_item(firm, of).await.unwrap();
    assert!(found.as_ref() == Some(&wanted), "{found:?}, not {wanted:?}");
    let all = vault(store, firm, office.client.id, 100).await;
    assert!(all.contains(&wanted), "{wanted:?} is not in the vault");
    let key = wanted.value.sealed.envelope.key();
    let under = store.items_under(key, None, 100).await.unwrap();
    assert!(under.contains(&(firm, wanted.clone())), "{key:?}");
    for contact in [&office.contact, &office.colleague] {
        let visit = office.visit(contact);
        let there = wanted.value.readers.include(contact.id);
        let shown = shown_item(store, visit, of).await;
        assert!(shown == there.then(|| wanted.clone()), "{shown:?}");
        let mine = shown_vault(store, visit, 100).await;
        assert_eq!(mine.contains(&wanted), there);
    }
}

/// Items for all and for chosen contacts, with a body and with none, in envelopes of both kinds.
fn every_item(office: &Office) -> Vec<VaultItem> {
    let readers = [
        Readers::All,
        chosen([office.contact.id]),
        chosen([office.colleague.id, office.contact.id]),
    ];
    let mut all = Vec::new();
    for (n, envelope) in (1..).zip(envelopes()) {
        let at = usize::try_from(n).unwrap() % readers.len();
        all.push(VaultItem {
            readers: readers[at].clone(),
            sealed: Sealed {
                // Not a whole 64-bit float.
                version: 9_007_199_254_740_993 + 2 * n,
                envelope,
                details: every_byte(328 + 10_000 * at),
                body: (n % 2 == 0).then(|| SealedBody {
                    blob: id(800 + n),
                    length: 9_007_199_254_740_993 + n,
                }),
                at: moment(n),
            },
            added_at: moment(100 + n),
            ..fixtures::vault_item(n, office.client.id)
        });
    }
    all
}

/// Envelopes of both kinds, with the shortest and the longest parts.
fn envelopes() -> Vec<Envelope> {
    let key = |id: &str, version| KeyName {
        id: KeyId::parse(id).unwrap(),
        version,
    };
    let local = |key| Envelope::new(WrapKind::Local, key, every_byte(104)).unwrap();
    let service = |key, length| Envelope::new(WrapKind::Service, key, every_byte(length)).unwrap();
    vec![
        local(KeyName {
            id: KeyId::local(),
            version: 1,
        }),
        local(key(&"k".repeat(255), u32::MAX)),
        service(key("arn:aws:kms:eu-central-1:1:key/'; -- \"%_\\'", 0), 1),
        service(key(&"é".repeat(127), u32::MAX - 1), 1_024),
        service(key(&"🦊".repeat(63), 17), 256),
        service(key(" ", 1), 48),
    ]
}

fn every_byte(length: usize) -> Vec<u8> {
    (0..=255).cycle().take(length).collect()
}

/// A time to the last microsecond.
fn moment(n: u64) -> Timestamp {
    NOW.plus(Duration::from_micros(1_000_001 * n))
}

/// Catches a vault that is in another order than that of ids, the newest first, or that moves what was
/// sealed anew, and one whose pages lose or repeat an item while others come in.
pub async fn case_items_are_listed_newest_first_page_by_page(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let put = async |n: u64, client| {
        let item = fixtures::vault_item(n, client);
        wrote(&*store, firm, stowed(&item)).await;
    };
    for n in (101..=120).map(|n| 101 + n * 7 % 20) {
        put(n, office.client.id).await;
        put(n + 100, office.neighbour.id).await;
    }
    let mut anew = fixtures::vault_item(103, office.client.id);
    anew.sealed.version = 2;
    anew.sealed.at = moment(50);
    wrote(
        &*store,
        firm,
        Change::VaultItem(update(Version::FIRST, anew)),
    )
    .await;
    let expected: Vec<_> = (101..=120).rev().map(id).collect();
    let visit = office.visit(&office.contact);
    for rows in [1, 6, 20, 100] {
        let all = vault(&*store, firm, office.client.id, rows).await;
        assert_eq!(items_of(&all), expected);
        assert_eq!(items_of(&shown_vault(&*store, visit, rows).await), expected);
    }
    let mut newcomer = 0;
    let mut comes_in = async || {
        newcomer += 1;
        for n in [newcomer, 1_000 + newcomer] {
            put(n, office.client.id).await;
        }
    };
    let of_firm = all_pages(3, async |page| {
        let page = store.vault_items(firm, office.client.id, &page).await;
        comes_in().await;
        page
    })
    .await;
    let of_contact = all_pages(3, async |page| {
        let page = store.client_vault(visit, &page).await?.unwrap().1;
        comes_in().await;
        Ok::<_, StoreError>(page)
    })
    .await;
    for rows in [of_firm, of_contact] {
        let ids = items_of(&rows);
        assert!(ids.is_sorted_by(|a, b| a > b), "{ids:?}");
        assert!(expected.iter().all(|old| ids.contains(old)), "{ids:?}");
    }
}

/// Catches an item that is written over by somebody who has read another version, and one that is
/// changed before it is there or put in anew when it is.
pub async fn case_items_have_versions(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let item = fixtures::vault_item(1, office.client.id);
    let change = |read| Change::VaultItem(update(Version(read), sealed_anew(&item, 2)));
    is_conflict(&tried(&*store, firm, change(1)).await);
    wrote(&*store, firm, stowed(&item)).await;
    let again = tried(&*store, firm, stowed(&sealed_anew(&item, 2))).await;
    breaks(&again, Constraint::Identity);
    for stale in [2, 3] {
        is_conflict(&tried(&*store, firm, change(stale)).await);
        is_conflict(&tried(&*store, firm, cleared(&item, Version(stale))).await);
    }
    let found = store.vault_item(firm, item.id).await.unwrap().unwrap();
    assert_eq!((found.version, &found.value), (Version::FIRST, &item));
    wrote(&*store, firm, change(1)).await;
    is_conflict(&tried(&*store, firm, change(1)).await);
    is_conflict(&tried(&*store, firm, cleared(&item, Version::FIRST)).await);
    let found = store.vault_item(firm, item.id).await.unwrap().unwrap();
    assert_eq!(found.value, sealed_anew(&item, 2));
}

/// The item with other content, of this sealed version, in another place.
fn sealed_anew(item: &VaultItem, version: u64) -> VaultItem {
    let sealed = Sealed {
        version,
        details: every_byte(584),
        body: Some(SealedBody {
            blob: id(2_000 + version),
            length: 9_999,
        }),
        ..item.sealed.clone()
    };
    VaultItem {
        sealed,
        ..item.clone()
    }
}

/// R-VLT-4. Catches a store that looks for an item's version and writes it in two steps: a key that is
/// wrapped anew then takes the place of one that has come meanwhile, and what was sealed under that is
/// lost, or a removed item comes back.
pub async fn case_of_rewraps_and_changes_at_once_one_is_done(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    for n in 1..=6 {
        let item = fixtures::vault_item(n, office.client.id);
        wrote(&*store, firm, stowed(&item)).await;
        let rewrapped = |key| {
            let envelope = Envelope::new(WrapKind::Service, key_name(key), vec![7; 48]);
            let now = item.clone().rewrapped(envelope.unwrap());
            Change::VaultItem(update(Version::FIRST, now))
        };
        let replaced = update(Version::FIRST, sealed_anew(&item, 2));
        let mut ways = [
            rewrapped(2),
            cleared(&item, Version::FIRST),
            rewrapped(3),
            Change::VaultItem(replaced),
            rewrapped(2),
        ];
        ways.rotate_left(usize::try_from(n).unwrap() % 5);
        let tries = ways.iter().map(|way| tried(&*store, firm, way.clone()));
        let outcomes = join_all(tries).await;
        let conflict = |error: &StoreError| matches!(error, StoreError::Conflict);
        assert_eq!(winners(&outcomes, conflict), 1, "{outcomes:?}");
        let done = outcomes.iter().position(Result::is_ok).unwrap();
        let expected = match &ways[done] {
            Change::VaultItem(write) => Some(Versioned {
                version: Version(2),
                value: write.value().clone(),
            }),
            _ => None,
        };
        let found = store.vault_item(firm, item.id).await.unwrap();
        assert!(found == expected, "{found:?}, not {expected:?}");
    }
}

/// R-VLT-4. Catches a store that hides a removed item and keeps it: its envelope, and so its key, is
/// then found by whoever asks for the items of a wrapping key.
pub async fn case_a_removed_item_is_gone(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let [item, other] = [1, 2].map(|n| fixtures::vault_item(n, office.client.id));
    let both = Changes::default().with(stowed(&item)).with(stowed(&other));
    applied(&*store, firm, both).await;
    wrote(&*store, firm, cleared(&item, Version::FIRST)).await;
    let visit = office.visit(&office.contact);
    assert_eq!(store.vault_item(firm, item.id).await.unwrap(), None);
    assert_eq!(shown_item(&*store, visit, item.id).await, None);
    assert_eq!(items_of(&shown_vault(&*store, visit, 5).await), [other.id]);
    let all = vault(&*store, firm, office.client.id, 5).await;
    assert_eq!(items_of(&all), [other.id]);
    assert_eq!(store.keys_in_use().await.unwrap(), [(key_name(1), 1)]);
    let under = store.items_under(&key_name(1), None, 10).await.unwrap();
    assert_eq!((under.len(), under[0].1.value.id), (1, other.id));
    for late in [
        cleared(&item, Version::FIRST),
        cleared(&item, Version(2)),
        Change::VaultItem(update(Version::FIRST, item.clone())),
    ] {
        is_conflict(&tried(&*store, firm, late).await);
    }
    wrote(&*store, firm, cleared(&other, Version::FIRST)).await;
    assert_eq!(store.keys_in_use().await.unwrap(), []);
}
