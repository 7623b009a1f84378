//! What somebody with the disk or the database does to a vault is found by the verbs, before a byte of
//! it is let out, and is in the log.

use caseflow_core::domain::vault::{
    CHUNK, Envelope, Fault, HEADER, Layout, SEALED_CHUNK, SealedBody,
};
use caseflow_core::error::Error;
use caseflow_core::portal;
use caseflow_core::ports::keys::KeyError;
use caseflow_core::testing::block_on;
use futures_util::FutureExt as _;

use super::desk::{Desk, Got};
use super::support::content;

/// Nothing came, the item is called unreadable, and the last row says why.
async fn found(desk: &Desk, got: &Got) -> Fault {
    let Got::Nothing(Error::Unreadable(unopened)) = got else {
        panic!("{got:?}");
    };
    let row = desk.last_row().await;
    assert_eq!(row.action, "vault.item_unreadable");
    assert!(row.about.contains(&unopened.item.into()));
    let code = format!(r#""fault":"{}""#, unopened.fault.code());
    assert!(row.facts.contains(&code), "{}", row.facts);
    unopened.fault
}

#[test]
fn f03_a_flipped_bit_of_a_body_is_refused_before_a_byte_and_logged() {
    block_on(async {
        let desk = Desk::open().await;
        let id = desk.file(&content(700)).await;
        let name = desk.blob(id).await;
        let whole = desk.doubles.blobs.bytes(name).unwrap();
        assert_eq!(whole.len(), HEADER + 700 + 16);
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1 << (at % 8);
            desk.doubles.blobs.put(name, changed);
            let fault = found(&desk, &desk.get(id, 0..700).await).await;
            let expected = match at < HEADER {
                true => Fault::Commitment,
                false => Fault::Changed,
            };
            assert_eq!(fault, expected, "byte {at}");
        }
        desk.doubles.blobs.put(name, whole);
        assert_eq!(desk.whole(id, 700).await, content(700));
    });
}

#[test]
fn f03_a_flipped_bit_of_details_is_refused_and_logged() {
    block_on(async {
        let desk = Desk::open().await;
        let id = desk.file(&content(700)).await;
        let whole = desk.item(id).await.value.sealed.details;
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1 << (at % 8);
            desk.forge(id, |item| item.sealed.details = changed).await;
            let fault = found(&desk, &desk.get(id, 0..700).await).await;
            assert!(matches!(fault, Fault::Commitment | Fault::Changed));
            let visiting = desk.visiting(&desk.office.contact);
            let read = portal::vault::read(&desk.ports, &visiting, id).await;
            assert_eq!(read.unwrap().page.shown, None);
        }
    });
}

#[test]
fn f03_a_flipped_bit_of_an_envelope_is_refused() {
    block_on(async {
        let desk = Desk::open().await;
        let id = desk.file(&content(700)).await;
        let whole = desk.item(id).await.value.sealed.envelope.encode();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1 << (at % 8);
            // What is no envelope at all cannot come out of a store.
            let Ok(envelope) = Envelope::decode(&changed) else {
                continue;
            };
            desk.forge(id, |item| item.sealed.envelope = envelope).await;
            match desk.get(id, 0..700).await {
                // Another key's name is a matter of the host's.
                Got::Nothing(Error::VaultUnavailable(KeyError::UnknownKey)) => {}
                got => assert_eq!(found(&desk, &got).await, Fault::Envelope, "byte {at}"),
            }
        }
    });
}

#[test]
fn f03_nothing_comes_of_a_small_file_whose_last_byte_is_wrong_and_a_clean_part_of_it_does() {
    block_on(async {
        let desk = Desk::open().await;
        let length = 5 * CHUNK as u64 + 10;
        let id = desk.file(&content(5 * CHUNK + 10)).await;
        let name = desk.blob(id).await;
        let mut changed = desk.doubles.blobs.bytes(name).unwrap();
        changed[HEADER + 3 * SEALED_CHUNK] ^= 1;
        desk.doubles.blobs.put(name, changed);
        let fault = found(&desk, &desk.get(id, 0..length).await).await;
        assert_eq!(fault, Fault::Changed);
        let Got::All(part) = desk.get(id, 10..20).await else {
            panic!("the first chunk is sound");
        };
        assert_eq!(part, content(20)[10..]);
    });
}

#[test]
fn f03_a_long_file_that_is_wrong_in_the_middle_never_ends_cleanly() {
    block_on(async {
        let desk = Desk::open().await;
        let plain = content(100 * CHUNK);
        let id = desk.file(&plain).await;
        let name = desk.blob(id).await;
        let mut changed = desk.doubles.blobs.bytes(name).unwrap();
        changed[HEADER + 50 * SEALED_CHUNK + 1] ^= 1;
        desk.doubles.blobs.put(name, changed);
        let got = desk.get(id, 0..plain.len() as u64).await;
        let Got::BrokeOff(bytes, _) = got else {
            panic!("{got:?}");
        };
        assert_eq!(bytes, plain[..50 * CHUNK]);
        let row = desk.last_row().await;
        assert_eq!(row.action, "vault.item_unreadable");
        assert!(row.facts.contains(r#""fault":"changed""#));
    });
}

#[test]
fn f04_what_is_swapped_between_two_items_of_a_client_is_refused() {
    block_on(async {
        let desk = Desk::open().await;
        let client = desk.office.client.id;
        let other = desk.file_of(client, &content(700)).await;
        swaps(&desk, other).await;
    });
}

#[test]
fn f04_what_is_swapped_between_two_clients_is_refused() {
    block_on(async {
        let desk = Desk::open().await;
        let client = desk.office.neighbour.id;
        let other = desk.file_of(client, &content(700)).await;
        swaps(&desk, other).await;
    });
}

async fn swaps(desk: &Desk, other: caseflow_core::domain::id::VaultItemId) {
    let id = desk.file(&content(700)).await;
    let (own, other) = (desk.item(id).await.value, desk.item(other).await.value);
    for (swapped, expected) in [
        ([true, false, false], Fault::Envelope),
        ([false, true, false], Fault::Commitment),
        ([false, false, true], Fault::Commitment),
        ([true, true, true], Fault::Envelope),
    ] {
        desk.forge(id, |item| {
            item.sealed = own.sealed.clone();
            let [envelope, details, body] = swapped;
            if envelope {
                item.sealed.envelope = other.sealed.envelope.clone();
            }
            if details {
                item.sealed.details = other.sealed.details.clone();
            }
            if body {
                item.sealed.body = other.sealed.body;
            }
        })
        .await;
        let fault = found(desk, &desk.get(id, 0..700).await).await;
        assert_eq!(fault, expected, "{swapped:?}");
    }
    desk.forge(id, |item| item.sealed = own.sealed.clone())
        .await;
    assert_eq!(desk.whole(id, 700).await, content(700));
}

#[test]
fn f04_a_version_that_was_replaced_does_not_come_back() {
    use caseflow_core::firm::vault::replace_file;
    block_on(async {
        let desk = Desk::open().await;
        let id = desk.file(&content(700)).await;
        let before = desk.item(id).await.value;
        let bytes = desk.doubles.blobs.bytes(desk.blob(id).await).unwrap();
        let input = super::desk::file(&content(800));
        let replaced = replace_file(&desk.ports, &desk.call(), id, None, input).await;
        replaced.unwrap();
        let now = desk.blob(id).await;
        assert_eq!(desk.doubles.blobs.names(), [now], "the old body is gone");
        // The old objects under the new version's number.
        desk.doubles.blobs.put(now, bytes);
        desk.forge(id, |item| {
            item.sealed.envelope = before.sealed.envelope.clone();
            item.sealed.details = before.sealed.details.clone();
            let body = item.sealed.body.unwrap();
            item.sealed.body = Some(SealedBody {
                length: before.sealed.body.unwrap().length,
                ..body
            });
        })
        .await;
        let fault = found(&desk, &desk.get(id, 0..700).await).await;
        assert_eq!(fault, Fault::Envelope);
    });
}

#[test]
fn f06_a_file_that_was_cut_off_anywhere_is_found_before_a_byte() {
    block_on(async {
        let desk = Desk::open().await;
        let length = 3 * CHUNK + 100;
        let id = desk.file(&content(length)).await;
        let name = desk.blob(id).await;
        let whole = desk.doubles.blobs.bytes(name).unwrap();
        let edges = (0..=3).map(|n| HEADER + n * SEALED_CHUNK);
        let ends = edges.flat_map(|at| [at, at + 15, at + 16, at + 17]);
        for end in ends.chain([0, 1, whole.len() - 1]) {
            desk.doubles.blobs.put(name, whole[..end].to_vec());
            for range in [0..length as u64, 0..1, 16_384..20_000] {
                let fault = found(&desk, &desk.get(id, range).await).await;
                assert_eq!(fault, Fault::Missing, "{end}");
            }
        }
        // The record may say the shorter length too: the details do not.
        for chunks in 0..3 {
            let cut = Layout::of_content((chunks * CHUNK) as u64 + 100).unwrap();
            let cut = usize::try_from(cut.object()).unwrap();
            desk.doubles.blobs.put(name, whole[..cut].to_vec());
            desk.forge(id, |item| {
                let blob = item.sealed.body.unwrap().blob;
                let length = cut as u64;
                item.sealed.body = Some(SealedBody { blob, length });
            })
            .await;
            let fault = found(&desk, &desk.get(id, 0..1).await).await;
            assert_eq!(fault, Fault::Length);
        }
    });
}

#[test]
fn f06_chunks_in_another_order_doubled_or_left_out_are_never_the_whole_file() {
    block_on(async {
        let desk = Desk::open().await;
        // Long enough that its middle is sent as it is opened.
        let plain = content(66 * CHUNK + 100);
        let id = desk.file(&plain).await;
        let name = desk.blob(id).await;
        let whole = desk.doubles.blobs.bytes(name).unwrap();
        let chunks: Vec<&[u8]> = whole[HEADER..].chunks(SEALED_CHUNK).collect();
        let all: Vec<usize> = (0..chunks.len()).collect();
        let swap = |one: usize, other: usize| {
            let mut order = all.clone();
            order.swap(one, other);
            order
        };
        let doubled = [&all[..=65], &[65, 66]].concat();
        let dropped = [&all[..3], &all[4..]].concat();
        for order in [swap(0, 1), swap(30, 31), swap(0, 65), doubled, dropped] {
            let chunks: Vec<&[u8]> = order.iter().map(|at| chunks[*at]).collect();
            let mixed = [&whole[..HEADER], &chunks.concat()].concat();
            desk.doubles.blobs.put(name, mixed);
            match desk.get(id, 0..plain.len() as u64).await {
                Got::All(_) => panic!("{order:?}"),
                Got::BrokeOff(bytes, _) => assert!(plain.starts_with(&bytes)),
                Got::Nothing(error) => assert!(matches!(error, Error::Unreadable(_))),
            }
            assert_eq!(desk.last_row().await.action, "vault.item_unreadable");
        }
        // What is added behind the end is never looked at.
        let longer = [&whole[..], chunks[66]].concat();
        desk.doubles.blobs.put(name, longer);
        assert_eq!(desk.whole(id, plain.len()).await, plain);
    });
}

#[test]
fn what_is_replaced_while_somebody_opens_it_is_not_called_damaged() {
    use caseflow_core::firm::vault::{remove, replace_file};
    block_on(async {
        let desk = Desk::open().await;
        let id = desk.file(&content(700)).await;
        let visiting = desk.visiting(&desk.office.contact);
        let open = || portal::vault::file(&desk.ports, &visiting, id).map(Result::unwrap);
        let first = open().await;
        let input = super::desk::file(&content(800));
        let replaced = replace_file(&desk.ports, &desk.call(), id, None, input).await;
        replaced.unwrap();
        let got = first.content(0..700).await.map(drop);
        assert!(matches!(got, Err(Error::Busy)), "{got:?}");
        let second = open().await;
        remove(&desk.ports, &desk.call(), id, None).await.unwrap();
        let got = second.content(0..800).await.map(drop);
        assert!(matches!(got, Err(Error::NotFound)), "{got:?}");
        let rows = desk.rows().await;
        assert!(rows.iter().all(|row| row.action != "vault.item_unreadable"));
    });
}
